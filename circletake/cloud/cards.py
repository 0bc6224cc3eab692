"""Cards judged: all that is known of a roll's cards → their verdicts in the catalogue, and CardStatusChanged.

A verdict is never patched. It is computed anew from everything, when an offload is complete, when a roll closes, when
a person has acted, and when a digest that was missing has been read; in between, whoever reads it sees by the stamp
whether something has changed since. So each arriving file costs the same few requests, however large the roll.
"""

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

from circletake.cloud.card_evidence import Gathering, RollRows, read_roll
from circletake.cloud.card_rows import pack, stamp
from circletake.cloud.catalogue import Change, Put, Refused, Row
from circletake.cloud.objects import Objects
from circletake.cloud.outbox import Outbox
from circletake.contracts import table
from circletake.contracts.cards import CardVerdict, Deed, Light
from circletake.contracts.facts import CardStatusChanged, DigestFile, SourceFile
from circletake.contracts.keys import RollRef
from circletake.film.safety.bits import unverified
from circletake.film.safety.evidence import Evidence
from circletake.film.safety.lights import worst
from circletake.film.safety.verdict import find_covered, judge_card

_HEADERS_AT_ONCE = 16
_TRIES = 5
#: A card with files that are still being read is looked at again after so long, and two seconds more for each file.
LOOK_AGAIN_S = 60
#: What one function reads within its quarter of an hour, at some 150 MB/s.
MAX_DIGESTED_BYTES = 100 * 1024**3


class Cards:
    """The cards of rolls. Judging twice, or two at once, comes to the same."""

    def __init__(self, outbox: Outbox, objects: Objects, ingest_bucket: str) -> None:
        self._outbox = outbox
        self._catalogue = outbox.catalogue
        self._objects = objects
        self._bucket = ingest_bucket
        self._gathering = Gathering(objects, ingest_bucket)

    def judge(self, roll: RollRef) -> None:
        """Every insertion of a roll's card → its verdict. Raises `Refused` when the roll changes under each try."""
        for _ in range(_TRIES - 1):
            with suppress(Refused):
                self._judge(roll)
                return
        self._judge(roll)

    def record_digests(self, roll: RollRef, file: SourceFile, digests: dict[str, str]) -> None:
        """What somebody has read of a version's bytes → its row, beside what is known already.

        Raises `Refused` when somebody else wrote there at the same moment.
        """
        sk = table.file_sk(file.key, file.version)
        row = self._catalogue.get(roll.partition, sk)
        if row is None:
            raise LookupError(f"{file.key} is not in the catalogue")
        self._record(row, digests)

    def _record(self, row: Row, digests: dict[str, str]) -> None:
        known = row.get("digests")
        row["digests"] = json.dumps({**json.loads(known or "{}"), **digests})
        sets, when = {"digests": row["digests"]}, {"digests": known}
        self._catalogue.change(Change(row["pk"], row["sk"], sets=sets, when=when))

    def _judge(self, roll: RollRef) -> None:
        rows = read_roll(self._catalogue, roll)
        if not rows.offloads:
            return
        self._ask_for_digests(rows)
        now = self._outbox.now()
        evidence = {name: self._gathering.gather(rows, name, now=now) for name in rows.offloads}
        for name, each in evidence.items():
            self._keep_what_is_bound(rows, name, each)
        verdicts = {name: judge_card(each) for name, each in evidence.items()}
        covered = find_covered({name: (evidence[name].listed, verdicts[name].status) for name in verdicts})
        for name, verdict in verdicts.items():
            owed = list(_owed(rows, evidence[name]))
            self._write(rows, evidence[name], verdict, covered.get(name), len(owed))
            for order in owed:
                # No pending fact: a card that is owed digests is looked at again, and then asks again.
                self._outbox.say_again(order.name, order.written())
        overall = worst(verdict.status for name, verdict in verdicts.items() if name not in covered)
        sets = {"card": overall, "card_seen": stamp(rows.row)}
        self._catalogue.change(Change(roll.partition, table.ROLL, sets=sets))

    def _ask_for_digests(self, rows: RollRows) -> None:
        """Rows without digests → what S3 itself keeps of their bytes, recorded; `{}` where it keeps none."""
        unasked = [row for files in rows.files.values() for row in files if "digests" not in row]

        def ask(row: Row) -> dict[str, str]:
            return self._objects.stored_digests(self._bucket, SourceFile.model_validate_json(row["file"]))

        with ThreadPoolExecutor(_HEADERS_AT_ONCE) as askers:
            for row, digests in zip(unasked, askers.map(ask, unasked), strict=True):
                self._record(row, digests)

    def _keep_what_is_bound(self, rows: RollRows, offload: str, evidence: Evidence) -> None:
        """What the uploader read of a file in parts, and S3's checksum confirms → beside the file, for reports."""
        bound = {file.version: file.digests for file in evidence.stored.values()}
        for row in rows.files[offload]:
            digests = bound.get(SourceFile.model_validate_json(row["file"]).version, {})
            if digests.keys() - json.loads(row["digests"]).keys():
                self._record(row, dict(digests))

    def _write(
        self, rows: RollRows, evidence: Evidence, verdict: CardVerdict, covered_by: str | None, owed: int
    ) -> None:
        sk, was = table.card_sk(evidence.offload), rows.cards.get(evidence.offload, {})
        revision = was.get("revision", 0) + 1
        changed = Change(
            rows.roll.partition,
            sk,
            sets={
                "revision": revision,
                "status": verdict.status,
                "bits": verdict.bits,
                "picture": verdict.picture,
                "verdict": pack(verdict),
                "origin": evidence.record.origin if evidence.record else None,
                "covered_by": covered_by,
                "seen": stamp(rows.row),
                "judged_at": evidence.now,
                "began_at": min(row["received_at"] for row in rows.files[evidence.offload]),
                **(_look_again(self._outbox, sk, owed) if owed else {}),
            },
            removes=([] if owed else ["open_shard", "due_at"]) + ([] if covered_by else ["covered_by"]),
            when={"revision": was.get("revision")},
        )
        changes: list[Put | Change] = [changed]
        said = list(_said(rows, evidence.offload, revision, was, verdict))
        self._outbox.commit(rows.roll.partition, f"{sk}#{revision}", changes, said)


