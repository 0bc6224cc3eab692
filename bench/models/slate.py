"""SLATE on drawn slates, three frames of each, and on pictures with other text. Made material.

python -m bench.models.slate            prints the tables of models/analyse/slate.md, in some twenty minutes
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from io import BytesIO

from PIL import Image

from bench.models.drawn_slates import LAYOUTS, PLAIN, SCRAWLED, Pixels
from bench.models.other_text import draw_other
from bench.models.scores import counted
from bench.models.shot_slates import STRENGTHS, Shot, shoot
from bench.rows import Row
from circletake.contracts.analysis import AnalysisKind, Question, SlateAnswer
from circletake.film.slate_words import Label
from models.analyse.slate import Slate
from models.capability import Device, Media

FIELDS = (Label.SCENE, Label.SLATE, Label.TAKE, Label.ROLL, Label.CAMERA, Label.MOS)
SLATES, OTHERS = 200, 100
QUICK_SLATES, QUICK_OTHERS = 13, 12
#: Slates of each row of the table beyond the score.
BEYOND = 6
QUESTION = Question(kind=AnalysisKind.SLATE, production="BENCH", job_id="0" * 20, attempt=1, rate="24/1", frames=240)


@dataclass
class Tally:
    """Fields that can be read, those read right, and those that say what is not there."""

    right: int = 0
    legible: int = 0
    invented: list[str] = field(default_factory=list)

    def count(self, shot: Shot, answer: SlateAnswer) -> None:
        for label in FIELDS:
            told, stands = getattr(answer, label.lower()), shot.written.get(label)
            right = told is not None and stands is not None and _plain(told.text) == _plain(stands)
            self.legible += label in shot.legible
            self.right += right and label in shot.legible
            if told and not right:
                self.invented.append(f"{label} {told.text}, and there stands {stands}")


def ask(model: Slate, frames: Iterable[Pixels]) -> SlateAnswer:
    """Frames half a second apart, as a proxy might have them → the answer."""
    return model.look(Media.of_stills((12 * number, _jpeg(frame)) for number, frame in enumerate(frames)), QUESTION)


def _jpeg(frame: Pixels) -> bytes:
    to = BytesIO()
    Image.fromarray(frame).save(to, "JPEG", quality=88)
    return to.getvalue()


def drawn(count: int) -> Iterator[tuple[str, str, Shot]]:
    """→ so many slates of the score: what spoils each, in whose hand it is written, and the shot."""
    for seed in range(count):
        spoilt = list(STRENGTHS)[seed % len(STRENGTHS)]
        turn = seed // len(STRENGTHS)
        weak, strong = STRENGTHS[spoilt][0]
        hand = PLAIN[(turn + seed) % len(PLAIN)]
        strength = weak + (strong - weak) * (turn % 5) / 4
        yield spoilt, hand, shoot(seed, spoilt, strength, layout=LAYOUTS[turn % len(LAYOUTS)], hand=hand)


def score(quick: bool) -> list[Row]:
    """→ the share of fields that is right, and how many are invented."""
    model = Slate(Device())
    tally = Tally()
    for _, _, shot in drawn(QUICK_SLATES if quick else SLATES):
        tally.count(shot, ask(model, shot.frames))
    others = QUICK_OTHERS if quick else OTHERS
    told = sum(_said(ask(model, [draw_other(seed)[1]])) for seed in range(others))
    return [
        Row("slate: fields right, drawn slates", tally.right / tally.legible, tally.legible, at_least=0.95),
        Row("slate: fields invented, drawn slates", len(tally.invented), tally.legible, at_most=0),
        Row("slate: pictures of other text in which fields were read", told, others, at_most=0),
    ]


def _said(answer: SlateAnswer) -> bool:
    return any(getattr(answer, label.lower()) for label in FIELDS)


def _plain(text: str) -> str:
    """As far as two ways of writing one value are alike: 112B PT2 and 112Bpt2, A and A CAM."""
    return text.upper().removesuffix(" CAM").replace(" ", "")


def _rows(tallies: Iterable[tuple[str, Tally]]) -> None:
    for name, tally in tallies:
        print(f"| {name} | {counted(tally.right, tally.legible)} | {len(tally.invented)} |", flush=True)
        for invented in tally.invented:
            print(f"|   {invented} | | |")


def main() -> None:
    """Print every table."""
    model = Slate(Device())
    spoilt: defaultdict[str, Tally] = defaultdict(Tally)
    hands: defaultdict[str, Tally] = defaultdict(Tally)
    whole = Tally()
    for by, hand, shot in drawn(SLATES):
        answer = ask(model, shot.frames)
        for tally in (spoilt[by], hands[hand], whole):
            tally.count(shot, answer)
    _rows([("all", whole), *spoilt.items(), *hands.items()])
    told = Counter(kind for kind, frame in map(draw_other, range(OTHERS)) if _said(ask(model, [frame])))
    print(f"other text: {counted(OTHERS - told.total(), OTHERS)} say nothing; {dict(told)}")
    _rows(_beyond(model))


def _beyond(model: Slate) -> Iterator[tuple[str, Tally]]:
    """Stronger than in the score, and hands that are hard to read."""
    cases = [(name, strength, PLAIN) for name, (_, more) in STRENGTHS.items() for strength in more]
    for name, strength, hands in [*cases, *(("nothing", 0.0, (hand,)) for hand in SCRAWLED)]:
        tally = Tally()
        for seed in range(1000, 1000 + BEYOND):
            hand, layout = hands[seed % len(hands)], LAYOUTS[seed % len(LAYOUTS)]
            shot = shoot(seed, name, strength, layout=layout, hand=hand)
            tally.count(shot, ask(model, shot.frames))
        yield f"{name} {strength:g}" if len(hands) > 1 else hands[0], tally


if __name__ == "__main__":
    main()
