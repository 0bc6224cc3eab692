"""A row of a paper → what it says, as `Said`, and what of it could not be read.

Nothing is guessed: a cell that cannot be read leaves its field unsaid, and so do two cells that contradict each other.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from pydantic import ValidationError

from circletake.contracts.takes import Flag, Said
from circletake.film.manifests.xml import shown
from circletake.film.papers.cells import Marks, camera_of, read_cell
from circletake.film.papers.headings import NAMING, camera_of_heading
from circletake.film.papers.slating import is_wild, note_flags, read_slate, read_take, scene_of
from circletake.film.papers.table import Table
from circletake.film.papers.written import Problem

_LISTS = ("clips", "sounds")
#: What several columns say together, and what then stands between.
_JOINED = {"note": "\n", "filters": ", "}
_FLAGS = frozenset(map(str, Flag))
_Cells = Sequence[tuple[str, str]]


#: What is written instead of the cell above, in columns in which a thing stays for many rows.
_DITTO = re.compile(r"""-? ?(?:["″〃“”„]|''|,,) ?-?|do\.|ditto""", re.IGNORECASE)
_LONGEST_DITTO = 12
_DITTOED = frozenset({"scene", "setup", "slate", "camera", "roll", "sound_roll", "lens"})
#: The columns that tell a take; a log with a roll for each camera says of each which take it is.
_OF_TAKE = ("scene", "setup", "slate", "take")


class RowReader:
    """Rows of one table → `Said`. `above`: what the lines above the table say of every row."""

    def __init__(self, table: Table, columns: Mapping[str, str], above: Mapping[str, str]) -> None:
        self._headings = table.headings
        self._above = above
        self._plan: dict[str, list[int]] = {}
        self._by_camera: dict[str, dict[str, list[int]]] = {}
        cameras = {heading: camera_of_heading(heading) for heading in columns}
        # Clips of several cameras name themselves; rolls and lenses have to be told apart.
        apart = any(camera and columns[heading] != "clips" for heading, camera in cameras.items())
        for at, heading in enumerate(table.headings):
            if heading in columns:
                camera = cameras[heading] if apart else None
                plan = self._by_camera.setdefault(camera, {}) if camera else self._plan
                plan.setdefault(columns[heading], []).append(at)
        self._dittoed = sorted(at for of in (self._plan, *self._by_camera.values()) for at in _places(of, _DITTOED))
        self._before: dict[int, str] = {}
        self._has_circles = Flag.CIRCLED in columns.values()
        self._whole_setups = "setup" in self._plan and any(self._is_whole_setup(cells) for _, cells in table.rows([]))

    def _is_whole_setup(self, cells: Sequence[str]) -> bool:
        """Whether a row has its setup as slates do, 12A in scene 12. Where any has, 12 is the master of scene 12, and
        elsewhere a shot 4 of scene 12 is 12-4."""
        at = self._plan["setup"][0]
        setup = cells[at].strip() if at < len(cells) else ""
        if setup.isalpha() or (own := scene_of(setup)) == setup:
            return False
        scenes = (cells[at].strip() for at in self._plan.get("scene", ()) if at < len(cells))
        return all(scene in ("", own) for scene in scenes)

    def read(self, line: int, cells: Sequence[str]) -> tuple[tuple[Said, ...], list[Problem]]:
        """→ what a row says, and of a log with columns for each camera what it says of each; nothing where it names no
        scene, slate, take or clip, which is a problem."""
        cells, problems = self._without_dittos(line, cells)
        speaking = {
            camera: plan
            for camera, plan in self._by_camera.items()
            if any(at < len(cells) and cells[at].strip() for of in plan.values() for at in of)
        }
        of_take = {field: self._plan[field] for field in _OF_TAKE if field in self._plan}
        if len(speaking) == 1 and "clips" in self._plan and not any("clips" in plan for plan in speaking.values()):
            # The clips of the row are those of the one camera that has a roll in it.
            of_take, whole = self._plan, None
        else:
            whole = self._row(line, cells, self._plan, {})
        rows = [self._row(line, cells, {**of_take, **plan}, {"camera": of}) for of, plan in speaking.items()]
        if whole and (whole[0] or not any(said for said, _ in rows)):
            rows.insert(0, whole)
        told = [*problems, *(problem for _, wrong in rows for problem in wrong)]
        return tuple(said for said, _ in rows if said), list(dict.fromkeys(told))

    def _row(
        self, line: int, cells: Sequence[str], plan: Mapping[str, Sequence[int]], of_camera: Mapping[str, str]
    ) -> tuple[Said | None, list[Problem]]:
        row = _Row(line, whole_setups=self._whole_setups, has_circles=self._has_circles)
        for field, places in plan.items():
            # An empty cell says something of a flag alone.
            said = [at for at in places if at < len(cells) and (cells[at] or field in _FLAGS)]
            if said:
                row.take_in(field, [(self._headings[at], cells[at]) for at in said])
        return row.said({**self._above, **of_camera}), row.problems

    def _without_dittos(self, line: int, cells: Sequence[str]) -> tuple[Sequence[str], list[Problem]]:
        """A row → the same, with what stands above in place of each ditto mark."""
        problems, read = [], cells
        for at in self._dittoed:
            if at < len(cells) and len(cells[at]) < _LONGEST_DITTO and _DITTO.fullmatch(cells[at].strip()):
                said = self._before.get(at, "")
                if not said:
                    what = f"{self._headings[at]}: {shown(cells[at])} repeats what stands above, where nothing does."
                    problems.append(Problem(line, what))
                read = [*read[:at], said, *read[at + 1 :]]
            self._before[at] = read[at].strip() if at < len(read) else ""
        return read, problems


def _places(plan: Mapping[str, Sequence[int]], fields: Iterable[str]) -> Iterator[int]:
    for field in fields:
        yield from plan.get(field, ())


class _Row:
    def __init__(self, line: int, *, whole_setups: bool, has_circles: bool) -> None:
        self._line, self._whole_setups, self._has_circles = line, whole_setups, has_circles
        self._values: dict[str, Any] = {}
        self._flags: dict[Flag, bool] = {}
        #: Flags that are marked beside a slate or a take, and those whose own cell is empty: a mark counts before it.
        self._marks: set[Flag] = set()
        self._unmarked: set[Flag] = set()
        #: Those of its notes. A note circles no take where the paper has a column for it.
        self._noted: set[Flag] = set()
        self.problems: list[Problem] = []

    def _bad(self, sentence: str) -> None:
        self.problems.append(Problem(self._line, sentence))

    def take_in(self, field: str, cells: _Cells) -> None:
        """What the columns of one field hold, each under its heading."""
        values: dict[Any, str] = {}
        for heading, cell in cells:
            try:
                value = read_cell(field, cell)
            except ValueError as error:
                self._bad(f"{heading}: {shown(cell)} {error}.")
                continue
            if field == "note" and value:
                self._noted |= note_flags(value)
            if isinstance(value, Marks):
                self._marks |= value
            elif value is not None:
                values.setdefault(value, heading)
            elif field in _FLAGS and not cell.strip():
                self._unmarked.add(Flag(field))
        if len(values) == 1 and field in _FLAGS:
            self._flags[Flag(field)] = next(iter(values))
        elif len(values) == 1:
            self._values[field] = next(iter(values))
        elif values and field in _LISTS:
            self._values[field] = tuple(dict.fromkeys(name for names in values for name in names))
        elif values and field in _JOINED:
            self._values[field] = _JOINED[field].join(values)
        elif values:
            both = " and ".join(f"{heading} {shown(str(value))}" for value, heading in values.items())
            self._bad(f"{both} contradict each other, so neither counts.")

    def said(self, above: Mapping[str, str]) -> Said | None:
        """→ what the row says, once all its columns are taken in."""
        values = self._values
        self._marks |= self._noted - ({Flag.CIRCLED} if self._has_circles else set())
        if take := values.pop("take", None):
            number, flags = read_take(take)
            self._marks |= flags
            if number and (Flag.WILD_TRACK in flags or any(map(str.isdigit, number))):
                values["take"] = number
            elif number:
                self._bad(f"Take: {shown(number)} has no digit, so it is no take's number. Correct it.")
        self._split_slates()
        self._join_setup()
        if what := _missing(values, wild=Flag.WILD_TRACK in self._marks or self._flags.get(Flag.WILD_TRACK, False)):
            self._bad(f"This row names {what}, so it was left out.")
            return None
        values |= {field: value for field, value in above.items() if field not in values}
        if "camera" not in values and (letter := camera_of(values.get("clips", ()))):
            values["camera"] = letter
        for mark in self._marks:
            if not self._flags.setdefault(mark, True):
                self._bad(f"A mark says {mark.replace('_', ' ').casefold()}, and its column no, which counts.")
        if Flag.CIRCLED in self._noted and not self._flags.get(Flag.CIRCLED):
            self._bad("A note says circled, and its column does not, which counts.")
        values["flags"] = dict.fromkeys(self._unmarked, False) | self._flags
        return self._valid(values)

    def _valid(self, values: dict[str, Any]) -> Said | None:
        try:
            return Said(line=self._line, **values)
        except ValidationError as error:
            for field in {str(wrong["loc"][0]) for wrong in error.errors(include_url=False, include_context=False)}:
                self._bad(f"{field.replace('_', ' ').capitalize()}: {shown(str(values.pop(field)))} cannot be used.")
        return None if _missing(values, wild=False) else Said(line=self._line, **values)

    def _split_slates(self) -> None:
        """What slate, setup and scene say of one another, of the take, and of its flags."""
        values = self._values
        for field in ("slate", "setup", "scene"):
            if field not in values:
                continue
            if is_wild(values[field]):
                self._marks.add(Flag.WILD_TRACK)
                continue
            slated = read_slate(values[field])
            if slated and slated.take:
                # A take of its own says that the number behind a scene is none.
                sure = slated.lettered or slated.called or field == "slate"
                slated = slated if sure and values.get("take", slated.take) == slated.take else None
            if not slated:
                continue
            self._marks |= slated.flags
            if slated.take:
                values["take"] = slated.take
            setup = f"{slated.head}-{slated.shot}" if slated.shot else slated.head
            is_setup = slated.lettered or bool(slated.shot)
            if is_setup and (field == "slate" or slated.shot):
                del values[field]
                values.setdefault("setup", setup)
            else:
                # A scene with a letter is one that was put in between: 12A after 12.
                values[field] = slated.head
            if slated.shot:
                values.setdefault("scene", slated.scene)

    def _join_setup(self) -> None:
        """A setup that is only the letters behind its scene, or its number there → the setup as a slate has it."""
        scene, setup = self._values.get("scene"), self._values.get("setup")
        if not setup or not scene:
            return
        own = scene_of(setup)
        if scene == setup and own != setup:
            # The setup once more; of its scene the row says nothing by itself.
            del self._values["scene"]
        elif setup.isascii() and setup.isalpha() and len(setup) <= 3 and read_slate(scene):
            self._values["setup"] = f"{scene}{setup}"
        elif setup.isascii() and setup.isdigit() and setup != scene and not self._whole_setups and read_slate(scene):
            self._values["setup"] = f"{scene}-{setup}"
        elif own != scene and not setup.startswith(scene) and (own != setup or setup.isdigit()):
            self._bad(f"Setup {shown(setup)} is of another scene than {shown(scene)}, which the same row says.")


def _missing(values: Mapping[str, Any], *, wild: bool) -> str:
    """What a row says → what it does not name, though a row about a take has to."""
    named = values.keys() & NAMING
    if named == {"take"}:
        return "a take of no scene"
    return "" if (wild and named) or named & {"take", "clips", "sounds"} else "no take, clip or sound file"


def said_above(pairs: Mapping[str, str], fields: Mapping[str, str | None]) -> dict[str, str]:
    """What stands above a table, and which field each of its keys names → what it says of every row: rolls, camera.

    A camera is its letter there; a word is what it is called in the shops.
    """
    said: dict[str, str] = {}
    for key, field in fields.items():
        if field in ("roll", "sound_roll", "camera") and pairs[key].isprintable():
            value = read_cell(field, pairs[key])
            if isinstance(value, str) and (field != "camera" or len(value) == 1):
                said.setdefault(field, value)
    return said
