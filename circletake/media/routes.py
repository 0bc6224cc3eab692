"""Where a clip is transcoded, and how one that is too much for a single worker is cut into pieces. Pure."""

from collections.abc import Iterator
from fractions import Fraction
from itertools import pairwise
from math import ceil, lcm
from typing import NamedTuple

from circletake.contracts.media import Estimate, Inspection, Piece, Route
from circletake.film.timing import nominal

#: A worker of 7 GB has four vCPUs, and a pass keeps them busy (not measured on AWS).
_BUSY_CORES = 4
#: Lambda ends after 900 s: two thirds of them, for what is fetched and put and for what an estimate is wrong.
_LAMBDA_S, _LAMBDA_DISK_BYTES = 600, 9_000_000_000
#: Below a minute of work a clip is done before pieces of it would have been fetched, made and joined.
_WORTH_CUTTING_S = 60
#: Fargate holds 16 vCPUs and 200 GiB of disk; a night is what people wait for a proxy at most.
_BATCH_CORES, _BATCH_S, _BATCH_DISK_BYTES = 12, 8 * 3600, 200_000_000_000

#: Ten seconds cost 2 % more than the whole (measured; one second 20 %), and are made while a person walks to a screen.
_PIECE_S = 10
#: What a piece may take of one worker, however dear its frames are; how many workers a stack has (Lambda's default).
_PIECE_CPU_S, _MOST_PIECES = 300, 1000
#: The orders of fields, by ffprobe's names, that are woven into frames; how many frames the weaver looks at around one.
WOVEN, _NEIGHBOURS = frozenset({"tt", "bb", "tb", "bt"}), 1


def choose_route(needs: Estimate, *, size_bytes: int, cuttable: bool) -> Route:
    """What a transcode needs, the original's size, whether it can be cut → where it runs; NONE is nowhere."""
    wall_s, outputs_bytes = needs.cpu_s / _BUSY_CORES, needs.disk_bytes - size_bytes
    whole = wall_s < _LAMBDA_S and needs.disk_bytes < _LAMBDA_DISK_BYTES
    if whole and (wall_s < _WORTH_CUTTING_S or not cuttable):
        return Route.LAMBDA
    # The worker that joins holds the pieces and the outputs at once.
    if cuttable and 2 * outputs_bytes < _LAMBDA_DISK_BYTES:
        return Route.SEGMENTS
    if whole:
        return Route.LAMBDA
    if needs.cpu_s / _BATCH_CORES < _BATCH_S and needs.disk_bytes < _BATCH_DISK_BYTES:
        return Route.BATCH
    return Route.NONE


def cut(inspection: Inspection) -> tuple[Piece, ...]:
    """A clip → its pieces, each beginning where a group of the proxy does, and at a keyframe where they are regular."""
    frames = inspection.video.frames
    step = _step(inspection)
    steps = max(1, round(_piece_s(inspection) * inspection.video.rate / step))
    length = step * max(steps, ceil(frames / (step * _MOST_PIECES)))
    # A rest of less than half a piece is made with the piece before it.
    edges = [*range(0, max(1, frames - length // 2), length), frames]
    return tuple(
        Piece(number=number, of=len(edges) - 1, first=first, count=end - first)
        for number, (first, end) in enumerate(pairwise(edges))
    )


def longest_piece(rate: Fraction) -> int:
    """How many frames the pieces of a clip have at most, but for its last, and where there would be too many."""
    return ceil(_PIECE_S * rate)


def _step(inspection: Inspection) -> int:
    """In frames: a group of the proxy, and of the original where both come together often enough."""
    group = nominal(inspection.video.rate)
    both = lcm(group, inspection.keyframe_every or 1)
    return both if both <= _PIECE_S * group else group


def _piece_s(inspection: Inspection) -> Fraction:
    cpu_s_per_s = Fraction(inspection.estimate.cpu_s) / inspection.duration_s
    return min(Fraction(_PIECE_S), _PIECE_CPU_S / cpu_s_per_s)


class Stretch(NamedTuple):
    """Frames of one file of a clip, counted from the file's first."""

    span: int
    frames: range


def stretches(inspection: Inspection, frames: range) -> Iterator[Stretch]:
    """Frames of a clip → the files that they lie in, and which of theirs they are."""
    begun = 0
    for span, count in enumerate(inspection.span_frames):
        inside = range(max(frames.start - begun, 0), min(frames.stop - begun, count))
        if inside:
            yield Stretch(span, inside)
        begun += count


def own(piece: Piece) -> range:
    """The frames that a piece makes."""
    return range(piece.first, piece.first + piece.count)


def reach(inspection: Inspection, piece: Piece) -> range:
    """The frames that a piece has to see to make its own as the whole pass would."""
    more = _NEIGHBOURS if inspection.video.field_order in WOVEN else 0
    return range(max(0, piece.first - more), min(piece.first + piece.count + more, inspection.video.frames))


def spans_of(inspection: Inspection, piece: Piece) -> tuple[int, ...]:
    """Which files of the clip a piece needs bytes of."""
    return tuple(stretch.span for stretch in stretches(inspection, reach(inspection, piece)))
