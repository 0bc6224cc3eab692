"""The handles of every branch of the graph: split, pick frames, fit into a box."""

from typing import Any

from circletake.contracts.media import VideoStream
from circletake.media.picture import fit


def split(stream: Any, ways: int = 2, filter_name: str = "split") -> list[Any]:
    """One stream → so many of it; one way is the stream itself."""
    if ways == 1:
        return [stream]
    parts = stream.filter_multi_output(filter_name, ways)
    return [parts.stream(way) for way in range(ways)]


def fitted(video: VideoStream, box: tuple[int, int]) -> tuple[int, int]:
    return fit(video.width, video.height, video.sample_aspect_ratio, video.rotation_degrees, box)


def scaled(picture: Any, size: tuple[int, int], **options: Any) -> Any:
    return picture.filter("scale", *size, **options).filter("setsar", 1)


def every(picture: Any, step: int, first: int = 0) -> Any:
    """Frames from the clip's frame `first` on → those whose number is a multiple of `step`."""
    return picture.filter("select", f"not(mod(n+{first},{step}))")


def met(step: int, frames: range) -> bool:
    """Whether a multiple of `step` is among the frames."""
    return -frames.start % step < len(frames)
