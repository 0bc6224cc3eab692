"""`circletake card`: may this card be formatted, and what named people say about it."""

import hashlib
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer
from pydantic import ValidationError

from circletake.cli.card_view import print_cards
from circletake.cli.people import As, Person, Reason
from circletake.cli.shared import Json, console, counted, deployment, fail, print_json, visible
from circletake.cloud.card_manifest import next_generation
from circletake.cloud.deployment import Deployment
from circletake.cloud.reading import Told
from circletake.contracts.cards import CardCode
from circletake.contracts.errors import Rejected
from circletake.contracts.keys import IngestKey, RollRef
from circletake.film.manifests import read_manifest

app = typer.Typer(no_args_is_help=True, help="May a card be formatted? How it stands, and what people say about it.")
copies = typer.Typer(no_args_is_help=True, help="The volumes and tapes on which a card lies.")
app.add_typer(copies, name="copies")

EXIT_CODES = {"GREEN": 0, "AMBER": 1, "RED": 2}
#: No light at all: nothing that a script may take for one.
UNKNOWN = 3
#: An act is judged within seconds; a status that takes longer comes by itself.
_JUDGED_WITHIN_S = 15


class DriveKind(StrEnum):
    """What a person can hold in the hand and read back."""

    DISK = "DISK"
    TAPE = "TAPE"


Roll = Annotated[str, typer.Argument(help="The roll, as it is called on the magazine.")]
Production = Annotated[str, typer.Option(help="The production's code name.")]
Day = Annotated[str, typer.Option(help="The shooting day as the production calls it.")]
Unit = Annotated[str, typer.Option(help="The unit: main, 2u, …")]
Insertion = Annotated[
    str | None, typer.Option("--offload", help="Which insertion of the card, where it was put in more than once.")
]


@app.command()
def status(
    context: typer.Context,
    roll: Roll,
    production: Production,
    day: Day,
    unit: Unit = "main",
    offload: Insertion = None,
    as_json: Json = False,
) -> None:
    """May the card be formatted? GREEN (exit code 0), AMBER (1) or RED (2), with every reason and every copy.

    The exit code is 3 when there is no such card, or nobody to ask.

    GREEN needs two things. BITS: every file of a manifest made while reading the card is there and the same, on as
    many copies as the production asks for. PICTURE: every clip was decoded whole, or viewed by a named person.
    """
    ref = roll_ref(production, unit, day, roll)
    told = _read(deployment(context, or_exit_with=UNKNOWN), ref, offload)
    if as_json:
        print_json({**_together(told), **told})
    else:
        print_cards(ref, told)
    raise typer.Exit(EXIT_CODES[told["status"]])


@app.command()
def release(
    context: typer.Context,
    roll: Roll,
    production: Production,
    day: Day,
    person: As,
    reason: Reason,
    unit: Unit = "main",
    offload: Insertion = None,
    as_json: Json = False,
) -> None:
    """Say, by name, that a green card may be formatted. It stays on record; damage found later raises an alarm."""
    where, ref = deployment(context), roll_ref(production, unit, day, roll)
    _act(
        where, ref, person, {"act": "RELEASE", "offload": _one(where, ref, offload), "reason": reason}, as_json=as_json
    )


@app.command()
def ack(
    context: typer.Context,
    roll: Roll,
    production: Production,
    day: Day,
    person: As,
    reason: Reason,
    code: Annotated[CardCode, typer.Option(help="The reason's code, as `card status` shows it: CLIP_GAP, …")],
    path: Annotated[str, typer.Option(help="What it is about, as `card status` shows it.")],
    unit: Unit = "main",
    offload: Insertion = None,
    as_json: Json = False,
) -> None:
    """Acknowledge, by name, something about the bits that is as it must be: a gap, an empty or an unlisted file."""
    where, ref = deployment(context), roll_ref(production, unit, day, roll)
    _close(where, ref, _one(where, ref, offload), person, reason, "ACKNOWLEDGE", path, code=code, as_json=as_json)


