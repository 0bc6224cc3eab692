"""Letters on paper: the report's own typeface, and what becomes of a letter that it does not have.

Source Sans Pro (OFL) comes as a package and has Latin, Greek and Cyrillic. For what it lacks, a typeface of this
machine is looked for; what that one lacks too is spelt [U+6620], so that a name on paper always says which name it is.
Scripts that are written from right to left, or whose letters join, are set letter by letter.
"""

from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from itertools import groupby
from pathlib import Path
from xml.sax.saxutils import escape

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFError, TTFont

from circletake.film.report import visible

REGULAR, BOLD = "Report", "Report-Bold"
_OWN = {REGULAR: "SourceSansPro-Regular.ttf", BOLD: "SourceSansPro-Semibold.ttf"}
_FOLDERS = ("/usr/share/fonts", "/Library/Fonts", "/System/Library/Fonts", "C:/Windows/Fonts")
#: TrueType outlines only: nothing else can be embedded. The ones with the most letters first.
_OTHERS = (
    "Arial Unicode.ttf",
    "DroidSansFallbackFull.ttf",
    "wqy-zenhei.ttc",
    "wqy-microhei.ttc",
    "msyh.ttc",
    "DejaVuSans.ttf",
)


@cache
def _register() -> tuple[str, ...]:
    """→ the names of the typefaces to try for a letter that ours lacks, all of them ready to be written with."""
    folder = files("font_source_sans_pro") / "files"
    for name, file in _OWN.items():
        pdfmetrics.registerFont(TTFont(name, str(folder / file)))
    found = {path.name: path for root in _FOLDERS for path in Path(root).rglob("*.tt[fc]") if path.name in _OTHERS}
    names = []
    for file in (file for file in _OTHERS if file in found):
        try:
            pdfmetrics.registerFont(TTFont(file, str(found[file]), subfontIndex=0))
        except TTFError:
            continue  # an outline that cannot be embedded: the next typeface, or the letter is spelt
        names.append(file)
    return tuple(names)


def markup(text: str, font: str = REGULAR) -> str:
    """Any text → the same for a paragraph: nothing in it is markup, and each letter has a typeface that has it."""
    others = _register()

    def choose(letter: str) -> str | None:
        return next(
            (name for name in (font, *others) if ord(letter) in pdfmetrics.getFont(name).face.charToGlyph), None
        )

    def runs() -> Iterator[str]:
        # visible() writes ⟨U+202E⟩, and this typeface has no such brackets.
        plain = visible(text).replace("⟨", "[").replace("⟩", "]")
        for name, letters in groupby(plain, key=choose):
            run = "".join(letters)
            if name is None:
                yield "".join(f"[U+{ord(letter):04X}]" for letter in run)
            else:
                yield escape(run) if name == font else f'<font name="{name}">{escape(run)}</font>'

    return "".join(runs())
