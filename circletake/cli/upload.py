"""`circletake upload`: a card, or any folder of footage, goes into the ingest bucket."""

import os
import time
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import Annotated

import typer
from pydantic import ValidationError
from rich.text import Text

from circletake.cli.circling import circled_on
from circletake.cli.sending import load_of, upload_card
from circletake.cli.shared import Json, console, deployment, errors, fail, interruptible, print_json, visible
from circletake.cli.uploaded import print_plan, print_told, tell, tell_again
from circletake.cli.watching import Late, Uploaded, clip_table, print_other_files, watch
from circletake.cloud.deployment import Deployment
from circletake.cloud.patience import AWS_ERRORS
from circletake.cloud.reading import Told
from circletake.contracts.files import Origin
from circletake.contracts.keys import RollRef, short_hash
from circletake.film.structures import other_rolls
from circletake.transfer.deciding import Intent, Unclear, decide
from circletake.transfer.journal import Busy, Journal, fingerprint, recall
from circletake.transfer.listing import Card, CardGone, list_card, suggest_roll
from circletake.transfer.ordering import is_of_clip
from circletake.transfer.pacing import Line, parse_rate
from circletake.transfer.placing import Unconfirmed
from circletake.transfer.provenance import Provenance, read_provenance, refuse_unfinished
from circletake.transfer.uploading import Load

ENDED_WELL = {"DELIVERED", "KEPT"}
UNPROVEN = (
    "Origin unproven: this upload cannot turn the card green. "
    "Add --made-from card if PATH, or the manifest in it, was made while reading the camera's card itself."
)
STOPPED = "Not all of it is uploaded yet. The same command goes on where it stopped."


class MadeFrom(StrEnum):
    CARD = "card"
    COPY = "copy"


def upload(
    context: typer.Context,
    path: Annotated[Path, typer.Argument(exists=True, help="The card, a folder, or one file. It is only read.")],
    production: Annotated[str, typer.Option(help="The production's code name.")],
    day: Annotated[str, typer.Option(help="The shooting day as the production calls it: D014, 2U-D003, TEST-01.")],
    unit: Annotated[str, typer.Option(help="The unit: main, 2u, …")] = "main",
    roll: Annotated[str | None, typer.Option(help="The roll. Without it, the name of the folder or file.")] = None,
    again: Annotated[bool, typer.Option("--again", help="Another insertion of a card that was uploaded.")] = False,
    repair: Annotated[
        bool, typer.Option("--repair", help="The same insertion: send again what changed, was bad, or is missing.")
    ] = False,
    made_from: Annotated[
        MadeFrom | None,
        typer.Option(help="What PATH, or the manifest in it, was read from."),
    ] = None,
    circled: Annotated[
        Path | None,
        typer.Option(exists=True, dir_okay=False, help="Circled takes, a clip name a line: they go first."),
    ] = None,
    proxies: Annotated[
        bool, typer.Option("--proxies", help="PATH holds proxies of the roll that a DIT or a lab made, and is no card.")
    ] = False,
    proxies_first: Annotated[bool, typer.Option("--proxies-first", help="Proxies before anything else.")] = False,
    limit: Annotated[str | None, typer.Option(help="At most so many bytes a second: 500K, 20M, 1G.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would be sent, in which order.")] = False,
    wait: Annotated[bool, typer.Option("--wait", help="Watch until everything has reached an end.")] = False,
    timeout: Annotated[float, typer.Option(help="With --wait: at most so many seconds.")] = 3600,
    as_json: Json = False,
) -> None:
    """Upload a card as it is: nothing is renamed, and what cannot be uploaded is said.

    The same command again goes on where a kill, a reboot or a lost line stopped it, and sends nothing twice.
    Each insertion of a card is an offload of its own, so uploading another one never mixes two cards.
    Manifests go first, then circled takes, sound, small files, and the rest by name. Takes that are circled while the
    card goes up are sent before what waits then.

    The exit code is 0 when everything was uploaded, and with --wait delivered or kept; 1 when something was not, or is
    not as its manifest says; 2 when the command makes no sense as given; 3 when it stopped before the end, and 130
    after Ctrl-C: the same command goes on.
    """
    try:
        provenance = read_provenance(path, Origin(made_from.upper()) if made_from else None)
        limit_bytes = parse_rate(limit) if limit else None
    except ValueError as error:
        fail(str(error), 2)
    ref = _roll_ref(path, provenance, production, unit, day, roll)
    try:
        card = list_card(path)
        refuse_unfinished(card)
    except OSError as error:
        fail(f"{path} cannot be listed: {error.strerror}.", 2)
    except ValueError as error:
        fail(str(error), 2)
    _say_what_is_odd(provenance, card, ref)
    if not card.files:
        fail(f"There is no file to upload under {path}.", 2)
    names = _circled(circled, card)
    where = deployment(context)
    journal_path = _journal_path(path, ref, where)
    known = recall(journal_path)
    try:
        reported = provenance.offload
        intent = decide(known, card.files, reported, again=again, repair=repair, proxies=proxies)
    except Unclear as unclear:
        fail(str(unclear), 2)
    load = load_of(card, provenance, circled=names, proxies_first=proxies_first, repairing=intent.repairing)
    if dry_run:
        print_plan(load, intent, known, as_json=as_json)
        return
    if known and intent.is_done:
        told = tell_again(ref, known)
        uploaded = Uploaded({path: sent.version for path, sent in known.sent.items()})
    else:
        if provenance.origin is not Origin.CARD and not proxies:
            errors.print(Text(UNPROVEN, style="yellow"))
        told, uploaded = _go_up(where, ref, load, intent, journal_path, Line(limit_bytes), as_json=as_json)
    if not as_json:
        print_told(told, hint="" if wait else " Clips go on by themselves: circletake status")
    clips, files = _wait(where, ref, intent.offload, uploaded, timeout, as_json=as_json) if wait else ([], [])
    if as_json:
        print_json(told | ({"clips": clips, "other_files": files} if wait else {}))
    ended_well = all(each["state"] in ENDED_WELL for each in clips + files)
    if told["not_uploaded"] or told["differing"] or not ended_well:
        raise typer.Exit(1)


