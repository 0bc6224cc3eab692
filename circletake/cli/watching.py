"""A roll on its way: a live table until everything in it has reached an end."""

import json
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from rich.console import Group, RenderableType
from rich.live import Live
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from circletake.cli.shared import console, counted, state_text, visible
from circletake.cloud.catalogue import Row
from circletake.cloud.reading import Reading, Told, tell_clip, tell_file
from circletake.contracts.files import SourceFile
from circletake.contracts.keys import IngestKey, RollRef, file_version

POLL_S = 0.5
_HEADINGS, _NUMBERS = ("Clip", "State", "Frames", "Rate", "Start", "Took s"), {"Frames", "Took s"}
_GAP = 2


@dataclass(frozen=True)
class Uploaded:
    """What an upload brought: the version of each of its files by path, and of its record. None where that is not
    known, since another upload wrote the record that holds.
    """

    files: Mapping[str, str] | None = None
    record: str | None = None


class Late(Exception):  # noqa: N818
    """The time to wait is over, and the roll has not ended."""


def watch(
    reading: Reading,
    roll: RollRef,
    offload: str,
    uploaded: Uploaded | None = None,
    *,
    timeout_s: float,
    quietly: bool = False,
) -> tuple[list[Told], list[Told]]:
    """An offload of a roll → its clips and its other files as `uploaded`, once all of them have ended. Raises `Late`.

    What a repair replaced is not told.
    """
    current = _Current(roll, offload, uploaded or Uploaded())
    deadline = time.monotonic() + timeout_s
    with Live(console=console, refresh_per_second=4, transient=True, auto_refresh=not quietly) as live:
        while True:
            row = reading.roll(roll)
            # Another offload may have closed the roll before: only with this one complete does it speak of it.
            ended = row.get("closed") and row.get(f"complete#{offload}") and current.is_record_of(row)
            clips = [clip for clip in reading.clips(roll) if current.has_clip(clip)]
            if not quietly:
                live.update(clip_table([tell_clip(clip) for clip in clips]))
            if ended:
                files = [file for file in reading.files(roll) if current.has_file(file)]
                return [tell_clip(clip) for clip in clips], [tell_file(file) for file in files]
            if time.monotonic() > deadline:
                waiting = [visible(clip["title"]) for clip in clips if "ended_at" not in clip]
                raise Late(f"After {timeout_s:.0f} s these have not ended: {', '.join(waiting) or 'the roll itself'}")
            time.sleep(POLL_S)


class _Current:
    """Which of a roll's rows are of an offload, and of what was uploaded last."""

    def __init__(self, roll: RollRef, offload: str, uploaded: Uploaded) -> None:
        self._offload, self._uploaded = offload, uploaded
        self._paths = uploaded.files or {}
        keys = {path: IngestKey(roll=roll, offload=offload, path=path).key for path in self._paths}
        self._versions = {file_version(keys[path], version) for path, version in self._paths.items()}

    def is_record_of(self, row: Row) -> bool:
        """Whether a ROLL row speaks of the record that was written, and not of one before it."""
        if self._uploaded.record is None:
            return True
        received = row.get(f"record#{self._offload}")
        return (
            received is not None
            and SourceFile.model_validate_json(received, extra="ignore").s3_version == self._uploaded.record
        )

    def has_clip(self, clip: Row) -> bool:
        if clip["offload"] != self._offload or self._uploaded.files is None:
            return bool(clip["offload"] == self._offload)
        return self._versions.issuperset(span["version"] for span in json.loads(clip["spans"]))

    def has_file(self, file: Row) -> bool:
        if file["offload"] != self._offload or file["path"] not in self._paths:
            return bool(file["offload"] == self._offload)
        return SourceFile.model_validate_json(file["file"], extra="ignore").version in self._versions


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
        listed = ", ".join(counted(number, f"{kind} file") for kind, number in sorted(kinds.items()))
        console.print(Text.assemble(state_text("KEPT"), Text(f"  also on the card: {listed}", style="dim")))


def rate_text(rate: str) -> str:
    """'24000/1001' → '23.976', '25/1' → '25': as people say it."""
    numerator, denominator = (int(part) for part in rate.split("/"))
    return f"{numerator / denominator:.3f}".rstrip("0").rstrip(".")
