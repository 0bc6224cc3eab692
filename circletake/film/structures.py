"""Whose card is it, and is it whole as such cards always are? Told from its paths alone.

Only what a camera's maker says is always there counts as lacking: Sony's manuals that `MEDIAPRO.XML` lists the
material and that `C0001M01.XML` is made with `C0001.MXF`; RED's that a clip's folder holds its recording (its `.RMD`
is made later, by REDCINE-X). What else a card may carry is not asked for. Nothing was checked on a real card here.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath

from circletake.contracts.files import FileKind
from circletake.film.clip_names import Camera, Recording, read_recording
from circletake.film.naming import classify
from circletake.film.twins import is_external_proxy

#: The folders in which Sony keeps everything: professional MXF, and MP4 of the smaller cameras.
_SONY_ROOTS = frozenset({"xdroot", "m4root", "bpav"})
#: A card has each of these once.
_ROOTS = _SONY_ROOTS | {"dcim"}
_NAME_NO_ROLL = frozenset({Camera.SONY, Camera.DJI, Camera.GOPRO, Camera.IPHONE})
#: More rolls or folders than this are a number.
_NAMED = 4
_RECORDINGS = (FileKind.ORIGINAL, FileKind.SPAN, FileKind.SOUND)
_RED_ESSENCE = frozenset({".r3d", ".mxf", ".mov"})
#: Spoken with a vowel first.
_VOWELS = frozenset({Camera.ARRI, Camera.ALEXA_35, Camera.IPHONE})


@dataclass(frozen=True, slots=True)
class Structure:
    """What a card is taken for. `lacking`: what such a card always has, and this one has not."""

    camera: str
    sentence: str
    known: bool
    lacking: tuple[str, ...]


def recognise(paths: Iterable[str]) -> Structure:
    """Paths as on the card → whose card it is. What is not known is a plain folder, and said to be one."""
    every = sorted(paths)
    recordings = _recordings(every)
    cameras = Counter(camera for path in recordings if (camera := _camera(path)))
    if cameras:
        camera = max(sorted(cameras), key=lambda each: cameras[each])
        others = sorted(other for other in cameras if other != camera)
        also = f" There are clips of {' and '.join(others)} on it too." if others else ""
        unnamed = len(recordings) - sum(cameras.values())
        verb = "is" if unnamed == 1 else "are"
        odd = f" {unnamed} of its {_counted(len(recordings), 'recording')} {verb} not named as that camera names."
        article = "An" if camera in _VOWELS else "A"
        return Structure(
            camera.value,
            f"{article} {camera} card.{also}{odd if unnamed else ''}",
            True,
            tuple(_lacking(camera, every)),
        )
    if recordings and all(classify(path) is FileKind.SOUND for path in recordings):
        return Structure("sound recorder", f"A sound roll of {_counted(len(recordings), 'file')}.", True, ())
    return Structure("unknown", "This is no card structure that we know; it is verified as a plain folder.", False, ())


def other_rolls(paths: Iterable[str], roll: str) -> str | None:
    """Paths as on the card, and what its roll is to be called → one sentence when the clips' own names say other
    rolls, or the folders that there are several cards; None when nothing speaks against it.
    """
    every = sorted(paths)
    read = (read_recording(path) for path in _recordings(every))
    named = sorted({reel for each in read if each and (reel := _roll_of(each)) and _plain(reel) not in _plain(roll)})
    if named:
        which = "the roll" if len(named) == 1 else "the rolls"
        return (
            f"Clips here are named for {which} {_listed(named)}, and this is to be roll {roll}: is it the right card?"
        )
    roots: dict[str, set[str]] = defaultdict(set)
    for path in every:
        parts = PurePosixPath(path).parent.parts
        for depth, part in enumerate(parts, start=1):
            if part.lower() in _ROOTS:
                roots[part.lower()].add("/".join(parts[:depth]))
    several = max(roots.values(), key=len, default=set())
    if len(several) < 2:
        return None
    return f"There are {len(several)} cards' folders in it, {_listed(sorted(several))}: is it one card?"


def _roll_of(recording: Recording) -> str | None:
    """A recording → its roll as people call it, without the camera's id; None where the camera names none."""
    match recording.camera:
        case Camera.ARRI:
            return recording.reel[:-4]
        case Camera.ALEXA_35:
            return recording.reel.rpartition("_")[0]
        case camera:
            return None if camera in _NAME_NO_ROLL else recording.reel


def _plain(name: str) -> str:
    return "".join(char for char in name.upper() if char.isalnum())


def _listed(names: list[str]) -> str:
    shown = names[:_NAMED] + ([f"{len(names) - _NAMED} more"] if len(names) > _NAMED else [])
    return " and ".join(filter(None, [", ".join(shown[:-1]), shown[-1]]))


def _counted(number: int, thing: str) -> str:
    return f"{number} {thing}" if number == 1 else f"{number} {thing}s"


def _recordings(paths: list[str]) -> list[str]:
    return [path for path in paths if classify(path) in _RECORDINGS and not is_external_proxy(path, offload="")]


def _camera(path: str) -> Camera | None:
    if recording := read_recording(path):
        return recording.camera
    parts = PurePosixPath(path.lower()).parts
    if any(part in _SONY_ROOTS for part in parts):
        return Camera.SONY
    return Camera.RED if any(part.endswith(".rdc") for part in parts) else None


def _lacking(camera: Camera, paths: list[str]) -> Iterator[str]:
    match camera:
        case Camera.SONY | Camera.VENICE:
            yield from _lacking_of_sony(paths)
        case Camera.RED:
            yield from _lacking_of_red(paths)


def _lacking_of_sony(paths: list[str]) -> Iterator[str]:
    there = {path.lower() for path in paths}
    clips = [at for at in map(PurePosixPath, paths) if at.parent.name.lower() == "clip"]
    for root in sorted({at.parent.parent for at in clips}):
        if str(root / "MEDIAPRO.XML").lower() not in there:
            yield str(root / "MEDIAPRO.XML")
    for clip in clips:
        beside = clip.with_name(f"{clip.stem}M01.XML")
        if clip.suffix.lower() in (".mxf", ".mp4") and str(beside).lower() not in there:
            yield str(beside)


def _lacking_of_red(paths: list[str]) -> Iterator[str]:
    folders: dict[PurePosixPath, bool] = {}
    for at in map(PurePosixPath, paths):
        clip = next((parent for parent in at.parents if parent.suffix.lower() == ".rdc"), None)
        if clip is not None:
            folders[clip] = folders.get(clip, False) or at.suffix.lower() in _RED_ESSENCE
    yield from (f"the recording in {folder}" for folder, has_it in sorted(folders.items()) if not has_it)
