"""Keys and ids: built and parsed here and nowhere else.

    ingest   {production}/{unit}/{day}/{roll}/{offload}/{path as on the card}
    work     {production}/{job_id}/{attempt}/{name}
    review   {production}/{unit}/{day}/{roll}/{clip_id}/{version}/{name}; made anew: …/{version}/r{revision}/{name}
    looks    {production}/looks/{sha256}.cube, in the work bucket
    answers  {production}/{job_id}/{attempt}/answer.json, in the work bucket, where the endpoint puts it
    search   {production}/search.json, in the review bucket

An id is the first 20 hex digits (80 bits) of a SHA-256 over its parts: a billion clips collide with p < 1e-6.
"""

import hashlib
import json
import re
from typing import Annotated, Any

from pydantic import StringConstraints

from circletake.contracts.errors import Code, Rejected
from circletake.contracts.wire import Wire

LABEL = r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$"
# Always with `fullmatch`: to `match`, a "$" also stands before a last newline.
_label = re.compile(LABEL)
#: A production, unit, day, roll or offload: what studios allow in a name, so that it is safe in every key.
Label = Annotated[str, StringConstraints(pattern=LABEL)]
Id = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{20}$")]

#: Where the uploader says that it is done, relative to the offload.
COMPLETION_PATH = ".circletake/offload.json"


def is_label(text: str) -> bool:
    """Whether a text may stand as a production, unit, day, roll or offload."""
    return _label.fullmatch(text) is not None


def short_hash(*parts: Any) -> str:
    """JSON-able parts → id. Unambiguous: the parts are framed by JSON before they are hashed."""
    framed = json.dumps(parts, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    return hashlib.sha256(framed.encode("utf-8", "surrogatepass")).hexdigest()[:20]


class DayRef(Wire):
    """One shooting day of one unit, as the production labels it."""

    production: Label
    unit: Label
    day: Label

    @property
    def name(self) -> str:
        return f"{self.production}#{self.unit}#{self.day}"


class RollRef(Wire):
    """One roll of one shooting day of one unit. `partition` is its key in the catalogue."""

    production: Label
    unit: Label
    day: Label
    roll: Label

    @property
    def partition(self) -> str:
        """The catalogue's partition. The unit is in it: two units may both shoot an A001 on D014."""
        return f"{self.production}#{self.unit}#{self.day}#{self.roll}"

    @property
    def prefix(self) -> str:
        return f"{self.production}/{self.unit}/{self.day}/{self.roll}/"

    @property
    def of_day(self) -> DayRef:
        return DayRef(production=self.production, unit=self.unit, day=self.day)

    @classmethod
    def of_partition(cls, partition: str) -> "RollRef":
        production, unit, day, roll = partition.split("#")
        return cls(production=production, unit=unit, day=day, roll=roll)


class ClipRef(Wire):
    """One version of one clip."""

    roll: RollRef
    clip_id: Id
    version: Id

    def review_prefix(self, revision: int) -> str:
        """Each order's pictures have a place of their own: who watches the older ones is not disturbed."""
        anew = f"r{revision}/" if revision > 1 else ""
        return f"{self.roll.prefix}{self.clip_id}/{self.version}/{anew}"


class IngestKey(Wire):
    """Where an original lies: its roll, the insertion of the card, and its path as on the card."""

    roll: RollRef
    offload: Label
    path: str

    @property
    def key(self) -> str:
        return f"{self.roll.prefix}{self.offload}/{self.path}"


def parse_ingest_key(key: str) -> IngestKey:
    """Raw S3 key → its parts. Raises `Rejected(BAD_NAME)` where the key has no roll to belong to."""
    parts = key.split("/", 5)
    if len(parts) < 6 or not parts[5] or not all(map(is_label, parts[:5])):
        raise Rejected(
            Code.BAD_NAME,
            "This object was not uploaded under production/unit/day/roll/offload, so it belongs to no roll.",
            "Upload the card again with `circletake upload`, which builds the place for it.",
        )
    production, unit, day, roll, offload, path = parts
    return IngestKey(roll=RollRef(production=production, unit=unit, day=day, roll=roll), offload=offload, path=path)


def file_version(key: str, s3_version: str) -> str:
    """(key, S3 versionId) → the short id of this version of the file."""
    return short_hash("file", key, s3_version)


def clip_id(roll: RollRef, offload: str, directory: str, stem: str) -> str:
    """A clip's identity. The offload is in it, so that a magazine loaded twice never merges."""
    return short_hash("clip", roll.partition, offload, directory, stem)


def clip_version(span_versions: tuple[str, ...]) -> str:
    """Versions of the spans, in order → the version of the clip."""
    return short_hash("clip-version", *span_versions)


def job_id(kind: str, inputs: tuple[str, ...], parameters: Any, code_version: str) -> str:
    """What is done, to what, how, by which code → the job's id. The same work has the same id."""
    return short_hash("job", kind, inputs, parameters, code_version)


def work_prefix(production: str, job: str, attempt: int) -> str:
    return f"{production}/{job}/{attempt}/"


def look_key(production: str, sha256: str) -> str:
    """A baked LUT by its content → where it lies in the work bucket."""
    return f"{production}/looks/{sha256}.cube"


ANSWER = "answer.json"


def search_key(production: str) -> str:
    """What can be searched for in a production → where it lies in the review bucket. No unit is called so."""
    return f"{production}/search.json"
