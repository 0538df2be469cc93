"""Mutants of the official answers: which are made, how they are judged, and which may survive."""

import os
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest

from course.authoring.mutate import explained, mutants, outcome, sitting, sql_slips
from course.authoring.mutate.court import ENDED, Court, Found
from course.authoring.mutate.mutants import Mutant
from course.authoring.mutate.outcome import Outcome
from course.authoring.quick_place import quick_place
from course.base import paths
from course.base.errors import CourseError
from course.content import catalog

ID = "1.2a"
FILE = "tests/mutants/week1_fastapi_basics/1_2_first_path_operations.txt"


def texts(text: str, lines: set[int] | None = None) -> set[str]:
    return {each.text.strip() for each in mutants.of_text(ID, text, lines)}


@pytest.mark.parametrize(
    ("text", "slip"),
    [
        ("a = b < c", "a = b <= c"),
        ("a = b < c", "a = b >= c"),
        ("a = b == c", "a = b != c"),
        ("a = b in c", "a = b not in c"),
        ("a = b + c", "a = b - c"),
        ("a += b", "a -= b"),
        ("a += b", "a = b"),
        ("a = b and c", "a = b or c"),
        ("a = b and c", "a = c"),
        ("a = not b", "a = b"),
        ("a = 200", "a = 201"),
        ("a = 200", "a = 199"),
        ("a = True", "a = False"),
        ("a = f(b)", "a = None"),
        ("a = {'key': b}", "a = {'keyx': b}"),
        ("a = {'key': b}", "a = {}"),
        ("a = f'hello {b}'", "a = f'hellox {b}'"),
        ("a = f(b, reverse=True)", "a = f(b)"),
        ("a = b.get(c, d)", "a = b.get(c)"),
        ("a = b.get(c, d)", "a = b.get(d, c)"),
        ("a = b.strip()", "a = b"),
        ("a = sorted(b)", "a = b"),
        ("a = select(b).where(c).limit(d)", "a = select(b).limit(d)"),
        ("a = b.created.desc()", "a = b.created.asc()"),
        ("a = status.HTTP_404_NOT_FOUND", "a = status.HTTP_400_BAD_REQUEST"),
        ("a = b if c else d", "a = b if not c else d"),
        ("a = [b for b in c if b]", "a = [b for b in c]"),
        ("a = b[:c]", "a = b[:]"),
        ("a = Annotated[b, c(1), d]", "a = Annotated[b, d]"),
        ("a = Annotated[b, c]", "a = b"),
        ("a = await b()", "a = b()"),
        ("session.add(b)\nsession.commit()", "session.add(b)"),
        ("session.add(b)\nsession.commit()", "session.commit()\nsession.add(b)"),
        ("session.commit()", "session.flush()"),
        ("if a:\n    b()\nelse:\n    c()", "if not a:\n    b()\nelse:\n    c()"),
        ("if a:\n    b()\nelse:\n    c()", "if a:\n    b()\nelse:\n    pass"),
        ("with lock:\n    b()", "b()"),
        (
            "for a in b:\n    if c:\n        break\n    d()",
            "for a in b:\n    if c:\n        continue\n    d()",
        ),
        ("def f():\n    return a", "def f():\n    return None"),
        ("def f():\n    raise A(b)", "def f():\n    return A(b)"),
        ("def f():\n    raise A(b)", "def f():\n    pass"),
        ("def f():\n    raise A from b", "def f():\n    raise A"),
        ("def f():\n    yield a", "def f():\n    yield"),
        ("def f(a=1):\n    ...", "def f(a):\n    ..."),
        ("def f(a=1):\n    ...", "def f(a=None):\n    ..."),
        ("try:\n    a()\nexcept A:\n    b()", "try:\n    a()\nexcept Exception:\n    b()"),
        ("try:\n    a()\nexcept Exception:\n    b()", "try:\n    a()\nexcept ValueError:\n    b()"),
        ("try:\n    a()\nexcept (A, B):\n    b()", "try:\n    a()\nexcept A:\n    b()"),
        ("try:\n    a()\nexcept A:\n    b()\nfinally:\n    c()", "try:\n    a()\nexcept A:\n    b()"),
        ("@a\n@b\ndef f():\n    ...", "@b\ndef f():\n    ..."),
        ("class A(B):\n    c: int | None = 1", "class A(B):\n    c: int = 1"),
        ("class A(B):\n    c: int = 1", "class A(B):\n    c: int"),
        ("@api.get(b)\ndef f(a: int | None): ...", "@api.get(b)\ndef f(a: int): ..."),
        ("def f(a: Annotated[int, Header()]): ...", "def f(a: int): ..."),
        (
            '@api.get("/{a}")\ndef f(): ...\n@api.get("/b")\ndef g(): ...',
            '@api.get("/b")\ndef g(): ...\n@api.get("/{a}")\ndef f(): ...',
        ),
        ('op.drop_constraint(op.f("a"), b)', 'op.drop_constraint("a", b)'),
        ('op.create_index("a", "b", ["c"])', 'op.create_index("b", "a", ["c"])'),
        ('op.create_foreign_key(a, b, c, ["d"], ["e"])', 'op.create_foreign_key(a, b, c, ["e"], ["d"])'),
        ('op.create_foreign_key(a, ondelete="RESTRICT")', 'op.create_foreign_key(a, ondelete="CASCADE")'),
        ('op.add_column("a", Column("b", server_default="c"))', 'op.add_column("a", Column("b"))'),
        ('op.add_column("a", Column("b", nullable=False))', 'op.add_column("a", Column("b", nullable=True))'),
        ('op.alter_column("a", "b", postgresql_using="c")', 'op.alter_column("a", "b")'),
        ('op.create_index("a", "b", postgresql_concurrently=True)', 'op.create_index("a", "b")'),
        (
            'op.create_check_constraint("a", "b", "c >= 0", schema=d)',
            'op.create_check_constraint("a", "b", "c > 0", schema=d)',
        ),
        ("with op.get_context().autocommit_block():\n    a()", "a()"),
        ("op.execute(a)\nop.execute(b)", "op.execute(b)"),
        ('op.execute("ALTER TABLE a ADD b int NOT NULL")', 'op.execute("ALTER TABLE a ADD b int")'),
        (
            'A = """\nrevision = 1\n\ndef upgrade():\n    b(c=1)\n"""',
            'A = """\nrevision = 1\n\ndef upgrade():\n    b()\n"""',
        ),
    ],
)
def test_a_slip_is_made(text, slip):
    assert slip in texts(text)


