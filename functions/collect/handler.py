"""The endpoint's word, or `sweep`'s, on a question → its answer, checked and stored; or what went wrong with it."""

from hashlib import sha256

from circletake.cloud.analyses import Analyses
from circletake.cloud.catalogue import Row
from circletake.cloud.characters import Characters
from circletake.cloud.function import Settings, logger, metrics, on_queue, open_objects, open_outbox
from circletake.cloud.ledger import Ledger
from circletake.contracts import table
from circletake.contracts.analysis import (
    DESCRIPTIONS,
    MAX_ANSWER_BYTES,
    Answer,
    FacesAnswer,
    ModelVersion,
    Question,
    State,
    Why,
)
from circletake.contracts.characters import ReferenceState
from circletake.contracts.envelopes import BusEvent
from circletake.contracts.facts import AnalyseAgain, AnalysisCompleted, CollectAnswer
from circletake.contracts.keys import ANSWER, RollRef, short_hash, work_prefix
from circletake.contracts.media import Output, OutputManifest
from functions.collect.answers import BadAnswer, OtherModel, read_answer, read_refusal, to_store
from functions.collect.notifications import Told, read_event


class CollectSettings(Settings):
    work_bucket: str
    micro_usd_per_s: int


settings = CollectSettings.read()
outbox, objects = open_outbox(settings), open_objects()
catalogue, characters = outbox.catalogue, Characters(outbox)
analyses = Analyses(Ledger(outbox, settings.micro_usd_per_s))
#: What the endpoint writes where it has no answer is read so far.
MAX_FAILURE_BYTES = 64 * 1024
UNDESCRIBED = "The endpoint takes no questions. When an engineer has mended that, add the character again."
#: What of an answer may tell people apart.
TELLING = frozenset({ANSWER, DESCRIPTIONS})


def collect(row: Row, job_id: str, attempt: int) -> bool:
    """A row, a question that was asked in it, and an attempt → whether there was an answer, which is dealt with.

    An endpoint may answer twice, and each answer costs. By now the row may ask something else: then nobody waits.
    """
    question = Question.model_validate_json(row["question"]).model_copy(update={"job_id": job_id, "attempt": attempt})
    prefix = work_prefix(question.production, question.job_id, attempt)
    key = prefix + ANSWER
    versions = objects.versions(settings.work_bucket, key)
    for s3_version in versions:
        row, version = analyses.get(row["pk"], row["sk"]) or row, short_hash(key, s3_version)
        if not analyses.is_duplicate(row, job_id, version, row["estimate"]):
            data = objects.read_version(settings.work_bucket, key, s3_version, at_most=MAX_ANSWER_BYTES)
            settle(row, question, data, version)
    if versions:
        # What a model said is kept as it was checked; what tells people apart, only where it counts.
        now = analyses.get(row["pk"], row["sk"]) or row
        counts = now.get("manifest") and OutputManifest.model_validate_json(now["manifest"]).prefix == prefix
        objects.erase(settings.work_bucket, prefix, {ANSWER} if counts else TELLING)
    return bool(versions)


def settle(row: Row, question: Question, data: bytes | None, version: str) -> None:
    """The first answer to a question → accepted and stored, or refused."""
    try:
        answer = read_answer(data, question, ModelVersion.model_validate_json(row["model"]))
    except OtherModel as other:
        # While an endpoint is updated the older model answers for some minutes, and the newer one afterwards.
        if (row["state"], row["attempt"]) == (State.ASKED, question.attempt):
            ask_again(row, str(other), at_once=False)
        else:
            analyses.ledger.pay_duplicate(question.production, row["estimate"], version)
        return
    except BadAnswer as bad:
        metrics.add_metric("BadModelOutput", "Count", 1)
        logger.warning("bad answer", job_id=question.job_id, reason=str(bad))
        give_up(row, version, Why.BAD_MODEL_OUTPUT, str(bad))
        return
    cost = analyses.ledger.price(answer.seconds)
    if row["sk"].startswith(table.ENROLMENT):
        analyses.accept(row, version, cost, "", *enrol(row, question, answer))
        objects.erase(settings.work_bucket, row["media_key"])
        return
    manifest = store(question, answer)
    clip = table.read_clip_sk(RollRef.of_partition(row["pk"]), row["clip"])
    completed = AnalysisCompleted(
        clip=clip, title=row["title"], kind=question.kind, manifest=manifest, model=answer.model
    )
    analyses.accept(row, version, cost, manifest.model_dump_json(), completed)


def give_up(row: Row, version: str, why: Why, sentence: str) -> None:
    """A question that no model will answer → a person is needed; a reference is refused, and its picture goes."""
    refuse(row, sentence)
    analyses.fail(row, version, why, sentence)


