"""An answer that was accepted → where people see it, and what can be searched for in it."""

from circletake.contracts.analysis import AnalysisKind, SlateAnswer, SpeechAnswer
from circletake.contracts.media import Output, OutputManifest

#: Beside the clip's first pictures: an answer is about the clip, not about one of its proxies.
FOLDER = "analysis/"


def published_output(kind: AnalysisKind, manifest: OutputManifest) -> tuple[Output, str]:
    """→ the one output of an analysis that people see, and its prefix. What tells faces apart is not for them."""
    name = f"{kind.lower()}.json"
    return next(output for output in manifest.outputs if output.name == name), manifest.prefix


def read_searchable(kind: AnalysisKind, text: str) -> SpeechAnswer | SlateAnswer | None:
    """A stored result → what of it can be searched for."""
    match kind:
        case AnalysisKind.SPEECH:
            return SpeechAnswer.model_validate_json(text)
        case AnalysisKind.SLATE:
            return SlateAnswer.model_validate_json(text)
    return None
