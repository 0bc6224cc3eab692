"""Nothing leaves this machine, and nothing of the developer's reaches a handler."""

import ipaddress
from typing import Any

import pytest

from tests.local.conftest import DEVELOPERS, Listened

pytestmark = pytest.mark.studio


def _is_here(address: Any) -> bool:
    """An address as the socket module was given it → whether it stays on this machine."""
    if isinstance(address, list):  # (host, port, …) went through JSON
        address = address[0]
    if address is None or str(address).startswith("/"):  # an unbound side, a Unix socket
        return True
    return address == "localhost" or ipaddress.ip_address(address).is_loopback


def test_every_address_that_the_engine_and_the_handlers_name_is_loopback(listened: Listened) -> None:
    listened.put("heard")
    listened.outcome("heard")
    lines = listened.lines()
    programs = {line["pid"]: " ".join(line["argv"]) for line in lines if "argv" in line}
    named = [line for line in lines if "address" in line]
    assert any("corrected.py" in programs[line["pid"]] for line in named)
    assert any("awslambdaric" in programs[line["pid"]] for line in named)
    assert [line for line in named if not _is_here(line["address"])] == []


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