@app.command("sign-off")
def sign_off(
    context: typer.Context,
    roll: Roll,
    production: Production,
    day: Day,
    person: As,
    reason: Reason,
    path: Annotated[str, typer.Option(help="The clip's path on the card, as `card status` shows it.")],
    unit: Unit = "main",
    offload: Insertion = None,
    as_json: Json = False,
) -> None:
    """Say, by name, that you have viewed a clip whole which nothing here can decode. A rejected one stays AMBER."""
    where, ref = deployment(context), roll_ref(production, unit, day, roll)
    _close(where, ref, _one(where, ref, offload), person, reason, "SIGN_OFF", path, as_json=as_json)


@copies.command("add")
def add(
    context: typer.Context,
    roll: Roll,
    production: Production,
    day: Day,
    person: As,
    reason: Reason,
    volume: Annotated[str, typer.Option(help="What is written on the drive or tape.")],
    mhl: Annotated[Path, typer.Option(exists=True, dir_okay=False, help="The manifest made by reading it back.")],
    kind: Annotated[DriveKind, typer.Option(help="What it is.")] = DriveKind.DISK,
    serial: Annotated[str | None, typer.Option(help="Its serial number or barcode.")] = None,
    offsite: Annotated[bool, typer.Option("--offsite", help="It is kept in another place.")] = False,
    unit: Unit = "main",
    offload: Insertion = None,
    as_json: Json = False,
) -> None:
    """Add a drive or an LTO tape on which the card lies, with the manifest (ASC MHL or MHL) that proves it."""
    where, ref = deployment(context), roll_ref(production, unit, day, roll)
    body = mhl.read_bytes()
    try:
        read_manifest(mhl.name, body)
    except Rejected as rejected:
        fail(f"{rejected.verdict.sentence} {rejected.verdict.next_step}", 2)
    name = _one(where, ref, offload)
    noted = f".circletake/copies/{hashlib.sha256(body).hexdigest()}.mhl"
    key = IngestKey(roll=ref, offload=name, path=noted).key
    someone = Person(where, person)
    where.uploader(production).put_object(Bucket=where.outputs["IngestBucket"], Key=key, Body=body)
    added = {"volume": volume, "kind": kind, "serial": serial, "offsite": offsite, "mhl": noted}
    asked = {"act": "ADD_COPY", "offload": name, "reason": reason, "added": added}
    _act(where, ref, person, asked, as_json=as_json, someone=someone)


@app.command()
def policy(
    context: typer.Context,
    production: Production,
    person: As,
    copies: Annotated[int, typer.Option(help="How many copies that were read back.")] = 2,
    kinds: Annotated[int, typer.Option(help="On how many kinds of volume: disk, tape, cloud.")] = 1,
    offsite: Annotated[int, typer.Option(help="How many of them in another place. The cloud is one.")] = 0,
    as_json: Json = False,
) -> None:
    """What the production asks for before a card may be formatted. 3-2-1 is --copies 3 --kinds 2 --offsite 1."""
    asked = {"copies": copies, "kinds": kinds, "offsite": offsite}
    told = Person(deployment(context), person).post(f"productions/{production}/policy", asked)
    if as_json:
        print_json(told)
        return
    asks = f"{counted(copies, 'copy', 'copies')} on {counted(kinds, 'kind')} of volume, {offsite} of them off site"
    console.print(f"{production} asks for {asks}. Its cards are judged again.")


@app.command()
def manifest(
    context: typer.Context,
    roll: Roll,
    production: Production,
    day: Day,
    into: Annotated[Path, typer.Option(file_okay=False, help="Where the `ascmhl` folder is written.")],
    unit: Unit = "main",
    offload: Insertion = None,
    as_json: Json = False,
) -> None:
    """Write the card's ASC MHL history with a new generation by us: what was found of every file in the bucket.

    INTO may be a copy of the card whose history is the one that was uploaded, or an empty folder.
    """
    where, ref = deployment(context), roll_ref(production, unit, day, roll)
    name = _one(where, ref, offload)
    bucket, now = where.outputs["IngestBucket"], datetime.now(UTC)
    files = next_generation(where.catalogue(), where.objects(), bucket, ref, name, now=now)
    _require_same_history(into, files)
    for path, body in files:
        target = into / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(body)
    if as_json:
        print_json({"offload": name, "files": [str(into / path) for path, _ in files]})
    else:
        console.print(f"{visible(str(into / files[-2][0]))} is the new generation; the chain beside it knows it.")


