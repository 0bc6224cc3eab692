"""`circletake look`: what a production's pictures are to look like, and who said so."""

from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table

from circletake.cli.card import roll_ref
from circletake.cli.people import As, Person
from circletake.cli.shared import Json, console, counted, deployment, fail, print_json, visible
from circletake.cloud.deployment import Deployment
from circletake.cloud.looks import all_looks, read_slates
from circletake.contracts.errors import Rejected
from circletake.contracts.keys import RollRef
from circletake.contracts.looks import Cdl, Look, LookLevel
from circletake.film.looks.cdl import read_cdl
from circletake.film.looks.cube import read_cube
from circletake.film.looks.resolving import clip_name

app = typer.Typer(no_args_is_help=True, help="Which look reaches which clips. Originals are never touched.")

Production = Annotated[str, typer.Option(help="The production's code name.")]
Day = Annotated[str | None, typer.Option(help="A look for this shooting day; or the day of --clip.")]
Scene = Annotated[str | None, typer.Option(help="A look for this scene, as an ALE of the clips names it.")]
Setup = Annotated[str | None, typer.Option(help="A look for this setup: the scene with its letters.")]
Clip = Annotated[str | None, typer.Option(help="A look for one clip: also say --day and --roll.")]
Roll = Annotated[str | None, typer.Option(help="The roll of --clip.")]
Unit = Annotated[str, typer.Option(help="The unit of --clip: main, 2u, …")]


@app.command("list")
def show(context: typer.Context, production: Production, as_json: Json = False) -> None:
    """The looks that hold. What is nearer to the clip wins, CDL and LUT each by itself."""
    looks = _standing(all_looks(deployment(context).catalogue(), production))
    if as_json:
        print_json({"looks": [look.model_dump(mode="json") for look in looks]})
        return
    if not looks:
        console.print(f"No look is set for {production}: its pictures are shown as they were recorded.")
        return
    table = Table(box=None, header_style="dim")
    for heading in ("Reaches", "Look", "Set by"):
        table.add_column(heading, overflow="fold")
    for look in looks:
        reach = [_words(look.level, look.target), *([f"roll {look.roll.roll}, {look.roll.day}"] if look.roll else [])]
        what = [look.name, _numbers(look.cdl), f"LUT of {look.lut.size}³" if look.lut else ""]
        cells = (reach, what, [look.source, look.at[:16].replace("T", " ")])
        table.add_row(*("\n".join(visible(line) for line in cell if line) for cell in cells))
    console.print(table)


def _standing(looks: Sequence[Look]) -> list[Look]:
    """Every word on a production's looks, the newest first → those that hold: at one place the newest CDL and LUT."""
    held: dict[tuple[str, str, str], set[str]] = defaultdict(set)
    standing = []
    for look in looks:
        place = _place_of(look)
        says = {name for name in ("cdl", "lut") if getattr(look, name) is not None}
        if says - held[place]:
            standing.append(look)
        held[place] |= says or {"cdl", "lut"}
    return standing


@app.command("set")
def set_look(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="A .cc, .cdl or .ccc with one correction, or a .cube.", exists=True)],
    production: Production,
    person: As,
    day: Day = None,
    scene: Scene = None,
    setup: Setup = None,
    clip: Clip = None,
    roll: Roll = None,
    unit: Unit = "main",
    name: Annotated[str | None, typer.Option(help="What people call it; else the file's name.")] = None,
    as_json: Json = False,
) -> None:
    """Set a look: for the whole show, or for what is named. The clips it reaches get new proxies by themselves.

    A .cube takes pictures from the grading space of the recipe (`circletake recipe`) to the screen.
    """
    body = file.read_bytes()
    what: dict[str, Any] = {}
    try:
        if file.suffix.lower() == ".cube":
            read_cube(body)
            what["cube"] = body.decode()
        else:
            corrections = read_cdl(file.name, body)
            if len(corrections) != 1:
                fail(f"{file.name} holds {len(corrections)} corrections. Give a file that holds one.")
            what["cdl"] = corrections[0][1].model_dump()
    except Rejected as rejected:
        fail(f"{rejected.verdict.sentence} {rejected.verdict.next_step}")
    where = _reach(production, day, scene, setup, clip, roll, unit)
    _post(context, production, person, {**where, **what, "name": name or file.name}, as_json=as_json)


