"""The HTTP API of shooting days: a take that nobody mentions, and what becomes of what is taken back."""

from typing import Any

from circletake.contracts.takes import Source
from tests.asking import ask
from tests.functions.test_review_days import AT, SCRIPT, bring_in, called
from tests.pipeline.world import World

PHANTOM = {"setup": "12C", "take": "9", "flags": {"CIRCLED": True}}


def post(world: World, call: str, **body: Any) -> Any:
    world.clock.forward(1)
    answer = ask(world, f"{AT}/{call}", groups=SCRIPT, method="POST", body=body)
    return {"statusCode": answer["statusCode"], **answer["json"]}


def test_a_take_that_nobody_mentions_is_refused_until_it_is_said_to_be_new(world: World) -> None:
    bring_in(world, b"Setup,Take\n12C,1\n")
    told = post(world, "corrections", said=PHANTOM)
    assert (told["statusCode"], told["sentence"]) == (409, "Nobody mentions 12C take 9. Nearest: 12C take 1.")
    assert told["next_step"]
    # What the page knows it by.
    assert told["unmentioned"] == "12C take 9"
    assert post(world, "corrections", said=PHANTOM, new=True)["statusCode"] == 200
    assert called(world) == ["12C take 1", "12C take 9"]
    assert post(world, "corrections", said=PHANTOM)["statusCode"] == 200


def test_what_changes_by_a_paper_that_is_taken_back_is_told_and_what_another_one_says_too(world: World) -> None:
    bring_in(world, b"Setup,Take,Lens\n12A,1,50\n12A,2,35\n")
    bring_in(world, b"Setup,Take,Lens,EI\n12A,1,50,800\n", name="camera.csv", source="CAMERA")
    told = post(world, "papers/take-back", name="day.csv")
    assert (told["statusCode"], told["taken_back"], told["changes"]["takes_gone"]) == (200, True, ["12A take 2"])
    assert told["still_said"] == [
        {
            "by": [{"source": Source.CAMERA, "paper": "camera.csv"}],
            "what": [
                {"take": "12A take 1", "field": None, "value": None},
                {"take": "12A take 1", "field": "lens", "value": "50"},
            ],
            "more": 0,
        }
    ]
    # Taken back a second time, it changes nothing.
    again = post(world, "papers/take-back", name="day.csv")
    assert (again["still_said"], {name: of for name, of in again["changes"].items() if of}) == ([], {})


def test_of_a_person_s_words_only_the_one_that_is_taken_back_is_told(world: World) -> None:
    bring_in(world, b"Setup,Take,Circled\n12A,1,x\n12A,2,\n")
    said = {"setup": "12A", "take": "1"}
    other = post(world, "corrections", said={**said, "flags": {"MOS": True}})
    circled = post(world, "corrections", said={**said, "flags": {"CIRCLED": True}})
    told = post(world, "corrections/take-back", id=circled["correction"]["id"])
    assert told["correction"] == circled["correction"]
    still = {what["field"]: {by["paper"] for by in each["by"]} for each in told["still_said"] for what in each["what"]}
    assert still == {None: {"lee@example.com", "day.csv"}, "CIRCLED": {"day.csv"}}
    gone = post(world, "corrections/take-back", id=other["correction"]["id"])
    assert [(each["field"], each["was"], each["is"]) for each in gone["changes"]["takes_changed"]] == [
        ("MOS", "yes", None)
    ]
