"""Papers as script supervisors, sound and camera departments write them, and as their programs export them."""

import codecs
from fractions import Fraction

import pytest

from circletake.contracts.errors import Code, Rejected
from circletake.contracts.takes import Flag, Said, Source
from circletake.film.papers.exported import write_csv
from circletake.film.papers.headings import suggest
from circletake.film.papers.reading import PaperRead, read_paper
from tests.effort import within_cpu

SCRIPT = (
    "Scene,Setup,Take,Circled,Cam Roll,Snd Roll,Clip,Lens,Mood,Comments\n"
    "12,12A,1,,A001,S001,A001C001,50mm,blue,ok\n"
    '12,12A,2,x,A001,S001,"A001C002, B001C001",50mm,,"Better.\nHe said ""now""."\n'
    "12,B,3*,,A001,MOS,A001C003-A001C005,,,\n"
)


def read(text: str | bytes, source: Source = Source.SCRIPT, columns: dict[str, str] | None = None) -> PaperRead:
    return read_paper(text if isinstance(text, bytes) else text.encode(), "day.csv", source, columns)


def told(paper: PaperRead) -> list[tuple[int, str]]:
    return [(problem.line, problem.sentence) for problem in paper.problems]


@pytest.mark.parametrize(
    "body",
    [
        SCRIPT.encode(),
        codecs.BOM_UTF8 + SCRIPT.encode(),
        SCRIPT.encode("utf-16"),
        codecs.BOM_UTF16_BE + SCRIPT.encode("utf-16-be"),
        SCRIPT.replace("\n", "\r\n").encode(),
        SCRIPT.replace("\n", "\r").encode(),
        SCRIPT.replace(", ", "; ").replace(",", "\t").encode(),
        SCRIPT.replace(", ", "|").replace(",", ";").encode(),
        ("Nightfall,,,\n\nDay:,12,,\n" + SCRIPT).encode(),
        SCRIPT.replace("Scene,", "SCENE #:,").replace("Cam Roll", "cam_roll").encode(),
    ],
)
def test_a_script_supervisor_s_paper_is_read_however_its_program_writes_it(body: bytes) -> None:
    paper = read(body)
    above = 3 if body.startswith(b"Night") else 0
    a, b, c = paper.said
    assert (a.line, a.scene, a.setup, a.take, a.camera, a.roll) == (2 + above, "12", "12A", "1", "A", "A001")
    assert (a.sound_roll, a.clips, a.lens, a.note, a.flags) == (
        "S001",
        ("A001C001",),
        "50mm",
        "ok",
        {Flag.CIRCLED: False},
    )
    assert (b.line, b.clips, b.camera, b.flags) == (3 + above, ("A001C002", "B001C001"), None, {Flag.CIRCLED: True})
    assert b.note == 'Better.\nHe said "now".'
    assert (c.line, c.setup, c.take, c.clips) == (5 + above, "12B", "3", ("A001C003", "A001C004", "A001C005"))
    assert (c.flags, c.sound_roll) == ({Flag.CIRCLED: True, Flag.MOS: True}, None)
    assert (paper.unknown, paper.problems) == (("Mood",), ())


def test_a_british_paper_counts_slates() -> None:
    first, second, third = read("Scene,Slate,Cam\n12,127 T3,A\n12,128/1,B cam\n12A,129 MOS T1,A\n").said
    assert (first.scene, first.setup, first.slate, first.take) == ("12", None, "127", "3")
    assert (second.slate, second.take, second.camera) == ("128", "1", "B")
    # A scene that was put in between, not a setup.
    assert (third.scene, third.setup, third.flags) == ("12A", None, {Flag.MOS: True})


