"""The models of one server: loaded once, tested, and asked one after the other."""

import time
from collections.abc import Iterable
from typing import Any

from pydantic import ValidationError

from circletake.contracts.analysis import TOO_LARGE_TO_READ, AnalysisKind, Answer, ModelVersion, Question
from models.capability import Capability, Device, Media, Unanswerable
from models.versions import version_of


class Models:
    """`ready` when every model has its weights and has passed its own test."""

    def __init__(self, classes: Iterable[type[Capability]], device: Device) -> None:
        self.device = device
        self._classes = {model.kind: model for model in classes}
        self._models: dict[AnalysisKind, tuple[Capability, ModelVersion]] = {}
        self.ready = False

    def load(self) -> None:
        """Load and test every model. Raises RuntimeError with one sentence that names the first that cannot."""
        for kind, model in self._classes.items():
            step = "load its weights"
            try:
                loaded = model(self.device)
                step = "pass its own test"
                loaded.self_test()
            except Exception as fault:
                raise RuntimeError(f"{kind} ({model.name}) cannot {step}: {fault or type(fault).__name__}") from fault
            self._models[kind] = loaded, version_of(model)
        self.ready = True

    def __contains__(self, kind: AnalysisKind) -> bool:
        return kind in self._classes

    def told(self) -> list[dict[str, Any]]:
        """→ which models these are, with the hashes of their weights."""
        return [
            {
                "kind": kind,
                **version_of(model).model_dump(),
                "weights": {f"{each.package}/{each.file}": each.sha256 for each in model.weights},
            }
            for kind, model in self._classes.items()
        ]

    def answer(self, question: Question, media: Media) -> tuple[Answer, bytes]:
        """→ the answer, and as it is sent. Unanswerable goes through; ValueError for what nobody may be told."""
        model, version = self._models[question.kind]
        began = time.perf_counter()
        result = model.look(media, question)
        try:
            answer = Answer(
                production=question.production,
                job_id=question.job_id,
                attempt=question.attempt,
                model=version,
                device=self.device.name,
                seconds=time.perf_counter() - began,
                result=result,
            )
        except ValidationError as invalid:
            # Another try would find as much.
            if any(error["type"] == TOO_LARGE_TO_READ for error in invalid.errors(include_input=False)):
                raise Unanswerable("there is more to tell of it than an answer holds") from None
            raise
        if wrong := answer.answers(question):
            raise ValueError(wrong)
        return answer, answer.model_dump_json().encode()
