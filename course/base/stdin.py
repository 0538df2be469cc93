"""How a process that a kernel has started learns that the kernel is gone, also after a kill -9."""

import os


def wait_for_its_end() -> None:
    """Return when nothing can come on stdin any more: the kernel has closed its end, or is gone."""
    while os.read(0, 4096):  # not sys.stdin: its lock would trouble the interpreter's end
        pass
