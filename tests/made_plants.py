"""What is planted in a made day: each spoils one thing in the papers, or in what was recorded.

Each takes a take that nothing else is wrong with, and tells what must be listed because of it: on the day's worklist,
and of a clip, once its sound is sought in the recorder's.
"""

from collections.abc import Callable
from fractions import Fraction

from circletake.contracts.takes import Flag, Source
from circletake.film.sound.mismatches import Mismatch
from circletake.film.takes.day import Lack
from tests.made_papers import Row
from tests.made_shoot import Shoot, Take

#: What is listed: why, and the take, clip or sound with what of it, or what a row names; of a mismatch, the clip.
Listed = tuple[Lack | Mismatch, object]


def _circle_denied(shoot: Shoot, take: Take, _: Take) -> set[Listed]:
    take.flags.add(Flag.CIRCLED)
    take.script["CIRCLED"], take.sound_row["CIRCLED"] = True, False
    return {(Lack.CONFLICT, (take.key, "CIRCLED"))}


def _sound_counts_on(shoot: Shoot, take: Take, other: Take) -> set[Listed]:
    """The mixer forgot to count on, in the report and in the header alike."""
    take.sound_row |= {shoot.board_field: other.board, "take": str(other.number)}
    shoot.headed(take.sounds[0], other.board, other.number)
    return {(Lack.CONFLICT, (take.sounds[0].id, "take"))}


def _clip_mistyped(shoot: Shoot, take: Take, _: Take) -> set[Listed]:
    take.script["clips"] = ("A001C900",)
    take.script.pop("starts")
    return {(Lack.UNKNOWN_CLIP, "A001C900")}


def _clip_unspoken(shoot: Shoot, take: Take, _: Take) -> set[Listed]:
    """A clip of which no paper has a word, and of which no other recording was made."""
    made = shoot.clip("A", shoot.frames(shoot.pace.stray_s), None)
    shoot.rows[Source.CAMERA].remove(made.row)
    shoot.now += shoot.frames(200)
    return {(Lack.CLIP_WITHOUT_TAKE, made.clip.id), (Mismatch.NO_SOUND, made.clip.id)}


def _sound_lost(shoot: Shoot, take: Take, _: Take) -> set[Listed]:
    del shoot.sounds[take.sounds[0].id]
    return {(Lack.UNKNOWN_SOUND, take.sounds[0].file.name), *_without_sound(take)}


def _sound_broken(shoot: Shoot, take: Take, other: Take) -> set[Listed]:
    shoot.broken.append(take.sounds[0])
    return _sound_lost(shoot, take, other)


def _sound_never_made(shoot: Shoot, take: Take, _: Take) -> set[Listed]:
    del shoot.sounds[take.sounds[0].id]
    _remove(shoot.rows[Source.SOUND], take.sound_row)
    return _without_sound(take)


def _picture_lost(shoot: Shoot, take: Take, _: Take) -> set[Listed]:
    clip = take.clips[0]
    del shoot.clips[clip.clip.id]
    named = {take.script["clips"][0], clip.row["clips"][0]}
    take.script.pop("starts")
    return {(Lack.UNKNOWN_CLIP, name) for name in named} | {(Lack.TAKE_WITHOUT_PICTURE, take.key)}


def _picture_broken(shoot: Shoot, take: Take, other: Take) -> set[Listed]:
    shoot.broken.append(take.clips[0].clip)
    return _picture_lost(shoot, take, other)


def _doubled(shoot: Shoot, take: Take, _: Take) -> set[Listed]:
    """The camera report gives a take to a clip that is none, too."""
    made = shoot.clip("A", shoot.frames(shoot.pace.stray_s), None)
    made.row |= {shoot.board_field: take.board, "take": str(take.number)}
    shoot.now += shoot.frames(200)
    return {(Lack.DOUBLED_TAKE, take.key), (Mismatch.NO_SOUND, made.clip.id)}


def _lens_differs(shoot: Shoot, take: Take, _: Take) -> set[Listed]:
    take.script["lens"], take.clips[0].row["lens"] = "100", "18mm"
    return {(Lack.CONFLICT, (take.clips[0].clip.id, "lens"))}


def _roll_mistyped(shoot: Shoot, take: Take, _: Take) -> set[Listed]:
    take.clips[0].row["roll"] = "A099"
    return {(Lack.CONFLICT, (take.clips[0].clip.id, "roll"))}


def _slate_misread(shoot: Shoot, take: Take, _: Take) -> set[Listed]:
    shoot.read(take.clips[0], take.board, 77)
    return {(Lack.CONFLICT, (take.clips[0].clip.id, "take"))}


