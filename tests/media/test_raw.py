"""What RAW tells without its decoder is read exactly; what it does not tell is None, whatever the file holds."""

import struct
import time
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from circletake.contracts.errors import Code, Rejected
from circletake.contracts.media import CameraFacts, PictureSource, RawFacts, RawKind
from circletake.film.raw import RawState, raw_kind, raw_state
from circletake.media.camera import camera_facts, remark
from circletake.media.inspecting import inspect
from circletake.media.raw import UndecodedRaw, ranges_of_raw, read_raw
from circletake.media.red import read_header
from tests import footage, raw_footage

RED_ENTRIES = {
    0x1001: b"14:22:31:08\0",
    0x1006: b"102-175-0C4\0",
    0x101A: b"A001\0",
    0x1023: b"20260930\0",
    0x1070: b"Summilux 35\0",
    0x1071: b"V-RAPTOR\0",
    0x403B: struct.pack(">H", 800),
    0x200D: struct.pack(">f", 5600),
}


def read(kind: RawKind, *files: Path) -> RawFacts:
    return read_raw(files, kind, tools=footage.TOOLS, deadline=time.monotonic() + 30)


def look(*files: Path, raw: RawKind | None = None) -> RawFacts:
    size = sum(file.stat().st_size for file in files)
    with pytest.raises(UndecodedRaw) as undecoded:
        inspect(files, size_bytes=size, tools=footage.TOOLS, deadline=time.monotonic() + 30, raw=raw)
    assert undecoded.value.verdict.code is Code.RAW_WITHOUT_DECODER
    return undecoded.value.facts


def test_a_blackmagic_clip_tells_all_that_its_container_says(tmp_path: Path) -> None:
    clip = raw_footage.braw(tmp_path / "a.braw", rate="24000/1001", frames=12, timecode="01:02:03:04", reel="A001")
    found = look(clip, raw=RawKind.BRAW)
    assert (found.kind, found.maker, found.codec) == (RawKind.BRAW, "Blackmagic Design", "brst")
    assert (found.rate, found.frames, found.start_timecode) == (Fraction(24000, 1001), 12, "01:02:03:04")
    assert (found.reel, found.width, found.height) == ("A001", 320, 180)


def test_the_spans_of_a_clip_are_counted_together(tmp_path: Path) -> None:
    spans = [raw_footage.braw(tmp_path / f"{n}.braw", frames=n, timecode="01:00:00:00") for n in (5, 7)]
    assert read(RawKind.BRAW, *spans).frames == 12


@pytest.mark.parametrize(("company", "kind"), [("Sony", RawKind.X_OCN), ("ARRI", RawKind.ARRIRAW), ("Nobody", None)])
def test_mxf_that_nobody_decodes_here_tells_its_maker_its_frames_and_its_timecode(
    tmp_path: Path, company: str, kind: RawKind | None
) -> None:
    clip = raw_footage.raw_mxf(tmp_path / "a.mxf", company=company, frames=12, timecode="10:11:12:13", reel="A001")
    found = look(clip)
    assert (found.kind, found.maker) == (kind, company)
    assert (found.frames, found.start_timecode, found.reel) == (12, "10:11:12:13", "A001")


def test_a_red_header_tells_size_rate_timecode_and_camera_but_never_a_number_of_frames(tmp_path: Path) -> None:
    clip = tmp_path / "A001_C001_05026M_001.R3D"
    clip.write_bytes(raw_footage.r3d((8192, 4320), (24000, 1001), RED_ENTRIES))
    found = look(clip)
    assert (found.kind, found.maker, found.codec) == (RawKind.R3D, "RED", "RED2")
    assert (found.width, found.height, found.rate) == (8192, 4320, Fraction(24000, 1001))
    assert (found.start_timecode, found.reel, found.frames) == ("14:22:31:08", "A001", None)
    assert found.camera == CameraFacts(
        model="V-RAPTOR", serial="102-175-0C4", lens="Summilux 35", exposure_index="800", white_balance="5600",
        shot_at="20260930",
    )  # fmt: skip


