"""Made people: embeddings, answers about faces, consent; and a search for what may be left of an embedding."""

import base64
import io
import random
import struct
from collections.abc import Iterator, Sequence
from typing import Any

import boto3
from PIL import Image

from circletake.contracts.analysis import EMBEDDING_SIZE, AnalysisKind, Box, FacesAnswer, FaceTrack, ModelVersion
from circletake.contracts.characters import Consent
from tests.aws import TABLE

MODEL = ModelVersion(name="mtcnn-dlib-resnet", version="0" * 12)
LATER = ModelVersion(name="mtcnn-dlib-resnet", version="1" * 12)


def embedding(seed: int, *, off: float = 0.0) -> tuple[float, ...]:
    """A made person as a model describes it; `off`: another picture of them, at that distance."""
    chance = random.Random(seed)
    face = [chance.uniform(-0.2, 0.2) for _ in range(EMBEDDING_SIZE)]
    return tuple(value + off / EMBEDDING_SIZE**0.5 for value in face)


def track(first: int, last: int, who: Sequence[float] | None = None) -> FaceTrack:
    return FaceTrack(
        first=first, last=last, seen=last - first + 1, best=first, box=Box(x=0.4, y=0.4, width=0.2, height=0.2),
        confidence=0.99, pixels=160, embedding=tuple(who) if who else None,
    )  # fmt: skip


def faces(*tracks: FaceTrack) -> FacesAnswer:
    return FacesAnswer(kind=AnalysisKind.FACES, looked_at=10, most_at_once=len(tracks), tracks=tracks)


def consent(**changed: Any) -> Consent:
    told = {
        "person": "Ann Actor",
        "scopes": ["SEARCH"],
        "expires": "2027-06-30",
        "document_sha256": "0" * 64,
        "minor": False,
    }
    return Consent.model_validate(told | changed)


def jpeg(shade: int = 128, size: tuple[int, int] = (64, 64), **saved: Any) -> bytes:
    made = io.BytesIO()
    Image.new("RGB", size, (shade, 90, 60)).save(made, "JPEG", **saved)
    return made.getvalue()


def traces(who: Sequence[float]) -> list[bytes]:
    """Every form in which an embedding was written anywhere, in pieces that are too long to be there by chance."""
    forms = []
    for order in "<>":
        for size in "fd":
            packed = struct.pack(f"{order}{len(who)}{size}", *who)
            forms += [packed[at : at + 8] for at in range(0, len(packed) - 8, 8)]
            forms += [packed[:24].hex().encode(), base64.b64encode(packed[:24])]
    for value in who:
        (rounded,) = struct.unpack("<f", struct.pack("<f", value))
        forms += [repr(value)[:12].encode(), repr(rounded)[:12].encode()]
    return forms


def everything() -> Iterator[tuple[str, bytes]]:
    """Every attribute of every row and every version of every object, with where it is."""
    for page in boto3.client("dynamodb").get_paginator("scan").paginate(TableName=TABLE):
        for item in page["Items"]:
            where = f"{item['pk'].get('S')} {item['sk'].get('S')}"
            for name, value in item.items():
                yield f"{where} {name}", _bytes(value)
    s3 = boto3.client("s3")
    for bucket in s3.list_buckets()["Buckets"]:
        name = bucket["Name"]
        for listed in s3.get_paginator("list_object_versions").paginate(Bucket=name):
            for version in listed.get("Versions", []):
                key, number = version["Key"], version["VersionId"]
                yield f"s3://{name}/{key}", s3.get_object(Bucket=name, Key=key, VersionId=number)["Body"].read()


def _bytes(value: Any) -> bytes:
    if isinstance(value, bytes):
        return value
    if isinstance(value, dict):
        return b"\n".join(map(_bytes, value.values()))
    if isinstance(value, list | set):
        return b"\n".join(map(_bytes, value))
    return str(value).encode()


def where_left(*people: Sequence[float], logs: str = "") -> list[str]:
    """Where something of an embedding still is: in rows, versions of objects, or the log."""
    forms = [form for who in people for form in traces(who)]
    return [where for where, body in [*everything(), ("log", logs.encode())] if any(form in body for form in forms)]
