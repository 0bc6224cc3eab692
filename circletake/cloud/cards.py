"""Cards judged: all that is known of a roll's cards → their verdicts in the catalogue, and CardStatusChanged.

A verdict is never patched. It is computed anew from everything: when an offload is complete, when a roll closes or has
been quiet, when a person has acted, and while digests are being read. In between, whoever reads a verdict sees by its
mark whether something has changed since. So each arriving file costs the same few requests, however large the roll.
"""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any

from circletake.cloud.card_evidence import Gathering, RollRows, read_roll
from circletake.cloud.card_rows import mark, pack
from circletake.cloud.catalogue import Change, Refused, Row
from circletake.cloud.objects import Objects
from circletake.cloud.outbox import Outbox
from circletake.contracts import table
from circletake.contracts.cards import CardVerdict, Deed, Light
from circletake.contracts.facts import CardStatusChanged, DigestFile
from circletake.contracts.files import SourceFile
from circletake.contracts.keys import RollRef
from circletake.film.digests import S3_FIELDS
from circletake.film.safety.bits import unverified
from circletake.film.safety.evidence import Evidence
from circletake.film.safety.lights import worst
from circletake.film.safety.verdict import find_covered, judge_card

_AT_ONCE = 16
_TRIES = 5
#: A card with files that are still being read is looked at again after so long: a second for each, within these.
LOOK_AGAIN_S = range(60, 900)
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
        """Every insertion of a roll's card → its verdict. Raises `Refused` when a neighbour is quicker each time."""
        for _ in range(_TRIES - 1):
            with suppress(Refused):
                self._judge(roll)
                return
        self._judge(roll)

    def _judge(self, roll: RollRef) -> None:
        rows = read_roll(self._catalogue, roll)
        if not rows.offloads:
            return
        self._ask_for_digests(rows)
        now = self._outbox.now()
        evidence = {name: self._gathering.gather(rows, name, now=now) for name in rows.offloads}
        verdicts = {name: judge_card(each) for name, each in evidence.items()}
        covered = find_covered({name: (evidence[name], verdicts[name]) for name in verdicts})
        for name, verdict in verdicts.items():
            owed = list(_owed(rows, evidence[name]))
            self._keep_what_is_bound(rows, evidence[name])
            self._write(rows, evidence[name], verdict, covered.get(name), len(owed))
            # No pending facts: a card that is owed digests is looked at again, and then asks again.
            self._outbox.say_again([(order.name, order.written()) for order in owed])
        overall = worst(verdict.status for name, verdict in verdicts.items() if name not in covered)
        judged = rows.row.get("judged")
        sets = {"card": overall, "card_seen": mark(rows.row), "judged": (judged or 0) + 1}
        self._catalogue.change(Change(roll.partition, table.ROLL, sets=sets, when={"judged": judged}))

    def _ask_for_digests(self, rows: RollRows) -> None:
        """Rows without digests → what S3 itself keeps of their bytes; `gone` where it has no such version."""
        unasked = [row for files in rows.files.values() for row in files if "digests" not in row and "gone" not in row]

        def ask(row: Row) -> None:
            try:
                found = self._objects.stored_digests(
                    self._bucket, SourceFile.model_validate_json(row["file"], extra="ignore")
                )
            except LookupError:
                self._note(row, "gone", True)
            else:
                self._note(row, "digests", json.dumps(found))

        with ThreadPoolExecutor(_AT_ONCE) as askers:
            list(askers.map(ask, unasked))

    def _keep_what_is_bound(self, rows: RollRows, evidence: Evidence) -> None:
        """Digests that the uploader read and S3's own checksum confirms → beside the file, for people to see."""
        bound = {file.version: json.dumps(dict(file.digests)) for file in evidence.stored.values()}
        for row in rows.files[evidence.offload]:
            told = bound.get(SourceFile.model_validate_json(row["file"], extra="ignore").version)
            if told and told not in (row.get("digests"), row.get("bound")):
                self._note(row, "bound", told)

    def _note(self, row: Row, name: str, value: Any) -> None:
        """One attribute of a row that was read → written, unless somebody has written it meanwhile."""
        self._catalogue.change(Change(row["pk"], row["sk"], sets={name: value}, when={name: row.get(name)}))
        row[name] = value

    def _write(
        self, rows: RollRows, evidence: Evidence, verdict: CardVerdict, covered_by: str | None, owed: int
    ) -> None:
        sk, was = table.card_sk(evidence.offload), rows.cards.get(evidence.offload, {})
        revision = was.get("revision", 0) + 1
        released_by = _released_by(rows, evidence.offload)
        # Told once: damage that is found after a release, and a release that came just after the damage.
        damaged = released_by is not None and verdict.status is Light.RED
        alarm = damaged and not was.get("alarmed")
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
                "alarmed": damaged,
                "seen": mark(rows.row),
                "acts_seen": len(evidence.acts),
                "policy_seen": rows.policy_at,
                "judged_at": evidence.now,
                "began_at": min(row["received_at"] for row in rows.files[evidence.offload]),
                **(_look_again(self._outbox, sk, owed) if owed else {}),
            },
            removes=([] if owed else ["open_shard", "due_at"]) + ([] if covered_by else ["covered_by"]),
            when={"revision": was.get("revision")},
        )
        said = _said(rows.roll, evidence.offload, revision, was, verdict, released_by=released_by, alarm=alarm)
        self._outbox.commit(rows.roll.partition, f"{sk}#{revision}", [changed], list(said))


def _look_again(outbox: Outbox, sk: str, owed: int) -> dict[str, str]:
    seconds = min(max(LOOK_AGAIN_S.start, owed), LOOK_AGAIN_S.stop)
    return {"open_shard": table.open_shard(sk), "due_at": outbox.now(seconds)}


def _owed(rows: RollRows, evidence: Evidence) -> Iterator[DigestFile]:
    """Files that have to be read before they can be compared → the order to read each once, in one of its digests."""
    wanted = {file.version: _one_of(entry.digests) for file, entry in unverified(evidence)}
    for row in rows.files[evidence.offload] if wanted else ():
        file = SourceFile.model_validate_json(row["file"], extra="ignore")
        if (algorithms := wanted.get(file.version)) and file.size_bytes <= MAX_DIGESTED_BYTES:
            yield DigestFile(roll=rows.roll, file=file, algorithms=algorithms)


def _one_of(digests: Mapping[str, str]) -> tuple[str, ...]:
    """A file's digests in its manifest → the one that is quickest to compute, or none that can be."""
    quickest = [name for name in (*S3_FIELDS, "c4") if name in digests and name != "crc64nvme"]
    return tuple(quickest[:1])


def _released_by(rows: RollRows, offload: str) -> str | None:
    releases = [act.by for act in rows.acts.get(offload, ()) if act.deed is Deed.RELEASE]
    return releases[-1] if releases else None


def _said(
    roll: RollRef,
    offload: str,
    revision: int,
    was: Row,
    verdict: CardVerdict,
    *,
    released_by: str | None,
    alarm: bool,
) -> Iterable[CardStatusChanged]:
    lights = (verdict.status, verdict.bits, verdict.picture)
    if lights == tuple(was.get(name) for name in ("status", "bits", "picture")) and not alarm:
        return
    yield CardStatusChanged(
        roll=roll,
        offload=offload,
        revision=revision,
        was=Light(was["status"]) if was else None,
        status=verdict.status,
        bits=verdict.bits,
        picture=verdict.picture,
        reasons=Counter(reason.code for reason in verdict.reasons),
        released_by=released_by,
        alarm=alarm,
    )
