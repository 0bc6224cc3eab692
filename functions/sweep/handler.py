"""The schedule → what is overdue gets its next step."""

from functools import partial

from circletake.cloud.analyses import Analyses
from circletake.cloud.arrivals import MAX_RECORD_BYTES, Arrivals
from circletake.cloud.characters import Characters
from circletake.cloud.function import Settings, logger, on_queue, open_objects, open_outbox
from circletake.cloud.ledger import Ledger
from circletake.cloud.rolls import Rolls
from circletake.cloud.stage import Stage
from circletake.contracts.envelopes import BusEvent
from functions.sweep.sweep import Sweep


class SweepSettings(Settings):
    ingest_bucket: str


settings = SweepSettings.read()
outbox = open_outbox(settings)
read_record = partial(open_objects().read_whole, settings.ingest_bucket, at_most=MAX_RECORD_BYTES)
rolls = Rolls(outbox)
# Nothing is paid for here: only orders are given again.
analyses = Analyses(Ledger(outbox, 0))
sweep = Sweep(outbox, rolls, Stage(outbox), Arrivals(rolls, read_record), analyses, Characters(outbox))


def handle(event: BusEvent, deadline: float) -> None:
    swept = sweep.run(deadline)
    if any(swept.values()):
        logger.info("swept", swept=swept)


handler = on_queue(handle)
