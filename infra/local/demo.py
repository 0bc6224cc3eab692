"""`circletake demo`: a card of real footage → through the whole pipeline on this laptop → a page to look at."""

import contextlib
import json
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event
from typing import Annotated, Any

import typer
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from circletake.cli.people import Person
from circletake.cli.sending import send
from circletake.cli.shared import Target, console, fail, visible
from circletake.cli.watching import Late, clip_table, print_other_files, watch
from circletake.cloud.deployment import Deployment, find_deployment
from circletake.cloud.reading import Told
from circletake.contracts.files import State
from circletake.contracts.keys import RollRef
from circletake.transfer.listing import list_card
from infra.local import LocalError, studio
from infra.local.card import REEL, cards
from infra.local.demo_cards import print_lights, send_cards, watch_cards, wrong_cards
from infra.local.demo_clips import PRODUCTION, count_states, proxy_size, told_clip, wrong_clips
from infra.local.demo_day import end_of_day, print_takes, send_day, told_takes, watch_day, wrong_day
from infra.local.demo_models import Looked, print_models, told_models, watch_models, wrong_models
from infra.local.passwords import new_password
from infra.local.studio import Studio

LOGIN = "producer@bikes.test"
#: Producers look on; what was shot is said by those who were there.
ROLES = ("producer", "script")
#: From the first byte sent to the last end. A laptop of two cores takes a tenth of it.
PATIENCE_S = 300


@dataclass
class Outcome:
    """What became of the card: the clips, the other files, and everything that is not as it must be."""

    clips: list[Told]
    files: list[Told]
    seconds: float
    cards: dict[str, Told] = field(default_factory=dict)
    looked: list[Looked] = field(default_factory=list)
    day: Told = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)


def demo(
    context: typer.Context,
    once: Annotated[bool, typer.Option("--once", help="End when every clip has; leave nothing behind.")] = False,
    json_file: Annotated[
        Path | None, typer.Option("--json", metavar="FILE", help="Write what became of every clip into this file.")
    ] = None,
) -> None:
    """See a camera card go through the whole pipeline, on this laptop.

    Real footage is cut into camera clips, good ones and bad ones, and uploaded to a studio of its own (or to the one
    named with `circletake --studio NAME demo`); then a take of two cameras, its sound, and the papers of the day. Then
    the review page is yours, until Ctrl-C. The exit code is 0 when all of it ended exactly as it must, else 1.
    """
    target = context.find_object(Target) or Target()
    if target.stack:
        fail("The demo shows a studio on this laptop; it never touches a deployed stack.", 2)
    try:
        if target.studio:
            studio.find(target.studio)  # before minutes of work for one that is not there
        folder = _shoot()
        with _up(target.studio) as here:
            password = new_password()
            studio.add_user(here, LOGIN, password, ROLES)
            where = find_deployment(studio=here.name)
            outcome = _go_through(where, folder, Person(where, LOGIN, password), analysed=here.analysis is not None)
            if json_file:
                json_file.write_text(json.dumps(_told(outcome, here), indent=2, ensure_ascii=False) + "\n")
            if not once:
                _invite(here, password, outcome.day)
                Event().wait()
    except (LocalError, Late) as error:
        fail(str(error))
    except KeyboardInterrupt:
        if once:
            fail("Stopped.", 130)
    if outcome.wrong:
        raise typer.Exit(1)


def _shoot() -> Path:
    """→ the folder of the cards."""
    with console.status("Looking for the cards") as status:
        folder = cards(lambda step: status.update(f"{step} …"))
    listed = list_card(folder / REEL)
    _step(
        "The card",
        f"{len(listed.files)} files, {listed.size_bytes / 1e6:.0f} MB: six shots of a real street, as ProRes and DNxHR "
        "at 23.976, 25 and 29.97 drop-frame. And what a bad day brings: a copy cut short, a playlist that calls "
        "itself .mov, and a good clip whose name is made to do harm.",
    )
    return folder


@contextlib.contextmanager
def _up(named: str | None) -> Iterator[Studio]:
    """The studio of that name, left up; without a name one of the demo's own, ended with it."""
    if named:
        yield studio.find(named)
        return
    began = time.monotonic()
    with console.status("Starting a studio") as status:
        here = studio.start(say=lambda step: status.update(f"{step} …"))
    try:
        _step(
            "The studio",
            "The template that deploys to AWS, run here behind 127.0.0.1: buckets, events, queues, functions and their "
            f"rights, the catalogue, the page. Up in {time.monotonic() - began:.0f} s.",
        )
        yield here
    finally:
        with console.status("Ending the studio"):
            here.stop()


