"""Sound in which it is known what is said: read aloud by people, spoken by a machine, and made without any speech."""

import os
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import av
import numpy as np
from av.audio.resampler import AudioResampler
from numpy.typing import NDArray

from bench.models import material

RATE = 16_000
Sound = NDArray[np.float32]
#: Debian 12. What is unpacked is data, and espeak-ng with the libraries that it is linked to.
_PACKAGES = {
    "pocketsphinx-testdata": "eaeb7a01d54f20b799d1a81ef110ec544b2cb47ea006614078220737a33019f0",
    "espeak-ng": "a11396a690f85f55e6e6b2965505237ddf3dc95c51936aa61de936f1ccf8f4d0",
    "espeak-ng-data": "573f5661c6a5adcf949018baad158c4c773bf5579390ee5235a890f1cd694106",
    "libespeak-ng1": "2b127a95b50d92cbd7a615968d2ac1566e1cbc87e27bcda0c2894afb2407c6d2",
    "libpcaudio0": "5309759e4d129c7d9a601240cc6e62820ecfa86a1a98e207992ffa6a572dbcd2",
    "libsonic0": "9d60de6918ace0b10e3e4e95421befd08aaf03b5b2a3d71ceb799e0cf259916f",
}
#: The wheel's sound: a two-hander, a monologue, the opening of "A Tale of Two Cities", two chimes.
_VOICES = ("moonshine-voice", "0.1.5", "1ed9e0ccf94be4845d69e7fa862dcf4c8b5801a758796966494c694f48184496", "wheel")
#: Dickens, 1859: what is read in the recording.
TWO_CITIES = """it was the best of times it was the worst of times it was the age of wisdom it was the age of
foolishness it was the epoch of belief it was the epoch of incredulity it was the season of light it was the season of
darkness it was the spring of hope it was the winter of despair we had everything before us we had nothing before us we
were all going direct to heaven we were all going direct the other way in short the period was so far like the present
period that some of its noisiest authorities insisted on its being received for good or for evil in the superlative
degree of comparison only"""


@dataclass(frozen=True)
class Reading:
    """Sound, and the words of it, in small letters without punctuation."""

    name: str
    sound: Sound
    words: str


def librivox() -> list[Reading]:
    """→ five sentences of "Sense and Sensibility", read for LibriVox."""
    return _transcribed("librivox", "transcription")


def cards() -> list[Reading]:
    """→ five calls of playing cards, each a second or three long, over a bad line."""
    return _transcribed("cards", "cards.transcription")


def two_cities() -> Reading:
    return Reading("two_cities", voice("two_cities"), " ".join(TWO_CITIES.split()))


def pocketsphinx_heard() -> dict[str, str]:
    """→ what PocketSphinx 0.8 makes of the LibriVox sentences, as its own test expects it."""
    lines = (_testdata() / "librivox" / "test-lm.match").read_text().splitlines()
    return {line.rsplit("(", 1)[1].split()[0]: line.rsplit("(", 1)[0].strip() for line in lines}


def voice(name: str) -> Sound:
    """The name of a file of moonshine-voice → its sound."""
    return _read(material.fetch(*_VOICES) / "moonshine_voice" / "assets" / f"{name}.wav")  # type: ignore[arg-type]


@cache
def machine(text: str, voice: str = "en-us", pace: int = 140) -> Sound:
    """Words → espeak-ng, saying them. Made material: no person spoke."""
    rooms = {name: material.fetch_debian(name, digest) for name, digest in _PACKAGES.items()}
    library = Path("usr/lib/x86_64-linux-gnu")
    paths = ":".join(str(room / library) for room in rooms.values())
    with tempfile.TemporaryDirectory() as folder:
        to = Path(folder) / "said.wav"
        said = [str(rooms["espeak-ng"] / "usr/bin/espeak-ng"), f"--path={rooms['espeak-ng-data'] / library}"]
        subprocess.run(
            [*said, "-v", voice, "-s", str(pace), "-w", str(to), text],
            env=dict(os.environ) | {"LD_LIBRARY_PATH": paths},
            check=True,
        )
        return _read(to)


def speechless() -> Iterator[tuple[str, Sound]]:
    """→ sound in which nobody speaks, 20 seconds of each but the chimes, with what it is."""
    chance = np.random.default_rng(3)
    time = np.arange(20 * RATE) / RATE
    white = chance.normal(0, 0.1, len(time))
    yield "silence", np.zeros(len(time), np.float32)
    yield "white noise", white.astype(np.float32)
    yield "room tone", np.convolve(white, np.ones(200) / 200, "same").astype(np.float32)
    yield "a line-up tone", (0.1 * np.sin(2 * np.pi * 1000 * time)).astype(np.float32)
    hum = [0.1 / n * np.sin(2 * np.pi * 50 * n * time) for n in range(1, 8)]
    yield "hum of the mains", np.sum(hum, axis=0).astype(np.float32)
    yield "music of chords", _music(time, chance)
    yield "claps of a slate", _claps(len(time), chance)
    yield "chime: success", voice("success")
    yield "chime: error", voice("error")


def joined(*parts: Sound | float) -> Sound:
    """Sounds, and seconds of quiet room tone between them → one sound."""
    chance = np.random.default_rng(4)
    rooms = [part if isinstance(part, np.ndarray) else np.zeros(round(part * RATE), np.float32) for part in parts]
    sound = np.concatenate(rooms)
    return (sound + chance.normal(0, 0.001, len(sound))).astype(np.float32)


def _music(time: NDArray[np.float64], chance: np.random.Generator) -> Sound:
    """Four chords, plucked twice a second, over a drum."""
    sound = np.zeros(len(time))
    for beat in range(40):
        since = time - beat / 2
        ringing = np.where(since >= 0, np.exp(-3 * np.maximum(since, 0)), 0)
        for step in ((0, 4, 7), (9, 12, 16), (5, 9, 12), (7, 11, 14))[beat // 4 % 4]:
            note = 220 * 2 ** (step / 12)
            sound += 0.05 * ringing * sum(np.sin(2 * np.pi * note * n * time) / n for n in (1, 2, 3, 4))
        sound += 0.1 * ringing**8 * chance.normal(0, 1, len(time))
    return np.asarray(np.clip(sound, -1, 1), np.float32)


def _claps(samples: int, chance: np.random.Generator) -> Sound:
    sound = np.zeros(samples)
    for start in range(RATE, samples - RATE, 3 * RATE):
        sound[start : start + RATE // 10] = chance.normal(0, 0.5, RATE // 10) * np.exp(-np.arange(RATE // 10) / 200)
    return sound.astype(np.float32)


def _testdata() -> Path:
    name = "pocketsphinx-testdata"
    return material.fetch_debian(name, _PACKAGES[name]) / "usr/share/pocketsphinx/test/data"


def _transcribed(folder: str, transcription: str) -> list[Reading]:
    room, found = _testdata() / folder, []
    for line in (room / transcription).read_text().splitlines():
        words, name = line.rsplit("(", 1)
        name = name.rstrip(") ")
        found.append(Reading(name, _read(room / f"{name}.wav"), words.replace("<s>", "").replace("</s>", "").strip()))
    return found


def _read(path: Path) -> Sound:
    resampler = AudioResampler("flt", "mono", RATE)
    with av.open(str(path)) as file:
        frames = [each for frame in file.decode(audio=0) for each in resampler.resample(frame)]
    return np.concatenate([each.to_ndarray()[0] for each in [*frames, *resampler.resample(None)]]).astype(np.float32)
