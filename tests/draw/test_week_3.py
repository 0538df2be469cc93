"""The pictures of week 3: joins as matched rows, plans, curves, and who imports whom."""

import json
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import altair
import pytest
from postgres_support import own_home
from sqlalchemy import ForeignKey, delete, func, select
from sqlalchemy.dialects import postgresql  # noqa: F401  (engines load it; here there is none)
from sqlalchemy.orm import DeclarativeBase, Mapped, aliased, mapped_column

from course import draw, look
from course.base.errors import CourseError
from course.base.sql import one_line
from course.draw import _query
from course.postboard import database, page_app

NASTY = 'say "hi"; <b>#1</b> {x} & `y` 100% end'
SCHEMA = """
CREATE TABLE users (id int PRIMARY KEY, name text, made int);
CREATE TABLE posts (id int PRIMARY KEY, title text, user_id int, made int);
CREATE TABLE votes (post_id int, user_id int);
CREATE TABLE empty (id int PRIMARY KEY);
INSERT INTO users VALUES (1, 'ada', 10), (2, 'ben', 20), (3, 'cy', 30);
INSERT INTO posts VALUES (1, 'Hello', 1, 10), (2, 'Sockets', 1, 21), (3, 'Ideas', 2, 30), (4, 'Lost', NULL, 11);
INSERT INTO votes VALUES (1, 2), (1, 2), (3, 1);
CREATE TABLE big (id int PRIMARY KEY, owner int, title text);
INSERT INTO big SELECT n, n % 100, 'title ' || n FROM generate_series(1, 20000) AS n;
CREATE TABLE parts (id int PRIMARY KEY, big_id int REFERENCES big ON DELETE CASCADE);
INSERT INTO parts SELECT n, n FROM generate_series(1, 10) AS n;
ANALYZE;
"""
ON = "posts.user_id = users.id"


class Base(DeclarativeBase):
    pass


class User(Base):
    __tablename__ = "users"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]


class Post(Base):
    __tablename__ = "posts"
    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str]
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[pytest.MonkeyPatch]:
    with pytest.MonkeyPatch.context() as patch, own_home(tmp_path_factory.mktemp("work"), patch):
        patch.setenv("DATABASE_URL", "")
        database.open_for("drawn3", {"sql/schema.sql": SCHEMA})
        yield patch


def pairs(drawn: Any) -> list[str]:
    """The links that the text twin lists."""
    return [" ".join(line.split()) for line in drawn.text.splitlines() if " – " in line]


MATCHED = ["1 ada – 1 Hello", "1 ada – 2 Sockets", "2 ben – 3 Ideas"]


