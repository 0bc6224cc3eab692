"""Where in the recorder's files a clip's own sound lies, by what is heard in both."""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from circletake.contracts.errors import Rejected
from circletake.contracts.facts import LocateSound, SoundToHear
from circletake.contracts.media import AudioStream, Inspection
from circletake.contracts.sound import Listened
from circletake.media.tools import Tools
from functions.sync.fetching import Fetching, Part

if TYPE_CHECKING:
    from circletake.media.waveforms import Mono

NOTHING = Listened(offset_s=None, confidence=0.0)
#: A camera has its microphone in its first channel or the second; timecode, or nothing, in the other.
_MICROPHONES = 2


@dataclass(frozen=True)
class Hearing:
    """How sound is made audible, and where it is laid meanwhile."""

    fetching: Fetching
    tools: Tools
    work: Path
    deadline: float

    def answers(
        self, order: LocateSound, found: Inspection | None, sounds: Sequence[SoundToHear]
    ) -> Iterator[tuple[SoundToHear, Listened | Rejected]]:
        """The order, what is in its clip, and the files to listen to → of each where the clip lies in it, or why the
        file cannot be heard. RAW, of whose inside nothing is known, is heard nowhere."""
        microphones = self._microphones(order, found) if found else []
        for sound in sounds:
            if not microphones:
                yield sound, NOTHING
                continue
            try:
                yield sound, self._answer(microphones, sound)
            except Rejected as rejected:
                yield sound, rejected

    def _microphones(self, order: LocateSound, found: Inspection) -> list["Mono"]:
        """What the camera's microphones heard. A clip that cannot be listened to has none: its pictures' verdict is
        `transcode`'s."""
        import numpy as np

        from circletake.media.listening import listen
        from circletake.media.waveforms import RATE

        if not found.audio:
            return []
        camera, heard = self.work / "camera", dict[int, list["Mono"]]()
        ends = 0
        for part in self.fetching.camera(order.spans, found, camera):
            begins, ends = ends, round((part.begins_s + part.seconds) * RATE)
            for number, (stream, channel) in enumerate(_channels(found.audio)):
                with suppress(Rejected):
                    sound = listen(
                        camera, self.work / "microphone", seconds=part.seconds, stream=stream, channel=channel,
                        tools=self.tools, deadline=self.deadline, on_progress=self.fetching.beat,
                    )  # fmt: skip
                    whole = heard.setdefault(number, [])
                    whole.append(np.zeros(begins - sum(map(len, whole)), np.float32))
                    whole.append(np.array(sound[: ends - begins]))
        return [np.concatenate(heard[number]) for number in sorted(heard)]

    def _answer(self, microphones: Sequence["Mono"], sound: SoundToHear) -> Listened:
        """Where it is not heard near its timecode, that may be wrong: then all of the file is listened to."""
        from circletake.media.waveforms import RATE, locate

        lasts_s = max(map(len, microphones)) / RATE
        for near_s in dict.fromkeys((sound.near_s, None)):
            begins_s, recorded = self._recorded(sound, near_s, lasts_s)
            seen_from_there = None if near_s is None else near_s - begins_s
            if heard := locate(microphones, recorded, seen_from_there):
                return Listened(
                    offset_s=heard.offset_s + begins_s,
                    confidence=heard.confidence,
                    speed=heard.speed,
                    drift_ppm=heard.drift_ppm,
                    within_ppm=heard.within_ppm,
                )
        return NOTHING

    def _recorded(self, sound: SoundToHear, near_s: float | None, lasts_s: float) -> tuple[float, "Mono"]:
        """→ from which second of the recorder's file on, and what is heard there, joined on disk from its parts."""
        import numpy as np

        from circletake.media.waveforms import RATE

        joined, begins_s = self.work / "recorder.f32", None
        joined.unlink(missing_ok=True)
        with joined.open("wb") as file:
            for part in self.fetching.recorder(sound, near_s, lasts_s, self.work / "recorder.wav"):
                begins_s = part.begins_s if begins_s is None else begins_s
                length = round(part.seconds * RATE)
                heard = self._listened(part, sound.channel)[:length]
                file.write(heard.tobytes())
                file.write(bytes(4 * (length - len(heard))))
        return (0, np.zeros(0, np.float32)) if begins_s is None else (begins_s, np.memmap(joined, np.float32, "r"))

    def _listened(self, part: Part, channel: int) -> "Mono":
        from circletake.media.listening import listen

        return listen(
            part.file, self.work / "part.f32", seconds=part.seconds, channel=channel,
            tools=self.tools, deadline=self.deadline, on_progress=self.fetching.beat,
        )  # fmt: skip


def _channels(audio: Sequence[AudioStream]) -> list[tuple[int, int]]:
    """A clip's streams of sound → the first two of all their channels: number of the stream, channel counted from 1."""
    every = [(number, channel) for number, stream in enumerate(audio) for channel in range(1, stream.channels + 1)]
    return every[:_MICROPHONES]