@pytest.mark.parametrize(
    ("headings", "cells", "scene", "setup", "take"),
    [
        ("Scene,Take", "12A,3", None, "12A", "3"),
        ("Scene,Take", "12A-PU,3", None, "12A", "3"),
        ("Scene,Take", "12-3,1", "12-3", None, "1"),
        ("Scene,Take", "Chase,1", "Chase", None, "1"),
        ("Scene/Take,Roll", "12A/3,A001", None, "12A", "3"),
        ("Scene,Shot,Take", "12,A,3", "12", "12A", "3"),
        ("Scene,Shot,Take", "12A,B,3", "12A", "12AB", "3"),
        ("Scene,Shot,Take", "12,4,3", "12", "12-4", "3"),
        ("Scene,Shot,Take", "12,12A,3", "12", "12A", "3"),
        ("Setup,Take", "12A,3", None, "12A", "3"),
        ("Slate,Take", "12A/3,3", None, "12A", "3"),
        ("Scene,Slate,Take", "12A,12A,3", None, "12A", "3"),
        ("Scene,Slate,Take", "12,12,3", "12", None, "3"),
        ("Slate,Roll", "12/4/3,A001", "12", "12-4", "3"),
    ],
)
def test_scene_setup_and_take_are_told_from_one_another(
    headings: str, cells: str, scene: str | None, setup: str | None, take: str
) -> None:
    paper = read(f"{headings}\n{cells}\n")
    (row,) = paper.said
    assert (row.scene, row.setup, row.take) == (scene, setup, take)
    assert paper.problems == ()


def test_scenes_with_letters_are_setups_where_nothing_else_says_setups() -> None:
    text = "Scene,Take\n12,1\n12A,1\nChase,1\n"
    paper = read(text)
    assert [(row.scene, row.setup) for row in paper.said] == [(None, "12"), (None, "12A"), (None, "Chase")]
    assert paper.columns == {"Scene": "setup", "Take": "take"}
    assert read(text, columns=paper.columns) == paper
    assert [row.scene for row in read(text, columns={"Scene": "scene"}).said] == ["12", "12A", "Chase"]
    assert [row.scene for row in read("Scene,Take\n127,1\n128,1\n").said] == ["127", "128"]


def test_a_number_alone_is_a_master_setup_where_setups_are_written_whole() -> None:
    paper = read("Scene,Setup,Take\n12,12,1\n12,12A,1\n99,12,2\n")
    assert [(row.scene, row.setup) for row in paper.said] == [("12", "12"), ("12", "12A"), ("99", "12")]
    assert told(paper) == [(4, "Setup '12' is of another scene than '99', which the same row says.")]


SOUND = (
    "SOUND REPORT;;;;\nProject:;Nightfall;;;\nRoll:;S014;;Sound Mixer:;B. Oom\nPhone: 12 34\n\n"
    "File Name;Scene;Take;Length;Start TC;Circled;Notes\n"
    "12A-T01.WAV;12A;01;00:01:02;10:02:03:04;*;buzz\n"
    "WT1.WAV;WT1;;00:00:31;10:09:00:00;;room tone\n"
)


def test_a_sound_report_says_above_its_table_what_is_true_of_every_row() -> None:
    paper = read(SOUND, Source.SOUND)
    first, wild = paper.said
    assert (first.line, first.sounds, first.clips, first.sound_roll, first.roll) == (
        7,
        ("12A-T01.WAV",),
        (),
        "S014",
        None,
    )
    assert (first.setup, first.take, first.starts, first.flags) == ("12A", "1", "10:02:03:04", {Flag.CIRCLED: True})
    assert (wild.setup, wild.take, wild.flags[Flag.WILD_TRACK]) == ("WT1", None, True)
    assert paper.above == {"Project": "Nightfall", "Roll": "S014", "Sound Mixer": "B. Oom", "Phone": "12 34"}
    assert (paper.unknown, paper.left_out) == ((), ("Length",))


def test_a_camera_report_says_above_its_table_which_camera_and_roll_but_not_by_its_model() -> None:
    rows = "Clip,Lens\nC001,50mm\n"
    (row,) = read(f"Camera: B cam,,\nRoll,B001\nMixer: n/a\n{rows}", Source.CAMERA).said
    assert (row.camera, row.roll, row.clips) == ("B", "B001", ("C001",))
    (row,) = read(f"Camera: ALEXA 35\nRoll: --\n{rows}", Source.CAMERA).said
    assert (row.camera, row.roll) == (None, None)


