"""A workflow file, run here step by step."""

import pytest

from course import draw
from course.base.errors import CourseError
from course.suites.terminal import Terminal
from course.suites.workflow import WorkflowRun, run_workflow

FILE = """
name: gates
on: [push]
jobs:
  gates:
    env: {WHO: ana, WHERE: file}
    steps:
      - uses: actions/checkout@v5
      - name: install
        run: exit 1
      - name: greet
        env: {WHO: ben}
        run: |
          echo "$WHO $WHERE"
          echo two
      - {name: forgiven, run: exit 2, continue-on-error: true}
      - {name: elsewhere, run: exit 1, if: github.ref == 'refs/heads/master'}
      - {name: here, run: echo here, if: "github.ref_name != 'master'"}
      - {run: "false\\necho never"}
      - {name: after, run: echo after}
      - {name: tidy, run: echo tidy, if: always()}
      - {name: alarm, run: echo alarm, if: failure()}
"""


def run(text: str = FILE, **options: object) -> WorkflowRun:
    place = Terminal({"ci.yml": text})
    return run_workflow(place, "ci.yml", **options)  # type: ignore[arg-type]


def test_each_step_ends_as_github_says() -> None:
    done = run(not_here=("install",), variables={"WHERE": "machine"})
    assert [(step.name, step.outcome, step.output) for step in done.steps] == [
        ("actions/checkout@v5", "not here", ""),
        ("install", "not here", ""),
        ("greet", "passed", "ben machine\ntwo"),
        ("forgiven", "forgiven", ""),
        ("elsewhere", "skipped", ""),
        ("here", "passed", "here"),
        ("step 7", "failed", ""),
        ("after", "skipped", ""),
        ("tidy", "passed", "tidy"),
        ("alarm", "passed", "alarm"),
    ]
    assert not done.green and done["here"].output == "here"


def test_the_picture_tells_what_failed_and_what_did_not_run() -> None:
    picture = draw.pipeline(run(not_here=("install",)))
    assert picture.text.splitlines()[-1].split() == ["→", "red"]
    assert picture.mermaid.count(":::failed") == 2 and picture.mermaid.count(":::idle") == 4
    assert "– skipped   elsewhere" in picture.text


@pytest.mark.parametrize("text", ["jobs: [", "a: 1", "jobs: {x: {steps: [1]}}", "", "jobs: {x: {}}"])
def test_what_is_no_workflow_is_told(text: str) -> None:
    with pytest.raises(CourseError, match="Nothing was run|nothing was run"):
        run(text)


def test_a_condition_that_is_not_understood_is_told() -> None:
    with pytest.raises(CourseError, match="not understood"):
        run("jobs: {x: {steps: [{run: echo, if: hashFiles('x')}]}}")
