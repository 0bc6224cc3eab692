"""RollClosed → one digest; damage to a released card, a budget that is spent → a message. By e-mail, and on a topic."""

from collections.abc import Sequence

from aws_lambda_powertools.metrics import MetricUnit

from circletake.cloud.catalogue import Change, Row
from circletake.cloud.days import read_day
from circletake.cloud.function import Settings, client, metrics, on_queue, open_outbox
from circletake.cloud.stage import Claim, Job, Outcome, Stage
from circletake.contracts import table
from circletake.contracts.envelopes import BusEvent
from circletake.contracts.facts import BudgetReached, CardStatusChanged, Message, RollClosed
from circletake.contracts.files import FileKind, State
from circletake.contracts.table import CLIP, FILE
from functions.notify.budget import write_budget_message
from functions.notify.notify import Digest, count_codes, write_day_line, write_digest
from functions.notify.warning import write_warning


class NotifySettings(Settings):
    topic: str
    digest_from: str
    digest_to: str
    page_url: str


settings = NotifySettings.read()
outbox = open_outbox(settings)
stage = Stage(outbox)
ses, sns = client("ses"), client("sns")


def send(message: Message, production: str, digest: Digest, also_to: Sequence[str] = ()) -> None:
    # The topic first: a mail that is refused (an unverified sender, say) must not silence it.
    attribute = {"DataType": "String", "StringValue": production}
    sns.publish(
        TopicArn=settings.topic,
        Subject=f"Circletake: {message.name}",
        Message=message.written(),
        MessageAttributes={"production": attribute},
    )
    if recipients := [address for address in (*settings.digest_to.split(","), *also_to) if address]:
        body = {"Text": {"Data": digest.text}, "Html": {"Data": digest.html}}
        mail = {"Subject": {"Data": digest.subject}, "Body": body}
        ses.send_email(Source=settings.digest_from, Destination={"ToAddresses": recipients}, Message=mail)


def notify(closed: RollClosed, claim: Claim) -> Outcome:
    ended = [row for kind in (CLIP, FILE) for row in outbox.catalogue.query(closed.roll.partition, kind)]
    codes, sounds = (count_codes(row.get("code") for row in ended if is_kept_sound(row) is of) for of in (False, True))
    read = read_day(outbox.catalogue, closed.roll.of_day)
    day = write_day_line(read.ref.day, read.day)
    digest = write_digest(closed, codes, settings.page_url, day, sounds)
    send(closed, closed.roll.production, digest)
    return Outcome()


def is_kept_sound(row: Row) -> bool:
    """Whether a row is of a recorder's file: what its code tells is why it cannot be heard."""
    return row.get("kind") == FileKind.SOUND and row["state"] == State.KEPT


def warn(changed: CardStatusChanged, claim: Claim) -> Outcome:
    metrics.add_metric("DamagedAfterRelease", MetricUnit.Count, 1)
    # Who released the card is the first who must know; people are known here by their address.
    released_by = [changed.released_by] if changed.released_by and "@" in changed.released_by else []
    send(changed, changed.roll.production, write_warning(changed, settings.page_url), released_by)
    return Outcome()


def tell_of_budget(reached: BudgetReached) -> None:
    """Once for each budget: a worker that dies in between may tell it twice, and never not at all."""
    pk, told = table.spend_pk(reached.production), str(reached.budget_usd)
    row = outbox.catalogue.get(pk, table.SPEND) or {}
    if row.get("budget_mailed") == told:
        return
    send(reached, reached.production, write_budget_message(reached, settings.page_url))
    outbox.catalogue.change(Change(pk, table.SPEND, sets={"budget_mailed": told}))


def handle(event: BusEvent, deadline: float) -> None:
    if event.detail_type == CardStatusChanged.__name__:
        changed = CardStatusChanged.read(event.detail)
        if changed.alarm:
            about = (changed.roll.partition, changed.offload, str(changed.revision))
            job = Job("warn", changed.roll, changed, about, "1", lease_s=60)
            stage.perform(job, lambda claim: warn(changed, claim))
        return
    if event.detail_type == BudgetReached.__name__:
        tell_of_budget(BudgetReached.read(event.detail))
        return
    closed = RollClosed.read(event.detail)
    inputs = (closed.roll.partition, str(closed.closing))
    # As long as this function may take: a long paper of the day takes seconds to be read.
    stage.perform(Job("notify", closed.roll, closed, inputs, "1", lease_s=90), lambda claim: notify(closed, claim))


handler = on_queue(handle)
