"""A card, volumes, a roll → what an offload will do, or one sentence why it makes no sense. Nothing is written here."""

from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from pydantic import TypeAdapter, ValidationError
from rich.filesize import decimal

from circletake.contracts.cards import Line
from circletake.contracts.files import NOTES
from circletake.film.manifests import CHAIN, FOLDER
from circletake.transfer.copy_journal import Begun, open_journal
from circletake.transfer.folders import Folder
from circletake.transfer.listing import Card, walk_card
from circletake.transfer.refusing import Refused
from circletake.transfer.same_card import is_same_card, news, with_gone
from circletake.transfer.targets import Target
from circletake.transfer.volumes import Volume, find_volume, free_bytes

ALGORITHMS = ("xxh64", "xxh3", "xxh128", "md5", "sha1", "c4")
_NAME = TypeAdapter(Line)
_FILES_OF_OURS_BYTES = 4 * 1024 * 1024


@dataclass(frozen=True)
class Plan:
    """An offload that makes sense. Its folders are locked until it is closed, or the process ends."""

    card: Card
    card_volume: Volume
    roll: str
    algorithm: str
    targets: tuple[Target, ...]
    #: Names of volumes that this offload went onto before and that were not named this time.
    left_out: tuple[str, ...] = ()
    #: Paths of files that were on the card when the offload began and are not any more; `card` has them all the same.
    gone: frozenset[str] = frozenset()
    #: Paths that are not as they were when the offload began, each with a sentence.
    news: dict[str, str] = field(default_factory=dict)
    #: Whether what was read back before is read back once more.
    read_again: bool = False

    def close(self) -> None:
        """Another run may have the folders now."""
        for target in self.targets:
            target.close()

    @property
    def resumes(self) -> bool:
        return any(target.journal for target in self.targets)


def make_plan(
    card: Path,
    onto: Sequence[tuple[str | None, Path]],
    roll: str,
    algorithm: str | None = None,
    *,
    read_again: bool = False,
) -> Plan:
    """A card's folder, volumes as (name or None, folder), the roll → the plan. Raises `Refused`."""
    found = _card(card)
    targets = tuple(_target(name, root, roll) for name, root in onto)
    _refuse_overlaps(found.root, targets)
    with ExitStack() as opened:
        for target in targets:
            opened.callback(target.close)
            _look(partial(_look_at_what_is_there, target), target)
        begun = _begun(found, targets)
        if begun and algorithm not in (None, begun.algorithm):
            raise Refused(f"This offload began with {begun.algorithm} and cannot go on with another: {algorithm}.")
        left_out = _left_out(targets)
        listings = [target.journal.files for target in targets if target.journal]
        found, gone = with_gone(found, listings)
        for target in targets:
            _look(partial(target.look, found), target)
        told = {path: what for listed in listings for path, what in news(listed, found, gone).items()}
        _refuse_full_disks(found, targets)
        opened.pop_all()
    chosen = begun.algorithm if begun else algorithm or ALGORITHMS[0]
    return Plan(found, find_volume(found.root), roll, chosen, targets, left_out, gone, told, read_again)


def _card(root: Path) -> Card:
    if not root.is_dir():
        raise Refused(f"There is no folder {root}: is the card in its reader?")
    if (root / NOTES).exists():
        raise Refused(
            f"{root} is a copy that circletake made, not the card: a manifest made from it would prove nothing about "
            "the card. Offload the card itself, or upload this copy as it is."
        )
    try:
        card = walk_card(root.resolve())
    except OSError as error:
        raise Refused(f"{root} cannot be listed: {error.strerror}.") from error
    if FOLDER in card.directories:
        raise Refused(
            f"{root} has a folder called {FOLDER}, so it is a copy of a card, not the card. Offload the card itself, "
            "or upload this copy as it is."
        )
    for file in card.files:
        above, _, name = file.path.rpartition("/")
        if above.rpartition("/")[2] == FOLDER and (name == CHAIN or name.endswith(".mhl")):
            raise Refused(
                f"{root} already carries a manifest ({file.path}), so it is a copy of a card, not the card. "
                "Offload the card itself, or upload this copy as it is."
            )
    if not card.files:
        raise Refused(f"There is no file on {root}.")
    return card


def _target(name: str | None, root: Path, roll: str) -> Target:
    if not root.is_dir():
        raise Refused(f"There is no folder {root}: is the volume plugged in? It is not made here.")
    volume = find_volume(root, name)
    try:
        _NAME.validate_python(volume.name)
    except ValidationError as error:
        raise Refused(f"{root} has no name that a report could hold: name the volume with --to NAME={root}.") from error
    return Target(volume, volume.root / roll, is_named=name is not None)


