"""Servers to spoil: made, recovered from a backup, and ended with the process that started them."""

import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import psycopg
import pytest

from course import scratch_server
from course.base.errors import CourseError

ARCHIVING = """
archive_mode = on
archive_command = 'cp "%p" "../archive/%f"'
"""
RECOVERY = """
restore_command = 'cp "../../shop/archive/%f" "%p"'
recovery_target_name = 'before'
recovery_target_action = promote
archive_mode = off
"""
posix = pytest.mark.skipif(sys.platform == "win32", reason="the commands are those of a shell")


def within(seconds: float, true: Callable[[], bool]) -> bool:
    end = time.monotonic() + seconds
    while not true() and time.monotonic() < end:
        time.sleep(0.05)
    return true()


@posix
def test_it_recovers_to_a_name() -> None:
    with scratch_server("shop", ARCHIVING) as shop, psycopg.connect(shop.url, autocommit=True) as db:
        db.execute("CREATE TABLE sold (id int)")
        shop.run("pg_basebackup", "--pgdata=backup", "--checkpoint=fast")
        db.execute("INSERT INTO sold VALUES (1), (2)")
        db.execute("SELECT pg_create_restore_point('before')")
        db.execute("DELETE FROM sold")
        db.execute("SELECT pg_switch_wal()")
        # The recovery waits for no file that is not archived yet.
        assert within(
            30, lambda: bool(db.execute("SELECT last_archived_wal FROM pg_stat_archiver").fetchone())
        )
        assert within(30, lambda: len(list((shop.folder / "archive").glob("0*"))) >= 3)
        with scratch_server("back", RECOVERY, backup=shop.folder / "backup") as back:
            assert psycopg.connect(back.url).execute("SELECT count(*) FROM sold").fetchone() == (2,)
    assert not shop.running
    with pytest.raises(CourseError, match="'shop' does not run"):
        _ = shop.url


def test_what_a_program_says_of_an_error() -> None:
    with scratch_server("small") as small:
        with pytest.raises(CourseError, match='database "nobody" does not exist'):
            small.run("pg_dump", "nobody")
        assert scratch_server("small").url != ""  # anew
        assert small.running
        scratch_server("small").stop()
    assert not small.running


def test_wrong_settings_are_told() -> None:
    with pytest.raises(CourseError, match="does not start"):
        scratch_server("wrong", "nonsense = on")


def test_it_ends_with_the_process_that_started_it() -> None:
    code = "from course import scratch_server\nserver = scratch_server('left')\n"
    code += "import sys\nprint(server.folder, flush=True)\nsys.stdin.read()"
    starter = subprocess.Popen(
        [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert starter.stdout is not None
    folder = Path(starter.stdout.readline().strip())
    number = int((folder / "data" / "postmaster.pid").read_text("ascii").split()[0])
    assert psutil.pid_exists(number)
    starter.kill()
    starter.communicate()
    assert within(60, lambda: not psutil.pid_exists(number) and not folder.parent.exists())
