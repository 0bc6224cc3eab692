"""A sound recorder's file → what it says of itself: bext and iXML, and the words that stand in bext's description.

Sources: BWF (EBU Tech 3285): where things lie in bext. iXML's "Usage Guidelines": recorders from before iXML write
iSCENE=, iTAKE=, iTAPE= and iNOTE= into bext's description, and iXML goes before it. Sound Devices' s or z instead of
the i, and CIRCLED, TRK1 and SPEED (023.976-ND) beside them, are knowledge of the field, not checked on a real file.
"""

import re
import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from typing import BinaryIO

from circletake.contracts.errors import Code, Rejected
from circletake.contracts.takes import Flag, Said, SoundFile
from circletake.film.papers.slating import is_wild, read_slate, read_take
from circletake.film.sound.chunks import COPY_AGAIN, Chunks, read_chunks
from circletake.film.sound.ixml import Ixml, read_ixml, read_rate
from circletake.film.timing import dropped_labels

_PCM, _FLOAT, _EXTENSIBLE = 1, 3, 0xFFFE
#: Telephones record 8,000 a second, the most that converters offer is 768,000.
_RATES = range(8_000, 768_001)
#: As many as MADI carries (AES10), and as FFmpeg's channelmap takes apart.
_MOST_CHANNELS = 64
#: A day of timecode at 23.976 lasts 86,486.4 seconds.
_DAY_S = 86_487
_PULL = Fraction(1001, 1000)
_WORD = re.compile(r"^[a-zA-Z]?(SCENE|TAKE|TAPE|NOTE|CIRCLED|SPEED|TRK(?P<track>\d{1,3}))=(?P<value>.*)$", re.MULTILINE)
_FIXED = struct.Struct("<256s32s32s10s8sQ")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


