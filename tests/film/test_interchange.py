"""Lists for editing programs: opentimelineio and pycmx read back what was written, whatever a card calls its clips."""

import io
from collections.abc import Iterator
from fractions import Fraction
from typing import Any

import opentimelineio as otio
import pycmx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from circletake.contracts.keys import RollRef
from circletake.contracts.looks import AppliedLook, Cdl, Slate
from circletake.contracts.recipe import Editorial, Recipe, SoundMapping, Track
from circletake.film.interchange.ale import COLUMNS, ales_of, write_ale
from circletake.film.interchange.bins import Bin, BinClip, Clock, bin_of
from circletake.film.interchange.timeline import Unwritable, short_reels, write_edl, write_otio, write_xml
from circletake.film.looks.ale import read_ale
from circletake.film.timing import Timecode, frames_in_a_day
from tests.film import told

# The adapter of Final Cut Pro 7 XML asks whether an element is true, which Python 3.12 calls outdated.
pytestmark = pytest.mark.filterwarnings("ignore:.*Testing an element's truth value:DeprecationWarning")

NTSC = {base: Fraction(base * 1000, 1001) for base in (24, 30, 48, 60, 120)}
LABELLED = [
    *(Clock(rate, False) for rate in (NTSC[24], NTSC[30], NTSC[48], NTSC[60])),
    *(Clock(Fraction(rate), False) for rate in (24, 25, 30, 48, 50, 60)),
    Clock(NTSC[30], True),
    Clock(NTSC[60], True),
]
FAST = [Clock(NTSC[120], False), Clock(Fraction(100), False), Clock(Fraction(120), False)]
Told = dict[str, Any]
ROLL = RollRef(production="bikes", unit="main", day="D014", roll="A001")
HOSTILE = [
    "a\tb",
    "a\r\nb",
    "a\u2028b",
    "* FROM CLIP NAME: x",
    "M2 x",
    "a\"b'c",
    "<a>&amp;",
    "002  AX V C",
    "\ufffe",
    "é",
]
names = st.one_of(st.sampled_from(HOSTILE), st.text(min_size=1, max_size=20).filter(lambda name: bool(name.strip())))


def clip(clock: Clock, start: int, frames: int, **changed: Any) -> BinClip:
    known: Told = {"title": "A001C001", "reel": "A001R1JL", "tracks": 2, "roll": "A001", "day": "D014"}
    known |= {"source_path": "A001/A001C001.mov"} | changed
    return BinClip(start=Timecode(start, clock.rate, clock.drop), frames=frames, **known)


@st.composite
def rolls(draw: st.DrawFn, clocks: list[Clock]) -> list[BinClip]:
    """Clips of one clock, none of which goes past midnight, though they come near."""
    clock = draw(st.sampled_from(clocks))
    day = frames_in_a_day(clock.rate, clock.drop)
    clips = []
    for _ in range(draw(st.integers(1, 4))):
        frames = draw(st.integers(1, 5000))
        latest = day - frames - 1
        start = draw(st.one_of(st.integers(0, latest), st.integers(latest - 50, latest)))
        tracks = draw(st.integers(0, 3))
        clips.append(clip(clock, start, frames, title=draw(names), reel=draw(names), tracks=tracks))
    return clips


def read_back(text: str, adapter: str, **options: Any) -> list[tuple[float, float, float]]:
    """→ start, frames and rate of each picture in a list, as opentimelineio understands it."""
    timeline = otio.adapters.read_from_string(text, adapter, **options)
    (picture,) = timeline.video_tracks()
    ranges = [each.source_range for each in picture.find_clips()]
    return [(each.start_time.value, each.duration.value, each.start_time.rate) for each in ranges]


def as_they_are(clips: list[BinClip]) -> list[tuple[float, float, float]]:
    return [(each.start.frames, each.frames, float(each.start.rate)) for each in clips]


# --- timelines ------------------------------------------------------------------------------------------------------


@settings(max_examples=60)
@given(rolls(LABELLED))
def test_opentimelineio_reads_our_edl_back_to_the_same_ranges(clips: list[BinClip]) -> None:
    text = write_edl("A001", clips)
    assert read_back(text, "cmx_3600", rate=float(clips[0].start.rate)) == as_they_are(clips)


