"""`%%app PATH patch`: what a cell that holds only the changes makes of a file."""

import difflib
import itertools
import subprocess
import sys
from textwrap import dedent

import pytest
from patch_maker import patch_between

from course.base.errors import CourseError
from course.content import app_history, app_patch, import_block, python_parts
from course.content.python_parts import DOCSTRING, IMPORTS

FILE = dedent('''\
    """What posts are."""

    from dataclasses import dataclass

    from app.errors import Conflict, NotFound

    # The most there may be.
    MOST = 3
    LEAST = 1


    @dataclass
    class Post:
        """A post."""

        title: str
        content: str = ""

        def shown(self) -> str:
            return self.title  # as it is


    def read(post_id: int) -> Post:
        raise NotFound(post_id)


    def write(post: Post) -> None:
        raise Conflict(MOST)
''')


def spliced(patch: str, text: str = FILE, *, again: bool = False) -> str:
    return app_patch.splice("app/x.py", text, dedent(patch), again=again).text


def changed(patch: str, text: str = FILE) -> tuple[str, str]:
    """The lines that a patch takes out of a file, and those that it puts in, each as one text."""
    lines = list(difflib.ndiff(text.splitlines(), spliced(patch, text).splitlines()))
    return tuple("\n".join(x[2:] for x in lines if x[0] == sign).strip("\n") for sign in "-+")  # type: ignore[return-value]


def versions() -> dict[str, list[str]]:
    """Every Python file of the app with the texts that the lessons give it, in order."""
    found: dict[str, list[str]] = {}
    for cell in app_history.versions():
        texts = found.setdefault(cell.path, [])
        if cell.path.endswith(".py") and cell.text not in texts:
            texts.append(cell.text)
    return {path: texts for path, texts in found.items() if len(texts) > 1}


def unsaid(text: str) -> set[str]:
    """What a patch can add at most: calls; and what it says nothing of: statements without a name."""
    parts = [part for part in python_parts.parts(text) if part.name not in (DOCSTRING, IMPORTS)]
    return {part.text for part in parts if not all(name.isidentifier() for name in part.names or [""])}


@pytest.mark.parametrize("path", versions())
def test_any_version_of_a_file_is_patched_into_any_other_and_a_second_run_changes_nothing(path):
    done = 0
    for before, after in itertools.permutations(versions()[path], 2):
        added = unsaid(after) - unsaid(before)
        if unsaid(before) <= unsaid(after) and not any(text.startswith("for ") for text in added):
            patch = patch_between(path, before, after)
            assert app_patch.splice(path, before, patch).text == after
            assert app_patch.splice(path, after, patch, again=True).text == after
            done += 1
    assert done


@pytest.mark.parametrize("path", versions())
def test_the_parts_of_a_file_are_all_of_it(path):
    for text in versions()[path]:
        assert_whole(text)


def assert_whole(text: str) -> None:
    parts = python_parts.parts(text)
    assert "\n".join(line for part in parts for line in (*part.gap, *part.lines)) + "\n" == text
    for part in parts:
        if block := python_parts.block(part):
            inner = [line for each in block.body for line in (*each.gap, *each.lines)]
            assert block.one_line or (*block.head, *inner) == part.lines


def test_a_definition_takes_the_place_of_its_namesake_with_its_decorators():
    patch = "@cache\ndef read(post_id: int) -> Post:\n    raise NotFound\n"
    assert changed(patch) == ("    raise NotFound(post_id)", "@cache\n    raise NotFound")
    out, into = changed("class Post:\n    title: str\n")
    assert "@dataclass" in out and "shown" in out and into == ""


def test_an_import_that_nothing_uses_any_more_goes_and_others_stay():
    text = spliced("def read(post_id: int) -> Post:\n    '''Raises no NotFound.'''\n    return Post('')\n")
    assert "from app.errors import Conflict\n" in text
    assert "NotFound" in text.split("def read")[1]  # in the docstring only
    unused_before = FILE.replace("import dataclass\n", "import dataclass, field\n")
    assert "dataclass, field" in spliced("del read\n", unused_before)


def test_a_name_in_a_text_of_code_counts_as_used():
    text = spliced('def read(post_id: int) -> Post:\n    return eval("NotFound")\n')
    assert "Conflict, NotFound" in text


def test_comments_right_above_belong_to_a_definition():
    assert changed("# At most.\nMOST = 4\n") == ("# The most there may be.\nMOST = 3", "# At most.\nMOST = 4")
    assert changed("MOST = 4\n") == ("# The most there may be.\nMOST = 3", "MOST = 4")
    assert changed("del MOST\n")[0] == "# The most there may be.\nMOST = 3"


