"""`package`: the same input gives the same bytes, and only what is proved goes into the bucket."""

import base64
import gzip
import hashlib
import io
import json
import os
import subprocess
import sys
import tarfile
from pathlib import Path

import boto3
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.tooling.artefact import gather, write
from models.tooling.manifest import Manifest
from models.tooling.packing import StoredGzip, first_member
from models.tooling.refusal import Refused
from models.tooling.store import Store
from tests.tooling.made import BUCKET, KEY, ROOT, WEIGHTS, Made, told


def members(artefact: Path) -> dict[str, bytes]:
    with tarfile.open(artefact, "r:gz") as archive:
        return {each.name: file.read() for each in archive if (file := archive.extractfile(each))}


def test_the_same_input_gives_the_same_bytes_whatever_the_clock_and_the_modes_say(made: Made) -> None:
    first = write(gather(made.root, made.python), made.root, made.folder / "one.tar.gz")
    for path in (*made.root.rglob("*.py"), made.weights):
        os.utime(path, (86_400, 86_400))
        path.chmod(0o600)
    second = write(gather(made.root, made.python), made.root, made.folder / "two.tar.gz")
    assert first.path.read_bytes() == second.path.read_bytes()
    assert first.sha256 == hashlib.sha256(second.path.read_bytes()).hexdigest()


def test_another_byte_of_code_gives_another_artefact(made: Made) -> None:
    first = write(gather(made.root, made.python), made.root, made.artefact)
    made.write("circletake/film/slates.py", "SCENE = 'another slate'\n")
    assert write(gather(made.root, made.python), made.root, made.artefact).sha256 != first.sha256


def test_the_manifest_comes_first_and_every_member_has_the_hash_that_it_tells(made: Made) -> None:
    write(gather(made.root, made.python), made.root, made.artefact)
    held = members(made.artefact)
    assert next(iter(held)) == "manifest.json"
    manifest = Manifest.model_validate_json(held.pop("manifest.json"))
    told_of = {f"code/{file.path}": file.sha256 for file in manifest.code}
    told_of |= {file.path: file.sha256 for file in manifest.weights}
    assert {name: hashlib.sha256(body).hexdigest() for name, body in held.items()} == told_of
    (weights,) = manifest.weights
    assert (weights.distribution, weights.distribution_version, weights.licence) == ("made-weights", "1.0", "MIT")
    assert held[weights.path] == WEIGHTS


def test_what_the_server_imports_late_is_in_it_and_what_it_never_imports_is_not(made: Made) -> None:
    code = {file.path for file in gather(made.root, made.python).manifest.code}
    assert {"circletake/film/slates.py", "models/analyse/faces.md", "models/versions.json"} <= code
    assert not {path for path in code if "tooling" in path or "unused" in path or path.startswith("bench")}


