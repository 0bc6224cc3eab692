"""Damage on a copy that we made ourselves, met while uploading it → the note that tells the cloud of it.

The card's verdict counts each copy that its offload read back. What was found afterwards it can only hear from here.
"""

import errno
import secrets
from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path, PurePath

from circletake.contracts.cards import Copy
from circletake.contracts.files import NOTES, DamagedCopy
from circletake.transfer.comparing import Comparison
from circletake.transfer.listing import CardFile
from circletake.transfer.volumes import Volume, find_volume

FOLDER = f"{NOTES}/damaged"
MAX_PATHS, MAX_PATH = 100, 1024


class Damage:
    """What is not on a copy as it was on the card, collected while it is read."""

    def __init__(self, comparison: Comparison, root: Path, copies: Sequence[Copy]) -> None:
        self._comparison, self._root, self._copies = comparison, root, copies
        self.paths: set[str] = set()

    def look_at(self, file: CardFile, digests: Mapping[str, str]) -> None:
        """What was read of a file."""
        if self._comparison.damage(file.path, file.size_bytes, digests):
            self.paths.add(file.path)

    def look_for_lacking(self, paths: Collection[str], refused: Collection[str]) -> None:
        """What the copy has not. What is refused is there, and only cannot be uploaded."""
        for path in self._comparison.lacking(paths):
            if not any(path == each or path.startswith(f"{each}/") for each in refused):
                self.paths.add(path)

    def failed_to_read(self, path: str, error: OSError) -> None:
        """A disk that cannot give a file back has not got it."""
        if error.errno == errno.EIO and self._comparison.knows_the_card:
            self.paths.add(path)

    def note(self) -> tuple[str, DamagedCopy]:
        """→ where the note lies below the offload, and the note."""
        volume, serial = which_copy(find_volume(self._root), self._copies)
        paths = tuple(path[:MAX_PATH] for path in sorted(self.paths)[:MAX_PATHS])
        now = datetime.now(UTC).isoformat(timespec="seconds")
        note = DamagedCopy(volume=volume, serial=serial, paths=paths, found_at=now)
        return f"{FOLDER}/{secrets.token_hex(6)}.json", note


def which_copy(found: Volume, copies: Sequence[Copy]) -> tuple[str, str | None]:
    """The volume that a copy was found on → the name and serial under which its offload knows it, or its own.

    A copy lies in a folder of its roll's name on its volume, so the volume may be called like the folder above.
    """
    mounted = PurePath(found.mount).name
    names = {name.casefold() for name in (found.name, found.root.parent.name, mounted) if name}
    same_disk = [copy for copy in copies if found.serial and copy.serial == found.serial]
    named = [copy for copy in same_disk or copies if copy.volume.casefold() in names]
    for known in (named, same_disk):
        if len(known) == 1:
            return known[0].volume, known[0].serial
    return mounted or found.root.parent.name or found.name, found.serial
