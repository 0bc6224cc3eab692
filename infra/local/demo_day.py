"""A shooting day on the demo's set: a take of two cameras and a sound recorder, and what people wrote of the day."""

import base64
import gzip
import time
from collections.abc import Iterator, Mapping
from typing import Any

from rich.table import Table
from rich.text import Text

from circletake.cli.notes_shared import api_path
from circletake.cli.people import Person
from circletake.cli.sending import send
from circletake.cli.shared import console, visible
from circletake.cloud.day_telling import tell_day
from circletake.cloud.days import read_day
from circletake.cloud.deployment import Deployment
from circletake.cloud.reading import Told
from circletake.contracts.keys import DayRef, RollRef
from circletake.contracts.takes import DayFacts, Flag
from circletake.film.clip_names import spoken_name
from circletake.film.sound.overlaps import Standing
from circletake.film.takes.day import Lack
from circletake.transfer.listing import list_card
from infra.local.papers import CIRCLED, DISPUTED, FORGOTTEN, PAPERS
from infra.local.scene import B_CLIP, B_REEL, CLIP, REEL, SCENE, SOUND, SOUND_ROLL, TAKE, scene_cards

CALLED = f"{SCENE} take {TAKE}"
FACTS = DayFacts(zone="Europe/London", call="2010-06-10T07:00:00Z", wrap="2010-06-10T18:30:00Z")
#: From the last upload to the last proxy that carries the mix.
PATIENCE_S = 300
_POLL_S = 1.0
_PLACED = {
    Standing.CONFIRMED: "by timecode, and it sounds so",
    Standing.TIMECODE: "by timecode",
    Standing.HEARD: "by listening",
    Standing.CONTRADICTED: "by listening, against its timecode",
    Standing.DOUBTED: "by a timecode in doubt",
}
_NO_FAULT = {Flag.FALSE_START: "false start", Flag.MOS: "MOS", Flag.WILD_TRACK: "wild track"}


def send_day(where: Deployment, roll: RollRef, someone: Person) -> None:
    """What people wrote of the day is brought in, as the page does it; then the take's rolls go up."""
    day = api_path(roll.of_day)
    someone.post(f"{day}/facts", FACTS.model_dump(mode="json"))
    for paper in PAPERS:
        body = base64.b64encode(gzip.compress(paper.text.encode(), mtime=0)).decode()
        asked = {"name": paper.name, "source": paper.source, "body": body, "columns": {}, "apply": True}
        someone.post(f"{day}/papers", {**asked, "remember": False})
    cards = scene_cards()
    for reel in (SOUND_ROLL, REEL, B_REEL):
        send(where, roll.model_copy(update={"roll": reel}), list_card(cards / reel))


def watch_day(where: Deployment, day: DayRef) -> Told:
    """The day as it stands once it is what it must be, or when patience ends."""
    catalogue, deadline = where.catalogue(), time.monotonic() + PATIENCE_S
    with console.status("Finding the sound of each camera"):
        while True:
            told = tell_day(read_day(catalogue, day), may_say=False)
            if not any(wrong_day(told)) or time.monotonic() > deadline:
                return told
            time.sleep(_POLL_S)


def wrong_day(told: Told) -> Iterator[str]:
    """A day → a sentence for everything that is not as it must be."""
    takes = {take["called"]: take for take in told["takes"]}
    circled = {name for name, take in takes.items() if _is_a(take, Flag.CIRCLED)}
    if circled != CIRCLED:
        yield f"Circled are {', '.join(sorted(circled)) or 'none'}; it must be {', '.join(sorted(CIRCLED))}."
    if CALLED in takes:
        yield from _wrong_take(told, takes[CALLED])
    else:
        yield f"{CALLED} was lost."
    yield from _wrong_worklist(told)
    if told["gaps"] or told["loose"]:
        yield "The papers speak of takes that nobody can find."


