"""`circletake why`: what happened to a clip, step by step, with the errors that its functions logged."""

import json
import re
from collections.abc import Iterator
from datetime import datetime
from typing import Annotated, Any

import typer
from rich.table import Table
from rich.text import Text

from circletake.cli.shared import Json, console, deployment, fail, print_json, state_text, visible
from circletake.cloud.catalogue import Row
from circletake.cloud.deployment import QUEUED, Deployment
from circletake.cloud.reading import Reading, Told, seconds_between, tell_clip
from circletake.contracts.keys import RollRef

#: How far before the clip's receipt the logs are read: clocks differ.
SKEW_MS = 60_000


def why(
    context: typer.Context,
    clip: Annotated[str, typer.Argument(help="The clip: its name, its path on the card, or its id.")],
    as_json: Json = False,
) -> None:
    """Each step that a clip has taken, its time, its attempts, and every error on the way."""
    where = deployment(context)
    reading = where.reading()
    told = [_tell(where, reading, roll, row) for roll, row in reading.find_clips(clip)]
    if not told:
        fail(f"No clip is called {visible(clip)!r}. `circletake status` lists them.", 2)
    if as_json:
        print_json({"clips": told})
        return
    for each in told:
        _show(each)


def _tell(where: Deployment, reading: Reading, roll: RollRef, row: Row) -> Told:
    steps = [
        {
            "step": job["kind"],
            "state": job["state"],
            "attempts": job["attempt"],
            "started_at": job["started_at"],
            "seconds": seconds_between(job["started_at"], job["finished_at"]) if "finished_at" in job else None,
            "code": job.get("code"),
        }
        for job in reading.jobs(roll, row["sk"])
    ]
    clip_id = row["sk"].split("#")[1]
    return {**tell_clip(row), "roll": roll.model_dump(), "steps": steps, "errors": list(_errors(where, clip_id, row))}


def _errors(where: Deployment, clip_id: str, row: Row) -> Iterator[Told]:
    """What each function logged about the clip when it failed: the same error once, with how often it came."""
    since = int(datetime.fromisoformat(row["received_at"]).timestamp() * 1000) - SKEW_MS
    logs = where.client("logs")
    for function in QUEUED:
        seen: dict[str, Told] = {}
        pages = logs.get_paginator("filter_log_events").paginate(
            logGroupName=where.outputs[f"{function}Logs"], startTime=since, filterPattern=f'"{clip_id}"'
        )
        for event in (event for page in pages for event in page["events"]):
            entry = _read(event["message"])
            if entry.get("level") not in ("ERROR", "CRITICAL") or clip_id not in event["message"]:
                continue
            error = _last_line(entry)
            told = seen.setdefault(error, {"step": function.lower(), "error": error, "times": 0})
            told["times"] += 1
            told["last_at"] = entry.get("timestamp")
        yield from seen.values()


def _read(message: str) -> dict[str, Any]:
    # A runtime puts its own lines and prefixes between ours: the JSON begins at the first brace.
    if not (found := re.search(r"\{.*\}", message, re.DOTALL)):
        return {}
    try:
        entry = json.loads(found[0])
    except json.JSONDecodeError:
        return {}
    return entry if isinstance(entry, dict) else {}


def _last_line(entry: dict[str, Any]) -> str:
    """A log entry of ours → the error itself: the last line of its traceback, which names the exception."""
    trace = str(entry.get("exception") or entry.get("message") or "an error without a word").strip()
    return trace.splitlines()[-1].removeprefix("botocore.exceptions.")


def _show(clip: Told) -> None:
    roll = clip["roll"]
    place = (
        f"{roll['production']} · {roll['day']} · unit {roll['unit']} · roll {roll['roll']} · {visible(clip['path'])}"
    )
    console.print(Text.assemble((visible(clip["name"]), "bold"), "  ", state_text(clip["state"])))
    console.print(Text(place, style="dim"))
    if clip["code"]:
        console.print(Text.assemble((f"{clip['code']} ", "bold"), visible(clip["sentence"])))
        console.print(Text(f"Next: {clip['next_step']}"))
    table = Table(box=None, pad_edge=False, header_style="dim")
    for heading in ("Step", "State", "Attempts", "Started", "Took"):
        table.add_column(heading, justify="right" if heading in ("Attempts", "Took") else "left")
    table.add_row("receive", "DONE", "", clip["received_at"][11:19], "")
    for step in clip["steps"]:
        seconds = "" if step["seconds"] is None else f"{step['seconds']:.2f} s"
        # How long after its receipt: where the time went is what one asks.
        after = f"+ {seconds_between(clip['received_at'], step['started_at']):.2f} s"
        state = step["state"] if not step["code"] else f"{step['state']} ({step['code']})"
        table.add_row(step["step"], state, str(step["attempts"]), after, seconds)
    console.print(table)
    for error in clip["errors"]:
        console.print(Text(f"{error['step']} failed {error['times']}×: {error['error']}", style="red"))
    if not clip["errors"]:
        console.print(Text("No function reported an error about this clip.", style="dim"))
    console.print()
