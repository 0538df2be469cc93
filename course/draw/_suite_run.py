"""Red, green, and what failed: a run of tests as a path from its file to the statement that was not true."""

from course.base.text import columns, short
from course.draw.mermaid import BOLD, ROUND, Flowchart, Picture, box, limited
from course.suites.suite import SuiteRun, TestResult

_MOST = 8  # tests of one file
_LONGEST = 40  # characters of a statement, or of what it said
_MARKS = {"passed": "✓", "failed": "✗", "error": "✗", "skipped": "–"}


def suite_run(run: SuiteRun) -> Picture:
    """A box for each file of a run, an arrow to each of its tests, and behind a red one what failed.

    A red test has a bold frame; then come the statement and what it said. A run without tests is one box
    with its problem.
    """
    title = "Red, green, and what failed"
    chart = Flowchart("LR", title, nodeSpacing=14, rankSpacing=50, padding=8, wrappingWidth=500)
    chart.styles(red=BOLD)
    if not run.results:
        chart.add(box("problem", run.problem or "no test ran"))
        return Picture(str(chart), run.problem or "no test ran")
    for at, file in enumerate(dict.fromkeys(each.file for each in run.results)):
        tests = [each for each in run.results if each.file == file]
        shown, more = limited(tests, _MOST)
        for number, test in enumerate(shown):
            _draw(chart, box(f"f{at}", file, shape=ROUND), f"f{at}t{number}", test)
        if more:
            chart.add(box(f"f{at}", file, shape=ROUND), "-->", box(f"f{at}more", more))
    rows = [(_MARKS[each.outcome], each.name, each.line, each.says) for each in run.results]
    return Picture(str(chart), columns(rows))


def _draw(chart: Flowchart, file: str, node: str, test: TestResult) -> None:
    red = test.outcome in ("failed", "error")
    chart.add(file, "-->", box(node, f"{_MARKS[test.outcome]} {test.name}", style="red" if red else ""))
    if red:
        why = [short(each, _LONGEST) for each in (test.line, test.says) if each]
        chart.add(node, "==>", box(f"{node}why", *why))
