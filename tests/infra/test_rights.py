"""Who may do what: the whole matrix, so that a grant too many is seen as well as one too few."""

import pytest

from tests.infra.template import FUNCTIONS, LANES, QUEUED, Template, listed, logical

CATALOGUE = {"GetItem", "BatchGetItem", "Query"}
CHANGES = {"PutItem", "ConditionCheckItem", "UpdateItem", "DeleteItem", "BatchWriteItem"}
READS = {
    "receive": {"IngestBucket"},
    "verify": {"IngestBucket"},
    "inspect": {"IngestBucket"},
    "plan": {"IngestBucket", "WorkBucket"},
    "transcode": {"IngestBucket", "WorkBucket"},
    "sync": {"IngestBucket"},
    "dispatch": set(),
    "collect": {"WorkBucket"},
    "compare": {"WorkBucket"},
    "publish": {"WorkBucket"},
    "notify": set(),
    "sweep": {"IngestBucket"},
    "review": {"ReviewBucket"},
}
WRITES = {
    **{"plan": {"WorkBucket"}, "transcode": {"WorkBucket"}, "collect": {"WorkBucket"}},
    "publish": {"ReviewBucket"},
}
#: What tells people apart is erased for good, wherever it was.
TELLING = ("*/answer.json", "*/descriptions.json", "*/references/*")
ERASES = {"collect": {"WorkBucket"}, "compare": {"WorkBucket"}}

_OF_PEOPLE = [
    *("GRANT#*", "ACTS#*", "POLICY#*", "RECIPE#*", "LOOKS#*", "LUT#*#*", "CHARACTERS#*"),
    *("DAY#*#*#*", "DAYS#*", "PAPER#*#*", "COLUMNS#*"),
]


def expected(template: Template, function: str) -> set[tuple[str, str]]:
    title = function.capitalize()
    (key,) = template.all("KMS::Key")
    rights = {(f"logs:{action}", f"{title}Logs") for action in ("CreateLogStream", "PutLogEvents")}
    rows = CATALOGUE | (CHANGES if function in QUEUED else set())
    rights |= {(f"dynamodb:{action}", place) for action in rows for place in ("Table", "Table/index/*")}
    if function in QUEUED:
        receiving = ("ReceiveMessage", "DeleteMessage", "ChangeMessageVisibility", "GetQueueAttributes", "GetQueueUrl")
        lanes = [lane for lane, of in LANES.items() if of == function]
        rights |= {(f"sqs:{action}", f"{lane}Queue") for lane in lanes for action in receiving}
        rights.add(("events:PutEvents", "Bus"))
    for bucket in READS[function]:
        rights |= {("s3:GetObject", f"{bucket}/*"), ("s3:GetObjectVersion", f"{bucket}/*")}
        rights |= {("s3:ListBucket", bucket), ("kms:Decrypt", key)}
    for bucket in WRITES.get(function, ()):
        put = ("PutObject", "AbortMultipartUpload", "ListMultipartUploadParts")
        rights |= {(f"s3:{action}", f"{bucket}/*") for action in put}
        rights |= {("kms:Decrypt", key), ("kms:GenerateDataKey", key)}
    for bucket in ERASES.get(function, ()):
        erasing = ("DeleteObject", "DeleteObjectVersion")
        rights |= {(f"s3:{action}", f"{bucket}/{name}") for action in erasing for name in TELLING}
        rights.add(("s3:ListBucketVersions", bucket))
    if function == "dispatch":
        put = ("PutObject", "AbortMultipartUpload", "ListMultipartUploadParts")
        rights |= {(f"s3:{action}", "WorkBucket/*/references/*") for action in put}
        rights.add(("s3:ListBucket", "WorkBucket"))
        rights |= {("kms:Decrypt", key), ("kms:GenerateDataKey", key)}
    if function == "transcode":
        batch = [*template.all("Batch::JobQueue"), *template.all("Batch::JobDefinition")]
        rights |= {("batch:SubmitJob", name) for name in batch}
    if function == "notify":
        rights.add(("sns:Publish", "Topic"))
    if function == "review":
        rights |= {("dynamodb:PutItem", "Table"), ("dynamodb:BatchWriteItem", "Table"), ("events:PutEvents", "Bus")}
        # Of the originals the manifests and notes alone.
        manifests = tuple(f"IngestBucket/*{name}" for name in (".mhl", "/ascmhl_chain.xml", "/.circletake/*.json"))
        rights |= {(f"s3:{action}", name) for action in ("GetObject", "GetObjectVersion") for name in manifests}
    return rights


