"""ASC CDL (version 1.2): the XML of .cc, .ccc and .cdl files, and the texts that an ALE or EDL has of it.

A slope, offset or power that is missing is refused, not taken for 1 or 0: half a grade is another grade.
"""

import re
from collections.abc import Sequence
from itertools import chain
from xml.sax.saxutils import quoteattr

from pydantic import ValidationError

from circletake.contracts.errors import Code, Rejected
from circletake.contracts.looks import Cdl
from circletake.film.looks.numbers import read_number, write_number
from circletake.film.manifests.xml import Element, Sidecar, local, parse, shown

#: Some ten thousand corrections: more than a film has shots.
MAX_BYTES = 8 << 20
_NAMESPACE = "urn:ASC:CDL:v1.2"
_CORRECTION = "ColorCorrection"
_ROOTS = {_CORRECTION, "ColorCorrectionCollection", "ColorDecisionList"}
#: Version 1.0 wrote SATNode.
_SATURATION_NODES = {"SatNode", "SATNode"}
_NEXT_STEP = "Export the CDL again from the grading system that it comes from."
_SOP = re.compile(r"\s*".join([r"\(([^()]{1,200})\)"] * 3))

Triple = tuple[float, float, float]


def read_cdl(name: str, body: bytes) -> Sequence[tuple[str | None, Cdl]]:
    """The bytes of a .cc, .ccc or .cdl → its corrections, each with its id or None. Raises `Rejected(BAD_SIDECAR)`."""
    sidecar = Sidecar(name, _NEXT_STEP)
    if len(body) > MAX_BYTES:
        raise _rejected(f"{name} has {len(body):,} bytes; a CDL is read up to {MAX_BYTES:,}.")
    root = parse(sidecar, body, lambda parents, element: False)
    if local(root) not in _ROOTS:
        raise sidecar.bad(root.line, f"{shown(local(root))} is not a CDL")
    corrections: list[tuple[str | None, Cdl]] = []
    for element in _corrections(root):
        identity = element.attributes.get("id", "").strip() or None
        if identity is not None and any(identity == other for other, _ in corrections):
            raise sidecar.bad(element.line, f"a second correction is called {shown(identity)}")
        corrections.append((identity, _correction(sidecar, element)))
    if not corrections:
        raise sidecar.bad(root.line, "there is no correction in it")
    return corrections


def _corrections(root: Element) -> list[Element]:
    if local(root) == _CORRECTION:
        return [root]
    # A list has a ColorDecision around each of them.
    below = [root.children, *(child.children for child in root.children if local(child) == "ColorDecision")]
    return [element for element in chain(*below) if local(element) == _CORRECTION]


def _correction(sidecar: Sidecar, element: Element) -> Cdl:
    told: dict[str, Triple | float] = {}
    for node in element.children:
        if local(node) == "SOPNode":
            told |= {name.lower(): _triple(sidecar, node, name) for name in ("Slope", "Offset", "Power")}
        elif local(node) in _SATURATION_NODES:
            told["saturation"] = _numbers(sidecar, node, "Saturation", 1)[0]
    if not told:
        raise sidecar.bad(element.line, "a correction has neither a SOPNode nor a SatNode")
    return _cdl(f"Line {element.line} of {sidecar.name}", told)


def _triple(sidecar: Sidecar, node: Element, name: str) -> Triple:
    red, green, blue = _numbers(sidecar, node, name, 3)
    return red, green, blue


def _numbers(sidecar: Sidecar, node: Element, name: str, count: int) -> list[float]:
    found = [child for child in node.children if local(child) == name]
    if len(found) != 1:
        raise sidecar.bad(node.line, f"{local(node)} has {'no' if not found else 'more than one'} {name}")
    text = sidecar.text(found[0])
    values = _read_numbers(text, count)
    if values is None:
        raise sidecar.bad(found[0].line, f"{name} is {shown(text)}, not {'three numbers' if count > 1 else 'a number'}")
    return values


def _read_numbers(text: str, count: int) -> list[float] | None:
    values = [value for value in map(read_number, text.split()[: count + 1]) if value is not None]
    return values if len(values) == count == len(text.split()) else None


