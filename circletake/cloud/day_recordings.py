"""The rows of a day's rolls → what was recorded on it: clips, sounds, and what stands on their slates."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from circletake.cloud.catalogue import Catalogue, Row
from circletake.cloud.reading import Reading
from circletake.contracts import table
from circletake.contracts.files import SourceFile
from circletake.contracts.keys import ClipRef, DayRef, RollRef, parse_ingest_key
from circletake.contracts.looks import Slate
from circletake.contracts.media import Inspection, RawFacts
from circletake.contracts.sound import Listened
from circletake.contracts.takes import Said, SoundFile, Source
from circletake.film.looks.resolving import clip_name
from circletake.film.takes.day import DayClip, Word
from circletake.film.takes.recorded import clip_of, slate_of
from circletake.film.twins import is_external_proxy


@dataclass(frozen=True, slots=True)
class Recorded:
    """A clip that counts: its CLIP row, as `Reading.clips` has it, and by sounds' ids where it was heard in them."""

    ref: ClipRef
    row: Row
    clip: DayClip
    listened: Mapping[str, Listened]


@dataclass(frozen=True, slots=True)
class SoundOfDay:
    """A sound recorder's file."""

    roll: RollRef
    source: SourceFile
    sound: SoundFile


@dataclass(frozen=True, slots=True)
class Recordings:
    """What was recorded on a day. `slates`: what people and ALEs say of single clips."""

    clips: tuple[Recorded, ...]
    sounds: Mapping[str, SoundOfDay]
    slates: tuple[Word, ...]


def read_recordings(catalogue: Catalogue, day: DayRef) -> Recordings:
    """A day → its clips and sounds.

    Of a clip or a sound the newest version counts of which anything is known. Proxies from elsewhere do not, nor does
    an insertion of a card of which another one has everything.
    """
    clips: list[Recorded] = []
    sounds: dict[str, SoundOfDay] = {}
    slates: list[Word] = []
    for roll in Reading(catalogue).rolls_of(day):
        covered = {
            row["sk"].removeprefix(table.CARD)
            for row in catalogue.query(roll.partition, table.CARD)
            if row.get("covered_by")
        }
        of_roll = list(_clips(catalogue, roll, covered))
        clips += of_roll
        sounds |= _sounds(catalogue, roll, covered)
        slates += _slates(catalogue, roll, of_roll)
    return Recordings(tuple(clips), sounds, tuple(slates))


def _clips(catalogue: Catalogue, roll: RollRef, covered: set[str]) -> Iterator[Recorded]:
    known = [
        row
        for row in Reading(catalogue).clips(roll)
        if row["offload"] not in covered
        and not is_external_proxy(row["path"], row["offload"])
        and ("inspection" in row or "raw" in row)
    ]
    newest: dict[str, Row] = {}
    for row in sorted(known, key=lambda row: (row["received_at"], row["sk"])):
        newest[table.read_clip_sk(roll, row["sk"]).clip_id] = row
    refs = {row["sk"]: table.read_clip_sk(roll, row["sk"]) for row in newest.values()}
    heard: defaultdict[str, dict[str, Listened]] = defaultdict(dict)
    for row in catalogue.query(roll.partition, table.LISTENED):
        _, clip_id, version, sound = row["sk"].split("#")
        heard[f"{table.CLIP}{clip_id}#{version}"][sound] = Listened.model_validate_json(row["listened"], extra="ignore")
    keys = [(table.index_pk(roll.production), table.index_sk(ref)) for ref in refs.values()]
    read = {row["sk"]: row for row in catalogue.get_many(keys)}
    for row in newest.values():
        ref = refs[row["sk"]]
        yield Recorded(ref, row, _clip(ref, row, read.get(table.index_sk(ref), {})), heard[row["sk"]])


def _clip(ref: ClipRef, row: Row, read: Row) -> DayClip:
    found = _found(row)
    cells = (read.get(f"slate_{name}", "") for name in ("scene", "number", "take"))
    # How sure a model was of a slate that it read before this was written down, nobody knows.
    slate = slate_of(*cells) if "slate_sure" in read else None
    of, sure = f"{ref.clip_id}#{ref.version}", float(read.get("slate_sure", 0))
    clip = clip_of(of, row["title"], ref.roll.roll, found, slate=slate, sure=sure if slate else 0.0)
    return replace(clip, closed="inspection" not in row)


def _found(row: Row) -> Inspection | RawFacts:
    """What is known of a clip; of RAW that tells too little, what the proxy tells that stands for its picture."""
    if "inspection" in row:
        return Inspection.model_validate_json(row["inspection"], extra="ignore")
    raw, proxy = RawFacts.model_validate_json(row["raw"], extra="ignore"), row.get("proxy") or {}
    if (raw.rate is None or raw.frames is None) and "inspection" in proxy:
        return Inspection.model_validate_json(proxy["inspection"], extra="ignore")
    return raw


def _sounds(catalogue: Catalogue, roll: RollRef, covered: set[str]) -> dict[str, SoundOfDay]:
    found: dict[str, SoundOfDay] = {}
    versions: defaultdict[str, list[str]] = defaultdict(list)
    for row in catalogue.query(roll.partition, table.SOUND):
        source = SourceFile.model_validate_json(row["file"], extra="ignore")
        if parse_ingest_key(source.key).offload in covered:
            continue
        sound = SoundFile.model_validate_json(row["sound"], extra="ignore")
        found[source.version] = SoundOfDay(roll, source, sound)
        versions[source.key].append(source.version)
    for key, several in versions.items():
        if len(several) > 1:
            rows = catalogue.get_many([(roll.partition, table.file_sk(key, version)) for version in several])
            newest = max(rows, key=lambda row: (row["received_at"], row["sk"]))["sk"].rpartition("#")[2]
            for version in several:
                if version != newest:
                    del found[version]
    return found


def _slates(catalogue: Catalogue, roll: RollRef, clips: Sequence[Recorded]) -> Iterator[Word]:
    """What people and ALEs say of a roll's clips, each one's last word; one that is empty takes back the one before."""
    titles = {clip_name(clip.clip.title): clip.clip.title for clip in clips}
    rows = sorted(
        catalogue.query(table.looks_pk(roll.production), table.slate_prefix(roll)), key=lambda row: row["written_at"]
    )
    newest = {(row["clip"], "by" in row): row for row in rows if row["clip"] in titles}
    for row in newest.values():
        slate = Slate.model_validate_json(row["slate"], extra="ignore")
        if slate == Slate():
            continue
        said = Said(**slate.model_dump(), clips=(titles[row["clip"]],), roll=roll.roll)
        if "by" in row:
            yield Word(Source.PERSON, row["by"], said, row["written_at"])
        else:
            yield Word(Source.CAMERA, f"the ALE of roll {roll.roll}", said)
