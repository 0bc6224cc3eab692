"""The engine and its tether: what starts, ends; and nothing of it stays."""

import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from infra.local import LocalError, engine, processes
from tests.waiting import eventually

pytestmark = pytest.mark.studio


def test_a_stopped_engine_leaves_no_process_and_no_folder(tmp_path: Path) -> None:
    started = engine.start(tmp_path / "engine")
    assert processes.family(started.pid)
    assert started.folder.is_dir()
    started.stop()
    assert processes.family(started.pid) == set()
    assert not started.folder.exists()


def test_an_engine_ends_with_the_process_that_started_it_even_if_that_is_killed(tmp_path: Path) -> None:
    script = (
        "import sys, pathlib; from infra.local import engine\n"
        "print(engine.start(pathlib.Path(sys.argv[1])).pid, flush=True); input()"
    )
    folder = tmp_path / "engine"
    command = [sys.executable, "-c", script, str(folder)]
    starter = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=engine.ROOT)
    assert starter.stdout is not None
    pid = int(starter.stdout.readline())
    assert engine.is_running(pid, folder)
    starter.send_signal(signal.SIGKILL)
    starter.communicate()
    eventually(lambda: not processes.family(pid) and not folder.exists())


def test_an_engine_that_was_let_go_lives_on(tmp_path: Path) -> None:
    script = (
        "import sys, pathlib; from infra.local import engine\n"
        "started = engine.start(pathlib.Path(sys.argv[1])); started.let_go(); print(started.pid)"
    )
    folder = tmp_path / "engine"
    printed = subprocess.run(
        [sys.executable, "-c", script, str(folder)], check=True, capture_output=True, text=True, cwd=engine.ROOT
    ).stdout
    pid = int(printed)
    assert engine.is_running(pid, folder)
    assert folder.is_dir()
    processes.end(pid)
    assert not engine.is_running(pid, folder)


def test_a_child_in_a_session_of_its_own_ends_with_the_family() -> None:
    script = "import subprocess; subprocess.run(['sleep', '60'], start_new_session=True)"
    parent = subprocess.Popen([sys.executable, "-c", script], start_new_session=True)
    eventually(lambda: len(processes.family(parent.pid)) > 1)
    members = processes.family(parent.pid)
    processes.end(parent.pid)
    parent.returncode = -signal.SIGKILL
    assert not any(processes.family(member) for member in members)


def test_an_engine_that_is_not_installed_is_said_with_the_command_that_installs_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CIRCLETAKE_ENGINE_PYTHON", str(tmp_path / "absent"))
    with pytest.raises(LocalError, match="make"):
        engine.start(tmp_path / "engine")
    assert not (tmp_path / "engine").exists()


def test_an_engine_that_does_not_start_shows_the_end_of_its_log(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = tmp_path / "python"
    broken.write_text("#!/bin/sh\necho the engine is broken\nexit 3\n")
    broken.chmod(0o700)
    monkeypatch.setenv("CIRCLETAKE_ENGINE_PYTHON", str(broken))
    with pytest.raises(LocalError, match="the engine is broken"):
        engine.start(tmp_path / "engine")
    assert not (tmp_path / "engine").exists()


def test_a_process_id_of_a_stranger_is_not_taken_for_an_engine(tmp_path: Path) -> None:
    assert not engine.is_running(os.getpid(), tmp_path / "engine")


def test_a_port_stays_free_until_it_is_listened_on_however_many_connect_meanwhile() -> None:
    given = Path("/proc/sys/net/ipv4/ip_local_port_range")
    if not given.exists():
        pytest.skip("only Linux says which ports it gives to connections")
    first, last = map(int, given.read_text().split())
    assert not {engine.free_port() for _ in range(200)} & set(range(first, last + 1))


def test_a_port_that_somebody_has_is_not_taken_for_free(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        port = held.getsockname()[1]
        monkeypatch.setattr(engine, "_PORTS", range(port, port + 1))
        with pytest.raises(LocalError, match=f"Every port of 127.0.0.1 from {port} to {port} is taken"):
            engine.free_port()
    assert engine.free_port() == port
