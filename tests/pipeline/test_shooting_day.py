"""A whole made day of two units in the real pipeline: cards and papers come in, and every take is right or listed."""

import json
import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from circletake.cloud.days import DayRead
from circletake.contracts.takes import Source
from circletake.film.takes.day import DayClip
from circletake.media import launcher
from tests import footage
from tests.film.test_takes_made_day import is_right, listed
from tests.made_day import make_day
from tests.made_footage import SOUND_RATE, Footage
from tests.made_shoot import IN_MINIATURE
from tests.pipeline.chosen_clips import before_circles, circled, over_midnight, to_picture, unfit
from tests.pipeline.shooting import ShotUnit, Studio, Truth, fresh_world

SEED = 1
#: Planted in the camera's clock: what timecode says of their sound is wrong, or nothing.
_CLOCKS = {"clock lost", "clock behind", "clock missing"}
#: Circles of these come in the evening.
_CIRCLED_LATE = (Source.SCRIPT, Source.SOUND)


@dataclass
class Shot:
    """Both units' days after everything has come in; `hurried`: what was ordered when the circles came late."""

    units: list[ShotUnit]
    pictured: dict[str, tuple[str, str]]
    hurried: list[dict[str, Any]]
    days: dict[str, DayRead]

    def __iter__(self) -> Iterator[tuple[ShotUnit, DayRead, Truth]]:
        for unit in self.units:
            read = self.days[unit.ref.unit]
            yield unit, read, Truth(unit, read)


@pytest.fixture(scope="module")
def shot(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shot]:
    """The day, from its cards on: everything is delivered, but listening and pictures of a few clips alone."""
    place, chance = tmp_path_factory.mktemp("day"), random.Random(SEED)
    with fresh_world(place / "none") as world:
        yield come_in(Studio(world), place, chance)


def come_in(studio: Studio, place: Path, chance: random.Random) -> Shot:
    made = make_day(SEED, pace=IN_MINIATURE).units
    units = [ShotUnit(studio, Footage(each, place, number)) for number, each in enumerate(made)]
    cards = [(unit, card) for unit in units for card in unit.footage.cards()]
    chance.shuffle(cards)
    for unit, card in cards:
        unit.upload(card)
    studio.deliver()
    papers = [(unit, paper) for unit in units for paper in before_circles(unit)]
    papers += chance.sample(papers, 2)
    chance.shuffle(papers)
    for unit, paper in papers:
        unit.bring_in(paper)
    for unit in units:
        unit.see_slates()
    studio.deliver()
    pictured = to_picture(units)
    studio.ask_for("PlanClip", {*pictured.values(), *unfit(units), *circled(units)})
    studio.ask_for("LocateSound", {*pictured.values(), *unfit(units)})
    studio.ask_for("TranscodeClip", pictured.values())
    studio.asked["TranscodeClip"] = ()
    waiting = list(studio.held)
    for unit in units:
        for paper in unit.footage.papers():
            if paper.source in _CIRCLED_LATE:
                unit.bring_in(paper)
    studio.deliver()
    hurried = [letter[1] for letter in studio.held if letter not in waiting]
    details = [event["detail"] for event in hurried if event["detail-type"] == "TranscodeClip"]
    return Shot(units, pictured, details, {unit.ref.unit: unit.read() for unit in units})


def test_what_was_planted_is_listed_and_nothing_else(shot: Shot) -> None:
    for _, read, truth in shot:
        assert {listed(entry) for entry in read.day.worklist} == truth.listed


def test_every_take_is_right_or_on_a_worklist(shot: Shot) -> None:
    for _, read, truth in shot:
        takes = {take.key: take for take in read.day.takes}
        told = {of for entry in read.day.worklist for of in (entry.take, entry.clip, entry.sound) if of}
        wrong = [
            key
            for key, true in truth.takes.items()
            if not is_right(takes.get(key), true) and not told & {key, *true.clips, *true.sounds}
        ]
        assert wrong == []
        assert takes.keys() >= truth.takes.keys()


def test_the_day_is_told_as_it_is_read(shot: Shot) -> None:
    for unit, read, _ in shot:
        told = unit.told()
        assert (told["unit"], told["day"]) == (unit.ref.unit, unit.ref.day)
        assert [take["called"] for take in told["takes"]] == [take.called for take in read.day.takes]
        assert Counter(entry["lack"] for entry in told["worklist"]) == Counter(
            entry.lack.value for entry in read.day.worklist
        )
        assert {paper["name"]: paper["problems"] for paper in told["papers"] if paper["source"] != "CAMERA"} == {
            paper.name: [] for paper in unit.footage.papers() if paper.source is not Source.CAMERA
        }


def test_what_does_not_fit_between_clips_and_sound_is_what_was_planted(shot: Shot) -> None:
    for _, read, truth in shot:
        found = {(each.mismatch, of) for of, clip in read.clips.items() if clip.placing for each in clip.placing.listed}
        assert found == truth.unfit


