"""The two axes together; and among several insertions of a card, which one another covers."""

from collections.abc import Mapping

from circletake.contracts.cards import Axis, CardCode, CardVerdict, Deed, Reason
from circletake.film.digests import compare
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


def find_covered(cards: Mapping[str, tuple[Evidence, CardVerdict]]) -> dict[str, str]:
    """Insertions in the order in which they began → which of them is covered by which.

    A card that was put in twice is covered when another insertion lists every file that it should have and every
    other that it has, with the same digests, and has no fault that only this one knows of. Of two that cover each
    other the better one counts, and of equals the later.
    """
    place = list(cards)

    def worth(name: str) -> tuple[int, int]:
        return -BEST_FIRST.index(cards[name][1].status), place.index(name)

    def covers(other: str, name: str) -> bool:
        if not _contains(cards[other], cards[name]):
            return False
        return not _contains(cards[name], cards[other]) or worth(other) > worth(name)

    coverers = {name: [other for other in cards if other != name and covers(other, name)] for name in cards}
    return {name: others[-1] for name, others in coverers.items() if others}


def _contains(whole: tuple[Evidence, CardVerdict], part: tuple[Evidence, CardVerdict]) -> bool:
    listed = whole[0].listed
    needed = {path: file.digests for path, file in part[0].stored.items()} | {
        path: entry.digests for path, entry in part[0].listed.items()
    }
    known = {(left.path, left.reason) for left in whole[0].record.not_taken} if whole[0].record else set()
    told = part[0].record.not_taken if part[0].record else ()
    if any((left.path, left.reason) not in known for left in told):
        return False
    if any(reason.code is CardCode.COPY_DIFFERS for reason in part[1].reasons):
        return False
    return bool(needed) and all(
        path in listed and compare(listed[path].digests, digests) is True for path, digests in needed.items()
    )


def _acknowledged(evidence: Evidence, reason: Reason) -> bool:
    return reason.closable is Deed.ACKNOWLEDGE and evidence.is_closed(
        reason.code, reason.path, reason.about, Deed.ACKNOWLEDGE
    )


def _by_weight(reason: Reason) -> tuple[int, int, int, str]:
    """The worst first; of equals in the order in which the codes are listed."""
    light, axis = BEST_FIRST.index(reason.light), list(Axis).index(reason.axis)
    return -light, axis, list(CardCode).index(reason.code), reason.path or ""
