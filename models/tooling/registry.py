"""The Model Registry: one model package group a set of capabilities, one version in it for each registration."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import NAMESPACE_URL, uuid5

import boto3
from sagemaker.core.resources import ModelPackage, ModelPackageGroup

from circletake.contracts.promotion import Promotion
from models.tooling.refusal import Refused
from models.tooling.store import Kept

PENDING, APPROVED = "PendingManualApproval", "Approved"
#: Which version is in force: the one that was approved last. Written with the approval, as ISO 8601 in UTC.
APPROVED_AT = "approved_at"
MATERIAL = "material"
#: Which capabilities it is of, with spaces between.
KINDS = "kinds"
#: What the async endpoint is asked with, and what it answers.
_ASKED, _ANSWERED = ["video/mp4", "video/x-matroska", "image/jpeg"], ["application/json"]


@dataclass(frozen=True)
class Registration:
    """What is written down of a version. `properties`: short facts, which the registry shows beside it."""

    promotion: Promotion
    scores: Kept
    commit: str
    properties: dict[str, str]


@dataclass(frozen=True)
class Version:
    """One version as the registry tells of it."""

    number: int
    arn: str
    status: str
    image: str
    artefact: str
    scores: str
    scores_sha256: str
    commit: str
    properties: dict[str, str]
    #: Who approved it and why, in their words.
    said: str

    @property
    def approved_at(self) -> str | None:
        return self.properties.get(APPROVED_AT) if self.status == APPROVED else None


class Registry:
    """One group, through the SDK's resource classes."""

    def __init__(self, session: boto3.Session, group: str) -> None:
        self.group = group
        self._session = session
        # Without a region the SDK warns and goes on with another.
        self._where = {"session": session, "region": session.region_name}

    def register(self, asked: Registration) -> tuple[Version, bool]:
        """→ the version, waiting for a person's approval, and whether it is new. The same again is the same version."""
        wanted = asked.promotion
        for version in self.versions():
            if version.properties.get(KINDS) != asked.properties[KINDS]:
                raise Refused(
                    f"{self.group} is for {version.properties.get(KINDS)}, not for {asked.properties[KINDS]}. "
                    "Each set of capabilities has a group of its own: name another with --group."
                )
            there = (version.artefact, version.scores_sha256, version.image, version.commit)
            if there == (wanted.artefact, asked.scores.sha256, wanted.image, asked.commit):
                return version, False
        if not self._is_there():
            about = "Models of Circletake that one endpoint serves; their scores are beside each version."
            ModelPackageGroup.create(
                model_package_group_name=self.group, model_package_group_description=about, **self._where
            )
        return self._described(self._create(asked)), True

    def versions(self) -> tuple[Version, ...]:
        """→ all versions, the newest first; none where the group is not there yet."""
        if not self._is_there():
            return ()
        listed = ModelPackage.get_all(model_package_group_name=self.group, **self._where)
        found = [self._described(each.model_package_arn) for each in listed]
        return tuple(sorted(found, key=lambda version: -version.number))

    def version(self, number: int) -> Version:
        for version in self.versions():
            if version.number == number:
                return version
        raise Refused(f"{self.group} has no version {number}. `list` shows those it has.")

    def in_force(self) -> Version | None:
        """→ the version that was approved last; None before the first. Raises `Refused` where that cannot be known."""
        approved = [version for version in self.versions() if version.status == APPROVED]
        elsewhere = [version.number for version in approved if version.approved_at is None]
        if elsewhere:
            raise Refused(
                f"Version {elsewhere[0]} was approved elsewhere, by nobody who is named here: which one is in force is "
                "unknown. Reject it in the registry, or set it back to PendingManualApproval and promote it."
            )
        return max(approved, key=lambda version: version.approved_at or "", default=None)

    def approve(self, version: Version, said: str, at: str) -> Version:
        package = ModelPackage.get(model_package_name=version.arn, **self._where)
        package.update(
            model_approval_status=APPROVED,
            approval_description=said,
            # All of them: what is left out may be lost.
            customer_metadata_properties={**version.properties, APPROVED_AT: at},
        )
        return self._described(version.arn)

    def _is_there(self) -> bool:
        groups: Iterator[Any] = ModelPackageGroup.get_all(name_contains=self.group, **self._where)
        return any(group.model_package_group_name == self.group for group in groups)

    def _create(self, asked: Registration) -> str:
        """→ the ARN of the new version.

        By the client: `ModelPackage.create` of SDK 3.27 registers it and then fails, because it looks for a
        `ModelPackageName` in an answer that never has one; and it misspells `SupportedResponseMIMETypes`.
        """
        wanted = asked.promotion
        container = {
            "Image": wanted.image,
            "ImageDigest": wanted.image.partition("@")[2],
            "ModelDataUrl": wanted.artefact,
            "Environment": wanted.environment,
        }
        scores = {
            "ContentType": "application/json",
            "S3Uri": asked.scores.uri,
            "ContentDigest": f"sha256:{asked.scores.sha256}",
        }
        request: dict[str, Any] = {
            "ModelPackageGroupName": self.group,
            "ModelPackageDescription": f"{asked.properties[KINDS]} of commit {asked.commit}",
            "ModelApprovalStatus": PENDING,
            "InferenceSpecification": {
                "Containers": [container],
                "SupportedContentTypes": _ASKED,
                "SupportedResponseMIMETypes": _ANSWERED,
            },
            "ModelMetrics": {"ModelQuality": {"Statistics": scores}},
            "MetadataProperties": {"CommitId": asked.commit},
            "CustomerMetadataProperties": asked.properties,
            "SecurityConfig": {"KmsKeyId": wanted.kms_key},
            # Asked twice because an answer was lost, it is registered once.
            "ClientToken": str(uuid5(NAMESPACE_URL, f"{self.group} {asked}")),
        }
        answer = self._session.client("sagemaker").create_model_package(**request)
        return str(answer["ModelPackageArn"])

    def _described(self, arn: str) -> Version:
        # The SDK reads a container as a model card's, which has no environment.
        package = ModelPackage.get(model_package_name=arn, **self._where)
        if not package.inference_specification or not package.model_metrics or not package.metadata_properties:
            raise Refused(f"{arn} was registered by something else: it has no artefact, no scores or no commit.")
        container = package.inference_specification.containers[0]
        metrics = package.model_metrics.model_quality.statistics
        return Version(
            number=package.model_package_version,
            arn=package.model_package_arn,
            status=package.model_approval_status,
            image=container.image,
            artefact=container.model_data_url,
            scores=metrics.s3_uri,
            scores_sha256=metrics.content_digest.rpartition(":")[2],
            commit=package.metadata_properties.commit_id,
            properties=dict(package.customer_metadata_properties or {}),
            said=package.approval_description or "",
        )
