"""The broken programs of the quiz: what they are, and what happens when one is run.

IPython's own `run_cell` was considered: it would put the programs' names among the learner's.
"""

import asyncio
import inspect
import tomllib
import warnings
from ast import PyCF_ALLOW_TOP_LEVEL_AWAIT
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from course.base.errors import CourseError
from course.recall.own_schema import OwnSchema

SOURCE = Path(__file__).with_name("programs.toml")


@dataclass(frozen=True)
class Program:
    """A small program with a mistake in it, and a question about what happens when it is run."""

    name: str
    lesson: str
    question: str
    options: tuple[str, ...]
    right: str
    why: str
    code: str

    @property
    def uses_database(self) -> bool:
        """Whether it needs a schema in the page's database."""
        return "engine" in self.code

    def run(self, url: str | None = None) -> str:
        """Run it, and say what happened: the last line that it printed, or the error that ended it.

        `url`: the database in which it gets an empty schema, the page's own unless given.
        """
        if not self.uses_database:
            return _happens(self, {})
        with OwnSchema(url) as schema:
            return _happens(self, {"engine": schema.engine, "async_engine": schema.async_engine})

    def __str__(self) -> str:
        return self.code

    def __repr__(self) -> str:
        return self.code

    def _repr_mimebundle_(self, **_: object) -> dict[str, str]:
        return {"text/plain": self.code, "text/markdown": f"```python\n{self.code}\n```"}


@cache
def programs() -> tuple[Program, ...]:
    """All programs of the quiz, in the order of their file."""
    entries = tomllib.loads(SOURCE.read_text(encoding="utf-8"))["program"]
    return tuple(
        Program(**each | {"options": tuple(each["options"]), "code": each["code"].strip()})
        for each in entries
    )


def program(name: str) -> Program:
    """The program of this name. Raises CourseError with all names when there is none."""
    found = {each.name: each for each in programs()}
    if name not in found:
        raise CourseError(f'There is no program "{name}". There are: {", ".join(found)}.')
    return found[name]


def _happens(program: Program, names: dict[str, Any]) -> str:
    """In a thread of its own, since the kernel's loop runs already, and a program may want one."""
    # What Python warns of is the point of some programs, and would stand in another place each time.
    with warnings.catch_warnings(action="ignore"), ThreadPoolExecutor(1) as thread:
        return thread.submit(_run, program, names).result()


def _run(program: Program, names: dict[str, Any]) -> str:
    printed = ["nothing is printed"]

    def note(*values: object) -> None:
        printed.append(" ".join(map(str, values)))

    # A module's name, for classes; its own dictionary, so that nothing of it stays.
    known = names | {"__name__": f"quiz_{program.name.replace('-', '_')}", "print": note}
    code = compile(program.code, f"<{program.name}>", "exec", flags=PyCF_ALLOW_TOP_LEVEL_AWAIT)
    # psycopg needs a selector's loop, which is not the usual one on Windows.
    with asyncio.Runner(loop_factory=asyncio.SelectorEventLoop) as runner:
        try:
            if code.co_flags & inspect.CO_COROUTINE:
                runner.run(_awaited(code, known))
            else:
                exec(code, known)
        except Exception as error:
            return type(error).__name__
        finally:
            if "async_engine" in names:
                runner.run(names["async_engine"].dispose())
    return printed[-1]


async def _awaited(code: Any, known: dict[str, Any]) -> None:
    await eval(code, known)
