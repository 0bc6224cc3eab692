"""Calls of the HTTP API as API Gateway hands them over."""

import json
from typing import Any

from tests.pipeline.world import Context, World


def ask(
    world: World,
    path: str,
    *,
    groups: str | None = "[producer]",
    method: str = "GET",
    body: Any = None,
    query: dict[str, str] | None = None,
    email: str = "lee@example.com",
    headers: dict[str, str] | None = None,
) -> Any:
    """A call → the answer, its JSON read."""
    claims = {"email": email, **({"cognito:groups": groups} if groups else {})}
    event = {
        "version": "2.0",
        "rawPath": path,
        "headers": headers or {},
        "queryStringParameters": query,
        "body": None if body is None else json.dumps(body),
        "requestContext": {
            "authorizer": {"jwt": {"claims": claims}},
            "http": {"method": method, "path": path},
            "stage": "$default",
        },
        "isBase64Encoded": False,
    }
    answer = world.handlers["review"].handler(event, Context())
    kind = answer["headers"].get("Content-Type", "")
    is_json = kind.startswith("application/json") and not answer["isBase64Encoded"]
    return {**answer, "json": json.loads(answer["body"]) if is_json else None}
