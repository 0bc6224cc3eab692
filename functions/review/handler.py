"""The HTTP API, its reading half: the page, what it asks, and pictures for who holds a grant."""

from datetime import UTC, datetime
from functools import cache, partial
from http import HTTPStatus
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import unquote, urlsplit

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, Response

from circletake.cloud.acts import Acts
from circletake.cloud.card_manifest import next_generation
from circletake.cloud.characters import Characters
from circletake.cloud.day_book import DayBook
from circletake.cloud.finding import Finding
from circletake.cloud.function import Settings, client, logger, open_objects, open_outbox
from circletake.cloud.looks import LookBook, keep_lut
from circletake.cloud.reading import Reading
from circletake.contracts.analysis import MAX_ANSWER_BYTES
from circletake.contracts.keys import DayRef, RollRef
from functions.review.access import admit, read_groups
from functions.review.analyses import AnalysisDesk
from functions.review.api import Answer, Review, read_roll_ref
from functions.review.cards import CardDesk
from functions.review.cast import CastDesk
from functions.review.days import DayDesk, read_day_ref
from functions.review.looks import LookDesk
from functions.review.page import read_page, security_headers
from functions.review.refusal import Refusal

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext


class ReviewSettings(Settings):
    review_bucket: str
    ingest_bucket: str
    client_id: str


Ref = TypeVar("Ref", RollRef, DayRef)
PAGE = Path(__file__).parents[2] / "page"
PRESIGNED_S = 300
#: Small texts are answered here: a browser would not follow a <track> or a fetch to another origin.
TEXTS = {".vtt": "text/vtt", ".json": "application/json"}
DAY = "/api/productions/<production>/units/<unit>/days/<day>"
ROLL = f"{DAY}/rolls/<roll>"

settings = ReviewSettings.read()
objects = open_objects()
outbox = open_outbox(settings)


def write_manifest(roll: RollRef, offload: str) -> list[tuple[str, bytes]]:
    now, bucket = datetime.now(UTC), settings.ingest_bucket
    return next_generation(outbox.catalogue, objects, bucket, roll, offload, now=now)


def read_review(key: str, at_most: int) -> str:
    return objects.read_text(settings.review_bucket, key, at_most=at_most)


book, characters = LookBook(outbox), Characters(outbox)
finding = Finding(outbox.catalogue, characters, read_review)
analysis_desk = AnalysisDesk(outbox, characters, book, finding)
cast_desk = CastDesk(outbox.catalogue, characters, book.recipe)
review = Review(outbox.catalogue, write_manifest, analysis_desk.tell)
desk = CardDesk(Reading(outbox.catalogue), Acts(outbox))
look_desk = LookDesk(book, partial(keep_lut, outbox.catalogue), admit)
day_desk = DayDesk(DayBook(outbox))
app = APIGatewayHttpResolver()


@cache
def login_url() -> str:
    return str(client("cognito-idp").meta.endpoint_url)


@cache
def headers() -> dict[str, str]:
    media = urlsplit(objects.presign(settings.review_bucket, "any", seconds=PRESIGNED_S))
    login = urlsplit(login_url())
    return security_headers(
        media_origin=f"{media.scheme}://{media.netloc}", login_origin=f"{login.scheme}://{login.netloc}"
    )


def claims() -> dict[str, Any]:
    told: dict[str, Any] = app.current_event.raw_event["requestContext"]["authorizer"]["jwt"]["claims"]
    return told


def groups() -> frozenset[str]:
    return read_groups(claims().get("cognito:groups"))


def person() -> str:
    """Who asks, by the name that the login has verified."""
    return str(claims().get("email") or claims()["cognito:username"])


def saying(of: Ref) -> tuple[frozenset[str], str, Ref, str]:
    """Of a roll or a day: who says something of it, and what."""
    return groups(), person(), of, app.current_event.body or ""


@app.exception_handler(Refusal)  # type: ignore[untyped-decorator]
def refuse(refusal: Refusal) -> Response[Any]:
    return Response(refusal.status, "application/json", refusal.body, headers=headers())


@app.get("/api/config")
def config() -> Answer:
    return {"cognito_url": login_url(), "client_id": settings.client_id}


@app.get("/api/productions")
def productions() -> Answer:
    return review.productions(groups())


@app.get("/api/productions/<production>/rolls")
def rolls(production: str) -> Answer:
    return review.rolls(groups(), production)


@app.get("/api/productions/<production>/days", compress=True)
def days(production: str) -> Answer:
    return day_desk.days(groups(), production)


@app.post("/api/productions/<production>/columns/forget")
def forget_columns(production: str) -> Answer:
    return day_desk.forget_columns(groups(), person(), production, app.current_event.body or "")


@app.get(DAY, compress=True)
def day(production: str, unit: str, day: str) -> Answer:
    return day_desk.day(groups(), read_day_ref(production, unit, day))


@app.get(f"{DAY}/export", compress=True)
def export_day(production: str, unit: str, day: str) -> Answer:
    kind = app.current_event.query_string_parameters.get("kind", "")
    return day_desk.export(groups(), read_day_ref(production, unit, day), kind)


@app.post(f"{DAY}/papers", compress=True)
def bring_in(production: str, unit: str, day: str) -> Answer:
    return day_desk.bring_in(*saying(read_day_ref(production, unit, day)))


@app.post(f"{DAY}/papers/take-back")
def take_back_paper(production: str, unit: str, day: str) -> Answer:
    return day_desk.take_back_paper(*saying(read_day_ref(production, unit, day)))


@app.post(f"{DAY}/corrections")
def correct(production: str, unit: str, day: str) -> Answer:
    return day_desk.correct(*saying(read_day_ref(production, unit, day)))


