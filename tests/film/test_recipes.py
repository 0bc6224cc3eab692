"""One settings file says what is made of every clip; what is wrong in it is said by the name of its key."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from circletake.contracts.recipe import (
    BurnIn,
    BurnInText,
    CameraSpace,
    Color,
    Editorial,
    EditorialFormat,
    Qc,
    QcKind,
    Recipe,
    SoundMapping,
    Track,
)
from circletake.film.looks.spaces import SPACES, find_space
from circletake.film.recipes import PRESETS, changes, read_recipe, write_recipe

_LINES = st.text(st.characters(codec="utf-8", min_codepoint=32, exclude_characters="\x7f"), max_size=20).map(
    lambda text: f"x{text}x"
)
_SPACES = st.sampled_from(SPACES)
_NUMBERS = st.integers(1, 10**6)
RECIPES = st.builds(
    Recipe,
    preset=st.sampled_from(sorted(PRESETS)),
    rate=st.none() | st.sampled_from([Fraction(24000, 1001), Fraction(25), Fraction(90), Fraction(15000, 1001)]),
    color=st.builds(
        Color,
        cameras=st.lists(st.builds(CameraSpace, maker=_LINES, model=st.none() | _LINES, space=_SPACES), max_size=3).map(
            tuple
        ),
        camera_space=st.none() | _SPACES,
        grading_space=st.none() | _SPACES,
    ),
    editorial=st.builds(
        Editorial,
        formats=st.lists(st.sampled_from(EditorialFormat), unique=True).map(tuple),
        width=_NUMBERS,
        height=_NUMBERS,
        looked=st.booleans(),
        burnt_in=st.booleans(),
        tracks=st.lists(
            st.builds(Track, name=_LINES, channels=st.lists(st.integers(1, 64), min_size=1, max_size=2).map(tuple)),
            max_size=3,
        ).map(tuple),
    ),
    burn_in=st.builds(
        BurnIn, show=st.lists(st.sampled_from(BurnInText), unique=True).map(tuple), words=st.none() | _LINES
    ),
    sound=st.builds(
        SoundMapping,
        mix=st.lists(_LINES, max_size=3).map(tuple),
        isos=st.none() | st.lists(_LINES, max_size=3).map(tuple),
        scratch=st.booleans(),
    ),
    qc=st.builds(
        Qc,
        kinds=st.lists(st.sampled_from(QcKind), unique=True).map(tuple),
        least_s=st.fractions(Fraction(1, 1000), 3600, max_denominator=100_000),
        silence_db=st.floats(-120, 0),
        clipped_share=st.floats(1e-6, 1),
        clip_level=st.integers(128, 255),
        true_peak_dbtp=st.floats(-60, 0),
    ),
)


@given(RECIPES)
def test_a_recipe_reads_back_from_its_settings_file(recipe: Recipe) -> None:
    assert read_recipe(write_recipe(recipe)) == recipe


@pytest.mark.parametrize("preset", PRESETS)
def test_a_preset_is_the_base_of_a_file_that_names_it(preset: str) -> None:
    assert read_recipe(f'preset = "{preset}"') == PRESETS[preset] == read_recipe(write_recipe(PRESETS[preset]))


def test_a_file_lays_what_it_says_over_the_preset_and_leaves_the_rest() -> None:
    text = 'preset = "editorial"\nrate = "23.976"\n[editorial]\nlooked = false\n[color]\ncamera_space = "LogC4"'
    base = PRESETS["editorial"]
    expected = base.model_copy(
        update={
            "rate": Fraction(24000, 1001),
            "editorial": base.editorial.model_copy(update={"looked": False}),
            "color": Color(camera_space="ARRI LogC4"),
        }
    )
    assert read_recipe(text) == expected


def test_nothing_said_is_dailies_and_so_is_a_production_that_never_said_anything() -> None:
    assert read_recipe("") == PRESETS["dailies"] == Recipe()


def test_a_file_about_analyses_alone_switches_nothing_else_on() -> None:
    said = read_recipe("[analysis]\nbudget_usd = 5.0")
    assert said == Recipe(analysis=Recipe().analysis.model_copy(update={"budget_usd": 5.0}))


def test_what_is_different_is_told_setting_by_setting() -> None:
    text = """
        rate = "23.976"
        [editorial]
        looked = true
        [burn_in]
        show = ["timecode", "clip"]
        [qc]
        least_s = 0.75
        [[color.cameras]]
        maker = "ARRI"
        space = "LogC4"
    """
    assert list(changes(Recipe(), read_recipe(text))) == [
        "rate: not said → 23.976",
        "color.cameras: none → maker='ARRI' model=None space='ARRI LogC4'",
        "editorial.looked: false → true",
        "burn_in.show: none → timecode, clip",
        "qc.least_s: 0.5 → 0.75",
    ]
    assert list(changes(Recipe(), Recipe())) == []


@pytest.mark.parametrize(
    ("word", "rate"),
    [
        ('"23.976"', Fraction(24000, 1001)), ("23.98", Fraction(24000, 1001)), ("24", Fraction(24)),
        ("25.0", Fraction(25)),
        ('"29.97"', Fraction(30000, 1001)), ("47.952", Fraction(48000, 1001)), ("59.94", Fraction(60000, 1001)),
        ("119.88", Fraction(120000, 1001)), ('"24000/1001"', Fraction(24000, 1001)),
    ],
)  # fmt: skip
def test_rates_are_exact_whatever_people_call_them(word: str, rate: Fraction) -> None:
    assert read_recipe(f"rate = {word}").rate == rate


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('preset = "rushes"', ("preset", "'rushes'", "dailies, editorial, vfx")),
        ("preset = []", ("preset", "dailies, editorial, vfx")),
        ("formats = []", ("formats is no setting",)),
        ("rate = 23.9", ("rate", "23.976", "24000/1001")),
        ('rate = "0/1"', ("rate",)),
        ('rate = "1/0"', ("rate",)),
        ("[editorial]\nformat = []", ("editorial.format", "'formats'")),
        ('[editorial]\nformats = ["dnx"]', ("editorial.formats", "'dnx'", "dnxhr_lb_mxf, prores_proxy_mov")),
        ("[editorial]\nwidth = -1", ("editorial.width", "-1", "greater than 0")),
        ('[editorial]\nlooked = "yes"', ("editorial.looked", "true or false")),
        ("editorial = 3", ("editorial", "[editorial]")),
        ("[[color.cameras]]\nmaker = 'ARRI'", ("color.cameras.0.space", "required")),
        ("[color]\ncameras = 1", ("color.cameras", "[[color.cameras]]")),
        ("[color]\ncamera_space = 'S-Log3'", ("color.camera_space", "'S-Log3 S-Gamut3.Cine'")),
        ("[color]\ngrading_space = 7", ("color.grading_space",)),
        ("[burn_in]\nshow = 'clip'", ("burn_in.show", "timecode, clip, frame")),
        ("[qc]\nleast_s = 'soon'", ("qc.least_s", "0.5")),
        ("[qc]\nsilence_db = nan", ("qc.silence_db",)),
        ("[qc]\nclip_level = 900", ("qc.clip_level", "255")),
        ("a = [", ("not TOML",)),
    ],
)
def test_what_is_wrong_is_told_by_its_key_and_what_it_may_be(text: str, told: tuple[str, ...]) -> None:
    with pytest.raises(ValueError, match=r"\w") as refusal:
        read_recipe(text)
    assert all(part in str(refusal.value) for part in told), str(refusal.value)


@pytest.mark.parametrize(
    ("called", "space"),
    [
        ("LogC3", "ARRI LogC3 (EI800)"), ("arri logc4", "ARRI LogC4"), ("V-Log", "V-Log V-Gamut"),
        ("Log3G10", "Log3G10 REDWideGamutRGB"), ("CLog2", "CanonLog2 CinemaGamut D55"),
        ("C-Log3", "CanonLog3 CinemaGamut D55"), ("BMD Film", "BMDFilm WideGamut Gen5"), ("Apple Log", "Apple Log"),
        ("S-Log3 / S-Gamut3.Cine", "S-Log3 S-Gamut3.Cine"), ("acescct", "ACEScct"), ("Rec.709", "Camera Rec.709"),
    ],
)  # fmt: skip
def test_a_space_is_found_by_what_people_call_it(called: str, space: str) -> None:
    assert find_space(called) == space


@pytest.mark.parametrize("called", ["", "S-Log3", "Log", "Kodak"])
def test_what_names_no_one_space_is_refused(called: str) -> None:
    with pytest.raises(ValueError, match="no"):
        find_space(called)
