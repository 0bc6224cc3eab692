"""A paper on a terminal before it counts: how its headings were read, what could not be, and what it would change."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from rich.cells import cell_len
from rich.padding import Padding
from rich.rule import Rule
from rich.table import Table
from rich.text import Text

from circletake.cli.notes_fields import typed
from circletake.cli.shared import console, counted, visible
from circletake.contracts.keys import DayRef
from circletake.contracts.takes import Source
from circletake.film.papers.glance import Glance
from circletake.film.papers.written import WINDOWS
from circletake.film.report import on_one_line

#: Of each list so many are shown; `--json` has them all.
_SHOWN = 6
_LONGEST_HEADING = 28


def print_refused(name: str, sentence: str) -> None:
    console.print(Rule(Text(visible(name), style="bold"), align="left", style="dim"))
    console.print(Text(f"✗ {visible(sentence)}", style="bold red"))
    console.print()


def print_reading(name: str, source: Source, seen: Glance, told: Mapping[str, Any]) -> None:
    """A paper, what was seen of it, and what the API tells of it → the screen."""
    title = Text.assemble((visible(name), "bold"), f" · {source.lower()} · {counted(told['rows'], 'row')}")
    console.print(Rule(title, align="left", style="dim"))
    if seen.is_export:
        console.print(
            Padding("Our own export: a row that nobody changed counts only where nobody else speaks.", (0, 0, 0, 2))
        )
    else:
        _print_headings(seen, told["columns"], told["unknown"])
    if told["encoding"] == WINDOWS:
        how = f"Read as {WINDOWS}, as it is not in UTF-8. Where letters look wrong, export it in UTF-8."
        console.print(Padding(Text(how, style="dim"), (0, 0, 0, 2)))
    above = [f"{key}: {value}" for key, value in told["above"].items()]
    if above:
        console.print(Padding(Text(f"Above the table: {visible('; '.join(above))}", style="dim"), (0, 0, 0, 2)))
    _print_some(
        [Text(f"{_line(each['line'])}{visible(each['sentence'])}") for each in told["problems"]],
        Text(f"! {counted(len(told['problems']), 'remark')}", style="yellow"),
        indent=2,
    )


def _line(number: int) -> str:
    """Where in a paper something stands; 0: it is about all of it."""
    return f"line {number}  " if number else ""


def _print_headings(seen: Glance, columns: Mapping[str, str], unknown: Sequence[str]) -> None:
    """What each heading holds; what nobody knows first asks for a word, and what was left out stands at the end."""
    holds = {
        heading: Text(typed(columns[heading]))
        if heading in columns
        else Text("not known", style="yellow")
        if heading in unknown
        else Text("left out", style="dim")
        for heading in seen.cells
    }
    told = [(visible(heading), text.plain) for heading, text in holds.items()]
    names, fields = (max(map(cell_len, of)) for of in zip(("Heading", "Holds"), *told, strict=True))
    # Headings and fields stay whole, as far as they are not absurd; what is written below them is cut.
    names = min(names, _LONGEST_HEADING)
    table = Table(box=None, header_style="dim", pad_edge=False, padding=(0, 2, 0, 0))
    table.add_column("Heading", overflow="fold", width=names)
    table.add_column("Holds", no_wrap=True, width=fields)
    table.add_column(
        "For example", overflow="ellipsis", no_wrap=True, max_width=max(8, console.width - names - fields - 8)
    )
    for heading in sorted(seen.cells, key=lambda heading: (heading in unknown, heading not in columns)):
        table.add_row(
            Text(visible(heading)), holds[heading], Text(visible(" · ".join(seen.cells[heading])), style="dim")
        )
    console.print(Padding(table, (0, 0, 0, 2)))
    if unknown:
        first = visible(unknown[0])
        help_text = (
            f'→ If one of these says something, say what: --column "{first}=note", or another field (circletake notes '
            f'columns); if it says nothing: --leave-out "{first}"'
        )
        console.print(Padding(Text(help_text, style="dim"), (0, 0, 0, 2)))


def print_changes(changes: Mapping[str, Any], ref: DayRef) -> None:
    """What a paper or a word changes in a day → the screen."""
    # That nobody said so far that a take is no pickup, and now somebody does, changes nothing.
    changed = [each for each in changes["takes_changed"] if each["was"] is not None or each["is"] != "no"]
    changes, more = {**changes, "takes_changed": changed}, changes.get("more", {})
    many = {name: len(of) + more.get(name, 0) for name, of in changes.items() if name != "more"}
    console.print(Padding(Text(f"On {ref.day}, unit {ref.unit}:", style="bold"), (0, 0, 0, 2)))
    if not any(many.values()):
        console.print(Padding(Text("nothing changes."), (0, 0, 0, 4)))
        return
    for name, mark, what in (("takes_added", "+", "take"), ("takes_gone", "−", "take no more")):
        if many[name]:
            things = "takes no more" if name == "takes_gone" else None
            few = ", ".join(map(visible, changes[name][:_SHOWN]))
            rest = f" and {many[name] - _SHOWN} more" if many[name] > _SHOWN else ""
            said = Text(f"{mark} {counted(many[name], what, things)}: {few}{rest}")
            console.print(Padding(said, (0, 0, 0, 4)))
    _print_changed(changed, more.get("takes_changed", 0))
    _print_entries(changes["conflicts_added"], f"! {counted(many['conflicts_added'], 'conflict')}", "yellow")
    _print_entries(changes["worklist_added"], f"○ {many['worklist_added']} more to look at", "yellow")
    _print_entries(changes["worklist_settled"], f"✓ {many['worklist_settled']} less to look at", "green")


def _print_changed(changed: Sequence[Mapping[str, Any]], more: int) -> None:
    """What is different now, and in figures what is said of takes for the first time."""
    different = [each for each in changed if each["was"] is not None and not _went_along(each, changed)]
    _print_some(
        [_changed(each) for each in different], Text(f"~ {counted(len(different), 'change')} in takes that are there")
    )
    takes: defaultdict[str, set[str]] = defaultdict(set)
    for each in changed:
        if each["was"] is None:
            takes[each["field"].partition(" of ")[0].lower().replace("_", " ")].add(each["take"])
    told = ", ".join(f"{field} of {len(of)}" for field, of in sorted(takes.items(), key=lambda each: -len(each[1])))
    rest = f"; and {more:,} more changes" if more else ""
    if told or rest:
        text = f"+ of takes that are there, for the first time: {told}{rest}"
        console.print(Padding(Text(text), (0, 0, 0, 4)))


def _went_along(one: Mapping[str, Any], changed: Sequence[Mapping[str, Any]]) -> bool:
    """Whether what was told of a recording is gone from its take because the recording is."""
    _, of, recording = one["field"].partition(" of ")
    if not of or one["is"] is not None:
        return False
    return any(
        each["field"] == one["field"] and each["is"] is not None
        if each["take"] != one["take"]
        else each["field"] in ("clips", "sounds") and recording in _names(each["was"]) - _names(each["is"])
        for each in changed
    )


def _names(told: str | None) -> set[str]:
    return set((told or "").split("; "))


def _changed(each: Mapping[str, Any]) -> Text:
    was, now = (visible(on_one_line(each[name])) if each[name] is not None else "–" for name in ("was", "is"))
    field, of, recording = each["field"].partition(" of ")
    told = f"  {field.lower().replace('_', ' ')}{of}{visible(recording)}: {was} → {now}"
    return Text.assemble((visible(each["take"]), "bold"), told)


def _print_entries(entries: Sequence[Mapping[str, Any]], heading: str, style: str) -> None:
    _print_some([Text(visible(each["sentence"])) for each in entries], Text(heading, style=style), indent=4)


def _print_some(lines: Sequence[Text], heading: Text, indent: int = 4) -> None:
    if not lines:
        return
    console.print(Padding(heading, (0, 0, 0, indent)))
    print_listed(lines[:_SHOWN], indent + 2)
    if len(lines) > _SHOWN:
        rest = f"… and {len(lines) - _SHOWN:,} more: --json has them"
        console.print(Padding(Text(rest, style="dim"), (0, 0, 0, indent + 4)))


def print_listed(lines: Iterable[Text], indent: int) -> None:
    """Sentences → the screen, so that one can tell where each begins."""
    table = Table.grid(padding=(0, 1))
    for line in lines:
        table.add_row("·", line)
    console.print(Padding(table, (0, 0, 0, indent)))
