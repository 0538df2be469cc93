"""The process that ends a kernel's scratch servers after it: `python -m course.postgres.leash FOLDER`.

The end of stdin means that the kernel is gone, also after a kill -9.
"""

import shutil
import sys
from pathlib import Path

from course.base import stdin
from course.postgres import postmaster


def main() -> None:
    """Wait for the end of the kernel; then stop every server in the folder, and remove the folder."""
    root = Path(sys.argv[1])
    stdin.wait_for_its_end()
    for data in root.glob("*/data"):
        if found := postmaster.find(data):
            postmaster.stop(found.process, data)
    shutil.rmtree(root, ignore_errors=True)


if __name__ == "__main__":
    main()
