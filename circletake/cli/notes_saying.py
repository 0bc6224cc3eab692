"""`circletake notes correct`: what a person knows better than the papers."""

from fractions import Fraction
from typing import Annotated, Any

import typer
from pydantic import ValidationError
from rich.text import Text

from circletake.cli.card import Day, Production, Unit
from circletake.cli.notes_fields import typed
from circletake.cli.notes_shared import api_path, day_ref, said_text
from circletake.cli.notes_view import print_changes
from circletake.cli.people import As, Person
from circletake.cli.shared import Json, console, deployment, fail, print_json, visible
from circletake.cloud.day_changes import tell_changes
from circletake.cloud.days import read_day
from circletake.contracts.takes import Flag, Said
from circletake.film.papers.cells import read_rate
from circletake.film.takes.changes import compare


def _flag(name: str, what: str) -> Any:
    return typer.Option(f"--{name}/--no-{name}", help=what)


def correct(
    context: typer.Context,
    production: Production,
    day: Day,
    person: As,
    unit: Unit = "main",
    setup: Annotated[str | None, typer.Option(help="Which take: its setup (12A), with --take.")] = None,
    slate: Annotated[str | None, typer.Option(help="Or the slate's number alone (127), with --take.")] = None,
    take: Annotated[str | None, typer.Option(help="The take's number.")] = None,
    scene: Annotated[str | None, typer.Option(help="Its scene.")] = None,
    clip: Annotated[
        list[str] | None, typer.Option(help="A clip of that take: its name, or A002/C0001 with its roll.")
    ] = None,
    sound: Annotated[
        list[str] | None, typer.Option(help="A sound file of that take: its name, or with its roll.")
    ] = None,
    circled: Annotated[bool | None, _flag("circled", "The director wants it printed.")] = None,
    pickup: Annotated[bool | None, _flag("pickup", "It is a pickup.")] = None,
    series: Annotated[bool | None, _flag("series", "It was shot in a series, without a cut.")] = None,
    mos: Annotated[bool | None, _flag("mos", "It was shot without sound.")] = None,
    tail_slate: Annotated[bool | None, _flag("tail-slate", "Its slate is at its end.")] = None,
    false_start: Annotated[bool | None, _flag("false-start", "It is a false start.")] = None,
    wild_track: Annotated[bool | None, _flag("wild-track", "It is sound without picture.")] = None,
    vfx_reference: Annotated[bool | None, _flag("vfx-reference", "It is a reference for visual effects.")] = None,
    note: Annotated[str | None, typer.Option(help="A remark on it.")] = None,
    camera: Annotated[str | None, typer.Option(help="The camera of --clip.")] = None,
    roll: Annotated[str | None, typer.Option(help="The roll of --clip.")] = None,
    sound_roll: Annotated[str | None, typer.Option(help="The roll of --sound.")] = None,
    lens: Annotated[str | None, typer.Option(help="The lens of --clip, else of the take.")] = None,
    exposure_index: Annotated[str | None, typer.Option(help="The EI of --clip, else of the take.")] = None,
    white_balance: Annotated[str | None, typer.Option(help="The white balance of --clip, else of the take.")] = None,
    filters: Annotated[str | None, typer.Option(help="The filters of --clip, else of the take.")] = None,
    shutter: Annotated[str | None, typer.Option(help="The shutter of --clip, else of the take.")] = None,
    sensor_fps: Annotated[str | None, typer.Option(help="Frames a second that the sensor took.")] = None,
    starts: Annotated[str | None, typer.Option(help="Timecode at which the take begins in --clip or --sound.")] = None,
    ends: Annotated[str | None, typer.Option(help="Timecode at which it ends there.")] = None,
    new: Annotated[bool, typer.Option("--new", help="It was shot, though nobody mentions that take.")] = False,
    as_json: Json = False,
) -> None:
    """Say, by name, what a take, a clip or a sound is. It holds over all papers, until you take it back.

    circletake notes correct … --setup 12A --take 3 --circled

    circletake notes correct … --clip A001C003 --setup 12A --take 4
    """
    flags = {
        Flag.CIRCLED: circled, Flag.PICKUP: pickup, Flag.SERIES: series, Flag.MOS: mos, Flag.TAIL_SLATE: tail_slate,
        Flag.FALSE_START: false_start, Flag.WILD_TRACK: wild_track, Flag.VFX_REFERENCE: vfx_reference,
    }  # fmt: skip
    said = _said(
        setup=setup, slate=slate, take=take, scene=scene, clips=tuple(clip or ()), sounds=tuple(sound or ()),
        flags={flag: told for flag, told in flags.items() if told is not None}, note=note, camera=camera, roll=roll,
        sound_roll=sound_roll, lens=lens, exposure_index=exposure_index, white_balance=white_balance, filters=filters,
        shutter=shutter, sensor_fps=_rate(sensor_fps), starts=starts, ends=ends,
    )  # fmt: skip
    if said == Said():
        fail("Say which take, clip or sound you mean, and what of it: --setup 12A --take 3 --circled.", 2)
    where, ref = deployment(context), day_ref(production, unit, day)
    before = read_day(where.catalogue(), ref)
    if not new and (nobody := before.unmentioned(said)):
        fail(f"{visible(nobody.sentence)} If it was shot, say it again with --new.", 2)
    body = {"said": said.model_dump(mode="json", exclude_defaults=True), "new": new}
    told = Person(where, person).post(f"{api_path(ref)}/corrections", body)
    changes = tell_changes(ref, compare(before.day, read_day(where.catalogue(), ref).day))
    if as_json:
        print_json({**told, "changes": changes})
        return
    console.print(Text(f"✓ Said by {person}: {said_text(said)}.", style="green"))
    print_changes(changes, ref)
    console.print(Text(f"To take it back: circletake notes take-back {told['correction']['id']} …", style="dim"))


def _said(**values: Any) -> Said:
    try:
        return Said(**values)
    except ValidationError as error:
        wrong = error.errors(include_url=False, include_context=False)[0]
        fail(f"--{typed(str(wrong['loc'][0]))} {wrong['input']!r} cannot be used.", 2)


def _rate(text: str | None) -> Fraction | None:
    try:
        return read_rate(text) if text is not None else None
    except ValueError as error:
        fail(f"--sensor-fps {text!r} {error}.", 2)