#: Headings and values in the manner of REDline's, with two columns called Lens.
RED = (
    "Clip Name,File Name,Reel,CamReelID,Camera,Clip,FPS,Record FPS,Kelvin,ISO,Shutter (deg),Abs TC,End Abs TC,"
    "Scene,Shot,Take,Circle,Lens,Lens Name,Lens\n"
    "A001_C066_0303LZ,A001_C066_0303LZ_001.R3D,001,A001,A,066,24,23.976,5600,800,180,23:17:21:08,23:17:21:09,"
    "12,A,1,,,40mm T1.5,\n"
)


def test_a_red_camera_s_metadata_say_one_name_of_a_clip_its_roll_and_the_sensor_s_rate() -> None:
    paper = read(RED, Source.CAMERA)
    assert paper.said == (
        Said(
            line=2, scene="12", setup="12A", take="1", camera="A", roll="A001", clips=("A001_C066_0303LZ",),
            starts="23:17:21:08", ends="23:17:21:09", lens="40mm T1.5", exposure_index="800", white_balance="5600",
            shutter="180", sensor_fps=Fraction(24000, 1001),
        ),
    )  # fmt: skip
    assert (paper.unknown, paper.left_out) == ((), ("File Name", "Reel", "Clip", "FPS"))


#: In the manner of ARRI's Meta Extract: a row for each frame, and how far the camera leans.
ARRI = (
    "Index\tMaster TC\tReel\tTake\tCircle Take\tCamera Clip Name\tCamera ID\tCamera Index\tShutter Angle\tSensor FPS\t"
    "Master TC\tWhite Balance\tExposure Index ASA\tLens Model\tCamera Tilt\tCamera Roll\n"
) + "".join(
    f"  {n}\t13:36:49:{n:02}\tB001R1ZA\tn.a.\t--\tB001C001_180327_R1ZA\tR1ZA\tB\t172.8\t24.000\t13:36:49:{n:02}\t3200\t"
    f"400\tSP40\t409.5\t-0.100\n"
    for n in range(20)
)


def test_an_arri_camera_s_metadata_by_frame_say_of_a_clip_once_what_they_say() -> None:
    paper = read(ARRI, Source.CAMERA)
    assert paper.said == (
        Said(
            line=2, camera="B", roll="B001R1ZA", clips=("B001C001_180327_R1ZA",), lens="SP40", exposure_index="400",
            white_balance="3200", shutter="172.8", sensor_fps=Fraction(24),
        ),
    )  # fmt: skip
    assert paper.problems == ()


def test_an_ale_says_rolls_and_labels_of_each_clip() -> None:
    ale = (
        "Heading\nFIELD_DELIM\tTABS\nFPS\t25\n\nColumn\nName\tTape\tStart\tEnd\tScene\tTake\tCamroll\tSoundroll\tCircled\tFPS\n"
        "\nData\nA001C001\tA001R1JL\t10:00:00:00\t10:00:10:00\t12A\t3\tA001\tS014\tYes\t25\nA001C002\t\t\t\t12A\t4\t\t\t\t25\n"
    )
    paper = read(ale)
    first, second = paper.said
    assert (first.clips, first.roll, first.sound_roll, first.setup) == (("A001C001",), "A001", "S014", "12A")
    assert (first.line, first.starts, first.ends, first.sensor_fps) == (9, "10:00:00:00", "10:00:10:00", None)
    assert (second.line, second.take, second.flags) == (10, "4", {Flag.CIRCLED: False})
    assert (paper.unknown, paper.left_out) == ((), ("Tape", "FPS"))


def test_resolve_s_tag_is_its_good_take_and_nobody_else_s() -> None:
    resolve = "File Name,Clip Directory,Tag,Shot Frame Rate\nA001C001.mov,/a,1,24\nA001C002.mov,/a,0,24\n"
    assert [row.flags for row in read(resolve.encode("utf-16"), Source.CAMERA).said] == [
        {Flag.CIRCLED: True},
        {Flag.CIRCLED: False},
    ]
    assert read("Clip,Roll,Tag\nA001C001,A001,1\n", Source.CAMERA).left_out == ("Tag",)