@app.command("take-back")
def take_back(
    context: typer.Context,
    production: Production,
    person: As,
    day: Day = None,
    scene: Scene = None,
    setup: Setup = None,
    clip: Clip = None,
    roll: Roll = None,
    unit: Unit = "main",
    as_json: Json = False,
) -> None:
    """Take back what was set for the show, or for what is named: from then on the next wider look holds."""
    where = _reach(production, day, scene, setup, clip, roll, unit)
    _post(context, production, person, {**where, "name": "taken back"}, as_json=as_json)


def _reach(
    production: str,
    day: str | None,
    scene: str | None,
    setup: str | None,
    clip: str | None,
    roll: str | None,
    unit: str,
) -> dict[str, Any]:
    if clip is not None:
        if day is None or roll is None or scene or setup:
            fail("A clip's name comes again on other rolls: with --clip say --day and --roll, and nothing else.", 2)
        ref = roll_ref(production, unit, day, roll)
        return {"level": LookLevel.CLIP, "target": clip, "roll": ref.model_dump()}
    named = [
        (level, target)
        for level, target in ((LookLevel.DAY, day), (LookLevel.SCENE, scene), (LookLevel.SETUP, setup))
        if target is not None
    ]
    if len(named) > 1:
        fail("Name one of --day, --scene, --setup or --clip; none of them means the whole show.", 2)
    level, target = named[0] if named else (LookLevel.SHOW, "")
    return {"level": level, "target": target}


def _post(context: typer.Context, production: str, person: str, asked: dict[str, Any], *, as_json: bool) -> None:
    where = deployment(context)
    of = RollRef.model_validate(asked["roll"]) if "roll" in asked else None
    place = _place(asked["level"], asked["target"], of)
    taken_back = "cdl" not in asked and "cube" not in asked
    if taken_back and place not in {_place_of(look) for look in all_looks(where.catalogue(), production)}:
        fail(f"Nothing was ever set for the {_words(asked['level'], asked['target'])}.")
    look = Look.model_validate(Person(where, person).post(f"productions/{production}/looks", asked)["look"])
    reached = _reached(where, production, look)
    if as_json:
        print_json({"look": look.model_dump(mode="json"), "clips": reached})
        return
    words = _words(look.level, look.target)
    done = f"What was set for the {words} is taken back" if taken_back else f"{look.name} is set for the {words}"
    follows = "No clip is there yet that it reaches."
    if reached:
        follows = f"It reaches {counted(reached, 'clip')}; where it is the nearest look, new proxies are being made."
    console.print(f"{visible(done)}. {follows}")


def _place(level: str, target: str, roll: RollRef | None) -> tuple[str, str, str]:
    return level, target.casefold(), roll.partition if roll else ""


def _place_of(look: Look) -> tuple[str, str, str]:
    return _place(look.level, look.target, look.roll)


def _words(level: str, target: str) -> str:
    return f"{level.lower()} {target}".strip()


def _reached(where: Deployment, production: str, look: Look) -> int:
    """How many clips there are that a look is for."""
    reading, reached = where.reading(), 0
    for roll, _ in reading.rolls(production):
        if (look.roll or roll) != roll or (
            look.level is LookLevel.DAY and look.target.casefold() != roll.day.casefold()
        ):
            continue
        names = [clip_name(row["title"]) for row in reading.clips(roll)]
        if look.level is LookLevel.CLIP:
            names = [name for name in names if name == clip_name(look.target)]
        elif look.level in (LookLevel.SCENE, LookLevel.SETUP):
            slates = read_slates(where.catalogue(), roll)
            told = {name: getattr(slate, look.level.lower()) or "" for name, slate in slates.items()}
            names = [name for name in names if told.get(name, "").casefold() == look.target.casefold()]
        reached += len(names)
    return reached


def _numbers(cdl: Cdl | None) -> str:
    if cdl is None:
        return ""
    parts = (("s", cdl.slope), ("o", cdl.offset), ("p", cdl.power))
    told = " ".join(f"{name} {'/'.join(f'{value:g}' for value in values)}" for name, values in parts)
    return f"{told} sat {cdl.saturation:g}"
