"""A roll's camera report: what the catalogue tells of a roll, its card, its clips and its files → rows and a CSV.

TC out is the first frame after the clip, as in an ALE and an EDL: out minus in is the duration. Scene, take and circle
come from the papers of the script supervisor and of sound; until those are read, they are unknown here. None is
"nobody said": a dash (–) where people read, an empty cell in the CSV.

The CSV begins with a byte order mark, without which Excel takes UTF-8 for the laptop's own old code page; Numbers,
LibreOffice and Python's `utf-8-sig` all know it.
"""

import csv
import io
import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

from circletake.contracts.cards import Axis, VolumeKind
from circletake.contracts.files import NOTES, State
from circletake.contracts.keys import RollRef
from circletake.film.answered import act_text, is_before, lines_of, moment_text, paths_of, place_acts
from circletake.film.timing import Timecode

Told = dict[str, Any]

#: The columns of a row, in the order of a camera report, and their headings.
COLUMNS = {
    "roll": "Roll",
    "clip": "Clip",
    "scene": "Scene",
    "take": "Take",
    "circle": "Circle",
    "tc_in": "TC in",
    "tc_out": "TC out",
    "frames": "Frames",
    "duration": "Duration (s)",
    "fps": "FPS",
    "shutter": "Shutter",
    "ei": "EI",
    "wb": "WB",
    "lens": "Lens",
    "codec": "Codec",
    "resolution": "Resolution",
    "size_bytes": "Size (bytes)",
    "digest": "Digest",
    "copies": "Copies",
    "state": "State",
    "picture": "Picture",
    "notes": "Notes",
    "path": "Path on the card",
    "offload": "Insertion",
    "answered": "Answered for",
}
#: Of a file's digests one is shown: the one that manifests mostly speak of, S3's own last.
_DIGESTS = ("xxh64", "xxh3", "xxh128", "md5", "sha1", "c4", "sha256", "sha512", "crc64nvme")
#: What a spreadsheet takes for a formula; also after the ";" that many of them split a line at.
_FORMULA = re.compile(r"(^|;)(?=\s*[=+\-@＝＋－＠\t\r])")


def tell_report(roll: RollRef, card: Told, clips: Sequence[Told], files: Sequence[Told]) -> Told:
    """A roll, its card's verdict, its clips and all its files, each as the catalogue tells it → the report.

    `rows` holds a row for each clip that counts: none for a proxy of another clip, for a version that a newer one
    replaced, or for an insertion of which another one has everything. `csv` is the same as a file's text, and has a
    line more for each act that is about no row. `header` is what stands above the rows.
    """
    by_version = {file["version"]: file for file in files}
    cards = {each["offload"]: each for each in card["cards"]}
    covered = _covered(card)
    counting = [clip for clip in clips if clip["offload"] not in covered]
    own = [clip for clip in counting if not clip["external_proxy"]]
    _, older = _part_versions(own)
    current = current_clips(card, clips)
    acts = place_acts(card, current)
    rows = [_row(roll, clip, cards.get(clip["offload"]), by_version, older[clip["clip_id"]], acts) for clip in current]
    kept = [file for file in files if file["offload"] not in covered]
    header = _header(roll, card, current, kept) | {"proxies": len(counting) - len(own), "acts": acts}
    return {"header": header, "rows": rows, "csv": write_csv(roll, [*rows, *lines_of(acts, roll)])}


def current_clips(card: Told, clips: Sequence[Told]) -> list[Told]:
    """A card's verdict and all clips of a roll → those that count, by insertion and path: no proxy of another clip, no
    version that a newer one replaced, none of an insertion of which another one has everything."""
    covered = _covered(card)
    own = [clip for clip in clips if clip["offload"] not in covered and not clip["external_proxy"]]
    insertion = {each["offload"]: number for number, each in enumerate(card["cards"])}
    current, _ = _part_versions(own)
    return sorted(current, key=lambda clip: (insertion.get(clip["offload"], len(insertion)), clip["path"]))


def _covered(card: Told) -> set[str]:
    return {each["offload"] for each in card["cards"] if each["covered_by"]}


def write_csv(roll: RollRef, rows: Iterable[Told]) -> str:
    """Rows → a CSV, with the production, unit and day in each line, and nothing in it that a spreadsheet would run."""
    text = io.StringIO()
    text.write("\ufeff")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(["Production", "Unit", "Day", *COLUMNS.values()])
    for row in rows:
        cells = (roll.production, roll.unit, roll.day, *(row.get(column) for column in COLUMNS))
        writer.writerow([cell_text(cell) for cell in cells])
    return text.getvalue()


