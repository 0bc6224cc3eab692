"""What became of each event of a cut → the count sheet that travels with the plates, as CSV and as a page of text.

A shot stands there as CHECKED only after every frame of it was read back; what was asked for and is not there stands
below, with why.
"""

import csv
import io
from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields
from fractions import Fraction

from circletake.film.cuts import NotPulled
from circletake.film.pulls import PullRequest
from circletake.film.report import cell_text


@dataclass(frozen=True, slots=True)
class SheetLine:
    """One shot. Timecodes are the source's, of the cut without its handles; `out` is the first frame after it."""

    event: int
    shot: str
    reel: str
    clip: str
    source: str
    tc_in: str
    tc_out: str
    rate: str
    first_frame: int
    last_frame: int
    head: int
    tail: int
    first_number: int
    last_number: int
    frames: int
    size: str
    colour: str
    cdl: str
    lut: str
    camera: str
    state: str
    checked: str
    remarks: str


def sheet_line(request: PullRequest, shot: str, *, state: str, **said: str) -> SheetLine:
    """A request and what became of it → its line."""
    original, numbers = request.original, request.numbers
    return SheetLine(
        event=request.event,
        shot=shot,
        reel=original.reel or "",
        clip=original.title,
        source=original.place,
        tc_in=str(request.timecode(request.first)),
        tc_out=str(request.timecode(request.last + 1)),
        rate=_rate(original.rate),
        first_frame=request.first,
        last_frame=request.last,
        head=request.head,
        tail=request.tail,
        first_number=numbers[0],
        last_number=numbers[-1],
        frames=len(numbers),
        state=state,
        **said,
    )


def write_csv(lines: Sequence[SheetLine], not_pulled: Sequence[NotPulled]) -> str:
    """The sheet for a spreadsheet; nothing in it is run. What was not pulled has an event, a name, and why."""
    text = io.StringIO()
    text.write("\ufeff")
    writer = csv.writer(text, lineterminator="\r\n")
    names = [field.name for field in fields(SheetLine)]
    writer.writerow([name.replace("_", " ").capitalize() for name in names])
    for line in lines:
        writer.writerow([cell_text(value) for value in asdict(line).values()])
    for each in not_pulled:
        told = {"event": each.event, "clip": each.what, "state": _state(each), "remarks": each.why}
        writer.writerow([cell_text(told.get(name)) for name in names])
    return text.getvalue()


def write_text(title: str, lines: Sequence[SheetLine], not_pulled: Sequence[NotPulled], checked: str) -> str:
    """The sheet for people, in plain text."""
    done, asked = sum(line.state == "CHECKED" for line in lines), [each for each in not_pulled if each.asked]
    whole = done == len(lines) and not asked
    page = [
        f"COUNT SHEET  {cell_text(title)}",
        f"{done} of {len(lines) + len(asked)} shots are complete and checked, {_frames(lines)} frames."
        + ("" if whole else "  THIS PULL IS NOT COMPLETE."),
        "",
        f"{'EVENT':>5}  {'STATE':<8}  {'NUMBERS':<11}  {'FRAMES':>6}  {'HANDLES':<7}  {'SOURCE IN':<12} "
        f"{'SOURCE OUT':<12}  SHOT",
    ]
    for line in lines:
        page.append(
            f"{line.event:>5}  {line.state:<8}  {f'{line.first_number}-{line.last_number}':<11}  {line.frames:>6}  "
            f"{f'{line.head}+{line.tail}':<7}  {line.tc_in:<12} {line.tc_out:<12}  {cell_text(line.shot)}"
        )
        about = (f"{line.source} at {line.rate}", line.size, line.colour, line.cdl, line.lut, line.camera, line.remarks)
        page += [f"       {cell_text(each)}" for each in about if each]
    if not_pulled:
        page += ["", "NOT PULLED"]
        page += [f"{each.event or '–':>5}  {cell_text(each.what)}: {cell_text(each.why)}" for each in not_pulled]
    return "\n".join([*page, "", f"CHECKED means: {checked}.", ""])


def _frames(lines: Sequence[SheetLine]) -> int:
    return sum(line.frames for line in lines if line.state == "CHECKED")


def _state(each: NotPulled) -> str:
    return "NOT PULLED" if each.asked else "NOTHING TO PULL"


def _rate(rate: Fraction) -> str:
    return str(rate.numerator) if rate.denominator == 1 else f"{float(rate):.3f}"
