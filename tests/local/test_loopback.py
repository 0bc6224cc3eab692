"""Nothing leaves this machine, and nothing of the developer's reaches a handler."""

import ipaddress
import urllib.request
from pathlib import Path
from typing import Any

import pytest

from infra.local import studio
from tests import footage
from tests.local.conftest import DEVELOPERS, Listened, listening
from tests.waiting import eventually

pytestmark = pytest.mark.studio
_direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def _is_here(address: Any) -> bool:
    """An address as the socket module was given it → whether it stays on this machine."""
    if isinstance(address, list):  # (host, port, …) went through JSON
        address = address[0]
    if address is None or str(address).startswith("/"):  # an unbound side, a Unix socket
        return True
    return address == "localhost" or ipaddress.ip_address(address).is_loopback


def test_every_address_that_the_engine_the_handlers_and_the_models_name_is_loopback(tmp_path: Path) -> None:
    with studio.start(environment=listening(tmp_path / "heard.jsonl")) as laptop:
        s3 = laptop.session().client("s3")
        clip = footage.clip(tmp_path / "A001C001.mov", frames=4)
        s3.upload_file(str(clip), laptop.outputs["IngestBucket"], f"RIVER/main/D014/A001/o1/{clip.name}")
        review = laptop.outputs["ReviewBucket"]
        eventually(lambda: s3.list_objects_v2(Bucket=review)["KeyCount"] >= 6, within_s=60)
        eventually(lambda: "/analysis/slate.json" in str(s3.list_objects_v2(Bucket=review)), within_s=120)
        eventually(lambda: _direct.open(laptop.page).status == 200)
        addresses = Listened(laptop, tmp_path / "heard.jsonl").addresses()
    heard = {program for program, _ in addresses}
    ours = ("corrected.py", "receive", "inspect", "transcode", "publish", "review")
    for part in (*ours, "infra.local.inference", "models.server"):
        assert any(part in program for program in heard), f"{part} was not listened to"
    assert [(program, address) for program, address in addresses if not _is_here(address)] == []


def test_a_handler_sees_nothing_of_the_developers_environment(listened: Listened) -> None:
    listened.put("alone")
    environment = listened.outcome("alone")["environment"]
    assert set(environment.values()).isdisjoint(DEVELOPERS.values())
    assert environment["AWS_ACCESS_KEY_ID"].startswith("ASIA")
    assert environment["AWS_ENDPOINT_URL"] == listened.studio.endpoint
    assert environment["AWS_SHARED_CREDENTIALS_FILE"] == "/dev/null"
    assert environment["TMPDIR"].startswith(environment["HOME"])


def test_our_own_session_reaches_the_studio_whatever_the_developers_environment_says(
    listened: Listened, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in DEVELOPERS.items():
        monkeypatch.setenv(name, value)
    caller = listened.studio.session().client("sts").get_caller_identity()
    assert caller["Account"] == listened.studio.account
