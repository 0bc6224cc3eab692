"""What every handler is made of: which messages come back, what AWS counts as an error, and when to stop."""

import json
import time
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from circletake.cloud.catalogue import Catalogue, Change, Put
from circletake.cloud.clients import config_for
from circletake.cloud.function import MARGIN_S, on_queue
from circletake.cloud.stage import Held
from circletake.contracts.envelopes import BusEvent
from tests.pipeline.world import Context

ROW = {"pk": "p", "sk": "s"}


def batch(*kinds: str) -> dict[str, Any]:
    bodies = [json.dumps({"detail-type": kind, "detail": {}}) for kind in kinds]
    return {"Records": [{"messageId": f"m{n}", "body": body, "attributes": {}} for n, body in enumerate(bodies)]}


def by_kind(event: BusEvent, deadline: float) -> None:
    if event.detail_type == "held":
        raise Held("somebody is at it")
    if event.detail_type == "broken":
        raise OSError("no space left")


@pytest.mark.parametrize(
    ("kinds", "back"),
    [(("fine", "fine"), []), (("fine", "broken"), ["m1"]), (("held",), ["m0"]), (("held", "broken"), ["m0", "m1"])],
)
def test_only_what_failed_comes_back(kinds: tuple[str, ...], back: list[str]) -> None:
    answer = on_queue(by_kind)(batch(*kinds), Context())  # type: ignore[arg-type]
    assert [each["itemIdentifier"] for each in answer["batchItemFailures"]] == back


def test_when_all_failed_the_error_itself_is_raised_so_that_aws_counts_it() -> None:
    with pytest.raises(OSError, match="no space left"):
        on_queue(by_kind)(batch("broken", "broken"), Context())  # type: ignore[arg-type]


def test_there_is_time_left_to_say_what_happened_before_lambda_stops_us() -> None:
    told: list[float] = []
    on_queue(lambda _, deadline: told.append(deadline))(batch("fine"), Context())  # type: ignore[arg-type]
    left = told[0] - time.monotonic()
    assert left <= Context().get_remaining_time_in_millis() / 1000 - MARGIN_S


@pytest.mark.parametrize("region", ["us-east-1", "eu-central-1", "me-south-1"])
def test_a_presigned_address_names_the_region_that_answers(region: str, aws: None) -> None:
    s3 = boto3.client("s3", region_name=region, config=config_for("s3"))
    there = s3.generate_presigned_url("get_object", Params={"Bucket": "review", "Key": "k"})
    assert there.startswith(("https://review.s3.amazonaws.com/", f"https://review.s3.{region}.amazonaws.com/"))
    assert region == "us-east-1" or f".{region}." in there
    assert "X-Amz-Algorithm=AWS4-HMAC-SHA256" in there


@pytest.mark.parametrize("lasting", [1, 100])
def test_a_neighbours_transaction_is_waited_for_and_not_for_ever(
    catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch, lasting: int
) -> None:
    conflicts = iter(range(lasting))
    real = catalogue._client.update_item

    def contended(**request: Any) -> Any:
        if next(conflicts, None) is not None:
            raise ClientError({"Error": {"Code": "TransactionConflictException", "Message": ""}}, "UpdateItem")
        return real(**request)

    catalogue.transact([Put(ROW)])
    monkeypatch.setattr(catalogue._client, "update_item", contended)
    monkeypatch.setattr("time.sleep", lambda _: None)
    if lasting > 10:
        with pytest.raises(ClientError, match="Conflict"):
            catalogue.change(Change("p", "s", sets={"seen": 1}))
    else:
        catalogue.change(Change("p", "s", sets={"seen": 1}))
        assert catalogue.get("p", "s") == {**ROW, "seen": 1}
