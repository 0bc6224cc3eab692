"""The setting that names the customer's own decoders of RAW: one command for each kind.

    {"BRAW": "/opt/vendor/braw/decode {input} {output}"}

The command is split like a shell's, and no shell runs it. `{input}` is the clip's first file (its spans lie beside it
as `clip_001.R3D`, `clip_002.R3D` …), `{output}` the QuickTime file that it must write.
"""

import json
import re
import shlex
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from circletake.contracts.media import RawKind


@dataclass(frozen=True, slots=True)
class Decoder:
    """A command as its words; the first is the program."""

    words: tuple[str, ...]

    @property
    def program(self) -> Path:
        return Path(self.words[0])

    def arguments(self, first: Path, output: Path) -> list[str]:
        named = {"{input}": str(first), "{output}": str(output)}
        return [re.sub(r"\{(?:input|output)\}", lambda found: named[found[0]], word) for word in self.words[1:]]


def read_decoders(text: str) -> Mapping[RawKind, Decoder]:
    """The setting `VENDOR_DECODERS` → the decoder of each kind. Raises `ValueError` naming what is wrong."""
    given = json.loads(text)
    if not isinstance(given, dict):
        raise ValueError("VENDOR_DECODERS is a JSON object: kind of RAW → command")  # noqa: TRY004 - a setting's value
    return {RawKind(kind): _decoder(kind, template) for kind, template in given.items()}


def _decoder(kind: str, template: object) -> Decoder:
    words = shlex.split(template) if isinstance(template, str) else []
    rest = " ".join(words[1:])
    if not words or not words[0].startswith("/") or "{input}" not in rest or "{output}" not in rest:
        raise ValueError(f"the decoder of {kind} is an absolute path, then {{input}} and {{output}}: {template!r}")
    return Decoder(tuple(words))
