"""The customer's own decoder of RAW, run behind the walls that FFmpeg has.

It may read and run what lies in its program's folder, `/usr/bin` and the system's libraries; it has no network, and
only its own directory to write.
"""

import re
import shutil
import time
from collections.abc import Callable, Sequence
from pathlib import Path, PurePosixPath

from circletake.contracts.errors import Code, Rejected
from circletake.film.decoders import Decoder
from circletake.media.children import Overrun, start

_SYSTEM_PROGRAMS = (Path("/bin"), Path("/usr/bin"))
_MAX_MEZZANINE_BYTES = 8 << 30
_ASK_POST = "The original is kept. Try the decoder on this file by hand, mend its command, then upload the clip again."


def names_for_decoder(paths: Sequence[str]) -> list[str]:
    """Paths of a clip's files as on the card → names of ours that still tell the decoder what they are."""
    suffix = PurePosixPath(paths[0]).suffix
    plain = suffix if re.fullmatch(r"\.[A-Za-z0-9]{1,8}", suffix) else ""
    return [f"clip{plain}"] if len(paths) == 1 else [f"clip_{n:03d}{plain}" for n, _ in enumerate(paths, start=1)]


def decode(decoder: Decoder, first: Path, *, deadline: float, heartbeat: Callable[[], None]) -> Path:
    """The first file of a RAW clip, alone with its spans in a directory → the mezzanine that the decoder made of it.

    It gets half of the time until `deadline`; the other half is for what has to be made of the mezzanine. Raises
    `Rejected(DECODER_FAILED)`.
    """
    directory = first.parent
    output = directory / "mezzanine.mov"
    begun = time.monotonic()
    try:
        said = start(
            decoder.program,
            decoder.arguments(first, output),
            directory,
            deadline=begun + (deadline - begun) / 2,
            file_bytes=min(_MAX_MEZZANINE_BYTES, shutil.disk_usage(directory).free // 2),
            on_line=_unheard,
            heartbeat=heartbeat,
            readable=(decoder.program.resolve().parent, *_SYSTEM_PROGRAMS),
            environment={"HOME": str(directory), "TMPDIR": str(directory), "PATH": "/usr/bin:/bin"},
        )
    except Overrun as overrun:
        raise failed("it did not come to an end in time") from overrun
    except OSError as error:
        raise failed(f"its program cannot be started ({error.strerror})") from error
    if said.status:
        last = said.summary.splitlines()[-1] if said.summary else "it says nothing"
        raise failed(f"it ended with {said.status}: {''.join(filter(str.isprintable, last))[:200]}")
    if output.is_symlink() or not output.is_file() or not output.stat().st_size:
        raise failed("it wrote no file")
    return output


def failed(why: str) -> Rejected:
    """What went wrong → the verdict: it is not known to be the footage's fault."""
    return Rejected(Code.DECODER_FAILED, f"Your vendor decoder gave no picture of this clip: {why}.", _ASK_POST)


def _unheard(line: str) -> None:
    """What a decoder prints as it goes is nobody's; its last words are on stderr."""