def read_asc(sop: str | None, saturation: str | None) -> Cdl | None:
    """ASC_SOP '(1 1 1)(0 0 0)(1 1 1)' and ASC_SAT '0.9', as in an ALE or EDL → the CDL; None where both are empty.

    Raises `Rejected(BAD_SIDECAR)`.
    """
    told: dict[str, Triple | float] = {}
    if sop is not None and sop.strip():
        slope, offset, power = read_sop(sop)
        told = {"slope": slope, "offset": offset, "power": power}
    if saturation is not None and saturation.strip():
        value = read_number(saturation.strip())
        if value is None:
            raise _rejected(f"ASC_SAT is {shown(saturation)}, which is not a number.")
        told["saturation"] = value
    return _cdl("ASC_SOP or ASC_SAT", told) if told else None


def read_sop(text: str) -> tuple[Triple, Triple, Triple]:
    """'(1 1 1)(0 0 0)(1 1 1)' → slope, offset, power. Raises `Rejected(BAD_SIDECAR)`."""
    found = _SOP.fullmatch(text.strip())
    parts = [_read_numbers(part.replace(",", " "), 3) for part in found.groups()] if found else []
    if not parts or any(part is None for part in parts):
        raise _rejected(f"ASC_SOP is {shown(text)}, not (slope)(offset)(power) with three numbers in each.")
    slope, offset, power = ((part[0], part[1], part[2]) for part in parts if part is not None)
    return slope, offset, power


def _cdl(where: str, told: dict[str, Triple | float]) -> Cdl:
    try:
        return Cdl.model_validate(told)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        what = f"its {first['loc'][0]} is {first['input']}: {first['msg'].lower()}"
        raise _rejected(f"{where} is no CDL: {what}.") from error


def write_sop(cdl: Cdl) -> str:
    """A CDL → its ASC_SOP for an ALE or EDL."""
    return "".join(f"({_written(values)})" for values in (cdl.slope, cdl.offset, cdl.power))


def write_sat(cdl: Cdl) -> str:
    """A CDL → its ASC_SAT for an ALE or EDL."""
    return write_number(cdl.saturation)


def write_cc(cdl: Cdl, identity: str) -> str:
    """A CDL and its id → a .cc file."""
    return _document(_element(cdl, identity, f' xmlns="{_NAMESPACE}"'))


def write_ccc(corrections: Sequence[tuple[str, Cdl]]) -> str:
    """CDLs by their ids → a .ccc file."""
    inside = "".join(_element(cdl, identity) for identity, cdl in corrections)
    return _document(f'<ColorCorrectionCollection xmlns="{_NAMESPACE}">\n{inside}</ColorCorrectionCollection>\n')


def write_cdl(corrections: Sequence[tuple[str, Cdl]]) -> str:
    """CDLs by their ids → a .cdl file."""
    inside = "".join(f"<ColorDecision>\n{_element(cdl, identity)}</ColorDecision>\n" for identity, cdl in corrections)
    return _document(f'<ColorDecisionList xmlns="{_NAMESPACE}">\n{inside}</ColorDecisionList>\n')


def _document(inside: str) -> str:
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{inside}'


def _element(cdl: Cdl, identity: str, namespace: str = "") -> str:
    return (
        f"<{_CORRECTION} id={quoteattr(identity)}{namespace}>\n"
        "  <SOPNode>\n"
        f"    <Slope>{_written(cdl.slope)}</Slope>\n"
        f"    <Offset>{_written(cdl.offset)}</Offset>\n"
        f"    <Power>{_written(cdl.power)}</Power>\n"
        "  </SOPNode>\n"
        "  <SatNode>\n"
        f"    <Saturation>{write_number(cdl.saturation)}</Saturation>\n"
        "  </SatNode>\n"
        f"</{_CORRECTION}>\n"
    )


def _written(values: Triple) -> str:
    return " ".join(map(write_number, values))


def _rejected(sentence: str) -> Rejected:
    return Rejected(Code.BAD_SIDECAR, sentence, _NEXT_STEP)
