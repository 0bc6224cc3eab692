"""What is new of a clip → the questions that it needs; each question → the endpoint, which answers by an object."""

import json
from collections.abc import Iterator, Sequence

from circletake.cloud.analyses import Analyses
from circletake.cloud.catalogue import Refused
from circletake.cloud.characters import Characters
from circletake.cloud.function import Settings, client, logger, on_queue, open_objects, open_outbox
from circletake.cloud.inference import Endpoint, Full
from circletake.cloud.ledger import Ledger
from circletake.cloud.looks import read_recipe, read_slate, recipe_of
from circletake.cloud.reading import Reading
from circletake.cloud.stage import Held
from circletake.contracts import table
from circletake.contracts.analysis import AnalysisKind, ModelVersion, State, Why
from circletake.contracts.envelopes import BusEvent
from circletake.contracts.facts import AnalyseAgain, AnalyseClip, CastListed, EnrolReference, ProxiesReady
from circletake.contracts.keys import ClipRef
from circletake.contracts.media import Inspection, OutputManifest
from functions.dispatch.deciding import Analysed, LeftOut, decide, describe_reference


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


def decide_for(clip: ClipRef, outputs: OutputManifest | None = None, *, again: bool = False) -> None:
    """A clip, and what was made of it if that is new → every question that it needs, ordered once."""
    row = catalogue.get(clip.roll.partition, table.clip_sk(clip))
    if row is None or not (outputs or row.get("made")):
        return
    recipe = read_recipe(catalogue, clip.roll.production)
    shown = recipe_of(catalogue, clip.roll.production, row.get("recipe_since", ""))
    slate = read_slate(catalogue, clip.roll, row["title"])
    looked_at = Analysed(
        clip=clip,
        title=row["title"],
        inspection=Inspection.model_validate_json(row["inspection"], extra="ignore"),
        outputs=outputs or OutputManifest.model_validate_json(row["made"]),
        burnt_in=bool(shown.burn_in.show or shown.burn_in.words),
        searched=searched_in(clip, slate.scene if slate else None),
    )
    try:
        for each in decide(looked_at, recipe.analysis, models):
            if isinstance(each, LeftOut):
                analyses.leave_out(
                    clip.roll.partition, table.analysis_sk(clip, each.kind), each.kind, each.why, each.sentence
                )
            else:
                analyses.want(each, AnalyseClip(clip=clip, kind=each.kind, job_id=each.job_id), again=again)
    except Refused as refused:
        raise Held(f"an analysis of clip {clip.clip_id} moved while it was decided") from refused


def searched_in(clip: ClipRef, scene: str | None) -> Sequence[tuple[str, int]]:
    """Who is searched for in a clip. Pictures that only an older model has described are described anew first."""
    if (model := models.get(AnalysisKind.FACES)) is None:
        return ()
    orders = characters.outdated(clip, scene, outbox.now(), model.label)
    outbox.say_again([(order.name, order.written()) for order in orders])
    return characters.searched(clip, scene, outbox.now(), model.label)


def clips_of(order: AnalyseAgain) -> Iterator[ClipRef]:
    if order.clip is not None:
        yield order.clip
        return
    if order.character is not None:
        yield from characters.clips_with(order.production, order.character)
        return
    rolls = [order.roll] if order.roll else [roll for roll, _ in Reading(catalogue).rolls(order.production)]
    for roll in rolls:
        for row in catalogue.query(roll.partition, table.CLIP):
            yield table.read_clip_sk(roll, row["sk"])


def enrol(order: EnrolReference) -> None:
    """A reference picture → laid out for the endpoint, and asked about once."""
    picture = characters.reference_picture(order.production, order.character, order.number)
    if picture is None:
        return
    if AnalysisKind.FACES not in models:
        raise LookupError("a reference is to be described, and no model that looks at faces is installed")
    inquiry = describe_reference(order, picture, models[AnalysisKind.FACES])
    objects.put_bytes(settings.work_bucket, inquiry.media_key, picture, inquiry.media_type)
    analyses.want(inquiry, order)
    ask(inquiry.pk, inquiry.sk, inquiry.job_id, order.production, None)


def ask(pk: str, sk: str, job_id: str, production: str, budget_usd: float | None) -> None:
    """A question that is ordered → the endpoint, if there is money for it. One that was asked waits for its answer."""
    row = analyses.get(pk, sk)
    if row is None or row["job_id"] != job_id or row["state"] != State.ORDERED:
        return
    if not analyses.ledger.may_spend(production, budget_usd, row["estimate"]):
        analyses.give_up(row, Why.BUDGET_REACHED, f"The budget for analyses, {budget_usd:g} USD, is spent.")
        return
    if (question := analyses.claim(row)) is None:
        return
    try:
        asked = endpoint.ask(question, bucket=settings.work_bucket, key=row["media_key"], media_type=row["media_type"])
    except Full as full:
        logger.info(str(full))
        analyses.release(row, question)
        return
    analyses.note(row, question, asked)


def handle(event: BusEvent, deadline: float) -> None:
    if not settings.endpoint:
        return
    match event.detail_type:
        case ProxiesReady.__name__:
            ready = ProxiesReady.read(event.detail)
            decide_for(ready.clip, ready.manifest)
        case CastListed.__name__:
            decide_for(CastListed.read(event.detail).cast.clip)
        case AnalyseAgain.__name__:
            again = AnalyseAgain.read(event.detail)
            for clip in clips_of(again):
                decide_for(clip, again=again.failed)
        case EnrolReference.__name__:
            enrol(EnrolReference.read(event.detail))
        case AnalyseClip.__name__:
            order = AnalyseClip.read(event.detail)
            production, sk = order.clip.roll.production, table.analysis_sk(order.clip, order.kind)
            budget = read_recipe(catalogue, production).analysis.budget_usd
            ask(order.clip.roll.partition, sk, order.job_id, production, budget)


handler = on_queue(handle)
