"""What the models see, read and hear in the demo's clips, once they have looked at all of them."""

import json
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from botocore.exceptions import ClientError
from rich.table import Table
from rich.text import Text

from circletake.cli.shared import console, visible
from circletake.cloud.deployment import Deployment
from circletake.contracts import table
from circletake.contracts.analysis import AnalysisSettings, State, Why
from circletake.contracts.files import State as Clip
from circletake.contracts.keys import RollRef
from infra.local.scene import B_CLIP, B_REEL, CLIP, REEL, SCENE, TAKE

#: From the last upload to the last answer: fifty questions, on two cores that are busy with other things.
PATIENCE_S = 600
_POLL_S = 1.0
_KINDS = AnalysisSettings().kinds
#: What is shown of a clip, out of all that was answered.
_FOUND = ("brightness", "faces", "worn", "slate", "heard")
_ENDS = {State.ANSWERED, State.LEFT_OUT, State.NEEDS_ATTENTION}


@dataclass
class Looked:
    """A clip: how each question about it stands, and the answers that are before people."""

    name: str
    states: dict[str, str] = field(default_factory=dict)
    why: dict[str, str] = field(default_factory=dict)
    answers: dict[str, Any] = field(default_factory=dict)

    @property
    def has_all(self) -> bool:
        """Whether every question has reached its end, and every answer the review bucket."""
        ended = [kind for kind, state in self.states.items() if state in _ENDS]
        answered = [kind for kind, state in self.states.items() if state == State.ANSWERED]
        return len(ended) == len(_KINDS) and set(answered) == set(self.answers)


def watch_models(where: Deployment, day: RollRef, reels: Sequence[str]) -> list[Looked]:
    """The cards of the day → every clip that has pictures, once all was looked at, or when patience ends."""
    rolls = [day.model_copy(update={"roll": reel}) for reel in (*reels, REEL, B_REEL)]
    deadline = time.monotonic() + PATIENCE_S
    with console.status("The models look at every clip"):
        while True:
            seen = [looked for roll in rolls for looked in _look(where, roll)]
            there = {CLIP, B_CLIP} <= {looked.name for looked in seen}
            if (there and all(looked.has_all for looked in seen)) or time.monotonic() > deadline:
                return seen
            time.sleep(_POLL_S)


def wrong_models(seen: Sequence[Looked]) -> Iterator[str]:
    """What was looked at → a sentence for everything that is not as it must be."""
    for looked in seen:
        for kind in _KINDS:
            state, why = looked.states.get(kind), looked.why.get(kind)
            silent = kind == "SPEECH" and why == Why.NO_SOUND
            if not silent and kind not in looked.answers:
                yield f"{kind} of {looked.name} is {state} ({why}); it must be answered."
    scene = next((looked for looked in seen if looked.name == CLIP), None)
    if scene is None:
        yield f"{CLIP} was lost."
        return
    slate, faces = scene.answers.get("SLATE", {}), scene.answers.get("FACES", {})
    read = tuple(slate.get(name, {}).get("text") for name in ("scene", "take"))
    if read != (SCENE, TAKE):
        yield f"The slate of {CLIP} was read as {read}; it says {(SCENE, TAKE)}."
    if faces.get("most_at_once") != 1:
        yield f"{CLIP} shows one face; {faces.get('most_at_once')} were found."
    if not scene.answers.get("SPEECH", {}).get("words"):
        yield f"Somebody speaks in {CLIP}, and no word was heard."


def print_models(seen: Sequence[Looked]) -> None:
    table_ = Table(box=None, padding=(0, 2, 0, 0))
    for heading in ("clip", *_FOUND):
        table_.add_column(heading.capitalize(), overflow="fold")
    for looked in seen:
        table_.add_row(Text(visible(looked.name)), *(Text(visible(each)) for each in _columns(looked.answers)))
    console.print(table_, "")


def told_models(seen: Sequence[Looked]) -> list[dict[str, Any]]:
    """What `--json` writes of it."""
    return [
        {
            "name": each.name,
            "states": each.states,
            "why": each.why,
            "found": dict(zip(_FOUND, _columns(each.answers), strict=True)),
        }
        for each in seen
    ]


def _columns(answers: dict[str, Any]) -> Iterator[str]:
    samples = answers.get("FRAMES", {}).get("samples", [])
    yield f"{sum(sample['mean'] for sample in samples) / len(samples):.0%}" if samples else "–"
    yield str(answers.get("FACES", {}).get("most_at_once", "–"))
    worn = {
        part["colour"]: None for person in answers.get("PEOPLE", {}).get("people", []) for part in person["wardrobe"]
    }
    yield ", ".join(list(worn)[:3]) or "–"
    slate = answers.get("SLATE", {})
    yield " ".join(f"{name} {slate[name]['text']}" for name in ("scene", "take") if name in slate) or "–"
    yield " ".join(word["text"] for word in answers.get("SPEECH", {}).get("words", [])) or "–"


def _look(where: Deployment, roll: RollRef) -> Iterator[Looked]:
    rows = list(where.catalogue().query(roll.partition, table.ANALYSIS))
    for clip in where.reading().clips(roll):
        if clip["state"] != Clip.DELIVERED:
            continue
        looked = Looked(clip["title"])
        _, clip_id, version = clip["sk"].split("#")
        for row in rows:
            if row["sk"].startswith(f"{table.ANALYSIS}{clip_id}#{version}#"):
                looked.states[row["kind"]] = row["state"]
                looked.why |= {row["kind"]: row["why"]} if row.get("why") else {}
                answer = _answer(where, f"{roll.prefix}{clip_id}/{version}/analysis/{row['kind'].lower()}.json")
                looked.answers |= {row["kind"]: answer} if answer else {}
        yield looked


def _answer(where: Deployment, key: str) -> Any:
    """A key of the review bucket → the answer there, None where there is none yet."""
    s3 = where.client("s3")
    try:
        return json.load(s3.get_object(Bucket=where.outputs["ReviewBucket"], Key=key)["Body"])
    except ClientError as error:
        if error.response["Error"]["Code"] != "NoSuchKey":
            raise
        return None