def _refuse_overlaps(card: Path, targets: Sequence[Target]) -> None:
    for target in targets:
        if target.path == card:
            raise Refused(f"{target.path} is the card itself: a card is never written to.")
        if target.path.is_relative_to(card) or card.is_relative_to(target.path):
            raise Refused(f"{target.path} and the card {card} lie within each other: a card is never written to.")
    for number, target in enumerate(targets):
        for other in targets[:number]:
            if target.path == other.path:
                raise Refused(f"{target.path} is there twice: two copies need two places.")
            if target.path.is_relative_to(other.path) or other.path.is_relative_to(target.path):
                raise Refused(f"{target.path} and {other.path} lie within each other: two copies need two places.")
            if target.volume.name == other.volume.name:
                raise Refused(
                    f"Two volumes are called {target.volume.name}. Tell them apart: --to NAME={target.volume.root}"
                )


def _look(look: Callable[[], None], target: Target) -> None:
    try:
        look()
    except OSError as error:
        raise Refused(f"{target.path} cannot be looked at: {error.strerror}.") from error


def _look_at_what_is_there(target: Target) -> None:
    path = target.path
    if path.is_symlink() or (path.exists() and not path.is_dir()):
        raise Refused(f"{path} is there already, and is no folder. Nothing was touched.")
    if not path.exists():
        return
    target.folder = Folder(path)
    if not target.folder.lock():
        raise Refused(f"Another `circletake offload` is writing to {path}. Let it end, or stop it.")
    target.journal = open_journal(target.folder)
    if target.journal is None:
        others = [name for name in target.folder.names() if name != NOTES]
        if target.folder.stat(NOTES):
            # A first line that was being written when the power went is nothing.
            others += [f"{NOTES}/{name}" for name in target.folder.names(NOTES) if not name.startswith("journal")]
        if others:
            raise Refused(
                f"{path} already holds something else ({others[0]}{' and more' if len(others) > 1 else ''}). Nothing "
                "was touched. Take another volume, or name this insertion of the card: --roll"
            )


def _begun(card: Card, targets: Sequence[Target]) -> Begun | None:
    """What the volumes say was begun, if anything. Raises when it is about another card, or two insertions of it."""
    found: dict[str, tuple[str, Begun]] = {}
    for target in targets:
        if target.journal is None:
            continue
        begun = target.journal.begun
        if not is_same_card(target.journal.files, card):
            raise Refused(
                f"{target.path} belongs to another card: the offload {begun.offload} began {begun.begun_at} on "
                f"{begun.card} with {_counted(begun.files)}, {decimal(begun.bytes)}, and no recording of that card is "
                f"here as it was then ({_counted(len(card.files))}, {decimal(card.size_bytes)}). Nothing was touched. "
                "For another insertion, give the roll another name: --roll"
            )
        found[begun.offload] = (target.volume.name, begun)
    if len(found) > 1:
        told = " and ".join(f"{name} holds {offload}" for offload, (name, _) in found.items())
        raise Refused(f"These volumes hold two offloads of this card, made apart: {told}. Go on with one at a time.")
    return next((begun for _, begun in found.values()), None)


def _left_out(targets: Sequence[Target]) -> tuple[str, ...]:
    """Volumes that the offload went onto, and that are not here now.

    Raises when one is here, but empty: a volume that is not plugged in leaves its mount point, which is a folder on
    this computer's own disk.
    """
    onto = {name: root for target in targets if target.journal for name, root in target.journal.onto.items()}
    for target in targets:
        at = str(target.volume.root)
        if target.journal is None and (target.volume.name in onto or (not target.is_named and at in onto.values())):
            raise Refused(
                f"{at} held a part of this offload, and holds nothing of it now. Is the right disk plugged in? To "
                f"begin again on an empty one, give it a name that this offload has not met: --to NAME={at}"
            )
    return tuple(name for name in onto if name not in {target.volume.name for target in targets})


def _refuse_full_disks(card: Card, targets: Sequence[Target]) -> None:
    for device in dict.fromkeys(target.volume.device for target in targets):
        sharing = [target for target in targets if target.volume.device == device]
        lacking = sum(target.lacks_bytes(card) for target in sharing)
        needed = lacking + _FILES_OF_OURS_BYTES
        free = free_bytes(sharing[0].volume.root)
        if lacking and free < needed:
            names = " and ".join(target.volume.name for target in sharing)
            raise Refused(
                f"{names} has {decimal(free)} free, and {decimal(needed)} are needed: {decimal(needed - free)} are "
                "lacking. Nothing was written."
            )


def _counted(files: int) -> str:
    return "1 file" if files == 1 else f"{files} files"
