"""What a handed-in notebook's process may do to the machine: write in its own folder, and little else.

Landlock, which Linux has for programs without rights, holds it: no file elsewhere can be written, made or
removed, and no signal reaches a process outside (Linux 6.12). A container or a user for each submission was
considered: both need rights that an instructor's laptop does not give. Elsewhere than on Linux, and where the
system has no Landlock, `confine` says so.
"""

import ctypes
import os
import struct
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446  # numbers of the system calls, on every machine
_VERSION, _PATH_BENEATH = 1, 1
_NO_NEW_PRIVILEGES, _DEATH_SIGNAL, _SUBREAPER = 38, 1, 36  # of prctl
_WRITE_FILE, _TRUNCATE, _REFER = 1 << 1, 1 << 14, 1 << 13
# Removing folders and files, and making everything that a folder can hold.
_IN_FOLDERS = sum(1 << bit for bit in range(4, 13))
_SCOPES = (1 << 0) | (1 << 1)  # abstract sockets, and signals
_LARGEST_FILE_BYTES = 256 * 2**20
_KILL = 9


def _libc() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)


def landlock_version() -> int:
    """The version of Landlock that this system has; 0 where it has none."""
    if not os.path.exists("/proc/self/status"):
        return 0
    found: int = _libc().syscall(_CREATE_RULESET, None, ctypes.c_size_t(0), _VERSION)
    return max(found, 0)


def confine(folders: Iterable[Path], writable: Iterable[Path] = ()) -> bool:
    """Hold this process, and those that it starts, to writing in `folders` and in the files `writable`.

    There is no way back. Returns False where the system cannot do it.
    """
    version = landlock_version()
    if not version:
        return False
    libc = _libc()
    files = _WRITE_FILE | (_TRUNCATE if version >= 3 else 0)
    everything = files | _IN_FOLDERS | (_REFER if version >= 2 else 0)
    rules = struct.pack("=QQQ", everything, 0, _SCOPES if version >= 6 else 0)
    size = 24 if version >= 6 else 16 if version >= 4 else 8
    ruleset = libc.syscall(_CREATE_RULESET, rules, ctypes.c_size_t(size), 0)
    if ruleset < 0:
        return False
    for path, rights in [*((each, everything) for each in folders), *((each, files) for each in writable)]:
        _allow(libc, ruleset, path, rights)
    libc.prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0)
    held = libc.syscall(_RESTRICT_SELF, ruleset, 0) == 0
    os.close(ruleset)
    return held


def _allow(libc: ctypes.CDLL, ruleset: int, path: Path, rights: int) -> None:
    with suppress(OSError):
        place = os.open(path, os.O_PATH | os.O_CLOEXEC)
        try:
            libc.syscall(_ADD_RULE, ruleset, _PATH_BENEATH, struct.pack("=Qi", rights, place), 0)
        finally:
            os.close(place)


def limit_files() -> None:
    """No file of this process may grow beyond 256 MiB, and a crash leaves no picture of its memory."""
    import resource

    for name, most in [(resource.RLIMIT_FSIZE, _LARGEST_FILE_BYTES), (resource.RLIMIT_CORE, 0)]:
        hard = resource.getrlimit(name)[1]
        with suppress(ValueError, OSError):
            resource.setrlimit(name, (most if hard == resource.RLIM_INFINITY else min(most, hard), hard))


def adopt_orphans() -> None:
    """Become the parent of every process below this one whose own parent is gone (Linux)."""
    _libc().prctl(_SUBREAPER, 1, 0, 0, 0)


def end_with_parent(parent: int) -> None:
    """End when the process that started this one ends (Linux)."""
    _libc().prctl(_DEATH_SIGNAL, _KILL, 0, 0, 0)
    if os.getppid() != parent:
        os._exit(1)
