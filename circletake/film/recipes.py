"""A production's settings file (TOML) → its recipe, and back. A preset is the base, and every setting can be another.

dailies    review proxies alone, nothing written into the picture: what holds before anybody says anything
editorial  also DNxHR LB in MXF, what an Avid links to, under the look: a cutting room shows what it cuts; timecode and
           clip name are burnt into the review proxies, because cutters name moments by them
vfx        also DNxHR LB in MOV, without look and burn-in, because it stands in for a plate that is pulled later; the
           review proxies count frames too, because that is how notes on effects name a moment
"""

import difflib
import json
import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from enum import StrEnum
from fractions import Fraction
from types import MappingProxyType
from typing import Any, NoReturn

from pydantic import BaseModel, ValidationError

from circletake.contracts.analysis import AnalysisKind, AnalysisSettings
from circletake.contracts.recipe import (
    BurnIn,
    BurnInText,
    CameraSpace,
    Color,
    Editorial,
    EditorialFormat,
    Qc,
    QcKind,
    Recipe,
    SoundMapping,
    Track,
)
from circletake.film.looks.spaces import find_space

PRESETS: Mapping[str, Recipe] = MappingProxyType({
    "dailies": Recipe(),
    "editorial": Recipe(
        preset="editorial",
        editorial=Editorial(formats=(EditorialFormat.DNXHR_LB_MXF,), looked=True),
        burn_in=BurnIn(show=(BurnInText.TIMECODE, BurnInText.CLIP)),
    ),
    "vfx": Recipe(
        preset="vfx",
        editorial=Editorial(formats=(EditorialFormat.DNXHR_LB_MOV,)),
        burn_in=BurnIn(show=tuple(BurnInText)),
    ),
})  # fmt: skip

_Value = str | float | tuple[str, ...]
#: What people call a rate → the rate. 23.976 is 24000/1001 (SMPTE ST 2051 and before it EBU and NTSC practice).
_RATES: dict[str, Fraction] = {
    **{str(rate): Fraction(rate) for rate in (24, 25, 30, 48, 50, 60, 100, 120)},
    **{
        word: Fraction(base * 1000, 1001)
        for base, words in {
            24: ("23.976", "23.98"), 30: ("29.97",), 48: ("47.952", "47.95"), 60: ("59.94",), 120: ("119.88",),
        }.items()
        for word in words
    },
}  # fmt: skip


def read_recipe(text: str) -> Recipe:
    """The text of a settings file → the recipe. Raises `ValueError` with a sentence for whoever wrote it."""
    try:
        said = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ValueError(f"this is not TOML: {error}") from error
    preset = said.setdefault("preset", "dailies")
    if not isinstance(preset, str) or preset not in PRESETS:
        _refuse("preset", preset, f"one of {_listed(PRESETS)}")
    whole = PRESETS[preset].model_dump(mode="json")
    _lay_over(whole, said, Recipe, "")
    try:
        return Recipe.model_validate(whole)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        key = ".".join(str(part) for part in first["loc"])
        raise ValueError(f"{key} is {first['input']!r}: {first['msg'].lower()}") from error


def _lay_over(whole: dict[str, Any], said: Mapping[str, Any], model: type[BaseModel], under: str) -> None:
    """What is said → laid over what the preset says, key by key."""
    for name, value in said.items():
        key = under + name
        _known(name, under, model)
        if key in _TABLES:
            if not isinstance(value, dict):
                _refuse(key, value, f"a table: [{key}]")
            _lay_over(whole[name], value, _TABLES[key], f"{key}.")
        elif key in _LISTS:
            if not isinstance(value, list) or not all(isinstance(each, dict) for each in value):
                _refuse(key, value, f"a list of tables: [[{key}]]")
            whole[name] = [_told(each, _LISTS[key], f"{key}.") for each in value]
        else:
            whole[name] = _READ.get(key, _as_it_is)(key, value)


def _told(said: Mapping[str, Any], model: type[BaseModel], under: str) -> dict[str, Any]:
    told: dict[str, Any] = {}
    _lay_over(told, said, model, under)
    return told


def _known(name: str, under: str, model: type[BaseModel]) -> None:
    if name not in model.model_fields:
        near = difflib.get_close_matches(name, model.model_fields, n=1)
        hint = f"; do you mean {near[0]!r}?" if near else f"; there is {_listed(model.model_fields)}"
        raise ValueError(f"{under}{name} is no setting{hint}")


