"""What the catalogue keeps of cards, and how: verdicts, acts, policies, and the mark by which a stale one is known."""

import base64
import hashlib
import json
import zlib
from collections import defaultdict
from collections.abc import Mapping

from circletake.cloud.catalogue import Catalogue, Change, Row
from circletake.contracts import table
from circletake.contracts.cards import Act, CardVerdict, Policy
from circletake.contracts.files import SourceFile
from circletake.contracts.keys import RollRef
from circletake.film.twins import PROXY_OFFLOAD

#: Of the 400 KB that a row may have.
MAX_PACKED = 300_000


def is_of_a_card(offload: str) -> bool:
    """Whether an offload is an insertion of a card, and not proxies that somebody made of one."""
    return not offload.startswith(PROXY_OFFLOAD)


def pack(verdict: CardVerdict) -> str:
    """A verdict → text that fits a row, with as many of its reasons as do: thousands of them say much the same."""
    packed = base64.b85encode(zlib.compress(verdict.model_dump_json().encode())).decode()
    if len(packed) <= MAX_PACKED:
        return packed
    kept = len(verdict.reasons) // 2
    more = verdict.more_reasons + len(verdict.reasons) - kept
    return pack(verdict.model_copy(update={"reasons": verdict.reasons[:kept], "more_reasons": more}))


def unpack(packed: str) -> CardVerdict:
    return CardVerdict.model_validate_json(zlib.decompress(base64.b85decode(packed)), extra="ignore")


def mark(roll: Row) -> str:
    """A ROLL row → a mark that changes whenever something arrives in the roll, or ends, or begins again."""
    kinds = ("n_", "arrived#", "record#", "complete#")
    told = {name: str(value) for name, value in roll.items() if name.startswith(kinds) or name == "closing"}
    return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()[:20]


def read_acts(catalogue: Catalogue, roll: RollRef) -> dict[str, list[Act]]:
    """A roll → what people did to each insertion of its card, the first first."""
    acts: dict[str, list[Act]] = defaultdict(list)
    for row in catalogue.query(table.acts_pk(roll.partition)):
        if "act" in row:  # a fact that is not said yet stands there too
            act = Act.model_validate_json(row["act"])
            acts[act.offload].append(act)
    return acts


def read_policy(catalogue: Catalogue, production: str) -> tuple[str, Policy]:
    """A production → since when, and what it asks of its copies: the newest word, or what is usual without one."""
    rows = [row for row in catalogue.query(table.policy_pk(production)) if "policy" in row]
    return (rows[-1]["sk"], Policy.model_validate_json(rows[-1]["policy"])) if rows else ("", Policy())


def record_digests(catalogue: Catalogue, roll: RollRef, file: SourceFile, digests: Mapping[str, str]) -> None:
    """What somebody has read of a version's bytes → its row, beside what is known already.

    Raises `Refused` when somebody else wrote there at the same moment.
    """
    row = catalogue.get(roll.partition, table.file_sk(file.key, file.version))
    if row is None:
        raise LookupError(f"{file.key} is not in the catalogue")
    told = json.dumps({**json.loads(row.get("digests", "{}")), **digests})
    catalogue.change(Change(row["pk"], row["sk"], sets={"digests": told}, when={"digests": row.get("digests")}))
