"""The cells that build the app: `%%app PATH` writes a file of it, `%%app PATH patch` changes one.

`%%app_split PATH` moves what a file defines to several files, `%app_async PATH …` moves files to the event
loop, `%app_remove PATH` removes one. How each is read is told in `course.content.app_patch`, `app_split`
and `app_async`.
"""

import warnings
from pathlib import Path
from typing import Any

from course.base import files
from course.base.errors import CourseError
from course.content import app_history
from course.postboard import diff, page_app
from course.postboard import files as app_files


def write(path: str, text: str) -> diff.Change:
    """Write one file of this page's app, as `%%app PATH` does, and say what changed.

    Raises CourseError, and leaves the file as it is, when the path leads out of the app's folder, a
    Python file does not compile, or the disk refuses. A text that the learner edited is kept first.
    """
    path, text, folder = app_history.checked_path(path), app_history.normalised(text), page_app.current()
    app_files.refuse_links(folder, path)
    _refuse_broken_python(path, text)
    with app_files.bookkeeping() as written:
        old = app_files.read(folder / path)
        theirs = old != text and not app_files.from_course(folder, path, written)
        kept = app_files.keep(folder, path) if theirs else ""
        if old != text:
            files.write_text(folder / path, text)
        app_files.note(folder, path, text, written)
    files.drop_bytecode(folder / path)
    page_app.forget(folder)
    page_app.name_configuration()
    return diff.compare(path, old, text, kept)


def patch(path: str, text: str) -> diff.Change:
    """Put the definitions of a cell into one file of this page's app, as `%%app PATH patch` does.

    A file that is as the lessons write it becomes what they make of it. In any other, what the learner
    changed stays; where the patch replaces a definition that the learner changed, the file is kept first,
    and the change says so. Raises CourseError as `write` does, and when the patch does not fit the file.
    """
    path, text, folder = app_history.checked_path(path), app_history.normalised(text), page_app.current()
    app_files.refuse_links(folder, path)
    with app_files.bookkeeping() as written:
        old = app_files.read(folder / path)
        standing = _standing(folder / path, old)
        ours = app_files.from_course(folder, path, written)
        new, clashes = _patched(path, standing, text)
        kept = app_files.keep(folder, path) if clashes else ""
        if old != new:
            files.write_text(folder / path, new)
        if ours:
            app_files.note(folder, path, new, written)
    files.drop_bytecode(folder / path)
    page_app.forget(folder)
    about = _about(clashes, kept, others=not ours)
    return diff.compare(path, old, new, kept, patched=True, about=about)


def split(path: str, text: str) -> diff.Changes:
    """Move what one file of this page's app defines to several files, as `%%app_split PATH` does.

    What the learner changed or added there moves along, and a file of theirs that stands where a new one goes
    is kept first. Raises CourseError as `write` does, and when the cell does not fit the file; then all files
    are as they were.
    """
    from course.content import app_split, split_cell

    path, text, folder = app_history.checked_path(path), app_history.normalised(text), page_app.current()
    wanted = [app_history.checked_path(each.path) for each in split_cell.targets(path, text)]
    with app_files.bookkeeping() as written:
        before = _python_files(folder)
        if app_split.is_done(path, before, text):
            changes = [diff.compare(each, before[each], before[each], patched=True) for each in wanted]
            return diff.Changes(tuple(changes))
        _standing(folder / path, app_files.read(folder / path))
        free = {each: held for each, held in before.items() if each not in wanted or each == path}
        after = app_split.split(path, free, text)
        others = sorted(each for each in free if each not in wanted and after.get(each) != free[each])
        for each in {path, *wanted, *others}:
            app_files.refuse_links(folder, each)
        ours = app_files.from_course(folder, path, written)
        changes = [
            _moved(folder, each, after.get(each), written, ours, each in wanted)
            for each in (*wanted, *others)
        ]
    page_app.forget(folder)
    return diff.Changes(tuple(changes))


def convert(line: str) -> diff.Changes:
    """Let files of this page's app wait on the event loop, as `%app_async PATH …` does.

    What the learner changed or added there is converted as well. Raises CourseError as `write` does, and when
    a path is not there or a file is not Python; then all files are as they were.
    """
    from course.content import app_async

    wanted, folder = [app_history.checked_path(each) for each in line.split()], page_app.current()
    with app_files.bookkeeping() as written:
        before = _python_files(folder)
        after = app_async.convert(before, wanted)
        changed = sorted(each for each in after if after[each] != before[each])
        for each in changed:
            app_files.refuse_links(folder, each)
            _standing(folder / each, app_files.read(folder / each))
        changes = [_moved(folder, each, after[each], written, ours=True, takes=False) for each in changed]
    page_app.forget(folder)
    return diff.Changes(tuple(changes or [diff.compare(each, "", "") for each in wanted]))


