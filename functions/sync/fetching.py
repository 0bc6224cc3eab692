"""What is listened to, fetched: a clip's own sound without its pictures, and what matters of a recorder's file.

Originals and recorder's files have gigabytes. Where a timecode has the picture, only what lies around there is fetched;
else all of the file, one part after the other, so that no disk has to hold it.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from circletake.contracts.facts import SoundToHear
from circletake.contracts.files import SourceFile
from circletake.contracts.media import Inspection
from circletake.film.sound.overlaps import NEAR_S
from circletake.film.sound.slices import Samples, read_samples, seconds
from circletake.media.byte_ranges import contents
from circletake.media.sound_alone import has_sound, lay_sound

if TYPE_CHECKING:
    from circletake.cloud.objects import Objects

#: So much of a clip is listened for: its busiest minute is sought, and two tell of drift.
LISTEN_S = 120
#: Whoever reads it goes on a little.
_READ_ON_S = 2
#: Originals whose sound cannot be told from their pictures are fetched whole, up to here: the disk has as much again.
_WHOLE_BYTES = 4 << 30
#: Parts of a recorder's file: a quarter of an hour of two channels.
_PART_BYTES = 256 << 20

Beat = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a recorder's file, or of a clip, as a file: its first second in the whole, and how many it lasts."""

    file: Path
    begins_s: float
    seconds: float


@dataclass(frozen=True)
class Fetching:
    """Where originals and recorder's files come from."""

    objects: "Objects"
    bucket: str
    beat: Beat

    def camera(self, spans: Sequence[SourceFile], found: Inspection, to: Path) -> Iterator[Part]:
        """A clip's files → the sound of its beginning, from the picture's first frame on: of each file as far as that
        reaches, each in place of the one before it. It ends before a file that is too large to be fetched for that."""
        begins_s, left_bytes = 0.0, _WHOLE_BYTES
        for span, frames in zip(spans, found.span_frames or (found.video.frames,), strict=False):
            lasts_s = min(LISTEN_S - begins_s, float(frames / found.video.rate))
            read = partial(self.objects.read_range, self.bucket, span, on_progress=self.beat)
            original = contents(span.size_bytes, read)
            to.unlink(missing_ok=True)
            if original and has_sound(original):
                bring = partial(self._bring, span)
                lay_sound(original, round((lasts_s + _READ_ON_S) * found.video.rate), bring, to)
            elif span.size_bytes <= left_bytes:
                left_bytes -= span.size_bytes
                self.objects.fetch(self.bucket, span, to, self.beat)
            else:
                return
            yield Part(to, begins_s, lasts_s)
            begins_s += lasts_s
            if begins_s >= LISTEN_S:
                return

    def recorder(self, sound: SoundToHear, near_s: float | None, lasts_s: float, to: Path) -> Iterator[Part]:
        """A recorder's file, where the clip should begin in it, and how long that lasts → what has to be heard of it,
        each part in place of the one before it. Raises `Rejected`."""
        file = sound.file
        samples = read_samples(
            file.size_bytes, partial(self.objects.read_range, self.bucket, file, on_progress=self.beat)
        )
        if sound.channel > samples.form.channels:
            raise LookupError(f"{file.key} has {samples.form.channels} channels, and number {sound.channel} is wanted")
        for begins_s, part in _parts(samples, near_s, lasts_s):
            wanted = samples.bytes_of(part)
            to.write_bytes(head := samples.head(len(wanted)))
            self._bring(file, [wanted], to, len(head))
            yield Part(to, begins_s, len(part) / samples.form.rate)

    def _bring(self, file: SourceFile, ranges: list[range], to: Path, at: int) -> None:
        self.objects.fetch_into(self.bucket, file, ranges, to, at, self.beat)


def _parts(samples: Samples, near_s: float | None, lasts_s: float) -> Iterator[tuple[int, range]]:
    """Whole seconds, so that what is heard of them fits together to the sample."""
    rate, frames = samples.form.rate, samples.frames
    first_s, end_s = 0, -(-frames // rate)
    if near_s is not None:
        first_s = min(max(first_s, int(near_s - NEAR_S)), end_s)
        end_s = min(end_s, int(near_s + lasts_s + NEAR_S) + 1)
    step_s = max(1, _PART_BYTES // (rate * samples.form.frame_bytes))
    for begins_s in range(first_s, end_s, step_s):
        part = seconds(samples, begins_s, min(begins_s + step_s, end_s))
        yield begins_s, range(part.start, min(part.stop, frames))
