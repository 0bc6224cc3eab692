"""A slate is found at either end of a clip and read; other text, and what is hidden, says nothing."""

from collections.abc import Callable, Sequence
from fractions import Fraction
from io import BytesIO
from pathlib import Path
from random import Random

import av
import numpy as np
import pytest
from PIL import Image

from bench.models.drawn_slates import PRINT, SIZE, Pixels
from bench.models.other_text import KINDS, draw_other
from bench.models.shot_slates import background, shoot
from circletake.contracts.analysis import AnalysisKind, Question, SlateAnswer
from circletake.film.slate_words import Label
from models.analyse.ppocr import cut_out
from models.analyse.slate import Slate
from models.capability import Capability, Media

RATE = 24


@pytest.fixture(scope="session")
def slate(loaded: Callable[[AnalysisKind], Capability]) -> Slate:
    model = loaded(AnalysisKind.SLATE)
    assert isinstance(model, Slate)
    return model


def clip(to: Path, parts: Sequence[tuple[Pixels, int]]) -> Media:
    """Pictures, and how many frames each stands → a proxy of them."""
    with av.open(str(to), "w") as container:
        stream = container.add_stream("libx264", rate=RATE, options={"preset": "ultrafast", "crf": "20"})
        stream.width, stream.height, stream.pix_fmt = *SIZE, "yuv420p"
        for picture, count in parts:
            for _ in range(count):
                container.mux(stream.encode(av.VideoFrame.from_ndarray(np.ascontiguousarray(picture), format="rgb24")))
        container.mux(stream.encode())
    return Media(to)


def question(frames: int, *, burnt_in: bool = False) -> Question:
    return Question(
        kind=AnalysisKind.SLATE, production="PILOT", job_id="0" * 20, attempt=1, rate=Fraction(RATE), frames=frames,
        burnt_in=burnt_in,
    )  # fmt: skip


def ask(model: Slate, media: Media, frames: int, *, burnt_in: bool = False) -> SlateAnswer:
    return model.look(media, question(frames, burnt_in=burnt_in))


def said(answer: SlateAnswer) -> dict[Label, str]:
    asked = (Label.SCENE, Label.SLATE, Label.TAKE, Label.ROLL, Label.CAMERA)
    fields = {label: getattr(answer, label.lower()) for label in asked}
    return {label: field.text for label, field in fields.items() if field}


def nothing() -> Pixels:
    return background(Random(4))


def test_a_slate_at_the_beginning_is_read_and_its_place_and_frames_are_told(slate: Slate, tmp_path: Path) -> None:
    shot = shoot(5, "nothing", 0, layout="us", hand=PRINT, frames=1)
    media = clip(tmp_path / "proxy.mp4", [(nothing(), 12), (shot.frames[0], 36), (nothing(), 72)])
    answer = ask(slate, media, 120)
    assert said(answer) == {label: text for label, text in shot.written.items() if label is not Label.MOS}
    assert (answer.first, answer.last) == (12, 36)
    assert answer.scene
    assert answer.scene.frame in (12, 24, 36)
    box = answer.scene.box
    ink = shot.frames[0][round(box.y * 720) : round((box.y + box.height) * 720), round(box.x * 1280) :]
    assert ink.std() > 20


def test_a_british_slates_number_is_told_as_its_number_and_as_no_scene(slate: Slate, tmp_path: Path) -> None:
    shot = shoot(8, "nothing", 0, layout="uk", hand=PRINT, frames=1)
    still = tmp_path / "still.jpg"
    Image.fromarray(shot.frames[0]).save(still, quality=90)
    answer = ask(slate, Media(still), 1)
    assert said(answer) == {label: text for label, text in shot.written.items() if label is not Label.MOS}
    assert answer.slate
    assert answer.scene is None


def test_a_tail_slate_upside_down_is_read(slate: Slate, tmp_path: Path) -> None:
    shot = shoot(5, "upside down", 0, layout="us", hand=PRINT, frames=1)
    media = clip(tmp_path / "proxy.mp4", [(nothing(), 480), (shot.frames[0], 30)])
    answer = ask(slate, media, 510)
    assert said(answer) == {label: text for label, text in shot.written.items() if label is not Label.MOS}
    assert answer.first == 480


