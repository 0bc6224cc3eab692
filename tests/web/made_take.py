"""A take of several cameras, made at test time: each picture tells its frame's number, each sound clicks on the second.

The number stands in stripes, black for 0 and white for 1, the lowest bit at the left, so that a picture of the screen
can be read. The mix clicks at each whole second of the take, whatever frame a camera began on.
"""

import io
import subprocess
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import imageio_ffmpeg
from PIL import Image

from circletake.contracts.keys import short_hash

Json = dict[str, Any]

BITS = 10
TAKE = short_hash("12A", "3")
_CLICK_S = 0.02
#: A camera that does not run is dimmed, so what is white is told by the brightest of its stripes; black is darker.
_BLACK = 40
SCRIPT = {"source": "SCRIPT", "paper": "Script_D014.csv", "line": 12}
SOUND = {"source": "SOUND", "paper": "Sound_D014.csv", "line": 7}
_SENTENCE = "Its mix is SR14_T003.wav: both clocks say so."


@dataclass(frozen=True)
class Shot:
    """One camera's clip of a take: `at`, how many of its own frames after the take's beginning it began."""

    camera: str
    rate: Fraction
    frames: int
    at: int | None = 0
    first: int = 0
    length: int | None = None
    timecode: str | None = "10:00:00:00"
    mix: bool = True
    own_sound: bool = False
    silent: bool = False
    sensor_fps: Fraction | None = None
    lens: str = "50"

    @property
    def name(self) -> str:
        return f"{self.camera}014C003"

    @property
    def folder(self) -> str:
        return f"take-{short_hash(self.camera, str(self.rate), self.frames, str(self.at), self.sounds)}"

    @property
    def sounds(self) -> bool:
        return self.mix or self.own_sound

    @property
    def at_s(self) -> Fraction | None:
        return None if self.at is None else self.at / self.rate


def make_shot(shot: Shot, into: Path) -> list[str]:
    """→ the names of the files made in `into`, which are those of a clip's media."""
    if not into.is_dir():
        into.mkdir(parents=True)
        stripes = f"geq=lum='if(bitand(N,pow(2,floor(X/{8}))),235,16)':cb=128:cr=128"
        source = f"color=black:s={8 * BITS}x48:r={shot.rate},{stripes},scale=640:360:flags=neighbor"
        clicks = f"if(lt(mod(t+{float(shot.at_s or 0)},1),{_CLICK_S}),0.8*sin(2*PI*1000*t),0)"
        sound = ["-f", "lavfi", "-i", f"aevalsrc='{clicks}':s=48000"] if shot.sounds else []
        video = ["-frames:v", str(shot.frames), "-c:v", "libx264", "-preset", "ultrafast", "-qp", "12"]
        length = ["-t", str(float(shot.frames / shot.rate)), "-g", "24", "-pix_fmt", "yuv420p"]
        _ffmpeg("-f", "lavfi", "-i", source, *sound, *video, *length, "-movflags", "+faststart", into / "proxy.mp4")
        _ffmpeg("-i", into / "proxy.mp4", "-frames:v", "1", into / "poster.jpg")
        if shot.sounds:
            wave = "showwavespic=s=1200x96:colors=0xb0aba2"
            _ffmpeg("-i", into / "proxy.mp4", "-filter_complex", wave, "-frames:v", "1", into / "waveform.png")
    return sorted(path.name for path in into.iterdir())


def read_number(screenshot: bytes) -> int:
    """A picture of a camera on the screen → the number of the frame that it shows."""
    picture = Image.open(io.BytesIO(screenshot)).convert("L")
    high, wide = picture.height // 3, picture.width / BITS
    lights = [float(picture.getpixel((int((bit + 0.5) * wide), high)) or 0) for bit in range(BITS)]  # type: ignore[arg-type]
    white = max(*lights, 2 * _BLACK) / 2
    return sum(1 << bit for bit, light in enumerate(lights) if light > white)