def cell_text(value: Any) -> str:
    """A value → the text of a cell, in which nothing is hidden and nothing is run; empty where nobody said."""
    return "" if value is None else _FORMULA.sub(r"\1'", visible(str(value)))


def visible(text: str) -> str:
    """A name from a card → the same on one line; what is invisible or turns the writing is spelt ⟨U+202E⟩."""
    return "".join(
        f"⟨U+{ord(char):04X}⟩" if unicodedata.category(char) in ("Cc", "Cf", "Cs", "Zl", "Zp") else char
        for char in text
    )


def on_one_line(remark: str) -> str:
    """A remark, which may have several lines → on one, where each of them can still be told apart."""
    return " / ".join(filter(None, (" ".join(line.split()) for line in remark.splitlines())))


def compared_text(files: Mapping[str, int]) -> str:
    """A card's files in figures → how far they were compared, in words."""
    matched, listed = files["matched"], files["listed"]
    if not listed:
        return "nothing has been compared yet"
    return f"{matched} of {listed} {'file' if listed == 1 else 'files'} {'matches' if matched == 1 else 'match'}"


def in_decimals(exact: Fraction, digits: int = 3) -> str:
    """24000/1001 → "23.976", 25/1 → "25": rounded from the exact value, for people."""
    rounded = round(Decimal(exact.numerator) / Decimal(exact.denominator), digits).normalize()
    return f"{rounded:f}"


def clock_text(seconds: Fraction) -> str:
    """7412/2 → "1:01:46": hours, minutes and seconds, rounded once."""
    minutes, second = divmod(round(seconds), 60)
    hours, minute = divmod(minutes, 60)
    return f"{hours}:{minute:02}:{second:02}"


def _part_versions(clips: Sequence[Told]) -> tuple[list[Told], dict[str, list[Told]]]:
    """Clips → those that count, and by their ids the versions that newer ones of the same files replaced."""
    newest: dict[tuple[str, str], str] = {}
    for clip in clips:
        for path in paths_of(clip):
            at = clip["clip_id"], path
            newest[at] = max(newest.get(at, ""), clip["received_at"])
    current: list[Told] = []
    older: dict[str, list[Told]] = defaultdict(list)
    for clip in clips:
        replaced = any(newest[clip["clip_id"], path] > clip["received_at"] for path in paths_of(clip))
        (older[clip["clip_id"]] if replaced else current).append(clip)
    return current, older


def _row(
    roll: RollRef,
    clip: Told,
    card: Told | None,
    by_version: Mapping[str, Told],
    older: Sequence[Told],
    acts: Sequence[Told],
) -> Told:
    seen, paths = _seen(clip), paths_of(clip)
    # What the card's verdict says of the picture is the clip's own verdict, said again.
    bits = [reason for reason in (card or {"reasons": []})["reasons"] if reason["axis"] == Axis.BITS]
    said = [reason["sentence"] for reason in bits if reason["path"] in paths]
    answers = [act for act in acts if act["of_clip"] and act["offload"] == clip["offload"] and act["path"] in paths]
    shot = seen["camera"] or {}
    return {
        "roll": roll.roll,
        "clip": clip["name"],
        "scene": None,
        "take": None,
        "circle": None,
        **_time(seen),
        "shutter": shot.get("shutter"),
        "ei": shot.get("exposure_index"),
        "wb": shot.get("white_balance"),
        "lens": shot.get("lens"),
        "codec": seen["codec"],
        "resolution": f"{seen['width']} × {seen['height']}" if seen["width"] and seen["height"] else None,
        "size_bytes": sum(span["size_bytes"] for span in clip["spans"]),
        "digest": _digest([by_version.get(span["version"]) for span in clip["spans"]]),
        # Bytes that are in question are not known to be those of any copy.
        "copies": None if said else _copies(card, clip["received_at"]),
        "state": clip["state"],
        "picture": _picture(clip),
        "notes": " ".join([*_notes(clip, said, varies=bool(seen["varies"])), *_replacing(clip, older)]) or None,
        "path": clip["path"],
        "offload": clip["offload"],
        "answered": " ".join(map(act_text, answers)) or None,
        "poster": _poster(clip),
    }


