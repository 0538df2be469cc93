"""`course bench`: the budgets of the design beside what is measured here, as medians.

Where a peer exists the ratio to it is what counts: machines differ, ratios hardly.
"""

import statistics
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.table import Table

from course.authoring import proof, proof_plugin
from course.authoring.bench import checks, processes, sample_app


@dataclass(frozen=True)
class Line:
    """What it is about, the most it may be (None: it is only watched), what was measured, their unit."""

    what: str
    budget: float | None
    measured: float | None
    unit: str
    peer: str = ""


def run() -> int:
    """Measure, print the table, and return 1 when a budget was exceeded."""
    with tempfile.TemporaryDirectory(prefix="course bench ") as folder:
        lines = list(_measure(Path(folder)))
        costs = checks.costs(Path(folder) / "checks")
    lines[:0] = _of_checks(costs)
    table = Table(title="Budgets, and what was measured here (medians)")
    for heading in ("what", "budget", "measured", "beside its peer"):
        table.add_column(heading)
    for line in lines:
        shown = "–" if line.measured is None else f"{_number(line.measured)} {line.unit}"
        most = "–" if line.budget is None else f"{line.budget:g} {line.unit}"
        table.add_row(line.what, most, shown, line.peer)
    console = Console()
    console.print(table)
    console.print(over(costs) or "No check costs more than it may.")
    console.print(kinds() or "No whole proof has run here yet: course test")
    return int(any(map(_exceeded, lines)))


def _of_checks(costs: list[checks.Cost]) -> Iterator[Line]:
    """The median of each kind of check, and beside it how many of them are over their budget."""
    for kind, budget in checks.BUDGETS.items():
        mine = [each for each in costs if each.kind == kind]
        over = sum(each.over for each in mine)
        middle = statistics.median(each.all for each in mine)
        yield Line(f"check() {kind}: processor time", budget, middle, "ms", f"{over} of {len(mine)} over it")


def over(costs: list[checks.Cost]) -> Table | None:
    """The exercises whose check costs more than it may, the dearest first; None when there are none."""
    found = sorted((each for each in costs if each.over), key=lambda each: -each.all)
    if not found:
        return None
    table = Table(title="Checks over their budget: milliseconds of processor time")
    headings = ("exercise", "budget", "in all", "of PostgreSQL", "expectations", "databases", "requests")
    for heading in headings:
        table.add_column(heading, justify="left" if heading == "exercise" else "right")
    for each in found:
        numbers = (checks.BUDGETS[each.kind], each.all, each.server)
        counts = (each.expectations, each.databases, each.requests)
        table.add_row(each.exercise, *(f"{number:.0f}" for number in numbers), *map(str, counts))
    return table


def kinds() -> Table | None:
    """What the last whole proof here spent its time on, by kind; None when there was none."""
    found = proof_plugin.last()["kinds"]
    if not found:
        return None
    table = Table(title="What the last whole proof spent its time on")
    for heading in ("what", "tests", "seconds of its workers", "processor seconds"):
        table.add_column(heading, justify="left" if heading == "what" else "right")
    for name, (tests, taken, spent) in sorted(found.items(), key=lambda each: -each[1][2]):
        table.add_row(name, f"{tests:.0f}", f"{taken:.0f}", f"{spent:.0f}")
    total = [sum(column) for column in zip(*found.values(), strict=True)]
    table.add_row("all", *(f"{each:.0f}" for each in total), style="bold")
    return table


def _number(value: float) -> str:
    return f"{value:.0f}" if value >= 100 else f"{value:.3g}"


def _exceeded(line: Line) -> bool:
    return line.measured is not None and line.budget is not None and line.measured > line.budget


def _measure(folder: Path) -> Iterator[Line]:
    safe = processes.kernel(folder / "learner", fast="0")
    quick = processes.kernel(folder / "ci", fast="1")
    plain, stored = checks.BUDGETS.values()
    yield Line("check(1.1b) on the clock", plain, safe["check"], "ms")
    yield Line("check() of one row in a database, on the clock", stored, safe["check_database"], "ms")
    yield Line("reset() as a learner has it", 60, safe["reset"], "ms", _bare(safe))
    yield Line("reset() in CI", 40, quick["reset"], "ms", _bare(quick))
    spent, taken = processes.first_cell(folder / "first cell")
    yield Line("first cell of a lesson, imports included", 250, taken, "ms")
    yield Line("its imports: processor time", 40, spent, "ms")
    own, memory = processes.lab(folder / "lab", ["course", "lab"])
    plain, _ = processes.lab(folder / "plain", ["jupyterlab"])
    yield Line("course lab, PostgreSQL up", 4, own, "s", f"{own / plain:.2f} × plain JupyterLab")
    yield Line("one learner at rest (PSS)", 200, memory, "MB")
    yield Line("the whole proof, last time", 4.5, proof.last_minutes(), "min")
    yield from _of_the_app(sample_app.in_own_process(folder / "app"))


def _of_the_app(found: dict[str, sample_app.Costs]) -> Iterator[Line]:
    """What a request costs Postboard, and how many times the cost of each other app that is."""
    for what, unit in {"cpu": "µs", "instructions": "million"}.items():
        for path in found[what].get("app", ()):
            own = found[what]["app"][path]
            others = ((name, costs[path]) for name, costs in found[what].items() if name != "app")
            beside = ", ".join(f"{own / cost:.2f} × {name}" for name, cost in others)
            name = "processor time" if what == "cpu" else "instructions"
            yield Line(f"the app: {name} of GET {path}", None, own, unit, beside)


def _bare(found: dict[str, float]) -> str:
    return f"{found['reset'] / found['bare']:.2f} × a bare DROP and CREATE"
