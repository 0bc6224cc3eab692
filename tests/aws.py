"""AWS in this process, by moto: nothing of the developer's own, and the table as the stack makes it."""

import pickle
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from moto import mock_aws
from moto.dynamodb import models as dynamodb

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
    # moto copies the table before each transaction, to take it back; pickled, that costs a fifth.
    monkeypatch.setattr(dynamodb, "copy", SimpleNamespace(deepcopy=lambda thing: pickle.loads(pickle.dumps(thing, -1))))
    with mock_aws():
        yield


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
