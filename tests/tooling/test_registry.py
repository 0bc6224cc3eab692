"""`register`, `promote` and `list`, on moto: a version waits, a named person approves it, and one can go back."""

import json
from typing import Any

import boto3
import pytest

from circletake.contracts.promotion import Promotion
from tests.tooling.made import BUCKET, GROUP, IMAGE, KEY, SHOTS, Made, row, told

pytestmark = pytest.mark.usefixtures("aws")
GOOD = row("faces: right", 0.96)
Said = pytest.CaptureFixture[str]


def listed(capsys: Said) -> dict[str, Any]:
    capsys.readouterr()
    assert told("list", "--json") == 0
    answer: dict[str, Any] = json.loads(capsys.readouterr().out)
    return answer


def promoted(number: int, *more: str) -> int:
    return told("promote", str(number), "--as", "Ada O'Brien", "--because", "fewer fields missed", *more)


def test_a_version_waits_for_a_person_and_tells_all_that_it_is_made_of(made: Made, capsys: Said) -> None:
    uri = made.upload()
    assert made.register(GOOD, uri=uri) == 0
    package = boto3.client("sagemaker").describe_model_package(
        ModelPackageName=f"arn:aws:sagemaker:eu-central-1:123456789012:model-package/{GROUP}/1"
    )
    assert package["ModelApprovalStatus"] == "PendingManualApproval"
    (container,) = package["InferenceSpecification"]["Containers"]
    assert (container["Image"], container["ModelDataUrl"]) == (IMAGE, uri)
    assert container["ImageDigest"] == IMAGE.split("@")[1]
    assert container["Environment"] == {
        "PYTHONPATH": "/opt/ml/model/code:/opt/ml/model/weights",
        "PYTHONSAFEPATH": "1",
        "CAPABILITIES": "FACES,SHOTS",
    }
    facts = package["CustomerMetadataProperties"]
    assert facts["FACES"].startswith("made-faces ")
    assert facts["artefact_sha256"] == uri.split("/")[-2]
    assert package["MetadataProperties"]["CommitId"] == made.commit_id()
    scores = package["ModelMetrics"]["ModelQuality"]["Statistics"]
    kept = boto3.client("s3").get_object(Bucket=BUCKET, Key=scores["S3Uri"].split("/", 3)[3])
    assert json.loads(kept["Body"].read()) == [GOOD, SHOTS]
    assert kept["SSEKMSKeyId"] == KEY
    assert listed(capsys)["in_force"] is None


def test_the_same_again_is_the_same_version(made: Made, capsys: Said) -> None:
    uri = made.upload()
    for _ in range(2):
        assert made.register(GOOD, uri=uri) == 0
    assert "was there already" in capsys.readouterr().out
    assert len(listed(capsys)["versions"]) == 1
    assert made.register(row("faces: right", 0.97), uri=uri) == 0
    assert len(listed(capsys)["versions"]) == 2


def test_another_set_of_capabilities_needs_a_group_of_its_own(made: Made, capsys: Said) -> None:
    assert made.register(GOOD) == 0
    assert made.register(GOOD, uri=made.package("--kinds", "SHOTS")) == 1
    assert "is for FACES SHOTS, not for SHOTS" in capsys.readouterr().err


def test_code_that_is_in_no_commit_is_not_registered(made: Made, capsys: Said) -> None:
    made.write("circletake/film/slates.py", "SCENE = 'not committed'\n")
    made.package()
    assert made.register(GOOD) == 1
    assert "circletake/film/slates.py differ" in capsys.readouterr().err
    made.commit()
    made.write("bench/models/material.py", "PINNED = 2\n")
    assert made.register(GOOD) == 1
    assert "was changed since the commit" in capsys.readouterr().err
    assert listed(capsys)["versions"] == []


def test_an_image_by_a_name_that_can_move_is_refused(made: Made, capsys: Said) -> None:
    assert made.register(GOOD, image="123456789012.dkr.ecr.eu-central-1.amazonaws.com/analyse:latest") == 1
    assert "no image of ECR by digest" in capsys.readouterr().err


def test_what_is_no_artefact_of_ours_is_not_registered(made: Made, capsys: Said) -> None:
    for uri in ("https://elsewhere/model.tar.gz", f"s3://{BUCKET}"):
        assert made.register(GOOD, uri=uri) == 1
        assert "names no object" in capsys.readouterr().err
    assert made.register(GOOD, uri=f"s3://{BUCKET}/models/{'0' * 64}/model.tar.gz") == 1
    assert "404" in capsys.readouterr().err