def _as_it_is(_key: str, value: Any) -> Any:
    return value


def _rate(key: str, value: Any) -> str:
    word = str(value).removesuffix(".0")
    rate = _RATES.get(word) or (_fraction(word) if "/" in word else None)
    if rate is None or not 1 <= rate <= 1000:
        _refuse(key, value, f"one of {_listed(_RATES)}, or exact, such as '24000/1001'")
    return f"{rate.numerator}/{rate.denominator}"


def _seconds(key: str, value: Any) -> str:
    seconds = _fraction(str(value))
    if seconds is None or not 0 < seconds <= 3600 or seconds.denominator >= 10**12:
        _refuse(key, value, "seconds, such as 0.5")
    return f"{seconds.numerator}/{seconds.denominator}"


def _fraction(text: str) -> Fraction | None:
    # Not longer than anybody writes: Python would turn a million digits into a number.
    try:
        return Fraction(text) if len(text) <= 30 else None
    except (ValueError, ZeroDivisionError):
        return None


def _space(key: str, value: Any) -> str:
    if not isinstance(value, str):
        _refuse(key, value, "the name of a colour space")
    try:
        return find_space(value)
    except ValueError as error:
        raise ValueError(f"{key}: {error}") from error


def _switch(key: str, value: Any) -> bool:
    if not isinstance(value, bool):
        _refuse(key, value, "true or false")
    return value


def _words(kind: type[StrEnum]) -> Callable[[str, Any], list[str]]:
    def read(key: str, value: Any) -> list[str]:
        words = {each.name.lower(): each.value for each in kind}
        if not isinstance(value, list):
            _refuse(key, value, f"a list of {_listed(words)}")
        for each in value:
            if not isinstance(each, str) or each.lower() not in words:
                _refuse(key, each, f"any of {_listed(words)}")
        return [words[each.lower()] for each in value]

    return read


def _refuse(key: str, value: Any, wanted: str) -> NoReturn:
    raise ValueError(f"{key} is {value!r}, and has to be {wanted}")


def _listed(words: Any) -> str:
    return ", ".join(words)


_TABLES: dict[str, type[BaseModel]] = {
    "color": Color,
    "editorial": Editorial,
    "burn_in": BurnIn,
    "qc": Qc,
    "sound": SoundMapping,
    "analysis": AnalysisSettings,
}
_LISTS: dict[str, type[BaseModel]] = {"color.cameras": CameraSpace, "editorial.tracks": Track}
_READ: dict[str, Callable[[str, Any], Any]] = {
    "rate": _rate,
    "color.camera_space": _space,
    "color.grading_space": _space,
    "color.cameras.space": _space,
    "editorial.formats": _words(EditorialFormat),
    "editorial.looked": _switch,
    "editorial.burnt_in": _switch,
    "burn_in.show": _words(BurnInText),
    "qc.kinds": _words(QcKind),
    "qc.least_s": _seconds,
    "sound.scratch": _switch,
    "analysis.kinds": _words(AnalysisKind),
}