@settings(max_examples=60)
@given(rolls(LABELLED))
def test_pycmx_reads_our_edl_with_every_label_name_and_reel(clips: list[BinClip]) -> None:
    edl = pycmx.parse_cmx3600(io.StringIO(write_edl("A001", clips)))
    events = [edit for event in edl.events for edit in event.edits]
    assert [(each.source_in, each.source_out) for each in events] == [(str(c.start), str(c.end)) for c in clips]
    reels = short_reels([each.reel for each in clips])
    assert [each.source for each in events] == [reels[each.reel] for each in clips]
    assert all(len(each.source) <= 8 and each.source.isalnum() for each in events)
    for event, each in zip(events, clips, strict=True):
        if each.title.isascii() and each.title.isprintable():
            assert event.clip_name.split() == each.title.split()


@settings(max_examples=30)
@given(rolls(LABELLED))
def test_opentimelineio_reads_our_final_cut_xml_back_to_the_same_ranges(clips: list[BinClip]) -> None:
    text = write_xml("A001", clips)
    assert read_back(text, "fcp_xml") == as_they_are(clips)
    labels = [each.text for each in _files(text, "timecode/string")]
    assert labels == [str(each.start) for each in clips]


@settings(max_examples=60)
@given(rolls(LABELLED + FAST))
def test_opentimelineio_reads_our_otio_back_to_the_same_ranges(clips: list[BinClip]) -> None:
    assert read_back(write_otio("A001", clips), "otio_json") == as_they_are(clips)


@pytest.mark.parametrize("clock", FAST, ids=str)
def test_a_rate_that_a_format_has_no_labels_for_is_refused_with_a_sentence(clock: Clock) -> None:
    clips = [clip(clock, 100, 100)]
    for write in (write_edl, write_xml):
        with pytest.raises(Unwritable, match=r"no timecode at .* frames a second. Use the ALE or the OTIO file."):
            write("A001", clips)


@pytest.mark.parametrize("clock", LABELLED, ids=str)
def test_a_clip_past_midnight_is_refused_by_the_edl_and_kept_by_the_others(clock: Clock) -> None:
    clips = [clip(clock, frames_in_a_day(clock.rate, clock.drop) - 10, frames) for frames in (10, 20)]
    with pytest.raises(Unwritable, match="A001C001 runs to midnight"):
        write_edl("A001", clips)
    assert read_back(write_xml("A001", clips), "fcp_xml") == as_they_are(clips)
    assert read_back(write_otio("A001", clips), "otio_json") == as_they_are(clips)


@pytest.mark.parametrize(("clock", "mode"), [(LABELLED[1], "NON-DROP FRAME"), (LABELLED[-2], "DROP FRAME")], ids=str)
def test_an_edl_says_whether_it_drops_frames_and_begins_at_one_hour(clock: Clock, mode: str) -> None:
    lines = write_edl("Roll A001", [clip(clock, 108_000, 60)]).splitlines()
    assert lines[:2] == ["TITLE: Roll A001", f"FCM: {mode}"]
    begin = Timecode.parse("01:00:00;00" if clock.drop else "01:00:00:00", clock.rate)
    assert lines[3].split()[6:] == [str(begin), str(begin + 60)]


def test_a_cdl_stands_in_the_edl_and_in_otio_with_a_saturation_of_nothing_too() -> None:
    cdl = Cdl(slope=(1.1, 1.0, 0.9), offset=(-0.01, 0.0, 0.0000001), power=(1.0, 1.2, 1.0), saturation=0.0)
    look = AppliedLook(sha256="0" * 64, sentence="CDL of the clip.", cdl=cdl)
    clips = [clip(LABELLED[0], 0, 24, look=look)]
    edl = pycmx.parse_cmx3600(io.StringIO(write_edl("A001", clips)))
    ((edit,),) = [event.edits for event in edl.events]
    assert edit.asc_sop is not None
    sop = edit.asc_sop
    assert (sop.slope.red, sop.offset.red, sop.offset.blue, sop.power.green) == (1.1, -0.01, 0.0000001, 1.2)
    assert edit.asc_sat == 0.0
    for text, adapter in ((write_edl("A001", clips), "cmx_3600"), (write_otio("A001", clips), "otio_json")):
        (event,) = otio.adapters.read_from_string(text, adapter).video_tracks()[0].find_clips()
        assert tuple(event.metadata["cdl"]["asc_sop"]["slope"]) == cdl.slope
        assert float(event.metadata["cdl"]["asc_sat"]) == 0.0


def test_reels_that_an_edl_has_no_room_for_are_shortened_apart_and_said() -> None:
    reels = ["A_0001_1BY9", "A_0001_1BYA", "A001", "a001", "BL", "ax", "***", "A00011BY2"]
    short = short_reels(reels)
    assert len({each.upper() for each in short.values()}) == len(reels)
    assert (short["A_0001_1BY9"], short["A_0001_1BYA"], short["A001"]) == ("A00011BY", "A00011B2", "A001")
    assert not {each.upper() for each in short.values()} & {"BL", "AX"}
    text = write_edl("A001", [clip(LABELLED[0], 0, 24, reel=reel) for reel in reels[:3]])
    assert text.count("* SOURCE REEL: ") == 2
    assert "* SOURCE REEL: A_0001_1BYA" in text


