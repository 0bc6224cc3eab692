"""A clip's own sound is found in the recorder's files through the real handler: fetched by the bytes that matter."""

import json
import random
from collections.abc import Callable, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from circletake.contracts import table
from circletake.contracts.facts import LocateSound, SoundToHear
from circletake.contracts.files import SourceFile
from circletake.contracts.keys import COMPLETION_PATH, ClipRef
from circletake.contracts.sound import Listened
from circletake.media import launcher
from tests import footage, made_sound, raw_footage
from tests.film.wavs import bext, chunk, fmt, riff
from tests.pipeline.test_crashes import Reaper
from tests.pipeline.world import World

CARD, SOUNDS = "bikes/main/D001/A001/o-1/", "bikes/main/D001/SR004/o-1/"
RATE, FRAMES = Fraction(25), 300
#: Where in the recorder's file each clip begins, in seconds.
TRUTH = 31.3
QUARTER_FRAME_S = 0.01
_AT_WORK = ("receive", "inspect", "sync", "sweep")


def pcm(*channels: made_sound.Mono) -> bytes:
    """Channels at the rate at which sound is made → samples of 24 bits at 48 kHz."""
    fine = np.stack([np.repeat(each, 6) for each in channels], 1)
    whole = np.clip(fine * (1 << 20), -(1 << 23), (1 << 23) - 1).astype("<i4")
    return whole.reshape(-1).view(np.uint8).reshape(-1, 4)[:, :3].tobytes()


def recorded(*channels: made_sound.Mono) -> bytes:
    return riff(bext(), fmt(channels=len(channels)), chunk(b"data", pcm(*channels)))


def shot(to: Path, *channels: made_sound.Mono, codec: str = "h264", more: tuple[str, ...] = ()) -> bytes:
    """Pictures that move, with this sound."""
    heard = to.with_suffix(".wav")
    heard.write_bytes(riff(fmt(channels=len(channels)), chunk(b"data", pcm(*channels))))
    sound = ("-c:a", "pcm_s24le") if to.suffix != ".mp4" else ("-c:a", "aac")
    pictures = ["-f", "lavfi", "-i", f"testsrc2=s=64x36:r={RATE}"]
    launcher.make(
        [*pictures, "-i", str(heard), "-map", "0:v", "-map", "1:a", "-frames:v", str(FRAMES),
         *footage.CODECS[codec], *sound, *more, str(to)],
        tools=footage.TOOLS,
    )  # fmt: skip
    return to.read_bytes()


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """A minute and a half of the recorder's, clips that heard twelve seconds of it, and what has nothing in common."""
    folder, rng = tmp_path_factory.mktemp("sync"), np.random.default_rng(5)
    near = made_sound.speech(rng, 90)
    far = made_sound.noisy(rng, made_sound.room(rng, made_sound.heard_at(near, TRUTH, 12, 1), 0.3), 15) * 0.1
    quiet = np.zeros_like(far)
    hiss = rng.standard_normal(len(near), np.float32) * np.float32(0.01)
    return {
        "take.wav": recorded(hiss, near * np.float32(0.2)),
        "other.wav": recorded(made_sound.speech(rng, 40) * np.float32(0.2)),
        "a.mov": shot(folder / "a.mov", far),
        "b.mp4": shot(folder / "b.mp4", far),
        "c.mxf": shot(folder / "c.mxf", far, codec="dnxhr_sq", more=("-s", "256x120")),
        "GH010042.MP4": shot(folder / "GH01.mp4", quiet),
        "GH020042.MP4": shot(folder / "GH02.mp4", far),
        "second.mov": shot(folder / "second.mov", quiet, far),
        "d.mkv": shot(folder / "d.mkv", far),
        "mute.mov": footage.clip(folder / "mute.mov", frames=30, sound=None).read_bytes(),
        "a.braw": raw_footage.braw(folder / "a.braw", frames=24, timecode="01:02:03:04", reel="A001").read_bytes(),
    }