def _sound_unspoken(shoot: Shoot, take: Take, _: Take) -> set[Listed]:
    sound = shoot.sound("SR14-X01.WAV", shoot.now, shoot.frames(shoot.pace.stray_s))
    shoot.now += shoot.frames(200)
    return {(Lack.SOUND_WITHOUT_PICTURE, sound.id)}


def _hour_mistyped(shoot: Shoot, take: Take, _: Take) -> set[Listed]:
    take.script["starts"] = "07" + take.script["starts"][2:]
    return {(Lack.CONFLICT, (take.clips[0].clip.id, "starts"))}


def _no_timecode(shoot: Shoot, take: Take, _: Take) -> set[Listed]:
    take.script["starts"] = "19:61:00:00"
    return {(Lack.BAD_TIMECODE, "19:61:00:00")}


def _scene_differs(shoot: Shoot, take: Take, _: Take) -> set[Listed]:
    take.clips[0].row["scene"] = "99"
    return {(Lack.CONFLICT, (take.key, "scene"))}


def _setup_differs(shoot: Shoot, take: Take, _: Take) -> set[Listed]:
    take.clips[0].row[shoot.board_field] = "899"
    return {(Lack.CONFLICT, (take.clips[0].clip.id, "take"))}


def _script_swaps(shoot: Shoot, take: Take, other: Take) -> set[Listed]:
    """The script has the clips of two takes the wrong way round; it is believed, and all who know better are told."""
    take.script["clips"], other.script["clips"] = other.script["clips"], take.script["clips"]
    for each in (take, other):
        each.script.pop("starts")
        each.script.pop("lens")
        # What sound says of its file goes with the file.
        each.flags.discard(Flag.CIRCLED)
        each.script["CIRCLED"] = each.sound_row["CIRCLED"] = False
        if each.clips[0].clip.slate:
            shoot.read(each.clips[0], each.board, each.number)
    return {
        (Lack.CONFLICT, (recording, "take"))
        for each in (take, other)
        for recording in (each.clips[0].clip.id, each.sounds[0].id)
    }


def _script_forgets(shoot: Shoot, take: Take, _: Take) -> set[Listed]:
    """An omission that the other papers make good."""
    _remove(shoot.rows[Source.SCRIPT], take.script)
    take.flags.discard(Flag.CIRCLED)
    take.sound_row["CIRCLED"] = False
    take.clips[0].row["scene"] = take.scene
    return set()


def _header_differs(shoot: Shoot, take: Take, other: Take) -> set[Listed]:
    """The mixer corrected the report, and not the file's header."""
    shoot.headed(take.sounds[0], take.board, take.number + 40)
    return {(Lack.CONFLICT, (take.sounds[0].id, "take"))}


def _clock_lost(shoot: Shoot, take: Take, _: Take) -> set[Listed]:
    """The camera had a new battery and was not jammed again: its clock runs from seven hours on."""
    shoot.jam(take.clips[0], 9 * 3600)
    return {(Lack.CONFLICT, (take.clips[0].clip.id, "starts"))}


def _clock_behind(shoot: Shoot, take: Take, _: Take) -> set[Listed]:
    """The camera's clock lost a second and a half, which nobody sees."""
    shoot.jam(take.clips[0], -Fraction(3, 2))
    return {(Mismatch.CONTRADICTED, take.clips[0].clip.id)}


def _clock_missing(shoot: Shoot, take: Take, _: Take) -> set[Listed]:
    """A camera that writes no timecode: its clip is known by its name, and its sound by listening."""
    shoot.jam(take.clips[0], None)
    return set()


def _without_sound(take: Take) -> set[Listed]:
    return {(Lack.TAKE_WITHOUT_SOUND, take.key), (Mismatch.NO_SOUND, take.clips[0].clip.id)}


def _remove(rows: list[Row], row: Row) -> None:
    del rows[next(place for place, each in enumerate(rows) if each is row)]


PLANTS: dict[str, Callable[[Shoot, Take, Take], set[Listed]]] = {
    plant.__name__.strip("_").replace("_", " "): plant
    for plant in (
        _circle_denied, _sound_counts_on, _clip_mistyped, _clip_unspoken, _sound_lost, _sound_never_made,
        _picture_lost, _doubled, _lens_differs, _roll_mistyped, _slate_misread, _sound_unspoken, _hour_mistyped,
        _no_timecode, _scene_differs, _setup_differs, _script_swaps, _script_forgets, _sound_broken, _picture_broken,
        _header_differs, _clock_lost, _clock_behind, _clock_missing,
    )
}  # fmt: skip
