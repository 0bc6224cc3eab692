"""What models would have said of a clip, held to the contract, as `publish` writes it: without what is absent."""

import math
from collections.abc import Sequence
from typing import Any

from pydantic import TypeAdapter

from circletake.contracts.analysis import Result

Json = dict[str, Any]

SERVED = {
    "FRAMES": ("frame-statistics", "5b0c9a77e1d2"),
    "FACES": ("mtcnn-dlib-resnet", "8f41d2c09b3a"),
    "PEOPLE": ("person-regions", "1c7e5590ab64"),
    "SLATE": ("slate-ppocr", "d3206be8f71c"),
    "SPEECH": ("whisper-tiny", "6a9f03c4d8e5"),
    "SHOTS": ("cut-detector", "77b2e1f0946d"),
}
LINES = (
    ("Hold", "the", "line,", "Mara."),
    ("Nobody", "leaves", "before", "the", "lights", "come", "back", "on."),
    ("You", "said", "that", "last", "night", "as", "well."),
)
BOX = {"x": 0.3, "y": 0.18, "width": 0.16, "height": 0.3}


def answered(kind: str) -> Json:
    name, version = SERVED[kind]
    model = {"name": name, "version": version}
    return {"kind": kind, "state": "ANSWERED", "why": None, "model": model, "answered_at": "2026-09-30T08:00:00.000Z"}


def unanswered(kind: str, state: str, code: str | None = None, sentence: str | None = None) -> Json:
    """→ an analysis without an answer; a reason that nobody gave is none."""
    why = {"code": code, "sentence": sentence} if sentence else None
    return {**answered(kind), "state": state, "why": why}


def written(answer: Json) -> bytes:
    """An answer → the bytes of its file. Raises where it is none."""
    text: str = TypeAdapter[Any](Result).validate_python(answer).model_dump_json(exclude_none=True)
    return text.encode()


def frames(count: int, step: int = 3) -> Json:
    """→ a picture that grows warmer and softer, with a flash in the middle of it."""

    def look(frame: int) -> Json:
        along = frame / count
        flash = 0.25 * math.exp(-(((along - 0.5) / 0.03) ** 2))
        middle = 0.38 + 0.06 * math.sin(7 * along) + flash
        return {
            "frame": frame,
            "mean": middle,
            "black": 0.06 + 0.02 * math.cos(5 * along),
            "middle": middle,
            "white": min(1.0, 0.82 + flash),
            "clipped": 0.004 if flash > 0.1 else 0.0,
            "crushed": 0.0,
            "red": 0.36 + 0.12 * along,
            "green": 0.38,
            "blue": 0.37 - 0.09 * along,
            "sharpness": 420 - 260 * along + 40 * math.sin(40 * along),
            "appearance": [0] * 31 + [255],
        }

    return {"kind": "FRAMES", "samples": [look(frame) for frame in range(0, count, step)]}


def box(number: int) -> Json:
    """Where the face of a track stands."""
    return {**BOX, "x": 0.2 + 0.22 * number}


def faces(*tracks: tuple[int, int, int], looked_at: int = 40) -> Json:
    """First, last and best frame of each → the answer."""
    seen = [
        {
            "first": first,
            "last": last,
            "seen": 1 + (last - first) // 3,
            "best": best,
            "box": box(number),
            "confidence": 0.98,
            "pixels": 148,
        }
        for number, (first, last, best) in enumerate(tracks)
    ]
    together = max((sum(a <= at <= b for a, b, _ in tracks) for at in range(1000)), default=0)
    return {"kind": "FACES", "looked_at": looked_at, "most_at_once": together, "tracks": seen}


def people(*moments: int) -> Json:
    """Frames → two people in each, dressed."""
    coat = [
        {"colour": "dark red", "share": 0.46, "rgb": "#7a2b2a"},
        {"colour": "black", "share": 0.21, "rgb": "#18181b"},
    ]
    shirt = [{"colour": "light blue", "share": 0.38, "rgb": "#9db8d4"}]
    regions = [
        {"frame": frame, "box": {"x": left, "y": 0.1, "width": 0.24, "height": 0.86}, "wardrobe": clothes}
        for frame in moments
        for left, clothes in ((0.18, coat), (0.55, shirt))
    ]
    return {"kind": "PEOPLE", "looked_at": 12, "people": regions}


def slate(scene: str = "12A", take: str = "3") -> Json:
    """→ a slate at the head of the clip, without MOS."""

    def field(text: str, confidence: float, frame: int = 7) -> Json:
        box = {"x": 0.4, "y": 0.4, "width": 0.1, "height": 0.1}
        return {"text": text, "confidence": confidence, "frame": frame, "box": box}

    return {
        "kind": "SLATE",
        "first": 2,
        "last": 14,
        "scene": field(scene, 0.94),
        "take": field(take, 0.88, 9),
        "roll": field("A001", 0.91),
        "camera": field("A", 0.97),
    }


def speech(lines: Sequence[Sequence[str]] = LINES, *, each_s: float = 0.2, pause_s: float = 0.8) -> Json:
    """Lines → each word so long, a pause between the lines, "action" before and "cut" after them."""
    words, spoken, at = [], [], 0.6
    for line in lines:
        begun = at
        for text in line:
            sure = 0.41 if text == "lights" else 0.97
            words.append(
                {"text": text, "start_s": round(at, 3), "end_s": round(at + each_s * 0.9, 3), "probability": sure}
            )
            at += each_s
        spoken.append({"start_s": round(begun, 3), "end_s": round(at, 3)})
        at += pause_s
    return {
        "kind": "SPEECH",
        "spoken": spoken,
        "language": "en",
        "language_probability": 0.98,
        "action_s": 0.4,
        "cut_s": round(at - pause_s + 0.2, 3),
        "words": words,
    }


def shots(*cuts: int) -> Json:
    return {"kind": "SHOTS", "cuts": [{"frame": frame, "confidence": 0.93} for frame in cuts]}


def put(answers: dict[tuple[str, str], bytes], clip: Json, *told: Json) -> None:
    """Lays answers beside a clip, and says in its row that they are there."""
    for answer in told:
        answers[clip["clip_id"], answer["kind"].lower()] = written(answer)
        kept = [each for each in clip["analyses"] if each["kind"] != answer["kind"]]
        clip["analyses"] = [*kept, answered(answer["kind"])]


def everything(answers: dict[tuple[str, str], bytes], clip: Json) -> None:
    """A clip of 120 frames at 23.976 → all that models may say of it, and two characters that may be in it."""
    told = (
        frames(120),
        faces((12, 70, 33), (30, 118, 61), (84, 110, 97)),
        people(6, 30, 54, 78, 102),
        slate(),
        speech(each_s=0.1, pause_s=0.75),
        shots(48, 90),
    )
    put(answers, clip, *told)
    clip |= {
        "slate": {"scene": "12A", "setup": None, "slate": None, "take": "3"},
        "slate_from": "SLATE",
        "cast": ["mara", "tom"],
    }
    clip["people"] = [
        {"character": "mara", "name": "Mara", "first": 12, "last": 70, "best": 33, "box": box(0), "distance": 0.3128},
        {"character": "tom", "name": "Tom", "first": 30, "last": 118, "best": 61, "box": box(1), "distance": 0.4417},
    ]
