"""A part of a recorder's file as a file of its own: the very samples, and few bytes asked for."""

import io
import struct
import wave
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from circletake.contracts.errors import Rejected
from circletake.contracts.files import SourceFile
from circletake.contracts.sound import AppliedSound, PlacedSound, SoundTrack
from circletake.film.sound.headers import read_sound
from circletake.film.sound.slices import Samples, carried, read_samples, seconds, under
from tests.film import wavs


def counted(frames: int, frame_bytes: int = 6) -> bytes:
    """Sound in which every sample tells its number."""
    return b"".join(struct.pack("<Q", number)[:frame_bytes] for number in range(frames))


def reader(body: bytes, asked: list[range] | None = None) -> Callable[[int, int], bytes]:
    def read(start: int, length: int) -> bytes:
        if asked is not None:
            asked.append(range(start, start + length))
        return body[start : start + length]

    return read


def sliced(body: bytes, frames: range) -> bytes:
    samples = read_samples(len(body), reader(body))
    wanted = samples.bytes_of(frames)
    return samples.head(len(wanted)) + body[wanted.start : wanted.stop]


WHOLE = wavs.riff(wavs.bext(), wavs.fmt(), wavs.chunk(b"data", counted(1000)), wavs.ixml())
#: A head larger than a block, as poly-WAVs with long iXML before the sound have it.
LONG_HEAD = wavs.riff(wavs.chunk(b"iXML", bytes(200_000)), wavs.fmt(), wavs.chunk(b"data", counted(500_000)))


@given(first=st.integers(-50, 1100), length=st.integers(0, 1200))
def test_a_slice_is_a_wav_of_the_samples_that_there_are(first: int, length: int) -> None:
    with wave.open(io.BytesIO(sliced(WHOLE, range(first, first + length)))) as made:
        told = (made.getnchannels(), made.getsampwidth(), made.getframerate())
        there = range(max(first, 0), max(0, min(first + length, 1000)))
        assert told == (2, 3, 48_000)
        assert made.readframes(10_000) == counted(1000)[there.start * 6 : there.stop * 6 if there else there.start * 6]


def test_of_the_sound_itself_no_byte_is_asked_for_beyond_a_block() -> None:
    asked: list[range] = []
    samples = read_samples(len(LONG_HEAD), reader(LONG_HEAD, asked))
    assert (samples.frames, samples.at) == (500_000, LONG_HEAD.index(b"data") + 8)
    assert sum(map(len, asked)) < 200_000 + 2 * 65_536 < len(LONG_HEAD) / 5


def test_the_form_and_length_are_those_that_the_header_is_read_for() -> None:
    told = read_sound("T.WAV", io.BytesIO(WHOLE), len(WHOLE))
    samples = read_samples(len(WHOLE), reader(WHOLE))
    assert (samples.form.rate, samples.form.channels, samples.frames) == (told.rate, told.channels, told.frames)


@pytest.mark.parametrize(
    ("form", "kind", "bits"),
    [
        (wavs.fmt(bits=16), 1, 16),
        (wavs.fmt(bits=24, align=8), 1, 32),
        (wavs.fmt(bits=32, kind=3), 3, 32),
        (wavs.fmt(bits=64, kind=3, channels=1), 3, 64),
    ],
    ids=["16 bits", "24 bits in four bytes", "float", "double"],
)
def test_a_slice_tells_how_its_samples_lie(form: bytes, kind: int, bits: int) -> None:
    made = sliced(wavs.riff(form, wavs.chunk(b"data", bytes(960))), range(10))
    assert struct.unpack_from("<HHIIHH", made, 20)[0] == kind
    assert struct.unpack_from("<HHIIHH", made, 20)[5] == bits


def test_an_extensible_header_becomes_a_plain_one_without_a_layout_that_nobody_meant() -> None:
    body = struct.pack("<HHIIHHHHI", 0xFFFE, 2, 48_000, 288_000, 6, 24, 22, 24, 0x33) + struct.pack("<H14s", 1, b"")
    made = sliced(wavs.riff(wavs.chunk(b"fmt ", body), wavs.chunk(b"data", counted(20))), range(5))
    assert struct.unpack_from("<HH", made, 20) == (1, 2)


def test_a_slice_of_more_than_four_gigabytes_says_how_long_it_is() -> None:
    samples = read_samples(len(WHOLE), reader(WHOLE))
    head = Samples(samples.form, samples.at, 10**9).head(6 * 10**9)
    assert head[:4] == b"RF64"
    told = read_samples(len(head) + 6 * 10**9, reader(head + bytes(1 << 16)))
    assert told.frames == 10**9


def test_a_file_of_rf64_is_cut_like_any_other() -> None:
    body = wavs.riff(wavs.ds64(6000), wavs.fmt(), wavs.chunk(b"data", counted(1000), says=0xFFFF_FFFF), form=b"RF64")
    assert sliced(body, range(10, 20)).endswith(counted(1000)[60:120])


@pytest.mark.parametrize("body", [b"", b"RIFF", wavs.riff(wavs.fmt()), wavs.riff(wavs.data())])
def test_what_is_no_sound_file_is_refused(body: bytes) -> None:
    with pytest.raises(Rejected):
        read_samples(len(body), reader(body))


def test_seconds_are_whole_samples_at_both_ends() -> None:
    samples = read_samples(len(WHOLE), reader(WHOLE))
    assert seconds(samples, -1.0, 0.00001) == range(0, 1)
    assert seconds(samples, 1.00001, Fraction(2)) == range(48_000, 96_000)


@pytest.mark.parametrize(
    ("offset", "speed", "wanted"),
    [
        (100, Fraction(1), range(100, 100 + 96_000 + 1)),
        (-100, Fraction(1), range(-100, -100 + 96_000 + 1)),
        (0, Fraction(147, 160), range(0, 88_200 + 1)),
        (0, Fraction(1000, 1001), range(0, 95_905 + 1)),
    ],
)
def test_as_many_samples_are_wanted_as_pass_while_the_clip_lasts(offset: int, speed: Fraction, wanted: range) -> None:
    file = SourceFile(key="k", s3_version="1", version="0" * 20, size_bytes=1)
    assert under(PlacedSound(file=file, offset=offset, rate=48_000, speed=speed), Fraction(2)) == wanted


def test_a_slice_lies_on_disk_as_it_is_told(tmp_path: Path) -> None:
    (tmp_path / "slice.wav").write_bytes(sliced(WHOLE, range(100, 300)))
    with wave.open(str(tmp_path / "slice.wav")) as made:
        assert made.getnframes() == 200


def test_of_a_recording_only_the_files_are_carried_of_which_a_track_is_heard() -> None:
    files = tuple(
        PlacedSound(
            file=SourceFile(key=f"T_{number}.WAV", s3_version="1", version=f"{number}" * 20, size_bytes=1),
            offset=number, rate=48_000,
        )
        for number in range(4)
    )  # fmt: skip
    mix, iso = (SoundTrack(name=f"T{number}", file=number, channel=1) for number in (1, 3))
    sound = AppliedSound(files=files, mix=(mix,), isos=(iso,), sentence="By timecode.")
    edited, reviewed = (carried(sound, edited=each) for each in (True, False))
    assert [[each.offset for each in found.files] for found in (edited, reviewed)] == [[1, 3], [1]]
    assert [(track.name, track.file) for track in edited.mix + edited.isos] == [("T1", 0), ("T3", 1)]
    assert (reviewed.mix[0].file, reviewed.isos) == (0, ())
