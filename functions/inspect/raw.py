"""A RAW clip, read as far as that goes → kept without a picture, or on its way to the customer's decoder."""

from collections.abc import Collection

from circletake.contracts.errors import Code, Verdict
from circletake.contracts.facts import AttentionNeeded, ClipKept, ClipReceived, Message, PlanClip
from circletake.contracts.files import State, end_of
from circletake.contracts.media import RawFacts, RawKind

#: The disk of a worker holds the original, the mezzanine and what is made of it; a mezzanine may be the larger one.
_MAX_BYTES = 3 << 30

Next = tuple[tuple[Message, ...], State, Verdict | None]


def next_of_raw(clip: ClipReceived, facts: RawFacts, verdict: Verdict, decoded_here: Collection[RawKind]) -> Next:
    """What was read, the verdict without a decoder, the kinds that have one → what is said, the state, its reason."""
    if facts.kind not in decoded_here:
        return (ClipKept(clip=clip.clip, title=clip.title, verdict=verdict),), end_of(verdict.code), verdict
    size_bytes = sum(file.size_bytes for file in clip.spans)
    if size_bytes <= _MAX_BYTES:
        return (PlanClip(clip=clip.clip),), State.INSPECTED, None
    too_large = Verdict(
        code=Code.NO_ROUTE,
        sentence=f"This RAW clip of {size_bytes / 1e9:.1f} GB is too large for your vendor decoder in one worker.",
        next_step="The original is kept. Decode it where there is room, and upload the result as an external proxy.",
    )
    said = AttentionNeeded(clip=clip.clip, title=clip.title, verdict=too_large)
    return (said,), end_of(too_large.code), too_large
