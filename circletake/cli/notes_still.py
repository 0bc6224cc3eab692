"""What was taken back, and stands all the same: on a terminal, by who says it."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from rich.padding import Padding
from rich.text import Text

from circletake.cli.notes_view import print_listed
from circletake.cli.shared import console, visible
from circletake.contracts.takes import Source
from circletake.film.report import on_one_line

#: Of those who say the same, and of what they say, so many are named; `--json` has them all.
_NAMED, _SHOWN = 3, 6
_KINDS = {Source.EXPORT: ", an export,", Source.SLATE: ", as a model reads its slate,"}


def print_still_said(still: Sequence[Mapping[str, Any]]) -> None:
    """What others say too, as the API tells it → the screen; nothing where nobody does."""
    if not still:
        return
    console.print(Padding(Text("What others say, too:", style="bold"), (0, 0, 0, 2)))
    print_listed((Text(visible(_line(each))) for each in still), 4)


def _line(still: Mapping[str, Any]) -> str:
    by, what, rest = still["by"], _called(still["what"]), still["more"]
    rest += max(0, len(what) - _SHOWN)
    things = ", ".join(what[:_SHOWN]) + (f" and {rest:,} more" if rest else "")
    stays, they = ("stay", "they") if rest or len(what) > 1 else ("stays", "it")
    says, that = ("says", "that") if len(by) == 1 else ("say", "those")
    named = "; ".join(f"{each['paper']}{_KINDS.get(each['source'], '')}" for each in by[:_NAMED])
    others = f" and {len(by) - _NAMED} more" if len(by) > _NAMED else ""
    said = f"{things} {stays}: {named}{others} {says} {'it' if they == 'it' else 'so'}, too."
    if all(each["source"] == Source.EXPORT for each in by):
        said += f" Take {that} back as well if {they} should go."
    return said


def _called(what: Sequence[Mapping[str, Any]]) -> list[str]:
    """What stays → each take once, with what is said of it."""
    there = {each["take"] for each in what if each["field"] is None}
    said: defaultdict[str, list[str]] = defaultdict(list)
    for each in what:
        fields = said[each["take"]]
        if each["field"]:
            field, of, recording = each["field"].partition(" of ")
            value = on_one_line(each["value"])
            fields.append(f"{field.lower().replace('_', ' ')}{of}{recording}: {value}")
    return [
        (f"{take} ({', '.join(fields)})" if take in there else f"{take} {', '.join(fields)}") if fields else take
        for take, fields in said.items()
    ]