def test_every_clip_has_the_sound_that_ran_with_it_in_its_place(shot: Shot) -> None:
    heard = set()
    for _, read, truth in shot:
        places = truth.places()
        for of, clip in read.clips.items():
            assert clip.placing is not None
            chosen = {each.id: float(each.offset / SOUND_RATE) for each in clip.placing.chosen}
            assert chosen.keys() == (set() if clip.silent else places[of].keys()), clip.clip.title
            for sound, offset_s in chosen.items():
                assert abs(offset_s - places[of][sound]) <= float(1 / clip.clip.rate / 4), clip.clip.title
            heard.add(clip.placing.standing and clip.placing.standing.value)
    assert heard == {None, "TIMECODE", "CONFIRMED", "HEARD", "CONTRADICTED"}


def test_a_take_s_cameras_are_told_in_sync(shot: Shot) -> None:
    several = 0
    for unit, _, truth in shot:
        ran = {real: truth.made.ran[made] for made, real in truth.clips.items()}
        told = unit.told()
        doubled = {entry["take"] for entry in told["worklist"] if entry["lack"] == "DOUBLED_TAKE"}
        for take in told["takes"]:
            at = {clip["id"]: clip["at_s"] for clip in take["clips"]}
            if len(at) < 2 or take["id"] in doubled:
                continue
            several += 1
            first = min(ran[clip] for clip in at)
            assert at == {
                clip: pytest.approx(float((ran[clip] - first) / truth.made.rate), abs=float(1 / truth.made.rate / 2))
                for clip in at
            }
    assert several >= 20


def test_the_units_stay_apart_though_they_shot_at_the_same_time_under_the_same_names(shot: Shot) -> None:
    main, second = (read for _, read, _ in shot)
    titles = [{clip.clip.title for clip in read.clips.values()} for read in (main, second)]
    assert len(titles[0] & titles[1]) > 30
    for read in (main, second):
        assert {clip.ref.roll.of_day for clip in read.clips.values()} == {read.ref}
        assert {sound.roll.of_day for sound in read.sounds.values()} == {read.ref}
        parts = [part.id for take in read.day.takes for part in (*take.clips, *take.sounds)]
        assert set(parts) <= read.clips.keys() | read.sounds.keys()


def test_a_take_that_runs_over_midnight_is_one_take_with_its_sound(shot: Shot) -> None:
    found = 0
    for _, read, _ in shot:
        late = {of for of, clip in read.clips.items() if over_midnight(clip.clip)}
        takes = [take for take in read.day.takes if late & {part.id for part in take.clips}]
        found += len(takes)
        assert late
        assert all(take.sounds for take in takes)
    assert found >= 2


def test_circles_that_come_late_put_the_clips_first_whose_pictures_are_not_made_yet(shot: Shot) -> None:
    ordered = {(each["clip"]["roll"]["unit"], each["title"]) for each in shot.hurried if each["circled"]}
    wanted, made = circled(shot.units), set(shot.pictured.values())
    assert len(wanted) > 15
    assert wanted & made
    assert ordered == wanted - made
    assert all(each["circled"] for each in shot.hurried)
    assert len(shot.hurried) == len(ordered)


def test_a_proxy_carries_the_mix_of_its_own_take_in_its_place(shot: Shot, tmp_path: Path) -> None:
    review = shot.units[0].studio.world.objects("review")
    heard: dict[str, float | None] = {}
    for unit, read, truth in shot:
        titles = {title: name for name, (of_unit, title) in shot.pictured.items() if of_unit == unit.ref.unit}
        made = {clip.title: clip for clip in truth.made.clips}
        for clip in read.clips.values():
            if name := titles.get(clip.clip.title):
                proxy = review[json.loads(clip.row["media"])["prefix"] + "proxy.mp4"]
                heard[name] = off_s(unit.footage, made[clip.clip.title], decoded(proxy, tmp_path / "proxy.mp4"))
    quarter = float(1 / shot.units[0].footage.made.rate / 4)
    assert heard.pop("MOS") is None
    assert heard.keys() == {*_CLOCKS, "first camera", "second camera", "over midnight"}
    assert {name for name, off in heard.items() if off is None or abs(off) > quarter} == set(), heard


def decoded(proxy: bytes, file: Path) -> NDArray[np.float32]:
    """A proxy → its sound, one channel; none where it has none."""
    if b"mp4a" not in proxy:
        return np.zeros(0, np.float32)
    file.write_bytes(proxy)
    to = file.with_suffix(".f32")
    launcher.make(
        ["-i", str(file), "-map", "0:a", "-ac", "1", "-ar", str(SOUND_RATE), "-f", "f32le", str(to)],
        tools=footage.TOOLS,
    )
    return np.fromfile(to, np.float32)


def off_s(footage: Footage, clip: DayClip, sound: NDArray[np.float32]) -> float | None:
    """How much later the mix is in a proxy than it really was; None where it has another sound or none."""
    if not len(sound):
        return None
    mix = footage.mix_under(clip).astype(np.float32)
    size = 1 << (len(mix) + len(sound)).bit_length()
    spectra = [np.fft.rfft(each, size) for each in (sound, mix)]
    alike = np.fft.irfft(spectra[0] * np.conj(spectra[1]), size)
    top = int(np.argmax(alike))
    likeness = alike[top] / np.sqrt(np.sum(sound**2) * np.sum(mix**2))
    return (top if top < size // 2 else top - size) / SOUND_RATE if likeness > 0.9 else None
