"""PlanClip → the order for what is made of the clip; what changed a look, a recipe or a day → the clips it concerns.

What is planned follows from the day as it stands, never from what came last.
"""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace

from circletake.cloud.catalogue import Change, Refused, Row
from circletake.cloud.day_slates import of_papers, slates_of, words_of
from circletake.cloud.days import DayRead, applied_sound, read_day
from circletake.cloud.function import Settings, on_queue, open_objects, open_outbox
from circletake.cloud.looks import (
    LookBook,
    has_looks_by_slate,
    keep_lut,
    newest_recipe,
    read_looks,
    read_lut,
    read_slate_beside,
    recipe_of,
)
from circletake.cloud.reading import Reading
from circletake.cloud.stage import Held
from circletake.contracts import table
from circletake.contracts.envelopes import BusEvent
from circletake.contracts.errors import Rejected
from circletake.contracts.facts import (
    DayChanged,
    DecodeRaw,
    LocateSound,
    LookChanged,
    PlanClip,
    ReadLook,
    RollClosed,
    TranscodeClip,
)
from circletake.contracts.files import State
from circletake.contracts.keys import ClipRef, DayRef, look_key
from circletake.contracts.looks import AppliedLook, Slate
from circletake.contracts.recipe import Recipe
from circletake.contracts.takes import SoundFile
from circletake.film.twins import is_external_proxy
from functions.plan.following import circled, followed_as, heard_as, is_planned_with, to_hear
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
#: Papers, sounds and clips of a day come at once. Who has told news so often, or met somebody who did, comes back.
_TELLINGS = 4


def may_be_planned(row: Row, *, remake: bool) -> bool:
    return row["state"] in MADE or (remake and row["state"] in FAILED and "inspection" in row)


def plan(clip: ClipRef, *, remake: bool) -> None:
    row = catalogue.get(clip.roll.partition, table.clip_sk(clip))
    if row is None:
        return
    if not may_be_planned(row, remake=remake):
        forget(row)
        return
    # After its row: who planned it with a newer day meanwhile has moved the row.
    read = read_day(catalogue, clip.roll.of_day)
    since, recipe = newest_recipe(catalogue, clip.roll.production)
    if "recipe_since" in row and not remake:
        since, recipe = row["recipe_since"], recipe_of(catalogue, clip.roll.production, row["recipe_since"])
    hear(read, day_name(clip), recipe)
    wanted = wanted_of(clip, row, recipe, read)
    if row.get("planned") != wanted.mark:
        order_anew(clip, row, wanted, since, read)
    else:
        order_first(clip, row, wanted, read)


def wanted_of(clip: ClipRef, row: Row, recipe: Recipe, read: DayRead) -> Wanted:
    """A clip and its day → what is to be made of it."""
    slate, name = slate_for_looks(clip, row, read), day_name(clip)
    return want(
        recipe,
        read_looks(catalogue, clip.roll, row["title"], slate),
        day=clip.roll.day,
        title=row["title"],
        slate=slate,
        camera=camera_of(row),
        is_proxy=is_external_proxy(row["path"], row["offload"]),
        sound=applied_sound(read, name, recipe.sound) if name in read.clips else None,
        circled=name in circled(read),
    )


def slate_for_looks(clip: ClipRef, row: Row, read: DayRead) -> Slate | None:
    """A clip and its day → what stands on its slate, where any look is for a scene or a setup; else nobody asks, and
    the day is folded once."""
    if not has_looks_by_slate(catalogue, clip.roll.production):
        return None
    on_paper = slates_of(of_papers(read)).get(clip.roll.roll, {}).get(row["title"])
    return read_slate_beside(catalogue, clip.roll, row["title"], on_paper)


def order_anew(clip: ClipRef, row: Row, wanted: Wanted, since: str, read: DayRead) -> None:
    """What is wanted of a clip → the order, and the clip's row remembers with what it was planned."""
    revision = row.get("revision", 0) + 1
    sets = {"planned": wanted.mark, "revision": revision, "recipe_since": since, "circled": wanted.circled}
    removes = ["follows"] if wanted.sound else ["follows", "sound"]
    if wanted.sound:
        sets["sound"] = wanted.sound.model_dump_json()
    ordered = order(clip, row, wanted, lay_out(wanted, clip.roll.production), revision, sounds_of(read))
    commit(clip, row, f"#{revision}", Change(row["pk"], row["sk"], sets=sets, removes=removes), [ordered])