def remove(path: str) -> diff.Change:
    """Remove one file of this page's app, as `%app_remove PATH` does, and say so.

    A text that the learner edited is kept first. Raises CourseError as `write` does.
    """
    path, folder = app_history.checked_path(path), page_app.current()
    app_files.refuse_links(folder, path)
    with app_files.bookkeeping() as written:
        old = app_files.read(folder / path)
        theirs = old is not None and not app_files.from_course(folder, path, written)
        kept = app_files.keep(folder, path) if theirs else ""
        (folder / path).unlink(missing_ok=True)
    files.drop_bytecode(folder / path)
    page_app.forget(folder)
    return diff.removal(path, old, kept)


def register(ipython: Any) -> None:
    """Give an IPython shell the `%%app PATH [patch]` cell magic and those that split and remove."""
    ipython.register_magic_function(_app, "cell", "app")
    ipython.register_magic_function(split, "cell", "app_split")
    ipython.register_magic_function(convert, "line", "app_async")
    ipython.register_magic_function(remove, "line", "app_remove")


def _app(line: str, cell: str) -> diff.Change:
    path, patches = app_history.target(line)
    return (patch if patches else write)(path, cell)


def _python_files(folder: Path) -> dict[str, str]:
    """The Python files of an app, with LF line ends."""
    paths = sorted(each for each in app_history.files_in(folder) if each.endswith(".py"))
    texts = {each: app_files.read(folder / each) or "" for each in paths}
    return {each: text.removeprefix("\ufeff").replace("\r\n", "\n") for each, text in texts.items()}


def _moved(
    folder: Path, path: str, new: str | None, written: app_files.Written, ours: bool, takes: bool
) -> diff.Change:
    """Write, or remove, one file that a split changes; `takes`: definitions go there."""
    file, old = folder / path, app_files.read(folder / path)
    known = app_files.from_course(folder, path, written)
    theirs = old is not None and old != new and not known and (takes or new is None)
    kept = app_files.keep(folder, path) if theirs else ""
    if new is None:
        file.unlink()
    else:
        files.write_text(file, new)
        if ours if takes else known:
            app_files.note(folder, path, new, written)
    files.drop_bytecode(file)
    return diff.removal(path, old, kept) if new is None else diff.compare(path, old, new, kept, patched=True)


def _standing(file: Path, text: str | None) -> str:
    """The text that a patch goes into, with LF line ends; a file that cannot be patched is a CourseError."""
    if text is None:
        raise CourseError(
            f"{files.shown(file)} was not changed, because this page's app has no such file yet. "
            "Run the cells above this one first, from the first code cell of the page on."
        )
    if file.is_file() and file.read_bytes() != text.encode("utf-8"):
        raise CourseError(
            f"{files.shown(file)} was not changed, because it is not a text in UTF-8. The file is as it was "
            "before. Save it as UTF-8 in your editor, then run this cell again."
        )
    return text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")


def _patched(path: str, old: str, text: str) -> tuple[str, list[str]]:
    """The file with the patch in it, and the definitions of the learner's own that it replaces."""
    versions = [cell for cell in app_history.versions() if cell.path == path]
    texts = [cell.text or "" for cell in versions]
    steps = {texts[n - 1]: texts[n] for n, cell in enumerate(versions) if cell.patch == text}
    if steps and old in texts:  # the lessons' file, though perhaps not as it was just before this cell
        return steps.get(old) or next(iter(steps.values())), []
    from course.content import app_patch

    spliced = app_patch.splice(path, old, text, again=True)
    if not path.endswith(".py"):
        return spliced.text, []
    _refuse_broken_python(path, spliced.text)
    known = [app_patch.definitions(each) for each in texts]
    now = app_patch.definitions(spliced.text)
    lost = [name for name, was in spliced.replaced.items() if now.get(name) != was]
    theirs = [name for name in lost if all(each.get(name) != spliced.replaced[name] for each in known)]
    return spliced.text, theirs


def _about(clashes: list[str], kept: str, *, others: bool) -> str:
    """What became of the learner's own changes in a patched file, in a sentence; "" when there are none."""
    if clashes:
        return (
            f"You had changed {', '.join(clashes)} yourself. This cell put the lesson's text there; "
            f"the file as you had it is in {kept}."
        )
    return "What you changed yourself in this file is still there." * others


def _refuse_broken_python(path: str, text: str) -> None:
    if not path.endswith(".py"):
        return
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            compile(text, path, "exec", dont_inherit=True)
    except (SyntaxError, ValueError) as problem:
        line = getattr(problem, "lineno", None)
        shown = (getattr(problem, "text", "") or "").strip()
        where = f"line {line} of the file is not valid Python" if line else "it is not valid Python"
        raise CourseError(
            f"{path} was not written, because {where}: {getattr(problem, 'msg', problem)}"
            f"{f' (`{shown}`)' * bool(shown)}. "
            "The file is as it was before; fix the cell and run it again."
        ) from None
