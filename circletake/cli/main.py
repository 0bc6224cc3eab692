"""The `circletake` command."""

from importlib.metadata import entry_points
from typing import Annotated

import typer

from circletake.cli.analyse import analyse
from circletake.cli.card import app as card
from circletake.cli.character import app as character
from circletake.cli.editorial import editorial
from circletake.cli.find import find
from circletake.cli.look import app as look
from circletake.cli.notes import app as notes
from circletake.cli.offload import offload
from circletake.cli.pull import pull
from circletake.cli.recipe import app as recipe
from circletake.cli.redrive import redrive
from circletake.cli.report import app as report
from circletake.cli.screener import screener
from circletake.cli.shared import Target, fail
from circletake.cli.status import status
from circletake.cli.upload import upload
from circletake.cli.why import why

app = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode="markdown",
    pretty_exceptions_show_locals=False,
    help="From the camera card to the people who decide.\n\n"
    "With a studio up on this laptop every command finds it by itself; with AWS credentials, name the stack.",
)


@app.callback()
def target(
    context: typer.Context,
    studio: Annotated[
        str | None,
        typer.Option(envvar="CIRCLETAKE_STUDIO", help="Before the command: a studio on this laptop, of several."),
    ] = None,
    stack: Annotated[
        str | None,
        typer.Option(envvar="CIRCLETAKE_STACK", help="Before the command: a stack in AWS, with your credentials."),
    ] = None,
) -> None:
    if studio and stack:
        fail("--studio and --stack are two places: name one.", 2)
    context.obj = Target(studio, stack)


for ours in (offload, upload, status, why, redrive, find, analyse, editorial, pull, screener):
    app.command()(ours)
app.add_typer(card, name="card")
app.add_typer(character, name="character")
app.add_typer(look, name="look")
app.add_typer(notes, name="notes")
app.add_typer(recipe, name="recipe")
app.add_typer(report, name="report")
for extension in entry_points(group="circletake.commands"):
    command = extension.load()
    if isinstance(command, typer.Typer):
        app.add_typer(command, name=extension.name)
    else:
        app.command(extension.name)(command)


def main() -> None:
    app()


if __name__ == "__main__":
    main()
