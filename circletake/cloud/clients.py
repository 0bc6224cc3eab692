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


def config_for_uploads() -> Config:
    """→ how originals go up: every body comes with the checksum that S3 verifies, so botocore adds none.

    The checksum stands in a signed header, and TLS covers the body; a SHA-256 of it for the signature would cost
    more than everything else. A lost line is noticed in seconds.
    """
    quick = Config(
        request_checksum_calculation="when_required",
        connect_timeout=15,
        read_timeout=60,
        tcp_keepalive=True,
        s3={"addressing_style": "virtual", "payload_signing_enabled": False},
    )
    return config_for("s3").merge(quick)
