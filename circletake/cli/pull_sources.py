"""Where a pull's frames come from: the production's clips, their looks, and their files, proven to be theirs."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from pathlib import Path

from circletake.cloud.deployment import Deployment
from circletake.cloud.objects import CHUNK_BYTES
from circletake.cloud.reading import Reading, Told, tell_clip, tell_file
from circletake.contracts.files import SourceFile, State
from circletake.contracts.keys import RollRef, parse_ingest_key, short_hash
from circletake.contracts.looks import AppliedLook
from circletake.contracts.media import Inspection
from circletake.film.digests import NOT_COMPUTED, Hasher
from circletake.film.originals import Original


class NotTheOriginal(Exception):  # noqa: N818 - a sentence about a file, no fault
    """Why a file is not the one that the catalogue means."""


@dataclass(frozen=True)
class Clip:
    """A clip of the catalogue, with what a pull needs of it."""

    original: Original
    roll: RollRef
    files: tuple[SourceFile, ...]
    digests: tuple[Mapping[str, str], ...]
    inspection: Inspection | None
    look: AppliedLook | None

    @property
    def paths(self) -> list[str]:
        """Its files, as on the card."""
        return [parse_ingest_key(file.key).path for file in self.files]


def read_clips(reading: Reading, production: str) -> Iterator[Clip]:
    """A production → every version of each of its clips, those of which nothing can be pulled among them."""
    for roll, _ in reading.rolls(production):
        digests = {file["version"]: file["digests"] for file in map(tell_file, reading.all_files(roll))}
        for row in reading.clips(roll):
            files = tuple(SourceFile.model_validate(span, extra="ignore") for span in json.loads(row["spans"]))
            yield _clip(roll, tell_clip(row), files, tuple(digests.get(file.version, {}) for file in files))


def _clip(roll: RollRef, told: Told, files: tuple[SourceFile, ...], digests: tuple[Mapping[str, str], ...]) -> Clip:
    known = told["inspection"]
    inspection = Inspection.model_validate(known, extra="ignore") if known else None
    same = [(file.size_bytes, sorted(each.items())) for file, each in zip(files, digests, strict=True)]
    original = Original(
        clip_id=told["clip_id"],
        version=told["version"],
        title=told["name"],
        place=f"{roll.unit}/{roll.day}/{roll.roll}/{told['path']}",
        reel=inspection.reel if inspection else None,
        start=inspection.start_timecode if inspection else None,
        rate=inspection.video.rate if inspection else Fraction(1),
        frames=inspection.video.frames if inspection else 0,
        received=told["received_at"],
        same_as=short_hash(same) if all(digests) else "",
        hindrance=_hindrance(told, inspection),
    )
    look = AppliedLook.model_validate(told["look"], extra="ignore") if told.get("look") else None
    return Clip(original, roll, files, digests, inspection, look)


def _hindrance(told: Told, inspection: Inspection | None) -> str | None:
    if told["external_proxy"]:
        return "it is a proxy, and plates come from originals only"
    if told["raw"]:
        return f"it is RAW ({told['raw']['kind'] or 'of an unknown kind'}), which only its maker's decoder opens"
    if told["state"] == State.REJECTED:
        return f"it was rejected: {told['sentence']}"
    if inspection is None:
        return told["sentence"] or "it has not been inspected yet"
    if inspection.video.variable_rate:
        return "its frames do not come at a constant rate, so no timecode names one"
    return None


@dataclass(frozen=True)
class OriginalFiles:
    """Where the files of clips are had: from folders that hold copies of the cards, or from the ingest bucket."""

    where: Deployment
    folders: Sequence[Path]

    def stage(self, clip: Clip, into: Path, on_bytes: Callable[[int], None]) -> list[Path]:
        """A clip → its files in `into`, each of the catalogue's size and digests. Raises `NotTheOriginal`."""
        staged = [into / f"original{number}" for number in range(len(clip.files))]
        for to, file, path, known in zip(staged, clip.files, clip.paths, clip.digests, strict=True):
            digests = {name: text for name, text in known.items() if name not in NOT_COMPUTED}
            if not any(hashed == digests for hashed in self._attempts(file, path, digests, to, on_bytes)):
                raise NotTheOriginal(f"{path} is not the file that the catalogue has under this name: it was changed.")
        return staged

    def _attempts(
        self, file: SourceFile, path: str, digests: Mapping[str, str], to: Path, on_bytes: Callable[[int], None]
    ) -> Iterator[dict[str, str]]:
        """Each file that may be the original → `to`, and its digests; the next one only where it was not."""
        if not self.folders:
            self.where.objects().fetch(self.where.outputs["IngestBucket"], file, to, on_bytes)
            yield _hashed(to, Hasher(digests))
        for candidate in self._fitting(path, file.size_bytes) if self.folders else ():
            yield _copied(candidate, to, Hasher(digests), on_bytes)

    def _fitting(self, path: str, size_bytes: int) -> list[Path]:
        """A path as on the card → the files of its name and size, those in its own place first."""
        own = [folder / path for folder in self.folders if (folder / path).is_file()]
        found = own + [file for file in self._by_name.get(path.rsplit("/", 1)[-1], []) if file not in own]
        if not found:
            raise NotTheOriginal(f"{path} is in none of the folders of --originals.")
        fitting = [file for file in found if file.stat().st_size == size_bytes]
        if not fitting:
            raise NotTheOriginal(f"{found[0]} has {found[0].stat().st_size:,} bytes, the original {size_bytes:,}.")
        return fitting

    @cached_property
    def _by_name(self) -> dict[str, list[Path]]:
        named: dict[str, list[Path]] = {}
        for folder in self.folders:
            for file in sorted(folder.rglob("*")):
                if file.is_file() and not file.is_symlink():
                    named.setdefault(file.name, []).append(file)
        return named


def _copied(file: Path, to: Path, hasher: Hasher, on_bytes: Callable[[int], None]) -> dict[str, str]:
    """A file of a copy of the card → our own, read once; the volume may be read-only, and FFmpeg sees ours alone."""
    with file.open("rb") as source, to.open("wb") as target:
        while chunk := source.read(CHUNK_BYTES):
            hasher.update(chunk)
            target.write(chunk)
            on_bytes(len(chunk))
    return hasher.digests()


def _hashed(file: Path, hasher: Hasher) -> dict[str, str]:
    with file.open("rb") as opened:
        while chunk := opened.read(CHUNK_BYTES):
            hasher.update(chunk)
    return hasher.digests()
