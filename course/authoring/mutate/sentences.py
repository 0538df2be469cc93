"""Which expectation holds which sentence of an exercise: tests/sentences/ says it, one TOML file a lesson.

    ["1.2a"]
    "`DELETE /tags/x` removes the tag." = ["Delete removes the tag"]
    "The shop keeps its tags in a list:" = "says what is given"

A sentence has the expectations that fail when it is not kept, or the reason why none has to. The keys are the
text's own sentences in their order, so a changed text asks for another look. `write` is by hand: tomli-w was
considered, and a string of JSON is one of TOML.
"""

import ast
import json
import re
import tomllib
from pathlib import Path

from course.authoring.mutate.wording import prose
from course.base import paths, syntax
from course.checks.runner import sentence
from course.content import catalog

Held = dict[str, list[str] | str]


def file_of(lesson: catalog.Lesson) -> Path:
    """Where the sentences of a lesson's exercises stand."""
    return paths.ROOT / "tests" / "sentences" / f"{lesson.name}.toml"


def held(exercise_id: str) -> Held:
    """Each sentence of an exercise's text with what the file has for it; [] for one that is not there."""
    known = _known(exercise_id)
    return {each: known.get(each, []) for each in split(prose(exercise_id))}


def write(lesson: catalog.Lesson) -> None:
    """Write a lesson's file anew: what is known stays, a sentence that is new gets an empty list."""
    path = file_of(lesson)
    parts = []
    for exercise in lesson.exercises:
        parts.append(f'["{exercise.id}"]\n')
        parts += [f"{_quoted(said)} = {_value(by)}\n" for said, by in held(exercise.id).items()]
        parts.append("\n")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(parts).rstrip() + "\n", "utf-8")


def problems(exercise_id: str) -> list[str]:
    """What an author has to do, a line each; [] when each sentence is held and each expectation holds one."""
    names, found = expectations(exercise_id), held(exercise_id)
    lines = [f"{exercise_id}: nothing holds: {said}" for said, by in found.items() if not by]
    gone = [said for said in _known(exercise_id) if said not in found]
    lines += [f"{exercise_id}: the text no longer says: {said}" for said in gone]
    holding = {name for by in found.values() if isinstance(by, list) for name in by}
    lines += [f"{exercise_id} has no expectation: {name}" for name in sorted(holding - set(names))]
    lines += [f"{exercise_id}: holds no sentence: {name}" for name in names if name not in holding]
    return lines


def table(exercise_id: str) -> list[str]:
    """Lines to print: each sentence, and below it the expectations that hold it, or why none has to."""
    lines = [exercise_id]
    for said, by in held(exercise_id).items():
        lines += [f"- {said}", *(f"    {each}" for each in ([f"({by})"] if isinstance(by, str) else by))]
    return lines


def expectations(exercise_id: str) -> list[str]:
    """The sentences of an exercise's expectations, in the order of its check file, which is only read."""
    tree = syntax.tree(_lesson(exercise_id).check_file.read_text("utf-8"))
    for node in tree.body:
        if isinstance(node, ast.ClassDef) and _is_check_of(exercise_id, node):
            tests = [each.name for each in node.body if isinstance(each, ast.FunctionDef)]
            return [sentence(name) for name in tests if name.startswith("test_")]
    return []


def split(text: str) -> list[str]:
    """The sentences of a text, without its heading, its code, and the footer that each exercise has."""
    text = re.sub(r"^(## \S+ · |How far are you\?|\|-).*$", "", text, flags=re.MULTILINE)
    text = re.sub(r"```.*?```", "\n\n", text, flags=re.DOTALL)
    lines = re.split(r"(?<=[.?!])\s+(?=[`*A-Z])|\n\s*\n|\n\s*[-*|]\s|\n\s*\d+\.\s", text)
    whole = (" ".join(each.removeprefix("- ").split()) for each in lines)
    return [each for each in whole if re.search(r"\w{3}", each)]


def _is_check_of(exercise_id: str, node: ast.ClassDef) -> bool:
    calls = [each for each in node.decorator_list if isinstance(each, ast.Call)]
    first = [each.args[0].value for each in calls if each.args and isinstance(each.args[0], ast.Constant)]
    return exercise_id in first


def _known(exercise_id: str) -> Held:
    """What the file has for an exercise, whether or not the text still says it."""
    path = file_of(_lesson(exercise_id))
    found: Held = tomllib.loads(path.read_text("utf-8")).get(exercise_id, {}) if path.exists() else {}
    return found


def _lesson(exercise_id: str) -> catalog.Lesson:
    return catalog.lesson(catalog.exercise(exercise_id).lesson)


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def _value(by: list[str] | str) -> str:
    if isinstance(by, str) or len(by) < 2:
        return json.dumps(by, ensure_ascii=False)
    return "[\n" + "".join(f"    {_quoted(each)},\n" for each in by) + "]"
