"""What was said of a day, as it can be taken back: papers and words, and those that were taken back."""

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from rich.table import Table
from rich.text import Text

from circletake.cli.notes_shared import moment_text, said_text
from circletake.cli.shared import console, counted, visible, word_width
from circletake.cloud.day_telling import tell_correction, tell_day
from circletake.cloud.days import DayRead
from circletake.cloud.papers import TakenBack


class _Line(NamedTuple):
    """`back_by`, `back_at`: who took it back, and when."""

    name: str
    whose: str
    says: str
    by: str
    at: str
    back_by: str | None = None
    back_at: str | None = None


def print_list(read: DayRead, gone: Sequence[TakenBack]) -> None:
    """A day, and its papers that were taken back → the screen."""
    lines = list(_lines(read, gone))
    if not lines:
        console.print(Text(f"Nobody has said anything of {read.ref.day} yet: circletake notes import FILES…"))
        return
    people = [who for line in lines for who in (line.by, line.back_by or "")]
    table = Table(box=None, header_style="dim", pad_edge=False)
    names = word_width(line.name for line in lines) + (len("✗ ") if any(line.back_by for line in lines) else 0)
    table.add_column("Paper or word", overflow="fold", width=max(names, len("Paper or word")))
    table.add_column("Whose", overflow="fold")
    table.add_column("Says", overflow="fold")
    table.add_column("Brought in by", overflow="fold", width=max(word_width(people), len("2026-09-30 20:00 UTC")))
    for line in lines:
        who = [line.by, moment_text(line.at)]
        if line.back_by and line.back_at:
            who += ["taken back by", line.back_by, moment_text(line.back_at)]
        table.add_row(
            Text(f"✗ {line.name}" if line.back_by else line.name), line.whose, Text(line.says), Text("\n".join(who)),
            style="dim" if line.back_by else "",
        )  # fmt: skip
    console.print(table)


def _lines(read: DayRead, gone: Sequence[TakenBack]) -> Iterator[_Line]:
    """Papers, words, and last what counts no more."""
    for told in read.papers:
        paper, remarks = told.paper, len(told.problems)
        says = counted(paper.rows, "row") + (f", {counted(remarks, 'remark')}" if remarks else "")
        yield _Line(visible(paper.name), paper.source.lower(), says, visible(paper.by), paper.at)
    for each in sorted(read.corrections, key=lambda each: each.taken_back_at is not None):
        back_by = visible(each.taken_back_by) if each.taken_back_by else None
        words = said_text(each.said)
        yield _Line(each.id, "a person", words, visible(each.by), each.at, back_by, each.taken_back_at)
    for back in gone:
        paper = back.paper
        rows = counted(paper.rows, "row")
        yield _Line(
            visible(paper.name), paper.source.lower(), rows, visible(paper.by), paper.at, visible(back.by), back.at
        )


def tell_list(read: DayRead, gone: Sequence[TakenBack]) -> dict[str, Any]:
    """The same for machines."""
    told = tell_day(read, may_say=False)
    words = [each for each in read.corrections if each.taken_back_at is not None]
    return {
        "papers": told["papers"],
        "corrections": told["corrections"],
        "taken_back": {
            "papers": [
                {
                    **{name: getattr(each.paper, name) for name in ("name", "source", "rows", "by", "at")},
                    "taken_back_by": each.by,
                    "taken_back_at": each.at,
                }
                for each in gone
            ],
            "corrections": [
                {
                    **tell_correction(each),
                    "taken_back_by": each.taken_back_by,
                    "taken_back_at": each.taken_back_at,
                }
                for each in words
            ],
        },
    }
