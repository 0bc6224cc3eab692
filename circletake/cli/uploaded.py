"""What is told of an upload: before it, after it, and when the same command comes again."""

from collections.abc import Mapping

from rich.table import Table
from rich.text import Text

from circletake.cli.shared import console, counted, errors, print_json, visible
from circletake.cloud.reading import Told
from circletake.contracts.files import Offload
from circletake.contracts.keys import RollRef
from circletake.transfer.deciding import Intent
from circletake.transfer.journal import Insertion
from circletake.transfer.listing import legible
from circletake.transfer.uploading import Load

SHOWN = 40


def tell(ref: RollRef, record: Offload, left_out: Mapping[str, str], differing: Mapping[str, str]) -> Told:
    """The completion record and what is wrong → what is told."""
    size_bytes = sum(file.size_bytes for file in record.files)
    return {
        **_common(ref, record.offload, len(record.files), size_bytes, left_out, differing),
        "origin": record.origin,
    }


def tell_again(ref: RollRef, known: Insertion) -> Told:
    """An insertion that went up before → what is told of it."""
    size_bytes = sum(sent.size_bytes for sent in known.sent.values())
    told = _common(ref, known.offload, len(known.sent), size_bytes, known.left_out, known.differing)
    return {**told, "already": True, "sent_bytes": 0}


def _common(
    ref: RollRef,
    offload: str,
    files: int,
    size_bytes: int,
    left_out: Mapping[str, str],
    differing: Mapping[str, str],
) -> Told:
    return {
        "roll": ref.model_dump(),
        "offload": offload,
        "files": files,
        "bytes": size_bytes,
        "not_uploaded": [{"path": legible(path), "reason": reason} for path, reason in left_out.items()],
        "differing": [{"path": path, "reason": reason} for path, reason in differing.items()],
    }


def print_told(told: Told, hint: str) -> None:
    """What is told → the same for people, what is wrong last."""
    files = f"{counted(told['files'], 'file')}, {told_size(told['bytes'])}"
    if told.get("already"):
        console.print(f"Roll {told['roll']['roll']} is uploaded already, as {told['offload']}: {files}.")
        others = "--again uploads another insertion of this card, --repair looks at what is in the bucket."
        console.print(f"Nothing was sent. {others}", style="dim")
    else:
        rate = f"{told_size(told['sent_bytes'] / max(told['seconds'], 0.001))}/s"
        sent = f"{told_size(told['sent_bytes'])} sent in {told['seconds']:.0f} s, {rate}"
        sent = sent if told["sent_bytes"] else "it was there, nothing had to be sent"
        console.print(f"Roll {told['roll']['roll']} is uploaded as {told['offload']}: {files} ({sent}).{hint}")
    for title, wrong in (("Not uploaded", told["not_uploaded"]), ("Not as its manifest says", told["differing"])):
        for each in wrong[:SHOWN]:
            errors.print(Text(f"{title}: {visible(each['path'])}: {each['reason']}", style="red"))
        if len(wrong) > SHOWN:
            errors.print(Text(f"{title}: {len(wrong) - SHOWN} more (--json tells all)", style="red"))
    if told["not_uploaded"] or told["differing"]:
        errors.print("When that is put right, the same command with --repair sends what is missing.")


def print_plan(load: Load, intent: Intent, known: Insertion | None, *, as_json: bool) -> None:
    """What an upload would do, in its order. Nothing is read and nothing asked of the bucket."""
    sent = known.sent if known and known.offload == intent.offload else {}
    rows = [(file, file.path in sent and sent[file.path].is_of(file)) for file in load.order]
    left = [file for file, is_there in rows if not is_there]
    told: Told = {
        "offload": None if intent.is_new else intent.offload,
        "files": len(left),
        "bytes": sum(file.size_bytes for file in left),
        "already_there": len(rows) - len(left),
        "order": [file.path for file in left],
        "not_uploaded": [{"path": legible(path), "reason": reason} for path, reason in load.card.refused],
    }
    if as_json:
        print_json(told)
        return
    table = Table(box=None, header_style="dim")
    table.add_column("#", justify="right")
    table.add_column("File", overflow="fold")
    table.add_column("Size", justify="right")
    for number, file in enumerate(left[:SHOWN], start=1):
        table.add_row(str(number), Text(visible(file.path)), told_size(file.size_bytes))
    if left:
        console.print(table)
    if len(left) > SHOWN:
        console.print(f"… and {len(left) - SHOWN} more (--json tells all)", style="dim")
    place = "as a new offload" if intent.is_new else f"as {intent.offload}"
    there = f"; {counted(told['already_there'], 'file')} went up before" if told["already_there"] else ""
    console.print(f"Would send {counted(told['files'], 'file')}, {told_size(told['bytes'])}, {place}{there}.")


def told_size(size_bytes: float) -> str:
    """1234567 → "1.2 MB"."""
    for unit in ("bytes", "kB", "MB", "GB"):
        if size_bytes < 1000:
            return counted(round(size_bytes), "byte") if unit == "bytes" else f"{size_bytes:.1f} {unit}"
        size_bytes /= 1000
    return f"{size_bytes:.1f} TB"
