"""Faces: where they are, how long, and, only where that was asked, what tells one person from another.

MTCNN finds them, dlib's five-point aligner puts them upright, dlib's residual network describes them in 128 numbers:
alike faces are less than `AnalysisSettings.face_threshold` apart (Euclidean). Scores, licences and limits: faces.md.
"""

from typing import ClassVar

import cv2
import dlib
import numpy as np
from numpy.typing import NDArray

from circletake.contracts.analysis import AnalysisKind, FacesAnswer, FaceTrack, Question
from models.analyse import mtcnn
from models.analyse.drawn import draw_face
from models.analyse.mtcnn import Face
from models.analyse.sampling import sampling, together
from models.analyse.tracks import Sighting, Track, Tracks, colours
from models.capability import Device, Media, Weights

_ALIGNER = Weights(
    "face_recognition_models",
    "models/shape_predictor_5_face_landmarks.dat",
    "c4b1e9804792707d3a405c2c16a80a20269e6675021f64a41d30fffafbc41888",
)
_DESCRIBER = Weights(
    "face_recognition_models",
    "models/dlib_face_recognition_resnet_model_v1.dat",
    "55533b28a95800a551ba546ba62fe69625c7e95a7061c338adffead08719da30",
)
#: What the describing network was trained on, and dlib's own margin around a face.
_CHIP, _MARGIN = 150, 0.25
#: The least detail that a face must have to be told from others, in focus 0.1 to 0.25; what is softer stays unknown.
#: Below it two people were taken for one: faces.md.
_SOFTEST = 0.08
#: Looks that are further apart are not of one person: a track may have gone on behind a cut that nobody saw.
_ONE_PERSON = 0.6


class Faces:
    kind: ClassVar[AnalysisKind] = AnalysisKind.FACES
    name: ClassVar[str] = "mtcnn-dlib-resnet"
    code: ClassVar[str] = "1"
    weights: ClassVar[tuple[Weights, ...]] = (*mtcnn.WEIGHTS, _ALIGNER, _DESCRIBER)

    def __init__(self, device: Device) -> None:
        self._detector = mtcnn.load(device)
        self._aligner = dlib.shape_predictor(str(_ALIGNER.path()))
        self._describer = dlib.face_recognition_model_v1(str(_DESCRIBER.path()))

    def look(self, media: Media, question: Question) -> FacesAnswer:
        """→ the faces' tracks, in the order in which they come; where there are too many, those seen most."""
        tracks, looked_at, most = Tracks(), 0, 0
        for numbers, pictures in together(media, sampling(question), question.frames):
            for number, picture, faces in zip(numbers, pictures, self.find_in(pictures), strict=True):
                tracks.add([self._sighting(number, picture, face, question.describe) for face in faces])
                looked_at, most = looked_at + 1, max(most, len(faces))
        told = tuple(self._told(track) for track in tracks.longest())
        return FacesAnswer(kind=AnalysisKind.FACES, looked_at=looked_at, most_at_once=most, tracks=told)

    def describe(self, chips: list[NDArray[np.uint8]]) -> NDArray[np.float64]:
        """Aligned faces → an embedding each. They are not of one length; those of alike faces are close."""
        return np.array(self._describer.compute_face_descriptor(chips), np.float64)

    def chip(self, picture: NDArray[np.uint8], face: Face) -> NDArray[np.uint8]:
        """→ the face upright, 150 × 150, its eyes where the describing network expects them."""
        left, top, right, bottom = face.box
        half = (right - left + bottom - top) / 4
        x, y = face.middle
        square = dlib.rectangle(*(round(edge) for edge in (x - half, y - half, x + half, y + half)))
        aligned: NDArray[np.uint8] = dlib.get_face_chip(picture, self._aligner(picture, square), _CHIP, _MARGIN)
        return aligned

    def find(self, picture: NDArray[np.uint8]) -> list[Face]:
        """A picture → its faces, the largest first."""
        return self.find_in(picture[None])[0]

    def find_in(self, pictures: NDArray[np.uint8]) -> list[list[Face]]:
        """Pictures of one size (N × height × width × RGB) → the faces of each."""
        return self._detector.faces(pictures)

    def self_test(self) -> None:
        """A drawn face is found where it was drawn, and is more alike to itself than two people are."""
        wall = np.full((240, 320, 3), (90, 110, 130), np.uint8)
        if self.find(wall):
            raise RuntimeError("a face was found on an empty wall")
        chips = []
        for (x, y), size in (((160, 120), 110), ((180, 110), 80)):
            picture = wall.copy()
            draw_face(picture, (x, y), size)
            faces = self.find(picture)
            if len(faces) != 1 or not (faces[0].holds(x, y) and 0.7 < faces[0].height / size < 1.3):
                raise RuntimeError(f"the face that was drawn at {x}, {y} was not found there")
            chips.append(self.chip(picture, faces[0]))
        one, other = self.describe(chips)
        if not np.linalg.norm(one - other) < 0.3 < np.linalg.norm(one):
            raise RuntimeError("one drawn face is described as two")

    def _sighting(self, number: int, picture: NDArray[np.uint8], face: Face, describe: bool) -> Sighting:
        chip = self.chip(picture, face) if describe else None
        if chip is not None and soft(chip):
            chip = None
        height, width = picture.shape[:2]
        return Sighting(number, face, face.share(width, height), colours(picture, face), chip)

    def _told(self, track: Track) -> FaceTrack:
        best = track.best[0]
        chips = [one.chip for one in track.best if one.chip is not None]
        return FaceTrack(
            first=track.first,
            last=track.last.frame,
            seen=track.seen,
            best=best.frame,
            box=best.box,
            confidence=min(1.0, best.face.confidence),
            pixels=max(1, round(best.face.height)),
            embedding=self._embedding(chips) if chips else None,
        )

    def _embedding(self, chips: list[NDArray[np.uint8]]) -> tuple[float, ...]:
        """The looks of a track, the best first → the mean of those that are of one person with it."""
        looks = self.describe(chips)
        near = np.linalg.norm(looks - looks[0], axis=1) < _ONE_PERSON
        return tuple(looks[near].mean(axis=0).tolist())


def soft(chip: NDArray[np.uint8]) -> bool:
    """An aligned face → whether too little of its contrast is in lines 3 to 9 pixels wide: out of focus, or too far."""
    inner = cv2.cvtColor(chip, cv2.COLOR_RGB2GRAY)[15:135, 25:125].astype(np.float32)
    band = cv2.GaussianBlur(inner, (0, 0), 1.5) - cv2.GaussianBlur(inner, (0, 0), 3)
    return float(band.std()) < _SOFTEST * max(float(inner.std()), 1.0)
