"""Quality control finds what was planted, at its frames, finds nothing in clean film, and says so in one sentence."""

import itertools
import time
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from circletake.contracts.media import Finding, FrameSpan, Measurements, Piece
from circletake.contracts.recipe import Qc, QcKind, Recipe
from circletake.media import launcher
from circletake.media.inspecting import inspect
from functions.transcode.making import Making
from functions.transcode.qc import MOST_OF_A_KIND, measurements
from functions.transcode.remarks import Heard, Seen, joined
from functions.transcode.stills import Filmstrip
from functions.transcode.timecodes import jumps
from functions.transcode.transcode import transcode
from infra.local import card
from tests import footage

#: What is planted, and in which frames of `planted`.
PLANTED = {
    QcKind.BLACK: (20, 39),
    QcKind.FROZEN: (80, 109),
    QcKind.CLIPPED_HIGHLIGHTS: (140, 169),
    QcKind.INTERLACED: (190, 219),
    QcKind.SILENT: (48, 95),
}
#: A frame is held beside its neighbours for combs, so those before them are told with them. A codec that predicts
#: carries combs on, and touches up what stands still. All else is exact.
COMB_FRAMES, PREDICTED_FRAMES = 2, 6


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str, int], Path]:
    """A codec and how much noise → ten seconds of real film at 24 with the faults of `PLANTED`.

    The noise is the camera's, so it freezes with the picture.
    """

    @cache
    def planted(codec: str, noise: int) -> Path:
        black, white, combed = (
            "between(n,{},{})".format(*PLANTED[kind])
            for kind in (QcKind.BLACK, QcKind.CLIPPED_HIGHLIGHTS, QcKind.INTERLACED)
        )
        first, last = PLANTED[QcKind.FROZEN]
        graph = (
            f"[0:v]noise=alls={noise}:allf=t,format=yuv420p,split[a][b];[b]trim=start_frame=1,setpts=PTS-STARTPTS[c];"
            "color=black:s=640x272:r=24,format=yuv420p,geq=lum='255*mod(Y,2)':cb='255*mod(Y,2)':cr='255*mod(Y,2)',"
            "trim=end_frame=1,loop=300:1:0,setpts=N/24/TB[m];"
            f"[a][c][m]maskedmerge=enable='{combed}',"
            f"drawbox=t=fill:c=black:enable='{black}',"
            f"drawbox=iw/4:ih/4:iw/4:ih/4:t=fill:c=white:enable='{white}',split[d][e];"
            f"[d][e]freezeframes=first={first}:last={last}:replace={first},format=yuv422p10le[v];"
            "aevalsrc='0.2*sin(880*t)*(lt(t,2)+gte(t,4))':s=48000:d=10[s]"
        )
        to = tmp_path_factory.mktemp("film") / "a.mov"
        launcher.make(
            ["-r", "24", "-i", str(card.bikes(print)), "-filter_complex", graph, "-map", "[v]", "-map", "[s]",
             "-frames:v", "240", "-r", "24", *footage.CODECS[codec], "-c:a", "pcm_s24le", "-timecode", "01:00:00:00",
             str(to)],
            tools=footage.TOOLS,
        )  # fmt: skip
        return to

    return planted


def measured(*clip: Path, qc: Qc | None = None, rate: Fraction | None = None) -> Measurements:
    deadline = time.monotonic() + 60
    found = inspect(clip, size_bytes=1, tools=footage.TOOLS, deadline=deadline)
    into = clip[0].parent / "out"
    into.mkdir()
    making = Making(found, Recipe(qc=qc or Qc(), rate=rate), "A001C001")
    return transcode(clip, making, into=into, tools=footage.TOOLS, deadline=deadline, on_progress=lambda frames: None)


def only(found: Measurements, kind: QcKind) -> Finding:
    (finding,) = (each for each in found.findings if each.kind is kind)
    return finding