@app.post(f"{DAY}/corrections/take-back")
def take_back_correction(production: str, unit: str, day: str) -> Answer:
    return day_desk.take_back_correction(*saying(read_day_ref(production, unit, day)))


@app.post(f"{DAY}/facts")
def set_facts(production: str, unit: str, day: str) -> Answer:
    return day_desk.set_facts(*saying(read_day_ref(production, unit, day)))


# Compressed, because Lambda answers with at most 6 MB, and a roll may hold thousands of clips.
@app.get(f"{ROLL}/clips", compress=True)
def clips(production: str, unit: str, day: str, roll: str) -> Answer:
    return review.clips(groups(), read_roll_ref(production, unit, day, roll))


@app.get(f"{ROLL}/card", compress=True)
def card(production: str, unit: str, day: str, roll: str) -> Answer:
    return review.card(groups(), read_roll_ref(production, unit, day, roll))


@app.get(f"{ROLL}/card/manifest", compress=True)
def manifest(production: str, unit: str, day: str, roll: str) -> Answer:
    offload = app.current_event.query_string_parameters.get("offload", "")
    return review.manifest(groups(), read_roll_ref(production, unit, day, roll), offload)


@app.get(f"{ROLL}/report", compress=True)
def report(production: str, unit: str, day: str, roll: str) -> Answer:
    return review.report(groups(), read_roll_ref(production, unit, day, roll))


@app.get(f"{ROLL}/ale", compress=True)
def ale(production: str, unit: str, day: str, roll: str) -> Answer:
    return review.ale(groups(), read_roll_ref(production, unit, day, roll))


@app.post(f"{ROLL}/card/acts")
def act(production: str, unit: str, day: str, roll: str) -> Answer:
    return desk.act(*saying(read_roll_ref(production, unit, day, roll)))


@app.post("/api/productions/<production>/policy")
def policy(production: str) -> Answer:
    return desk.set_policy(groups(), person(), production, app.current_event.body or "")


@app.get("/api/productions/<production>/looks", compress=True)
def looks(production: str) -> Answer:
    return look_desk.looks(groups(), production)


@app.post("/api/productions/<production>/looks")
def set_look(production: str) -> Answer:
    return look_desk.set_look(groups(), person(), production, app.current_event.body or "")


@app.post("/api/productions/<production>/recipe")
def set_recipe(production: str) -> Answer:
    return look_desk.set_recipe(groups(), person(), production, app.current_event.body or "")


@app.get("/api/productions/<production>/characters", compress=True)
def list_characters(production: str) -> Answer:
    return cast_desk.characters(groups(), production)


@app.post("/api/productions/<production>/characters")
def add_character(production: str) -> Answer:
    return cast_desk.add(groups(), person(), production, app.current_event.body or "")


@app.post("/api/productions/<production>/characters/<character>/withdraw")
def withdraw(production: str, character: str) -> Answer:
    return cast_desk.withdraw(groups(), person(), production, character)


@app.post(f"{ROLL}/cast")
def list_cast(production: str, unit: str, day: str, roll: str) -> Answer:
    return cast_desk.list_cast(*saying(read_roll_ref(production, unit, day, roll)))


@app.post(f"{ROLL}/slate")
def set_slate(production: str, unit: str, day: str, roll: str) -> Answer:
    return analysis_desk.set_slate(*saying(read_roll_ref(production, unit, day, roll)))


@app.get("/api/productions/<production>/find", compress=True)
def find(production: str) -> Answer:
    asked = app.current_event.query_string_parameters
    return analysis_desk.find(groups(), production, asked.get("q", ""), asked.get("character", ""))


@app.post("/api/productions/<production>/analyse")
def analyse(production: str) -> Answer:
    return analysis_desk.analyse(groups(), production, app.current_event.body or "")


@app.get("/api/productions/<production>/spend")
def spend(production: str) -> Answer:
    return analysis_desk.spend(groups(), production)


@app.post("/api/productions/<production>/grants")
def new_grant(production: str) -> Answer:
    return review.new_grant(groups(), production)


@app.get("/media/<grant>/.+")
def media(grant: str) -> Response[Any]:
    name = unquote(app.current_event.path.split("/", 3)[3])
    key = review.locate(grant, name)
    if kind := TEXTS.get(PurePosixPath(name).suffix):
        try:
            body = objects.read_text(settings.review_bucket, key, at_most=MAX_ANSWER_BYTES)
        except LookupError as gone:
            raise Refusal(HTTPStatus.NOT_FOUND, "There is no such picture.", "Reload the page.") from gone
        except ValueError as large:
            too_large = HTTPStatus.REQUEST_ENTITY_TOO_LARGE
            raise Refusal(too_large, "This is too long to be shown here.", "Ask an engineer for it.") from large
        # A response keeps its headers, and compressing adds one.
        return Response(HTTPStatus.OK, kind, body, headers={**headers()}, compress=True)
    there = objects.presign(settings.review_bucket, key, seconds=PRESIGNED_S)
    return Response(HTTPStatus.FOUND, headers={**headers(), "Location": there})


# Powertools asks every route without a <variable> first, so this one must not answer for those above.
@app.get("/(?!api/|media/).*")
def page() -> Response[bytes]:
    kind, body = read_page(PAGE, unquote(app.current_event.path).lstrip("/"))
    return Response(HTTPStatus.OK, kind, body, headers=headers())


@logger.inject_lambda_context
def handler(event: dict[str, Any], context: "LambdaContext") -> dict[str, Any]:
    return app.resolve(event, context)
