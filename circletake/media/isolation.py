"""Walls around the child that opens a stranger's file, put up by the kernel between fork and exec.

    no_new_privs   the child never gains a privilege
    no sockets     a seccomp filter: no network, no tracing of another process, no io_uring to go round it
    own files      Landlock: it reads its own directory and the system's libraries, and writes its own directory;
                   with it, `/proc` (and so our environment, with its keys) is out of reach even for root
    limits         size of what it writes, CPU seconds, open files, no core dumps
    dies with us   the kernel kills it when the thread that started it ends
    concealed      this process is not dumpable, so a child of another user cannot read our environment either

Lambda and Fargate offer no user namespaces, hence no bwrap by default. What a kernel refuses is counted in
`refused`, and the reader of that count says so.
"""

import ctypes
import os
import platform
import resource
import signal
import struct
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

#: Which walls the kernel refused to how many children of this process, by name.
refused: Counter[str] = Counter()

_libc = ctypes.CDLL(None, use_errno=True)
_libc.prctl.argtypes = [ctypes.c_int, *[ctypes.c_ulong] * 4]

_PR_SET_PDEATHSIG, _PR_SET_DUMPABLE, _PR_SET_SECCOMP, _PR_SET_NO_NEW_PRIVS = 1, 4, 22, 38
_SECCOMP_MODE_FILTER = 2

#: Linux audit architecture → (its number, {system call: its number}). include/uapi/linux/audit.h, asm/unistd.h.
_DENIED_CALLS = {
    "x86_64": (
        0xC000003E,
        {"socket": 41, "socketpair": 53, "ptrace": 101, "process_vm_readv": 310, "process_vm_writev": 311,
         "io_uring_setup": 425, "pidfd_getfd": 438},
    ),
    "aarch64": (
        0xC00000B7,
        {"socket": 198, "socketpair": 199, "ptrace": 117, "process_vm_readv": 270, "process_vm_writev": 271,
         "io_uring_setup": 425, "pidfd_getfd": 438},
    ),
}  # fmt: skip
#: Calls of the x32 ABI have this bit; the filter would otherwise not recognise their numbers.
_X32 = 0x4000_0000

_LANDLOCK_CREATE_RULESET, _LANDLOCK_ADD_RULE, _LANDLOCK_RESTRICT_SELF = 444, 445, 446
_LANDLOCK_RULE_PATH_BENEATH = 1
_EXECUTE, _WRITE_FILE, _READ_FILE, _READ_DIR, _TRUNCATE = 1, 1 << 1, 1 << 2, 1 << 3, 1 << 14
#: All file rights of Landlock's first ABI; the second adds REFER, the third TRUNCATE.
_ALL_RIGHTS = {1: (1 << 13) - 1, 2: (1 << 14) - 1, 3: (1 << 15) - 1}
_FILE_RIGHTS = _EXECUTE | _WRITE_FILE | _READ_FILE | _TRUNCATE
_SYSTEM = ("/lib", "/lib64", "/usr/lib", "/usr/lib64", "/etc/ld.so.cache")


@dataclass(frozen=True, slots=True)
class Limits:
    """What one child may use."""

    file_bytes: int
    cpu_s: int
    open_files: int = 128


def conceal() -> None:
    """Make this process unreadable through /proc for children of the same user. Raises `OSError`."""
    if _libc.prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0):
        raise OSError(ctypes.get_errno(), "the kernel did not let this process hide its environment")


