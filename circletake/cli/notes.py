"""`circletake notes`: what the papers say of a shooting day, what people know better, and the day as it follows."""

from pathlib import Path
from typing import Annotated

import typer
from rich.text import Text

from circletake.cli.card import Day, Production, Unit
from circletake.cli.notes_columns import columns
from circletake.cli.notes_day import day, takes
from circletake.cli.notes_import import bring_in
from circletake.cli.notes_list import print_list, tell_list
from circletake.cli.notes_saying import correct
from circletake.cli.notes_shared import api_path, day_ref, known_day
from circletake.cli.notes_still import print_still_said
from circletake.cli.notes_view import print_changes
from circletake.cli.people import As, Person
from circletake.cli.shared import Json, console, deployment, fail, print_json, visible
from circletake.cloud.days import read_day
from circletake.cloud.papers import read_taken_back
from circletake.film.papers.of_day import export_day
from circletake.film.takes.day import DaySound

app = typer.Typer(
    no_args_is_help=True,
    help="What script supervisor, sound and camera wrote of a day, and what people know better.\n\n"
    "Papers are CSV or ALE files. Where they differ, a person holds over script, script over sound, sound over camera, "
    "and all of them over what a model reads on a slate; nothing is overwritten, and what differs is shown.",
)
app.command("import")(bring_in)


@app.command("list")
def show(context: typer.Context, production: Production, day: Day, unit: Unit = "main", as_json: Json = False) -> None:
    """The day's papers, and what people said over them, each with the name under which it can be taken back.

    ✗ was taken back: it counts no more.
    """
    where, ref = deployment(context), day_ref(production, unit, day)
    gone = read_taken_back(where.catalogue(), ref)
    read = read_day(where.catalogue(), ref) if gone else known_day(where, ref)
    if as_json:
        print_json(tell_list(read, gone))
    else:
        print_list(read, gone)


@app.command("take-back")
def take_back(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help="A paper's name, or a word's, as `circletake notes list` shows it.")],
    production: Production,
    day: Day,
    person: As,
    unit: Unit = "main",
    as_json: Json = False,
) -> None:
    """Take back a paper, or what somebody said: nothing of it counts any more. It stays on record that it was said."""
    where, ref = deployment(context), day_ref(production, unit, day)
    read = known_day(where, ref)
    words = {each.id for each in read.corrections if each.taken_back_at is None}
    if name not in words and name not in {told.paper.name for told in read.papers}:
        there = ", ".join(visible(told.paper.name) for told in read.papers) or "none"
        fail(f"{ref.day} has no paper and no word called {visible(name)!r}. Its papers: {there}.")
    kind, key = ("corrections", "id") if name in words else ("papers", "name")
    told = Person(where, person).post(f"{api_path(ref)}/{kind}/take-back", {key: name})
    if as_json:
        print_json(told)
        return
    console.print(Text(f"✓ {visible(name)} is taken back: it counts no more, and stays on record.", style="green"))
    print_changes(told["changes"], ref)
    print_still_said(told["still_said"])


@app.command()
def export(
    context: typer.Context,
    production: Production,
    day: Day,
    into: Annotated[Path, typer.Option(help="The folder to write to; it is made where there is none.")],
    unit: Unit = "main",
    csv: Annotated[bool, typer.Option("--csv", help="The CSV alone.")] = False,
    ale: Annotated[bool, typer.Option("--ale", help="The ALEs alone: one for each rate of the day's clips.")] = False,
    as_json: Json = False,
) -> None:
    """Write the day as it stands into a CSV and ALEs; older ones are replaced.

    The CSV has all of it: a row for each clip of a take, and rows for what is about no clip, such as takes without
    picture. An ALE lists recordings by their names and nothing else, a note's lines on one with " / " between them.

    A row that nobody changed can be brought in again: it counts where nobody else speaks, and so also where what it
    repeats was taken back since. What somebody changed in a row counts as the word of who brings it in.
    """
    read = known_day(deployment(context), day_ref(production, unit, day))
    sounds = [DaySound(of, each.sound) for of, each in read.sounds.items()]
    found = export_day(read.day, [each.clip for each in read.clips.values()], sounds)
    stem = f"{read.ref.production}_{read.ref.unit}_{read.ref.day}"
    lists = {f"{stem}{f'_{clock}' if len(found['ale']) > 1 else ''}.ale": text for clock, text in found["ale"].items()}
    if ale and not csv and not lists:
        fail("No clip and no sound of this day has come, so nothing tells at which rate an ALE would count.")
    files = {**({f"{stem}.csv": found["csv"]} if csv or not ale else {}), **(lists if ale or not csv else {})}
    try:
        into.mkdir(parents=True, exist_ok=True)
        for name, text in files.items():
            # As it is: an ALE's and a CSV's lines end with CR LF everywhere.
            (into / name).write_bytes(text.encode())
    except OSError as error:
        fail(f"{visible(str(into))} cannot be written to: {error.strerror}. Name another folder: --into DIR", 2)
    if as_json:
        print_json({"files": [str(into / name) for name in files]})
        return
    for name in files:
        console.print(Text(visible(str(into / name))), soft_wrap=True)


app.command()(columns)
app.command()(day)
app.command()(correct)
app.command()(takes)
