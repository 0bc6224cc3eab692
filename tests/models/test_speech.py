"""Which words are heard, when, and that none is invented."""

import socket
from collections.abc import Callable, Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from faster_whisper.transcribe import Segment, Word
from hypothesis import given
from hypothesis import strategies as st

from bench.models import spoken
from bench.models.speech import Heard
from circletake.contracts.analysis import MAX_SAMPLES, AnalysisKind, Question, SpeechAnswer
from circletake.film.calls import Utterance
from circletake.media import launcher
from models.analyse import speech, voiced
from models.analyse.heard import utterances
from models.analyse.speech import Speech
from models.capability import Capability, Device, Media, Unanswerable
from models.media import SOUND_RATE
from tests.footage import TOOLS

Sound = spoken.Sound


@pytest.fixture(scope="module")
def ask(loaded: Callable[[AnalysisKind], Capability]) -> Callable[..., SpeechAnswer]:
    def asked(sound: Sound | Path, **changed: Any) -> SpeechAnswer:
        media: Any = Media(sound) if isinstance(sound, Path) else Heard(sound)
        length = {} if isinstance(sound, Path) else {"frames": 1 + len(sound) * 25 // SOUND_RATE}
        answer = loaded(AnalysisKind.SPEECH).look(media, question(**length | changed))
        assert isinstance(answer, SpeechAnswer)
        return SpeechAnswer.model_validate_json(answer.model_dump_json())

    return asked


def question(**changed: Any) -> Question:
    asked = {"kind": AnalysisKind.SPEECH, "production": "PILOT", "job_id": "0" * 20, "attempt": 1, "frames": 250}
    return Question(**asked | {"rate": Fraction(25)} | changed)


def plain(answer: SpeechAnswer) -> list[str]:
    """The words without what a model may write in one way or another."""
    return [word.text.lower().strip(".,!?") for word in answer.words]


def test_a_proxy_of_a_monologue_is_told_word_for_word_and_in_time(
    ask: Callable[..., SpeechAnswer], tmp_path: Path
) -> None:
    raw, proxy = tmp_path / "beckett.raw", tmp_path / "proxy.mp4"
    spoken.voice("beckett").tofile(raw)
    heard = ["-f", "f32le", "-ar", "16000", "-ac", "1", "-i", str(raw)]
    picture = ["-f", "lavfi", "-i", "color=s=64x36:r=25:d=10"]
    launcher.make([*heard, *picture, "-c:v", "libx264", "-c:a", "aac", "-ac", "2", str(proxy)], tools=TOOLS)
    answer = ask(proxy, language="en")
    assert " ".join(plain(answer)) == "ever tried ever failed no matter try again fail again fail better"
    times = [time for word in answer.words for time in (word.start_s, word.end_s)]
    assert times == sorted(times)
    assert len(answer.spoken) == 6
    # "Fail better" is said from 8.1 s on, as the wave shows.
    assert answer.words[-2].start_s == pytest.approx(8.1, abs=0.2)
    assert (answer.language, answer.language_probability) == ("en", None)


def test_the_language_is_found_out_when_nobody_says_it(ask: Callable[..., SpeechAnswer]) -> None:
    answer = ask(spoken.voice("beckett")[: 5 * SOUND_RATE])
    assert answer.language == "en"
    assert answer.language_probability is not None
    assert answer.language_probability > 0.5


@pytest.mark.parametrize(
    ("what", "sound"), list(spoken.speechless()), ids=lambda value: value if isinstance(value, str) else ""
)
def test_where_nobody_speaks_there_are_no_words(ask: Callable[..., SpeechAnswer], what: str, sound: Sound) -> None:
    answer = ask(sound)
    assert (answer.words, answer.language, answer.action_s, answer.cut_s) == ((), None, None, None), what


def test_a_clip_without_sound_has_no_speech(ask: Callable[..., SpeechAnswer]) -> None:
    assert ask(np.empty(0, np.float32)).spoken == ()


def test_nothing_is_told_past_the_end_of_the_clip(ask: Callable[..., SpeechAnswer]) -> None:
    answer = ask(spoken.voice("beckett"), frames=50, language="en")
    assert plain(answer)[:2] == ["ever", "tried"]
    ends = [each.end_s for each in answer.spoken] + [word.end_s for word in answer.words]
    assert max(ends) <= 2


def test_a_language_that_nobody_taught_it_is_refused(ask: Callable[..., SpeechAnswer]) -> None:
    with pytest.raises(Unanswerable, match="'xx'"):
        ask(np.zeros(16000, np.float32), language="xx")


def test_it_is_loaded_and_tested_without_a_network(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError("somebody was called")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    Speech(Device("cpu", 2)).self_test()


def test_long_sound_is_held_five_minutes_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """The detector is replaced by one that calls every sample above 0 speech."""
    lengths: list[int] = []

    def detect(sound: Sound, _: object) -> list[dict[str, int]]:
        lengths.append(len(sound))
        edges = np.flatnonzero(np.diff(np.concatenate([[0], sound > 0, [0]])))
        return [{"start": int(start), "end": int(end)} for start, end in edges.reshape(-1, 2)]

    monkeypatch.setattr(voiced, "get_speech_timestamps", detect)
    # One second of speech begins every 17 seconds, now and then across the end of a piece.
    quiet, loud = np.zeros(SOUND_RATE, np.float32), np.ones(SOUND_RATE, np.float32)
    seconds = 7_200
    sounds = (loud if second % 17 == 0 else quiet for second in range(seconds + 100))
    found = [each for window in voiced.voiced(sounds, seconds * SOUND_RATE) for each in window.stretches]
    assert found == [(second, second + 1) for second in range(0, seconds, 17)]
    assert max(lengths) <= 305 * SOUND_RATE


def window(*stretches: tuple[float, float]) -> voiced.Window:
    return voiced.Window(stretches[0][0], np.empty(0, np.float32), stretches)


def segment(words: list[tuple[float, float, str]], **changed: Any) -> Segment:
    said = [Word(start, end, text, 0.9) for start, end, text in words]
    told = {"avg_logprob": -0.3, "compression_ratio": 1.2, "no_speech_prob": 0.1, "temperature": 0.0} | changed
    return Segment(id=1, seek=0, start=0, end=3, text="", tokens=[], words=said, **told)


SPOKEN = [(0.0, 0.4, " Cold"), (0.4, 0.8, "-hearted,"), (5.1, 5.4, " he"), (5.4, 5.6, " was.")]


def texts(found: list[Utterance]) -> list[list[str]]:
    return [[word.text for word in each.words] for each in found]


def test_each_word_belongs_to_the_stretch_in_which_it_is_said() -> None:
    found = utterances(window((10.2, 11), (15, 16)), [segment(SPOKEN)])
    assert texts(found) == [["Cold-hearted,"], ["he", "was."]]
    assert (found[0].words[0].start_s, found[0].words[0].end_s) == (10.2, 11)


def test_what_is_known_of_inventions_is_left_out() -> None:
    there = window((0, 1), (5, 6))
    assert texts(utterances(there, [segment(SPOKEN, avg_logprob=-1.2)])) == [[], []]
    assert texts(utterances(there, [segment(SPOKEN, compression_ratio=12.0)])) == [[], []]
    rattled = [(0.9, 0.9, " Thank"), (0.9, 0.98, " you"), (0.98, 0.98, " for"), (0.98, 0.98, " watching.")]
    assert texts(utterances(there, [segment(rattled)])) == [[], []]
    between = [(0.2, 0.5, " Yes."), (2.5, 3.2, " Subtitles"), (5.2, 5.5, " No.")]
    assert texts(utterances(there, [segment(between)])) == [["Yes."], ["No."]]


@given(st.text(max_size=100))
def test_whatever_it_writes_a_word_is_safe_to_show_or_is_none(text: str) -> None:
    """SpokenWord is strict: it would raise."""
    for word in utterances(window((0, 1)), [segment([(0.1, 0.6, f" {text}")])])[0].words:
        assert any(each.isalnum() for each in word.text)


@given(st.lists(st.tuples(st.floats(0, 30), st.floats(0, 2)), max_size=20))
def test_times_are_in_order_and_in_their_stretch(times: list[tuple[float, float]]) -> None:
    said = [(start, start + length, " word") for start, length in sorted(times)]
    found = utterances(window((0, 4), (9, 12.5), (20, 28)), [segment(said)])
    for each in found:
        inside = [each.start_s, *(time for word in each.words for time in (word.start_s, word.end_s)), each.end_s]
        assert inside == sorted(inside)


def test_more_stretches_than_an_answer_holds_are_joined_over_the_shortest_pauses() -> None:
    def said() -> Iterator[Utterance]:
        for at in range(MAX_SAMPLES + 2):
            yield Utterance(10 * at, 10 * at + (9.9 if at in (7, 8) else 5), ())

    intervals = speech._intervals(list(said()))
    assert len(intervals) == MAX_SAMPLES
    assert (intervals[7].start_s, intervals[7].end_s) == (70, 95)
