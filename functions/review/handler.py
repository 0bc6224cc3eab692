"""The HTTP API, its reading half: the page, what it asks, and pictures for who holds a grant."""

from functools import cache
from http import HTTPStatus
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, Response

from circletake.cloud.catalogue import Catalogue
from circletake.cloud.function import ReadingSettings, client, logger, open_objects
from functions.review.access import read_groups
from functions.review.api import Answer, Review
from functions.review.page import read_page, security_headers
from functions.review.refusal import Refusal

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext


class ReviewSettings(ReadingSettings):
    review_bucket: str
    client_id: str


PAGE = Path(__file__).parents[2] / "page"
PRESIGNED_S = 300
#: Small texts are answered here: a browser would not follow a <track> or a fetch to another origin.
TEXTS = {".vtt": "text/vtt", ".json": "application/json"}
MAX_TEXT_BYTES = 1024 * 1024

settings = ReviewSettings.read()
objects = open_objects()
review = Review(Catalogue(client("dynamodb"), settings.table))
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


def groups() -> frozenset[str]:
    authorizer: Any = app.current_event.raw_event["requestContext"]["authorizer"]
    return read_groups(authorizer["jwt"]["claims"].get("cognito:groups"))


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


# Compressed, because Lambda answers with at most 6 MB, and a roll may hold thousands of clips.
@app.get("/api/productions/<production>/units/<unit>/days/<day>/rolls/<roll>/clips", compress=True)
def clips(production: str, unit: str, day: str, roll: str) -> Answer:
    return review.clips(groups(), production, unit, day, roll)


@app.post("/api/productions/<production>/grants")
def new_grant(production: str) -> Answer:
    return review.new_grant(groups(), production)


@app.get("/media/<grant>/.+")
def media(grant: str) -> Response[Any]:
    name = unquote(app.current_event.path.split("/", 3)[3])
    key = review.locate(grant, name)
    if kind := TEXTS.get(PurePosixPath(name).suffix):
        try:
            body = objects.read_text(settings.review_bucket, key, at_most=MAX_TEXT_BYTES)
        except LookupError as gone:
            raise Refusal(HTTPStatus.NOT_FOUND, "There is no such picture.", "Reload the page.") from gone
        return Response(HTTPStatus.OK, kind, body, headers=headers())
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
