"""How FFmpeg and ffprobe are started, always: our flags, our names, walls, limits, a deadline.

A file is put on a `Workbench` first: a fresh directory in which it lies under a name of ours, its container
told by our own sniff. Then `probe` asks what is in it, and `run` decodes it by an ffmpeg-python graph whose
inputs come from `Workbench.input`. What FFmpeg says against the footage is turned into `Rejected`; what is no
fault of the footage raises `LaunchFailed` or `Overrun`.
"""

import re
import shutil
import signal
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Any

from circletake.contracts.errors import Code, Rejected
from circletake.media import codecs
from circletake.media.children import LaunchFailed, Said, start, start_unwalled, stopped
from circletake.media.sniff import Container, sniff
from circletake.media.tools import Tools

MAX_PIXELS = 8192 * 8192
MAX_STREAMS = 64
_MAX_ALLOC_BYTES = 1 << 30
#: What we make ourselves and join again.
_OF_OURS = "concat,mov,mxf,matroska"


def _nothing() -> None:
    return None


@dataclass(frozen=True, slots=True)
class Workbench:
    """A directory of our own with the files to open, and what each of them is.

    `heartbeat` is called every few seconds while a child is at work; what it raises stops the child.
    """

    directory: Path
    containers: tuple[Container, ...]
    heartbeat: Callable[[], None] = _nothing

    def name(self, number: int) -> str:
        """The file's name as FFmpeg is told it; a child starts inside the directory."""
        return f"file:in{number}"

    def input(self, number: int, seconds: float, **options: str | None) -> Any:
        """File `number` as an ffmpeg-python input, read for at most `seconds`: what stops a timestamp bomb.

        `options` are further ones of its reader, such as where it begins.
        """
        import ffmpeg

        options |= {"t": f"{seconds:.6f}", "f": self.containers[number].demuxer, **_input_options(decode=True)}
        return ffmpeg.input(self.name(number), **options)

    def joined(self, name: str, files: Sequence[Path], seconds: Sequence[Fraction]) -> Any:
        """Files of our own making, and how long each lasts → one ffmpeg-python input that plays them one by one.

        The list is FFmpeg's; it names nothing but links in this directory, under names of ours.
        """
        import ffmpeg

        lines = ["ffconcat version 1.0"]
        for number, (file, length) in enumerate(zip(files, seconds, strict=True)):
            (self.directory / f"{name}-{number}").hardlink_to(file)
            lines += [f"file {name}-{number}", f"duration {float(length):.6f}"]
        (self.directory / f"{name}.txt").write_text("\n".join([*lines, ""]))
        options = _input_options(decode=True) | {"protocol_whitelist": "file", "format_whitelist": _OF_OURS}
        return ffmpeg.input(f"file:{name}.txt", f="concat", safe=1, **options)


@contextmanager
def workbench(
    files: Sequence[Path], heartbeat: Callable[[], None] = _nothing, *, beside: Path | None = None
) -> Iterator[Workbench]:
    """Files → a workbench that holds them, as hard links, in the directory `beside` or where the first lies; wiped at
    the end. Raises `Rejected`."""
    directory = Path(tempfile.mkdtemp(prefix="bench-", dir=beside or files[0].parent))
    try:
        for number, file in enumerate(files):
            (directory / f"in{number}").hardlink_to(file)
        yield Workbench(directory, tuple(sniff(file) for file in files), heartbeat)
    finally:
        shutil.rmtree(directory)


