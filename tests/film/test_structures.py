"""A card is known by its clips, and asked only for what such a card always has."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from circletake.film.structures import recognise
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
        "An ARRI card. There are clips of DJI on it too. 1 of its 4 recordings are not named as that camera names."
    )


@given(st.lists(st.text(max_size=30), max_size=10))
def test_any_paths_at_all_can_be_looked_at(paths: list[str]) -> None:
    assert recognise(paths) == recognise(reversed(paths))
