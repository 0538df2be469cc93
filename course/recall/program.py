"""The broken programs of the quiz: what they are, and what happens when one is run.

IPython's own `run_cell` was considered: it would put the programs' names among the learner's.
"""

import asyncio
import inspect
import re
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

    def run(self, url: str | None = None) -> str:
        """Run it, and say what happened, as `happens` does."""
        return happens(self.name, self.code, url)

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


def needs_database(code: str) -> bool:
    """Whether a program speaks of an `engine` or an `async_engine`, and so gets an empty schema."""
    return "engine" in code


def happens(name: str, code: str, url: str | None = None) -> str:
    """Run a small program, and say what happened: the last line that it printed, or the error that ended it.

    `name`: for its classes and its traceback. A program that speaks of an `engine` or an `async_engine` gets
    one that leads to an empty schema. `url`: the database that gets it, the page's own unless given.
    """
    if not needs_database(code):
        return _beside_the_loop(name, code, {})
    with OwnSchema(url) as schema:
        return _beside_the_loop(name, code, {"engine": schema.engine, "async_engine": schema.async_engine})


def _beside_the_loop(name: str, code: str, names: dict[str, Any]) -> str:
    """In a thread of its own, since the kernel's loop runs already, and a program may want one."""
    # What Python warns of is the point of some programs, and would stand in another place each time.
    with warnings.catch_warnings(action="ignore"), ThreadPoolExecutor(1) as thread:
        return thread.submit(_run, name, code, names).result()


def _run(name: str, text: str, names: dict[str, Any]) -> str:
    printed = ["nothing is printed"]

    def note(*values: object) -> None:
        printed.append(" ".join(map(str, values)))

    # A module's name, for classes; its own dictionary, so that nothing of it stays.
    known = names | {"__name__": "program_" + re.sub(r"\W", "_", name), "print": note}
    code = compile(text, f"<{name}>", "exec", flags=PyCF_ALLOW_TOP_LEVEL_AWAIT)
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
