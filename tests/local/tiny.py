"""The smallest stack that has every hop of the real one: bucket → bus → queue → function → bucket, and an API."""

import json
from pathlib import Path
from typing import Any

HANDLER = """
import json, os, signal
import boto3

s3 = boto3.client("s3", config=boto3.session.Config(signature_version="s3v4"))


def handler(event, context):
    if "Records" not in event:
        return answer(event)
    failed = [{"itemIdentifier": record["messageId"]} for record in event["Records"] if not done(record)]
    return {"batchItemFailures": failed}


def done(record):
    fact = json.loads(record["body"])
    key, first = fact["detail"]["object"]["key"], record["attributes"]["ApproximateReceiveCount"] == "1"
    if key == "killed" and first:
        os.kill(os.getpid(), signal.SIGKILL)
    if key == "hopeless":
        return False
    body = json.dumps({"fact": fact, "environment": dict(os.environ), "first": first})
    s3.put_object(Bucket=os.environ["OUT"], Key=key, Body=body)
    return True


def answer(event):
    if event["rawPath"] == "/":
        return {"statusCode": 200, "headers": {"content-type": "text/html"}, "body": "<h1>Dailies</h1>"}
    if event["rawPath"].startswith("/media/"):
        clip = {"Bucket": os.environ["OUT"], "Key": event["pathParameters"]["name"]}
        there = s3.generate_presigned_url("get_object", Params=clip)
        return {"statusCode": 302, "headers": {"location": there}, "body": None}  # as Powertools says it
    return {"statusCode": 200, "body": json.dumps(event["requestContext"]["authorizer"]["jwt"]["claims"])}
"""


def assembly(into: Path) -> Path:
    """A folder → the same folder holding what `cdk synth` would write for the tiny stack."""
    code = into / "asset.tiny"
    code.mkdir(parents=True)
    (code / "tiny.py").write_text(HANDLER)
    asset = {
        "source": {"path": code.name, "packaging": "zip"},
        "destinations": {"here": {"bucketName": "assets", "objectKey": "tiny.zip"}},
    }
    (into / "Tiny.assets.json").write_text(json.dumps({"files": {"tiny": asset}}))
    (into / "Tiny.template.json").write_text(json.dumps(template()))
    return into


def template() -> dict[str, Any]:
    """→ the tiny stack as the CDK would write it, layer and TLS-only policy included."""
    resources = _queues() | _function() | _api()
    shown = {"In", "Out", "Queue", "DeadLetters", "UserPool", "Client", "Log"}
    return {
        "Parameters": {
            "BootstrapVersion": {
                "Type": "AWS::SSM::Parameter::Value<String>",
                "Default": "/cdk-bootstrap/hnb659fds/version",
            }
        },
        "Resources": resources,
        "Outputs": {
            **{name: {"Value": {"Ref": name}} for name in shown},
            "PageUrl": {"Value": _of("Api", "ApiEndpoint")},
        },
    }


def _resource(kind: str, **properties: Any) -> dict[str, Any]:
    return {"Type": f"AWS::{kind}", "Properties": properties}


def _of(name: str, attribute: str) -> dict[str, Any]:
    return {"Fn::GetAtt": [name, attribute]}


def _policy(*statements: dict[str, Any]) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", **statement} for statement in statements]}


def _queues() -> dict[str, Any]:
    no_plain_http = {
        "Effect": "Deny",
        "Principal": "*",
        "Action": "sqs:*",
        "Resource": _of("Queue", "Arn"),
        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
    }
    from_the_bus = {
        "Principal": {"Service": "events.amazonaws.com"},
        "Action": "sqs:SendMessage",
        "Resource": _of("Queue", "Arn"),
    }
    return {
        "In": _resource(
            "S3::Bucket",
            VersioningConfiguration={"Status": "Enabled"},
            NotificationConfiguration={"EventBridgeConfiguration": {"EventBridgeEnabled": True}},
        ),
        "Out": _resource("S3::Bucket"),
        "DeadLetters": _resource("SQS::Queue"),
        "Queue": _resource(
            "SQS::Queue",
            VisibilityTimeout=2,
            RedrivePolicy={"deadLetterTargetArn": _of("DeadLetters", "Arn"), "maxReceiveCount": 2},
        ),
        "QueuePolicy": _resource(
            "SQS::QueuePolicy", Queues=[{"Ref": "Queue"}], PolicyDocument=_policy(from_the_bus, no_plain_http)
        ),
        "Rule": _resource(
            "Events::Rule",
            EventPattern={
                "source": ["aws.s3"],
                "detail-type": ["Object Created"],
                "detail": {"bucket": {"name": [{"Ref": "In"}]}},
            },
            Targets=[{"Id": "queue", "Arn": _of("Queue", "Arn")}],
        ),
    }