@given(
    start=st.sampled_from([b"\0\0\1\0RED1", b"\0\0\1\0RED2", b"\0\0\x10\0RED1", b"\xff\xff\xff\xffRED2"]),
    rest=st.binary(max_size=600),
)
def test_no_header_breaks_the_reader_or_makes_a_fact_that_cannot_be(start: bytes, rest: bytes) -> None:
    facts = RawFacts(kind=RawKind.R3D, **read_header(start + rest))
    assert RawFacts.model_validate_json(facts.model_dump_json()) == facts


@given(value=st.binary(max_size=200), number=st.sampled_from(sorted(RED_ENTRIES)))
def test_no_entry_of_a_red_directory_brings_control_characters_or_floods(value: bytes, number: int) -> None:
    head = raw_footage.r3d((4096, 2160), (24, 1), {**RED_ENTRIES, number: value})
    facts = RawFacts(**read_header(head))
    told = [text for text in (facts.reel, *(facts.camera or CameraFacts()).model_dump().values()) if text]
    assert all(text.isprintable() and len(text) <= 120 for text in told)


@pytest.mark.parametrize(
    "body", [b"RED2 one", b"", b"ffconcat version 1.0\nfile x\n", bytes(4096), b"ARRI\x12\x34" + bytes(99)]
)
def test_what_cannot_be_read_is_archived_with_nothing_told(tmp_path: Path, body: bytes) -> None:
    clip = tmp_path / "a.r3d"
    clip.write_bytes(body)
    assert look(clip, raw=RawKind.R3D) == RawFacts(kind=RawKind.R3D, maker="RED")


def test_raw_in_a_container_that_says_it_is_cut_short_is_incomplete(tmp_path: Path) -> None:
    clip = raw_footage.braw(tmp_path / "a.braw", frames=24)
    with pytest.raises(Rejected) as refusal:
        read(RawKind.BRAW, footage.cut(clip, tmp_path / "cut.braw", keep=0.6))
    assert refusal.value.verdict.code is Code.INCOMPLETE_MEDIA


def test_a_large_file_with_a_header_of_its_own_is_read_at_its_edges_only() -> None:
    asked: list[int] = []

    def reading(data: bytes) -> Callable[[int, int], bytes]:
        def read(start: int, length: int) -> bytes:
            asked.append(length)
            return data[start : start + length]

        return read

    wanted = ranges_of_raw(4 << 30, reading(raw_footage.r3d((1, 1), (24, 1), {})))
    assert wanted is not None
    assert sum(map(len, wanted)) + sum(asked) < 4 << 20


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("a.R3D", RawKind.R3D), ("x/b.ari", RawKind.ARRIRAW), ("c.arx", RawKind.ARRIRAW), ("d.mxf", None),
        ("e.NEV", RawKind.N_RAW),
    ],
)  # fmt: skip
def test_a_name_says_which_raw_it_is(path: str, kind: RawKind | None) -> None:
    assert raw_kind(path) is kind


def test_a_raw_clip_is_in_one_of_four_states() -> None:
    nothing, something = RawFacts(kind=RawKind.R3D, maker="RED"), RawFacts(kind=RawKind.BRAW, frames=3)
    assert raw_state(nothing, None) is RawState.ARCHIVED
    assert raw_state(something, None) is RawState.METADATA_ONLY
    assert raw_state(nothing, PictureSource.EXTERNAL_PROXY) is RawState.EXTERNAL_PROXY
    assert raw_state(something, PictureSource.VENDOR_DECODER) is RawState.VENDOR_DECODER


# --- what a camera says of itself ----------------------------------------------------------------------------------


def tagged(to: Path, **tags: str) -> Path:
    options = [part for name, text in tags.items() for part in ("-metadata", f"{name}={text}")]
    return footage.clip(to, frames=2, options=("-movflags", "use_metadata_tags", *options))


def camera_of(clip: Path) -> CameraFacts | None:
    return inspect([clip], size_bytes=clip.stat().st_size, tools=footage.TOOLS, deadline=time.monotonic() + 30).camera