@dataclass(frozen=True, slots=True)
class _Bext:
    description: str = ""
    recorder: str | None = None
    recorded: str | None = None
    start: int | None = None
    words: dict[str, str] = field(default_factory=dict)
    tracks: dict[int, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Format:
    """How the samples of a file lie. `frame_bytes`: of one sample of every channel."""

    rate: int
    channels: int
    frame_bytes: int
    is_float: bool


def read_sound(name: str, stream: BinaryIO, size_bytes: int) -> SoundFile:
    """A file's name, the file and its size → what it says it is; of the sound itself not a byte is read.

    What is odd in the header, or not to be believed, is among its remarks. Raises `Rejected`.
    """
    if _CONTROL.search(name) or not 0 < len(name.strip()) <= 500:
        raise Rejected(Code.BAD_NAME, "This sound file has a name that cannot be written on a line.", COPY_AGAIN)
    chunks = read_chunks(stream, size_bytes)
    form = read_format(chunks)
    if chunks.sound_bytes is None:
        raise Rejected(Code.INCOMPLETE_MEDIA, "This WAV file ends before its sound begins.", COPY_AGAIN)
    bext, ixml = _bext(chunks), read_ixml(chunks.read.get(b"iXML", b""))
    rate, drop = _timecode(bext, ixml)
    stamped = ixml.count("SPEED", "TIMESTAMP_SAMPLE_RATE") or form.rate
    digitized = ixml.count("SPEED", "DIGITIZER_SAMPLE_RATE") or form.rate
    tracks = bext.tracks | ixml.tracks(form.channels)
    return SoundFile(
        name=name,
        rate=form.rate,
        channels=form.channels,
        frames=chunks.sound_bytes // form.frame_bytes,
        start=_start(bext, ixml, stamped),
        start_rate=stamped if stamped != form.rate else None,
        digitized_rate=digitized if digitized != form.rate else None,
        timecode_rate=rate,
        drop=drop,
        family=_line(ixml.text("FILE_SET", "FAMILY_UID")),
        recorder=_line(bext.recorder),
        recorded=_line(bext.recorded),
        user_bits=_line(ixml.text("UBITS")),
        description=_remark(bext.description),
        speed_note=_remark(ixml.text("SPEED", "NOTE")),
        tracks={channel: line for channel, each in sorted(tracks.items()) if (line := _line(each))},
        said=_said(name, bext, ixml),
        # The last: whoever was asked above may have left one.
        remarks=tuple(dict.fromkeys(filter(None, map(_line, _remarks(chunks, form, ixml))))),
    )


def read_format(chunks: Chunks) -> Format:
    """The chunks of a file → how its samples lie. Raises `Rejected`."""
    body = chunks.read.get(b"fmt ", b"")
    if len(body) < 16:
        raise Rejected(Code.INCOMPLETE_MEDIA, "This WAV file does not say which format its sound has.", COPY_AGAIN)
    kind, channels, rate, _, frame_bytes, bits = struct.unpack_from("<HHIIHH", body)
    if kind == _EXTENSIBLE and len(body) >= 26:
        kind = int.from_bytes(body[24:26], "little")
    if kind not in (_PCM, _FLOAT):
        raise Rejected(
            Code.CODEC_NOT_ALLOWED,
            f"The sound in this WAV file is compressed (format {kind}); production sound is PCM.",
            "Ask sound for the recorder's own files.",
        )
    if channels == 0 or rate not in _RATES or bits not in ((32, 64) if kind == _FLOAT else range(8, 33)):
        raise Rejected(
            Code.CORRUPT_ESSENCE,
            f"This WAV file says {channels} channels of {bits} bits at {rate:,} Hz, which no recorder writes.",
            COPY_AGAIN,
        )
    if channels > _MOST_CHANNELS:
        raise Rejected(
            Code.LIMIT_EXCEEDED,
            f"This WAV file says {channels:,} channels; sound is read up to {_MOST_CHANNELS}.",
            f"Ask sound for it in files of up to {_MOST_CHANNELS} tracks.",
        )
    # 24 bits may lie in four bytes.
    least = channels * -(-bits // 8)
    most = least if kind == _FLOAT else channels * 4
    if frame_bytes % channels or not least <= frame_bytes <= most:
        chunks.remarks.append(f"Its header says {frame_bytes} bytes for {channels} channels of {bits} bits.")
        frame_bytes = least
    return Format(rate, channels, frame_bytes, kind == _FLOAT)


def _bext(chunks: Chunks) -> _Bext:
    body = chunks.read.get(b"bext")
    if body is None:
        return _Bext()
    if len(body) < _FIXED.size:
        chunks.remarks.append("Its bext chunk is too short to say when it begins.")
    description, recorder, _, day, time, start = _FIXED.unpack_from(body.ljust(_FIXED.size, b"\0"))
    told = _latin(description).replace("\r\n", "\n").replace("\r", "\n")
    words, tracks = {}, {}
    for word in _WORD.finditer(told):
        if word["track"]:
            tracks[int(word["track"])] = word["value"].strip()
        else:
            words[word[1]] = word["value"].strip()
    channels = int.from_bytes(chunks.read[b"fmt "][2:4], "little")
    return _Bext(
        description=told,
        recorder=_latin(recorder),
        recorded=f"{_latin(day)} {_latin(time)}",
        start=start if len(body) >= _FIXED.size else None,
        words=words,
        tracks={track: each for track, each in tracks.items() if 1 <= track <= channels},
    )


def _start(bext: _Bext, ixml: Ixml, stamped: int) -> int | None:
    """→ samples since midnight: bext's, as everybody reads it, else iXML's."""
    low, high = (ixml.count("SPEED", f"TIMESTAMP_SAMPLES_SINCE_MIDNIGHT_{half}") for half in ("LO", "HI"))
    written = None if low is None else low + ((high or 0) << 32)
    if bext.start is not None and written is not None and written != bext.start:
        ixml.remarks.append(f"Its bext says that it begins at sample {bext.start:,}, its iXML at {written:,}.")
    start = written if bext.start is None else bext.start
    if start is not None and start >= _DAY_S * stamped:
        ixml.remarks.append(f"It says that it begins {start:,} samples after midnight, which is after the day's end.")
        return None
    return start


def _timecode(bext: _Bext, ixml: Ixml) -> tuple[Fraction | None, bool]:
    """→ the rate at which the recorder counts, if it says so, and whether in drop-frame."""
    old, _, old_flag = bext.words.get("SPEED", "").partition("-")
    rate = ixml.rate("SPEED", "TIMECODE_RATE") or read_rate(old)
    flag = (ixml.text("SPEED", "TIMECODE_FLAG") or old_flag).upper()
    drop = flag == "DF" and rate is not None and dropped_labels(rate) > 0
    if flag == "DF" and not drop:
        ixml.remarks.append("It says drop-frame, and no rate that has it.")
    return rate, drop


def _remarks(chunks: Chunks, form: Format, ixml: Ixml) -> Iterator[str]:
    yield from chunks.remarks
    for normal in (44_100, 48_000, 96_000, 192_000):
        if form.rate in (round(normal * _PULL), round(normal / _PULL)):
            way = "up" if form.rate > normal else "down"
            yield f"{form.rate:,} Hz is {normal:,} pulled {way} by 0.1 %."
    written = ixml.count("SPEED", "FILE_SAMPLE_RATE")
    if written and written != form.rate:
        yield f"Its header says {form.rate:,} Hz, its iXML {written:,}."
    digitized = ixml.count("SPEED", "DIGITIZER_SAMPLE_RATE")
    if digitized and digitized != form.rate:
        yield f"It was recorded at {digitized:,} Hz and plays at {form.rate:,}."
    master, current = (ixml.rate("SPEED", f"{which}_SPEED") for which in ("MASTER", "CURRENT"))
    if master and current and master != current:
        yield f"It was recorded for pictures at {float(current):.6g} in a project of {float(master):.6g}."
    yield from ixml.remarks


def _said(name: str, bext: _Bext, ixml: Ixml) -> Said:
    scene, take, tape, note = (ixml.text(tag) or bext.words.get(tag) for tag in ("SCENE", "TAKE", "TAPE", "NOTE"))
    flags = ixml.flags()
    circled = {"TRUE": True, "FALSE": False}.get(bext.words.get("CIRCLED", "").upper())
    if circled is not None:
        flags.setdefault(Flag.CIRCLED, circled)
    line, number = _line(scene), _line(take)
    slated = read_slate(line) if line else None
    marks = slated.flags if slated else frozenset()
    if number:
        number, more = read_take(number)
        marks |= more
    if line and is_wild(line):
        marks |= {Flag.WILD_TRACK}
    lettered = slated if slated and slated.lettered and not slated.take else None
    return Said(
        scene=lettered.scene if lettered else line,
        setup=lettered.head if lettered else None,
        take=number,
        sound_roll=_line(tape),
        sounds=(name,),
        flags=dict.fromkeys(marks, True) | flags,
        note=_remark(note),
    )


def _latin(body: bytes) -> str:
    """A field of bext, which is ASCII and ends at a NUL. Letters beyond it are a guess that loses nothing."""
    return body.split(b"\0")[0].decode("latin-1").strip()


def _line(text: str | None) -> str | None:
    """→ one line, as short as a line is; None where there is nothing."""
    return " ".join(_CONTROL.sub(" ", text or "").split())[:500].strip() or None


def _remark(text: str | None) -> str | None:
    lines = (text or "").replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return "\n".join(_CONTROL.sub(" ", line).rstrip() for line in lines)[:4000].strip() or None
