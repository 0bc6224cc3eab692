"""The HTTP API, its reading half: the page, what it asks, and pictures for who holds a grant."""

import mimetypes
import secrets
import time
from http import HTTPStatus
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, Response
from aws_lambda_powertools.event_handler.exceptions import ServiceError
from pydantic import ValidationError

from circletake.cloud.catalogue import Catalogue, Put
from circletake.cloud.function import Settings, client, logger, metrics, open_objects
from circletake.contracts import table
from circletake.contracts.keys import RollRef
from functions.review import review


class ReviewSettings(Settings):
    review_bucket: str
    client_id: str


PAGE = Path(__file__).parents[2] / "page"
GRANT_S = 3600
PRESIGNED_S = 300
MAX_TEXT_BYTES = 1024 * 1024
_TEXT = {".vtt": "text/vtt", ".json": "application/json"}

settings = ReviewSettings.read()
catalogue = Catalogue(client("dynamodb"), settings.table)
objects = open_objects()
app = APIGatewayHttpResolver()


def refuse(status: HTTPStatus, sentence: str, next_step: str) -> ServiceError:
    return ServiceError(status, {"code": status.name, "sentence": sentence, "next_step": next_step})