@pytest.mark.parametrize(
    ("row", "sentence"),
    [
        ("12,12A,1,maybe,10:00:00:00,A001C001,24,", "Circled: 'maybe' is neither yes nor no."),
        ("12,12A,1,,ten,A001C001,24,", "TC In: 'ten' is no timecode."),
        ("12,12A,1,,,A001C001-B001C003,24,", "Clip: 'A001C001-B001C003' is no range of clips of one roll."),
        ("12,12A,1,,,A001C001,24.1,", "Sensor FPS: '24.1' is no rate that cameras have."),
        ("12,12-Mar,1,,,A001C001,24,", "Setup: '12-Mar' is what a spreadsheet makes of a slate."),
        ("12,13A,1,,,A001C001,24,", "Setup '13A' is of another scene than '12', which the same row says."),
        ("12,12A,3*,no,,A001C001,24,", "A mark says circled, and its column no, which counts."),
        ("12,12A,1\x07,,,A001C001,24,", "Take: '1\\x07' cannot be used."),
        ("12,12A\x00,1,,,A001C001,24,", "Setup: '12A\\x00' cannot be used."),
        (f"12,{'A' * 600},1,,,A001C001,24,", f"Setup: '{'A' * 117}…' is too long."),
        (f"12,12A,1,,,A001C001,24,{'n' * 4001}", f"Note: '{'n' * 117}…' cannot be used."),
        ("12,12A,drei,,,A001C001,24,", "Take: 'drei' has no digit, so it is no take's number. Correct it."),
    ],
)
def test_a_cell_that_cannot_be_read_costs_that_cell(row: str, sentence: str) -> None:
    paper = read(f"Scene,Setup,Take,Circled,TC In,Clip,Sensor FPS,Notes\n{row}\n12,12A,2,x,,A001C002,24,\n")
    assert told(paper) == [(2, sentence)]
    first, second = paper.said
    assert (first.line, first.scene, second.line, second.flags) == (2, "12", 3, {Flag.CIRCLED: True})


@pytest.mark.parametrize(
    ("row", "sentence"),
    [
        ("12,12A,3,A001C001,good, very good", "This row has 6 values and there are 5 columns, so none of it was read."),
        ("LUNCH,,,,13:00", "This row names no take, clip or sound file, so it was left out."),
        ("12,,,,", "This row names no take, clip or sound file, so it was left out."),
        (",,4,,", "This row names a take of no scene, so it was left out."),
        ("x" * 300_000, "This line has 300,000 letters, so none of it was read."),
    ],
)
def test_a_row_that_cannot_be_read_costs_that_row(row: str, sentence: str) -> None:
    paper = read(f"Scene,Setup,Take,Clip,Notes\n12,12A,1,A001C001,\n{row}\n12,12A,2\n")
    assert told(paper) == [(3, sentence)]
    assert [(said.line, said.take) for said in paper.said] == [(2, "1"), (4, "2")]


def test_a_take_without_a_digit_is_told_and_the_rest_of_its_row_counts() -> None:
    paper = read("Setup,Take,Clip,Lens\n12A,drei,A001C003,50\n12A,WT room,,\n12A,٣,,\n12A,PU,A001C004,\n12A,III,,35\n")
    assert [(said.line, said.take, said.clips, said.lens) for said in paper.said] == [
        (2, None, ("A001C003",), "50"),
        (3, "WT room", (), None),
        (4, "٣", (), None),
        (5, None, ("A001C004",), None),
    ]
    assert told(paper) == [
        (2, "Take: 'drei' has no digit, so it is no take's number. Correct it."),
        (6, "Take: 'III' has no digit, so it is no take's number. Correct it."),
        (6, "This row names no take, clip or sound file, so it was left out."),
    ]


