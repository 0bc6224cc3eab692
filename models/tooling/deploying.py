"""A promoted version → what puts it on the endpoint."""

from dataclasses import dataclass

import boto3
from sagemaker.core.resources import Endpoint, EndpointConfig, Model

from models.tooling.registry import Version


@dataclass(frozen=True)
class Running:
    """What an endpoint runs. `artefact` is None where the weights are in its image."""

    image: str
    artefact: str | None


def context(version: Version) -> dict[str, str]:
    """A version → the CDK's context that `infra/endpoints.py` makes the endpoint's model of."""
    return {"analyse_image": version.image, "analyse_artefact": version.artefact}


def command(version: Version) -> str:
    """→ what a person types."""
    return "make deploy CONTEXT='" + " ".join(f"-c {key}={value}" for key, value in context(version).items()) + "'"


def running(session: boto3.Session, endpoint: str) -> Running:
    """An endpoint's name → what it runs now."""
    where = {"session": session, "region": session.region_name}
    name = Endpoint.get(endpoint_name=endpoint, **where).endpoint_config_name
    variant = EndpointConfig.get(endpoint_config_name=name, **where).production_variants[0]
    container = Model.get(model_name=variant.model_name, **where).primary_container
    return Running(container.image, container.model_data_url or None)
