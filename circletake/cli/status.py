"""`circletake status`: how every clip stands."""

from typing import Annotated

import typer
from rich.text import Text

from circletake.cli.shared import Json, console, counted, deployment, print_json
from circletake.cli.watching import clip_table, print_other_files
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
        known = ", ".join(reading.productions())
        console.print(
            f"Nothing of {production!r} has been received. There is: {known}."
            if production and known
            else "Nothing has been received yet. Upload a card: circletake upload PATH --production P --day D"
        )
    for roll, row, clips in found:
        told = tell_roll(roll, row)
        state = f"{told['open']} open"
        if told["closed"]:
            state = "all ended" if told["closing"] == 1 else f"all ended, for the {ordinal(told['closing'])} time"
        heading = f"{roll.production} · {roll.day} · unit {roll.unit} · roll {roll.roll}"
        console.print(Text.assemble((heading, "bold"), f"   {counted(told['files'], 'file')}, {state}"))
        files = reading.files(roll)
        # Each insertion of the card by itself, the first one first: their clips have the same names.
        since: dict[str, str] = {}
        for each in [*clips, *files]:
            since[each["offload"]] = min(since.get(each["offload"], each["received_at"]), each["received_at"])
        for offload, received_at in sorted(since.items(), key=lambda pair: pair[1]):
            if len(since) > 1:
                console.print(Text(f"{offload}, received {received_at[:16].replace('T', ' ')} UTC", style="dim"))
            console.print(clip_table([tell_clip(clip) for clip in clips if clip["offload"] == offload]))
            print_other_files([tell_file(file) for file in files if file["offload"] == offload])
        console.print()


def ordinal(number: int) -> str:
    """3 → "3rd"."""
    ending = "th" if number % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"
