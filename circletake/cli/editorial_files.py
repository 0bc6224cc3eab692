"""Editorial proxies on their way to this machine: which there are, what each is called, and that each is whole."""

import hashlib
import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from botocore.exceptions import ClientError

from circletake.contracts.media import Output, OutputManifest
from circletake.contracts.recipe import EditorialFormat

Told = dict[str, Any]
#: Each format has a folder of its own: the files are called like the original, and so like each other.
FOLDERS = {
    EditorialFormat.DNXHR_LB_MOV: "dnxhr-mov",
    EditorialFormat.DNXHR_LB_MXF: "dnxhr-mxf",
    EditorialFormat.PRORES_PROXY_MOV: "prores",
    EditorialFormat.H264_MOV: "h264",
}
_CHUNK_BYTES = 1024 * 1024
#: What no file's name can hold on one of the systems that editors use.
_NOT_IN_NAMES = frozenset('/\\:*?"<>|')
_LONGEST_NAME = 200


class NotFetched(Exception):  # noqa: N818 - an answer to a person
    """A file is not there as the catalogue tells; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A proxy to fetch: of which clip, where it lies in the bucket, and where it is to lie here."""

    clip: str
    kind: EditorialFormat
    key: str
    output: Output
    path: Path


def file_names(titles: Sequence[str]) -> list[str]:
    """The titles of clips → a file's name for each, without its ending; no two alike on any system."""
    names: list[str] = []
    met: set[str] = set()
    for title in titles:
        plain = "".join(char if char.isprintable() and char not in _NOT_IN_NAMES else "_" for char in title)
        plain = plain.encode()[:_LONGEST_NAME].decode(errors="ignore").strip(". ") or "clip"
        name, number = plain, 1
        while name.casefold() in met:
            number += 1
            name = f"{plain}_{number}"
        met.add(name.casefold())
        names.append(name)
    return names


def wanted_of(
    clips: Iterable[tuple[Told, str]],
    manifests: Mapping[tuple[str, str], OutputManifest],
    kinds: Sequence[EditorialFormat],
    to: Path,
) -> list[Wanted]:
    """Clips with their files' names, and their manifests by id and version → what there is of the formats."""
    wanted = []
    for clip, name in clips:
        manifest = manifests.get((clip["clip_id"], clip["version"]))
        outputs = {output.name: output for output in manifest.outputs} if manifest else {}
        wanted += [
            Wanted(
                clip["name"], kind, manifest.prefix + kind, outputs[kind],
                to / FOLDERS[kind] / f"{name}{Path(kind).suffix}",
            )
            for kind in kinds
            if manifest and kind in outputs
        ]  # fmt: skip
    return wanted


def fetch(
    client: Any, bucket: str, wanted: Wanted, *, replace: bool, on_bytes: Callable[[int], None], stop: threading.Event
) -> bool:
    """A proxy → its file, whole: True when it was fetched, False when it was already there. Raises `NotFetched`.

    What an interrupted fetch left behind is gone on with. The file has its name only when its bytes are proven.
    """
    output, path = wanted.output, wanted.path
    if path.exists():
        if path.stat().st_size == output.size_bytes and _digest(path) == output.sha256:
            on_bytes(output.size_bytes)
            return False
        if not replace:
            raise NotFetched(f"{path} is another file than this proxy. Move it away, or say --replace.")
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f"{path.name}.part")
    if part.exists() and part.stat().st_size > output.size_bytes:
        part.unlink()
    with part.open("ab") as file:
        have = file.tell()
        on_bytes(have)
        if have < output.size_bytes:
            for chunk in _read(client, bucket, wanted, have):
                if stop.is_set():
                    raise NotFetched(f"{path} was not fetched whole. The same command goes on with it.")
                file.write(chunk)
                on_bytes(len(chunk))
    if _digest(part) != output.sha256:
        part.unlink()
        raise NotFetched(f"{path} did not arrive as it was made: its SHA-256 is another one. Fetch it again.")
    part.replace(path)
    return True


def _read(client: Any, bucket: str, wanted: Wanted, start: int) -> Iterable[bytes]:
    try:
        answer = client.get_object(Bucket=bucket, Key=wanted.key, Range=f"bytes={start}-")
    except ClientError as error:
        if error.response["Error"]["Code"] != "NoSuchKey":
            raise
        raise NotFetched(f"{wanted.clip}: {wanted.kind} is no longer in the review bucket.") from error
    chunks: Iterable[bytes] = answer["Body"].iter_chunks(_CHUNK_BYTES)
    return chunks


def place(path: Path, content: bytes, *, replace: bool) -> bool:
    """A list's text → its file. True when it was written, False when it is the same. Raises `NotFetched`."""
    if path.exists():
        if path.read_bytes() == content:
            return False
        if not replace:
            raise NotFetched(f"{path} says something else than it would now. Move it away, or say --replace.")
    path.write_bytes(content)
    return True


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
