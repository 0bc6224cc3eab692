"""A file's sound → one channel of it as waveforms are compared: 8 kHz, on disk, so that hours of it take no memory."""

import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np

from circletake.contracts.errors import Code, Rejected
from circletake.media import launcher
from circletake.media.tools import Tools
from circletake.media.waveforms import RATE, Mono

_NAME = "heard.f32"
#: A file's header may be wrong about its length, by as much as a filter holds back.
_READ_ON_S = 1.0
#: FFmpeg hands samples on in packets of a few kilobytes else, which costs twice as much CPU as they do.
_AT_ONCE_BYTES = str(1 << 20)


def listen(
    file: Path,
    to: Path,
    *,
    seconds: float,
    channel: int,
    tools: Tools,
    deadline: float,
    stream: int = 0,
    on_progress: Callable[[int], None] = lambda _: None,
) -> Mono:
    """A clip or a recorder's file, how long it is, and which channel, counted from 1, of which stream of its sound →
    its samples at `RATE` from the first frame on, which lie in `to`. Raises `Rejected`, `Overrun`, `LaunchFailed`.
    """
    import ffmpeg

    with launcher.workbench([file], lambda: on_progress(0), beside=to.parent) as bench:
        large = {"max_size": _AT_ONCE_BYTES} if bench.containers[0].demuxer == "wav" else {}
        sound = bench.input(0, seconds + _READ_ON_S, **large)[f"a:{stream}"]
        heard = sound.filter("channelmap", map=channel - 1, channel_layout="mono")
        # Sound that begins after the picture is silent until then.
        timed = heard.filter("aresample", RATE, **{"async": 1, "first_pts": 0})
        written = ffmpeg.output(timed, _NAME, f="f32le", acodec="pcm_f32le")
        launcher.run(
            bench,
            written,
            tools=tools,
            deadline=deadline,
            file_bytes=int((seconds + 2 * _READ_ON_S) * RATE) * 4,
            on_progress=on_progress,
            pictures=0,
        )
        shutil.move(bench.directory / _NAME, to)
    if not to.stat().st_size:
        raise Rejected(
            Code.INCOMPLETE_MEDIA,
            "There is no sound in this file.",
            "Nothing has to be done if it was shot without; else copy it again.",
        )
    return np.memmap(to, np.float32, "r")
