"""What `inspect` and `plan` estimate of a clip against what its transcode costs, on clips that it was not fitted on.

Both count in CPU seconds of the machine of the constants: `bench/fitting.py` says how.
"""

import tempfile
from collections.abc import Iterator
from pathlib import Path

from bench.fitting import cost, identity
from bench.rows import Row
from bench.sources import H264, PRORES, PRORES_UHD, Recording, record
from bench.transcoding import inspected
from circletake.contracts.recipe import BurnIn, BurnInText, Editorial, EditorialFormat, Recipe
from circletake.media.plan import estimate
from functions.transcode.making import Making

_HD = (1920, 1080)
_FOR_EDITING = Recipe(
    editorial=Editorial(formats=(EditorialFormat.DNXHR_LB_MOV,)), burn_in=BurnIn(show=(BurnInText.TIMECODE,))
)
#: None of them is in `fitting.TRAINING`: other bit rates, frame rates, grain, lengths. And what is made of each.
UNSEEN: tuple[tuple[Recording, int, Recipe, bool], ...] = (
    (Recording("ProRes 422 at 25", ".mov", _HD, ("prores_ks", "-profile:v", "standard", "-q:v", "16"), 25, 10),
     3, Recipe(), False),
    (PRORES_UHD, 2, Recipe(), False),
    (H264, 4, Recipe(), False),
    (Recording("DNxHR HQ at 25", ".mxf", _HD, ("dnxhd", "-profile:v", "dnxhr_hq", "-pix_fmt", "yuv422p"), 25),
     3, Recipe(), False),
    (PRORES, 3, _FOR_EDITING, True),
    (Recording("H.264 at 50", ".mp4", _HD, ("libx264", "-preset", "fast", "-pix_fmt", "yuv420p", "-b:v", "45M"), 50, 8),
     2, Recipe(), False),
)  # fmt: skip


def measure(*, quick: bool) -> Iterator[Row]:
    rounds = 1 if quick else 5
    with tempfile.TemporaryDirectory() as folder:
        at = Path(folder)
        yardstick, cube = record(PRORES, 1, at), at / "look.cube"
        cube.write_text(identity(33))
        # In haste, an intra codec, a long-GOP one, and a recipe that asks for more.
        for recording, seconds, recipe, looked in UNSEEN[::2] if quick else UNSEEN:
            clip = record(recording, seconds, at)
            found = inspected(clip)
            told = estimate(found.video, found.duration_s, found.size_bytes, recipe, looked=looked).cpu_s
            spent = cost(clip, yardstick, found, Making(found, recipe, "A001C001", cube if looked else None), rounds)
            more = ", with a look, its timecode and DNxHR for editing" if looked else ""
            name = f"estimated ÷ measured CPU of a transcode, {recording.name}{more}"
            yield Row(name, told / spent, rounds, at_most=1.15, at_least=0.85)
            clip.unlink()
