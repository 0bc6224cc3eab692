"""What came of an offload: each copy, what was not taken, and what a person should know of it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from circletake.contracts.files import NotTaken
from circletake.film.gaps import find_gaps
from circletake.film.manifests import path_fault
from circletake.film.structures import Structure, other_rolls, recognise
from circletake.transfer.copy_journal import ReadFrom
from circletake.transfer.listing import Card, find_twins, legible
from circletake.transfer.planning import Plan
from circletake.transfer.targets import Target


class CopyStatus(StrEnum):
    """How a copy ended."""

    #: Every file that the card gave was read back from it and agrees.
    VERIFIED = "VERIFIED"
    #: It could be written and read, and something on it is not what the card gave.
    DIFFERS = "DIFFERS"
    #: The volume stopped taking or giving bytes.
    FAILED = "FAILED"


@dataclass(frozen=True)
class CopyOutcome:
    """One copy. `counts` is whether it is a copy of its own: two on one disk are one, a RAM disk is none."""

    target: Target
    status: CopyStatus
    counts: bool
    files: int
    bytes: int
    read_back_at: str | None
    read_from: ReadFrom | None
    #: Whether this run read it back; otherwise its date is that of an earlier one.
    is_read: bool
    #: Path, or None for the whole volume, and what is wrong.
    problems: tuple[tuple[str | None, str], ...] = ()


@dataclass(frozen=True)
class Finding:
    """Something that a person should know, and that does not make the offload fail."""

    path: str | None
    sentence: str


@dataclass(frozen=True)
class Outcome:
    """An offload that ran to its end. `manifest` is its path below each verified copy."""

    offload: str
    plan: Plan
    structure: Structure
    copies: tuple[CopyOutcome, ...]
    not_taken: tuple[NotTaken, ...]
    findings: tuple[Finding, ...]
    manifest: str | None

    @property
    def counted(self) -> int:
        return sum(copy.counts for copy in self.copies)

    @property
    def is_complete(self) -> bool:
        return self.is_whole and not any(target.spoiled for target in self.plan.targets)

    @property
    def is_whole(self) -> bool:
        """Everything on the card was taken, and every copy agrees, maybe after it was mended."""
        return not self.not_taken and all(copy.status is CopyStatus.VERIFIED for copy in self.copies)


def findings(plan: Plan, copies: Sequence[CopyOutcome] = ()) -> Iterator[Finding]:
    """A plan and what came of it → what a person should know."""
    yield from beforehand(plan)
    rested = [
        f"{copy.target.volume.name} ({copy.read_back_at[:10]})"
        for copy in copies
        if copy.read_back_at and not copy.is_read
    ]
    if rested:
        yield Finding(
            None,
            f"Not read again, since every file was read back before: {', '.join(rested)}. --read-again does it.",
        )
    for copy in copies:
        volume = copy.target.volume
        if copy.read_from is ReadFrom.MEMORY and not volume.is_memory:
            yield Finding(
                None, f"{volume.name} could only be read back from memory, which says nothing about the disk."
            )
    yield from _of_clips(plan.card)
    yield from _of_names(plan.card)
    for file in plan.card.files:
        if not file.size_bytes:
            yield Finding(legible(file.path), "This file is empty: it has no bytes on the card.")


def beforehand(plan: Plan) -> Iterator[Finding]:
    """What is known before anything is copied: it is told then, so that one may stop."""
    if sentence := other_rolls((legible(file.path) for file in plan.card.files), plan.roll):
        yield Finding(None, sentence)
    for path, what in sorted(plan.news.items()):
        yield Finding(legible(path), what)
    for target in plan.targets:
        for path, what in target.spoiled.items():
            yield Finding(legible(path), what)
    yield from _of_volumes(plan)


def _of_volumes(plan: Plan) -> Iterator[Finding]:
    for name in plan.left_out:
        yield Finding(
            None, f"This offload went onto {name} too, which was not named this time: nothing is said of that copy."
        )
    volumes = [target.volume for target in plan.targets]
    for number, volume in enumerate(volumes):
        other = next((each for each in volumes[:number] if volume.shares_a_disk(each)), None)
        if other:
            yield Finding(
                None,
                f"{volume.name} and {other.name} are on one disk: they count as one copy, because what breaks the "
                "disk breaks both.",
            )
        if volume.shares_a_disk(plan.card_volume):
            yield Finding(None, f"{volume.name} is on the same disk as the card itself.")
        elif volume.is_the_systems_own:
            yield Finding(None, f"{volume.name} is this computer's own disk. Is the volume plugged in?")
        if volume.is_memory:
            yield Finding(None, f"{volume.name} is this computer's memory, gone with the power: it counts as no copy.")


def _of_clips(card: Card) -> Iterator[Finding]:
    paths = [legible(file.path) for file in card.files]
    for path in recognise(paths).lacking:
        yield Finding(path, "A card of this camera always has this, and this one has not.")
    for gap in find_gaps(paths):
        yield Finding(None, f"{gap.sentence} {gap.next_step}")


def _of_names(card: Card) -> Iterator[Finding]:
    for path, first in find_twins(file.path for file in card.files):
        yield Finding(
            legible(path),
            f"Its name differs from {legible(first)} only in case or accents: many disks cannot hold both.",
        )
    odd = [file.path for file in card.files if not _is_plain(file.path)]
    if odd:
        yield Finding(
            legible(odd[0]),
            f"{len(odd)} of {len(card.files)} paths have characters other than letters, digits, . _ - as studios ask "
            "for them; kept byte for byte.",
        )


def _is_plain(path: str) -> bool:
    return path.isascii() and all(char.isalnum() or char in "._-/" for char in path)


def unlistable(card: Card) -> Iterator[NotTaken]:
    """Files that are copied and read back, and whose names no manifest can hold."""
    for file in card.files:
        if fault := path_fault(file.path):
            yield NotTaken(path=legible(file.path), reason=f"copied, and in no manifest: {fault}")
