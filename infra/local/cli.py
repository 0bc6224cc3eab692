"""`circletake local`: a studio on this laptop, up and down."""

import json
from dataclasses import asdict
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from circletake.cli.shared import Target, console
from circletake.contracts.people import ROLES
from infra.local import LocalError, analysis, studio
from infra.local.analysis import Models
from infra.local.passwords import new_password
from infra.local.studio import Studio

app = typer.Typer(
    no_args_is_help=True,
    help="""Run the whole stack on this laptop, with no AWS account and no Docker.

    A studio is the stack that cdk deploy would put into AWS, made from the very same template: its
    buckets, queues, functions and review page, behind one address on 127.0.0.1. While one is up, every other
    circletake command finds it by itself.""",
)

AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object for a program to read.")]
_say = Console(stderr=True)


@app.command()
def up(
    context: typer.Context,
    name: Annotated[
        str | None, typer.Option(help="What to call it: `studio` unless said. Several names run side by side.")
    ] = None,
    no_analysis: Annotated[bool, typer.Option("--no-analysis", help="Start it without models.")] = False,
    as_json: AsJson = False,
) -> None:
    """Start a studio and leave it running. If it is up already, just say where it is."""
    name = _meant(context, name) or "studio"
    try:
        already = [other for other in studio.running() if other.name == name]
        if already:
            here = already[0]
        else:
            with _say.status("Looking at the stack") as status:
                models = None if no_analysis else Models()
                here = studio.start(name, models=models, lives_on=True, say=lambda step: status.update(f"{step} …"))
    except LocalError as error:
        raise _failed(error) from error
    if as_json:
        typer.echo(json.dumps(asdict(here)))
        return
    facts = Table.grid(padding=(0, 2))
    facts.add_row("Studio", here.name)
    facts.add_row("Page", f"[link={here.page}]{here.page}[/link]")
    facts.add_row("AWS endpoint", here.endpoint)
    facts.add_row("Analysis", _analysis(here))
    facts.add_row("End it with", f"circletake local down --name {here.name}")
    _say.print(facts)


@app.command()
def user(
    context: typer.Context,
    email: Annotated[str, typer.Argument(help="Who may log in on the page, by e-mail address. No mail is sent.")],
    group: Annotated[
        list[str] | None,
        typer.Option(
            metavar="ROLE",
            help=f"{', '.join(ROLES)}; in the whole company (`producer`) or in one production (`bikes:script`).",
        ),
    ] = None,
    name: Annotated[str | None, typer.Option(help="The studio. Needed only when several are up.")] = None,
    as_json: AsJson = False,
) -> None:
    """Let a person log in on the page, with a new password that is shown once. Without a group: producer."""
    if "@" not in email:
        _say.print(f"[red]{escape(email)} is no e-mail address, and that is what people log in with.[/]")
        raise typer.Exit(2)
    if strangers := [each for each in group or () if each.rpartition(":")[2] not in ROLES]:
        _say.print(f"[red]No such role: {escape(', '.join(strangers))}. There is: {', '.join(ROLES)}.[/]")
        raise typer.Exit(2)
    password = new_password()
    try:
        here = studio.find(_meant(context, name))
        studio.add_user(here, email, password, group or ["producer"])
    except LocalError as error:
        raise _failed(error) from error
    if as_json:
        typer.echo(json.dumps({"page": here.page, "email": email, "password": password}))
        return
    facts = Table.grid(padding=(0, 2))
    facts.add_row("Page", f"[link={here.page}]{here.page}[/link]")
    facts.add_row("Name", escape(email))
    facts.add_row("Password", password)
    # It is shown once, to whoever asked for it: on a screen, or in the file that they wrote it to.
    console.print(facts)


@app.command()
def models(
    context: typer.Context,
    name: Annotated[str | None, typer.Option(help="The studio. Needed only when several are up.")] = None,
    as_json: AsJson = False,
) -> None:
    """Show what the models of a studio are doing: their instances, what waits, and their log."""
    try:
        here = studio.find(_meant(context, name))
    except LocalError as error:
        raise _failed(error) from error
    if as_json:
        typer.echo(json.dumps(analysis.status(here.analysis) if here.analysis else []))
        return
    _say.print(f"Analysis: {_analysis(here)}")
    if here.analysis:
        typer.echo(analysis.log(here.folder).read_text(errors="replace"), nl=False)


@app.command()
def down(
    context: typer.Context,
    name: Annotated[str | None, typer.Option(help="Which one. Needed only when several are up.")] = None,
    everything: Annotated[bool, typer.Option("--all", help="End every studio that is up.")] = False,
    as_json: AsJson = False,
) -> None:
    """End a studio: its processes, its footage, its catalogue. Only the journals of uploads stay on the disk."""
    try:
        ended = studio.running() if everything else [studio.find(_meant(context, name))]
    except LocalError as error:
        raise _failed(error) from error
    for one in ended:
        one.stop()
    if as_json:
        typer.echo(json.dumps({"ended": [one.name for one in ended]}))
    else:
        _say.print(f"Ended: {', '.join(one.name for one in ended) or 'none was up'}.")


def _analysis(here: Studio) -> str:
    """One line on the models of a studio."""
    if here.analysis is None:
        return "none: no models were started"
    try:
        told = analysis.status(here.analysis)
    except OSError:
        return f"ended by itself; {analysis.log(here.folder)} says why"
    return "; ".join(
        f"{each['instances']} instances, {each['waiting']} waiting, {each['at_work']} being answered" for each in told
    )


def _meant(context: typer.Context, name: str | None) -> str | None:
    """`--name` here, or `--studio` before the command: two words for the same studio, so they must not differ."""
    target = context.find_object(Target)
    before = target.studio if target else None
    if name and before and name != before:
        _say.print(f"[red]--studio says {escape(before)} and --name says {escape(name)}: which one?[/]")
        raise typer.Exit(2)
    return name or before


def _failed(error: LocalError) -> typer.Exit:
    _say.print(f"[red]{escape(str(error))}[/]")
    return typer.Exit(1)
