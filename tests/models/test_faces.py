"""Drawn faces are found, followed, and described only on request. Real people: bench/models/faces.py."""

from collections.abc import Callable
from math import dist

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from circletake.contracts.analysis import AnalysisKind, FacesAnswer
from models.analyse import mtcnn
from models.analyse.drawn import draw_face
from models.analyse.faces import Faces
from models.analyse.sampling import MAX_SAMPLES, sampling, together
from models.analyse.tracks import MOST, Sighting, Tracks
from models.capability import Capability
from tests.models.faces_drawn import Picture, media, portrait, question, wall

FACES = AnalysisKind.FACES


@pytest.fixture(scope="session")
def faces(loaded: Callable[[AnalysisKind], Capability]) -> Faces:
    model = loaded(FACES)
    assert isinstance(model, Faces)
    return model


def _sighting(frame: int, x: float) -> Sighting:
    """A face, that far to the right, whose colours no other frame has."""
    face = mtcnn.Face((x, 0, x + 50, 60), 0.99, ((x + 10, 20), (x + 40, 20), (x + 25, 30), (x + 15, 45), (x + 35, 45)))
    shades = np.zeros(128, np.float32)
    shades[0 if x < 1000 else 1 + frame % 127] = 1
    return Sighting(frame, face, face.share(10_000, 1000), shades)


def _look(faces: Faces, pictures: list[Picture], *, describe: bool = False) -> FacesAnswer:
    return faces.look(media(pictures, every=12), question(FACES, frames=12 * len(pictures), describe=describe))


def test_a_face_is_found_where_it_was_drawn(faces: Faces) -> None:
    (track,) = _look(faces, [portrait(x=300, y=120, height=100)]).tracks
    assert track.box.x + track.box.width / 2 == pytest.approx(300 / 480, abs=0.03)
    assert track.box.y + track.box.height / 2 == pytest.approx(120 / 270, abs=0.05)
    assert track.pixels == pytest.approx(100, rel=0.2)
    assert (track.first, track.last, track.best, track.seen) == (0, 0, 0, 1)
    assert track.confidence > 0.93


def test_on_an_empty_wall_there_is_nobody(faces: Faces) -> None:
    assert _look(faces, [wall()]) == FacesAnswer(kind=FACES, looked_at=1, most_at_once=0, tracks=())


def test_who_walks_through_the_picture_and_comes_closer_is_one_track_seen_best_up_close(faces: Faces) -> None:
    steps = [(80, 60), (150, 66), (220, 74), (290, 82), (360, 90)]
    (track,) = _look(faces, [portrait(x=x, height=height) for x, height in steps]).tracks
    assert (track.first, track.last, track.seen, track.best) == (0, 48, 5, 48)


def test_who_is_hidden_for_a_moment_is_still_the_same_track(faces: Faces) -> None:
    (track,) = _look(faces, [portrait(), wall(), wall(), portrait()]).tracks
    assert (track.first, track.last, track.seen) == (0, 36, 2)


def test_two_at_once_are_two_tracks(faces: Faces) -> None:
    picture = portrait(x=144)
    draw_face(picture, (336, 120), 90, skin=(120, 80, 60))
    answer = _look(faces, [picture, picture])
    assert (answer.looked_at, answer.most_at_once) == (2, 2)
    assert {(track.seen, round(track.box.x + track.box.width / 2, 1)) for track in answer.tracks} == {
        (2, 0.3),
        (2, 0.7),
    }


def test_behind_a_cut_the_face_at_the_same_place_is_another_track(faces: Faces) -> None:
    answer = _look(faces, [portrait(), portrait(), portrait(colour=(200, 190, 90)), portrait(colour=(200, 190, 90))])
    assert [(track.first, track.last) for track in answer.tracks] == [(0, 12), (24, 36)]


def test_a_face_is_described_only_where_that_was_asked(faces: Faces) -> None:
    (track,) = _look(faces, [portrait()]).tracks
    assert track.embedding is None
    (described,) = _look(faces, [portrait()], describe=True).tracks
    assert described.embedding is not None
    assert described.model_copy(update={"embedding": None}) == track


