"""The catalogue: rows in, rows out, and transactions that hold or fail as one."""

import random
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Any, TypeVar

from boto3.dynamodb.types import TypeDeserializer, TypeSerializer
from botocore.exceptions import ClientError

from circletake.contracts.table import OPEN_INDEX, OPEN_SHARDS

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

Row = dict[str, Any]
_Answer = TypeVar("_Answer")
_CONFLICT_TRIES = 8
_BATCH = 25
_GET_BATCH = 100
_ABSENT = "attribute_not_exists(pk)"


class Refused(Exception):  # noqa: N818 - not a fault: somebody else was first
    """A condition did not hold. `refused` tells which of the changes, counted from 0."""

    def __init__(self, refused: Sequence[int]) -> None:
        super().__init__(f"conditions of changes {list(refused)} did not hold")
        self.refused = tuple(refused)


@dataclass(frozen=True)
class Put:
    """Write a whole row, provided that there is none, or in place of the one that `replaces` allows for."""

    row: Row
    replaces: bool = False


@dataclass(frozen=True)
class Change:
    """Change one row: set, remove and add attributes, provided that `when` holds.

    `when` maps an attribute to the value it must have; None means that it must be absent.
    """

    pk: str
    sk: str
    sets: Mapping[str, Any] = field(default_factory=dict)
    removes: Sequence[str] = ()
    adds: Mapping[str, Any] = field(default_factory=dict)
    when: Mapping[str, Any] | None = None


@dataclass(frozen=True)
class Check:
    """Change nothing, provided that `when` holds, as of a `Change`."""

    pk: str
    sk: str
    when: Mapping[str, Any]


@dataclass(frozen=True)
class Forget:
    """Delete one row, provided that there is one, and that `when` holds of it, as of a `Change`."""

    pk: str
    sk: str
    when: Mapping[str, Any] = field(default_factory=dict)


Step = Put | Change | Check | Forget

_serialize = TypeSerializer().serialize
_deserialize = TypeDeserializer().deserialize


def _marshal(row: Mapping[str, Any]) -> dict[str, Any]:
    return {name: _serialize(value) for name, value in row.items() if value is not None}


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    return value


def _unmarshal(item: Mapping[str, Any]) -> Row:
    return {name: _plain(_deserialize(value)) for name, value in item.items()}


def _step(step: Step) -> tuple[str, dict[str, Any]]:
    """→ what DynamoDB calls a step of a transaction, and how it is written."""
    match step:
        case Put(row, replaces):
            return "Put", {"Item": _marshal(row)} | ({} if replaces else {"ConditionExpression": _ABSENT})
        case Check(pk, sk, when):
            return "ConditionCheck", _expression(Change(pk, sk, when=when))
        case Forget(pk, sk, when):
            return "Delete", _expression(Change(pk, sk, when={"sk": sk, **when}))
        case _:
            return "Update", _expression(step)


def _expression(change: Change) -> dict[str, Any]:
    names: dict[str, str] = {}
    values: dict[str, Any] = {}

    def name(attribute: str) -> str:
        return names.setdefault(attribute, f"#n{len(names)}")

    def value(given: Any) -> str:
        placeholder = f":v{len(values)}"
        values[placeholder] = _serialize(given)
        return placeholder

    clauses = []
    if sets := [f"{name(k)} = {value(v)}" for k, v in change.sets.items() if v is not None]:
        clauses.append("SET " + ", ".join(sets))
    if removes := [name(k) for k in change.removes]:
        clauses.append("REMOVE " + ", ".join(removes))
    if adds := [f"{name(k)} {value(v)}" for k, v in change.adds.items()]:
        clauses.append("ADD " + ", ".join(adds))
    request: dict[str, Any] = {"Key": _marshal({"pk": change.pk, "sk": change.sk})}
    if clauses:
        request["UpdateExpression"] = " ".join(clauses)
    if change.when is not None:
        request["ConditionExpression"] = " AND ".join(
            f"attribute_not_exists({name(k)})" if v is None else f"{name(k)} = {value(v)}"
            for k, v in change.when.items()
        )
    request["ExpressionAttributeNames"] = {placeholder: attribute for attribute, placeholder in names.items()}
    if values:
        request["ExpressionAttributeValues"] = values
    return request


def _reasons(error: ClientError) -> list[str]:
    reasons: Any = error.response.get("CancellationReasons", [])
    return [reason.get("Code", "") for reason in reasons]


def _despite_conflicts(write: Callable[[], _Answer]) -> _Answer:
    """A write → its answer, tried again while a neighbour's transaction holds one of its rows.

    A roll's counters are shared, and the SDK does not try again what was cancelled for a conflict: nothing was
    written, and the queue's own retry would wait for minutes.
    """
    for attempt in range(_CONFLICT_TRIES - 1):
        try:
            return write()
        except ClientError as error:
            conflict = error.response["Error"]["Code"] == "TransactionConflictException"
            if not conflict and not _is_only_a_conflict(_reasons(error)):
                raise
        time.sleep(random.uniform(0, 0.02 * 2**attempt))  # noqa: S311 - jitter, not a secret
    return write()


