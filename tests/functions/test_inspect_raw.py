"""RAW goes to the customer's decoder where there is one and room for it; else it is kept, with a sentence."""

import pytest

from circletake.contracts.errors import Code
from circletake.contracts.facts import AttentionNeeded, ClipKept, ClipReceived, PlanClip
from circletake.contracts.files import SourceFile, State
from circletake.contracts.keys import ClipRef, RollRef
from circletake.contracts.media import RawFacts, RawKind
from circletake.film.raw import raw_without_decoder
from functions.inspect.raw import next_of_raw

ID = "0" * 20
BRAW = RawFacts(kind=RawKind.BRAW, frames=24)


def clip_of(*sizes: int) -> ClipReceived:
    roll = RollRef(production="bikes", unit="main", day="D001", roll="A001")
    spans = tuple(SourceFile(key=f"k{n}", s3_version="v", version=ID, size_bytes=size) for n, size in enumerate(sizes))
    return ClipReceived(clip=ClipRef(roll=roll, clip_id=ID, version=ID), title="A001", spans=spans)


@pytest.mark.parametrize(
    ("facts", "decoders", "sizes", "said", "state", "code"),
    [
        (BRAW, [RawKind.BRAW], [9], PlanClip, State.INSPECTED, None),
        (BRAW, [], [9], ClipKept, State.KEPT, Code.RAW_WITHOUT_DECODER),
        (BRAW, [RawKind.R3D], [9], ClipKept, State.KEPT, Code.RAW_WITHOUT_DECODER),
        (RawFacts(codec="abcd"), [RawKind.BRAW], [9], ClipKept, State.KEPT, Code.RAW_WITHOUT_DECODER),
        (BRAW, [RawKind.BRAW], [2 << 30, 2 << 30], AttentionNeeded, State.NEEDS_ATTENTION, Code.NO_ROUTE),
        (BRAW, [], [9 << 40], ClipKept, State.KEPT, Code.RAW_WITHOUT_DECODER),
    ],
)
def test_the_next_step_of_raw(
    facts: RawFacts, decoders: list[RawKind], sizes: list[int], said: type, state: State, code: Code | None
) -> None:
    verdict = raw_without_decoder(facts.kind, facts.codec).verdict
    (message,), next_state, why = next_of_raw(clip_of(*sizes), facts, verdict, decoders)
    assert type(message) is said
    assert (next_state, why.code if why else None) == (state, code)