def test_unpacked_it_finds_its_own_weights_where_their_package_is_not_installed(made: Made) -> None:
    write(gather(made.root, made.python), made.root, made.artefact)
    place = made.folder / "opt"
    with tarfile.open(made.artefact, "r:gz") as archive:
        archive.extractall(place, filter="data")
    program = "from models.analyse.faces import Faces; print(Faces.weights[0].path())"
    done = subprocess.run(
        [sys.executable, "-c", program],
        env={"PYTHONPATH": f"{place}/code:{place}/weights", "PYTHONSAFEPATH": "1"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert Path(done.stdout.strip()) == place / "weights" / "made_weights" / "models" / "made.onnx"


def test_weights_with_another_hash_are_refused_and_nothing_is_left(
    made: Made, capsys: pytest.CaptureFixture[str]
) -> None:
    made.weights.write_bytes(WEIGHTS[:-1])
    out = made.folder / "out" / "model.tar.gz"
    assert told("package", "--checkout", f"{made.root}", "--python", f"{made.python}", "--out", f"{out}") == 1
    assert "has the hash" in capsys.readouterr().err
    assert not out.parent.exists()


def test_weights_without_a_stated_licence_are_refused(made: Made) -> None:
    about = made.folder / "site" / "made_weights-1.0.dist-info" / "METADATA"
    about.write_text(about.read_text().replace("License: MIT\n", ""))
    with pytest.raises(Refused, match="states no licence"):
        gather(made.root, made.python)


def test_a_file_that_changes_while_it_is_packed_is_refused_and_nothing_is_left(made: Made) -> None:
    contents = gather(made.root, made.python)
    made.weights.write_bytes(WEIGHTS[::-1])
    with pytest.raises(Refused, match="changed while it was being packed"):
        write(contents, made.root, made.folder / "out" / "model.tar.gz")
    assert not list(made.folder.glob("out/*"))


def test_versions_that_dispatch_would_not_ask_for_are_refused(made: Made) -> None:
    made.write("models/versions.json", "{}")
    with pytest.raises(Refused, match=r"python -m models\.versions"):
        gather(made.root, made.python)


def test_only_the_kinds_that_are_asked_for_bring_their_weights(made: Made) -> None:
    manifest = gather(made.root, made.python, ["SHOTS"]).manifest
    assert [each.kind for each in manifest.capabilities] == ["SHOTS"]
    assert manifest.weights == ()
    with pytest.raises(Refused, match="no capability for PEOPLE"):
        gather(made.root, made.python, ["PEOPLE"])


@given(st.lists(st.binary(max_size=200_000), max_size=6))
def test_whatever_is_written_any_gzip_reads_it_back(pieces: list[bytes]) -> None:
    file = io.BytesIO()
    stored = StoredGzip(file)
    for piece in pieces:
        stored.write(piece)
    stored.close()
    assert gzip.decompress(file.getvalue()) == b"".join(pieces)


@pytest.mark.parametrize("body", [b"", b"no archive", gzip.compress(b"no archive either")])
def test_what_is_no_artefact_is_refused(body: bytes) -> None:
    with pytest.raises(Refused, match="no artefact of ours"):
        first_member(io.BytesIO(body), "manifest.json", 1000)


@pytest.mark.usefixtures("aws")
def test_it_is_uploaded_once_under_its_own_hash_encrypted_with_the_customers_key(made: Made) -> None:
    uri = made.package()
    client = boto3.client("s3")
    head = client.head_object(Bucket=BUCKET, Key=uri.split("/", 3)[3], ChecksumMode="ENABLED")
    assert head["ServerSideEncryption"] == "aws:kms"
    assert head["SSEKMSKeyId"] == KEY
    assert base64.b64decode(head["ChecksumSHA256"]) == hashlib.sha256(made.artefact.read_bytes()).digest()
    made.package()
    assert client.head_object(Bucket=BUCKET, Key=uri.split("/", 3)[3])["LastModified"] == head["LastModified"]
    assert client.list_objects_v2(Bucket=BUCKET)["KeyCount"] == 1


@pytest.mark.usefixtures("aws")
def test_other_bytes_under_its_name_are_refused_and_so_is_what_is_not_encrypted(made: Made) -> None:
    uri = made.package()
    client = boto3.client("s3")
    key = uri.split("/", 3)[3]
    body = made.artefact.read_bytes()
    for planted, encrypted, why in ((b"planted", True, "not hold what its name says"), (body, False, "not encrypted")):
        extra = {"ServerSideEncryption": "aws:kms", "SSEKMSKeyId": KEY} if encrypted else {}
        client.put_object(Bucket=BUCKET, Key=key, Body=planted, ChecksumAlgorithm="SHA256", **extra)  # type: ignore[arg-type]
        with pytest.raises(Refused, match=why):
            Store(client).keep(BUCKET, "model.tar.gz", io.BytesIO(body), KEY)


@pytest.mark.usefixtures("aws")
def test_what_is_there_under_another_key_is_not_taken_for_what_was_asked(made: Made) -> None:
    made.upload()
    with made.artefact.open("rb") as file, pytest.raises(Refused, match="is encrypted with"):
        Store(boto3.client("s3")).keep(BUCKET, "model.tar.gz", file, KEY.replace("0b1c", "ffff"))


def test_a_python_that_is_not_there_is_told_in_a_sentence(made: Made, capsys: pytest.CaptureFixture[str]) -> None:
    assert told("package", "--checkout", f"{made.root}", "--python", f"{made.root}/python") == 1
    assert "Run make .venv" in capsys.readouterr().err


def test_nothing_is_uploaded_without_a_key_to_encrypt_it(made: Made, capsys: pytest.CaptureFixture[str]) -> None:
    assert told("package", "--checkout", f"{made.root}", "--bucket", BUCKET) == 2
    assert "go together" in capsys.readouterr().err


def test_json_for_machines_tells_all_of_the_manifest(made: Made, capsys: pytest.CaptureFixture[str]) -> None:
    words = ("--checkout", f"{made.root}", "--python", f"{made.python}", "--out", f"{made.artefact}", "--json")
    assert told("package", *words) == 0
    answer = json.loads(capsys.readouterr().out)
    assert answer["sha256"] == hashlib.sha256(made.artefact.read_bytes()).hexdigest()
    assert answer["uri"] is None
    assert [each["model"]["name"] for each in answer["capabilities"]] == ["made-faces", "made-shots"]


def test_the_real_models_are_packed_with_all_of_their_weights(tmp_path: Path) -> None:
    python = ROOT / ".venv" / "bin" / "python"
    if not python.exists():
        pytest.skip("the model server's own packages are in .venv, which is not there")
    contents = gather(ROOT, python)
    made = write(contents, ROOT, tmp_path / "model.tar.gz")
    with made.path.open("rb") as file:
        assert Manifest.model_validate_json(first_member(file, "manifest.json", 1 << 20)) == contents.manifest
    used = {sha256 for each in made.manifest.capabilities for sha256 in each.weights}
    assert used == {each.sha256 for each in made.manifest.weights}
    assert "models/server.py" in {file.path for file in made.manifest.code}