def test_a_person_approves_it_and_is_told_what_deploys_it(made: Made, capsys: Said) -> None:
    uri = made.upload()
    assert made.register(GOOD, uri=uri) == 0
    assert promoted(1) == 0
    said = capsys.readouterr().out
    context = json.loads("{" + said[said.index('"analyse_model"') :] + "}")["analyse_model"]
    promotion = Promotion.model_validate_json(json.dumps(context))
    assert (promotion.image, promotion.artefact, promotion.kms_key) == (IMAGE, uri, KEY)
    versions = json.loads((made.root / "models" / "versions.json").read_text())
    assert promotion.model_dump(mode="json")["versions"] == versions
    version = listed(capsys)["versions"][0]
    assert version["status"] == "Approved"
    assert version["said"] == "Ada O'Brien: fewer fields missed"
    assert version["properties"]["FACES"].startswith("made-faces ")
    assert promoted(1) == 1
    assert "in force already" in capsys.readouterr().err


@pytest.mark.parametrize(("who", "why"), [(" \n", "because"), ("Ada", "\t"), ("Ada", "x" * 1100)])
def test_an_approval_without_a_name_or_a_reason_that_fits_is_refused(
    made: Made, capsys: Said, who: str, why: str
) -> None:
    assert made.register(GOOD) == 0
    assert told("promote", "1", "--as", who, "--because", why) == 1
    assert listed(capsys)["versions"][0]["status"] == "PendingManualApproval"


def test_a_missed_limit_is_overruled_by_no_reason(made: Made, capsys: Said) -> None:
    assert made.register(GOOD, row("faces: invented", 1, at_most=0)) == 0
    assert promoted(1, "--despite", "we are late") == 1
    assert "faces: invented: 1 is not ≤ 0 (n = 200)" in capsys.readouterr().err
    assert listed(capsys)["versions"][0]["status"] == "PendingManualApproval"


def test_a_capability_that_no_limit_is_about_is_not_promoted(made: Made, capsys: Said) -> None:
    assert made.register({"name": "faces: right", "value": 1.0, "n": 5}) == 0
    assert promoted(1) == 1
    assert "FACES: no row with a limit tells of it." in capsys.readouterr().err


@pytest.mark.parametrize(
    ("then", "doubt"),
    [
        ([row("faces: right", 0.91)], "faces: right: worse by 0.08 (0.99 → 0.91)"),
        ([row("faces: right", 0.99, at_least=0.5)], "its limit was ≥ 0.9, and is ≥ 0.5"),
        ([row("faces: right", 0.99, n=20)], "n was 200, and is 20"),
        ([row("faces: something else", 0.99)], "faces: right: only the old one tells of it"),
    ],
)
def test_what_may_be_worse_needs_a_reason_that_is_kept(
    made: Made, capsys: Said, then: list[dict[str, Any]], doubt: str
) -> None:
    uri = made.upload()
    assert made.register(row("faces: right", 0.99), uri=uri) == 0
    assert promoted(1) == 0
    assert made.register(*then, uri=uri) == 0
    capsys.readouterr()
    assert promoted(2) == 1
    assert doubt in capsys.readouterr().err
    assert listed(capsys)["in_force"] == 1
    assert promoted(2, "--despite", "it reads handwriting") == 0
    after = listed(capsys)
    assert after["in_force"] == 2
    assert after["versions"][0]["said"].endswith(": it reads handwriting")
    assert doubt in after["versions"][0]["said"]


def test_a_row_that_is_new_and_a_difference_that_may_be_chance_raise_no_doubt(made: Made, capsys: Said) -> None:
    uri = made.upload()
    assert made.register(row("faces: right", 0.96), uri=uri) == 0
    assert promoted(1) == 0
    assert made.register(row("faces: right", 0.955), row("faces: from the side", 0.95), uri=uri) == 0
    assert promoted(2, "--despite", "nothing") == 1
    assert "Nothing speaks against it" in capsys.readouterr().err
    assert promoted(2) == 0


def test_one_can_go_back_to_an_older_version_which_stayed_approved(made: Made, capsys: Said) -> None:
    assert made.register(row("faces: right", 0.95)) == 0
    made.new_model("2")
    assert made.register(row("faces: right", 0.99)) == 0
    assert promoted(1) == promoted(2) == 0
    there = listed(capsys)
    assert there["in_force"] == 2
    assert {version["status"] for version in there["versions"]} == {"Approved"}
    assert len({version["artefact"] for version in there["versions"]}) == 2
    assert promoted(1, "--despite", "version 2 fails on MOS slates") == 0
    assert listed(capsys)["in_force"] == 1
    assert told("compare", "in-force", "2", "--json") == 0


