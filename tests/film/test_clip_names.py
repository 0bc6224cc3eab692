"""Each camera's names are understood, and nothing else is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from circletake.contracts.files import FileKind
from circletake.film.clip_names import Camera, read_recording, spoken_name
from circletake.film.naming import classify, name_clip
from tests.film.cards import PATHS


@pytest.mark.parametrize("camera", PATHS)
@given(number=st.integers(1, 999))
def test_a_camera_names_its_reel_and_clip(camera: str, number: int) -> None:
    reel, path = PATHS[camera]
    named = name_clip(path(number))
    assert (named.reel, named.number) == (reel, number)
    assert named.camera is not None
    assert camera.startswith(named.camera.value) or named.camera.value.endswith(camera)


@pytest.mark.parametrize(
    ("path", "camera", "reel", "number"),
    [
        ("A004C010_20100610_R1JL.mov", Camera.ARRI, "A004R1JL", 10),
        ("A004D001_20100610_R1JL.mov", Camera.ARRI, "A004R1JL", 1000),
        ("A004C010_20100610_R1JL/A004C010_20100610_R1JL.0012345.ari", Camera.ARRI, "A004R1JL", 10),
        ("A_0001C001_260930_084650_c1BY9.mxf", Camera.ALEXA_35, "A_0001_1BY9", 1),
        ("AB0001C0123_260930_084650_c1BY9.mxf", Camera.ALEXA_35, "AB0001_1BY9", 123),
        ("A001.RDM/A001_C001_05026M.RDC/A001_C001_05026M_002.R3D", Camera.RED, "A001", 1),
        ("A_0001D002X240926_101112AB_CANON_001_Proxy.MP4", Camera.CANON, "A_0001", 1001),
        ("A001C001_240926YZ.MXF", Camera.VENICE, "A001", 1),
        ("A001_08151512_C001.braw", Camera.BLACKMAGIC, "A001", 1),
        ("BMC01_1_2012-08-08_1631_C0002.mov", Camera.BLACKMAGIC, "BMC01_1", 2),
        ("DCIM/100GOPRO/GP020042.MP4", Camera.GOPRO, "GoPro", 42),
        ("DCIM/101APPLE/IMG_E0042.MOV", Camera.IPHONE, "iPhone", 42),
        ("Clip/Typhoon_00012.MXF", Camera.SONY, "Typhoon", 12),
    ],
)
def test_names_as_their_makers_give_them(path: str, camera: Camera, reel: str, number: int) -> None:
    named = name_clip(path)
    assert (named.camera, named.reel, named.number) == (camera, reel, number)


@pytest.mark.parametrize(
    "path",
    [
        "C0001.MXF",
        "movie.mov",
        "A004C010_2010_R1JL.mov",
        "A004C010_260930_X1JL.mov",
        "A001_C001.mov",
        "A001_C001_05026M_x.R3D",
        "SCENE 12 TAKE 3.mov",
        "IMG_٠٠٠١.MOV",
        "",
    ],
)
def test_what_no_camera_writes_is_nobodys(path: str) -> None:
    assert read_recording(path) is None


@pytest.mark.parametrize(
    ("title", "said"),
    [
        ("A007C001_20100610_R4MT", "A007C001"),
        ("A_0001C001_260930_084650_c1BY9", "A_0001C001"),
        ("A001_C001_05026M", "A001_C001"),
        ("A001_08151512_C001", "A001_08151512_C001"),
        ("GX0042", "GX0042"),
        ("A001C001", "A001C001"),
        ("", ""),
    ],
)
def test_a_clip_is_called_by_its_name_up_to_its_number(title: str, said: str) -> None:
    assert spoken_name(title) == said


@given(st.text(max_size=60))
def test_any_path_is_named_after_its_file(path: str) -> None:
    named = name_clip(path)
    assert named.span is None or named.span >= 0
    assert (named.reel is None) == (named.number is None) == (named.camera is None)


def test_the_files_of_a_clip_share_its_stem_and_are_numbered() -> None:
    folder = "A001.RDM/A001_C001_05026M.RDC"
    spans = [name_clip(f"{folder}/A001_C001_05026M_00{span}.R3D") for span in (1, 2)]
    assert [(each.directory, each.stem, each.span) for each in spans] == [
        (folder, "A001_C001_05026M", 1),
        (folder, "A001_C001_05026M", 2),
    ]
    assert name_clip("GX020042.MP4").span == 2
    assert name_clip("A004C010_20100610_R1JL.mov").span is None


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("ascmhl/0001_A001_2026-09-30_084650Z.mhl", FileKind.MANIFEST),
        ("ascmhl/ascmhl_chain.xml", FileKind.MANIFEST),
        ("A001_2026-09-30_084650.mhl", FileKind.MANIFEST),
        (".circletake/copies/" + "0" * 64 + ".mhl", FileKind.MANIFEST),
        (".circletake/offload.json", FileKind.COMPLETION),
        ("XDROOT/MEDIAPRO.XML", FileKind.SIDECAR),
        ("._A004C010_20100610_R1JL.mov", FileKind.UNKNOWN),
        ("A001.RDM/A001_C001_05026M.RDC/A001_C001_05026M_002.R3D", FileKind.SPAN),
        ("A004C010_20100610_R1JL.mov", FileKind.ORIGINAL),
        ("12A-T03.WAV", FileKind.SOUND),
    ],
)
def test_a_file_is_taken_for_what_its_name_says(path: str, kind: FileKind) -> None:
    assert classify(path) is kind
