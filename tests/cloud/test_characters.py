"""Characters on record: consent first, each word once, and nobody's likeness after they withdrew."""

from typing import Any

import boto3
import pytest

from circletake.cloud.catalogue import Check, Forget, Put, Refused
from circletake.cloud.characters import Characters, NotAgreed
from circletake.cloud.objects import Objects
from circletake.cloud.outbox import Outbox
from circletake.contracts import table
from circletake.contracts.characters import ReferenceState
from circletake.contracts.keys import ClipRef, RollRef
from tests.fakes import FakeBus, FakeClock
from tests.likeness import LATER, MODEL, consent, embedding, faces, jpeg, track, where_left

ROLL = RollRef(production="bikes", unit="main", day="D001", roll="A001")
CLIP = ClipRef(roll=ROLL, clip_id="0" * 20, version="1" * 20)
ALONE = faces(track(0, 0, embedding(1)))


@pytest.fixture
def characters(outbox: Outbox) -> Characters:
    return Characters(outbox)


def add(characters: Characters, pictures: int = 2, **agreed: Any) -> str:
    shown = [jpeg(number) for number in range(pictures)]
    return characters.add("bikes", "Anna", consent(**agreed), shown, "lee@example.com").id


def said(bus: FakeBus) -> list[str]:
    return [name for name, _ in bus.take()]


def test_who_agreed_is_on_record_with_an_order_for_each_picture(characters: Characters, bus: FakeBus) -> None:
    anna = add(characters)
    assert said(bus) == ["EnrolReference", "EnrolReference"]
    ((known, erased),) = characters.all("bikes")
    assert (known.id, known.name, known.added_by, erased) == (anna, "Anna", "lee@example.com", None)
    assert characters.reference_picture("bikes", anna, 2) == jpeg(1)
    assert [each.state for each in characters.references("bikes", anna)] == [ReferenceState.ORDERED] * 2


def test_the_same_a_second_time_is_the_same_character_and_is_said_once(characters: Characters, bus: FakeBus) -> None:
    anna = add(characters)
    said(bus)
    assert add(characters) == anna
    assert said(bus) == []
    assert add(characters, document_sha256="1" * 64) != anna
    assert len(characters.all("bikes")) == 2


def test_orders_that_could_not_be_said_are_said_by_who_adds_the_same_again(
    characters: Characters, bus: FakeBus, outbox: Outbox
) -> None:
    bus.deaf_for = 1
    with pytest.raises(Exception, match="throttled"):
        add(characters)
    anna = add(characters)
    assert len(characters.references("bikes", anna)) == 2
    assert said(bus) == ["EnrolReference", "EnrolReference"]
    assert list(outbox.catalogue.query(table.characters_pk("bikes"), table.FACT)) == []


@pytest.mark.parametrize("agreed", [{"expires": "2026-09-29"}, {"scopes": ["CONSISTENCY"]}, {"minor": True}])
def test_without_valid_consent_nothing_is_kept(characters: Characters, outbox: Outbox, agreed: dict[str, Any]) -> None:
    with pytest.raises(NotAgreed):
        add(characters, **agreed)
    assert list(outbox.catalogue.query(table.characters_pk("bikes"))) == []


def test_what_was_withdrawn_is_withdrawn_once_and_its_document_is_worth_nothing_any_more(
    characters: Characters, bus: FakeBus, clock: FakeClock
) -> None:
    anna = add(characters)
    said(bus)
    first = characters.withdraw("bikes", anna, "pat@example.com")
    assert said(bus) == ["EraseCharacter"]
    clock.forward(60)
    again = characters.withdraw("bikes", anna, "somebody.else@example.com")
    assert (again, said(bus)) == (first, [])
    with pytest.raises(LookupError):
        characters.withdraw("bikes", "f" * 20, "pat@example.com")


@pytest.mark.parametrize("person", ["Ann Actor", "ann  actor", "A. Actor", "Bea Actor"])
def test_a_document_that_was_withdrawn_is_worth_nothing_by_any_name(characters: Characters, person: str) -> None:
    anna = add(characters)
    characters.withdraw("bikes", anna, "pat@example.com")
    with pytest.raises(NotAgreed, match="A new one has to be signed"):
        add(characters, pictures=1, person=person)
    assert [known.id for known, _ in characters.all("bikes")] == [anna]
    assert add(characters, document_sha256="1" * 64) != anna


