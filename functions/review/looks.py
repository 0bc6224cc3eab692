"""The calls about looks: what a production's pictures are to look like, and who may say so."""

from collections.abc import Callable
from http import HTTPStatus
from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict, Field

from circletake.contracts.cards import Line
from circletake.contracts.errors import Rejected
from circletake.contracts.keys import RollRef
from circletake.contracts.looks import Cdl, Look, LookLevel, Lut
from circletake.contracts.recipe import Color, Recipe
from circletake.film.looks.cube import read_cube
from circletake.film.looks.spaces import find_space
from functions.review.access import roles_in
from functions.review.refusal import Refusal, read_body, senseless

if TYPE_CHECKING:
    from circletake.cloud.looks import LookBook
    from circletake.cloud.reading import Told

#: Who may say how pictures look, and what is made of them.
MAY_SET = ("editorial", "director", "camera", "admin")
#: A LUT of 65³ has some 8 MB; API Gateway brings at most 6 MB to a function.
_MAX_CUBE = 6 << 20
_MAX_RECIPE = 16 << 10


class AskedLook(BaseModel):
    """A look as somebody asks for it: who they are is told by their login, not by them."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    level: LookLevel
    target: str = Field(default="", max_length=200)
    roll: RollRef | None = None
    name: Line
    cdl: Cdl | None = None
    cube: str | None = Field(default=None, max_length=_MAX_CUBE)


class AskedRecipe(BaseModel):
    """A recipe as somebody asks for it. `remake`: of the clips that are there, too."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    recipe: Recipe
    remake: bool = False


class LookDesk:
    """Where looks and recipes are set."""

    def __init__(
        self, book: "LookBook", keep_lut: Callable[[str, bytes], str], admit: Callable[[frozenset[str], str], None]
    ) -> None:
        self._book = book
        self._keep_lut = keep_lut
        self._admit = admit

    def looks(self, groups: frozenset[str], production: str) -> "Told":
        """A production → its recipe, its looks, and whether who asks may set them."""
        self._admit(groups, production)
        return {
            "recipe": self._book.recipe(production).model_dump(mode="json"),
            "looks": [look.model_dump(mode="json") for look in self._book.looks(production)],
            "may_set": bool(_role(groups, production)),
        }

    def set_look(self, groups: frozenset[str], by: str, production: str, body: str) -> "Told":
        """A person, a production and what they ask → the look on record. Raises `Refusal`."""
        self._require_role(groups, production)
        asked = read_body(AskedLook, body)
        if bool(asked.target) == (asked.level is LookLevel.SHOW):
            raise senseless("a look of the show has no target, and every other one has")
        if (asked.roll is not None) != (asked.level is LookLevel.CLIP):
            raise senseless("the look of a clip names its roll, because titles repeat, and no other does")
        if asked.roll is not None and asked.roll.production != production:
            raise senseless("the roll is of another production")
        look = Look(
            level=asked.level, target=asked.target, roll=asked.roll, cdl=asked.cdl,
            lut=self._lut(production, asked), name=asked.name, source=by, at=self._book.now(),
        )  # fmt: skip
        self._book.set_look(production, look)
        return {"look": look.model_dump(mode="json")}

    def set_recipe(self, groups: frozenset[str], by: str, production: str, body: str) -> "Told":
        """What a production wants made of every clip from now on."""
        self._require_role(groups, production)
        asked = read_body(AskedRecipe, body)
        if len(body.encode()) > _MAX_RECIPE:
            raise senseless(f"a recipe has up to {_MAX_RECIPE} bytes, because it travels with every order")
        _require_known_spaces(asked.recipe.color)
        self._book.set_recipe(production, asked.recipe, by, remake=asked.remake)
        return {"recipe": asked.recipe.model_dump(mode="json")}

    def _lut(self, production: str, asked: AskedLook) -> Lut | None:
        if asked.cube is None:
            return None
        body = asked.cube.encode()
        try:
            cube = read_cube(body)
        except Rejected as rejected:
            verdict = rejected.verdict
            raise Refusal(HTTPStatus.BAD_REQUEST, verdict.sentence, verdict.next_step) from rejected
        return Lut(sha256=self._keep_lut(production, body), name=asked.name, size=cube.size)

    def _require_role(self, groups: frozenset[str], production: str) -> None:
        self._admit(groups, production)
        if not _role(groups, production):
            raise Refusal(
                HTTPStatus.FORBIDDEN,
                "Only editorial, the director, camera or an admin set looks and recipes.",
                "Ask one of them on this production.",
            )


def _require_known_spaces(color: Color) -> None:
    named = (color.camera_space, color.grading_space, *(camera.space for camera in color.cameras))
    for name in filter(None, named):
        try:
            find_space(name)
        except ValueError as unknown:
            raise senseless(str(unknown)) from unknown


def _role(groups: frozenset[str], production: str) -> str | None:
    return next((role for role in MAY_SET if role in roles_in(production, groups)), None)
