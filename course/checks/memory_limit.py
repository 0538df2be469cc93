"""A limit of memory for the learner's code, so that a check cannot use up the machine.

Linux alone can hold a running process to it; elsewhere the block runs without. Watching the memory used
was considered: one `[0] * 10**10` has taken it all before anybody looks.
"""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

MORE_BYTES = 2**30
WORDS = "1 GiB"
_STATISTICS = Path("/proc/self/statm")


@contextmanager
def limited_memory() -> Iterator[None]:
    """Run a block that may use MORE_BYTES more than the process uses now; beyond it is a MemoryError."""
    try:
        import resource

        in_use = int(_STATISTICS.read_text("ascii").split()[5]) * resource.getpagesize()
    except (ImportError, OSError, IndexError, ValueError):
        yield
        return
    # Not RLIMIT_AS: it counts address space too that threads reserve and never use.
    before = resource.getrlimit(resource.RLIMIT_DATA)
    with suppress(ValueError, OSError):  # the process has a lower limit already
        resource.setrlimit(resource.RLIMIT_DATA, (in_use + MORE_BYTES, before[1]))
    try:
        yield
    finally:
        with suppress(ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_DATA, before)
