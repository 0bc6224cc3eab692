"""`circletake editorial`: a roll's proxies and lists as they lie in the folder afterwards."""

import hashlib
import io
import json
from pathlib import Path
from typing import Any

import boto3
import pytest
from PIL import Image
from pypdf import PdfReader
from typer.testing import CliRunner

from circletake.cli.contact_sheet import write_sheet
from circletake.cli.editorial_files import file_names
from circletake.cli.main import app
from circletake.cli.report_paper import Made
from circletake.cloud.catalogue import Catalogue, Put
from circletake.cloud.deployment import Deployment
from circletake.cloud.looks import LookBook
from circletake.cloud.outbox import Outbox
from circletake.contracts import table
from circletake.contracts.keys import ClipRef, RollRef, short_hash
from circletake.contracts.media import Output, OutputManifest
from circletake.contracts.recipe import Editorial, EditorialFormat, Recipe
from tests import footage
from tests.aws import TABLE
from tests.film.test_interchange import inspected
from tests.pipeline.world import World

MOV, MXF, PRORES, H264 = EditorialFormat
MADE = Made("2026-10-14 18:30 UTC", "Circletake 0.1.0")
ROLL = RollRef(production="bikes", unit="main", day="D014", roll="A001")
LOOK = {"sha256": "0" * 64, "size": 33, "sentence": "ARRI LogC4 → ACEScct → CDL of the clip → show.cube"}
# The adapter of Final Cut Pro 7 XML asks whether an element is true, which Python 3.12 calls outdated.
pytestmark = pytest.mark.filterwarnings("ignore:.*Testing an element's truth value:DeprecationWarning")


def poster(width: int = 640, height: int = 360) -> bytes:
    body = io.BytesIO()
    Image.new("RGB", (width, height), (40, 90, 160)).save(body, "JPEG")
    return body.getvalue()


class Set:
    """A roll in the catalogue and in the review bucket, clip by clip."""

    def __init__(self, catalogue: Catalogue) -> None:
        self.catalogue, self.s3 = catalogue, boto3.client("s3")
        self.s3.create_bucket(Bucket="review", CreateBucketConfiguration={"LocationConstraint": "eu-central-1"})

    def ask_for(self, *formats: EditorialFormat) -> None:
        recipe = Recipe(editorial=Editorial(formats=formats)).model_dump_json()
        row = {"pk": table.recipe_pk("bikes"), "sk": "2026-10-14T18:00:00+00:00", "recipe": recipe, "by": "ada"}
        self.catalogue.transact([Put(row)])

    def add(self, name: str, made: dict[str, bytes], inspection: Any = None, **changed: Any) -> str:
        """A clip → where its pictures lie in the review bucket."""
        path = f"A001/{name}.mov"
        ref = ClipRef(roll=ROLL, clip_id=short_hash(name), version=short_hash(name, "1"))
        prefix = f"{ROLL.prefix}{ref.clip_id}/{ref.version}/"
        outputs = []
        for output, body in made.items():
            self.s3.put_object(Bucket="review", Key=prefix + output, Body=body)
            sha256 = hashlib.sha256(body).hexdigest()
            outputs.append(Output(name=output, media_type="video/mp4", size_bytes=len(body), sha256=sha256))
        key = f"{ROLL.prefix}o-1/{path}"
        row = {
            "pk": ROLL.partition, "sk": table.clip_sk(ref), "title": name, "path": path, "offload": "o-1",
            "state": "DELIVERED", "received_at": "2026-10-14T18:02:11+00:00",
            "spans": json.dumps([{"key": key, "s3_version": "v", "version": "f" * 20, "size_bytes": 1000}]),
            "inspection": json.dumps(inspection or inspected("24000/1001", "14:22:31:08")), **changed,
        }  # fmt: skip
        if outputs:
            manifest = OutputManifest(job_id="j", attempt=1, prefix=prefix, outputs=tuple(outputs))
            row["media"] = manifest.model_dump_json()
        self.catalogue.transact([Put(row)])
        return prefix


@pytest.fixture
def on_set(catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch) -> Set:
    found = Deployment("moto", {"Table": TABLE, "ReviewBucket": "review"}, boto3.Session())
    monkeypatch.setattr("circletake.cli.shared.find_deployment", lambda **_: found)
    return Set(catalogue)


def run(to: Path, *words: str) -> Any:
    asked = ["editorial", "A001", "--production", "bikes", "--day", "D014", "--to", str(to), *words]
    return CliRunner().invoke(app, asked)


