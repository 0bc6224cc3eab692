"""The customer's decoder is one command without a shell, behind walls, and whatever it does ends in a sentence."""

import json
import time
from fractions import Fraction
from pathlib import Path

import pytest

from circletake.contracts.errors import Code, Rejected
from circletake.contracts.media import RawFacts, RawKind
from circletake.film.decoders import Decoder, read_decoders
from circletake.media import isolation
from circletake.media.decoder import decode, names_for_decoder
from functions.transcode.raw import by_decoder, develop
from tests import footage


def stand_in(folder: Path, script: str, arguments: str = "{input} {output}") -> Decoder:
    """A shell script in a folder of its own, as a vendor's program would lie in one."""
    folder.mkdir(exist_ok=True)
    program = folder / "decode"
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)
    return read_decoders(json.dumps({"BRAW": f"{program} {arguments}"}))[RawKind.BRAW]


@pytest.fixture
def clip(tmp_path: Path) -> Path:
    """A RAW clip in a directory of its own, and beside the vendor's program what it will write: 24 frames."""
    (tmp_path / "vendor").mkdir()
    footage.clip(tmp_path / "vendor" / "ready.mov", frames=24, timecode="09:00:00:00")
    (tmp_path / "raw").mkdir()
    (tmp_path / "raw" / "clip.braw").write_bytes(b"raw")
    return tmp_path / "raw" / "clip.braw"


def run(decoder: Decoder, clip: Path, *, seconds: float = 60) -> Path:
    return decode(decoder, clip, deadline=time.monotonic() + seconds, heartbeat=lambda: None)


def why(decoder: Decoder, clip: Path, *, seconds: float = 60) -> str:
    with pytest.raises(Rejected) as refusal:
        run(decoder, clip, seconds=seconds)
    assert refusal.value.verdict.code is Code.DECODER_FAILED
    return refusal.value.verdict.sentence


COPY = 'cp "$(dirname "$0")/ready.mov" "$2"'


def test_a_stand_in_gives_a_mezzanine_with_every_frame(tmp_path: Path, clip: Path) -> None:
    decoder = stand_in(tmp_path / "vendor", COPY)
    rate = Fraction(24000, 1001)
    raw = RawFacts(kind=RawKind.BRAW, rate=rate, frames=24, start_timecode="01:02:03:04", reel="A001")
    mezzanine, found = develop(
        clip, raw, decoder, tools=footage.TOOLS, deadline=time.monotonic() + 60, heartbeat=lambda: None
    )
    assert footage.frame_numbers(mezzanine) == list(range(24))
    assert (found.video.frames, found.start_timecode, found.reel) == (24, "01:02:03:04", "A001")
    assert by_decoder(raw).confirmed


def test_a_timecode_of_another_rate_is_not_put_on_the_mezzanine(tmp_path: Path, clip: Path) -> None:
    raw = RawFacts(kind=RawKind.BRAW, rate=Fraction(48), frames=24, start_timecode="01:02:03:47")
    _, found = develop(
        clip, raw, stand_in(tmp_path / "vendor", COPY), tools=footage.TOOLS, deadline=time.monotonic() + 60,
        heartbeat=lambda: None,
    )  # fmt: skip
    assert found.start_timecode == "09:00:00:00"


@pytest.mark.parametrize(
    ("frames", "code", "words"),
    [
        (25, Code.INCOMPLETE_MEDIA, "has 25 frames, but 24 come out of your vendor decoder"),
        (23, Code.DECODER_FAILED, "24 frames of 23"),
    ],
)
def test_another_number_of_frames_than_the_original_tells_is_a_verdict(
    tmp_path: Path, clip: Path, frames: int, code: Code, words: str
) -> None:
    with pytest.raises(Rejected, match=words) as refusal:
        develop(
            clip, RawFacts(frames=frames), stand_in(tmp_path / "vendor", COPY), tools=footage.TOOLS,
            deadline=time.monotonic() + 60, heartbeat=lambda: None,
        )  # fmt: skip
    assert refusal.value.verdict.code is code


def test_where_the_original_tells_no_number_of_frames_the_picture_is_unconfirmed() -> None:
    assert not by_decoder(RawFacts(kind=RawKind.R3D)).confirmed
    assert by_decoder(RawFacts(kind=RawKind.R3D)).label == "vendor decoder, unconfirmed"


