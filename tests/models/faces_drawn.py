"""Pictures with drawn faces in them: nobody's."""

from io import BytesIO

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from circletake.contracts.analysis import AnalysisKind, Question
from models.analyse.drawn import draw_face
from models.media import Media

Picture = NDArray[np.uint8]
WALL = (90, 110, 130)


def wall(width: int = 480, height: int = 270, colour: tuple[int, int, int] = WALL) -> Picture:
    return np.full((height, width, 3), colour, np.uint8)


def portrait(x: float = 240, y: float = 120, height: float = 100, colour: tuple[int, int, int] = WALL) -> Picture:
    picture = wall(colour=colour)
    draw_face(picture, (x, y), height)
    return picture


def media(pictures: list[Picture], every: int = 1) -> Media:
    """Pictures → media that shows one of them every so many frames."""
    stills = []
    for number, picture in enumerate(pictures):
        Image.fromarray(picture).save(jpeg := BytesIO(), "JPEG", quality=95)
        stills.append((number * every, jpeg.getvalue()))
    return Media.of_stills(stills)


def question(kind: AnalysisKind, frames: int = 1, rate: str = "24/1", *, describe: bool = False) -> Question:
    asked = {"kind": kind, "production": "PILOT", "job_id": "0" * 20, "attempt": 1, "rate": rate, "frames": frames}
    return Question.model_validate(asked | {"describe": describe})
