"""What was said of a unit's day and what was recorded on it → its takes, its conflicts, and what waits for a person.

Nothing here is stored: whenever somebody says something more, or another card comes, the day is folded anew. The
order in which things arrive makes no difference, and saying a thing twice makes none either.
"""

from collections.abc import Iterable

from circletake.contracts.takes import Source
from circletake.film.takes.day import Day, DayClip, DaySound, Word
from circletake.film.takes.exports import Held
from circletake.film.takes.gathering import Gathering
from circletake.film.takes.jam import tie_by_clocks
from circletake.film.takes.recordings import Recordings
from circletake.film.takes.rows import understand
from circletake.film.takes.summary import gaps, summarise
from circletake.film.takes.ties import tie_by_words
from circletake.film.takes.worklist import Worklist


def fold(words: Iterable[Word], clips: Iterable[DayClip], sounds: Iterable[DaySound]) -> Day:
    """The words, clips and sounds of one unit's one day → the day.

    Clips of another day or unit must not be among them: timecode comes again every day. Raises `ValueError` where two
    recordings have one id.
    """
    words, recordings = list(words), Recordings(clips, sounds)
    said = [word for word in words if word.source is not Source.EXPORT]
    day = _fold(said, recordings)
    if len(said) == len(words):
        return day
    # What we wrote out of a day ourselves repeats what others said: it adds what the day lacks, and is heard as a
    # witness only where nobody else speaks.
    exports, held = [word for word in words if word.source is Source.EXPORT], Held(day, recordings)
    news = [word for each in exports if (word := held.unsaid(each))]
    return _fold([*said, *news] if said else exports, recordings) if news else day


def _fold(words: Iterable[Word], recordings: Recordings) -> Day:
    rows = understand(words, recordings)
    ties = tie_by_words(rows, recordings)
    tie_by_clocks(ties, recordings)
    gathering = Gathering(rows, recordings, ties)
    takes = gathering.takes()
    conflicts = gathering.conflicts(takes)
    worklist = Worklist(takes, recordings)
    entries = worklist.entries(conflicts, rows)
    return Day(
        takes=takes,
        conflicts=conflicts,
        worklist=entries,
        gaps=gaps(takes, rows),
        clocks=ties.clocks,
        loose=tuple(gathering.loose),
        summary=summarise(takes, recordings, worklist, entries),
    )
