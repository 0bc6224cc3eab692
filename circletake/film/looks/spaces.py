"""The colour spaces that a recipe may name: those of OpenColorIO's built-in ACES studio config, by its names.

Pinned by name, never "the latest": the same words have to make the same picture next year. The list stands here so
that a recipe can be checked where OpenColorIO is not installed; a test holds it against the config itself.
"""

import difflib

#: ACES 2 and every camera space up to Apple Log 2; OpenColorIO 2.6 calls it the recommended one.
CONFIG = "studio-config-v5.0.0_aces-v2.1_ocio-v2.6"
#: What an SDR screen in a dim room shows: ITU-R BT.709 primaries, BT.1886 curve, ACES 2 output transform.
DISPLAY, VIEW = "Rec.1886 Rec.709 - Display", "ACES 2.0 - SDR 100 nits (Rec.709)"

_CAMERAS = (
    "ARRI LogC3 (EI800)", "ARRI LogC4", "Linear ARRI Wide Gamut 3", "Linear ARRI Wide Gamut 4",
    "S-Log3 S-Gamut3", "S-Log3 S-Gamut3.Cine", "S-Log3 Venice S-Gamut3", "S-Log3 Venice S-Gamut3.Cine",
    "Linear S-Gamut3", "Linear S-Gamut3.Cine", "Linear Venice S-Gamut3", "Linear Venice S-Gamut3.Cine",
    "V-Log V-Gamut", "Linear V-Gamut", "Log3G10 REDWideGamutRGB", "Linear REDWideGamutRGB",
    "CanonLog2 CinemaGamut D55", "CanonLog3 CinemaGamut D55", "Linear CinemaGamut D55",
    "BMDFilm WideGamut Gen5", "Linear BMD WideGamut Gen5", "DaVinci Intermediate WideGamut",
    "Linear DaVinci WideGamut", "Apple Log", "Apple Log 2", "Linear Apple Wide Gamut", "D-Log D-Gamut",
    "Linear D-Gamut",
)  # fmt: skip
_WORKING = (
    "ACES2065-1", "ACEScc", "ACEScct", "ACEScg", "ADX10", "ADX16", "Camera Rec.709", "Linear Rec.709 (sRGB)",
    "Linear P3-D65", "Linear AdobeRGB", "Linear Rec.2020", "sRGB Encoded Rec.709 (sRGB)", "Gamma 1.8 Encoded Rec.709",
    "Gamma 2.2 Encoded Rec.709", "Gamma 2.4 Encoded Rec.709", "sRGB Encoded P3-D65", "Gamma 2.2 Encoded AdobeRGB",
    "sRGB Encoded AP1", "Gamma 2.2 Encoded AP1",
)  # fmt: skip
SPACES = _CAMERAS + _WORKING
#: What people call a space, where none of its words says so.
_CALLED = {"clog2": "CanonLog2 CinemaGamut D55", "clog3": "CanonLog3 CinemaGamut D55", "rec709": "Camera Rec.709"}


def find_space(text: str) -> str:
    """'LogC4', 'arri logc4' → OpenColorIO's name, 'ARRI LogC4'. Raises `ValueError` with the nearest names."""
    asked = _letters(text)
    by_letters = {_letters(name): name for name in SPACES}
    if name := by_letters.get(asked) or _CALLED.get(asked):
        return name
    holding = [name for letters, name in by_letters.items() if len(asked) > 3 and asked in letters]
    if len(holding) == 1:
        return holding[0]
    near = holding or [by_letters[found] for found in difflib.get_close_matches(asked, by_letters, n=4, cutoff=0.3)]
    if not near:
        raise ValueError(f"there is no colour space {text!r} in {CONFIG}")
    raise ValueError(f"there is no one colour space {text!r}; do you mean {' or '.join(map(repr, near[:6]))}?")


def _letters(text: str) -> str:
    return "".join(letter for letter in text.casefold() if letter.isalnum())
