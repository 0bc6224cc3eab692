"""What a transcode will cost, and how much disk. Pure; the anchors are reference measurements."""

from fractions import Fraction

from circletake.contracts.media import Estimate, VideoStream
from circletake.media.codecs import PICTURE
from circletake.media.picture import fit

#: CPU-s per megapixel: scaling .061 and x264 .352 for a second of 1080p24 made 720p (49.8 and 22.1 Mpx).
_SCALE, _ENCODE = 0.00123, 0.0159
#: One pass of all outputs over the bare proxy, at most 1.07; the fixed cost of a pass.
_SINGLE_PASS, _START_S = 1.07, 0.1
#: Generous bytes of output for one second: proxy 8 Mb/s, analysis frames 8 Mb/s, sound 160 kb/s.
_OUTPUT_BYTES_PER_S = 2_020_000
_PAPERWORK_BYTES = 16 << 20


def estimate(video: VideoStream, duration_s: Fraction, size_bytes: int) -> Estimate:
    """A clip → CPU seconds of one core and bytes of disk that its one pass will need."""
    family = PICTURE[video.codec][1]
    megapixels = video.width * video.height * video.frames / 1e6
    wide, high = fit(video.width, video.height, video.sample_aspect_ratio, video.rotation_degrees, (1280, 720))
    decode = max(family.per_megapixel * megapixels, family.per_megabit * size_bytes * 8 / 1e6)
    encode = _ENCODE * wide * high * video.frames / 1e6
    cpu = _SINGLE_PASS * (decode + _SCALE * megapixels + encode) + _START_S
    disk = size_bytes + _PAPERWORK_BYTES + int(duration_s * _OUTPUT_BYTES_PER_S)
    return Estimate(cpu_s=round(cpu, 2), disk_bytes=disk)
