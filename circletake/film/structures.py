"""Whose card is it, and is it whole as such cards always are? Told from its paths alone.

Only what a camera's maker says is always there counts as lacking: Sony's manuals that `MEDIAPRO.XML` lists the
material and that `C0001M01.XML` is made with `C0001.MXF`; RED's that a clip's folder holds its recording (its `.RMD`
is made later, by REDCINE-X). What else a card may carry is not asked for. Nothing was checked on a real card here.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath

from circletake.contracts.files import FileKind
from circletake.film.clip_names import Camera, read_recording
from circletake.film.naming import classify
from circletake.film.twins import is_external_proxy

#: The folders in which Sony keeps everything: professional MXF, and MP4 of the smaller cameras.
_SONY_ROOTS = frozenset({"xdroot", "m4root", "bpav"})
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
    recordings = [path for path in every if classify(path) in _RECORDINGS and not is_external_proxy(path, offload="")]
    cameras = Counter(camera for path in recordings if (camera := _camera(path)))
    if cameras:
        camera = max(sorted(cameras), key=lambda each: cameras[each])
        others = sorted(other for other in cameras if other != camera)
        also = f" There are clips of {' and '.join(others)} on it too." if others else ""
        unnamed = len(recordings) - sum(cameras.values())
        odd = f" {unnamed} of its {len(recordings)} recordings are not named as that camera names." if unnamed else ""
        article = "An" if camera in _VOWELS else "A"
        return Structure(camera.value, f"{article} {camera} card.{also}{odd}", True, tuple(_lacking(camera, every)))
    if recordings and all(classify(path) is FileKind.SOUND for path in recordings):
        return Structure("sound recorder", f"A sound roll of {len(recordings)} files.", True, ())
    return Structure("unknown", "This is no card structure that we know; it is verified as a plain folder.", False, ())


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
