"""Avid Log Exchange as it is laid out: `Heading`, `Column`, `Data`, each on a line of its own, values between tabs."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from circletake.film.papers.written import Written

#: More than any program shows.
MAX_COLUMNS = 512


@dataclass(frozen=True, slots=True)
class AleLayout:
    """The names of an ALE's columns, on which line they stand, and the lines of its rows, which are those that say
    anything; `values` takes them apart."""

    columns: tuple[str, ...]
    line: int
    lines: tuple[int, ...]
    text: Sequence[str]

    def values(self) -> Iterator[tuple[int, list[str]]]:
        """→ each row's line and its values."""
        return ((line, self.text[line - 1].split("\t")) for line in self.lines)


def is_ale(lines: Sequence[str]) -> bool:
    """Lines → whether they are an ALE's: its first words are Heading or Column, alone on their line."""
    first = next((line for line in lines if line.strip()), "")
    return first.strip().casefold() in ("heading", "column")


def lay_out(lines: Sequence[str], written: Written) -> AleLayout:
    """Lines of an ALE → its columns and rows. Raises `Rejected(BAD_SIDECAR)`."""
    titles = [line.strip().casefold() for line in lines]
    if "column" not in titles or "data" not in titles[titles.index("column") :]:
        raise written.bad("has no Column and Data sections, so it is no ALE.")
    column = titles.index("column")
    data = titles.index("data", column)
    titled = [number for number in range(column + 1, data) if titles[number]]
    if len(titled) != 1:
        raise written.bad(f"has {len(titled)} lines in its Column section; an ALE has one, with every name.")
    columns = [name.strip() for name in lines[titled[0]].rstrip("\t").split("\t", MAX_COLUMNS)]
    if len(columns) > MAX_COLUMNS:
        raise written.bad(f"has more than {MAX_COLUMNS} columns.")
    rows = tuple(number + 1 for number in range(data + 1, len(lines)) if titles[number])
    return AleLayout(tuple(columns), titled[0] + 1, rows, lines)
