"""Between the buckets and the bench: originals and looks come in, what was made goes out under its claim."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from circletake.contracts.errors import Rejected
from circletake.contracts.files import SourceFile
from circletake.contracts.keys import RollRef, look_key, work_prefix
from circletake.contracts.looks import AppliedLook
from circletake.contracts.media import OutputManifest
from circletake.contracts.sound import AppliedSound
from circletake.film.digests import Hasher
from circletake.film.sound.slices import read_samples, under
from circletake.media.byte_ranges import Contents, contents
from circletake.media.outputs import describe
from functions.transcode.making import Recorded

#: What most manifests speak of.
DIGEST = "xxh64"

if TYPE_CHECKING:
    from circletake.cloud.objects import Objects
    from circletake.cloud.stage import Claim


@dataclass(frozen=True)
class Workshop:
    """Where a worker's files come from and go to."""

    objects: "Objects"
    ingest: str
    work: str
    #: Where the digests of originals are kept that S3 itself does not know.
    record: Callable[[RollRef, SourceFile, Mapping[str, str]], None]

    def fetch(self, files: Sequence[SourceFile], into: Path, names: Sequence[str], claim: "Claim") -> list[Path]:
        """Originals, whole → files of these names. Who first reads an original also takes its digest."""
        into.mkdir()
        for file, name in zip(files, names, strict=True):
            known = self.objects.stored_digests(self.ingest, file)
            hasher = None if DIGEST in known else Hasher([DIGEST])
            self.objects.fetch(self.ingest, file, into / name, claim.beat, hasher)
            if hasher is not None:
                self.record(claim.job.roll, file, {**known, **hasher.digests()})
        return [into / name for name in names]

    def read_contents(self, files: Mapping[int, SourceFile], claim: "Claim") -> dict[int, Contents]:
        """Originals by number → their tables of contents, of a few reads each. Raises `LookupError` where there is
        none: such a clip is never planned in pieces."""
        read = partial(self.objects.read_range, self.ingest, on_progress=claim.beat)
        found = {number: contents(file.size_bytes, partial(read, file)) for number, file in files.items()}
        if missing := [number for number, table in found.items() if table is None]:
            raise LookupError(f"{files[missing[0]].key} has no table of contents to cut it by")
        return {number: table for number, table in found.items() if table is not None}

    def fetch_bytes(self, file: SourceFile, ranges: Sequence[range], to: Path, at: int, claim: "Claim") -> None:
        """Ranges of an original → one after the other in `to`, from byte `at` on."""
        self.objects.fetch_into(self.ingest, file, ranges, to, at, claim.beat)

    def fetch_sound(
        self, sound: AppliedSound | None, duration_s: Fraction, into: Path, claim: "Claim"
    ) -> Recorded | None:
        """The recorder's files under a clip of this length → of each the samples that pass while the clip lasts."""
        if sound is None:
            return None
        into.mkdir()
        slices = []
        for number, placed in enumerate(sound.files):
            read = partial(self.objects.read_range, self.ingest, placed.file, on_progress=claim.beat)
            try:
                samples = read_samples(placed.file.size_bytes, read)
            except Rejected as rejected:
                # Not the clip's fault, and no news: what cannot be read is never planned to be heard.
                raise LookupError(f"{placed.file.key} was to be heard. {rejected.verdict.sentence}") from rejected
            channels = {track.channel for track in (*sound.mix, *sound.isos) if track.file == number}
            if (samples.form.rate, True) != (placed.rate, max(channels, default=0) <= samples.form.channels):
                raise LookupError(f"{placed.file.key} is not as it was planned: {samples.form}")
            wanted = samples.bytes_of(under(placed, duration_s))
            slices.append(into / f"sound-{number}.wav")
            slices[-1].write_bytes(head := samples.head(len(wanted)))
            self.objects.fetch_into(self.ingest, placed.file, [wanted], slices[-1], len(head), claim.beat)
        return Recorded(sound, tuple(slices))

    def fetch_look(self, look: AppliedLook | None, production: str, into: Path, claim: "Claim") -> Path | None:
        """The LUT that was baked for this look; None where there is no look."""
        if look is None:
            return None
        key = look_key(production, look.sha256)
        self.objects.fetch_whole(self.work, key, into, claim.beat, sha256=look.sha256)
        return into

    def fetch_made(self, manifest: OutputManifest, into: Path, claim: "Claim") -> Path:
        """What another job committed → a directory of it."""
        into.mkdir()
        for output in manifest.outputs:
            key = manifest.prefix + output.name
            self.objects.fetch_whole(self.work, key, into / output.name, claim.beat, sha256=output.sha256)
        return into

    def put(self, directory: Path, media_types: Mapping[str, str], claim: "Claim") -> OutputManifest:
        """What was made → the work bucket, and the manifest that the claim commits."""
        outputs = describe(directory, media_types, claim.beat)
        prefix = work_prefix(claim.job.roll.production, claim.job.id, claim.attempt)
        for output in outputs:
            self.objects.put(self.work, prefix + output.name, directory / output.name, output, claim.beat)
        return OutputManifest(job_id=claim.job.id, attempt=claim.attempt, prefix=prefix, outputs=outputs)
