"""A look is baked once, in the right order, from the space that the camera recorded in."""

import hashlib

import PyOpenColorIO as Ocio
import pytest

from circletake.contracts.errors import Rejected
from circletake.contracts.looks import Cdl, Lut
from circletake.contracts.media import CameraFacts
from circletake.contracts.recipe import CameraSpace, Color
from circletake.film.looks.cube import Cube, read_cube, write_cube
from circletake.film.looks.resolving import Resolved
from circletake.film.looks.spaces import CONFIG, DISPLAY, SPACES, VIEW
from circletake.media.baking import Baked, bake, camera_space
from circletake.media.exact_look import exactly

_LUT = Lut(sha256="0" * 64, name="show", size=2)
GREY = (0.4, 0.4, 0.4)


def lut_text(red: float, green: float, blue: float) -> str:
    """A LUT that scales each colour."""
    values = [each for b in (0, blue) for g in (0, green) for r in (0, red) for each in (r, g, b)]
    return write_cube(2, values, "show").decode()


def baked(
    cdl: Cdl | None = None, lut: str | None = None, camera: str | None = None, grading: str | None = None
) -> Baked:
    resolved = Resolved(cdl, "a (show)" if cdl else None, _LUT if lut else None, "b (show)" if lut else None)
    return bake(resolved, camera_space=camera, grading_space=grading, lut_text=lut, size=17)


def at(text: bytes, red: int, green: int, blue: int) -> tuple[float, ...]:
    """A point of a .cube, each coordinate counted from 0."""
    cube = read_cube(text)
    place = 3 * (red + cube.size * (green + cube.size * blue))
    return tuple(cube.values[place : place + 3])


def test_red_runs_fastest_and_each_colour_goes_through_its_own_curve() -> None:
    text = baked(Cdl(slope=(0.5, 1, 1), offset=(0, 0.25, 0), power=(1, 1, 2))).text
    assert at(text, 8, 4, 12) == pytest.approx((0.25, 0.5, 0.5625), abs=1e-6)


def test_the_cdl_comes_before_the_lut() -> None:
    """(0.5 + 0.25) × 0.5, and not 0.5 × 0.5 + 0.25."""
    text = baked(Cdl(offset=(0.25, 0.25, 0.25)), lut_text(0.5, 0.5, 0.5)).text
    assert at(text, 8, 8, 8) == pytest.approx((0.375, 0.375, 0.375), abs=1e-6)


def test_the_conversion_comes_before_the_cdl_and_the_cdl_acts_in_the_grading_space() -> None:
    """Each part by itself, one after the other, gives what is baked; in another order it does not."""
    cdl, lut = Cdl(slope=(1.1, 1, 0.9), power=(1.2, 1, 1)), lut_text(0.9, 0.8, 0.7)
    parts = [
        exactly("ARRI LogC4", "ACEScct", None, Cube(2, read_cube(IDENTITY).values)),
        exactly(None, None, cdl, None),
        exactly(None, None, None, read_cube(lut.encode())),
    ]

    def through(order: list[int]) -> list[float]:
        pixel = list(GREY)
        for part in order:
            pixel = parts[part].applyRGB(pixel)
        return pixel

    text = bake(
        Resolved(cdl, "a (show)", _LUT, "b (show)"), camera_space="LogC4", grading_space="ACEScct", lut_text=lut, size=6
    ).text
    assert at(text, 2, 2, 2) == pytest.approx(through([0, 1, 2]), abs=2e-6)
    for order in ([1, 0, 2], [0, 2, 1]):
        assert at(text, 2, 2, 2) != pytest.approx(through(order), abs=1e-3)


IDENTITY = lut_text(1, 1, 1).encode()


def test_without_a_lut_a_log_picture_gets_the_standard_rendering() -> None:
    """What OpenColorIO's own config shows of LogC4 on a BT.1886 screen; middle grey is a middle grey."""
    config = Ocio.Config.CreateFromBuiltinConfig(CONFIG)
    shown = config.getProcessor("ARRI LogC4", DISPLAY, VIEW, Ocio.TRANSFORM_DIR_FORWARD).getDefaultCPUProcessor()
    made = baked(camera="ARRI LogC4")
    assert at(made.text, 8, 8, 8) == pytest.approx(shown.applyRGB([0.5, 0.5, 0.5]), abs=1e-4)
    # ARRI's specification of LogC4: 18 % grey is recorded at 0.2784.
    assert 0.3 < shown.applyRGB([0.2784, 0.2784, 0.2784])[1] < 0.5
    assert made.sentence == f"SDR for a BT.1886 screen: ARRI LogC4 → the standard rendering ({VIEW})."