@pytest.mark.parametrize(
    ("text", "spared"),
    [
        ('def f():\n    """Says so."""\n    return a', "so.x"),
        ("from a import b\nb()", "import b\npass"),
        ("def f(a: int | None):\n    ...", "int)"),
        ("@contextmanager\ndef f(a: int | None):\n    ...", "int)"),
        ('@field_validator("b")\ndef f(a: int | None):\n    ...', "int)"),
        ('@field_validator("b")\n@classmethod\ndef f(a):\n    ...', '")\ndef'),
        ("a = f(min=b)", "max=b"),
        ("a = 1\nb = 2", "b = 2\na = 1"),
        ("def f() -> 'A': ...", "Ax"),
        ("if a in b:\n    c()", "not ("),
        ("def f():\n    return a", "    pass"),
        ('@api.get("/a")\ndef f(): ...\n@api.get("/b")\ndef g(): ...', "def g(): ...\n@api"),
        ("a = b\nc(a)", "c(a)\na = b"),
        ("a = b[0]", "-1"),
        ('op.alter_column("a", "b", existing_type=c, nullable=False)', '"b", nullable'),
        ('A = """\ndef upgrade():\n    b(c=1)\n"""', "def upgrade(:"),
    ],
)
def test_what_makes_no_difference_is_left_alone(text, spared):
    assert not [each for each in texts(text) if spared in each]


def test_only_what_stands_between_the_markers_is_changed():
    assert texts("a = 1\nb = 2\nc = 3", {2}) == {
        "a = 1\nb = 3\nc = 3",
        "a = 1\nb = 1\nc = 3",
        "a = 1\nb = None\nc = 3",
        "a = 1\nc = 3",
    }


MESSAGE = 'def f():\n    raise E(404, "No such post")'


def test_a_message_that_the_text_does_not_name_is_the_learners_own():
    assert not [each for each in texts(MESSAGE) if "raise E(404" in each and 'post")' not in each]
    assert not [each for each in texts('a = FastAPI(title="A")') if "FastAPI" in each]


def test_a_message_that_the_text_names_is_changed_and_left_out():
    found = {each.text for each in mutants.of_text(ID, MESSAGE, prose="It answers `No such post`.")}
    assert {MESSAGE.replace("post", "postx"), MESSAGE.replace(', "No such post"', "")} <= found


