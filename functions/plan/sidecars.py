"""A sidecar → the looks and slates that it holds."""

from collections.abc import Callable
from pathlib import PurePosixPath

from circletake.contracts.errors import Code, Rejected
from circletake.contracts.keys import RollRef
from circletake.contracts.looks import Cdl, Look, LookLevel, Lut, Slate
from circletake.film.looks.ale import read_ale
from circletake.film.looks.cdl import read_cdl
from circletake.film.looks.cube import read_cube

#: A LUT of 65³ has some 8 MB.
MAX_BYTES = 16 << 20


def read_sidecar(
    path: str, body: bytes, roll: RollRef, at: str, keep_lut: Callable[[bytes], str]
) -> tuple[list[Look], dict[str, Slate]]:
    """A file beside the clips of a roll → looks for single clips, and slates by the clip's name.

    A file is meant for the clip of its own name; a correction in a collection for the clip of its id.
    Raises `Rejected(BAD_SIDECAR)`.
    """
    name = PurePosixPath(path)

    def look(target: str, **what: Cdl | Lut | None) -> Look:
        return Look.model_validate(
            {"level": LookLevel.CLIP, "target": target, "roll": roll, "name": name.name, "source": path, "at": at}
            | {kind: value for kind, value in what.items() if value is not None}
        )

    ending = name.suffix.lower()
    if ending == ".cube":
        lut = Lut(sha256=keep_lut(body), name=name.name, size=read_cube(body).size)
        return [look(name.stem, lut=lut)], {}
    if ending == ".ale":
        rows = read_ale(body)
        looks = [look(row.name, cdl=row.cdl) for row in rows if row.cdl]
        return looks, {row.name: row.slate for row in rows if row.slate}
    corrections = read_cdl(name.name, body)
    if len(corrections) == 1:
        return [look(name.stem, cdl=corrections[0][1])], {}
    if any(of is None for of, _ in corrections):
        raise Rejected(
            Code.BAD_SIDECAR,
            f"{name.name} holds several corrections, and not each says which clip it is for.",
            "Give each correction the clip's name as its id, or write one file for each clip.",
        )
    return [look(str(of), cdl=cdl) for of, cdl in corrections], {}