# --- planted faults -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("codec", "noise"), [("prores", 4), ("dnxhr", 0), ("h264_422", 0)])
def test_every_planted_fault_is_found_at_its_frames_and_nothing_else(
    tmp_path: Path, film: Callable[[str, int], Path], codec: str, noise: int
) -> None:
    clip = tmp_path / "a.mov"
    clip.hardlink_to(film(codec, noise))
    found = measured(clip)
    assert sorted(each.kind for each in found.findings) == sorted(PLANTED)
    for kind, (first, last) in PLANTED.items():
        frames = only(found, kind).frames
        assert frames is not None
        near = (COMB_FRAMES if kind is QcKind.INTERLACED else 0) + (PREDICTED_FRAMES if "h264" in codec else 0)
        assert abs(frames.first - first) <= near, kind
        assert abs(frames.last - last) <= near, kind
    assert only(found, QcKind.BLACK).sentence == "The picture is black from 01:00:00:20 to 01:00:01:15, 20 frames."


def test_real_film_has_no_findings(tmp_path: Path) -> None:
    clip = tmp_path / "bikes.mp4"
    clip.hardlink_to(card.bikes(print))
    assert measured(clip).findings == ()


@pytest.mark.parametrize("grain", [2, 12])
def test_a_camera_that_stands_still_is_not_a_frozen_picture(tmp_path: Path, grain: int) -> None:
    locked_off = f"trim=end_frame=1,loop=47:1:0,setpts=N/24/TB,noise=alls={grain}:allf=t"
    clip = tmp_path / "a.mov"
    launcher.make(
        ["-i", str(card.bikes(print)), "-vf", locked_off, "-r", "24", *footage.CODECS["prores"], str(clip)],
        tools=footage.TOOLS,
    )
    assert measured(clip).findings == ()


def test_a_test_card_stands_still_and_its_white_is_white(tmp_path: Path) -> None:
    clip = tmp_path / "a.mov"
    launcher.make(
        ["-f", "lavfi", "-i", "smptehdbars=s=1280x720:r=25:d=1", *footage.CODECS["prores"], str(clip)],
        tools=footage.TOOLS,
    )
    found = measured(clip)
    assert [each.kind for each in found.findings] == [QcKind.FROZEN, QcKind.CLIPPED_HIGHLIGHTS]
    assert found.frozen == (FrameSpan(first=0, last=24),)


@pytest.mark.parametrize("frames", [11, 12])
def test_what_is_shorter_than_the_recipe_says_is_no_finding(tmp_path: Path, frames: int) -> None:
    dark = f"drawbox=c=black:t=fill:enable='between(n,20,{19 + frames})'"
    clip = footage.clip(tmp_path / "a.mov", rate="24", frames=60, picture=dark, sound=None)
    found = measured(clip, qc=Qc(kinds=(QcKind.BLACK,), least_s=Fraction(1, 2)))
    assert [each.frames for each in found.findings] == ([FrameSpan(first=20, last=31)] if frames == 12 else [])


def test_what_the_recipe_does_not_ask_for_is_neither_measured_nor_told(
    tmp_path: Path, film: Callable[[str, int], Path]
) -> None:
    clip = tmp_path / "a.mov"
    clip.hardlink_to(film("prores", 4))
    found = measured(clip, qc=Qc(kinds=()))
    assert (found.findings, found.black, found.frozen, found.silent) == ((), (), (), ())
    assert found.scene_changes


def test_pulldown_is_found_though_most_of_its_frames_are_clean(tmp_path: Path) -> None:
    clip = tmp_path / "a.mov"
    launcher.make(
        ["-r", "24000/1001", "-i", str(card.bikes(print)), "-vf", "telecine,setfield=prog", "-frames:v", "90",
         *footage.CODECS["prores"], str(clip)],
        tools=footage.TOOLS,
    )  # fmt: skip
    frames = only(measured(clip, qc=Qc(kinds=(QcKind.INTERLACED,))), QcKind.INTERLACED).frames
    assert frames is not None
    assert frames.last - frames.first >= 80


def test_fields_that_the_file_tells_of_are_information(tmp_path: Path) -> None:
    fields = ("-flags", "+ildct+ilme")
    clip = footage.clip(tmp_path / "a.mov", rate="25", frames=20, picture="setfield=tff", options=fields)
    finding = only(measured(clip, qc=Qc(kinds=(QcKind.INTERLACED,))), QcKind.INTERLACED)
    assert finding.information
    assert finding.frames is None


