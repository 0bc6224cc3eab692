"""What is heard in a take → the scene in it: what is said between "action" and "cut", as they are called on a set.

An actor may say both words. So a call has to stand alone, between pauses, and where calls are made: "action" with
nothing but a count or an "and" before it, in the first 90 seconds and the first half; "cut" as the whole of a sentence
after a pause, in the last 30 seconds and the second half. Of several the first "action" and the last "cut" count, and
each of the two stands on its own: what is in doubt stays in the scene.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import dropwhile

from circletake.contracts.analysis import SpokenWord

#: Slating, rolling sound and settling are over by then; after "cut" a camera runs on for an end board at most.
#: Both are our own choice: nobody publishes takes with the time of their calls.
ACTION_WITHIN_S, CUT_WITHIN_S = 90.0, 30.0
#: "Cut! … Cut, cut!": calls so close together are one.
_ONE_CALL_S = 3.0
_COUNT = frozenset(["three", "two", "one", "3", "2", "1"])
_BEFORE_A_CALL = _COUNT | frozenset(["and", "ok", "okay", "all", "right", "alright", "ready", "set", "camera"])


@dataclass(frozen=True, slots=True)
class Utterance:
    """What is said without a pause."""

    start_s: float
    end_s: float
    words: tuple[SpokenWord, ...]


@dataclass(frozen=True, slots=True)
class Scene:
    """When the call for "action" ends and that for "cut" begins, each None where it is not heard, and what is said."""

    action_s: float | None
    cut_s: float | None
    said: tuple[Utterance, ...]


def scene(heard: Sequence[Utterance], duration_s: float) -> Scene:
    """All that is heard in a take of that length, in order → the scene in it."""
    opens = range(len(heard))
    action = next((at for at in opens if _calls_action(heard[at]) and _early(heard[at], duration_s)), None)
    cut = next((at for at in reversed(opens) if _calls_cut(heard[at]) and _late(heard[at], duration_s)), None)
    while cut and _calls_cut(heard[cut - 1]) and heard[cut].start_s - heard[cut - 1].end_s <= _ONE_CALL_S:
        cut -= 1
    return Scene(
        action_s=None if action is None else heard[action].end_s,
        cut_s=None if cut is None else heard[cut].start_s,
        said=tuple(heard[0 if action is None else action + 1 : len(heard) if cut is None else cut]),
    )


def _calls_action(utterance: Utterance) -> bool:
    """ "Action!", "And … action!", "Three, two, one, action, action!" """
    called = [_plain(word) for word in _after_the_lead_in(utterance)]
    return bool(called) and set(called) == {"action"}


def _calls_cut(utterance: Utterance) -> bool:
    """ "Cut!", "And cut. Thank you, that was lovely": a sentence of its own, not "cut the rope"."""
    call = next(iter(_after_the_lead_in(utterance)), None)
    if call is None or _plain(call) != "cut":
        return False
    return call is utterance.words[-1] or not call.text[-1].isalnum()


def _after_the_lead_in(utterance: Utterance) -> list[SpokenWord]:
    return list(dropwhile(lambda word: _plain(word) in _BEFORE_A_CALL, utterance.words))


def _early(utterance: Utterance, duration_s: float) -> bool:
    return utterance.end_s <= min(ACTION_WITHIN_S, duration_s / 2)


def _late(utterance: Utterance, duration_s: float) -> bool:
    return utterance.start_s >= max(duration_s - CUT_WITHIN_S, duration_s / 2)


def _plain(word: SpokenWord) -> str:
    return re.sub(r"[^\w]", "", word.text).lower()
