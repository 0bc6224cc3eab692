"""What the models are asked through the real handlers: each question reaches one end, whatever the endpoint does."""

import json
import random
from collections import Counter
from collections.abc import Iterator
from typing import Any

import boto3
import pytest

from circletake.cloud.analyses import DEADLINE_S, MAX_REFUSALS, MAX_TRIES
from circletake.cloud.catalogue import Row
from circletake.contracts import table
from circletake.contracts.analysis import AnalysisKind
from circletake.contracts.facts import AnalyseAgain
from circletake.contracts.keys import RollRef, search_key
from tests import footage
from tests.asking import ask
from tests.endpoint import SEEN, Asked, FakeEndpoint, answer_to, result_of, switch_on
from tests.likeness import where_left
from tests.pipeline.test_characters import ON_ROLL, add, deliver, post
from tests.pipeline.world import World

ROLL = RollRef(production="bikes", unit="main", day="D001", roll="A001")
#: Of fifty questions each; with 10, the five hundred take some minutes.
RUNS = 2
KINDS = {"FRAMES", "FACES", "PEOPLE", "SLATE", "SPEECH"}


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    made = tmp_path_factory.mktemp("analyses") / "a.mov"
    return footage.clip(made, codec="h264", frames=12, size=(64, 36), timecode="01:00:00:00").read_bytes()


@pytest.fixture
def endpoint(world: World) -> Iterator[FakeEndpoint]:
    yield from switch_on(world)


def upload(world: World, clip: bytes, name: str = "A001C001.mov") -> None:
    world.upload(f"{ROLL.prefix}o-1/{name}", clip)
    world.deliver_all()


def analyses(world: World) -> dict[str, Row]:
    """The analyses of the only clip, by kind."""
    return {row["kind"]: row for row in world.rows(table.ANALYSIS)}


def work(world: World, endpoint: FakeEndpoint) -> None:
    endpoint.work()
    world.deliver_all()


def later(world: World, endpoint: FakeEndpoint, seconds: float = DEADLINE_S + 1) -> None:
    """Time passes, and `sweep` looks what is due."""
    world.clock.forward(seconds)
    world.sweep()
    world.deliver_all()


def spend(world: World) -> Row:
    return world.reading._catalogue.get(table.spend_pk("bikes"), table.SPEND) or {}


def ends(world: World) -> Counter[tuple[str, str | None]]:
    return Counter((row["state"], row.get("why")) for row in world.rows(table.ANALYSIS))


def as_bytes(asked: Asked, **changes: Any) -> bytes:
    return json.dumps(answer_to(asked.question, **changes)).encode()


def test_a_clip_is_asked_about_once_and_its_answers_stand_beside_its_pictures(
    world: World, endpoint: FakeEndpoint, clip: bytes
) -> None:
    upload(world, clip)
    assert {asked.question.kind for asked in endpoint.invocations} == KINDS
    work(world, endpoint)
    assert ends(world) == {("ANSWERED", None): 5}
    (row,) = world.rows(table.CLIP)
    folder = f"{json.loads(row['media'])['prefix']}analysis/"
    review = world.objects("review")
    assert {key.removeprefix(folder) for key in review if key.startswith(folder)} == {
        f"{kind.lower()}.json" for kind in KINDS
    }
    assert json.loads(review[f"{folder}slate.json"])["scene"]["text"] == "12A"
    # Two seconds of five models, at 400 millionths of a dollar each.
    assert (spend(world)["micro_usd"], spend(world)["reserved"], spend(world)["answers"]) == (4000, 0, 5)


def test_faces_are_described_for_nobody_whom_no_one_listed(world: World, endpoint: FakeEndpoint, clip: bytes) -> None:
    upload(world, clip)
    assert not any(asked.question.describe for asked in endpoint.invocations)
    endpoint.behave = lambda asked: [
        as_bytes(asked, result=result_of(asked.question.model_copy(update={"describe": True})))
    ]
    work(world, endpoint)
    assert analyses(world)["FACES"]["why"] == "BAD_MODEL_OUTPUT"
    assert where_left(SEEN) == []


