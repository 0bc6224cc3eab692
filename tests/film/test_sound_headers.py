"""What a sound recorder's file says of itself, and that nothing it can say does harm."""

import struct
from fractions import Fraction
from io import BytesIO
from xml.sax.saxutils import escape

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from circletake.contracts.errors import Code, Rejected
from circletake.contracts.takes import Flag, SoundFile
from circletake.film.sound.headers import read_sound
from circletake.film.sound.ixml import read_ixml, read_rate
from tests.film.wavs import IXML, START, Holed, bext, chunk, data, ds64, fmt, ixml, riff, wav


def read(body: bytes, name: str = "12A-T003.WAV") -> SoundFile:
    return read_sound(name, BytesIO(body), len(body))


def told(*pairs: tuple[str, str]) -> bytes:
    """iXML in which some values are others."""
    text = IXML
    for old, new in pairs:
        assert old in text
        text = text.replace(old, new)
    return riff(fmt(), data(), ixml(text))


def test_a_recorders_file_says_which_take_it_is_where_it_begins_and_what_its_tracks_are() -> None:
    sound = read(wav())
    assert (sound.rate, sound.channels, sound.frames, sound.start) == (48_000, 2, 480, START)
    assert (sound.timecode_rate, sound.drop, sound.family) == (Fraction(24000, 1001), False, "FAM0042")
    assert (sound.recorder, sound.recorded, sound.user_bits) == ("SoundDev: 833", "2026-11-23 10:00:00", "23112600")
    assert sound.speed_note == "straight"
    assert sound.tracks == {1: "MixL", 2: "Boom"}
    assert (sound.said.scene, sound.said.setup, sound.said.take) == ("12", "12A", "3")
    assert (sound.said.sound_roll, sound.said.sounds) == ("SR004", ("12A-T003.WAV",))
    assert sound.said.flags == {Flag.CIRCLED: True, Flag.WILD_TRACK: False}
    assert sound.said.note == "plane at the end\nagain"
    assert sound.remarks == ()
    assert SoundFile.model_validate_json(sound.model_dump_json()) == sound


def test_without_ixml_the_words_in_bext_say_the_take() -> None:
    description = (
        b"iSCENE=32\r\niTAKE=7\r\niTAPE=R1\r\niNOTE=wind\r\nsCIRCLED=TRUE\r\nsTRK2=Lav\r\nsSPEED=029.970-DF\r\n"
    )
    sound = read(riff(bext(description=description), fmt(), data()))
    assert (sound.said.scene, sound.said.setup, sound.said.take, sound.said.note) == ("32", None, "7", "wind")
    assert sound.said.flags == {Flag.CIRCLED: True}
    assert sound.tracks == {2: "Lav"}
    assert (sound.timecode_rate, sound.drop) == (Fraction(30000, 1001), True)


@pytest.mark.parametrize(
    ("scene", "take", "said"),
    [
        ("127", "2", ("127", None, "2")),
        ("A32B", "004", ("A32", "A32B", "4")),
        ("12A PU", "T03", ("12", "12A", "3")),
        ("WT1", "1", ("WT1", None, "1")),
        ("Chase", "1*", ("Chase", None, "1")),
    ],
)
def test_scene_and_take_are_read_as_on_the_papers(scene: str, take: str, said: tuple[str, str | None, str]) -> None:
    changed = (
        ("<SCENE>12A<", f"<SCENE>{scene}<"),
        ("<TAKE>3<", f"<TAKE>{take}<"),
        ("<WILD_TRACK>FALSE", "<WILD_TRACK>"),
    )
    sound = read(told(*changed))
    assert (sound.said.scene, sound.said.setup, sound.said.take) == said
    assert sound.said.flags.get(Flag.WILD_TRACK, False) == (scene == "WT1")
    assert sound.said.flags.get(Flag.PICKUP, False) == (scene == "12A PU")


def test_a_file_with_neither_says_only_its_format() -> None:
    sound = read(riff(fmt(rate=44_100, channels=1, bits=16), data(100, frame_bytes=2)))
    assert (sound.rate, sound.frames, sound.start, sound.timecode_rate) == (44_100, 100, None, None)
    assert sound.said.scene is None
    assert not sound.said.flags


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "latin-1"])
def test_ixml_is_read_in_whatever_encoding_it_is_whatever_it_says(encoding: str) -> None:
    text = IXML.replace("Boom", "Perche n° 2")
    assert read(riff(fmt(), data(), ixml(text, encoding))).tracks[2] == "Perche n° 2"
    lying = text.replace('encoding="UTF-8"', 'encoding="UTF-16"')
    assert read(riff(fmt(), data(), ixml(lying, encoding))).tracks[2] == "Perche n° 2"


