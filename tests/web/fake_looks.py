"""A production's looks as the API tells of them and takes them, held to the contracts."""

from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

from pydantic import ValidationError

from circletake.contracts.looks import Look
from circletake.contracts.recipe import Recipe
from tests.web.verdicts import JUDGED

Json = dict[str, Any]

ROLES = frozenset({"editorial", "director", "admin", "camera"})
WARM = {"slope": [1.12, 1.0, 0.91], "offset": [0.004, 0.0, -0.0065], "power": [1.0, 1.0, 1.05], "saturation": 0.92}
#: A look as it was applied to a clip.
APPLIED: Json = {
    "sha256": "a" * 64,
    "size": 33,
    "sentence": "SDR for a BT.1886 screen: ARRI LogC4 → ACEScct → CDL of Warm (day D014) → LUT of Print (show).",
    "camera_space": "ARRI LogC4",
    "grading_space": "ACEScct",
    "cdl": WARM,
    "cdl_from": "Warm (day D014)",
    "lut": {"sha256": "b" * 64, "name": "NIGHTFALL_print_v3", "size": 33},
    "lut_from": "Print (show)",
}


def made_by(recipe: Recipe) -> Json:
    """→ what a clip tells of the recipe that its picture was made by."""
    return recipe.model_dump(mode="json", include={"burn_in", "qc"})


class Refused(Exception):  # noqa: N818
    """A look that is not taken."""

    def __init__(self, status: HTTPStatus, sentence: str, next_step: str) -> None:
        super().__init__(sentence)
        self.status = status
        self.told = {"code": status.name, "sentence": sentence, "next_step": next_step}


@dataclass
class FakeLooks:
    """Every look that was ever set stays on record, as in the catalogue."""

    recipe: Recipe = field(default_factory=Recipe)
    looks: list[Json] = field(default_factory=list)
    #: What was asked, as it was asked.
    asked: list[Json] = field(default_factory=list)

    def tell(self, roles: tuple[str, ...]) -> Json:
        return {
            "recipe": self.recipe.model_dump(mode="json"),
            "looks": self.looks,
            "may_set": not ROLES.isdisjoint(roles),
        }

    def set(self, asked: Json, roles: tuple[str, ...]) -> Json:
        if ROLES.isdisjoint(roles):
            raise Refused(HTTPStatus.FORBIDDEN, "You may not set looks.", "Ask the camera department.")
        self.asked.append(asked)
        told = {**asked, "source": "ada", "at": JUDGED.replace(":40", f":{41 + len(self.asked)}")}
        cube = told.pop("cube")
        if cube and "LUT_3D_SIZE 2" not in cube:
            raise Refused(HTTPStatus.BAD_REQUEST, "The LUT ends before its last line.", "Write it again.")
        told["lut"] = {"sha256": "c" * 64, "name": asked["name"], "size": 2} if cube else None
        try:
            look = Look.model_validate(told).model_dump(mode="json")
        except ValidationError as error:
            raise Refused(HTTPStatus.BAD_REQUEST, "This is no look.", "Put that right.") from error
        self.looks.insert(0, look)
        return look
