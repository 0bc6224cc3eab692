"""`circletake editorial`: everything that an assistant editor needs of a roll, in one folder."""

import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn
from rich.text import Text

from circletake.cli.card import Day, Production, Roll, Unit, roll_ref
from circletake.cli.editorial_files import NotFetched, Wanted, fetch, file_names, place, wanted_of
from circletake.cli.editorial_shelf import Shelf, look_up
from circletake.cli.report import fetch_posters
from circletake.cli.shared import Json, console, counted, deployment, errors, fail, interruptible, print_json, visible
from circletake.cloud.deployment import Deployment
from circletake.cloud.patience import AWS_ERRORS
from circletake.contracts.looks import Slate
from circletake.contracts.recipe import EditorialFormat
from circletake.film.interchange.ale import ales_of

Told = dict[str, Any]
_NEEDS = ("opentimelineio", "otio_cmx3600_adapter", "otio_fcp_adapter")
_AT_ONCE = 4
_STOPPED = "Stopped. What was fetched stays; the same command goes on."


def editorial(
    context: typer.Context,
    roll: Roll,
    production: Production,
    day: Day,
    to: Annotated[Path, typer.Option(help="The folder to fetch everything to; made where there is none.")],
    unit: Unit = "main",
    formats: Annotated[
        str | None,
        typer.Option(help=f"Only these of the proxies, with commas between: {', '.join(EditorialFormat)}."),
    ] = None,
    replace_files: Annotated[
        bool, typer.Option("--replace", help="Put newer proxies and lists in the place of older ones.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Fetch a roll for the cutting room: its editorial proxies, an ALE, an EDL, XML, OTIO, and a contact sheet.

    The proxies have what editing programs relink on: the original's name, start timecode, reel and frames. Each format
    has a folder of its own: `dnxhr-mov`, `dnxhr-mxf`, `prores`, `h264`. Which of them are made of a production's clips,
    how large, and with which sound on which track, says its recipe. The ProRes is FFmpeg's, which Apple has not
    authorised.

    The lists hold every clip of the roll, one after the other. Clips of another rate, or drop-frame beside non-drop,
    have lists of their own. The XML is that of Final Cut Pro 7, for Premiere and Resolve.

    Each file is compared with what was made (SHA-256). Run the command again and it goes on where it stopped; a file
    that is there and different is never replaced unless you say --replace. Only the contact sheet is drawn anew.

    The exit code is 0 when everything that there is lies in the folder, 1 when some of it does not or a list could not
    be written, and 130 after Ctrl-C.
    """
    if lacking := [name for name in _NEEDS if find_spec(name) is None]:
        fail(f"This installation lacks {', '.join(lacking)}. Install it: pip install 'circletake[editorial]'", 2)
    asked = _formats(formats)
    ref = roll_ref(production, unit, day, roll)
    where = deployment(context)
    try:
        shelf = look_up(where, ref)
        if shelf is None:
            fail(f"No clip of roll {ref.roll} of {ref.day} has been received.")
        to.mkdir(parents=True, exist_ok=True)
        with interruptible(_STOPPED):
            told = _bring(where, shelf, asked, to, replace_files=replace_files, quietly=as_json)
    except AWS_ERRORS as error:
        fail(f"The studio or AWS did not answer: {error} What was fetched stays; the same command goes on.")
    except OSError as error:
        fail(f"{error.filename or to} cannot be written: {error.strerror}. What was fetched stays.")
    if as_json:
        print_json(told)
    else:
        _show(told, to)
    raise typer.Exit(1 if told["failed"] or told["refused"] else 0)


def _formats(text: str | None) -> tuple[EditorialFormat, ...] | None:
    if text is None:
        return None
    try:
        return tuple(dict.fromkeys(EditorialFormat(name.strip()) for name in text.split(",")))
    except ValueError as error:
        fail(f"{error}. There are: {', '.join(EditorialFormat)}.", 2)


def _bring(
    where: Deployment, shelf: Shelf, asked: Sequence[EditorialFormat] | None, to: Path, *, replace_files: bool,
    quietly: bool,
) -> Told:  # fmt: skip
    """Fetches and writes everything → what was done, for people and machines."""
    names = file_names([clip["name"] for clip in shelf.clips])
    kinds = asked or shelf.kinds
    wanted = wanted_of(zip(shelf.clips, names, strict=True), shelf.manifests, kinds, to)
    files, failed = _fetch_all(where, wanted, replace_files=replace_files, quietly=quietly)
    lists, refused, differing = _write_lists(shelf, wanted, to, replace_files=replace_files)
    sheet = to / f"{shelf.roll.roll}_contact-sheet.pdf"
    sheet.write_bytes(_draw(where, shelf))
    return {
        "to": str(to),
        "files": files,
        "lists": [*lists, str(sheet)],
        "missing": shelf.missing(kinds),
        "left_out": [{"clip": name, "why": why} for name, why in shelf.contents.left_out],
        "refused": refused,
        "failed": [*failed, *differing],
    }


def _fetch_all(
    where: Deployment, wanted: Sequence[Wanted], *, replace_files: bool, quietly: bool
) -> tuple[list[Told], list[str]]:
    client, bucket, stop = where.client("s3"), where.outputs["ReviewBucket"], threading.Event()
    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TimeRemainingColumn())
    with (
        Progress(*columns, console=errors, disable=quietly, transient=True) as progress,
        ThreadPoolExecutor(_AT_ONCE) as fetchers,
    ):
        task = progress.add_task("Fetching proxies", total=sum(each.output.size_bytes for each in wanted))

        def one(each: Wanted) -> tuple[Told | None, str | None]:
            try:
                fetched = fetch(
                    client, bucket, each, replace=replace_files, stop=stop,
                    on_bytes=lambda count: progress.advance(task, count),
                )  # fmt: skip
            except NotFetched as not_fetched:
                return None, str(not_fetched)
            state = "FETCHED" if fetched else "THERE"
            return {"clip": each.clip, "format": each.kind, "path": str(each.path), "state": state}, None

        try:
            done = list(fetchers.map(one, wanted))
        except BaseException:
            stop.set()
            raise
    return [file for file, _ in done if file], [sentence for _, sentence in done if sentence]


def _write_lists(
    shelf: Shelf, wanted: Sequence[Wanted], to: Path, *, replace_files: bool
) -> tuple[list[str], list[str], list[str]]:
    """→ the lists that were written, what a format could not hold, and what was not replaced."""
    # Only here: to load opentimelineio takes longer than any other command takes to start.
    from circletake.film.interchange.timeline import Unwritable, write_edl, write_otio, write_xml

    lists, refused, differing = [], [], []
    media = {each.key.removesuffix(each.kind): each.path.resolve().as_uri() for each in reversed(wanted)}
    prefix = f"{shelf.roll.production}/"
    clocks = shelf.contents.by_clock()
    ales = ales_of(shelf.contents, shelf.recipe.editorial.height)
    for clock, clips in clocks.items():
        stem = shelf.roll.roll if len(clocks) == 1 else f"{shelf.roll.roll}_{clock}"
        pointed = [replace(clip, media=media.get(f"{prefix}{clip.prefix}")) for clip in clips]
        for suffix, write in (("ale", None), ("edl", write_edl), ("xml", write_xml), ("otio", write_otio)):
            path = to / f"{stem}.{suffix}"
            try:
                text = write(stem, pointed) if write else ales[str(clock)]
                place(path, text.encode(), replace=replace_files)
            except Unwritable as cannot:
                refused.append(f"{path.name}: {cannot}")
            except NotFetched as other:
                differing.append(str(other))
            else:
                lists.append(str(path))
    return lists, refused, differing


def _draw(where: Deployment, shelf: Shelf) -> bytes:
    from circletake.cli.contact_sheet import write_sheet
    from circletake.cli.report_paper import Made

    rows = []
    for row, clip in zip(shelf.rows, shelf.clips, strict=True):
        slate = shelf.slates.get(clip["name"]) or Slate()
        said = {"scene": row["scene"] or slate.scene, "take": row["take"] or slate.take}
        rows.append({**row, **said, "look": (clip["look"] or {}).get("sentence")})
    return write_sheet(shelf.roll, rows, fetch_posters(where, shelf.roll.production, rows), Made.now())


def _show(told: Told, to: Path) -> None:
    fetched = sum(file["state"] == "FETCHED" for file in told["files"])
    there = len(told["files"]) - fetched
    console.print(Text(f"{counted(fetched, 'proxy', 'proxies')} fetched, {there} already there, in {to}"))
    for path in told["lists"]:
        console.print(Text(f"  {path}"))
    for each in told["missing"]:
        console.print(Text(f"  – {visible(each['clip'])} has no {each['format']}: {each['why']}", style="yellow"))
    for each in told["left_out"]:
        console.print(Text(f"  – {visible(each['clip'])} is in no list: {each['why']}", style="yellow"))
    for sentence in told["refused"]:
        console.print(Text(f"  – {sentence}", style="yellow"))
    for sentence in told["failed"]:
        errors.print(Text(sentence, style="red"))
