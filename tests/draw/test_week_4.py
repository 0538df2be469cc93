"""The pictures of week 4: the chain of revisions, and what a step changed."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import psycopg2
import pytest
from alembic.config import Config
from postgres_support import own_home

from course import draw, look, postgres
from course.base.errors import CourseError
from course.draw.mermaid import Picture
from course.suites.suite import SuiteRun, TestResult

TABLES = """
CREATE TABLE users (id int PRIMARY KEY, name text);
CREATE TABLE posts (id int PRIMARY KEY, title text);
CREATE VIEW titles AS SELECT title FROM posts;
"""
REVISION = '''"""{doc}"""
revision, down_revision, branch_labels, depends_on = {number!r}, {down!r}, {labels!r}, {depends!r}
def upgrade(): ...
def downgrade(): ...
'''


def run(url: str, sql: str) -> None:
    with closing(psycopg2.connect(url)) as link, link, link.cursor() as cursor:
        cursor.execute(sql)


@pytest.fixture(scope="module", autouse=True)
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch, own_home(tmp_path_factory.mktemp("work"), patch):
        yield


@pytest.fixture
def url() -> str:
    made = postgres.reset("drawn")
    run(made, TABLES)
    return made


# --- what a step changed -------------------------------------------------------------------------------------


def changed(url: str, sql: str) -> Picture:
    before = look.catalog(url)
    run(url, sql)
    return draw.changes(before, look.catalog(url))


def nodes(picture: Picture) -> list[str]:
    return [line.strip() for line in picture.mermaid.splitlines() if '["' in line]


def test_a_table_that_changed_has_a_box_with_a_line_for_each_part(url: str) -> None:
    picture = changed(
        url,
        "ALTER TABLE posts ADD slug varchar(50) NOT NULL DEFAULT '', ADD author_id int REFERENCES users, ALTER id TYPE bigint;"
        "CREATE INDEX posts_slug_idx ON posts (slug)",
    )
    assert nodes(picture) == [
        't0["posts<br/>+ author_id integer<br/>~ id integer not null → bigint not null<br/>'
        "+ slug character varying(50) not null default ''::character<br/>… varying<br/>"
        "+ constraint posts_author_id_fkey FOREIGN KEY (author_id)<br/>… REFERENCES users(id)<br/>"
        '+ index posts_slug_idx btree (slug)"]'
    ]
    assert str(picture).splitlines()[0].startswith("+ constraint posts_author_id_fkey  FOREIGN KEY")


def test_whole_tables_that_came_and_went_have_one_box_for_each_sign(url: str) -> None:
    picture = changed(
        url,
        "DROP VIEW titles; DROP TABLE users; CREATE TABLE tags (id int); CREATE TABLE votes (id int); ALTER TABLE posts DROP title",
    )
    assert nodes(picture) == [
        't0["+ table tags<br/>+ table votes"]:::came',
        't1["- table users<br/>- view titles"]:::gone',
        't2["posts<br/>- title text"]',
    ]
    assert "t0 ~~~ t1" in picture.mermaid and "t1 ~~~ t2" in picture.mermaid


def test_a_view_that_is_another_says_both(url: str) -> None:
    picture = changed(
        url, "CREATE OR REPLACE VIEW titles AS SELECT title FROM posts WHERE id #> 1".replace("#", "")
    )
    (node,) = nodes(picture)
    assert node.startswith('t0["~ view titles SELECT title FROM posts#59; → SELECT title FROM posts')
    assert "#62; 1#59;" in node and node.endswith('"]')


def test_what_is_too_much_is_counted(url: str) -> None:
    columns = ", ".join(f"ADD c{number:02} int" for number in range(12))
    tables = "; ".join(f"CREATE TABLE t{number:02} (id int)" for number in range(10))
    picture = changed(url, f"ALTER TABLE posts {columns}; {tables}")
    assert "+ c07 integer<br/>and 4 more" in picture.mermaid and "c08" not in picture.mermaid
    assert "+ table t07<br/>and 2 more" in picture.mermaid
    assert len(str(picture).splitlines()) == 22


def test_nothing_that_changed_is_said(url: str) -> None:
    picture = changed(url, "INSERT INTO users VALUES (1, 'ada')")
    assert nodes(picture) == ['t0["no difference"]'] and str(picture) == "no difference"


# --- the chain of revisions ----------------------------------------------------------------------------------


def environment(folder: Path, *revisions: tuple[str, object, str, object, object]) -> Config:
    """A script directory with these: number, what is before it, what it says, labels, what it depends on."""
    (folder / "versions").mkdir()
    (folder / "env.py").write_text("raise RuntimeError('no picture runs this')")
    for number, down, doc, labels, depends in revisions:
        text = REVISION.format(number=number, down=down, doc=doc, labels=labels, depends=depends)
        (folder / "versions" / f"{number}.py").write_text(text)
    config = Config()
    config.set_main_option("script_location", str(folder))
    return config


def at(url: str, *revisions: str) -> str:
    run(url, "CREATE TABLE alembic_version (version_num text PRIMARY KEY)")
    for revision in revisions:
        run(url, f"INSERT INTO alembic_version VALUES ('{revision}')")
    return url


CHAIN = [
    ("1a", None, "Posts.", None, None),
    ("2b", "1a", 'Users & "tags".', None, None),
    ("3c", "2b", "", None, None),
]


def test_the_chain_says_where_the_database_is_and_what_it_has_not_run(url: str, tmp_path: Path) -> None:
    config = environment(tmp_path, *CHAIN)
    assert (
        str(draw.revisions(config, url)) == 'nothing → 1a · Posts.\n1a → 2b · Users & "tags".\n2b → 3c (head)'
    )
    picture = draw.revisions(config, at(url, "2b"))
    assert str(picture) == 'nothing → 1a · Posts.\n1a → 2b · Users & "tags". (database)\n2b → 3c (head)'
    lines = [line.strip() for line in picture.mermaid.splitlines()]
    assert lines[3:8] == [
        'r0["1a · Posts."]',
        'r1["2b · Users #38; #34;tags#34;. (database)"]:::here',
        "r0 --> r1",
        'r2(["3c (head)"]):::waiting',
        "r1 --> r2",
    ]


def test_branches_labels_a_merge_and_dependencies_are_drawn(url: str, tmp_path: Path) -> None:
    config = environment(
        tmp_path,
        CHAIN[0],
        ("2b", "1a", "Search.", ("search",), None),
        ("2c", "1a", "Votes.", None, "search"),
        ("3d", ("2b", "2c"), "Both.", None, None),
    )
    picture = draw.revisions(config, at(url, "2b", "2c"))
    assert str(picture).splitlines()[1:] == [
        "1a → 2b · Search. (branch search, database)",
        "2b, 1a → 2c · Votes. (database)",
        "2b, 2c → 3d · Both. (head)",
    ]
    assert "r1 -.-> r2" in picture.mermaid and picture.mermaid.count("--> r3") == 2
    assert picture.mermaid.count(":::here") == 2 and picture.mermaid.count(":::waiting") == 1


def test_two_heads_are_both_round(url: str, tmp_path: Path) -> None:
    picture = draw.revisions(environment(tmp_path, *CHAIN, ("3d", "2b", "Other.", None, None)), url)
    assert picture.mermaid.count('(["') == 2 and str(picture).count("(head)") == 2


def test_branches_stand_side_by_side_in_the_order_of_their_ids(url: str, tmp_path: Path) -> None:
    picture = draw.revisions(environment(tmp_path, *CHAIN, ("3d", "2b", "Other.", None, None)), url)
    assert [line.split(" ")[2] for line in str(picture).splitlines()] == ["1a", "2b", "3c", "3d"]


def test_a_revision_that_no_file_has_any_more_is_told(url: str, tmp_path: Path) -> None:
    picture = draw.revisions(environment(tmp_path, *CHAIN), at(url, "9z"))
    assert str(picture).splitlines()[-1] == "9z (database, and no file has it)"
    assert 'x0["9z (database, and no file has it)"]:::here' in picture.mermaid


def test_a_run_of_tests_is_told_revision_by_revision(url: str, tmp_path: Path) -> None:
    ended = {
        "test_up[1a]": "passed",
        "test_up[2b]": "failed",
        "test_rows[2b]": "passed",
        "test_heads": "failed",
    }
    run = SuiteRun(tuple(TestResult("test_chain.py", *each) for each in ended.items()))
    picture = draw.revisions(environment(tmp_path, *CHAIN), at(url, "1a"), tested=run)
    assert str(picture).splitlines() == [
        "nothing → 1a · Posts. ✓",
        '1a → 2b · Users & "tags". ✗ test_up',
        "2b → 3c (head)",
    ]
    assert picture.mermaid.count(":::here") == 1 and ":::waiting" not in picture.mermaid


def test_an_environment_without_revisions_is_told(url: str, tmp_path: Path) -> None:
    assert str(draw.revisions(environment(tmp_path), url)) == "no revisions"


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (("4d", "9z", "", None, None), "9z.*is not present"),
        (("4d", "4d", "", None, None), "Self-loop"),
        (("4d", "3c", '"""; import nowhere; """', None, None), "No module named 'nowhere'"),
        (("4d", "3c", '"""; def (: """', None, None), "SyntaxError"),
    ],
)
def test_files_that_cannot_be_read_are_told(url: str, tmp_path: Path, more: tuple, said: str) -> None:
    with pytest.raises(CourseError, match=f"The revisions cannot be drawn. .*{said}"):
        draw.revisions(environment(tmp_path, *CHAIN, more), url)


def test_the_configuration_is_the_pages(url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    environment(tmp_path, *CHAIN)
    monkeypatch.setenv("DATABASE_URL", at(url, "1a"))
    monkeypatch.setenv("ALEMBIC_CONFIG", str(tmp_path / "alembic.ini"))
    with pytest.raises(CourseError, match="no .*alembic.ini, so there are no revisions"):
        draw.revisions()
    (tmp_path / "alembic.ini").write_text("[alembic]\nscript_location = %(here)s\n")
    assert "1a · Posts. (database)" in str(draw.revisions())
