"""What three people of a made day write down: rows → papers as tables, and what each row says."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from circletake.contracts.takes import Flag, Said, Source
from circletake.film.takes.day import Word

_HEADINGS: dict[Source, dict[str, str]] = {
    Source.SCRIPT: {
        "scene": "Scene", "setup": "Setup", "slate": "Slate", "take": "Take", "clips": "Clip",
        "sound_roll": "Sound Roll", "starts": "TC In",
        "ends": "TC Out", "lens": "Lens", "CIRCLED": "Circled", "PICKUP": "PU", "SERIES": "SER",
        "MOS": "MOS", "TAIL_SLATE": "Tail Slate", "FALSE_START": "False Start", "VFX_REFERENCE": "VFX Ref",
        "note": "Notes",
    },
    Source.SOUND: {
        "sounds": "File", "sound_roll": "Roll", "setup": "Scene", "slate": "Slate", "take": "Take",
        "starts": "Start TC",
        "CIRCLED": "Circled", "WILD_TRACK": "Wild", "note": "Notes",
    },
    Source.CAMERA: {
        "camera": "Camera", "roll": "Roll", "clips": "Clip", "scene": "Scene", "setup": "Setup", "slate": "Slate",
        "take": "Take", "lens": "Lens", "exposure_index": "EI", "white_balance": "WB", "filters": "Filters",
        "shutter": "Shutter", "sensor_fps": "Sensor FPS",
    },
}  # fmt: skip
_FLAGS = {flag.value for flag in Flag}

Row = dict[str, Any]


@dataclass(frozen=True)
class Table:
    """A paper as its file has it: headings, then rows; the first row is on line 2."""

    name: str
    source: Source
    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def write_down(unit: str, rows_of: Mapping[Source, Sequence[Row]]) -> Iterator[tuple[Table, list[Word]]]:
    """A unit's rows by department → its papers."""
    for source, rows in rows_of.items():
        name = f"{unit} {source.value.lower()}.csv"
        used = [each for each in _HEADINGS[source] if any(each in row for row in rows)]
        cells = tuple(tuple(_cell(row.get(each)) for each in used) for row in rows)
        headings = tuple(_HEADINGS[source][each] for each in used)
        yield (
            Table(name, source, headings, cells),
            [Word(source, name, _said(row, line)) for line, row in enumerate(rows, 2)],
        )


def _cell(value: Any) -> str:
    match value:
        case None | False:
            return ""
        case True:
            return "x"
        case tuple():
            return ", ".join(value)
        case Fraction():
            return f"{float(value):.3f}".rstrip("0").rstrip(".")
        case _:
            return str(value)


def _said(row: Row, line: int) -> Said:
    flags = {Flag(name): value for name, value in row.items() if name in _FLAGS}
    return Said(line=line, flags=flags, **{name: value for name, value in row.items() if name not in _FLAGS})
