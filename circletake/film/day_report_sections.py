"""A day's report → its sections: headings, rows and cells, in the order in which they are read."""

from collections.abc import Iterator, Sequence
from fractions import Fraction

from circletake.contracts.takes import Flag
from circletake.film.day_report import DayReport, PaperLine, PartLine, SetupLine, TakeLine
from circletake.film.day_report_cards import card_sections
from circletake.film.day_report_words import (
    COUNTED,
    DASH,
    LACKS,
    MARKS,
    SILENCES,
    WHOSE,
    Cell,
    Clock,
    Group,
    Head,
    Section,
    counted,
    heard_and_seen,
    lens_text,
    listing,
    missing_text,
    said_text,
    text,
)
from circletake.film.report import clock_text
from circletake.film.takes.day import Entry, Footage

#: Of what could not be read of a paper so many lines are told; `--json` has them all.
_PROBLEMS = 5


def sections(report: DayReport, clock: Clock) -> list[Section]:
    """A report, and the clock of its day → its sections."""
    return [
        *card_sections(report, clock),
        _footage(report),
        _heard(report),
        _missing(report),
        *_told(report),
        _setups(report),
        _takes(report),
        _papers(report, clock),
    ]


def _plain(*rows: tuple[Cell, ...]) -> tuple[Group, ...]:
    return (Group("", rows),)


def _footage(report: DayReport) -> Section:
    heads = (Head("", 40), *(Head(name, 20, figures=True) for name in ("Clips", "Takes in them", "Runtime")))
    day = report.summary
    rows = [(f"Camera {camera}" if camera else "No camera letter", each) for camera, each in day.cameras.items()]
    told = [("All", day.all), ("Circled takes", day.circles), *rows]
    return Section("Footage", heads, (*_plain(*(_counts(what, each) for what, each in told)), Group(COUNTED, ())))


def _counts(what: str, footage: Footage) -> tuple[Cell, ...]:
    return text(what), text(str(footage.clips)), text(str(footage.takes)), text(clock_text(footage.runtime))


def _heard(report: DayReport) -> Section:
    heads = (Head("", 30, least=34), Head("How many", 10, figures=True), Head("Which", 60))
    told = list(heard_and_seen(report))
    rows = [
        # Of what is as it should be, nobody wants every name.
        (text(what), text(str(len(names))), text(listing(names, len(names)) if place else ""))
        for place, (what, names) in enumerate(told)
        if names or not place
    ]
    return Section("Picture and sound", heads, _plain(*rows))


def _missing(report: DayReport) -> Section:
    groups = tuple(
        Group(f"{LACKS[lack]}: {len(entries)}", tuple(_waiting(entries))) for lack, entries in report.missing.items()
    )
    heads = (Head("What is missing or contradicts itself", 60), Head("What to do next", 40))
    return Section("Waiting for a person", heads, groups, "Nothing waits for a person.")


def _waiting(entries: Sequence[Entry]) -> Iterator[tuple[Cell, ...]]:
    """→ a row for each; what to do next stands once where it is the same for many."""
    before = ""
    for entry in entries:
        yield text(entry.sentence), text("" if entry.next_step == before else entry.next_step)
        before = entry.next_step


def _told(report: DayReport) -> Iterator[Section]:
    if report.settled:
        settled = _plain(*((text(sentence),) for sentence in report.settled))
        yield Section("Contradictions that a person settled", (Head("", 1),), settled)
    if report.misfits:
        heads = (Head("Clip", 30), Head("What does not fit", 70))
        misfits = _plain(*((text(clip, strong=True), text(sentence)) for clip, sentence in report.misfits))
        yield Section("Sound that does not fit its picture", heads, misfits)
    if missing := [setup for setup in report.setups if setup.missing]:
        numbers = _plain(*(_numbers(setup) for setup in missing))
        yield Section("Take numbers that nobody mentions", (Head("Setup", 20), Head("Takes", 80)), numbers)


def _numbers(setup: SetupLine) -> tuple[Cell, ...]:
    return text(setup.setup, strong=True), text(", ".join(map(str, setup.missing)))


def _setups(report: DayReport) -> Section:
    heads = (
        Head("Scene", 8, least=5),
        Head("Setup", 10, least=6),
        Head("Takes", 8, figures=True),
        Head("Circled", 20),
        Head("Cameras", 12),
        Head("Runtime", 10, figures=True),
        Head("Besides", 32),
    )
    rows = [
        (
            text(setup.scene or DASH),
            text(setup.setup or DASH, strong=True),
            text(str(len(setup.counted))),
            text(_circled(setup)),
            text(" ".join(cameras_of(setup.takes))),
            text(clock_text(_runtime(setup))),
            text(", ".join(_besides(setup.takes))),
        )
        for setup in report.setups
    ]
    return Section("Scenes and setups", heads, _plain(*rows), "No take is known yet.", brief=True)


