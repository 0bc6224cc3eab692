"""A made shooting day: a seed → what two units really shot, the papers about it, and what was planted in them.

The truth is known because the day is made: every take with its clips, sounds and flags, and for each planted
contradiction or omission what must be found. The second unit shoots at the same time under the same names, as units
do. A night: the clock passes midnight in the middle of a take.
"""

import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from itertools import count
from typing import Any

from circletake.contracts.takes import Flag, Said, SoundFile, Source
from circletake.film.takes.day import DayClip, DaySound, Lack, TakeKey, Word
from circletake.film.timing import Timecode

#: What is listed: why, and the take, clip or sound with what of it, or what a row names.
Listed = tuple[Lack, object]

#: Letters of setups; I and O look like 1 and 0.
_LETTERS = ["", *"ABCDEFGHJKLMNPQRSTUVWXYZ"]
_SOUND_RATE = 48000
_LENSES = ("25mm", "35mm", "50mm", "85mm")
_CLIPS_ON_A_ROLL = 22
#: Clocks that were jammed in the morning differ by some frames in the evening.
_DRIFT = 3

_HEADINGS: dict[Source, dict[str, str]] = {
    Source.SCRIPT: {
        "scene": "Scene", "setup": "Setup", "slate": "Slate", "take": "Take", "clips": "Clip",
        "sound_roll": "Sound Roll", "starts": "TC In",
        "ends": "TC Out", "lens": "Lens", "CIRCLED": "Circled", "PICKUP": "PU", "SERIES": "SER",
        "MOS": "MOS", "TAIL_SLATE": "Tail Slate", "FALSE_START": "False Start", "VFX_REFERENCE": "VFX Ref",
        "note": "Notes",
    },
    Source.SOUND: {
        "sounds": "File", "sound_roll": "Roll", "setup": "Scene", "slate": "Slate", "take": "Take",
        "starts": "Start TC",
        "CIRCLED": "Circled", "WILD_TRACK": "Wild", "note": "Notes",
    },
    Source.CAMERA: {
        "camera": "Camera", "roll": "Roll", "clips": "Clip", "scene": "Scene", "setup": "Setup", "slate": "Slate",
        "take": "Take", "lens": "Lens", "exposure_index": "EI", "white_balance": "WB", "filters": "Filters",
        "shutter": "Shutter", "sensor_fps": "Sensor FPS",
    },
}  # fmt: skip
_FLAGS = {flag.value for flag in Flag}

Row = dict[str, Any]


@dataclass(frozen=True)
class Table:
    """A paper as its file has it: headings, then rows; the first row is on line 2."""

    name: str
    source: Source
    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class TrueTake:
    """What was really shot: clips with the frames that are of this take, sounds, flags."""

    scene: str
    clips: Mapping[str, tuple[int, int]]
    sounds: frozenset[str]
    flags: frozenset[Flag]


@dataclass(frozen=True)
class Plant:
    """Something wrong in the papers, and what must be listed because of it."""

    kind: str
    listed: frozenset[Listed]


@dataclass(frozen=True)
class MadeUnit:
    """A unit's day: recordings and papers go into the fold, the rest says what must come out."""

    unit: str
    day: str
    clips: tuple[DayClip, ...]
    sounds: tuple[DaySound, ...]
    words: tuple[Word, ...]
    papers: tuple[Table, ...]
    takes: Mapping[TakeKey, TrueTake]
    plants: tuple[Plant, ...]
    gaps: frozenset[tuple[str, tuple[int, ...]]]

    @property
    def listed(self) -> frozenset[Listed]:
        return frozenset(each for plant in self.plants for each in plant.listed)


@dataclass(frozen=True)
class MadeDay:
    """Two units on one day."""

    seed: int
    british: bool
    units: tuple[MadeUnit, ...]


