"""What a model may answer, and what is stored of it: whatever is valid can be read again."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from circletake.contracts.analysis import (
    MAX_ANSWER_BYTES,
    AnalysisKind,
    Answer,
    ModelVersion,
    Question,
    SpeechAnswer,
    SpokenWord,
)
from functions.collect.answers import BadAnswer, read_answer, to_store

_MODEL = ModelVersion(name="silero-whisper-base", version="0" * 12)
_QUESTION = Question(
    kind=AnalysisKind.SPEECH, production="bikes", job_id="0" * 20, attempt=1, rate="24/1", frames=24 * 100_000
)  # fmt: skip
#: As long as a word can be said: four bytes a letter, and a quotation mark is written as two.
_LONGEST = '"' + "𝄞" * 79


def answer(words: tuple[SpokenWord, ...]) -> Answer:
    said = SpeechAnswer(kind=AnalysisKind.SPEECH, spoken=(), words=words)
    return Answer(
        production="bikes", job_id="0" * 20, attempt=1, model=_MODEL, device="cpu", seconds=1.5, result=said
    )  # fmt: skip


def words(text: str, **times: Any) -> tuple[SpokenWord, ...]:
    """→ so many of this word that an answer has no room for one more."""
    word = SpokenWord(text=text, **{"start_s": 0.0, "end_s": 0.0, "probability": 0.0, **times})
    room = MAX_ANSWER_BYTES - len(answer(()).model_dump_json().encode())
    return (word,) * ((room + 1) // (len(word.model_dump_json().encode()) + 1))


@pytest.mark.parametrize(
    ("text", "times"),
    [("a", {}), (_LONGEST, {"start_s": 1 / 3e5, "end_s": 99999.123456789, "probability": 1.2345678901234567e-300})],
    ids=["short", "long"],
)
def test_the_largest_answer_is_read_and_can_be_stored_and_read_and_one_word_more_is_none(
    text: str, times: dict[str, float]
) -> None:
    most = words(text, **times)
    sent = answer(most).model_dump_json().encode()
    assert MAX_ANSWER_BYTES - 600 < len(sent) <= MAX_ANSWER_BYTES
    read = read_answer(sent, _QUESTION, _MODEL)
    stored = to_store(read).result
    assert len(stored) <= MAX_ANSWER_BYTES
    assert SpeechAnswer.model_validate_json(stored) == read.result
    with pytest.raises(ValidationError, match="too_large_to_read"):
        answer((*most, most[0]))


def test_an_answer_that_would_grow_too_large_when_it_is_written_down_is_none() -> None:
    """A whole number is written with a point: what came was small enough, and what is stored would not be."""
    sent = answer(words("a")).model_dump_json().replace("0.0", "0")
    longer = sent.replace('"words":[', '"words":[' + '{"text":"a","start_s":0,"end_s":0,"probability":0},' * 9).encode()
    assert len(longer) < MAX_ANSWER_BYTES
    with pytest.raises(BadAnswer, match="too_large_to_read"):
        read_answer(longer, _QUESTION, _MODEL)


@settings(max_examples=30)
@given(
    st.lists(
        st.builds(
            SpokenWord,
            text=st.from_regex(r"\A[^\x00-\x20\x7f-\x9f<>{}\[\]|\\`\s]{1,80}\Z").filter(str.isprintable),
            start_s=st.floats(0, 1000),
            end_s=st.floats(1000, 90_000),
            probability=st.floats(0, 1),
        ),
        max_size=5,
    )
)
def test_what_is_said_is_stored_word_by_word(said: list[SpokenWord]) -> None:
    sent = answer(tuple(said)).model_dump_json().encode()
    stored = to_store(read_answer(sent, _QUESTION, _MODEL)).result
    assert SpeechAnswer.model_validate_json(stored).words == tuple(said)
