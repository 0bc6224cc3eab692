"""A roll on its way: a live table until everything in it has reached an end."""

import time
from collections.abc import Sequence

from rich.live import Live
from rich.table import Table
from rich.text import Text

from circletake.cli.shared import console, state_text, visible
from circletake.cloud.catalogue import Row
from circletake.cloud.reading import Reading, Told, tell_clip, tell_file
from circletake.contracts.files import State
from circletake.contracts.keys import RollRef

POLL_S = 0.5


class Late(Exception):  # noqa: N818
    """The time to wait is over, and the roll has not ended."""


def watch(reading: Reading, roll: RollRef, *, timeout_s: float, quietly: bool = False) -> tuple[list[Told], list[Told]]:
    """A roll → its clips and its other files, once all of them have ended. Raises `Late`."""
    deadline = time.monotonic() + timeout_s
    with Live(console=console, refresh_per_second=4, transient=True, auto_refresh=not quietly) as live:
        while True:
            ended = bool(_roll_row(reading, roll).get("closed"))
            clips = reading.clips(roll)
            if not quietly:
                live.update(clip_table([tell_clip(clip) for clip in clips]))
            if ended:
                files = [file for file in reading.files(roll) if file["state"] != State.JOINED]
                return [tell_clip(clip) for clip in clips], [tell_file(file) for file in files]
            if time.monotonic() > deadline:
                waiting = [visible(clip["title"]) for clip in clips if "ended_at" not in clip]
                raise Late(f"After {timeout_s:.0f} s these have not ended: {', '.join(waiting) or 'the roll itself'}")
            time.sleep(POLL_S)


def _roll_row(reading: Reading, roll: RollRef) -> Row:
    return next((row for ref, row in reading.rolls(roll.production) if ref == roll), {})


def clip_table(clips: Sequence[Told]) -> Table:
    """Clips as told → a table for a terminal: what it is, how it stands, and why."""
    table = Table(box=None, pad_edge=False, header_style="dim")
    for heading in ("Clip", "State", "Frames", "Rate", "Start", "s"):
        table.add_column(heading, justify="right" if heading in ("Frames", "s") else "left", no_wrap=heading != "Clip")
    table.add_column("What to know", overflow="fold")
    for clip in clips:
        video = (clip["inspection"] or {}).get("video", {})
        about = Text()
        if clip["code"]:
            about = Text.assemble(
                (f"{clip['code']} ", "bold"), visible(clip["sentence"]), "\n", (clip["next_step"], "dim")
            )
        table.add_row(
            Text(visible(clip["name"])),
            state_text(clip["state"]),
            str(video.get("frames", "")),
            rate_text(video["rate"]) if video else "",
            (clip["inspection"] or {}).get("start_timecode") or ("none" if video else ""),
            f"{clip['seconds']:.1f}" if clip["seconds"] is not None else "",
            about,
        )
    return table


def rate_text(rate: str) -> str:
    """'24000/1001' → '23.976', '25/1' → '25': as people say it."""
    numerator, denominator = (int(part) for part in rate.split("/"))
    return f"{numerator / denominator:.3f}".rstrip("0").rstrip(".")
