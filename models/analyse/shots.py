"""Frames of an edit or of a generated clip → where its shots begin.

PySceneDetect's AdaptiveDetector finds pictures that change more than those around them. Around it: what is nearly grey
is grey (its hue is noise), a change is a cut only if nothing of before comes back after it (flashes), and not if it is
one of many alike (animation, time-lapse).
"""

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise, takewhile
from typing import ClassVar, NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray
from scenedetect import FrameTimecode
from scenedetect.detectors import AdaptiveDetector

from circletake.contracts.analysis import MAX_SAMPLES, AnalysisKind, Cut, Question, ShotsAnswer
from models.capability import Device, Media, Unanswerable, Weights

#: Pictures are compared at this width: finer detail is noise and grain.
_WIDTH = 256
#: Of 255. Between the channels of a pixel, less than this is no colour: its hue turns with every bit of noise.
_GREY = 16
#: A picture that differs from the last by less than a fifth of the change, and by less than coding leaves, is still.
#: Animation holds one for four frames at most, and its steps are alike: within the three times that make a cut.
_SAME_AGAIN, _CODING, _HELD, _AS_MUCH = 0.2, 2.0, 4, 1 / 3
#: A flash is over after three frames. Then the picture is nearer to that before it than half of the change.
_AROUND, _BACK = 4, 0.5
#: Pictures that AdaptiveDetector looks at before and after one; and a shot that is shorter cannot be seen.
_WINDOW, _SHORTEST = 2, 3
#: Its own is 15, of 255; but cuts between pictures without colour, where hue no longer counts, change by 14.
_LEAST = 10.0

Picture = NDArray[np.uint8]


class Seen(NamedTuple):
    frame: int
    picture: Picture


class Shots:
    kind: ClassVar[AnalysisKind] = AnalysisKind.SHOTS
    name: ClassVar[str] = "scenedetect-adaptive"
    code: ClassVar[str] = "1"
    weights: ClassVar[tuple[Weights, ...]] = ()

    def __init__(self, device: Device) -> None:
        """Nothing is loaded: it is arithmetic, on the processor of any device."""

    def look(self, media: Media, question: Question) -> ShotsAnswer:
        """Raises Unanswerable for more cuts than an answer holds."""
        found = tuple(cuts(Seen(number, frame) for number, frame in media.frames() if number < question.frames))
        if len(found) > MAX_SAMPLES:
            raise Unanswerable(f"there are more than {MAX_SAMPLES:,} cuts in it")
        return ShotsAnswer(kind=AnalysisKind.SHOTS, cuts=found)

    def self_test(self) -> None:
        """Two made pictures, ten frames each: one cut."""
        chance = np.random.default_rng(5)
        pictures = [np.kron(chance.integers(0, 256, (9, 16, 3), np.uint8), np.ones((8, 8, 1), np.uint8)) for _ in "ab"]
        found = [cut.frame for cut in cuts(Seen(at, pictures[at // 10]) for at in range(20))]
        if found != [10]:
            raise RuntimeError(f"a made cut at frame 10 was found at {found}")


def cuts(frames: Iterable[Seen]) -> Iterator[Cut]:
    """Frames in RGB, in order → the first of every shot but the first one."""
    detector = AdaptiveDetector(min_scene_len=_SHORTEST, window_width=_WINDOW, min_content_val=_LEAST)
    seen: deque[Seen] = deque(maxlen=3 * _AROUND)
    changed: deque[int] = deque()
    for each in map(_simple, frames):
        seen.append(each)
        changed += [at.frame_num for at in detector.process_frame(FrameTimecode(each.frame, 25.0), each.picture)]
        if changed and sum(other.frame > changed[0] for other in seen) >= _AROUND:
            yield from _cut(seen, changed.popleft())
    for frame in changed:
        yield from _cut(seen, frame)


def _cut(seen: Iterable[Seen], frame: int) -> Iterator[Cut]:
    """A frame where the picture changes, and the pictures around it → the cut, if it is one."""
    before = [each.picture for each in seen if each.frame < frame][-_AROUND - 1 :]
    after = [each.picture for each in seen if each.frame >= frame][: _AROUND + 1]
    changes = [_difference(one, other) for one, other in pairwise(before + after)]
    at = len(before) - 1
    nearest = min(_difference(one, other) for one in before[-_AROUND:] for other in after[:_AROUND])
    if nearest >= _BACK * changes[at] and not _is_step(changes[: at + 1][::-1]) and not _is_step(changes[at:]):
        yield Cut(frame=frame, confidence=round(min(1.0, nearest / changes[at]), 3))


def _is_step(changes: Sequence[float]) -> bool:
    """A change and those next to it, on one side → whether the picture stands still and then changes about as much."""
    still = min(_CODING, _SAME_AGAIN * changes[0])
    held = list(takewhile(lambda change: change < still, changes[1:]))
    after = changes[len(held) + 1 :]
    return 0 < len(held) < _HELD and bool(after) and after[0] >= _AS_MUCH * changes[0]


def _simple(seen: Seen) -> Seen:
    """A frame in RGB → a small picture for AdaptiveDetector, in BGR; what is nearly grey is grey."""
    height, width = seen.picture.shape[:2]
    size = (_WIDTH, max(1, round(height * _WIDTH / width)))
    small = cv2.cvtColor(cv2.resize(seen.picture, size, interpolation=cv2.INTER_AREA), cv2.COLOR_RGB2BGR)
    grey = cv2.cvtColor(cv2.cvtColor(small, cv2.COLOR_BGR2GRAY), cv2.COLOR_GRAY2BGR)
    colourless = np.ptp(small, axis=2, keepdims=True) < _GREY
    return Seen(seen.frame, np.where(colourless, grey, small).astype(np.uint8))


def _difference(one: Picture, other: Picture) -> float:
    """How far two pictures are from each other, 0 to 255."""
    return float(cv2.absdiff(one, other).mean())
