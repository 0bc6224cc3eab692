"""Footage for every test: made by FFmpeg, each frame carrying its own number in black and white blocks.

`clip` makes a good clip; `cut`, `without_moov` and the `DISGUISES` make bad ones. Real live action is on the demo's
card (`infra.local.card`).
"""

from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path

from circletake.media import launcher
from circletake.media.tools import packaged

TOOLS = packaged()
#: The frame number is burnt as this many blocks across the top eighth of the picture, lowest bit left.
BITS = 12

#: What a camera or a recorder writes, as FFmpeg's encoder options.
CODECS: dict[str, tuple[str, ...]] = {
    "prores": ("-c:v", "prores_ks", "-profile:v", "hq", "-pix_fmt", "yuv422p10le"),
    "prores4444": ("-c:v", "prores_ks", "-profile:v", "4444", "-pix_fmt", "yuva444p10le", "-alpha_bits", "16"),
    "dnxhr": ("-c:v", "dnxhd", "-profile:v", "dnxhr_hqx", "-pix_fmt", "yuv422p10le"),
    "dnxhr_sq": ("-c:v", "dnxhd", "-profile:v", "dnxhr_sq", "-pix_fmt", "yuv422p"),
    "h264": ("-c:v", "libx264", "-preset", "ultrafast", "-bf", "2", "-g", "12", "-pix_fmt", "yuv420p"),
    "h264_422": ("-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv422p10le"),
    "hevc": ("-c:v", "libx265", "-preset", "ultrafast", "-x265-params", "log-level=none", "-pix_fmt", "yuv420p"),
    "mjpeg": ("-c:v", "mjpeg", "-q:v", "4", "-pix_fmt", "yuvj420p"),
    "mpeg2": ("-c:v", "mpeg2video", "-q:v", "4", "-pix_fmt", "yuv420p"),
    "ffv1": ("-c:v", "ffv1", "-pix_fmt", "yuv422p10le"),
    "vp8": ("-c:v", "libvpx", "-deadline", "realtime", "-cpu-used", "8", "-auto-alt-ref", "1", "-lag-in-frames", "8"),
    "vp9": ("-c:v", "libvpx-vp9", "-deadline", "realtime", "-cpu-used", "8"),
    "magicyuv": ("-c:v", "magicyuv", "-pix_fmt", "yuv422p"),
    "png": ("-c:v", "png", "-pix_fmt", "rgb24"),
}  # fmt: skip
_PCM_CONTAINERS = {".mov", ".mxf", ".avi", ".wav", ".mkv"}


def clip(
    to: Path,
    *,
    codec: str = "prores",
    rate: str = "24000/1001",
    frames: int = 24,
    size: tuple[int, int] = (320, 180),
    timecode: str | None = None,
    reel: str | None = None,
    sound: str | None = "stereo",
    tracks: int = 1,
    colour: str | None = "bt709",
    picture: str = "",
    options: Sequence[str] = (),
) -> Path:
    """A good clip, in the container of `to`'s suffix, with numbered frames and a tone of its own in each channel.

    `sound` is a channel layout, or channels as FL+FR+FC, or None; `tracks` how many streams of it; `colour` its tags
    or None; `picture` more filters after the number.
    """
    seconds = f"{float(frames / Fraction(rate)):.6f}"
    width, height = size
    inputs = ["-f", "lavfi", "-i", f"testsrc2=s={width}x{height}:r={rate}"]
    if sound is not None:
        tones = "|".join(f"0.1*sin({220 * (channel + 1)}*2*PI*t)" for channel in range(_channels(sound)))
        inputs += ["-f", "lavfi", "-i", f"aevalsrc={tones}:c={sound}:s=48000:d={seconds}"]
    tagged = f"setparams=color_primaries={colour}:color_trc={colour}:colorspace={colour}:range=tv" if colour else ""
    maps = ["-map", "0:v", *(["-map", "1:a"] * tracks if sound is not None else [])]
    # FFmpeg takes the reel of an MXF or Matroska file from the file's metadata, a QuickTime file's from the picture's.
    place = "-metadata:s:v:0" if to.suffix == ".mov" else "-metadata"
    stamps = [place, f"reel_name={reel}"] if reel else []
    if timecode:
        stamps += ["-metadata", f"timecode={timecode}"] if to.suffix == ".mkv" else ["-timecode", timecode]
    coded_sound = "pcm_s24le" if to.suffix in _PCM_CONTAINERS else "aac"
    launcher.make(
        [
            *inputs, *maps, "-vf", ",".join(filter(None, [numbered(), tagged, picture])), "-frames:v", str(frames),
            *CODECS[codec], "-c:a", coded_sound, *stamps, *options, str(to),
        ],
        tools=TOOLS,
    )  # fmt: skip
    return to