def _require_same_history(into: Path, files: Sequence[tuple[str, bytes]]) -> None:
    """Ends the command where the folder holds generations that the cloud does not know, or knows otherwise."""
    written = {into / path: body for path, body in files}
    chain = into / files[-1][0]
    for there in chain.parent.glob("*.mhl") if chain.parent.is_dir() else ():
        if there not in written or there.read_bytes() != written[there]:
            fail(
                f"{visible(str(there))} is a generation that the cloud does not know. Upload this copy first "
                "(circletake upload … --repair), or write into another folder.",
                2,
            )


def roll_ref(production: str, unit: str, day: str, roll: str) -> RollRef:
    """What was given → the roll. Ends the command with a sentence where one of it is no label."""
    try:
        return RollRef(production=production, unit=unit, day=day, roll=roll)
    except ValidationError as error:
        given = error.errors()[0]
        allowed = "up to 64 letters, digits, '.', '_' and '-', without spaces"
        fail(f"{given['loc'][0]} {given['input']!r} cannot be used: {allowed}.", UNKNOWN)


def _read(where: Deployment, roll: RollRef, offload: str | None) -> Told:
    told = where.reading().card(roll)
    cards = [card for card in told["cards"] if offload in (None, card["offload"])]
    if not cards:
        what = f"insertion {offload} of roll {roll.roll}" if offload else f"roll {roll.roll}"
        fail(f"No {what} has been received: {roll.production}, {roll.day}, unit {roll.unit}.", UNKNOWN)
    if offload is None:
        return told
    return {"cards": cards, **{axis: cards[0][axis] for axis in ("status", "bits", "picture")}}


def _together(told: Told) -> Told:
    """The roll's cards → their files, copies and reasons in one, as a machine asks for them."""
    counting = [card for card in told["cards"] if not card["covered_by"]]
    files: dict[str, int] = {}
    for card in counting:
        for name, count in card["files"].items():
            files[name] = files.get(name, 0) + count
    return {
        "files": files,
        "copies": [copy for card in counting for copy in card["copies"]],
        "reasons": [reason for card in counting for reason in card["reasons"]],
    }


def _one(where: Deployment, roll: RollRef, offload: str | None) -> str:
    """The insertion that is meant: as named, or the only one that counts."""
    cards = [card for card in _read(where, roll, offload)["cards"] if offload or not card["covered_by"]]
    if len(cards) > 1:
        names = ", ".join(card["offload"] for card in cards)
        fail(f"Roll {roll.roll} was put in more than once. Say which is meant with --offload: {names}", 2)
    return str(cards[0]["offload"])


def _close(
    where: Deployment,
    roll: RollRef,
    offload: str,
    person: str,
    reason: str,
    deed: str,
    path: str,
    *,
    code: CardCode | None = None,
    as_json: bool,
) -> None:
    """What a person answers for is what the card says at this moment, and that version of it alone."""
    card = next(each for each in where.reading().card(roll)["cards"] if each["offload"] == offload)
    waiting = [each for each in card["reasons"] if each["closable"] == deed and code in (None, each["code"])]
    about = [each for each in waiting if each["path"] == path]
    if not about:
        listed = "; ".join(f"{each['code']} {visible(each['path'])}" for each in waiting[:5]) or "nothing"
        fail(f"{visible(path)!r} of this card does not wait for that. What does: {listed}.", 1)
    for each in about:
        asked = {name: each[name] for name in ("code", "path", "about")}
        _act(where, roll, person, {"act": deed, "offload": offload, "reason": reason, **asked}, as_json=as_json)


def _act(
    where: Deployment,
    roll: RollRef,
    person: str,
    asked: dict[str, Any],
    *,
    as_json: bool,
    someone: Person | None = None,
) -> None:
    path = f"productions/{roll.production}/units/{roll.unit}/days/{roll.day}/rolls/{roll.roll}/card/acts"
    act = (someone or Person(where, person)).post(path, asked)["act"]
    deadline = time.monotonic() + _JUDGED_WITHIN_S
    while True:
        told = _read(where, roll, asked["offload"])
        if (told["cards"][0]["judged_at"] or "") > act["at"] or time.monotonic() > deadline:
            break
        time.sleep(0.3)
    if as_json:
        print_json({"act": act, **told})
    else:
        print_cards(roll, told)
