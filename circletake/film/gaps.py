"""Numbers that are missing between the clips of a card, by each camera's own way of counting.

ARRI, RED and Blackmagic count each reel from 1, so a missing first clip shows. Sony, DJI and GoPro count on from card
to card, and Canon does where it is told to, so theirs begins anywhere. A phone's numbers are full of holes, because
people delete pictures: nothing is said of them. A counter that was set back begins a further run.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import PurePosixPath

from circletake.contracts.files import FileKind
from circletake.film.clip_names import Camera, Recording, read_recording
from circletake.film.naming import classify
from circletake.film.twins import is_external_proxy

_FROM_ONE = frozenset({Camera.ARRI, Camera.ALEXA_35, Camera.RED, Camera.VENICE, Camera.BLACKMAGIC})
#: These count photos along with clips, and begin again after this number.
_WITH_PHOTOS = frozenset({Camera.DJI, Camera.GOPRO})
_LAST = {Camera.SONY: 9999, Camera.DJI: 9999, Camera.GOPRO: 9999}
_PHOTOS = frozenset({"jpg", "jpeg", "dng", "gpr", "heic"})


@dataclass(frozen=True, slots=True)
class Gap:
    """Clip numbers that are missing from a reel. `between` are the titles of the clips around them, the first empty
    where the reel's beginning is missing.
    """

    reel: str
    missing: tuple[int, ...]
    between: tuple[str, str]
    sentence: str
    next_step: str


@dataclass(frozen=True, slots=True)
class _Clip:
    recording: Recording
    title: str


def find_gaps(paths: Iterable[str]) -> list[Gap]:
    """Paths as on the card → the gaps in its clips' numbers. Proxies and sidecars are not clips."""
    counted: dict[tuple[str, ...], dict[str, _Clip]] = defaultdict(dict)
    for path in sorted(paths):
        recording = read_recording(path)
        if recording is None or recording.camera is Camera.IPHONE or not _counts(path, recording.camera):
            continue
        at = PurePosixPath(path)
        # A counter that runs on from card to card may begin again in each folder.
        folder = str(at.parent) if recording.camera in _LAST else ""
        group = counted[recording.camera, recording.reel, folder]
        group.setdefault(recording.take, _Clip(recording, at.name.split(".")[0]))
    return [gap for clips in counted.values() for run in _runs(clips.values()) for gap in _holes(run)]


def _counts(path: str, camera: Camera) -> bool:
    ending = PurePosixPath(path).suffix.lower().removeprefix(".")
    if camera in _WITH_PHOTOS and ending in _PHOTOS:
        return True
    return classify(path) in (FileKind.ORIGINAL, FileKind.SPAN) and not is_external_proxy(path, "")


def _runs(clips: Iterable[_Clip]) -> list[list[_Clip]]:
    """Clips of a reel → runs in which each number is larger than the one before; a counter set back begins one."""
    runs: list[list[_Clip]] = []
    ordered = sorted(clips, key=lambda clip: (clip.recording.moment, clip.recording.number, clip.title))
    for clip in ordered:
        # The run that was extended last comes first.
        fitting = next((run for run in runs if run[-1].recording.number < clip.recording.number), None)
        if fitting is None:
            runs.insert(0, [clip])
        else:
            runs.remove(fitting)
            fitting.append(clip)
            runs.insert(0, fitting)
    return sorted(runs, key=lambda run: run[0].title)


def _holes(run: list[_Clip]) -> Iterator[Gap]:
    camera, reel = run[0].recording.camera, run[0].recording.reel
    first = run[0].recording.number
    if camera in _FROM_ONE and first > 1:
        yield _gap(camera, reel, range(1, first), "", run[0].title)
    pairs = list(pairwise(run))
    if _begins_again(run):
        # From the last number to the first there is no hole; the largest one is where the counter has not been.
        pairs.remove(max(pairs, key=lambda pair: pair[1].recording.number - pair[0].recording.number))
    for before, after in pairs:
        missing = range(before.recording.number + 1, after.recording.number)
        if missing:
            yield _gap(camera, reel, missing, before.title, after.title)


def _begins_again(run: list[_Clip]) -> bool:
    last = _LAST.get(run[0].recording.camera)
    return len(run) > 1 and run[-1].recording.number == last and run[0].recording.number <= 1


def _gap(camera: Camera, reel: str, missing: range, before: str, after: str) -> Gap:
    lacks = f"is no clip {missing[0]}" if len(missing) == 1 else f"are no clips {missing[0]} to {missing[-1]}"
    where = f"between {before} and {after}" if before else f"before {after}, and {camera} counts each reel from 1"
    return Gap(
        reel=reel or camera.value,
        missing=tuple(missing),
        between=(before, after),
        sentence=f"There {lacks} {where}.",
        next_step="Look whether the card has it: copy it if so. If it was deleted in the camera, or never was, "
        "acknowledge it.",
    )
