"""A proxy is known by its place, carries its original's name, and is its picture if nothing speaks against it."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from circletake.contracts.media import Trait
from circletake.film.twins import Twin, choose, compare, is_external_proxy, twin_name

ID = "0" * 20


def twin(path: str = "a.mov", start: str | None = "01:00:00:00", frames: int | None = 240, number: int = 0) -> Twin:
    return Twin(f"{number:020x}", ID, path, start, frames)


@pytest.mark.parametrize(
    ("original", "proxy"),
    [
        ("A001_08151200_C001.braw", "Proxy/A001_08151200_C001.mp4"),
        ("CLIP/A001C001_240926YZ_CANON.CRM", "CLIP/A001C001_240926YZ_CANON_Proxy.MP4"),
        ("XDROOT/Clip/A001C001_240926YZ.MXF", "XDROOT/Sub/A001C001_240926YZS03.MP4"),
        ("A001.RDM/A001_C001_05026M.RDC/A001_C001_05026M_001.R3D", "Proxies/A001_C001_05026M_001.mov"),
        ("A001.RDM/A001_C001_05026M.RDC/A001_C001_05026M_001.R3D", "Proxies/a001_c001_05026m.MOV"),
        ("A_0001C001_260930_084650_c1BY9.mxf", "proxy/A_0001C001_260930_084650_c1BY9.mov"),
    ],
)
def test_a_proxy_carries_the_name_of_its_original(original: str, proxy: str) -> None:
    assert is_external_proxy(proxy, "o-1")
    assert not is_external_proxy(original, "o-1")
    assert twin_name(original) == twin_name(proxy)


def test_what_was_uploaded_as_proxies_needs_no_folder() -> None:
    assert is_external_proxy("A001C001.mov", "proxies-lab-1")
    assert not is_external_proxy("A001C001.mov", "o-proxies")


@pytest.mark.parametrize(
    "path", ["Subtitles/A001S03.mov", "Sub/A001.MP4", "approxy/A.mov", "A001_proxying.mov", "Proxy"]
)
def test_what_only_sounds_like_a_proxy_is_none(path: str) -> None:
    assert not is_external_proxy(path, "o-1")


def test_all_three_agreeing_is_confirmed() -> None:
    found = compare(twin("a.braw"), twin("Proxy/a.mp4"))
    assert (found.confirmed, found.label, found.path) == (True, "external proxy", "Proxy/a.mp4")
    assert found.agrees == (Trait.NAME, Trait.TIMECODE, Trait.FRAMES)


@pytest.mark.parametrize(
    ("proxy", "differs", "words"),
    [
        (twin(frames=239), (Trait.FRAMES,), "number of frames is 239, not 240"),
        (twin(start="01:00:00:01"), (Trait.TIMECODE,), "start timecode is 01:00:00:01, not 01:00:00:00"),
        (twin(start="02:00:00:00", frames=1), (Trait.TIMECODE, Trait.FRAMES), " and "),
    ],
)
def test_what_differs_is_said_and_nothing_is_taken(proxy: Twin, differs: tuple[Trait, ...], words: str) -> None:
    found = compare(twin(), proxy)
    assert (found.differs, found.confirmed) == (differs, False)
    assert words in found.sentence


@pytest.mark.parametrize(
    ("original", "unknown"),
    [
        (twin(start=None), (Trait.TIMECODE,)),
        (twin(frames=None), (Trait.FRAMES,)),
        (twin(start=None, frames=None), (Trait.TIMECODE, Trait.FRAMES)),
    ],
)
def test_an_original_that_does_not_tell_is_never_taken_for_agreeing(original: Twin, unknown: tuple[Trait, ...]) -> None:
    found = compare(original, twin())
    assert (found.unknown, found.confirmed, found.differs) == (unknown, False, ())
    assert "unconfirmed" in found.label
    assert "unconfirmed" in found.sentence


_TWINS = st.builds(
    twin,
    path=st.sampled_from(["Proxy/a.mov", "Proxy/a.mp4", "b/a_Proxy.mov"]),
    start=st.sampled_from([None, "01:00:00:00", "02:00:00:00"]),
    frames=st.sampled_from([None, 240, 241]),
    number=st.integers(0, 9),
)


@given(original=_TWINS, proxies=st.lists(_TWINS, max_size=6, unique_by=lambda one: one.clip_id), seed=st.integers())
def test_the_best_proxy_is_the_same_in_every_order_and_never_one_that_differs(
    original: Twin, proxies: list[Twin], seed: int
) -> None:
    best = choose(original, proxies)
    assert choose(original, random.Random(seed).sample(proxies, len(proxies))) == best
    fits = [compare(original, proxy) for proxy in proxies]
    assert (best is None) == (not proxies)
    if best is not None:
        assert best.confirmed == any(fit.confirmed for fit in fits)
        assert bool(best.differs) == all(fit.differs for fit in fits)
