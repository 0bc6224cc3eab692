"""Names of takes, rolls, clips and sounds → as they are compared, and the recordings that a paper's name may mean.

How papers write names is knowledge of the field, not checked on real papers.
"""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Sequence
from functools import lru_cache
from pathlib import PurePosixPath

from circletake.contracts.takes import Flag
from circletake.film.clip_names import read_recording, spoken_name
from circletake.film.looks.resolving import clip_name
from circletake.film.takes.day import DayClip, DaySound, TakeKey

_ZEROS = re.compile(r"(?<!\d)0+(?=\d)", re.ASCII)
#: 3, T03, Take 3, 3PU, 3 P/U, 3-SER.
_TAKE = re.compile(r"(?:t|tk|take)?[.#]?(?P<number>\d+)(?:[-.]?(?P<mark>pu|p/u|ser))?", re.ASCII)
_MARKS = {"pu": Flag.PICKUP, "p/u": Flag.PICKUP, "ser": Flag.SERIES}
#: WT1, Wild 2, 'wild track'.
_WILD = re.compile(r"(?:wt|wild(?:track)?)[-.#]?\d*", re.ASCII)
_CAMERA = re.compile(r"(?:cam(?:era)?[.-]?)?(?P<letter>[a-z])(?:[.-]?cam(?:era)?)?", re.ASCII)
#: A001 of A001C003_…, A_0001 of A_0001C003_….
_REEL = re.compile(r"^[A-Z][A-Z_]?_?\d{3,4}(?!\d)", re.ASCII | re.IGNORECASE)
#: C003, 003 and 3 are a clip's number on its roll; T05 and 5 a sound's.
_NUMBER = re.compile(r"[a-z]{0,2}(?P<number>\d{1,5})", re.ASCII)
_RUNS = re.compile(r"[0-9]+|[^0-9]+")
_LAST_NUMBER = re.compile(r"(\d{1,5})\D*$", re.ASCII)


@lru_cache(maxsize=1 << 16)
def plain(text: str) -> str:
    """Text → without case and blanks."""
    return "".join(unicodedata.normalize("NFC", text).casefold().split())


@lru_cache(maxsize=1 << 16)
def numbered(text: str) -> str:
    """Text with numbers → without case, blanks, and the zeros before a number: 012A and '12 a' are one."""
    return _ZEROS.sub("", plain(text))


@lru_cache(maxsize=1 << 12)
def read_take(text: str) -> tuple[str, Flag | None]:
    """A take as it is written → its number, and what it is besides: 3PU is take 3, a pickup, and WT1 a wild track."""
    match = _TAKE.fullmatch(plain(text))
    if not match:
        return numbered(text), Flag.WILD_TRACK if _WILD.fullmatch(plain(text)) else None
    return numbered(match["number"]), _MARKS.get(match["mark"] or "")


@lru_cache(maxsize=1 << 12)
def camera_letter(text: str) -> str:
    """A, 'A Cam', 'CAM A' → a; what is no letter, as it is compared."""
    match = _CAMERA.fullmatch(plain(text))
    return match["letter"] if match else plain(text)


@lru_cache(maxsize=1 << 14)
def roll_keys(roll: str, camera: str | None) -> tuple[str, ...]:
    """A roll as it is written, and whose → all that it may be called: A001, A 1, and 1 of camera A are one.

    What tells more stands first.
    """
    key = re.sub(r"[_.\-]", "", numbered(roll.replace("_", " ")))
    return (camera_letter(camera) + key, key) if key.isdigit() and camera else (key,)


class RollNames:
    """Recordings' rolls, to be compared with what papers write."""

    def __init__(self, rolls: Iterable[tuple[Sequence[str], str | None]]) -> None:
        """For each recording: the names that its roll has, its label first, and its camera."""
        self._keys: list[frozenset[str]] = []
        self._with: defaultdict[str, set[int]] = defaultdict(set)
        self._labelled: defaultdict[str, set[int]] = defaultdict(set)
        for index, (names, camera) in enumerate(rolls):
            self._keys.append(self._all(names, camera))
            for key in self._keys[index]:
                self._with[key].add(index)
            for key in self._all(names[:1], camera):
                self._labelled[key].add(index)

    @staticmethod
    def _all(names: Sequence[str], camera: str | None) -> frozenset[str]:
        keys = {key for name in names for key in roll_keys(name, camera)}
        letter = camera_letter(camera) if camera else ""
        bare = {key.removeprefix(letter) for key in keys if letter and key.removeprefix(letter).isdigit()}
        return frozenset(keys | bare)

    def of(self, index: int) -> frozenset[str]:
        return self._keys[index]

    def fits(self, index: int, roll: str, camera: str | None) -> bool:
        return not self._keys[index].isdisjoint(roll_keys(roll, camera))

    def with_name(self, roll: str, camera: str | None) -> set[int]:
        return set().union(*(self._with.get(key, ()) for key in roll_keys(roll, camera)))

    def labelled(self, roll: str, camera: str | None) -> set[int]:
        """Those whose roll's own label it is: a clip's name may begin with another's."""
        return set().union(*(self._labelled.get(key, ()) for key in roll_keys(roll, camera)))