def _wrong_take(told: Told, take: Told) -> Iterator[str]:
    seen = {part["name"]: told["clips"][part["id"]] for part in take["clips"]}
    if set(seen) != {CLIP, B_CLIP}:
        yield f"{CALLED} is {', '.join(sorted(seen)) or 'no clip'}; it must be {CLIP} and {B_CLIP}."
    if [part["name"] for part in take["sounds"]] != [SOUND]:
        yield f"{CALLED} must have the sound {SOUND}."
    for name, clip in seen.items():
        sound = clip["sound"]
        if sound is None or (sound["name"], sound["standing"]) != (SOUND, Standing.CONFIRMED):
            yield f"The sound of {name} must be {SOUND}, confirmed by listening; it is: {sound and sound['sentence']}"
        elif not sound["applied"]:
            yield f"The proxies of {name} do not carry {SOUND}."
        if clip["listed"]:
            yield f"{name} and its sound do not fit: {clip['listed'][0]['sentence']}"


def _wrong_worklist(told: Told) -> Iterator[str]:
    name, field, (held, other) = DISPUTED
    waits = {(entry["lack"], _of(told, entry), entry["about"]) for entry in told["worklist"]}
    planted = {(Lack.CONFLICT, name, field), (Lack.CLIP_WITHOUT_TAKE, FORGOTTEN, None)}
    yield from (f"{lack} of {of} ({about}) was planted, and is not listed." for lack, of, about in planted - waits)
    yield from (f"{lack} of {of} ({about}) is listed, and was not planted." for lack, of, about in waits - planted)
    said = [(each["held"]["value"], *(other["value"] for other in each["others"])) for each in told["conflicts"]]
    if said != [(held, other)]:
        yield f"People disagree on {said}; it must be on {held} and {other} alone."


def _of(told: Told, entry: Mapping[str, Any]) -> str | None:
    clip, takes = entry["clip"], {take["id"]: take["called"] for take in told["takes"]}
    return told["clips"][clip]["name"] if clip else takes.get(entry["take"])


def _is_a(take: Mapping[str, Any], flag: Flag) -> bool:
    fact = take["flags"].get(flag)
    return bool(fact and fact["value"])


def print_takes(told: Told) -> None:
    """A day → its takes, and what waits for a person."""
    table = Table(box=None, padding=(0, 2, 0, 0))
    for heading in ("Take", "", "Cameras", "Sound", "Placed, or why not"):
        table.add_column(heading, overflow="fold")
    for take in told["takes"]:
        clips = [told["clips"][part["id"]] for part in take["clips"]]
        placed = dict.fromkeys(_PLACED[clip["sound"]["standing"]] for clip in clips if clip["sound"])
        names = " ".join(spoken_name(clip["name"]) for clip in clips)
        table.add_row(
            Text(visible(take["called"])),
            Text("●" if _is_a(take, Flag.CIRCLED) else "", "green"),
            Text(visible(names) or "–"),
            Text(", ".join(visible(part["name"]) for part in take["sounds"]) or "–"),
            Text(", ".join([*placed, *_reasons(take)]) or "–"),
        )
    console.print(table)
    for entry in told["worklist"]:
        console.print(Text.assemble(("! ", "yellow"), visible(entry["sentence"])))
    console.print()


def _reasons(take: Mapping[str, Any]) -> Iterator[str]:
    """Why a take has no picture or no sound, and that is no fault."""
    return (words for flag, words in _NO_FAULT.items() if _is_a(take, flag))


def end_of_day(told: Told) -> str:
    """A day that is as it must be → that it is, in a sentence."""
    circled = sum(_is_a(take, Flag.CIRCLED) for take in told["takes"])
    return (
        f"Of the day: {len(told['takes'])} takes, {circled} of them circled; both cameras of {CALLED} carry the mix, "
        f"and {len(told['worklist'])} things wait for a person, which were planted."
    )


def told_takes(told: Told) -> dict[str, Any]:
    """What `--json` writes of it."""
    takes = [
        {
            "take": take["called"],
            "circled": _is_a(take, Flag.CIRCLED),
            "clips": {part["name"]: told["clips"][part["id"]]["sound"] for part in take["clips"]},
            "sounds": [part["name"] for part in take["sounds"]],
        }
        for take in told["takes"]
    ]
    waits = [{"lack": each["lack"], "of": _of(told, each), "sentence": each["sentence"]} for each in told["worklist"]]
    return {"day": told["day"], "takes": takes, "conflicts": len(told["conflicts"]), "worklist": waits}
