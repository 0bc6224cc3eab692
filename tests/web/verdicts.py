"""Cards as the API tells of them: a green, an amber and a red one, each with what stands behind it."""

from typing import Any

Json = dict[str, Any]

JUDGED = "2026-10-14T18:09:40+00:00"
ADA = {"by": "ada", "role": "camera"}


def roll_card(*cards: Json) -> Json:
    """Insertions → the roll's card: the worst of those that no other one covers."""
    order = ("GREEN", "AMBER", "RED")
    counting = [card for card in cards if not card["covered_by"]]
    worst = {axis: max((card[axis] for card in counting), key=order.index) for axis in ("status", "bits", "picture")}
    return {**worst, "cards": list(cards)}


def green(offload: str = "o-3f9ac21b7d04", **changed: Any) -> Json:
    """→ everything there, matching, on two volumes and in the cloud; every clip decoded whole."""
    copies = [
        copy("DIT-RAID-1", serial="WX61A68C4H7P"),
        copy("SHUTTLE-07", serial="NA7K2QX9"),
        copy("s3://circletake-ingest", kind="CLOUD", offsite=True, sentence="It counts: S3's checksums agree."),
    ]
    return card(offload, "GREEN", "GREEN", copies=copies, **changed)


def amber(offload: str = "o-51be08d2aa9f", **changed: Any) -> Json:
    """→ nothing wrong, and not everything known: a gap, too few copies, RAW that nobody has looked at."""
    reasons = [
        reason(
            "BITS",
            "COPIES_LACKING",
            "1 copy of this card counts; this production asks for 2.",
            "Read the card back from another drive: circletake card copies add …",
        ),
        reason(
            "BITS",
            "CLIP_GAP",
            "Between A001C002 and A001C005 of reel A001R1JL, clips 3 and 4 are missing.",
            "Look for them on the card. If they were deleted in the camera, acknowledge the gap by name.",
            path="A001R1JL",
            closable="ACKNOWLEDGE",
        ),
        *(
            reason(
                "PICTURE",
                "PICTURE_UNCHECKED",
                "RAW_WITHOUT_DECODER: This is ARRIRAW, which only the camera maker's own decoder opens.",
                "View it with the maker's software, and sign it off by name.",
                path=f"A001R1JL/A001C{number:03}_261014_R1JL.ari",
                about=f"{number:020x}",
                closable="SIGN_OFF",
            )
            for number in range(1, 10)
        ),
    ]
    copies = [
        copy("DIT-RAID-1", serial="WX61A68C4H7P"),
        copy("SHUTTLE-07", counts=False, sentence="It does not count: 3 of 214 files were not read back."),
    ]
    return card(offload, "AMBER", "AMBER", reasons=reasons, copies=copies, **changed)


def red(offload: str = "o-77c0d1e58b26", **changed: Any) -> Json:
    """→ bytes that changed, files that are missing, a clip that is damaged."""
    again = "Do not format the card. Copy this file from it again, and upload it."
    reasons = [
        reason(
            "BITS",
            "FILE_CHANGED",
            "A001C004.mov is not what was on the card: xxh64 7d1f0a… was read, 09be42… is in the manifest.",
            again,
            path="A001R1JL/A001C004.mov",
            light="RED",
        ),
        *(
            reason(
                "BITS",
                "FILE_MISSING",
                f"A001C{number:03}.mov stands in the manifest and has not arrived.",
                "Do not format the card. Look for the file on it, and upload the whole card again.",
                path=f"A001R1JL/A001C{number:03}.mov",
                light="RED",
            )
            for number in (11, 12, 13, 14, 15, 16)
        ),
        reason(
            "PICTURE",
            "PICTURE_REJECTED",
            "INCOMPLETE_MEDIA: This clip stops before its end: 143 of 240 frames are there.",
            again,
            path="A001R1JL/A001C004.mov",
            light="RED",
            closable="SIGN_OFF",
        ),
    ]
    counts = {"matched": 207, "missing": 6, "changed": 1}
    copies = [copy("DIT-RAID-1", counts=False, sentence="It does not count: 7 files differ or are missing on it.")]
    return card(offload, "RED", "RED", reasons=reasons, copies=copies, counts=counts, **changed)


def card(
    offload: str,
    bits: str,
    picture: str,
    *,
    reasons: list[Json] | None = None,
    copies: list[Json] | None = None,
    counts: dict[str, int] | None = None,
    **changed: Any,
) -> Json:
    """→ one insertion of a card."""
    zeros = dict.fromkeys(("missing", "changed", "unlisted", "pending"), 0)
    return {
        "offload": offload,
        "status": max(bits, picture, key=("GREEN", "AMBER", "RED").index),
        "bits": bits,
        "picture": picture,
        "judged_at": JUDGED,
        "files": {"listed": 214, "received": 214, "matched": 214, **zeros, **(counts or {})},
        "copies": copies or [],
        "reasons": reasons or [],
        "more_reasons": 0,
        "released": None,
        "acts": [],
        "structure": {"camera": "ARRI", "sentence": "A card of an ARRI camera, with all its parts.", "known": True},
        "origin": "CARD",
        "covered_by": None,
        **changed,
    }


def copy(
    volume: str,
    *,
    kind: str = "DISK",
    serial: str | None = None,
    offsite: bool = False,
    counts: bool = True,
    sentence: str = "It counts: read back whole, and every digest agrees.",
) -> Json:
    return {
        "volume": volume,
        "kind": kind,
        "serial": serial,
        "offsite": offsite,
        "read_back_at": "2026-10-14T17:58:02+00:00",
        "files": 214,
        "bytes": 412_000_000_000,
        "counts": counts,
        "sentence": sentence,
    }


def reason(
    axis: str,
    code: str,
    sentence: str,
    next_step: str,
    *,
    path: str | None = None,
    about: str | None = None,
    light: str = "AMBER",
    closable: str | None = None,
) -> Json:
    return {
        "axis": axis,
        "light": light,
        "code": code,
        "path": path,
        "about": about,
        "sentence": sentence,
        "next_step": next_step,
        "closable": closable,
    }
