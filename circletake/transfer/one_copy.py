"""One copy on its way through an offload: its folder, its journal, and the first thing that stopped it."""

from collections.abc import Callable, Mapping
from contextlib import closing

from circletake.contracts.files import NOTES
from circletake.transfer.copy_journal import Begun, CopyJournal, ReadFrom, begin_journal
from circletake.transfer.folders import Folder
from circletake.transfer.listing import Card
from circletake.transfer.planning import Target
from circletake.transfer.writing import PARTS

#: FAT keeps times in steps of two seconds.
_SAME_TIME_NS = 2_000_000_000
_PROBE = f"{NOTES}/Probe-\u00e9"
_TWIN_OF_PROBE = f"{NOTES}/probe-e\u0301"


class OneCopy:
    """After the first error of its volume nothing more is asked of a copy; the others go on."""

    def __init__(self, target: Target) -> None:
        self.target = target
        self.error: OSError | None = None
        #: Numbers of files that are not on it as they were on the card, and why.
        self.wrong: dict[int, str] = {}

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

    def begin(self, begun: Begun, card: Card) -> None:
        """A folder, a journal; files that somebody took away or changed since the last run are to be done again."""
        if self.target.folder is None:
            with closing(Folder(self.target.volume.root)) as volume:
                volume.make_directories(begun.roll)
            self.target.folder = Folder(self.target.path)
            self.target.folder.lock()
        if self.target.journal is None:
            self.target.journal = begin_journal(self.folder, begun)
        lost = [{"undone": number} for number in sorted(self.journal.done) if not self._is_in_place(card, number)]
        if lost:
            self.journal.note(*lost)

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

    def tidy(self) -> None:
        """What was only needed on the way goes."""
        if self.folder.stat(PARTS) and not self.folder.names(PARTS):
            self.folder.remove_directory(PARTS)

    def _is_in_place(self, card: Card, number: int) -> bool:
        file, found = card.files[number], self.folder.stat(card.files[number].path)
        return (
            found is not None
            and found.st_size == file.size_bytes
            and abs(found.st_mtime_ns - file.mtime_ns) <= _SAME_TIME_NS
        )
