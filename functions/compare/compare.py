"""Described faces of a clip and likenesses of those who agreed → which face may be whom. Unknown is an answer."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import dist

from circletake.contracts.analysis import Descriptions, FacesAnswer, FaceTrack
from circletake.contracts.characters import Appearance
from circletake.contracts.keys import ClipRef

Vector = Sequence[float]


@dataclass(frozen=True, slots=True)
class Likely:
    """A face track that may be a character, and how far it is from the most alike of their pictures."""

    track: FaceTrack
    character: str
    distance: float


def match(
    answer: FacesAnswer, described: Descriptions, likenesses: Mapping[str, Sequence[Vector]], threshold: float
) -> list[Likely]:
    """Tracks, what they look like, and what each character looks like to the same model → who they may be.

    The most alike pair is settled first. A track is at most one character, and a character is not in two places at
    once: of tracks that are in the picture at the same time only the most alike is taken, the others are unknown.
    Likenesses by another model are the caller's to leave out.
    """
    pairs = sorted(
        (
            Likely(answer.tracks[each.track], character, min(dist(each.embedding, known) for known in looks))
            for each in described.tracks
            for character, looks in likenesses.items()
            if looks
        ),
        key=lambda pair: (pair.distance, pair.character, pair.track.first),
    )
    settled: list[Likely] = []
    for pair in pairs:
        if pair.distance > threshold:
            break
        if not any(pair.track is other.track or _in_two_places(pair, other) for other in settled):
            settled.append(pair)
    return settled


def _in_two_places(one: Likely, other: Likely) -> bool:
    return one.character == other.character and not (
        one.track.last < other.track.first or other.track.last < one.track.first
    )


def appearances(clip: ClipRef, title: str, model: str, settled: Iterable[Likely]) -> dict[str, Appearance]:
    """What was settled, the most alike first → each character's appearance in the clip."""
    seen: dict[str, Appearance] = {}
    for each in settled:
        track, known = each.track, seen.get(each.character)
        if known is None:
            seen[each.character] = Appearance(
                character=each.character, clip=clip, title=title, first=track.first, last=track.last,
                best=track.best, box=track.box, distance=each.distance, model=model,
            )  # fmt: skip
        else:
            ends = {"first": min(known.first, track.first), "last": max(known.last, track.last)}
            seen[each.character] = known.model_copy(update=ends)
    return seen
