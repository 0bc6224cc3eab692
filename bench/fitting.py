"""Fit the estimate: transcode clips of every kind, print the constants of `circletake/media/plan.py` and `codecs.py`.

    python -m bench.fitting

A clip's cost is linear in what is decoded (pixels and bits, by codec), scaled and encoded (pixels), and in clips.
Every measurement stands beside one of the same yardstick, the bare proxy encode of one second of 1080p ProRes HQ, so
that a noisy or a faster machine gives the same constants: they count in CPU seconds of a machine on which the
yardstick takes `YARDSTICK_S`.
"""

import statistics
import tempfile
from collections.abc import Callable, Sequence
from fractions import Fraction
from operator import mul
from pathlib import Path

from bench import naive
from bench.sources import PRORES, Recording, record
from bench.spending import in_turn, ratio
from bench.transcoding import inspected, step
from circletake.contracts.media import Inspection
from circletake.contracts.recipe import BurnIn, BurnInText, Editorial, EditorialFormat, Recipe
from circletake.media.picture import fit
from circletake.media.plan import PROXY_BOX
from functions.transcode.making import Making

#: CPU seconds of the yardstick on two calm cores, FFmpeg 9.0.2.
YARDSTICK_S = 1.10
_ROUNDS = 3
_HD, _UHD, _SD = (1920, 1080), (3840, 2160), (1024, 576)
_KS = ("prores_ks", "-profile:v")
_X264 = ("libx264", "-preset", "veryfast")
_X265 = ("libx265", "-preset", "ultrafast", "-x265-params", "log-level=none")


def _long_gop(encoder: tuple[str, ...], pixels: str, megabits: int) -> tuple[str, ...]:
    rate = f"{megabits}M"
    return (*encoder, "-pix_fmt", pixels, "-b:v", rate, "-maxrate", rate, "-bufsize", rate)


#: What the constants come from: the family of `codecs.py`, the recording, its seconds.
TRAINING: tuple[tuple[str, Recording, int], ...] = (
    ("prores", Recording("tiny", ".mov", (320, 180), (*_KS, "hq", "-q:v", "12"), rate=10), 1),
    ("prores", Recording("HQ", ".mov", _HD, (*_KS, "hq", "-q:v", "16"), grain=10), 2),
    ("prores", Recording("LT", ".mov", _HD, (*_KS, "lt", "-q:v", "16"), grain=6), 3),
    ("prores", Recording("HQ 50", ".mov", _HD, (*_KS, "hq", "-q:v", "10"), rate=50), 1),
    ("prores", Recording("SD", ".mov", _SD, (*_KS, "hq", "-q:v", "12"), grain=4), 4),
    ("prores", Recording("UHD", ".mov", _UHD, (*_KS, "hq", "-q:v", "12"), rate=25), 1),
    ("dnxhr", Recording("HQX", ".mxf", _HD, ("dnxhd", "-profile:v", "dnxhr_hqx")), 2),
    ("dnxhr", Recording("SQ", ".mov", _HD, ("dnxhd", "-profile:v", "dnxhr_sq", "-pix_fmt", "yuv422p"), grain=6), 3),
    ("dnxhr", Recording("UHD LB", ".mxf", _UHD, ("dnxhd", "-profile:v", "dnxhr_lb", "-pix_fmt", "yuv422p")), 1),
    ("h264", Recording("25", ".mov", _HD, _long_gop(_X264, "yuv420p", 25)), 3),
    ("h264", Recording("80", ".mp4", _HD, _long_gop(_X264, "yuv420p", 80), rate=50), 1),
    ("h264", Recording("60 4:2:2", ".mov", _HD, _long_gop(_X264, "yuv422p10le", 60)), 2),
    ("h264", Recording("UHD", ".mp4", _UHD, _long_gop(_X264, "yuv420p", 100), grain=6), 1),
    ("hevc", Recording("40", ".mp4", _HD, _long_gop(_X265, "yuv420p10le", 40)), 2),
    ("hevc", Recording("12", ".mp4", _HD, _long_gop(_X265, "yuv420p", 12)), 3),
    ("hevc", Recording("UHD", ".mp4", _UHD, _long_gop(_X265, "yuv420p10le", 60)), 1),
    ("intra", Recording("MJPEG", ".mov", _HD, ("mjpeg", "-q:v", "3", "-pix_fmt", "yuvj422p")), 2),
    ("intra", Recording("MJPEG SD", ".mov", _SD, ("mjpeg", "-q:v", "6", "-pix_fmt", "yuvj422p"), grain=4), 3),
    ("mpeg2", Recording("50", ".mxf", _HD, _long_gop(("mpeg2video",), "yuv422p", 50), rate=25), 2),
    ("mpeg2", Recording("20", ".mov", _HD, _long_gop(("mpeg2video",), "yuv420p", 20), rate=25), 3),
)  # fmt: skip
_TIMES = (BurnInText.TIMECODE, BurnInText.CLIP)