def probe(bench: Workbench, number: int, arguments: Sequence[str], *, tools: Tools, deadline: float) -> str:
    """ffprobe's answer about one file of the bench. Raises `Rejected`, `Overrun`, `LaunchFailed`."""
    if tools.ffprobe is None:
        raise LaunchFailed("this function was given no ffprobe")
    options = [part for key, value in _input_options(decode=False).items() for part in (f"-{key}", value)]
    container = bench.containers[number]
    line = [*options, *arguments, "-f", container.demuxer, "-i", bench.name(number)]
    answer = _Capture(limit=64 << 20)
    said = start(
        tools.ffprobe, ["-hide_banner", "-loglevel", "level+warning", *line], bench.directory,
        deadline=deadline, file_bytes=0, on_line=answer.take, heartbeat=bench.heartbeat, complaint=_COMPLAINT,
    )  # fmt: skip
    if said.status > 0 and not _told(said):
        # ffprobe is given nothing but the file, so what it cannot open is the file's fault.
        last = _plain(said.summary.splitlines()[-1]) if said.summary else "it does not say why"
        raise Rejected(Code.CORRUPT_ESSENCE, f"This {container.name} file cannot be read: {last}.", _COPY_AGAIN)
    if said.status:
        raise _fault(said, container)
    if re.search(_GUESSED_RATE, said.summary):
        raise Rejected(
            Code.NO_FRAME_RATE,
            f"This {container.name} file does not say how many frames a second it has.",
            _ASK_POST,
        )
    return answer.text()


@dataclass(frozen=True, slots=True)
class Decoded:
    """What FFmpeg said when it was done: how many pictures the decoder gave, how many went into the first output, and
    its last lines."""

    frames: int
    written: int
    log: str


def run(
    bench: Workbench,
    graph: Any,
    *,
    tools: Tools,
    deadline: float,
    file_bytes: int,
    on_progress: Callable[[int], None],
    pictures: int | None = None,
) -> Decoded:
    """Decode the bench's files by an ffmpeg-python graph → what was decoded; outputs lie in the bench's directory.

    `on_progress` gets the frames so far every few seconds; what it raises stops FFmpeg and goes on to the caller.
    `pictures` is how many inputs are decoded to pictures: without it, each of the bench's files is. Raises `Rejected`,
    `Overrun`, `LaunchFailed`.
    """
    import ffmpeg

    if tools.ffmpeg is None:
        raise LaunchFailed("this function was given no FFmpeg")
    frames = 0

    def take(line: str) -> None:
        nonlocal frames
        key, _, value = line.partition("=")
        if key == "frame":
            frames = int(value)

    arguments = [
        "-hide_banner", "-nostdin", "-loglevel", "level+verbose", "-xerror", "-max_alloc", str(_MAX_ALLOC_BYTES),
        "-nostats", "-progress", "pipe:1", "-stats_period", "1", "-y", *ffmpeg.get_args(graph),
    ]  # fmt: skip
    said = start(
        tools.ffmpeg, arguments, bench.directory,
        deadline=deadline, file_bytes=file_bytes, on_line=take, heartbeat=lambda: on_progress(frames),
        complaint=_COMPLAINT,
    )  # fmt: skip
    if said.status or any(_CHANGED_PICTURE in complaint for complaint in said.complaints):
        raise _fault(said, bench.containers[0])
    counts = re.findall(r"Input stream #\d+:\d+ \(video\): .* (\d+) frames decoded", said.summary)
    if len(counts) != (len(bench.containers) if pictures is None else pictures):
        raise LaunchFailed(f"FFmpeg did not say how many frames it decoded: {said.summary[-2000:]}")
    return Decoded(frames=sum(map(int, counts)), written=frames, log=said.summary)


def make(arguments: Sequence[str], *, tools: Tools) -> None:
    """Run FFmpeg on material of our own making (test clips, the demo's card), without walls. Raises `LaunchFailed`."""
    if tools.ffmpeg is None:
        raise LaunchFailed("no FFmpeg was given")
    start_unwalled(tools.ffmpeg, ["-hide_banner", "-nostdin", "-loglevel", "error", "-y", *arguments])


def _input_options(*, decode: bool) -> dict[str, str]:
    options = {
        "protocol_whitelist": "file,pipe",
        "format_whitelist": "mov,mxf,matroska,avi,mpegts,wav",
        "codec_whitelist": ",".join(codecs.DECODERS),
        "max_pixels": str(MAX_PIXELS),
        "max_streams": str(MAX_STREAMS),
    }
    return options | ({"err_detect": "explode"} if decode else {"max_alloc": str(_MAX_ALLOC_BYTES)})


