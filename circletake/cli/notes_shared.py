"""What the commands about a day share: how it is named, read, and put in words."""

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from pydantic import ValidationError

from circletake.cli.notes_fields import typed
from circletake.cli.shared import fail, visible
from circletake.cloud.days import DayRead, days_of, read_day
from circletake.cloud.deployment import Deployment
from circletake.contracts.keys import DayRef
from circletake.contracts.takes import DayFacts, Said
from circletake.film.report import on_one_line
from circletake.film.takes.worklist import value_text


def day_ref(production: str, unit: str, day: str) -> DayRef:
    """What was given → the day. Ends the command with a sentence where one of it is no label."""
    try:
        return DayRef(production=production, unit=unit, day=day)
    except ValidationError as error:
        given = error.errors()[0]
        allowed = "up to 64 letters, digits, '.', '_' and '-', without spaces"
        fail(f"{given['loc'][0]} {given['input']!r} cannot be used: {allowed}.", 2)


def known_day(where: Deployment, ref: DayRef) -> DayRead:
    """A day → all of it. Ends the command where nothing of it has come and nobody has said anything."""
    read = read_day(where.catalogue(), ref)
    if not (read.clips or read.sounds or read.papers or read.corrections or read.facts != DayFacts()):
        days = ", ".join(f"{each.day} (unit {each.unit})" for each in days_of(where.catalogue(), ref.production))
        fail(f"Nothing of {ref.day}, unit {ref.unit}, of {ref.production} is known. Days that are: {days or 'none'}.")
    return read


def api_path(ref: DayRef) -> str:
    """A day → where the HTTP API has it."""
    return f"productions/{ref.production}/units/{ref.unit}/days/{ref.day}"


def moment_text(moment: str) -> str:
    return f"{moment[:16].replace('T', ' ')} UTC"


def facts_text(facts: DayFacts) -> str:
    """When a day was → in words, by the clocks there."""
    there = ZoneInfo(facts.zone) if facts.zone else UTC
    told = [visible(facts.kind)] if facts.kind else []
    for name, moment in (("call", facts.call), ("wrap", facts.wrap)):
        if moment:
            told.append(f"{name} {datetime.fromisoformat(moment).astimezone(there):%Y-%m-%d %H:%M}")
    if facts.zone or facts.call or facts.wrap:
        told.append(facts.zone or "UTC")
    return " · ".join(told) or "nobody has said when it was"


def said_text(said: Said) -> str:
    """What somebody said → in one line, by the names that people type."""
    told: dict[str, Any] = {name: value for name, value in said if value not in (None, (), {}) and name != "line"}
    flags = told.pop("flags", {})
    parts = [f"{typed(name)} {_text(value)}" for name, value in told.items()]
    return visible(", ".join([*parts, *(f"{'' if yes else 'not '}{typed(flag)}" for flag, yes in flags.items())]))


def _text(value: Any) -> str:
    return " ".join(value) if isinstance(value, tuple) else on_one_line(value_text(value))
