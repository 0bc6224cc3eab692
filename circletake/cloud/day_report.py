"""A day's label → its report, out of the catalogue; and a report → JSON."""

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from fractions import Fraction
from typing import Any

from pydantic import BaseModel

from circletake.cloud.catalogue import Catalogue
from circletake.cloud.days import DayRead, read_day
from circletake.cloud.reading import Reading, tell_clip
from circletake.contracts.keys import DayRef
from circletake.film.day_report import DayReport, PaperLine, report_day
from circletake.film.day_report_rolls import roll_line
from circletake.film.papers.written import Problem
from circletake.film.sound.mismatches import Mismatch
from circletake.film.takes.day import DaySound


def read_report(catalogue: Catalogue, ref: DayRef) -> DayReport:
    """A day's label → its report."""
    read, reading = read_day(catalogue, ref), Reading(catalogue)
    rolls = [
        roll_line(roll.roll, reading.card(roll), [tell_clip(row) for row in reading.clips(roll)])
        for roll, _ in reading.rolls(ref.production)
        if roll.of_day == ref
    ]
    return report_day(
        ref,
        read.facts,
        read.day,
        [clip.clip for clip in read.clips.values()],
        [DaySound(of, each.sound) for of, each in read.sounds.items()],
        rolls=rolls,
        papers=[PaperLine(each.paper, each.problems) for each in read.papers],
        corrections=read.corrections,
        misfits=_misfits(read),
    )


def _misfits(read: DayRead) -> list[tuple[str, str]]:
    return [
        (clip.clip.title, each.sentence)
        for clip in sorted(read.clips.values(), key=lambda clip: (clip.clip.title, clip.clip.id))
        for each in (clip.placing.listed if clip.placing else ())
        # A clip without sound is told with its take.
        if each.mismatch is not Mismatch.NO_SOUND
    ]


def tell_report(value: Any, name: str = "") -> Any:
    """A report → JSON. Rates are exact, '24000/1001'; runtimes are in seconds."""
    match value:
        case BaseModel():
            told: Any = value.model_dump(mode="json")
        case Problem():
            told = value._asdict()
        case Mapping():
            told = {str(key): tell_report(each) for key, each in value.items()}
        case tuple():
            told = [tell_report(each) for each in value]
        case Fraction():
            told = float(value) if name == "runtime" else f"{value.numerator}/{value.denominator}"
        case _ if is_dataclass(value):
            told = {field.name: tell_report(getattr(value, field.name), field.name) for field in fields(value)}
        case _:
            told = value
    return told
