"""The clips and sounds of a unit's day in one list, so that both are tied to takes by the same rules."""

from collections import Counter
from collections.abc import Iterable
from fractions import Fraction

from circletake.film.takes.clock import device_of, run_of_clip, run_of_sound
from circletake.film.takes.day import Cite, DayClip, DaySound
from circletake.film.takes.names import clip_names, plain, sound_names


class Recordings:
    """Clips, then sounds, each group in the order of its names. A recording is known by its place in the list.

    `clips` is how many are clips; `runs` has their places on the clock and `devices` whose clocks those are.
    """

    def __init__(self, clips: Iterable[DayClip], sounds: Iterable[DaySound]) -> None:
        self._clips = sorted(clips, key=lambda clip: (plain(clip.title), clip.id))
        self._sounds = sorted(sounds, key=lambda sound: (plain(sound.file.name), sound.id))
        self.clips = len(self._clips)
        self.ids = [clip.id for clip in self._clips] + [sound.id for sound in self._sounds]
        twice = [of for of, times in Counter(self.ids).items() if times > 1]
        if twice:
            raise ValueError(f"two recordings of one day are known as {twice[0]!r}")
        self._places = {of: place for place, of in enumerate(self.ids)}
        self.names = [clip.title for clip in self._clips] + [sound.file.name for sound in self._sounds]
        self.runs = [*map(run_of_clip, self._clips), *map(run_of_sound, self._sounds)]
        self.devices = [
            device_of(self._clips[place]) if place < self.clips else run.device if run else "sound"
            for place, run in enumerate(self.runs)
        ]
        self.clip_names, self.sound_names = clip_names(self._clips), sound_names(self._sounds)

    def __len__(self) -> int:
        return len(self.ids)

    def place(self, of: str) -> int:
        return self._places[of]

    def clip(self, place: int) -> DayClip:
        return self._clips[place]

    def sound(self, place: int) -> DaySound:
        return self._sounds[place - self.clips]

    def is_clip(self, place: int) -> bool:
        return place < self.clips

    def length(self, place: int) -> int:
        """Frames of a clip, samples of a sound."""
        return self.clip(place).frames if self.is_clip(place) else self.sound(place).file.frames

    def a_second(self, place: int) -> Fraction:
        """How many frames or samples of it a second of the clock has."""
        if not self.is_clip(place):
            return Fraction(self.sound(place).file.rate)
        clip = self.clip(place)
        return clip.sensor_fps or clip.rate

    def a_label(self, place: int) -> Fraction:
        """How many frames or samples of it a frame of timecode has."""
        if self.is_clip(place):
            return Fraction(1)
        file = self.sound(place).file
        return file.rate / (file.timecode_rate or Fraction(1))

    def rolls(self, place: int) -> frozenset[str]:
        """What its roll may be called."""
        names = self.clip_names if self.is_clip(place) else self.sound_names
        return names.rolls.of(place if self.is_clip(place) else place - self.clips)

    def itself(self, place: int) -> Cite:
        return Cite(None, self.names[place])