def test_ixml_padded_with_nuls_and_behind_the_sound_is_found() -> None:
    padded = chunk(b"iXML", IXML.encode() + bytes(513))
    assert read(riff(fmt(), data(481, frame_bytes=3), padded)).said.take == "3"


def test_a_chunk_that_follows_an_odd_one_without_its_pad_is_found() -> None:
    odd = b"data" + struct.pack("<I", 9) + bytes(9)
    assert read(riff(fmt(bits=24, channels=1), odd, ixml())).said.take == "3"


@pytest.mark.parametrize(
    ("written", "rate"),
    [
        ("24000/1001", Fraction(24000, 1001)), ("23.976", Fraction(24000, 1001)), ("23.98", Fraction(24000, 1001)),
        ("2997/100", Fraction(30000, 1001)), ("25/1", Fraction(25)), ("24", Fraction(24)),
        ("59.94", Fraction(60000, 1001)),
        ("24/0", None), ("NaN", None), ("1e9", None), ("-25", None), ("26", None), ("", None), ("٢٥", None),
    ],
)  # fmt: skip
def test_a_rate_is_exact_or_it_is_none(written: str, rate: Fraction | None) -> None:
    assert read_rate(written) == rate


def test_take_types_of_ixml_2_are_flags_and_no_good_is_a_remark() -> None:
    sound = read(told(("<CIRCLED>TRUE</CIRCLED>", "<TAKE_TYPE>NO_GOOD,FALSE_START,PICKUP</TAKE_TYPE>")))
    assert sound.said.flags == {Flag.WILD_TRACK: False, Flag.FALSE_START: True, Flag.PICKUP: True}
    assert "Sound calls this take no good." in sound.remarks


@pytest.mark.parametrize(
    ("rate", "words"), [(47_952, "48,000 pulled down"), (48_048, "48,000 pulled up"), (95_904, "96,000 pulled down")]
)
def test_a_pulled_rate_is_read_as_it_is_and_remarked(rate: int, words: str) -> None:
    sound = read(riff(fmt(rate=rate), data()))
    assert sound.rate == rate
    assert any(words in remark for remark in sound.remarks)


def test_a_file_that_plays_slower_than_it_was_recorded_says_so() -> None:
    rates = "<FILE_SAMPLE_RATE>48000</FILE_SAMPLE_RATE><DIGITIZER_SAMPLE_RATE>48048</DIGITIZER_SAMPLE_RATE>"
    sound = read(told(("<FILE_SAMPLE_RATE>48000</FILE_SAMPLE_RATE>", rates)))
    assert sound.digitized_rate == 48_048
    assert "It was recorded at 48,048 Hz and plays at 48,000." in sound.remarks


def test_where_a_file_begins_is_counted_at_the_rate_that_it_names() -> None:
    stamp = "<TIMESTAMP_SAMPLE_RATE>96000</TIMESTAMP_SAMPLE_RATE>"
    stamp += "<TIMESTAMP_SAMPLES_SINCE_MIDNIGHT_LO>7</TIMESTAMP_SAMPLES_SINCE_MIDNIGHT_LO>"
    sound = read(told(("<FILE_SAMPLE_RATE>", f"{stamp}<FILE_SAMPLE_RATE>")))
    assert (sound.start, sound.start_rate) == (7, 96_000)


@pytest.mark.parametrize(
    ("body", "remark"),
    [
        (riff(bext(), fmt(), data(says=0)), "Its header was never finished"),
        (riff(bext(), fmt(), data(says=0xFFFF_FFFF)), "Its header was never finished"),
        (riff(bext(), fmt(), data(says=288_000_000)), "Its header says 288,000,000 bytes of sound, and"),
        (riff(fmt(align=7), data()), "Its header says 7 bytes for 2 channels of 24 bits."),
        (riff(fmt(align=0), data()), "Its header says 0 bytes for 2 channels of 24 bits."),
        (riff(chunk(b"iXML", IXML.encode(), says=1 << 31), fmt(), data()), None),
    ],
)  # fmt: skip
def test_a_header_that_lies_is_remarked_and_the_sound_is_as_long_as_it_is(body: bytes, remark: str | None) -> None:
    if remark is None:
        # It swallows all that follows, so what the sound is like is nowhere.
        with pytest.raises(Rejected) as refused:
            read(body)
        assert refused.value.verdict.code is Code.INCOMPLETE_MEDIA
        return
    sound = read(body)
    assert sound.frames == 480
    assert any(each.startswith(remark) for each in sound.remarks)