def order_first(clip: ClipRef, row: Row, wanted: Wanted, read: DayRead) -> None:
    """A clip that is planned as it is wanted → where it was circled since and is not seen yet, the same order once
    more, to go first: the one before finds its job done."""
    revision = row["revision"]
    for origin in (f"#{revision}", f"#{revision}#CIRCLED"):
        outbox.say_what_is_pending(row["pk"], row["sk"] + origin, [TranscodeClip.__name__, DecodeRaw.__name__])
    if bool(row.get("circled")) == wanted.circled:
        forget(row)
        return
    says = []
    if wanted.circled and row.get("shown") != revision:
        look = lay_out(wanted, clip.roll.production)
        says = [order(clip, row, wanted, look, revision, sounds_of(read))]
    noted = Change(row["pk"], row["sk"], sets={"circled": wanted.circled}, removes=["follows"])
    commit(clip, row, f"#{revision}#CIRCLED", noted, says)


def forget(row: Row) -> None:
    """A clip that was asked about, and is as it is wanted by now or cannot be planned → what is asked of it next is
    heard again."""
    if "follows" in row:
        with suppress(Refused):
            catalogue.change(Change(row["pk"], row["sk"], removes=["follows"], when={"follows": row["follows"]}))


def commit(clip: ClipRef, row: Row, origin: str, change: Change, says: Sequence[TranscodeClip | DecodeRaw]) -> None:
    """Raises `Held` where the clip is not as it was read: a newer plan may have been made of a newer day."""
    when = {name: row.get(name) for name in ("revision", "state", "circled")}
    try:
        outbox.commit(row["pk"], row["sk"] + origin, [replace(change, when=when)], says)
    except Refused as refused:
        raise Held(f"clip {clip.clip_id} moved while it was planned") from refused


def day_name(clip: ClipRef) -> str:
    """→ `DayClip.id`."""
    return f"{clip.clip_id}#{clip.version}"


def sounds_of(read: DayRead) -> dict[str, SoundFile]:
    """A day → what its recorder's files say of themselves, by their versions."""
    return {of: each.sound for of, each in read.sounds.items()}


def hear(read: DayRead, name: str, recipe: Recipe) -> None:
    """A clip of a day → the order to listen for it; what is left then is ordered when that was heard."""
    listen = to_hear(read, name, recipe) if name in read.clips else None
    if listen is not None:
        say_once(read.clips[name].row, "hears", heard_as(listen), listen)


def say_once(row: Row, field: str, what: str, order: PlanClip | LocateSound) -> None:
    """An order that follows from a clip's day → said, and remembered in the clip's row: days change in bursts, and each
    time that one is read the same would follow until it was done."""
    if row.get(field) == what:
        return
    noted = Change(row["pk"], row["sk"], sets={field: what}, when={field: row.get(field)})
    # Who was quicker said it, or something newer.
    with suppress(Refused):
        outbox.commit(row["pk"], f"{row['sk']}#{field}#{what}", [noted], [order])


def read_and_tell(day: DayRef) -> DayRead:
    """A day as it stands; what its papers say of slates is told to all who ask for a clip's slate.

    Raises `Held` where there is still more to tell.
    """
    for _ in range(_TELLINGS):
        times = book.times_told(day)
        read = read_day(catalogue, day)
        papers = of_papers(read)
        with suppress(Refused):
            if not book.tell_day(day, slates_of(papers), words_of(papers), times):
                return read
    raise Held(f"{day.name} changed {_TELLINGS} times while it was told")


def follow(day: DayRef) -> None:
    """A day → orders for those of its clips whose sound or circle is another than what they were planned with."""
    read, recipes = read_and_tell(day), dict[str, Recipe]()
    first = circled(read)
    for name, clip in read.clips.items():
        row = clip.row
        # What was never planned is on its way to be.
        if "planned" not in row or not may_be_planned(row, remake=False):
            continue
        since = row["recipe_since"]
        if since not in recipes:
            recipes[since] = recipe_of(catalogue, day.production, since)
        recipe = recipes[since]
        hear(read, name, recipe)
        sound, is_circled = applied_sound(read, name, recipe.sound), name in first
        if not is_planned_with(row, sound, is_circled=is_circled):
            say_once(row, "follows", followed_as(sound, is_circled=is_circled), PlanClip(clip=clip.ref))


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
    elif event.detail_type == DayChanged.__name__:
        follow(DayChanged.read(event.detail).day)
    elif event.detail_type == RollClosed.__name__:
        follow(RollClosed.read(event.detail).roll.of_day)
    else:
        asked = PlanClip.read(event.detail)
        plan(asked.clip, remake=asked.remake)


handler = on_queue(handle)
