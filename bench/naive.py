"""The opponent: what people write for dailies. One FFmpeg for each output, a hash, a probe; each reads the file anew.

python -m bench.naive A001C001.mov into/

Every output is of the kind and size of ours, with the options that FFmpeg's own documentation and any forum give.
"""

import subprocess
import sys
from pathlib import Path

from circletake.media.tools import packaged

TOOLS = packaged()
PROXY = [
    "-vf", "scale=1280:720:flags=bicubic", "-c:v", "libx264", "-preset", "veryfast", "-crf", "21", "-profile:v", "high",
    "-pix_fmt", "yuv420p", "-g", "24", "-keyint_min", "24", "-sc_threshold", "0", "-c:a", "aac", "-b:a", "160k",
    "-movflags", "+faststart",
]  # fmt: skip
#: What each output is made with, after `-i`.
OUTPUTS = {
    "proxy.mp4": PROXY,
    "poster.jpg": ["-vf", "thumbnail,scale=1280:720", "-frames:v", "1", "-update", "1", "-q:v", "3"],
    "filmstrip.jpg": ["-vf", "fps=2,scale=160:90,tile=10x2", "-frames:v", "1", "-update", "1", "-q:v", "3"],
    "waveform.png": ["-filter_complex", "[0:a]showwavespic=s=1280x160:colors=white", "-frames:v", "1", "-update", "1"],
    "analysis.mkv": ["-an", "-vf", "fps=2,scale=512:288", "-pix_fmt", "yuv422p10le", "-c:v", "ffv1"],
}
#: What is measured goes to the log and nowhere else.
MEASURED = {
    "loudness and silence": ["-vn", "-af", "ebur128=peak=true,silencedetect=n=-60dB:d=0.5"],
    "shots, black and freezes": ["-an", "-vf", "scdet,blackdetect=d=0.5,freezedetect=d=0.5"],
}


def make(clip: Path, into: Path) -> None:
    """A clip → its outputs in `into`, the way of a script."""
    into.mkdir(exist_ok=True)
    for name, options in OUTPUTS.items():
        ffmpeg(clip, [*options, str(into / name)])
    for options in MEASURED.values():
        ffmpeg(clip, [*options, "-f", "null", "-"])
    _run("sha256sum", str(clip))
    _run(str(TOOLS.ffprobe), "-v", "error", "-count_packets", "-show_streams", "-show_format", "-of", "json", str(clip))


def ffmpeg(clip: Path, arguments: list[str]) -> None:
    _run(str(TOOLS.ffmpeg), "-hide_banner", "-nostdin", "-nostats", "-y", "-i", str(clip), *arguments)


def _run(*command: str) -> None:
    subprocess.run(command, check=True, capture_output=True)


if __name__ == "__main__":
    make(Path(sys.argv[1]), Path(sys.argv[2]))