def test_what_is_new_goes_below_its_upper_neighbour_in_the_cell():
    text = spliced("LEAST = 1\nSOME = 2\n")
    assert "LEAST = 1\nSOME = 2\n\n\n@dataclass" in text
    text = spliced("def read(post_id: int) -> Post: ...\n\n\ndef list_all() -> None:\n    pass\n")
    assert "NotFound(post_id)\n\n\ndef list_all() -> None:\n    pass\n\n\ndef write" in text


def test_what_is_new_goes_above_its_lower_neighbour_else_to_the_end():
    new = "def first() -> None:\n    pass\n"
    assert "as it is\n\n\ndef first() -> None:\n    pass\n\n\ndef read" in spliced(
        f"{new}\n\ndef read(post_id: int) -> Post: ...\n"
    )
    assert spliced(new) == f"{FILE}\n\n{new}"


def test_a_blank_line_that_parts_two_groups_outlives_the_first_of_a_group():
    text = "app = 1\nuse(app)\n\n# The first.\nONE = 1\nTWO = 2\n"
    assert spliced("del ONE\n", text) == "app = 1\nuse(app)\n\nTWO = 2\n"


def test_the_order_of_the_cell_is_the_order_of_the_file():
    text = spliced("def write(post: Post) -> None: ...\n\n\ndef read(post_id: int) -> Post: ...\n")
    assert text.endswith(
        "raise Conflict(MOST)\n\n\ndef read(post_id: int) -> Post:\n    raise NotFound(post_id)\n"
    )


def test_dots_in_a_class_keep_the_members_that_the_cell_does_not_show():
    patch = """\
        @dataclass
        class Post:
            ...
            title: str = "none"
            tags: str = ""
        """
    out, into = changed(patch)
    assert (out, into) == ("    title: str", '    title: str = "none"\n    tags: str = ""')
    assert '"none"\n    tags: str = ""\n    content' in spliced(patch)
    replaced = app_patch.splice("app/x.py", FILE, dedent(patch)).replaced
    assert replaced == {"Post.title": "    title: str"}


def test_a_method_of_a_class_is_added_changed_and_removed():
    patch = """\
        @dataclass
        class Post:
            ...
            del content

            def shown(self) -> str:
                return "?"

            def hidden(self) -> str:
                return ""
        """
    assert spliced(patch).split("class Post:\n")[1].split("\n\n\n")[0] == (
        '    """A post."""\n\n    title: str\n\n    def shown(self) -> str:\n        return "?"\n\n'
        '    def hidden(self) -> str:\n        return ""'
    )


def test_what_the_cell_shows_of_a_first_line_and_a_docstring_counts():
    text = spliced('class Post(Base):\n    """New."""\n\n    ...\n')
    assert '\n\nclass Post(Base):\n    """New."""\n\n    title: str\n' in text and "@dataclass" not in text
    assert changed("def read(post_id: str) -> Post: ...\n")[1] == "def read(post_id: str) -> Post:"


def test_dots_alone_change_nothing_and_keep_the_comment_above():
    text = FILE.replace("@dataclass\n", "# Kept.\n@dataclass\n")
    assert spliced("@dataclass\nclass Post: ...\n", text) == text
    assert spliced("...\n") == FILE


def test_a_call_is_known_by_its_text():
    text = FILE + "\n\nregister(Post)\n"
    assert spliced("register(Post)\n", text) == text
    assert spliced("register(Post)\nregister(read)\n", text) == text + "register(read)\n"


def test_the_docstring_of_the_file_is_replaced_or_put_on_top():
    assert spliced('"""New."""\n').startswith('"""New."""\n\nfrom dataclasses')
    bare = FILE.split("\n", 2)[2]
    assert spliced('"""New."""\n', bare) == FILE.replace("What posts are.", "New.")


def test_an_if_type_checking_stands_below_the_imports_and_is_known_by_its_condition():
    new = "if TYPE_CHECKING:\n    from app.models import User\n"
    text = spliced(f"from typing import TYPE_CHECKING\n\n{new}")
    assert f"NotFound\n\n{new}\n# The most" in text and "import TYPE_CHECKING\n" in text
    more = new.replace("User", "Tag, User")
    assert spliced(more, text) == text.replace(new, more)


def test_neighbours_of_one_name_are_one():
    pair = "    @property\n    def size(self) -> int:\n        return {}\n\n    @size.setter\n    def size(self, to: int) -> None: ...\n"
    text = "class A:\n" + pair.format(1)
    assert spliced("class A:\n    ...\n\n" + pair.format(2), text) == "class A:\n" + pair.format(2)


