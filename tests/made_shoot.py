"""A unit at work on a made day: takes are shot, rolls fill up, and three people write down what they see."""

import random
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from fractions import Fraction
from itertools import count

from circletake.contracts.takes import Flag, Said, SoundFile, Source
from circletake.film.takes.day import DayClip, DaySound, TakeKey, Word
from circletake.film.timing import Timecode
from tests.made_papers import Row, Table, write_down

_LETTERS = ["", *"ABCDEFGHJKLMNPQRSTUVWXYZ"]
_SOUND_RATE = 48000
_LENSES = ("25mm", "35mm", "50mm", "85mm")
_CLIPS_ON_A_ROLL = 22
_FIRST_CALL_S = 22 * 3600


@dataclass(frozen=True)
class Pace:
    """How long things last, in seconds, and by how many frames clocks differ that were jammed in the morning."""

    take_s: tuple[int, int]
    false_start_s: int
    series_s: int
    #: A recording that belongs to no take.
    stray_s: int
    wild_track_s: int
    #: Sound rolls before the cameras and is cut after them; the first camera rolls last.
    lead_s: int
    tail_s: int
    early_s: int
    camera_drift: int
    sound_drift: Fraction


AS_ON_SET = Pace((20, 90), 5, 30, 30, 40, 8, 4, 2, camera_drift=3, sound_drift=Fraction(1))
#: A day of which footage is made: a tenth as long, and jammed well, so that what is off was meant to be.
IN_MINIATURE = Pace((3, 6), 2, 4, 4, 4, 2, 1, 1, camera_drift=0, sound_drift=Fraction(1, 10))


@dataclass
class ShotClip:
    clip: DayClip
    row: Row


@dataclass
class Take:
    """A take while the day is made, with the rows that papers have of it."""

    scene: str
    board: str
    number: int
    flags: set[Flag]
    clips: list[ShotClip] = field(default_factory=list)
    parts: dict[str, tuple[int, int]] = field(default_factory=dict)
    sounds: list[DaySound] = field(default_factory=list)
    script: Row = field(default_factory=dict)
    sound_row: Row = field(default_factory=dict)
    plain: bool = True

    @property
    def key(self) -> TakeKey:
        return TakeKey(self.board.casefold(), str(self.number))


