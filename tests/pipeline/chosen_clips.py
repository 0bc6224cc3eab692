"""Of which clips of a made day a test asks for more than that they are known, and papers before the circles came."""

from collections.abc import Iterator
from dataclasses import replace

from circletake.contracts.takes import Flag
from circletake.film.takes.day import DayClip
from tests.made_footage import PaperFile, papers_of
from tests.made_papers import Table
from tests.pipeline.shooting import ShotUnit


def before_circles(unit: ShotUnit) -> Iterator[PaperFile]:
    """A unit's papers as they are before anybody said which takes are circled."""
    made = unit.footage.made
    return papers_of(replace(made, papers=tuple(map(without_circles, made.papers))))


def without_circles(paper: Table) -> Table:
    at = [number for number, heading in enumerate(paper.headings) if heading == "Circled"]
    rows = tuple(tuple("" if n in at else cell for n, cell in enumerate(row)) for row in paper.rows)
    return replace(paper, rows=rows)


def unfit(units: list[ShotUnit]) -> set[tuple[str, str]]:
    """The clips of whose sound something is wrong: the unit and the name of each."""
    return {
        (unit.ref.unit, clip.title)
        for unit in units
        for clip in unit.footage.made.clips
        if any(about == clip.id for _, about in unit.footage.made.unfit)
    }


def circled(units: list[ShotUnit]) -> set[tuple[str, str]]:
    """The clips of takes that are circled in the end."""
    return {
        (unit.ref.unit, clip.title)
        for unit in units
        for clip in unit.footage.made.clips
        if any(clip.id in take.clips and Flag.CIRCLED in take.flags for take in unit.footage.made.takes.values())
    }


def to_picture(units: list[ShotUnit]) -> dict[str, tuple[str, str]]:
    """Of which clips pictures are made: of those with a wrong clock, and of one each of what else there is."""
    found: dict[str, tuple[str, str]] = {}
    for unit in units:
        made = unit.footage.made
        clips = {clip.id: clip for clip in made.clips}
        spoilt = {
            of for _, about in made.listed | made.unfit for of in (about if isinstance(about, tuple) else (about,))
        }
        for plant, clip in clocks(unit):
            found[plant] = (made.unit, clip.title)
        for key, take in made.takes.items():
            of = [clips[clip] for clip in take.clips if clip in clips]
            if not of or {key, *take.clips, *take.sounds} & spoilt:
                continue
            if Flag.MOS in take.flags:
                found.setdefault("MOS", (made.unit, of[0].title))
            elif len(of) > 1 and take.sounds and Flag.CIRCLED in take.flags:
                found.setdefault("first camera", (made.unit, of[0].title))
                found.setdefault("second camera", (made.unit, of[1].title))
            elif take.sounds and over_midnight(of[0]):
                found.setdefault("over midnight", (made.unit, of[0].title))
    return found


def clocks(unit: ShotUnit) -> Iterator[tuple[str, DayClip]]:
    """The clips whose camera's clock is wrong: what of it, and which."""
    made = unit.footage.made
    for clip in made.clips:
        off = None if clip.start is None else (clip.start - made.ran[clip.id]) % day_of(clip)
        if off is None:
            yield "clock missing", clip
        elif off:
            yield ("clock lost" if off < day_of(clip) // 2 else "clock behind"), clip


def day_of(clip: DayClip) -> int:
    return 24 * 3600 * round(clip.rate)


def over_midnight(clip: DayClip) -> bool:
    return clip.start is not None and clip.start + clip.frames > day_of(clip)
