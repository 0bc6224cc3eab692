"""The catalogue as people read it: productions, rolls, clips, files, and the steps that a clip has taken."""

import json
from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import PurePosixPath
from typing import Any

from circletake.cloud.card_rows import read_acts, read_policy
from circletake.cloud.card_telling import tell_cards, tell_light
from circletake.cloud.catalogue import Catalogue, Row
from circletake.cloud.looks import read_recipe, read_slates, recipe_of
from circletake.contracts import table
from circletake.contracts.analysis import AnalysisKind, ModelVersion
from circletake.contracts.analysis import State as Asked
from circletake.contracts.files import ENDS, NOTES, State
from circletake.contracts.keys import DayRef, RollRef, parse_ingest_key
from circletake.contracts.media import OutputManifest, PictureFrom, PictureSource, RawFacts
from circletake.contracts.recipe import EditorialFormat
from circletake.contracts.sound import AppliedSound
from circletake.film.clip_names import spoken_name
from circletake.film.interchange.ale import ales_of
from circletake.film.interchange.bins import bin_of
from circletake.film.looks.resolving import clip_name
from circletake.film.raw import raw_state
from circletake.film.report import tell_report
from circletake.film.twins import is_external_proxy

Told = dict[str, Any]


class Reading:
    """Questions that the page and the command line ask alike."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue

    def productions(self) -> list[str]:
        return [row["sk"] for row in self._catalogue.query(table.PRODUCTIONS)]

    def rolls(self, production: str) -> list[tuple[RollRef, Row]]:
        """A production → its rolls and their ROLL rows, by unit, day and roll."""
        refs = []
        for row in self._catalogue.query(table.production_pk(production)):
            unit, day, roll = row["sk"].split("#")
            refs.append(RollRef(production=production, unit=unit, day=day, roll=roll))
        rows = {row["pk"]: row for row in self._catalogue.get_many([(ref.partition, table.ROLL) for ref in refs])}
        return [(ref, rows[ref.partition]) for ref in refs if ref.partition in rows]

    def rolls_of(self, day: DayRef) -> list[RollRef]:
        """A unit's day → its rolls."""
        rows = self._catalogue.query(table.production_pk(day.production), table.day_listing_prefix(day))
        return [RollRef(**day.model_dump(), roll=row["sk"].rpartition("#")[2]) for row in rows]

    def roll(self, roll: RollRef) -> Row:
        """The ROLL row; an empty one when nothing of it was received yet."""
        return self._catalogue.get(roll.partition, table.ROLL) or {}

    def card(self, roll: RollRef) -> Told:
        """A roll → the verdicts on its card, one for each insertion."""
        cards = list(self._catalogue.query(roll.partition, table.CARD))
        policy_at, _ = read_policy(self._catalogue, roll.production)
        return tell_cards(self.roll(roll), cards, read_acts(self._catalogue, roll), policy_at)

    def clips(self, roll: RollRef) -> list[Row]:
        """A roll → its CLIP rows by path; a RAW clip's has under `proxy` the row of the clip whose picture it shows."""
        rows = {row["sk"]: row for row in self._catalogue.query(roll.partition, table.CLIP)}
        for row in rows.values():
            if "picture_from" in row:
                picture = PictureFrom.model_validate_json(row["picture_from"], extra="ignore")
                row["proxy"] = rows.get(f"{table.CLIP}{picture.clip_id}#{picture.version}")
        return sorted(rows.values(), key=lambda row: (row["path"], row["sk"]))

    def files(self, roll: RollRef) -> list[Row]:
        """A roll → the files that are no clip. What joined a clip is shown with it, and notes of ours were never on
        the card, so they are shown only when there is something wrong with them."""
        rows = self._catalogue.query(roll.partition, table.FILE)
        noted = f"{NOTES}/"
        shown = [
            row
            for row in rows
            if row["state"] != State.JOINED and (not row["path"].startswith(noted) or row["state"] == State.REJECTED)
        ]
        return sorted(shown, key=lambda row: (row["path"], row["sk"]))

    def all_files(self, roll: RollRef) -> list[Row]:
        """A roll → every version of every file, those of clips among them."""
        return list(self._catalogue.query(roll.partition, table.FILE))

    def report(self, roll: RollRef) -> Told:
        """A roll → its camera report: `header`, `rows` and `csv`."""
        clips = [tell_clip(row) for row in self.clips(roll)]
        return tell_report(roll, self.card(roll), clips, [tell_file(row) for row in self.all_files(roll)])

    def ales(self, roll: RollRef) -> dict[str, str]:
        """A roll → an ALE for each rate of its clips, by the file's name."""
        told, recipe = [tell_clip(row) for row in self.clips(roll)], read_recipe(self._catalogue, roll.production)
        found = read_slates(self._catalogue, roll)
        slates = {clip["name"]: slate for clip in told if (slate := found.get(clip_name(clip["name"])))}
        texts = ales_of(bin_of(roll, self.card(roll), told, slates, recipe), recipe.editorial.height)
        return {f"{roll.roll}{f'_{clock}' if len(texts) > 1 else ''}.ale": text for clock, text in texts.items()}

    def made_by(self, production: str, clips: Sequence[Row]) -> dict[str, Told | None]:
        """CLIP rows → what the recipe says that the picture which is there was made by, by their sort keys.

        None where there is no picture, and while the recipe is that of a newer order, whose picture is not there.
        """
        known = [row for row in clips if "recipe_since" in row and row.get("shown") == row["revision"]]
        since: dict[str, str] = {row["sk"]: row["recipe_since"] for row in known}
        recipes = {
            each: recipe_of(self._catalogue, production, each).model_dump(mode="json", include={"burn_in", "qc"})
            for each in {*since.values()}
        }
        return {row["sk"]: recipes[since[row["sk"]]] if row["sk"] in since else None for row in clips}

    def jobs(self, roll: RollRef, clip_sk: str) -> list[Row]:
        """A clip → its jobs, in the order in which they began."""
        rows = [row for row in self._catalogue.query(roll.partition, table.JOB) if row.get("clip") == clip_sk]
        return sorted(rows, key=lambda row: row["started_at"])

    def analyses(self, roll: RollRef) -> dict[str, list[Told]]:
        """A roll → how each question to a model stands, by the sort keys of its clips, in the order of their kinds."""
        told: dict[str, list[Row]] = defaultdict(list)
        for row in self._catalogue.query(roll.partition, table.ANALYSIS):
            _, clip_id, version, _ = row["sk"].split("#")
            told[f"{table.CLIP}{clip_id}#{version}"].append(row)
        return {sk: [_tell_analysis(row) for row in sorted(rows, key=_kind)] for sk, rows in told.items()}

    def find_clips(self, wanted: str) -> Iterator[tuple[RollRef, Row]]:
        """A clip's name, whole or as people say it, its id, or the path or name of one of its files → what it may mean,
        in every production."""
        for production in self.productions():
            for roll, _ in self.rolls(production):
                for clip in self.clips(roll):
                    paths = [parse_ingest_key(span["key"]).path for span in json.loads(clip["spans"])]
                    if wanted in names_of(clip["title"], clip["sk"].split("#")[1]) or _names_one(wanted, paths):
                        yield roll, clip

    def find_files(self, wanted: str) -> Iterator[tuple[RollRef, Row]]:
        """The path or name of a file that is no clip → what it may mean, in every production."""
        for production in self.productions():
            for roll, _ in self.rolls(production):
                for file in self.files(roll):
                    if _names_one(wanted, [file["path"]]):
                        yield roll, file