def _is_only_a_conflict(reasons: Sequence[str]) -> bool:
    return "TransactionConflict" in reasons and "ConditionalCheckFailed" not in reasons


class Catalogue:
    """One DynamoDB table. Every read is consistent; every write is a condition away from doing nothing."""

    def __init__(self, client: "DynamoDBClient", table: str) -> None:
        self._client = client
        self.table = table

    def get(self, pk: str, sk: str) -> Row | None:
        """Key → the row, or None."""
        answer = self._client.get_item(TableName=self.table, Key=_marshal({"pk": pk, "sk": sk}), ConsistentRead=True)
        return _unmarshal(answer["Item"]) if "Item" in answer else None

    def get_many(self, keys: Sequence[tuple[str, str]]) -> list[Row]:
        """Keys (pk, sk) → the rows that are there, in no order."""
        rows: list[Row] = []
        for start in range(0, len(keys), _GET_BATCH):
            asked: Any = [_marshal({"pk": pk, "sk": sk}) for pk, sk in keys[start : start + _GET_BATCH]]
            while asked:
                answer = self._client.batch_get_item(RequestItems={self.table: {"Keys": asked, "ConsistentRead": True}})
                rows += [_unmarshal(item) for item in answer["Responses"].get(self.table, [])]
                left: Any = answer.get("UnprocessedKeys", {})
                asked = left.get(self.table, {}).get("Keys")
        return rows

    def query(self, pk: str, prefix: str = "") -> Iterator[Row]:
        """Partition and the beginning of the sort key → the rows, by sort key."""
        condition, values = "pk = :pk", {":pk": pk}
        if prefix:
            condition, values = f"{condition} AND begins_with(sk, :prefix)", {**values, ":prefix": prefix}
        pages = self._client.get_paginator("query").paginate(
            TableName=self.table,
            KeyConditionExpression=condition,
            ExpressionAttributeValues=_marshal(values),
            ConsistentRead=True,
        )
        for page in pages:
            for item in page["Items"]:
                yield _unmarshal(item)

    def due(self, now: str) -> Iterator[Row]:
        """ISO time → what is open and due by then, shard by shard, the most overdue first."""
        for shard in range(OPEN_SHARDS):
            pages = self._client.get_paginator("query").paginate(
                TableName=self.table,
                IndexName=OPEN_INDEX,
                KeyConditionExpression="open_shard = :shard AND due_at <= :now",
                ExpressionAttributeValues=_marshal({":shard": f"open#{shard}", ":now": now}),
            )
            for page in pages:
                for item in page["Items"]:
                    yield _unmarshal(item)

    def change(self, change: Change) -> None:
        """One change. Raises `Refused` when its condition did not hold."""
        request = {"TableName": self.table, **_expression(change)}
        try:
            _despite_conflicts(lambda: self._client.update_item(**request))
        except self._client.exceptions.ConditionalCheckFailedException as error:
            raise Refused([0]) from error

    def transact(self, changes: Sequence[Step]) -> None:
        """All of the changes or none. Raises `Refused` naming those whose condition did not hold."""
        items: list[Any] = []
        for change in changes:
            name, said = _step(change)
            items.append({name: {"TableName": self.table, **said}})
        try:
            _despite_conflicts(lambda: self._client.transact_write_items(TransactItems=items))
        except self._client.exceptions.TransactionCanceledException as error:
            if refused := [i for i, code in enumerate(_reasons(error)) if code == "ConditionalCheckFailed"]:
                raise Refused(refused) from error
            raise

    def put_all(self, rows: Sequence[Row]) -> None:
        """Many rows, each as it is given, whether there is one or not."""
        for start in range(0, len(rows), _BATCH):
            requests: Any = [{"PutRequest": {"Item": _marshal(row)}} for row in rows[start : start + _BATCH]]
            while requests:
                answer = self._client.batch_write_item(RequestItems={self.table: requests})
                requests = answer.get("UnprocessedItems", {}).get(self.table, [])

    def delete(self, pk: str, sks: Sequence[str]) -> None:
        """Forget rows of one partition, whether they are there or not."""
        for start in range(0, len(sks), _BATCH):
            requests: Any = [
                {"DeleteRequest": {"Key": _marshal({"pk": pk, "sk": sk})}} for sk in sks[start : start + _BATCH]
            ]
            while requests:
                answer = self._client.batch_write_item(RequestItems={self.table: requests})
                requests = answer.get("UnprocessedItems", {}).get(self.table, [])
