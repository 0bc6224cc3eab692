"""What is new of a clip → the questions that it needs; each question → the endpoint, which answers by an object."""

import json
from collections.abc import Callable, Iterator, Sequence
from functools import partial

from circletake.cloud.analyses import Analyses
from circletake.cloud.catalogue import Refused, Row
from circletake.cloud.characters import Characters
from circletake.cloud.function import Settings, client, logger, on_queue, open_objects, open_outbox
from circletake.cloud.inference import Endpoint, Full, NotTaken
from circletake.cloud.ledger import Ledger
from circletake.cloud.looks import read_recipe, read_slate, recipe_of
from circletake.cloud.reading import Reading
from circletake.cloud.stage import Held
from circletake.contracts import table
from circletake.contracts.analysis import AnalysisKind, ModelVersion, Question, Why
from circletake.contracts.envelopes import BusEvent
from circletake.contracts.facts import AnalyseAgain, AnalyseClip, CastListed, EnrolReference, ProxiesReady
from circletake.contracts.keys import ClipRef
from circletake.contracts.media import Inspection, OutputManifest
from functions.dispatch.deciding import NOT_THERE, Analysed, LeftOut, decide, describe_reference


class DispatchSettings(Settings):
    work_bucket: str
    #: Empty while analysis is switched off.
    endpoint: str
    #: Kind → name and version, as JSON.
    models: str
    micro_usd_per_s: int


settings = DispatchSettings.read()
outbox, objects = open_outbox(settings), open_objects()
catalogue, characters = outbox.catalogue, Characters(outbox)
analyses = Analyses(Ledger(outbox, settings.micro_usd_per_s))
endpoint = Endpoint(client("sagemaker-runtime"), settings.endpoint)
models = {AnalysisKind(kind): ModelVersion.model_validate(told) for kind, told in json.loads(settings.models).items()}


def decide_for(
    clip: ClipRef, outputs: OutputManifest | None = None, revision: int | None = None, *, again: bool = False
) -> None:
    """A clip, and what was made of it if that is new → every question that it needs, ordered once."""
    row = catalogue.get(clip.roll.partition, table.clip_sk(clip))
    if row is None or not (outputs or row.get("made")):
        return
    recipe = read_recipe(catalogue, clip.roll.production)
    shown = recipe_of(catalogue, clip.roll.production, row.get("recipe_since", ""))
    looked_at = Analysed(
        clip=clip,
        title=row["title"],
        inspection=Inspection.model_validate_json(row["inspection"], extra="ignore"),
        outputs=outputs or what_is_left(OutputManifest.model_validate_json(row["made"])),
        burnt_in=bool(shown.burn_in.show or shown.burn_in.words),
        revision=revision or row["shown"],
        searched=searched_in(clip, row["title"]),
    )
    try:
        for each in decide(looked_at, recipe.analysis, models):
            if isinstance(each, LeftOut):
                sk = table.analysis_sk(clip, each.kind)
                analyses.leave_out(
                    clip.roll.partition, sk, each.kind, each.why, each.sentence, revision=looked_at.revision
                )
            else:
                analyses.want(each, AnalyseClip(clip=clip, kind=each.kind, job_id=each.job_id), again=again)
    except Refused as refused:
        raise Held(f"an analysis of clip {clip.clip_id} moved while it was decided") from refused


def what_is_left(made: OutputManifest) -> OutputManifest:
    """What was made of a clip some time ago → what of it is still kept."""
    keys = objects.keys(settings.work_bucket, made.prefix)
    return made.model_copy(update={"outputs": tuple(each for each in made.outputs if made.prefix + each.name in keys)})


def searched_in(clip: ClipRef, title: str) -> Sequence[tuple[str, int]]:
    """Who is searched for in a clip. Pictures that only an older model has described are described anew first."""
    if (model := models.get(AnalysisKind.FACES)) is None:
        return ()
    slate = read_slate(catalogue, clip.roll, title)
    scene = slate.scene if slate else None
    orders = characters.outdated(clip, scene, outbox.now(), model.label)
    outbox.say_again([(order.name, order.written()) for order in orders])
    return characters.searched(clip, scene, outbox.now(), model.label)


def decide_again(order: AnalyseAgain) -> None:
    """One clip is decided on; of more, each gets an order of its own, so that no production is too large for one."""
    if order.clip is not None:
        decide_for(order.clip, again=order.failed)
        return
    outbox.say_again([(part.name, part.written()) for part in parts_of(order)])