@pytest.mark.usefixtures("server")
class TestJoin:
    @pytest.mark.parametrize(
        ("source", "links"),
        [
            (f"users JOIN posts ON {ON}", MATCHED),
            (f"users LEFT JOIN posts ON {ON}", [*MATCHED, "3 cy – NULL"]),
            (f"users RIGHT JOIN posts ON {ON}", [*MATCHED, "NULL – 4 Lost"]),
            (f"users FULL JOIN posts ON {ON}", [*MATCHED, "3 cy – NULL", "NULL – 4 Lost"]),
            ("users NATURAL JOIN posts", ["1 ada – 1 Hello", "3 cy – 3 Ideas"]),
            (f"users LEFT JOIN posts ON {ON} WHERE posts.id IS NULL", ["3 cy – NULL"]),
        ],
    )
    def test_each_row_of_the_result_is_one_link(self, source: str, links: list[str]) -> None:
        assert pairs(draw.join(f"SELECT * FROM {source}")) == links

    def test_a_cross_join_links_every_row_with_every_row(self) -> None:
        drawn = draw.join("SELECT name FROM users CROSS JOIN posts")
        assert len(pairs(drawn)) == 12 and drawn.mermaid.count(" --- ") == 12

    def test_a_table_joined_to_itself_has_two_sides_by_their_aliases(self) -> None:
        drawn = draw.join("SELECT * FROM users AS a JOIN users AS b ON b.id = a.id + 1", "a", "b")
        assert pairs(drawn) == ["1 ada – 2 ben", "2 ben – 3 cy"]
        turned = draw.join("SELECT * FROM users AS a JOIN users AS b ON b.id = a.id + 1", "b", "a")
        assert pairs(turned) == ["2 ben – 1 ada", "3 cy – 2 ben"]

    def test_text_and_orm_select_give_the_same_picture(self) -> None:
        query = select(User.name, Post.title).join(Post, User.id == Post.user_id, isouter=True)
        text = "SELECT * FROM users LEFT OUTER JOIN posts ON users.id = posts.user_id"
        by_orm, by_text = draw.join(query, User, Post), draw.join(text, "users", "posts")
        assert by_orm == by_text

    def test_an_aliased_class_is_a_side(self) -> None:
        next_one = aliased(User, name="next_one")
        drawn = draw.join(select(User, next_one).join(next_one, next_one.id == User.id + 1), User, next_one)
        assert pairs(drawn) == ["1 ada – 2 ben", "2 ben – 3 cy"]

    def test_rows_of_no_link_are_grey_and_those_without_a_partner_lead_to_null(self) -> None:
        drawn = draw.join(f"SELECT * FROM users LEFT JOIN posts ON {ON}")
        assert 'r3["4 Lost"]:::lost' in drawn.mermaid and 'l2["3 cy"]\n' in drawn.mermaid
        assert "l2 -.- rnull" in drawn.mermaid and "lnull" not in drawn.mermaid
        assert drawn.text.endswith("(4 rows)\nnot in the result, of posts: 4 Lost")

    def test_null_stands_where_its_lines_cross_no_others(self) -> None:
        drawn = draw.join(
            "SELECT * FROM users AS a LEFT JOIN users AS b ON b.id = a.id - 1", "a", "b"
        ).mermaid
        assert drawn.index("rnull([NULL])") < drawn.index('r0["1 ada"]')

    def test_natural_names_the_columns_that_it_compares(self) -> None:
        assert "NATURAL compares every column name that both have: id, made" in str(
            draw.join("SELECT * FROM users NATURAL JOIN posts")
        )
        nothing = draw.join("SELECT * FROM empty NATURAL JOIN votes")
        assert "no column name that both have" in nothing.text

    def test_grouping_order_and_limit_are_left_away_and_a_with_stays(self) -> None:
        query = f"""WITH late AS (SELECT 1 AS one) SELECT name, count(*) -- FROM here
            FROM users JOIN posts ON {ON} WHERE users.id = (SELECT one FROM late LIMIT 1)
            GROUP BY name HAVING count(*) > 0 ORDER BY name LIMIT 1"""
        assert pairs(draw.join(query)) == MATCHED[:2]

    def test_two_tables_may_be_tied_by_a_third(self) -> None:
        query = "SELECT * FROM users JOIN votes ON votes.user_id = users.id JOIN posts ON posts.id = votes.post_id"
        drawn = draw.join(query, "users", "posts")
        assert pairs(drawn) == ["1 ada – 3 Ideas", "2 ben – 1 Hello × 2"]
        assert "l1 ---|× 2| r0" in drawn.mermaid

    def test_other_columns_may_label_the_rows_and_values_may_be_parameters(self) -> None:
        drawn = draw.join(
            f"SELECT * FROM users JOIN posts ON {ON} WHERE title LIKE %s",
            params=["H%"],
            show={"posts": ["title", "user_id"]},
        )
        assert pairs(drawn) == ["1 ada – Hello 1"]

    def test_a_result_without_rows_still_has_two_columns(self) -> None:
        drawn = draw.join("SELECT * FROM users JOIN empty ON users.id = empty.id")
        assert "l0 ~~~ rnone" in drawn.mermaid and "(0 rows)" in drawn.text and "no rows" in drawn.mermaid
        assert "no row of the one<br/>matches a row of the other" in drawn.mermaid

    def test_more_rows_than_fit_are_counted(self) -> None:
        drawn = draw.join("SELECT * FROM parts AS a JOIN parts AS b ON a.id = b.id")
        assert "and 4 more" in drawn.mermaid and len(pairs(drawn)) == 10

    def test_any_text_is_safe_in_the_picture(self) -> None:
        look.query("CREATE TABLE notes (id int, note text)")
        look.query("INSERT INTO notes VALUES (1, %s)", [NASTY])
        drawn = draw.join("SELECT * FROM notes AS a CROSS JOIN notes AS b")
        assert all(sign not in drawn.mermaid for sign in ('"hi"', "<b>", "100%", "`"))

    @pytest.mark.parametrize(
        ("query", "said"),
        [
            ("SELECT * FROM users", "only one table"),
            ("SELECT 1", "FROM"),
            (f"SELECT * FROM users JOIN posts ON {ON} UNION SELECT 1", "UNION"),
            ("SELECT * FROM users JOIN (SELECT * FROM posts) AS p ON true", "inside a subquery"),
            ("SELECT * FROM users JOIN big ON true", "20000 rows|too many"),
            ("SELECT 1; SELECT 2", "one statement"),
            (42, "SQL text or a SQLAlchemy"),
        ],
    )
    def test_what_is_no_join_of_two_small_tables_is_said(self, query: Any, said: str) -> None:
        with pytest.raises(CourseError, match=said):
            draw.join(query)

    def test_a_side_that_is_not_there_is_told_with_those_there_are(self) -> None:
        with pytest.raises(CourseError, match="no table nope.*users and posts"):
            draw.join(f"SELECT * FROM users JOIN posts ON {ON}", "nope", "posts")