def lying_in(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_the_folder_holds_every_proxy_under_the_original_s_name_and_every_list(on_set: Set, tmp_path: Path) -> None:
    on_set.ask_for(MOV, PRORES)
    on_set.add("A001C001", {MOV: b"one", PRORES: b"two", "poster.jpg": poster()}, look=json.dumps(LOOK))
    on_set.add("A001C002", {MOV: b"three"})
    done = run(tmp_path / "cut", "--json")
    assert done.exit_code == 0, done.output
    told, files = json.loads(done.stdout), lying_in(tmp_path / "cut")
    assert {name for name in files if "/" not in name} == {
        "A001.ale", "A001.edl", "A001.xml", "A001.otio", "A001_contact-sheet.pdf"
    }  # fmt: skip
    assert files["dnxhr-mov/A001C001.mov"] == b"one"
    assert files["prores/A001C001.mov"] == b"two"
    assert files["dnxhr-mov/A001C002.mov"] == b"three"
    why = "It was made by an older recipe; `circletake recipe set … --remake` makes it."
    assert told["missing"] == [{"clip": "A001C002", "format": PRORES, "why": why}]
    assert (tmp_path / "cut" / "dnxhr-mov" / "A001C001.mov").as_uri().encode() in files["A001.xml"]
    assert b"A001C001\tA001R1JL\t14:22:31:08\t14:22:41:08" in files["A001.ale"]
    assert "→ show.cube" in PdfReader(io.BytesIO(files["A001_contact-sheet.pdf"])).pages[0].extract_text()


def test_what_the_pipeline_made_of_a_card_comes_to_the_cutting_room(
    world: World, outbox: Outbox, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    found = Deployment("moto", {"Table": TABLE, "ReviewBucket": "review"}, boto3.Session())
    monkeypatch.setattr("circletake.cli.shared.find_deployment", lambda **_: found)
    asked = Recipe(editorial=Editorial(formats=(MOV, MXF)))
    LookBook(outbox).set_recipe("bikes", asked, "ada", remake=False)
    stamps: Any = {"timecode": "23:59:50;00", "reel": "A001R1JL", "rate": "30000/1001"}
    clip = footage.clip(tmp_path / "A001C001.mov", size=(256, 144), frames=12, **stamps)
    world.upload(f"{ROLL.prefix}o-1/A001/A001C001.mov", clip.read_bytes())
    world.deliver_all()
    done = run(tmp_path / "cut")
    assert done.exit_code == 0, done.output
    for name in ("dnxhr-mov/A001C001.mov", "dnxhr-mxf/A001C001.mxf"):
        assert footage.frame_numbers(tmp_path / "cut" / name) == list(range(12))
    assert b"A001C001\tA001R1JL\t23:59:50;00\t23:59:50;12\tVA1A2\t29.97" in lying_in(tmp_path / "cut")["A001.ale"]


def test_a_second_run_fetches_nothing_and_a_broken_one_is_gone_on_with(on_set: Set, tmp_path: Path) -> None:
    on_set.add("A001C001", {MOV: b"0123456789"})
    on_set.add("A001C002", {MOV: b"abcdefghij"})
    (tmp_path / "dnxhr-mov").mkdir()
    (tmp_path / "dnxhr-mov" / "A001C001.mov.part").write_bytes(b"01234")
    first, second = (json.loads(run(tmp_path, "--json").stdout) for _ in range(2))
    assert [file["state"] for file in first["files"]] == ["FETCHED", "FETCHED"]
    assert [file["state"] for file in second["files"]] == ["THERE", "THERE"]
    assert lying_in(tmp_path / "dnxhr-mov") == {"A001C001.mov": b"0123456789", "A001C002.mov": b"abcdefghij"}


def test_another_file_of_that_name_stays_until_somebody_says_replace(on_set: Set, tmp_path: Path) -> None:
    on_set.add("A001C001", {MOV: b"ours"})
    (tmp_path / "dnxhr-mov").mkdir()
    (tmp_path / "dnxhr-mov" / "A001C001.mov").write_bytes(b"theirs")
    (tmp_path / "A001.ale").write_bytes(b"an ALE with notes")
    done = run(tmp_path)
    assert done.exit_code == 1
    assert lying_in(tmp_path)["dnxhr-mov/A001C001.mov"] == b"theirs"
    assert lying_in(tmp_path)["A001.ale"] == b"an ALE with notes"
    assert "--replace" in done.output
    assert run(tmp_path, "--replace").exit_code == 0
    assert lying_in(tmp_path)["dnxhr-mov/A001C001.mov"] == b"ours"
    assert lying_in(tmp_path)["A001.ale"].startswith(b"Heading")


def test_a_proxy_whose_bytes_are_others_than_were_made_gets_no_name(on_set: Set, tmp_path: Path) -> None:
    prefix = on_set.add("A001C001", {MOV: b"as made"})
    on_set.s3.put_object(Bucket="review", Key=prefix + MOV, Body=b"AS MADE")
    gone = on_set.add("A001C002", {MOV: b"gone"})
    on_set.s3.delete_object(Bucket="review", Key=gone + MOV)
    done = run(tmp_path, "--json")
    told = json.loads(done.stdout)
    assert done.exit_code == 1
    assert "did not arrive as it was made" in told["failed"][0]
    assert "no longer in the review bucket" in told["failed"][1]
    assert not [name for name in lying_in(tmp_path) if name.endswith(".mov")]


def test_only_the_formats_that_were_asked_for_are_fetched(on_set: Set, tmp_path: Path) -> None:
    on_set.add("A001C001", {MOV: b"one", MXF: b"two", H264: b"three"})
    assert run(tmp_path, "--formats", f"{MXF},{H264}").exit_code == 0
    assert {name for name in lying_in(tmp_path) if "/" in name} == {"dnxhr-mxf/A001C001.mxf", "h264/A001C001.mov"}
    wrong = run(tmp_path, "--formats", "avi")
    assert (wrong.exit_code, "dnxhr.mov, dnxhr.mxf" in " ".join(wrong.output.split())) == (2, True)


def test_clips_of_another_rate_have_lists_of_their_own_and_what_no_list_holds_is_said(
    on_set: Set, tmp_path: Path
) -> None:
    varying = inspected("30/1", None)
    varying["video"]["variable_rate"] = True
    on_set.ask_for(MXF)
    on_set.add("A001C001", {MXF: b"1"})
    on_set.add("A001C002", {}, inspected("120000/1001", "01:00:00:000"))
    on_set.add("A001C003", {}, varying)
    done = run(tmp_path, "--json")
    told = json.loads(done.stdout)
    lists = {Path(path).name for path in told["lists"]}
    assert lists == {
        "A001_23.976.ale", "A001_23.976.edl", "A001_23.976.xml", "A001_23.976.otio", "A001_119.88.ale",
        "A001_119.88.otio", "A001_contact-sheet.pdf",
    }  # fmt: skip
    assert [sentence.split(":")[0] for sentence in told["refused"]] == ["A001_119.88.edl", "A001_119.88.xml"]
    assert [each["clip"] for each in told["left_out"]] == ["A001C003"]
    assert {each["clip"]: each["why"] for each in told["missing"]} == {
        "A001C002": "It is not made yet.",
        "A001C003": "In MXF every frame lasts as long as the others, and the frame rate of this clip varies.",
    }


def test_a_roll_that_nobody_has_seen_is_an_error_in_a_sentence(on_set: Set, tmp_path: Path) -> None:
    done = run(tmp_path / "cut")
    assert (done.exit_code, (tmp_path / "cut").exists()) == (1, False)
    assert "No clip of roll A001 of D014 has been received." in " ".join(done.output.split())


def test_a_place_that_cannot_be_written_is_an_error_in_a_sentence(on_set: Set, tmp_path: Path) -> None:
    on_set.add("A001C001", {MOV: b"one"})
    (tmp_path / "dnxhr-mov").write_bytes(b"a file where a folder has to be")
    done = run(tmp_path)
    assert (done.exit_code, "cannot be written: File exists." in " ".join(done.output.split())) == (1, True)
    (tmp_path / "file").write_bytes(b"")
    assert run(tmp_path / "file").exit_code == 1


def test_files_are_called_like_their_clips_as_far_as_every_system_can() -> None:
    titles = ["A001C001", "a001c001", "../../etc/x", "a\nb", "..", "C:\\x", "é" * 300, "-y"]
    names = file_names(titles)
    assert names[:6] == ["A001C001", "a001c001_2", "_.._etc_x", "a_b", "clip", "C__x"]
    assert len({name.casefold() for name in names}) == len(titles)
    assert all(len(name.encode()) <= 210 for name in names)


def test_a_contact_sheet_shows_each_clip_and_says_where_there_is_no_picture() -> None:
    row = {"scene": None, "take": None, "tc_in": "14:22:31:08", "duration": "10.01", "fps": "23.976", "notes": None}
    rows = [
        {**row, "clip": f"A001C{n:03}", "poster": f"{n}.jpg", "state": "DELIVERED", "look": "CDL"} for n in range(20)
    ]
    rows.append({**row, "clip": "<b>x</b>", "poster": None, "state": "REJECTED", "notes": "It stops.", "look": None})
    body = write_sheet(ROLL, rows, {f"{n}.jpg": poster(640 - n) for n in range(20)}, MADE)
    pdf = PdfReader(io.BytesIO(body))
    text = " ".join(" ".join(page.extract_text() for page in pdf.pages).split())
    assert sum(len(page.images) for page in pdf.pages) == 20
    for told in ("A001C000", "A001C019", "<b>x</b>", "It stops.", "no picture", "14:22:31:08 · 10.01 s · 23.976 fps"):
        assert told in text


def test_a_very_long_name_folds_and_goes_on_over_the_page() -> None:
    row = {"scene": None, "take": None, "tc_in": None, "duration": None, "fps": None, "notes": "said. " * 900}
    body = write_sheet(ROLL, [{**row, "clip": "Ω" * 1000, "poster": None, "state": "REJECTED", "look": None}], {}, MADE)
    text = "".join(page.extract_text() for page in PdfReader(io.BytesIO(body)).pages)
    assert (text.count("Ω"), text.count("said.")) == (1000, 900)
