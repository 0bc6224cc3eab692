"""The two axes together; and among several insertions of a card, which one another covers."""

from collections.abc import Mapping

from circletake.contracts.cards import Axis, CardCode, CardVerdict, Deed, Light, Reason
from circletake.film.digests import compare
from circletake.film.manifests import Expected
from circletake.film.safety.bits import count_files, judge_bits
from circletake.film.safety.copies import count_copies
from circletake.film.safety.evidence import Evidence
from circletake.film.safety.lights import BEST_FIRST, worst
from circletake.film.safety.picture import judge_picture
from circletake.film.structures import recognise

#: So many reasons are kept in full; a person reads no more, and a row has an end.
MAX_REASONS = 2000


def judge_card(evidence: Evidence) -> CardVerdict:
    """Evidence → the verdict on this insertion of the card."""
    found = list(judge_bits(evidence))
    bits = [reason for reason in found if not _acknowledged(evidence, reason)]
    files = count_files(evidence, found)
    copies, about_copies = count_copies(evidence, in_cloud=files.matched == files.listed > 0)
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
        files=files,
        camera=structure.camera,
        structure=structure.sentence,
        structure_known=structure.known,
    )


def find_covered(cards: Mapping[str, tuple[Mapping[str, Expected], Light]]) -> dict[str, str]:
    """Insertions in the order in which they began, each with what it lists and its light → which covers which.

    A card that was put in twice is covered when another insertion lists every file of it with the same digests. Of
    two that are the same the better one counts, and of equals the later.
    """
    place = list(cards)

    def worth(name: str) -> tuple[int, int]:
        return -BEST_FIRST.index(cards[name][1]), place.index(name)

    def covers(other: str, name: str) -> bool:
        listed, theirs = cards[name][0], cards[other][0]
        if not listed or not _contains(theirs, listed):
            return False
        return not _contains(listed, theirs) or worth(other) > worth(name)

    return {
        name: others[-1]
        for name in cards
        if (others := [other for other in cards if other != name and covers(other, name)])
    }


def _contains(whole: Mapping[str, Expected], part: Mapping[str, Expected]) -> bool:
    return all(path in whole and compare(whole[path].digests, entry.digests) is True for path, entry in part.items())


def _acknowledged(evidence: Evidence, reason: Reason) -> bool:
    return reason.closable is Deed.ACKNOWLEDGE and evidence.is_closed(
        reason.code, reason.path, reason.about, Deed.ACKNOWLEDGE
    )


def _by_weight(reason: Reason) -> tuple[int, int, int, str]:
    """The worst first; of equals in the order in which the codes are listed."""
    light, axis = BEST_FIRST.index(reason.light), list(Axis).index(reason.axis)
    return -light, axis, list(CardCode).index(reason.code), reason.path or ""
