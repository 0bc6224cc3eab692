"""The two axes together; and among several insertions of a card, which one another covers."""

from collections.abc import Iterable, Mapping

from circletake.contracts.cards import Axis, CardCode, CardVerdict, Deed, Light, Reason
from circletake.film.digests import compare
from circletake.film.manifests import Expected
from circletake.film.safety.bits import count_files, judge_bits
from circletake.film.safety.copies import count_copies
from circletake.film.safety.evidence import Evidence
from circletake.film.safety.picture import judge_picture
from circletake.film.structures import recognise

#: So many reasons are kept in full; a person reads no more, and a row has an end.
MAX_REASONS = 2000
_ORDER = (Light.GREEN, Light.AMBER, Light.RED)
#: What says nothing about the files in the bucket: they may all be there and agree all the same.
_ABOUT_NO_FILE = frozenset(
    {CardCode.CLIP_GAP, CardCode.STRUCTURE_LACKING, CardCode.ORIGIN_UNPROVEN, CardCode.FILE_EMPTY}
)


def worst(lights: Iterable[Light]) -> Light:
    """Lights → the worst of them; GREEN when there is none."""
    return max(lights, key=_ORDER.index, default=Light.GREEN)


def judge_card(evidence: Evidence) -> CardVerdict:
    """Evidence → the verdict on this insertion of the card."""
    found = list(judge_bits(evidence))
    bits = [reason for reason in found if not _acknowledged(evidence, reason)]
    in_cloud = bool(evidence.listed) and all(reason.code in _ABOUT_NO_FILE for reason in bits)
    copies, about_copies = count_copies(evidence, in_cloud=in_cloud)
    reasons = sorted([*bits, *about_copies, *judge_picture(evidence)], key=_by_weight)
    lights = {axis: worst(reason.light for reason in reasons if reason.axis is axis) for axis in Axis}
    structure = recognise(list(evidence.listed.keys() | evidence.stored.keys()))
    return CardVerdict(
        status=worst(lights.values()),
        bits=lights[Axis.BITS],
        picture=lights[Axis.PICTURE],
        reasons=tuple(reasons[:MAX_REASONS]),
        more_reasons=max(0, len(reasons) - MAX_REASONS),
        copies=tuple(copies),
        files=count_files(evidence, found),
        camera=structure.camera,
        structure=structure.sentence,
        structure_known=structure.known,
    )


def find_covered(cards: Mapping[str, tuple[Mapping[str, Expected], Light]]) -> dict[str, str]:
    """Insertions in the order in which they began, each with what it lists and its light → which covers which.

    A card that was put in twice is covered when another insertion lists every file of it with the same digests. Of
    two that are the same the better one counts, and of equals the later.
    """
    covered: dict[str, str] = {}
    by_worth = sorted(cards, key=lambda name: (-_ORDER.index(cards[name][1]), list(cards).index(name)))
    for place, name in enumerate(by_worth):
        for other in reversed(by_worth[place + 1 :]):
            if cards[name][0] and _contains(cards[other][0], cards[name][0]):
                covered[name] = other
                break
    return covered


def _contains(whole: Mapping[str, Expected], part: Mapping[str, Expected]) -> bool:
    return all(path in whole and compare(whole[path].digests, entry.digests) is True for path, entry in part.items())


def _acknowledged(evidence: Evidence, reason: Reason) -> bool:
    return reason.closable is Deed.ACKNOWLEDGE and evidence.is_closed(
        reason.code, reason.path, reason.about, Deed.ACKNOWLEDGE
    )


def _by_weight(reason: Reason) -> tuple[int, int, str, str]:
    return -_ORDER.index(reason.light), list(Axis).index(reason.axis), reason.code, reason.path or ""
