"""A shooting day → what it means for one of its clips: its sound, whether it is circled, what has to be listened to."""

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from circletake.contracts.facts import LocateSound, SoundToHear
from circletake.contracts.keys import short_hash
from circletake.contracts.recipe import Recipe
from circletake.contracts.sound import AppliedSound
from circletake.contracts.takes import Flag
from circletake.film.sound.placing import tracks
from functions.plan.plan import spans_of

if TYPE_CHECKING:
    from circletake.cloud.days import DayRead


def circled(read: "DayRead") -> frozenset[str]:
    """A day → the clips of its circled takes, by `DayClip.id`. Of a series, one circled take is enough."""
    return frozenset(part.id for take in read.day.takes if take.is_a(Flag.CIRCLED) for part in take.clips)


def is_planned_with(row: Mapping[str, Any], sound: AppliedSound | None, *, is_circled: bool) -> bool:
    """Whether a CLIP row was planned with this sound and as this much of a hurry. In which words the sound's place is
    told makes no other proxy."""
    planned = json.loads(row["sound"]) | {"sentence": ""} if row.get("sound") else None
    wanted = sound.model_dump(mode="json") | {"sentence": ""} if sound else None
    return planned == wanted and bool(row.get("circled")) == is_circled


def followed_as(sound: AppliedSound | None, *, is_circled: bool) -> str:
    """→ what tells one way in which a clip is to be planned from another."""
    return short_hash("follow", sound.model_dump(mode="json", exclude={"sentence"}) if sound else None, is_circled)


def to_hear(read: "DayRead", clip: str, recipe: Recipe) -> LocateSound | None:
    """A clip, by `DayClip.id` → the order to listen for it where that was not done; None where nothing is to be heard.

    Listened to is the first channel of the mix: on it is what a camera hears, too.
    """
    of_day = read.clips[clip]
    placing = of_day.placing
    if placing is None or not placing.to_hear or "inspection" not in of_day.row:
        return None
    sounds = []
    for of, near_s in placing.to_hear:
        mix, _ = tracks([(0, read.sounds[of].sound)], recipe.sound)
        sounds.append(SoundToHear(file=read.sounds[of].source, channel=mix[0].channel, near_s=near_s))
    row = of_day.row
    return LocateSound(clip=of_day.ref, title=row["title"], spans=spans_of(row), sounds=tuple(sounds))


def heard_as(order: LocateSound) -> str:
    """An order to listen → what tells it from the clip's others."""
    return short_hash("hear", *(each.file.version for each in order.sounds))
