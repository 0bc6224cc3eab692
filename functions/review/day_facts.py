"""What somebody says of a day's place and time → whether there are such a zone and such moments."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo, available_timezones

from circletake.contracts.takes import DayFacts
from functions.review.refusal import senseless

#: Our own: no crew is held for longer, and what is longer has the wrong date.
_LONGEST = timedelta(hours=36)


def require_real(facts: DayFacts) -> None:
    """Raises `Refusal` for a zone that the IANA database does not have, and for moments that do not follow each other.

    The names are those of the database on this machine: Amazon Linux 2023, on which Lambda's Python runs, has it under
    /usr/share/zoneinfo (aws/aws-lambda-dotnet, issue 1620). Raises `RuntimeError` where there is none.
    """
    if facts.zone is not None:
        _require_zone(facts.zone)
    call, wrap = _moment(facts.call, "call"), _moment(facts.wrap, "wrap")
    if call and wrap and not timedelta(0) < wrap - call <= _LONGEST:
        raise senseless("wrap comes after call, and within 36 hours of it")


def _require_zone(zone: str) -> None:
    known = available_timezones()
    if not known:
        raise RuntimeError("this machine has no database of time zones")
    if zone not in known:
        raise senseless(f"zone: {zone} is no time zone that the IANA database has; they are called Europe/Berlin")
    ZoneInfo(zone)


def _moment(text: str | None, name: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text) if text else None
    except ValueError as error:
        raise senseless(f"{name}: there is no such moment") from error
