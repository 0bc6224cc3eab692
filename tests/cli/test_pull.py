"""`circletake pull` against moto: from a cut to folders of checked frames, and what is refused on the way."""

import csv
import io
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import boto3
import numpy as np
import pytest
import xxhash
from typer.testing import CliRunner

from circletake.cli import pull as pull_command
from circletake.cli.main import app
from circletake.cli.pull_run import own_folder
from circletake.cloud.catalogue import Catalogue, Put
from circletake.cloud.deployment import Deployment
from circletake.cloud.looks import keep_lut
from circletake.contracts import table
from circletake.contracts.files import SourceFile
from circletake.contracts.keys import ClipRef, RollRef, clip_version, file_version, short_hash
from circletake.contracts.looks import AppliedLook, Cdl, Lut
from circletake.contracts.recipe import Color, Recipe
from circletake.film.looks.cdl import read_cdl
from circletake.film.originals import Original
from circletake.media.exr import read_exr
from tests import footage
from tests.aws import TABLE
from tests.film.edl import Edl, original
from tests.media.test_pulling import inspected, number_in

ROLL = RollRef(production="bikes", unit="main", day="D001", roll="A001")
SIZE = (128, 72)


@pytest.fixture(scope="module")
def take(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A camera's clip of forty numbered frames."""
    to = tmp_path_factory.mktemp("card") / "A001C003_260930_R1JL.mov"
    return footage.clip(to, frames=40, size=SIZE, timecode="14:22:31:08", reel="A001R1JL")


@pytest.fixture
def deployed(catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch) -> Deployment:
    s3 = boto3.client("s3")
    s3.create_bucket(Bucket="ingest", CreateBucketConfiguration={"LocationConstraint": "eu-central-1"})
    s3.put_bucket_versioning(Bucket="ingest", VersioningConfiguration={"Status": "Enabled"})
    found = Deployment("moto", {"Table": TABLE, "IngestBucket": "ingest"}, boto3.Session())
    monkeypatch.setattr("circletake.cli.shared.find_deployment", lambda **_: found)
    catalogue.transact([Put({"pk": table.PRODUCTIONS, "sk": "bikes"})])
    catalogue.transact([Put({"pk": table.production_pk("bikes"), "sk": table.roll_listing_sk(ROLL)})])
    catalogue.transact([Put({"pk": ROLL.partition, "sk": table.ROLL})])
    return found


def receive(
    catalogue: Catalogue, *files: Path, path: str = "", body: bytes | None = None, digests: bool = True, **more: Any
) -> Original:
    """A clip arrived and was inspected → as a cut's list names it. `body` is what lies in the bucket instead."""
    paths = [path or file.name for file in files]
    sources = []
    for file, at in zip(files, paths, strict=True):
        key = f"{ROLL.prefix}o-1/{at}"
        data = file.read_bytes() if body is None else body
        version = boto3.client("s3").put_object(Bucket="ingest", Key=key, Body=data)["VersionId"]
        source = SourceFile(key=key, s3_version=version, version=file_version(key, version), size_bytes=len(data))
        # A file that went up in parts also has the checksum that S3 alone states.
        known = {"xxh64": xxhash.xxh64_hexdigest(file.read_bytes()), "crc64nvme": "0" * 16} if digests else {}
        row = {"pk": ROLL.partition, "sk": table.file_sk(key, source.version), "offload": "o-1", "path": at}
        row |= {"kind": "ORIGINAL", "state": "JOINED", "file": source.model_dump_json(), "digests": json.dumps(known)}
        catalogue.transact([Put(row)])
        sources.append(source)
    found = inspected(*files)
    clip = ClipRef(roll=ROLL, clip_id=short_hash(paths), version=clip_version(tuple(each.version for each in sources)))
    title = Path(paths[0]).stem
    row = {
        "pk": ROLL.partition, "sk": table.clip_sk(clip), "title": title, "path": paths[0], "offload": "o-1",
        "state": "DELIVERED", "spans": json.dumps([each.model_dump() for each in sources]),
        "received_at": "2026-10-14T10:00:00+00:00", "inspection": found.model_dump_json(), **more,
    }  # fmt: skip
    catalogue.transact([Put(row)])
    return original(
        title, reel=found.reel, start=found.start_timecode, rate=found.video.rate, frames=found.video.frames
    )


def run(edl: Edl, folder: Path, *words: str, space: str | None = "source") -> Any:
    cut = folder / "reel3.edl"
    cut.write_text(edl.text)
    command = ["pull", str(cut), "--production", "bikes", "--to", str(folder / "vfx"), *words]
    return CliRunner().invoke(app, [*command, *(["--space", space] if space else [])])


def numbers(folder: Path) -> dict[int, int]:
    """A shot's folder → the number of each file, and the frame that is to be seen in it."""
    files = sorted(folder.glob("*.exr"))
    return {int(file.name.split(".")[-2]): number_in(read_exr(file).pixels.astype(np.float32)) for file in files}


def test_a_cut_is_pulled_from_the_bucket_checked_and_not_done_twice(
    deployed: Deployment, catalogue: Catalogue, take: Path, tmp_path: Path
) -> None:
    clip = receive(catalogue, take)
    graded = "* ASC_SOP (1.1 1 0.9)(0.01 0 0)(1 1 1)\n* ASC_SAT 0.8\n"
    edl = Edl(clip.rate).event(1, clip, 12, 4, after=graded).event(2, clip, 34, 4).event(3, clip, 0, 4, reel="BL")
    done = run(edl, tmp_path, "--json")
    assert done.exit_code == 0, done.output
    told = json.loads(done.stdout)
    assert told["complete"]
    first, second = (tmp_path / "vfx" / f"bikes_00{event}_A001R1JL_v001" for event in (1, 2))
    assert numbers(first) == {number: number - 989 for number in range(993, 1013)}
    # Six frames into the last handles the clip ends: 38 and 39 are there.
    assert numbers(second) == {number: number - 967 for number in range(993, 1007)}
    assert "2 of 8 frames of handle after" in told["shots"][1]["remarks"]
    ((name, graded_as),) = read_cdl("cc", (first / f"{first.name}.cc").read_bytes())
    assert (name, graded_as) == (first.name, Cdl(slope=(1.1, 1, 0.9), offset=(0.01, 0, 0), saturation=0.8))
    assert footage.frame_numbers(first / f"{first.name}_reference.mov") == list(range(4, 24))
    sheet, page = (Path(name).read_text("utf-8-sig") for name in told["sheets"])
    rows = list(csv.DictReader(io.StringIO(sheet)))
    assert [(row["Event"], row["State"], row["Frames"]) for row in rows] == [
        ("1", "CHECKED", "20"), ("2", "CHECKED", "14"), ("3", "NOTHING TO PULL", ""),
    ]  # fmt: skip
    assert "2 of 2 shots are complete and checked, 34 frames." in page
    made = {file: file.stat().st_mtime_ns for file in (tmp_path / "vfx").rglob("*.exr")}
    again = run(edl, tmp_path, "--json")
    assert (again.exit_code, json.loads(again.stdout)["shots"]) == (0, told["shots"])
    assert made == {file: file.stat().st_mtime_ns for file in (tmp_path / "vfx").rglob("*.exr")}


def test_a_card_on_this_machine_is_as_good_and_is_held_against_the_catalogue(
    deployed: Deployment, catalogue: Catalogue, take: Path, tmp_path: Path
) -> None:
    clip = receive(catalogue, take, body=b"nothing")
    row = next(iter(catalogue.query(ROLL.partition, table.CLIP)))
    spans = [json.loads(row["spans"])[0] | {"size_bytes": take.stat().st_size}]
    boto3.resource("dynamodb").Table(TABLE).put_item(Item=row | {"spans": json.dumps(spans)})
    edl = Edl(clip.rate).event(1, clip, 12, 2)
    changed = tmp_path / "changed"
    changed.mkdir()
    footage.flipped(take, changed / take.name, places=[len(take.read_bytes()) // 2])
    (empty := tmp_path / "empty").mkdir()
    for folder, said in ((empty, "is in none of the folders"), (changed, "it was changed")):
        refused = run(edl, tmp_path, "--originals", str(folder), "--handles", "0")
        assert refused.exit_code == 1
        assert said in " ".join(refused.output.split())
    done = run(edl, tmp_path, "--originals", str(changed), "--originals", str(take.parent), "--handles", "0")
    assert done.exit_code == 0, done.output
    assert numbers(tmp_path / "vfx" / "bikes_001_A001R1JL_v001") == {1001: 12, 1002: 13}


def test_a_proxy_is_never_pulled(deployed: Deployment, catalogue: Catalogue, take: Path, tmp_path: Path) -> None:
    clip = receive(catalogue, take, path=f"Proxy/{take.name}")
    edl = Edl(clip.rate).event(1, clip, 12, 2)
    done = run(edl, tmp_path, "--handles", "0")
    assert done.exit_code == 1
    assert "it is a proxy, and plates come from originals only" in " ".join(done.output.split())
    assert not list((tmp_path / "vfx").rglob("*.exr"))
    receive(catalogue, take)
    assert run(edl, tmp_path, "--handles", "0").exit_code == 0


def test_light_comes_from_the_declared_camera_space_or_not_at_all(
    deployed: Deployment, catalogue: Catalogue, take: Path, tmp_path: Path
) -> None:
    clip = receive(catalogue, take)
    edl = Edl(clip.rate).event(1, clip, 12, 1)
    refused = run(edl, tmp_path, "--handles", "0", space=None)
    assert refused.exit_code == 1
    assert "it is not guessed" in " ".join(refused.output.split())
    recipe = Recipe(color=Color(camera_space="ARRI LogC3 (EI800)"))
    catalogue.transact([Put({"pk": table.recipe_pk("bikes"), "sk": "2026", "recipe": recipe.model_dump_json()})])
    assert run(edl, tmp_path, "--handles", "0", space=None).exit_code == 0
    frame = read_exr(tmp_path / "vfx" / "bikes_001_A001R1JL_v001" / "bikes_001_A001R1JL_v001.1001.exr")
    assert np.allclose(frame.header["chromaticities"][:4], (0.7347, 0.2653, 0, 1))
    assert frame.header["circletake/colour"].startswith("ARRI LogC3 (EI800) to ACES2065-1")
    # White of a video signal is far above diffuse white in LogC3.
    assert frame.pixels.max() > 20
    assert run(edl, tmp_path, "--space", "ARRI LogC4", space=None).exit_code == 2


def test_a_clips_look_goes_along_and_the_reference_shows_it(
    deployed: Deployment, catalogue: Catalogue, take: Path, tmp_path: Path
) -> None:
    lattice = "\n".join(f"{1 - r} {1 - g} {1 - b}" for b in (0, 1) for g in (0, 1) for r in (0, 1))
    # A title may be in any encoding.
    cube = f'TITLE "Été"\nLUT_3D_SIZE 2\n{lattice}\n'.encode("latin-1")
    sha256 = keep_lut(catalogue, "bikes", cube)
    look = AppliedLook(
        sha256="0" * 64, sentence="turned round", cdl=Cdl(saturation=0.5), cdl_from="the show",
        lut=Lut(sha256=sha256, name="Turned", size=2), lut_from="the show",
    )  # fmt: skip
    clip = receive(catalogue, take, look=look.model_dump_json())
    done = run(Edl(clip.rate).event(1, clip, 12, 2), tmp_path, "--handles", "2")
    assert done.exit_code == 0, done.output
    shot = tmp_path / "vfx" / "bikes_001_A001R1JL_v001"
    assert (shot / f"{shot.name}.cube").read_bytes() == cube
    assert (shot / f"{shot.name}_look.cube").is_file()
    assert read_cdl("cc", (shot / f"{shot.name}.cc").read_bytes()) == [(shot.name, Cdl(saturation=0.5))]
    turned = footage.frame_numbers(shot / f"{shot.name}_reference.mov")
    assert [number ^ 0xFFF for number in turned] == [10, 11, 12, 13, 14, 15]


def test_a_damaged_original_fails_alone_and_nothing_of_it_has_its_name(
    deployed: Deployment, catalogue: Catalogue, take: Path, tmp_path: Path
) -> None:
    other = footage.clip(
        tmp_path / "A001C004_260930_R1JL.mov", frames=20, size=SIZE, timecode="15:00:00:00", reel="A001"
    )
    good = receive(catalogue, other)
    size = take.stat().st_size
    zeroed = take.read_bytes()[: size // 3] + bytes(size // 3) + take.read_bytes()[size // 3 + size // 3 :]
    bad = receive(catalogue, take, body=zeroed, digests=False)
    done = run(Edl(good.rate).event(1, bad, 10, 12).event(2, good, 4, 3), tmp_path, "--json")
    assert done.exit_code == 1
    told = json.loads(done.stdout)
    assert [shot["state"] for shot in told["shots"]] == ["FAILED", "CHECKED"]
    assert "CORRUPT" not in told["shots"][0]["remarks"]
    assert "cannot be decoded" in told["shots"][0]["remarks"]
    assert not told["complete"]
    assert sorted(path.name for path in (tmp_path / "vfx").iterdir() if path.is_dir()) == ["bikes_002_A001_v001"]
    assert "THIS PULL IS NOT COMPLETE" in Path(told["sheets"][1]).read_text()


def test_a_plate_is_never_overwritten_and_a_damaged_one_is_told(
    deployed: Deployment, catalogue: Catalogue, take: Path, tmp_path: Path
) -> None:
    clip = receive(catalogue, take)
    edl = Edl(clip.rate).event(1, clip, 12, 2)
    assert run(edl, tmp_path, "--handles", "1").exit_code == 0
    other = run(edl, tmp_path, "--handles", "2")
    assert other.exit_code == 1
    assert "something else than this pull" in " ".join(other.output.split())
    assert run(edl, tmp_path, "--handles", "2", "--version", "2").exit_code == 0
    shot = tmp_path / "vfx" / "bikes_001_A001R1JL_v001"
    next(shot.glob("*.1001.exr")).unlink()
    damaged = run(edl, tmp_path, "--handles", "1")
    assert damaged.exit_code == 1
    assert "missing or changed" in " ".join(damaged.output.split())


def _flipped(shot: Path) -> str:
    frame = next(shot.glob("*.1002.exr"))
    footage.flipped(frame, frame, places=[frame.stat().st_size - 100])
    return frame.name


def _swapped(shot: Path) -> str:
    one, other = sorted(shot.glob("*.exr"))[:2]
    before = one.read_bytes()
    one.write_bytes(other.read_bytes())
    other.write_bytes(before)
    return one.name


def _reference_flipped(shot: Path) -> str:
    (reference,) = shot.glob("*.mov")
    footage.flipped(reference, reference, places=[reference.stat().st_size // 2])
    return reference.name


def _one_too_many(shot: Path) -> str:
    one = next(shot.glob("*.exr"))
    (more := one.with_name("painted.2000.exr")).write_bytes(one.read_bytes())
    return more.name


@pytest.mark.parametrize("damage", [_flipped, _swapped, _reference_flipped, _one_too_many])
def test_a_shot_that_is_there_is_checked_again_byte_by_byte(
    damage: Callable[[Path], str], deployed: Deployment, catalogue: Catalogue, take: Path, tmp_path: Path
) -> None:
    clip = receive(catalogue, take)
    edl = Edl(clip.rate).event(1, clip, 12, 2)
    assert run(edl, tmp_path, "--handles", "1").exit_code == 0
    shot = tmp_path / "vfx" / "bikes_001_A001R1JL_v001"
    (shot / "notes.txt").write_text("what a compositor lays beside the frames is no fault")
    assert run(edl, tmp_path, "--handles", "1").exit_code == 0
    name = damage(shot)
    again = run(edl, tmp_path, "--handles", "1", "--json")
    (line,) = json.loads(again.stdout)["shots"]
    assert (again.exit_code, line["state"]) == (1, "FAILED")
    assert name in line["remarks"]


def test_what_a_killed_pull_left_is_wiped_and_two_at_once_are_refused(
    deployed: Deployment, catalogue: Catalogue, take: Path, tmp_path: Path
) -> None:
    clip = receive(catalogue, take)
    left = tmp_path / "vfx" / ".pulling-1"
    left.mkdir(parents=True)
    (left / "half.exr").write_bytes(b"v/1")
    edl = Edl(clip.rate).event(1, clip, 12, 1)
    with own_folder(tmp_path / "vfx"):
        busy = run(edl, tmp_path, "--handles", "0")
        assert busy.exit_code == 2
        assert "Another pull" in busy.output
    left.mkdir(exist_ok=True)
    assert run(edl, tmp_path, "--handles", "0").exit_code == 0
    assert not left.exists()


def test_a_name_from_a_card_stays_in_its_folder(
    deployed: Deployment, catalogue: Catalogue, take: Path, tmp_path: Path
) -> None:
    clip = receive(catalogue, take, path="../..%2F<img src=x>;$(reboot) é.mov")
    named = "* FROM CLIP NAME: ..%2F<img src=x>;$(reboot) é.mov\n"
    edl = Edl(clip.rate).event(1, clip, 12, 1, reel="A001R1JL", after=named)
    done = run(edl, tmp_path, "--handles", "0", "--template", "{clip}_{event}.{frame}.exr")
    assert done.exit_code == 0, done.output
    (shot,) = (path for path in (tmp_path / "vfx").iterdir() if path.is_dir())
    assert shot.name == "2F_img_src_x_reboot_1"


def test_a_dry_run_tells_and_writes_nothing(
    deployed: Deployment, catalogue: Catalogue, take: Path, tmp_path: Path
) -> None:
    clip = receive(catalogue, take)
    done = run(Edl(clip.rate).event(1, clip, 12, 4), tmp_path, "--dry-run", "--json")
    assert done.exit_code == 0, done.output
    (shot,) = json.loads(done.stdout)["shots"]
    assert (shot["frames"], shot["numbers"]) == ([4, 23], [993, 1012])
    assert not (tmp_path / "vfx").exists()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--template", "{nope}.{frame}.exr"), "is no field"),
        (("--template", "{show}.{frame}.exr"), "names would be given twice"),
        (("--rate", "23.976"), "no exact rate"),
        (("--space", "Rec.709 HDR"), "space"),
    ],
)
def test_what_makes_no_sense_is_refused_before_anything_is_fetched(
    words: tuple[str, str], said: str, deployed: Deployment, catalogue: Catalogue, take: Path, tmp_path: Path
) -> None:
    clip = receive(catalogue, take)
    done = run(
        Edl(clip.rate).event(1, clip, 12, 1).event(2, clip, 20, 1),
        tmp_path,
        *words,
        space=None if words[0] == "--space" else "source",
    )
    assert done.exit_code == 2
    assert said in " ".join(done.output.split())
    assert not (tmp_path / "vfx").exists()


def test_a_broken_list_and_an_empty_production_are_told_in_a_sentence(deployed: Deployment, tmp_path: Path) -> None:
    edl = Edl(original().rate)
    assert "not one event" in " ".join(run(edl, tmp_path).output.split())
    nothing = run(edl.event(1, original(), 0, 2), tmp_path)
    assert (nothing.exit_code, "Nothing of bikes has been received" in nothing.output) == (2, True)


def test_an_installation_without_the_extra_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(pull_command, "find_spec", lambda name: None if name == "OpenEXR" else os)
    done = run(Edl(original().rate).event(1, original(), 0, 1), tmp_path)
    assert done.exit_code == 2
    assert "pip install 'circletake[pulls]'" in " ".join(done.output.split())
