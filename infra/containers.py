"""What the endpoint runs: an image of this checkout, or the version of the models that was promoted."""

from typing import Protocol

from aws_cdk import Stack
from aws_cdk import aws_ecr as ecr
from aws_cdk import aws_ecr_assets as assets
from aws_cdk import aws_iam as iam
from aws_cdk.aws_sagemaker import CfnModel
from constructs import Construct

from circletake.contracts.promotion import Promotion


class Container(Protocol):
    """What SageMaker starts, and the right to fetch it."""

    definition: CfnModel.ContainerDefinitionProperty

    def grant_fetch(self, role: iam.Role) -> None: ...


class Built:
    """An image of this checkout's code, with its weights in it."""

    def __init__(self, scope: Construct, folder: str, *, gpu: bool) -> None:
        self._image = assets.DockerImageAsset(
            scope,
            "Image",
            directory=folder,
            platform=assets.Platform.LINUX_AMD64,
            build_args=None if gpu else {"LOCK": "models.txt", "DEVICE": "cpu"},
        )
        self.definition = CfnModel.ContainerDefinitionProperty(image=self._image.image_uri)

    def grant_fetch(self, role: iam.Role) -> None:
        self._image.repository.grant_pull(role)


class Promoted:
    """The image that was registered, and the artefact whose code and weights come before its own."""

    def __init__(self, scope: Construct, promotion: Promotion) -> None:
        self._scope, self._promotion = scope, promotion
        self.definition = CfnModel.ContainerDefinitionProperty(
            image=promotion.image, model_data_url=promotion.artefact, environment=promotion.environment
        )

    def grant_fetch(self, role: iam.Role) -> None:
        """The image, that one object, and its key: in the company's own account, where their policies allow it."""
        registry, _, image = self._promotion.image.partition("/")
        account, _, _, region, *_ = registry.split(".")
        name, partition = image.partition("@")[0], Stack.of(self._scope).partition
        repository = f"arn:{partition}:ecr:{region}:{account}:repository/{name}"
        ecr.Repository.from_repository_attributes(
            self._scope, "Images", repository_arn=repository, repository_name=name
        ).grant_pull(role)
        artefact = f"arn:{partition}:s3:::{self._promotion.artefact.removeprefix('s3://')}"
        role.add_to_policy(iam.PolicyStatement(actions=["s3:GetObject"], resources=[artefact]))
        role.add_to_policy(iam.PolicyStatement(actions=["kms:Decrypt"], resources=[self._promotion.kms_key]))