def test_arris_own_tags_come_before_apples(tmp_path: Path) -> None:
    arri = "com.arri.camera"
    tags: dict[str, Any] = {
        f"{arri}.CameraModel": "ALEXA 35", f"{arri}.CameraSerialNumber": "50123", f"{arri}.ExposureIndexAsa": "800",
        f"{arri}.ShutterAngle": "1728", f"{arri}.WhiteBalanceKelvin": "5600", f"{arri}.LensType": "Signature 35",
        "com.apple.quicktime.make": "ARRI", "com.apple.quicktime.model": "another",
        "com.apple.quicktime.creationdate": "2026-09-30T08:46:50+0200",
    }  # fmt: skip
    assert camera_of(tagged(tmp_path / "a.mov", **tags)) == CameraFacts(
        maker="ARRI", model="ALEXA 35", serial="50123", lens="Signature 35", exposure_index="800", shutter="172.8",
        white_balance="5600", shot_at="2026-09-30T08:46:50+0200",
    )  # fmt: skip


@pytest.mark.parametrize("name", ["a.mov", "a.mxf", "a.mkv"])
def test_a_file_that_no_camera_wrote_names_no_camera(tmp_path: Path, name: str) -> None:
    clip = footage.clip(tmp_path / name, codec="dnxhr" if name.endswith("mxf") else "prores", frames=2)
    assert camera_of(clip) is None


def test_a_tag_that_would_hurt_who_shows_it_is_one_plain_short_line(tmp_path: Path) -> None:
    clip = tagged(tmp_path / "a.mov", **{"com.apple.quicktime.model": "A\r\nB\u202e\x07C" + "x" * 5000})
    camera = camera_of(clip)
    assert camera is not None
    assert camera.model is not None
    assert camera.model.startswith("A B")
    assert camera.model.isprintable()
    assert len(camera.model) == 120


def described(clip: Path, xml: bytes) -> Path:
    """A clip with XML in a `meta` box at its end, as Sony's cameras write it."""
    box = b"xml " + bytes(4) + xml
    inner = len(box).to_bytes(4, "big") + box
    clip.write_bytes(clip.read_bytes() + (12 + len(inner)).to_bytes(4, "big") + b"meta" + bytes(4) + inner)
    return clip


def test_a_sony_camera_describes_itself_in_xml(tmp_path: Path) -> None:
    clip = footage.clip(tmp_path / "C0001.MP4", codec="h264", frames=2)
    xml = (
        b'<?xml version="1.0" encoding="UTF-8"?><NonRealTimeMeta xmlns="urn:schemas-professionalDisc:nonRealTimeMeta'
        b':ver.2.20"><Duration value="2"/><CreationDate value="2026-09-30T10:50:45+02:00"/><Device manufacturer="Sony" '
        b'modelName="ILME-FX6" serialNo="0500452"/><Lens modelName="FE 35 GM"/></NonRealTimeMeta>'
    )
    assert camera_of(described(clip, xml)) == CameraFacts(
        maker="Sony", model="ILME-FX6", serial="0500452", lens="FE 35 GM", shot_at="2026-09-30T10:50:45+02:00"
    )


@pytest.mark.parametrize(
    "xml",
    [
        b"<NonRealTimeMeta><Device modelName='x'",
        b"<NonRealTimeMeta><Device></NonRealTimeMeta>",
        b"<NonRealTimeMeta>" + b"<a>" * 5000 + b"</NonRealTimeMeta>",
        b"<NonRealTimeMeta>&b;</NonRealTimeMeta>",
        b"<NonRealTimeMeta>" + b" " * (300 << 10) + b"<Device modelName='x'/></NonRealTimeMeta>",
    ],
)
def test_xml_that_cannot_be_read_tells_nothing_and_harms_nothing(tmp_path: Path, xml: bytes) -> None:
    assert camera_of(described(footage.clip(tmp_path / "C0001.MP4", codec="h264", frames=2), xml)) is None


@given(st.text(max_size=2000))
def test_every_text_becomes_a_remark_or_nothing(text: str) -> None:
    plain = remark(text)
    facts = camera_facts([{"make": text}])
    if plain is None:
        assert facts is None
    else:
        assert plain.isprintable()
        assert CameraFacts(maker=plain).maker == plain