def refuse(row: Row, sentence: str) -> None:
    """A reference that no model described → said beside it. The clips are looked through by the others."""
    if not row["sk"].startswith(table.ENROLMENT):
        return
    production = Question.model_validate_json(row["question"]).production
    _, character, number = str(row["sk"]).split("#")
    characters.refuse(production, character, int(number), sentence)
    objects.erase(settings.work_bucket, row["media_key"])
    outbox.say_again([(said.name, said.written()) for said in searched_anew(production, character)])


def enrol(row: Row, question: Question, answer: Answer) -> list[AnalyseAgain]:
    """The answer about a reference picture → a likeness, and the order to look for it."""
    _, character, number = str(row["sk"]).split("#")
    if not isinstance(answer.result, FacesAnswer):
        raise TypeError(f"a reference was asked for {question.kind}")
    characters.enrol(question.production, character, int(number), answer.result, answer.model)
    return searched_anew(question.production, character)


def searched_anew(production: str, character: str) -> list[AnalyseAgain]:
    """A character whose every reference has come to its end → the order to look through the clips, once."""
    states = {reference.state for reference in characters.references(production, character)}
    return [] if ReferenceState.ORDERED in states else [AnalyseAgain(production=production, character=character)]


def store(question: Question, answer: Answer) -> OutputManifest:
    """An answer → the objects that are kept of it."""
    prefix, stored = work_prefix(question.production, question.job_id, question.attempt), to_store(answer)
    bodies = {f"{question.kind.lower()}.json": stored.result}
    if stored.descriptions is not None:
        bodies[DESCRIPTIONS] = stored.descriptions
    outputs = []
    for name, body in bodies.items():
        objects.put_bytes(settings.work_bucket, prefix + name, body, "application/json")
        digest = sha256(body).hexdigest()
        outputs.append(Output(name=name, media_type="application/json", size_bytes=len(body), sha256=digest))
    return OutputManifest(job_id=question.job_id, attempt=question.attempt, prefix=prefix, outputs=tuple(outputs))


def hear(told: Told) -> None:
    """What the endpoint says of one of its answers. It is only ever looked for where we asked for it to be."""
    production, row = analyses.whose(told.job_id)
    if row is None:
        # What was asked is erased by now, and so is what came of it.
        objects.erase(settings.work_bucket, work_prefix(production, told.job_id, told.attempt), TELLING)
        return
    if told.attempt > row["attempt"]:
        raise LookupError(f"attempt {told.attempt} of {told.job_id} was never asked")
    if collect(row, told.job_id, told.attempt) or not told.failed:
        return
    if (told.job_id, told.attempt) == (row["job_id"], row["attempt"]):
        fail(row, read_failure(row.get("failure_key")) or told.reason)


def fail(row: Row, reason: str) -> None:
    """The endpoint has no answer → another attempt, unless the model refused what it was given."""
    if row["state"] != State.ASKED:
        return
    refusal = read_refusal(reason)
    metrics.add_metric("InferenceFailed", "Count", 1)
    if refusal is not None:
        version = short_hash(row["job_id"], str(row["attempt"]), "refused")
        give_up(row, version, Why.MODEL_REFUSED, f"The model could not look at this ({refusal}).")
    else:
        ask_again(row, "The last time it failed.")


def ask_again(row: Row, sentence: str, *, at_once: bool = True) -> None:
    if not analyses.ask_again(row, sentence, at_once=at_once):
        refuse(row, f"No model could describe this picture. {sentence} Add the character again, or other pictures.")


def look(order: CollectAnswer) -> None:
    """Nobody told in time: is the answer there, or the endpoint's word that there is none?"""
    if order.sk.startswith(table.OUTSTANDING):
        forget(order.job_id)
        return
    row = analyses.get(order.pk, order.sk)
    if row is None or row["job_id"] != order.job_id:
        return
    if row.get("why") == Why.NOT_TAKEN:
        refuse(row, UNDESCRIBED)
    if row["state"] != State.ASKED:
        return
    if collect(row, row["job_id"], row["attempt"]):
        return
    if (reason := read_failure(row.get("failure_key"))) is not None:
        fail(row, reason)
    elif analyses.is_overdue(row):
        ask_again(row, "It did not answer in time.")
    else:
        analyses.look_again(row)


def forget(job_id: str) -> None:
    """A question that nobody asks any more, after its last answer can have come: what came of it is erased."""
    production, row = analyses.whose(job_id)
    if row is None or row["job_id"] != job_id:
        objects.erase(settings.work_bucket, f"{production}/{job_id}/", TELLING)
    analyses.forget(production, job_id)


def read_failure(key: str | None) -> str | None:
    version = objects.latest_version(settings.work_bucket, key) if key is not None else None
    if key is None or version is None:
        return None
    data = objects.read_version(settings.work_bucket, key, version, at_most=MAX_FAILURE_BYTES)
    return (data or b"").decode(errors="replace")


def handle(event: BusEvent, deadline: float) -> None:
    if event.detail_type == CollectAnswer.__name__:
        look(CollectAnswer.read(event.detail))
    else:
        hear(Told.of(event.detail))


handler = on_queue(handle, read_event)
