"""A paper that is brought into the wrong day: what it names is of another one, and that is said."""

from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest

from circletake.cloud.catalogue import Catalogue
from circletake.contracts.keys import DayRef
from circletake.contracts.takes import SoundFile
from circletake.film.takes.day import DayClip, DaySound
from tests.functions.test_review_days import AT, bring_in
from tests.pipeline.world import World
from tests.stored_day import SOUND_ROLL, roll_of, store_clip, store_roll, store_sound

SHOT = DayRef(production="bikes", unit="main", day="D001")
CLIPS = [
    DayClip("", f"A001C00{number}_260930_R1JL", "A001", Fraction(24), 480, camera="A", start=3600 * 24 + 500 * number)
    for number in (1, 2, 3)
]
ROWS = "12A,1,A001C001\n12A,2,A001C002\n12A,3,A001C003\n"
PAPER = f"Setup,Take,Clip\n{ROWS}"
WRONG = (
    "This paper names recordings, and D014 has none of these; D001 has them. Did you mean D001? Then bring it in there."
)


@pytest.fixture
def stored(world: World) -> Catalogue:
    """Three clips and a sound on the first day, and another roll on the fourteenth."""
    catalogue = world.reading._catalogue
    for day, clips in ((SHOT, CLIPS), (SHOT.model_copy(update={"day": "D014"}), [replace(CLIPS[0], roll="B001",
                        title="B001C001_261001_R1JL", camera="B", start=24)])):  # fmt: skip
        for clip in clips:
            store_roll(catalogue, roll_of(day, clip.roll))
            store_clip(catalogue, day, clip)
    store_roll(catalogue, roll_of(SHOT, SOUND_ROLL))
    store_sound(catalogue, SHOT, DaySound("", SoundFile(name="T001.WAV", rate=48000, channels=1, frames=48000)))
    return catalogue


def said_of_day(told: dict[str, Any]) -> list[str]:
    return [problem["sentence"] for problem in told["problems"] if problem["line"] == 0]


@pytest.mark.parametrize("apply", [False, True])
def test_a_paper_of_another_day_is_asked_about(world: World, stored: Catalogue, apply: bool) -> None:
    assert said_of_day(bring_in(world, PAPER.encode(), apply=apply)) == [WRONG]


def test_a_paper_is_known_by_numbers_on_its_rolls_by_a_part_of_it_and_by_sounds(
    world: World, stored: Catalogue
) -> None:
    numbered = bring_in(world, b"Setup,Take,Cam,Roll,Clip\n12A,1,A,A001,C001\n12A,2,A,A001,C002\n", apply=False)
    assert said_of_day(numbered) == [WRONG]
    some = bring_in(world, f"{PAPER}12A,4,A001C009\n".encode(), apply=False)
    assert said_of_day(some) == [WRONG.replace("has them", "has 3 of them")]
    heard = f"Setup,Take,Sound File,Snd Roll\n12A,1,T001.WAV,{SOUND_ROLL}\n".encode()
    assert said_of_day(bring_in(world, heard, source="SOUND", apply=False)) == [WRONG]


@pytest.mark.parametrize(
    "paper",
    [
        # Of this day, even if only one is.
        f"{PAPER}13A,1,B001C001\n",
        # By its timecode.
        "Setup,Take,Clip,Cam,TC In,TC Out\n12A,1,A009C001,A,,\n13A,1,,B,00:00:01:00,00:00:20:00\n",
        # Nobody has these.
        "Setup,Take,Clip\n12A,1,A001C101\n",
        # Every recorder counts so, and which roll it is, the paper does not say.
        "Setup,Take,Sound File\n12A,1,T001.WAV\n",
        "Setup,Take\n12A,1\n",
    ],
)
def test_nobody_is_asked_where_it_is_not_plain(world: World, stored: Catalogue, paper: str) -> None:
    assert said_of_day(bring_in(world, paper.encode(), apply=False)) == []


def test_where_the_paper_belongs_nothing_is_asked(world: World, stored: Catalogue) -> None:
    assert said_of_day(bring_in(world, PAPER.encode(), at=AT.replace("D014", "D001"), apply=False)) == []
    second = bring_in(world, PAPER.encode(), at=AT.replace("main", "second"), apply=False)
    assert "D001 of unit main has them." in said_of_day(second)[0]
