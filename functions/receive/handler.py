"""S3's "Object Created" → FileReceived, and ClipReceived for a clip that is whole."""

from functools import partial

from circletake.cloud.arrivals import MAX_RECORD_BYTES, Arrivals
from circletake.cloud.function import Settings, on_queue, open_objects, open_outbox
from circletake.cloud.rolls import Rolls
from circletake.contracts.envelopes import BusEvent, ObjectCreated


class ReceiveSettings(Settings):
    ingest_bucket: str


settings = ReceiveSettings.read()
read_record = partial(open_objects().read_whole, settings.ingest_bucket, at_most=MAX_RECORD_BYTES)
arrivals = Arrivals(Rolls(open_outbox(settings)), read_record)


def handle(event: BusEvent, deadline: float) -> None:
    arrived = ObjectCreated.model_validate(event.detail).object
    arrivals.receive(arrived.key, arrived.version_id, arrived.size, arrived.sequencer)


handler = on_queue(handle)
