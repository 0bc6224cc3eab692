"""What a column of a paper can hold, in words: the fields of what is said, by the names that people type."""

from circletake.cli.shared import fail
from circletake.contracts.takes import Flag
from circletake.film.papers.headings import FIELDS, plain

#: Field → what it means.
MEANING: dict[str, str] = {
    "scene": "the scene: 12",
    "setup": "the setup as on an American slate, the scene with its letters: 12A",
    "slate": "the slate's number alone, as in Britain: 127",
    "take": "the take's number, with what stands beside it: 3, 3PU",
    "camera": "the camera's letter: A",
    "roll": "the camera's roll, card or magazine: A001",
    "sound_roll": "the sound roll",
    "clips": "clips by name, or by number on their roll: A001C003, B001C001-B001C003",
    "sounds": "sound files by name",
    "starts": "timecode at the beginning",
    "ends": "timecode at the end",
    "lens": "the lens, or its focal length",
    "exposure_index": "EI, ISO or ASA",
    "white_balance": "white balance, in kelvin",
    "filters": "filters, several columns of them too",
    "shutter": "the shutter's angle or speed",
    "sensor_fps": "frames a second that the sensor took, not those that are played",
    "note": "remarks, several columns of them too",
    "flags": "marks of any kind in one column: PU, MOS, …",
    Flag.CIRCLED: "whether the take is circled: x, yes, *",
    Flag.PICKUP: "whether it is a pickup",
    Flag.SERIES: "whether it was shot in a series, without a cut",
    Flag.MOS: "whether it was shot without sound",
    Flag.TAIL_SLATE: "whether the slate is at its end",
    Flag.FALSE_START: "whether it is a false start",
    Flag.WILD_TRACK: "whether it is sound without picture",
    Flag.VFX_REFERENCE: "whether it is a reference for visual effects",
}
_TYPED = {plain(field): field for field in FIELDS}


def typed(field: str) -> str:
    """A field → as people type it: sound-roll, circled."""
    return field.lower().replace("_", "-")


def read_mappings(columns: list[str], leave_out: list[str]) -> dict[str, str]:
    """'Mood=note' and so on, and headings to be left out → heading → field, "" for nothing. Ends the command with 2."""
    given: dict[str, str] = {}
    for each in columns:
        heading, equals, told = each.rpartition("=")
        field = _TYPED.get(plain(told))
        if not equals or not heading.strip() or field is None:
            fail(
                f'--column {each!r} cannot be used: say "Heading=field". The fields: {", ".join(map(typed, MEANING))}.',
                2,
            )
        given[heading.strip()] = field
    given |= {heading.strip(): "" for heading in leave_out}
    if len({plain(heading) for heading in given}) < len(columns) + len(leave_out) or not all(map(plain, given)):
        fail("A heading is said to hold two things, or has no letters. Say of each heading once what it holds.", 2)
    return given
