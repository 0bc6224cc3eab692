"""A day's cards and clips → sections: how each card stands, why it is not safe, and which clips have no picture."""

from collections.abc import Iterator

from circletake.contracts.cards import Light
from circletake.contracts.files import State
from circletake.film.answered import code_text
from circletake.film.day_report import DayReport
from circletake.film.day_report_rolls import CardLine, ClipLine, RollLine
from circletake.film.day_report_words import DASH, Cell, Clock, Group, Head, Section, counted, text
from circletake.film.report import clock_text
from circletake.film.safety.lights import ANSWERS
from circletake.film.takes.day import Footage

_VERIFIED = {Light.GREEN: "yes", Light.AMBER: "not yet", Light.RED: "no"}


def card_sections(report: DayReport, clock: Clock) -> Iterator[Section]:
    """A report, and the clock of its day → what is told of its cards and clips."""
    yield _cards(report, clock)
    yield from _unsafe(report)
    yield from _clips(report)


def _cards(report: DayReport, clock: Clock) -> Section:
    heads = (
        Head("Roll", 12, least=8),
        Head("Card", 46),
        Head("Verified", 10, least=8),
        Head("Files", 10, figures=True),
        Head("Clips", 7, figures=True),
        Head("Takes", 7, figures=True),
        Head("Runtime", 8, figures=True),
    )
    rows = [row for roll in report.rolls for row in _roll(roll, report.summary.rolls.get(roll.roll), clock)]
    return Section("Cards", heads, (Group("", tuple(rows)),), "No card of this day has been received.")


def _roll(roll: RollLine, footage: Footage | None, clock: Clock) -> Iterator[tuple[Cell, ...]]:
    counts = [str(footage.clips), str(footage.takes), clock_text(footage.runtime)] if footage else [DASH] * 3
    for number, card in enumerate(roll.cards):
        # A roll's clips are told once, whatever number of times its card was put in.
        told = [text(each) for each in (counts if number == 0 else [DASH] * 3)]
        answer = text(
            ANSWERS[card.light].capitalize(),
            f"Released by {card.released[0]}, {clock.tell(card.released[1])}" if card.released else None,
            None if card.uploaded else "Not uploaded completely",
            f"Insertion {card.offload}" if len(roll.cards) > 1 else None,
            light=card.light,
        )
        files = f"{card.matched}/{card.listed}" if card.listed else DASH
        yield text(roll.roll, strong=True), answer, text(_VERIFIED[card.bits]), text(files), *told
    if not roll.cards:
        yield text(roll.roll, strong=True), text("No card"), text(DASH), text(DASH), *map(text, counts)


def _unsafe(report: DayReport) -> Iterator[Section]:
    heads = (Head("Roll", 10, least=8), Head("Why it is not safe", 35), Head("What that means", 55))
    cards = [(roll.roll, card) for roll in report.rolls for card in roll.cards if card.light is not Light.GREEN]
    if rows := tuple(row for roll, card in cards for row in _why(roll, card)):
        yield Section("Cards that are not safe to format", heads, (Group("", rows),))


def _why(roll: str, card: CardLine) -> Iterator[tuple[Cell, ...]]:
    for number, why in enumerate(card.why):
        more = f" and {why.times - 1} more" if why.times > 1 else ""
        about = f"{why.path or ''}{more}".strip()
        code = text(code_text(why.code), about, light=why.light)
        yield text("" if number else roll, strong=True), code, text(why.sentence)
    if card.more:
        yield text(""), text(f"And {counted(card.more, 'reason')} more"), text("")


def _clips(report: DayReport) -> Iterator[Section]:
    heads = (
        Head("Roll", 10, least=8),
        Head("Clip", 26, least=20),
        Head("Stands at", 16, least=17),
        Head("What is said of it", 48),
    )
    waiting = tuple(_clip(clip) for roll in report.rolls for clip in roll.open)
    unseen = tuple(_clip(clip) for roll in report.rolls for clip in roll.without_picture)
    kept = sum(roll.clips.get(State.KEPT, 0) for roll in report.rolls)
    if waiting:
        yield Section("Clips received and not at their end", heads, (Group("", waiting),))
    if unseen or kept:
        archived = (Group(f"Archived as they are, without a picture: {kept}", ()),) if kept else ()
        yield Section("Clips without a picture", heads, (Group("", unseen), *archived))


def _clip(clip: ClipLine) -> tuple[Cell, ...]:
    light = {State.REJECTED: Light.RED, State.NEEDS_ATTENTION: Light.AMBER}.get(clip.state)
    return text(clip.roll), text(clip.name, strong=True), text(code_text(clip.state), light=light), text(clip.sentence)
