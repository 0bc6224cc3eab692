"""Functions, their code and layers, and the page in front of one of them."""

import ast
import json
import os
import re
from pathlib import Path

import pytest

from infra.assets import NEVER_IMPORTED, REQUIREMENTS, ROOT, SERVICES
from tests.infra.template import FUNCTIONS, QUEUED, Template, logical

TIMEOUT = {
    **{"receive": 60, "verify": 900, "inspect": 300, "plan": 300, "transcode": 900, "sync": 900},
    **{"dispatch": 120, "collect": 120, "compare": 120, "publish": 300, "notify": 90, "sweep": 120, "review": 29},
}
#: https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
UNPACKED_BYTES = 250 * 1024 * 1024
OUTPUTS = {
    *("IngestBucket", "WorkBucket", "ReviewBucket", "Table", "Bus", "Topic", "AuditQueue", "AlarmTopic"),
    *("PageUrl", "UserPool", "UserPoolClient", "UploaderRole", "LargeLogs", "TranscodeFailedUndelivered"),
    "DigestsUndelivered",
    *(f"{name.capitalize()}{what}" for name in FUNCTIONS for what in ("Function", "Logs")),
    *(f"{name.capitalize()}{what}" for name in QUEUED for what in ("Queue", "DeadLetters", "Undelivered")),
    *(f"TranscodeCircled{what}" for what in ("Queue", "DeadLetters", "Undelivered")),
}


def folder(template: Template, hashed_key: str) -> Path:
    """The S3 key of an asset → the folder in the assembly that becomes it."""
    return template.path.parent / f"asset.{hashed_key.removesuffix('.zip')}"


def code_of(template: Template, function: str) -> Path:
    return folder(template, template.function(function)["Code"]["S3Key"])


def layers_of(template: Template, function: str) -> list[Path]:
    versions = template.all("Lambda::LayerVersion")
    keys = [versions[logical(layer)]["Content"]["S3Key"] for layer in template.function(function)["Layers"]]
    return [folder(template, key) for key in keys]


def size_of(path: Path) -> int:
    return sum(file.stat().st_size for file in path.rglob("*") if file.is_file())


def test_the_stack_is_these_functions_and_no_hidden_one(template: Template) -> None:
    assert set(template.all("Lambda::Function")) == {
        template.named(f"{name.capitalize()}Function") for name in FUNCTIONS
    }
    assert not [each for each in template.resources.values() if each["Type"].startswith("Custom::")]


@pytest.mark.parametrize("name", ["inspect", "transcode"])
def test_a_stack_decodes_no_raw_until_it_is_told_how(template: Template, name: str) -> None:
    assert template.function(name)["Environment"]["Variables"]["VENDOR_DECODERS"] == "{}"


def test_the_outputs_are_what_the_command_line_reads(template: Template) -> None:
    assert set(template.outputs) == OUTPUTS


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_function_runs_its_own_handler_within_its_time(template: Template, name: str) -> None:
    function = template.function(name)
    assert function["Handler"] == f"functions.{name}.handler.handler"
    assert (code_of(template, name) / "functions" / name / "handler.py").is_file()
    assert (function["Runtime"], function["Architectures"]) == ("python3.13", ["x86_64"])
    assert function["Timeout"] == TIMEOUT[name]


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_function_knows_every_setting_that_its_handler_reads_and_no_other(template: Template, name: str) -> None:
    given = set(template.function(name)["Environment"]["Variables"])
    powertools = {f"POWERTOOLS_{each}" for each in ("SERVICE_NAME", "METRICS_NAMESPACE", "LOG_LEVEL")}
    assert given == powertools | {field.upper() for field in settings_of(name)}


def settings_of(function: str) -> set[str]:
    """The fields of a handler's settings and of the model that they are built on, read without importing it."""
    models: dict[str, set[str]] = {}
    for path in ("circletake/cloud/function.py", f"functions/{function}/handler.py"):
        for node in ast.parse((ROOT / path).read_text()).body:
            if isinstance(node, ast.ClassDef) and node.name.endswith("Settings"):
                bases = [base.id for base in node.bases if isinstance(base, ast.Name)]
                inherited = set().union(*(models.get(base, set()) for base in bases))
                fields = {each.target.id for each in node.body if isinstance(each, ast.AnnAssign)
                          and isinstance(each.target, ast.Name)}  # fmt: skip
                models[node.name] = inherited | fields
    return models[f"{function.capitalize()}Settings"]


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_function_has_a_log_of_its_own_that_is_kept_for_three_months(template: Template, name: str) -> None:
    log = template.named(f"{name.capitalize()}Logs")
    assert template.function(name)["LoggingConfig"] == {"LogGroup": {"Ref": log}}
    assert template.all("Logs::LogGroup")[log]["RetentionInDays"] == 90


def test_media_functions_have_their_tools_and_the_disk_for_an_original(template: Template) -> None:
    for name, tools in {"inspect": ["ffprobe"], "transcode": ["ffmpeg", "ffprobe"], "sync": ["ffmpeg"]}.items():
        function = template.function(name)
        assert function["EphemeralStorage"] == {"Size": 10240}
        for tool in tools:
            assert function["Environment"]["Variables"][tool.upper()] == f"/opt/bin/{tool}"
            (program,) = (
                layer / "bin" / tool for layer in layers_of(template, name) if (layer / "bin" / tool).exists()
            )
            assert os.access(program, os.X_OK)