def make_day(seed: int, *, british: bool = False, plants: Sequence[str] | None = None) -> MadeDay:
    """Seed → 30 setups and 120 takes of two units; `plants`: which kinds, None for all. The units take turns."""
    chance = random.Random(seed)
    main = _Shoot(chance, "main", "D014", british, cameras="ABC", start_s=22 * 3600)
    main.shoot(setups=20, takes=80)
    second = _Shoot(chance, "2u", "2U-D003", british, cameras="AB", start_s=22 * 3600)
    second.shoot(setups=10, takes=40)
    kinds = list(PLANTS) if plants is None else list(plants)
    return MadeDay(seed, british, (_planted(main, kinds[seed % 2 :: 2]), _planted(second, kinds[1 - seed % 2 :: 2])))


@dataclass
class _Clip:
    clip: DayClip
    row: Row


@dataclass
class _Take:
    """A take while the day is made, with the rows that papers have of it."""

    scene: str
    board: str
    number: int
    flags: set[Flag]
    clips: list[_Clip] = field(default_factory=list)
    parts: dict[str, tuple[int, int]] = field(default_factory=dict)
    sounds: list[DaySound] = field(default_factory=list)
    script: Row = field(default_factory=dict)
    sound_row: Row = field(default_factory=dict)
    plain: bool = True

    @property
    def key(self) -> TakeKey:
        return TakeKey(self.board.casefold(), str(self.number))


