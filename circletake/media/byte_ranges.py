"""Which bytes of an original a piece of a clip needs, and how they become a small file that decodes by itself.

A piece is never sought in a large file: the bytes of its frames, behind a head that tells of them alone, are a whole
file of the same container, with the same description of the picture. Long-GOP pictures begin at the keyframe before.
The sound that lies beside a piece's frames is kept as it is, so that every byte is read once.
"""

import bisect
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import lru_cache, partial
from itertools import accumulate, pairwise
from operator import sub
from pathlib import Path

from circletake.contracts.media import Inspection, Piece
from circletake.media.boxes import Read, UnfollowableError
from circletake.media.entering import length_bytes, may_enter
from circletake.media.mxf import Mxf, blank_pictures, picture_in, read_mxf, sound_of
from circletake.media.quicktime import QuickTime, read_quicktime
from circletake.media.routes import longest_piece, own, reach, stretches
from circletake.media.sniff import MP4, MXF, QUICKTIME, container_of

#: Reading on over a gap is cheaper than asking again, up to here; beyond, it would add to the bytes that are read.
_GAP_BYTES = 64 << 10
#: A day at 24 frames a second: the tables of more frames take more memory than an inspection has.
_MOST_FRAMES = 24 * 3600 * 24
#: Tables are read in blocks, as their parts are small and lie close together.
_BLOCK_BYTES, _BLOCKS = 64 << 10, 64
#: What a worker's disk holds beside what it makes. Ten seconds of the widest camera's uncompressed picture are less.
_MOST_BYTES = 8_000_000_000
#: What may lie before a picture's own data (its parameters, and remarks of the camera's) is less; how many keyframes a
#: worker looks at before it begins at the first; how many tell of the others: an hour has as many groups.
_HEAD_BYTES, _LOOKS, _TELLING = 4096, 64, 10_000

#: Bytes of original `span` in these ranges, one directly after the other, go into an existing file from byte `at` on.
Fetch = Callable[[int, Sequence[range], Path, int], None]


@dataclass(frozen=True, slots=True)
class Part:
    """Frames of file `span` of a clip, as a file: `count` of them are wanted, the `before` shown first are not.

    `sound` holds the bytes of sound that lay beside the piece's own frames; `sound_file` lays them together.
    """

    span: int
    file: Path
    sound: Path
    before: int
    count: int