class TestSqlText:
    def test_only_outermost_keywords_count(self) -> None:
        sql = """SELECT extract(year FROM x), 'a FROM b', "from", $$ FROM $$, a IS DISTINCT FROM b -- FROM
            /* WHERE */ FROM t WHERE x IN (SELECT 1 FROM y) ORDER  BY 1"""
        assert [word for word, _, _ in _query.clauses(sql)] == ["SELECT", "FROM", "WHERE", "ORDER BY"]

    def test_values_are_put_in_and_percent_signs_stay_single(self) -> None:
        text = one_line(_query.text_of(select(Post.id).where(Post.title.like("50%"), Post.id == 3)))
        assert text == "SELECT posts.id FROM posts WHERE posts.title LIKE '50%' AND posts.id = 3"

    def test_a_value_that_sqlalchemy_cannot_spell_is_spelled_by_the_driver(self) -> None:
        words = func.websearch_to_tsquery("english", "größe, 100% it's")
        text = one_line(_query.text_of(select(Post.id).where(Post.title.bool_op("@@")(words))))
        assert text.endswith("WHERE posts.title @@ websearch_to_tsquery('english', 'größe, 100% it''s')")


@pytest.mark.usefixtures("server")
class TestPlan:
    def test_a_sequential_scan_says_what_it_read_and_threw_away(self) -> None:
        plan = draw.plan("SELECT * FROM big WHERE owner = 7")
        root = plan.root
        assert (root.kind, root.on, root.rows, root.thrown_away) == ("Seq Scan", "big", 200, 19800)
        assert plan.kinds == ["Seq Scan"] and plan.rows_read == 20000 and plan.pages > 100
        assert f"200 rows, 19800 thrown away, {plan.pages} pages" in plan.text and "costliest" in plan.mermaid

    def test_the_same_plan_is_the_same_text_each_time(self) -> None:
        query = (
            "SELECT owner, count(*) FROM big JOIN users ON users.id = big.owner GROUP BY owner ORDER BY owner"
        )
        assert draw.plan(query) == draw.plan(query)

    def test_an_index_makes_it_touch_fewer_pages(self) -> None:
        before = draw.plan("SELECT * FROM big WHERE title = 'title 9'")
        look.query("CREATE INDEX ON big (title)")
        after = draw.plan("SELECT * FROM big WHERE title = 'title 9'")
        assert after.kinds == ["Index Scan"] and after.pages < 5 < before.pages
        assert after.root.conditions == ["index: title = 'title 9'"] and after.rows_read == 1

    def test_a_tree_shows_the_costliest_step_in_bold(self) -> None:
        plan = draw.plan("SELECT owner FROM big WHERE owner > 90 ORDER BY owner LIMIT 3")
        assert plan.kinds == ["Limit", "Sort", "Seq Scan"] and plan.costliest.kind == "Seq Scan"
        assert "p0" in plan.mermaid and "p2 --> p1" in plan.mermaid and "p1 --> p0" in plan.mermaid
        assert plan.mermaid.count(":::costliest") == 1 and "filter: owner > 90" in plan.text
        assert plan.text.splitlines()[-3].endswith("Seq Scan on big  ← costliest")

    def test_joins_are_named_as_explain_names_them(self) -> None:
        plan = draw.plan(f"SELECT * FROM users LEFT JOIN posts ON {ON}")
        assert plan.kinds[0] in (
            "Hash Left Join",
            "Hash Right Join",
            "Nested Loop Left Join",
            "Merge Left Join",
        )

    def test_a_plan_inside_is_counted_once_and_not_for_who_asked(self) -> None:
        plan = draw.plan("SELECT * FROM users WHERE id < (SELECT max(id) FROM posts WHERE made > 0)")
        assert [step.pages for step in plan.root] == [1, 0, 1]
        assert plan.root.steps[0].role == "InitPlan 1" and "-.->" in plan.mermaid

    def test_a_materialised_cte_is_counted_once(self) -> None:
        plan = draw.plan("WITH x AS MATERIALIZED (SELECT * FROM users) SELECT * FROM x AS a, x AS b")
        assert plan.pages == 1 and plan.rows_read == 3

    def test_a_delete_runs_and_changes_nothing(self) -> None:
        plan = draw.plan(delete(Post).where(Post.id == 1))
        assert plan.kinds[0] == "Delete" and plan.pages == 0
        assert len(look.query("SELECT * FROM posts WHERE id = 1")) == 1

    def test_the_checks_of_foreign_keys_are_part_of_a_delete(self) -> None:
        assert "then parts_big_id_fkey checked, 2 times" in draw.plan("DELETE FROM big WHERE id <= 2").text

    def test_text_takes_parameters_and_a_select_brings_its_own(self) -> None:
        by_text = draw.plan("SELECT id FROM posts WHERE title LIKE %s", params=["%e%"])
        by_orm = draw.plan(select(Post.id).where(Post.title.like("%e%")))
        assert by_text.root.rows == by_orm.root.rows == 3 and by_text.text == by_orm.text

    def test_a_step_that_never_ran_says_so(self) -> None:
        plan = draw.plan("SELECT * FROM (SELECT id FROM users LIMIT 0) AS u")
        assert "never ran" in plan.text and ":::never" in plan.mermaid

    def test_any_text_is_safe_in_the_picture(self) -> None:
        drawn = draw.plan("SELECT * FROM users WHERE name = %s", params=[NASTY])
        assert all(sign not in drawn.mermaid for sign in ('"hi"', "<b>", "100%", "`"))