def _go_through(where: Deployment, folder: Path, someone: Person, *, analysed: bool) -> Outcome:
    """A card → uploaded, watched to its end, and compared with what must become of it."""
    reading, listed = where.reading(), list_card(folder / REEL)
    # Each demo is another shooting day, so that in a studio that stays up two of them do not mix.
    day = len({roll.day for roll, _ in reading.rolls(PRODUCTION)}) + 1
    roll = RollRef(production=PRODUCTION, unit="main", day=f"D{day:03}", roll=REEL)
    began = time.monotonic()
    offload = send(where, roll, listed)
    _step(
        "The upload",
        f"Every file as it is on the card, under {roll.prefix}{offload}/, and at last a record that says that all of "
        f"it is there. {time.monotonic() - began:.0f} s.",
    )
    _step(
        "The way",
        "Each arrival is an event. receive asks what the file is, inspect what is in it; transcode decodes it once for "
        "every output, publish puts them before people. When all have ended the roll closes, and notify writes to the "
        "producers.",
    )
    clips, files = watch(reading, roll, offload, timeout_s=PATIENCE_S)
    outcome = Outcome(clips, files, round(time.monotonic() - began, 1))
    _judge(where, roll, folder, outcome)
    outcome.wrong.extend(wrong_clips(clips, files, lambda key: proxy_size(where, key)))
    console.print(clip_table(clips))
    print_other_files(files)
    console.print()
    print_lights(outcome.cards)
    console.print()
    _shoot_day(where, roll, someone, outcome)
    if analysed:
        _understand(where, roll, outcome)
    counts = ", ".join(f"{count} {state}" for state, count in count_states(clips + files).items())
    if outcome.wrong:
        _step("The end", Text("\n".join(visible(each) for each in outcome.wrong), style="red"))
    else:
        card = f"Of the first card: {counts}, each exactly as it must be, in {outcome.seconds:.0f} s."
        _step("The end", f"{card} {end_of_day(outcome.day)}")
    return outcome


def _judge(where: Deployment, day: RollRef, folder: Path, outcome: Outcome) -> None:
    """Two more cards go up, and of all three it is said whether they may be formatted."""
    _step(
        "The cards",
        "A good card is copied onto two volumes, read back, and uploaded with the manifest made while reading it; of "
        "another only a copy is left. verify compares every byte, and then says of each card whether it is safe to "
        "format.",
    )
    send_cards(where, day, folder)
    outcome.cards = watch_cards(where, day)
    outcome.wrong.extend(wrong_cards(outcome.cards))


def _shoot_day(where: Deployment, day: RollRef, someone: Person, outcome: Outcome) -> None:
    """A take of two cameras and a sound recorder goes up, and what people wrote of the whole day; then it is shown."""
    _step(
        "The day",
        "One more take: a drawn slate, a real face, a real voice; two cameras, and a sound recorder whose clock is "
        "jammed to theirs. Script supervisor, sound mixer and camera assistant wrote down what was shot. Once they "
        "contradict each other, and one clip nobody wrote down. The mix is laid under each camera, by timecode, and "
        "listening confirms it.",
    )
    send_day(where, day, someone)
    outcome.day = watch_day(where, day.of_day)
    outcome.wrong.extend(wrong_day(outcome.day))
    print_takes(outcome.day)


def _understand(where: Deployment, day: RollRef, outcome: Outcome) -> None:
    """What models say of every clip is shown."""
    _step(
        "The models",
        "Each proxy is shown to models that run on this laptop; in AWS, on a GPU that sleeps until it is asked. Who a "
        "face belongs to is not asked: nobody here gave consent.",
    )
    outcome.looked = watch_models(where, day, list(outcome.cards))
    outcome.wrong.extend(wrong_models(outcome.looked))
    print_models(outcome.looked)


def _told(outcome: Outcome, here: Studio) -> dict[str, Any]:
    """The outcome → what `--json` writes."""
    clips = [told_clip(clip) for clip in outcome.clips]
    frames_delivered = sum(each["frames"] for each in clips if each["state"] == State.DELIVERED)
    return {
        "clips": clips,
        "files": outcome.files,
        "cards": outcome.cards,
        "models": told_models(outcome.looked),
        "day": told_takes(outcome.day),
        "totals": {
            "clips": len(clips),
            "states": count_states(outcome.clips + outcome.files),
            "frames_delivered": frames_delivered,
            "seconds": outcome.seconds,
        },
        "wrong": outcome.wrong,
        "page": here.page,
    }


def _invite(here: Studio, password: str, day: Told) -> None:
    """Say where everything is, and how to get in."""
    facts = Table.grid(padding=(0, 2, 0, 0))
    facts.add_row("Page", Text(here.page, style=f"bold link {here.page}"))
    of_day = f"{here.page}#/{PRODUCTION}/{day['unit']}/{day['day']}"
    facts.add_row("The day", Text(of_day, style=f"link {of_day}"))
    facts.add_row("Name", Text(LOGIN, style="bold"))
    facts.add_row("Password", Text(password, style="bold"))
    facts.add_row("Terminal", f"in a second one, in this folder: .venv/bin/circletake --studio {here.name} status")
    console.print(Panel(facts, title="Look at it", title_align="left", expand=False), "Ctrl-C ends it.", sep="\n")


def _step(title: str, text: str | Text) -> None:
    line = Table.grid(padding=(0, 2, 0, 0))
    line.add_column(width=10, style="bold")
    line.add_column()
    line.add_row(title, text)
    console.print(line, "", sep="\n")
