"""A roll closes on a shooting day that papers tell of: its mail says in a line how the day stands."""

import json
import random

from circletake.cloud.catalogue import Catalogue
from circletake.cloud.day_book import DayBook
from circletake.cloud.days import read_day
from circletake.cloud.outbox import Outbox
from circletake.contracts.keys import COMPLETION_PATH
from circletake.contracts.takes import Flag, Said
from functions.notify.notify import write_day_line
from tests.made_day import make_day
from tests.pipeline.world import World
from tests.stored_day import store_day


def test_the_mail_of_a_roll_says_how_its_day_stands_and_nothing_of_scenes(
    world: World, catalogue: Catalogue, outbox: Outbox
) -> None:
    unit = make_day(3).units[1]
    day = store_day(catalogue, unit)
    DayBook(outbox).correct(day, Said(setup="12Z", take="1", flags={Flag.CIRCLED: True}), "ada")
    card, body = "bikes/2u/2U-D003/A090/o-1/", b"no picture at all"
    file = {"path": "A090C001.mov", "size_bytes": len(body), "s3_version": world.upload(f"{card}A090C001.mov", body)}
    world.upload(card + COMPLETION_PATH, json.dumps({"offload": "o-1", "files": [file]}).encode())
    world.deliver_all(random.Random(3), twice=True)
    mails = [mail for mail in world.mails() if "roll A090 is in" in mail.subject]
    line = write_day_line("2U-D003", read_day(catalogue, day).day)
    assert line.startswith("Day 2U-D003 so far: ")
    assert [line in mail.body for mail in mails] == [True]
    assert not [name for mail in mails for name in ("12Z", "A001C001", "SR14") if name in mail.body]
