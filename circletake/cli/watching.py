"""A roll on its way: a live table until everything in it has reached an end."""

import time
from collections import Counter
from collections.abc import Sequence

from rich.console import Group, RenderableType
from rich.live import Live
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from circletake.cli.shared import console, state_text, visible
from circletake.cloud.reading import Reading, Told, tell_clip, tell_file
from circletake.contracts.keys import RollRef

POLL_S = 0.5
_HEADINGS, _NUMBERS = ("Clip", "State", "Frames", "Rate", "Start", "Took s"), {"Frames", "Took s"}
_GAP = 2


class Late(Exception):  # noqa: N818
    """The time to wait is over, and the roll has not ended."""


def watch(
    reading: Reading, roll: RollRef, offload: str, *, timeout_s: float, quietly: bool = False
) -> tuple[list[Told], list[Told]]:
    """An offload of a roll → its clips and its other files, once all of them have ended. Raises `Late`."""
    deadline = time.monotonic() + timeout_s
    with Live(console=console, refresh_per_second=4, transient=True, auto_refresh=not quietly) as live:
        while True:
            row = reading.roll(roll)
            # Another offload may have closed the roll before: only with this one complete does it speak of it.
            ended = row.get("closed") and row.get(f"complete#{offload}")
            clips = [clip for clip in reading.clips(roll) if clip["offload"] == offload]
            if not quietly:
                live.update(clip_table([tell_clip(clip) for clip in clips]))
            if ended:
                files = [file for file in reading.files(roll) if file["offload"] == offload]
                return [tell_clip(clip) for clip in clips], [tell_file(file) for file in files]
            if time.monotonic() > deadline:
                waiting = [visible(clip["title"]) for clip in clips if "ended_at" not in clip]
                raise Late(f"After {timeout_s:.0f} s these have not ended: {', '.join(waiting) or 'the roll itself'}")
            time.sleep(POLL_S)


def clip_table(clips: Sequence[Told]) -> Group:
    """Clips as told → lines for a terminal: a row for each, and below it why it ended so and what to do next."""
    rows = [[Text(heading, style="dim") for heading in _HEADINGS], *map(_row, clips)]
    widths = [max(cell.cell_len for cell in column) for column in zip(*rows, strict=True)]
    # The name gets what the others leave; one that is longer is folded, never cut: people look for it as it is.
    widths[0] = min(widths[0], console.width - sum(widths[1:]) - _GAP * (len(widths) - 1))
    lines: list[RenderableType] = [_line(rows[0], widths)]
    for row, clip in zip(rows[1:], clips, strict=True):
        lines.append(_line(row, widths))
        if clip["code"]:
            lines.append(_why(clip))
    return Group(*lines)


def _row(clip: Told) -> list[Text]:
    inspection = clip["inspection"] or {}
    video = inspection.get("video", {})
    return [
        Text(visible(clip["name"])),
        state_text(clip["state"]),
        Text(str(video.get("frames", ""))),
        Text(rate_text(video["rate"]) if video else ""),
        Text(inspection.get("start_timecode") or ("none" if video else "")),
        Text(f"{clip['seconds']:.1f}" if clip["seconds"] is not None else ""),
    ]


def _line(cells: Sequence[Text], widths: Sequence[int]) -> Table:
    line = Table.grid(padding=(0, _GAP, 0, 0))
    for heading, width in zip(_HEADINGS, widths, strict=True):
        line.add_column(width=width, justify="right" if heading in _NUMBERS else "left", overflow="fold")
    line.add_row(*cells)
    return line


def _why(clip: Told) -> Padding:
    why = Table.grid(padding=(0, 1))
    why.add_row("", Text.assemble((clip["code"], "bold"), "  ", visible(clip["sentence"])))
    why.add_row("→", Text(clip["next_step"], style="dim"))
    return Padding(why, (0, 0, 0, 2))


def print_other_files(files: Sequence[Told]) -> None:
    """Files that are no clip → a line for each that was rejected or waits, and the kept ones counted by kind."""
    for file in files:
        if file["state"] != "KEPT":
            console.print(Text.assemble(state_text(file["state"]), "  ", visible(file["path"])))
            if file["code"]:
                console.print(_why(file))
    if kinds := Counter(file["kind"].lower() for file in files if file["state"] == "KEPT"):
        listed = ", ".join(f"{number} {kind}" for kind, number in sorted(kinds.items()))
        console.print(Text.assemble(state_text("KEPT"), Text(f"  also on the card: {listed}", style="dim")))


def rate_text(rate: str) -> str:
    """'24000/1001' → '23.976', '25/1' → '25': as people say it."""
    numerator, denominator = (int(part) for part in rate.split("/"))
    return f"{numerator / denominator:.3f}".rstrip("0").rstrip(".")
