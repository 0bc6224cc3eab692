"""A roll's camera report on paper: A4 landscape, the card's verdict first, then a row for each clip."""

import io
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Any

from reportlab.lib.enums import TA_RIGHT
from reportlab.platypus import Flowable, Paragraph, SimpleDocTemplate, Spacer, Table, TableStyle

from circletake.cli.report_fonts import BOLD
from circletake.cli.report_paper import (
    DASH,
    EDGE,
    FOOT,
    HEIGHT,
    INK,
    LOOKS,
    MARGIN,
    QUIET,
    WIDTH,
    Made,
    Seal,
    named,
    numbered,
    padding,
    picture,
    text_of,
)
from circletake.film.answered import act_text, code_text, moment_text
from circletake.film.report import compared_text, in_decimals
from circletake.film.safety.lights import ANSWERS

Told = dict[str, Any]
#: Thumbnail, clip, scene and take, timecode, camera, recording, file, notes.
_COLUMNS = (75, 126, 40, 90, 124, 92, 118, WIDTH - 2 * MARGIN - 665)
_HEADS = ("", "Clip", "Sc / Tk", "Timecode", "Camera", "Recording", "File", "Notes")
_KINDS = {"SIDECAR": "sidecar", "SOUND": "sound file", "MANIFEST": "manifest", "UNKNOWN": "unknown file"}
#: So many kinds of reasons fit beside the pictures; the page and `circletake card status` have them all.
_REASONS = 8
#: So many acts leave room for the clips on the first page; the CSV has them all.
_ACTS = 12


def write_pdf(report: Told, posters: Mapping[str, bytes], made: Made) -> bytes:
    """A report as `tell_report` tells it, and the pictures by their names → the PDF."""
    header = report["header"]
    body = io.BytesIO()
    title = f"Camera report · {header['production']} · {header['day']} · {header['roll']}"
    # reportlab keeps 6 points free on each side of what it sets; here the margins are the margins.
    page = {"pagesize": (WIDTH, HEIGHT), "leftMargin": MARGIN - 6, "rightMargin": MARGIN - 6}
    document = SimpleDocTemplate(
        body, **page, topMargin=26, bottomMargin=FOOT + 8, title=title, author="Circletake", creator=made.by
    )
    story = [*_top(header), *_verdicts(header["card"]), *_answered(header), _rows(report["rows"], posters)]
    document.build(story, canvasmaker=numbered(title, made))
    return body.getvalue()


def _top(header: Told) -> Iterator[Flowable]:
    unit = "main unit" if header["unit"] == "main" else f"unit {header['unit']}"
    counted = [
        _counted(header["clips"], "clip"),
        duration_text(Fraction(header["duration_s"])),
        size_text(header["size_bytes"]),
        *(_counted(files, _KINDS.get(kind, "file")) for kind, files in header["other_files"].items()),
        *([_counted(header["proxies"], "external proxy", "external proxies")] if header["proxies"] else []),
    ]
    left = [text_of(header["roll"], 24, font=BOLD)]
    right = [
        text_of(f"Camera report · {header['production']} · {header['day']} · {unit}", 11, font=BOLD, align=TA_RIGHT),
        text_of(" · ".join(counted), 8.5, QUIET, align=TA_RIGHT),
    ]
    table = Table([[left, right]], colWidths=[300, WIDTH - 2 * MARGIN - 300])
    table.setStyle(TableStyle([("VALIGN", (0, 0), (-1, -1), "BOTTOM"), *padding(0, 0)]))
    yield table
    yield Spacer(0, 10)


def _verdicts(card: Told) -> Iterator[Flowable]:
    counting = [each for each in card["cards"] if not each["covered_by"]]
    if not counting:
        yield text_of("Nobody has judged this card yet.", 10, QUIET)
    for each in counting:
        yield _verdict(each, several=len(card["cards"]) > 1)
        yield Spacer(0, 8)
    for each in card["cards"]:
        if each["covered_by"]:
            where = f"all of it is also in {each['covered_by']}, which counts in its place."
            yield text_of(f"Insertion {each['offload']}: {where}", 8.2, QUIET)
            yield Spacer(0, 6)


def _verdict(card: Told, *, several: bool) -> Table:
    """→ the banner of one insertion: the answer, what stands behind it, and what is against it."""
    look = LOOKS[card["status"]]
    axes = f"Bits {card['bits'].lower()} · Picture {card['picture'].lower()}"
    ground = f"{axes} · {compared_text(card['files'])}"
    left = [text_of(ANSWERS[card["status"]], 17, look.ink, BOLD), Spacer(0, 3), text_of(ground, 8.2)]
    if card["structure"]:
        left.append(text_of(card["structure"]["sentence"], 8.2))
    if several:
        left.append(text_of(f"Insertion {card['offload']}", 8.2, QUIET))
    if released := card["released"]:
        who = f"Released by {released['by']} ({released['role']}), {moment_text(released['at'])}"
        left.append(text_of(f"{who}: “{released['reason']}”", 8.2, font=BOLD))
    left += [
        text_of(
            f"{'✓' if copy['counts'] else '×'} {copy['volume']}{_serial(copy)} · {copy['kind'].lower()}"
            f"{', off site' if copy['offsite'] else ''} · read back {moment_text(copy['read_back_at'])}"
            f"{'' if copy['counts'] else ' · ' + copy['sentence']}",
            7.6,
        )
        for copy in card["copies"]
    ]
    cells = [[Seal(look), left, list(_reasons(card))]]
    table = Table(cells, colWidths=[56, 340, WIDTH - 2 * MARGIN - 396], splitInRow=1)
    table.setStyle(
        TableStyle(
            [
                ("BACKGROUND", (0, 0), (-1, -1), look.paper),
                ("LINEBEFORE", (0, 0), (0, -1), 3, look.ink),
                ("VALIGN", (0, 0), (-1, -1), "TOP"),
                *padding(9, 11),
            ]
        )
    )
    return table


