"""A sidecar → the looks and slates that it holds."""

from collections.abc import Callable
from pathlib import PurePosixPath

from pydantic import ValidationError

from circletake.contracts.errors import Code, Rejected
from circletake.contracts.keys import RollRef
from circletake.contracts.looks import Cdl, Look, LookLevel, Lut, Slate
from circletake.film.looks.ale import read_ale
from circletake.film.looks.cdl import read_cdl
from circletake.film.looks.cube import read_cube

#: A LUT of 65³ has some 8 MB.
MAX_BYTES = 16 << 20


def read_sidecar(
    path: str, size_bytes: int, read: Callable[[], bytes], roll: RollRef, at: str, keep_lut: Callable[[bytes], str]
) -> tuple[list[Look], dict[str, Slate]]:
    """A file beside the clips of a roll → looks for single clips, and slates by the clip's name.

    A file is meant for the clip of its own name; a correction in a collection for the clip of its id.
    Raises `Rejected(BAD_SIDECAR)`.
    """
    if size_bytes > MAX_BYTES:
        raise _bad(f"{path} has {size_bytes / 1e6:.0f} MB; a look is read up to {MAX_BYTES / 1e6:.0f} MB.")
    try:
        return _read(path, read(), roll, at, keep_lut)
    except ValidationError as error:
        first = error.errors()[0]
        raise _bad(f"A name in {PurePosixPath(path).name} cannot be used: {first['msg']}.") from error


def _read(
    path: str, body: bytes, roll: RollRef, at: str, keep_lut: Callable[[bytes], str]
) -> tuple[list[Look], dict[str, Slate]]:
    name = PurePosixPath(path)

    def look(target: str, cdl: Cdl | None = None, lut: Lut | None = None) -> Look:
        return Look(
            level=LookLevel.CLIP, target=target, roll=roll, cdl=cdl, lut=lut,
            name=name.name, source=path, from_sidecar=True, at=at,
        )  # fmt: skip

    ending = name.suffix.lower()
    if ending == ".cube":
        size = read_cube(body).size
        return [look(name.stem, lut=Lut(sha256=keep_lut(body), name=name.name, size=size))], {}
    if ending == ".ale":
        rows = read_ale(body)
        # Where nothing was graded some systems export a CDL that changes nothing: that is no word against others.
        looks = [look(row.name, cdl=row.cdl) for row in rows if row.cdl and row.cdl != Cdl()]
        return looks, {row.name: row.slate for row in rows if row.slate}
    corrections = read_cdl(name.name, body)
    if len(corrections) == 1:
        return [look(name.stem, cdl=corrections[0][1])], {}
    if any(of is None for of, _ in corrections):
        raise _bad(f"{name.name} holds several corrections, and not each says which clip it is for.")
    return [look(str(of), cdl=cdl) for of, cdl in corrections], {}


def _bad(sentence: str) -> Rejected:
    return Rejected(
        Code.BAD_SIDECAR,
        sentence,
        "Write one small file for each clip, under the clip's name, or set the look with `circletake look set`.",
    )
