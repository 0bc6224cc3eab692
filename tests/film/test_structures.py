"""A card is known by its clips, and asked only for what such a card always has."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from circletake.film.structures import other_rolls, recognise
from tests.film.cards import PATHS


def _sony(*clips: str, root: str = "XDROOT") -> list[str]:
    return [f"{root}/MEDIAPRO.XML", *(f"{root}/Clip/{clip}{end}" for clip in clips for end in (".MXF", "M01.XML"))]


@pytest.mark.parametrize("camera", [camera for camera in PATHS if "Sony" not in camera and camera != "VENICE"])
def test_a_card_is_known_by_its_clips(camera: str) -> None:
    _, path = PATHS[camera]
    found = recognise([path(1), path(2)])
    assert found.known
    assert camera.startswith(found.camera) or found.camera.endswith(camera)
    assert found.lacking == ()


def test_a_sony_card_has_its_list_and_a_sidecar_for_each_clip() -> None:
    assert recognise(_sony("C0001", "C0002")).lacking == ()
    lacking = [
        path for path in _sony("C0001", "C0002") if path not in ("XDROOT/MEDIAPRO.XML", "XDROOT/Clip/C0002M01.XML")
    ]
    assert recognise(lacking).lacking == ("XDROOT/MEDIAPRO.XML", "XDROOT/Clip/C0002M01.XML")


def test_a_sony_card_may_lie_further_down() -> None:
    assert recognise(_sony("A001C001_260930AB", root="A001/XDROOT")).lacking == ()
    assert recognise(_sony("A001C001_260930AB", root="A001/XDROOT")).camera == "Sony VENICE"


def test_a_red_clip_without_its_recording_is_lacking() -> None:
    rdc = "A001.RDM/A001_C00{0}_0930AB.RDC/A001_C00{0}_0930AB{1}"
    whole = [rdc.format(1, "_001.R3D"), rdc.format(2, "_001.R3D"), rdc.format(2, ".RMD")]
    assert recognise(whole).lacking == ()
    assert recognise([whole[0], whole[2]]).lacking == ("the recording in A001.RDM/A001_C002_0930AB.RDC",)
    assert recognise(whole).sentence == "A RED card."


def test_a_roll_of_sound_is_one() -> None:
    found = recognise(["260930/12A-T01.WAV", "260930/12A-T02.WAV", "260930/report.csv"])
    assert (found.camera, found.known, found.sentence) == ("sound recorder", True, "A sound roll of 2 files.")


@pytest.mark.parametrize("paths", [[], ["a.txt"], ["movie.mov"], ["movie.mov", "sound.wav"]])
def test_what_is_not_known_is_a_plain_folder_and_said_to_be_one(paths: list[str]) -> None:
    found = recognise(paths)
    assert (found.camera, found.known, found.lacking) == ("unknown", False, ())
    assert "plain folder" in found.sentence


def test_strangers_among_the_clips_are_said() -> None:
    arri, drone = PATHS["ARRI"][1], PATHS["DJI"][1]
    found = recognise([arri(1), arri(2), drone(1), "behind the scenes.mov"])
    assert found.camera == "ARRI"
    assert found.sentence == (
        "An ARRI card. There are clips of DJI on it too. 1 of its 4 recordings is not named as that camera names."
    )


def test_one_of_a_thing_is_told_as_one() -> None:
    assert recognise(["12A-T01.WAV"]).sentence == "A sound roll of 1 file."
    assert "2 of its 3 recordings are not named" in recognise([PATHS["ARRI"][1](1), "a.mov", "b.mov"]).sentence


@pytest.mark.parametrize("roll", ["A004", "A004R1JL", "A004_R1JL", "D012-A004"])
def test_a_roll_that_the_clips_names_bear_is_theirs(roll: str) -> None:
    assert other_rolls(["A004C010_20100610_R1JL.mov", "sound.wav"], roll) is None


@pytest.mark.parametrize(
    ("paths", "roll", "sentence"),
    [
        (
            ["A001_C001_0930AB.mov", "A002_C001_0930AB.mov"],
            "A001",
            "Clips here are named for the roll A002, and this is to be roll A001: is it the right card?",
        ),
        (
            ["one/A001_C001_0930AB.mov", "two/A002_C001_0930AB.mov"],
            "CARDS",
            "Clips here are named for the rolls A001 and A002, and this is to be roll CARDS: is it the right card?",
        ),
        (
            ["A_0001C001_260930_084650_c1BY9.mxf"],
            "B001",
            "Clips here are named for the roll A_0001, and this is to be roll B001: is it the right card?",
        ),
        (
            ["one/XDROOT/Clip/C0001.MXF", "two/XDROOT/Clip/C0001.MXF"],
            "X1",
            "There are 2 cards' folders in it, one/XDROOT and two/XDROOT: is it one card?",
        ),
    ],
)
def test_clips_of_another_roll_or_several_cards_are_said(paths: list[str], roll: str, sentence: str) -> None:
    assert other_rolls(paths, roll) == sentence


@pytest.mark.parametrize(
    "paths",
    [[], ["a.mov"], ["PRIVATE/M4ROOT/CLIP/C0001.MP4", "DCIM/100/DSC0001.JPG"], ["GX010042.MP4"], ["IMG_0001.MOV"]],
)
def test_names_that_tell_no_roll_speak_against_none(paths: list[str]) -> None:
    assert other_rolls(paths, "A001") is None


def test_of_many_rolls_a_few_are_named() -> None:
    told = other_rolls([f"A{n:03}_C001_0930AB.mov" for n in range(2, 9)], "A001")
    assert told
    assert "the rolls A002, A003, A004, A005 and 3 more, and" in told


@given(st.lists(st.text(max_size=30), max_size=10))
def test_any_paths_at_all_can_be_looked_at(paths: list[str]) -> None:
    assert recognise(paths) == recognise(reversed(paths))


@given(st.lists(st.text(max_size=30), max_size=10), st.text(max_size=10))
def test_any_paths_and_any_roll_can_be_asked_about(paths: list[str], roll: str) -> None:
    assert other_rolls(paths, roll) == other_rolls(reversed(paths), roll)
