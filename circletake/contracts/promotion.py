"""A version of the models that a person approved: what the endpoint is to run, and what is then asked of it."""

import json
from typing import Annotated

from pydantic import Field, StringConstraints

from circletake.contracts.analysis import AnalysisKind, ModelVersion
from circletake.contracts.wire import Wire


class Promotion(Wire):
    """Told by `python -m models.tooling promote`, kept in cdk.json as `analyse_model`, read when the stack is made."""

    #: By digest: what was scored is what runs.
    image: Annotated[
        str,
        StringConstraints(
            pattern=r"^[0-9]{12}\.dkr\.ecr\.[a-z0-9-]+\.amazonaws\.com(\.cn)?/[a-z0-9._/-]+@sha256:[0-9a-f]{64}$"
        ),
    ]
    artefact: Annotated[
        str, StringConstraints(pattern=r"^s3://[a-z0-9.-]{3,63}/models/[0-9a-f]{64}/[A-Za-z0-9._-]+\.tar\.gz$")
    ]
    #: The key of KMS that the artefact is encrypted with.
    kms_key: Annotated[str, StringConstraints(pattern=r"^arn:aws[a-z-]*:kms:[a-z0-9-]+:[0-9]{12}:key/[A-Za-z0-9-]+$")]
    versions: Annotated[dict[AnalysisKind, ModelVersion], Field(min_length=1)]

    @property
    def asked(self) -> str:
        """What `dispatch` asks for and `collect` believes, as `models/versions.json` would have it."""
        versions = {kind: version.model_dump() for kind, version in self.versions.items()}
        return json.dumps(versions, separators=(",", ":"), sort_keys=True)

    @property
    def environment(self) -> dict[str, str]:
        """What the container is told: the artefact's code and weights come before the image's own.

        SageMaker unpacks an artefact below /opt/ml/model. The folder that the server starts in is not searched.
        """
        return {
            "CAPABILITIES": ",".join(self.versions),
            "PYTHONPATH": "/opt/ml/model/code:/opt/ml/model/weights",
            "PYTHONSAFEPATH": "1",
        }