def test_every_character_that_stands_on_a_document_is_withdrawn_with_it(characters: Characters, bus: FakeBus) -> None:
    anna, better, role = add(characters), add(characters, pictures=3), add(characters, person="A. Actor")
    other = add(characters, document_sha256="1" * 64)
    said(bus)
    characters.withdraw("bikes", better, "pat@example.com")
    assert said(bus) == ["EraseCharacter"] * 3
    withdrawn = {known.id: known.withdrawn_by for known, _ in characters.all("bikes")}
    assert withdrawn == {anna: "pat@example.com", better: "pat@example.com", role: "pat@example.com", other: None}


def test_who_is_added_while_somebody_withdraws_the_document_is_withdrawn_as_well(
    characters: Characters, monkeypatch: pytest.MonkeyPatch
) -> None:
    anna, listed = add(characters), characters.all
    late = iter([listed("bikes")])
    characters.withdraw("bikes", anna, "pat@example.com")
    monkeypatch.setattr(characters, "all", lambda production: next(late, None) or listed(production))
    with pytest.raises(NotAgreed):
        add(characters, pictures=3)
    assert len(listed("bikes")) == 2
    assert {known.withdrawn_at is None for known, _ in listed("bikes")} == {False}


def test_a_likeness_is_kept_of_one_face_and_of_no_other_picture(characters: Characters, outbox: Outbox) -> None:
    anna = add(characters, pictures=4)
    characters.enrol("bikes", anna, 1, ALONE, MODEL)
    characters.enrol("bikes", anna, 2, faces(), MODEL)
    characters.enrol("bikes", anna, 3, faces(*ALONE.tracks, *ALONE.tracks), MODEL)
    characters.enrol("bikes", anna, 4, faces(track(0, 0)), MODEL)
    told = [(each.state, each.why) for each in characters.references("bikes", anna)]
    assert told == [
        ("ENROLLED", None),
        ("REFUSED", "No face was found in this picture."),
        ("REFUSED", "2 faces are in this picture. A reference shows one person alone."),
        ("REFUSED", "The face in this picture is too small or out of focus. Take one in which it is larger and sharp."),
    ]
    ((known, _),) = characters.all("bikes")
    (looks,) = characters.likenesses("bikes", [known], MODEL.label).values()
    assert list(looks[0]) == pytest.approx(list(embedding(1)), abs=1e-7)
    assert len(looks) == 1
    assert characters.likenesses("bikes", [known], LATER.label) == {anna: []}
    assert where_left(embedding(1)) == [f"LIKENESS#bikes {anna}#0001 embedding"]
    assert len(list(outbox.catalogue.query(table.likeness_pk("bikes")))) == 1


def test_a_newer_model_replaces_what_an_older_one_saw(characters: Characters) -> None:
    anna = add(characters, pictures=1)
    characters.enrol("bikes", anna, 1, ALONE, MODEL)
    characters.enrol("bikes", anna, 1, faces(track(0, 0, embedding(2))), LATER)
    assert where_left(embedding(1)) == []
    assert where_left(embedding(2)) != []


@pytest.mark.parametrize("when", ["before it is judged", "between judging and writing"])
def test_whoever_withdraws_at_any_moment_has_no_likeness(
    characters: Characters, monkeypatch: pytest.MonkeyPatch, when: str
) -> None:
    anna = add(characters)
    if when.startswith("before"):
        characters.withdraw("bikes", anna, "pat@example.com")
        characters.enrol("bikes", anna, 1, ALONE, MODEL)
        assert characters.reference_picture("bikes", anna, 1) is None
    else:
        judged = characters.get("bikes", anna)
        characters.withdraw("bikes", anna, "pat@example.com")
        monkeypatch.setattr(characters, "get", lambda *_: judged)
        with pytest.raises(Refused):
            characters.enrol("bikes", anna, 1, ALONE, MODEL)
    assert where_left(embedding(1)) == []