def test_an_import_joins_its_module_and_the_block_stays_sorted():
    text = spliced("import os\nfrom app.errors import Busy\nfrom fastapi import FastAPI as App, Query\n")
    assert text[text.index("import os") : text.index("# The most")] == (
        "import os\nfrom dataclasses import dataclass\n\nfrom fastapi import FastAPI as App\n"
        "from fastapi import Query\n\nfrom app.errors import Busy, Conflict, NotFound\n\n"
    )


def test_an_import_of_a_name_that_is_taken_replaces_the_other():
    done = app_patch.splice("app/x.py", FILE, "from app.more import Conflict\n")
    assert "from app.errors import NotFound\nfrom app.more import Conflict\n" in done.text
    assert done.replaced == {"the import of Conflict": "app.errors.Conflict"}


def test_an_import_that_the_cell_removes_by_name_goes():
    assert "import NotFound\n" in spliced("del Conflict\n")


LATE = """import os

os.environ["A"] = "1"

from app.base import Base  # noqa: E402
from app.main import app  # noqa: E402

ONE = Base, app, os
"""


@pytest.mark.parametrize(("module", "place"), [("app.aaa", 4), ("app.database", 5), ("app.settings", 6)])
def test_an_import_of_the_app_goes_to_those_that_stand_below_its_settings(module, place):
    line = f"from {module} import get  # noqa: E402"
    patch = f"import sys\n\n{line}\n\nTWO = get, sys\n"
    lines = spliced(patch, LATE).splitlines()
    assert lines[:2] == ["import os", "import sys"]
    assert lines.index(line) == place + 1
    others = [each for each in lines if each and each not in (line, "import sys", "TWO = get, sys")]
    assert others == [each for each in LATE.splitlines() if each]
    assert spliced(patch, spliced(patch, LATE)) == spliced(patch, LATE)


def test_an_import_from_the_tests_goes_on_top_and_a_late_name_can_be_removed():
    lines = spliced("from tests.on_loop import get\n\ndel app\n\nTWO = get\n", LATE).splitlines()
    assert lines[:3] == ["import os", "", "from tests.on_loop import get"]
    assert (
        not any("app.main" in each for each in lines) and "from app.base import Base  # noqa: E402" in lines
    )


def test_a_name_of_the_app_joins_its_module_further_down():
    patch = "from app.main import Other, app  # noqa: E402\n\nTWO = Other\n"
    assert "\nfrom app.main import Other, app  # noqa: E402\n" in spliced(patch, LATE)
    assert spliced(patch, LATE).count("import") == LATE.count("import")


def test_a_remark_inside_imports_is_not_lost():
    text = FILE.replace("Conflict, NotFound", "Conflict, NotFound  # noqa: F401").replace(
        "from dataclasses", "# first\nfrom dataclasses"
    )
    assert "# first\nfrom dataclasses" in spliced("from app.errors import Busy\n", text)
    assert "import Busy, Conflict, NotFound  # noqa: F401\n" in spliced("from app.errors import Busy\n", text)


def test_imports_in_one_line_are_taken_apart_and_comments_below_stay():
    text = "import os; import sys\n# of the imports\n\nprint(os, sys)\n"
    assert spliced("def a():\n    pass\n", text).startswith(text)
    assert spliced("import abc\n", text) == text.replace("import os; ", "import abc\nimport os\n")
    assert spliced("del os, sys\n", text) == text[text.index("#") :]


def test_a_member_that_is_indented_otherwise_is_a_sentence():
    text = "from app.models import Tag\n\n\nclass A:\n  tag = Tag\n  other = 1\n"
    with pytest.raises(CourseError, match="do not fit together: .*Indent the file as the cell is"):
        spliced("class A:\n    ...\n    tag = 'Tags'\n", text)


