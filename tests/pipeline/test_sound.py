"""A recorder's files through the real handlers: what headers say is known; what lies is said of that file alone."""

import json
import random

import boto3
import pytest

from circletake.contracts import table
from circletake.contracts.keys import COMPLETION_PATH
from circletake.contracts.takes import SoundFile
from tests.film.wavs import bext, chunk, data, ds64, fmt, ixml, riff, wav
from tests.pipeline.test_crashes import Reaper
from tests.pipeline.world import World

CARD = "bikes/main/D001/SR004/o-1/"
GOOD = wav()
#: What is wrong with a file → the file, and what is said of it.
UNREADABLE = {
    "no-wav.wav": (b"ID3\x04" + bytes(2000), "no WAV file"),
    "empty.wav": (b"", "no WAV file"),
    "a.aif": (b"FORM" + bytes(4) + b"AIFF" + bytes(2000), "an AIFF file and no WAV file"),
    "a.flac": (b"fLaC" + bytes(2000), "a FLAC file and no WAV file"),
    "cut-head.wav": (GOOD[:648], "ends before its sound begins"),
    "mp3-in-wav.wav": (riff(fmt(kind=0x55), data()), "compressed"),
    "no-format.wav": (riff(bext(), data()), "does not say which format"),
    "no-rate.wav": (riff(fmt(rate=3), data()), "no recorder writes"),
    "maze.wav": (riff(*[chunk(b"junk", bytes(70_000)) for _ in range(80)], fmt(), data()), "without an end"),
}
#: What lies and can be read all the same → the file, how many samples are there, what is odd about it.
ODD = {
    "size-0.wav": (riff(bext(), fmt(), chunk(b"data", bytes(2880), says=0)), 480, "never finished"),
    "size-ff.wav": (riff(bext(), fmt(), chunk(b"data", bytes(2880), says=0xFFFFFFFF)), 480, "never finished"),
    "too-long.wav": (riff(fmt(), chunk(b"data", bytes(2880), says=9_000_000)), 480, "was cut short"),
    "rf64.wav": (riff(ds64(2880), bext(), fmt(), chunk(b"data", bytes(2880), says=0xFFFFFFFF), ixml(), form=b"RF64"),
                 480, None),
    "tail.wav": (riff(fmt(), data(), bext(), ixml()), 480, None),
}  # fmt: skip


def upload_all(world: World) -> None:
    for name, body in {"good.wav": GOOD, **{k: v[0] for k, v in (UNREADABLE | ODD).items()}}.items():
        world.upload(CARD + name, body)


def sounds(world: World) -> dict[str, SoundFile]:
    return {row["path"]: SoundFile.model_validate_json(row["sound"]) for row in world.rows(table.SOUND)}


def test_headers_that_lie_are_said_on_their_files_and_the_neighbours_go_on(world: World) -> None:
    upload_all(world)
    world.deliver_all()
    files = {row["path"]: row for row in world.rows(table.FILE)}
    for name, (_, said) in UNREADABLE.items():
        assert said in files[name]["sentence"], name
        assert files[name]["next_step"]
    known = sounds(world)
    assert known.keys() == {"good.wav", *ODD}
    for name, (_, frames, odd) in ODD.items():
        assert known[name].frames == frames, name
        assert odd is None or any(odd in remark for remark in known[name].remarks), name
    good = known["good.wav"]
    assert (good.name, good.rate, good.start, good.family) == ("good.wav", 48_000, 36_036 * 48_000, "FAM0042")
    assert good.tracks == {1: "MixL", 2: "Boom"}
    assert files["good.wav"]["code"] == "KEPT_AS_IT_IS"


def test_a_roll_of_sound_is_kept_and_counted_as_before(world: World) -> None:
    upload_all(world)
    world.deliver_all(twice=True)
    ((roll, row),) = world.reading.rolls("bikes")
    assert {each["state"] for each in world.rows(table.FILE)} == {"KEPT"}
    assert (row["n_files"], row["n_open"]) == (1 + len(UNREADABLE) + len(ODD), 0)
    assert roll.roll == "SR004"