def names_of(title: str, clip_id: str) -> tuple[str, str, str]:
    """A clip → everything that it is called by."""
    return title, spoken_name(title), clip_id


def _names_one(wanted: str, paths: Sequence[str]) -> bool:
    at = [PurePosixPath(path) for path in paths]
    return any(wanted in (str(path), path.name, path.stem) for path in at)


def _kind(row: Row) -> int:
    return list(AnalysisKind).index(AnalysisKind(row["kind"]))


def _tell_analysis(row: Row) -> Told:
    failed = row["state"] in (Asked.LEFT_OUT, Asked.NEEDS_ATTENTION)
    model = ModelVersion.model_validate_json(row["model"], extra="ignore").model_dump() if "model" in row else None
    why = {"code": row["why"], "sentence": row["sentence"]} if failed else None
    told = {"kind": row["kind"], "state": row["state"], "why": why, "model": model}
    return {**told, "answered_at": row.get("answered_at")}


def tell_roll(roll: RollRef, row: Row) -> Told:
    """A ROLL row → the roll as the page shows it. `clips` counts them by state, OPEN for what has not ended."""
    counts = {str(end): row.get(f"n_{end}", 0) for end in State if end in ENDS and end is not State.JOINED}
    return {
        "unit": roll.unit,
        "day": roll.day,
        "roll": roll.roll,
        "files": row.get("n_files", 0),
        "open": row.get("n_open", 0),
        "closed": bool(row.get("closed")),
        "closing": row.get("closing", 0),
        "card": tell_light(row),
        "clips": {state: count for state, count in {**counts, "OPEN": row.get("n_open", 0)}.items() if count},
    }


