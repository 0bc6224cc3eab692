"""Buckets, key and catalogue: what the laptop's engine ignores, read in the template."""

import pytest

from tests.infra.template import Template, denies_plain_http, listed, logical

BUCKETS = ("IngestBucket", "WorkBucket", "ReviewBucket")


@pytest.mark.parametrize("name", BUCKETS)
def test_a_bucket_is_private_versioned_and_under_our_key(template: Template, name: str) -> None:
    bucket = template.all("S3::Bucket")[template.named(name)]
    (rule,) = bucket["BucketEncryption"]["ServerSideEncryptionConfiguration"]
    assert rule["BucketKeyEnabled"] is True
    assert rule["ServerSideEncryptionByDefault"]["SSEAlgorithm"] == "aws:kms"
    assert logical(rule["ServerSideEncryptionByDefault"]["KMSMasterKeyID"]) in template.all("KMS::Key")
    assert bucket["VersioningConfiguration"] == {"Status": "Enabled"}
    assert set(bucket["PublicAccessBlockConfiguration"].values()) == {True}
    assert len(bucket["PublicAccessBlockConfiguration"]) == 4
    assert bucket["OwnershipControls"]["Rules"] == [{"ObjectOwnership": "BucketOwnerEnforced"}]


@pytest.mark.parametrize("name", BUCKETS)
def test_a_bucket_refuses_plain_http(template: Template, name: str) -> None:
    assert denies_plain_http(template.policies_of("S3::BucketPolicy", "Bucket", template.named(name)))


@pytest.mark.parametrize("name", BUCKETS)
def test_uploads_that_were_broken_off_go_away(template: Template, name: str) -> None:
    rules = template.all("S3::Bucket")[template.named(name)]["LifecycleConfiguration"]["Rules"]
    assert any("AbortIncompleteMultipartUpload" in rule and rule["Status"] == "Enabled" for rule in rules)


def test_there_are_three_buckets(template: Template) -> None:
    assert set(template.all("S3::Bucket")) == {template.named(name) for name in BUCKETS}


def test_originals_are_locked_and_never_expire(template: Template) -> None:
    ingest = template.all("S3::Bucket")[template.named("IngestBucket")]
    assert ingest["ObjectLockEnabled"] is True
    assert ingest["ObjectLockConfiguration"]["Rule"]["DefaultRetention"] == {"Mode": "GOVERNANCE", "Days": 90}
    for rule in ingest["LifecycleConfiguration"]["Rules"]:
        assert not [name for name in rule if "Expiration" in name]


def test_work_expires_after_thirty_days(template: Template) -> None:
    (rule,) = template.all("S3::Bucket")[template.named("WorkBucket")]["LifecycleConfiguration"]["Rules"]
    assert rule["ExpirationInDays"] == 30
    assert rule["NoncurrentVersionExpiration"] == {"NoncurrentDays": 1}


def test_originals_their_key_their_policy_and_the_catalogue_outlive_the_stack(template: Template) -> None:
    kept = {name for name, each in template.resources.items() if each.get("DeletionPolicy") == "Retain"}
    (key,) = template.all("KMS::Key")
    policies = template.all("S3::BucketPolicy").items()
    ingest = template.named("IngestBucket")
    policy = next(name for name, policy in policies if policy["Bucket"] == {"Ref": ingest})
    assert kept == {ingest, policy, key, template.named("Table")}


def test_what_is_derived_goes_with_the_stack(template: Template) -> None:
    for name in ("WorkBucket", "ReviewBucket"):
        assert template.resources[template.named(name)]["DeletionPolicy"] == "Delete"


def test_arrivals_are_told_to_eventbridge_by_the_bucket_itself(template: Template) -> None:
    told = template.all("S3::Bucket")[template.named("IngestBucket")]["NotificationConfiguration"]
    assert told == {"EventBridgeConfiguration": {"EventBridgeEnabled": True}}


def test_the_key_rotates(template: Template) -> None:
    (key,) = template.all("KMS::Key").values()
    assert key["EnableKeyRotation"] is True


def test_the_catalogue_has_its_keys_index_expiry_and_history(template: Template) -> None:
    (table,) = template.all("DynamoDB::Table").values()
    keys = [{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}]
    assert table["KeySchema"] == keys
    (index,) = table["GlobalSecondaryIndexes"]
    assert index["IndexName"] == "open"
    assert [key["AttributeName"] for key in index["KeySchema"]] == ["open_shard", "due_at"]
    assert index["Projection"] == {"ProjectionType": "ALL"}
    assert table["TimeToLiveSpecification"] == {"AttributeName": "expires_at", "Enabled": True}
    assert table["PointInTimeRecoverySpecification"] == {"PointInTimeRecoveryEnabled": True}
    assert table["BillingMode"] == "PAY_PER_REQUEST"


def test_nobody_but_the_uploader_may_put_an_original(template: Template) -> None:
    statements = template.policies_of("S3::BucketPolicy", "Bucket", template.named("IngestBucket"))
    (only,) = (each for each in statements if each.get("Sid") == "OnlyTheUploaderWrites")
    assert (only["Effect"], only["Action"], only["Principal"]) == ("Deny", "s3:PutObject", {"AWS": "*"})
    exempt = only["Condition"]["ArnNotLike"]["aws:PrincipalArn"]
    assert template.outputs["UploaderRole"] in exempt
    assert {"Ref": template.named("UploaderRole")} in exempt[1]["Fn::Join"][1]
    assert len(exempt) == 2


def test_the_uploader_puts_under_the_production_of_its_session_and_can_do_nothing_else(template: Template) -> None:
    role = template.named("UploaderRole")
    (objects, key, versions) = template.statements(role)
    assert objects["Resource"]["Fn::Join"][1][-1] == "/${aws:PrincipalTag/production}/*"
    assert logical(objects["Resource"]["Fn::Join"][1][0]) == template.named("IngestBucket")
    assert set(objects["Action"]) == {"s3:PutObject", "s3:AbortMultipartUpload", "s3:ListMultipartUploadParts"}
    assert set(key["Action"]) == {"kms:GenerateDataKey", "kms:Decrypt"}
    assert logical(key["Resource"]) in template.all("KMS::Key")
    assert versions["Action"] == "s3:ListBucketVersions"
    assert logical(versions["Resource"]) == template.named("IngestBucket")
    assert versions["Condition"] == {"StringLike": {"s3:prefix": "${aws:PrincipalTag/production}/*"}}


def test_the_uploader_cannot_be_assumed_without_its_production(template: Template) -> None:
    trust = template.resources[template.named("UploaderRole")]["Properties"]["AssumeRolePolicyDocument"]
    for statement in trust["Statement"]:
        assert set(listed(statement["Action"])) == {"sts:AssumeRole", "sts:TagSession"}
        assert statement["Condition"]["StringLike"] == {"aws:RequestTag/production": "?*"}
        assert statement["Condition"]["ForAllValues:StringEquals"] == {"aws:TagKeys": ["production"]}
