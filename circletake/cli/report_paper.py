"""The paper of a report: its size, its inks, its type, what is drawn on it, and what stands under each page."""

import io
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from reportlab.lib.colors import Color, HexColor
from reportlab.lib.enums import TA_CENTER, TA_LEFT, TA_RIGHT
from reportlab.lib.pagesizes import A4, landscape
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Flowable, Image, Paragraph

from circletake.cli.report_fonts import BOLD, REGULAR, markup
from circletake.contracts.version import VERSION

WIDTH, HEIGHT = landscape(A4)
MARGIN, FOOT = 30, 34
INK, QUIET, EDGE = HexColor("#171613"), HexColor("#6f6b64"), HexColor("#d9d6d0")
THUMB = (66, 37.125)
DASH = "–"
Line = tuple[tuple[float, float], ...]


@dataclass(frozen=True)
class Look:
    """How a light looks on paper: its ink, the paper behind it, and its seal, told apart without colour."""

    ink: Color
    paper: Color
    corner: float
    lines: tuple[Line, ...]


LOOKS = {
    "GREEN": Look(HexColor("#1d6b3a"), HexColor("#eaf4ed"), 17, (((9.5, 17), (15, 11.5), (25, 23)),)),
    "AMBER": Look(HexColor("#855a00"), HexColor("#fbf4e1"), 8, (((17, 26), (17, 15.5)), ((17, 9), (17, 9.01)))),
    "RED": Look(HexColor("#a5240f"), HexColor("#fbebe7"), 2, (((11, 11), (23, 23)), ((11, 23), (23, 11)))),
}


@dataclass(frozen=True)
class Made:
    """When a report was made, and by what."""

    at: str
    by: str

    @classmethod
    def now(cls) -> "Made":
        return cls(f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC", f"Circletake {VERSION}")


def _style(size: float, color: Any = INK, font: str = REGULAR, align: int = TA_LEFT) -> ParagraphStyle:
    return ParagraphStyle("", fontName=font, fontSize=size, leading=size * 1.28, textColor=color, alignment=align)


def text_of(
    text: str | None, size: float = 7.6, color: Any = INK, font: str = REGULAR, align: int = TA_LEFT
) -> Paragraph:
    return Paragraph(markup(text or DASH, font), _style(size, color, font, align))


def named(*pairs: tuple[str, str | None]) -> Paragraph:
    """→ a line of values, each after its name."""
    told = (f'<font color="{QUIET.hexval()}">{name}</font> {markup(value or DASH)}' for name, value in pairs)
    return Paragraph(" &nbsp; ".join(told), _style(7.6))


class Frame(Flowable):  # type: ignore[misc]
    """Where a picture would be."""

    def __init__(self, size: tuple[float, float] = THUMB) -> None:
        super().__init__()
        self._size = size

    def wrap(self, *_: float) -> tuple[float, float]:
        return self._size

    def draw(self) -> None:
        width, height = self._size
        self.canv.setStrokeColor(EDGE)
        self.canv.roundRect(0.5, 0.5, width - 1, height - 1, 3)
        self.canv.setFillColor(QUIET)
        self.canv.setFont(REGULAR, 6.6)
        self.canv.drawCentredString(width / 2, height / 2 - 2, "no picture")


def picture(poster: bytes | None, box: tuple[float, float] = THUMB) -> Flowable:
    """→ the poster as large as its frame allows; an empty frame says that there is no picture."""
    if poster is None:
        return Frame(box)
    width, height = ImageReader(io.BytesIO(poster)).getSize()
    scale = min(box[0] / width, box[1] / height)
    return Image(io.BytesIO(poster), width * scale, height * scale, hAlign="LEFT")


def padding(vertical: float, horizontal: float) -> list[tuple[Any, ...]]:
    """→ a table's style: so many points free above and below, and at the sides of each cell."""
    sides = {"TOP": vertical, "BOTTOM": vertical, "LEFT": horizontal, "RIGHT": horizontal}
    return [(f"{side}PADDING", (0, 0), (-1, -1), points) for side, points in sides.items()]


class Seal(Flowable):  # type: ignore[misc]
    """A light as a shape: a round seal with a tick, a square one with a bar and a dot, or one with a cross."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look

    def wrap(self, *_: float) -> tuple[float, float]:
        return 34, 34

    def draw(self) -> None:
        canvas = self.canv
        canvas.setFillColor(self._look.ink)
        canvas.roundRect(0, 0, 34, 34, self._look.corner, stroke=0, fill=1)
        canvas.setStrokeColor(self._look.paper)
        canvas.setLineWidth(3.2)
        canvas.setLineCap(1)
        canvas.setLineJoin(1)
        for line in self._look.lines:
            path = canvas.beginPath()
            path.moveTo(*line[0])
            for point in line[1:]:
                path.lineTo(*point)
            canvas.drawPath(path)


class Circled(Flowable):  # type: ignore[misc]
    """A take's number with a line round it, as it is circled on set."""

    _SIDE, _ABOVE = 5, 1.5

    def __init__(self, number: str) -> None:
        super().__init__()
        self._number = text_of(number, font=BOLD)

    def wrap(self, width: float, height: float) -> tuple[float, float]:
        _, tall = self._number.wrap(width - 2 * self._SIDE, height)
        self.height = tall + 2 * self._ABOVE
        self.width = max(self._number.getActualLineWidths0()) + 2 * self._SIDE
        return self.width, self.height

    def draw(self) -> None:
        self.canv.setStrokeColor(INK)
        self.canv.setLineWidth(0.9)
        self.canv.roundRect(0, 0, self.width, self.height, 6)
        self._number.drawOn(self.canv, self._SIDE, self._ABOVE)


def numbered(title: str, made: Made, note: str = "TC out is the first frame after the clip.") -> Callable[..., Canvas]:
    """→ a canvas that writes under each page what this is, when it was made by what, and which page of how many."""

    class Numbered(Canvas):  # type: ignore[misc]
        def __init__(self, *args: Any, **kwargs: Any) -> None:
            super().__init__(*args, **kwargs)
            self._pages: list[dict[str, Any]] = []

        def showPage(self) -> None:  # noqa: N802 - reportlab's name
            self._pages.append(dict(self.__dict__))
            self._startPage()

        def save(self) -> None:
            for number, page in enumerate(self._pages, 1):
                self.__dict__.update(page)
                _foot(self, title, f"Made {made.at} by {made.by}. {note}", f"Page {number} of {len(self._pages)}")
                super().showPage()
            super().save()

    return Numbered


def _foot(canvas: Canvas, title: str, about: str, page: str) -> None:
    third = (WIDTH - 2 * MARGIN) / 3
    for column, (text, align) in enumerate([(title, TA_LEFT), (about, TA_CENTER), (page, TA_RIGHT)]):
        line = text_of(text, 7, QUIET, align=align)
        _, height = line.wrap(third, FOOT)
        line.drawOn(canvas, MARGIN + column * third, FOOT - 5 - height)
    canvas.setStrokeColor(EDGE)
    canvas.setLineWidth(0.5)
    canvas.line(MARGIN, FOOT, WIDTH - MARGIN, FOOT)