class Shoot:
    """A unit at work: time goes on, rolls fill, slates are counted."""

    def __init__(self, chance: random.Random, unit: str, day: str, british: bool, *, cameras: str, pace: Pace) -> None:
        self.chance, self.unit, self.day, self.british, self.cameras = chance, unit, day, british, cameras
        self.pace = pace
        self.rate = Fraction(25) if british else Fraction(24000, 1001)
        self.now = int(_FIRST_CALL_S * self.rate)
        self.takes: list[Take] = []
        self.wild: list[tuple[DaySound, Row]] = []
        self.clips: dict[str, DayClip] = {}
        self.sounds: dict[str, DaySound] = {}
        self.rows: dict[Source, list[Row]] = {Source.SCRIPT: [], Source.SOUND: [], Source.CAMERA: []}
        self.gaps: set[tuple[str, tuple[int, ...]]] = set()
        self.ran: dict[str, int] = {}
        self.broken: list[DayClip | DaySound] = []
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

    def frames(self, seconds: Fraction | int) -> int:
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
        lasts = self.frames(
            self.pace.false_start_s if kind == "false start" else self.chance.randint(*self.pace.take_s)
        )
        self._pass_midnight(lasts)
        take = Take(scene, board, number, set(flags), plain=kind == "plain")
        if kind == "plain" and self.chance.random() < 0.3:
            take.flags.add(Flag.CIRCLED)
        fps = self.rate * 2 if kind == "off-speed" else None
        for camera in cameras if kind in ("plain", "pickup", "tail") else cameras[:1]:
            clip = self.clip(camera, lasts, fps, silent=kind in ("mos", "off-speed"))
            self._slate(clip, board, number)
            take.clips.append(clip)
            take.parts[clip.clip.id] = (0, clip.clip.frames)
        if kind not in ("mos", "off-speed", "vfx"):
            self._record(take, lasts)
        self._write(take)
        self.takes.append(take)
        self.now += lasts + self.frames(self.chance.randint(40, 150))

    def _series(self, scene: str, board: str, first: int, cameras: str) -> None:
        """Three takes without a cut: one clip of each camera, one sound, and the script's timecodes part them."""
        each = self.frames(self.pace.series_s)
        self._pass_midnight(3 * each)
        clips = [self.clip(camera, 3 * each, None, steady=True) for camera in cameras]
        takes = [Take(scene, board, first + n, {Flag.SERIES}, plain=False) for n in range(3)]
        self._slate(clips[0], board, first)
        self._record(takes[0], 3 * each)
        for n, take in enumerate(takes):
            take.clips = clips
            for clip in clips:
                take.parts[clip.clip.id] = (n * each, each)
            take.sounds = takes[0].sounds
            self._write(take, starts=self.now + n * each, ends=self.now + (n + 1) * each)
            self.takes.append(take)
        self.now += 3 * each + self.frames(60)

    def clip(
        self, camera: str, lasts: int, fps: Fraction | None, *, steady: bool = False, silent: bool = False
    ) -> ShotClip:
        if self._on_roll[camera] == _CLIPS_ON_A_ROLL:
            self._roll[camera], self._on_roll[camera] = self._roll[camera] + 1, 0
        self._on_roll[camera] += 1
        roll = f"{camera}{self._roll[camera]:03}"
        title = f"{roll}C{self._on_roll[camera]:03}_260930_R1JL"
        drift = self.chance.randint(-self.pace.camera_drift, self.pace.camera_drift)
        early = 0 if steady or camera == self.cameras[0] else self.chance.randint(0, self.frames(self.pace.early_s))
        day = 24 * 3600 * round(self.rate)
        frames = int(lasts * fps / self.rate) if fps else lasts + early
        clip = DayClip(
            id=f"{self.unit}-{title}", title=title, roll=roll, rate=self.rate, frames=frames, camera=camera,
            start=(self.now - early + drift) % day, sensor_fps=fps or self.rate,
            sound=camera == "A" and not silent,
        )  # fmt: skip
        self.ran[clip.id] = self.now - early
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
        return ShotClip(clip, row)

    def jam(self, made: ShotClip, by_s: Fraction | int | None) -> None:
        """A clip whose clock is off by so many seconds; None: it has none."""
        day, start = 24 * 3600 * round(self.rate), made.clip.start
        moved = None if start is None or by_s is None else (start + int(by_s * self.rate)) % day
        made.clip = self.clips[made.clip.id] = replace(made.clip, start=moved)

    def _slate(self, made: ShotClip, board: str, number: int) -> None:
        """A model reads what it can; the first camera's report says the take as well."""
        if made.clip.camera == "A":
            made.row |= {self.board_field: board, "take": str(number)}
        if self.chance.random() < 0.6:
            self.read(made, board, number)

    def read(self, made: ShotClip, board: str, number: int) -> None:
        read = Said(**{self.board_field: board}, take=str(number))
        made.clip = self.clips[made.clip.id] = replace(made.clip, slate=read, sure=0.9)

    def _record(self, take: Take, lasts: int) -> None:
        lead = self.frames(self.pace.lead_s)
        name = f"{take.board}-T{take.number:02}.WAV"
        sound = self.sound(name, self.now - lead, lead + lasts + self.frames(self.pace.tail_s))
        mark = "PU" if Flag.PICKUP in take.flags else ""
        row: Row = {
            "sounds": (sound.file.name,), "sound_roll": "SR14", self.board_field: take.board,
            "take": f"{take.number}{mark}", "CIRCLED": Flag.CIRCLED in take.flags, "WILD_TRACK": False,
        }  # fmt: skip
        self.rows[Source.SOUND].append(row)
        take.sound_row, take.sounds = row, [self.headed(sound, take.board, take.number)]

    def headed(self, sound: DaySound, board: str, number: int | str) -> DaySound:
        said = Said(setup=board, take=str(number), sound_roll="SR14")
        sound = DaySound(sound.id, sound.file.model_copy(update={"said": said}))
        self.sounds[sound.id] = sound
        return sound

    def sound(self, name: str, start: int, frames: int) -> DaySound:
        labelled = start + self.chance.randint(-2, 2) * self.pace.sound_drift
        samples = labelled % (24 * 3600 * round(self.rate)) * _SOUND_RATE / self.rate
        file = SoundFile(
            name=name, rate=_SOUND_RATE, channels=2, frames=int(frames * _SOUND_RATE / self.rate), start=int(samples),
            timecode_rate=self.rate, tracks={1: "Mix", 2: "Boom"}, said=Said(sound_roll="SR14"),
        )  # fmt: skip
        sound = DaySound(f"{self.unit}-{name}", file)
        self.ran[sound.id] = start
        self.sounds[sound.id] = sound
        return sound

    def _wild_track(self, scene: str, board: str) -> None:
        sound = self.headed(self.sound(f"{board}-WT1.WAV", self.now, self.frames(self.pace.wild_track_s)), board, "WT1")
        row: Row = {"sounds": (sound.file.name,), "sound_roll": "SR14", self.board_field: board, "take": "WT1"}
        row |= {"CIRCLED": False, "WILD_TRACK": True, "note": "Room tone"}
        self.rows[Source.SOUND].append(row)
        self.wild.append((sound, row))
        self.now += self.frames(100)

    def _write(self, take: Take, starts: int | None = None, ends: int | None = None) -> None:
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

    def papers(self) -> Iterator[tuple[Table, list[Word]]]:
        """Each department's paper, and what its rows say."""
        return write_down(self.unit, self.rows)
