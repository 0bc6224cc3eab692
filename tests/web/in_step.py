"""How far two cameras and the mix are apart while the page plays them, by the pictures that come to the screen.

The browser tells of each picture its own timestamp and when it is to be seen (`requestVideoFrameCallback`). Whenever
one of the leading camera comes, what the other one shows then is compared with it, in frames. The sound cannot be
listened to from inside the page: what is told of it is the clock of the video that is heard, by which the browser plays
its sound, against the pictures of the other camera.
"""

import statistics
from collections.abc import Sequence
from dataclasses import dataclass

from playwright.sync_api import Page, expect

from tests.web.made_take import Shot

#: The first second belongs to starting.
SETTLED_MS = 1000
_WATCH = """() => {
  window.presented = [];
  const videos = [...document.querySelectorAll(".camera video")];
  videos.forEach((video, camera) => {
    const told = (now, { mediaTime, expectedDisplayTime }) => {
      const clocks = videos.map(({ currentTime }) => currentTime);
      window.presented.push([camera, mediaTime, expectedDisplayTime, expectedDisplayTime - performance.now(), clocks]);
      video.requestVideoFrameCallback(told);
    };
    video.requestVideoFrameCallback(told);
  });
}"""


@dataclass(frozen=True)
class Apart:
    """How far something is from the leading camera, in frames, once it had settled; over `seen` of its pictures."""

    p50: float
    p95: float
    most: float
    within_one: float
    seen: int


@dataclass(frozen=True)
class InStep:
    pictures: Apart
    sound: Apart


def play_and_measure(page: Page, shots: Sequence[Shot], seconds: float) -> InStep:
    """A take that is open, of two cameras that run together from its middle on → how far they are apart."""
    place = page.locator(".take-line").bounding_box()
    assert place is not None
    if not page.evaluate("'presented' in window"):
        page.evaluate(_WATCH)
    page.mouse.click(place["x"] + place["width"] * 0.2, place["y"] + place["height"] / 2)
    for video in page.locator(".camera video").all():
        expect(video).to_have_js_property("seeking", False)
    page.evaluate("window.presented.length = 0")
    began = page.evaluate("performance.now()")
    page.keyboard.press(" ")
    page.wait_for_timeout(SETTLED_MS + 1000 * seconds)
    told = page.evaluate("window.presented")
    page.keyboard.press("k")
    return InStep(
        pictures=_apart(_of_pictures(told, shots, began + SETTLED_MS)),
        sound=_apart(_of_sound(told, shots, began + SETTLED_MS)),
    )


def _of_pictures(told: list[list[float]], shots: Sequence[Shot], settled: float) -> list[float]:
    """How many frames the second camera's picture is ahead, whenever one of the first comes to the screen."""
    first, second = ([each for each in told if each[0] == camera] for camera in (0, 1))
    frame, found, shown = float(1 / shots[1].rate), [], 0
    for _, media, seen_at, *_ in first:
        while shown + 1 < len(second) and second[shown + 1][2] <= seen_at + 1:
            shown += 1
        if seen_at < settled or not second or second[shown][2] > seen_at + 1:
            continue
        # A picture stands for its frame's time; only what stands longer falls behind.
        stands = min((seen_at - second[shown][2]) / 1000, frame)
        found.append((_moment(shots[1], second[shown][1]) + stands - _moment(shots[0], media)) / frame)
    return found


def _of_sound(told: list[list], shots: Sequence[Shot], settled: float) -> list[float]:  # type: ignore[type-arg]
    """How many frames the middle of the second camera's picture is from what is heard of the first one then."""
    frame = float(1 / shots[1].rate)
    return [
        (_moment(shots[1], media) + frame / 2 - _moment(shots[0], clocks[0] + ahead_ms / 1000)) / frame
        for camera, media, seen_at, ahead_ms, clocks in told
        if camera == 1 and seen_at >= settled
    ]


def _moment(shot: Shot, seconds: float) -> float:
    return float(shot.at_s or 0) + seconds


def _apart(frames: list[float]) -> Apart:
    """Each frame counts by how far it is off, to either side."""
    if not frames:
        raise ValueError("nothing came to the screen: the cameras did not play")
    off = sorted(abs(each) for each in frames)
    within = sum(each <= 1.01 for each in off) / len(off)
    return Apart(statistics.median(off), off[int(0.95 * (len(off) - 1))], off[-1], within, len(off))
