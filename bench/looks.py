"""A transcode under a 33³ look against the same without, in turn.

The look is a slight one, so that x264 has the same grain to encode with it and without.
"""

import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from bench.rows import Row
from bench.sources import PRORES, TOOLS, record
from bench.spending import cpu_s, in_turn, ratio
from circletake.contracts.looks import Cdl
from circletake.film.looks.resolving import Resolved
from circletake.media.baking import bake
from circletake.media.inspecting import inspect
from functions.transcode.making import Making
from functions.transcode.transcode import transcode

_LOOK = Resolved(cdl=Cdl(slope=(1.02, 1.0, 0.98), power=(1.0, 1.02, 1.0)), cdl_from="the bench")


def measure(*, quick: bool) -> Iterator[Row]:
    pairs, seconds = (2, 4) if quick else (5, 10)
    with tempfile.TemporaryDirectory() as folder:
        source, cube, into = record(PRORES, seconds, Path(folder)), Path(folder, "look.cube"), Path(folder, "made")
        into.mkdir()
        before = cpu_s()
        baked = bake(_LOOK, camera_space=None, grading_space=None, lut_text=None, size=33)
        baking_s = cpu_s() - before
        cube.write_bytes(baked.text)
        found = inspect([source], size_bytes=source.stat().st_size, tools=TOOLS, deadline=time.monotonic() + 60)

        def way(look: Path | None) -> Callable[[], object]:
            making = Making(found, look=look)
            return lambda: transcode(
                [source], making, into=into, tools=TOOLS, deadline=time.monotonic() + 600, on_progress=lambda _: None
            )

        spent = in_turn({"looked": way(cube), "plain": way(None)}, pairs)
    yield Row(f"with a 33³ look ÷ without, {PRORES.name}", ratio(spent, "looked", "plain"), pairs, at_most=1.65)
    yield Row("baking a 33³ look", baking_s, 1, unit="CPU-s")
    log = bake(Resolved(), camera_space="ARRI LogC4", grading_space="ACEScct", lut_text=None)
    yield Row(f"a LogC4 look of {log.size}³ off OpenColorIO's, at worst among greys", log.off, 1, unit="/255")
