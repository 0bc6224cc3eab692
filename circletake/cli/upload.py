"""`circletake upload`: a card, or any folder of footage, goes into the ingest bucket."""

from pathlib import Path
from typing import Annotated

import typer
from pydantic import ValidationError
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn, TransferSpeedColumn
from rich.text import Text

from circletake.cli.shared import Json, console, counted, deployment, errors, fail, interruptible, print_json, visible
from circletake.cli.watching import Late, clip_table, print_other_files, watch
from circletake.cloud.deployment import Deployment
from circletake.cloud.reading import Told
from circletake.contracts.keys import RollRef
from circletake.transfer.listing import Listed, list_card, new_offload, suggest_roll
from circletake.transfer.uploading import Uploader

ENDED_WELL = {"DELIVERED", "KEPT"}


def upload(
    context: typer.Context,
    path: Annotated[Path, typer.Argument(exists=True, help="The card, a folder, or one file. It is only read.")],
    production: Annotated[str, typer.Option(help="The production's code name.")],
    day: Annotated[str, typer.Option(help="The shooting day as the production calls it: D014, 2U-D003, TEST-01.")],
    unit: Annotated[str, typer.Option(help="The unit: main, 2u, …")] = "main",
    roll: Annotated[str | None, typer.Option(help="The roll. Without it, the name of the folder or file.")] = None,
    wait: Annotated[bool, typer.Option("--wait", help="Watch until everything has reached an end.")] = False,
    timeout: Annotated[float, typer.Option(help="With --wait: at most so many seconds.")] = 3600,
    as_json: Json = False,
) -> None:
    """Upload a card as it is: nothing is renamed, and what cannot be uploaded is said.

    Each insertion of a card is an offload of its own, so uploading twice never mixes two cards.
    The exit code is 0 when everything was uploaded, and with --wait delivered or kept; 1 when something was not;
    2 when the command makes no sense as given.
    """
    named = roll or suggest_roll(path)
    if named is None:
        fail(f"{visible(path.name)!r} cannot be the name of a roll (letters, digits, . _ -). Name it with --roll.", 2)
    try:
        ref = RollRef(production=production, unit=unit, day=day, roll=named)
    except ValidationError as error:
        given = error.errors()[0]
        fail(
            f"--{given['loc'][0]} {given['input']!r} cannot be used: up to 64 letters, digits, '.', '_' and '-', "
            "without spaces, beginning with a letter or a digit.",
            2,
        )
    listed = list_card(path)
    for name, reason in listed.refused:
        errors.print(Text(f"Not uploaded: {visible(name)} ({reason})", style="yellow"))
    if not listed.files:
        fail(f"There is no file to upload under {path}.", 2)
    where = deployment(context)
    with interruptible("Stopped. The upload is not complete: begin it again."):
        offload = send(where, ref, listed, quietly=as_json)
    told = {
        "roll": ref.model_dump(),
        "offload": offload,
        "files": len(listed.files),
        "bytes": listed.size_bytes,
        "not_uploaded": [{"path": name, "reason": reason} for name, reason in listed.refused],
    }
    if not as_json:
        hint = "" if wait else " They go on by themselves: circletake status"
        console.print(f"{counted(len(listed.files), 'file')} of roll {ref.roll} uploaded as {offload}.{hint}")
    clips: list[Told] = []
    files: list[Told] = []
    if wait:
        try:
            with interruptible("Everything is uploaded and goes on by itself: circletake status"):
                clips, files = watch(where.reading(), ref, offload, timeout_s=timeout, quietly=as_json)
        except Late as late:
            fail(f"{late} They go on by themselves: circletake status")
        told |= {"clips": clips, "other_files": files}
        if not as_json:
            console.print(clip_table(clips))
            print_other_files(files)
    if as_json:
        print_json(told)
    if listed.refused or any(each["state"] not in ENDED_WELL for each in clips + files):
        raise typer.Exit(1)


def send(where: Deployment, roll: RollRef, card: Listed, *, quietly: bool = False) -> str:
    """A card as listed → all of it in the ingest bucket, with a bar on the way; the name of this offload."""
    offload = new_offload()
    uploader = Uploader(where.uploader(roll.production), where.outputs["IngestBucket"], roll, offload)
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        DownloadColumn(),
        TransferSpeedColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=errors, disable=quietly, transient=True) as progress:
        task = progress.add_task(f"Uploading {counted(len(card.files), 'file')}", total=card.size_bytes)
        uploader.upload(card.files, lambda sent: progress.advance(task, sent))
    return offload