def test_long_imports_are_broken_as_ruff_breaks_them(tmp_path):
    names = [
        "Beta",
        "alpha2",
        "alpha10",
        "GAMMA",
        "delta",
        "Epsilon",
        "zeta",
        "Eta",
        "theta",
        "IOTA",
        "kappa",
        "x",
    ]
    patch = (
        f"from app.names import {', '.join(names)}\nimport json, abc\nfrom . import near\nfrom os import *\n"
    )
    text = spliced(f"from __future__ import annotations\n{patch}")
    file = tmp_path / "x.py"
    file.write_text(text)
    command = ["ruff", "check", "--isolated", "--line-length=88", "--select=I", "--config", ISORT, str(file)]
    done = subprocess.run([sys.executable, "-m", *command], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + text


ISORT = 'lint.isort.known-first-party = ["app"]'


def test_what_nobody_touches_stays_byte_for_byte():
    odd = FILE.replace("LEAST = 1", "LEAST   =   1  \n   \n\n\n# alone\n\n\n\nODD = 1; EVEN = 2").replace(
        "    return self.title", "    return   self.title"
    )
    text = spliced("def read(post_id: int) -> Post:\n    return NotFound\n", odd)
    assert text == odd.replace("raise NotFound(post_id)", "return NotFound")


def test_comments_that_hang_below_a_definition_go_with_it():
    text = "def a():\n    pass\n    # end of a\n\n    # of a too\n\n\n# alone\n\n\ndef b():\n    pass\n# below b\n"
    assert [part.text for part in python_parts.parts(text)] == [
        "def a():\n    pass\n    # end of a\n\n    # of a too",
        "# alone",
        "def b():\n    pass\n# below b",
    ]


@pytest.mark.parametrize(
    ("patch", "said"),
    [
        ("def read(:\n", r"line 2 of the cell is not valid Python: .*Fix the cell and run it again"),
        (
            "MOST = 1\nfor each in []:\n    pass\n",
            r"line 3 of the cell \(`for each in \[\]:`\) defines nothing",
        ),
        ("# alone\n\nMOST = 1\n", "comment .* stands alone"),
        ("import os\nMOST = 1\nimport sys\n", "import in line 4 of the cell does not stand with the others"),
        ("MOST += 1\n", r"`MOST \+= 1`\) defines nothing"),
        ("class Other:\n    ...\n    title: str\n", "has no Other, and `"),
        ("class Post:\n    ...\n\n    def gone(self): ...\n", "has no Post.gone, and `"),
        ("del nothing\n", "does not define nothing"),
        ("def nothing(): ...\n", "has no nothing, and `"),
        ("class Post:\n    ...\n    del nothing\n", "does not define nothing"),
        ("def Post(): ...\n", "something else"),
        ("MOST, LEAST = 1, 2\n", "line 8 and in line 9"),
    ],
)
def test_a_patch_that_does_not_fit_is_refused_in_a_sentence(patch, said):
    with pytest.raises(CourseError, match=said) as refused:
        spliced(patch)
    assert str(refused.value).startswith("app/x.py was not patched, because ")
    assert "The file is as it was before." in str(refused.value) and str(refused.value).endswith(".")


def test_a_file_that_is_no_python_is_named_with_the_line_to_fix():
    with pytest.raises(CourseError, match=r"line 1 of the file as it stands .*Fix the file"):
        spliced("MOST = 1\n", "def (\n")


PAGE = "<ul>\n<li>a\n<li>b\n</ul>\n<p>\n<p>\n"


@pytest.mark.parametrize(
    ("patch", "after"),
    [
        ("<li>a\n<li>new\n<li>b\n", PAGE.replace("a\n", "a\n<li>new\n")),
        ("<ul>\n</ul>\n", "<ul>\n</ul>\n<p>\n<p>\n"),
        ("<ul>\n<li>c\n<li>a\n...\n<li>b\n<li>d\n</ul>\n", PAGE.replace("<li>a\n<li>b", "<li>c\n<li>a\n<li>b\n<li>d")),
    ],
)
def test_parts_of_a_file_that_is_no_python_are_known_by_their_first_and_last_lines(patch, after):
    assert app_patch.splice("page.html", PAGE, patch).text == after
    assert app_patch.splice("page.html", after, patch).text == after


def test_lines_can_be_added_to_the_end_of_a_file_that_is_no_python():
    assert app_patch.splice("names.txt", "a\nb\n", "b\nc\n").text == "a\nb\nc\n"
    assert app_patch.splice("names.txt", "a\nb\nc\n", "b\nc\n").text == "a\nb\nc\n"


@pytest.mark.parametrize(("patch", "times"), [("<p>\nx\n", 2), ("<li>a\nx\n", 0), ("x\n<li>a\n", 0)])
def test_a_part_that_does_not_fit_is_refused(patch, times):
    with pytest.raises(CourseError, match=rf"stands in it {times} times.*%%app page.html"):
        app_patch.splice("page.html", PAGE, patch)


def test_what_is_gone_may_be_removed_again_only_when_asked():
    once = spliced("del write, Conflict\n")
    assert spliced("del write, Conflict\n", once, again=True) == once


def test_definitions_tell_what_a_patch_can_replace():
    found = app_patch.definitions(FILE)
    assert found["Post.title"] == "    title: str" and found[DOCSTRING] == '"""What posts are."""'
    assert found["the first line of Post"] == "@dataclass\nclass Post:"
    assert found["the import of Conflict"] == "app.errors.Conflict"
    names = import_block.names(import_block.read(python_parts.parts(FILE)))
    assert names == {"dataclass", "Conflict", "NotFound"}
