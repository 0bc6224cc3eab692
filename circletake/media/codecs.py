"""The codecs that we open, and what each costs. Everything else is refused by name, before a decoder sees it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Family:
    """CPU seconds of one core to decode, for each megapixel and for each megabit of the file."""

    per_megapixel: float
    per_megabit: float


#: As `bench/fitting.py` prints them: clips of each codec at 1080p and at another size, of 10 to 800 Mb/s.
_PRORES = Family(per_megapixel=0.00111, per_megabit=0.00251)
_DNX = Family(per_megapixel=0.00119, per_megabit=0.00219)
_H264 = Family(per_megapixel=0.00050, per_megabit=0.0100)
_HEVC = Family(per_megapixel=0.0040, per_megabit=0.0133)
_MPEG2 = Family(per_megapixel=0.00074, per_megabit=0.00192)
_INTRA = Family(per_megapixel=0.0024, per_megabit=0.00102)
#: Not measured, and known to be dear (JPEG 2000): priced above all that were.
_UNMEASURED = Family(per_megapixel=0.0194, per_megabit=0.0133)

#: Picture codecs, by ffprobe's name: FFmpeg's decoder for it, and its cost.
PICTURE: dict[str, tuple[str, Family]] = {
    "prores": ("prores", _PRORES),
    "prores_raw": ("prores_raw", _UNMEASURED),
    "dnxhd": ("dnxhd", _DNX),
    "h264": ("h264", _H264),
    "hevc": ("hevc", _HEVC),
    "mpeg2video": ("mpeg2video", _MPEG2),
    "mpeg1video": ("mpeg1video", _MPEG2),
    "mpeg4": ("mpeg4", _MPEG2),
    "msmpeg4v3": ("msmpeg4", _MPEG2),
    "msmpeg4v2": ("msmpeg4v2", _MPEG2),
    "h263": ("h263", _MPEG2),
    "vp8": ("vp8", _H264),
    "vp9": ("vp9", _HEVC),
    "av1": ("libdav1d", _HEVC),
    "theora": ("theora", _H264),
    "mjpeg": ("mjpeg", _INTRA),
    "dvvideo": ("dvvideo", _INTRA),
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