def _seen(clip: Told) -> Told:
    """A clip → what was read of it: decoded, or as far as a RAW file tells without its decoder."""
    told = dict.fromkeys(("codec", "rate", "frames", "start_timecode", "width", "height", "camera", "varies"))
    if inspection := clip["inspection"]:
        video = inspection["video"]
        told |= {name: video[name] for name in ("rate", "frames", "width", "height")}
        told |= {"start_timecode": inspection["start_timecode"], "camera": inspection.get("camera")}
        told |= {"codec": " ".join(filter(None, (video["codec"], video["profile"]))), "varies": video["variable_rate"]}
    elif raw := clip["raw"]:
        told |= {name: raw[name] for name in told.keys() - {"codec", "varies"}}
        told["codec"] = raw["codec"] or raw["kind"]
    return told


def _time(seen: Told) -> Told:
    """→ in and out, frames, seconds and rate, exactly. Without a rate there is no out and no duration."""
    rate, frames, label = seen["rate"] and Fraction(seen["rate"]), seen["frames"], seen["start_timecode"]
    start = Timecode.parse(label, rate) if label and rate else None
    return {
        "tc_in": label,
        "tc_out": str(start + frames) if start and frames else None,
        "frames": frames,
        "duration": in_decimals(frames / rate) if frames and rate else None,
        "fps": in_decimals(rate) if rate else None,
    }


def _digest(files: Sequence[Told | None]) -> str | None:
    """The files of a clip → a digest of each, all or none: half of a clip's digests prove nothing about it."""
    known = [file["digests"] if file else {} for file in files]
    shown = [next((f"{name}:{digests[name]}" for name in _DIGESTS if name in digests), "") for digests in known]
    return " ".join(shown) if all(shown) else None


def _copies(card: Told | None, received_at: str) -> str | None:
    """A card, and since when a clip of it is here → how many copies count, and their names.

    None where the verdict is older than the clip: nobody knows which copies hold this version.
    """
    if not card or not card["judged_at"] or is_before(card["judged_at"], received_at):
        return None
    counting = [copy for copy in card["copies"] if copy["counts"]]
    names = ["cloud" if copy["kind"] == VolumeKind.CLOUD else copy["volume"] for copy in counting]
    return f"{len(names)}: {', '.join(names)}" if names else "0"


def _picture(clip: Told) -> str:
    """→ whose picture was seen: nothing that was not decoded whole is called checked."""
    shown = shown_media(clip)
    return shown.get("label", "own") if shown else "not checked"


def shown_media(clip: Told) -> Told | None:
    """A clip → the pictures of it that people can look at: its own, or what stands for it."""
    if clip["picture_from"]:
        return {**clip["picture_from"], **clip["picture_from"]["media"]} if clip["picture_from"]["media"] else None
    media: Told | None = clip["media"]
    return media


def _poster(clip: Told) -> str | None:
    shown = shown_media(clip)
    return f"{shown['prefix']}poster.jpg" if shown and "poster.jpg" in shown["names"] else None


def _notes(clip: Told, bits: Sequence[str], *, varies: bool) -> list[str]:
    """→ the verdict on the clip, then what the card's verdict says of its files, each sentence once."""
    said = [clip["sentence"], (clip["picture_from"] or clip["proxy_refused"] or {}).get("sentence")]
    if varies:
        said.append("The frame rate of this file varies: timecode follows its nominal rate.")
    return [sentence for sentence in dict.fromkeys([*said, *bits]) if sentence]


def _replacing(clip: Told, older: Sequence[Told]) -> list[str]:
    """→ a sentence for each version of these files that this one replaced, and what was wrong with it."""
    replaced = [old for old in older if paths_of(old) & paths_of(clip)]
    return [
        f"Replaces a version that was received {moment_text(old['received_at'])}"
        + (f": {old['sentence']}" if old["sentence"] else ".")
        for old in sorted(replaced, key=lambda old: old["received_at"])
    ]


def _header(roll: RollRef, card: Told, own: Sequence[Told], files: Sequence[Told]) -> Told:
    others = {
        (file["offload"], file["path"]): file["kind"]
        for file in files
        if file["state"] != State.JOINED and not file["path"].startswith(f"{NOTES}/")
    }
    seen = [each for each in map(_seen, own) if each["frames"] and each["rate"]]
    seconds = sum((each["frames"] / Fraction(each["rate"]) for each in seen), Fraction(0))
    return {
        **roll.model_dump(),
        "card": card,
        "clips": len(own),
        "duration_s": f"{seconds.numerator}/{seconds.denominator}",
        "size_bytes": sum(span["size_bytes"] for clip in own for span in clip["spans"]),
        "other_files": Counter(others.values()),
    }
