"""What travels stays readable: schemas as committed, samples as captured, and words that are never loosened."""

import json
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from circletake.contracts.envelopes import ObjectCreated
from circletake.contracts.errors import Code, Verdict
from circletake.contracts.facts import MAX_MESSAGE_BYTES, MESSAGES, ClipRejected, Message
from circletake.contracts.files import end_of
from circletake.contracts.keys import ClipRef, RollRef, clip_id, clip_version, file_version, short_hash
from circletake.contracts.schemas.__main__ import HERE, schema_file, schema_text
from circletake.contracts.wire import Rational
from functions.collect.notifications import read_event

EVENTS = Path(__file__).parents[2] / "events"
SAMPLES = sorted(EVENTS.glob("*.json"))
ROLL = RollRef(production="bikes", unit="main", day="D001", roll="A001")


@pytest.mark.parametrize("message", MESSAGES.values(), ids=MESSAGES)
def test_the_committed_schema_is_the_one_of_the_code(message: type[Message]) -> None:
    committed = schema_file(message)
    assert committed.exists(), "run: python -m circletake.contracts.schemas"
    assert committed.read_text() == schema_text(message), "run: python -m circletake.contracts.schemas"


def test_no_schema_is_left_of_a_message_that_is_gone() -> None:
    assert {path.name for path in HERE.glob("*.json")} == {schema_file(each).name for each in MESSAGES.values()}


@pytest.mark.parametrize("sample", SAMPLES, ids=[path.name for path in SAMPLES])
def test_every_sample_is_read_as_what_its_name_says(sample: Path) -> None:
    envelope = json.loads(sample.read_text())
    name = sample.name.split(".")[0]
    if name == "HttpRequest":
        assert envelope["version"] == "2.0"
        return
    (record,) = envelope["Records"]
    event = read_event(record["body"])
    assert event.detail_type.replace(" ", "") == name
    if name == "ObjectCreated":
        assert ObjectCreated.model_validate(event.detail).object.version_id
    elif name in MESSAGES:
        read = MESSAGES[name].read(event.detail)
        # Fields that were added since the sample was taken are at their defaults, and not of the sample.
        assert read.model_dump(mode="json", exclude_unset=True) == event.detail


def test_a_reader_of_yesterday_understands_a_message_with_a_new_field() -> None:
    sample = json.loads((EVENTS / "ClipRejected.engine.json").read_text())
    detail = json.loads(sample["Records"][0]["body"])["detail"]
    detail["added_tomorrow"] = {"deep": [1]}
    detail["verdict"]["added_tomorrow"] = True
    assert ClipRejected.read(detail).verdict.code is Code.UNSUPPORTED_CONTAINER


def test_a_writer_never_adds_a_field_that_is_not_in_the_contract() -> None:
    with pytest.raises(ValidationError):
        Verdict.model_validate({"code": "NO_VIDEO", "sentence": "s", "next_step": "n", "more": 1})


def test_a_message_that_outgrew_the_bus_is_refused_before_it_is_said() -> None:
    verdict = Verdict(code=Code.NO_VIDEO, sentence="s" * MAX_MESSAGE_BYTES, next_step="n")
    ref = ClipRef(roll=ROLL, clip_id="0" * 20, version="1" * 20)
    with pytest.raises(ValueError, match="larger than"):
        ClipRejected(clip=ref, title="t", verdict=verdict).written()


@given(st.integers(1, 10**12 - 1), st.integers(1, 10**12 - 1))
def test_a_rational_survives_the_wire_exactly(numerator: int, denominator: int) -> None:
    adapter = TypeAdapter[Fraction](Rational)
    value = Fraction(numerator, denominator)
    assert adapter.validate_json(adapter.dump_json(value)) == value


@pytest.mark.parametrize("lie", ["23.976", "24", "1/0", "nan", "-1/2", "٣/4", 23.976, None])
def test_a_rate_is_never_read_from_anything_but_two_integers(lie: object) -> None:
    with pytest.raises(ValidationError):
        TypeAdapter(Rational).validate_python(lie)


@given(st.lists(st.text(), min_size=1, max_size=4), st.lists(st.text(), min_size=1, max_size=4))
def test_different_parts_never_run_together_into_one_id(first: list[str], second: list[str]) -> None:
    assert (short_hash(*first) == short_hash(*second)) is (first == second)


def test_two_insertions_of_the_same_card_are_two_clips_and_two_units_never_meet() -> None:
    other = ROLL.model_copy(update={"unit": "2u"})
    ids = {
        clip_id(ROLL, "o1", ".", "A001C001"),
        clip_id(ROLL, "o2", ".", "A001C001"),
        clip_id(other, "o1", ".", "A001C001"),
    }
    assert len(ids) == 3


def test_the_order_of_spans_is_part_of_a_clips_version() -> None:
    a, b = file_version("k", "1"), file_version("k", "2")
    assert clip_version((a, b)) != clip_version((b, a))


@pytest.mark.parametrize("code", Code)
def test_every_code_leads_to_an_end(code: Code) -> None:
    assert end_of(code) in ("KEPT", "REJECTED", "NEEDS_ATTENTION")