class TestCurve:
    LINES = {"by offset": {0: 3, 1000: 40}, "by key": {0: 3, 500: 3.5}}

    def test_the_chart_holds_the_numbers_and_no_made_up_name(self) -> None:
        made = [draw.curve("Pages", "rows skipped", "pages", self.LINES) for _ in range(2)]
        data, metadata = made[0]._repr_mimebundle_()
        spec = data["application/vnd.vegalite.v5+json"]
        assert metadata["application/vnd.vegalite.v5+json"]["embed_options"] == {"actions": False}
        assert json.dumps(made[0].spec) == json.dumps(made[1].spec)
        assert {"x": 1000, "y": 40, "line": "by offset"} in spec["data"]["values"]
        assert not {"datasets", "config"} & set(spec) and "param_" not in json.dumps(spec)

    def test_it_is_valid_vega_lite(self) -> None:
        altair.Chart.from_dict(draw.curve("Pages", "x", "y", self.LINES).spec)

    def test_the_text_is_a_table_with_a_column_for_each_line(self) -> None:
        drawn = draw.curve("Pages", "rows skipped", "pages", self.LINES)
        assert [line.split() for line in drawn.text.splitlines()] == [
            ["Pages", "(pages)"],
            ["rows", "skipped", "by", "offset", "by", "key"],
            ["0", "3", "3"],
            ["500", "3.5"],
            ["1000", "40"],
        ]

    def test_nothing_to_draw_is_said(self) -> None:
        with pytest.raises(CourseError, match="nothing to draw"):
            draw.curve("T", "x", "y", {"a": {}})


def package(folder: Path, **files: str) -> Path:
    """A package "app" with these modules; __ in a name stands for a folder."""
    for name, text in files.items():
        path = folder / "app" / f"{name.replace('__', '/')}.py"
        path.parent.mkdir(parents=True, exist_ok=True)
        (path.parent / "__init__.py").touch()
        path.write_text(text, encoding="utf-8")
    return folder


