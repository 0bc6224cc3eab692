"""What a transcode leaves in the review bucket, made small and at test time, for the page to show."""

import json
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import imageio_ffmpeg

#: The grey of frame n is GREY_FLOOR + GREY_STEP * n, so that a screenshot tells which frame is on the screen.
GREY_FLOOR, GREY_STEP, GREY_FRAMES = 30, 4, 50
_THUMB = (160, 90)
_COLUMNS = 10


@dataclass(frozen=True, slots=True)
class Take:
    """A clip to be made: its pictures as an lavfi source, how long, how fast, with a tone or without."""

    source: str
    frames: int
    rate: Fraction
    sound: bool = True


def grey_take(rate: Fraction) -> Take:
    """A clip in which each frame has a grey of its own."""
    grey = f"geq=lum='{GREY_FLOOR}+{GREY_STEP}*N':cb=128:cr=128"
    return Take(f"color=black:s=640x360:r={rate},{grey}", GREY_FRAMES, rate, sound=False)


def make_media(take: Take, into: Path) -> list[str]:
    """Take → the names of the files made in `into`."""
    into.mkdir(parents=True)
    seconds = take.frames / take.rate
    picture = ["-f", "lavfi", "-i", take.source]
    tone = ["-f", "lavfi", "-i", "aevalsrc=sin(440*2*PI*t)*abs(sin(2*t))*0.7:s=48000"] if take.sound else []
    video = [
        "-frames:v",
        str(take.frames),
        "-c:v",
        "libx264",
        "-preset",
        "ultrafast",
        "-qp",
        "6",
        "-pix_fmt",
        "yuv420p",
    ]
    _ffmpeg([*picture, *tone, *video, "-t", str(float(seconds)), "-movflags", "+faststart", str(into / "proxy.mp4")])

    proxy = ["-i", str(into / "proxy.mp4")]
    _ffmpeg([*proxy, "-frames:v", "1", "-vf", "thumbnail=12", str(into / "poster.jpg")])
    every = _every(take)
    pictures = -(-take.frames // every)
    rows = -(-pictures // _COLUMNS)
    tile = f"select=not(mod(n\\,{every})),scale={_THUMB[0]}:{_THUMB[1]},tile={_COLUMNS}x{rows}"
    _ffmpeg([*proxy, "-vf", tile, "-frames:v", "1", "-fps_mode", "vfr", str(into / "filmstrip.jpg")])
    (into / "filmstrip.vtt").write_text(_cues(pictures, every / take.rate))
    if take.sound:
        wave = "showwavespic=s=1200x96:colors=0xb0aba2"
        _ffmpeg([*proxy, "-filter_complex", wave, "-frames:v", "1", str(into / "waveform.png")])
    (into / "measurements.json").write_text(json.dumps(_measurements(take)))
    return sorted(path.name for path in into.iterdir())


def _cues(pictures: int, step: Fraction) -> str:
    lines = ["WEBVTT", ""]
    for index in range(pictures):
        x, y = index % _COLUMNS * _THUMB[0], index // _COLUMNS * _THUMB[1]
        lines += [f"{_clock(index * step)} --> {_clock((index + 1) * step)}"]
        lines += [f"filmstrip.jpg#xywh={x},{y},{_THUMB[0]},{_THUMB[1]}", ""]
    return "\n".join(lines)


def _clock(seconds: Fraction) -> str:
    whole, milliseconds = divmod(round(seconds * 1000), 1000)
    return f"{whole // 3600:02}:{whole // 60 % 60:02}:{whole % 60:02}.{milliseconds:03}"


def _measurements(take: Take) -> dict[str, object]:
    last = take.frames - 1
    return {
        "frames_decoded": take.frames,
        "loudness": {"integrated_lufs": -23.4, "range_lu": None, "true_peak_dbtp": -3.1} if take.sound else None,
        "scene_changes": [take.frames // 3, take.frames * 2 // 3],
        "black": [{"first": 0, "last": take.frames // 20}],
        "frozen": [{"first": take.frames // 2, "last": take.frames * 3 // 5}],
        "silent": [{"first": last - take.frames // 10, "last": last}] if take.sound else [],
        "findings": _findings(take),
    }


def _findings(take: Take) -> list[dict[str, object]]:
    """What quality control would have seen: what may be wrong with its picture, and what is only good to know."""

    def found(kind: str, first: int, last: int, sentence: str) -> dict[str, object]:
        cell = first // _every(take)
        thumb = [cell % _COLUMNS * _THUMB[0], cell // _COLUMNS * _THUMB[1], *_THUMB]
        frames = {"first": first, "last": last}
        return {"kind": kind, "frames": frames, "sentence": sentence, "information": False, "thumb": thumb}

    half = take.frames // 2
    rate = {
        **found("OTHER_RATE", 0, 0, "Recorded at 50 frames a second: at the production's 25 it plays 2 times slower."),
        "information": True,
    }
    return [
        found("FROZEN", half, take.frames * 3 // 5, "The picture stands still."),
        found("BLACK", 0, take.frames // 20, "The picture is black."),
        found(
            "CLIPPED_HIGHLIGHTS",
            half + 3,
            half + 8,
            "At least 2 % of the picture stands at white or above (235 of 255).",
        ),
        {**rate, "frames": None, "thumb": None},
    ]


def _every(take: Take) -> int:
    """How many frames one picture of the filmstrip stands for."""
    return max(1, take.frames // (2 * _COLUMNS))


def _ffmpeg(arguments: Sequence[str]) -> None:
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-v", "error", "-nostdin", "-y", *arguments]
    subprocess.run(command, check=True, timeout=120)
