"""A program beside a notebook that ends with it: `python -m course.serving.beside PROGRAM ARGUMENT …`.

The end of this process's stdin means that the kernel is gone (also after kill -9); then the program is told
to end, as it is by SIGTERM. What the program prints goes to this process's own stdout and stderr.
"""

import os
import subprocess
import sys
import threading

from course.base import stdin

GRACE = 3.0  # seconds until a program that was told to end is killed


def main() -> None:
    """Run the program until stdin ends or the program does; exit with its status."""
    program = subprocess.Popen(sys.argv[1:], stdin=subprocess.DEVNULL)
    threading.Thread(target=_end_with_stdin, args=(program,), daemon=True).start()
    status = program.wait()
    sys.stdout.flush()
    os._exit(status if status >= 0 else 1)  # a thread that waits for stdin must not hold the end up


def _end_with_stdin(program: "subprocess.Popen[bytes]") -> None:
    stdin.wait_for_its_end()
    program.terminate()
    try:
        program.wait(GRACE)
    except subprocess.TimeoutExpired:
        program.kill()


if __name__ == "__main__":
    main()