def tell_clip(row: Row) -> Told:
    """A CLIP row → the clip as the page and `status --json` show it."""
    _, clip_id, version = row["sk"].split("#")
    ended_at = row.get("ended_at")
    return {
        "name": row["title"],
        "path": row["path"],
        "offload": row["offload"],
        "clip_id": clip_id,
        "version": version,
        "state": row["state"],
        **_verdict(row),
        "received_at": row["received_at"],
        "ended_at": ended_at,
        "seconds": seconds_between(row["received_at"], ended_at) if ended_at else None,
        "spans": [
            {
                "path": parse_ingest_key(span["key"]).path,
                "version": span["version"],
                "size_bytes": span["size_bytes"],
            }
            for span in json.loads(row["spans"])
        ],
        "inspection": json.loads(row["inspection"]) if "inspection" in row else None,
        "media": _media(row),
        "look": json.loads(row["look"]) if row.get("look") else None,
        "not_made_anew": json.loads(row["not_made_anew"]) if row.get("not_made_anew") else None,
        "editorial": _editorial(row),
        "recorder": _recorder(row),
        "external_proxy": is_external_proxy(row["path"], row["offload"]),
        **_raw(row),
    }


def _media(row: Row) -> Told | None:
    if "media" not in row:
        return None
    media = OutputManifest.model_validate_json(row["media"], extra="ignore")
    # Without the production: a grant already says which one.
    return {"prefix": media.prefix.split("/", 1)[1], "names": [output.name for output in media.outputs]}


def _editorial(row: Row) -> list[str]:
    media = _media(row)
    return [name for name in EditorialFormat if name in media["names"]] if media else []


def _recorder(row: Row) -> Told | None:
    """A CLIP row → the recorder's tracks that its proxies carry, and what their place rests on."""
    if not row.get("sound"):
        return None
    sound = AppliedSound.model_validate_json(row["sound"], extra="ignore")
    return {"tracks": [track.name for track in (*sound.mix, *sound.isos)], "sentence": sound.sentence}


def _raw(row: Row) -> Told:
    """A CLIP row → `raw`: what a RAW clip tells, and its state; `picture_from`: whose picture of it is shown, with
    its `media` once it is there; `proxy_refused`: why a proxy of its name is not shown."""
    told: Told = {"raw": None, "picture_from": None, "proxy_refused": None}
    if "raw" not in row:
        return told
    facts, proxy = RawFacts.model_validate_json(row["raw"], extra="ignore"), row.get("proxy")
    by_decoder, shown = row["state"] == State.DELIVERED and "decoder" in row, None
    if by_decoder:
        told["picture_from"] = {**json.loads(row["decoder"]), "state": row["state"], "media": _media(row)}
        shown = PictureSource.VENDOR_DECODER
    elif proxy is not None:
        told["picture_from"] = {**json.loads(row["picture_from"]), "state": proxy["state"], "media": _media(proxy)}
        shown = PictureSource.EXTERNAL_PROXY if proxy["state"] == State.DELIVERED else None
    if "proxy_refused" in row and not by_decoder:
        told["proxy_refused"] = json.loads(row["proxy_refused"])
    return told | {"raw": {**facts.model_dump(mode="json"), "state": raw_state(facts, shown)}}


def tell_file(row: Row) -> Told:
    """A FILE row → the file as the page shows it: a sidecar, sound, a manifest, a span that still waits."""
    known = {name: row[name] for name in ("path", "offload", "kind", "state")}
    file = json.loads(row["file"])
    identity = {name: file[name] for name in ("version", "size_bytes")}
    return {**known, **identity, "digests": json.loads(row.get("bound") or row.get("digests", "{}")), **_verdict(row)}


def seconds_between(start: str, end: str) -> float:
    """Two stamps → the seconds from one to the other."""
    return round((datetime.fromisoformat(end) - datetime.fromisoformat(start)).total_seconds(), 3)


def _verdict(row: Row) -> Told:
    return {name: row.get(name) for name in ("code", "sentence", "next_step")}
