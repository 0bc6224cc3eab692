"""A RAW clip and the customer's decoder → a mezzanine, inspected, with every frame that the original tells of."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from circletake.contracts.errors import Code, Rejected
from circletake.contracts.media import Inspection, PictureFrom, PictureSource, RawFacts, Trait
from circletake.film.decoders import Decoder
from circletake.media.decoder import decode, failed
from circletake.media.inspecting import inspect
from circletake.media.tools import Tools


def develop(
    first: Path, raw: RawFacts, decoder: Decoder, *, tools: Tools, deadline: float, heartbeat: Callable[[], None]
) -> tuple[Path, Inspection]:
    """The first file of a RAW clip → the mezzanine and what is in it. Raises `Rejected`: fewer frames than the
    original tells of are `INCOMPLETE_MEDIA`, whatever else is wrong is `DECODER_FAILED`."""
    mezzanine = decode(decoder, first, deadline=deadline, heartbeat=heartbeat)
    with blaming_the_decoder():
        found = inspect(
            [mezzanine], size_bytes=mezzanine.stat().st_size, tools=tools, deadline=deadline, heartbeat=heartbeat
        )
    if raw.frames is not None and found.video.frames < raw.frames:
        raise Rejected(
            Code.INCOMPLETE_MEDIA,
            f"This clip has {raw.frames} frames, but {found.video.frames} come out of your vendor decoder.",
            "Copy it again from the card before the card is formatted; then try the decoder on it by hand.",
        )
    if raw.frames is not None and found.video.frames > raw.frames:
        raise failed(f"it made {found.video.frames} frames of {raw.frames}")
    # A label of one rate may not exist at another.
    start = raw.start_timecode if raw.rate == found.video.rate else None
    told = {"start_timecode": start, "reel": raw.reel, "camera": raw.camera}
    return mezzanine, found.model_copy(update={name: value for name, value in told.items() if value is not None})


@contextmanager
def blaming_the_decoder() -> Iterator[None]:
    """What is wrong with a mezzanine is no fault of the footage."""
    try:
        yield
    except Rejected as rejected:
        raise failed(f"what it wrote cannot be used. {rejected.verdict.sentence.removesuffix('.')}") from rejected


def by_decoder(raw: RawFacts) -> PictureFrom:
    """What the original tells → whose picture it is that people see now."""
    counted = raw.frames is not None
    return PictureFrom(
        source=PictureSource.VENDOR_DECODER,
        label="vendor decoder" if counted else "vendor decoder, unconfirmed",
        confirmed=counted,
        agrees=(Trait.FRAMES,) if counted else (),
        unknown=() if counted else (Trait.FRAMES,),
        sentence="The picture was made by your vendor decoder"
        + (
            ", with every frame of the original." if counted else "; the original does not tell how many frames it has."
        ),
    )
