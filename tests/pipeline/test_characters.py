"""Characters through the real handlers: agreed, described, found, withdrawn, and gone without a trace."""

import base64
import json
from collections.abc import Iterator
from typing import Any

import boto3
import pytest

from circletake.contracts import table
from circletake.contracts.keys import RollRef
from tests import footage
from tests.asking import ask
from tests.aws import TABLE
from tests.endpoint import Asked, FakeEndpoint, answer_to, result_of, switch_on
from tests.likeness import consent, embedding, everything, jpeg, where_left
from tests.pipeline.world import World

ROLL = RollRef(production="bikes", unit="main", day="D001", roll="A001")
API = "/api/productions/bikes"
ON_ROLL = f"{API}/units/main/days/D001/rolls/A001"
#: What the model reads on the slate that the tests show it.
TWELVE_A = {"scene": "12A", "setup": None, "slate": None, "take": "3"}
#: The made people: who is played, and somebody of the crew who never agreed.
ANNA, CREW = 1, 2


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    made = tmp_path_factory.mktemp("characters") / "a.mov"
    return footage.clip(made, codec="h264", frames=6, size=(64, 36), timecode="01:00:00:00").read_bytes()


def describe(asked: Asked) -> list[bytes]:
    """A reference shows Anna; a clip shows Anna and one of the crew."""
    result = result_of(asked.question)
    if asked.question.kind == "FACES" and asked.question.describe:
        (track,) = result["tracks"]
        anna = {**track, "embedding": embedding(ANNA, off=0.1 if asked.question.frames > 1 else 0)}
        crew = {**track, "embedding": embedding(CREW)}
        result["tracks"] = [anna, crew] if asked.question.frames > 1 else [anna]
    return [json.dumps(answer_to(asked.question, result=result)).encode()]


@pytest.fixture(scope="module")
def delivered() -> list[Any]:
    """What stands in the table and the buckets when a clip was delivered and analysed: made by the first test."""
    return []


@pytest.fixture
def endpoint(world: World, clip: bytes, delivered: list[Any]) -> Iterator[FakeEndpoint]:
    for endpoint in switch_on(world):
        endpoint.behave = describe
        if delivered:
            restore(world, *delivered)
        else:
            world.upload(f"{ROLL.prefix}o-1/Clips/A001C001.mov", clip)
            settle(world, endpoint)
            delivered += take(world)
        yield endpoint


def take(world: World) -> tuple[Any, ...]:
    pages = boto3.client("dynamodb").get_paginator("scan").paginate(TableName=TABLE)
    rows = [item for page in pages for item in page["Items"]]
    return rows, {bucket: world.objects(bucket) for bucket in ("work", "review")}, world.clock.moment


def restore(world: World, rows: list[Any], objects: dict[str, dict[str, bytes]], moment: Any) -> None:
    for row in rows:
        boto3.client("dynamodb").put_item(TableName=TABLE, Item=row)
    for bucket, bodies in objects.items():
        for key, body in bodies.items():
            boto3.client("s3").put_object(Bucket=bucket, Key=key, Body=body)
    world.clock.moment = moment


def deliver(world: World) -> None:
    world.sweep()
    world.deliver_all()


def settle(world: World, endpoint: FakeEndpoint, *, seconds: float = 1000) -> None:
    for _ in range(2):
        deliver(world)
        endpoint.work()
        world.clock.forward(seconds / 2)
    deliver(world)


def post(world: World, path: str, body: Any, groups: str = "[bikes:script]") -> Any:
    return ask(world, path, method="POST", groups=groups, body=body)


def add(world: World, groups: str = "[bikes:script]", **changed: Any) -> Any:
    agreed = consent(**changed.pop("consent", {})).model_dump(mode="json")
    body = {"name": "Anna", "consent": agreed, "references": [base64.b64encode(jpeg()).decode()], **changed}
    return post(world, f"{API}/characters", body, groups)


def the_clip(world: World) -> Any:
    (told,) = ask(world, f"{ON_ROLL}/clips")["json"]["clips"]
    return told


def cast(world: World, *characters: str) -> Any:
    told = the_clip(world)
    clips = [{"clip_id": told["clip_id"], "version": told["version"]}]
    return post(world, f"{ON_ROLL}/cast", {"clips": clips, "characters": characters})


def found(world: World, endpoint: FakeEndpoint, **changed: Any) -> str:
    """Anna is added, described, listed in the clip and found there → her id."""
    character = add(world, **changed)["json"]["character"]["id"]
    settle(world, endpoint)
    assert cast(world, character)["json"] == {"clips": 1}
    settle(world, endpoint)
    return str(character)


