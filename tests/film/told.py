"""What the catalogue tells of a roll, made up: clips, files and a card's verdict."""

from typing import Any

Told = dict[str, Any]


def clip(
    name: str = "A001C001",
    *,
    offload: str = "o-1",
    state: str = "DELIVERED",
    sentence: str | None = None,
    spans: list[Told] | None = None,
    **changed: Any,
) -> Told:
    """→ a clip as `tell_clip` tells it."""
    path = f"{name}.mov"
    return {
        "name": name,
        "path": path,
        "offload": offload,
        "clip_id": f"{offload} {path}",
        "received_at": "2026-10-14T18:02:11+00:00",
        "version": "f" * 20,
        "state": state,
        "code": "INCOMPLETE_MEDIA" if sentence else None,
        "sentence": sentence,
        "next_step": None,
        "spans": spans or [{"path": path, "version": "v1", "size_bytes": 187_654_321}],
        "inspection": inspection(),
        "raw": None,
        "picture_from": None,
        "proxy_refused": None,
        "external_proxy": False,
        "recorder": None,
        "media": {"prefix": "main/D014/A001/c/f/", "names": ["poster.jpg"]},
        **changed,
    }


def inspection(*, rate: str = "24000/1001", start_timecode: str | None = "14:22:31:08", frames: int = 240) -> Told:
    """→ what `inspect` finds in a clip, as far as a report asks."""
    video = {"codec": "prores", "profile": "HQ", "width": 1920, "height": 1080, "rate": rate, "frames": frames}
    return {"video": {**video, "variable_rate": False}, "start_timecode": start_timecode, "reel": "A001R1JL"}


def file(
    path: str,
    *,
    kind: str = "ORIGINAL",
    state: str = "KEPT",
    version: str = "v1",
    digests: dict[str, str] | None = None,
    offload: str = "o-1",
) -> Told:
    """→ a file as `tell_file` tells it."""
    return {
        "path": path,
        "offload": offload,
        "kind": kind,
        "state": state,
        "version": version,
        "digests": digests or {},
    }


def card(
    offload: str,
    *,
    copies: list[tuple[str, bool]] | None = None,
    reasons: list[tuple[str, str, str]] | None = None,
    acts: list[Told] | None = None,
    covered_by: str | None = None,
    judged_at: str | None = "2026-10-14T21:00:00+00:00",
) -> Told:
    """→ an insertion's verdict as far as a report asks. Copies: (volume, counts); reasons: (code, path, sentence)."""
    return {
        "offload": offload,
        "copies": [{"volume": volume, "kind": "DISK", "counts": counts} for volume, counts in copies or ()],
        "reasons": [
            {"axis": "BITS", "code": code, "path": path, "sentence": sentence} for code, path, sentence in reasons or ()
        ],
        "acts": acts or [],
        "covered_by": covered_by,
        "judged_at": judged_at,
    }


def act(deed: str, reason: str = "Seen.", *, at: str = "2026-10-14T19:00:00+00:00", **changed: Any) -> Told:
    """→ what a named person did to a card, as the API tells it."""
    nothing = dict.fromkeys(("code", "path", "volume"))
    return {"act": deed, "by": "ada", "role": "camera", "at": at, "reason": reason, **nothing, **changed}
