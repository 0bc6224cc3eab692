"""A folder → the volume that it lies on: two copies on one disk are one copy.

What a volume is comes from `/proc/self/mountinfo`, `/sys/class/block`, `/dev/disk` and udev's notes, as Linux keeps
them, all readable without rights. Elsewhere (macOS) the device number and the folder's name are all that is known, so
two partitions of one disk are not recognised as such there, and no serial is told.
"""

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path("/")


@dataclass(frozen=True)
class Volume:
    """A place for copies. `name` is what people call it; `disks` are the devices that its bytes end on."""

    name: str
    root: Path
    device: int
    disks: frozenset[str]
    #: Where it is mounted, and as what; empty where the system does not tell.
    mount: str = ""
    filesystem: str = ""
    serial: str | None = None

    def shares_a_disk(self, other: "Volume") -> bool:
        """Whether one broken disk could take both."""
        return self.device == other.device or bool(self.disks & other.disks)

    @property
    def is_memory(self) -> bool:
        """A RAM disk: gone with the power, so no copy."""
        return self.filesystem in ("tmpfs", "ramfs")

    @property
    def is_the_systems_own(self) -> bool:
        return self.mount == "/"


@dataclass(frozen=True)
class _Mount:
    point: str
    filesystem: str
    source: str


def find_volume(root: Path, name: str | None = None, *, system: Path = ROOT) -> Volume:
    """A folder → the volume it lies on, called `name`, or by its label, or as its folder. `system` is for tests."""
    real = root.resolve()
    device = real.stat().st_dev
    mount = _mount_of(real, system)
    if mount is None:
        return Volume(_last_name(real) if name is None else name, real, device, frozenset({f"device {device}"}))
    block = (system / mount.source.lstrip("/")).resolve().name
    disks = frozenset(_disks(system / "sys/class/block", block)) or frozenset({f"device {device}"})
    label = _linked(system / "dev/disk/by-label", block)
    serials = [serial for disk in sorted(disks) if (serial := _serial(system, disk))]
    called = label if label and mount.point != "/" else _last_name(real)
    return Volume(
        name=called if name is None else name,
        root=real,
        device=device,
        disks=disks,
        mount=mount.point,
        filesystem=mount.filesystem,
        serial=" + ".join(serials) or _linked(system / "dev/disk/by-uuid", block),
    )


def _last_name(path: Path) -> str:
    return path.name or "root"


def _mount_of(path: Path, system: Path) -> _Mount | None:
    """A real path → the innermost mount around it; of several at one place, the latest."""
    try:
        lines = (system / "proc/self/mountinfo").read_text("utf-8", "surrogateescape").splitlines()
    except FileNotFoundError:
        return None
    around: _Mount | None = None
    for line in lines:
        # `36 35 98:0 /mnt1 /mnt2 rw,noatime master:1 - ext3 /dev/root rw`, see proc(5).
        before, after = line.split(" - ", 1)
        point = _unescape(before.split(" ")[4])
        filesystem, source = after.split(" ")[:2]
        if path.is_relative_to(point) and (around is None or len(point) >= len(around.point)):
            around = _Mount(point, filesystem, _unescape(source))
    return around


def _unescape(text: str) -> str:
    """`My\\040Disk` → `My Disk`, as mountinfo and `/dev/disk` (`\\x20`) write blanks."""
    text = re.sub(r"\\([0-7]{3})", lambda found: chr(int(found[1], 8)), text)
    return re.sub(r"\\x([0-9a-f]{2})", lambda found: chr(int(found[1], 16)), text)


def _disks(blocks: Path, name: str) -> Iterator[str]:
    """A block device → the whole disks below it: a partition's disk, what LUKS, LVM or a RAID lie on."""
    at = blocks / name
    if not at.exists():
        return
    slaves = sorted(each.name for each in (at / "slaves").iterdir()) if (at / "slaves").is_dir() else []
    if slaves:
        for slave in slaves:
            yield from _disks(blocks, slave)
    else:
        yield at.resolve().parent.name if (at / "partition").exists() else name


def _serial(system: Path, disk: str) -> str | None:
    """A whole disk → the serial number that it tells of itself."""
    at = system / "sys/class/block" / disk
    number = _read(at / "dev")
    for line in (_read(system / "run/udev/data" / f"b{number}") or "").splitlines():
        if line.startswith("E:ID_SERIAL_SHORT="):
            return line.partition("=")[2].strip() or None
    return _read(at / "serial") or _read(at / "device/serial")


def _linked(links: Path, block: str) -> str | None:
    """`/dev/disk/by-…` and a block device → the name under which it is linked there."""
    if not links.is_dir():
        return None
    return next((_unescape(link.name) for link in sorted(links.iterdir()) if link.resolve().name == block), None)


def _read(path: Path) -> str | None:
    """A file of the system's → its text; None where there is none or it is not ours to read."""
    try:
        return path.read_text("utf-8", "replace").strip("\0 \n") or None
    except (FileNotFoundError, NotADirectoryError, PermissionError):
        return None


def free_bytes(root: Path) -> int:
    """A folder → how much can still be written there."""
    found = os.statvfs(root)
    return found.f_bavail * found.f_frsize
