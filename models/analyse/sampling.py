"""Which frames a model looks at, and how many of them at once."""

from collections.abc import Iterator
from math import ceil

import numpy as np
from numpy.typing import NDArray

from circletake.contracts.analysis import Question
from models.media import Media

#: A face is looked for so often, and in so many frames of a clip at the most: a longer clip is sampled more thinly.
SAMPLE_S, MAX_SAMPLES = 0.5, 240
#: Looked at together: eight frames of 1920 × 1080, 50 MB.
_TOGETHER, _PIXELS = 8, 8 * 1920 * 1080


def sampling(question: Question, every_s: float = SAMPLE_S) -> int:
    """A question → every how many frames of its clip a model looks."""
    return max(1, round(question.rate * every_s), ceil(question.frames / MAX_SAMPLES))


def together(media: Media, every: int, frames: int) -> Iterator[tuple[list[int], NDArray[np.uint8]]]:
    """→ the sampled ones of the first `frames`, some at a time: numbers, and pictures (N × height × width × RGB)."""
    numbers: list[int] = []
    pictures: list[NDArray[np.uint8]] = []
    for number, picture in media.frames(every):
        if number >= frames:
            break
        size, full = picture.shape[0] * picture.shape[1], len(pictures) == _TOGETHER
        if pictures and (full or picture.shape != pictures[0].shape or size * (len(pictures) + 1) > _PIXELS):
            yield numbers, np.stack(pictures)
            numbers, pictures = [], []
        numbers.append(number)
        pictures.append(picture)
    if pictures:
        yield numbers, np.stack(pictures)
