"""What the manifest tests share: the reference implementation's own examples, and its word on a folder."""

import subprocess
import sys
import tarfile
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from importlib import metadata
from pathlib import Path

from ascmhl import commands, errors
from lxml import etree

#: Not called `ascmhl`: it holds its patterns against absolute paths, and would leave all of this out.
_CACHE = Path(__file__).parents[2] / ".cache" / "mhl"


@cache
def reference_source() -> Path:
    """The source distribution of the `ascmhl` that is installed, unpacked: its examples and schemas. Fetched once."""
    version = metadata.version("ascmhl")
    unpacked = _CACHE / f"ascmhl-{version}"
    if not unpacked.is_dir():
        _CACHE.mkdir(parents=True, exist_ok=True)
        pip = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps"]
        only_source = ["--no-binary", "ascmhl", "--dest", str(_CACHE), f"ascmhl=={version}"]
        subprocess.run([*pip, *only_source], check=True)
        with tarfile.open(_CACHE / f"ascmhl-{version}.tar.gz") as archive:
            archive.extractall(_CACHE, filter="data")
    return unpacked


@cache
def schema(name: str) -> etree.XMLSchema:
    """`ASCMHL.xsd` or `ASCMHLDirectory__combined.xsd`, as the reference implementation ships them."""
    return etree.XMLSchema(etree.parse(reference_source() / "xsd" / name))


def scenario(name: str) -> Path:
    """A shipped scenario's folder, by its path below all of them."""
    return reference_source() / "examples" / "scenarios" / "Output" / name


def scenarios() -> list[Path]:
    """Every folder of the shipped scenarios that has a history."""
    return sorted(folder.parent for folder in scenario("").rglob("ascmhl") if folder.is_dir())


@contextmanager
def as_it_is() -> Iterator[None]:
    """Run `ascmhl` as it is: it uses a name of `pathspec` that is going away, and warnings are errors here."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        yield


def verdict_of_ascmhl(folder: Path) -> str:
    """A folder → what `ascmhl` says of every file in it: OK, or the name of its complaint."""
    try:
        with as_it_is():
            commands.verify_entire_folder(str(folder), False, None, None)
    except (
        errors.CompletenessCheckFailedException,
        errors.SingleFileNotFoundException,
        errors.VerificationFailedException,
        errors.NewFilesFoundException,
        errors.NoMHLHistoryException,
        errors.NoMHLChainException,
        errors.ModifiedMHLManifestFileException,
        errors.MissingMHLManifestException,
    ) as complaint:
        return type(complaint).__name__
    return "OK"


def manifests_in(folder: Path) -> dict[str, bytes]:
    """A folder → the manifests and chains in it, by their paths below it."""
    found = [*folder.rglob("*.mhl"), *folder.rglob("ascmhl_chain.xml")]
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in found}


def write(folder: Path, files: Mapping[str, bytes]) -> Path:
    """Files, by path → the folder with them in it."""
    for path, body in files.items():
        to = folder / path
        to.parent.mkdir(parents=True, exist_ok=True)
        to.write_bytes(body)
    return folder
