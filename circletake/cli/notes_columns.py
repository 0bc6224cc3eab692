"""`circletake notes columns`: what the headings of a production's papers hold, and what a column can hold at all."""

from typing import Annotated

import typer
from rich.table import Table
from rich.text import Text

from circletake.cli.notes_fields import MEANING, typed
from circletake.cli.notes_import import Whose
from circletake.cli.people import ASKED, Person
from circletake.cli.shared import Json, console, deployment, fail, print_json, visible, word_width
from circletake.cloud.papers import read_remembered
from circletake.contracts.takes import Source


def columns(
    context: typer.Context,
    production: Annotated[str | None, typer.Option(help="The production's code name.")] = None,
    forget: Annotated[
        list[str] | None,
        typer.Option(help='Forget what a heading was said to hold: --forget "Mood". Say --source, too.'),
    ] = None,
    source: Annotated[Whose | None, typer.Option(help="In whose papers.")] = None,
    person: Annotated[
        str | None, typer.Option("--as", envvar="CIRCLETAKE_PERSON", help=f"Who you are, where you forget. {ASKED}")
    ] = None,
    as_json: Json = False,
) -> None:
    """What headings were said to hold in all papers of a production; without --production, what a column can hold.

    Papers that were brought in stay as they were read: bring one in again to have it read anew.
    """
    if production is None:
        if forget:
            fail("Say of which production: --production NAME.", 2)
        _print_fields(as_json=as_json)
        return
    if forget:
        if source is None or person is None:
            fail("To forget a heading, say in whose papers (--source) and who you are (--as).", 2)
        body = {"source": Source[source.name], "headings": forget}
        told = Person(deployment(context), person).post(f"productions/{production}/columns/forget", body)
        if as_json:
            print_json(told)
        else:
            console.print(Text(f"Forgotten: {', '.join(map(visible, told['forgotten']))}."))
        return
    kept = read_remembered(deployment(context).catalogue(), production)
    kept = [each for each in kept if source is None or each.source is Source[source.name]]
    if as_json:
        rows = [{name: getattr(each, name) for name in ("source", "heading", "field", "by", "at")} for each in kept]
        print_json({"columns": rows})
        return
    if not kept:
        console.print(Text(f"Nobody has said what a heading of {visible(production)}'s papers holds."))
        return
    table = Table(box=None, header_style="dim", pad_edge=False)
    for heading in ("Heading", "In papers of", "Holds"):
        table.add_column(heading, overflow="fold")
    table.add_column("Said by", overflow="fold", width=word_width(["Said by", *(visible(each.by) for each in kept)]))
    for each in kept:
        holds = typed(each.field) if each.field else "nothing"
        table.add_row(Text(visible(each.heading)), each.source.lower(), holds, Text(visible(each.by)))
    console.print(table)


def _print_fields(*, as_json: bool) -> None:
    if as_json:
        print_json({"fields": {typed(field): meaning for field, meaning in MEANING.items()}})
        return
    table = Table(box=None, header_style="dim", pad_edge=False)
    table.add_column("A column can hold", no_wrap=True)
    table.add_column("which is", overflow="fold")
    for field, meaning in MEANING.items():
        table.add_row(typed(field), meaning)
    console.print(table)
    console.print('\nSay it where a paper is brought in: circletake notes import … --column "Heading=field"')
