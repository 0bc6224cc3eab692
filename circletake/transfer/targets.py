"""Where one copy goes, and what an earlier run left there."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from circletake.transfer.copy_journal import CopyJournal
from circletake.transfer.folders import Folder
from circletake.transfer.listing import Card, CardFile
from circletake.transfer.volumes import Volume

#: What a file takes beyond its bytes: the rest of its last block, its line in the manifest and in the journal.
_OVERHEAD_BYTES = 8 * 1024
#: FAT keeps times in steps of two seconds.
_SAME_TIME_NS = 2_000_000_000


@dataclass
class Target:
    """One copy's place: `<volume>/<roll>`."""

    volume: Volume
    path: Path
    #: Whether a person gave the volume's name.
    is_named: bool
    folder: Folder | None = None
    journal: CopyJournal | None = None
    #: Files that were done and do not lie there as they did.
    lost: frozenset[CardFile] = frozenset()
    #: Of those the ones that had been read back, by path, and what is to be said of each.
    spoiled: dict[str, str] = field(default_factory=dict)

    def close(self) -> None:
        for held in (self.journal, self.folder):
            if held:
                held.close()

    def look(self, card: Card) -> None:
        """What is done → what of it is lost. What is not so on the card any more may be out of the way already."""
        if self.folder is None or self.journal is None:
            return
        when = f" on {self.journal.read_back_at[:10]}" if self.journal.read_back_at else ""
        lost: list[CardFile] = []
        on_card = set(card.files)
        for number in sorted(self.journal.done):
            file = self.journal.files[number]
            found = self.folder.stat(file.path)
            if found is None and file not in on_card:
                continue
            if found is None:
                what = "was gone from"
            elif found.st_size != file.size_bytes or abs(found.st_mtime_ns - file.mtime_ns) > _SAME_TIME_NS:
                what = "had changed on"
            else:
                continue
            lost.append(file)
            if number in self.journal.read_back:
                self.spoiled[file.path] = (
                    f"It {what} {self.volume.name} since it was read back there{when}: somebody was at it, or the "
                    "drive is going bad. It is copied and read back anew."
                )
        self.lost = frozenset(lost)

    def lacking(self, card: Card) -> Iterator[CardFile]:
        """What has still to be written."""
        held = {self.journal.files[number] for number in self.journal.done} - self.lost if self.journal else set()
        return (file for file in card.files if file not in held)

    def lacks_bytes(self, card: Card) -> int:
        """How much that is."""
        parts = (
            {self.journal.files[number]: safe for number, safe in self.journal.parts.items()} if self.journal else {}
        )
        return sum(file.size_bytes - parts.get(file, 0) + _OVERHEAD_BYTES for file in self.lacking(card))