def _roll_ref(path: Path, provenance: Provenance, production: str, unit: str, day: str, roll: str | None) -> RollRef:
    if roll and provenance.roll and roll != provenance.roll:
        fail(f"This is a copy of roll {provenance.roll}, as its offload wrote down; --roll says {roll}.", 2)
    named = roll or provenance.roll or suggest_roll(path)
    if named is None:
        fail(f"{visible(path.name)!r} cannot be the name of a roll (letters, digits, . _ -). Name it with --roll.", 2)
    try:
        return RollRef(production=production, unit=unit, day=day, roll=named)
    except ValidationError as error:
        given = error.errors()[0]
        fail(
            f"--{given['loc'][0]} {given['input']!r} cannot be used: up to 64 letters, digits, '.', '_' and '-', "
            "without spaces, beginning with a letter or a digit.",
            2,
        )


def _say_what_is_odd(provenance: Provenance, card: Card, ref: RollRef) -> None:
    if odd := other_rolls((file.path for file in card.files), ref.roll):
        errors.print(Text(visible(odd), style="yellow"))
    for each in provenance.not_taken:
        errors.print(Text(f"Not copied from the card by its offload: {visible(each.path)} ({each.reason})", "yellow"))
    for name, reason in card.refused:
        errors.print(Text(f"Not uploaded: {visible(name)} ({reason})", style="yellow"))


def _circled(file: Path | None, card: Card) -> tuple[str, ...]:
    """A list of circled takes → their names; one that is not on the card is said."""
    if file is None:
        return ()
    try:
        names = tuple(filter(None, map(str.strip, file.read_text(encoding="utf-8-sig").splitlines())))
    except (OSError, UnicodeDecodeError) as error:
        fail(f"{file} is no list of clip names: {error}", 2)
    for name in names:
        if not any(is_of_clip(each.path, name) for each in card.files):
            errors.print(Text(f"Circled, and not on this card: {visible(name)}", style="yellow"))
    return names


def _journal_path(path: Path, roll: RollRef, where: Deployment) -> Path:
    """What is uploaded, as which roll, to where → its journal."""
    home = Path(os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state")
    name = short_hash("upload", str(path.resolve()), roll.partition, where.name, where.outputs["IngestBucket"])
    return home / "circletake" / "uploads" / f"{name}.jsonl"


def _go_up(
    where: Deployment, ref: RollRef, load: Load, intent: Intent, journal_path: Path, line: Line, *, as_json: bool
) -> tuple[Told, Uploaded]:
    """All of it goes up → what is told of it, and what is to be waited for."""
    began = time.monotonic()
    try:
        journal = Journal(journal_path)
        journal.begin(intent.offload, fingerprint(load.card.files))
        with interruptible(f"Stopped. {STOPPED}"):
            ask = partial(circled_on, where, ref.of_day)
            outcome, sent_bytes = upload_card(where, ref, load, intent, journal, line=line, quietly=as_json, ask=ask)
        journal.close()
    except Busy:
        fail("This card is being uploaded by another process at this moment.", 2)
    except (*AWS_ERRORS, Unconfirmed, CardGone, OSError) as error:
        fail(f"{error}\n{STOPPED}", 3)
    told = tell(ref, outcome.record, outcome.left_out, outcome.differing)
    files = {file.path: file.s3_version for file in outcome.record.files} if outcome.s3_version else None
    told |= {"sent_bytes": sent_bytes, "seconds": round(time.monotonic() - began, 3)}
    return told, Uploaded(files, outcome.s3_version)


def _wait(
    where: Deployment, ref: RollRef, offload: str, uploaded: Uploaded, timeout_s: float, *, as_json: bool
) -> tuple[list[Told], list[Told]]:
    try:
        with interruptible("Everything is uploaded and goes on by itself: circletake status"):
            clips, files = watch(where.reading(), ref, offload, uploaded, timeout_s=timeout_s, quietly=as_json)
    except Late as late:
        fail(f"{late} They go on by themselves: circletake status")
    if not as_json:
        console.print(clip_table(clips))
        print_other_files(files)
    return clips, files