class Names:
    """Names as papers write them → the recordings that they may mean, by their places in the list."""

    def __init__(self, known: Sequence[Iterable[str]], numbers: Sequence[int | None], rolls: RollNames) -> None:
        self._named: defaultdict[str, set[int]] = defaultdict(set)
        self._numbered: defaultdict[tuple[str, int], set[int]] = defaultdict(set)
        self.rolls = rolls
        for index, names in enumerate(known):
            for name in names:
                self._named[name].add(index)
            number = numbers[index]
            if number is not None:
                for key in rolls.of(index):
                    self._numbered[key, number].add(index)

    def find(self, name: str, roll: str | None, camera: str | None) -> frozenset[int]:
        """A name, and the roll and camera that the row tells → what it may mean; several where it could be each.

        A name may have its own roll before it, A002/C0001: who means clips of several rolls has no other way.
        """
        found = self._named.get(plain(name))
        own, _, last = name.rpartition("/")
        if found is None and own and (of_roll := self.rolls.with_name(own, camera)):
            return self.find(last, own, camera) & of_roll
        if found is None and self._named:
            found = next((self._named[key] for key in _spellings(name) if key in self._named), None)
        if found is None:
            match = _NUMBER.fullmatch(plain(name))
            asked = [(key, int(match["number"])) for key in roll_keys(roll, camera)] if roll and match else []
            found = next((self._numbered[each] for each in asked if each in self._numbered), set())
        if len(found) > 1 and roll:
            found = found & self.rolls.labelled(roll, camera) or found & self.rolls.with_name(roll, camera) or found
        return frozenset(found)


@lru_cache(maxsize=1 << 15)
def _spellings(name: str) -> tuple[str, ...]:
    """A name → as it may be known: as it is, without its ending, and as the recording of which it is one file."""
    made = read_recording(name)
    # Only what has an ending is more than its name.
    clip = clip_name(name) if "." in name else name
    return tuple(dict.fromkeys((plain(name), plain(clip), *((plain(made.take),) if made else ()))))


def reel_of(clip: str) -> str | None:
    """A clip's name → the roll that it begins with; None where it begins with none."""
    found = _REEL.match(clip)
    return found[0] if found else None


def clip_names(clips: Sequence[DayClip]) -> Names:
    """The clips of a day → their names: whole, as people say them, as files, and by number on their roll."""
    made = [read_recording(clip.title) for clip in clips]
    return Names(
        [{*_spellings(clip.title), plain(spoken_name(clip.title))} for clip in clips],
        [name.number if name else _last_number(clip.title) for clip, name in zip(clips, made, strict=True)],
        RollNames(
            ([clip.roll, *filter(None, (name.reel, reel_of(clip.title)) if name else ())], clip.camera)
            for clip, name in zip(clips, made, strict=True)
        ),
    )


def sound_names(sounds: Sequence[DaySound]) -> Names:
    """The sounds of a day → their names: whole, without their ending, and by number on their sound roll."""
    stems = [PurePosixPath(sound.file.name).stem for sound in sounds]
    return Names(
        [{plain(sound.file.name), plain(PurePosixPath(sound.file.name).name), plain(stem)}
         for sound, stem in zip(sounds, stems, strict=True)],
        [_last_number(stem) for stem in stems],
        RollNames(([sound.file.said.sound_roll] if sound.file.said.sound_roll else [], None) for sound in sounds),
    )  # fmt: skip


def _last_number(stem: str) -> int | None:
    match = _LAST_NUMBER.search(stem)
    return int(match[1]) if match else None


@lru_cache(maxsize=1 << 14)
def natural(text: str) -> tuple[tuple[int, int, str], ...]:
    """Text → what puts 12A before 101 and take 2 before take 10."""
    return tuple((0, int(part), "") if part.isdigit() else (1, 0, part) for part in _RUNS.findall(text))


def in_order(key: TakeKey) -> tuple[object, ...]:
    """Takes → what puts them in the order in which people count; what has no number comes first."""
    return natural(key.setup), natural(key.take)
