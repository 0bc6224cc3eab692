"""A promoted version → what puts it on the endpoint."""

from dataclasses import dataclass

import boto3
from sagemaker.core.resources import Endpoint, EndpointConfig, Model

from circletake.contracts.analysis import AnalysisKind, ModelVersion
from circletake.contracts.promotion import Promotion
from models.tooling.registering import deployable
from models.tooling.registry import KINDS, Version
from models.tooling.store import Kept

#: The key of the CDK's context in cdk.json.
CONTEXT = "analyse_model"


@dataclass(frozen=True)
class Running:
    """What an endpoint runs. `artefact` is None where the weights are in its image."""

    image: str
    artefact: str | None


def promotion(version: Version, artefact: Kept) -> Promotion:
    """A version, and its artefact as it lies there → what the stack is to be told."""
    models = {AnalysisKind(kind): version.properties[kind].split() for kind in version.properties[KINDS].split()}
    versions = {kind: ModelVersion(name=name, version=number) for kind, (name, number) in models.items()}
    return deployable(version.image, artefact, versions)


def running(session: boto3.Session, endpoint: str) -> Running:
    """An endpoint's name → what it runs now."""
    where = {"session": session, "region": session.region_name}
    name = Endpoint.get(endpoint_name=endpoint, **where).endpoint_config_name
    variant = EndpointConfig.get(endpoint_config_name=name, **where).production_variants[0]
    container = Model.get(model_name=variant.model_name, **where).primary_container
    return Running(container.image, container.model_data_url or None)
