"""Frame n of a proxy shows frame n of its source, at its moment, with its sound: whatever a camera may have recorded.

Each source carries its frames' numbers in the picture and a click in the sound; both are read back from the proxy.
"""

import array
import tempfile
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from circletake.film.timing import Timecode, frames_in_a_day, nominal
from circletake.media import launcher
from circletake.media.probing import rational, tag
from tests import footage
from tests.functions.test_transcode_pure import Made, make, moments, probed

#: Exact rates, and whether the timecode drops labels.
CLOCKS = (
    ("24000/1001", False), ("24", False), ("25", False), ("30000/1001", False), ("30000/1001", True),
    ("48000/1001", False), ("48", False), ("50", False), ("60000/1001", False), ("60000/1001", True), ("60", False),
    ("120000/1001", False), ("120000/1001", True),
)  # fmt: skip
#: Container and codec, and whether its picture may have any size.
RECORDINGS = {
    ("a.mov", "prores4444"): True,
    ("a.mov", "dnxhr"): False,
    ("a.mov", "h264"): False,
    ("a.mkv", "ffv1"): True,
    ("a.mp4", "hevc"): False,
}
CHANNELS = ("FL", "FR", "FC", "LFE", "BL", "BR", "FLC", "FRC", "BC", "SL", "SR", "TC", "TFL", "TFC", "TFR", "TBL")
#: A click lasts so long; AAC smears it over less than that.
CLICK_S, SMEAR_S = 0.002, 0.004


@dataclass(frozen=True)
class Take:
    """What a camera recorded, and at which frame somebody clapped."""

    recording: tuple[str, str]
    rate: str
    frames: int
    clap: int
    start: Timecode | None
    size: tuple[int, int]
    channels: int
    tracks: int
    shape: str

    @property
    def label(self) -> str | None:
        return str(self.start) if self.start else None


@st.composite
def takes(draw: st.DrawFn) -> Take:
    recording, any_size = draw(st.sampled_from(sorted(RECORDINGS.items())))
    text, drop = draw(st.sampled_from(CLOCKS))
    rate = Fraction(text)
    # Around midnight, and around a minute, where drop-frame leaves labels out.
    near = draw(st.sampled_from((frames_in_a_day(rate, drop), 60 * nominal(rate), 0)))
    start = draw(st.none() | st.integers(-20, 2).map(lambda frames: Timecode(near + frames, rate, drop)))
    width, height = draw(st.sampled_from(((322, 182), (321, 241), (256, 130), (258, 322), (480, 120))))
    frames = draw(st.integers(8, 30))
    channels = draw(st.integers(0, 16 if recording[0] == "a.mov" else 2))
    return Take(
        recording=recording, rate=str(rate), frames=frames, clap=draw(st.integers(2, frames - 3)), start=start,
        size=(width, height) if any_size else (width // 2 * 2, height // 2 * 2), channels=channels,
        tracks=draw(st.integers(1, 4)) if channels == 1 else 1,
        shape=draw(st.sampled_from(("", "setsar=64/45", "setsar=8/9", "setfield=tff", "setfield=bff"))),
    )  # fmt: skip


def shot(take: Take, folder: Path, *options: str) -> Path:
    name, codec = take.recording
    at = take.clap / Fraction(take.rate)
    clap = f"aeval='0.9*sin(6000*t)*between(t,{float(at):.6f},{float(at) + CLICK_S:.6f})':c=same"
    woven = ("-flags", "+ildct+ilme") if take.shape.startswith("setfield") and codec == "prores4444" else ()
    return footage.clip(
        folder / name, codec=codec, rate=take.rate, frames=take.frames, size=take.size, timecode=take.label,
        sound={0: None, 1: "mono"}.get(take.channels, "+".join(CHANNELS[: take.channels])),
        tracks=take.tracks, picture=take.shape, options=(*options, *woven, *(("-af", clap) if take.channels else ())),
    )  # fmt: skip


def heard_at(proxy: Path) -> float:
    """A proxy → the second at which its sound is loudest."""
    raw = proxy.with_suffix(".pcm")
    launcher.make(["-i", str(proxy), "-vn", "-ac", "1", "-ar", "48000", "-f", "s16le", str(raw)], tools=footage.TOOLS)
    samples = array.array("h", raw.read_bytes())
    return max(range(len(samples)), key=lambda sample: abs(samples[sample])) / 48_000


def check(take: Take, made: Made) -> None:
    rate = Fraction(take.rate)
    assert footage.frame_numbers(made.proxy) == list(range(take.frames))
    assert moments(made.proxy) == tuple(n / rate for n in range(take.frames))
    assert (made.measured.frames_decoded, made.found.video.frames, made.found.video.rate) == (
        take.frames, take.frames, rate,
    )  # fmt: skip
    assert made.found.start_timecode == take.label
    proxy = probed(made.proxy)
    assert rational(proxy.picture["avg_frame_rate"]) == rate
    assert tag(proxy, "timecode", [proxy.picture]) == take.label
    if take.channels:
        clap = float(take.clap / rate)
        assert clap - SMEAR_S < heard_at(made.proxy) < clap + CLICK_S + SMEAR_S
    else:
        assert not proxy.of_type("audio")


@settings(max_examples=20)
@given(take=takes())
def test_every_frame_of_any_take_is_in_its_proxy_at_its_moment_with_its_sound(take: Take) -> None:
    with tempfile.TemporaryDirectory() as folder:
        check(take, make(shot(take, Path(folder))))


@pytest.mark.parametrize(("text", "drop"), CLOCKS)
def test_at_every_rate_a_take_may_go_on_past_midnight(tmp_path: Path, text: str, drop: bool) -> None:
    rate = Fraction(text)
    start = Timecode(frames_in_a_day(rate, drop) - 5, rate, drop)
    take = Take(("a.mov", "dnxhr"), text, 12, 7, start, (256, 144), channels=2, tracks=1, shape="")
    check(take, make(shot(take, tmp_path)))


@pytest.mark.parametrize(
    ("degrees", "back"), [(90, "transpose=clock"), (180, "hflip,vflip"), (270, "transpose=cclock")]
)
def test_a_camera_that_was_turned_shows_every_frame_upright(tmp_path: Path, degrees: int, back: str) -> None:
    lying = footage.clip(tmp_path / "lying.mov", size=(320, 180), frames=12, rate="25")
    turned = tmp_path / "a.mov"
    launcher.make(
        ["-display_rotation", str(degrees), "-i", str(lying), "-map", "0:v", "-map", "0:a", "-c", "copy", str(turned)],
        tools=footage.TOOLS,
    )
    made = make(turned)
    assert footage.frame_numbers(made.proxy, back) == list(range(12))


def test_sound_stays_with_the_picture_where_the_rate_varies(tmp_path: Path) -> None:
    # 30 frames a second of which a camera kept these; somebody clapped at number 10.
    kept = [n for n in range(40) if n % 3 == 0 or n % 5 == 0]
    take = Take(("a.mp4", "h264"), "30", len(kept), 10, None, (320, 180), 2, 1, "select='not(mod(n,3))+not(mod(n,5))'")
    made = make(shot(take, tmp_path, "-fps_mode", "passthrough"))
    assert footage.frame_numbers(made.proxy) == kept
    assert moments(made.proxy) == tuple(Fraction(n, 30) for n in kept)
    assert heard_at(made.proxy) == pytest.approx(10 / 30, abs=CLICK_S + SMEAR_S)
