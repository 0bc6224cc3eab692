"""Which look reaches a clip: what is nearer wins, CDL and LUT each by itself, and the newest word holds."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from circletake.contracts.looks import Cdl, Look, LookLevel, Lut, Slate
from circletake.film.looks.resolving import clip_name, resolve

#: Nearest first, with what of the clip each level names.
_LEVELS = (LookLevel.CLIP, LookLevel.SETUP, LookLevel.SCENE, LookLevel.DAY, LookLevel.SHOW)
_TARGETS = {
    LookLevel.CLIP: "A001C001.mov", LookLevel.SETUP: "12a", LookLevel.SCENE: "12", LookLevel.DAY: "D014",
    LookLevel.SHOW: "",
}  # fmt: skip
_SLATE = Slate(scene="12", setup="12A", take="3")


def look(
    level: LookLevel, second: int, *, graded: bool = True, viewed: bool = False, target: str | None = None
) -> Look:
    at = datetime(2026, 9, 30, tzinfo=UTC) + timedelta(seconds=second)
    return Look(
        level=level,
        target=_TARGETS[level] if target is None else target,
        cdl=Cdl(saturation=second) if graded else None,
        lut=Lut(sha256=f"{second:064x}", name="l", size=33) if viewed else None,
        name=f"look {second}",
        source="dit@example.com",
        at=at.isoformat(),
    )


_LOOKS = st.lists(
    st.tuples(st.sampled_from(_LEVELS), st.booleans(), st.booleans()), max_size=12
).flatmap(
    lambda told: st.permutations(
        [look(level, n + 1, graded=graded, viewed=viewed) for n, (level, graded, viewed) in enumerate(told)]
    )
)  # fmt: skip


def _by_the_rule(looks: Sequence[Look], part: str) -> object:
    """The rule, told another way: what each place says in the end, and of those the nearest."""
    said: dict[LookLevel, object] = {}
    for each in sorted(looks, key=lambda each: each.at):
        if each.cdl is None and each.lut is None:
            said.pop(each.level, None)
        elif getattr(each, part) is not None:
            said[each.level] = getattr(each, part)
    return next((said[level] for level in _LEVELS if level in said), None)


@given(_LOOKS)
def test_what_is_nearer_to_the_clip_wins_in_whatever_order_the_looks_come(looks: Sequence[Look]) -> None:
    resolved = resolve(looks, day="D014", title="A001C001", slate=_SLATE)
    assert resolved.cdl == _by_the_rule(looks, "cdl")
    assert resolved.lut == _by_the_rule(looks, "lut")
    assert (resolved.cdl is None) == (resolved.cdl_from is None)
    assert (resolved.lut is None) == (resolved.lut_from is None)


def test_cdl_and_lut_come_from_where_each_is_set() -> None:
    looks = [look(LookLevel.SHOW, 1, viewed=True), look(LookLevel.SCENE, 2)]
    resolved = resolve(looks, day="D014", title="A001C001", slate=_SLATE)
    assert (resolved.cdl_from, resolved.lut_from) == ("look 2 (scene 12)", "look 1 (show)")


def test_a_look_that_is_taken_back_leaves_the_next_wider_one() -> None:
    looks = [look(LookLevel.SHOW, 1), look(LookLevel.CLIP, 2), look(LookLevel.CLIP, 3, graded=False)]
    assert resolve(looks, day="D014", title="A001C001", slate=None).cdl == Cdl(saturation=1)


def test_moments_are_compared_as_moments_and_not_as_texts() -> None:
    early = look(LookLevel.SHOW, 1).model_copy(update={"at": "2026-09-30T00:00:01Z"})
    late = look(LookLevel.SHOW, 2).model_copy(update={"at": "2026-09-30T00:00:01.5Z"})
    assert resolve([late, early], day="D014", title="a", slate=None).cdl == late.cdl


@pytest.mark.parametrize("level", _LEVELS[:-1])
def test_a_look_for_something_else_does_not_reach_the_clip(level: LookLevel) -> None:
    other = look(level, 1, target="other")
    assert resolve([other], day="D014", title="A001C001", slate=_SLATE).cdl is None
    assert resolve([look(LookLevel.SCENE, 1)], day="D014", title="A001C001", slate=None).cdl is None


@pytest.mark.parametrize("name", ["A001C001", "a001c001", "A001C001.mov", "A001C001.MXF"])
def test_a_clip_is_meant_with_the_ending_of_its_file_or_without(name: str) -> None:
    assert clip_name(name) == clip_name("A001C001")


def test_a_dot_in_a_name_is_no_ending() -> None:
    assert clip_name("Scene.12") != clip_name("Scene.13")