@pytest.mark.parametrize(
    ("note", "flags"),
    [
        ("MOS", {Flag.MOS}),
        ("M.O.S.", {Flag.MOS}),
        ("mos, Uhr groß", {Flag.MOS}),
        ("PU; from the door", {Flag.PICKUP}),
        ("Pick-up, MOS, from the door", {Flag.PICKUP, Flag.MOS}),
        ("wild track", {Flag.WILD_TRACK}),
        ("Printed", {Flag.CIRCLED}),
        ("Entourée", {Flag.CIRCLED}),
        ("False start; pickup.", {Flag.FALSE_START, Flag.PICKUP}),
        ("SER", {Flag.SERIES}),
        ("Tail slate.\nlovely", {Flag.TAIL_SLATE}),
        ("lovely\nMOS", set()),
        ("lovely, MOS", set()),
        ("MOS was asked for", set()),
        ("PU12", set()),
        ("Mosquito", set()),
        # What else is meant by it as often: full shot, tight shot, she is wild.
        ("FS, slow", set()),
        ("TS", set()),
        ("wild, but good", set()),
        ("Circle, then push in", set()),
        ("Cercle", set()),
        ("Buena", set()),
        ("Entourée, elle sort", set()),
        # What went wrong before it was right, and what came after the print.
        ("False start, went again – good", set()),
        ("Printed, but boom in frame", set()),
        ("Wild track, after lunch", set()),
        ("VFX ref, then the plate", set()),
        ("Print, PU, but boom in frame", {Flag.PICKUP}),
    ],
)
def test_a_note_that_is_a_mark_or_begins_with_one_marks_the_take_and_stays(note: str, flags: set[Flag]) -> None:
    (row,) = read(f'Setup,Take,Notes\n12A,1,"{note}"\n').said
    assert ({flag for flag, marked in row.flags.items() if marked}, row.note) == (flags, note)
    (row,) = read(f'Setup,Take,Mood,Notes\n12A,1,blue,"{note}"\n', columns={"Mood": "note"}).said
    assert ({flag for flag, marked in row.flags.items() if marked}, row.note) == (flags, f"blue\n{note}")


def test_a_column_s_word_counts_before_a_note_that_is_a_mark() -> None:
    paper = read("Setup,Take,MOS,Notes\n12A,1,no,MOS\n12A,2,,MOS\n")
    assert [row.flags for row in paper.said] == [{Flag.MOS: False}, {Flag.MOS: True}]
    assert told(paper) == [(2, "A mark says mos, and its column no, which counts.")]


def test_a_note_circles_no_take_where_a_paper_has_a_column_for_it() -> None:
    rows = "12A,1,x,Print\n12A,2,,Print\n12A,3,no,Print\n12A,4,--,Print\n12A,5*,,Print\n"
    paper = read(f"Setup,Take,Circled,Notes\n{rows}")
    circled = [row.flags.get(Flag.CIRCLED) for row in paper.said]
    assert (circled, [line for line, _ in told(paper)]) == ([True, False, False, None, True], [3, 4, 5])
    assert told(paper)[0] == (3, "A note says circled, and its column does not, which counts.")
    # A row may end before its last columns.
    paper = read("Setup,Take,Notes,Circled\n12A,1,Print\n12A,2,,x\n")
    assert [row.flags for row in paper.said] == [{}, {Flag.CIRCLED: True}]


def test_a_quote_that_nobody_closed_costs_no_other_row() -> None:
    rows = '12,12A,1,"50 mm\n12,12A,2,50"\n12,12A,3,"50"mm\n12,12A,4,"50, soft"\n'
    paper = read(f"Scene,Setup,Take,Lens\n{rows}")
    assert [(said.line, said.take, said.lens) for said in paper.said] == [
        (2, "1", '"50 mm'),
        (3, "2", '50"'),
        (4, "3", '"50"mm'),
        (5, "4", "50, soft"),
    ]
    assert [line for line, _ in told(paper)] == [2, 4]


def test_a_paper_that_is_windows_1252_from_its_first_line_to_its_last_is_no_faulty_one() -> None:
    text = SCRIPT.replace("blue", "r\u00f6d").replace("ok", "sch\u00f6n – „gut“")
    paper = read(text.encode("cp1252"))
    assert (paper.said[0].note, paper.encoding, paper.problems) == ("schön – „gut“", "Windows-1252", ())
    assert [read(text.encode(of)).encoding for of in ("utf-8", "utf-8-sig", "utf-16")] == ["UTF-8", "UTF-8", "UTF-16"]
    export = read(write_csv(paper.said).removeprefix("\ufeff").encode("cp1252"))
    assert (export.is_export, export.encoding, export.problems) == (True, "Windows-1252", ())
    for odd in (codecs.BOM_UTF8 + text.encode("cp1252"), text.encode("cp1252").replace(b"now", b"no\x81")):
        paper = read(odd)
        assert (paper.encoding, len(paper.problems)) == (None, 1)


