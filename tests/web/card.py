"""A card as the API tells of it: clips in every state, and what else was on it."""

import hashlib
from fractions import Fraction
from typing import Any

from circletake.contracts.recipe import Recipe
from tests.web.fake_looks import made_by
from tests.web.footage import Take, grey_take

Json = dict[str, Any]

FILM = Fraction(24000, 1001)
NTSC = Fraction(30000, 1001)
FAST = Fraction(120000, 1001)

TAKES = {
    "mandelbrot": Take("mandelbrot=s=640x360:rate=24000/1001:end_scale=0.02", 120, FILM),
    "gradients": Take("gradients=s=640x360:rate=25:speed=0.04:seed=7:n=4", 100, Fraction(25)),
    "silent": Take("gradients=s=640x360:rate=30000/1001:speed=0.03:seed=23:n=3", 60, NTSC, sound=False),
    "grey-film": grey_take(FILM),
    "grey-ntsc": grey_take(NTSC),
    "grey-fast": grey_take(FAST),
}

CUT_SHORT = (
    "INCOMPLETE_MEDIA",
    "This clip stops before its end: 143 of 240 frames are there.",
    "Copy the clip from the card again; if it is the same there, tell the camera department "
    "before the card is formatted.",
)


UNKNOWN = (
    "KEPT_AS_IT_IS",
    "Nobody knows this kind of file; it is kept as it is.",
    "Nothing has to be done.",
)


def card(made: dict[str, list[str]]) -> Json:
    """Names of what was made of each take → a roll with clips in several states, and other files."""

    def delivered(name: str, take: str, start_timecode: str | None, *, tagged: bool = True) -> Json:
        return clip(
            name,
            "DELIVERED",
            inspection=inspection(TAKES[take], start_timecode, tagged=tagged),
            media=(take, made[take]),
        )

    clips = [
        delivered("A001C001", "mandelbrot", "14:22:31:08"),
        delivered("A001C002", "gradients", "10:00:00:00"),
        clip("A001C003", "RECEIVED"),
        clip("A001C004", "REJECTED", verdict=CUT_SHORT),
        delivered("A001C005", "silent", None, tagged=False),
        delivered("A001C006", "grey-film", "01:00:00:00"),
        delivered("A001C007", "grey-ntsc", "00:00:59;20"),
        delivered("A001C008", "grey-fast", "00:59:59:100"),
    ]
    files = [
        file("A001R1JL/A001C001.xml", "SIDECAR", "KEPT"),
        file("A001R1JL/sound/T01.wav", "SOUND", "KEPT"),
        file("A001R1JL/odd.bin", "UNKNOWN", "KEPT", UNKNOWN),
    ]
    return {"clips": clips, "files": files}


def clip(
    name: str,
    state: str,
    *,
    path: str | None = None,
    verdict: tuple[str, str, str] | None = None,
    inspection: Json | None = None,
    media: tuple[str, list[str]] | None = None,
    **changed: Any,
) -> Json:
    """→ a clip as in the API's answer. `media` is the folder and the names of what was made of it."""
    clip_id = hashlib.sha256(name.encode()).hexdigest()[:20]
    code, sentence, next_step = verdict or (None, None, None)
    ended = state in ("DELIVERED", "KEPT", "REJECTED", "NEEDS_ATTENTION")
    return {
        "name": name,
        "path": path or f"A001R1JL/{name}.mov",
        "offload": "o-3f9ac21b7d04",
        "spans": [{"path": path or f"A001R1JL/{name}.mov", "version": clip_id, "size_bytes": 187_654_321}],
        "clip_id": clip_id,
        "version": clip_id[::-1],
        "state": state,
        "code": code,
        "sentence": sentence,
        "next_step": next_step,
        "received_at": "2026-10-14T18:02:11.120000+00:00",
        "ended_at": "2026-10-14T18:02:38.920000+00:00" if ended else None,
        "seconds": 27.8 if ended else None,
        "inspection": inspection,
        "external_proxy": False,
        "raw": None,
        "picture_from": None,
        "proxy_refused": None,
        "look": None,
        "made_by": made_by(Recipe()) if media else None,
        "not_made_anew": None,
        "recorder": None,
        "editorial": [],
        "analyses": [],
        "slate": None,
        "slate_from": None,
        "people": [],
        "cast": None,
        "not_looked_for": [],
        "media": {"prefix": f"main/D014/A001/{media[0]}/{clip_id}/", "names": media[1]} if media else None,
        **changed,
    }


def inspection(take: Take, start_timecode: str | None, *, tagged: bool = True) -> Json:
    """→ what `inspect` would have found, had the take been a ProRes clip."""
    duration = take.frames / take.rate
    tag = "bt709" if tagged else None
    return {
        "container": "QuickTime",
        "size_bytes": 187_654_321,
        "duration_s": f"{duration.numerator}/{duration.denominator}",
        "video": {
            "codec": "prores",
            "profile": "HQ",
            "pixel_format": "yuv422p10le",
            "width": 1920,
            "height": 1080,
            "sample_aspect_ratio": "1/1",
            "rotation_degrees": 0,
            "field_order": "progressive" if tagged else None,
            "rate": f"{take.rate.numerator}/{take.rate.denominator}",
            "variable_rate": False,
            "frames": take.frames,
            "frames_counted": False,
            "color": {"primaries": tag, "transfer": tag, "matrix": tag, "range": "tv" if tagged else None},
        },
        "audio": [{"codec": "pcm_s24le", "channels": 2, "layout": "stereo", "sample_rate": 48000}]
        if take.sound
        else [],
        "start_timecode": start_timecode,
        "reel": "A001R1JL" if start_timecode else None,
        "camera": None,
        "estimate": {"cpu_s": 12.0, "disk_bytes": 400_000_000},
        "route": "LAMBDA",
    }


def file(path: str, kind: str, state: str, verdict: tuple[str, str, str] | None = None) -> Json:
    """→ a file that is no clip."""
    code, sentence, next_step = verdict or (None, None, None)
    known = {"path": path, "offload": "o-3f9ac21b7d04", "kind": kind, "state": state, "version": path, "digests": {}}
    return {**known, "code": code, "sentence": sentence, "next_step": next_step}
