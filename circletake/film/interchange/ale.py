"""An Avid Log Exchange file: a bin as text, one clip in a line, its cells between tabs.

As Avid's own: a list has one rate, End is the first frame after the clip, lines end with CR LF, and the text is UTF-8.
That a Media Composer takes it was not tried. What is unknown is an empty cell. Nothing in a name can end a cell or a
line: what is invisible is spelt ⟨U+0009⟩.
"""

from collections.abc import Iterable, Sequence
from fractions import Fraction

from circletake.film.interchange.bins import Bin, BinClip
from circletake.film.looks.cdl import write_sat, write_sop
from circletake.film.report import in_decimals, visible

COLUMNS = (
    "Name", "Tape", "Start", "End", "Tracks", "FPS", "Scene", "Take", "Camroll", "Soundroll", "Circled", "Shoot Date",
    "ASC_SOP", "ASC_SAT", "LUT", "Source File",
)  # fmt: skip
#: Avid's names for a picture of this height; every other one is CUSTOM.
_VIDEO_FORMATS = {1080: "1080", 720: "720"}


def ales_of(contents: Bin, height: int = 1080) -> dict[str, str]:
    """A bin → the text of an ALE for each of its clocks, by the clock's name ("23.976"), the longest list first."""
    return {str(clock): write_ale(clips, height) for clock, clips in contents.by_clock().items()}


def write_ale(clips: Sequence[BinClip], height: int = 1080) -> str:
    """Clips of one rate → an ALE. Raises `ValueError` where their rates differ, or there are none."""
    rates = {clip.start.rate for clip in clips}
    if len(rates) != 1:
        raise ValueError(f"an ALE has one rate; these clips have {len(rates)}")
    (rate,) = rates
    return ale_text(COLUMNS, [_cells(clip, in_decimals(rate)) for clip in clips], rate, height)


def ale_text(columns: Sequence[str], rows: Iterable[Sequence[str]], rate: Fraction, height: int) -> str:
    """The names of columns, and the cells of each row below them → an ALE."""
    lines = [
        "Heading",
        "FIELD_DELIM\tTABS",
        f"VIDEO_FORMAT\t{_VIDEO_FORMATS.get(height, 'CUSTOM')}",
        "AUDIO_FORMAT\t48khz",
        f"FPS\t{in_decimals(rate)}",
        "",
        "Column",
        "\t".join(columns),
        "",
        "Data",
        *("\t".join(map(visible, cells)) for cells in rows),
    ]
    return "\r\n".join(lines) + "\r\n"


def _cells(clip: BinClip, fps: str) -> tuple[str, ...]:
    sop, saturation = (write_sop(clip.cdl), write_sat(clip.cdl)) if clip.cdl else ("", "")
    return (
        clip.title,
        clip.reel,
        str(clip.start),
        str(clip.end),
        "V" + "".join(f"A{number}" for number in range(1, clip.tracks + 1)),
        fps,
        clip.scene or "",
        clip.take or "",
        clip.roll,
        # Nobody has read the papers of sound and of the script supervisor yet.
        "",
        "",
        clip.day,
        sop,
        saturation,
        clip.lut or "",
        clip.source_path,
    )
