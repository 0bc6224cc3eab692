"""Three cards, and the answer to each: may it be formatted?"""

import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from rich.table import Table
from rich.text import Text

from circletake.cli.card_view import light_text
from circletake.cli.sending import send
from circletake.cli.shared import console
from circletake.cloud.deployment import Deployment
from circletake.cloud.reading import Told
from circletake.contracts.cards import CardCode, Light
from circletake.contracts.keys import RollRef
from circletake.film.safety.lights import ANSWERS
from circletake.transfer.listing import list_card
from circletake.transfer.metering import Meter
from circletake.transfer.offloading import offload
from circletake.transfer.planning import make_plan
from circletake.transfer.provenance import read_provenance
from infra.local.card import GOOD_REEL, REEL, UNPROVEN_REEL

#: From the last upload to the last verdict.
PATIENCE_S = 120
_POLL_S = 0.5


@dataclass(frozen=True)
class MustBe:
    """How a card must stand, and at least why."""

    status: Light
    codes: frozenset[CardCode]


EXPECTED = {
    GOOD_REEL: MustBe(Light.GREEN, frozenset()),
    UNPROVEN_REEL: MustBe(
        Light.AMBER, frozenset({CardCode.ORIGIN_UNPROVEN, CardCode.PICTURE_UNCHECKED, CardCode.COPIES_LACKING})
    ),
    REEL: MustBe(Light.RED, frozenset({CardCode.ORIGIN_UNPROVEN, CardCode.PICTURE_REJECTED, CardCode.COPIES_LACKING})),
}


def send_cards(where: Deployment, day: RollRef, cards: Path) -> None:
    """The good card goes onto two volumes first and up from one of them; of the other only a copy is left."""
    with tempfile.TemporaryDirectory(prefix="volumes-") as volumes:
        targets = [("SHUTTLE_07", Path(volumes) / "shuttle"), ("RAID_2", Path(volumes) / "raid")]
        for _, folder in targets:
            folder.mkdir()
        plan = make_plan(cards / GOOD_REEL, targets, GOOD_REEL)
        try:
            offload(plan, Meter())
        finally:
            plan.close()
        copy = targets[0][1] / GOOD_REEL
        send(where, day.model_copy(update={"roll": GOOD_REEL}), list_card(copy), read_provenance(copy, None))
    send(where, day.model_copy(update={"roll": UNPROVEN_REEL}), list_card(cards / UNPROVEN_REEL))


def watch_cards(where: Deployment, day: RollRef) -> dict[str, Told]:
    """The cards of the day → each as it stands once it is what it must be, or when patience ends."""
    reading, deadline = where.reading(), time.monotonic() + PATIENCE_S
    while True:
        told = {reel: reading.card(day.model_copy(update={"roll": reel})) for reel in EXPECTED}
        if not any(wrong_cards(told)) or time.monotonic() > deadline:
            return told
        time.sleep(_POLL_S)


def wrong_cards(told: dict[str, Told]) -> Iterator[str]:
    """Cards as they stand → a sentence for each that does not stand as it must."""
    for reel, must in EXPECTED.items():
        found = {reason["code"] for card in told[reel]["cards"] for reason in card["reasons"]}
        if told[reel]["status"] != must.status or found != must.codes:
            yield f"Card {reel} is {told[reel]['status']} ({', '.join(sorted(found))}); it must be {must.status}."


def print_lights(told: dict[str, Told]) -> None:
    table = Table.grid(padding=(0, 2))
    for reel, roll in told.items():
        reasons = [reason for card in roll["cards"] for reason in card["reasons"]]
        why = reasons[0]["sentence"] if reasons else "Every file agrees on two copies, every clip was decoded whole."
        table.add_row(Text(reel, style="bold"), light_text(roll["status"]), ANSWERS[roll["status"]], Text(why, "dim"))
    console.print(table)
