"""A small checkout with one made model in it, in git, and a Python that has its weights' package."""

import hashlib
import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import boto3
import pytest

from models.tooling.artefact import gather, write
from models.tooling.cli import main
from models.tooling.store import Store

ROOT = Path(__file__).parents[2]
BUCKET = "the-customers-models"
KEY = "arn:aws:kms:eu-central-1:123456789012:key/0b1c2d3e-0000-4000-8000-000000000000"
IMAGE = "123456789012.dkr.ecr.eu-central-1.amazonaws.com/analyse@sha256:" + "ab" * 32
GROUP = "circletake-analyse"
WEIGHTS = bytes(range(256)) * 700

_FACES = """
from circletake.contracts.analysis import AnalysisKind
from models.weights import Weights

class Faces:
    kind = AnalysisKind.FACES
    name = "made-faces"
    code = "1"
    weights = (Weights("made_weights", "models/made.onnx", "{sha256}"),)

    def look(self):
        from circletake.film import slates
        return slates
"""
_SHOTS = """
from circletake.contracts.analysis import AnalysisKind

class Shots:
    kind = AnalysisKind.SHOTS
    name = "made-shots"
    code = "1"
    weights = ()
"""
_ANALYSE = """
from importlib import import_module
from circletake.contracts.analysis import AnalysisKind

def listed():
    return (AnalysisKind.FACES, AnalysisKind.SHOTS)

def capability(kind):
    return getattr(import_module(f"models.analyse.{kind.lower()}"), kind.capitalize())
"""
_VERSIONS = """
import hashlib, json
from circletake.contracts.analysis import ModelVersion
from models.analyse import capability, listed

def version_of(model):
    parts = [model.name, model.code, [weights.sha256 for weights in model.weights]]
    return ModelVersion(name=model.name, version=hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:12])

def versions():
    return {kind: version_of(capability(kind)) for kind in listed()}
"""


