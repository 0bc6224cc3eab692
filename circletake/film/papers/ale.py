"""Avid Log Exchange as it is laid out: `Heading`, `Column`, `Data`, each on a line of its own, values between tabs."""

from collections.abc import Sequence
from dataclasses import dataclass

from circletake.film.papers.written import Written

#: More than any program shows.
MAX_COLUMNS = 512


@dataclass(frozen=True, slots=True)
class AleLayout:
    """The names of an ALE's columns, on which line they stand, and its rows: each one's line and values."""

    columns: tuple[str, ...]
    line: int
    rows: tuple[tuple[int, list[str]], ...]


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
    rows = ((number + 1, lines[number].split("\t")) for number in range(data + 1, len(lines)) if titles[number])
    return AleLayout(tuple(columns), titled[0] + 1, tuple(rows))
