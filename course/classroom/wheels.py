"""Fetch the wheels of a target with pip, each held to the lock's hash.

uv was considered: it has no command that only downloads.
"""

import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path

from course.base.errors import CourseError
from course.classroom import targets

STALLED_SECONDS = 600  # without a new file or a new line: pip's own limits end a connection long before
_NEWEST_PATCH = 99  # so that pip takes a package which wants, say, Python 3.11.5
AGAIN = "Then run the same command again: what was fetched is kept."
_REASONS = (  # what pip says, and what that means; the first that fits counts
    (r"No space left|Errno 28\b|not enough space|quota exceeded", f"The disk is full. Make room. {AGAIN}"),
    (
        r"DO NOT MATCH THE HASHES|BadZipFile|Bad CRC",
        "A package that was fetched is not the file which requirements.lock names: its checksum is another. "
        "Try another network or mirror. " + AGAIN,
    ),
    (
        r"CERTIFICATE_VERIFY_FAILED|certificate verify failed",
        "The package index showed a certificate that this computer does not trust. Set PIP_CERT to the "
        f"certificate file of your proxy. {AGAIN}",
    ),
    (
        r"NewConnectionError|NameResolutionError|ConnectTimeout|ReadTimeout|ProxyError|Connection(?:Reset|Refused)"
        r"|connection broken|Network is unreachable|timed out|Temporary failure",
        f"The package index cannot be reached. A kit is made where there is a network: connect, or set your "
        f"proxy (HTTPS_PROXY) or mirror (PIP_INDEX_URL). {AGAIN}",
    ),
)


def fetch(
    target: targets.Target, lock: str, folder: Path, on_progress: Callable[[int, int], None] = lambda *_: None
) -> list[str]:
    """Put the wheels that a lock's text names for a target into a folder; their file names, sorted.

    Files of other targets may be there already. `on_progress` is called with wheels done and in all.
    Raises CourseError: without a network, for a wheel with another checksum, and where there is none.
    """
    if find_spec("pip") is None:
        raise CourseError(
            "The packages cannot be fetched, since pip is not installed beside the course. "
            "Run `python3 start.py`, which installs it."
        )
    rounds = targets.needed(lock, target)
    total = sum(map(len, rounds))
    names: set[str] = set()
    for pins in rounds:

        def tell(found: int, before: int = len(names)) -> None:
            on_progress(min(before + found, total), total)

        with tempfile.TemporaryDirectory(prefix="course-kit-") as scratch:
            wanted = Path(scratch) / "requirements.txt"
            wanted.write_text("".join(f"{pin.line}\n" for pin in pins), "utf-8")
            said = _run(_command(target, wanted, folder), Path(scratch) / "pip.log", tell)
        names |= _files(said, folder)
    if len(names) != total:
        raise CourseError(
            f"For {target.title} {total} wheels were wanted and {len(names)} were fetched. Delete "
            f"{folder.parent} and run the same command again."
        )
    return sorted(names)


def _command(target: targets.Target, wanted: Path, folder: Path) -> list[str]:
    command = [sys.executable, "-I", "-X", "utf8", "-m", "pip", "download", "--no-input", "--no-color"]
    command += ["--disable-pip-version-check", "--progress-bar", "off", "--no-deps", "--require-hashes"]
    command += ["--only-binary", ":all:", "--implementation", "cp"]
    command += ["--python-version", f"{target.python}.{_NEWEST_PATCH}"]
    for tag in target.platform.tags:
        command += ["--platform", tag]
    return [*command, "--dest", str(folder), "--requirement", str(wanted)]


def _run(command: list[str], log: Path, on_progress: Callable[[int], None]) -> str:
    """What pip says when it succeeds; `on_progress` gets the number of packages that it has begun with."""
    with log.open("ab") as out:  # appending, so that whoever reads moves no place to write at
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=out, stderr=subprocess.STDOUT)
    try:
        said, heard = b"", time.monotonic()
        while process.poll() is None:
            time.sleep(0.2)
            before, said = said, log.read_bytes()
            heard = time.monotonic() if said != before else heard
            on_progress(len(re.findall(rb"(?m)^(?:Collecting|Processing) ", said)))
            if time.monotonic() - heard > STALLED_SECONDS:
                minutes = STALLED_SECONDS // 60
                raise CourseError(f"pip has said nothing for {minutes} minutes, and was stopped. {AGAIN}")
    finally:
        process.kill()
        process.wait()
    text = log.read_bytes().decode("utf-8", "replace")
    if process.returncode:
        raise CourseError(_reason(text))
    return text


def _files(said: str, folder: Path) -> set[str]:
    """The files that pip saved, or found saved already."""
    found = re.findall(r"(?m)^\s*(?:Saved|File was already downloaded) (.+\.whl)\s*$", said)
    return {name for path in found if (folder / (name := Path(path).name)).is_file()}


def _reason(said: str) -> str:
    if known := next((sentence for pattern, sentence in _REASONS if re.search(pattern, said)), ""):
        return known
    if missing := re.search(r"No matching distribution found for (\S+)", said):
        return (
            f"There is no wheel of {missing[1]} for this platform and Python where pip looked, or pip "
            "reached no index. Look at your network, make the kit for another Python (--python), or set "
            "PIP_INDEX_URL to a mirror that has it."
        )
    lines = [line.strip() for line in said.splitlines() if line.strip()] or ["nothing at all"]
    errors = [line for line in lines if line.startswith("ERROR")]
    return f"pip could not fetch the packages, and said: {(errors or lines)[-1]}"