def test_one_face_is_described_alike_from_near_and_far_and_in_less_light(faces: Faces) -> None:
    one, *others = (
        _look(faces, [picture], describe=True).tracks[0].embedding
        for picture in (portrait(), portrait(height=70), portrait()[:, ::-1], (portrait() // 2).astype(np.uint8))
    )
    assert one is not None
    assert all(other is not None and dist(one, other) < 0.35 for other in others)


def test_a_face_out_of_focus_is_counted_and_stays_unknown(faces: Faces) -> None:
    soft = np.asarray(cv2.GaussianBlur(portrait(), (0, 0), 4), np.uint8)
    (track,) = _look(faces, [soft], describe=True).tracks
    assert track.embedding is None


@given(st.tuples(*[st.floats(-2000, 4000)] * 4))
def test_a_face_that_leaves_the_picture_has_a_box_within_it(edges: tuple[float, float, float, float]) -> None:
    (left, right), (top, bottom) = sorted(edges[::2]), sorted(edges[1::2])
    box = mtcnn.Face((left, top, right, bottom), 1, ()).share(1920, 1080)
    assert box.x + box.width <= 1 + 1e-9
    assert box.y + box.height <= 1 + 1e-9


def test_of_more_tracks_than_an_answer_holds_those_seen_most_are_told() -> None:
    tracks = Tracks()
    for frame in range(0, 5 * MOST, 2):
        passing = [_sighting(frame, x=4000), _sighting(frame + 1, x=9000)] if frame % 10 == 0 else []
        tracks.add([_sighting(frame, x=100), *passing])
    told = tracks.longest()
    assert len(told) == MOST
    assert (told[0].first, told[0].seen, told[0].last.frame) == (0, 5 * MOST // 2, 5 * MOST - 2)
    assert len(tracks.all) <= 2 * MOST


def test_pictures_of_one_size_are_looked_at_together_and_each_has_its_own_faces(faces: Faces) -> None:
    (first, second, third) = faces.find_in(np.stack([portrait(x=100), wall(), portrait(x=370)]))
    assert ([round(face.middle[0] / 10) for face in first], second) == ([10], [])
    assert [round(face.middle[0] / 10) for face in third] == [37]


def test_weights_that_find_nobody_fail_the_self_test(faces: Faces, monkeypatch: pytest.MonkeyPatch) -> None:
    faces.self_test()
    monkeypatch.setattr(mtcnn.Mtcnn, "faces", lambda self, pictures: [[] for _ in pictures])
    with pytest.raises(RuntimeError, match="was not found"):
        faces.self_test()


def test_the_aligner_whose_licence_forbids_commerce_is_no_weight_of_ours() -> None:
    assert not [weights for weights in Faces.weights if "68" in weights.file]


@given(frames=st.integers(1, 2_000_000), rate=st.sampled_from(["24000/1001", "24/1", "25/1", "60/1", "120000/1001"]))
def test_of_however_long_a_clip_no_more_frames_are_looked_at_than_promised(frames: int, rate: str) -> None:
    asked = question(FACES, frames=frames, rate=rate)
    assert 1 <= -(-frames // sampling(asked)) <= MAX_SAMPLES


def test_pictures_of_another_size_are_not_looked_at_together() -> None:
    pictures = [wall(), wall(), wall(320, 240), *[wall()] * 9]
    taken = [(numbers, some.shape) for numbers, some in together(media(pictures), 1, len(pictures))]
    assert taken == [
        ([0, 1], (2, 270, 480, 3)),
        ([2], (1, 240, 320, 3)),
        ([3, 4, 5, 6, 7, 8, 9, 10], (8, 270, 480, 3)),
        ([11], (1, 270, 480, 3)),
    ]


@given(arrays(np.float32, (12, 4), elements=st.integers(0, 40).map(float)))
def test_of_boxes_that_share_too_much_the_surest_stays(drawn: np.ndarray) -> None:
    corners = np.concatenate([drawn[:, :2], drawn[:, :2] + drawn[:, 2:] + 1], axis=1)
    rows = np.concatenate([corners, np.linspace(0, 1, 12)[:, None], np.zeros((12, 1))], axis=1).astype(np.float32)
    kept = mtcnn.best(rows, 0.5)
    shares = {(a, b): _share(rows[a], rows[b]) for a in range(12) for b in range(12)}
    assert not [(a, b) for a in kept for b in kept if a != b and shares[a, b] > 0.5]
    assert all(number in kept or any(shares[number, one] > 0.5 for one in kept if one > number) for number in range(12))


def _share(one: np.ndarray, other: np.ndarray) -> float:
    wide = max(0.0, min(one[2], other[2]) - max(one[0], other[0]))
    high = max(0.0, min(one[3], other[3]) - max(one[1], other[1]))
    both = (one[2] - one[0]) * (one[3] - one[1]) + (other[2] - other[0]) * (other[3] - other[1])
    return float(wide * high / (both - wide * high))
