"""AWS in this process, by moto: nothing of the developer's own, and the table as the stack makes it."""

import copy
import inspect
import pickle
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from moto import mock_aws
from moto.dynamodb import models as dynamodb
from moto.dynamodb.models.dynamo_type import Item
from moto.dynamodb.models.table import Table

TABLE = "catalogue"


@contextmanager
def made_up_aws(monkeypatch: pytest.MonkeyPatch, config: Path) -> Iterator[None]:
    """moto, and nothing of the developer's own credentials; `config` is a file that does not exist."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"):
        monkeypatch.setenv(name, "testing")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-central-1")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(config))
    monkeypatch.delenv("AWS_PROFILE", raising=False)
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    copies, backend = _Copies(), dynamodb.DynamoDBBackend
    monkeypatch.setattr(dynamodb, "copy", SimpleNamespace(deepcopy=copies.take))
    monkeypatch.setattr(backend, "transact_write_items", copies.within(backend.transact_write_items))
    monkeypatch.setattr(Table, "query", _of_one_partition(Table.query))
    with mock_aws():
        yield


def _of_one_partition(query: Callable[..., Any]) -> Callable[..., Any]:
    """moto sorts all rows of a table for each query; here it is handed the partition that is asked for."""

    bound = inspect.signature(query).bind

    def asked(table: Table, *by_place: Any, **by_name: Any) -> Any:
        of = bound(table, *by_place, **by_name).arguments
        if of.get("index_name") is None:
            table, rows = copy.copy(table), table.items.get(of["hash_key"], {})
            table.items = defaultdict(dict, {of["hash_key"]: rows})
        return query(table, *by_place, **by_name)

    return asked


class _Copies:
    """moto copies the whole table before each transaction, to take it back: with a day's rows in it, a second each.

    Here a copy shares its rows with the table. moto copies a row, too, before it changes that: then the copy of the
    table gets the row as it was.
    """

    def __init__(self) -> None:
        self._table: Table | None = None

    def within(self, transact: Callable[..., None]) -> Callable[..., None]:
        """A transaction that is taken back leaves the copy in the table's place: then it is no copy any more."""

        def transacted(*given: Any, **named: Any) -> None:
            try:
                transact(*given, **named)
            finally:
                self._table = None

        return transacted

    def take(self, thing: Any) -> Any:
        if isinstance(thing, Table):
            self._table = copied = copy.copy(thing)
            copied.items = defaultdict(dict, {of: dict(rows) for of, rows in thing.items.items()})
            return copied
        before = pickle.loads(pickle.dumps(thing, -1))
        if isinstance(thing, Item) and self._table is not None:
            rows: dict[Any, Any] = self._table.items.get(thing.hash_key, {})
            key: Any = thing.range_key
            if rows.get(key) is thing:
                rows[key] = before
        return before


def make_table(client: Any) -> None:
    """The table as the stack makes it: keys, and the sparse index of what is open."""
    client.create_table(
        TableName=TABLE,
        BillingMode="PAY_PER_REQUEST",
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}],
        AttributeDefinitions=[
            {"AttributeName": name, "AttributeType": "S"} for name in ("pk", "sk", "open_shard", "due_at")
        ],
        GlobalSecondaryIndexes=[
            {
                "IndexName": "open",
                "KeySchema": [
                    {"AttributeName": "open_shard", "KeyType": "HASH"},
                    {"AttributeName": "due_at", "KeyType": "RANGE"},
                ],
                "Projection": {"ProjectionType": "ALL"},
            }
        ],
    )
