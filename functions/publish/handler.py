"""ProxiesReady → the outputs in the review bucket, and ReviewReady. The only writer of that bucket."""

from typing import Any

from circletake.cloud.function import Settings, on_queue, open_objects, open_outbox
from circletake.cloud.stage import Claim, Job, Outcome, Stage
from circletake.contracts.envelopes import BusEvent
from circletake.contracts.facts import ProxiesReady, ReviewReady
from circletake.contracts.files import State
from functions.publish.publish import for_review


class PublishSettings(Settings):
    work_bucket: str
    review_bucket: str


settings = PublishSettings.read()
stage = Stage(open_outbox(settings))
objects = open_objects()


def publish(ready: ProxiesReady, claim: Claim) -> Outcome:
    published = for_review(ready.clip, ready.revision, ready.manifest)
    for output in published.outputs:
        source = (settings.work_bucket, ready.manifest.prefix + output.name)
        target = (settings.review_bucket, published.prefix + output.name)
        objects.copy(output, source=source, target=target, on_progress=claim.beat)
    said = ReviewReady(clip=ready.clip, title=ready.title, manifest=published)
    learned: dict[str, Any] = {
        "media": published.model_dump_json(),
        "look": ready.look.model_dump_json() if ready.look else "",
        "shown": ready.revision,
        # Whatever went wrong with an order before is not true of this one.
        "not_made_anew": "",
    }
    return Outcome((said,), State.DELIVERED, learned, manifest=published)


def handle(event: BusEvent, deadline: float) -> None:
    ready = ProxiesReady.read(event.detail)
    made = (ready.clip.clip_id, ready.clip.version, ready.manifest.job_id, str(ready.manifest.attempt))
    job = Job(
        "publish", ready.clip.roll, ready, made, "1",
        lease_s=60, clip=ready.clip, title=ready.title, revision=ready.revision,
    )  # fmt: skip
    stage.perform(job, lambda claim: publish(ready, claim))


handler = on_queue(handle)
