"""How every client of ours talks to AWS."""

from botocore.config import Config


def config_for(service: str) -> Config:
    """Name of an AWS service → its configuration: botocore's standard retries, and nothing stacked on top."""
    retries = {"mode": "standard", "max_attempts": 4}
    # S3 has to be told: its presigned addresses would still be signed the old way, and for a host that answers
    # outside us-east-1 with a redirect to another one, which the signature does not cover.
    if service == "s3":
        style = {"addressing_style": "virtual"}
        return Config(retries=retries, signature_version="s3v4", s3=style)  # type: ignore[arg-type]
    return Config(retries=retries)  # type: ignore[arg-type]