def test_sound_lies_on_its_tracks_under_its_picture_and_is_linked_with_it() -> None:
    clips = [clip(LABELLED[2], 0, 50, tracks=2), clip(LABELLED[2], 500, 25, title="A001C002", tracks=0)]
    (timeline,) = [otio.adapters.read_from_string(write_xml("A001", clips), "fcp_xml")]
    assert [len(list(track.find_clips())) for track in timeline.audio_tracks()] == [1, 1]
    links = [each.findtext("trackindex") for each in _files(write_xml("A001", clips), "../link/mediatype/..")]
    assert len(links) == 9 + 1


def _files(text: str, path: str) -> Iterator[Any]:
    """Elements below each clip of a Final Cut XML, the picture's clips first."""
    from xml.etree.ElementTree import fromstring

    root = fromstring(text)  # noqa: S314 - written a moment ago
    if path.startswith("../"):
        return root.iter("link")
    return iter(root.findall(f".//sequence/media/video/track/clipitem/file/{path}"))


# --- bins and ALEs --------------------------------------------------------------------------------------------------


def inspected(rate: str, start: str | None, **changed: Any) -> Told:
    """→ an inspection as the catalogue has it."""
    color = dict.fromkeys(("primaries", "transfer", "matrix", "range"))
    video = {
        "codec": "prores", "profile": "HQ", "pixel_format": "yuv422p10le", "width": 1920, "height": 1080,
        "sample_aspect_ratio": None, "rotation_degrees": 0, "field_order": None, "rate": rate, "variable_rate": False,
        "frames": 240, "frames_counted": False, "color": color,
    }  # fmt: skip
    sound = {"codec": "pcm_s24le", "channels": 2, "layout": "stereo", "sample_rate": 48000}
    return {
        "container": "mov", "size_bytes": 1, "duration_s": "10/1", "video": video, "audio": [sound, sound],
        "start_timecode": start, "reel": "A001R1JL", "estimate": {"cpu_s": 1.0, "disk_bytes": 1}, "route": "LAMBDA",
        "a_field_of_tomorrow": 1, **changed,
    }  # fmt: skip


def rows_of(ale: str) -> list[dict[str, str]]:
    """An ALE → its rows, read by the words of the format and no code of ours."""
    heading, columns, data = (part.split("\r\n") for part in ale.rstrip("\r\n").split("\r\n\r\n"))
    assert (heading[0], columns[0], data[0]) == ("Heading", "Column", "Data")
    assert "FIELD_DELIM\tTABS" in heading
    names = columns[1].split("\t")
    assert all(row.count("\t") == len(names) - 1 for row in data[1:])
    return [dict(zip(names, row.split("\t"), strict=True)) for row in data[1:]]


def bin_with(*clips: Told, **asked: Any) -> Bin:
    return bin_of(ROLL, {"cards": []}, clips, **asked)


def test_the_rows_of_an_ale_are_the_catalogue_s() -> None:
    cdl = {"slope": [1.1, 1.0, 0.9], "offset": [0, -0.01, 0.0000001], "power": [1, 1, 1.2], "saturation": 0.85}
    look = {
        "sha256": "0" * 64, "size": 33, "sentence": "CDL of the clip.", "cdl": cdl,
        "lut": {"sha256": "1" * 64, "name": "show.cube", "size": 33},
    }  # fmt: skip
    first = told.clip("A001C001", inspection=inspected("24000/1001", "23:59:59:20"), look=look)
    second = told.clip("A001C002", inspection=inspected("24000/1001", "01:00:00:00", reel=None, audio=[]))
    ale = write_ale(bin_with(first, second, slates={"A001C002": Slate(scene="12", setup="12A", take="3")}).clips)
    assert "FPS\t23.976\r\n" in ale
    rows = rows_of(ale)
    assert tuple(rows[0]) == COLUMNS
    assert rows[0] == {
        "Name": "A001C001", "Tape": "A001R1JL", "Start": "23:59:59:20", "End": "00:00:09:20", "Tracks": "VA1A2A3A4",
        "FPS": "23.976", "Scene": "", "Take": "", "Camroll": "A001", "Soundroll": "", "Circled": "",
        "Shoot Date": "D014", "ASC_SOP": "(1.1 1 0.9)(0 -0.01 0.0000001)(1 1 1.2)", "ASC_SAT": "0.85",
        "LUT": "show.cube", "Source File": "A001C001.mov",
    }  # fmt: skip
    told_of_second = [rows[1][name] for name in ("Tape", "End", "Tracks", "Scene", "Take", "ASC_SOP", "LUT")]
    assert told_of_second == ["A001C002", "01:00:10:00", "V", "12A", "3", "", ""]
    read = read_ale(ale.encode())
    assert [row.name for row in read] == ["A001C001", "A001C002"]
    assert [row.cdl for row in read] == [Cdl.model_validate(cdl), None]


