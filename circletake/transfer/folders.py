"""A directory that is held open: whatever becomes of the path to it, nothing is ever written anywhere else.

A volume that is pulled and a mount point that is reused leave the same path standing, on the laptop's own disk.
"""

import errno
import fcntl
import os
from pathlib import Path

_NEW_FILE = os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC


def advise(fd: int, advice: str) -> None:
    """Tell the kernel how a file is going to be read, where it listens: `SEQUENTIAL`, `DONTNEED`."""
    if hasattr(os, "posix_fadvise"):
        os.posix_fadvise(fd, 0, 0, getattr(os, f"POSIX_FADV_{advice}"))


def write_all(fd: int, data: bytes | memoryview) -> None:
    """Bytes → all of them written, where a nearly full disk takes a part at a time."""
    view = memoryview(data)
    while view:
        view = view[os.write(fd, view) :]


class Folder:
    """Files below one directory, by their paths relative to it. Every method raises `OSError` when the disk does."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._fd = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)

    def close(self) -> None:
        os.close(self._fd)

    def lock(self) -> bool:
        """Whether this process is now the only one to have asked; it ends with the process, however that ends."""
        try:
            fcntl.flock(self._fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def open_new(self, path: str) -> int:
        """→ a descriptor to write with; what the file holds is kept."""
        return os.open(path, _NEW_FILE, 0o644, dir_fd=self._fd)

    def open_existing(self, path: str, flags: int = 0) -> int:
        return os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW | flags, dir_fd=self._fd)

    def names(self, path: str = ".") -> list[str]:
        fd = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC, dir_fd=self._fd)
        try:
            return sorted(os.listdir(fd))  # noqa: PTH208 - a Path knows no descriptor
        finally:
            os.close(fd)

    def stat(self, path: str) -> os.stat_result | None:
        """→ what is there, or None. A link is looked at, never followed."""
        try:
            return os.stat(path, dir_fd=self._fd, follow_symlinks=False)
        except (FileNotFoundError, NotADirectoryError):
            return None

    def read(self, path: str) -> bytes | None:
        """→ the bytes of a small file, or None where there is none."""
        try:
            fd = self.open_existing(path)
        except FileNotFoundError:
            return None
        with os.fdopen(fd, "rb") as file:
            return file.read()

    def make_directories(self, path: str) -> None:
        """The directory and all above it exist, and still will after the power fails."""
        parts = path.split("/") if path else []
        for depth in range(len(parts)):
            try:
                os.mkdir("/".join(parts[: depth + 1]), dir_fd=self._fd)
            except FileExistsError:
                continue
            self.sync("/".join(parts[:depth]) or ".")

    def move(self, source: str, target: str) -> None:
        os.replace(source, target, src_dir_fd=self._fd, dst_dir_fd=self._fd)

    def remove(self, path: str) -> None:
        try:
            os.unlink(path, dir_fd=self._fd)
        except FileNotFoundError:
            return

    def remove_directory(self, path: str) -> None:
        os.rmdir(path, dir_fd=self._fd)

    def sync(self, path: str = ".") -> None:
        """What was created, renamed or removed in this directory survives a power failure.

        Some network and FUSE file systems have no such thing for directories, and answer EINVAL.
        """
        fd = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC, dir_fd=self._fd)
        try:
            os.fsync(fd)
        except OSError as error:
            if error.errno != errno.EINVAL:
                raise
        finally:
            os.close(fd)

    def write_whole(self, path: str, body: bytes) -> None:
        """A small file appears with all its bytes, or the one before it stays."""
        directory = path.rpartition("/")[0]
        self.make_directories(directory)
        temporary = f"{path}.new"
        fd = self.open_new(temporary)
        try:
            os.ftruncate(fd, 0)
            write_all(fd, body)
            os.fsync(fd)
        finally:
            os.close(fd)
        self.move(temporary, path)
        self.sync(directory or ".")