def test_who_agreed_is_found_where_somebody_listed_them_and_the_crew_is_counted_not_described(
    world: World, endpoint: FakeEndpoint
) -> None:
    anna = found(world, endpoint)
    (told,) = ask(world, f"{API}/characters")["json"]["characters"]
    assert [(each["number"], each["state"]) for each in told["references"]] == [(1, "ENROLLED")]
    assert told["document_sha256"] == consent().document_sha256, "whoever stands on the same paper goes with her"
    clip = the_clip(world)
    (person,) = clip["people"]
    assert (person["character"], person["name"], person["best"], person["first"], person["last"]) == (
        anna,
        "Anna",
        0,
        0,
        5,
    )
    assert 0.09 < person["distance"] < 0.11
    assert clip["cast"] == [anna]
    assert {each["kind"]: each["state"] for each in clip["analyses"]}["FACES"] == "ANSWERED"
    assert where_left(embedding(CREW), embedding(ANNA, off=0.1)) == []
    assert where_left(embedding(ANNA)) == [f"LIKENESS#bikes {anna}#0001 embedding"]
    answer = ask(world, f"{API}/find", query={"character": anna})["json"]
    assert [(each["title"], each["matches"]) for each in answer["found"]] == [
        ("A001C001", [{"in": "CHARACTER", "text": "Anna", "frame": 0, "timecode": "01:00:00:00"}])
    ]
    assert ask(world, f"{API}/find", query={"q": "anna hello"})["json"]["found"] != []


def test_what_models_found_is_told_and_can_be_searched_for(world: World, endpoint: FakeEndpoint) -> None:
    clip = the_clip(world)
    assert [each["kind"] for each in clip["analyses"]] == ["FRAMES", "FACES", "PEOPLE", "SLATE", "SPEECH"]
    assert {each["state"] for each in clip["analyses"]} == {"ANSWERED"}
    assert clip["analyses"][0]["model"]["version"] == "0123456789ab"
    assert (clip["slate"], clip["slate_from"]) == (TWELVE_A, "SLATE")
    assert (clip["people"], clip["cast"]) == ([], None)
    for words in ("hello", "scene:12a take:3", "a001c001", "12A hello"):
        answer = ask(world, f"{API}/find", query={"q": words})["json"]
        assert ([each["title"] for each in answer["found"]], answer["clips"], answer["more"]) == (
            ["A001C001"],
            1,
            False,
        )
    for words in ("goodbye", "scene:12", ""):
        assert ask(world, f"{API}/find", query={"q": words})["json"]["found"] == []
    grant = ask(world, f"{API}/grants", method="POST")["json"]["grant"]
    there = ask(world, f"/media/{grant}/{clip['media']['prefix']}analysis/slate.json", groups=None)
    assert there["json"]["scene"]["text"] == "12A"


def test_a_search_says_that_it_is_behind_until_what_came_is_written_into_it(
    world: World, endpoint: FakeEndpoint
) -> None:
    def is_behind() -> bool:
        return bool(ask(world, f"{API}/find", query={"q": "scene:14"})["json"]["behind"])

    assert not is_behind()
    clip = the_clip(world)
    said = {"clip_id": clip["clip_id"], "version": clip["version"], "scene": "14", "setup": "", "take": ""}
    post(world, f"{ON_ROLL}/slate", said)
    deliver(world)
    assert is_behind()
    settle(world, endpoint)
    assert not is_behind()


def test_withdrawal_leaves_no_byte_of_a_face_in_table_buckets_or_log(
    world: World, endpoint: FakeEndpoint, capfd: pytest.CaptureFixture[str]
) -> None:
    anna = found(world, endpoint)
    answer = post(world, f"{API}/characters/{anna}/withdraw", {}, "[bikes:camera]")
    assert answer["json"]["character"]["withdrawn_at"]
    assert the_clip(world)["people"] == [], "not told from that moment on, though nothing is deleted yet"
    assert ask(world, f"{API}/find", query={"character": anna})["json"]["found"] == []
    settle(world, endpoint)
    (told,) = ask(world, f"{API}/characters")["json"]["characters"]
    assert (told["erased"]["references"], told["erased"]["appearances"], told["references"]) == (1, 1, [])
    logs = "".join(capfd.readouterr())
    assert logs, "the handlers log"
    assert where_left(embedding(ANNA), embedding(ANNA, off=0.1), embedding(CREW), logs=logs) == []
    assert [where for where, body in everything() if body == jpeg()] == []
    assert (cast(world, anna)["statusCode"], cast(world)["statusCode"]) == (409, 200)
    assert add(world)["statusCode"] == 400, "what was withdrawn is not signed by being sent again"


