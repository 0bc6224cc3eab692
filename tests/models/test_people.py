"""Drawn figures: where they are, and what they wear. Nothing tells who."""

from collections.abc import Callable

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from circletake.contracts.analysis import AnalysisKind, PeopleAnswer, PersonRegion
from models.analyse import people
from models.analyse.drawn import draw_face
from models.analyse.people import People
from models.analyse.plain_colours import NAMES, lab, name
from models.capability import Capability
from tests.models.faces_drawn import Picture, media, question

PEOPLE = AnalysisKind.PEOPLE
Colour = tuple[int, int, int]
RED, BLUE, WHITE, GREEN = (190, 45, 60), (45, 100, 170), (232, 232, 230), (60, 140, 75)


@pytest.fixture(scope="session")
def model(loaded: Callable[[AnalysisKind], Capability]) -> People:
    found = loaded(PEOPLE)
    assert isinstance(found, People)
    return found


def _figure(*clothes: Colour, x: int = 240, wall: Colour = (120, 130, 125), on: Picture | None = None) -> Picture:
    """A figure in one colour, or in several, side by side from its middle outwards."""
    picture = np.full((360, 480, 3), wall, np.uint8) if on is None else on
    for colour, half in zip(reversed(clothes), range(110, 0, -60), strict=False):
        cv2.ellipse(picture, (x, 330), (half, 150), 0, 0, 360, colour, -1, cv2.LINE_AA)
    draw_face(picture, (x, 110), 100)
    return picture


def _seen(model: People, *pictures: Picture) -> tuple[PersonRegion, ...]:
    answer = model.look(media(list(pictures), every=48), question(PEOPLE, frames=48 * len(pictures)))
    assert isinstance(answer, PeopleAnswer)
    assert answer.looked_at == len(pictures)
    return answer.people


@pytest.mark.parametrize(("colour", "called"), [(RED, "red"), (BLUE, "blue"), (WHITE, "white"), (GREEN, "green")])
def test_the_colour_of_a_shirt_has_its_plain_name(model: People, colour: Colour, called: str) -> None:
    (person,) = _seen(model, _figure(colour))
    (worn,) = person.wardrobe
    assert worn.colour == called
    assert worn.share > 0.8
    shown = [int(worn.rgb[at : at + 2], 16) for at in (1, 3, 5)]
    assert np.abs(np.array(shown) - colour).max() < 20


def test_two_colours_are_told_with_the_larger_share_first(model: People) -> None:
    (person,) = _seen(model, _figure(WHITE, BLUE))
    assert {worn.colour for worn in person.wardrobe} == {"white", "blue"}
    shares = [worn.share for worn in person.wardrobe]
    assert shares == sorted(shares, reverse=True)
    assert sum(shares) <= 1 + 1e-6


def test_the_wall_behind_somebody_is_not_worn(model: People) -> None:
    slim = np.full((360, 480, 3), (60, 140, 75), np.uint8)
    cv2.ellipse(slim, (240, 330), (60, 150), 0, 0, 360, RED, -1, cv2.LINE_AA)
    draw_face(slim, (240, 110), 100)
    (person,) = _seen(model, slim)
    assert person.wardrobe[0].colour == "red"
    assert person.wardrobe[0].share > 0.7


def test_each_of_two_people_wears_their_own(model: People) -> None:
    both = _figure(BLUE, x=350, on=_figure(RED, x=120))
    left, right = sorted(_seen(model, both), key=lambda person: person.box.x)
    assert (left.wardrobe[0].colour, right.wardrobe[0].colour) == ("red", "blue")


def test_of_a_close_up_only_the_region_is_told(model: People) -> None:
    close = np.full((240, 320, 3), (120, 130, 125), np.uint8)
    draw_face(close, (160, 120), 200)
    (person,) = _seen(model, close)
    assert person.wardrobe == ()
    assert person.box.y + person.box.height == pytest.approx(1)


def test_a_region_reaches_from_above_the_head_to_below_the_chest(model: People) -> None:
    (person,) = _seen(model, _figure(RED))
    assert person.box.x < 0.5 < person.box.x + person.box.width
    assert person.box.y < 60 / 360
    assert person.box.y + person.box.height == pytest.approx(1)


def test_where_nobody_is_nobody_wears_anything(model: People) -> None:
    assert _seen(model, np.full((240, 320, 3), 120, np.uint8)) == ()


def test_every_sampled_frame_is_told_by_itself(model: People) -> None:
    assert [person.frame for person in _seen(model, _figure(RED), _figure(BLUE))] == [0, 48]


def test_weights_that_find_nobody_fail_the_self_test(model: People, monkeypatch: pytest.MonkeyPatch) -> None:
    model.self_test()
    monkeypatch.setattr(people.People, "find", lambda self, picture: [])
    with pytest.raises(RuntimeError, match="drawn figure"):
        model.self_test()


@given(st.tuples(*[st.integers(0, 255)] * 3))
def test_every_colour_has_a_name_and_a_dark_grey_is_never_white(rgb: Colour) -> None:
    assert name(lab(np.array([rgb], np.uint8))[0]) in NAMES
    level = rgb[0] // 3
    assert name(lab(np.full((1, 3), level, np.uint8))[0]) in {"black", "dark grey"}