def _function() -> dict[str, Any]:
    assumed = {"Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
    objects = {"Fn::Join": ["", [_of("Out", "Arn"), "/*"]]}
    receive = ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"]
    return {
        "Role": _resource("IAM::Role", AssumeRolePolicyDocument=_policy(assumed)),
        "RolePolicy": _resource(
            "IAM::Policy",
            PolicyName="grants",
            Roles=[{"Ref": "Role"}],
            PolicyDocument=_policy(
                {"Action": ["s3:PutObject", "s3:GetObject*"], "Resource": objects},
                {"Action": receive, "Resource": _of("Queue", "Arn")},
            ),
        ),
        "Log": _resource("Logs::LogGroup", RetentionInDays=14),
        "Layer": _resource("Lambda::LayerVersion", Content={"S3Bucket": "assets", "S3Key": "layer.zip"}),
        "Function": _resource(
            "Lambda::Function",
            Code={
                "S3Bucket": {"Fn::Sub": "cdk-hnb659fds-assets-${AWS::AccountId}-${AWS::Region}"},
                "S3Key": "tiny.zip",
            },
            Handler="tiny.handler",
            Runtime="python3.13",
            Timeout=2,
            MemorySize=512,
            Layers=[{"Ref": "Layer"}],
            Role=_of("Role", "Arn"),
            LoggingConfig={"LogGroup": {"Ref": "Log"}},
            Environment={
                "Variables": {
                    "OUT": {"Ref": "Out"},
                    "FFPROBE": "/opt/bin/ffprobe",
                    "POWERTOOLS_SERVICE_NAME": "tiny",
                }
            },
        )
        | {"DependsOn": ["Layer", "RolePolicy"]},
        "Mapping": _resource(
            "Lambda::EventSourceMapping",
            EventSourceArn=_of("Queue", "Arn"),
            FunctionName={"Ref": "Function"},
            BatchSize=10,
            FunctionResponseTypes=["ReportBatchItemFailures"],
        ),
    }


def _api() -> dict[str, Any]:
    api = {"ApiId": {"Ref": "Api"}}
    target = {"Target": {"Fn::Join": ["", ["integrations/", {"Ref": "Integration"}]]}}
    logged_in = {"AuthorizationType": "JWT", "AuthorizerId": {"Ref": "LoggedIn"}}
    return {
        "UserPool": _resource("Cognito::UserPool"),
        "Client": _resource(
            "Cognito::UserPoolClient",
            UserPoolId={"Ref": "UserPool"},
            ExplicitAuthFlows=["ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
        ),
        "Api": _resource("ApiGatewayV2::Api", Name="tiny", ProtocolType="HTTP"),
        "Stage": _resource("ApiGatewayV2::Stage", StageName="$default", AutoDeploy=True, **api),
        "LoggedIn": _resource(
            "ApiGatewayV2::Authorizer",
            **api,
            AuthorizerType="JWT",
            Name="logged-in",
            IdentitySource=["$request.header.Authorization"],
            JwtConfiguration={"Audience": [{"Ref": "Client"}], "Issuer": _of("UserPool", "ProviderURL")},
        ),
        "Integration": _resource(
            "ApiGatewayV2::Integration",
            **api,
            IntegrationType="AWS_PROXY",
            IntegrationUri=_of("Function", "Arn"),
            PayloadFormatVersion="2.0",
        ),
        "Home": _resource("ApiGatewayV2::Route", **api, RouteKey="GET /", **target),
        "Media": _resource("ApiGatewayV2::Route", **api, RouteKey="GET /media/{name+}", **target),
        "Calls": _resource("ApiGatewayV2::Route", **api, RouteKey="GET /api/{call+}", **target, **logged_in),
        "Permission": _resource(
            "Lambda::Permission",
            Action="lambda:InvokeFunction",
            FunctionName=_of("Function", "Arn"),
            Principal="apigateway.amazonaws.com",
        ),
    }
