"""RollClosed → one digest: an e-mail to the producers, and the fact itself on a topic."""

from circletake.cloud.function import Settings, client, on_queue, open_outbox
from circletake.cloud.stage import Claim, Job, Outcome, Stage
from circletake.contracts.envelopes import BusEvent
from circletake.contracts.facts import RollClosed
from circletake.contracts.table import CLIP, FILE
from functions.notify.notify import count_codes, write_digest


class NotifySettings(Settings):
    topic: str
    digest_from: str
    digest_to: str
    page_url: str


settings = NotifySettings.read()
outbox = open_outbox(settings)
stage = Stage(outbox)
ses, sns = client("ses"), client("sns")


def notify(closed: RollClosed, claim: Claim) -> Outcome:
    ended = [row for kind in (CLIP, FILE) for row in outbox.catalogue.query(closed.roll.partition, kind)]
    digest = write_digest(closed, count_codes(row.get("code") for row in ended), settings.page_url)
    # The topic first: a mail that is refused (an unverified sender, say) must not silence it.
    production = {"DataType": "String", "StringValue": closed.roll.production}
    sns.publish(
        TopicArn=settings.topic,
        Subject="Circletake: a roll is in",
        Message=closed.written(),
        MessageAttributes={"production": production},
    )
    if recipients := [address for address in settings.digest_to.split(",") if address]:
        body = {"Text": {"Data": digest.text}, "Html": {"Data": digest.html}}
        message = {"Subject": {"Data": digest.subject}, "Body": body}
        ses.send_email(Source=settings.digest_from, Destination={"ToAddresses": recipients}, Message=message)
    return Outcome()


def handle(event: BusEvent, deadline: float) -> None:
    closed = RollClosed.read(event.detail)
    inputs = (closed.roll.partition, str(closed.closing))
    stage.perform(Job("notify", closed.roll, closed, inputs, "1", lease_s=60), lambda claim: notify(closed, claim))


handler = on_queue(handle)