def test_only_who_listens_has_numpy_and_nothing_of_it_that_is_never_imported(template: Template) -> None:
    with_numpy = {
        name for name in FUNCTIONS for layer in layers_of(template, name) if (layer / "python/numpy").is_dir()
    }
    assert with_numpy == {"sync"}
    (layer,) = (layer for layer in layers_of(template, "sync") if (layer / "python/numpy").is_dir())
    assert not [path for path in layer.rglob("*") if path.name in NEVER_IMPORTED]


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_function_fits_into_lambda_when_unpacked(template: Template, name: str) -> None:
    unpacked = size_of(code_of(template, name)) + sum(size_of(layer) for layer in layers_of(template, name))
    assert unpacked < UNPACKED_BYTES


def test_the_code_is_the_package_the_functions_and_the_page_without_what_lambda_does_not_need(
    template: Template,
) -> None:
    code = code_of(template, "review")
    assert {path.name for path in code.iterdir()} == {"circletake", "functions", "page", "font_source_sans_pro"}
    assert (code / "page" / "index.html").is_file()
    assert not [path for path in code.rglob("*") if path.name in ("__pycache__", "tests", "cli")]


def test_the_dependency_layer_holds_what_the_lock_names_for_the_runtime(template: Template) -> None:
    (layer,) = layers_of(template, "notify")
    locked = set(re.findall(r"^([a-z0-9-]+)==(\S+)", (REQUIREMENTS / "functions.txt").read_text(), re.MULTILINE))
    there = {
        (name.lower().replace("_", "-"), version)
        for name, version in (path.stem.split("-") for path in (layer / "python").glob("*.dist-info"))
    }
    assert there == locked
    native = {path.name.split(".", 1)[1] for path in layer.rglob("*.so")}
    assert native == {"cpython-313-x86_64-linux-gnu.so"}


def test_the_dependency_layer_describes_every_service_that_a_function_calls(template: Template) -> None:
    sources = [*(ROOT / "functions").rglob("*.py"), ROOT / "circletake" / "cloud" / "function.py"]
    called = {name for path in sources for name in re.findall(r'\bclient\("([a-z0-9-]+)"\)', path.read_text())}
    assert called
    assert called <= SERVICES
    (layer,) = layers_of(template, "notify")
    described = layer / "python" / "botocore" / "data"
    assert {path.name for path in described.iterdir() if path.is_dir()} == SERVICES


def test_every_call_needs_a_login_but_the_page_its_config_and_granted_media(template: Template) -> None:
    routes = {route["RouteKey"]: route for route in template.all("ApiGatewayV2::Route").values()}
    closed = {key for key, route in routes.items() if route["AuthorizationType"] == "JWT"}
    assert closed == {"GET /api/{call+}", "POST /api/{call+}"}
    assert set(routes) - closed == {"GET /", "GET /{page+}", "GET /api/config", "GET /media/{grant}/{name+}"}
    assert all("AuthorizerId" in routes[key] for key in closed)


def test_a_login_is_a_token_of_our_pool_for_our_page(template: Template) -> None:
    (authorizer,) = template.all("ApiGatewayV2::Authorizer").values()
    assert authorizer["AuthorizerType"] == "JWT"
    assert authorizer["JwtConfiguration"]["Audience"] == [{"Ref": template.named("UserPoolClient")}]
    assert logical(authorizer["JwtConfiguration"]["Issuer"]) == template.named("UserPool")


def test_the_access_log_holds_no_grant(template: Template) -> None:
    (stage,) = template.all("ApiGatewayV2::Stage").values()
    line = json.loads(stage["AccessLogSettings"]["Format"])
    assert line["route"] == "$context.routeKey"
    assert not {"$context.path", "$context.requestPath"} & set(line.values())
    log = template.all("Logs::LogGroup")[logical(stage["AccessLogSettings"]["DestinationArn"])]
    assert log["RetentionInDays"] == 90


def test_people_are_invited_with_strong_passwords_into_the_seven_groups(template: Template) -> None:
    (pool,) = template.all("Cognito::UserPool").values()
    assert pool["AdminCreateUserConfig"]["AllowAdminCreateUserOnly"] is True
    policy = pool["Policies"]["PasswordPolicy"]
    assert policy["MinimumLength"] == 12
    assert all(policy[f"Require{kind}"] for kind in ("Lowercase", "Uppercase", "Numbers", "Symbols"))
    groups = {group["GroupName"] for group in template.all("Cognito::UserPoolGroup").values()}
    assert groups == {"camera", "editorial", "script", "director", "producer", "vendor", "admin"}
    (client,) = template.all("Cognito::UserPoolClient").values()
    assert client["PreventUserExistenceErrors"] == "ENABLED"
    assert client.get("GenerateSecret") is not True
    assert set(client["ExplicitAuthFlows"]) == {"ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"}
