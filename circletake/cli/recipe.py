"""`circletake recipe`: what a production wants made of every clip, in one settings file."""

from pathlib import Path
from typing import Annotated

import typer
from rich.syntax import Syntax
from rich.text import Text

from circletake.cli.people import As, Person
from circletake.cli.shared import Json, console, deployment, fail, print_json, require_production, visible
from circletake.cloud.looks import newest_recipe
from circletake.contracts.recipe import Recipe
from circletake.film.recipes import PRESETS, changes, read_recipe, write_recipe

app = typer.Typer(no_args_is_help=True, help="What is made of every clip: proxies, burn-ins, quality control, colour.")

Production = Annotated[str, typer.Option(help="The production's code name.")]
File = Annotated[Path, typer.Argument(help="The settings file.", exists=True, dir_okay=False)]


@app.command()
def show(context: typer.Context, production: Production, as_json: Json = False) -> None:
    """What the production wants now, as a settings file: save it, change it, and `set` it again."""
    where = deployment(context)
    since, recipe = newest_recipe(where.catalogue(), production)
    if not since:
        require_production(where, production)
    _print(recipe, as_json=as_json)


@app.command()
def preset(name: Annotated[str, typer.Argument(help=f"One of: {', '.join(PRESETS)}.")], as_json: Json = False) -> None:
    """A preset as a settings file, to begin with: circletake recipe preset editorial > show.toml"""
    if name not in PRESETS:
        fail(f"There is no preset {name!r}. There are: {', '.join(PRESETS)}.", 2)
    _print(PRESETS[name], as_json=as_json)


@app.command()
def check(file: File, as_json: Json = False) -> None:
    """Read a settings file and say what is wrong with it, or what it means."""
    recipe = _read(file)
    if as_json:
        _print(recipe, as_json=True)
    else:
        console.print(f"{file.name} is good. Every line of it and of its preset, {recipe.preset}:\n")
        _print(recipe, as_json=False)


@app.command("set")
def set_recipe(
    context: typer.Context,
    file: File,
    production: Production,
    person: As,
    remake: Annotated[
        bool, typer.Option("--remake", help="Also make the clips that are there anew; else only those that come.")
    ] = False,
    as_json: Json = False,
) -> None:
    """From now on every clip of the production is made as this file says."""
    recipe = _read(file)
    body = {"recipe": recipe.model_dump(mode="json"), "remake": remake}
    where = deployment(context)
    different = list(changes(newest_recipe(where.catalogue(), production)[1], recipe))
    told = Person(where, person).post(f"productions/{production}/recipe", body)
    if as_json:
        print_json({**told, "changes": different})
        return
    console.print(
        f"Every clip, those that are there too, is made as {file.name} says."
        if remake
        else f"Every clip that comes is made as {file.name} says. Those that are there stay as they are; "
        "with --remake they are made anew."
    )
    console.print("Different from before:" if different else "Nothing is different from before.")
    for each in different:
        console.print(Text(f"  {visible(each)}"))


def _read(file: Path) -> Recipe:
    try:
        return read_recipe(file.read_text())
    except (ValueError, OSError) as wrong:
        fail(f"{file}: {wrong}", 2)


def _print(recipe: Recipe, *, as_json: bool) -> None:
    if as_json:
        print_json(recipe.model_dump(mode="json"))
    elif console.is_terminal:
        console.print(Syntax(write_recipe(recipe), "toml", background_color="default", word_wrap=True))
    else:
        typer.echo(write_recipe(recipe))