def test_an_answer_that_comes_after_the_withdrawal_is_kept_nowhere(world: World, endpoint: FakeEndpoint) -> None:
    character = add(world)["json"]["character"]["id"]
    deliver(world)
    assert len(endpoint.waiting) == 1, "the question is with the model"
    post(world, f"{API}/characters/{character}/withdraw", {})
    deliver(world)
    (told,) = ask(world, f"{API}/characters")["json"]["characters"]
    assert (told["withdrawn_at"] is not None, told["erased"]) == (True, None)
    settle(world, endpoint)
    settle(world, endpoint)
    assert where_left(embedding(ANNA)) == []
    (told,) = ask(world, f"{API}/characters")["json"]["characters"]
    assert told["erased"]["references"] == 1


def test_consent_that_runs_out_is_erased_by_itself(world: World, endpoint: FakeEndpoint) -> None:
    anna = found(world, endpoint, consent={"expires": "2026-10-02"})
    assert len(the_clip(world)["people"]) == 1
    settle(world, endpoint, seconds=3 * 86400)
    settle(world, endpoint)
    (told,) = ask(world, f"{API}/characters")["json"]["characters"]
    assert (told["id"], told["withdrawn_at"], told["erased"]["appearances"]) == (anna, None, 1)
    assert where_left(embedding(ANNA), embedding(ANNA, off=0.1)) == []


def test_a_picture_that_shows_two_people_is_refused_and_says_why(world: World, endpoint: FakeEndpoint) -> None:
    def two(asked: Asked) -> list[bytes]:
        result = result_of(asked.question)
        result["tracks"] = [{**track, "embedding": embedding(CREW)} for track in result["tracks"] * 2]
        return [json.dumps(answer_to(asked.question, result=result)).encode()]

    endpoint.behave = two
    add(world)
    settle(world, endpoint)
    (told,) = ask(world, f"{API}/characters")["json"]["characters"]
    (reference,) = told["references"]
    assert reference == {
        "number": 1, "state": "REFUSED", "why": "2 faces are in this picture. A reference shows one person alone.",
    }  # fmt: skip
    assert where_left(embedding(CREW)) == []


def test_a_persons_word_on_a_slate_holds_over_what_a_model_read(world: World, endpoint: FakeEndpoint) -> None:
    clip = the_clip(world)
    said = {
        "clip_id": clip["clip_id"],
        "version": clip["version"],
        "scene": "14",
        "setup": "14B",
        "slate": "401",
        "take": "",
    }
    answer = post(world, f"{ON_ROLL}/slate", said)
    slate = {"scene": "14", "setup": "14B", "slate": "401", "take": None}
    assert answer["json"] == {"slate": slate, "slate_from": "PERSON"}
    settle(world, endpoint)
    assert (the_clip(world)["slate"]["scene"], the_clip(world)["slate_from"]) == ("14", "PERSON")
    assert len(ask(world, f"{API}/find", query={"q": "scene:14 slate:401"})["json"]["found"]) == 1
    world.clock.forward(10)
    post(world, f"{ON_ROLL}/slate", {**said, "scene": "", "setup": "", "slate": "", "take": ""})
    assert (the_clip(world)["slate"]["scene"], the_clip(world)["slate_from"]) == ("12A", "SLATE")


def test_consent_for_some_scenes_holds_only_in_those_and_moves_with_the_slate(
    world: World, endpoint: FakeEndpoint
) -> None:
    anna = found(world, endpoint, consent={"scenes": ["12A"]})
    clip = the_clip(world)
    assert clip["people"] == [], "what a model read off a slate widens nobody's consent"
    assert clip["not_looked_for"] == [
        {
            "character": anna,
            "name": "Anna",
            "why": "Ann Actor agreed for some scenes, and the scene of this clip is not known.",
            "next_step": "If this is scene 12A, confirm it on the slate.",
        }
    ]
    said = {"clip_id": clip["clip_id"], "version": clip["version"], "scene": "12A", "setup": "", "take": ""}
    post(world, f"{ON_ROLL}/slate", said)
    settle(world, endpoint)
    assert (len(the_clip(world)["people"]), the_clip(world)["not_looked_for"]) == (1, [])
    post(world, f"{ON_ROLL}/slate", {**said, "scene": "13"})
    clip = the_clip(world)
    assert (clip["people"], [each["why"] for each in clip["not_looked_for"]]) == (
        [],
        ["Ann Actor did not agree for scene 13."],
    )