def test_a_file_in_which_nothing_was_recorded_has_no_length_and_its_ixml_is_read() -> None:
    sound = read(riff(fmt(), data(0), ixml()))
    assert (sound.frames, sound.said.take, sound.remarks) == (0, "3", ())


def test_four_bytes_for_24_bits_are_as_good_as_three() -> None:
    assert read(riff(fmt(align=8), data(frame_bytes=8))).frames == 480


@pytest.mark.parametrize("form", [b"RF64", b"BW64"])
def test_nine_gigabytes_are_told_from_their_head_and_tail(form: bytes) -> None:
    long = 9_000_000_000
    head = form + struct.pack("<I", 0xFFFF_FFFF) + b"WAVE" + ds64(long) + bext() + fmt() + b"data\xff\xff\xff\xff"
    file = Holed(head, ixml(), len(head) + long + len(ixml()))
    sound = read_sound("LONG.WAV", file, len(head) + long + len(ixml()))
    assert (sound.frames, sound.said.take, sound.remarks) == (long // 6, "3", ())
    assert file.read_bytes < 4096


def test_a_wav_of_more_than_four_gigabytes_is_as_long_as_its_next_chunk_says() -> None:
    long = 9_000_000_000
    head = b"RIFF" + bytes(4) + b"WAVE" + bext() + fmt() + b"data" + struct.pack("<I", long % (1 << 32))
    sound = read_sound("LONG.WAV", Holed(head, ixml(), len(head) + long + len(ixml())), len(head) + long + len(ixml()))
    assert (sound.frames, sound.said.take) == (long // 6, "3")
    assert "more than its header can say" in sound.remarks[0]


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"", Code.UNSUPPORTED_CONTAINER),
        (b"OggS" + bytes(40), Code.UNSUPPORTED_CONTAINER),
        (b"RIFF\0\0\0\0AVI ", Code.UNSUPPORTED_CONTAINER),
        (riff(), Code.INCOMPLETE_MEDIA),
        (riff(fmt()), Code.INCOMPLETE_MEDIA),
        (riff(data()), Code.INCOMPLETE_MEDIA),
        (riff(chunk(b"fmt ", bytes(4)), data()), Code.INCOMPLETE_MEDIA),
        (riff(fmt(channels=0, align=0), data()), Code.CORRUPT_ESSENCE),
        (riff(fmt(rate=0), data()), Code.CORRUPT_ESSENCE),
        (riff(fmt(rate=0xFFFF_FFFF), data()), Code.CORRUPT_ESSENCE),
        (riff(fmt(bits=0), data()), Code.CORRUPT_ESSENCE),
        (riff(fmt(kind=0x55), data()), Code.CODEC_NOT_ALLOWED),
        # FFmpeg takes no more of them apart, and a clip above which it lies would never be made.
        (riff(fmt(channels=65), data()), Code.LIMIT_EXCEEDED),
        (riff(fmt(channels=20_000, bits=32, align=0), data()), Code.LIMIT_EXCEEDED),
    ],
)
def test_what_is_no_wav_with_sound_is_refused_with_a_sentence(body: bytes, code: Code) -> None:
    with pytest.raises(Rejected) as refused:
        read(body)
    assert refused.value.verdict.code is code
    assert refused.value.verdict.sentence.endswith(".")
    assert refused.value.verdict.next_step.endswith(".")


@pytest.mark.parametrize(
    "text",
    [
        '<!DOCTYPE a [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]><BWFXML><SCENE>&b;</SCENE></BWFXML>',
        '<!DOCTYPE a [<!ENTITY a SYSTEM "file:///etc/passwd">]><BWFXML><SCENE>&a;</SCENE></BWFXML>',
        "<BWFXML>" * 100_000,
        "<BWFXML><SCENE>12",
        "<BWFXML>" + "<TRACK/>" * 60_000 + "</BWFXML>",
        "<html/>",
        "x" * 300_000,
    ],
)  # fmt: skip
def test_ixml_that_is_none_or_a_bomb_costs_its_own_values_only(text: str) -> None:
    sound = read(riff(bext(), fmt(), data(), ixml(text)))
    assert (sound.frames, sound.said.take) == (480, "3")
    if "<TRACK/>" not in text:
        assert any("iXML" in remark for remark in sound.remarks)


