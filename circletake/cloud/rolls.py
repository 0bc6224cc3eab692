"""The life of a roll: files are received, spans join into clips, clips move to their ends, the roll closes."""

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from typing import Any

from circletake.cloud.catalogue import Change, Put, Refused, Row
from circletake.cloud.outbox import Outbox
from circletake.cloud.spans import MAX_SPANS, SpanGroup, group_spans, judge_size
from circletake.contracts import table
from circletake.contracts.errors import Verdict
from circletake.contracts.facts import (
    AttentionNeeded,
    ClipKept,
    ClipReceived,
    ClipRejected,
    FileReceived,
    JudgeCard,
    Message,
    OffloadCompleted,
    ReadLook,
    ReadSound,
    RollClosed,
    RollTotals,
)
from circletake.contracts.files import ENDS, NOTES, FileKind, Offload, OffloadedFile, SourceFile, State, end_of
from circletake.contracts.keys import ClipRef, IngestKey, RollRef, clip_id, clip_version, file_version
from circletake.film.naming import ClipName, may_hold_looks, name_clip

#: After so long without a change of state a clip needs a person.
OVERDUE_S = 6 * 3600
#: A roll without a completion record is taken to be whole after so long without a new file.
QUIET_S = 15 * 60


def _open(sk: str, due_at: str) -> dict[str, str]:
    return {"open_shard": table.open_shard(sk), "due_at": due_at}


def _verdict_sets(verdict: Verdict | None) -> dict[str, str]:
    if verdict is None:
        return {}
    return {"code": verdict.code, "sentence": verdict.sentence, "next_step": verdict.next_step}


def _listed(roll: RollRef, offload: Offload) -> dict[str, OffloadedFile]:
    """A completion record → its files by the sort keys of their rows."""
    keys = ((IngestKey(roll=roll, offload=offload.offload, path=file.path).key, file) for file in offload.files)
    return {table.file_sk(key, file_version(key, file.s3_version)): file for key, file in keys}


def _ended(clip: Row, verdict: Verdict, now: str) -> Row:
    """A CLIP row not yet written, and a verdict → the row as it is when the clip begins with its end."""
    kept = {name: value for name, value in clip.items() if name not in ("open_shard", "due_at")}
    return {**kept, "state": end_of(verdict.code), "ended_at": now, **_verdict_sets(verdict)}


def totals(roll: Row) -> RollTotals:
    """A ROLL row → how the roll stands."""
    return RollTotals(
        files=roll.get("n_files", 0),
        open=roll.get("n_open", 0),
        delivered=roll.get(f"n_{State.DELIVERED}", 0),
        kept=roll.get(f"n_{State.KEPT}", 0),
        rejected=roll.get(f"n_{State.REJECTED}", 0),
        needs_attention=roll.get(f"n_{State.NEEDS_ATTENTION}", 0),
    )


def said_at_end(clip: ClipRef, title: str, verdict: Verdict) -> Message:
    """A verdict → the fact that tells of the end it leads to."""
    told = {State.KEPT: ClipKept, State.NEEDS_ATTENTION: AttentionNeeded}.get(end_of(verdict.code), ClipRejected)
    return told(clip=clip, title=title, verdict=verdict)


