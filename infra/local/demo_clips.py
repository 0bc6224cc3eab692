"""The first card of the demo: what must have become of each of its clips and files, and what has."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from circletake.cloud.deployment import Deployment
from circletake.cloud.reading import Told
from circletake.contracts.files import State
from infra.local.card import EXPECTED

PRODUCTION = "bikes"


def wrong_clips(clips: Sequence[Told], files: Sequence[Told], size: Callable[[str], int]) -> Iterator[str]:
    """How clips and files ended, and what tells a proxy's size by its key → a sentence for everything that is not as it
    must be."""
    ended = {each["path"]: each for each in [*clips, *files]}
    for path, must in EXPECTED.items():
        if path not in ended:
            yield f"{path} was lost."
            continue
        is_now = ended[path]
        if (is_now["state"], is_now["code"]) != (must.state, must.code):
            yield f"{path} is {is_now['state']} ({is_now['code']}); it must be {must.state} ({must.code})."
        elif must.take:
            wanted = (must.take.frames, f"{must.take.rate.numerator}/{must.take.rate.denominator}", must.take.start)
            if (found := _facts(is_now)) != wanted:
                yield f"{path} has frames, rate and start {found}; it must have {wanted}."
            if not (key := _proxy(is_now)) or not size(key):
                yield f"{path} has no proxy to look at."
    yield from (f"{path} was not on the card." for path in ended if path not in EXPECTED)


def proxy_size(where: Deployment, key: str) -> int:
    """A key of the review bucket → the object's bytes. Raises where there is none."""
    size: int = where.client("s3").head_object(Bucket=where.outputs["ReviewBucket"], Key=key)["ContentLength"]
    return size


def _facts(clip: Told) -> tuple[int | None, str | None, str | None]:
    """A clip → its frames, rate and start timecode, None where it never got so far."""
    inspection = clip["inspection"] or {}
    video = inspection.get("video", {})
    return video.get("frames"), video.get("rate"), inspection.get("start_timecode")


def _proxy(clip: Told) -> str | None:
    """A clip → its proxy's key in the review bucket."""
    return f"{PRODUCTION}/{clip['media']['prefix']}proxy.mp4" if clip["media"] else None


def count_states(ended: list[Told]) -> dict[str, int]:
    found = Counter(each["state"] for each in ended)
    return {str(state): found[state] for state in State if found[state]}


def told_clip(clip: Told) -> dict[str, Any]:
    """What `--json` writes of a clip."""
    frames, rate, start = _facts(clip)
    said = {name: clip[name] for name in ("name", "state", "code", "sentence")}
    facts = {"frames": frames, "rate": rate, "start_timecode": start}
    return {**said, **facts, "proxy": _proxy(clip), "seconds": clip["seconds"]}
