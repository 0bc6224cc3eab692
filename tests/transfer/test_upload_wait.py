"""`circletake upload --wait`: it ends when what was uploaded has ended, and tells of nothing else."""

import json

import pytest

from circletake.cli.watching import Late, Uploaded, watch
from circletake.cloud.catalogue import Catalogue
from circletake.cloud.reading import Reading
from circletake.contracts.keys import COMPLETION_PATH, RollRef
from tests.pipeline.world import World

ROLL, PREFIX = RollRef(production="bikes", unit="main", day="D001", roll="A001"), "bikes/main/D001/A001/o-1/"


def test_a_repair_is_waited_for_and_what_it_replaced_is_not_told(world: World, catalogue: Catalogue) -> None:
    reading = Reading(catalogue)

    def put(bodies: dict[str, bytes]) -> None:
        versions.update({path: world.upload(PREFIX + path, body) for path, body in bodies.items()})

    def record() -> Uploaded:
        files = [{"path": path, "size_bytes": 1, "s3_version": version} for path, version in versions.items()]
        body = json.dumps({"offload": "o-1", "files": files}).encode()
        return Uploaded(dict(versions), world.upload(PREFIX + COMPLETION_PATH, body))

    versions: dict[str, str] = {}
    put({"A001C001.mov": b"", "A001C002.mov": b"no container", "T01.wav": b""})
    first = record()
    world.deliver_all()
    clips, files = watch(reading, ROLL, "o-1", first, timeout_s=1, quietly=True)
    assert (len(clips), len(files)) == (2, 1)
    old = clips[0]["version"]
    put({"A001C001.mov": b"x", "T01.wav": b"x"})
    mended = record()
    with pytest.raises(Late):
        watch(reading, ROLL, "o-1", mended, timeout_s=0, quietly=True)
    world.deliver_all()
    clips, files = watch(reading, ROLL, "o-1", mended, timeout_s=1, quietly=True)
    assert [clip["path"] for clip in clips] == ["A001C001.mov", "A001C002.mov"]
    assert old not in {clip["version"] for clip in clips}
    assert len(files) == 1
