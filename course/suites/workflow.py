"""A workflow file of GitHub Actions: its steps, read from the YAML and run here one by one.

act, which runs such files, was considered: it needs Docker. What only GitHub has, such as a service or an
action, is not run here, and the result says so.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import yaml

from course.base.errors import CourseError
from course.suites.terminal import Terminal

_COMPARED = re.compile(r"(?:\$\{\{)?\s*([\w.]+)\s*(==|!=)\s*'([^']*)'\s*(?:\}\})?")
_LEFT_OUT = ("always()", "success()", "failure()")


@dataclass(frozen=True)
class StepRun:
    """One step: what it is called, what it runs, how it ended, and what it printed.

    `outcome`: "passed", "failed", "forgiven" (it failed, and the job goes on as if it had not), "skipped"
    (by its condition, or because one before it failed), or "not here" (only GitHub, or only with a network).
    """

    name: str
    command: str
    outcome: str
    output: str = ""


@dataclass(frozen=True)
class WorkflowRun:
    """A run of all jobs of a workflow. `green`: what the tick beside the commit says."""

    name: str
    steps: tuple[StepRun, ...]

    @property
    def green(self) -> bool:
        return not any(step.outcome == "failed" for step in self.steps)

    def __getitem__(self, name: str) -> StepRun:
        """The step of this name. Raises KeyError."""
        for step in self.steps:
            if step.name == name:
                return step
        raise KeyError(name)


def run_workflow(
    where: Terminal,
    path: str = ".github/workflows/ci.yml",
    *,
    not_here: tuple[str, ...] = (),
    variables: Mapping[str, str] | None = None,
    event: str = "push",
    branch: str = "main",
) -> WorkflowRun:
    """Run the steps of a workflow file in a terminal's folder, as a push to a branch does.

    `not_here`: names of steps that are left out. `variables`: they come before those of the file, because
    this machine's database has an address of its own. Raises CourseError for a file that is none.
    """
    known = {"github.event_name": event, "github.ref": f"refs/heads/{branch}", "github.ref_name": branch}
    steps: list[StepRun] = []
    file = _read(where, path)
    for job in file["jobs"].values():
        failed = False
        env = {**_texts(file.get("env")), **_texts(job.get("env"))}
        for at, step in enumerate(job["steps"], start=1):
            named = str(step.get("name") or step.get("uses") or f"step {at}")
            if "run" not in step or named in not_here:
                steps.append(StepRun(named, _command(step), "not here"))
            elif not _applies(step.get("if"), known, failed):
                steps.append(StepRun(named, _command(step), "skipped"))
            else:
                given = {**env, **_texts(step.get("env")), **(variables or {})}
                steps.append(_run(where, named, step, given))
                failed = failed or steps[-1].outcome == "failed"
    return WorkflowRun(str(file.get("name") or path), tuple(steps))


def _run(where: Terminal, named: str, step: Mapping[str, Any], given: Mapping[str, str]) -> StepRun:
    done = where.ask(str(step["run"]).strip(), **given)
    outcome = "passed" if done.status == 0 else "forgiven" if step.get("continue-on-error") else "failed"
    return StepRun(named, _command(step), outcome, done.output)


def _command(step: Mapping[str, Any]) -> str:
    return str(step.get("run") or step.get("uses") or "").strip()


def _texts(found: object) -> dict[str, str]:
    return {str(name): str(value) for name, value in found.items()} if isinstance(found, dict) else {}


def _applies(condition: object, known: Mapping[str, str], failed: bool) -> bool:
    """Whether a step runs; without a condition, while nothing failed. Raises CourseError for others."""
    said = "success()" if condition is None else str(condition).strip()
    if said in _LEFT_OUT:
        return said == "always()" or failed == (said == "failure()")
    compared = _COMPARED.fullmatch(said)
    if compared is None or compared[1] not in known:
        raise CourseError(
            f"The condition {said} is not understood here, so nothing was run. Compare one of "
            f"{', '.join(known)} with a text in single quotes, or write one of {', '.join(_LEFT_OUT)}."
        )
    return not failed and (known[compared[1]] == compared[3]) == (compared[2] == "==")


def _read(where: Terminal, path: str) -> dict[str, Any]:
    file = where.folder / path
    if not file.is_file():
        raise CourseError(f"There is no {path} here, so nothing was run. Run the cell that writes it first.")
    try:
        found = yaml.safe_load(file.read_text("utf-8"))
        jobs = found["jobs"]
        if all(isinstance(step, dict) for job in jobs.values() for step in job["steps"]):
            return dict(found)
    except (yaml.YAMLError, KeyError, TypeError, AttributeError) as problem:
        raise CourseError(
            f"{path} is no workflow, so nothing was run: {type(problem).__name__}: {problem}. "
            "It has jobs, each with a list of steps."
        ) from problem
    raise CourseError(f"In {path} each step is a mapping, as in `- run: pytest`. Nothing was run.")