def test_mutants_parse_and_differ_from_each_other_and_from_the_answer():
    for exercise in catalog.lesson("1.5").exercises:
        found = mutants.of_exercise(exercise.id)
        shapes = {mutants._shape(each.text) for each in found}
        assert len(shapes) == len(found) > 0
        assert not shapes & {None, mutants._shape(catalog.official(exercise.id))}
        assert len({each.key for each in found}) == len(found)


def test_a_slip_in_one_line_at_two_places_is_told_apart():
    found = {each.diff for each in mutants.of_text(ID, "def f():\n    g()\n    h()\n    g()\n")}
    assert {"- g()", "- g()\n@ place 2"} <= found


@pytest.mark.parametrize(
    ("text", "slip"),
    [
        ("SELECT a FROM b ORDER BY c DESC", "SELECT a FROM b ORDER BY c ASC"),
        ("SELECT a FROM b ORDER BY c DESC", "SELECT a FROM b"),
        ("SELECT a FROM b WHERE c = %s LIMIT 3", "SELECT a FROM b WHERE c <> %s LIMIT 3"),
        ("SELECT a FROM b WHERE c = %s LIMIT 3", "SELECT a FROM b LIMIT 3"),
        ("SELECT a FROM b WHERE c = %s LIMIT 3", "SELECT a FROM b WHERE c = %s"),
        ("SELECT a FROM b WHERE c = %s LIMIT 3", "SELECT a FROM b WHERE c = %s LIMIT 4"),
        ("SELECT a FROM b WHERE c = 1 AND d = 2", "SELECT a FROM b WHERE c = 1 OR d = 2"),
        ("SELECT a FROM b WHERE c = 1 AND d = 2", "SELECT a FROM b WHERE d = 2"),
        ("SELECT a FROM b WHERE c = 1 AND d = 2", "SELECT a FROM b WHERE c = 1 "),
        ("SELECT a FROM b LEFT JOIN c ON d = e", "SELECT a FROM b JOIN c ON d = e"),
        ("SELECT a FROM b JOIN c ON d = e", "SELECT a FROM b LEFT JOIN c ON d = e"),
        ("CREATE TABLE a (b text NOT NULL)", "CREATE TABLE a (b text)"),
        ("CREATE TABLE a (b text UNIQUE)", "CREATE TABLE a (b text)"),
        ("CREATE TABLE a (b text DEFAULT 'c')", "CREATE TABLE a (b text)"),
        ("CREATE TABLE a (b int CHECK (f(b) > 0))", "CREATE TABLE a (b int)"),
        ("CREATE TABLE a (b int, UNIQUE (b))", "CREATE TABLE a (b int)"),
        ("SELECT coalesce(a, 0) FROM b", "SELECT a FROM b"),
        ("ALTER TYPE a ADD VALUE 'b' BEFORE 'c'", "ALTER TYPE a ADD VALUE 'b' AFTER 'c'"),
        ("ALTER TYPE a ADD VALUE 'b' BEFORE 'c'", "ALTER TYPE a ADD VALUE 'b'"),
        ("ALTER TABLE a ADD CHECK (b > 0) NOT VALID", "ALTER TABLE a ADD CHECK (b > 0)"),
        ("ALTER TABLE a ALTER b TYPE int USING b::int", "ALTER TABLE a ALTER b TYPE int"),
    ],
)
def test_a_slip_in_sql_is_made(text, slip):
    assert sql_slips.is_sql(text)
    assert slip in set(sql_slips.slips(text))


def test_a_string_with_sql_in_it_gets_the_slips_of_sql():
    assert 'a = """\nSELECT b FROM c LIMIT 2\n"""' in texts('a = """\nSELECT b FROM c LIMIT 1\n"""')


def judged(*fates: tuple[str, ...], explanations: list[tuple[str, str]] = ()) -> Outcome:
    """An outcome of mutants with the diffs `- 1`, `- 2` …"""
    made = [Mutant(ID, "", f"- {number}") for number in range(1, len(fates) + 1)]
    given = [explained.Explanation(ID, kind, "a reason", diff) for kind, diff in explanations]
    return Outcome(ID, made, [Found(fate) for fate in fates], given)


def test_a_survivor_is_a_problem_and_its_diff_is_shown():
    problem = outcome.problem(judged((), ("It answers 404",)))
    assert "- 1" in problem and "- 2" not in problem
    assert FILE in problem


