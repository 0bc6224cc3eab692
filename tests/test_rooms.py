"""The rooms keep to themselves: who may import whom, and what a cold start may load."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
_AWS = {"boto3", "botocore", "aws_lambda_powertools", "mypy_boto3_s3"}
#: A room may import itself and what stands before it in its own line.
_MAY_IMPORT = {
    "circletake/contracts": ("circletake.contracts",),
    "circletake/film": ("circletake.contracts", "circletake.film"),
    "circletake/media": ("circletake.contracts", "circletake.film", "circletake.media"),
    "circletake/cloud": ("circletake.contracts", "circletake.film", "circletake.cloud"),
    "circletake/transfer": ("circletake.contracts", "circletake.film", "circletake.transfer"),
    "circletake/cli": ("circletake",),
    "functions": ("circletake.contracts", "circletake.film", "circletake.media", "circletake.cloud", "functions"),
    "models": ("circletake.contracts", "circletake.film", "models"),
    "infra": ("circletake", "infra"),
}
_HANDLERS = sorted(ROOT.glob("functions/*/handler.py"))


def _imports(path: Path, *, at_run_time: bool = False) -> Iterator[str]:
    """A module → the modules it imports; at run time only, without what stands under TYPE_CHECKING."""
    tree = ast.parse(path.read_text())
    skipped: set[ast.AST] = set()
    if at_run_time:
        for node in ast.walk(tree):
            if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.dump(node.test):
                skipped.update(child for each in node.body for child in ast.walk(each))
    for node in ast.walk(tree):
        if node in skipped:
            continue
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def _modules(room: str) -> list[Path]:
    return sorted((ROOT / room).rglob("*.py"))


@pytest.mark.parametrize("room", _MAY_IMPORT)
def test_a_room_imports_only_what_stands_before_it(room: str) -> None:
    for path in _modules(room):
        ours = [
            name
            for name in _imports(path)
            if name.split(".")[0] in ("circletake", "functions", "infra", "models", "tests")
        ]
        for name in ours:
            allowed = any(name == may or name.startswith(f"{may}.") for may in _MAY_IMPORT[room])
            assert allowed or name in ("circletake", "functions"), f"{path.relative_to(ROOT)} imports {name}"


@pytest.mark.parametrize(
    "room", ["circletake/contracts", "circletake/film", "circletake/media", "circletake/transfer", "functions"]
)
def test_only_handlers_and_the_cloud_room_know_aws(room: str) -> None:
    for path in _modules(room):
        if path.name != "handler.py":
            met = {name.split(".")[0] for name in _imports(path, at_run_time=True)} & _AWS
            assert not met, f"{path.relative_to(ROOT)} imports {met}"


def test_only_handlers_and_the_cloud_room_read_the_environment() -> None:
    for room in ("circletake/contracts", "circletake/film", "circletake/media", "functions"):
        for path in _modules(room):
            assert path.name == "handler.py" or "os.environ" not in path.read_text(), path


def test_other_programs_start_in_one_place() -> None:
    starting = {
        str(path.relative_to(ROOT))
        for room in ("circletake", "functions")
        for path in _modules(room)
        if "subprocess" in set(_imports(path))
    }
    assert starting == {"circletake/media/children.py"}


@pytest.mark.parametrize("handler", _HANDLERS, ids=[path.parent.name for path in _HANDLERS])
def test_a_handler_is_short_because_the_stage_does_the_rest(handler: Path) -> None:
    tree = ast.parse(handler.read_text())
    functions = [node for node in tree.body if isinstance(node, ast.FunctionDef)]
    longest = max((node.end_lineno or 0) - node.lineno + 1 for node in functions)
    assert longest <= 30


@pytest.mark.parametrize("function", [handler.parent.name for handler in _HANDLERS])
def test_a_cold_start_loads_no_numpy_no_opencv_and_no_sagemaker(function: str) -> None:
    variables = ["TABLE", "BUS", "INGEST_BUCKET", "WORK_BUCKET", "REVIEW_BUCKET", "TOPIC", "DIGEST_FROM", "DIGEST_TO"]
    variables += [
        "PAGE_URL",
        "CLIENT_ID",
        "FFMPEG",
        "FFPROBE",
        "BATCH_QUEUE",
        "BATCH_JOB",
        "POWERTOOLS_SERVICE_NAME",
        "ENDPOINT",
    ]
    code = (
        f"import functions.{function}.handler, sys\n"
        "print([name for name in ('numpy', 'cv2', 'sagemaker', 'aws_xray_sdk', 'moto') if name in sys.modules])"
    )
    loaded = subprocess.run(
        [sys.executable, "-c", code],
        env={
            **dict.fromkeys(variables, "x"),
            "VENDOR_DECODERS": "{}",
            "MODELS": "{}",
            "MICRO_USD_PER_S": "1",
            "AWS_DEFAULT_REGION": "eu-central-1",
            "PATH": "/usr/bin",
        },
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert loaded.stdout.strip() == "[]"