def write_recipe(recipe: Recipe) -> str:
    """A recipe → a settings file that says everything, with what each setting means."""
    color, editorial, burn_in, qc = recipe.color, recipe.editorial, recipe.burn_in, recipe.qc
    sound, analysis = recipe.sound, recipe.analysis
    cameras = "".join(
        f"\n[[color.cameras]]\nmaker = {_text(each.maker)}\n"
        f"{_or_comment('model', each.model)}space = {_text(each.space)}\n"
        for each in color.cameras
    )
    tracks = "".join(
        f"\n[[editorial.tracks]]\nname = {_text(each.name)}\nchannels = {list(each.channels)}\n"
        for each in editorial.tracks
    )
    return f"""\
# What is made of every clip. What a line does not say, the preset says: {_listed(PRESETS)}.
preset = {_text(recipe.preset)}

# The rate that the production is cut at, such as "23.976". A clip of another one is only told of.
{_or_comment("rate", None if recipe.rate is None else _word_of(recipe.rate), "23.976")}
[color]
# The space that clips are recorded in where their camera does not tell, and the one that they are graded in.
# Where no camera space is said, nothing is converted, and the looks act on the recorded values.
{_or_comment("camera_space", color.camera_space, "ARRI LogC4")}\
{_or_comment("grading_space", color.grading_space, "ACEScct")}\
# One [[color.cameras]] for each camera: its maker, its model if makers record in several spaces, and the space.
{cameras}
[editorial]
# What the cutting room gets: any of {_words_of(EditorialFormat)}.
formats = {_list(editorial.formats)}
# The largest picture; never enlarged.
width = {editorial.width}
height = {editorial.height}
# Whether the look is in the picture, and the texts of [burn_in].
looked = {_bool(editorial.looked)}
burnt_in = {_bool(editorial.burnt_in)}
# One [[editorial.tracks]] for each sound track: its name, and one or two channels of the original, counted from 1.
# Without any, every channel of the original is a track.
{tracks}
[burn_in]
# What is written into the picture of review proxies: any of {_words_of(BurnInText)}.
show = {_list(burn_in.show)}
# A line of the production's own.
{_or_comment("words", burn_in.words, "Property of …")}
[qc]
# What is looked for: any of {_words_of(QcKind)}.
kinds = {_list(qc.kinds)}
# How long black, frozen or silent has to last, in seconds, and how quiet silence is, in dBFS.
least_s = {_seconds_text(qc.least_s)}
silence_db = {qc.silence_db!r}
# How much of the picture has to be at or above this white, as an 8-bit value in legal range.
clipped_share = {qc.clipped_share!r}
clip_level = {qc.clip_level}
# The loudest true peak that is no finding, in dBTP.
true_peak_dbtp = {qc.true_peak_dbtp!r}

[sound]
# Which of the recorder's tracks proxies carry. The mix: the first one or two of these names that are there; where none
# is, tracks that are called a mix, or else the first two.
mix = {_text(sound.mix)}
# What follows in editorial proxies, by name and in this order. Without it, every track that has a name.
{_or_comment("isos", sound.isos, ("Boom", "Lav 1"))}\
# Whether the camera's own sound comes last.
scratch = {_bool(sound.scratch)}

[analysis]
# What models look at: any of {_words_of(AnalysisKind)}. Shots are for edits: a camera's clip has none.
kinds = {_list(analysis.kinds)}
# What all of the production may cost, in US dollars; when it is spent nothing more is asked. Without it, no limit.
{_or_comment("budget_usd", analysis.budget_usd, 50.0)}\
# The language that is spoken, as ISO 639-1 has it. Without it, the model finds out.
{_or_comment("language", analysis.language, "en")}\
# How far a face may be from a likeness to be taken for it; models/analyse/faces.md says what that means.
face_threshold = {analysis.face_threshold!r}
"""


def changes(before: BaseModel, after: BaseModel, under: str = "") -> Iterator[str]:
    """Two recipes → each setting that the second has otherwise: `burn_in.show: none → timecode, clip`."""
    for name in type(after).model_fields:
        held, holds = getattr(before, name), getattr(after, name)
        if under + name in _TABLES:
            yield from changes(held, holds, f"{under}{name}.")
        elif held != holds:
            yield f"{under}{name}: {_spoken(held)} → {_spoken(holds)}"


def _spoken(value: Any) -> str:
    match value:
        case None:
            return "not said"
        case bool():
            return _bool(value)
        case StrEnum():
            return value.name.lower()
        case Fraction():
            return _word_of(value) if value in _RATES.values() else _seconds_text(value)
        case tuple():
            return _listed(map(_spoken, value)) or "none"
    return str(value)


def _or_comment(key: str, value: _Value | None, example: _Value = "…") -> str:
    return f"# {key} = {_text(example)}\n" if value is None else f"{key} = {_text(value)}\n"


def _word_of(rate: Fraction) -> str:
    return next((word for word, exact in _RATES.items() if exact == rate), f"{rate.numerator}/{rate.denominator}")


def _seconds_text(seconds: Fraction) -> str:
    exact = Fraction(repr(float(seconds))) == seconds
    return repr(float(seconds)) if exact else f'"{seconds.numerator}/{seconds.denominator}"'


def _text(value: _Value) -> str:
    # JSON's escapes and numbers are TOML's.
    return json.dumps(value, ensure_ascii=False)


def _list(values: Sequence[StrEnum]) -> str:
    return json.dumps([each.name.lower() for each in values])


def _words_of(kind: type[StrEnum]) -> str:
    return _listed(each.name.lower() for each in kind)


def _bool(value: bool) -> str:
    return "true" if value else "false"