def test_a_name_that_no_line_holds_is_refused() -> None:
    for name in ("", " ", "a\nb.wav", "x" * 501):
        with pytest.raises(Rejected) as refused:
            read(wav(), name)
        assert refused.value.verdict.code is Code.BAD_NAME


_ANY_TEXT = st.text(max_size=40)
_NUMBERS = st.one_of(
    st.integers().map(str), st.sampled_from(["NaN", "1e999", "-0", "24/0", "٢٥", "9" * 400]), _ANY_TEXT
)


@given(
    fields=st.dictionaries(
        st.sampled_from(["SCENE", "TAKE", "NOTE", "CIRCLED", "TAKE_TYPE", "UBITS", "TAPE"]), _ANY_TEXT, max_size=7
    ),
    speeds=st.dictionaries(
        st.sampled_from(
            ["TIMECODE_RATE", "TIMECODE_FLAG", "FILE_SAMPLE_RATE", "MASTER_SPEED", "CURRENT_SPEED",
             "TIMESTAMP_SAMPLE_RATE", "TIMESTAMP_SAMPLES_SINCE_MIDNIGHT_HI", "TIMESTAMP_SAMPLES_SINCE_MIDNIGHT_LO",
             "DIGITIZER_SAMPLE_RATE"]
        ), _NUMBERS, max_size=9,
    ),
    channel=_NUMBERS,
)  # fmt: skip
def test_whatever_ixml_says_the_file_is_read(fields: dict[str, str], speeds: dict[str, str], channel: str) -> None:
    def elements(of: dict[str, str]) -> str:
        return "".join(f"<{name}>{escape(value)}</{name}>" for name, value in of.items())

    track = f"<TRACK_LIST><TRACK>{elements({'CHANNEL_INDEX': channel, 'NAME': channel})}</TRACK></TRACK_LIST>"
    text = f"<BWFXML>{elements(fields)}<SPEED>{elements(speeds)}</SPEED>{track}</BWFXML>"
    body = riff(fmt(), data(), chunk(b"iXML", text.encode("utf-8", "surrogatepass")))
    assert read(body).frames == 480


@given(
    start=st.integers(0, (1 << 64) - 1),
    description=st.binary(max_size=256),
    recorder=st.binary(max_size=32),
    day=st.binary(max_size=10),
    time=st.binary(max_size=8),
)
def test_whatever_bext_says_the_file_is_read(
    start: int, description: bytes, recorder: bytes, day: bytes, time: bytes
) -> None:
    parts = bext(start=start, description=description, recorder=recorder, day=day, time=time)
    sound = read(riff(parts, fmt(), data()))
    assert sound.start == (start if start < 86_487 * 48_000 else None)


@given(at=st.lists(st.tuples(st.integers(0, 1100), st.integers(0, 255)), max_size=12), cut=st.integers(0, 5000))
@example(at=[(4, 255)], cut=0)
def test_a_file_with_bytes_changed_and_its_end_cut_off_is_read_or_refused(at: list[tuple[int, int]], cut: int) -> None:
    body = bytearray(riff(bext(), fmt(), ixml(), data()))
    for place, value in at:
        body[place] = value
    sound = _read_or_refused(bytes(body[: max(0, len(body) - cut)]))
    assert sound is None or sound.frames * sound.channels <= len(body)


@given(body=st.binary(max_size=600))
def test_no_bytes_at_all_end_in_anything_but_a_sound_or_a_refusal(body: bytes) -> None:
    for whole in (body, b"RIFF\0\0\0\0WAVE" + body, b"RF64\0\0\0\0WAVEds64" + body, riff(fmt(), body, data())):
        _read_or_refused(whole)
    assert read_ixml(body).root is None


def _read_or_refused(body: bytes) -> SoundFile | None:
    """→ the sound, or None where it was refused as everything is. Anything else that it raises is raised."""
    try:
        return read(body)
    except Rejected:
        return None
