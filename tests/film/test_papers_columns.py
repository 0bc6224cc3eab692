"""Columns that need care: one for each camera, durations, rates that may be either, and ditto marks."""

from fractions import Fraction

import pytest

from circletake.contracts.takes import Flag, Source
from circletake.film.papers.headings import camera_of_heading, suggest, why_left_out
from circletake.film.papers.reading import PaperRead, read_paper


def read(text: str, source: Source = Source.SCRIPT, columns: dict[str, str] | None = None) -> PaperRead:
    return read_paper(text.encode(), "day.csv", source, columns)


def told(paper: PaperRead) -> list[tuple[int, str]]:
    return [(problem.line, problem.sentence) for problem in paper.problems]


@pytest.mark.parametrize(
    ("heading", "camera", "field"),
    [
        ("A Cam Roll", "A", "roll"),
        ("B Roll", "B", "roll"),
        ("Camera C Card", "C", "roll"),
        ("D Mag", "D", "roll"),
        ("A Clip", "A", "clips"),
        ("B-Cam Lens", "B", "lens"),
        ("Camera Roll", None, "roll"),
        ("Cam Card", None, None),
        ("Card", None, "roll"),
        ("Camera Clip", None, "clips"),
    ],
)
def test_a_heading_may_say_whose_camera_s_column_it_is(heading: str, camera: str | None, field: str | None) -> None:
    assert camera_of_heading(heading) == camera
    assert suggest([heading], Source.SCRIPT).get(heading) == field


@pytest.mark.parametrize(
    "heading", ["Kopierer", "Kreis", "Cerclée", "CERCLÉ", "Cercle", "Entourée", "Prise entourée", "Buena", "Buona"]
)
def test_circles_have_a_heading_in_each_language(heading: str) -> None:
    assert suggest(["Take", heading, "Notes"], Source.SCRIPT)[heading] == Flag.CIRCLED


def test_a_log_with_a_roll_for_each_camera_says_of_each_which_take_its_clip_is() -> None:
    paper = read(
        "Scene,Setup,Take,Circled,A Cam Roll,A Clip,B Roll,B Clip,B Lens,Notes\n"
        "12,12A,1,x,A001,C003,B002,C001,85mm,good\n"
        "12,12A,2,,A001,C004,,,,\n"
    )
    assert paper.problems == ()
    assert [
        (said.line, said.take, said.camera, said.roll, said.clips, said.lens, said.note) for said in paper.said
    ] == [
        (2, "1", None, None, (), None, "good"),
        (2, "1", "A", "A001", ("C003",), None, None),
        (2, "1", "B", "B002", ("C001",), "85mm", None),
        (3, "2", None, None, (), None, None),
        (3, "2", "A", "A001", ("C004",), None, None),
    ]
    assert [said.flags for said in paper.said if said.flags] == [{Flag.CIRCLED: True}, {Flag.CIRCLED: False}]
    assert {said.setup for said in paper.said} == {"12A"}


def test_a_clip_s_number_is_one_on_the_only_roll_that_its_row_has() -> None:
    paper = read("Setup,Take,Clip,A Roll,B Roll,Circled\n12A,1,C003,,B002,x\n12A,2,A001C004,A001,B002,\n")
    first, *others = paper.said
    assert (first.camera, first.roll, first.clips, first.flags) == ("B", "B002", ("C003",), {Flag.CIRCLED: True})
    assert [(said.camera, said.roll, said.clips) for said in others] == [
        ("A", None, ("A001C004",)),
        ("A", "A001", ()),
        ("B", "B002", ()),
    ]


def test_a_row_that_names_clips_of_cameras_alone_counts_and_one_that_names_nothing_is_told_once() -> None:
    paper = read("Scene,Take,A Roll,A Clip,B Roll\n,,A001,C003,\n12A,,A001,,B001\n")
    assert [(said.line, said.camera, said.clips) for said in paper.said] == [(2, "A", ("C003",))]
    assert told(paper) == [(3, "This row names no take, clip or sound file, so it was left out.")]


def test_a_person_s_word_on_one_camera_s_column_leaves_the_others_to_what_is_known() -> None:
    text = "Scene,Take,A Roll,A Clip,B Roll\n12A,1,A001,C003,B001\n"
    assert read(text, columns={"A Roll": "roll"}).columns["B Roll"] == "roll"
    assert "B Roll" not in read(text, columns={"B Roll": ""}).columns


def test_how_long_something_is_is_left_out_and_told() -> None:
    paper = read("File Name,Scene,Take,Length\n12A-T01.WAV,12A,1,00:01:02\n", Source.SOUND)
    assert (paper.unknown, paper.left_out) == ((), ("Length",))
    sentence = "'Length' is how long something is, which recordings tell themselves, so it was left out."
    assert told(paper) == [(1, sentence)]
    assert read("Scene,Take,Length\n12A,1,9\n", columns={"Length": ""}).problems == ()
    assert why_left_out("Mood", Source.SCRIPT, ()) is None


def test_a_rate_of_which_nobody_knows_what_it_is_is_left_out_until_a_person_says() -> None:
    text = "Clip,Roll,FPS\nA001C001,A001,48\n"
    paper = read(text, Source.CAMERA)
    assert (paper.left_out, paper.said[0].sensor_fps) == (("FPS",), None)
    assert told(paper)[0][1].startswith("'FPS' may be the rate of the sensor or that of playing, so it was left out.")
    paper = read(text, Source.CAMERA, {"FPS": "sensor_fps"})
    assert (paper.problems, paper.said[0].sensor_fps) == ((), Fraction(48))
    # Beside the sensor's own rate, and in a sound report, there is nothing to ask.
    assert read("Clip,Roll,FPS,Sensor FPS\nA001C001,A001,24,48\n", Source.CAMERA).problems == ()
    assert read("File Name,Take,Scene,FPS\na.WAV,1,12A,24\n", Source.SOUND).problems == ()


@pytest.mark.parametrize("mark", ["″", "〃", "do.", "Ditto", '-"-', ",,", "''", '- " -', '"'])
def test_a_ditto_mark_is_what_stands_above(mark: str) -> None:
    cell = '"' + mark.replace('"', '""') + '"'
    paper = read(
        "Scene,Setup,Take,Camera,Roll,Lens,Notes\n12,12A,1,A,A001,50mm,ok\n"
        f"{cell},{cell},2,{cell},{cell},{cell},{cell}\n{cell},12B,1,,,{cell},\n"
    )
    first, second, third = paper.said
    assert paper.problems == ()
    names = ("scene", "setup", "camera", "roll", "lens")
    assert [getattr(second, name) for name in names] == [getattr(first, name) for name in names]
    # A remark is nobody's column of the same thing again.
    assert second.note == mark
    assert (third.scene, third.setup, third.camera, third.lens) == ("12", "12B", None, "50mm")


def test_a_ditto_mark_below_nothing_is_told_and_says_nothing() -> None:
    paper = read("Setup,Take,Lens\n12A,1,\n12A,2,″\n12A,3,″\n")
    assert [said.lens for said in paper.said] == [None, None, None]
    assert [line for line, _ in told(paper)] == [3, 4]
    assert told(paper)[0][1] == "Lens: '″' repeats what stands above, where nothing does."