def numbered() -> str:
    """Filters that burn each frame's number into the top of the picture."""
    blocks = [
        f"drawbox=x=iw*{bit}/{BITS}:y=0:w=iw/{BITS}:h=ih/8:c=white:t=fill:enable='gt(bitand(n,{1 << bit}),0)'"
        for bit in range(BITS)
    ]
    return ",".join(["drawbox=x=0:y=0:w=iw:h=ih/8:c=black:t=fill", *blocks])


def frame_numbers(video: Path, turn: str = "null") -> list[int]:
    """A video → the number burnt into each of its frames, in the order in which they are shown.

    `turn` is the filter that puts the top of the source back to the top.
    """
    raw = video.with_suffix(".bits")
    launcher.make(
        ["-i", str(video), "-vf", f"{turn},crop=iw:ih/16:0:ih/32,scale={BITS}:1:flags=area,format=gray",
         "-fps_mode", "passthrough", "-f", "rawvideo", str(raw)],
        tools=TOOLS,
    )  # fmt: skip
    data = raw.read_bytes()
    raw.unlink()
    return [sum(1 << bit for bit in range(BITS) if data[start + bit] > 127) for start in range(0, len(data), BITS)]


def sound_digests(file: Path) -> str:
    """All sound of a file, decoded → the digest of each stream's samples."""
    digests = file.with_suffix(".streamhash")
    to = ["-map", "0:a", "-c:a", "pcm_s24le", "-f", "streamhash", str(digests)]
    launcher.make(["-i", str(file), *to], tools=TOOLS)
    found = digests.read_text()
    digests.unlink()
    return found


def sound_only(to: Path, *, seconds: float = 1) -> Path:
    launcher.make(["-f", "lavfi", "-i", f"sine=d={seconds}", "-c:a", "pcm_s24le", str(to)], tools=TOOLS)
    return to


def cut(source: Path, to: Path, *, keep: float) -> Path:
    """The first `keep` of a file's bytes, as a copy that was interrupted leaves it."""
    data = source.read_bytes()
    to.write_bytes(data[: int(len(data) * keep)])
    return to


def flipped(source: Path, to: Path, *, places: Sequence[int]) -> Path:
    """A file with every bit of the bytes at `places` turned round."""
    data = bytearray(source.read_bytes())
    for place in places:
        data[place] ^= 0xFF
    to.write_bytes(data)
    return to


def without_moov(source: Path, to: Path) -> Path:
    """A QuickTime file as a camera leaves it that lost its battery: no table of contents."""
    data, at = source.read_bytes(), 0
    kept = b""
    while at < len(data):
        length = int.from_bytes(data[at : at + 4], "big")
        if data[at + 4 : at + 8] != b"moov":
            kept += data[at : at + length]
        at += length
    to.write_bytes(kept)
    return to


#: What a stranger may name `A001C001.mov`: FFmpeg's own lists, playlists, documents, programs.
DISGUISES: dict[str, bytes] = {
    "ffconcat": b"ffconcat version 1.0\nfile other_take.mov\n",
    "HLS": b"#EXTM3U\n#EXT-X-TARGETDURATION:9\n#EXTINF:9,\nother_take.mov\n#EXT-X-ENDLIST\n",
    "HLS over http": b"#EXTM3U\n#EXT-X-TARGETDURATION:9\n#EXTINF:9,\nhttp://127.0.0.1:9/a.ts\n#EXT-X-ENDLIST\n",
    "HLS data URI": b"#EXTM3U\n#EXTINF:9,\ndata:video/mp2t;base64,R0AREABC\n#EXT-X-ENDLIST\n",
    "HLS master": b"#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\nchild.m3u8\n",
    "HLS of itself": b"#EXTM3U\n#EXTINF:9,\nA001C001.mov\n#EXT-X-ENDLIST\n",
    "DASH with a DTD": b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><MPD>&b;</MPD>',
    "SDP": b"v=0\r\no=- 0 0 IN IP4 127.0.0.1\r\ns=x\r\nm=video 5004 RTP/AVP 96\r\n",
    "web page": b"<!DOCTYPE html><html><body>Sign in to the hotel network</body></html>",
    "program": b"\x7fELF\x02\x01\x01" + bytes(4096),
    "archive": b"PK\x03\x04" + bytes(4096),
    "PNG picture": b"\x89PNG\r\n\x1a\n" + bytes(64),
    "nothing": b"",
    "one byte": b"\x00",
    "zeros": bytes(1 << 16),
}


def _channels(layout: str) -> int:
    return {"mono": 1, "stereo": 2, "5.1": 6, "quad": 4}.get(layout) or layout.count("+") + 1