def test_a_vendor_is_not_told_who_is_seen_where(world: World, endpoint: FakeEndpoint) -> None:
    anna = found(world, endpoint)
    vendor = "[bikes:vendor]"
    (clip,) = ask(world, f"{ON_ROLL}/clips", groups=vendor)["json"]["clips"]
    assert (clip["people"], clip["cast"], clip["not_looked_for"]) == ([], None, [])
    told = ask(world, f"{API}/characters", groups=vendor)["json"]
    assert (told["characters"], told["may_see"]) == ([], False)
    assert ask(world, f"{API}/characters")["json"]["may_see"]
    assert ask(world, f"{API}/find", groups=vendor, query={"character": anna})["statusCode"] == 403
    assert ask(world, f"{API}/find", groups=vendor, query={"q": "Anna"})["json"]["found"] == []
    assert len(ask(world, f"{API}/find", query={"q": "Anna"})["json"]["found"]) == 1


def test_whoever_looks_for_too_many_words_is_told_so(world: World, endpoint: FakeEndpoint) -> None:
    answer = ask(world, f"{API}/find", query={"q": "a " * 100})
    assert (answer["statusCode"], answer["json"]["code"]) == (400, "BAD_REQUEST")
    assert "up to 16 words or phrases" in answer["json"]["sentence"]


def test_a_scene_that_an_ale_tells_later_lets_her_be_found_there(world: World, endpoint: FakeEndpoint) -> None:
    found(world, endpoint, consent={"scenes": ["40"]})
    assert the_clip(world)["people"] == []
    world.upload(
        f"{ROLL.prefix}o-1/A001.ale", b"Heading\nFIELD_DELIM\tTABS\n\nColumn\nName\tScene\n\nData\nA001C001\t40\n"
    )
    settle(world, endpoint)
    assert (the_clip(world)["slate"]["scene"], the_clip(world)["slate_from"]) == ("40", "ALE")
    assert len(the_clip(world)["people"]) == 1


def test_who_may_not_say_who_is_looked_for_is_told_who_may(world: World) -> None:
    for groups in ("[bikes:camera]", "[bikes:vendor]", "[other:script]", "[]"):
        answer = add(world, groups)
        assert (answer["statusCode"], bool(answer["json"]["next_step"])) == (403, True), groups
    assert ask(world, f"{API}/characters")["json"]["characters"] == []
    for call in ("characters", "find", "spend"):
        assert ask(world, f"{API}/{call}", groups="[other:admin]")["statusCode"] == 403, call


#: What is asked, and a word of the sentence that refuses it.
REFUSED: list[tuple[dict[str, Any], str]] = [
    ({"consent": {"expires": "2026-09-29"}}, "ran out"),
    ({"consent": {"scopes": ["REPLICA"]}}, "did not agree to be searched"),
    ({"consent": {"minor": True}}, "guardian"),
    ({"references": []}, "references"),
    ({"references": ["AAAA"]}, "no JPEG"),
    ({"references": ["%%%"]}, "base64"),
    ({"references": [base64.b64encode(jpeg() + b"0" * 262_144).decode()]}, "references"),
    ({"name": "An\nna"}, "name"),
]


def test_what_nobody_agreed_to_or_makes_no_sense_is_refused_and_nothing_is_kept(world: World) -> None:
    for changed, word in REFUSED:
        answer = add(world, **{**changed, "consent": dict(changed.get("consent", {}))})
        assert (answer["statusCode"], word in answer["json"]["sentence"]) == (400, True), word
    assert list(world.reading._catalogue.query(table.characters_pk("bikes"))) == []


def test_what_analysing_cost_is_for_producers_and_admins(world: World, endpoint: FakeEndpoint) -> None:
    told = ask(world, f"{API}/spend", groups="[bikes:producer]")["json"]
    assert (told["answers"], told["spent_usd"], told["duplicates"], told["may_see"]) == (5, 0.004, 0, True)
    hidden = ask(world, f"{API}/spend", groups="[bikes:script]")["json"]
    assert (hidden["spent_usd"], hidden["may_see"]) == (None, False)


def test_clips_are_analysed_again_when_somebody_asks(world: World, endpoint: FakeEndpoint) -> None:
    roll = {"unit": "main", "day": "D001", "roll": "A001"}
    clip = the_clip(world)
    asked = len(endpoint.invocations)
    for body in (
        {"failed": True},
        {"roll": roll},
        {"roll": roll, "clip_id": clip["clip_id"], "version": clip["version"]},
    ):
        assert post(world, f"{API}/analyse", body)["json"] == {"ordered": True}
    settle(world, endpoint)
    assert len(endpoint.invocations) == asked, "what was answered is not asked again"
    assert post(world, f"{API}/analyse", {"clip_id": clip["clip_id"]})["statusCode"] == 400
    assert post(world, f"{API}/analyse", {}, "[bikes:vendor]")["statusCode"] == 403
