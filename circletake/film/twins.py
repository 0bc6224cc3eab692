"""A RAW clip and its external proxy: which file is a proxy, whose it is, and whether the two really are one take.

A proxy is known by its place alone. Sources: folders and endings as the makers' manuals give them (Blackmagic
`Proxy/`, Canon `_Proxy`, Sony `Sub/…S03`); none was checked on a real card here.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from circletake.contracts.keys import ClipRef
from circletake.contracts.media import PictureFrom, PictureSource, Trait
from circletake.film.naming import name_clip

#: An offload whose name begins so holds nothing but proxies, made by the camera, the DIT or a lab.
PROXY_OFFLOAD = "proxies-"
_FOLDERS = {"proxy", "proxies"}
_ENDING = re.compile(r"[ ._-](?:proxy|prx)$", re.IGNORECASE)
#: Sony numbers the renditions of a clip: `A001C001_240926YZS03.MP4` lies in `Sub/`.
_SONY_RENDITION = re.compile(r"(/|^)Sub/[^/]*?(S\d{2})\.\w+$", re.IGNORECASE)
#: RED's name of a clip, which some proxies carry with the number of the span.
_RED_SPAN = re.compile(r"^(.+_C\d{3}_[A-Z0-9]{6})_\d{3}$")


@dataclass(frozen=True)
class Twin:
    """A clip as far as it can be compared. None means that the file does not say."""

    clip_id: str
    version: str
    path: str
    start_timecode: str | None
    frames: int | None

    @classmethod
    def of(cls, clip: ClipRef, path: str, start_timecode: str | None, frames: int | None) -> "Twin":
        return cls(clip.clip_id, clip.version, path, start_timecode, frames)


def is_external_proxy(path: str, offload: str) -> bool:
    """Path as on the card, and the insertion it came with → whether somebody else made this as a proxy."""
    at = PurePosixPath(path)
    in_place = any(folder.lower() in _FOLDERS for folder in at.parts[:-1])
    named = _ENDING.search(at.stem) or _SONY_RENDITION.search(path)
    return in_place or named is not None or offload.startswith(PROXY_OFFLOAD)


def twin_name(path: str) -> str:
    """Path of a RAW clip or of a proxy → the name that both carry, whatever marks it as the one or the other."""
    stem = _ENDING.sub("", name_clip(path).title)
    if rendition := _SONY_RENDITION.search(path):
        stem = stem.removesuffix(rendition[2])
    return _RED_SPAN.sub(r"\1", stem.upper())


def compare(original: Twin, proxy: Twin) -> PictureFrom:
    """A RAW clip and a proxy of its name → what agrees, what differs, and what the original does not tell."""
    pairs = {
        Trait.TIMECODE: (original.start_timecode, proxy.start_timecode),
        Trait.FRAMES: (original.frames, proxy.frames),
    }
    unknown = tuple(trait for trait, pair in pairs.items() if None in pair)
    differs = tuple(trait for trait, (ours, theirs) in pairs.items() if trait not in unknown and ours != theirs)
    agrees = tuple(trait for trait in Trait if trait not in (*unknown, *differs))
    confirmed = not unknown and not differs
    return PictureFrom(
        source=PictureSource.EXTERNAL_PROXY,
        label="external proxy" if confirmed else "external proxy, unconfirmed",
        confirmed=confirmed,
        agrees=agrees,
        differs=differs,
        unknown=unknown,
        sentence=_sentence({trait: pairs[trait] for trait in differs}, unknown),
        clip_id=proxy.clip_id,
        version=proxy.version,
        path=proxy.path,
    )


def choose(original: Twin, proxies: Iterable[Twin]) -> PictureFrom | None:
    """A RAW clip and every proxy of its name → the one that fits best; it is only refused when none does.

    The same for every order in which they came: what is confirmed goes before what is not, then by path.
    """
    found = [compare(original, proxy) for proxy in proxies]
    return min(
        found,
        key=lambda one: (bool(one.differs), not one.confirmed, one.path or "", one.clip_id or "", one.version or ""),
        default=None,
    )


_WORDS = {Trait.NAME: "name", Trait.TIMECODE: "start timecode", Trait.FRAMES: "number of frames"}


def _sentence(differs: dict[Trait, tuple[object, object]], unknown: Sequence[Trait]) -> str:
    if differs:
        said = " and ".join(f"its {_WORDS[trait]} is {theirs}, not {ours}" for trait, (ours, theirs) in differs.items())
        return f"A proxy of this name is not taken for its picture: {said}."
    if unknown:
        said = " or ".join(_WORDS[trait] for trait in unknown)
        return f"The picture is that of a proxy of this name, unconfirmed: there is no {said} to compare."
    return "The picture is that of an external proxy: name, start timecode and number of frames agree."
