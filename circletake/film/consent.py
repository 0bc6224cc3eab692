"""May this character be searched for in this clip on this day? What is not known says no.

A sentence says why not; None is the only yes.
"""

import unicodedata
from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta, timezone

from circletake.contracts.characters import Cast, Character, Scope
from circletake.contracts.keys import ClipRef

#: Where a day is over first. A production's own time zone is not kept, so consent ends when its last day is over
#: anywhere on earth (UTC+14, Kiritimati): up to a day too early for some, and for nobody too late.
_FIRST_MIDNIGHT = timezone(timedelta(hours=14))


def day_of(moment: str) -> date:
    """A moment, ISO 8601 → the day by which consent is judged."""
    return datetime.fromisoformat(moment).astimezone(_FIRST_MIDNIGHT).date()


def last_moment(expires: date) -> datetime:
    """The last day on which consent holds → its last moment."""
    return datetime.combine(expires, time.max, _FIRST_MIDNIGHT).astimezone(UTC)


def why_not_kept(character: Character, today: date) -> str | None:
    """Why nothing that tells this person from others may be kept on this day."""
    consent = character.consent
    if character.withdrawn_at is not None or character.withdrawn_by is not None:
        return f"The consent of {consent.person} was withdrawn."
    if today > consent.expires:
        return f"The consent of {consent.person} ran out with {consent.expires}."
    if Scope.SEARCH not in consent.scopes:
        return f"{consent.person} did not agree to be searched for."
    if consent.minor and (consent.guardian is None or _same(consent.guardian) == _same(consent.person)):
        return f"{consent.person} is a minor, and no guardian signed."
    return None


def why_not_searched(
    character: Character, cast: Cast | None, clip: ClipRef, scene: str | None, today: date
) -> str | None:
    """Why this person may not be searched for in this clip on this day.

    `cast`: who a person said may be seen in the clip. `scene`: as people and their reports name it; what a model read
    off a slate widens nobody's consent.
    """
    if (why := why_not_kept(character, today)) is not None:
        return why
    if cast is None or cast.clip != clip or character.id not in cast.characters:
        return f"Nobody said that {character.name} may be seen in this clip."
    scenes = {_same(each) for each in character.consent.scenes}
    if not scenes:
        return None
    if scene is None or not _same(scene):
        return f"{character.consent.person} agreed for some scenes, and the scene of this clip is not known."
    if _same(scene) not in scenes:
        return f"{character.consent.person} did not agree for scene {scene}."
    return None


def searchable(
    characters: Iterable[Character], cast: Cast | None, clip: ClipRef, scene: str | None, today: date
) -> list[Character]:
    """Characters of a production → those that may be searched for in this clip on this day."""
    return [each for each in characters if why_not_searched(each, cast, clip, scene, today) is None]


def _same(text: str) -> str:
    """A scene or a name as it is compared."""
    return unicodedata.normalize("NFC", text.strip()).casefold()
