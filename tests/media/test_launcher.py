"""A child of the launcher is alone: no network, nothing of ours to read, little to write, and an end."""

import os
import signal
import socket
import subprocess
import threading
import time
from pathlib import Path

import pytest

from circletake.contracts.errors import Code, Rejected
from circletake.media import children, isolation, launcher
from circletake.media.isolation import Limits
from tests import footage

BASH, CAT, SLEEP = Path("/bin/bash"), Path("/bin/cat"), Path("/bin/sleep")
ROOMY = Limits(file_bytes=1 << 20, cpu_s=10)


def walled_in(program: Path, *arguments: str, own: Path, limits: Limits = ROOMY) -> subprocess.CompletedProcess[str]:
    """Run a program as FFmpeg is run, in a directory of its own."""
    with isolation.walls(program, own, limits) as put_up:
        child = subprocess.Popen(
            [program, *arguments], env={}, cwd=own, text=True,
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, preexec_fn=put_up,  # noqa: PLW1509
        )  # fmt: skip
    out, err = child.communicate(timeout=20)
    return subprocess.CompletedProcess(child.args, child.returncode, out, err)


def running(mark: str) -> bool:
    """Whether a process lives that has `mark` among its arguments."""
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            if mark.encode() in (entry / "cmdline").read_bytes():
                return True
        except (FileNotFoundError, ProcessLookupError):
            continue
    return False


def test_a_child_cannot_open_a_socket(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        call = f"exec 3<>/dev/tcp/127.0.0.1/{port} && echo connected"
        free = subprocess.run([BASH, "-c", call], capture_output=True, text=True, check=False)
        assert free.stdout == "connected\n"
        assert "connected" not in walled_in(BASH, "-c", call, own=tmp_path).stdout


def test_ffmpeg_itself_is_refused_a_connection(tmp_path: Path) -> None:
    assert footage.TOOLS.ffmpeg
    with socket.create_server(("127.0.0.1", 0)) as server:
        address = f"tcp://127.0.0.1:{server.getsockname()[1]}"
        done = walled_in(footage.TOOLS.ffmpeg, "-hide_banner", "-f", "mpegts", "-i", address, own=tmp_path)
        server.settimeout(0.2)
        with pytest.raises(TimeoutError):
            server.accept()
    assert "Operation not permitted" in done.stderr


def test_a_child_cannot_read_our_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ours = f"/proc/{os.getpid()}/environ"
    assert Path(ours).read_bytes()
    done = walled_in(CAT, ours, own=tmp_path)
    assert done.stdout == ""
    assert "Permission denied" in done.stderr


def test_after_a_launch_this_process_is_concealed_from_children_of_its_user(tmp_path: Path) -> None:
    clip = footage.clip(tmp_path / "a.mov", frames=1, sound=None)
    with launcher.workbench([clip]) as bench:
        launcher.probe(bench, 0, ["-show_format"], tools=footage.TOOLS, deadline=time.monotonic() + 20)
    get_dumpable = 3
    assert isolation._libc.prctl(get_dumpable, 0, 0, 0, 0) == 0


def test_a_child_has_no_environment_and_reads_and_writes_its_own_directory_only(tmp_path: Path) -> None:
    own, other = tmp_path / "own", tmp_path / "other_take.mov"
    own.mkdir()
    other.write_text("another production's take")
    assert "another" not in walled_in(CAT, str(other), own=own).stdout
    assert walled_in(BASH, "-c", f"echo x > {tmp_path}/new", own=own).returncode
    assert walled_in(BASH, "-c", "echo x > new", own=own).returncode == 0
    assert sorted(path.name for path in tmp_path.rglob("new")) == ["new"]


def test_a_child_that_writes_too_much_is_stopped(tmp_path: Path) -> None:
    done = walled_in(BASH, "-c", "while :; do echo xxxxxxxxxxxxxxxx; done > big", own=tmp_path)
    assert done.returncode == -signal.SIGXFSZ
    assert (tmp_path / "big").stat().st_size <= ROOMY.file_bytes


def test_a_child_that_computes_too_long_is_stopped(tmp_path: Path) -> None:
    done = walled_in(BASH, "-c", "while :; do :; done", own=tmp_path, limits=Limits(file_bytes=0, cpu_s=1))
    assert done.returncode in {-signal.SIGXCPU, -signal.SIGKILL}


def test_no_wall_was_refused_by_this_kernel_or_it_was_counted(tmp_path: Path) -> None:
    before = isolation.refused.total()
    walled_in(CAT, "/dev/null", own=tmp_path)
    assert isolation.refused.total() == before or set(isolation.refused) <= {"no_sockets", "own_files", "no_new_privs"}


def test_a_child_is_killed_at_the_deadline_with_all_its_group(tmp_path: Path) -> None:
    started = time.monotonic()
    with pytest.raises(children.Overrun):
        children.start(
            BASH, ["-c", "(while :; do :; done) & wait # 61.375"], tmp_path,
            deadline=started + 0.5, file_bytes=0, on_line=print, heartbeat=lambda: None,
        )  # fmt: skip
    assert time.monotonic() - started < 30
    assert not running("61.375")


def test_a_child_dies_with_the_thread_that_started_it(tmp_path: Path) -> None:
    def start_and_leave() -> None:
        with isolation.walls(SLEEP, tmp_path, ROOMY) as put_up:
            born.append(subprocess.Popen([SLEEP, "62.625"], preexec_fn=put_up))  # noqa: PLW1509

    born: list[subprocess.Popen[bytes]] = []
    thread = threading.Thread(target=start_and_leave)
    thread.start()
    thread.join()
    assert born[0].wait(timeout=5) == -signal.SIGKILL


def test_no_time_left_starts_nothing(tmp_path: Path) -> None:
    clip = footage.clip(tmp_path / "a.mov", frames=1, sound=None)
    with launcher.workbench([clip]) as bench, pytest.raises(children.Overrun):
        launcher.probe(bench, 0, [], tools=footage.TOOLS, deadline=time.monotonic() - 1)


def test_the_bench_is_wiped_and_the_original_left_alone(tmp_path: Path) -> None:
    clip = footage.clip(tmp_path / "a.mov", frames=1, sound=None)
    before = clip.read_bytes()
    with launcher.workbench([clip]) as bench:
        assert [path.name for path in bench.directory.iterdir()] == ["in0"]
        assert (bench.directory / "in0").samefile(clip)
    assert [path.name for path in tmp_path.iterdir()] == ["a.mov"]
    assert clip.read_bytes() == before


def test_an_answer_without_end_is_cut_off(tmp_path: Path) -> None:
    with pytest.raises(Rejected) as refusal:
        children.start(
            BASH, ["-c", "while :; do echo -n xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx; done"], tmp_path,
            deadline=time.monotonic() + 20, file_bytes=0, on_line=print, heartbeat=lambda: None,
        )  # fmt: skip
    assert refusal.value.verdict.code is Code.LIMIT_EXCEEDED