def test_in_the_middle_of_a_clip_nothing_is_looked_at(slate: Slate, tmp_path: Path) -> None:
    shot = shoot(5, "nothing", 0, layout="us", hand=PRINT, frames=1)
    media = clip(tmp_path / "proxy.mp4", [(nothing(), 384), (shot.frames[0], 24), (nothing(), 384)])
    assert ask(slate, media, 792) == SlateAnswer(kind=AnalysisKind.SLATE)


@pytest.mark.parametrize("seed", range(len(KINDS)), ids=list(KINDS))
def test_other_text_says_nothing(slate: Slate, tmp_path: Path, seed: int) -> None:
    still = tmp_path / "still.jpg"
    Image.fromarray(draw_other(seed)[1]).save(still, quality=90)
    assert said(ask(slate, Media(still), 1)) == {}


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_of_a_value_that_is_half_hidden_nothing_is_said_or_all(slate: Slate, tmp_path: Path, seed: int) -> None:
    shot = shoot(seed, "half a value hidden", 0, layout="us", hand=PRINT, frames=1)
    still = tmp_path / "still.jpg"
    Image.fromarray(shot.frames[0]).save(still, quality=90)
    answer = said(ask(slate, Media(still), 1))
    assert answer.items() <= shot.written.items()
    assert answer


def test_where_our_own_text_is_burnt_in_nothing_is_read(slate: Slate, tmp_path: Path) -> None:
    board = Image.fromarray(shoot(5, "nothing", 0, layout="insert", hand=PRINT, frames=1).frames[0])
    picture = Image.fromarray(nothing())
    # All of the slate within the lowest eighth, as large as it may be there.
    picture.paste(board.resize((160, 90)), (560, 630))
    still = tmp_path / "still.jpg"
    picture.save(still, quality=95)
    assert ask(slate, Media(still), 1, burnt_in=True) == SlateAnswer(kind=AnalysisKind.SLATE)


def test_two_runs_over_one_clip_answer_the_same(slate: Slate, tmp_path: Path) -> None:
    still = tmp_path / "still.jpg"
    Image.fromarray(shoot(7, "noise, σ of 255", 15, layout="uk", hand=PRINT, frames=1).frames[0]).save(still)
    assert ask(slate, Media(still), 1) == ask(slate, Media(still), 1)


def test_of_many_stills_so_many_are_kept_as_of_a_clip_and_of_each_the_part_with_lines(slate: Slate) -> None:
    to = BytesIO()
    Image.fromarray(shoot(5, "small, share of the width", 0.3, layout="us", hand=PRINT, frames=1).frames[0]).save(
        to, "JPEG"
    )
    stills = Media.of_stills((number, to.getvalue()) for number in range(30))
    (glances,) = slate._ends(stills, question(30))
    assert [glance.number for glance in glances] == [0, 12, 24]
    # Arrays of their own: a view would keep the whole frame.
    assert all(glance.picture.base is None for glance in glances)
    assert all(glance.picture.nbytes < SIZE[0] * SIZE[1] * 3 / 2 for glance in glances)


def test_a_still_larger_than_any_proxy_is_looked_at_as_small_as_one(slate: Slate) -> None:
    shot = shoot(5, "nothing", 0, layout="us", hand=PRINT, frames=1)
    to = BytesIO()
    Image.fromarray(shot.frames[0]).resize((5120, 2880)).save(to, "JPEG")
    media = Media.of_stills([(0, to.getvalue())])
    (glance,) = next(slate._ends(media, question(1)))
    assert glance.size == (2592, 1458)
    assert said(slate.look(media, question(1))).items() <= shot.written.items()


def test_the_weights_prove_themselves(slate: Slate) -> None:
    slate.self_test()


def test_a_line_is_cut_out_with_what_is_asked_around_it() -> None:
    picture = np.zeros((100, 200, 3), np.uint8)
    picture[40:60, 50:150] = 255
    corners = np.array([[[50, 40], [150, 40], [150, 60], [50, 60]]], np.float32)
    (tight,), (loose,) = cut_out(picture, corners), cut_out(picture, corners, 0.5, 0.5)
    assert tight.shape[:2] == (20, 100)
    assert loose.shape[:2] == (40, 120)
    assert tight[2:-2, 2:-2].min() == 255
    assert loose[0].max() == 0