@dataclass(frozen=True, slots=True)
class Contents:
    """An original's table of contents: where each frame lies, in the order of coding, and which frame that is."""

    size: int
    table: QuickTime | Mxf
    starts: Sequence[int]
    ends: Sequence[int]
    shown: Sequence[int]
    keys: Sequence[int]

    @property
    def frames(self) -> int:
        return len(self.starts)

    @property
    def keyframe_every(self) -> int | None:
        """How far apart the keyframes lie; None where it varies, or where there is but one."""
        if len(self.keys) == self.frames:
            return 1
        steps = [late - early for early, late in pairwise(self.shown[key] for key in self.keys)]
        # A recording may end with a keyframe of its own.
        return steps[0] if steps and set(steps[:-1]) <= {steps[0]} and steps[-1] <= steps[0] else None

    def cuttable(self, rate: Fraction) -> bool:
        """Whether a worker can decode any piece: keyframes come as often as pieces do, and its disk holds both."""
        piece = longest_piece(rate)
        edges = [*(self.shown[key] for key in self.keys), self.frames]
        group = max(late - early for early, late in pairwise(edges))
        before = list(accumulate(map(sub, self.ends, self.starts), initial=0))
        # A clip's last piece is half as long again at most.
        widest = max(map(sub, before[piece + piece // 2 + group :] or before[-1:], before))
        return bool(group <= piece and widest <= _MOST_BYTES)

    def coded(self, wanted: range, entered: Callable[[int], bool | None] = lambda key: True) -> list[int]:
        """Frames as they are shown, and at which keyframes a decoder may be entered → what has to be decoded for them,
        in the order of coding."""
        places = [at for at, frame in enumerate(self.shown) if frame in wanted]
        before = [key for key in self.keys if key <= places[0] and self.shown[key] <= wanted.start]
        key = next((key for key in before[: -_LOOKS - 1 : -1] if key == 0 or entered(key)), 0)
        # What is coded behind a keyframe and shown before it needs the keyframe before that, and is not wanted.
        return [at for at in range(key, places[-1] + 1) if self.shown[at] >= self.shown[key] or not key]

    def entered(self, read: Read) -> Callable[[int], bool | None]:
        """A reader of an original of H.264 → at which keyframes a decoder may be entered, or None where bytes do not
        tell."""
        measured = length_bytes(self.table.picture) if isinstance(self.table, QuickTime) else None

        def look(key: int) -> bool | None:
            picture = range(self.starts[key], self.ends[key])
            if isinstance(self.table, Mxf):
                picture = picture_in(picture, read)
            return may_enter(read(picture.start, min(picture.stop - picture.start, _HEAD_BYTES)), measured)

        return look


def contents(size: int, read: Read, most: int = _MOST_FRAMES) -> Contents | None:
    """A file's size, a reader of its bytes, the most frames it may have → its contents; None where it cannot be cut.

    Cut are QuickTime and MP4 without fragments, and frame-wrapped MXF with an index. A table that lies is no verdict:
    whether the footage is good is for a decoder to say.
    """
    try:
        return _contents(size, _by_blocks(size, read), min(most, _MOST_FRAMES))
    except UnfollowableError:
        return None


def _contents(size: int, read: Read, most: int) -> Contents | None:
    container = container_of(read(0, _BLOCK_BYTES))
    if container in (QUICKTIME, MP4) and (table := read_quicktime(size, read, most)):
        ends = [start + length for start, length in zip(table.starts, table.sizes, strict=True)]
        return Contents(size, table, table.starts, ends, table.shown, table.keys)
    if container == MXF and (index := read_mxf(size, read, most)):
        return Contents(size, index, index.edges[:-1], index.edges[1:], index.shown, index.keys)
    return None


def contents_of(file: Path, most: int = _MOST_FRAMES) -> Contents | None:
    """A file, sparse where only its tables were fetched → its contents, as `contents` has them."""
    return contents(file.stat().st_size, partial(_read, file), most)


def only_entered(original: Contents, file: Path) -> Contents | None:
    """An original of H.264, and its file, sparse where only what a probe asks for was fetched → the original with those
    keyframes only at which a decoder may be entered; None where that cannot be told.

    Where all that are there may be, those in the holes are taken to be like them.
    """
    # That an index of MXF tells truly how long groups of H.264 are shown was never seen.
    if isinstance(original.table, Mxf) and original.keyframe_every != 1:
        return None
    look = original.entered(partial(_read, file))
    seen = {key: look(key) for key in original.keys[:_TELLING]}
    if not seen.get(0):
        return None
    return replace(original, keys=[key for key in seen if seen[key]]) if False in seen.values() else original


def _read(file: Path, start: int, length: int) -> bytes:
    with file.open("rb") as opened:
        opened.seek(start)
        return opened.read(length)


def gather(
    inspection: Inspection, piece: Piece, originals: Mapping[int, Contents], fetch: Fetch, into: Path
) -> tuple[Part, ...]:
    """A piece, the contents of the files that it touches, and a way to fetch bytes → its frames and sound."""
    owned = dict(stretches(inspection, own(piece)))
    parts = []
    for span, wanted in stretches(inspection, reach(inspection, piece)):
        original, file, sound = originals[span], into / f"part-{span}", into / f"sound-{span}"
        share = owned.get(span, range(0)) if inspection.audio else range(0)
        table, bring = original.table, partial(fetch, span)
        look = partial(_brought, bring, original.size, into / f"head-{span}")
        coded = original.coded(wanted, *([original.entered(look)] if inspection.video.codec == "h264" else []))
        with sound.open("wb") as shares:
            if isinstance(table, QuickTime):
                shares.writelines(_lay_quicktime(original, table, coded, share, bring, file))
            else:
                shares.writelines(_lay_mxf(original, table, coded, share, bring, file))
        parts.append(Part(span, file, sound, sum(original.shown[at] < wanted.start for at in coded), len(wanted)))
    return tuple(parts)


def sound_file(original: Contents, shares: Iterable[bytes], to: Path) -> None:
    """All shares of an original's sound, in order → a file of its sound, with the first frame of its picture."""
    with to.open("wb") as file:
        if isinstance(original.table, QuickTime):
            laid = Laid.of(original.table.sound_ranges(), gap=0)
            file.write(original.table.sound_head(laid.place, laid.length))
        else:
            file.write(original.table.head)
        file.writelines(shares)


_Bring = Callable[[Sequence[range], Path, int], None]


def _brought(bring: _Bring, size: int, file: Path, start: int, length: int) -> bytes:
    """Some bytes of an original of this size, by way of a file."""
    file.write_bytes(b"")
    if wanted := range(start, min(start + length, size)):
        bring([wanted], file, 0)
    return file.read_bytes()


def _lay_quicktime(
    original: Contents, table: QuickTime, coded: Sequence[int], share: range, bring: _Bring, part: Path
) -> Iterator[bytes]:
    """What is wanted of a QuickTime file → a file of its own; and the sound that lay there."""
    begin, end = (begun(original, frame) for frame in (share.start, share.stop))
    sound = sorted((each for each in table.sound_ranges() if begin <= each.start < end), key=lambda each: each.start)
    laid = Laid.of([*(range(original.starts[at], original.ends[at]) for at in coded), *sound], gap=_GAP_BYTES)
    _require_room(laid.length)
    head = table.excerpt_head(coded, [laid.place(original.starts[at]) for at in coded], laid.length)
    part.write_bytes(head)
    bring(laid.ranges, part, len(head))
    with part.open("rb") as opened:
        for each in sound:
            opened.seek(len(head) + laid.place(each.start))
            yield opened.read(len(each))


def begun(original: Contents, frame: int) -> int:
    """Where in the file a frame begins: the sound before it belongs to the frames before it."""
    if frame in (0, original.frames):
        return original.size if frame else 0
    return max(original.starts[: frame + 1])


def _lay_mxf(
    original: Contents, table: Mxf, coded: Sequence[int], share: range, bring: _Bring, part: Path
) -> Iterator[bytes]:
    """What is wanted of an MXF file → a file of its own; and the sound that lay there."""
    wanted = set(coded)
    units = range(min([coded[0], *share[:1]]), max([coded[-1], *share[-1:]]) + 1)
    begin = original.starts[units.start]
    _require_room(original.ends[units[-1]] - begin)
    part.write_bytes(table.head)
    bring([range(begin, original.ends[units[-1]])], part, len(table.head))

    def laid(at: int) -> range:
        moved = len(table.head) - begin
        return range(original.starts[at] + moved, original.ends[at] + moved)

    for at in share:
        yield from sound_of(part, laid(at), with_first=not at)
    blank_pictures(part, [laid(at) for at in units if at not in wanted])


def _require_room(length: int) -> None:
    if length > _MOST_BYTES:
        raise MemoryError(f"a piece wants {length / 1e9:.1f} GB: `Contents.cuttable` should not have let it be cut")


@dataclass(frozen=True, slots=True)
class Laid:
    """Ranges of a file, merged where they lie close, and how many bytes lie before each once they are laid together."""

    ranges: Sequence[range]
    places: Sequence[int]

    @classmethod
    def of(cls, wanted: Iterable[range], *, gap: int) -> "Laid":
        merged: list[range] = []
        for each in sorted(wanted, key=lambda each: each.start):
            if merged and each.start <= merged[-1].stop + gap:
                merged[-1] = range(merged[-1].start, max(merged[-1].stop, each.stop))
            else:
                merged.append(each)
        return cls(merged, list(accumulate(map(len, merged), initial=0)))

    @property
    def length(self) -> int:
        return self.places[-1]

    def place(self, at: int) -> int:
        """Where byte `at` of the file lies among the bytes that are laid together."""
        number = self._number(at)
        return self.places[number] + at - self.ranges[number].start

    def holding(self, wanted: Iterable[int]) -> set[int]:
        """Which of the ranges, counted from 0, hold these bytes of the file."""
        return {self._number(at) for at in wanted}

    def _number(self, at: int) -> int:
        return bisect.bisect_right(self.ranges, at, key=lambda each: each.start) - 1


def _by_blocks(size: int, read: Read) -> Read:
    @lru_cache(_BLOCKS)
    def block(number: int) -> bytes:
        return read(number * _BLOCK_BYTES, min(_BLOCK_BYTES, size - number * _BLOCK_BYTES))

    def read_blocks(start: int, length: int) -> bytes:
        start, end = min(start, size), min(start + length, size)
        if end - start > _BLOCK_BYTES:
            return read(start, end - start)
        first = start // _BLOCK_BYTES
        there = b"".join(block(number) for number in range(first, -(-end // _BLOCK_BYTES)))
        return there[start - first * _BLOCK_BYTES : end - first * _BLOCK_BYTES]

    return read_blocks