@pytest.mark.parametrize(
    ("rate", "says"),
    [
        ("48000/1001", "at the production's 23.976 it plays 2 times slower."),
        ("24", "at the production's 23.976 it plays 0.1 % slower."),
        ("12", "at the production's 23.976 it plays 1.998 times faster."),
        ("24000/1001", None),
    ],
)
def test_another_rate_than_the_productions_is_information(tmp_path: Path, rate: str, says: str | None) -> None:
    clip = footage.clip(tmp_path / "a.mov", rate=rate, frames=6)
    found = measured(clip, qc=Qc(kinds=(QcKind.OTHER_RATE,)), rate=Fraction(24000, 1001)).findings
    if says is None:
        assert found == ()
    else:
        (finding,) = found
        assert finding.information
        assert finding.sentence.endswith(says)


def test_a_peak_above_the_limit_is_found_where_it_is(tmp_path: Path) -> None:
    loud = ("-af", "volume='if(between(t,1.2,1.4),9.9,1)':eval=frame")
    clip = footage.clip(tmp_path / "a.mov", rate="25", frames=75, sound="mono", options=loud)
    finding = only(measured(clip), QcKind.LOUD)
    assert finding.frames is not None
    assert 29 <= finding.frames.first <= finding.frames.last <= 37
    assert finding.sentence.startswith("The sound peaks at +0.9 dBTP, above −1 dBTP, from frame ")


def test_soft_focus_is_looked_for_only_when_asked_and_says_may(tmp_path: Path) -> None:
    soft, asked = "gblur=sigma=20", Qc(kinds=(QcKind.SOFT_FOCUS,))
    clip = footage.clip(tmp_path / "a.mov", size=(640, 360), rate="24", frames=30, picture=soft)
    finding = only(measured(clip, qc=asked), QcKind.SOFT_FOCUS)
    assert finding.frames == FrameSpan(first=0, last=29)
    assert "may be soft" in finding.sentence
    sharp = tmp_path / "sharp"
    sharp.mkdir()
    assert measured(footage.clip(sharp / "a.mov", size=(640, 360), frames=30), qc=asked).findings == ()


# --- judging --------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def making(tmp_path_factory: pytest.TempPathFactory) -> Making:
    clip = footage.clip(tmp_path_factory.mktemp("clip") / "a.mov", rate="25", frames=100, timecode="10:00:00:00")
    return Making(inspect([clip], size_bytes=1, tools=footage.TOOLS, deadline=time.monotonic() + 20))


def test_a_finding_shows_the_cell_of_the_filmstrip_nearest_to_its_middle(making: Making) -> None:
    black = (FrameSpan(first=50, last=69),)
    (finding,) = measurements(making, Seen(100, (9.0,) * 100, black=black), None).findings
    strip = Filmstrip.of(making.inspection.video)
    assert finding.thumb == strip.cell(59)
    assert finding.thumb == (2 * strip.size[0], strip.size[1], *strip.size)  # every 5th frame, ten in a row: cell 12


def test_many_findings_are_the_longest_and_the_rest_is_counted(making: Making) -> None:
    qc = Qc(kinds=(QcKind.BLACK,), least_s=Fraction(1, 25))
    spans = tuple(FrameSpan(first=3 * n, last=3 * n + (n % 2)) for n in range(120))
    told = measurements(replace(making, recipe=Recipe(qc=qc)), Seen(400, (), black=spans), None).findings
    assert len(told) == MOST_OF_A_KIND + 1
    assert all(each.frames and each.frames.last > each.frames.first for each in told[:-1])
    assert told[-1].sentence == "There are 70 more of this kind, none longer, not listed."
    assert [each.frames.first for each in told[:-1] if each.frames] == sorted(span.first for span in spans[1:101:2])


def test_a_black_picture_that_stands_still_is_told_once(making: Making) -> None:
    seen = Seen(100, (9.0,) * 30 + (0.0,) * 30 + (9.0,) * 40, black=(FrameSpan(first=29, last=59),))
    assert [each.kind for each in measurements(making, seen, None).findings] == [QcKind.BLACK]


