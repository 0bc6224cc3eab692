"""What the page is told: who may see what, and rows of the catalogue in the page's words."""

import hashlib
import json
import re
from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Any

from circletake.contracts.files import ENDS, State
from circletake.contracts.keys import RollRef
from circletake.contracts.media import OutputManifest

if TYPE_CHECKING:
    from circletake.cloud.catalogue import Row

ROLES = ("camera", "editorial", "script", "director", "producer", "vendor", "admin")


def read_groups(claim: Any) -> frozenset[str]:
    """The token's `cognito:groups`, as a list or as API Gateway flattens it ("[a b]") → the groups."""
    if isinstance(claim, str):
        claim = re.split(r"[\s,]+", claim.strip().removeprefix("[").removesuffix("]"))
    return frozenset(group for group in claim or () if group)


def roles_in(production: str, groups: frozenset[str]) -> list[str]:
    """A person's groups → their roles in a production.

    A group is a role in the whole company (`producer`) or in one production (`bikes:producer`).
    """
    return [role for role in ROLES if role in groups or f"{production}:{role}" in groups]


def hash_grant(grant: str) -> str:
    """A grant as it stands in an address → as it stands in the catalogue, which cannot be turned back."""
    return hashlib.sha256(grant.encode()).hexdigest()


def tell_roll(roll: RollRef, row: "Row", states: dict[str, int]) -> dict[str, Any]:
    return {
        "unit": roll.unit,
        "day": roll.day,
        "roll": roll.roll,
        "files": row.get("n_files", 0),
        "open": row.get("n_open", 0),
        "closed": bool(row.get("closed")),
        "closing": row.get("closing", 0),
        "clips": states,
    }


def count_states(row: "Row") -> dict[str, int]:
    """A ROLL row → its clips by their end, and those that are still open."""
    counted = {str(end): row.get(f"n_{end}", 0) for end in State if end in ENDS and end is not State.JOINED}
    return {state: count for state, count in {**counted, "OPEN": row.get("n_open", 0)}.items() if count}


def tell_clip(row: "Row") -> dict[str, Any]:
    """A CLIP row → the clip as the page shows it."""
    _, clip_id, version = row["sk"].split("#")
    media = OutputManifest.model_validate_json(row["media"]) if "media" in row else None
    return {
        "name": row["title"],
        "path": row["path"],
        "clip_id": clip_id,
        "version": version,
        "state": row["state"],
        "code": row.get("code"),
        "sentence": row.get("sentence"),
        "next_step": row.get("next_step"),
        "received_at": row["received_at"],
        "ended_at": row.get("ended_at"),
        "seconds": _seconds(row["received_at"], row.get("ended_at")),
        "inspection": json.loads(row["inspection"]) if "inspection" in row else None,
        "media": media
        and {
            # Without the production: the grant already says which one.
            "prefix": media.prefix.split("/", 1)[1],
            "names": [output.name for output in media.outputs],
        },
    }


def tell_files(rows: Iterable["Row"]) -> list[dict[str, Any]]:
    """FILE rows → those that are no clip: sidecars, sound, manifests, and spans that still wait."""
    return [
        {
            "path": row["path"],
            "kind": row["kind"],
            "state": row["state"],
            "code": row.get("code"),
            "sentence": row.get("sentence"),
            "next_step": row.get("next_step"),
        }
        for row in rows
        if row["state"] != State.JOINED
    ]


def _seconds(start: str, end: str | None) -> float | None:
    if end is None:
        return None
    return round((datetime.fromisoformat(end) - datetime.fromisoformat(start)).total_seconds(), 3)
