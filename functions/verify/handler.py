"""A complete offload, a closed roll, a person's act → the verdict on the roll's cards; DigestFile → its digests."""

from circletake.cloud.card_rows import record_digests
from circletake.cloud.cards import Cards
from circletake.cloud.function import Settings, on_queue, open_objects, open_outbox
from circletake.cloud.reading import Reading
from circletake.cloud.stage import Claim, Job, Outcome, Stage
from circletake.contracts.envelopes import BusEvent
from circletake.contracts.facts import DigestFile, JudgeCard, JudgeProduction, OffloadCompleted, RollClosed


class VerifySettings(Settings):
    ingest_bucket: str


settings = VerifySettings.read()
outbox, objects = open_outbox(settings), open_objects()
stage, cards = Stage(outbox), Cards(outbox, objects, settings.ingest_bucket)
JUDGED = {message.__name__: message for message in (OffloadCompleted, RollClosed, JudgeCard)}


def digest(order: DigestFile, claim: Claim) -> Outcome:
    found = objects.digest(settings.ingest_bucket, order.file, order.algorithms, claim.beat)
    record_digests(outbox.catalogue, order.roll, order.file, found)
    return Outcome()


def judge_all(production: str) -> None:
    orders = [JudgeCard(roll=roll) for roll, _ in Reading(outbox.catalogue).rolls(production)]
    outbox.say_again([(order.name, order.written()) for order in orders])


def handle(event: BusEvent, deadline: float) -> None:
    if judged := JUDGED.get(event.detail_type):
        cards.judge(judged.read(event.detail).roll)
        return
    if event.detail_type == JudgeProduction.__name__:
        judge_all(JudgeProduction.read(event.detail).production)
        return
    order = DigestFile.read(event.detail)
    job = Job("digest", order.roll, order, (order.file.version,), "1", lease_s=60, parameters=order.algorithms)
    stage.perform(job, lambda claim: digest(order, claim))


handler = on_queue(handle)
