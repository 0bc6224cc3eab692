"""PlanClip → the order for what is made of the clip; what changed a look or a recipe → every clip that it concerns."""

from circletake.cloud.catalogue import Change, Refused, Row
from circletake.cloud.function import Settings, on_queue, open_objects, open_outbox
from circletake.cloud.looks import (
    LookBook,
    keep_lut,
    newest_recipe,
    read_looks,
    read_lut,
    read_slate,
    recipe_of,
)
from circletake.cloud.reading import Reading
from circletake.cloud.stage import Held
from circletake.contracts import table
from circletake.contracts.envelopes import BusEvent
from circletake.contracts.errors import Rejected
from circletake.contracts.facts import DecodeRaw, LookChanged, PlanClip, ReadLook, TranscodeClip
from circletake.contracts.files import State
from circletake.contracts.keys import ClipRef, look_key
from circletake.contracts.looks import AppliedLook
from circletake.film.twins import is_external_proxy
from functions.plan.plan import Wanted, apply, camera_of, order, want
from functions.plan.sidecars import MAX_BYTES, read_sidecar


class PlanSettings(Settings):
    ingest_bucket: str
    work_bucket: str


settings = PlanSettings.read()
outbox, objects = open_outbox(settings), open_objects()
catalogue, book = outbox.catalogue, LookBook(outbox)
#: What is made anew when a look changes, and what another recipe may also heal. The rest was not looked into yet.
MADE = {State.INSPECTED, State.TRANSCODED, State.DELIVERED}
FAILED = {State.REJECTED, State.NEEDS_ATTENTION}


def may_be_planned(row: Row, *, remake: bool) -> bool:
    return row["state"] in MADE or (remake and row["state"] in FAILED and "inspection" in row)


def plan(clip: ClipRef, *, remake: bool) -> None:
    sk, roll = table.clip_sk(clip), clip.roll
    row = catalogue.get(roll.partition, sk)
    if row is None or not may_be_planned(row, remake=remake):
        return
    slate = read_slate(catalogue, roll, row["title"])
    looks = read_looks(catalogue, roll, row["title"], slate)
    since, recipe = newest_recipe(catalogue, roll.production)
    if "recipe_since" in row and not remake:
        since, recipe = row["recipe_since"], recipe_of(catalogue, roll.production, row["recipe_since"])
    wanted = want(
        recipe, looks, day=roll.day, title=row["title"], slate=slate, camera=camera_of(row),
        is_proxy=is_external_proxy(row["path"], row["offload"]),
    )  # fmt: skip
    revision = row.get("revision", 0)
    if row.get("planned") == wanted.mark:
        said = [TranscodeClip.__name__, DecodeRaw.__name__]
        outbox.say_what_is_pending(roll.partition, f"{sk}#{revision}", said)
        return
    ordered = order(clip, row, wanted, lay_out(wanted, roll.production), revision + 1)
    planned = {"planned": wanted.mark, "revision": revision + 1, "recipe_since": since}
    when = {"revision": row.get("revision"), "state": row["state"]}
    try:
        outbox.commit(
            roll.partition, f"{sk}#{revision + 1}", [Change(row["pk"], sk, sets=planned, when=when)], [ordered]
        )
    except Refused as refused:
        raise Held(f"clip {clip.clip_id} moved while it was planned") from refused


def lay_out(wanted: Wanted, production: str) -> AppliedLook | None:
    """The baked LUT → where `transcode` finds it. Named by its content, so it is written once."""
    applied = apply(wanted, lambda sha256: read_lut(catalogue, production, sha256))
    if applied is None:
        return None
    look, text = applied
    key = look_key(production, look.sha256)
    if objects.latest_version(settings.work_bucket, key) is None:
        objects.put_bytes(settings.work_bucket, key, text, "text/plain")
    return look


def plan_again(changed: LookChanged) -> None:
    reading = Reading(catalogue)
    rolls = [changed.roll] if changed.roll else [roll for roll, _ in reading.rolls(changed.production)]
    for roll in rolls:
        rows = catalogue.query(roll.partition, table.CLIP)
        orders = [
            PlanClip(clip=table.read_clip_sk(roll, row["sk"]), remake=changed.remake)
            for row in rows
            if may_be_planned(row, remake=changed.remake)
        ]
        outbox.say_again([(order.name, order.written()) for order in orders])


def read_look(order: ReadLook) -> None:
    production, sk = order.roll.production, table.file_sk(order.file.key, order.file.version)
    row = catalogue.get(order.roll.partition, sk)
    if row is None:
        raise LookupError(f"{sk} was received and is not in the catalogue")
    try:
        looks, slates = read_sidecar(
            order.path,
            order.file.size_bytes,
            lambda: objects.read_whole(settings.ingest_bucket, order.file, at_most=MAX_BYTES),
            order.roll,
            row["received_at"],
            lambda lut: keep_lut(catalogue, production, lut),
        )
    except Rejected as rejected:
        # It stays what it is, a sidecar that is kept; only now it says why no look came of it.
        verdict = rejected.verdict.model_dump(mode="json")
        catalogue.change(Change(row["pk"], sk, sets=verdict, when={"sk": sk}))
        return
    book.set_all(production, order.roll, looks, slates, row["received_at"])


def handle(event: BusEvent, deadline: float) -> None:
    if event.detail_type == LookChanged.__name__:
        plan_again(LookChanged.read(event.detail))
    elif event.detail_type == ReadLook.__name__:
        read_look(ReadLook.read(event.detail))
    else:
        order = PlanClip.read(event.detail)
        plan(order.clip, remake=order.remake)


handler = on_queue(handle)
