"""One decode for every output, against the bare proxy and against one FFmpeg for each output.

The three are run in turn on one synthetic 1080p ProRes HQ clip with grain and stereo sound.
"""

import resource
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from bench.rows import Row
from circletake.contracts.media import Inspection
from circletake.media import launcher
from circletake.media.inspecting import inspect
from circletake.media.tools import packaged
from functions.transcode.making import Making
from functions.transcode.transcode import transcode

TOOLS = packaged()
PROXY = [
    "-c:v", "libx264", "-preset", "veryfast", "-crf", "21", "-profile:v", "high", "-pix_fmt", "yuv420p", "-g", "24",
    "-keyint_min", "24", "-sc_threshold", "0", "-c:a", "aac", "-b:a", "160k", "-ar", "48000", "-movflags", "+faststart",
]  # fmt: skip
SCALE = "scale=1280:720:flags=bicubic"


def measure(*, quick: bool) -> Iterator[Row]:
    rounds, seconds = (3, 4) if quick else (5, 10)
    with tempfile.TemporaryDirectory() as folder:
        scratch = Path(folder)
        source = scratch / "source.mov"
        launcher.make(
            ["-f", "lavfi", "-i", "testsrc2=s=1920x1080:r=24", "-f", "lavfi", "-i", "anoisesrc=a=0.1:c=pink", "-t",
             str(seconds), "-vf", "gblur=2,noise=alls=14:allf=t", "-c:v", "prores_ks", "-profile:v", "hq", "-pix_fmt",
             "yuv422p10le", "-c:a", "pcm_s24le", "-ac", "2", str(source)],
            tools=TOOLS,
        )  # fmt: skip
        found = inspect([source], size_bytes=source.stat().st_size, tools=TOOLS, deadline=time.monotonic() + 60)
        ways: dict[str, Callable[[], None]] = {
            "bare": lambda: bare(source, scratch),
            "single": lambda: single(source, scratch, found),
            "naive": lambda: naive(source, scratch),
        }
        spent: dict[str, list[float]] = {name: [] for name in ways}
        for _ in range(rounds):
            for name, way in ways.items():
                before = _children_cpu()
                way()
                spent[name].append(_children_cpu() - before)

    def ratio(of: str, to: str) -> float:
        return statistics.median(a / b for a, b in zip(spent[of], spent[to], strict=True))

    yield Row("whole transcode ÷ bare proxy encode, 1080p ProRes HQ", ratio("single", "bare"), rounds, at_most=1.10)
    yield Row("one FFmpeg for each output ÷ ours, 1080p ProRes HQ", ratio("naive", "single"), rounds)
    estimated = found.estimate.cpu_s / statistics.median(spent["single"])
    yield Row("estimated ÷ measured CPU of a transcode", estimated, rounds)


def single(source: Path, scratch: Path, found: Inspection) -> None:
    """Ours: `transcode`, with its probes and its proof."""
    into = scratch / "ours"
    into.mkdir(exist_ok=True)
    transcode(
        [source], Making(found), into=into, tools=TOOLS, deadline=time.monotonic() + 600, on_progress=lambda _: None
    )


def bare(source: Path, scratch: Path) -> None:
    """The least that could be done: the proxy alone."""
    launcher.make(["-i", str(source), "-vf", SCALE, *PROXY, str(scratch / "bare.mp4")], tools=TOOLS)


def naive(source: Path, scratch: Path) -> None:
    """What people write: one FFmpeg for each output, each decoding everything again."""
    null = ["-f", "null", "-"]
    analysis = "select='not(mod(n,12))',scale=512:288,format=yuv422p10le"
    for arguments in (
        ["-vf", SCALE, *PROXY, str(scratch / "naive.mp4")],
        ["-vf", f"thumbnail=100,{SCALE}", "-frames:v", "1", "-update", "1", str(scratch / "poster.jpg")],
        ["-vf", "fps=1,scale=160:90,tile=10x1", "-frames:v", "1", "-update", "1", str(scratch / "strip.jpg")],
        ["-vf", "scale=320:180,scdet,blackdetect,freezedetect", "-an", *null],
        ["-filter_complex", "[0:a]showwavespic=s=1280x160", "-frames:v", "1", "-update", "1", str(scratch / "w.png")],
        ["-vn", "-af", "ebur128=peak=true,silencedetect", *null],
        ["-vf", analysis, "-fps_mode", "passthrough", "-an", "-c:v", "ffv1", str(scratch / "analysis.mkv")],
    ):
        launcher.make(["-i", str(source), *arguments], tools=TOOLS)


def _children_cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
