"""Was every clip decoded whole, or viewed by a named person? A perfect hash of a corrupt clip is still corrupt."""

from collections.abc import Iterator

from circletake.contracts.cards import Axis, CardCode, Deed, Light, Reason
from circletake.contracts.errors import Code
from circletake.contracts.files import ENDS, FileKind, State
from circletake.film.naming import classify
from circletake.film.safety.evidence import Evidence, StoredClip

#: The footage itself is damaged. Any other rejection says only that we cannot open it.
_DAMAGE = frozenset({Code.INCOMPLETE_MEDIA, Code.CORRUPT_ESSENCE, Code.MISSING_SPAN})

_RECORDINGS = frozenset({FileKind.ORIGINAL, FileKind.SPAN})
#: No camera's notes are so large; the shortest recordings are.
_MAY_BE_PICTURE_BYTES = 1024 * 1024


def judge_picture(evidence: Evidence) -> Iterator[Reason]:
    """Evidence → what keeps the picture from green.

    DELIVERED means: decoded whole, frame by frame; with a verdict, that nobody knows how many frames there should be.
    """
    open_clips = [clip for clip in evidence.clips if clip.state not in ENDS]
    if waiting := len(open_clips) + len(_without_a_clip(evidence)):
        yield Reason(
            axis=Axis.PICTURE,
            light=Light.AMBER,
            code=CardCode.PICTURE_PENDING,
            sentence=f"{waiting} {'recording waits' if waiting == 1 else 'recordings wait'} to be decoded.",
            next_step="Wait; `circletake status` shows how far it is.",
        )
    yield from _unknown(evidence)
    for clip in evidence.clips:
        if clip.state in ENDS and (clip.state is not State.DELIVERED or clip.verdict):
            reason = _judge(evidence, clip)
            if reason:
                yield reason


def _without_a_clip(evidence: Evidence) -> list[str]:
    """Recordings that are part of no clip of the versions that lie here now."""
    of_clips = frozenset[str]().union(*(clip.of for clip in evidence.clips))
    return [
        file.path
        for file in evidence.stored.values()
        if classify(file.path) in _RECORDINGS and file.version not in of_clips
    ]


def _unknown(evidence: Evidence) -> Iterator[Reason]:
    """Large files of a kind that we do not know may be recordings, and nobody has looked into them."""
    for file in evidence.stored.values():
        if file.size_bytes >= _MAY_BE_PICTURE_BYTES and classify(file.path) is FileKind.UNKNOWN:
            reason = Reason(
                axis=Axis.PICTURE,
                light=Light.AMBER,
                code=CardCode.PICTURE_UNCHECKED,
                path=file.path,
                about=file.version,
                sentence="We do not know this kind of file; if it is a recording, nobody has looked at its picture.",
                next_step="View it whole with its camera's software, or see that it is no recording, and sign it off.",
                closable=Deed.SIGN_OFF,
            )
            if not evidence.is_closed(reason.code, reason.path, reason.about, Deed.SIGN_OFF):
                yield reason


def _judge(evidence: Evidence, clip: StoredClip) -> Reason | None:
    verdict = clip.verdict
    if verdict is None:
        raise ValueError(f"clip {clip.path} ended {clip.state} without a verdict")
    rejected = clip.state is State.REJECTED
    code = CardCode.PICTURE_REJECTED if rejected else CardCode.PICTURE_UNCHECKED
    red = rejected and verdict.code in _DAMAGE
    reason = Reason(
        axis=Axis.PICTURE,
        light=Light.RED if red else Light.AMBER,
        code=code,
        path=clip.path,
        about=clip.version,
        sentence=f"{verdict.code}: {verdict.sentence}",
        next_step=verdict.next_step if red else f"{verdict.next_step} Or view it whole, and sign it off by name.",
        closable=Deed.SIGN_OFF,
    )
    if not evidence.is_closed(code, clip.path, clip.version, Deed.SIGN_OFF):
        return reason
    if not rejected:
        return None
    # A person has taken it as it is, which is no reason to call it sound.
    seen = "A named person has viewed it and taken it as it is."
    return reason.model_copy(
        update={
            "light": Light.AMBER,
            "code": CardCode.PICTURE_SIGNED_OFF,
            "sentence": f"{reason.sentence} {seen}",
            "next_step": "Nothing; it stays on record.",
            "closable": None,
        }
    )