def test_a_cdl_is_clamped_in_a_log_space_and_not_in_a_linear_one() -> None:
    """ASC v1.2: the saturation sees 0–1. In a linear space white lies above 1, and no highlight is cut off."""
    cdl = Cdl(slope=(2, 1, 1), saturation=0.5)
    # Red 0.75 becomes 1.5, is clamped to 1, and is drawn half way to the luma of BT.709.
    luma = 0.2126 * 1 + 0.7152 * 0.5 + 0.0722 * 0.5
    assert at(baked(cdl).text, 12, 8, 8) == pytest.approx([(value + luma) / 2 for value in (1, 0.5, 0.5)], abs=1e-6)
    bright = exactly("ACEScg", "ACEScg", Cdl(slope=(4, 4, 4)), None).applyRGB([0.5, 0.5, 0.5])
    assert bright[1] > exactly("ACEScg", "ACEScg", None, None).applyRGB([1.0, 1.0, 1.0])[1] + 0.05


@pytest.mark.parametrize(
    ("camera", "grading", "words"),
    [
        ("LogC4", "ACEScct", ["ARRI LogC4 → ACEScct → CDL of a (show) → LUT of b (show)."]),
        ("LogC4", None, ["ARRI LogC4 → CDL of a (show) → LUT of b (show)."]),
        (None, "ACEScct", ["No camera space is declared", "act on the recorded values"]),
        (None, None, ["No camera or grading space is declared", "act on the recorded values"]),
    ],
)
def test_the_sentence_says_what_was_done_and_what_was_not(
    camera: str | None, grading: str | None, words: list[str]
) -> None:
    told = baked(Cdl(saturation=0.9), lut_text(1, 1, 1), camera, grading).sentence
    assert told.startswith("SDR for a BT.1886 screen: ")
    assert all(word in told for word in words)
    assert ("recorded values" in told) == (camera is None)


def test_the_same_look_is_the_same_bytes_and_its_name_is_their_hash() -> None:
    cdl = Cdl(saturation=0.9)
    one, other = baked(cdl, camera="V-Log"), baked(cdl, camera="V-Log V-Gamut")
    assert one == other
    assert baked(cdl, camera="V-Log") is one
    assert one.sha256 == hashlib.sha256(one.text).hexdigest()


def test_a_look_that_33_points_do_not_hold_to_a_step_of_8_bits_gets_65() -> None:
    slight = bake(Resolved(Cdl(power=(1.1, 1, 1))), camera_space=None, grading_space=None, lut_text=None)
    assert (slight.size, slight.off < 1) == (33, True)
    # It cuts off the highlights in the middle of a cell.
    hard = bake(
        Resolved(Cdl(slope=(1.2, 1.2, 1.2), saturation=0.9)), camera_space=None, grading_space=None, lut_text=None
    )
    assert hard.size == 65


def test_the_domain_of_a_lut_is_kept() -> None:
    text = lut_text(1, 1, 1).replace("LUT_3D_SIZE", "DOMAIN_MIN -1 0 0\nDOMAIN_MAX 1 2 1\nLUT_3D_SIZE")
    assert at(baked(lut=text).text, 8, 8, 8) == pytest.approx((0.75, 0.25, 0.5), abs=1e-6)


def test_a_space_that_nobody_knows_is_refused_with_the_nearest_and_a_damaged_lut_with_its_fault() -> None:
    with pytest.raises(ValueError, match="S-Gamut3"):
        baked(camera="S-Log3")
    with pytest.raises(Rejected):
        baked(lut="LUT_3D_SIZE 65536\n")


def test_the_spaces_of_a_recipe_are_those_of_the_config() -> None:
    config = Ocio.Config.CreateFromBuiltinConfig(CONFIG)
    # Recordings and working spaces: no screens, and nothing that is no colour.
    real = [each for each in config.getColorSpaces() if each.getReferenceSpaceType() == Ocio.REFERENCE_SPACE_SCENE]
    assert {each.getName() for each in real if not each.isData()} == set(SPACES)
    assert VIEW in config.getViews(DISPLAY)


_COLOR = Color(
    cameras=(
        CameraSpace(maker="ARRI", space="ARRI LogC3 (EI800)"),
        CameraSpace(maker="ARRI", model="ALEXA 35", space="ARRI LogC4"),
        CameraSpace(maker="Sony", model="VENICE", space="S-Log3 Venice S-Gamut3.Cine"),
    ),
    camera_space="V-Log V-Gamut",
)


@pytest.mark.parametrize(
    ("camera", "space"),
    [
        (CameraFacts(maker="ARRI", model="ALEXA 35"), "ARRI LogC4"),
        (CameraFacts(maker="Arri GmbH", model="ALEXA Mini"), "ARRI LogC3 (EI800)"),
        (CameraFacts(maker="ARRI"), "ARRI LogC3 (EI800)"),
        (CameraFacts(model="ALEXA 35"), "ARRI LogC4"),
        (CameraFacts(maker="SONY", model="VENICE 2"), "S-Log3 Venice S-Gamut3.Cine"),
        (CameraFacts(maker="Sony", model="FX9"), None),
        (CameraFacts(lens="50 mm"), "V-Log V-Gamut"),
        (None, "V-Log V-Gamut"),
    ],
)  # fmt: skip
def test_the_most_exact_declaration_of_a_camera_wins(camera: CameraFacts | None, space: str | None) -> None:
    assert camera_space(_COLOR, camera) == space
    assert camera_space(Color(), camera) is None