@pytest.mark.parametrize("function", FUNCTIONS)
def test_a_function_may_do_exactly_this(template: Template, function: str) -> None:
    rights = {right for right in template.rights(function) if not right[0].startswith("ses:")}
    assert rights == expected(template, function)


@pytest.mark.parametrize("function", FUNCTIONS)
def test_a_function_has_a_role_of_its_own_that_only_lambda_assumes(template: Template, function: str) -> None:
    roles = [logical(template.function(name)["Role"]) for name in FUNCTIONS]
    role = logical(template.function(function)["Role"])
    assert roles.count(role) == 1
    properties = template.resources[role]["Properties"]
    (statement,) = properties["AssumeRolePolicyDocument"]["Statement"]
    assert statement["Principal"] == {"Service": "lambda.amazonaws.com"}
    assert "ManagedPolicyArns" not in properties
    assert "Policies" not in properties


def test_nothing_is_deleted_but_in_the_work_bucket_and_only_by_who_erases(template: Template) -> None:
    for function in FUNCTIONS:
        places = {place for action, place in template.rights(function) if action.startswith("s3:Delete")}
        assert places == {f"{bucket}/{name}" for bucket in ERASES.get(function, ()) for name in TELLING}


def test_the_public_function_reads_nothing_that_tells_faces_apart(template: Template) -> None:
    denied = [
        statement
        for statement in template.statements(logical(template.function("review")["Role"]))
        if statement["Effect"] == "Deny"
    ]
    assert [(each["Action"], each["Condition"]) for each in denied] == [
        ("dynamodb:*", {"ForAnyValue:StringLike": {"dynamodb:LeadingKeys": ["LIKENESS#*"]}})
    ]


def test_no_action_is_a_wildcard_and_no_resource_is_everything(template: Template) -> None:
    for policy in template.all("IAM::Policy").values():
        for statement in policy["PolicyDocument"]["Statement"]:
            if statement["Effect"] == "Deny":
                continue
            assert not [action for action in listed(statement["Action"]) if "*" in action]
            # To log in where the container's image lies takes no resource.
            assert "*" not in listed(statement["Resource"]) or statement["Action"] == "ecr:GetAuthorizationToken"


def test_the_public_function_writes_nothing_but_what_people_say_and_are_given(template: Template) -> None:
    conditions = [
        statement.get("Condition")
        for policy in template.all("IAM::Policy").values()
        for statement in policy["PolicyDocument"]["Statement"]
        if {*listed(statement["Action"])} == {"dynamodb:PutItem", "dynamodb:BatchWriteItem"}
    ]
    assert conditions == [{"ForAllValues:StringLike": {"dynamodb:LeadingKeys": _OF_PEOPLE}}]


def test_nothing_scans_the_catalogue(template: Template) -> None:
    assert not [right for name in FUNCTIONS for right in template.rights(name) if right[0] == "dynamodb:Scan"]


def test_only_notify_sends_mail_and_only_from_its_address(template: Template) -> None:
    mails = [
        (name, statement)
        for name in FUNCTIONS
        for statement in template.statements(logical(template.function(name)["Role"]))
        if any(action.startswith("ses:") for action in listed(statement["Action"]))
    ]
    ((function, statement),) = mails
    assert function == "notify"
    assert statement["Action"] == "ses:SendEmail"
    assert statement["Condition"] == {"StringEqualsIfExists": {"ses:FromAddress": "dailies@circletake.example"}}
    identities = {resource["Fn::Join"][1][-1] for resource in statement["Resource"]}
    assert identities == {":identity/circletake.example", ":identity/dailies@circletake.example"}


def test_a_layer_or_a_function_is_not_shared_with_anybody(template: Template) -> None:
    permissions = template.all("Lambda::Permission").values()
    assert {permission["Principal"] for permission in permissions} == {"apigateway.amazonaws.com"}
    review = template.outputs["ReviewFunction"]
    assert all(logical(permission["FunctionName"]) == logical(review) for permission in permissions)
