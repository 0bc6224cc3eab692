"""People: the region of each whose face is seen, and the colours worn there. Nothing in it tells who.

No package ships weights that find people, so a region is reckoned from the face: head, shoulders and chest below it.
Who turns away is not seen. Scores and limits: people.md.
"""

from typing import ClassVar

import cv2
import numpy as np
from numpy.typing import NDArray

from circletake.contracts.analysis import AnalysisKind, PeopleAnswer, PersonRegion, Question, Wardrobe
from models.analyse import mtcnn
from models.analyse.drawn import draw_face
from models.analyse.mtcnn import Face
from models.analyse.plain_colours import lab, name
from models.analyse.sampling import sampling, together
from models.capability import Device, Media, Weights

Pixels = NDArray[np.uint8]
Numbers = NDArray[np.float32]

#: Clothes change less often than faces.
_EVERY_S = 1.0
#: The largest people of a frame; in 240 frames they are within what an answer may hold.
_A_FRAME = 16
#: In widths of the face to each side of its middle, and in its heights from its chin down. Artists draw shoulders two
#: to three heads wide, and a body seven to eight heads high with the waist below the third.
_REGION, _CHEST = (1.6, 3.2), (1.0, 0.45, 2.4)
#: The chest is looked at so large.
_SIDE = 64
#: CIELAB distances: what is skin, what is background, what is one colour, and what a colour keeps apart from another.
_SKIN, _BEHIND, _ONE = 14.0, 9.0, 18.0
#: A pixel that looks like skin or like what is behind the person counts so much.
_DOUBTED = 0.15
#: The least of the chest that a colour covers to be told.
_LEAST = 0.12
_MOST_COLOURS = 4


class People:
    kind: ClassVar[AnalysisKind] = AnalysisKind.PEOPLE
    name: ClassVar[str] = "mtcnn-wardrobe"
    code: ClassVar[str] = "1"
    weights: ClassVar[tuple[Weights, ...]] = mtcnn.WEIGHTS

    def __init__(self, device: Device) -> None:
        self._detector = mtcnn.load(device)

    def look(self, media: Media, question: Question) -> PeopleAnswer:
        people, looked_at = list[PersonRegion](), 0
        for numbers, pictures in together(media, sampling(question, _EVERY_S), question.frames):
            for number, picture, faces in zip(numbers, pictures, self._detector.faces(pictures), strict=True):
                looked_at += 1
                people += [region(number, picture, face, faces) for face in faces[:_A_FRAME]]
        return PeopleAnswer(kind=AnalysisKind.PEOPLE, looked_at=looked_at, people=tuple(people))

    def find(self, picture: Pixels) -> list[Face]:
        """A picture → the faces of its people, the largest first."""
        return self._detector.faces(picture[None])[0]

    def self_test(self) -> None:
        """A drawn figure in a red shirt is found, and wears red."""
        picture = np.full((360, 480, 3), (120, 130, 125), np.uint8)
        cv2.ellipse(picture, (240, 330), (110, 150), 0, 0, 360, (190, 50, 70), -1, cv2.LINE_AA)
        draw_face(picture, (240, 110), 100)
        faces = self.find(picture)
        worn = [region(0, picture, face, faces).wardrobe for face in faces]
        if len(worn) != 1 or not worn[0] or worn[0][0].colour != "red":
            raise RuntimeError(f"a drawn figure in red was seen as {worn}")


def region(number: int, picture: Pixels, face: Face, everybody: list[Face]) -> PersonRegion:
    """A face in a frame → whose it is as a region, and what is worn there."""
    x, wide, high = face.middle[0], face.box[2] - face.box[0], face.height
    sides, down = _REGION
    whole = Face((x - sides * wide, face.box[1] - high / 2, x + sides * wide, face.box[3] + down * high), 1, ())
    height, width = picture.shape[:2]
    worn = tuple(wardrobe(picture, face, [other for other in everybody if other is not face]))
    return PersonRegion(frame=number, box=whole.share(width, height), wardrobe=worn)


def wardrobe(picture: Pixels, face: Face, others: list[Face]) -> list[Wardrobe]:
    """→ the colours on a chest, the largest share first; none where no chest is in the picture."""
    sides, below, down = _CHEST
    x, wide, high = face.middle[0], face.box[2] - face.box[0], face.height
    chest = _cut(picture, (x - sides * wide, face.box[3] + below * high, x + sides * wide, face.box[3] + down * high))
    if chest is None:
        return []
    shown = lab(_small(chest, _SIDE))
    weight = np.ones(shown.shape[:2], np.float32)
    # The middle is the person; towards the sides it may be somebody else, or nobody.
    weight *= np.exp(-(np.linspace(-1.6, 1.6, _SIDE, dtype=np.float32) ** 2) / 2)
    for colours, near in ((_skin(picture, face), _SKIN), (_behind(picture, face, others), _BEHIND)):
        if len(colours):
            apart = np.linalg.norm(shown[:, :, None] - colours, axis=3).min(axis=2)
            weight[apart < near] *= _DOUBTED
    return _told(shown.reshape(-1, 3), weight.ravel())


