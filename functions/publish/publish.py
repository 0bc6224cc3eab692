"""Which of a job's outputs people see, and where."""

from circletake.contracts.keys import ClipRef
from circletake.contracts.media import OutputManifest

#: What stays in the work bucket: frames for analysis, before any look, that no reviewer asked for.
NOT_FOR_REVIEW = frozenset({"analysis.mkv"})


def for_review(clip: ClipRef, revision: int, manifest: OutputManifest) -> OutputManifest:
    """The committed manifest → the manifest of what stands in the review bucket."""
    outputs = tuple(output for output in manifest.outputs if output.name not in NOT_FOR_REVIEW)
    return manifest.model_copy(update={"prefix": clip.review_prefix(revision), "outputs": outputs})
