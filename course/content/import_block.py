"""The imports of an app's file as one block: joined, dropped, and sorted as ruff sorts them (its rules I).

isort was considered: it costs each kernel 40 ms to import, and it does not drop. A test compares with ruff.
"""

import ast
import io
import re
import sys
import tokenize
from collections.abc import Iterable
from dataclasses import dataclass, replace

from course.content.python_parts import IMPORTS, Part

_WIDTH = 88  # columns of an app's file, as its lessons show it
_LAST = "app"  # it stands last, with conftest.py; `tests` stands where ruff puts it, among the packages
Alias = tuple[str, str]  # the name that is imported, and what it is called here
_Key = tuple[object, ...]


@dataclass(frozen=True)
class Import:
    """One statement, with the comments above it. `module` is "" for `import x`; no `lines`: written anew."""

    module: str
    aliases: tuple[Alias, ...]
    comments: tuple[str, ...]
    lines: tuple[str, ...]
    remark: str = ""


def read(parts: Iterable[Part]) -> list[Import]:
    """The statements in that part of a file that holds its imports; none when there is no such part."""
    found: list[Import] = []
    at = 0
    block = next((each for each in parts if each.name == IMPORTS), None)
    for node in block.nodes if block else ():
        assert block and isinstance(node, (ast.Import, ast.ImportFrom))
        first, last = node.lineno - 1 - block.start, (node.end_lineno or node.lineno) - block.start
        module = "." * node.level + (node.module or "") if isinstance(node, ast.ImportFrom) else ""
        aliases = tuple((each.name, each.asname or each.name) for each in node.names)
        comments = tuple(line for line in block.lines[at:first] if line.strip())
        lines = block.lines[first:last] if first >= at else ()
        if not lines:  # a second statement in the same line
            found[-1] = replace(found[-1], lines=())
        found.append(Import(module, aliases, comments, lines))
        at = last
    return found


def comments_below(part: Part) -> tuple[str, ...]:
    """The comments between the last import and the first empty line below it."""
    return part.lines[max(node.end_lineno or node.lineno for node in part.nodes) - part.start :]


def stands_last(each: Import) -> bool:
    """Whether it imports from the app's own code, which a file with settings to make has further down."""
    return each.module.split(".")[0] == _LAST


def names(imports: Iterable[Import]) -> set[str]:
    """What the imports are called in the file."""
    return {called for each in imports for _, called in each.aliases}


def origins(imports: Iterable[Import]) -> dict[str, str]:
    """Where each name of the imports comes from, such as "app.models.Post" for Post."""
    return {called: f"{each.module}.{name}" for each in imports for name, called in each.aliases}


def merged(standing: list[Import], new: list[Import]) -> list[Import]:
    """Both together. An import that calls something else by a name of the standing ones replaces that one."""
    for each in new:
        wanted = set(each.aliases)
        there = {alias for other in standing if other.module == each.module for alias in other.aliases}
        missing = tuple(alias for alias in each.aliases if alias not in there)
        if missing:
            standing = without(standing, {called for name, called in wanted - there if name != "*"})
            standing = _added(standing, replace(each, aliases=missing, lines=(), remark=_remark(each)))
    return standing


def without(imports: list[Import], gone: set[str]) -> list[Import]:
    """The imports without these names."""
    left = []
    for each in imports:
        aliases = tuple(alias for alias in each.aliases if alias[1] not in gone)
        if aliases == each.aliases:
            left.append(each)
        elif aliases:
            left.append(replace(each, aliases=aliases, lines=(), remark=_remark(each)))
    return left


def written(imports: list[Import]) -> list[str]:
    """The lines of the block: a section each for __future__, Python's own, packages, and the app."""
    lines: list[str] = []
    single = [one for each in imports for one in _single(each)]
    last = None
    for each in sorted(single, key=_order):
        section = _order(each)[0]
        lines += [""] if last not in (None, section) else []
        lines += [*each.comments, *_text(each)]
        last = section
    return lines


def used(statements: Iterable[ast.stmt]) -> set[str]:
    """Names that statements use, in their texts too ("Post" in an annotation), not in their docstrings."""
    found: set[str] = set()
    docstrings: set[ast.AST] = set()
    for node in (each for statement in statements for each in ast.walk(statement)):  # parents first
        if isinstance(node, ast.Name):
            found.add(node.id)
        elif isinstance(node, ast.Expr):
            docstrings.add(node.value)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and node not in docstrings:
            found.update(re.findall(r"\w+", node.value))
    return found


def _added(imports: list[Import], new: Import) -> list[Import]:
    """With one more statement; names that keep their own name go into a statement that is there."""
    plain = tuple(alias for alias in new.aliases if alias[0] == alias[1] != "*")
    for place, each in enumerate(imports):
        if new.module and plain and each.module == new.module and all(a == b != "*" for a, b in each.aliases):
            more = replace(each, aliases=(*each.aliases, *plain), lines=(), remark=_remark(each) + new.remark)
            more = replace(more, comments=(*each.comments, *new.comments))
            rest = replace(new, aliases=tuple(a for a in new.aliases if a not in plain), comments=())
            return [*imports[:place], more, *imports[place + 1 :], *([rest] if rest.aliases else [])]
    return [*imports, new]


def _single(each: Import) -> list[Import]:
    """As ruff writes them: `import x` and `… as …` each in a statement of its own."""
    if each.lines:
        return [each]
    apart = [alias for alias in each.aliases if not each.module or alias[0] != alias[1]]
    groups = [tuple(alias for alias in each.aliases if alias not in apart), *((alias,) for alias in apart)]
    made = [replace(each, aliases=group) for group in groups if group]
    return [made[0], *(replace(one, comments=(), remark="") for one in made[1:])]


def _text(each: Import) -> list[str]:
    if each.lines:
        return list(each.lines)
    shown = [name if name == called else f"{name} as {called}" for name, called in each.aliases]
    shown = [text for _, text in sorted(zip(map(_by_kind, each.aliases), shown, strict=True))]
    line = f"{f'from {each.module} ' if each.module else ''}import {', '.join(shown)}"
    if len(line) <= _WIDTH or not each.module:
        return [line + each.remark]
    return [f"from {each.module} import ({each.remark}", *(f"    {name}," for name in shown), ")"]


def _order(each: Import) -> _Key:
    top = (each.module or each.aliases[0][0]).split(".")[0]
    section = (
        1 if top in sys.stdlib_module_names else 3 if top in (_LAST, "conftest") else 4 if not top else 2
    )
    first = min(map(_by_kind, each.aliases))
    return 0 if top == "__future__" else section, bool(each.module), _natural(each.module), first


def _by_kind(alias: Alias) -> _Key:
    """CONSTANTS, then Classes, then functions; in each kind by letter, and numbers by size."""
    name = alias[0]
    kind = 0 if len(name) > 1 and name.isupper() else 1 if name[:1].isupper() else 2
    return kind, _natural(name), name, _natural(alias[1])


def _natural(name: str) -> _Key:
    return tuple(int(part) if part.isdigit() else part.lower() for part in re.split(r"(\d+)", name))


def _remark(each: Import) -> str:
    """Comments inside a statement that is written anew, such as `# noqa: F401`, for its first line."""
    if not each.lines:
        return each.remark
    tokens = tokenize.generate_tokens(io.StringIO("\n".join(each.lines) + "\n").readline)
    return "".join(f"  {token.string}" for token in tokens if token.type == tokenize.COMMENT)
