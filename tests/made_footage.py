"""A made day's footage: its cards as they come from the set, moving pictures and sound that really belong together.

What was heard is made once for everything that ran at the same time: the recorder has it from near by, the camera's
own microphone from further off, through a room. So a clip's sound lies in the recorder's where both really ran,
whatever their timecodes say.
"""

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from circletake.contracts.takes import SoundFile, Source
from circletake.film.takes.day import DayClip, DaySound
from circletake.film.timing import Timecode
from circletake.media import launcher
from tests import footage, made_sound
from tests.film import wavs
from tests.made_day import MadeUnit
from tests.made_papers import Table

SOUND_RATE = 48_000
#: Samples of it for one at which sound is made.
_FINER = SOUND_RATE // made_sound.RATE
_SIZE = (64, 36)
#: Moving pictures, each its own: a clip is a piece of one.
_PICTURES = 6
#: How papers come: their separators and encodings; an ALE has its own.
_MANNERS = ((",", "utf-8-sig"), (";", "utf-16"), ("\t", "cp1252"))
_DATE, _NEXT_DATE = b"2026-09-30", b"2026-10-01"

Samples = NDArray[np.int16]


@dataclass(frozen=True)
class Card:
    """What was offloaded: everything below `folder` stood on it."""

    roll: str
    folder: Path


@dataclass(frozen=True)
class PaperFile:
    """A paper as it is brought in."""

    name: str
    source: Source
    body: bytes


class Footage:
    """A made unit's day → its cards and papers, written below a folder."""

    def __init__(self, made: MadeUnit, to: Path, seed: int) -> None:
        self.made, self._to = made, to
        broken = {each.id for each in made.broken}
        self._clips = [*made.clips, *(each for each in made.broken if isinstance(each, DayClip))]
        self._sounds = [*made.sounds, *(each for each in made.broken if isinstance(each, DaySound))]
        self._broken = broken
        self._scenes = list(_scenes(self._spans(), seed))

    def cards(self) -> list[Card]:
        """Every roll of the cameras and of the recorder, written."""
        for number, clip in enumerate(self._clips):
            self._shoot(clip, self._place(clip.roll, clip_path(clip)), number)
        for sound in self._sounds:
            self._record(sound, self._place(str(sound.file.said.sound_roll), sound.file.name))
        return [Card(folder.name, folder) for folder in sorted(self._day.iterdir())]

    def papers(self) -> Iterator[PaperFile]:
        """The day's papers as files."""
        return papers_of(self.made)

    def mix_under(self, clip: DayClip) -> Samples:
        """What the recorder's mix really had while a clip ran."""
        scene, where = self._heard(clip.id, _samples_of(clip))
        return scene.near_by[where]

    @property
    def _day(self) -> Path:
        return self._to / self.made.unit / self.made.day

    def _place(self, roll: str, path: str) -> Path:
        place = self._day / roll / path
        place.parent.mkdir(parents=True, exist_ok=True)
        return place

    def _spans(self) -> list[tuple[int, int]]:
        """From where to where each recording ran that has sound, in samples."""
        found = [self._span(clip.id, _samples_of(clip)) for clip in self._clips if clip.sound]
        return sorted([*found, *(self._span(sound.id, sound.file.frames) for sound in self._sounds)])

    def _span(self, of: str, samples: int) -> tuple[int, int]:
        first = round(self.made.ran[of] * SOUND_RATE / self.made.rate)
        return first, first + samples

    def _heard(self, of: str, samples: int) -> tuple["Scene", slice]:
        first, last = self._span(of, samples)
        scene = next(each for each in self._scenes if each.first <= first and last <= each.last)
        return scene, slice(first - scene.first, last - scene.first)

    def _shoot(self, clip: DayClip, to: Path, number: int) -> None:
        picture, first = self._pictures[number % _PICTURES], number % 50
        inputs, kept = ["-ss", f"{float(first / clip.rate):.6f}", "-i", str(picture)], ["-map", "0:v"]
        if clip.sound:
            scene, where = self._heard(clip.id, _samples_of(clip))
            scratch = to.with_suffix(".s16")
            scratch.write_bytes(scene.from_afar[where].tobytes())
            inputs += ["-f", "s16le", "-ar", str(SOUND_RATE), "-ac", "1", "-i", str(scratch)]
            kept += ["-map", "1:a"]
        stamps = ["-metadata:s:v:0", f"reel_name={clip.roll}"]
        if clip.start is not None:
            stamps += ["-timecode", str(Timecode(clip.start, clip.rate, clip.drop))]
        launcher.make(
            [*inputs, *kept, "-frames:v", str(clip.frames), "-c", "copy", *stamps, str(to)], tools=footage.TOOLS
        )
        if clip.sound:
            scratch.unlink()
        if clip.id in self._broken:
            footage.cut(to, to, keep=0.5)

    @cached_property
    def _pictures(self) -> list[Path]:
        """Long enough for the longest clip, each frame one that can be cut at."""
        frames = max(clip.frames for clip in self._clips) + 50
        rate = f"{self.made.rate.numerator}/{self.made.rate.denominator}"
        turns = ["null", "hue=h=90", "hflip", "negate", "vflip", "hue=s=0"]
        self._to.mkdir(parents=True, exist_ok=True)
        return [
            footage.clip(
                self._to / f"picture-{number}.mov", codec="h264", rate=rate, frames=frames, size=_SIZE, sound=None,
                picture=turn, options=["-g", "1", "-bf", "0"],
            )
            for number, turn in enumerate(turns)
        ]  # fmt: skip

    def _record(self, sound: DaySound, to: Path) -> None:
        if sound.id in self._broken:
            to.write_bytes(bytes(4096))
            return
        scene, where = self._heard(sound.id, sound.file.frames)
        channels = np.stack([scene.near_by[where], scene.boom[where]], axis=1)
        to.write_bytes(as_wav(sound.file, channels))


