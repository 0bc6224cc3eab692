"""The papers of a made day, as files: what is read of them folds to the same takes and the same lists."""

import csv
import io

import pytest

from circletake.film.papers.exported import write_csv
from circletake.film.papers.reading import PaperRead, read_paper
from circletake.film.takes.day import Take, Word
from circletake.film.takes.fold import fold
from tests.film.test_takes_made_day import is_right, listed
from tests.made_day import MadeUnit, Table, make_day

#: As one program or another writes it.
MANNERS = [(",", "utf-8-sig"), (";", "utf-16"), ("\t", "utf-8")]


def read(table: Table, manner: tuple[str, str]) -> PaperRead:
    separator, encoding = manner
    text = io.StringIO()
    text.write(f"Report of the day{separator}{table.name}\r\n\r\n")
    csv.writer(text, delimiter=separator).writerows([table.headings, *table.rows])
    return read_paper(text.getvalue().encode(encoding), table.name, table.source)


def words_of(unit: MadeUnit, manner: tuple[str, str]) -> list[Word]:
    papers = {table.name: table for table in unit.papers}
    read_words = [
        Word(table.source, table.name, said) for table in papers.values() for said in read(table, manner).said
    ]
    return [*(word for word in unit.words if word.paper not in papers), *read_words]


def shot(take: Take) -> object:
    """A take without the lines of papers that tell of it."""
    facts = [take.scene, take.setup, take.slate, take.take, *take.flags.values()]
    parts = [(part.id, part.first, part.length, part.how) for part in take.clips + take.sounds]
    return take.key, [fact.value if fact else None for fact in facts], parts, [note.value for note in take.notes]


@pytest.mark.parametrize("british", [False, True])
@pytest.mark.parametrize("manner", MANNERS)
def test_a_day_s_papers_are_read_whole(manner: tuple[str, str], british: bool) -> None:
    for unit in make_day(1, british=british, plants=()).units:
        for table in unit.papers:
            paper = read(table, manner)
            assert (paper.problems, paper.unknown) == ((), ())
            assert len(paper.said) == len(table.rows)


@pytest.mark.parametrize(("seed", "british"), [(seed, british) for seed in range(4) for british in (False, True)])
def test_what_is_read_of_a_day_s_papers_folds_to_what_was_shot_and_lists_what_was_planted(
    seed: int, british: bool
) -> None:
    for unit in make_day(seed, british=british).units:
        day = fold(words_of(unit, MANNERS[seed % 3]), unit.clips, unit.sounds)
        assert {listed(entry) for entry in day.worklist} == unit.listed
        takes = {take.key: take for take in day.takes}
        told = {of for entry in day.worklist for of in (entry.take, entry.clip, entry.sound) if of}
        for key, true in unit.takes.items():
            assert is_right(takes.get(key), true) or told & {key, *true.clips, *true.sounds}, key


def test_a_day_that_was_exported_and_brought_in_again_is_the_same_day() -> None:
    for unit in make_day(2).units:
        words = words_of(unit, MANNERS[0])
        papers: dict[str, list[Word]] = {}
        for word in words:
            papers.setdefault(word.paper, []).append(word)
        again = [
            Word(of[0].source, name, said, of[0].at)
            for name, of in papers.items()
            for said in read_paper(write_csv([word.said for word in of]).encode(), name, of[0].source).said
        ]
        before, after = (fold(said, unit.clips, unit.sounds) for said in (words, again))
        assert {listed(entry) for entry in after.worklist} == {listed(entry) for entry in before.worklist}
        assert [shot(take) for take in after.takes] == [shot(take) for take in before.takes]