def _cut(picture: Pixels, edges: tuple[float, float, float, float]) -> Pixels | None:
    """The part of the picture between left, top, right and bottom; None where next to nothing of it is there."""
    height, width = picture.shape[:2]
    left, right = (min(max(round(edge), 0), width) for edge in edges[::2])
    top, bottom = (min(max(round(edge), 0), height) for edge in edges[1::2])
    if right - left < (edges[2] - edges[0]) / 3 or bottom - top < (edges[3] - edges[1]) / 5:
        return None
    return picture[top:bottom, left:right]


def _small(part: Pixels, side: int) -> Pixels:
    return np.asarray(cv2.resize(part, (side, side), interpolation=cv2.INTER_AREA), np.uint8)


def _skin(picture: Pixels, face: Face) -> Numbers:
    """→ what the skin of a face looks like: its middle tone, and lighter and darker."""
    left, top, right, bottom = face.box
    wide, high = (right - left) / 4, (bottom - top) / 3
    cheeks = _cut(picture, (left + wide, top + high, right - wide, bottom - high / 2))
    if cheeks is None:
        return np.empty((0, 3), np.float32)
    return np.percentile(lab(cheeks).reshape(-1, 3), (15, 50, 85), axis=0).astype(np.float32)


def _behind(picture: Pixels, face: Face, others: list[Face]) -> Numbers:
    """→ what is seen on both sides of a head, where nobody else is: the few commonest colours of it."""
    left, top, right, bottom = face.box
    wide = right - left
    seen = []
    for start, end in ((left - 1.8 * wide, left - 0.9 * wide), (right + 0.9 * wide, right + 1.8 * wide)):
        side = _cut(picture, (start, top, end, bottom))
        if side is not None and not any(start - wide < other.middle[0] < end + wide for other in others):
            seen.append(lab(_small(side, 16)).reshape(-1, 3))
    if not seen:
        return np.empty((0, 3), np.float32)
    every = np.concatenate(seen)
    return _groups(every, np.ones(len(every), np.float32))[0][:3]


def _groups(colours: Numbers, weights: Numbers) -> tuple[Numbers, Numbers, NDArray[np.intp]]:
    """Colours with weights → the groups' middles and weights, the heaviest first; and the group of each colour."""
    middles = list[Numbers]()
    left = weights.copy()
    # Each group begins at the commonest colour (in cells of the width of a group) that is in none.
    cells = np.round(colours / _ONE).astype(np.int64) @ np.array([1, 1000, 1_000_000])
    while len(middles) < 6 and left.sum() > 0.05 * weights.sum():
        kinds, of = np.unique(cells, return_inverse=True)
        commonest = of == np.argmax(np.bincount(of, left, len(kinds)))
        middle = np.average(colours[commonest], axis=0, weights=left[commonest] + 1e-9)
        middles.append(middle.astype(np.float32))
        left[np.linalg.norm(colours - middle, axis=1) < _ONE] = 0
        left[commonest] = 0
    found = np.array(middles, np.float32)
    of = np.linalg.norm(colours[:, None] - found, axis=2).argmin(axis=1)
    heavy = np.bincount(of, weights, len(found))
    order = np.argsort(-heavy)
    return found[order], heavy[order].astype(np.float32), np.argsort(order)[of]


def _told(colours: Numbers, weights: Numbers) -> list[Wardrobe]:
    """The colours of a chest with their weights → those that cover enough of it, one entry a name."""
    middles, heavy, of = _groups(colours, weights)
    shares, shown = dict[str, float](), dict[str, Numbers]()
    for number, (middle, weight) in enumerate(zip(middles, heavy, strict=True)):
        colour = name(middle)
        shares[colour] = shares.get(colour, 0) + float(weight / weights.sum())
        shown.setdefault(colour, np.average(colours[of == number], axis=0, weights=weights[of == number] + 1e-9))
    most = sorted(((share, colour) for colour, share in shares.items() if share >= _LEAST), reverse=True)
    return [Wardrobe(colour=colour, share=min(1.0, share), rgb=_hex(shown[colour])) for share, colour in most][
        :_MOST_COLOURS
    ]


def _hex(colour: Numbers) -> str:
    rgb = cv2.cvtColor(colour.astype(np.float32).reshape(1, 1, 3), cv2.COLOR_Lab2RGB).reshape(3)
    return "#" + "".join(f"{round(min(max(float(value), 0), 1) * 255):02x}" for value in rgb)
