"""Which disk is it? Told from the system's own tables, here made up; the device numbers are this machine's."""

from pathlib import Path

import pytest

from circletake.transfer.volumes import find_volume


@pytest.fixture
def system(tmp_path: Path) -> Path:
    """A laptop with a disk of its own, a shuttle drive of two partitions, and an encrypted one."""
    root = tmp_path / "system"
    devices = root / "sys/devices"
    for disk, parts in {"nvme0n1": ["nvme0n1p1"], "sdb": ["sdb1", "sdb2"], "sdc": ["sdc1"]}.items():
        for part in parts:
            (devices / disk / part).mkdir(parents=True)
            (devices / disk / part / "partition").write_text("1\n")
    (devices / "dm-0" / "slaves" / "sdc1").mkdir(parents=True)
    blocks = root / "sys/class/block"
    blocks.mkdir(parents=True)
    for at in (*devices.iterdir(), *devices.glob("*/*1"), *devices.glob("*/*2")):
        (blocks / at.name).symlink_to(at)
    (devices / "sdb" / "dev").write_text("8:16\n")
    (devices / "sdc" / "serial").write_text("SER-C\n")
    (root / "run/udev/data").mkdir(parents=True)
    (root / "run/udev/data/b8:16").write_text("E:ID_MODEL=T7\nE:ID_SERIAL_SHORT=S5T7NJ0\n")
    (root / "dev/mapper").mkdir(parents=True)
    for name in ("sdb1", "sdb2", "dm-0", "nvme0n1p1"):
        (root / "dev" / name).touch()
    (root / "dev/mapper/vault").symlink_to(root / "dev/dm-0")
    labels = root / "dev/disk/by-label"
    labels.mkdir(parents=True)
    (labels / "SHUTTLE\\x2007").symlink_to(root / "dev/sdb1")
    return root


def _mounted(system: Path, *mounts: tuple[Path | str, str, str]) -> None:
    (system / "proc/self").mkdir(parents=True, exist_ok=True)
    lines = [
        f"{number} 1 0:{number} / {str(point).replace(' ', chr(92) + '040')} rw shared:1 - {filesystem} {source} rw"
        for number, (point, filesystem, source) in enumerate(mounts, start=30)
    ]
    (system / "proc/self/mountinfo").write_text("\n".join(lines) + "\n")


def test_a_volume_is_called_by_its_label_and_known_by_its_drives_serial(system: Path, tmp_path: Path) -> None:
    at = tmp_path / "my shuttle"
    at.mkdir()
    _mounted(system, ("/", "ext4", "/dev/nvme0n1p1"), (at, "exfat", "/dev/sdb1"))

    volume = find_volume(at, system=system)

    assert (volume.name, volume.serial, volume.disks) == ("SHUTTLE 07", "S5T7NJ0", frozenset({"sdb"}))
    assert (volume.mount, volume.filesystem, volume.is_the_systems_own) == (str(at), "exfat", False)


def test_a_name_that_was_given_outweighs_the_label(system: Path, tmp_path: Path) -> None:
    _mounted(system, (tmp_path, "exfat", "/dev/sdb1"))

    assert find_volume(tmp_path, "SHUTTLE_A", system=system).name == "SHUTTLE_A"


def test_a_folder_on_the_laptops_own_disk_is_said_to_be(system: Path, tmp_path: Path) -> None:
    _mounted(system, ("/", "ext4", "/dev/nvme0n1p1"))

    volume = find_volume(tmp_path, system=system)

    assert (volume.name, volume.is_the_systems_own, volume.disks) == (tmp_path.name, True, frozenset({"nvme0n1"}))


def test_what_lies_below_encryption_is_the_disk(system: Path, tmp_path: Path) -> None:
    _mounted(system, (tmp_path, "ext4", "/dev/mapper/vault"))

    volume = find_volume(tmp_path, system=system)

    assert (volume.disks, volume.serial) == (frozenset({"sdc"}), "SER-C")


def test_two_partitions_of_one_disk_share_it(system: Path, tmp_path: Path) -> None:
    one, other = tmp_path / "one", tmp_path / "other"
    one.mkdir()
    other.mkdir()
    _mounted(system, (one, "exfat", "/dev/sdb1"), (other, "exfat", "/dev/sdb2"))

    assert find_volume(one, system=system).disks == find_volume(other, system=system).disks == {"sdb"}


def test_a_ram_disk_is_memory(system: Path, tmp_path: Path) -> None:
    _mounted(system, ("/", "ext4", "/dev/nvme0n1p1"), (tmp_path, "tmpfs", "tmpfs"))

    assert find_volume(tmp_path, system=system).is_memory


def test_where_the_system_tells_nothing_the_device_number_is_what_is_known(tmp_path: Path) -> None:
    volume = find_volume(tmp_path, system=tmp_path)

    assert (volume.name, volume.serial, volume.mount) == (tmp_path.name, None, "")
    assert volume.shares_a_disk(find_volume(tmp_path.parent, system=tmp_path))
