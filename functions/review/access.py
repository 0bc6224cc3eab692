"""Who may see what."""

import hashlib
import re
from http import HTTPStatus
from typing import Any

from circletake.contracts.people import ROLES
from functions.review.refusal import Refusal


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


def admit(groups: frozenset[str], production: str) -> None:
    """Raises `Refusal` for who is not on the production."""
    if not roles_in(production, groups):
        raise Refusal(
            HTTPStatus.FORBIDDEN,
            "You are not on this production.",
            "Ask its producer or an administrator to add you.",
        )


def sees_people(production: str, groups: frozenset[str]) -> bool:
    """Whether somebody is told who agreed to be found, and where they were. A vendor alone is not."""
    return roles_in(production, groups) != ["vendor"]


def hash_grant(grant: str) -> str:
    """A grant as it stands in an address → as it stands in the catalogue, which cannot be turned back."""
    return hashlib.sha256(grant.encode()).hexdigest()