class Made:
    """The checkout, and what the commands are told of it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.root = folder / "checkout"
        self.artefact = folder / "model.tar.gz"
        self.python = folder / "site" / "python"
        self.weights = folder / "site" / "made_weights" / "models" / "made.onnx"

    @classmethod
    def new(cls, folder: Path) -> "Made":
        """→ a checkout that is committed, with its artefact."""
        made = cls(folder)
        made._write_files()
        made._write_site()
        made._python_of(folder)
        made.tell_versions()
        made._git("init", "--quiet")
        made.commit()
        write(gather(made.root, made.python), made.root, made.artefact)
        return made

    def copy(self, folder: Path) -> "Made":
        shutil.copytree(self.folder, folder, dirs_exist_ok=True)
        made = Made(folder)
        made._python_of(folder)
        return made

    def _write_files(self) -> None:
        for package in ("circletake/contracts", "circletake/film", "models/analyse", "models/tooling", "bench/models"):
            for parent in (Path(package), *Path(package).parents[:-1]):
                self.write(f"{parent}/__init__.py", "")
        for real in ("analysis", "keys", "wire", "errors"):
            shutil.copy(ROOT / "circletake" / "contracts" / f"{real}.py", self.root / "circletake" / "contracts")
        shutil.copy(ROOT / "models" / "weights.py", self.root / "models")
        self.write("circletake/film/slates.py", "SCENE = 'a slate'\n")
        self.write("circletake/film/unused.py", "raise RuntimeError('nobody imports this')\n")
        self.write("models/tooling/cli.py", "raise RuntimeError('this never reaches the endpoint')\n")
        self.write("models/analyse/__init__.py", _ANALYSE)
        self.write("models/analyse/faces.py", _FACES.format(sha256=hashlib.sha256(WEIGHTS).hexdigest()))
        self.write("models/analyse/faces.md", "# Faces\nLicence: made for a test.\n")
        self.write("models/analyse/shots.py", _SHOTS)
        self.write("models/versions.py", _VERSIONS)
        self.write("bench/models/material.py", "PINNED = 1\n")

    def _write_site(self) -> None:
        """A package that ships weights, installed where only `python` finds it."""
        self.weights.parent.mkdir(parents=True)
        self.weights.write_bytes(WEIGHTS)
        site = self.folder / "site"
        (site / "made_weights" / "__init__.py").write_text("raise RuntimeError('only its file is wanted')\n")
        about = site / "made_weights-1.0.dist-info"
        about.mkdir()
        about.joinpath("METADATA").write_text("Metadata-Version: 2.4\nName: made-weights\nVersion: 1.0\nLicense: MIT\n")
        about.joinpath("RECORD").write_text("made_weights/__init__.py,,\nmade_weights/models/made.onnx,,\n")

    def _python_of(self, folder: Path) -> None:
        path = f"{self.root}:{folder / 'site'}"
        self.python.write_text(f'#!/bin/sh\nPYTHONPATH="{path}" exec "{sys.executable}" -B "$@"\n')
        self.python.chmod(0o755)

    def write(self, path: str, text: str) -> None:
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)

    def tell_versions(self) -> None:
        """What `python -m models.versions` does."""
        program = (
            "import json; from models.versions import versions; "
            "print(json.dumps({kind: version.model_dump() for kind, version in versions().items()}))"
        )
        told = subprocess.run(
            [self.python, "-c", program], cwd=self.root, env={"PYTHONPATH": ""}, capture_output=True, check=True
        )
        self.write("models/versions.json", told.stdout.decode())

    def new_model(self, number: str) -> None:
        """The same media may get another answer from now on; packaged, as from a new commit."""
        faces = self.root / "models" / "analyse" / "faces.py"
        faces.write_text(faces.read_text().replace('code = "1"', f'code = "{number}"'))
        self.tell_versions()
        self.commit()
        self.package()

    def commit(self) -> str:
        self._git("add", "--all")
        self._git("-c", "user.name=t", "-c", "user.email=t@localhost", "commit", "--quiet", "--message", "made")
        return self.commit_id()

    def commit_id(self) -> str:
        return self._git("rev-parse", "HEAD").strip()

    def scores(self, *rows: dict[str, Any]) -> Path:
        file = self.folder / "scores.json"
        file.write_text(json.dumps(rows))
        return file

    def package(self, *more: str) -> str:
        """→ where the artefact lies in the bucket."""
        words = ["package", "--checkout", f"{self.root}", "--python", f"{self.python}", "--out", f"{self.artefact}"]
        assert told(*words, *more, "--bucket", BUCKET, "--kms-key", KEY) == 0
        return self.uri

    @property
    def uri(self) -> str:
        return f"s3://{BUCKET}/models/{hashlib.sha256(self.artefact.read_bytes()).hexdigest()}/model.tar.gz"

    def upload(self) -> str:
        """What `package` does when nothing was changed since the artefact was made."""
        with self.artefact.open("rb") as file:
            return Store(boto3.client("s3")).keep(BUCKET, "model.tar.gz", file, KEY).uri

    def register(self, *rows: dict[str, Any], uri: str | None = None, image: str = IMAGE) -> int:
        """Upload, score and register → the exit code."""
        words = ["register", uri or self.upload(), "--image", image, "--scores", f"{self.scores(*rows, SHOTS)}"]
        return told(*words, "--checkout", f"{self.root}")

    def _git(self, *words: str) -> str:
        done = subprocess.run(["git", *words], cwd=self.root, capture_output=True, text=True, check=True)
        return done.stdout


def told(*words: str) -> int:
    """A command → its exit code; what it says is for capsys."""
    with pytest.raises(SystemExit) as ended:
        main(words)
    return int(ended.value.code or 0)


def row(name: str, value: float, n: int = 200, **limit: float) -> dict[str, Any]:
    return {"name": name, "value": value, "n": n, **(limit or {"at_least": 0.9})}


#: The other capability's, which is good enough.
SHOTS = row("shots: F1", 0.99)
