"""What Whisper says of a window → words that were spoken, each in its stretch of speech; what it invented is left out.

What is known of its inventions: they are made where nobody speaks, with little confidence, over and over, or faster
than a mouth moves.
"""

import unicodedata
from collections.abc import Iterable, Iterator

from faster_whisper.transcribe import Segment, Word

from circletake.contracts.analysis import SpokenWord
from circletake.film.calls import Utterance
from models.analyse.voiced import Window

#: Whisper's own: less sure on the average is a guess (Radford et al. 2022, section 4.5).
SURE_LOGPROB = -1.0
#: Text that a compressor makes so many times smaller repeats itself. Whisper's own 2.4 is what the opening of "A Tale
#: of Two Cities" reaches, read aloud once; its loops were above 10.
_REPEATS = 3.0
#: One step of Whisper's clock is 0.02 s. A phrase in which so many words are no longer was not spoken.
_STEP_S, _TOO_FAST = 0.02, 1 / 3
#: Whisper's words lie up to so much beside what the voice detector hears.
_BESIDE_S = 0.3
_MARKUP = frozenset("<>{}[]|\\`")
_LONGEST = 80


def utterances(window: Window, segments: Iterable[Segment]) -> list[Utterance]:
    """A window, and what Whisper heard in it → an utterance for each stretch of speech, some without words."""
    words: list[list[SpokenWord]] = [[] for _ in window.stretches]
    at = 0
    for segment in segments:
        if _invented(segment):
            continue
        for start, end, text, probability in _whole_words(segment.words or []):
            spoken = (window.start_s + start, window.start_s + end)
            # Words come in their order, so none belongs to a stretch before that of the last one.
            at = min(range(at, len(window.stretches)), key=lambda one: _apart(spoken, window.stretches[one]))
            told = _cleaned(text)
            if told is None or _apart(spoken, window.stretches[at]) > _BESIDE_S:
                continue
            first, last = window.stretches[at]
            begins = min(max(spoken[0], words[at][-1].end_s if words[at] else first), last)
            ends = min(max(spoken[1], begins), last)
            words[at].append(
                SpokenWord(text=told, start_s=round(begins, 3), end_s=round(ends, 3), probability=round(probability, 3))
            )
    return [
        Utterance(start_s=round(first, 3), end_s=round(last, 3), words=tuple(said))
        for (first, last), said in zip(window.stretches, words, strict=True)
    ]


def _invented(segment: Segment) -> bool:
    words = segment.words or []
    hasty = sum(float(word.end) - float(word.start) < _STEP_S for word in words)
    return segment.avg_logprob < SURE_LOGPROB or segment.compression_ratio > _REPEATS or hasty > _TOO_FAST * len(words)


def _whole_words(words: Iterable[Word]) -> Iterator[tuple[float, float, str, float]]:
    """Whisper gives " cold" and "-hearted"; a word is what has a space before it, or begins like one."""
    whole: tuple[float, float, str, float] | None = None
    for word in words:
        if whole and not word.word[:1].isspace() and not word.word[:1].isalnum():
            whole = (whole[0], float(word.end), whole[2] + word.word, min(whole[3], float(word.probability)))
            continue
        if whole:
            yield whole
        whole = (float(word.start), float(word.end), word.word, float(word.probability))
    if whole:
        yield whole


def _apart(spoken: tuple[float, float], stretch: tuple[float, float]) -> float:
    """Seconds between two intervals; below 0, how much of them is the same."""
    return max(spoken[0], stretch[0]) - min(spoken[1], stretch[1])


def _cleaned(text: str) -> str | None:
    """→ a word that a page may show and a search may find; None for what is none."""
    seen = "".join(
        each for each in text if each not in _MARKUP and each != "\ufffd" and unicodedata.category(each)[0] != "C"
    ).strip()
    return seen if len(seen) <= _LONGEST and any(each.isalnum() for each in seen) else None
