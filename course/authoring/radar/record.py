"""A pytest plugin that writes down what failed: `-p course.authoring.radar.record --radar-record FILE`.

pytest-json-report was considered: it knows nothing of what a cell had shown.
"""

import json
from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest

OPTION = "--radar-record"
_NAME = "radar"
_ERROR = "an error"  # the kind of output that comes first when a cell raises
_LONGEST = 20_000  # characters of one output


def pytest_addoption(parser: pytest.Parser) -> None:
    """The file, one line of JSON for each failure."""
    parser.addoption(OPTION, metavar="FILE", help="write what failed into this file, a line of JSON each")


def pytest_configure(config: pytest.Config) -> None:
    """Only the first process writes: the others hand it their reports."""
    path = config.getoption(OPTION)
    if path and not hasattr(config, "workerinput"):
        config.pluginmanager.register(_Record(Path(path)), "course-radar-record")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """A failed cell's report also has the cell, what it had shown and what it shows now."""
    report = yield
    if report.failed and hasattr(item, "cell"):
        report.user_properties.append((_NAME, _cell(item, report)))
    return report


class _Record:
    """Appends a line for each test that failed."""

    def __init__(self, path: Path) -> None:
        self._path = path
        path.write_text("", encoding="utf-8")

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """A test that failed, or whose setup or teardown did."""
        if report.failed:
            self._write(report, dict(report.user_properties).get(_NAME, {}))

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """A file that cannot be imported."""
        if report.failed:
            self._write(report, {})

    def _write(self, report: Any, about: Any) -> None:
        said = {"test": report.nodeid, "now": _message(report), **about}
        with self._path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(said) + "\n")


def _message(report: Any) -> str:
    """What a failed test says: the message of its error, else the end of what pytest shows."""
    crash = getattr(report.longrepr, "reprcrash", None)
    text = str(crash.message if crash else report.longreprtext)
    # What pytest adds about functions has addresses in it; a text that it quotes reads better with its lines.
    return text.partition("\n +  where")[0].replace("\\n", "\n").strip()[-_LONGEST:]


def _cell(item: Any, report: pytest.TestReport) -> dict[str, Any]:
    stored, fresh = by_kind(item.cell.outputs), by_kind(item.test_outputs or [])
    about = {"cell": item.cell.execution_count or 0, "source": item.cell.source}
    for kind in sorted({*stored, *fresh}, key=lambda each: (each != _ERROR, each != "text/plain")):
        if stored.get(kind) != fresh.get(kind):
            shown, now = (side.get(kind, "")[:_LONGEST] for side in (stored, fresh))
            return about | {"shown": shown, "now": now}
    return about | {"shown": "", "now": _message(report)}


def by_kind(outputs: list[Any]) -> dict[str, str]:
    """The texts of a cell's outputs, joined for each kind: a media type, a stream, or an error."""
    found: dict[str, list[str]] = {}
    for each in outputs:
        if "ename" in each:
            found.setdefault(_ERROR, []).append(f"{each['ename']}: {each['evalue']}")
        elif "text" in each:
            found.setdefault(each.get("name", "stdout"), []).append(_text(each["text"]))
        for kind, content in each.get("data", {}).items():
            found.setdefault(kind, []).append(_text(content))
    return {kind: "\n".join(texts) for kind, texts in found.items()}


def _text(content: Any) -> str:
    if isinstance(content, list) and all(isinstance(each, str) for each in content):
        return "".join(content)
    return content if isinstance(content, str) else json.dumps(content, indent=1, sort_keys=True)
