"""Described faces → who may be seen in a clip; withdrawn consent → nothing that tells the person from others."""

from circletake.cloud.characters import Characters
from circletake.cloud.function import Settings, on_queue, open_objects, open_outbox
from circletake.contracts.analysis import AnalysisKind
from circletake.contracts.envelopes import BusEvent
from circletake.contracts.facts import AnalysisCompleted, CastListed, EraseCharacter
from functions.compare.comparing import Comparing
from functions.compare.erasing import Erasing


class CompareSettings(Settings):
    work_bucket: str


settings = CompareSettings.read()
outbox, objects = open_outbox(settings), open_objects()
characters = Characters(outbox)
comparing = Comparing(outbox, characters, objects, settings.work_bucket)
erasing = Erasing(outbox, characters, objects, settings.work_bucket, comparing)


def handle(event: BusEvent, deadline: float) -> None:
    if event.detail_type == EraseCharacter.__name__:
        order = EraseCharacter.read(event.detail)
        erasing.erase(order.production, order.character)
    elif event.detail_type == CastListed.__name__:
        comparing.list_cast(CastListed.read(event.detail).cast.clip)
    else:
        done = AnalysisCompleted.read(event.detail)
        if done.kind is AnalysisKind.FACES:
            comparing.compare(done.clip, done.title, done.manifest)


handler = on_queue(handle)
