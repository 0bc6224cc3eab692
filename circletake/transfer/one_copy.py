"""One copy on its way through an offload: its folder, its journal, and the first thing that stopped it."""

from collections.abc import Callable, Mapping
from contextlib import closing
from typing import Any

from circletake.contracts.files import NOTES
from circletake.transfer.copy_journal import READ_WHOLE, Begun, CopyJournal, ReadFrom, begin_journal, listed
from circletake.transfer.folders import Folder
from circletake.transfer.listing import Card
from circletake.transfer.same_card import EARLIER
from circletake.transfer.targets import Target
from circletake.transfer.writing import PARTS

_PROBE = f"{NOTES}/Probe-\u00e9"
_TWIN_OF_PROBE = f"{NOTES}/probe-e\u0301"


class OneCopy:
    """After the first error of its volume nothing more is asked of a copy; the others go on."""

    def __init__(self, target: Target) -> None:
        self.target = target
        self.error: OSError | None = None
        #: Numbers of files that are not on it as they were on the card, and why.
        self.wrong: dict[int, str] = {}
        #: Whether this run read it back.
        self.is_read = False

    @property
    def name(self) -> str:
        return self.target.volume.name

    @property
    def folder(self) -> Folder:
        if self.target.folder is None:
            raise ValueError(f"the copy on {self.name} was not begun")
        return self.target.folder

    @property
    def journal(self) -> CopyJournal:
        if self.target.journal is None:
            raise ValueError(f"the copy on {self.name} was not begun")
        return self.target.journal

    def attempt(self, act: Callable[[], None]) -> None:
        """Do something with the volume, unless something failed before."""
        if self.error is None:
            try:
                act()
            except OSError as error:
                self.error = error

    def begin(self, begun: Begun, card: Card, *, read_again: bool) -> None:
        """A folder, a journal; what is not as it was since the last run, here or on the card, is to be done again.

        A finished copy to which that happens is read back whole: the date at which it was must hold for all of it.
        """
        if self.target.folder is None:
            with closing(Folder(self.target.volume.root)) as volume:
                volume.make_directories(begun.roll)
            self.target.folder = Folder(self.target.path)
            self.target.folder.lock()
        if self.target.journal is None:
            self.target.journal = begin_journal(self.folder, begun, card)
        is_finished = self.journal.read_back_at is not None
        again = read_again or self.target.spoiled or (is_finished and any(self.target.lacking(card)))
        if self.journal.files != card.files:
            self._keep_earlier(card)
            self.journal.note(listed(card))
        lines: list[dict[str, Any]] = [
            {"undone": number} for number in sorted(self.journal.done) if card.files[number] in self.target.lost
        ]
        if again and self.journal.read_back:
            lines.append(READ_WHOLE)
        if lines:
            self.journal.note(*lines)

    def tell_onto(self, volumes: Mapping[str, str]) -> None:
        """From here on each volume knows of the others, by name and folder."""
        together = {**self.journal.onto, **volumes}
        if together != self.journal.onto:
            self.journal.note({"onto": together})

    def folds_names(self) -> bool:
        """Whether this volume takes two names for one that differ only in case or in the form of accents."""
        self.folder.write_whole(_PROBE, b"")
        try:
            return self.folder.stat(_TWIN_OF_PROBE) is not None
        finally:
            self.folder.remove(_PROBE)

    def note_read_back(self, moment: str, read_from: ReadFrom) -> None:
        """Every file was read back and agrees."""
        if self.journal.read_back_at is None:
            self.journal.note({"read_back_at": moment, "from": read_from})
        self.is_read = True

    def tidy(self) -> None:
        """What was only needed on the way goes."""
        if self.folder.stat(PARTS) and not self.folder.names(PARTS):
            self.folder.remove_directory(PARTS)

    def _keep_earlier(self, card: Card) -> None:
        """What changed on the card gets out of the way of what it is now; what is half written is begun anew."""
        if self.folder.stat(PARTS):
            for name in self.folder.names(PARTS):
                self.folder.remove(f"{PARTS}/{name}")
        as_it_was = set(card.files)
        for file in (self.journal.files[number] for number in self.journal.done):
            if file not in as_it_was and self.folder.stat(file.path):
                place = f"{EARLIER}/{file.mtime_ns}/{file.path}"
                self.folder.make_directories(place.rpartition("/")[0])
                self.folder.move(file.path, place)
                self.folder.sync(place.rpartition("/")[0])
                self.folder.sync(file.path.rpartition("/")[0] or ".")