def test_an_explained_survivor_is_none():
    assert not outcome.problem(judged((), ("It answers 404",), explanations=[("equal", "-  1")]))


@pytest.mark.parametrize(
    ("diff", "why"), [("- 2", "is found out now"), ("- 3", "is not made any more")], ids=["found out", "gone"]
)
def test_a_stale_explanation_is_a_problem(diff, why):
    problem = outcome.problem(
        judged((), ("It answers 404",), explanations=[("equal", "- 1"), ("free", diff)])
    )
    assert why in problem and diff in problem


def test_the_table_says_which_expectations_find_nothing():
    sentences = outcome.expectations(ID)
    lines = outcome.table(judged((), (sentences[0],), (sentences[0], sentences[1]))).splitlines()
    assert lines[1].split()[:2] == ["2", "1"] and sentences[0] in lines[1]
    assert lines[2].split()[:2] == ["1", "0"]
    assert "finds no mutant" in lines[3]


def test_explanations_are_read(tmp_path: Path):
    path = tmp_path / "1_2_x.txt"
    path.write_text("# %% 1.2a equal: never negative\n- a\n+ b\n\n# %% 1.2b free: no message is named\n- c\n")
    one, two = explained.read(path)
    assert (one.exercise_id, one.kind, one.reason, one.key) == ("1.2a", "equal", "never negative", "- a\n+ b")
    assert (two.exercise_id, two.kind) == ("1.2b", "free")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("# %% 1.2a because: x\n- a\n", "cannot be read"),
        ("# %% 1.2a equal: \n- a\n", "cannot be read"),
        ("# %% 1.2a equal: …\n- a\n", "cannot be read"),
        ("# %% 1.2a equal: x\n", "cannot be read"),
        ("- a\n", "cannot be read"),
        ("# %% 1.2a equal: x\n- a\n# %% 1.2a free: y\n-  a\n", "twice"),
    ],
)
def test_what_is_no_explanation_is_refused(tmp_path: Path, text: str, said: str):
    path = tmp_path / "1_2_x.txt"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(CourseError, match=said):
        explained.read(path)


@pytest.fixture(scope="module")
def court() -> Iterator[Court]:
    with Court() as made:
        yield made


def answer(before: str = "", after: str = "") -> Mutant:
    return Mutant(ID, f"{before}\n{catalog.official(ID)}\n{after}\n", "")


def test_the_check_finds_a_wrong_answer_and_accepts_a_right_one(court):
    wrong, right = court.judge([answer(after=f"{_name()} = None"), answer(after="other = 1")])
    assert right.survived
    assert set(wrong.by) <= set(outcome.expectations(ID)) and not wrong.survived


def test_a_mutant_without_end_ends_and_counts_as_found_out(court):
    endless, right = court.judge([answer(before="while True:\n    pass"), answer()])
    assert not endless.survived
    assert right.survived


def test_a_mutant_that_ends_its_process_takes_no_other_with_it(court):
    deadly, right = court.judge([answer(before="import os\nos.kill(os.getpid(), 9)"), answer()])
    assert deadly.by == (ENDED,)
    assert right.survived


def test_what_a_mutant_leaves_behind_is_no_verdict_on_the_others(court):
    spoils = answer(after="import fastapi.testclient\nfastapi.testclient.TestClient.__init__ = None")
    _, right = court.judge([spoils, answer()])
    assert right.survived


def _name() -> str:
    from course.checks import attempt

    return sorted(attempt.defined(catalog.official(ID)))[0]


def test_exercises_are_judged_side_by_side_and_told_in_order(monkeypatch):
    monkeypatch.setenv(paths.WORK_VARIABLE, "mine")
    found = list(sitting.outcomes(["1.1a", "1.1c"], jobs=2))
    assert [each.exercise_id for each in found] == ["1.1a", "1.1c"]
    assert all(len(each.found) == len(each.mutants) > 0 for each in found)
    assert os.environ[paths.WORK_VARIABLE] == "mine"


@pytest.mark.parametrize(("free", "place"), [(64 * 2**20, None), (16 * 2**30, "/dev/shm")])
def test_a_small_memory_is_no_place_for_a_server(monkeypatch, free, place):
    monkeypatch.setattr("os.path.isdir", lambda _: True)
    monkeypatch.setattr("os.access", lambda *_: True)
    monkeypatch.setattr("shutil.disk_usage", lambda _: SimpleNamespace(free=free))
    assert quick_place() == place
