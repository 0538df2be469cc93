"""`course bench` counts what each check does, and names every exercise that is over its budget."""

import textwrap

from rich.console import Console

from course import postgres
from course.authoring.bench import checks, table

CHECK = """
from fastapi import FastAPI
from fastapi.testclient import TestClient
from course.checks import ask, exercise, expect

@exercise("1.1a", hints=[])
class TestCost:
    def test_a_row_comes_back(self, database_url):
        expect(ask(database_url, "SELECT 1"), [(1,)], tried="SELECT 1")

    def test_an_app_is_asked_twice(self):
        client = TestClient(FastAPI())
        expect([client.get("/").status_code for _ in range(2)], [404, 404], tried="GET /, twice")
"""


def test_databases_requests_and_expectations_are_counted(tmp_path):
    postgres.ensure()
    path = tmp_path / "test_cost.py"
    path.write_text(textwrap.dedent(CHECK), encoding="utf-8")
    cost = checks._cost(path, "1.1a", {})
    assert (cost.expectations, cost.databases, cost.requests) == (2, 1, 2)
    assert cost.kind == "with its own database" and cost.all == cost.python + cost.server > 0


def cost(exercise: str, databases: int, python: float, server: float = 0.0) -> checks.Cost:
    return checks.Cost(exercise, 3, databases, 0, python, server)


def test_every_check_over_its_budget_is_named_the_dearest_first():
    found = [
        cost("1.1a", 0, 29.0),
        cost("1.1b", 0, 31.0),
        cost("2.1a", 2, 31.0, 20.0),
        cost("2.1b", 2, 31.0, 40.0),
    ]
    lines = list(table._of_checks(found))
    assert [(line.measured, line.budget, line.peer) for line in lines] == [
        (30.0, 30.0, "1 of 2 over it"),
        (61.0, 60.0, "1 of 2 over it"),
    ]
    console = Console(width=120, record=True)
    console.print(table.over(found))
    text = console.export_text()
    assert text.index("2.1b") < text.index("1.1b") and "1.1a" not in text and "2.1a" not in text
    assert table.over(found[:1]) is None
