"""What is kept: originals, work, pictures for review, and the catalogue of all of it."""

from typing import cast

from aws_cdk import CfnOutput, CfnResource, Duration, RemovalPolicy, Stack
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3
from constructs import Construct

from circletake.contracts.keys import DayRef
from circletake.contracts.table import (
    OPEN_INDEX,
    acts_pk,
    characters_pk,
    columns_pk,
    day_pk,
    days_pk,
    grant_pk,
    likeness_pk,
    looks_pk,
    lut_pk,
    paper_pk,
    policy_pk,
    recipe_pk,
)
from infra.reasons import acknowledge

#: A shooting company checks its cards within days; a picture is locked within a season.
ORIGINALS_LOCKED = Duration.days(90)
#: Everything in work can be made again from the originals.
WORK_KEPT = Duration.days(30)


class Storage(Construct):
    """Three buckets under one key, and one table. Originals, key and catalogue outlive the stack."""

    def __init__(self, scope: Construct) -> None:
        super().__init__(scope, "Storage")
        self.key = kms.Key(
            self,
            "Key",
            description="Circletake: originals, work and review pictures",
            enable_key_rotation=True,
            removal_policy=RemovalPolicy.RETAIN,  # without it the retained originals could not be read
        )
        self.ingest = self._bucket(
            "Ingest",
            s3.LifecycleRule(id="AbortUploads", abort_incomplete_multipart_upload_after=Duration.days(7)),
            keep=True,
        )
        self.work = self._bucket(
            "Work",
            s3.LifecycleRule(
                id="Expire",
                expiration=WORK_KEPT,
                noncurrent_version_expiration=Duration.days(1),
                abort_incomplete_multipart_upload_after=Duration.days(1),
            ),
        )
        self.review = self._bucket(
            "Review",
            s3.LifecycleRule(
                id="ExpireOldVersions",
                noncurrent_version_expiration=WORK_KEPT,
                abort_incomplete_multipart_upload_after=Duration.days(1),
            ),
        )
        self.table = dynamodb.Table(
            self,
            "Catalogue",
            partition_key=dynamodb.Attribute(name="pk", type=dynamodb.AttributeType.STRING),
            sort_key=dynamodb.Attribute(name="sk", type=dynamodb.AttributeType.STRING),
            billing_mode=dynamodb.BillingMode.PAY_PER_REQUEST,
            time_to_live_attribute="expires_at",
            point_in_time_recovery_specification=dynamodb.PointInTimeRecoverySpecification(
                point_in_time_recovery_enabled=True
            ),
            removal_policy=RemovalPolicy.RETAIN,
        )
        # Sparse: only what is open has these attributes, so `sweep` reads what is due and nothing else.
        self.table.add_global_secondary_index(
            index_name=OPEN_INDEX,
            partition_key=dynamodb.Attribute(name="open_shard", type=dynamodb.AttributeType.STRING),
            sort_key=dynamodb.Attribute(name="due_at", type=dynamodb.AttributeType.STRING),
        )
        acknowledge(self, "AwsSolutions-S1", "Who read what is asked of the account's CloudTrail data events.")
        for name, bucket in (("Ingest", self.ingest), ("Work", self.work), ("Review", self.review)):
            CfnOutput(scope, f"{name}Bucket", value=bucket.bucket_name)
        CfnOutput(scope, "Table", value=self.table.table_name)

    def _bucket(self, name: str, lifecycle: s3.LifecycleRule, *, keep: bool = False) -> s3.Bucket:
        """One private, versioned bucket. `keep`: its objects are originals, locked and never ours to delete."""
        bucket = s3.Bucket(
            self,
            name,
            encryption=s3.BucketEncryption.KMS,
            encryption_key=self.key,
            bucket_key_enabled=True,
            block_public_access=s3.BlockPublicAccess.BLOCK_ALL,
            object_ownership=s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
            enforce_ssl=True,
            versioned=True,
            lifecycle_rules=[lifecycle],
            object_lock_enabled=keep or None,
            object_lock_default_retention=s3.ObjectLockRetention.governance(ORIGINALS_LOCKED) if keep else None,
            removal_policy=RemovalPolicy.RETAIN if keep else RemovalPolicy.DESTROY,
        )
        if keep:
            # `event_bridge_enabled=True` would bring a custom resource with a Lambda of its own.
            told = "NotificationConfiguration.EventBridgeConfiguration.EventBridgeEnabled"
            cast(CfnResource, bucket.node.default_child).add_property_override(told, True)
            # The policy has to outlive the stack too, or what is kept would be kept with the door open.
            cast(s3.BucketPolicy, bucket.policy).apply_removal_policy(RemovalPolicy.RETAIN)
        return bucket

    # Finer than the CDK's own grants: those carry wildcards, among them the right to lock an object for ever.

    def grant_list(self, bucket: s3.Bucket, role: iam.Role) -> None:
        """Whether there is an object, and nothing of what is in it."""
        iam.Grant.add_to_principal(grantee=role, actions=["s3:ListBucket"], resource_arns=[bucket.bucket_arn])

    def grant_read(self, bucket: s3.Bucket, role: iam.Role) -> None:
        """Objects, their versions, and whether there is one."""
        self._grant(role, bucket, "s3:GetObject", "s3:GetObjectVersion")
        self.grant_list(bucket, role)
        self.key.grant_decrypt(role)

    def grant_read_named(self, bucket: s3.Bucket, role: iam.Role, *names: str) -> None:
        """Objects, and their versions, whose key ends so."""
        for name in names:
            self._grant(role, bucket, "s3:GetObject", "s3:GetObjectVersion", name=name)
        self.key.grant_decrypt(role)

    def grant_put(self, bucket: s3.Bucket, role: iam.Role, prefix: str = "", name: str = "*") -> None:
        """New objects under the prefix, of that name. A part is encrypted with a new key and decrypted when joined."""
        parts = ("s3:AbortMultipartUpload", "s3:ListMultipartUploadParts")
        self._grant(role, bucket, "s3:PutObject", *parts, prefix=prefix, name=name)
        self.key.grant(role, "kms:GenerateDataKey", "kms:Decrypt")

    def grant_erase(self, bucket: s3.Bucket, role: iam.Role, *names: str) -> None:
        """Every version of objects whose key ends so, for good. Never among the originals."""
        for name in names:
            self._grant(role, bucket, "s3:DeleteObject", "s3:DeleteObjectVersion", name=name)
        iam.Grant.add_to_principal(grantee=role, actions=["s3:ListBucketVersions"], resource_arns=[bucket.bucket_arn])

    def grant_catalogue(self, role: iam.Role, *, only_people: bool = False) -> None:
        """Rows, and transactions over them. No Scan: nothing scans the catalogue.

        `only_people`: read all but what tells people's faces apart, and write nothing but what people say and are
        given: acts, policies, recipes, looks, characters, papers and corrections of days, grants.
        """
        actions = ["GetItem", "BatchGetItem", "Query"]
        if not only_people:
            actions += ["PutItem", "ConditionCheckItem", "UpdateItem", "DeleteItem", "BatchWriteItem"]
        self.table.grant(role, *(f"dynamodb:{action}" for action in actions))
        if only_people:
            theirs = [
                grant_pk("*"),
                acts_pk("*"),
                policy_pk("*"),
                recipe_pk("*"),
                looks_pk("*"),
                lut_pk("*", "*"),
                characters_pk("*"),
                day_pk(DayRef.model_construct(production="*", unit="*", day="*")),
                days_pk("*"),
                paper_pk("*", "*"),
                columns_pk("*"),
            ]
            # An act is never taken back; what is deleted there is the fact of it, once it was said.
            role.add_to_policy(
                iam.PolicyStatement(
                    actions=["dynamodb:PutItem", "dynamodb:BatchWriteItem"],
                    resources=[self.table.table_arn],
                    conditions={"ForAllValues:StringLike": {"dynamodb:LeadingKeys": theirs}},
                )
            )
            role.add_to_policy(
                iam.PolicyStatement(
                    effect=iam.Effect.DENY,
                    actions=["dynamodb:*"],
                    resources=[self.table.table_arn],
                    conditions={"ForAnyValue:StringLike": {"dynamodb:LeadingKeys": [likeness_pk("*")]}},
                )
            )
        table_id = Stack.of(self).get_logical_id(cast(CfnResource, self.table.node.default_child))
        found = f"AwsSolutions-IAM5[Resource::<{table_id}.Arn>/index/*]"
        acknowledge(role, found, "The table's own index; the CDK grants a table with all of its indexes.")

    def _grant(self, role: iam.Role, bucket: s3.Bucket, *actions: str, prefix: str = "", name: str = "*") -> None:
        objects = bucket.arn_for_objects(f"{prefix}{name}")
        iam.Grant.add_to_principal(grantee=role, actions=list(actions), resource_arns=[objects])
        # As cdk-nag writes them: a reference in angle brackets, without its dollar sign.
        bucket_id = Stack.of(self).get_logical_id(cast(CfnResource, bucket.node.default_child))
        found = f"Resource::<{bucket_id}.Arn>/{prefix.replace('${', '<').replace('}', '>')}{name}"
        acknowledge(role, f"AwsSolutions-IAM5[{found}]", "Objects have no names at synthesis; the bucket is one.")


