"""On how many volumes does the card lie, and were they read back?"""

from collections.abc import Iterator
from datetime import UTC, datetime

from circletake.contracts.cards import Axis, CardCode, Copy, CountedCopy, Deed, Light, Reason, VolumeKind
from circletake.contracts.errors import Verdict
from circletake.film.digests import compare
from circletake.film.manifests import Entry, Generation
from circletake.film.safety.evidence import Evidence, ReadBack


def count_copies(evidence: Evidence, *, in_cloud: bool) -> tuple[list[CountedCopy], list[Reason]]:
    """Evidence, and whether the bucket holds everything → each volume once, and what is wrong with them."""
    counted: dict[str, CountedCopy] = {}
    reasons: list[Reason] = []
    total = sum(entry.size_bytes or 0 for entry in evidence.listed.values())
    for copy in evidence.record.copies if evidence.record else ():
        whole = copy.files >= len(evidence.listed) > 0
        sentence = "Read back whole." if whole else f"It holds {copy.files} of the {len(evidence.listed)} files."
        counted[_volume(copy)] = CountedCopy(made=copy, counts=whole, sentence=sentence)
    # The newest word on a volume counts; a further manifest of the same volume is no further copy.
    for read_back in evidence.read_back:
        judged, reason = _judge(evidence, read_back, total)
        counted[_volume(judged.made)] = judged
        reasons = [each for each in reasons if each.path != judged.made.volume] + ([reason] if reason else [])
    if evidence.stored:
        cloud = Copy(
            volume=evidence.cloud,
            kind=VolumeKind.CLOUD,
            offsite=True,
            read_back_at=evidence.now,
            files=len(evidence.stored),
            bytes=sum(file.size_bytes for file in evidence.stored.values()),
        )
        sentence = "Every file was compared." if in_cloud else "Not every file is here and compared."
        counted[_volume(cloud)] = CountedCopy(made=cloud, counts=in_cloud, sentence=sentence)
    copies = list(counted.values())
    return copies, [*reasons, *_lacking(evidence, copies)]


def _volume(copy: Copy) -> str:
    """What makes a volume a distinct one: its serial number or barcode, else its name."""
    return (copy.serial or copy.volume).casefold()


def _judge(evidence: Evidence, read_back: ReadBack, total: int) -> tuple[CountedCopy, Reason | None]:
    added, manifest = read_back.added, read_back.manifest
    act = next(act for act in reversed(evidence.acts) if act.deed is Deed.ADD_COPY and act.added == added)
    if isinstance(manifest, Verdict):
        copy = _copy(read_back, act.at, 0, 0)
        return CountedCopy(made=copy, counts=False, sentence=manifest.sentence), None
    entries = _entries_on_card(evidence, manifest)
    there = {path: entries[path] for path in evidence.listed if path in entries}
    bad = [
        path
        for path, entry in there.items()
        if entry.action == "failed" or compare(evidence.listed[path].digests, entry.digests) is False
    ]
    same = [
        path
        for path, entry in there.items()
        if path not in bad and compare(evidence.listed[path].digests, entry.digests)
    ]
    copy = _copy(read_back, _in_utc(manifest.made_at) or act.at, len(same), total)
    if bad:
        reason = Reason(
            axis=Axis.BITS,
            light=Light.RED,
            code=CardCode.COPY_DIFFERS,
            path=added.volume,
            sentence=f"On {added.volume} {len(bad)} of the files differ from the card, {bad[0]} among them.",
            next_step="Do not format the card. Copy it onto that volume again, read it back, and add the new manifest.",
        )
        return CountedCopy(made=copy, counts=False, sentence=reason.sentence), reason
    if len(same) < len(evidence.listed) or not same:
        lacking = len(evidence.listed) - len(same)
        sentence = f"Its manifest does not prove {lacking} of the {len(evidence.listed)} files."
        return CountedCopy(made=copy, counts=False, sentence=sentence), None
    return CountedCopy(made=copy, counts=True, sentence="Read back whole."), None


def _copy(read_back: ReadBack, at: str, files: int, total: int) -> Copy:
    added = read_back.added
    return Copy(
        volume=added.volume,
        kind=VolumeKind(added.kind),
        serial=added.serial,
        offsite=added.offsite,
        read_back_at=at,
        files=files,
        bytes=total if files else 0,
    )


def _in_utc(moment: str) -> str | None:
    """A manifest's own date → the same in UTC; None where it is none, or says no time zone."""
    try:
        at = datetime.fromisoformat(moment)
    except ValueError:
        return None
    return at.astimezone(UTC).isoformat(timespec="seconds") if at.tzinfo else None


def _entries_on_card(evidence: Evidence, manifest: Generation) -> dict[str, Entry]:
    """A volume's manifest → its entries by path on the card: it may have been made one folder further up."""
    entries = {entry.path: entry for entry in manifest.entries}
    if not entries.keys() & evidence.listed.keys():
        tops = {path.split("/", 1)[0] for path in entries}
        if len(tops) == 1:
            return {path.split("/", 1)[-1]: entry for path, entry in entries.items()}
    return entries


def _lacking(evidence: Evidence, copies: list[CountedCopy]) -> Iterator[Reason]:
    good = [copy.made for copy in copies if copy.counts]
    policy = evidence.policy
    asked = [
        (len(good), policy.copies, "copies that were read back"),
        (len({copy.kind for copy in good}), policy.kinds, "kinds of volume"),
        (sum(copy.offsite for copy in good), policy.offsite, "copies off site"),
    ]
    for there, needed, what in asked:
        if there < needed:
            yield Reason(
                axis=Axis.BITS,
                light=Light.AMBER,
                code=CardCode.COPIES_LACKING,
                sentence=f"The production asks for {needed} {what}; there {'is' if there == 1 else 'are'} {there}.",
                next_step="Copy the card onto another volume, read it back, and add it: circletake card copies add …",
            )
