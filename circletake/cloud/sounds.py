"""What the catalogue keeps of a recorder's files: what each says of itself, where it was heard, or why it cannot be."""

from circletake.cloud.catalogue import Catalogue, Change, Put, Refused
from circletake.cloud.outbox import Outbox
from circletake.contracts import table
from circletake.contracts.errors import Verdict
from circletake.contracts.facts import DayChanged
from circletake.contracts.files import SourceFile
from circletake.contracts.keys import ClipRef, RollRef, parse_ingest_key
from circletake.contracts.sound import Listened
from circletake.contracts.takes import SoundFile


def keep_sound(outbox: Outbox, roll: RollRef, path: str, file: SourceFile, sound: SoundFile) -> None:
    """What a file says of itself → its row, and that its day has changed. A second time changes nothing."""
    sk, said = table.sound_sk(file.version), DayChanged(day=roll.of_day)
    row = {
        "pk": roll.partition,
        "sk": sk,
        "path": path,
        "file": file.model_dump_json(),
        "sound": sound.model_dump_json(),
    }
    try:
        outbox.commit(roll.partition, sk, [Put(row)], [said])
    except Refused:
        outbox.say_what_is_pending(roll.partition, sk, [said.name])


def note_unreadable(catalogue: Catalogue, file: SourceFile, verdict: Verdict) -> None:
    """Why nothing came of a file → its FILE row. It stays what it is, a sound that is kept.

    Raises `Refused` where it was never received.
    """
    roll, sk = parse_ingest_key(file.key).roll, table.file_sk(file.key, file.version)
    catalogue.change(Change(roll.partition, sk, sets=verdict.model_dump(mode="json"), when={"sk": sk}))


def was_listened_to(catalogue: Catalogue, clip: ClipRef, sound: str) -> bool:
    """Whether a clip was listened for in a version of a recorder's file."""
    return catalogue.get(clip.roll.partition, table.listened_sk(clip, sound)) is not None


def keep_listened(catalogue: Catalogue, clip: ClipRef, sound: str, listened: Listened) -> None:
    """What was heard of a clip in a version of a recorder's file → its row. What is known already stays."""
    row = {
        "pk": clip.roll.partition,
        "sk": table.listened_sk(clip, sound),
        "listened": listened.model_dump_json(),
    }
    try:
        catalogue.transact([Put(row)])
    except Refused:
        return