def tell_take(shots: list[Shot], media_dir: Path, **changed: Any) -> Json:
    """Cameras of one take → the shooting day as the API tells it. `changed`: of the take."""
    clips = {shot.name: _clip(shot, make_shot(shot, media_dir / shot.folder)) for shot in shots}
    take = {
        "id": TAKE, "called": "12A take 3", "number": {"setup": "12A", "take": "3"},
        "scene": _fact("12", SCRIPT), "setup": _fact("12A", SCRIPT), "slate": None, "take": _fact("3", SCRIPT),
        "flags": {"CIRCLED": _fact(True, SCRIPT)}, "facts": {},
        "notes": [{"value": "Best for performance; a plane over the last line.", "by": [SCRIPT]}],
        "by": [SCRIPT, SOUND], "clips": [_part(shot) for shot in shots],
        "sounds": [
            {"id": "s3", "name": "SR14_T003.wav", "first": 0, "length": 480_000, "how": ["ITSELF", "TIMECODE"],
             "confidence": 1.0, "by": [SOUND], "facts": {"sound_roll": _fact("SR14", SOUND)}}
        ],
        **changed,
    }  # fmt: skip
    sound = {
        "roll": "SR14", "name": "SR14_T003.wav", "rate": 48000, "channels": 4, "frames": 480_000,
        "start_timecode": "10:00:00:00", "remarks": [],
        "tracks": {"1": "MixL", "2": "MixR", "3": "Boom", "4": "Mara"},
    }  # fmt: skip
    footage = {"clips": len(shots), "takes": 1, "runtime": 10.0}
    summary = {
        "scenes": ["12"], "setups": ["12A"], "takes": 1, "circled": 1, "false_starts": 0, "wild_tracks": 0,
        "all": footage, "circles": footage, "cameras": {}, "rolls": {}, "sounds": 1, "silent": 0,
        "silent_by_intent": 0, "sounds_without_picture": 0,
    }  # fmt: skip
    return {
        "production": "NIGHTFALL", "unit": "main", "day": "D014", "may_say": True,
        "facts": {"zone": "Europe/Berlin", "call": None, "wrap": None, "kind": None},
        "takes": [take], "clips": clips, "sounds": {"s3": sound}, "conflicts": [], "worklist": [], "gaps": [],
        "clocks": [], "loose": [], "summary": summary, "papers": [], "corrections": [],
    }  # fmt: skip


@dataclass
class ToldDays:
    """Days that are told as they stand here: nobody says anything."""

    days: dict[tuple[str, str, str], Json]

    def listed(self, production: str) -> Json:
        found = [(key, day) for key, day in self.days.items() if key[0] == production]
        return {"days": [{"unit": key[1], "day": key[2], **_listed(day)} for key, day in found]}

    def answer(self, key: tuple[str, str, str], *_: object) -> Json:
        return self.days[key]


def _listed(day: Json) -> Json:
    return {"facts": day["facts"], "summary": day["summary"]}


def _clip(shot: Shot, names: list[str]) -> Json:
    clip_id = short_hash(shot.name)
    mix = {"name": "SR14_T003.wav", "standing": "TIMECODE", "confidence": 0.98, "sentence": _SENTENCE}
    return {
        "roll": f"{shot.camera}014", "clip_id": clip_id, "version": clip_id[::-1], "name": shot.name,
        "camera": shot.camera, "state": "DELIVERED", "rate": _rate(shot.rate), "frames": shot.frames,
        "start_timecode": shot.timecode, "drop": False, "has_sound": shot.own_sound, "silent": shot.silent,
        "media": {"prefix": f"main/D014/{shot.camera}014/{shot.folder}/{clip_id}/", "names": names},
        "sound": {**mix, "applied": True} if shot.mix else None, "listed": [],
    }  # fmt: skip


def _part(shot: Shot) -> Json:
    facts = {"lens": _fact(shot.lens, SCRIPT), "roll": _fact(f"{shot.camera}014", SCRIPT)}
    if shot.sensor_fps:
        facts["sensor_fps"] = _fact(_rate(shot.sensor_fps), {"source": "CAMERA", "paper": "Camera.csv", "line": 4})
    return {
        "id": shot.name, "name": shot.name, "first": shot.first, "length": shot.length or shot.frames,
        "how": ["NAME", "TIMECODE"], "confidence": 1.0, "by": [SCRIPT], "facts": facts,
        "at_s": None if shot.at_s is None else float(shot.at_s),
    }  # fmt: skip


def _fact(value: str | bool, by: Json) -> Json:
    return {"value": value, "by": [by], "others": []}


def _rate(rate: Fraction) -> str:
    return f"{rate.numerator}/{rate.denominator}"


def _ffmpeg(*arguments: object) -> None:
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-v", "error", "-nostdin", "-y", *map(str, arguments)]
    subprocess.run(command, check=True, timeout=120)
