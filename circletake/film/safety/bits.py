"""Is every byte of the card there, and the same? Each thing that is not is a reason of its own."""

from collections.abc import Iterable, Iterator

from circletake.contracts.cards import Axis, CardCode, Deed, FileCounts, Light, Reason
from circletake.contracts.files import Origin
from circletake.contracts.keys import short_hash
from circletake.film.digests import compare
from circletake.film.gaps import find_gaps
from circletake.film.manifests import Expected
from circletake.film.naming import name_clip
from circletake.film.safety.evidence import Evidence, StoredFile
from circletake.film.structures import recognise

_COPY_AGAIN = (
    "Do not format the card. Send this file once more from a copy that agrees (circletake upload … --repair); if none "
    "does, offload the card again."
)


def judge_bits(evidence: Evidence) -> Iterator[Reason]:
    """Evidence → what keeps the bits from green, but for the copies."""
    yield from _upload(evidence)
    yield from _manifests(evidence)
    foreign = _is_of_another_card(evidence)
    if foreign:
        yield from _foreign(evidence)
    for path, entry in evidence.listed.items() if not foreign else ():
        file = evidence.stored.get(path)
        reason = _missing(evidence, entry) if file is None else _compared(entry, file)
        if reason:
            yield reason
    yield from _unlisted(evidence)
    yield from _not_taken(evidence)
    yield from _structure(evidence)


def count_files(evidence: Evidence, bits: Iterable[Reason]) -> FileCounts:
    """Evidence and every reason of `judge_bits` → how many files there must be, are, and agree."""
    told = [reason for reason in bits if reason.path in evidence.listed]
    missing = sum(path not in evidence.stored for path in evidence.listed)
    changed = len({reason.path for reason in told if reason.light is Light.RED and reason.path in evidence.stored})
    pending = len({reason.path for reason in told if reason.code is CardCode.FILE_UNVERIFIED})
    return FileCounts(
        listed=len(evidence.listed),
        received=len(evidence.stored),
        matched=len(evidence.listed) - missing - changed - pending,
        missing=missing,
        changed=changed,
        unlisted=sum(path not in evidence.listed for path in evidence.stored),
        pending=pending,
    )


def unverified(evidence: Evidence) -> list[tuple[StoredFile, Expected]]:
    """Files that are here whole and share no digest with what must be there: somebody has to read them."""
    return [
        (file, entry)
        for _, entry, file in _pairs(evidence)
        if entry.size_bytes in (None, file.size_bytes) and compare(entry.digests, file.digests) is None
    ]


def _pairs(evidence: Evidence) -> Iterator[tuple[str, Expected, StoredFile]]:
    for path, entry in evidence.listed.items():
        if file := evidence.stored.get(path):
            yield path, entry, file


def _amber(code: CardCode, path: str | None, sentence: str, next_step: str) -> Reason:
    return Reason(axis=Axis.BITS, light=Light.AMBER, code=code, path=path, sentence=sentence, next_step=next_step)


def _red(code: CardCode, path: str, sentence: str, next_step: str = _COPY_AGAIN) -> Reason:
    return Reason(axis=Axis.BITS, light=Light.RED, code=code, path=path, sentence=sentence, next_step=next_step)


def _upload(evidence: Evidence) -> Iterator[Reason]:
    for path, fault in evidence.faults:
        yield _amber(CardCode.BAD_SIDECAR, path, fault.sentence, fault.next_step)
    if evidence.finished:
        return
    if evidence.record:
        arrived = len(evidence.record.files) - len(evidence.still_coming)
        sentence = f"{arrived} of the {len(evidence.record.files)} files that were sent have arrived."
        next_step = "Wait a moment; if it stays so, run the same `circletake upload` again."
    else:
        sentence = f"The upload has not finished: {len(evidence.stored)} files are here so far."
        next_step = "Let `circletake upload` come to its end; stopped, the same command goes on where it was."
    yield _amber(CardCode.UPLOAD_UNFINISHED, None, sentence, next_step)


def _manifests(evidence: Evidence) -> Iterator[Reason]:
    for history in evidence.histories:
        for finding in history.findings:
            yield _amber(CardCode.BAD_SIDECAR, finding.path, finding.verdict.sentence, finding.verdict.next_step)
    record = evidence.record
    if not evidence.listed:
        if evidence.finished:
            yield _amber(
                CardCode.NO_MANIFEST,
                None,
                "Nothing says what was on the card: there is no manifest, and no upload that lists its files.",
                "Offload the card with a manifest (circletake offload, or any ASC MHL tool), and upload that copy.",
            )
        return
    if record is None or record.origin is not Origin.CARD:
        yield _amber(
            CardCode.ORIGIN_UNPROVEN,
            None,
            "Nobody says that these digests were made while reading the card itself; made from a copy, they prove "
            "nothing about the card.",
            "Upload a copy that `circletake offload` made, or say who read the card: circletake upload … "
            "--repair --made-from card",
        )
    elif record.manifest and record.manifest_sha256 != evidence.manifest_digests.get(record.manifest, ""):
        yield _red(
            CardCode.BAD_SIDECAR,
            record.manifest,
            "This is not the manifest that was made while the card was read: it is missing, or was changed since.",
            "Do not format the card. Upload the copy with its own manifest, or offload the card again.",
        )
    for path, entry in evidence.manifested.items():
        if not entry.digests and not entry.failed:
            yield _amber(
                CardCode.BAD_SIDECAR,
                path,
                "The manifest lists this file without a digest, so nothing can be compared.",
                "Offload the card again.",
            )


