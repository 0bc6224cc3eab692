"""Colours → plain names, as a wardrobe department says them.

The table: sRGB centroids of ISCC-NBS categories (Kelly and Judd, NBS Special Publication 440; in sRGB by P. Centore,
"sRGB Centroids for the ISCC-NBS Colour System", 2016), each under the plain name of its level 1 or 2. His neutrals are
taken at their lightness, without the tint that illuminant C gives them.
"""

import cv2
import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float32]
Rgb = tuple[int, int, int]

_NAMED: dict[str, tuple[Rgb, ...]] = {
    "white": ((231, 231, 231),),
    "light grey": ((189, 189, 189),),
    "grey": ((135, 135, 135),),
    "dark grey": ((86, 86, 86),),
    "black": ((42, 42, 42), (20, 20, 20), (36, 39, 46), (43, 33, 30)),
    "pink": ((244, 143, 160), (226, 163, 174), (248, 195, 206), (253, 121, 146), (222, 152, 191), (223, 106, 172)),
    "red": ((213, 28, 60), (191, 52, 75), (177, 73, 85), (232, 59, 27), (221, 35, 136)),
    "dark red": ((135, 18, 45), (116, 36, 52), (72, 17, 39), (110, 41, 76)),
    "orange": ((247, 118, 11), (234, 129, 39), (222, 141, 92), (205, 105, 82), (253, 148, 63)),
    "brown": ((138, 68, 22), (114, 74, 56), (136, 102, 72), (103, 63, 11), (125, 66, 59)),
    "light brown": ((173, 124, 99), (196, 154, 116), (178, 102, 51)),
    "dark brown": ((68, 33, 18), (80, 52, 26), (62, 44, 40)),
    "beige": ((239, 215, 178), (200, 177, 139), (238, 198, 166)),
    "yellow": ((241, 191, 21), (217, 174, 47), (244, 210, 132), (247, 206, 80), (235, 221, 33), (208, 133, 17)),
    "olive": ((139, 125, 46), (100, 89, 26), (112, 84, 32), (73, 91, 34), (93, 85, 63), (84, 89, 71)),
    "light green": ((206, 219, 159), (156, 198, 156), (111, 172, 149), (195, 223, 105), (166, 226, 202)),
    "green": ((51, 119, 98), (57, 150, 74), (102, 144, 105), (21, 138, 102), (130, 161, 43), (63, 215, 64)),
    "dark green": ((22, 78, 61), (47, 93, 58), (12, 46, 36), (32, 52, 11), (23, 106, 30)),
    "turquoise": ((13, 143, 130), (95, 171, 171), (41, 122, 123), (53, 215, 206), (45, 188, 226), (42, 118, 145)),
    "light blue": ((115, 164, 220), (153, 198, 249), (194, 210, 236), (145, 162, 187), (101, 168, 195)),
    "blue": ((27, 92, 215), (39, 108, 189), (52, 104, 158), (84, 104, 127), (83, 89, 181), (68, 54, 209)),
    "dark blue": ((23, 52, 89), (17, 48, 116), (50, 63, 78), (34, 34, 72), (42, 40, 111), (30, 37, 49)),
    "light purple": ((188, 147, 204), (155, 140, 202), (201, 186, 248), (173, 151, 179)),
    "purple": ((147, 82, 168), (135, 94, 150), (97, 65, 156), (167, 73, 148), (185, 53, 213)),
    "dark purple": ((86, 55, 98), (60, 22, 104), (52, 37, 77), (101, 34, 119), (118, 26, 106)),
}
NAMES = tuple(_NAMED)


def lab(rgb: NDArray[np.uint8]) -> Numbers:
    """RGB (… × 3) → CIELAB (D65), the same shape."""
    flat = rgb.reshape(-1, 1, 3).astype(np.float32) / 255
    return np.asarray(cv2.cvtColor(flat, cv2.COLOR_RGB2Lab), np.float32).reshape(rgb.shape)


_OF = [plain for plain, colours in _NAMED.items() for _ in colours]
_LAB = lab(np.array([colour for colours in _NAMED.values() for colour in colours], np.uint8))


def name(colour: Numbers) -> str:
    """A colour in CIELAB → the name of the nearest in the table (CIE 1976)."""
    return _OF[int(np.argmin(np.linalg.norm(_LAB - colour, axis=1)))]
