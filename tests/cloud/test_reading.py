"""Rows of the catalogue as the page and the command line are told them."""

import json
from typing import Any

from circletake.cloud.reading import tell_clip


def test_what_a_newer_function_has_written_of_a_clip_hides_nothing_from_an_older_one() -> None:
    def written(**told: Any) -> str:
        return json.dumps({**told, "invented_later": 1})

    output = {"name": "n", "media_type": "m", "size_bytes": 1, "sha256": "0" * 64, "invented_later": 1}
    row = {
        "sk": "CLIP#a#b", "title": "A001C001", "path": "A001C001.R3D", "offload": "o", "state": "RECEIVED",
        "received_at": "2026-09-30T20:00:00.000+00:00", "spans": "[]", "raw": written(kind="R3D", frames=24),
        "media": written(job_id="j", attempt=1, prefix="bikes/p", outputs=[output]),
    }  # fmt: skip
    told = tell_clip(row)
    assert (told["raw"]["frames"], told["media"]["prefix"]) == (24, "p")