def test_over_other_material_versions_are_not_compared(made: Made, capsys: Said) -> None:
    assert made.register(GOOD) == 0
    assert promoted(1) == 0
    made.write("bench/models/material.py", "PINNED = 2\n")
    made.commit()
    assert made.register(GOOD) == 0
    capsys.readouterr()
    assert told("compare", "1", "2") == 3
    assert "different material" in capsys.readouterr().err
    assert promoted(2) == 1


def test_what_somebody_approved_elsewhere_has_no_name_with_it_so_nothing_is_promoted(made: Made, capsys: Said) -> None:
    uri = made.upload()
    assert made.register(GOOD, uri=uri) == made.register(row("faces: right", 0.97), uri=uri) == 0
    arn = f"arn:aws:sagemaker:eu-central-1:123456789012:model-package/{GROUP}/1"
    boto3.client("sagemaker").update_model_package(ModelPackageArn=arn, ModelApprovalStatus="Approved")
    assert promoted(2) == 1
    assert "approved elsewhere" in capsys.readouterr().err


def test_a_clock_that_is_behind_cannot_approve_into_the_past(made: Made, capsys: Said) -> None:
    uri = made.upload()
    assert made.register(GOOD, uri=uri) == made.register(row("faces: right", 0.97), uri=uri) == 0
    assert promoted(1) == 0
    properties = listed(capsys)["versions"][-1]["properties"] | {"approved_at": "2999-01-01T00:00:00.000000+00:00"}
    arn = f"arn:aws:sagemaker:eu-central-1:123456789012:model-package/{GROUP}/1"
    boto3.client("sagemaker").update_model_package(
        ModelPackageArn=arn, ModelApprovalStatus="Approved", CustomerMetadataProperties=properties
    )
    assert promoted(2) == 1
    assert "Set the clock" in capsys.readouterr().err


def test_scores_that_were_changed_in_the_bucket_are_noticed(made: Made, capsys: Said) -> None:
    assert made.register(row("faces: right", 0.5)) == 0
    uri = listed(capsys)["versions"][0]["scores"]
    boto3.client("s3").put_object(Bucket=BUCKET, Key=uri.split("/", 3)[3], Body=json.dumps([GOOD]).encode())
    assert promoted(1) == 1
    assert "is not what was registered" in capsys.readouterr().err


@pytest.mark.usefixtures("anew")
def test_promoting_tells_what_the_endpoint_runs_until_it_is_deployed(
    made: Made, capsys: Said, session: boto3.Session
) -> None:
    def as_aws(parsed: dict[str, Any], **_: Any) -> None:
        """Of what is not there AWS says nothing; moto says {}, which the SDK cannot read."""
        for name in [name for name, value in parsed.items() if value == {}]:
            del parsed[name]

    session.events.register("after-call.sagemaker", as_aws)
    assert made.register(GOOD) == 0
    client = boto3.client("sagemaker")
    role = "arn:aws:iam::123456789012:role/endpoint"
    client.create_model(ModelName="m", ExecutionRoleArn=role, PrimaryContainer={"Image": "registry/analyse:old"})
    variant = {"VariantName": "all", "ModelName": "m", "InstanceType": "ml.g4dn.xlarge", "InitialInstanceCount": 1}
    client.create_endpoint_config(EndpointConfigName="c", ProductionVariants=[variant])  # type: ignore[list-item]
    client.create_endpoint(EndpointName="Circletake-analyse", EndpointConfigName="c")
    capsys.readouterr()
    assert promoted(1, "--endpoint", "Circletake-analyse", "--json") == 0
    assert json.loads(capsys.readouterr().out)["running"] == {"image": "registry/analyse:old", "artefact": None}


def test_the_list_is_for_people_too(made: Made, capsys: Said) -> None:
    assert told("list") == 0
    assert "no version yet" in capsys.readouterr().out
    assert made.register(GOOD) == 0
    assert promoted(1) == 0
    capsys.readouterr()
    assert told("list") == 0
    assert "● in force" in capsys.readouterr().out.replace("\n", " ")
    assert told("promote", "7", "--as", "Ada", "--because", "x") == 1
    assert "has no version 7" in capsys.readouterr().err
