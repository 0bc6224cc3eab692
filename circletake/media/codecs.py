"""The codecs that we open, and what each costs. Everything else is refused by name, before a decoder sees it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Family:
    """CPU seconds of one core to decode, from reference measurements on two shared x86 cores."""

    per_megapixel: float
    per_megabit: float


#: Anchors (1080p at 24, CPU-s for one second of footage): ProRes HQ .643 at 186 Mb/s and UHD 3.87 at 1083 Mb/s, so
#: that ProRes goes by its bits; H.264 10-bit 4:2:2 .314 at 53 Mb/s; DNxHR HQX .467. 1080p at 24 is 49.8 Mpx/s.
_PRORES = Family(per_megapixel=0.0129, per_megabit=0.0036)
_DNX = Family(per_megapixel=0.0094, per_megabit=0.0027)
_LONG_GOP = Family(per_megapixel=0.0063, per_megabit=0.0059)
#: Not measured: priced as the dearest that was.
_UNMEASURED = Family(per_megapixel=0.0194, per_megabit=0.0059)

#: Picture codecs, by ffprobe's name: FFmpeg's decoder for it, and its cost.
PICTURE: dict[str, tuple[str, Family]] = {
    "prores": ("prores", _PRORES),
    "prores_raw": ("prores_raw", _UNMEASURED),
    "dnxhd": ("dnxhd", _DNX),
    "h264": ("h264", _LONG_GOP),
    "hevc": ("hevc", _LONG_GOP),
    "mpeg2video": ("mpeg2video", _LONG_GOP),
    "mpeg1video": ("mpeg1video", _LONG_GOP),
    "mpeg4": ("mpeg4", _LONG_GOP),
    "msmpeg4v3": ("msmpeg4", _LONG_GOP),
    "msmpeg4v2": ("msmpeg4v2", _LONG_GOP),
    "h263": ("h263", _LONG_GOP),
    "vp8": ("vp8", _LONG_GOP),
    "vp9": ("vp9", _LONG_GOP),
    "av1": ("libdav1d", _LONG_GOP),
    "theora": ("theora", _LONG_GOP),
    "mjpeg": ("mjpeg", _PRORES),
    "dvvideo": ("dvvideo", _PRORES),
    "jpeg2000": ("jpeg2000", _UNMEASURED),
    "cfhd": ("cfhd", _UNMEASURED),
    "apv": ("apv", _UNMEASURED),
    "ffv1": ("ffv1", _UNMEASURED),
    "huffyuv": ("huffyuv", _UNMEASURED),
    "ffvhuff": ("ffvhuff", _UNMEASURED),
    "utvideo": ("utvideo", _UNMEASURED),
    "rawvideo": ("rawvideo", _DNX),
    "v210": ("v210", _DNX),
    "r210": ("r210", _DNX),
}
#: Picture codecs whose packets are not one frame each: their frames are counted by decoding them.
COUNTED_BY_DECODING = frozenset({"vp8"})

#: Sound codecs, by ffprobe's name → FFmpeg's decoder. Every PCM is its own.
SOUND: dict[str, str] = {
    **{
        name: name
        for name in (
            "pcm_s16le", "pcm_s16be", "pcm_s24le", "pcm_s24be", "pcm_s32le", "pcm_s32be", "pcm_f32le", "pcm_f32be",
            "pcm_f64le", "pcm_f64be", "pcm_u8", "pcm_s8", "pcm_alaw", "pcm_mulaw", "pcm_bluray", "pcm_dvd", "s302m",
            "aac", "ac3", "eac3", "alac", "flac", "vorbis", "opus",
        )
    },
    "mp3": "mp3float",
    "mp2": "mp2float",
}  # fmt: skip

#: ffprobe opens a decoder for every stream of a file. These come along with real clips (cover art, captions, AV1 where
#: ffprobe has no dav1d) and are never decoded by us; what is in none of the tables makes ffprobe refuse the file.
_COME_ALONG = {"av1", "png", "subrip", "srt", "mov_text", "text", "webvtt", "pgssub", "dvdsub", "dvbsub", "cc_dec"}

#: What FFmpeg is allowed to open, by the names of its decoders.
DECODERS = tuple(sorted({decoder for decoder, _ in PICTURE.values()} | set(SOUND.values()) | _COME_ALONG))

#: The ways of coding colours that FFmpeg's scaler knows, by ffprobe's names. YCgCo, ICtCp and constant luminance are
#: not among them: it refuses those in the middle of the work.
MATRICES = frozenset({None, "gbr", "bt709", "fcc", "bt470bg", "smpte170m", "smpte240m", "bt2020nc"})
