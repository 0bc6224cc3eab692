"""A picture file of somebody → a small JPEG of what it shows, and of nothing else that stands in the file."""

import io
from pathlib import Path

from PIL import Image, ImageOps

from circletake.cloud.characters import MAX_PICTURE_BYTES

#: The model describes faces at 150 pixels: of a head and shoulders the largest size leaves three times as many, and the
#: smallest still enough. That one always fits: three bytes a pixel would be 243 KB.
_LONGEST_SIDES = (1024, 768, 512, 288)
_QUALITY = 90
_FORMATS = ("JPEG", "PNG", "TIFF", "WEBP")
_MOST_PIXELS = 200_000_000


def make_portrait(path: Path) -> bytes:
    """Raises `ValueError` with a sentence where this is no picture."""
    try:
        with Image.open(path, formats=_FORMATS) as opened:
            if opened.width * opened.height > _MOST_PIXELS:
                raise ValueError(f"{path.name} has {opened.width} × {opened.height} pixels. Give a smaller picture.")
            opened.draft("RGB", (2 * _LONGEST_SIDES[0], 2 * _LONGEST_SIDES[0]))
            upright = ImageOps.exif_transpose(opened).convert("RGB")
    except (OSError, SyntaxError, Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise ValueError(f"{path.name} cannot be read as a picture. Give a JPEG, PNG, TIFF or WebP.") from error
    # A new image: neither EXIF nor a colour profile nor a comment comes along.
    bare = Image.new("RGB", upright.size)
    bare.paste(upright)
    for side in _LONGEST_SIDES:
        bare.thumbnail((side, side))
        saved = io.BytesIO()
        bare.save(saved, "JPEG", quality=_QUALITY)
        if saved.tell() <= MAX_PICTURE_BYTES:
            break
    return saved.getvalue()
