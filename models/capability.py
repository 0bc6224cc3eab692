"""What one file under analyse/ offers: a model that was loaded once, and looks at media when it is asked."""

from typing import ClassVar, Protocol

from circletake.contracts.analysis import AnalysisKind, Question, Result
from models.loading import Device
from models.media import Media, Unanswerable
from models.weights import Weights

__all__ = ["Capability", "Device", "Media", "Unanswerable", "Weights"]


class Capability(Protocol):
    """The class of FACES is `Faces`, in `models/analyse/faces.py`; so it is for every kind."""

    kind: ClassVar[AnalysisKind]
    #: `ModelVersion.name`.
    name: ClassVar[str]
    #: A new number whenever the same media may get another answer.
    code: ClassVar[str]
    weights: ClassVar[tuple[Weights, ...]]

    def __init__(self, device: Device) -> None:
        """Load the weights, once."""

    def look(self, media: Media, question: Question) -> Result:
        """Media and a question → what the model sees. Raises Unanswerable when the media is at fault."""
        ...

    def self_test(self) -> None:
        """Raise when the loaded weights do not answer a made input as they must."""
