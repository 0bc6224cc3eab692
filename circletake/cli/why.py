"""`circletake why`: what happened to a clip, step by step, with the errors that its functions logged."""

import json
import re
import time
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Annotated, Any

import typer
from rich.table import Table
from rich.text import Text

from circletake.cli.shared import Json, console, deployment, fail, print_json, state_text, visible
from circletake.cli.why_sound import Sounds, show_sound_file, show_sound_of_clip
from circletake.cloud.catalogue import Row
from circletake.cloud.deployment import QUEUED, Deployment
from circletake.cloud.reading import Reading, Told, seconds_between, tell_clip, tell_file
from circletake.contracts import table
from circletake.contracts.files import FileKind
from circletake.contracts.keys import RollRef

#: How far before the clip's receipt the logs are read: clocks differ.
SKEW_MS = 60_000
#: How far back the logs are read for what never got into the catalogue.
LOOK_BACK_MS = 24 * 3600 * 1000


def why(
    context: typer.Context,
    clip: Annotated[str, typer.Argument(help="A clip or a sound file: its name, its path, or a clip's id.")],
    as_json: Json = False,
) -> None:
    """Each step that a clip has taken, its time, its attempts, what models looked at, and every error on the way.

    Also where its sound lies, and how that is known; of a recorder's file, what its header says, and whom it serves.
    """
    where = deployment(context)
    reading = where.reading()
    sounds = Sounds(where.catalogue())
    told = [
        {**_tell(where, reading, roll, row), "sound": sounds.of_clip(roll, row["sk"].removeprefix(table.CLIP))}
        for roll, row in reading.find_clips(clip)
    ]
    files = [_tell_file(sounds, roll, row) for roll, row in reading.find_files(clip)]
    # What never got into the catalogue can only have failed at the door.
    lost = (
        []
        if told or files
        else list(_errors(where, ("Receive",), clip, since_ms=int(time.time() * 1000) - LOOK_BACK_MS))
    )
    if not (told or files or lost):
        fail(f"No clip is called {visible(clip)!r}. `circletake status` lists them.", 2)
    if as_json:
        print_json({"clips": told, "files": files, "errors": lost})
        return
    for each in told:
        _show(each)
    for file in files:
        _show_file(file)
    if lost:
        console.print(Text(f"{visible(clip)} is not in the catalogue.", style="bold"))
        _show_errors(lost)


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
    analyses = reading.analyses(roll).get(row["sk"], [])
    since_ms = int(datetime.fromisoformat(row["received_at"]).timestamp() * 1000) - SKEW_MS
    errors = [
        *_errors(where, QUEUED, row["sk"].split("#")[1], since_ms=since_ms),
        # A digest is about the roll, and so is what stands in its way.
        *_errors(where, ("Notify",), f'"roll":"{roll.roll}"', since_ms=since_ms),
    ]
    return {**tell_clip(row), "roll": roll.model_dump(), "steps": steps, "analyses": analyses, "errors": errors}


def _tell_file(sounds: Sounds, roll: RollRef, row: Row) -> Told:
    told = tell_file(row)
    is_sound = told["kind"] == FileKind.SOUND
    sound = sounds.of_file(roll, told["version"]) if is_sound else None
    return {**told, "roll": roll.model_dump(), "sound": sound}


def _errors(where: Deployment, functions: Sequence[str], about: str, *, since_ms: int) -> Iterator[Told]:
    """What functions logged when they failed, where it says `about`: each error once, with how often it came."""
    logs = where.client("logs")
    for function in functions:
        seen: dict[str, Told] = {}
        pages = logs.get_paginator("filter_log_events").paginate(
            logGroupName=where.outputs[f"{function}Logs"], startTime=since_ms, filterPattern='"ERROR"'
        )
        for event in (event for page in pages for event in page["events"]):
            entry = _read(event["message"])
            if entry.get("level") not in ("ERROR", "CRITICAL") or about not in event["message"]:
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
    console.print(Text.assemble((visible(clip["name"]), "bold"), "  ", state_text(clip["state"])))
    console.print(Text(f"{_place(clip)} · received {clip['received_at'][:19].replace('T', ' ')} UTC", style="dim"))
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
    for analysis in clip["analyses"]:
        why = f"  {analysis['why']['code']} {visible(analysis['why']['sentence'])}" if analysis["why"] else ""
        console.print(Text.assemble(f"{analysis['kind'].lower():<8}", state_text(analysis["state"]), why))
    if clip["sound"]:
        show_sound_of_clip(clip["sound"])
    _show_errors(clip["errors"])
    if not clip["errors"]:
        console.print(Text("No function failed on the way.", style="dim"))
    console.print()


def _show_file(file: Told) -> None:
    console.print(Text.assemble((visible(file["path"]), "bold"), "  ", state_text(file["state"])))
    console.print(Text(_place(file), style="dim"))
    if file["code"]:
        console.print(Text.assemble((f"{file['code']} ", "bold"), visible(file["sentence"])))
        console.print(Text(f"Next: {file['next_step']}"))
    if file["sound"]:
        show_sound_file(file["sound"])
    console.print()


def _place(told: Told) -> str:
    roll = told["roll"]
    where = f"{roll['production']} · {roll['day']} · unit {roll['unit']} · roll {roll['roll']}"
    return f"{where} · {told['offload']} · {visible(told['path'])}"


def _show_errors(errors: Sequence[Told]) -> None:
    for error in errors:
        console.print(Text(f"{error['step']} failed {error['times']}×: {visible(error['error'])}", style="red"))