@contextmanager
def walls(program: Path, own: Path, limits: Limits, readable: Sequence[Path] = ()) -> Iterator[Callable[[], None]]:
    """→ what the child does to itself before it becomes `program`; on leaving, the walls it was refused are counted.

    `readable` are folders that the child may also read and run programs from.

    All memory is laid out here, before the fork: between fork and exec the child makes system calls only.
    """
    code = _seccomp_filter()
    instructions = ctypes.create_string_buffer(code)
    filter_program = ctypes.create_string_buffer(
        struct.pack("HxxxxxxP", len(code) // 8, ctypes.addressof(instructions))
    )
    filter_at = ctypes.addressof(filter_program)
    ruleset = _landlock_ruleset(program, own, readable)
    parent = os.getpid()
    read_report, report = os.pipe()

    def put_up() -> None:
        _libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
        if os.getppid() != parent:  # we ended before the line above could bind the child to us
            os._exit(1)
        resource.setrlimit(resource.RLIMIT_FSIZE, (limits.file_bytes, limits.file_bytes))
        resource.setrlimit(resource.RLIMIT_CPU, (limits.cpu_s, limits.cpu_s))
        resource.setrlimit(resource.RLIMIT_NOFILE, (limits.open_files, limits.open_files))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        if _libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0):
            os.write(report, b"no_new_privs ")
        if ruleset is None or _libc.syscall(_LANDLOCK_RESTRICT_SELF, ruleset, 0):
            os.write(report, b"own_files ")
        if not code or _libc.prctl(_PR_SET_SECCOMP, _SECCOMP_MODE_FILTER, filter_at, 0, 0):
            os.write(report, b"no_sockets ")

    try:
        yield put_up
    finally:
        os.close(report)
        with os.fdopen(read_report, "rb") as said:
            refused.update(said.read().decode().split())
        if ruleset is not None:
            os.close(ruleset)


def _seccomp_filter() -> bytes:
    """→ a BPF program that answers EPERM to the denied calls; nothing on a machine whose numbers we do not know."""
    known = _DENIED_CALLS.get(platform.machine())
    if known is None:
        return b""
    architecture, calls = known
    load, equal, above, give = 0x20, 0x15, 0x35, 0x06  # BPF_LD|W|ABS, BPF_JMP|JEQ, BPF_JMP|JGE, BPF_RET
    kill, deny, allow = 0x8000_0000, 0x0005_0001, 0x7FFF_0000  # KILL_PROCESS, ERRNO|EPERM, ALLOW
    numbers = sorted(calls.values())
    program = [(load, 0, 0, 4), (equal, 1, 0, architecture), (give, 0, 0, kill), (load, 0, 0, 0)]
    # A jump counts instructions: past the comparisons that are left and the ALLOW lies the DENY.
    program.append((above, len(numbers) + 1, 0, _X32))
    program += [(equal, len(numbers) - n, 0, number) for n, number in enumerate(numbers)]
    program += [(give, 0, 0, allow), (give, 0, 0, deny)]
    return b"".join(struct.pack("HBBI", *instruction) for instruction in program)


def _landlock_ruleset(program: Path, own: Path, readable: Sequence[Path]) -> int | None:
    """→ a descriptor of the rules: run `program`, read libraries and `readable`, own `own`; None without Landlock."""
    abi = _libc.syscall(_LANDLOCK_CREATE_RULESET, None, ctypes.c_size_t(0), 1)
    if abi < 1:
        return None
    handled = _ALL_RIGHTS[min(abi, 3)]
    attributes = struct.pack("Q", handled)
    ruleset: int = _libc.syscall(_LANDLOCK_CREATE_RULESET, attributes, ctypes.c_size_t(len(attributes)), 0)
    if ruleset < 0:
        return None
    _landlock_allow(ruleset, own, handled & ~_EXECUTE)
    _landlock_allow(ruleset, program, _EXECUTE | _READ_FILE)
    _landlock_allow(ruleset, Path(os.devnull), _READ_FILE | _WRITE_FILE)
    for place in (*map(Path, _SYSTEM), *readable):
        if place.exists():
            _landlock_allow(ruleset, place, _EXECUTE | _READ_FILE | _READ_DIR)
    return ruleset


def _landlock_allow(ruleset: int, place: Path, rights: int) -> None:
    descriptor = os.open(place, os.O_PATH | os.O_CLOEXEC)
    try:
        rule = struct.pack("=Qi", rights if place.is_dir() else rights & _FILE_RIGHTS, descriptor)
        if _libc.syscall(_LANDLOCK_ADD_RULE, ruleset, _LANDLOCK_RULE_PATH_BENEATH, rule, 0):
            raise OSError(ctypes.get_errno(), "Landlock took no rule for", str(place))
    finally:
        os.close(descriptor)
