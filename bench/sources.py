"""A camera's recording, by its name → a file of that codec, size and bit rate, with grain and stereo sound.

The grain is as much as leaves a proxy of 720p some 2 Mb/s, as live action does; twice of it would leave 10.
One second is encoded and repeated by copying, because encoding ten of UHD would take longer than all that is measured.
"""

from dataclasses import dataclass
from pathlib import Path

from circletake.media import launcher
from circletake.media.tools import packaged

TOOLS = packaged()


@dataclass(frozen=True, slots=True)
class Recording:
    """What a camera writes: its container, the size of its picture, and the codec as FFmpeg's options."""

    name: str
    suffix: str
    size: tuple[int, int]
    codec: tuple[str, ...]
    rate: int = 24
    grain: int = 8


#: Bit rates near those of the reference measurements (186, 185, 1083 and 53 Mb/s), the sound included.
PRORES = Recording("1080p ProRes HQ", ".mov", (1920, 1080), ("prores_ks", "-profile:v", "hq", "-q:v", "12"))
DNXHR = Recording("1080p DNxHR HQX", ".mxf", (1920, 1080), ("dnxhd", "-profile:v", "dnxhr_hqx"))
PRORES_UHD = Recording("UHD ProRes HQ", ".mov", (3840, 2160), ("prores_ks", "-profile:v", "hq", "-q:v", "7"))
H264 = Recording(
    "H.264 10-bit 4:2:2", ".mov", (1920, 1080),
    ("libx264", "-preset", "veryfast", "-profile:v", "high422", "-b:v", "40M", "-maxrate", "40M", "-bufsize", "40M"),
)  # fmt: skip


def record(recording: Recording, seconds: int, folder: Path) -> Path:
    """A recording of so many whole seconds; a MOV's table of contents lies at its end, as a camera leaves it."""
    one, all_ = (folder / f"{recording.name} {what}{recording.suffix}" for what in ("once", f"{seconds} s"))
    if not one.exists():
        _encode(recording, one)
    launcher.make(["-stream_loop", str(seconds - 1), "-i", str(one), "-c", "copy", str(all_)], tools=TOOLS)
    return all_


def _encode(recording: Recording, one: Path) -> None:
    """A second of a recording."""
    wide, high = recording.size
    sound = "aac" if recording.suffix == ".mp4" else "pcm_s24le"
    launcher.make(
        [
            "-f", "lavfi", "-i", f"testsrc2=s={wide}x{high}:r={recording.rate}",
            "-f", "lavfi", "-i", "anoisesrc=a=0.1:c=pink:r=48000", "-t", "1",
            "-vf", f"gblur=2,noise=alls={recording.grain}:allf=t", "-pix_fmt", "yuv422p10le", "-g", str(recording.rate),
            "-c:v", *recording.codec, "-c:a", sound, "-ac", "2", str(one),
        ],
        tools=TOOLS,
    )  # fmt: skip
