"""A CDL → the `.cc` file (ASC CDL 1.2, one ColorCorrection) that every grading system reads."""

from xml.sax.saxutils import quoteattr

from circletake.contracts.looks import Cdl

_NAMESPACE = "urn:ASC:CDL:v1.2"


def write_cc(cdl: Cdl, name: str) -> str:
    """A CDL and the name of what it grades → the file's text."""
    nodes = "".join(
        f"    <{node}>{' '.join(f'{value!r}' for value in values)}</{node}>\n"
        for node, values in (("Slope", cdl.slope), ("Offset", cdl.offset), ("Power", cdl.power))
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f"<ColorCorrection id={quoteattr(name)} xmlns={quoteattr(_NAMESPACE)}>\n"
        f"  <SOPNode>\n{nodes}  </SOPNode>\n"
        f"  <SatNode>\n    <Saturation>{cdl.saturation!r}</Saturation>\n  </SatNode>\n"
        "</ColorCorrection>\n"
    )
