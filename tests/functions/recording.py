"""A flash in the picture and a click in a recorder's file, and where both are found again."""

from collections.abc import Callable, Sequence
from fractions import Fraction
from itertools import accumulate
from pathlib import Path
from types import SimpleNamespace
from typing import Any, TypeAlias, cast

import numpy as np
from numpy.typing import NDArray

from circletake.contracts.files import SourceFile
from circletake.contracts.sound import AppliedSound, PlacedSound, SoundTrack
from circletake.media import launcher
from functions.transcode.making import Recorded
from functions.transcode.workshop import Workshop
from tests import footage
from tests.film import wavs

Samples: TypeAlias = NDArray[np.float64]
SIZE = (256, 144)
#: As loud in PCM of 24 bits.
LOUD = 0.5


def flashing(
    to: Path, *, rate: str, frames: int, at: int, sound: int = 0, codec: str = "prores", timecode: str | None = None
) -> Path:
    """A black clip in which frame `at` is white, with so many channels of the camera's own tone."""
    tones = "|".join(f"0.1*sin({300 + 50 * channel}*2*PI*t)" for channel in range(sound))
    seconds = float(frames / Fraction(rate))
    inputs = ["-f", "lavfi", "-i", f"color=black:s={SIZE[0]}x{SIZE[1]}:r={rate}"]
    inputs += ["-f", "lavfi", "-i", f"aevalsrc={tones}:s=48000:d={seconds:.6f}", "-map", "0:v", "-map", "1:a"] * bool(
        sound
    )
    white = f"drawbox=c=white:t=fill:enable='eq(n,{at})'"
    stamped = ["-timecode", timecode] if timecode else []
    coded = ["-frames:v", str(frames), *footage.CODECS[codec], "-c:a", "pcm_s24le"]
    launcher.make([*inputs, "-vf", white, *coded, *stamped, str(to)], tools=footage.TOOLS)
    return to


def clicking(
    to: Path, at: Sequence[int], *, frames: int, rate: int = 48_000, bits: int = 24, is_float: bool = False
) -> Path:
    """A recorder's file with a channel for each click, which is one loud sample; silence but for it."""
    sound = np.zeros((frames, len(at)))
    sound[list(at), range(len(at))] = LOUD
    return written(to, sound, rate=rate, bits=bits, is_float=is_float)


def written(to: Path, sound: Samples, *, rate: int = 48_000, bits: int = 24, is_float: bool = False) -> Path:
    """Samples by channel → a recorder's file of them."""
    if is_float:
        body = sound.astype("<f4").tobytes()
    else:
        whole = np.round(sound * 2 ** (bits - 1)).astype("<i4")
        body = whole[..., None].view(np.uint8)[..., : bits // 8].tobytes()
    form = wavs.fmt(rate=rate, channels=sound.shape[1], bits=bits, kind=3 if is_float else 1)
    to.write_bytes(wavs.riff(wavs.bext(), form, wavs.chunk(b"data", body), wavs.ixml()))
    return to


def placed(*files: Path, offset: int, rate: int = 48_000, speed: Fraction = Fraction(1)) -> tuple[PlacedSound, ...]:
    return tuple(
        PlacedSound(
            file=SourceFile(key=str(file), s3_version="1", version=f"{number:020x}", size_bytes=file.stat().st_size),
            offset=offset, rate=rate, speed=speed,
        )
        for number, file in enumerate(files)
    )  # fmt: skip


def applied(files: tuple[PlacedSound, ...], mix: Sequence[str], isos: Sequence[str] = ()) -> AppliedSound:
    """Names of tracks as they follow one another in the first file → what a clip's proxies carry."""
    tracks = [SoundTrack(name=name, file=0, channel=at) for at, name in enumerate([*mix, *isos], start=1)]
    return AppliedSound(
        files=files, mix=tuple(tracks[: len(mix)]), isos=tuple(tracks[len(mix) :]), sentence="By timecode."
    )


class Shelf:
    """Originals on disk, as the workshop fetches them; and how many bytes were asked for."""

    def __init__(self) -> None:
        self.fetched = 0

    def read_range(
        self, bucket: str, file: SourceFile, start: int, length: int, on_progress: Callable[[int], None]
    ) -> bytes:
        with Path(file.key).open("rb") as opened:
            opened.seek(start)
            body = opened.read(length)
        self.fetched += len(body)
        return body

    def fetch_into(
        self,
        bucket: str,
        file: SourceFile,
        ranges: Sequence[range],
        to: Path,
        at: int,
        on_progress: Callable[[int], None],
    ) -> None:
        for wanted, start in zip(ranges, accumulate(map(len, ranges), initial=at), strict=False):
            with to.open("r+b") as opened:
                opened.seek(start)
                opened.write(self.read_range(bucket, file, wanted.start, len(wanted), on_progress))


def fetched(sound: AppliedSound, duration_s: Fraction, into: Path, shelf: Shelf | None = None) -> Recorded:
    """As a worker does it."""
    workshop = Workshop(cast(Any, shelf or Shelf()), "ingest", "work", lambda roll, file, digests: None)
    recorded = workshop.fetch_sound(sound, duration_s, into, cast(Any, SimpleNamespace(beat=lambda size: None)))
    assert recorded is not None
    return recorded


def flash_of(video: Path) -> int:
    """→ the frame that is white."""
    raw = video.with_suffix(".gray")
    to = ["-map", "0:v:0", "-vf", "scale=1:1:flags=area,format=gray", "-fps_mode", "passthrough", "-f", "rawvideo"]
    launcher.make(["-i", str(video), *to, str(raw)], tools=footage.TOOLS)
    brightness = raw.read_bytes()
    raw.unlink()
    assert max(brightness) > 128 > sorted(brightness)[-2]
    return brightness.index(max(brightness))


def heard_in(file: Path, track: int = 0, channels: int = 1) -> Samples:
    """→ a sound track as it is played: its samples, by channel."""
    raw = file.with_suffix(".f64")
    launcher.make(["-i", str(file), "-map", f"0:a:{track}", "-f", "f64le", str(raw)], tools=footage.TOOLS)
    samples = np.frombuffer(raw.read_bytes(), "<f8").reshape(-1, channels)
    raw.unlink()
    return samples


def click_in(samples: Samples) -> int:
    """→ the loudest sample; exact where it is the only one, and near it where a codec has blurred it."""
    return int(np.argmax(np.abs(samples)))
