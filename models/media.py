"""The media that a model looks at: frames as people see them, samples before any look, sound. Decoded as it is read.

Whatever is wrong with the media is Unanswerable; its sentence goes to the person whose clip it is.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from fractions import Fraction
from functools import cached_property
from io import BytesIO
from pathlib import Path
from typing import Any, NamedTuple

import av
import numpy as np
from av.audio.resampler import AudioResampler
from av.video.reformatter import ColorRange
from numpy.typing import NDArray
from PIL import Image, ImageOps

#: Twice UHD: a proxy is at most 1080 lines, and a reference picture comes out of a telephone.
MAX_PIXELS = 40_000_000
#: Two hours as 32-bit floats are 460 MB; a magazine holds less.
MAX_SOUND_S = 7200
#: What the speech models were trained on.
SOUND_RATE = 16_000
_THREADS = 2
#: First bytes → FFmpeg's demuxer. It is named, so that nothing else is tried: a playlist would open other files.
_DEMUXERS = {b"\x1a\x45\xdf\xa3": "matroska", b"ftyp": "mov"}
_CONTENT_TYPES = {"matroska": "video/x-matroska", "mov": "video/mp4", None: "image/jpeg"}
_JPEG = b"\xff\xd8\xff"


class Unanswerable(ValueError):  # noqa: N818 - a verdict about the media, not a fault of the server
    """The media is at fault. Carries one sentence that says how."""


class Planes(NamedTuple):
    """One sample before any look: 10-bit 4:2:2 code values as they are stored, and how to read them."""

    y: NDArray[np.uint16]
    cb: NDArray[np.uint16]
    cr: NDArray[np.uint16]
    #: Of R and of B in luma, by the tag of the colour matrix.
    kr: float
    kb: float
    #: Whether black is 0 and white 1023 (full), or 64 and 940.
    full: bool


_UNTAGGED = 2
#: H.273 table 4: matrix → (Kr, Kb). Untagged is BT.709, as a proxy is shown.
_MATRICES = {
    1: (0.2126, 0.0722),
    _UNTAGGED: (0.2126, 0.0722),
    5: (0.299, 0.114),
    6: (0.299, 0.114),
    9: (0.2627, 0.0593),
}


class Media:
    """A proxy, the samples before the look (analysis.mkv), or a picture: a JPEG is media of one frame."""

    def __init__(self, path: Path) -> None:
        with path.open("rb") as file:
            head = file.read(12)
        self._stills = [(0, path.read_bytes())] if head.startswith(_JPEG) else []
        self._path = path
        self._demuxer = _DEMUXERS.get(head[:4]) or _DEMUXERS.get(head[4:8])
        if not self._stills and self._demuxer is None:
            raise Unanswerable("this is neither MP4, nor Matroska, nor JPEG")

    @classmethod
    def of_stills(cls, stills: Iterable[tuple[int, bytes]]) -> "Media":
        """Frames that somebody chose, as (number, JPEG) → media that has no others."""
        media = cls.__new__(cls)
        media._stills, media._demuxer = sorted(stills), None
        return media

    @property
    def content_type(self) -> str:
        """→ what the bytes are, whatever they are called."""
        return _CONTENT_TYPES[self._demuxer]

    @cached_property
    def size(self) -> tuple[int, int]:
        """→ width and height as displayed."""
        if self._stills:
            with _blamed():
                height, width = _picture(self._stills[0][1]).shape[:2]
            return width, height
        frame = next(self._decoded(1))[1]
        return (frame.height, frame.width) if frame.rotation % 180 else (frame.width, frame.height)

    @cached_property
    def pixels(self) -> int:
        """→ the pixels of all stills together, as their headers say."""
        return sum(_pixels(jpeg) for _, jpeg in self._stills)

    def frames(self, every: int = 1) -> Iterator[tuple[int, NDArray[np.uint8]]]:
        """→ each frame whose number is a multiple of `every`, as H×W×3 RGB. Chosen stills come all of them."""
        if self._stills:
            for number, jpeg in self._stills:
                with _blamed():
                    yield number, _picture(jpeg)
            return
        for number, frame in self._decoded(every):
            yield number, np.ascontiguousarray(np.rot90(_rgb(frame), frame.rotation // 90))

    def frames_10_bit(self, every: int = 1) -> Iterator[tuple[int, Planes]]:
        """→ each sample whose number, in this file, is a multiple of `every`, untouched. Only analysis.mkv has any."""
        if self._stills:
            raise Unanswerable("a JPEG has gone through a look; its code values say nothing about the exposure")
        for number, frame in self._decoded(every):
            if frame.format.name != "yuv422p10le":
                raise Unanswerable(f"the samples are {frame.format.name}, not yuv422p10le as they were written")
            if frame.colorspace not in _MATRICES:
                raise Unanswerable(f"the colour matrix {frame.colorspace} is none that a camera writes")
            y, cb, cr = (_plane(plane) for plane in frame.planes)
            yield number, Planes(y, cb, cr, *_MATRICES[frame.colorspace], frame.color_range == ColorRange.JPEG)

    def sounds(self) -> Iterator[NDArray[np.float32]]:
        """→ the mix, mono at 16 kHz from the first frame on, -1 to 1, piece by piece; none where there is none."""
        if self._stills:
            return
        with _blamed(), self._opened() as container:
            if not container.streams.audio:
                return
            resampler = AudioResampler("flt", "mono", SOUND_RATE)
            began = False
            for frame in _with_an_end(container.decode(audio=0)):
                if frame is not None and not began:
                    began = True
                    yield from _silence(max(0, round((frame.time or 0) * SOUND_RATE)))
                for resampled in resampler.resample(frame):
                    yield resampled.to_ndarray()[0]

    def sound(self) -> NDArray[np.float32]:
        """→ the same in one piece, of two hours at most; empty where there is no sound."""
        pieces: list[NDArray[np.float32]] = [np.empty(0, np.float32)]
        length = 0
        for piece in self.sounds():
            pieces.append(piece)
            length += len(piece)
            if length > MAX_SOUND_S * SOUND_RATE:
                raise Unanswerable(f"there are more than {MAX_SOUND_S // 3600} hours of sound")
        return np.concatenate(pieces)

    @cached_property
    def rate(self) -> Fraction | None:
        """→ frames a second as the file says; None for stills."""
        if self._stills:
            return None
        with _blamed(), self._opened() as container:
            return container.streams.video[0].average_rate if container.streams.video else None

    def _opened(self) -> Any:
        return av.open(str(self._path.absolute()), format=self._demuxer, options={"protocol_whitelist": "file"})

    def _decoded(self, every: int) -> Iterator[tuple[int, av.VideoFrame]]:
        with _blamed(), self._opened() as container:
            if not container.streams.video:
                raise Unanswerable("there is no picture in it")
            stream = container.streams.video[0]
            stream.thread_type, stream.codec_context.thread_count = "AUTO", _THREADS
            if stream.codec_context.width * stream.codec_context.height > MAX_PIXELS:
                raise Unanswerable(f"its frames have more than {MAX_PIXELS:,} pixels")
            number = -1
            for number, frame in enumerate(container.decode(stream)):
                if number % every == 0:
                    yield number, frame
            if number < 0:
                raise Unanswerable("there is no frame in it that can be decoded")


def _with_an_end(frames: Iterable[Any]) -> Iterator[Any]:
    """Frames, and then None: what a resampler takes as the order to give out what it still holds."""
    yield from frames
    yield None


def _silence(samples: int) -> Iterator[NDArray[np.float32]]:
    for start in range(0, samples, SOUND_RATE):
        yield np.zeros(min(SOUND_RATE, samples - start), np.float32)


def _rgb(frame: av.VideoFrame) -> NDArray[np.uint8]:
    if frame.colorspace == _UNTAGGED:
        # swscale would take BT.601.
        frame.colorspace = 1
    return np.asarray(frame.to_ndarray(format="rgb24"), np.uint8)


def _plane(plane: Any) -> NDArray[np.uint16]:
    rows = np.frombuffer(plane, np.uint16).reshape(plane.height, plane.line_size // 2)
    return rows[:, : plane.width]


def _pixels(jpeg: bytes) -> int:
    with _blamed(), Image.open(BytesIO(jpeg), formats=["JPEG"]) as picture:
        return picture.width * picture.height


def _picture(jpeg: bytes) -> NDArray[np.uint8]:
    with Image.open(BytesIO(jpeg), formats=["JPEG"]) as picture:
        if picture.width * picture.height > MAX_PIXELS:
            raise Unanswerable(f"the picture has more than {MAX_PIXELS:,} pixels")
        return np.asarray(ImageOps.exif_transpose(picture).convert("RGB"))


@contextmanager
def _blamed() -> Iterator[None]:
    """What a decoder says is wrong with the media → Unanswerable."""
    try:
        yield
    except (av.FFmpegError, OSError, SyntaxError, Image.DecompressionBombError) as fault:
        told = getattr(fault, "strerror", None) or "its bytes make no picture"
        raise Unanswerable(f"the media cannot be decoded: {told}") from fault