def uploader(scope: Construct, storage: Storage) -> iam.Role:
    """The role that a camera cart assumes with the session tag `production`: it may put there and nowhere else."""
    tagged = {
        "StringLike": {"aws:RequestTag/production": "?*"},
        "ForAllValues:StringEquals": {"aws:TagKeys": ["production"]},
    }
    role = iam.Role(
        scope,
        "Uploader",
        description="Puts originals under the production that its session is tagged with",
        assumed_by=iam.SessionTagsPrincipal(iam.AccountRootPrincipal().with_conditions(tagged)),
        max_session_duration=Duration.hours(12),  # a magazine over a hotel's line
    )
    theirs = "${aws:PrincipalTag/production}/"
    storage.grant_put(storage.ingest, role, prefix=theirs)
    # Which versions are there, to find again what was sent before its answer was lost. Never what is in them.
    role.add_to_policy(
        iam.PolicyStatement(
            actions=["s3:ListBucketVersions"],
            resources=[storage.ingest.bucket_arn],
            conditions={"StringLike": {"s3:prefix": f"{theirs}*"}},
        )
    )
    # AWS names the role of a session here; the laptop's engine names the session.
    sessions = Stack.of(scope).format_arn(
        service="sts", region="", resource="assumed-role", resource_name=f"{role.role_name}/*"
    )
    storage.ingest.add_to_resource_policy(
        iam.PolicyStatement(
            sid="OnlyTheUploaderWrites",
            effect=iam.Effect.DENY,
            principals=[iam.AnyPrincipal()],
            actions=["s3:PutObject"],
            resources=[storage.ingest.arn_for_objects("*")],
            conditions={"ArnNotLike": {"aws:PrincipalArn": [role.role_arn, sessions]}},
        )
    )
    CfnOutput(scope, "UploaderRole", value=role.role_arn)
    return role