def test_what_can_be_searched_for_is_written_once_it_is_behind(
    world: World, endpoint: FakeEndpoint, clip: bytes
) -> None:
    upload(world, clip)
    work(world, endpoint)
    later(world, endpoint, 60)
    (indexed,) = json.loads(world.objects("review")[search_key("bikes")])["clips"]
    assert (indexed["title"], indexed["scene"], indexed["take"], indexed["words"]) == (
        "A001C001",
        "12A",
        "3",
        "hello",
    )
    versions = boto3.client("s3").list_object_versions(Bucket="review", Prefix=search_key("bikes"))["Versions"]
    later(world, endpoint, 60)
    again = boto3.client("s3").list_object_versions(Bucket="review", Prefix=search_key("bikes"))["Versions"]
    assert len(again) == len(versions)


def test_an_answer_of_which_nobody_told_is_found(world: World, endpoint: FakeEndpoint, clip: bytes) -> None:
    upload(world, clip)
    endpoint.tells = lambda asked: False
    work(world, endpoint)
    assert ends(world) == {("ASKED", None): 5}
    later(world, endpoint, 400)
    assert ends(world) == {("ANSWERED", None): 5}
    assert len(endpoint.invocations) == 5


def test_a_question_without_an_answer_is_asked_again_and_then_a_person_is_called(
    world: World, endpoint: FakeEndpoint, clip: bytes
) -> None:
    upload(world, clip)
    endpoint.behave = lambda asked: []
    for tries in range(1, MAX_TRIES + 1):
        assert len(endpoint.invocations) == 5 * tries
        endpoint.work()
        for _ in range(3):
            later(world, endpoint, DEADLINE_S / 2)
    assert ends(world) == {("NEEDS_ATTENTION", "OVERDUE"): 5}
    assert spend(world)["reserved"] == 0
    assert spend(world)["lost"] == 5 * MAX_TRIES


def test_an_answer_that_comes_after_all_hope_was_given_up_is_welcome(
    world: World, endpoint: FakeEndpoint, clip: bytes
) -> None:
    upload(world, clip)
    late = list(endpoint.waiting)
    endpoint.waiting.clear()
    for _ in range(4 * MAX_TRIES):
        later(world, endpoint)
        endpoint.waiting.clear()
    assert ends(world) == {("NEEDS_ATTENTION", "OVERDUE"): 5}
    endpoint.waiting.extend(late)
    work(world, endpoint)
    assert ends(world) == {("ANSWERED", None): 5}
    assert all("why" not in row for row in world.rows(table.ANALYSIS))


@pytest.mark.parametrize(
    "wrong",
    [
        {"production": "other"},
        {"job_id": "0" * 20},
        {"attempt": 2},
        {"seconds": float("nan")},
        {"extra": "field"},
        {"result": {"kind": "FRAMES", "samples": []}},
    ],
    ids=lambda wrong: next(iter(wrong)),
)
def test_an_answer_that_does_not_fit_is_not_stored(
    world: World, endpoint: FakeEndpoint, clip: bytes, wrong: dict[str, Any]
) -> None:
    upload(world, clip)
    endpoint.behave = lambda asked: [as_bytes(asked, **wrong)]
    before = set(world.objects("review"))
    work(world, endpoint)
    assert ends(world) == {("NEEDS_ATTENTION", "BAD_MODEL_OUTPUT"): 5}
    assert set(world.objects("review")) == before
    assert not [key for key in world.objects("work") if key.endswith(("speech.json", "faces.json"))]


def test_an_answer_by_another_model_is_no_fault_of_the_clip(world: World, endpoint: FakeEndpoint, clip: bytes) -> None:
    """While an endpoint is updated the older model answers for some minutes."""
    upload(world, clip)
    endpoint.behave = lambda asked: [as_bytes(asked, model={"name": "another", "version": "0123456789ab"})]
    work(world, endpoint)
    assert ends(world) == {("ORDERED", None): 5}
    endpoint.behave = lambda asked: [as_bytes(asked)]
    later(world, endpoint, 1000)
    work(world, endpoint)
    assert ends(world) == {("ANSWERED", None): 5}


