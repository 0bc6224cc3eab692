"""A closed roll → the one message about it: what arrived, what did not, how its day stands, and where to look.

No frames, no scene text, no file names: a producer's mail travels further than the footage may. The production
appears under its code name, which is all that its keys ever carry.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from circletake.contracts.errors import Code
from circletake.contracts.facts import RollClosed
from circletake.film.report import clock_text
from circletake.film.takes.day import Day

NONE: Mapping[str, int] = MappingProxyType({})
_MEANINGS = {
    Code.UNSUPPORTED_CONTAINER: "not a camera file that we can open",
    Code.INCOMPLETE_MEDIA: "cut off before its end",
    Code.CORRUPT_ESSENCE: "damaged inside",
    Code.LIMIT_EXCEEDED: "beyond what a camera file may claim",
    Code.CODEC_NOT_ALLOWED: "in a codec that we do not open",
    Code.NO_VIDEO: "without a picture",
    Code.NO_PICTURE_SIZE: "without a picture size",
    Code.NO_FRAME_RATE: "without a frame rate",
    Code.BAD_NAME: "uploaded to no roll",
    Code.BAD_SIDECAR: "with an unreadable record",
    Code.MISSING_SPAN: "with a missing span",
    Code.RAW_WITHOUT_DECODER: "RAW, archived without a picture",
    Code.DECODER_FAILED: "RAW that your decoder did not open",
    Code.NO_ROUTE: "larger than what is set up to transcode it",
    Code.OVERDUE: "stuck: an engineer has to look",
}


#: Of a sound recorder's file: it is kept, whatever becomes of it.
_OF_SOUND = {
    Code.UNSUPPORTED_CONTAINER: "in no WAV: ask sound for the recorder's own files",
    Code.CODEC_NOT_ALLOWED: "compressed: ask sound for the recorder's own files",
    Code.INCOMPLETE_MEDIA: "cut off: copy it again from the recorder's card",
    Code.CORRUPT_ESSENCE: "with a damaged header: copy it again from the recorder's card",
    Code.LIMIT_EXCEEDED: "beyond what a recorder may claim: ask sound for other files",
    Code.BAD_NAME: "with a name that cannot be written: copy it again under another",
}


@dataclass(frozen=True)
class Digest:
    """A message in both of its forms. The subject is ASCII and one line, because labels are."""

    subject: str
    text: str
    html: str


def write_digest(
    closed: RollClosed, codes: Mapping[str, int], page_url: str, day: str = "", sounds: Mapping[str, int] = NONE
) -> Digest:
    """A closed roll, how many clips ended with which code, the page's address, its day in a line, and with which code
    a recorder's files cannot be heard → the digest."""
    roll, totals = closed.roll, closed.totals
    subject = f"{roll.production} {roll.day} {roll.unit}: roll {roll.roll} is in"
    if closed.closing > 1:
        subject += f" (update {closed.closing})"
    facts = [
        ("ready to watch", totals.delivered),
        ("archived without a picture", totals.kept),
        ("rejected", totals.rejected),
        ("waiting for a person", totals.needs_attention),
    ]
    reasons = [f"{count} {_MEANINGS[Code(code)]} ({code})" for code, count in sorted(codes.items())]
    for code, count in sorted(sounds.items()):
        why = _OF_SOUND.get(Code(code), _MEANINGS[Code(code)])
        reasons.append(f"{count} of sound, kept and not heard, {why} ({code})")
    link = f"{page_url}#/{roll.production}/{roll.unit}/{roll.day}/{roll.roll}"
    lines = [f"Roll {roll.roll}, {roll.day}, unit {roll.unit}: {totals.files} files received.", ""]
    lines += [f"  {count:>5}  {what}" for what, count in facts]
    lines += ["", *(f"  - {reason}" for reason in reasons), ""] if reasons else [""]
    lines += [*([day, ""] if day else []), f"Look at the roll: {link}"]
    lines += [
        "",
        "This message says what arrived. Whether the card may be formatted is answered on the page.",
    ]
    return Digest(subject, "\n".join(lines) + "\n", _html(closed, facts, reasons, link, day))


def write_day_line(label: str, day: Day) -> str:
    """A day's label, and the day as it folds → how it stands, in a line; empty while nothing is known of it.

    Numbers alone: names of scenes travel no further than the page.
    """
    told, waiting = day.summary, len(day.worklist)
    if not told.all.clips and not told.takes:
        return ""
    shot = f"{_counted(told.takes, 'take')} in {_counted(len(told.setups), 'setup')}, {told.circled} circled"
    lasts = f"runtime {clock_text(told.all.runtime)}, of it {clock_text(told.circles.runtime)} circled"
    silent = f"{_counted(told.silent, 'take')} without sound" if told.silent else ""
    waits = f"{_counted(waiting, 'thing')} waiting for a person" if waiting else "nothing waiting for a person"
    return f"Day {label} so far: {'; '.join(filter(None, (shot, lasts, silent, waits)))}."


def _counted(number: int, thing: str) -> str:
    return f"{number} {thing}" if number == 1 else f"{number} {thing}s"


def count_codes(codes: Iterable[str | None]) -> Counter[str]:
    """The codes that clips and files ended with → how often each occurs, without what is as it should be."""
    return Counter(code for code in codes if code not in (None, Code.KEPT_AS_IT_IS))


def _html(closed: RollClosed, facts: list[tuple[str, int]], reasons: list[str], link: str, day: str) -> str:
    # Mail programs know no style sheets. Every value is a label, a number or a text of ours: nothing to escape.
    roll = closed.roll
    cell = "padding:6px 12px 6px 0;border-bottom:1px solid #e4e4e7"
    rows = "".join(
        f'<tr><td style="{cell};text-align:right;font-weight:600;font-size:18px">{count}</td>'
        f'<td style="{cell}">{what}</td></tr>'
        for what, count in facts
    )
    listed = "".join(f'<li style="margin:4px 0">{reason}</li>' for reason in reasons)
    return (
        '<!doctype html><html lang="en"><body style="margin:0;background:#f4f4f5">'
        '<div style="max-width:520px;margin:24px auto;padding:28px 32px;background:#fff;border-radius:10px;'
        'font:15px/1.5 -apple-system,Segoe UI,Roboto,Helvetica,Arial,sans-serif;color:#18181b">'
        f'<div style="color:#71717a">{roll.production} · {roll.day} · unit {roll.unit}</div>'
        f'<h1 style="margin:4px 0 16px;font-size:24px">Roll {roll.roll} is in</h1>'
        f'<table style="border-collapse:collapse;width:100%">{rows}</table>'
        + (f'<ul style="padding-left:18px;color:#b45309">{listed}</ul>' if listed else "")
        + (f'<p style="margin:20px 0 0">{day}</p>' if day else "")
        + f'<p style="margin:24px 0"><a href="{link}" style="background:#18181b;color:#fff;text-decoration:none;'
        'padding:11px 18px;border-radius:8px">Look at the roll</a></p>'
        f'<p style="color:#71717a;font-size:13px">{closed.totals.files} files received. '
        "This message says what arrived. Whether the card may be formatted is answered on the page.</p>"
        "</div></body></html>"
    )