@pytest.mark.parametrize("seed", range(3))
def test_twice_and_in_any_order_comes_to_the_same(world: World, seed: int) -> None:
    upload_all(world)
    world.deliver_all(random.Random(seed), twice=True)
    known, rows = sounds(world), world.rows(table.SOUND)
    assert known.keys() == {"good.wav", *ODD}
    for row in world.rows(table.FILE):
        file = json.loads(row["file"])
        detail = {"roll": {"production": "bikes", "unit": "main", "day": "D001", "roll": "SR004"}}
        world._send("circletake", "ReadSound", {**detail, "offload": "o-1", "path": row["path"], "file": file})
    world.deliver_all()
    assert world.rows(table.SOUND) == rows
    assert not world.rows(table.FACT)


def test_of_a_file_of_gigabytes_a_few_blocks_are_read(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """The sound is between the header and the iXML behind it."""
    body = riff(bext(), fmt(), data(8 << 20), ixml())
    world.upload(CARD + "long.wav", body)
    reads = []
    objects = world.handlers["inspect"].objects
    read_range = objects.read_range

    def counted(bucket: str, file: object, start: int, length: int, **more: object) -> bytes:
        reads.append(length)
        return bytes(read_range(bucket, file, start, length, **more))

    monkeypatch.setattr(objects, "read_range", counted)
    world.deliver_all()
    assert sounds(world)["long.wav"].frames == 8 << 20
    assert sounds(world)["long.wav"].family == "FAM0042"
    assert len(reads) <= 4
    assert sum(reads) <= 4 * 64 << 10


def test_a_new_version_of_a_file_is_read_beside_the_old_one(world: World) -> None:
    world.upload(CARD + "a.wav", GOOD)
    world.deliver_all()
    world.upload(CARD + "a.wav", riff(bext(), fmt(), data(960), ixml()))
    world.deliver_all()
    frames = sorted(SoundFile.model_validate_json(row["sound"]).frames for row in world.rows(table.SOUND))
    assert frames == [480, 960]
    versions = boto3.client("s3").list_object_versions(Bucket="ingest", Prefix=CARD + "a.wav")["Versions"]
    assert len(versions) == 2


def test_a_day_is_told_once_for_each_file_that_could_be_read(world: World) -> None:
    upload_all(world)
    heard: list[str] = []
    take = world.bus.take

    def noted() -> list[tuple[str, str]]:
        said = take()
        heard.extend(json.loads(text)["day"]["day"] for name, text in said if name == "DayChanged")
        return said

    world.bus.take = noted  # type: ignore[method-assign]
    world.deliver_all(twice=True)
    assert heard == ["D001"] * (1 + len(ODD))


@pytest.mark.parametrize("at", range(1, 20, 3))
def test_a_worker_that_dies_anywhere_leaves_the_header_to_the_next(world: World, at: int) -> None:
    world.upload(CARD + "good.wav", GOOD)
    world.upload(CARD + "maze.wav", UNREADABLE["maze.wav"][0])
    reaper = Reaper(world, at)
    for _ in range(3):
        world.deliver_all()
        world.clock.forward(120)
        world.sweep()
    world.deliver_all()
    assert reaper.counted >= min(at, 16)
    assert sounds(world).keys() == {"good.wav"}
    said = {row["path"]: row["sentence"] for row in world.rows(table.FILE)}
    assert "without an end" in said["maze.wav"]
    assert not world.rows(table.FACT)


def test_the_mail_of_a_sound_roll_calls_none_of_it_a_camera_s_and_says_what_to_ask_for(world: World) -> None:
    files = []
    for name in ("a.aif", "mp3-in-wav.wav"):
        version, size = world.upload(CARD + name, UNREADABLE[name][0]), len(UNREADABLE[name][0])
        files.append({"path": name, "size_bytes": size, "s3_version": version})
    world.deliver_all()
    world.upload(CARD + COMPLETION_PATH, json.dumps({"offload": "o-1", "files": files}).encode())
    world.deliver_all()
    (mail,) = [mail for mail in world.mails() if "SR004 is in" in mail.subject]
    assert "1 of sound, kept and not heard, in no WAV: ask sound" in mail.body
    assert "camera file" not in mail.body
