"""What several say of one thing → the value that holds, who says so, and what the others say instead."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from functools import lru_cache

from circletake.contracts.takes import Flag
from circletake.film.papers.slating import scene_of
from circletake.film.takes.day import Cite, Fact, Saying, TakeKey, Value
from circletake.film.takes.names import camera_letter, numbered, plain, read_take, roll_keys
from circletake.film.takes.rows import Row

#: What is said of a camera's recording, and what of a sound's.
OF_CLIP = ("camera", "roll", "lens", "exposure_index", "white_balance", "filters", "shutter", "sensor_fps")
OF_SOUND = ("sound_roll",)
_WITH_NUMBERS = frozenset({"lens", "exposure_index", "white_balance"})
_NUMBER = re.compile(r"\d+(?:[.,]\d+)?", re.ASCII)


@lru_cache(maxsize=1 << 14)
def compared(name: str, text: str) -> object:
    """A field's text → as it is compared: a lens of '50mm' is one of 50, and EI 800 is 800."""
    if name in _WITH_NUMBERS and (numbers := _NUMBER.findall(text)):
        return tuple(float(number.replace(",", ".")) for number in numbers)
    if name == "camera":
        return camera_letter(text)
    if name in ("roll", "sound_roll"):
        return roll_keys(text, None)
    if name == "take":
        return read_take(text)[0]
    return numbered(text) if name in ("scene", "setup", "slate") else plain(text)


@dataclass(slots=True)
class Told:
    """What was said of one field, in the order of belief: as it is compared, the value, who says so.

    `aside`: what is said here of another take, and listed where that is told; it dissents and is no new conflict.
    """

    sayings: dict[object, tuple[Value, dict[Cite, None]]] = field(default_factory=dict)
    aside: set[object] | None = None

    def add(self, same: object, value: Value, cite: Cite, *, aside: bool = False) -> None:
        known = self.sayings.get(same)
        if known is None:
            self.sayings[same] = value, {cite: None}
            if aside:
                self.aside = self.aside or set()
                self.aside.add(same)
        else:
            known[1][cite] = None
            if not aside and self.aside:
                self.aside.discard(same)

    def fact(self) -> Fact | None:
        if not self.sayings:
            return None
        held, *others = map(self._saying, self._ordered())
        return Fact(held.value, held.by, tuple(others))

    def disputed(self) -> tuple[Saying, tuple[Saying, ...]] | None:
        """What holds and what is said against it, where that is a conflict."""
        if len(self.sayings) < 2:
            return None
        held, *others = self._ordered()
        against = tuple(self._saying(same) for same in others if not self.aside or same not in self.aside)
        return (self._saying(held), against) if against else None

    def _ordered(self) -> list[object]:
        # What is said in passing of another take holds only where nobody says more.
        return sorted(self.sayings, key=self.aside.__contains__) if self.aside else list(self.sayings)

    def _saying(self, same: object) -> Saying:
        value, by = self.sayings[same]
        return Saying(value, tuple(by))


class Fields(dict[str, Told]):
    """Fields by their names, each with what was said of it."""

    def say(self, name: str, same: object, value: Value, cite: Cite, *, aside: bool = False) -> None:
        self.setdefault(name, Told()).add(same, value, cite, aside=aside)

    def facts(self) -> Mapping[str, Fact]:
        return {name: fact for name, told in sorted(self.items()) if (fact := told.fact())}


def say_recording(fields: Fields, row: Row, names: tuple[str, ...], own_roll: frozenset[str]) -> None:
    """What a row says of a recording, whose own roll has these names."""
    said = row.said
    for name in names:
        value = getattr(said, name)
        if value is None:
            continue
        # Papers have 24 or 23.98 for 23.976.
        same: object = compared(name, value) if isinstance(value, str) else round(value) if _is_whole(value) else value
        if name in ("roll", "sound_roll"):
            keys = roll_keys(value, said.camera if name == "roll" else None)
            same = keys if own_roll.isdisjoint(keys) else own_roll
        fields.say(name, same, value, row.cite)


def _is_whole(rate: Fraction) -> bool:
    return abs(rate - round(rate)) * 400 < rate


def say_take(fields: Fields, row: Row, key: TakeKey) -> None:
    """What a row says of a take's names."""
    said = row.said
    aside = bool(key.setup) and ((row.board or key.setup) != key.setup or (row.take or key.take) != key.take)
    board = said.setup is None and said.slate is None and said.scene and numbered(said.scene) == key.setup
    for name, value in (("setup", said.setup), ("slate", said.slate), ("take", said.take)):
        if value is not None:
            fields.say(name, compared(name, value), value, row.cite, aside=aside)
    if board and said.scene:
        # A column called Scene in which the setup stands.
        fields.say("setup", key.setup, said.scene, row.cite)
    elif said.scene is not None:
        fields.say("scene", compared("scene", said.scene), said.scene, row.cite, aside=aside)


def settle_names(fields: Fields) -> None:
    """What is said of a take's names → a British number that stands in a column for setups is no setup, and what
    nobody calls a scene is that of the setup.
    """
    setup, slate = fields.get("setup"), fields.get("slate")
    if setup and slate:
        for same in [each for each in setup.sayings if each in slate.sayings]:
            value, by = setup.sayings.pop(same)
            for cite in by:
                slate.add(same, value, cite, aside=same in (setup.aside or ()))
        if not setup.sayings:
            del fields["setup"]
    known = fields["setup"].fact() if "setup" in fields else None
    if "scene" not in fields and known:
        for cite in known.by:
            scene = scene_of(str(known.value))
            fields.say("scene", compared("scene", scene), scene, cite)


def say_flags(flags: dict[Flag, Told], row: Row) -> None:
    for flag, told in row.flags.items():
        flags.setdefault(flag, Told()).add(told, told, row.cite)
