"""`circletake status`: how every clip stands."""

from typing import Annotated

import typer
from rich.text import Text

from circletake.cli.shared import Json, console, deployment, print_json
from circletake.cli.watching import clip_table, print_rejected_files
from circletake.cloud.reading import tell_clip, tell_file, tell_roll


def status(
    context: typer.Context,
    production: Annotated[str | None, typer.Option(help="Only this production.")] = None,
    as_json: Json = False,
) -> None:
    """How every roll and clip stands, and for what did not get through: why, and what to do."""
    reading = deployment(context).reading()
    names = [production] if production else reading.productions()
    found = [(roll, row, reading.clips(roll)) for name in names for roll, row in reading.rolls(name)]
    if as_json:
        print_json(
            {
                "clips": [{**roll.model_dump(), **tell_clip(clip)} for roll, _, clips in found for clip in clips],
                "files": [
                    {**roll.model_dump(), **tell_file(file)} for roll, _, _ in found for file in reading.files(roll)
                ],
                "rolls": [{"production": roll.production, **tell_roll(roll, row)} for roll, row, _ in found],
            }
        )
        return
    if not found:
        console.print("Nothing has been received yet. Upload a card: circletake upload PATH --production P --day D")
    for roll, row, clips in found:
        told = tell_roll(roll, row)
        state = f"closed ({told['closing']})" if told["closed"] else f"{told['open']} open"
        heading = f"{roll.production} · {roll.day} · unit {roll.unit} · roll {roll.roll}"
        console.print(Text.assemble((heading, "bold"), f"   {told['files']} files, {state}"))
        console.print(clip_table([tell_clip(clip) for clip in clips]))
        print_rejected_files([tell_file(file) for file in reading.files(roll)])
        console.print()