class _Shoot:
    """A unit at work: time goes on, rolls fill, slates are counted."""

    def __init__(
        self, chance: random.Random, unit: str, day: str, british: bool, *, cameras: str, start_s: int
    ) -> None:
        self.chance, self.unit, self.day, self.british, self.cameras = chance, unit, day, british, cameras
        self.rate = Fraction(25) if british else Fraction(24000, 1001)
        self.now = int(start_s * self.rate)
        self.takes: list[_Take] = []
        self.wild: list[tuple[DaySound, Row]] = []
        self.clips: dict[str, DayClip] = {}
        self.sounds: dict[str, DaySound] = {}
        self.rows: dict[Source, list[Row]] = {Source.SCRIPT: [], Source.SOUND: [], Source.CAMERA: []}
        self.gaps: set[tuple[str, tuple[int, ...]]] = set()
        self._on_roll = dict.fromkeys(cameras, 0)
        self._roll = dict.fromkeys(cameras, 1)
        self._over_midnight = False

    @property
    def board_field(self) -> str:
        return "slate" if self.british else "setup"

    # Shooting

    def shoot(self, *, setups: int, takes: int) -> None:
        of_setup = self._shares(takes, setups)
        slates, per_scene = count(401), 4
        for number, wanted in enumerate(of_setup):
            scene = str(12 + number // per_scene)
            board = str(next(slates)) if self.british else scene + _LETTERS[number % per_scene]
            self._shoot_setup(scene, board, wanted, number)

    def _shares(self, takes: int, setups: int) -> list[int]:
        shares = [4 - number % 2 for number in range(setups)]
        for _ in range(takes - sum(shares)):
            shares[self.chance.randrange(setups)] += 1
        return shares

    def _shoot_setup(self, scene: str, board: str, wanted: int, number: int) -> None:
        kinds = ["plain"] * wanted
        special = ["series", "pickup", "false start", "mos", "off-speed", "tail", "vfx"][number % 7]
        # Every other setup is of one camera alone.
        cameras = self.cameras[: 1 if number % 2 == 0 else 2 + number // 2 % 2]
        if special == "series":
            kinds[-3:] = ["series", "", ""]
        else:
            kinds[self.chance.randrange(wanted)] = special
        take = 0
        for place, kind in enumerate(kinds):
            if not kind:
                continue
            if number % 10 == 9 and place == 1:
                # A slate that was never shot: told as a fact.
                self.gaps.add((board, (2,)))
                take += 1
            if kind == "series":
                self._series(scene, board, take + 1, cameras)
                take += 3
            else:
                take += 1
                self._take(scene, board, take, kind, cameras)
        if number % 6 == 5:
            self._wild_track(scene, board)
        self.now += int(self.chance.randint(300, 700) * self.rate)

    def _frames(self, seconds: int) -> int:
        return int(seconds * self.rate)

    def _pass_midnight(self, lasts: int) -> None:
        """The take that would come last before midnight runs over it."""
        midnight = 24 * 3600 * round(self.rate)
        if not self._over_midnight and midnight - 1200 * round(self.rate) < self.now < midnight:
            self.now, self._over_midnight = midnight - lasts // 2, True

    def _take(self, scene: str, board: str, number: int, kind: str, cameras: str) -> None:
        flags = {
            "pickup": {Flag.PICKUP}, "false start": {Flag.FALSE_START}, "mos": {Flag.MOS}, "tail": {Flag.TAIL_SLATE},
            "vfx": {Flag.VFX_REFERENCE},
        }.get(kind, set())  # fmt: skip
        lasts = self._frames(5 if kind == "false start" else self.chance.randint(20, 90))
        self._pass_midnight(lasts)
        take = _Take(scene, board, number, set(flags), plain=kind == "plain")
        if kind == "plain" and self.chance.random() < 0.3:
            take.flags.add(Flag.CIRCLED)
        fps = self.rate * 2 if kind == "off-speed" else None
        for camera in cameras if kind in ("plain", "pickup", "tail") else cameras[:1]:
            clip = self._clip(camera, lasts, fps)
            self._slate(clip, board, number)
            take.clips.append(clip)
            take.parts[clip.clip.id] = (0, clip.clip.frames)
        if kind not in ("mos", "off-speed", "vfx"):
            self._record(take, lasts)
        self._write(take)
        self.takes.append(take)
        self.now += lasts + self._frames(self.chance.randint(40, 150))

    def _series(self, scene: str, board: str, first: int, cameras: str) -> None:
        """Three takes without a cut: one clip of each camera, one sound, and the script's timecodes part them."""
        each = self._frames(30)
        self._pass_midnight(3 * each)
        clips = [self._clip(camera, 3 * each, None, steady=True) for camera in cameras]
        takes = [_Take(scene, board, first + n, {Flag.SERIES}, plain=False) for n in range(3)]
        self._slate(clips[0], board, first)
        self._record(takes[0], 3 * each)
        for n, take in enumerate(takes):
            take.clips = clips
            for clip in clips:
                take.parts[clip.clip.id] = (n * each, each)
            take.sounds = takes[0].sounds
            self._write(take, starts=self.now + n * each, ends=self.now + (n + 1) * each)
            self.takes.append(take)
        self.now += 3 * each + self._frames(60)

    def _clip(self, camera: str, lasts: int, fps: Fraction | None, *, steady: bool = False) -> _Clip:
        if self._on_roll[camera] == _CLIPS_ON_A_ROLL:
            self._roll[camera], self._on_roll[camera] = self._roll[camera] + 1, 0
        self._on_roll[camera] += 1
        roll = f"{camera}{self._roll[camera]:03}"
        title = f"{roll}C{self._on_roll[camera]:03}_260930_R1JL"
        drift = self.chance.randint(-_DRIFT, _DRIFT)
        early = 0 if steady or camera == self.cameras[0] else self.chance.randint(0, self._frames(2))
        day = 24 * 3600 * round(self.rate)
        frames = int(lasts * fps / self.rate) if fps else lasts + early
        clip = DayClip(
            id=f"{self.unit}-{title}", title=title, roll=roll, rate=self.rate, frames=frames, camera=camera,
            start=(self.now - early + drift) % day, sensor_fps=fps or self.rate, sound=camera == "A",
        )  # fmt: skip
        self.clips[clip.id] = clip
        row: Row = {
            "camera": camera,
            "roll": roll,
            "clips": (title,),
            "exposure_index": "800",
            "white_balance": "5600K",
        }
        row |= {"lens": self.chance.choice(_LENSES), "shutter": "180", "sensor_fps": fps or self.rate}
        if self.chance.random() < 0.3:
            row["filters"] = "ND 0.6"
        # Nobody writes reports for the third camera.
        if camera != "C":
            self.rows[Source.CAMERA].append(row)
        return _Clip(clip, row)

    def _slate(self, made: _Clip, board: str, number: int) -> None:
        """A model reads what it can; the first camera's report says the take as well."""
        if made.clip.camera == "A":
            made.row |= {self.board_field: board, "take": str(number)}
        if self.chance.random() < 0.6:
            self._read(made, board, number)

    def _read(self, made: _Clip, board: str, number: int) -> None:
        read = Said(setup=board, take=str(number))
        made.clip = self.clips[made.clip.id] = replace(made.clip, slate=read, sure=0.9)

    def _record(self, take: _Take, lasts: int) -> None:
        lead = self._frames(8)
        sound = self._sound(f"{take.board}-T{take.number:02}.WAV", self.now - lead, lasts + lead + self._frames(4))
        mark = "PU" if Flag.PICKUP in take.flags else ""
        row: Row = {
            "sounds": (sound.file.name,), "sound_roll": "SR14", self.board_field: take.board,
            "take": f"{take.number}{mark}", "CIRCLED": Flag.CIRCLED in take.flags, "WILD_TRACK": False,
        }  # fmt: skip
        self.rows[Source.SOUND].append(row)
        take.sound_row, take.sounds = row, [self._headed(sound, take.board, take.number)]

    def _headed(self, sound: DaySound, board: str, number: int | str) -> DaySound:
        said = Said(setup=board, take=str(number), sound_roll="SR14")
        sound = DaySound(sound.id, sound.file.model_copy(update={"said": said}))
        self.sounds[sound.id] = sound
        return sound

    def _sound(self, name: str, start: int, frames: int) -> DaySound:
        samples = (start + self.chance.randint(-2, 2)) % (24 * 3600 * round(self.rate)) * _SOUND_RATE / self.rate
        file = SoundFile(
            name=name, rate=_SOUND_RATE, channels=2, frames=int(frames * _SOUND_RATE / self.rate), start=int(samples),
            timecode_rate=self.rate, said=Said(sound_roll="SR14"),
        )  # fmt: skip
        sound = DaySound(f"{self.unit}-{name}", file)
        self.sounds[sound.id] = sound
        return sound

    def _wild_track(self, scene: str, board: str) -> None:
        sound = self._headed(self._sound(f"{board}-WT1.WAV", self.now, self._frames(40)), board, "WT1")
        row: Row = {"sounds": (sound.file.name,), "sound_roll": "SR14", self.board_field: board, "take": "WT1"}
        row |= {"CIRCLED": False, "WILD_TRACK": True, "note": "Room tone"}
        self.rows[Source.SOUND].append(row)
        self.wild.append((sound, row))
        self.now += self._frames(100)

    def _write(self, take: _Take, starts: int | None = None, ends: int | None = None) -> None:
        """The script supervisor's row. She names the first camera's clip alone, as people say it."""
        spoken = take.clips[0].clip.title.split("_")[0]
        begins = self.now if starts is None else starts
        row: Row = {"scene": take.scene, self.board_field: take.board, "take": str(take.number), "clips": (spoken,)}
        row |= {"starts": self.label(begins), "note": f"Scene {take.scene},\nas rehearsed."}
        if ends is not None:
            row["ends"] = self.label(ends)
        if take.sounds:
            row["sound_roll"] = "SR14"
        if len(take.clips) == 1:
            row["lens"] = take.clips[0].row["lens"].removesuffix("mm")
        for flag in set(Flag) - {Flag.WILD_TRACK}:
            row[flag.value] = flag in take.flags
        take.script = row
        self.rows[Source.SCRIPT].append(row)

    def label(self, frames: int) -> str:
        return str(Timecode(frames, self.rate))

    # Papers

    def papers(self) -> Iterator[tuple[Table, list[Word]]]:
        for source, rows in self.rows.items():
            name = f"{self.unit} {source.value.lower()}.csv"
            used = [each for each in _HEADINGS[source] if any(each in row for row in rows)]
            cells = tuple(tuple(_cell(row.get(each)) for each in used) for row in rows)
            headings = tuple(_HEADINGS[source][each] for each in used)
            words = [Word(source, name, _said(row, line)) for line, row in enumerate(rows, 2)]
            yield Table(name, source, headings, cells), words


def _cell(value: Any) -> str:
    match value:
        case None | False:
            return ""
        case True:
            return "x"
        case tuple():
            return ", ".join(value)
        case Fraction():
            return f"{float(value):.3f}".rstrip("0").rstrip(".")
        case _:
            return str(value)


def _said(row: Row, line: int) -> Said:
    flags = {Flag(name): value for name, value in row.items() if name in _FLAGS}
    return Said(line=line, flags=flags, **{name: value for name, value in row.items() if name not in _FLAGS})


# Plants: each takes a take that nothing else is wrong with, spoils the papers, and says what must be listed.


def _circle_denied(shoot: _Shoot, take: _Take, _: _Take) -> set[Listed]:
    take.flags.add(Flag.CIRCLED)
    take.script["CIRCLED"], take.sound_row["CIRCLED"] = True, False
    return {(Lack.CONFLICT, (take.key, "CIRCLED"))}


def _sound_counts_on(shoot: _Shoot, take: _Take, other: _Take) -> set[Listed]:
    """The mixer forgot to count on, in the report and in the header alike."""
    take.sound_row |= {shoot.board_field: other.board, "take": str(other.number)}
    shoot._headed(take.sounds[0], other.board, other.number)
    return {(Lack.CONFLICT, (take.sounds[0].id, "take"))}


def _clip_mistyped(shoot: _Shoot, take: _Take, _: _Take) -> set[Listed]:
    take.script["clips"] = ("A001C900",)
    take.script.pop("starts")
    return {(Lack.UNKNOWN_CLIP, "A001C900")}


def _clip_unspoken(shoot: _Shoot, take: _Take, _: _Take) -> set[Listed]:
    """A clip of which no paper has a word, and of which no other recording was made."""
    made = shoot._clip("A", shoot._frames(30), None)
    shoot.rows[Source.CAMERA].remove(made.row)
    shoot.now += shoot._frames(200)
    return {(Lack.CLIP_WITHOUT_TAKE, made.clip.id)}


def _sound_lost(shoot: _Shoot, take: _Take, _: _Take) -> set[Listed]:
    del shoot.sounds[take.sounds[0].id]
    return {(Lack.UNKNOWN_SOUND, take.sounds[0].file.name), (Lack.TAKE_WITHOUT_SOUND, take.key)}


def _sound_never_made(shoot: _Shoot, take: _Take, _: _Take) -> set[Listed]:
    del shoot.sounds[take.sounds[0].id]
    _remove(shoot.rows[Source.SOUND], take.sound_row)
    return {(Lack.TAKE_WITHOUT_SOUND, take.key)}


def _picture_lost(shoot: _Shoot, take: _Take, _: _Take) -> set[Listed]:
    clip = take.clips[0]
    del shoot.clips[clip.clip.id]
    named = {take.script["clips"][0], clip.row["clips"][0]}
    take.script.pop("starts")
    return {(Lack.UNKNOWN_CLIP, name) for name in named} | {(Lack.TAKE_WITHOUT_PICTURE, take.key)}


def _doubled(shoot: _Shoot, take: _Take, _: _Take) -> set[Listed]:
    """The camera report gives a take to a clip that is none, too."""
    made = shoot._clip("A", shoot._frames(12), None)
    made.row |= {shoot.board_field: take.board, "take": str(take.number)}
    shoot.now += shoot._frames(200)
    return {(Lack.DOUBLED_TAKE, take.key)}


def _lens_differs(shoot: _Shoot, take: _Take, _: _Take) -> set[Listed]:
    take.script["lens"], take.clips[0].row["lens"] = "100", "18mm"
    return {(Lack.CONFLICT, (take.clips[0].clip.id, "lens"))}


def _roll_mistyped(shoot: _Shoot, take: _Take, _: _Take) -> set[Listed]:
    take.clips[0].row["roll"] = "A099"
    return {(Lack.CONFLICT, (take.clips[0].clip.id, "roll"))}


def _slate_misread(shoot: _Shoot, take: _Take, _: _Take) -> set[Listed]:
    shoot._read(take.clips[0], take.board, 77)
    return {(Lack.CONFLICT, (take.clips[0].clip.id, "take"))}


def _sound_unspoken(shoot: _Shoot, take: _Take, _: _Take) -> set[Listed]:
    sound = shoot._sound("SR14-X01.WAV", shoot.now, shoot._frames(30))
    shoot.now += shoot._frames(200)
    return {(Lack.SOUND_WITHOUT_PICTURE, sound.id)}


def _hour_mistyped(shoot: _Shoot, take: _Take, _: _Take) -> set[Listed]:
    take.script["starts"] = "07" + take.script["starts"][2:]
    return {(Lack.CONFLICT, (take.clips[0].clip.id, "starts"))}


def _no_timecode(shoot: _Shoot, take: _Take, _: _Take) -> set[Listed]:
    take.script["starts"] = "19:61:00:00"
    return {(Lack.BAD_TIMECODE, "19:61:00:00")}


def _scene_differs(shoot: _Shoot, take: _Take, _: _Take) -> set[Listed]:
    take.clips[0].row["scene"] = "99"
    return {(Lack.CONFLICT, (take.key, "scene"))}


def _setup_differs(shoot: _Shoot, take: _Take, _: _Take) -> set[Listed]:
    take.clips[0].row[shoot.board_field] = "899"
    return {(Lack.CONFLICT, (take.clips[0].clip.id, "take"))}


def _script_swaps(shoot: _Shoot, take: _Take, other: _Take) -> set[Listed]:
    """The script has the clips of two takes the wrong way round; it is believed, and all who know better are told."""
    take.script["clips"], other.script["clips"] = other.script["clips"], take.script["clips"]
    for each in (take, other):
        each.script.pop("starts")
        each.script.pop("lens")
        # What sound says of its file goes with the file.
        each.flags.discard(Flag.CIRCLED)
        each.script["CIRCLED"] = each.sound_row["CIRCLED"] = False
        if each.clips[0].clip.slate:
            shoot._read(each.clips[0], each.board, each.number)
    return {
        (Lack.CONFLICT, (recording, "take"))
        for each in (take, other)
        for recording in (each.clips[0].clip.id, each.sounds[0].id)
    }


def _script_forgets(shoot: _Shoot, take: _Take, _: _Take) -> set[Listed]:
    """An omission that the other papers make good."""
    _remove(shoot.rows[Source.SCRIPT], take.script)
    take.flags.discard(Flag.CIRCLED)
    take.sound_row["CIRCLED"] = False
    take.clips[0].row["scene"] = take.scene
    return set()


def _remove(rows: list[Row], row: Row) -> None:
    del rows[next(place for place, each in enumerate(rows) if each is row)]


PLANTS: dict[str, Callable[[_Shoot, _Take, _Take], set[Listed]]] = {
    plant.__name__.strip("_").replace("_", " "): plant
    for plant in (
        _circle_denied, _sound_counts_on, _clip_mistyped, _clip_unspoken, _sound_lost, _sound_never_made,
        _picture_lost, _doubled, _lens_differs, _roll_mistyped, _slate_misread, _sound_unspoken, _hour_mistyped,
        _no_timecode, _scene_differs, _setup_differs, _script_swaps, _script_forgets,
    )
}  # fmt: skip


def _planted(shoot: _Shoot, kinds: Sequence[str]) -> MadeUnit:
    """A unit's day → with one of each kind planted, in takes of one camera of which nothing else is special."""
    free = [take for take in shoot.takes if take.plain and len(take.clips) == 1]
    shoot.chance.shuffle(free)
    plants = []
    for kind in kinds:
        take = free.pop()
        other = free.pop() if kind in ("sound counts on", "script swaps") else take
        plants.append(Plant(kind, frozenset(PLANTS[kind](shoot, take, other))))
    papers = list(shoot.papers())
    takes = {
        take.key: TrueTake(take.scene, take.parts, frozenset(sound.id for sound in take.sounds), frozenset(take.flags))
        for take in shoot.takes
    }
    takes |= {
        TakeKey(str(row[shoot.board_field]).casefold(), "wt1"): TrueTake(
            "", {}, frozenset({sound.id}), frozenset({Flag.WILD_TRACK})
        )
        for sound, row in shoot.wild
    }
    return MadeUnit(
        shoot.unit, shoot.day, tuple(shoot.clips.values()), tuple(shoot.sounds.values()),
        tuple(word for _, words in papers for word in words), tuple(table for table, _ in papers),
        takes, tuple(plants), frozenset(shoot.gaps),
    )  # fmt: skip