class TestImports:
    def test_every_form_of_import_is_an_arrow(self, tmp_path: Path) -> None:
        folder = package(
            tmp_path,
            main="import os\nimport app.errors\nfrom app import schemas\nfrom app.routers.posts import router",
            routers__posts="from .. import schemas as s\nfrom ..errors import Oops\nfrom . import tools",
            routers__tools="",
            schemas="from pydantic import BaseModel",
            errors="",
        )
        drawn = draw.imports("app", folder)
        assert drawn.arrows == [
            ("app.main", "app.errors"),
            ("app.main", "app.routers.posts"),
            ("app.main", "app.schemas"),
            ("app.routers.posts", "app.errors"),
            ("app.routers.posts", "app.routers.tools"),
            ("app.routers.posts", "app.schemas"),
        ]
        assert (
            drawn.cycles == [] and "✗" not in drawn.text and 'subgraph g_routers["routers"]' in drawn.mermaid
        )

    def test_a_circle_is_red_and_named(self, tmp_path: Path) -> None:
        folder = package(
            tmp_path,
            main="from app import models",
            models="from app.services import save",
            services="from app.database import engine",
            database="import app.models",
        )
        drawn = draw.imports("app", folder)
        assert drawn.cycles == [["app.database", "app.models", "app.services"]]
        assert "✗ a circle: app.database → app.models → app.services → app.database" in drawn.text
        assert drawn.mermaid.count("-->|✗|") == 3 and "linkStyle 1,2,3 stroke:#d33" in drawn.mermaid

    def test_two_circles_are_two(self, tmp_path: Path) -> None:
        files = {"a": "import app.b", "b": "import app.a", "c": "import app.d", "d": "import app.c"}
        assert len(draw.imports("app", package(tmp_path, **files)).cycles) == 2

    def test_later_imports_and_those_for_types_make_no_circle(self, tmp_path: Path) -> None:
        folder = package(
            tmp_path,
            a="from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from app import b",
            b="def f():\n    from app import c",
            c="from app import a, b",
        )
        drawn = draw.imports("app", folder)
        assert drawn.cycles == [] and drawn.mermaid.count("-.->") == 2
        assert "app.b (for types only)" in drawn.text and "app.c (inside a function)" in drawn.text

    def test_what_each_module_of_a_group_imports_is_one_arrow(self, tmp_path: Path) -> None:
        folder = package(
            tmp_path,
            routers__posts="from app import errors, models",
            routers__users="from app import errors",
            errors="",
            models="",
        )
        drawn = draw.imports("app", folder)
        assert drawn.mermaid.count("-->") == 2 and "g_routers --> m0" in drawn.mermaid
        assert len(drawn.arrows) == 3

    def test_a_large_package_has_a_box_for_each_subpackage_but_shows_a_circle(self, tmp_path: Path) -> None:
        names = [f"routers__r{at}" for at in range(7)] + [f"services__s{at}" for at in range(7)]
        files = dict.fromkeys(names, "from app import errors") | {
            "errors": "",
            "main": "from app.routers import r0, r1, r2\nfrom app.services import s0",
            "services__s0": "def late():\n    from app.routers import r1",
        }
        calm = draw.imports("app", package(tmp_path / "calm", **files))
        assert '["routers<br/>7 modules"]' in calm.mermaid and '["services<br/>7 modules"]' in calm.mermaid
        assert calm.mermaid.count("-->") == 4 and "f_services -.-> f_routers" in calm.mermaid
        assert "app.routers.r5" in calm.text and len(calm.arrows) == 18
        files["routers__r1"] = "import app.main"
        drawn = draw.imports("app", package(tmp_path / "circle", **files))
        assert (
            drawn.mermaid.count("-->|✗|") == 2
            and '["r1"]' in drawn.mermaid
            and '["6 others"]' in drawn.mermaid
        )

    def test_nothing_is_run_and_without_a_folder_it_is_the_pages_app(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(
            page_app, "_current", package(tmp_path, main="raise SystemExit\nimport app.x", x="")
        )
        assert draw.imports().arrows == [("app.main", "app.x")]

    def test_what_cannot_be_read_is_said(self, tmp_path: Path) -> None:
        with pytest.raises(CourseError, match="no package shop"):
            draw.imports("shop", tmp_path)
        with pytest.raises(CourseError, match="main.py, line 1, is not valid Python"):
            draw.imports("app", package(tmp_path, main="def"))


class TestMappedClasses:
    def test_each_class_shows_what_it_adds_to_its_mixin(self) -> None:
        class Timestamped:
            created_at: Mapped[datetime]

        class Own(DeclarativeBase): ...

        class Note(Timestamped, Own):
            __tablename__ = "notes_of_the_picture"
            id: Mapped[int] = mapped_column(primary_key=True)
            about: Mapped[str | None]
            written = "no annotation, so no attribute of the table"

        picture = draw.models(Note)
        assert picture.text.splitlines() == [
            "Timestamped",
            "    created_at: datetime",
            "Note builds on Timestamped",
            "    id: int",
            "    about: str | None",
        ]
        assert "Timestamped <|-- Note" in picture.mermaid and "written" not in picture.mermaid

    def test_a_class_that_does_not_exist_yet_is_shown_by_its_name(self) -> None:
        class Owned:
            """A mixin, so that SQLAlchemy does not look for the class that is missing."""

            id: Mapped[int]
            owner: Mapped["Nobody"]  # noqa: F821

        assert draw.models(Owned).text.splitlines() == ["Owned", "    id: int", "    owner: Nobody"]