class Set:
    """What was uploaded, and orders to listen."""

    def __init__(self, world: World, made: dict[str, bytes]) -> None:
        self.world, self._made = world, made

    def arrive(self, *names: str) -> None:
        for name in names:
            place = SOUNDS if name.endswith(".wav") else CARD
            self.world.upload(place + name, self._made[name])
        self.world.under_way = [each for each in self.world.under_way if each[1]["detail-type"] == "Object Created"]
        self.settle()

    def settle(self, chance: random.Random | None = None, *, twice: bool = False) -> None:
        """What is made of the clip is no business of these tests."""
        for _ in range(12):
            self.world.under_way = [
                each for each in self.world.under_way if each[0] in ("receive", "inspect", "sync", "sweep")
            ]
            if not self.world.under_way:
                return
            self.world.deliver_some(chance, twice=twice)
        raise AssertionError("no end")

    def order(self, *sounds: tuple[str, int, float | None], of: str | None = None) -> None:
        title, clip, spans = self._clip(of)
        files = {row["path"]: SourceFile.model_validate_json(row["file"]) for row in self.world.rows(table.FILE)}
        asked = LocateSound(
            clip=clip,
            title=title,
            spans=spans,
            sounds=tuple(SoundToHear(file=files[name], channel=at, near_s=near) for name, at, near in sounds),
        )
        self.world._send("circletake", asked.name, json.loads(asked.written()))

    def listen_in(self) -> list[str]:
        """→ the names of all messages that are said from now on."""
        told, say = list[str](), self.world.bus.say

        def noted(messages: Sequence[tuple[str, str]]) -> None:
            told.extend(name for name, _ in messages)
            say(messages)

        self.world.bus.say = noted  # type: ignore[method-assign]
        return told

    def _clip(self, of: str | None) -> tuple[str, ClipRef, tuple[SourceFile, ...]]:
        """The clip that is that file, or the only one."""
        (row,) = (row for row in self.world.rows(table.CLIP) if of is None or row["title"] == Path(of).stem)
        roll = next(roll for roll, _ in self.world.reading.rolls("bikes") if roll.roll == "A001")
        spans = tuple(SourceFile.model_validate(span) for span in json.loads(row["spans"]))
        return row["title"], table.read_clip_sk(roll, row["sk"]), spans

    def heard(self, of: str | None = None) -> dict[str, Listened]:
        names = {json.loads(row["file"])["version"]: row["path"] for row in self.world.rows(table.FILE)}
        rows = self.world.rows(table.listened_sk(self._clip(of)[1]))
        return {names[row["sk"].split("#")[3]]: Listened.model_validate_json(row["listened"]) for row in rows}


@pytest.fixture
def fetched(world: World, monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, int]]:
    """Every range that `sync` asks for: whose, and how many bytes."""
    asked: list[tuple[str, int]] = []
    objects = world.handlers["sync"].objects
    open_range: Callable[..., Any] = objects._open_range

    def counted(bucket: str, file: SourceFile, start: int, length: int) -> Any:
        asked.append((file.key.rpartition("/")[2], length))
        return open_range(bucket, file, start, length)

    monkeypatch.setattr(objects, "_open_range", counted)
    return asked


def is_there(found: Listened) -> bool:
    return found.offset_s is not None and abs(found.offset_s - TRUTH) <= QUARTER_FRAME_S and found.confidence > 0.5


def test_a_clip_of_any_container_is_found_to_a_quarter_frame(world: World, made: dict[str, bytes]) -> None:
    on_set, clips = Set(world, made), ("a.mov", "b.mp4", "c.mxf", "d.mkv", "second.mov")
    on_set.arrive(*clips, "take.wav")
    for clip in clips:
        on_set.order(("take.wav", 2, TRUTH + 0.4), of=clip)
    on_set.settle()
    for clip in clips:
        assert is_there(on_set.heard(clip)["take.wav"]), clip
        assert on_set.heard(clip)["take.wav"].speed == 1


def test_near_a_timecode_only_what_lies_around_it_is_fetched(
    world: World, made: dict[str, bytes], fetched: list[tuple[str, int]]
) -> None:
    on_set = Set(world, made)
    on_set.arrive("a.mov", "take.wav")
    on_set.order(("take.wav", 2, TRUTH - 3))
    on_set.settle()
    assert is_there(on_set.heard()["take.wav"])
    of_sound = sum(length for name, length in fetched if name == "take.wav")
    # Twelve seconds and ten to either side, of six bytes 48,000 times a second; and a block of the header.
    assert of_sound <= 34 * 288_000 + (64 << 10)
    sound_of_clip = 12 * 3 * 48_000
    assert sum(length for name, length in fetched if name == "a.mov") <= sound_of_clip + (256 << 10)


def test_where_a_timecode_is_wrong_all_of_the_file_is_heard(world: World, made: dict[str, bytes]) -> None:
    on_set = Set(world, made)
    on_set.arrive("a.mov", "take.wav")
    on_set.order(("take.wav", 2, TRUTH + 36))
    on_set.settle()
    assert is_there(on_set.heard()["take.wav"])


