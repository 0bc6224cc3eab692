"""An artefact in the bucket, an image and scores → what is written down of a version, once it all fits together."""

import io
from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError

from circletake.contracts.analysis import AnalysisKind, ModelVersion
from circletake.contracts.promotion import Promotion
from models.tooling.manifest import MANIFEST, Manifest
from models.tooling.packing import first_member
from models.tooling.refusal import Refused
from models.tooling.registry import KINDS, MATERIAL, Registration
from models.tooling.scores import Scores, read_scores
from models.tooling.source import Commit
from models.tooling.store import Kept, Store

#: A manifest names a few hundred files.
_MAX_MANIFEST_BYTES = 1024 * 1024


@dataclass(frozen=True)
class Prepared:
    registration: Registration
    scores: Scores


def prepare(store: Store, checkout: Path, artefact: str, image: str, scores: Path) -> Prepared:
    """→ what to register. Raises `Refused` unless all of them are what they are said to be."""
    kept = store.find(artefact)
    manifest = _manifest(store, kept)
    promotion = deployable(image, kept, {each.kind: each.model for each in manifest.capabilities})
    commit = _commit(checkout, manifest)
    body = scores.read_bytes()
    rows = read_scores(body, commit.material, scores.name)
    models = {kind.value: f"{model.name} {model.version}" for kind, model in promotion.versions.items()}
    return Prepared(
        Registration(
            promotion=promotion,
            scores=store.keep(kept.place[0], "scores.json", io.BytesIO(body), kept.kms_key),
            commit=commit.id,
            properties={
                **models,
                KINDS: " ".join(models),
                "artefact_sha256": kept.sha256,
                MATERIAL: commit.material,
                "limits_missed": str(len(rows.missed)),
            },
        ),
        rows,
    )


def deployable(image: str, artefact: Kept, versions: dict[AnalysisKind, ModelVersion]) -> Promotion:
    """→ what the stack is to be told of a version. Raises `Refused` where the stack would refuse it."""
    try:
        return Promotion(image=image, artefact=artefact.uri, kms_key=artefact.kms_key, versions=versions)
    except ValidationError as wrong:
        first = wrong.errors(include_url=False)[0]
        if first["loc"] == ("image",):
            raise Refused(
                f"{image} is no image of ECR by digest (…@sha256:…): a name can come to mean another."
            ) from wrong
        raise Refused(f"Nothing could deploy this: {first['loc'][0]} is {first['input']!r}.") from wrong


def _manifest(store: Store, kept: Kept) -> Manifest:
    with store.open(kept.uri) as stream:
        body = first_member(stream, MANIFEST, _MAX_MANIFEST_BYTES)
    try:
        return Manifest.model_validate_json(body)
    except ValidationError as wrong:
        raise Refused(f"This is no artefact of ours: its manifest says {wrong.errors()[0]['msg']}.") from wrong


def _commit(checkout: Path, manifest: Manifest) -> Commit:
    """→ the commit that holds every file of the artefact's code, as it was packed."""
    commit = Commit(checkout)
    held = commit.hashes("models", "circletake")
    other = [file.path for file in manifest.code if held.get(file.path) != file.sha256]
    if other:
        raise Refused(
            f"The artefact was not packed from commit {commit.id[:12]}: {', '.join(other[:5])} differ"
            f"{f', and {len(other) - 5} more' if len(other) > 5 else ''}. Commit, and package again."
        )
    if not commit.material_is_committed:
        raise Refused("What the scores are counted over (bench/models) was changed since the commit. Commit it first.")
    return commit