def test_the_newest_word_on_a_cast_holds_and_nobody_is_an_answer(characters: Characters, bus: FakeBus) -> None:
    anna = add(characters)
    said(bus)
    assert characters.cast(CLIP) is None
    characters.list_cast([CLIP], [anna], "lee@example.com")
    assert characters.clips_with("bikes", anna) == [CLIP]
    characters.list_cast([CLIP], [], "pat@example.com")
    cast = characters.cast(CLIP)
    assert cast is not None
    assert (cast.characters, cast.by, said(bus)) == ((), "pat@example.com", ["CastListed", "CastListed"])


def test_only_who_is_enrolled_is_searched_for(characters: Characters) -> None:
    anna, at = add(characters), "2026-09-30T08:00:00+00:00"
    characters.list_cast([CLIP], [anna], "lee@example.com")
    assert characters.searched(CLIP, None, at, MODEL.label) == []
    characters.enrol("bikes", anna, 1, ALONE, MODEL)
    assert characters.searched(CLIP, None, at, MODEL.label) == [(anna, 1)]
    assert characters.searched(CLIP, None, "2027-07-01T08:00:00+00:00", MODEL.label) == []


def test_another_model_describes_the_pictures_anew_before_it_searches(characters: Characters) -> None:
    anna, at = add(characters, pictures=1), "2026-09-30T08:00:00+00:00"
    characters.list_cast([CLIP], [anna], "lee@example.com")
    characters.enrol("bikes", anna, 1, ALONE, MODEL)
    assert characters.outdated(CLIP, None, at, MODEL.label) == []
    assert characters.searched(CLIP, None, at, LATER.label) == []
    (order,) = characters.outdated(CLIP, None, at, LATER.label)
    characters.enrol("bikes", anna, order.number, ALONE, LATER)
    assert characters.searched(CLIP, None, at, LATER.label) == [(anna, 1)]


def test_pictures_that_no_model_has_answered_are_ordered_again_and_those_refused_are_not(
    characters: Characters,
) -> None:
    anna, at = add(characters, pictures=3), "2026-09-30T08:00:00+00:00"
    characters.list_cast([CLIP], [anna], "lee@example.com")
    characters.enrol("bikes", anna, 1, ALONE, MODEL)
    characters.refuse("bikes", anna, 2, "No model could look at this picture.")
    assert [order.number for order in characters.outdated(CLIP, None, at, MODEL.label)] == [3]
    characters.withdraw("bikes", anna, "pat@example.com")
    assert characters.outdated(CLIP, None, at, MODEL.label) == []


def test_a_transaction_checks_replaces_and_forgets_or_does_nothing(outbox: Outbox) -> None:
    catalogue = outbox.catalogue
    catalogue.transact([Put({"pk": "p", "sk": "a", "n": 1})])
    with pytest.raises(Refused) as refused:
        catalogue.transact([Put({"pk": "p", "sk": "b"}), Check("p", "a", {"n": 2}), Forget("p", "none")])
    assert refused.value.refused == (1, 2)
    catalogue.transact([Put({"pk": "p", "sk": "a", "n": 3}, replaces=True), Check("p", "c", {"pk": None})])
    catalogue.transact([Forget("p", "a", {"n": 3})])
    assert list(catalogue.query("p")) == []


def test_every_version_of_what_is_erased_is_gone_and_nothing_beside_it(aws: None) -> None:
    s3 = boto3.client("s3")
    s3.create_bucket(Bucket="work", CreateBucketConfiguration={"LocationConstraint": "eu-central-1"})
    s3.put_bucket_versioning(Bucket="work", VersioningConfiguration={"Status": "Enabled"})
    for key in ("p/j/1/answer.json", "p/j/1/answer.json", "p/j/2/answer.json", "p/j/1/faces.json", "p/k/1/answer.json"):
        s3.put_object(Bucket="work", Key=key, Body=b"x")
    s3.delete_object(Bucket="work", Key="p/j/2/answer.json")
    objects = Objects(s3)
    assert objects.erase("work", "p/j/", {"answer.json"}) == 4
    assert objects.erase("work", "p/j/", {"answer.json"}) == 0
    listed = s3.list_object_versions(Bucket="work")
    assert sorted(each["Key"] for each in listed["Versions"]) == ["p/j/1/faces.json", "p/k/1/answer.json"]
    assert "DeleteMarkers" not in listed