@pytest.mark.parametrize(
    ("spans", "where"),
    [
        ([(50, "10:00:00:00"), (50, "10:00:02:00")], []),
        ([(50, "10:00:00:00"), (50, "10:00:02:01")], [50]),
        ([(50, "23:59:59:00"), (25, "00:00:01:00"), (25, "00:00:03:00")], [75]),
        ([(50, "10:00:00:00"), (25, None), (25, "10:00:03:00")], []),
        ([(50, None), (50, "10:00:03:00")], []),
    ],
)
def test_a_timecode_that_does_not_follow_is_a_jump(
    making: Making, spans: list[tuple[int, str | None]], where: list[int]
) -> None:
    frames, labels = zip(*spans, strict=True)
    found = making.inspection.model_copy(update={"span_frames": frames, "span_timecodes": labels})
    assert [jump.frame for jump in jumps(found)] == where


def test_a_jump_between_two_files_is_told_with_both_timecodes(tmp_path: Path) -> None:
    parts = [
        footage.clip(tmp_path / f"A001_{n}.mov", frames=25, rate="25", timecode=timecode, sound=None)
        for n, timecode in enumerate(("10:00:00:00", "11:00:00:00"))
    ]
    finding = only(measured(*parts), QcKind.TIMECODE_JUMP)
    assert finding.frames == FrameSpan(first=25, last=25)
    assert finding.sentence == "The timecode jumps: 11:00:00:00 stands where 10:00:01:00 follows, in frame 25."


# --- pieces ---------------------------------------------------------------------------------------------------------


@given(
    levels=st.lists(st.sampled_from([0, 0, 0, 1, 90, 200]), min_size=3, max_size=40),
    cuts=st.sets(st.integers(1, 39), max_size=5),
    black=st.sets(st.integers(0, 39)),
)
def test_what_is_seen_in_pieces_is_what_is_seen_whole(levels: list[int], cuts: set[int], black: set[int]) -> None:
    """Flat pictures, each a level of grey: whatever the detectors tell of each piece, joined, tells of all."""

    def look(first: int, end: int) -> Seen:
        part = levels[first:end]
        steps = [0, *(abs(part[n] - part[n - 1]) for n in range(1, len(part)))]
        dark = [n for n in range(len(part)) if n + first in black]
        runs = [
            FrameSpan(first=n, last=max(m for m in range(n, len(part)) if set(range(n, m + 1)) <= set(dark)))
            for n in dark
            if n - 1 not in dark
        ]
        changes = tuple(round(step * 100 / 256, 3) for step in steps)
        return Seen(
            end - first, changes, black=tuple(runs), clipped=tuple(runs), combed=tuple(runs),
            edges=(bytes([part[0]] * 4), bytes([part[-1]] * 4)),
        )  # fmt: skip

    places = [0, *sorted(cut for cut in cuts if cut < len(levels)), len(levels)]
    pieces = [look(first, end) for first, end in itertools.pairwise(places)]
    assert joined(pieces) == look(0, len(levels))


def test_a_piece_looks_at_the_frames_for_focus_that_the_whole_does(making: Making) -> None:
    from functions.transcode.watching import close_ups, softness_step

    step = softness_step(making.inspection.video)
    asked = replace(making, recipe=Recipe(qc=Qc(kinds=(QcKind.SOFT_FOCUS,))))
    holds = replace(asked, piece=Piece(number=1, of=3, first=step, count=2))
    holds_none = replace(asked, piece=Piece(number=1, of=3, first=step + 1, count=2))
    assert (close_ups(holds), close_ups(holds_none)) == ((QcKind.SOFT_FOCUS,), ())


def test_silence_needs_no_other_finding(making: Making) -> None:
    from circletake.contracts.media import Loudness

    quiet = Loudness(integrated_lufs=None, range_lu=None, true_peak_dbtp=None)
    sound = Heard(quiet, silent=(FrameSpan(first=0, last=99),))
    (finding,) = measurements(making, Seen(100, (9.0,) * 100), sound).findings
    assert finding.sentence == "No sound above −60 dBFS from 10:00:00:00 to 10:00:03:24, 100 frames."
