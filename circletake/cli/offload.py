"""`circletake offload`: a card goes onto several volumes at once, is read back from each, and is told as it is."""

from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer

from circletake.cli.offload_screen import Bars, print_plan, print_verdict, upload_command
from circletake.cli.shared import Json, errors, fail, interruptible, print_json, visible
from circletake.contracts.keys import is_label
from circletake.transfer.listing import CardGone, legible, suggest_roll
from circletake.transfer.metering import Meter
from circletake.transfer.offloading import offload as run_offload
from circletake.transfer.outcome import Outcome, findings, unlistable
from circletake.transfer.planning import ALGORITHMS, Plan, make_plan
from circletake.transfer.refusing import Refused


def offload(
    card: Annotated[Path, typer.Argument(help="The card, where it is mounted. It is only read.")],
    to: Annotated[
        list[str],
        typer.Option(help="A volume, once for each copy: its folder, or NAME=FOLDER to say what people call it."),
    ],
    roll: Annotated[str | None, typer.Option(help="The roll. Without it, the name of the card's folder.")] = None,
    algorithm: Annotated[
        str | None, typer.Option(help=f"The manifest's digest: {', '.join(ALGORITHMS)}. Without it, xxh64.")
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would be done, and write nothing.")] = False,
    read_again: Annotated[
        bool, typer.Option("--read-again", help="Read finished copies back whole once more, and renew their date.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Copy a card to several volumes at once, read every copy back, and write its ASC MHL manifest. Uses no network.

    The card is laid below FOLDER/ROLL as it is, each byte read once; nothing is renamed or left out in silence.
    Killed, or with a cable pulled, the same command goes on where it stopped; a card that has changed since is taken as
    it is now. A finished copy is not read again, unless asked: what then differs is told, and does not count any more.

    The exit code is 0 when everything on the card was taken and every copy was read back and agrees; 1 when something
    differs, was not taken, was lost by a copy since it was verified, or the card or a volume went away; 2 when the
    command makes no sense as given, and nothing was written; 130 after Ctrl-C: the same command goes on.
    """
    named = roll or suggest_roll(card)
    if named is None or not is_label(named):
        fail(f"{visible(named or card.name)!r} cannot be the name of a roll (letters, digits, . _ -): --roll NAME", 2)
    if algorithm not in (None, *ALGORITHMS):
        fail(f"{algorithm!r} is no digest of a manifest here: {', '.join(ALGORITHMS)}.", 2)
    try:
        plan = make_plan(card, [_volume(text) for text in to], named, algorithm, read_again=read_again)
    except Refused as refused:
        fail(visible(str(refused)), 2)
    if dry_run:
        _tell_plan(plan, as_json=as_json)
        return
    if not as_json:
        print_plan(plan)
    outcome = _run(plan, quietly=as_json)
    if as_json:
        print_json(_told(outcome))
    else:
        print_verdict(outcome)
    raise typer.Exit(0 if outcome.is_complete else 1)


def _volume(text: str) -> tuple[str | None, Path]:
    """`NAME=FOLDER` or a folder, of which the name may have a "=" too → the name, if there is one, and the folder."""
    name, equals, folder = text.partition("=")
    if text and (not equals or Path(text).is_dir()):
        return None, Path(text)
    if not folder:
        # An empty path is the folder that one happens to stand in: nobody means that.
        fail(f"--to {visible(text)!r} names no folder. Is a variable empty?", 2)
    return name, Path(folder)


def _run(plan: Plan, *, quietly: bool) -> Outcome:
    try:
        with interruptible("Stopped. Run the same command again: it goes on where it stopped."):
            if quietly or not errors.is_terminal:
                return run_offload(plan, Meter())
            with Bars() as bars:
                return run_offload(plan, bars)
    except CardGone:
        fail("The card is gone. Put it back and run the same command again: it goes on where it stopped.")
    except Refused as refused:
        fail(visible(str(refused)))
    finally:
        plan.close()


def _tell_plan(plan: Plan, *, as_json: bool) -> None:
    if not as_json:
        print_plan(plan)
        typer.echo("Nothing was written: this was a dry run.")
        return
    print_json(
        _card_told(plan)
        | {
            "offload": None,
            "dry_run": True,
            "copies": [
                {
                    "volume": target.volume.name,
                    "path": legible(str(target.path)),
                    "serial": target.volume.serial,
                    "to_write": target.lacks_bytes(plan.card),
                }
                for target in plan.targets
            ],
            "not_taken": [
                *({"path": legible(path), "reason": reason} for path, reason in plan.card.refused),
                *(each.model_dump() for each in unlistable(plan.card)),
            ],
            "findings": [{"path": each.path, "sentence": each.sentence} for each in findings(plan)],
            "manifest": None,
        }
    )


def _card_told(plan: Plan) -> dict[str, Any]:
    return {"roll": plan.roll, "files": len(plan.card.files), "bytes": plan.card.size_bytes}


def _told(outcome: Outcome) -> dict[str, Any]:
    return _card_told(outcome.plan) | {
        "offload": outcome.offload,
        "copies": [
            {
                "volume": copy.target.volume.name,
                "path": legible(str(copy.target.path)),
                "serial": copy.target.volume.serial,
                "status": copy.status,
                "counts": copy.counts,
                "files": copy.files,
                "bytes": copy.bytes,
                "read_back_at": copy.read_back_at,
                "read_from": copy.read_from,
                "read_in_this_run": copy.is_read,
                "problems": [{"path": path, "sentence": sentence} for path, sentence in copy.problems],
            }
            for copy in outcome.copies
        ],
        "not_taken": [each.model_dump() for each in outcome.not_taken],
        "findings": [{"path": each.path, "sentence": each.sentence} for each in outcome.findings],
        "structure": asdict(outcome.structure),
        "manifest": outcome.manifest,
        "next_step": upload_command(outcome),
    }
