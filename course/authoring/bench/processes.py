"""Measurements for `course bench`, each in the processes that a learner would have.

timeit and pytest-benchmark were considered; both time one call in one process, and half of these are
whole processes.
"""

import json
import os
import statistics
import subprocess
import sys
import textwrap
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil

from course.authoring import net
from course.base import paths
from course.content.kernel import QUIET
from course.postgres import settings

_DATABASE_CHECK = """
    from course.checks import exercise, expect
    import psycopg2

    @exercise("1.1a", hints=[])
    class TestDatabase:
        def test_a_row_comes_back(self, database_url):
            connection = psycopg2.connect(database_url)
            with connection, connection.cursor() as cursor:
                cursor.execute("CREATE TABLE t (id int); INSERT INTO t VALUES (1); SELECT id FROM t")
                expect(cursor.fetchone(), (1,), tried="SELECT")
            connection.close()
"""
# What a kernel does, timed in a real kernel's place: a process that has imported what it needs.
_IN_A_KERNEL = """
    import json, statistics, sys, time
    from pathlib import Path
    from course import postgres
    from course.authoring import judge
    from course.checks import runner
    from course.content import catalog

    def milliseconds(call, times=15):
        call()
        taken = []
        for _ in range(times):
            start = time.perf_counter()
            call()
            taken.append((time.perf_counter() - start) * 1000)
        return statistics.median(taken)

    file = catalog.lesson("1.1").check_file
    with judge.prepared("1.1b") as namespace:
        exec(catalog.official("1.1b"), namespace)
    access = postgres.ensure()
    def bare():
        with access.admin() as link, link.cursor() as cursor:
            cursor.execute("DROP DATABASE IF EXISTS bench_bare WITH (FORCE)")
            cursor.execute("CREATE DATABASE bench_bare TEMPLATE course_template")
    found = {
        "check": milliseconds(lambda: runner.run(file, "1.1b", namespace)),
        "check_database": milliseconds(lambda: runner.run(Path(sys.argv[1]), "1.1a", {})),
        "reset": milliseconds(lambda: postgres.reset("bench_reset")),
        "bare": milliseconds(bare),
    }
    postgres.stop()
    print(json.dumps(found))
"""

# In a kernel that has just started, as a learner's has when the first cell is run.
_FIRST_CELL = """
import time
spent, begun = time.process_time(), time.perf_counter()
from course import lesson, draw, predict, expect_error
spent = time.process_time() - spent
lesson("3.3")
print(spent * 1000, (time.perf_counter() - begun) * 1000)
"""
_KERNELS = 5  # the first of them starts the server


def first_cell(folder: Path) -> tuple[float, float]:
    """Processor time of the imports, and the time of the whole first cell: milliseconds, medians.

    Each is taken in a fresh kernel, with a server that is up.
    """
    from jupyter_client.manager import start_new_kernel

    folder.mkdir(parents=True)
    env, found = _environment(folder), []
    try:
        for _ in range(_KERNELS + 1):
            manager, client = start_new_kernel(env=env, cwd=str(folder), extra_arguments=QUIET)
            said: list[str] = []
            client.execute_interactive(
                _FIRST_CELL, timeout=120, output_hook=lambda m, s=said: s.append(m["content"].get("text", ""))
            )
            client.stop_channels()
            manager.shutdown_kernel(now=True)
            found.append([float(each) for each in "".join(said).split()[-2:]])
    finally:
        _stop_postgres(env)
    spent, taken = zip(*found[1:], strict=True)
    return statistics.median(spent), statistics.median(taken)


def _environment(folder: Path, **more: str) -> dict[str, str]:
    places = {paths.WORK_VARIABLE: str(folder), paths.POSTGRES_VARIABLE: str(folder / "postgres")}
    return os.environ | places | {settings.GRACE_VARIABLE: "1"} | more


def kernel(folder: Path, fast: str) -> dict[str, float]:
    """Medians in milliseconds of what a page calls; `fast` "1" gives up durability, as CI does."""
    folder.mkdir(parents=True)
    check = folder / "test_bench.py"
    check.write_text(textwrap.dedent(_DATABASE_CHECK), encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(_IN_A_KERNEL), str(check)],
        env=_environment(folder, **{settings.FAST_VARIABLE: fast}),
        cwd=paths.ROOT,
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    return json.loads(done.stdout.splitlines()[-1])


def lab(folder: Path, module: list[str]) -> tuple[float, float | None]:
    """Seconds until JupyterLab answers (and PostgreSQL, where it is the course's), and MB at rest."""
    folder.mkdir(parents=True)
    port, ours = net.free_port(), module[0] == "course"
    options = ["--no-browser", f"--port={port}", "--IdentityProvider.token=", "--ServerApp.allow_root=True"]
    options.append("--ServerApp.disable_check_xsrf=True")  # a script asks for the kernel, no browser
    where = [] if ours else [f"--ServerApp.root_dir={folder}"]
    env = _environment(folder)
    start = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-m", *module, *options, *where],
        env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=folder,
    )  # fmt: skip
    with _ended(process, env):
        net.wait_for(f"http://127.0.0.1:{port}/lab")
        while ours and not _postgres_is_up(env):
            time.sleep(0.05)
        taken = time.perf_counter() - start
        memory = _memory(process, port, folder) if ours else None
    return taken, memory


def _memory(lab: subprocess.Popen[bytes], port: int, folder: Path) -> float | None:
    """Proportional set size in MB of Lab, one kernel, PostgreSQL and its supervisor; None where unknown."""
    request = urllib.request.Request(f"http://127.0.0.1:{port}/api/kernels", data=b"{}", method="POST")
    urllib.request.urlopen(request).read()
    time.sleep(5)  # at rest: the kernel has started and been left alone
    family = [psutil.Process(lab.pid), *psutil.Process(lab.pid).children(recursive=True)]
    for process in psutil.process_iter(["cmdline"]):
        if any(str(folder) in part for part in process.info["cmdline"] or []) and process not in family:
            family += [process, *process.children(recursive=True)]
    if not hasattr(psutil.Process().memory_full_info(), "pss"):
        return None
    return sum(each.memory_full_info().pss for each in set(family)) / 2**20


def _postgres_is_up(env: dict[str, str]) -> bool:
    code = "from course import postgres; raise SystemExit(not postgres.status().running)"
    return subprocess.run([sys.executable, "-c", code], env=env, check=False).returncode == 0


def _stop_postgres(env: dict[str, str]) -> None:
    code = "from course import postgres; postgres.stop()"
    subprocess.run([sys.executable, "-c", code], env=env, check=True)


@contextmanager
def _ended(process: subprocess.Popen[bytes], env: dict[str, str]) -> Iterator[None]:
    try:
        yield
    finally:
        process.terminate()
        process.wait(30)
        _stop_postgres(env)
