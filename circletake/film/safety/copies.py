"""On how many volumes does the card lie, and were they read back?"""

from collections.abc import Collection, Iterator, Sequence
from datetime import UTC, datetime

from circletake.contracts.cards import Axis, CardCode, Copy, CountedCopy, Light, Reason, VolumeKind
from circletake.contracts.errors import Verdict
from circletake.contracts.files import DamagedCopy
from circletake.film.digests import compare
from circletake.film.manifests import Entry, Expected, Generation
from circletake.film.safety.evidence import Evidence, ReadBack


def count_copies(evidence: Evidence, *, in_cloud: bool) -> tuple[list[CountedCopy], list[Reason]]:
    """Evidence, and whether the bucket holds everything → each volume once, and what is wrong with them."""
    counted: list[CountedCopy] = []
    reasons: list[Reason] = []
    for copy in evidence.record.copies if evidence.record else ():
        whole = copy.files >= len(evidence.listed) > 0
        sentence = "Read back whole." if whole else f"It holds {copy.files} of the {len(evidence.listed)} files."
        _count(counted, CountedCopy(made=copy, counts=whole, sentence=sentence))
    # The newest word on a volume counts; a further manifest of the same volume is no further copy.
    known = set(evidence.manifest_digests.values())
    for read_back in evidence.read_back:
        judged, reason = _judge(evidence, read_back, known)
        _count(counted, judged)
        reasons = [each for each in reasons if each.path != judged.made.volume] + ([reason] if reason else [])
        if isinstance(read_back.manifest, Generation):
            known.add(read_back.manifest.sha256)
    for note in evidence.damaged:
        reasons += _strike(counted, note)
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
        _count(counted, CountedCopy(made=cloud, counts=in_cloud, sentence=sentence))
    return counted, [*reasons, *_lacking(evidence, counted)]


def _strike(counted: list[CountedCopy], note: DamagedCopy) -> Iterator[Reason]:
    """Damage that somebody met on a volume → the volume does not count, unless it was read back whole since."""
    for number, copy in enumerate(counted):
        known = (copy.made.volume, copy.made.serial)
        if not _is_one_volume(known, (note.volume, note.serial)) or _later(copy.made.read_back_at, note.found_at):
            continue
        sentence = f"On {copy.made.volume} damage was found: {_some(note.paths)}."
        counted[number] = copy.model_copy(update={"counts": False, "sentence": sentence})
        yield _differs(copy.made.volume, sentence)


def _some(paths: Sequence[str]) -> str:
    return paths[0] if len(paths) == 1 else f"{paths[0]} and {len(paths) - 1} more"


def _later(one: str, other: str) -> bool:
    return datetime.fromisoformat(one) > datetime.fromisoformat(other)


def _differs(volume: str, sentence: str) -> Reason:
    return Reason(
        axis=Axis.BITS,
        light=Light.RED,
        code=CardCode.COPY_DIFFERS,
        path=volume,
        sentence=sentence,
        next_step="Do not format the card. Copy it onto that volume again, and read it back.",
    )


def _count(counted: list[CountedCopy], copy: CountedCopy) -> None:
    """One more word on a volume: it takes the place of what was said before of the same one."""
    counted[:] = [each for each in counted if not _is_same(each.made, copy.made)] + [copy]


def _is_same(one: Copy, other: Copy) -> bool:
    """Whether two copies lie on one volume: the same serial number or barcode, or the same name."""
    return _is_one_volume((one.volume, one.serial), (other.volume, other.serial))


def _is_one_volume(one: tuple[str, str | None], other: tuple[str, str | None]) -> bool:
    (name, serial), (other_name, other_serial) = one, other
    if serial and other_serial:
        return serial.casefold() == other_serial.casefold()
    return name.casefold() == other_name.casefold()


def _judge(evidence: Evidence, read_back: ReadBack, known: Collection[str]) -> tuple[CountedCopy, Reason | None]:
    """`known`: SHA-256 of manifests that were there before, which prove that nobody has read this volume."""
    added, manifest = read_back.added, read_back.manifest
    if isinstance(manifest, Verdict):
        return _counted(evidence, read_back, read_back.at, 0, manifest.sentence), None
    at = _in_utc(manifest.made_at) or read_back.at
    if manifest.sha256 in known:
        sentence = "Its manifest is one that was here before, so it does not prove that this volume was read back."
        return _counted(evidence, read_back, at, 0, sentence), None
    entries = _entries_on_card(evidence, manifest)
    agreed = {path: _agrees(listed, entries[path]) for path, listed in evidence.listed.items() if path in entries}
    same = [path for path, agree in agreed.items() if agree]
    bad = [path for path, agree in agreed.items() if agree is False]
    if bad:
        sentence = f"What is on {added.volume} differs from the card: {_some(bad)}."
        reason = _differs(added.volume, sentence)
        return _counted(evidence, read_back, at, len(same), reason.sentence), reason
    if len(same) < len(evidence.listed) or not same:
        lacking = len(evidence.listed) - len(same)
        sentence = f"Its manifest does not prove {lacking} of the {len(evidence.listed)} files."
        return _counted(evidence, read_back, at, len(same), sentence), None
    return _counted(evidence, read_back, at, len(same), None), None


def _agrees(listed: Expected, entry: Entry) -> bool | None:
    return False if entry.action == "failed" else compare(listed.digests, entry.digests)


def _counted(evidence: Evidence, read_back: ReadBack, at: str, files: int, why_not: str | None) -> CountedCopy:
    added = read_back.added
    whole = sum(entry.size_bytes or 0 for entry in evidence.listed.values())
    copy = Copy(
        volume=added.volume,
        kind=VolumeKind(added.kind),
        serial=added.serial,
        offsite=added.offsite,
        read_back_at=at,
        files=files,
        bytes=0 if why_not else whole,
    )
    return CountedCopy(made=copy, counts=why_not is None, sentence=why_not or "Read back whole.")


def _in_utc(moment: str) -> str | None:
    """A manifest's own date → the same in UTC; None where it is none, or says no time zone."""
    try:
        at = datetime.fromisoformat(moment)
        return at.astimezone(UTC).isoformat(timespec="seconds") if at.tzinfo else None
    except (ValueError, OverflowError):
        return None


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
