"""Which analyses a clip needs, and of which of its outputs: what is asked, and what is left out and why."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from circletake.cloud.analyses import Inquiry
from circletake.cloud.inference import ANSWERED_WITHIN_S
from circletake.contracts import table
from circletake.contracts.analysis import (
    MEDIA,
    AnalysisKind,
    AnalysisSettings,
    ModelVersion,
    Why,
)
from circletake.contracts.facts import EnrolReference
from circletake.contracts.keys import ClipRef, short_hash
from circletake.contracts.media import Inspection, OutputManifest
from circletake.film.timing import analysis_step

NOT_THERE = "What the model looks at is not there. It is kept for some weeks; a change of the look makes it anew."
#: SageMaker takes no larger input.
MAX_MEDIA_BYTES = 1024**3
#: Seconds of a model's time: for each question, and for each second of a clip of 25 frames. What `bench/models` printed
#: for one core, rounded up, but for SLATE, whose share that grows with the clip was not measured by itself; a GPU takes
#: less, and what was really taken is what is counted.
_TIME: Mapping[AnalysisKind, tuple[float, float]] = {
    AnalysisKind.FRAMES: (0.2, 0.05),
    AnalysisKind.FACES: (0.5, 0.6),
    AnalysisKind.PEOPLE: (0.5, 0.3),
    AnalysisKind.SLATE: (10.0, 0.05),
    AnalysisKind.SPEECH: (1.0, 0.45),
    AnalysisKind.SHOTS: (0.5, 0.3),
}


@dataclass(frozen=True)
class Analysed:
    """A clip as far as it decides what is asked: `searched` are those who may be found in it, as (id, likenesses)."""

    clip: ClipRef
    title: str
    inspection: Inspection
    outputs: OutputManifest
    burnt_in: bool
    revision: int
    searched: Sequence[tuple[str, int]] = ()


@dataclass(frozen=True)
class LeftOut:
    """What is not asked, and why."""

    kind: AnalysisKind
    why: Why
    sentence: str


def decide(
    clip: Analysed, settings: AnalysisSettings, models: Mapping[AnalysisKind, ModelVersion]
) -> Iterator[Inquiry | LeftOut]:
    """A clip, what its production wants looked at, and which models answer → every question, or why it is not asked."""
    outputs = {output.name: output for output in clip.outputs.outputs}
    for kind in settings.kinds:
        media, model = outputs.get(MEDIA[kind]), models.get(kind)
        if kind is AnalysisKind.SPEECH and not clip.inspection.audio:
            yield LeftOut(kind, Why.NO_SOUND, "This clip has no sound.")
        elif model is None:
            yield LeftOut(kind, Why.NO_ENDPOINT, "No model that looks at this is installed.")
        elif media is None:
            yield LeftOut(kind, Why.MEDIA_MISSING, NOT_THERE)
        elif estimate(kind, clip.inspection) > ANSWERED_WITHIN_S:
            yield LeftOut(kind, Why.TOO_LARGE, "This clip is longer than a model may look at.")
        elif media.size_bytes > MAX_MEDIA_BYTES:
            yield LeftOut(
                kind, Why.TOO_LARGE, f"The proxy has {media.size_bytes / 1e9:.1f} GB; models take up to 1 GB."
            )
        else:
            question = _question(kind, clip, settings)
            yield Inquiry(
                pk=clip.clip.roll.partition,
                sk=table.analysis_sk(clip.clip, kind),
                kind=kind,
                production=clip.clip.roll.production,
                media_key=clip.outputs.prefix + media.name,
                media_type=media.media_type,
                media_sha256=media.sha256,
                question=question,
                # The clip is in it: two clips of the same bytes are two questions, each with its own answer.
                parameters=[clip.clip.model_dump(mode="json"), _parameters(kind, clip, question)],
                model=model,
                estimate_s=estimate(kind, clip.inspection),
                revision=clip.revision,
                title=clip.title,
                clip=clip.clip,
            )


def estimate(kind: AnalysisKind, inspection: Inspection) -> float:
    """→ seconds of a model's time that a question about a clip may take."""
    base, each_second = _TIME[kind]
    return base + each_second * float(inspection.duration_s)


def _question(kind: AnalysisKind, clip: Analysed, settings: AnalysisSettings) -> dict[str, Any]:
    """What a `Question` says beside whose it is."""
    video = clip.inspection.video
    asked: dict[str, Any] = {"rate": video.rate, "frames": video.frames}
    match kind:
        case AnalysisKind.FRAMES:
            asked["step"] = analysis_step(video.rate)
        case AnalysisKind.FACES:
            asked["describe"] = bool(clip.searched)
        case AnalysisKind.SPEECH:
            asked["language"] = settings.language
    if kind in (AnalysisKind.SLATE, AnalysisKind.FACES, AnalysisKind.PEOPLE, AnalysisKind.SHOTS):
        asked["burnt_in"] = clip.burnt_in
    return asked


def _parameters(kind: AnalysisKind, clip: Analysed, question: Mapping[str, Any]) -> list[Any]:
    plain = {name: str(value) if isinstance(value, Fraction) else value for name, value in question.items()}
    # Described faces are kept for nobody: whoever may be found by then has them described anew.
    return [plain, sorted(clip.searched) if kind is AnalysisKind.FACES else []]


def describe_reference(order: EnrolReference, picture: bytes, model: ModelVersion) -> Inquiry:
    """A reference picture of a character (JPEG) → the question about its face."""
    sha256 = hashlib.sha256(picture).hexdigest()
    parameters = ["reference", order.character, order.number]
    key = short_hash(order.production, *parameters, sha256)
    return Inquiry(
        pk=table.likeness_pk(order.production),
        sk=table.enrolment_sk(order.character, order.number),
        kind=AnalysisKind.FACES,
        production=order.production,
        media_key=f"{order.production}/references/{order.character}/{key}.jpg",
        media_type="image/jpeg",
        media_sha256=sha256,
        question={"rate": Fraction(1), "frames": 1, "describe": True},
        parameters=parameters,
        model=model,
        estimate_s=sum(_TIME[AnalysisKind.FACES]),
    )