def _is_of_another_card(evidence: Evidence) -> bool:
    """Whether the manifests speak of none of the files that are here."""
    here = evidence.stored.keys()
    return bool(evidence.finished and here and evidence.manifested and not here & evidence.manifested.keys())


def _foreign(evidence: Evidence) -> Iterator[Reason]:
    for generation in (each for history in evidence.histories for each in history.generations):
        for entry in generation.entries[:1]:
            yield _red(
                CardCode.BAD_SIDECAR,
                generation.name,
                f"This manifest is another card's: line {entry.line} lists {entry.path}, and none of its "
                f"{len(generation.entries)} files is here.",
                "Do not format the card. Upload it with its own manifest, or offload it again.",
            )


def _missing(evidence: Evidence, entry: Expected) -> Reason | None:
    if not evidence.finished:
        return None
    span = name_clip(entry.path).span
    if span is not None:
        return _red(
            CardCode.SPAN_MISSING,
            entry.path,
            f"Span {span} of this clip is on the card's list and did not arrive: the clip has a hole.",
        )
    return _red(CardCode.FILE_MISSING, entry.path, "This file is on the card's list and did not arrive.")


def _compared(entry: Expected, file: StoredFile) -> Reason | None:
    if entry.failed:
        return _red(
            CardCode.FILE_CHANGED,
            entry.path,
            "The manifests themselves say that this file had changed, or contradict each other about it.",
        )
    if entry.size_bytes is not None and file.size_bytes != entry.size_bytes:
        return _of_another_size(entry.path, file.size_bytes, entry.size_bytes)
    same = compare(entry.digests, file.digests)
    if same is False:
        return _red(CardCode.FILE_CHANGED, entry.path, "The bytes of this file are not those that were on the card.")
    if same is None:
        return _amber(
            CardCode.FILE_UNVERIFIED,
            entry.path,
            "This file is here, and its bytes have not been compared with the card's list yet.",
            "Wait: it is being read, at some 150 MB a second. What is larger than 100 GB is read by nobody here.",
        )
    if file.size_bytes == 0:
        return _closable(
            CardCode.FILE_EMPTY,
            entry.path,
            file.version,
            "This file is empty on the card already.",
            "Look at the card; if it must be so, acknowledge it.",
        )
    return None


def _of_another_size(path: str, here: int, on_card: int) -> Reason:
    if here == 0:
        return _red(CardCode.FILE_EMPTY, path, f"This file is empty here; on the card it had {on_card} bytes.")
    if here < on_card:
        return _red(CardCode.FILE_TRUNCATED, path, f"Only {here} of this file's {on_card} bytes are here.")
    return _red(CardCode.FILE_CHANGED, path, f"This file has {here} bytes here; on the card it had {on_card}.")


def _closable(code: CardCode, path: str | None, about: str | None, sentence: str, next_step: str) -> Reason:
    return Reason(
        axis=Axis.BITS,
        light=Light.AMBER,
        code=code,
        path=path,
        about=about,
        sentence=sentence,
        next_step=next_step,
        closable=Deed.ACKNOWLEDGE,
    )


def _unlisted(evidence: Evidence) -> Iterator[Reason]:
    for path, file in evidence.stored.items():
        if path not in evidence.listed and not evidence.may_be_left_out(path) and evidence.listed:
            yield _closable(
                CardCode.FILE_UNLISTED,
                path,
                file.version,
                "This file is not on the card's list, so nothing says where it came from.",
                "Look whether it is on the card. If it is, offload the card again; if not, acknowledge it.",
            )


def _not_taken(evidence: Evidence) -> Iterator[Reason]:
    for left in evidence.record.not_taken if evidence.record else ():
        yield _closable(
            CardCode.FILE_NOT_TAKEN,
            left.path,
            short_hash(left.reason),
            f"This is on the card and was not taken along: {left.reason}.",
            "Save it by other means if it matters, then acknowledge it.",
        )


def _structure(evidence: Evidence) -> Iterator[Reason]:
    if not evidence.finished:
        return
    paths = list(evidence.listed.keys() | evidence.stored.keys())
    for gap in find_gaps(paths):
        numbers = ", ".join(str(number) for number in gap.missing[:12]) + (" …" if len(gap.missing) > 12 else "")
        about = short_hash(gap.reel, gap.missing, gap.between)
        yield _closable(CardCode.CLIP_GAP, f"{gap.reel}: {numbers}", about, gap.sentence, gap.next_step)
    for lacking in recognise(paths).lacking:
        yield _closable(
            CardCode.STRUCTURE_LACKING,
            lacking,
            None,
            f"A card of this camera always has this, and this one has not: {lacking}.",
            "Look whether the whole card was copied, from its top folder on; then acknowledge it.",
        )