@dataclass(slots=True)
class _Capture:
    """Lines of an answer, as long as it stays within what a sane file can cause."""

    limit: int
    lines: list[str] = field(default_factory=list)
    size: int = 0

    def take(self, line: str) -> None:
        self.size += len(line) + 1
        if self.size > self.limit:
            raise stopped("it describes itself in more words than any camera")
        self.lines.append(line)

    def text(self) -> str:
        return "\n".join(self.lines)


_ASK_POST = "Open the clip in the camera; if it plays there, send it to post engineering with this message."
_COPY_AGAIN = "Copy it again from the card; if it fails again, keep the card and tell the camera department."
#: FFmpeg builds its graph anew, in the middle, and goes on as if nothing had happened.
_CHANGED_PICTURE = "Reconfiguring filter graph because video parameters changed"
_COMPLAINT = rf"\[(error|fatal|panic)\]|{_CHANGED_PICTURE}"
#: What FFmpeg complains of → what it means. The first pattern that one of its complaints matches decides.
_COMPLAINTS: tuple[tuple[str, Code, str, str], ...] = (
    (
        _CHANGED_PICTURE,
        Code.LIMIT_EXCEEDED,
        "The picture changes its size or format in the middle of this file",
        _ASK_POST,
    ),
    (
        r"exceeds specified max|Picture size \S+ is invalid|max_streams|"
        r"Cannot allocate memory|Out of memory|File too large",
        Code.LIMIT_EXCEEDED,
        "This file asks for more than any camera needs",
        _ASK_POST,
    ),
    (
        r"[Cc]odec .*not on whitelist|[Dd]ecoder .*not found|no decoder",
        Code.CODEC_NOT_ALLOWED,
        "The picture or sound of this file is in a codec that we do not open",
        "Ask for the camera's own recording, or send a ProRes, DNxHR or H.264 copy of it.",
    ),
    (
        r"moov atom not found|partial file|ends? prematurely|ended prematurely|[Tt]runcated|End of file",
        Code.INCOMPLETE_MEDIA,
        "This file stops before its end",
        "Copy it again from the card before the card is formatted.",
    ),
    (
        r"\[vost#.*Non-monotonic DTS",
        Code.CORRUPT_ESSENCE,
        "The frames of this file claim moments that go back and forth",
        _COPY_AGAIN,
    ),
    # Nothing sharper was said: it was a demuxer or a decoder that gave up, so it is the file and not our graph.
    (
        r"\[(dec:|in#|vist#|aist#)|Invalid data found when processing input|error reading header",
        Code.CORRUPT_ESSENCE,
        "Part of this file cannot be decoded",
        _COPY_AGAIN,
    ),
)
#: How the MXF and AVI demuxers say that they put 25 frames a second where the file has no rate.
_GUESSED_RATE = r"defaulting to \d+/\d+|scale/rate is \S+ which is invalid"
_CRASHES = {signal.SIGSEGV, signal.SIGABRT, signal.SIGBUS, signal.SIGILL, signal.SIGFPE, signal.SIGSYS}


def _fault(said: Said, container: Container) -> Exception:
    """A failed child → the verdict on the footage, or our own failure where nothing speaks against the footage."""
    if -said.status in {signal.SIGXCPU, signal.SIGXFSZ}:
        return stopped("reading it never comes to an end")
    if -said.status in _CRASHES:
        return Rejected(
            Code.CORRUPT_ESSENCE,
            f"This {container.name} file makes the decoder crash, so part of it is damaged.",
            _COPY_AGAIN,
        )
    if said.status >= 0 and (sharper := _told(said)):
        return sharper
    return LaunchFailed(f"status {said.status}: {said.summary[-4000:]}")


def _told(said: Said) -> Rejected | None:
    """What the child complained of → the verdict that it means, if it is known to be the footage's fault."""
    for pattern, code, sentence, next_step in _COMPLAINTS:
        for complaint in said.complaints:
            if re.search(pattern, complaint):
                return Rejected(code, f"{sentence}: {_plain(complaint)}.", next_step)
    return None


def _plain(complaint: str) -> str:
    """FFmpeg's line without its levels, addresses and paths of ours."""
    words = re.sub(r"\[[^\]]*\]|\(?0x[0-9a-f]+\)?|file:\S+|not on whitelist.*", "", complaint)
    return " ".join(words.split()).strip(" .:")[:200]
