"""Histories → what each file must be, and where nobody knows."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import PurePosixPath

from circletake.film.digests import compare
from circletake.film.manifests.model import Entry, Expected, History
from circletake.film.manifests.paths import join


@dataclass(frozen=True, slots=True)
class _Word:
    """What stands of a file so far."""

    told: Expected
    #: Its digests were made while reading the card itself.
    vouched: bool
    #: Somebody contradicted it. A later verification does not settle that, as it does a copy that differed.
    contested: bool = False


def expected(histories: Iterable[History], vouched: Collection[str] = ()) -> dict[str, Expected]:
    """Histories → what each file must be, by path on the card. `vouched`: the SHA-256 of each manifest that was made
    while reading the card itself.

    The generations of a history are read in order; legacy manifests in one folder, in that of their times. The first
    word on a path stands, as in the reference implementation; a later one
    - that agrees, or speaks of other algorithms, adds its algorithms; to a vouched word only if it agrees, since
      nothing else says that it speaks of the same bytes;
    - that differs in a digest or the size corrects it when it is vouched for, and does not say `verified`. Otherwise
      the two contradict each other and nobody knows which is right: the file has `failed`, until a vouched word;
    - that is `failed` says that this copy differed, which holds until a later one verifies the file.
    Where two contradict each other the vouched one stays the reference, or else the first. A renamed file takes what
    stood along to its new path. Where two histories speak of one file the deeper goes first, and a chained one before
    a legacy one; they add to each other or contradict each other likewise, and neither corrects the other.
    """
    standing: dict[str, _Word] = {}
    for history in sorted(histories, key=_goes_first):
        for path, word in _of_one(history, vouched).items():
            standing[path] = _both(standing[path], word) if path in standing else word
    return {path: word.told for path, word in standing.items()}


def _goes_first(history: History) -> tuple[bool, int]:
    legacy = any(generation.kind == "mhl1" for generation in history.generations)
    return legacy, -len(PurePosixPath(history.root).parts)


def _of_one(history: History, vouched: Collection[str]) -> dict[str, _Word]:
    standing: dict[str, _Word] = {}
    # A card is read once for a manifest: the same bytes further on are a copy of it, and settle nothing anew.
    unsaid = set(vouched)
    for generation in history.generations:
        is_vouched = generation.sha256 in unsaid
        unsaid.discard(generation.sha256)
        for entry in generation.entries:
            path = join(history.root, entry.path)
            before = standing.get(path)
            # A name that is taken is nobody's new name: what stood under the old one must still be there.
            if before is None and entry.previous_path:
                before = standing.pop(join(history.root, entry.previous_path), None)
            # Who says no digest vouches for none.
            word = _said(path, entry, generation.number, vouched=is_vouched and bool(entry.digests))
            standing[path] = word if before is None else _after(before, word, entry)
    return standing


def _said(path: str, entry: Entry, generation: int, *, vouched: bool) -> _Word:
    """An entry by itself → what it says."""
    if entry.action == "failed":
        # Its digest is that of the copy that differed.
        return _Word(Expected(path, {}, entry.size_bytes, failed=True, generation=generation), vouched=False)
    return _Word(Expected(path, entry.digests, entry.size_bytes, failed=False, generation=generation), vouched)


def _after(before: _Word, word: _Word, entry: Entry) -> _Word:
    """What stood of a file, and the next word on it → what stands now."""
    was, told = before.told, word.told
    if told.failed:
        return _stays(before, word, contested=before.contested)
    if _contradict(was, told):
        if not word.vouched:
            return _stays(before, word, contested=True)
        contested = entry.action == "verified"
        return _Word(replace(told, size_bytes=_size(told, was), failed=contested), vouched=True, contested=contested)
    contested = before.contested and not word.vouched
    # Only who compared the file, or is the first to know its digest, takes back that it differed.
    verified = compare(was.digests, told.digests) or (bool(told.digests) and not was.digests)
    failed = contested or (was.failed and not verified)
    digests = _together(before, word)
    return _Word(
        replace(told, digests=digests, size_bytes=_size(told, was), failed=failed),
        before.vouched or word.vouched,
        contested,
    )


def _stays(before: _Word, word: _Word, *, contested: bool) -> _Word:
    """What stood stays the reference, and the file has failed."""
    told = replace(before.told, path=word.told.path, failed=True, generation=word.told.generation)
    return _Word(told, before.vouched, contested)


def _both(one: _Word, other: _Word) -> _Word:
    """What two histories say of one file → both together."""
    contradict = _contradict(one.told, other.told)
    first, second = (other, one) if other.vouched and not one.vouched else (one, other)
    return _Word(
        Expected(
            first.told.path,
            first.told.digests if contradict else _together(first, second),
            _size(first.told, second.told),
            failed=first.told.failed or second.told.failed or contradict,
            generation=max(first.told.generation, second.told.generation),
        ),
        first.vouched,
    )


def _contradict(one: Expected, other: Expected) -> bool:
    sizes = {one.size_bytes, other.size_bytes} - {None}
    return compare(one.digests, other.digests) is False or len(sizes) > 1


def _together(one: _Word, other: _Word) -> Mapping[str, str]:
    """The digests of two words that do not contradict each other."""
    ours, theirs = one.told.digests, other.told.digests
    if one.vouched != other.vouched and compare(ours, theirs) is None:
        return ours if one.vouched else theirs
    return {**ours, **theirs}


def _size(first: Expected, second: Expected) -> int | None:
    return second.size_bytes if first.size_bytes is None else first.size_bytes