def measured(yardstick: Path, way: Callable[[], object], rounds: int) -> float:
    def bare() -> None:
        naive.ffmpeg(yardstick, [*naive.PROXY, str(yardstick.with_name("bare.mp4"))])

    return YARDSTICK_S * ratio(in_turn({"way": way, "bare": bare}, rounds), "way", "bare")


def cost(clip: Path, yardstick: Path, found: Inspection, making: Making | None = None, rounds: int = _ROUNDS) -> float:
    """A transcode → its CPU seconds on the machine of the constants."""
    return measured(yardstick, lambda: step(clip, found, clip.with_name("out"), making), rounds)


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        at = Path(folder)
        yardstick = record(PRORES, 1, at)
        fitted = _fit_clips(at, yardstick)
        _fit_extras(record(PRORES, 2, at), yardstick)
    for name, value in fitted.items():
        print(f"{name:28} {value:.6f}")


def _fit_clips(at: Path, yardstick: Path) -> dict[str, float]:
    """Decoding by itself, by codec; and what every clip costs beside it, by what it is scaled from and encoded to."""
    decoded: dict[str, list[tuple[list[float], float]]] = {}
    others: list[tuple[list[float], float]] = []
    for family, recording, seconds in TRAINING:
        clip = record(recording, seconds, at)
        found = inspected(clip)
        stored = found.video.width * found.video.height * found.video.frames / 1e6
        decoding, whole = costs(clip, yardstick, found)
        decoded.setdefault(family, []).append(([stored, clip.stat().st_size * 8 / 1e6], decoding))
        others.append(([1.0, stored, encoded(found, PROXY_BOX)], whole - decoding))
        megabits = clip.stat().st_size * 8e-6 / seconds
        print(f"{family:8} {recording.name:10} {megabits:6.0f} Mb/s {decoding:6.3f} {whole:6.3f} s")
        clip.unlink()
    constants = dict(zip(("clip", "scaled", "encoded"), not_negative(others), strict=True))
    for family, rows in decoded.items():
        constants |= zip((f"{family} megapixel", f"{family} megabit"), not_negative(rows), strict=True)
    return constants


def costs(clip: Path, yardstick: Path, found: Inspection) -> tuple[float, float]:
    """A clip → the CPU seconds of decoding its picture alone, and of its transcode."""
    decode = measured(yardstick, lambda: naive.ffmpeg(clip, ["-map", "0:v", "-f", "null", "-"]), _ROUNDS)
    return decode, cost(clip, yardstick, found)


def _fit_extras(clip: Path, yardstick: Path) -> None:
    """What looks, texts and editorial proxies add, for each megapixel that they are made of."""
    found = inspected(clip)
    cube = clip.with_name("identity.cube")
    cube.write_text(identity(33))
    extras = {"look": Making(found, look=cube), "texts": Making(found, Recipe(burn_in=BurnIn(show=_TIMES)), "A001C001")}
    for kind in EditorialFormat:
        extras[kind] = Making(found, Recipe(editorial=Editorial(formats=(kind,))))
    for name, making in extras.items():
        box = (
            (making.recipe.editorial.width, making.recipe.editorial.height)
            if name in set(EditorialFormat)
            else PROXY_BOX
        )
        with_it, without = ([cost(clip, yardstick, found, each) for _ in range(2)] for each in (making, None))
        print(f"{name:28} {(statistics.mean(with_it) - statistics.mean(without)) / encoded(found, box):.6f}")


def encoded(found: Inspection, box: tuple[int, int]) -> float:
    """Megapixels of a proxy."""
    video = found.video
    wide, high = fit(video.width, video.height, video.sample_aspect_ratio, video.rotation_degrees, box)
    return wide * high * video.frames / 1e6


def identity(size: int) -> str:
    """A LUT that changes nothing, as a `.cube`."""
    steps = [Fraction(n, size - 1) for n in range(size)]
    lines = [f"{float(r):.6f} {float(g):.6f} {float(b):.6f}" for b in steps for g in steps for r in steps]
    return "\n".join([f"LUT_3D_SIZE {size}", *lines, ""])


def not_negative(rows: Sequence[tuple[Sequence[float], float]], rounds: int = 20_000) -> list[float]:
    """Amounts and what they cost → the constants, none below 0, of the least relative error, bettered in turn."""
    amounts = [[amount / cost for amount in row] for row, cost in rows]
    columns = list(zip(*amounts, strict=True))
    constants, rest = [0.0] * len(columns), [1.0] * len(rows)
    for _ in range(rounds):
        for number, column in enumerate(columns):
            gain = sum(map(mul, column, rest)) / sum(map(mul, column, column))
            better = max(0.0, constants[number] + gain)
            rest = [left - amount * (better - constants[number]) for left, amount in zip(rest, column, strict=True)]
            constants[number] = better
    return constants


if __name__ == "__main__":
    main()
