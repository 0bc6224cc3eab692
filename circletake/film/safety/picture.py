"""Was every clip decoded whole, or viewed by a named person? A perfect hash of a corrupt clip is still corrupt."""

from collections.abc import Iterator

from circletake.contracts.cards import Axis, CardCode, Deed, Light, Reason
from circletake.contracts.errors import Code
from circletake.contracts.files import ENDS, State
from circletake.film.safety.evidence import Evidence, StoredClip

#: The footage itself is damaged. Any other rejection says only that we cannot open it.
_DAMAGE = frozenset({Code.INCOMPLETE_MEDIA, Code.CORRUPT_ESSENCE, Code.MISSING_SPAN})


def judge_picture(evidence: Evidence) -> Iterator[Reason]:
    """Evidence → what keeps the picture from green.

    DELIVERED means: decoded whole, frame by frame; with a verdict, that nobody knows how many frames there should be.
    """
    open_clips = [clip for clip in evidence.clips if clip.state not in ENDS]
    if waiting := len(open_clips) + evidence.waiting:
        yield Reason(
            axis=Axis.PICTURE,
            light=Light.AMBER,
            code=CardCode.PICTURE_PENDING,
            sentence=f"{waiting} {'clip is' if waiting == 1 else 'clips are'} being decoded.",
            next_step="Wait; `circletake status` shows how far it is.",
        )
    for clip in evidence.clips:
        if clip.state in ENDS and (clip.state is not State.DELIVERED or clip.verdict):
            reason = _judge(evidence, clip)
            if reason:
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