def test_letters_of_an_older_encoding_are_read_and_said_to_be_a_guess() -> None:
    body = SCRIPT.replace("blue", "r\u00f6d").replace("ok", "sch\u00f6n").encode("cp1252")
    paper = read(body + "12,12A,9,,,,,,,groß\n".encode())
    assert (paper.said[0].note, paper.said[-1].note) == ("schön", "groß")
    assert told(paper) == [(2, "This line is not UTF-8; it was read as Windows-1252, and letters may be wrong.")]


def test_pages_of_a_paper_repeat_its_headings_and_spreadsheets_keep_numbers_behind_formulas() -> None:
    rows = '="012",12A,1,\'=soft\n\nScene,Setup,Take,Notes\n12,12A,2,=A1\n'
    paper = read(f"Scene,Setup,Take,Notes\n{rows}")
    assert [(said.line, said.scene, said.note) for said in paper.said] == [(2, "012", "=soft"), (5, "12", "=A1")]


def test_a_person_s_word_on_columns_counts_before_what_is_known() -> None:
    text = "Scene,Shot,Take,Mood,Card,Notes\n12,7,1,A001C001,A001,hm\n"
    paper = read(text, columns={"SHOT": "slate", "Mood": "clips", "Notes": "", "Lens": "lens"})
    (row,) = paper.said
    assert (row.slate, row.setup, row.clips, row.roll, row.note) == ("7", None, ("A001C001",), "A001", None)
    assert paper.columns == {"Scene": "scene", "Shot": "slate", "Take": "take", "Mood": "clips", "Card": "roll"}
    assert (paper.unknown, paper.left_out) == ((), ("Notes",))
    assert told(paper) == [(1, "There is no column 'Lens'.")]
    again = read(text, columns=paper.columns | {"Notes": ""})
    assert (again.said, again.columns) == (paper.said, paper.columns)


def test_a_paper_of_which_nothing_is_known_is_read_by_a_person_s_word() -> None:
    text = "Bild;Klappe;Film\n12;3;A001C001\n"
    with pytest.raises(Rejected, match="no row of headings"):
        read(text)
    (row,) = read(text, columns={"Bild": "scene", "Klappe": "take", "Film": "clips"}).said
    assert (row.scene, row.take, row.clips) == ("12", "3", ("A001C001",))


GERMAN = "Szene;Einstellung;Klappe;Kopierer;Kamera;Magazin;Tonrolle;Clipname;Objektiv;Stumm;Bemerkung;Stimmung"
FRENCH = "Séquence,Plan,Prise,Cerclée,Caméra,Carte caméra,Bobine son,Nom du clip,Objectif,Muet,Remarques,Humeur"
SPANISH = "Escena,Plano,Toma,Toma buena,Cámara,Tarjeta,Rollo de sonido,Archivo,Óptica,Sin sonido,Observaciones,Ánimo"
ITALIAN = "Scena,Inquadratura,Take,Circled,Mdp,Rullo,Rullo audio,Nome file,Obiettivo,Muto,Osservazioni,Umore"


@pytest.mark.parametrize(
    ("headings", "yes", "no"),
    [(GERMAN, "ja", "nein"), (FRENCH, "oui", "non"), (SPANISH, "sí", "no"), (ITALIAN, "sì", "no")],
)
@pytest.mark.parametrize("encoding", ["utf-8", "cp1252"])
def test_papers_of_other_languages_are_read_by_their_own_headings(
    headings: str, yes: str, no: str, encoding: str
) -> None:
    cells = ["12", "A", "3", yes, "B", "B001", "S001", "B001C002", "50", no, "gut", "so"]
    row = (";" if ";" in headings else ",").join(cells)
    paper = read(f"{headings}\n{row}\n".encode(encoding))
    assert paper.said == (
        Said(
            line=2, scene="12", setup="12A", take="3", camera="B", roll="B001", sound_roll="S001", clips=("B001C002",),
            lens="50", note="gut", flags={Flag.CIRCLED: True, Flag.MOS: False},
        ),
    )  # fmt: skip
    assert (len(paper.unknown), paper.left_out, paper.problems) == (1, (), ())