def test_a_mezzanine_that_is_no_picture_is_the_decoders_fault(tmp_path: Path, clip: Path) -> None:
    with pytest.raises(Rejected, match="what it wrote cannot be used") as refusal:
        develop(
            clip, RawFacts(), stand_in(tmp_path / "vendor", 'echo "#EXTM3U" > "$2"'), tools=footage.TOOLS,
            deadline=time.monotonic() + 60, heartbeat=lambda: None,
        )  # fmt: skip
    assert refusal.value.verdict.code is Code.DECODER_FAILED


@pytest.mark.parametrize(
    ("script", "words"),
    [
        ("echo 'no licence' >&2; exit 3", "it ended with 3: no licence"),
        ("exit 0", "it wrote no file"),
        (': > "$2"', "it wrote no file"),
        ('ln -s /etc/passwd "$2"', "it wrote no file"),
        ("kill -9 $$", "it ended with -9"),
    ],
)
def test_a_decoder_that_fails_is_told_of(tmp_path: Path, clip: Path, script: str, words: str) -> None:
    assert words in why(stand_in(tmp_path / "vendor", script), clip)


def test_a_decoder_without_end_is_stopped_at_half_of_the_time(tmp_path: Path, clip: Path) -> None:
    started = time.monotonic()
    assert "in time" in why(stand_in(tmp_path / "vendor", "while :; do :; done"), clip, seconds=4)
    assert time.monotonic() - started < 3.9


def test_a_program_that_is_not_there_is_a_verdict_too(clip: Path) -> None:
    decoder = read_decoders('{"BRAW": "/nowhere/decode {input} {output}"}')[RawKind.BRAW]
    assert "cannot be started" in why(decoder, clip)


def test_no_shell_reads_the_command(tmp_path: Path, clip: Path) -> None:
    decoder = stand_in(tmp_path / "vendor", 'echo "$@" > "$2.said"; ' + COPY, "{input} {output} '; touch x' $HOME *")
    run(decoder, clip)
    said = (clip.parent / "mezzanine.mov.said").read_text()
    assert said.strip().endswith("mezzanine.mov ; touch x $HOME *")
    assert not (clip.parent / "x").exists()


def test_a_decoder_writes_nowhere_but_beside_the_clip_and_reads_no_secrets(tmp_path: Path, clip: Path) -> None:
    (tmp_path / "secret").write_text("key")
    script = f"cat {tmp_path}/secret > stolen; echo x > {tmp_path}/outside; env > environment; {COPY}"
    before = isolation.refused["own_files"]
    run(stand_in(tmp_path / "vendor", script), clip)
    if isolation.refused["own_files"] > before:
        pytest.skip("this kernel has no Landlock")
    assert (clip.parent / "stolen").read_text() == ""
    assert not (tmp_path / "outside").exists()
    names = {line.split("=")[0] for line in (clip.parent / "environment").read_text().splitlines()}
    assert names <= {"HOME", "TMPDIR", "PATH", "PWD", "OLDPWD", "SHLVL", "_"}


@pytest.mark.parametrize(
    "setting",
    [
        "[]", "x",
        '{"ALEXA": "/bin/x {input} {output}"}', '{"BRAW": "x {input} {output}"}', '{"BRAW": "/bin/x {input}"}',
        '{"BRAW": "/bin/x {output}"}', '{"BRAW": ""}', '{"BRAW": ["/bin/x", "{input}", "{output}"]}',
        '{"BRAW": "/{input}/x {output}"}', '{"BRAW": "/bin/x \'{input} {output}"}',
    ],
)  # fmt: skip
def test_a_setting_that_makes_no_sense_is_refused(setting: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        read_decoders(setting)


@pytest.mark.parametrize(
    ("paths", "names"),
    [
        (["a/b/A001.braw"], ["clip.braw"]),
        (["A001_001.R3D", "A001_002.R3D"], ["clip_001.R3D", "clip_002.R3D"]),
        (["x. $(reboot)"], ["clip"]),
    ],
)
def test_a_decoder_sees_names_of_ours_with_the_endings_of_the_card(paths: list[str], names: list[str]) -> None:
    assert names_for_decoder(paths) == names