@given(st.lists(st.tuples(names, names), min_size=1, max_size=3))
def test_no_name_ends_a_cell_or_a_line_of_an_ale(named: list[tuple[str, str]]) -> None:
    clips = [clip(LABELLED[0], 0, 24, title=title, reel=reel, scene=title, take=reel) for title, reel in named]
    rows = rows_of(write_ale(clips))
    assert len(rows) == len(named)
    for row, (title, reel) in zip(rows, named, strict=True):
        if title.isprintable() and reel.isprintable():
            assert (row["Name"], row["Tape"]) == (title, reel)


@given(st.sampled_from(LABELLED + FAST), st.integers(0, 10**7), st.integers(1, 10**6))
def test_the_end_of_an_ale_is_the_first_frame_after_the_clip_at_every_rate(
    clock: Clock, start: int, frames: int
) -> None:
    (row,) = rows_of(write_ale([clip(clock, start, frames)]))
    first, after = (Timecode.parse(row[name], clock.rate) for name in ("Start", "End"))
    day = frames_in_a_day(clock.rate, clock.drop)
    assert (after.frames - first.frames) % day == frames % day
    assert after.drop == (clock.drop and ";" in row["End"])


def test_each_rate_of_a_roll_has_an_ale_of_its_own_the_longest_first() -> None:
    rates = ["25/1", "24000/1001", "24000/1001", "30000/1001", "30000/1001"]
    starts = ["01:00:00:00", "01:00:00:00", None, "01:00:00;00", "01:00:00:00"]
    clips = [
        told.clip(f"A001C00{number}", inspection=inspected(rate, start))
        for number, (rate, start) in enumerate(zip(rates, starts, strict=True))
    ]
    ales = ales_of(bin_with(*clips))
    assert list(ales) == ["23.976", "25", "29.97df", "29.97"]
    assert [row["Name"] for row in rows_of(ales["23.976"])] == ["A001C001", "A001C002"]
    assert rows_of(ales["23.976"])[1]["Start"] == "00:00:00:00"
    with pytest.raises(ValueError, match="one rate"):
        write_ale(bin_with(*clips).clips)


def test_a_clip_that_no_list_can_count_is_left_out_and_said() -> None:
    varying = inspected("30/1", None)
    varying["video"]["variable_rate"] = True
    raw = {"kind": "R3D", "rate": "24/1", "frames": 100, "start_timecode": "01:00:00:00", "reel": "A001", "state": "X"}
    contents = bin_with(
        told.clip("A", inspection=varying),
        told.clip("B", inspection=None, state="REJECTED", sentence="It stops before its end."),
        told.clip("C", inspection=None, raw=raw),
        told.clip("D", inspection=None, raw={**raw, "rate": None}),
    )
    assert [(each.title, str(each.start), each.frames) for each in contents.clips] == [("C", "01:00:00:00", 100)]
    assert dict(contents.left_out) == {
        "A": "Its frame rate varies, so no timecode counts its frames.",
        "B": "It stops before its end.",
        "D": "It does not tell how many frames it has, or at which rate.",
    }


def test_a_bin_counts_the_tracks_that_editors_get() -> None:
    mapped = Editorial(tracks=(Track(name="Mix", channels=(1, 2)), Track(name="Boom", channels=(5,))))
    (clip,) = bin_with(told.clip("A", inspection=inspected("25/1", None)), recipe=Recipe(editorial=mapped)).clips
    assert clip.tracks == 2


@pytest.mark.parametrize(("scratch", "tracks"), [(True, 7), (False, 3)])
def test_a_bin_counts_the_recorders_tracks_before_the_cameras_own(scratch: bool, tracks: int) -> None:
    recorder = {"tracks": ["Mix", "Boom", "Lav 1"], "sentence": "Its mix is T01.wav."}
    recipe = Recipe(sound=SoundMapping(scratch=scratch))
    (clip,) = bin_with(told.clip("A", inspection=inspected("25/1", None), recorder=recorder), recipe=recipe).clips
    assert clip.tracks == tracks