def _circled(setup: SetupLine) -> str:
    numbers = [take.take or DASH for take in setup.counted if take.circled]
    return f"{'take' if len(numbers) == 1 else 'takes'} {', '.join(numbers)}" if numbers else "none"


def cameras_of(takes: Sequence[TakeLine]) -> list[str]:
    """Takes → the letters of their cameras, each once."""
    return sorted({part.camera for take in takes for part in take.clips if part.camera})


def _runtime(setup: SetupLine) -> Fraction:
    return sum((take.runtime for take in setup.takes), Fraction(0))


def _besides(takes: Sequence[TakeLine]) -> Iterator[str]:
    for flag in Flag:
        marked = [take for take in takes if flag in take.flags]
        if flag is not Flag.CIRCLED and marked:
            yield f"{MARKS[flag]} {', '.join(take.take or DASH for take in marked)}"


def _takes(report: DayReport) -> Section:
    heads = (
        Head("Take", 8),
        Head("Marks", 10),
        Head("Clips", 42),
        Head("Runtime", 7, figures=True),
        Head("Sound", 13),
        Head("Notes", 20),
    )
    groups = tuple(Group(_heading(setup), tuple(map(_take, setup.takes))) for setup in report.setups)
    return Section("Scenes, setups and takes", heads, groups, "No take is known yet.", full=True)


def _heading(setup: SetupLine) -> str:
    if setup.setup is None:
        return f"Without a setup · {counted(len(setup.takes), 'recording')}"
    circled = sum(take.circled for take in setup.counted)
    wild = sum(Flag.WILD_TRACK in take.flags for take in setup.takes)
    told = [
        f"Scene {setup.scene}" if setup.scene else "No scene",
        f"setup {setup.setup}",
        counted(len(setup.counted), "take"),
        counted(wild, "wild track") if wild else "",
        f"{circled} circled" if circled else "",
        clock_text(_runtime(setup)),
        missing_text(setup.missing),
    ]
    return " · ".join(filter(None, told))


def _take(take: TakeLine) -> tuple[Cell, ...]:
    number = take.take or take.called
    return (
        text(number, strong=take.circled, circled=take.circled),
        text(", ".join(MARKS[flag] for flag in take.flags)),
        text(*_picture(take)),
        text(clock_text(take.runtime) if take.clips else DASH),
        text(*take.sounds) if take.sounds else text(SILENCES[take.silence] if take.silence else DASH),
        text(*take.notes),
    )


def _picture(take: TakeLine) -> Iterator[str]:
    yield from map(_clip_text, take.clips) if take.clips else ("no picture",)
    if lens := lens_text(take):
        yield f"lens {lens}"


def _clip_text(part: PartLine) -> str:
    span = f"{part.starts} – {part.ends}" if part.starts else "no timecode"
    lens = part.facts.get("lens")
    return " · ".join(filter(None, (part.clip, span, f"lens {lens}" if lens else "")))


def _papers(report: DayReport, clock: Clock) -> Section:
    heads = (
        Head("Paper", 21),
        Head("Whose", 8, least=6),
        Head("Rows", 7, figures=True),
        Head("Brought in", 36),
        Head("Problems", 28),
    )
    rows = [_paper(line, clock) for line in report.papers]
    if said := said_text(report.said):
        return Section("Papers", heads, (Group("", tuple(rows)), Group(said, ())), "No paper has been brought in.")
    return Section("Papers", heads, _plain(*rows), "No paper has been brought in.")


def _paper(line: PaperLine, clock: Clock) -> tuple[Cell, ...]:
    paper, problems = line.paper, line.problems
    lines = [f"line {each.line}: {each.sentence}" if each.line else each.sentence for each in problems[:_PROBLEMS]]
    more = len(problems) - _PROBLEMS
    told = (
        [counted(len(problems), "problem"), *lines, f"and {more} more" if more > 0 else None] if problems else ["none"]
    )
    return (
        text(paper.name, strong=True),
        text(WHOSE[paper.source]),
        text(f"{paper.rows:,}"),
        text(f"{clock.tell(paper.at)}", f"by {paper.by}"),
        text(*told),
    )