def test_a_clapper_counts_takes_where_nothing_else_does_and_numbers_have_many_names() -> None:
    paper = read("Szenen-Nr.;Take-Nummer;Klappe;Dauer;Bild\n12;1;401;9;x\n")
    assert (paper.columns, paper.left_out, paper.unknown) == (
        {"Szenen-Nr.": "scene", "Take-Nummer": "take"},
        ("Klappe", "Dauer"),
        ("Bild",),
    )
    report = read("Magazin: S014;;\nDatei;Szene;Take\na.WAV;12A;1\n", Source.SOUND)
    assert (report.said[0].sounds, report.said[0].setup) == (("a.WAV",), "12A")


def test_a_mapping_to_what_no_column_holds_is_a_person_s_mistake() -> None:
    with pytest.raises(ValueError, match="mood: no column holds that"):
        read(SCRIPT, columns={"Mood": "mood"})


def test_two_columns_that_say_different_things_of_one_field_are_told_and_neither_counts() -> None:
    paper = read(
        "Scene,Take,Card,Magazine\n12A,1,A001,A001\n12A,2,A001,A002\n12A,3,,A003\n",
        columns={"Card": "roll", "Magazine": "roll"},
    )
    assert [row.roll for row in paper.said] == ["A001", None, "A003"]
    assert told(paper) == [(3, "Card 'A001' and Magazine 'A002' contradict each other, so neither counts.")]


def test_a_log_with_a_column_of_clips_for_each_camera_names_them_all() -> None:
    (row,) = read("Scene,Take,A Clip,B Cam Clip,Camera C Clip\n12A,1,A001C001,B001C001-B001C002,\n").said
    assert row.clips == ("A001C001", "B001C001", "B001C002")


def test_headings_are_suggested_by_whose_paper_it_is() -> None:
    headings = ["File Name", "Scene", "Take", "Roll", "Whim"]
    assert suggest(headings, Source.SOUND) == {
        "File Name": "sounds",
        "Scene": "scene",
        "Take": "take",
        "Roll": "sound_roll",
    }
    assert suggest(["SCENE NO.", "Take Number", "Shot #"], Source.SCRIPT).keys() == {
        "SCENE NO.",
        "Take Number",
        "Shot #",
    }
    assert suggest(headings, Source.CAMERA) == {"File Name": "clips", "Scene": "scene", "Take": "take", "Roll": "roll"}


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (b"", "no row of headings"),
        (b"hello", "no row of headings"),
        (b"PK\x03\x04 and more", "spreadsheet"),
        (b"%PDF-1.7", "PDF"),
        (SCRIPT.encode("utf-16-le"), "encoding"),
        (SCRIPT.encode("utf-16")[:-1], "UTF-16, and is not"),
        (b"Heading\nColumn\nName\n", "no ALE"),
        (b"Scene,Take\n" + b"," * 600, "no column"),
        (b"Scene,Take" + b",x" * 600 + b"\n12,1", "602 columns"),
        (b"\n" * 1_000_001, "lines"),
        (b" " * (65 << 20), "bytes"),
    ],
)  # fmt: skip
def test_what_is_no_paper_is_refused_in_one_sentence(body: bytes, why: str) -> None:
    if why == "no column":
        assert read(body).said == ()
        return
    with pytest.raises(Rejected, match=why) as refusal:
        read(body)
    assert refusal.value.verdict.code is Code.BAD_SIDECAR
    assert len(refusal.value.verdict.sentence) < 200


def test_a_hundred_thousand_rows_take_seconds() -> None:
    rows = "".join(
        f'{n // 40},{"ABCD"[n // 10 % 4]},{n % 10 + 1},{"x" * (n % 3 > 0)},A{n // 100:03}C{n % 100:03},"note {n}, ok"\n'
        for n in range(100_000)
    )
    # A few, on a machine that does nothing else.
    with within_cpu(20):
        paper = read(f"Scene,Shot,Take,Circled,Clip,Comments\n{rows}")
    assert (len(paper.said), paper.problems) == (100_000, ())
    last = paper.said[-1]
    assert (last.line, last.setup, last.take, last.clips) == (100_001, "2499D", "10", ("A999C099",))