def _look_again(outbox: Outbox, sk: str, owed: int) -> dict[str, str]:
    return {"open_shard": table.open_shard(sk), "due_at": outbox.now(LOOK_AGAIN_S + 2 * owed)}


def _owed(rows: RollRows, evidence: Evidence) -> Iterator[DigestFile]:
    """Files that have to be read before they can be compared → the order to read each once, in all it takes."""
    wanted = {file.version: tuple(sorted(entry.digests.keys() - {"crc64nvme"})) for file, entry in unverified(evidence)}
    for row in rows.files[evidence.offload] if wanted else ():
        file = SourceFile.model_validate_json(row["file"])
        if (algorithms := wanted.get(file.version)) and file.size_bytes <= MAX_DIGESTED_BYTES:
            yield DigestFile(roll=rows.roll, file=file, algorithms=algorithms)


def _said(rows: RollRows, offload: str, revision: int, was: Row, verdict: CardVerdict) -> Iterable[CardStatusChanged]:
    lights = (verdict.status, verdict.bits, verdict.picture)
    if lights == tuple(was.get(name) for name in ("status", "bits", "picture")):
        return
    released = any(act.deed is Deed.RELEASE for act in rows.acts.get(offload, ()))
    before = Light(was["status"]) if was else None
    yield CardStatusChanged(
        roll=rows.roll,
        offload=offload,
        revision=revision,
        was=before,
        status=verdict.status,
        bits=verdict.bits,
        picture=verdict.picture,
        reasons=Counter(reason.code for reason in verdict.reasons),
        released=released,
        alarm=released and verdict.status is Light.RED and before is not Light.RED,
    )