def parts_of(order: AnalyseAgain) -> Iterator[AnalyseAgain]:
    """A production → its rolls; a roll, or a character → its clips."""
    part = AnalyseAgain(production=order.production, failed=order.failed)
    if order.character is not None:
        for clip in characters.clips_with(order.production, order.character):
            yield part.model_copy(update={"clip": clip})
    elif order.roll is not None:
        for row in catalogue.query(order.roll.partition, table.CLIP):
            yield part.model_copy(update={"clip": table.read_clip_sk(order.roll, row["sk"])})
    else:
        for roll, _ in Reading(catalogue).rolls(order.production):
            yield part.model_copy(update={"roll": roll})


def enrol(order: EnrolReference) -> None:
    """A reference picture → laid out for the endpoint, and asked about once."""
    picture = characters.reference_picture(order.production, order.character, order.number)
    if picture is None:
        return
    if AnalysisKind.FACES not in models:
        raise LookupError("a reference is to be described, and no model that looks at faces is installed")
    inquiry = describe_reference(order, picture, models[AnalysisKind.FACES])
    try:
        analyses.want(inquiry, order, provided=characters.holds(order.production, order.character))
    except Refused as refused:
        raise Held(f"reference {order.number} of {order.character} moved, or consent was withdrawn") from refused
    # After the claim: whoever erases waits for what is asked, and then erases its picture.
    lay_out = partial(objects.put_bytes, settings.work_bucket, inquiry.media_key, picture, inquiry.media_type)
    if (row := analyses.ordered(inquiry.pk, inquiry.sk, inquiry.job_id)) is not None:
        ask(row, order.production, None, lay_out)


def ask_of_clip(order: AnalyseClip) -> None:
    """An order → its question is asked, if it still waits, and if what it describes may still be described."""
    row = analyses.ordered(order.clip.roll.partition, table.analysis_sk(order.clip, order.kind), order.job_id)
    if row is None:
        return
    production = order.clip.roll.production
    if is_for_nobody(row, order.clip):
        analyses.give_up(row, Why.CONSENT_ENDED, "Nobody may be searched for here any more.")
        again = AnalyseAgain(production=production, clip=order.clip)
        outbox.say_again([(again.name, again.written())])
        return
    if not objects.keys(settings.work_bucket, row["media_key"]):
        # Whoever is asked about it fails, as often as they are asked, and each time is paid for.
        analyses.give_up(row, Why.MEDIA_MISSING, NOT_THERE)
        return
    ask(row, production, read_recipe(catalogue, production).analysis.budget_usd)


def is_for_nobody(row: Row, clip: ClipRef) -> bool:
    """Whether faces were to be described for people of whom nobody may be searched for any more: then they are counted.

    Whom to look for was decided when the order was given, and it may have waited for hours.
    """
    return Question.model_validate_json(row["question"]).describe and not searched_in(clip, row["title"])


def ask(row: Row, production: str, budget_usd: float | None, lay_out: Callable[[], None] | None = None) -> None:
    """A question that waits → the endpoint, if there is money for it.

    `lay_out` puts the media there, where it is not there already.
    """
    if not analyses.ledger.may_spend(production, budget_usd, row["estimate"]):
        analyses.give_up(row, Why.BUDGET_REACHED, f"The budget for analyses, {budget_usd:g} USD, is spent.")
        return
    if (question := analyses.claim(row)) is None:
        return
    if lay_out is not None:
        lay_out()
    try:
        failure_key = endpoint.ask(
            question, bucket=settings.work_bucket, key=row["media_key"], media_type=row["media_type"]
        )
    except Full as full:
        logger.info(str(full))
        analyses.release(row, question)
        return
    except NotTaken as refused:
        # Whatever is wrong with our rights or with the question, an engineer has to mend it: this is an alarm.
        analyses.release(row, question, refusal=str(refused))
        raise
    analyses.note(row, question, failure_key)


def handle(event: BusEvent, deadline: float) -> None:
    if not settings.endpoint:
        return
    match event.detail_type:
        case ProxiesReady.__name__:
            ready = ProxiesReady.read(event.detail)
            decide_for(ready.clip, ready.manifest, ready.revision)
        case CastListed.__name__:
            decide_for(CastListed.read(event.detail).cast.clip)
        case AnalyseAgain.__name__:
            decide_again(AnalyseAgain.read(event.detail))
        case EnrolReference.__name__:
            enrol(EnrolReference.read(event.detail))
        case AnalyseClip.__name__:
            ask_of_clip(AnalyseClip.read(event.detail))


handler = on_queue(handle)