@dataclass(frozen=True)
class Scene:
    """What was heard while anything ran, from sample `first` on: at the recorder, and at the camera."""

    first: int
    near_by: Samples
    boom: Samples
    from_afar: Samples

    @property
    def last(self) -> int:
        return self.first + len(self.near_by)


def _scenes(spans: Sequence[tuple[int, int]], seed: int) -> Iterator[Scene]:
    """From where to where recordings ran, sorted → what was heard then; once for those that ran together."""
    together: list[tuple[int, int]] = []
    for first, last in spans:
        if together and first < together[-1][1]:
            together[-1] = together[-1][0], max(together[-1][1], last)
        else:
            together.append((first, last))
    for number, (first, last) in enumerate(together):
        rng = np.random.default_rng([seed, number])
        said = made_sound.speech(rng, (last - first) / SOUND_RATE + 1)
        far = made_sound.noisy(rng, made_sound.microphone(rng, made_sound.room(rng, said, 0.25)), 18)
        near, boom = (made_sound.noisy(rng, made_sound.microphone(rng, said), 30) for _ in range(2))
        yield Scene(first, *(_finer(each * np.float32(loud), last - first) for each, loud in
                             ((near, 0.08), (boom, 0.05), (far, 0.03))))  # fmt: skip


def _finer(sound: made_sound.Mono, samples: int) -> Samples:
    """Sound at the rate at which it is made → at a recorder's, by its spectrum."""
    size = 1 << (len(sound) - 1).bit_length()
    spectrum = np.pad(np.fft.rfft(sound, size), (0, (_FINER - 1) * size // 2))
    fine = np.fft.irfft(spectrum, size * _FINER)[:samples] * _FINER
    return (np.clip(fine, -1, 1) * 32767).astype("<i2")


def _samples_of(clip: DayClip) -> int:
    return int(clip.frames * SOUND_RATE / clip.rate)


def clip_path(clip: DayClip) -> str:
    """Where a clip lies on its card: the cameras differ."""
    return f"{clip.title}.mov" if clip.camera != "B" else f"Clips/{clip.title}.mp4"


def as_wav(file: SoundFile, channels: Samples) -> bytes:
    """What a file says it is, and its channels → the recorder's file, every word of it in its header."""
    start, said = file.start or 0, file.said
    seconds = start // file.rate
    clock = f"{seconds // 3600 % 24:02}:{seconds // 60 % 60:02}:{seconds % 60:02}".encode()
    rate = file.timecode_rate
    tracks = "".join(
        f"<TRACK><CHANNEL_INDEX>{channel}</CHANNEL_INDEX><INTERLEAVE_INDEX>{channel}</INTERLEAVE_INDEX>"
        f"<NAME>{name}</NAME></TRACK>"
        for channel, name in file.tracks.items()
    )
    ixml = (
        f'<?xml version="1.0" encoding="UTF-8"?><BWFXML><IXML_VERSION>1.61</IXML_VERSION>'
        f"<SCENE>{said.setup or ''}</SCENE><TAKE>{said.take or ''}</TAKE><TAPE>{said.sound_roll}</TAPE>"
        f"<SPEED><MASTER_SPEED>{rate}</MASTER_SPEED><CURRENT_SPEED>{rate}</CURRENT_SPEED>"
        f"<TIMECODE_RATE>{rate}</TIMECODE_RATE><TIMECODE_FLAG>NDF</TIMECODE_FLAG>"
        f"<FILE_SAMPLE_RATE>{file.rate}</FILE_SAMPLE_RATE></SPEED>"
        f"<TRACK_LIST><TRACK_COUNT>{file.channels}</TRACK_COUNT>{tracks}</TRACK_LIST></BWFXML>"
    )
    # Rolls of the night begin before midnight and end after it.
    day = _DATE if seconds >= 12 * 3600 else _NEXT_DATE
    return wavs.riff(
        wavs.bext(start=start, description=b"", day=day, time=clock),
        wavs.fmt(rate=file.rate, channels=file.channels, bits=16),
        wavs.ixml(ixml),
        wavs.chunk(b"data", channels.tobytes()),
    )


def papers_of(made: MadeUnit) -> Iterator[PaperFile]:
    """A unit's papers, each in a manner of its own; the second unit's camera writes an ALE."""
    for number, table in enumerate(made.papers):
        if made.unit == "2u" and table.source is Source.CAMERA:
            yield PaperFile(table.name.replace(".csv", ".ale"), table.source, as_ale(table, made))
        else:
            yield PaperFile(table.name, table.source, as_csv(table, *_MANNERS[number % len(_MANNERS)]))


def as_csv(table: Table, separator: str, encoding: str) -> bytes:
    """A paper as a program writes it: what it is called above, then headings and rows."""
    text = io.StringIO()
    text.write(f"Report of the day{separator}{table.name}\r\n\r\n")
    csv.writer(text, delimiter=separator).writerows([table.headings, *table.rows])
    return text.getvalue().encode(encoding)


def as_ale(table: Table, made: MadeUnit) -> bytes:
    head = ["Heading", "FIELD_DELIM\tTABS", "VIDEO_FORMAT\t1080", f"FPS\t{float(made.rate):.6g}", ""]
    lines = [*head, "Column", "\t".join(table.headings), "", "Data", *("\t".join(row) for row in table.rows), ""]
    return "\r\n".join(lines).encode()
