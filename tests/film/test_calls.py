"""Where the crew calls "action" and "cut", and where only an actor says so."""

from hypothesis import given
from hypothesis import strategies as st

from circletake.contracts.analysis import SpokenWord
from circletake.film.calls import ACTION_WITHIN_S, CUT_WITHIN_S, Scene, Utterance, scene


def said(at: float, text: str) -> Utterance:
    """Words of 0.3 s each, without a pause."""
    words = tuple(
        SpokenWord(text=word, start_s=at + 0.3 * place, end_s=at + 0.3 * (place + 1), probability=0.9)
        for place, word in enumerate(text.split())
    )
    return Utterance(at, at + 0.3 * len(words), words)


def texts(found: Scene) -> list[str]:
    return [" ".join(word.text for word in utterance.words) for utterance in found.said]


def test_what_the_crew_says_before_action_and_after_cut_is_no_part_of_the_scene() -> None:
    heard = [
        said(1, "Scene twelve, take three."), said(4, "And action!"), said(6, "You came back."),
        said(9, "I said I would."), said(14, "And cut! Thank you, that was lovely."), said(18, "Check the gate."),
    ]  # fmt: skip
    found = scene(heard, 20)
    assert texts(found) == ["You came back.", "I said I would."]
    assert (found.action_s, found.cut_s) == (heard[1].end_s, 14)


def test_without_calls_all_that_is_heard_is_the_scene() -> None:
    heard = [said(1, "You came back."), said(9, "I said I would.")]
    assert scene(heard, 12) == Scene(None, None, tuple(heard))


def test_one_call_alone_leaves_out_what_is_on_its_side() -> None:
    begun = scene([said(1, "Quiet, please."), said(3, "Action!"), said(5, "You came back.")], 12)
    assert (texts(begun), begun.cut_s) == (["You came back."], None)
    ended = scene([said(5, "You came back."), said(9, "Cut."), said(10, "Going again.")], 12)
    assert (texts(ended), ended.action_s) == (["You came back."], None)


def test_an_actor_who_says_the_words_does_not_cut_the_scene() -> None:
    for line in ("We need action now.", "Action speaks louder.", "Cut the rope!", "Cut him loose", "I said cut."):
        for at in (1.0, 7.0, 16.0):
            heard = sorted([said(4, "Listen."), said(at, line), said(12, "No.")], key=lambda each: each.start_s)
            assert scene(heard, 20) == Scene(None, None, tuple(heard)), (line, at)


def test_a_shout_in_the_middle_is_an_actors() -> None:
    heard = [said(2, "Listen."), said(100, "Cut!"), said(110, "Action!"), said(215, "No.")]
    assert scene(heard, 220) == Scene(None, None, tuple(heard))
    assert ACTION_WITHIN_S < 110
    assert CUT_WITHIN_S < 220 - 100


def test_of_several_the_first_action_and_the_last_cut_count() -> None:
    heard = [said(2, "Action!"), said(4, "Shout it."), said(6, "Action!"), said(8, "Louder."), said(14, "Cut!"),
             said(16, "He means it."), said(21, "Cut!"), said(22.5, "Cut, cut!"), said(24, "Thanks.")]  # fmt: skip
    found = scene(heard, 25)
    assert texts(found) == ["Shout it.", "Action!", "Louder.", "Cut!", "He means it."]
    assert found.cut_s == 21


words = st.sampled_from(["action", "Action!", "cut", "Cut!", "and", "the", "rope.", "three,"])


@given(st.lists(st.lists(words, max_size=4), max_size=8), st.floats(1, 400))
def test_a_scene_is_what_was_heard_without_its_beginning_and_its_end(lines: list[list[str]], duration: float) -> None:
    step = duration / (len(lines) + 1)
    heard = [said(at * step, " ".join(line)) for at, line in enumerate(lines)]
    found = scene(heard, duration)
    assert any(
        found.said == tuple(heard[first:last])
        for first in range(len(heard) + 1)
        for last in range(first, len(heard) + 1)
    )
    if found.action_s is not None and found.cut_s is not None:
        assert found.action_s <= found.cut_s