def _serial(copy: Told) -> str:
    return f" ({copy['serial']})" if copy["serial"] else ""


def _reasons(card: Told) -> Iterator[Flowable]:
    """→ a line for each kind of reason, with the first path that it is about, and how many more there are."""
    kinds: dict[tuple[str, str], list[Told]] = {}
    for reason in card["reasons"]:
        kinds.setdefault((reason["light"], reason["code"]), []).append(reason)
    for (light, code), reasons in list(kinds.items())[:_REASONS]:
        path, more = reasons[0]["path"], f" and {len(reasons) - 1} more" if len(reasons) > 1 else ""
        about = f" · {path}{more}" if path else more
        yield text_of(f"{code_text(code)}{about}", 8, LOOKS[light].ink, BOLD)
        yield text_of(reasons[0]["sentence"], 7.6)
        yield Spacer(0, 2.5)
    if len(kinds) > _REASONS or card["more_reasons"]:
        yield text_of("And more: `circletake card status` has them all.", 7.6, QUIET)
    if not kinds:
        yield text_of(_unopposed(card), 8, QUIET)


def _unopposed(card: Told) -> str:
    """→ what to say of a card without a reason against it: only a green one is called clear."""
    if card["status"] != "GREEN":
        return f"{compared_text(card['files']).capitalize()}."
    closed = any(act["act"] in ("ACKNOWLEDGE", "SIGN_OFF") for act in card["acts"])
    return "Nothing is open: named people answered for the rest." if closed else "Nothing is against it."


def _answered(header: Told) -> Iterator[Flowable]:
    """→ what named people did, the first first."""
    acts = header["acts"]
    if not acts:
        return
    several = len(header["card"]["cards"]) > 1
    yield text_of("Answered for", 9, font=BOLD)
    for act in acts[:_ACTS]:
        yield text_of(f"{act_text(act)}{' · insertion ' + act['offload'] if several else ''}", 7.6)
    if len(acts) > _ACTS:
        yield text_of(f"And {len(acts) - _ACTS} more, which the CSV has.", 7.6, QUIET)
    yield Spacer(0, 8)


def _rows(rows: Sequence[Told], posters: Mapping[str, bytes]) -> Table:
    cells = [[text_of(head, 7.4, QUIET) if head else "" for head in _HEADS]]
    cells += [_row(row, posters.get(row["poster"] or "")) for row in rows]
    if not rows:
        cells.append(["", text_of("No clips yet.", 9, QUIET), *[""] * 6])
    table = Table(cells, colWidths=_COLUMNS, repeatRows=1, splitInRow=1)
    table.setStyle(
        TableStyle(
            [
                ("VALIGN", (0, 0), (-1, -1), "TOP"),
                ("LINEBELOW", (0, 0), (-1, -1), 0.5, EDGE),
                *padding(4.5, 0),
                ("RIGHTPADDING", (0, 0), (-1, -1), 8),
            ]
        )
    )
    return table


def _row(row: Told, poster: bytes | None) -> list[Any]:
    take = " / ".join(row[name] or DASH for name in ("scene", "take"))
    duration = row["duration"] and f"{row['duration']} s · {row['frames']} fr"
    digest = (row["digest"] or DASH).replace(" ", "\n")
    return [
        picture(poster),
        [text_of(row["clip"], 8.4, font=BOLD), _state(row["state"])],
        text_of(f"{take} ◯" if row["circle"] else take),
        [named(("In", row["tc_in"])), named(("Out", row["tc_out"])), named(("Dur", duration))],
        [
            named(("FPS", row["fps"])),
            named(("Sh", row["shutter"]), ("EI", row["ei"]), ("WB", row["wb"])),
            named(("Lens", row["lens"])),
        ],
        [text_of(row["codec"]), text_of(row["resolution"]), named(("Picture", row["picture"]))],
        [
            text_of(size_text(row["size_bytes"])),
            *(text_of(each, 6.6) for each in digest.split("\n")),
            named(("Copies", row["copies"])),
        ],
        text_of(row["notes"], color=INK) if row["notes"] else "",
    ]


def _state(state: str) -> Paragraph:
    """→ where a clip ended; what needs a person is set in a light's ink."""
    light = {"REJECTED": "RED", "NEEDS_ATTENTION": "AMBER"}.get(state)
    return text_of(state.replace("_", " ").capitalize(), color=LOOKS[light].ink if light else QUIET)


def size_text(size_bytes: int) -> str:
    """412000000000 → "412 GB": decimal units, as on a card's label."""
    value, unit = float(size_bytes), 0
    while value >= 999.5 and unit < 4:
        value, unit = value / 1000, unit + 1
    return f"{value:.3g} {('bytes', 'kB', 'MB', 'GB', 'TB')[unit]}"


def duration_text(seconds: Fraction) -> str:
    """5005/40 → "2 min 5.1 s"."""
    minutes, rest = divmod(seconds, 60)
    return f"{minutes} min {in_decimals(rest, 1)} s" if minutes else f"{in_decimals(rest, 1)} s"


def _counted(number: int, thing: str, things: str | None = None) -> str:
    return f"{number} {thing if number == 1 else things or thing + 's'}"