def test_a_late_answer_by_another_model_leaves_the_question_that_is_asked_by_now_alone(
    world: World, endpoint: FakeEndpoint, clip: bytes
) -> None:
    upload(world, clip)
    late = list(endpoint.waiting)
    endpoint.waiting.clear()
    later(world, endpoint)
    asked_now = list(endpoint.waiting)
    endpoint.waiting.clear()
    endpoint.waiting.extend(late)
    endpoint.behave = lambda asked: [as_bytes(asked, model={"name": "another", "version": "0123456789ab"})]
    work(world, endpoint)
    assert ends(world) == {("ASKED", None): 5}
    endpoint.waiting.extend(asked_now)
    endpoint.behave = lambda asked: [as_bytes(asked)]
    work(world, endpoint)
    assert ends(world) == {("ANSWERED", None): 5}
    assert (spend(world)["reserved"], spend(world)["duplicates"]) == (0, 5)


def test_what_models_said_lies_nowhere_but_where_it_was_checked(
    world: World, endpoint: FakeEndpoint, clip: bytes
) -> None:
    upload(world, clip)
    work(world, endpoint)
    assert not boto3.client("s3").list_object_versions(Bucket="work", Prefix="bikes/").get("DeleteMarkers")
    assert not [key for key in world.objects("work") if key.endswith("answer.json")]


def hostile(asked: Asked) -> list[bytes]:
    """Bodies that no model of ours writes; the last two only where there are words of that kind."""
    good = as_bytes(asked)
    return [
        b"",
        b"{}",
        b"[" * 100_000,
        b'{"version":' + b"9" * 5000 + b"}",
        good.replace(b'"version": 1', b'"version": 1, "version": 1'),
        good + b" " * (17 << 20),
        good[:-1],
        b"\xff\xfe" + good,
        good.replace(b"hello", b"<img src=x>"),
        good.replace(b'"12A"', b'"{{7*7}}"'),
    ]