def test_of_a_long_clip_only_the_beginning_is_listened_for(
    world: World, made: dict[str, bytes], fetched: list[tuple[str, int]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("functions.sync.fetching.LISTEN_S", 5)
    on_set, clips = Set(world, made), ("a.mov", "b.mp4", "c.mxf")
    on_set.arrive(*clips, "take.wav")
    for clip in clips:
        fetched.clear()
        on_set.order(("take.wav", 2, TRUTH + 1), of=clip)
        on_set.settle()
        assert is_there(on_set.heard(clip)["take.wav"]), clip
        assert 0 < sum(length for name, length in fetched if name == "take.wav") <= 27 * 288_000 + (64 << 10), clip


def in_chapters(world: World, made: dict[str, bytes]) -> Set:
    """One clip in two files, of which the first is silent."""
    on_set, names = Set(world, made), ("GH010042.MP4", "GH020042.MP4")
    files = [
        {"path": name, "size_bytes": len(made[name]), "s3_version": world.upload(CARD + name, made[name])}
        for name in names
    ]
    world.upload(CARD + COMPLETION_PATH, json.dumps({"offload": "o-1", "files": files}).encode())
    on_set.arrive("take.wav")
    return on_set


def test_all_files_of_a_clip_are_listened_to(world: World, made: dict[str, bytes]) -> None:
    on_set, first_s = in_chapters(world, made), FRAMES / RATE
    on_set.order(("take.wav", 2, TRUTH - first_s))
    on_set.settle()
    heard_at = on_set.heard()["take.wav"].offset_s
    assert heard_at is not None
    assert abs(heard_at - (TRUTH - first_s)) <= QUARTER_FRAME_S


def test_of_a_clip_s_later_files_nothing_is_fetched_that_nobody_listens_to(
    world: World, made: dict[str, bytes], fetched: list[tuple[str, int]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("functions.sync.fetching.LISTEN_S", 5)
    on_set = in_chapters(world, made)
    fetched.clear()
    on_set.order(("take.wav", 2, None))
    on_set.settle()
    assert {name for name, _ in fetched} == {"GH010042.MP4", "take.wav"}


def test_what_has_no_sound_that_can_be_opened_is_heard_nowhere(world: World, made: dict[str, bytes]) -> None:
    on_set, clips = Set(world, made), ("mute.mov", "a.braw")
    on_set.arrive(*clips, "take.wav")
    for clip in clips:
        on_set.order(("take.wav", 2, None), of=clip)
    on_set.settle()
    for clip in clips:
        assert on_set.heard(clip) == {"take.wav": Listened(offset_s=None, confidence=0)}, clip


def test_without_a_timecode_all_of_a_file_is_heard_part_by_part(
    world: World, made: dict[str, bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("functions.sync.fetching._PART_BYTES", 7 * 288_000)
    on_set = Set(world, made)
    on_set.arrive("a.mov", "take.wav", "other.wav")
    on_set.order(("other.wav", 1, None), ("take.wav", 2, None))
    on_set.settle()
    heard = on_set.heard()
    assert is_there(heard["take.wav"])
    assert heard["other.wav"] == Listened(offset_s=None, confidence=0)


@pytest.mark.parametrize("seed", range(2))
def test_twice_and_in_any_order_comes_to_the_same_and_is_told(world: World, made: dict[str, bytes], seed: int) -> None:
    on_set = Set(world, made)
    on_set.arrive("a.mov", "take.wav", "other.wav")
    for _ in range(2):
        on_set.order(("take.wav", 2, None))
        on_set.order(("take.wav", 2, None), ("other.wav", 1, None))
    on_set.settle(random.Random(seed), twice=True)
    rows = world.rows(table.LISTENED)
    assert is_there(on_set.heard()["take.wav"])
    on_set.order(("take.wav", 2, 80.0))
    on_set.settle()
    assert world.rows(table.LISTENED) == rows
    assert not [row for row in world.rows(table.FACT) if row["name"] == "DayChanged"]


@pytest.mark.parametrize("at", range(1, 12, 2))
def test_a_worker_that_dies_anywhere_leaves_it_to_the_next(world: World, made: dict[str, bytes], at: int) -> None:
    on_set = Set(world, made)
    on_set.arrive("a.mov", "take.wav", "other.wav")
    told = on_set.listen_in()
    on_set.order(("take.wav", 2, TRUTH), ("other.wav", 1, None))
    reaper = Reaper(world, at)
    for _ in range(3):
        on_set.settle()
        world.clock.forward(400)
        world.sweep()
        world.deliver_some()
    assert reaper.counted >= min(at, 10)
    assert is_there(on_set.heard()["take.wav"])
    assert on_set.heard().keys() == {"take.wav", "other.wav"}
    assert "DayChanged" in told
    assert not [row for row in world.rows(table.FACT) if row["name"] == "DayChanged"]
