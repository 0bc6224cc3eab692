"""RAW clips and proxies of one name meet in one row of their roll, in any order, however often each comes.

Each writes itself into the row and then reads it, so of two that come at once the second sees the first. Whoever has
seen both writes the verdict to the RAW clip's row, and looks again whether somebody came meanwhile: the last to write
has seen everybody. A clip costs a constant number of requests, however many the roll has.
"""

import json
from dataclasses import asdict

from circletake.cloud.catalogue import Catalogue, Change, Row
from circletake.contracts import table
from circletake.contracts.keys import ClipRef, RollRef
from circletake.film.twins import Twin, choose, twin_name

_ORIGINAL, _PROXY = "original#", "proxy#"


class Twins:
    """Who is whose proxy. Every step may be done twice."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue

    def meet_original(self, clip: ClipRef, twin: Twin) -> None:
        """A RAW clip was looked into: it finds its proxy, if that is here."""
        self._meet(clip.roll, _ORIGINAL, twin)

    def meet_proxy(self, clip: ClipRef, twin: Twin) -> None:
        """An external proxy was looked into: it finds the RAW clips whose picture it may be."""
        self._meet(clip.roll, _PROXY, twin)

    def _meet(self, roll: RollRef, side: str, twin: Twin) -> None:
        sk = table.twin_sk(twin_name(twin.path))
        itself = {f"{side}{twin.clip_id}#{twin.version}": json.dumps(asdict(twin))}
        self._catalogue.change(Change(roll.partition, sk, sets=itself, adds={"met": 1}))
        seen = self._read(roll, sk)
        while (originals := _those(seen, _ORIGINAL)) and (proxies := _those(seen, _PROXY)):
            for original in originals:
                self._tell(roll, original, proxies)
            before, seen = seen, self._read(roll, sk)
            if seen["met"] == before["met"]:
                return

    def _read(self, roll: RollRef, sk: str) -> Row:
        row = self._catalogue.get(roll.partition, sk)
        if row is None:
            raise LookupError(f"{sk} was written a moment ago and is gone")
        return row

    def _tell(self, roll: RollRef, original: Twin, proxies: list[Twin]) -> None:
        best = choose(original, proxies)
        if best is None:
            return
        name, other = ("proxy_refused", "picture_from") if best.differs else ("picture_from", "proxy_refused")
        sk = table.clip_sk(ClipRef(roll=roll, clip_id=original.clip_id, version=original.version))
        told = Change(roll.partition, sk, sets={name: best.model_dump_json()}, removes=[other], when={"sk": sk})
        self._catalogue.change(told)


def _those(row: Row, side: str) -> list[Twin]:
    return [Twin(**json.loads(value)) for name, value in row.items() if name.startswith(side)]
