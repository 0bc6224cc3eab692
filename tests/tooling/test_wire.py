"""What moto lets through, held against AWS's own description of its requests; and what the SDK gets wrong."""

import re
import subprocess
import sys
import unicodedata
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import boto3
import pytest
from botocore.model import ListShape, MapShape, OperationModel, Shape, StringShape, StructureShape
from sagemaker.core.resources import ModelPackage, ModelPackageGroup

from tests.tooling.made import GROUP, KEY, ROOT, Made, row, told

GOOD = row("faces: right", 0.96)
Sent = list[tuple[OperationModel, dict[str, Any]]]


@pytest.fixture
def sent(session: boto3.Session, anew: None) -> Iterator[Sent]:
    """Every request that changes something in SageMaker, as it is before it is written to the wire."""
    requests: Sent = []

    def keep(params: dict[str, Any], model: OperationModel, **_: Any) -> None:
        if model.name.startswith(("Create", "Update")):
            requests.append((model, dict(params)))

    session.events.register("provide-client-params.sagemaker.*", keep)
    yield requests
    session.events.unregister("provide-client-params.sagemaker.*", keep)


def wrong(value: Any, shape: Shape, where: str) -> Iterator[str]:
    """What breaks the limits that botocore knows and checks only in part: lengths, patterns, listed values."""
    least, most = shape.metadata.get("min", 0), shape.metadata.get("max", sys.maxsize)
    if isinstance(shape, StructureShape):
        for name, part in value.items():
            yield from wrong(part, shape.members[name], f"{where}.{name}")
    elif isinstance(shape, MapShape):
        if not least <= len(value) <= most:
            yield f"{where} has {len(value)} entries"
        for name, part in value.items():
            yield from wrong(name, shape.key, f"{where}[{name}]")
            yield from wrong(part, shape.value, f"{where}[{name}]")
    elif isinstance(shape, ListShape):
        for part in value:
            yield from wrong(part, shape.member, f"{where}[]")
    elif isinstance(shape, StringShape):
        if not least <= len(value) <= most:
            yield f"{where} has {len(value)} characters"
        if shape.enum and value not in shape.enum:
            yield f"{where} is {value}"
        if not re.fullmatch(_pattern(shape.metadata.get("pattern", "(?s:.*)")), value):
            yield f"{where} is {value!r}, not {shape.metadata['pattern']}"


def _pattern(aws: str) -> str:
    """A pattern of AWS's → Python's, which knows no categories of Unicode: spelt out, for ASCII."""
    pattern = re.sub(r"\$\{\d+,\d+\}$", "", aws)
    for category in re.findall(r"\\p\{(\w)\}", pattern):
        those = "".join(re.escape(chr(at)) for at in range(128) if unicodedata.category(chr(at)).startswith(category))
        pattern = pattern.replace(f"\\p{{{category}}}", those)
    return pattern


@pytest.mark.usefixtures("aws")
def test_every_request_keeps_to_the_lengths_patterns_and_values_of_aws(made: Made, sent: Sent) -> None:
    uri = made.upload()
    assert made.register(row("faces: right", 0.99), uri=uri) == 0
    assert told("promote", "1", "--as", "Ada O'Brien", "--because", 'it reads "12A" & <MOS>, at last!') == 0
    assert made.register(row("faces: right", 0.91), uri=uri) == 0
    doubted = ["promote", "2", "--as", "Ada", "--because", "x" * 400, "--despite", "y" * 400]
    assert told(*doubted) == 0
    names = [model.name for model, _ in sent]
    assert names == ["CreateModelPackageGroup", *["CreateModelPackage", "UpdateModelPackage"] * 2]
    faults = [fault for model, params in sent for fault in wrong(params, model.input_shape, model.name)]  # type: ignore[arg-type]
    assert faults == []


def test_a_request_that_aws_would_refuse_is_told_by_this_check(session: boto3.Session) -> None:
    described = session.client("sagemaker").meta.service_model.operation_model("UpdateModelPackage").input_shape
    assert described is not None
    request = {"CustomerMetadataProperties": {"kinds": "FACES,SHOTS"}, "ModelApprovalStatus": "Perhaps"}
    assert len(list(wrong(request, described, "Update"))) == 2


@pytest.mark.usefixtures("aws")
def test_what_moto_forgets_is_sent_the_customers_key_and_a_token_that_makes_a_lost_answer_harmless(
    made: Made, sent: Sent
) -> None:
    uri = made.upload()
    assert made.register(GOOD, uri=uri) == made.register(row("faces: right", 0.97), uri=uri) == 0
    first, second = (params for model, params in sent if model.name == "CreateModelPackage")
    assert first["SecurityConfig"] == {"KmsKeyId": KEY}
    assert first["ClientToken"] != second["ClientToken"]


@pytest.mark.usefixtures("aws", "anew")
def test_what_aws_refuses_ends_with_its_sentence_and_no_trace(
    made: Made, session: boto3.Session, capsys: pytest.CaptureFixture[str]
) -> None:
    def denied(**_: Any) -> Any:
        error = {"Code": "AccessDeniedException", "Message": "not authorized to perform sagemaker:AddTags"}
        return SimpleNamespace(status_code=400), {"Error": error, "ResponseMetadata": {}}

    event = "before-call.sagemaker.CreateModelPackageGroup"
    uri = made.upload()
    session.events.register(event, denied)
    try:
        assert made.register(GOOD, uri=uri) == 1
    finally:
        session.events.unregister(event, denied)
    said = capsys.readouterr().err
    assert "not authorized to perform sagemaker:AddTags" in said
    assert "Traceback" not in said


@pytest.mark.usefixtures("aws")
def test_the_sdk_still_fails_after_it_registered_so_the_client_is_used(session: boto3.Session) -> None:
    """When this fails the SDK is mended, and `Registry._create` may become `ModelPackage.create`."""
    where = {"session": session, "region": "eu-central-1"}
    ModelPackageGroup.create(model_package_group_name=GROUP, **where)
    with pytest.raises(KeyError, match="ModelPackageName"):
        ModelPackage.create(model_package_group_name=GROUP, **where)
    assert len(list(ModelPackage.get_all(model_package_group_name=GROUP, **where))) == 1


def test_the_model_server_imports_none_of_the_tooling_and_the_tooling_no_telemetry() -> None:
    program = (
        "import sys, models.tooling.contents; "
        "print([name for name in sys.modules if name.startswith(('sagemaker', 'boto3', 'typer'))])"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
    for file in ROOT.glob("models/**/*.py"):
        text = file.read_text()
        if "tooling" in file.parts:
            # Only these modules' functions send nothing of their own: no other of the SDK's is used.
            assert set(re.findall(r"from (sagemaker[\w.]*)", text)) <= {"sagemaker.core.resources"}
        else:
            assert "models.tooling" not in text
            assert "sagemaker.core" not in text
