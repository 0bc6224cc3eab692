"""`circletake notes day` and `takes`: when a day was, and what was shot on it."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Annotated
from zoneinfo import ZoneInfo, available_timezones

import typer
from rich.text import Text

from circletake.cli.card import Day, Production, Unit
from circletake.cli.notes_shared import api_path, day_ref, facts_text, known_day
from circletake.cli.notes_takes import print_day
from circletake.cli.people import ASKED, Person
from circletake.cli.shared import Json, console, deployment, fail, print_json
from circletake.cloud.day_telling import tell_day
from circletake.cloud.days import read_day
from circletake.contracts.takes import DayFacts


def takes(
    context: typer.Context,
    production: Production,
    day: Day,
    unit: Unit = "main",
    scene: Annotated[str | None, typer.Option(help="This scene alone.")] = None,
    circled: Annotated[bool, typer.Option("--circled", help="Circled takes alone.")] = False,
    as_json: Json = False,
) -> None:
    """The day as it follows from everything that was said and recorded: scenes, setups, takes, and what to look at.

    ● is circled. Behind its sound stands how it was placed under the picture: TC by timecode, ear by listening, ✓ by
    both, TC? by a timecode in doubt; "ear, not TC": its timecode says another place than listening, which counts. On
    the right stand marks (PU, SER, MOS, TS, FS, WT, VFX), and ! how many things there are to look at.
    """
    read = known_day(deployment(context), day_ref(production, unit, day))
    if as_json:
        print_json(tell_day(read, may_say=False))
    else:
        print_day(read, scene=scene, circled=circled)


def day(
    context: typer.Context,
    production: Production,
    day: Day,
    unit: Unit = "main",
    zone: Annotated[str | None, typer.Option(help="The time zone: Europe/Berlin.")] = None,
    date: Annotated[str | None, typer.Option("--date", help="The date on which the day began: 2026-09-30.")] = None,
    call: Annotated[str | None, typer.Option(help="Call: 06:30 on the wall there, or 2026-09-30T04:30Z.")] = None,
    wrap: Annotated[str | None, typer.Option(help="Wrap: 19:00; before call, it is in the next morning.")] = None,
    kind: Annotated[str | None, typer.Option(help="MAIN, TEST, PICKUP, RESHOOT, or as you call it.")] = None,
    person: Annotated[
        str | None,
        typer.Option("--as", envvar="CIRCLETAKE_PERSON", help=f"Who you are, where you say something. {ASKED}"),
    ] = None,
    as_json: Json = False,
) -> None:
    """When a day was: its time zone, call and wrap, and what kind of day. A night that crosses midnight is one day.

    What you do not say stays as it is; without anything to say, the day is shown.
    """
    where, ref = deployment(context), day_ref(production, unit, day)
    facts, on = read_day(where.catalogue(), ref).facts, _date(date)
    if any(each is not None for each in (zone, call, wrap, kind)):
        if person is None:
            fail("Say who you are: --as EMAIL.", 2)
        facts = _changed(facts, zone, on, call, wrap, kind)
        Person(where, person).post(f"{api_path(ref)}/facts", facts.model_dump(mode="json"))
    elif on is not None:
        fail("A date alone says nothing of a day: say --call or --wrap as well.", 2)
    if as_json:
        print_json({"facts": facts.model_dump(mode="json")})
        return
    console.print(Text(f"{ref.production} · {ref.day} · unit {ref.unit} · {facts_text(facts)}"))


def _changed(
    facts: DayFacts, zone: str | None, on: date | None, call: str | None, wrap: str | None, kind: str | None
) -> DayFacts:
    if zone is not None and zone not in available_timezones():
        fail(f"{zone!r} is no time zone of the IANA database. They are called Europe/Berlin, America/New_York.", 2)
    zone = zone or facts.zone
    began = _moment("--call", call, zone, on, facts.call)
    ended = _moment("--wrap", wrap, zone, on, began.isoformat() if began else facts.wrap)
    if ended and began and ended <= began and wrap and _is_wall(wrap):
        ended = _moment("--wrap", wrap, zone, began.astimezone(_zone(zone)).date() + timedelta(days=1), None)
    return DayFacts(
        zone=zone,
        call=_written(began) if began else facts.call,
        wrap=_written(ended) if ended else facts.wrap,
        kind=kind.strip() or None if kind is not None else facts.kind,
    )


def _moment(option: str, text: str | None, zone: str | None, on: date | None, known: str | None) -> datetime | None:
    """What was typed → the moment. `known`: one of that day, which tells the date where none is given."""
    if text is None:
        return None
    if not _is_wall(text):
        try:
            moment = datetime.fromisoformat(text)
        except ValueError:
            fail(f"{option} {text!r} is no time. Say 06:30, or 2026-09-30T04:30Z.", 2)
        if moment.tzinfo is None:
            return _on_the_wall(option, moment, zone)
        return moment
    if on is None and known is not None and zone is not None:
        on = datetime.fromisoformat(known).astimezone(_zone(zone)).date()
    if on is None:
        fail(f"{option} {text} is a time on a wall: say on which date, --date 2026-09-30.", 2)
    return _on_the_wall(option, datetime.combine(on, time.fromisoformat(text)), zone)


def _is_wall(text: str) -> bool:
    try:
        return time.fromisoformat(text).tzinfo is None
    except ValueError:
        return False


def _on_the_wall(option: str, moment: datetime, zone: str | None) -> datetime:
    """What clocks on the wall show → the moment. Ends the command where they never show it, or show it twice."""
    if zone is None:
        fail(f"{option} is a time on a wall: say in which time zone, --zone Europe/Berlin.", 2)
    first, second = (moment.replace(tzinfo=_zone(zone), fold=fold) for fold in (0, 1))
    if first.utcoffset() != second.utcoffset():
        fail(
            f"In {zone} the clocks are changed at {moment:%Y-%m-%d %H:%M}. Say which moment you mean: "
            f"{_written(first)} or {_written(second)}.",
            2,
        )
    return first


def _zone(zone: str | None) -> ZoneInfo:
    return ZoneInfo(zone or "UTC")


def _written(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%S}Z"


def _date(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text) if text is not None else None
    except ValueError:
        fail(f"--date {text!r} is no date. Say 2026-09-30.", 2)