def test_hostile_answers_end_in_a_sentence_that_says_none_of_their_words(
    world: World, endpoint: FakeEndpoint, clip: bytes
) -> None:
    hits, told = [KINDS] * 8 + [{"SPEECH"}, {"SLATE"}], set()
    order = list(AnalysisKind)

    def body(clip: int, kind: str) -> int:
        return (2 * clip + order.index(AnalysisKind(kind))) % len(hits)

    for number in range(len(hits) // 2):
        endpoint.behave = lambda asked, number=number: [hostile(asked)[body(number, asked.question.kind)]]  # type: ignore[misc]
        upload(world, clip, f"A001C{number:03}.mov")
        work(world, endpoint)
    for row in world.rows(table.ANALYSIS):
        came = body(int(row["title"][-3:]), row["kind"])
        if row["kind"] in hits[came]:
            told.add(came)
            assert (row["state"], row["why"]) == ("NEEDS_ATTENTION", "BAD_MODEL_OUTPUT")
            assert not set("<>{}") & set(row["sentence"])
        else:
            assert row["state"] == "ANSWERED"
    assert len(told) == len(hits)


def test_a_full_endpoint_is_asked_again_later_and_counts_as_no_attempt(
    world: World, endpoint: FakeEndpoint, clip: bytes
) -> None:
    endpoint.full_for = 5
    upload(world, clip)
    assert (len(endpoint.invocations), spend(world)["reserved"]) == (0, 0)
    later(world, endpoint, 61)
    work(world, endpoint)
    assert ends(world) == {("ANSWERED", None): 5}
    assert {asked.question.attempt for asked in endpoint.invocations} == {1}


@pytest.mark.parametrize("code", ["AccessDeniedException", "ValidationException"])
def test_an_endpoint_that_may_not_be_asked_takes_no_money_and_no_attempt_and_its_order_comes_again(
    world: World, endpoint: FakeEndpoint, clip: bytes, code: str
) -> None:
    endpoint.refuses = code
    world.upload(f"{ROLL.prefix}o-1/A001C001.mov", clip)
    for _ in range(8):
        world.deliver_some()
    assert ends(world) == {("ORDERED", None): 5}
    assert spend(world)["reserved"] == 0
    assert {function for function, _ in world.under_way} == {"dispatch"}, "each is an alarm"
    endpoint.refuses = ""
    world.deliver_all()
    assert {asked.question.attempt for asked in endpoint.invocations} == {1}
    work(world, endpoint)
    assert ends(world) == {("ANSWERED", None): 5}
    assert spend(world).get("lost", 0) == 0


def test_an_endpoint_that_never_takes_a_question_needs_a_person_and_is_not_asked_for_ever(
    world: World, endpoint: FakeEndpoint, clip: bytes
) -> None:
    endpoint.refuses = "ValidationException"
    upload(world, clip)
    assert ends(world) == {("NEEDS_ATTENTION", "NOT_TAKEN"): 5}
    (told,) = {row["sentence"] for row in world.rows(table.ANALYSIS)}
    assert "(ValidationException)" in told
    assert "circletake analyse bikes --failed" in told
    assert spend(world)["reserved"] == 0
    for _ in range(3):
        later(world, endpoint, 3600)
    assert endpoint.refused == 5 * MAX_REFUSALS
    assert not world.under_way
    endpoint.refuses = ""
    again = AnalyseAgain(production="bikes", failed=True)
    world._send("circletake", again.name, again.model_dump(mode="json"))
    world.deliver_all()
    work(world, endpoint)
    assert ends(world) == {("ANSWERED", None): 5}
    assert all("why" not in row for row in world.rows(table.ANALYSIS))
    assert spend(world)["reserved"] == 0


def test_a_full_endpoint_is_never_one_that_refuses(world: World, endpoint: FakeEndpoint, clip: bytes) -> None:
    endpoint.full_for = 5 * (MAX_REFUSALS + 2)
    upload(world, clip)
    for _ in range(MAX_REFUSALS + 2):
        assert ends(world) == {("ORDERED", None): 5}
        later(world, endpoint, 1801)
    work(world, endpoint)
    assert ends(world) == {("ANSWERED", None): 5}


def test_a_reference_that_no_endpoint_took_says_so_and_waits_no_longer(world: World, endpoint: FakeEndpoint) -> None:
    endpoint.refuses = "ValidationException"
    add(world)
    deliver(world)
    (character,) = ask(world, "/api/productions/bikes/characters", groups="[bikes:script]")["json"]["characters"]
    assert {each["state"] for each in character["references"]} == {"REFUSED"}
    assert "takes no questions" in character["references"][0]["why"]
    assert spend(world)["reserved"] == 0
    assert not [key for key in world.objects("work") if "references" in key]


def expire(world: World) -> None:
    """What S3 does with the work bucket after some weeks."""
    for key in world.objects("work"):
        boto3.client("s3").delete_object(Bucket="work", Key=key)


def test_media_that_was_not_kept_until_its_question_could_be_asked_ends_it_unpaid(
    world: World, endpoint: FakeEndpoint, clip: bytes
) -> None:
    endpoint.full_for = 5
    upload(world, clip)
    expire(world)
    later(world, endpoint, 61)
    assert ends(world) == {("LEFT_OUT", "MEDIA_MISSING"): 5}
    assert not endpoint.invocations
    assert (spend(world)["reserved"], spend(world).get("lost", 0)) == (0, 0)


def test_what_was_answered_stays_when_a_newer_model_finds_its_media_gone(
    world: World, endpoint: FakeEndpoint, clip: bytes
) -> None:
    upload(world, clip)
    endpoint.behave = lambda asked: [b"nonsense"] if asked.question.kind == "SLATE" else [as_bytes(asked)]
    work(world, endpoint)
    expire(world)
    models = world.handlers["dispatch"].models
    for kind, model in models.items():
        models[kind] = model.model_copy(update={"version": "1" * 12})
    again = AnalyseAgain(production="bikes", failed=True)
    world._send("circletake", again.name, again.model_dump(mode="json"))
    world.deliver_all()
    assert ends(world) == {("ANSWERED", None): 4, ("LEFT_OUT", "MEDIA_MISSING"): 1}
    assert len(endpoint.invocations) == 5


def test_what_the_model_refuses_needs_a_person_and_what_it_stumbles_over_another_try(
    world: World, endpoint: FakeEndpoint, clip: bytes
) -> None:
    upload(world, clip)
    endpoint.fail('{"code":"UNANSWERABLE","sentence":"<b>no face</b>"}')
    world.deliver_all()
    assert ends(world) == {("NEEDS_ATTENTION", "MODEL_REFUSED"): 5}
    upload(world, clip, "A001C002.mov")
    endpoint.fail("Received server error (500) from model")
    world.deliver_all()
    assert {asked.question.attempt for asked in endpoint.waiting} == {2}
    work(world, endpoint)
    assert ends(world)["ANSWERED", None] == 5


def test_the_same_clip_is_not_asked_about_twice_and_what_failed_is_when_somebody_says_so(
    world: World, endpoint: FakeEndpoint, clip: bytes
) -> None:
    upload(world, clip)
    endpoint.behave = lambda asked: [b"nonsense"] if asked.question.kind == "SLATE" else [as_bytes(asked)]
    work(world, endpoint)
    again = AnalyseAgain(production="bikes", failed=True)
    for _ in range(2):
        world._send("circletake", again.name, again.model_dump(mode="json"))
        world.deliver_all()
    assert [asked.question.kind for asked in endpoint.waiting] == ["SLATE"]
    endpoint.behave = lambda asked: [as_bytes(asked)]
    work(world, endpoint)
    assert ends(world) == {("ANSWERED", None): 5}
    assert len(endpoint.invocations) == 6


def test_a_spent_budget_stops_the_questions_and_is_told_once(world: World, endpoint: FakeEndpoint, clip: bytes) -> None:
    recipe = {"preset": "dailies", "analysis": {"budget_usd": 0.0}}
    ask(world, "/api/productions/bikes/recipe", method="POST", groups="[bikes:admin]", body={"recipe": recipe})
    upload(world, clip)
    later(world, endpoint)
    assert ends(world) == {("LEFT_OUT", "BUDGET_REACHED"): 5}
    assert not endpoint.invocations
    assert [mail.subject for mail in world.mails() if "budget" in mail.subject] == [
        "bikes: the analysis budget is spent"
    ]


def test_a_spent_budget_is_not_asked_for_again_by_an_order_that_comes_twice(
    world: World, endpoint: FakeEndpoint, clip: bytes
) -> None:
    recipe = {"preset": "dailies", "analysis": {"budget_usd": 0.0}}
    ask(world, "/api/productions/bikes/recipe", method="POST", groups="[bikes:admin]", body={"recipe": recipe})
    upload(world, clip)
    for row in world.rows(table.ANALYSIS):
        world._send("circletake", row["order_name"], json.loads(row["order"]))
    world.deliver_all(twice=True)
    assert ends(world) == {("LEFT_OUT", "BUDGET_REACHED"): 5}


@pytest.mark.parametrize("seed", range(3))
def test_after_a_look_has_changed_the_newer_pictures_are_asked_about_in_whatever_order_it_is_told(
    world: World, endpoint: FakeEndpoint, clip: bytes, seed: int
) -> None:
    upload(world, clip)
    work(world, endpoint)
    look = {"level": "SHOW", "name": "warm", "cdl": {"slope": [1.2, 1, 0.8], "offset": [0, 0, 0], "power": [1, 1, 1]}}
    body = {**look, "cdl": {**look["cdl"], "saturation": 1}, "target": ""}  # type: ignore[dict-item]
    ask(world, "/api/productions/bikes/looks", method="POST", groups="[bikes:editorial]", body=body)
    world._collect()
    world.deliver_all(random.Random(seed), twice=True)
    world.deliver_all()
    endpoint.work()
    world.deliver_all(random.Random(seed), twice=True)
    (row,) = world.rows(table.CLIP)
    assert row["shown"] == 2
    made = json.loads(row["made"])["prefix"]
    assert ends(world) == {("ANSWERED", None): 5}
    asked_last = {asked.question.kind: asked.media for asked in endpoint.invocations}
    # The samples before any look are the same bytes, so nobody looks at them again.
    assert not asked_last.pop(AnalysisKind.FRAMES).startswith(made)
    assert {media.rpartition("/")[0] + "/" for media in asked_last.values()} == {made}


class Moody:
    """An endpoint that answers late, twice, wrongly, never, or with another production's id, and counts what it did."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)
        self.did: Counter[str] = Counter()
        self.good: set[str] = set()
        self.foreign: set[str] = set()
        self.late: list[Asked] = []

    def __call__(self, asked: Asked) -> list[bytes]:
        mood = self.chance.choice(["well", "well", "twice", "wrong", "never", "foreign", "late"])
        self.did[mood] += 1
        good = as_bytes(asked)
        match mood:
            case "wrong":
                return [good.replace(b'"cpu"', b'"abacus"')]
            case "foreign":
                self.foreign.add(asked.question.job_id)
                return [as_bytes(asked, production="other")]
            case "never":
                return []
            case "late":
                self.late.append(asked)
                return []
            case "twice":
                self.good.add(asked.question.job_id)
                return [good, good]
        self.good.add(asked.question.job_id)
        return [good]


@pytest.mark.parametrize("seed", range(RUNS))
def test_questions_to_a_moody_endpoint_reach_one_end_each_and_nothing_foreign_is_stored(
    world: World, endpoint: FakeEndpoint, clip: bytes, seed: int
) -> None:
    """Ten clips a run, of which only one is really transcoded, so that the time goes into questions.

    In the first run somebody who agreed is looked for in all of them, so that what tells faces apart comes late, twice
    and wrongly, too.
    """
    moody = Moody(seed)
    character = enrolled(world, endpoint) if seed == 0 else None
    upload(world, clip)
    multiply(world, 10)
    endpoint.behave = moody
    if character:
        list_everywhere(world, character)
    again = AnalyseAgain(production="bikes")
    world._send("circletake", again.name, again.model_dump(mode="json"))
    world.deliver_all(random.Random(seed))
    assert len(world.rows(table.ANALYSIS)) == 50
    for turn in range(2 * MAX_TRIES + 2):
        endpoint.work()
        world.deliver_all(random.Random(seed), twice=turn == 0)
        later(world, endpoint, DEADLINE_S / 2)
        if moody.late:
            endpoint.behave = lambda asked: [as_bytes(asked)]
            endpoint.waiting.extend(moody.late)
            moody.good |= {asked.question.job_id for asked in moody.late}
            moody.late.clear()
            endpoint.work()
            endpoint.behave = moody
    states = ends(world)
    assert set(states) <= {("ANSWERED", None), ("NEEDS_ATTENTION", "BAD_MODEL_OUTPUT"), ("NEEDS_ATTENTION", "OVERDUE")}
    assert sum(states.values()) == 50
    for row in world.rows(table.ANALYSIS):
        # Whoever is answered was answered well, and whoever ends without an answer was not, or wrongly first.
        assert (row["state"] == "ANSWERED") <= (row["job_id"] in moody.good)
        assert (row.get("why") == "OVERDUE") <= (row["job_id"] not in moody.good)
    told = spend(world)
    assert told["reserved"] == 0
    assert told["duplicates"] >= moody.did["twice"] // 2
    answered = [key for key in world.objects("review") if "/analysis/" in key]
    assert len(answered) == states["ANSWERED", None]
    for row in world.rows(table.ANALYSIS):
        if row["job_id"] in moody.foreign - moody.good:
            assert row["why"] == "BAD_MODEL_OUTPUT"
    assert len(moody.did) == 6
    assert any(asked.question.describe for asked in endpoint.invocations) == (character is not None)
    assert where_left(SEEN) == ([f"LIKENESS#bikes {character}#0001 embedding"] if character else [])


def enrolled(world: World, endpoint: FakeEndpoint) -> str:
    """Somebody agreed, and their picture was described → who."""
    character = add(world)["json"]["character"]["id"]
    deliver(world)
    work(world, endpoint)
    return str(character)


def list_everywhere(world: World, character: str) -> None:
    told = ask(world, f"{ON_ROLL}/clips")["json"]["clips"]
    clips = [{"clip_id": each["clip_id"], "version": each["version"]} for each in told]
    assert post(world, f"{ON_ROLL}/cast", {"clips": clips, "characters": [character]})["json"] == {"clips": 10}


def multiply(world: World, clips: int) -> None:
    """The row of the only clip → as many clips, each of a version of its own."""
    catalogue = world.reading._catalogue
    (row,) = world.rows(table.CLIP)
    for number in range(1, clips):
        _, clip_id, _ = row["sk"].split("#")
        catalogue.put_all([{**row, "sk": f"CLIP#{clip_id}#{number:020x}", "title": f"A001C{number:03}.mov"}])