class Rolls:
    """Rolls in the catalogue. Every step may be done twice, in any order, by any number of workers."""

    def __init__(self, outbox: Outbox) -> None:
        self._outbox = outbox
        self._catalogue = outbox.catalogue
        self._listed: set[str] = set()

    def get(self, roll: RollRef) -> Row:
        """The ROLL row; an empty one with the keys when nothing was received yet."""
        return self._catalogue.get(roll.partition, table.ROLL) or {"pk": roll.partition, "sk": table.ROLL}

    def receive(
        self,
        place: IngestKey,
        file: SourceFile,
        kind: FileKind,
        verdict: Verdict | None,
        *,
        sequencer: str = "",
    ) -> None:
        """A version of a file arrived: write it, and start its clip when it is one by itself.

        `verdict` is the end of a file that is no clip: kept, or rejected. `sequencer` is S3's, and orders the
        versions of one key. A second receipt writes nothing.
        """
        self._list(place.roll)
        roll, sk, now = place.roll, table.file_sk(file.key, file.version), self._outbox.now()
        row: Row = {
            "pk": roll.partition,
            "sk": sk,
            "offload": place.offload,
            "path": place.path,
            "kind": kind,
            "file": file.model_dump_json(),
            # S3's hexadecimal sequencers differ in length: padded, their text order is their order.
            "sequencer": sequencer.zfill(64),
            "received_at": now,
        }
        messages: list[Message] = [
            FileReceived(roll=roll, offload=place.offload, path=place.path, kind=kind, file=file)
        ]
        # The uploader's own record arrives like a file, but nobody had it on a card.
        counted = {"n_files": int(kind is not FileKind.COMPLETION), f"arrived#{place.offload}": 1}
        changes: list[Put | Change] = []
        if kind is FileKind.ORIGINAL:
            clip, received = self._new_clip(place, name_clip(place.path), [file])
            messages.append(received)
            changes.append(Put(clip))
            row |= {"state": State.JOINED, "clip": clip["sk"]}
            counted |= {"n_open": 1}
        elif kind is FileKind.SPAN:
            row |= {"state": State.WAITING}
            counted |= {"n_open": 1}
        else:
            if verdict is None:
                raise ValueError(f"a {kind} is no clip, so it needs a verdict to end with")
            row |= {"state": end_of(verdict.code), **_verdict_sets(verdict)}
            counted |= {"n_open": 0}
            if kind is FileKind.SIDECAR and may_hold_looks(place.path):
                messages.append(ReadLook(roll=roll, offload=place.offload, path=place.path, file=file))
            if kind is FileKind.SOUND:
                messages.append(ReadSound(roll=roll, offload=place.offload, path=place.path, file=file))
            if end_of(verdict.code) is State.REJECTED:
                counted[f"n_{State.REJECTED}"] = 1
        if kind is not FileKind.COMPLETION and place.path.startswith(f"{NOTES}/"):
            # About a copy of the card, and nothing of the card itself: the roll stays as it is.
            messages.append(JudgeCard(roll=roll))
        else:
            changes.append(self._roll_change(roll, counted))
        try:
            self._outbox.commit(roll.partition, sk, [Put(row), *changes], messages)
        except Refused:
            self._outbox.say_what_is_pending(roll.partition, sk, [message.name for message in messages])

    def note_completion(self, roll: RollRef, offload: str, record: SourceFile, listed: int) -> None:
        """The uploader's completion record is here: from now on the offload knows how many files it has."""
        self._catalogue.change(
            Change(
                roll.partition,
                table.ROLL,
                sets={f"record#{offload}": record.model_dump_json(), f"listed#{offload}": listed},
                removes=[f"complete#{offload}"],
            )
        )

    def missing(self, roll: RollRef, offload: Offload) -> list[OffloadedFile]:
        """A completion record → those of its files that were not received yet."""
        listed = _listed(roll, offload)
        there = {row["sk"] for row in self._catalogue.get_many([(roll.partition, sk) for sk in listed])}
        return [file for sk, file in listed.items() if sk not in there]

    def complete(self, roll: RollRef, offload: Offload) -> None:
        """Every file of the offload is here: its spans join, and the roll may close."""
        if any(name_clip(file.path).span is not None for file in offload.files):
            self.join_spans(roll, self.spans(roll, offload.offload), frozenset(_listed(roll, offload)))
        completed = Change(roll.partition, table.ROLL, sets={f"complete#{offload.offload}": True})
        said, origin = OffloadCompleted(roll=roll, offload=offload.offload), f"{table.ROLL}#{offload.offload}"
        try:
            self._outbox.commit(roll.partition, origin, [completed], [said])
        except Refused:
            self._outbox.say_what_is_pending(roll.partition, origin, [said.name])

    def spans(self, roll: RollRef, offload: str) -> list[Row]:
        """The rows of an offload's spans, joined or waiting."""
        files = self._catalogue.query(roll.partition, table.FILE)
        return [row for row in files if row["kind"] == FileKind.SPAN and row["offload"] == offload]

    def join_spans(self, roll: RollRef, rows: Iterable[Row], listed: frozenset[str] | None = None) -> None:
        """Rows of spans → one clip for each group in which something waits."""
        for group in group_spans(rows, listed):
            for start in range(0, len(group.waiting), MAX_SPANS):
                self._join(roll, group, group.waiting[start : start + MAX_SPANS])

    def _join(self, roll: RollRef, group: SpanGroup, waiting: Sequence[Row]) -> None:
        first = group.chosen[0]
        place = IngestKey(roll=roll, offload=first["offload"], path=first["path"])
        files = [SourceFile.model_validate_json(row["file"], extra="ignore") for row in group.chosen]
        clip, received = self._new_clip(place, name_clip(place.path), files)
        verdict = group.verdict or judge_size(received)
        counted = Counter({"n_open": -len(waiting)})
        changes: list[Put | Change] = [
            Change(
                row["pk"],
                row["sk"],
                sets={"state": State.JOINED, "clip": clip["sk"]},
                when={"state": State.WAITING},
            )
            for row in waiting
        ]
        says: list[Message] = []
        if self._catalogue.get(clip["pk"], clip["sk"]) is None:
            if verdict is None:
                counted["n_open"] += 1
                says.append(received)
            else:
                clip = _ended(clip, verdict, self._outbox.now())
                counted[f"n_{clip['state']}"] += 1
                says.append(said_at_end(received.clip, received.title, verdict))
            changes.append(Put(clip))
        changes.append(self._roll_change(roll, counted))
        try:
            self._outbox.commit(roll.partition, clip["sk"], changes, says)
        except Refused:
            self._outbox.say_what_is_pending(roll.partition, clip["sk"], [message.name for message in says])

    def move_clip(self, clip: Row, state: State, sets: dict[str, Any], verdict: Verdict | None) -> list[Change]:
        """A CLIP row and its next state → the changes to the clip and to its roll's counters.

        Provided that the clip still stands where the row says; else the transaction is refused and read anew.
        """
        was, now = State(clip["state"]), self._outbox.now()
        ended = state in ENDS
        moved = Change(
            clip["pk"],
            clip["sk"],
            sets={"state": state, "moved_at": now, **sets, **_verdict_sets(verdict)}
            | ({"ended_at": now} if ended else _open(clip["sk"], self._outbox.now(OVERDUE_S))),
            removes=(["open_shard", "due_at"] if ended else ["ended_at"])
            + ([] if verdict else ["code", "sentence", "next_step"]),
            # A newer order for the clip takes the word from whoever read the row before it.
            when={"state": was, "revision": clip.get("revision")},
        )
        if was is state and ended:
            return [moved]
        # Only coming to an end and leaving it concern the roll: its row is the one that neighbours contend for.
        adds: Counter[str] = Counter()
        if was in ENDS:
            adds.update({"n_open": 1, f"n_{was}": -1})
        if ended:
            adds.update({"n_open": -1, f"n_{state}": 1})
        return [moved, *([self._roll_change(RollRef.of_partition(clip["pk"]), adds)] if adds else [])]

    def close_if_ended(self, roll: RollRef, *, quiet: bool = False) -> None:
        """Close the roll when nothing in it is open and every offload is complete, or all is `quiet`."""
        row = self.get(roll)
        offloads = [name.split("#", 1)[1] for name in row if name.startswith("arrived#")]
        whole = quiet or all(row.get(f"complete#{offload}") for offload in offloads)
        if not offloads or row["n_open"] or row["closed"] or not whole:
            return
        closing = row.get("closing", 0) + 1
        close = Change(
            roll.partition,
            table.ROLL,
            sets={"closed": True, "closing": closing, "closed_at": self._outbox.now()},
            removes=["open_shard", "due_at"],
            when={"n_open": 0, "n_files": row["n_files"], "closed": False},
        )
        said = RollClosed(roll=roll, closing=closing, totals=totals(row))
        try:
            self._outbox.commit(roll.partition, f"{table.ROLL}#{closing}", [close], [said])
        except Refused:
            # A file came in between, or a neighbour closed the roll: the next end looks again.
            return

    def put_off(self, roll: RollRef) -> None:
        """The roll is not ended yet: `sweep` looks at it again after the next quiet time."""
        with suppress(Refused):
            self._catalogue.change(
                Change(
                    roll.partition,
                    table.ROLL,
                    sets=_open(roll.partition, self._outbox.now(QUIET_S)),
                    when={"closed": False},
                )
            )

    def _new_clip(self, place: IngestKey, name: ClipName, files: Sequence[SourceFile]) -> tuple[Row, ClipReceived]:
        clip = ClipRef(
            roll=place.roll,
            clip_id=clip_id(place.roll, place.offload, name.directory, name.stem),
            version=clip_version(tuple(file.version for file in files)),
        )
        sk, now = table.clip_sk(clip), self._outbox.now()
        row: Row = {
            "pk": place.roll.partition,
            "sk": sk,
            "title": name.title,
            "path": place.path,
            "offload": place.offload,
            "state": State.RECEIVED,
            "spans": json.dumps([file.model_dump() for file in files]),
            "received_at": now,
            "moved_at": now,
            **_open(sk, self._outbox.now(OVERDUE_S)),
        }
        return row, ClipReceived(clip=clip, title=name.title, spans=tuple(files))

    def _roll_change(self, roll: RollRef, adds: Mapping[str, int]) -> Change:
        # What opens the roll again also puts it back under the eyes of `sweep`.
        return Change(
            roll.partition,
            table.ROLL,
            sets={"closed": False, **_open(roll.partition, self._outbox.now(QUIET_S))},
            adds={"n_open": 0, **adds},
        )

    def _list(self, roll: RollRef) -> None:
        if roll.partition in self._listed:
            return
        for pk, sk in (
            (table.PRODUCTIONS, roll.production),
            (table.production_pk(roll.production), table.roll_listing_sk(roll)),
        ):
            try:
                self._catalogue.transact([Put({"pk": pk, "sk": sk, "first_at": self._outbox.now()})])
            except Refused:
                continue
        self._listed.add(roll.partition)
