"""Words that are told against words that are spoken; calls for "action" and "cut"; what is told where nobody speaks.

python -m bench.models.speech      prints everything by itself
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from typing import Any

import numpy as np

from bench.models import spoken
from bench.models.resampled import interval
from bench.models.scores import counted
from bench.models.spoken import RATE, Reading, Sound
from bench.rows import Row
from circletake.contracts.analysis import AnalysisKind, Question, SpeechAnswer
from models.analyse.speech import Speech
from models.capability import Device

_SPELT = {"mr": "mister", "mrs": "missis"}
_NUMBERS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
#: How far a call may be told from where it was put.
_CALL_S = 0.5


class Heard:
    """Sound, as media has it."""

    def __init__(self, sound: Sound) -> None:
        self._sound = sound

    def sounds(self) -> Iterator[Sound]:
        yield from np.array_split(self._sound, max(1, len(self._sound) // RATE))


@dataclass(frozen=True)
class Errors:
    """Of one reading: how many words were told wrongly, left out or invented, and how many were spoken."""

    wrong: int
    spoken: int


@dataclass(frozen=True)
class Take:
    """A made take, and where its calls end and begin; None where nobody of the crew calls."""

    name: str
    sound: Sound
    action_s: float | None
    cut_s: float | None


def score(quick: bool) -> list[Row]:
    ours, theirs = librivox()
    words = sum(each.spoken for each in ours)
    invented = [len(_asked(sound).words) for _, sound in spoken.speechless()]
    rows = [
        Row("speech: word error rate, LibriVox sentences", rate(ours), words, at_most=0.05),
        Row("speech: the same, PocketSphinx's own", rate(theirs), words),
        Row("speech: words told where nobody speaks (mostly made)", sum(invented), len(invented), at_most=0),
    ]
    made = list(_takes())[: 4 if quick else None]
    right = sum(_right(take) for take in made)
    rows.append(Row("speech: made takes whose calls are told rightly", right / len(made), len(made), at_least=0.9))
    if not quick:
        longer, calls = _errors(spoken.two_cities()), [_errors(each) for each in spoken.cards()]
        rows.append(Row("speech: word error rate, A Tale of Two Cities", rate([longer]), longer.spoken, at_most=0.05))
        rows.append(
            Row("speech: word error rate, cards over a bad line", rate(calls), sum(each.spoken for each in calls))
        )
    return rows


def rate(errors: Sequence[Errors]) -> float:
    return sum(each.wrong for each in errors) / sum(each.spoken for each in errors)


def librivox() -> tuple[list[Errors], list[Errors]]:
    """→ of each sentence, our errors and PocketSphinx's."""
    readings, theirs = spoken.librivox(), spoken.pocketsphinx_heard()
    return (
        [_errors(each) for each in readings],
        [
            Errors(_distance(each.words.split(), _plain(theirs[each.name])), len(each.words.split()))
            for each in readings
        ],
    )


def _errors(reading: Reading) -> Errors:
    told = " ".join(word.text for word in _asked(reading.sound).words)
    return Errors(_distance(reading.words.split(), _plain(told)), len(reading.words.split()))


def _plain(text: str) -> list[str]:
    """What was told → small letters without punctuation; digits and titles as the transcriptions spell them."""
    words = re.findall(r"[a-z']+|\d+", text.lower())
    return [_NUMBERS[int(word)] if word.isdigit() and int(word) <= 10 else _SPELT.get(word, word) for word in words]


def _distance(wanted: Sequence[str], told: Sequence[str]) -> int:
    """Words to put in, take out or change (Levenshtein)."""
    row = list(range(len(told) + 1))
    for at, word in enumerate(wanted, 1):
        left, row[0] = row[0], at
        for there, other in enumerate(told, 1):
            left, row[there] = row[there], min(row[there] + 1, row[there - 1] + 1, left + (word != other))
    return row[-1]


def _takes() -> Iterator[Take]:
    """→ a real dialogue between calls by a machine's voice, in several voices; and what only sounds like a call."""
    dialogue = spoken.voice("beckett")
    for at, voice in enumerate(("en-us+m3", "en-gb", "en-us", "en-gb-x-rp+m7", "en-us+f3", "en-gb+f2")):
        # In turn, so that the first four are both with and without calls.
        action = spoken.machine(("Action!", "And, action!")[at % 2], voice)
        cut = spoken.machine(("Cut!", "And cut!")[at % 2], voice)
        opens = spoken.machine("Scene twelve, take three. Mark.", voice)
        before = len(spoken.joined(1.0, opens, 1.5, action)) / RATE
        sound = spoken.joined(1.0, opens, 1.5, action, 1.2, dialogue, 1.2, cut, 2.0)
        yield Take(f"called by {voice}", sound, before, before + 2.4 + len(dialogue) / RATE)
        line = spoken.machine(
            ("There is no action in this play, none at all.", "Cut the rope, and run!")[at % 2], voice
        )
        yield Take(f"a line by {voice}", spoken.joined(1.0, dialogue, 0.8, line, 0.8, dialogue, 1.0), None, None)
    shout = spoken.machine("Action!", "en-us+m3")
    yield Take("an actor shouts", spoken.joined(1.0, dialogue, 1.2, shout, 1.2, dialogue[: 4 * RATE], 1.0), None, None)


def _right(take: Take) -> bool:
    answer = _asked(take.sound)
    return all(
        (there is None and told is None) or (there is not None and told is not None and abs(there - told) <= _CALL_S)
        for there, told in ((take.action_s, answer.action_s), (take.cut_s, answer.cut_s))
    )


@cache
def _speech() -> Speech:
    return Speech(Device("cpu", 2))


def _asked(sound: Sound) -> SpeechAnswer:
    question = Question(
        kind=AnalysisKind.SPEECH,
        production="BENCH",
        job_id="0" * 20,
        attempt=1,
        rate=Fraction(25),
        frames=1 + len(sound) * 25 // RATE,
    )
    heard: Any = Heard(sound)
    return _speech().look(heard, question)


def _print() -> None:
    ours, theirs = librivox()
    two, calls = [_errors(spoken.two_cities())], [_errors(each) for each in spoken.cards()]
    for name, errors in (("LibriVox", ours), ("PocketSphinx on it", theirs), ("Two Cities", two), ("cards", calls)):
        low, high = interval(errors, rate)
        wrong, words = sum(each.wrong for each in errors), sum(each.spoken for each in errors)
        print(f"{name}: {wrong} of {words} words, {rate(errors):.3f} ({low:.3f}–{high:.3f}, {len(errors)} readings)")
    for name, sound in spoken.speechless():
        print(f"{name}: {len(_asked(sound).words)} words")
    takes = list(_takes())
    for take in takes:
        answer = _asked(take.sound)
        print(f"{take.name}: action {answer.action_s} of {take.action_s}, cut {answer.cut_s} of {take.cut_s}")
    print(f"takes: {counted(sum(_right(take) for take in takes), len(takes))}")


if __name__ == "__main__":
    _print()
