"""Two stages of the app side by side, the contract that both must keep, and what checks of week 3 share."""

import importlib
import os

import httpx
import psycopg2
import pytest

from course import postgres
from course.base.errors import CourseError
from course.checks.toolbox import engine_for, postboard_client
from course.content import app_history, catalog
from course.postboard import contract, page_app
from course.postboard.stages import Compared, Response, compare, stage


def test_as_long_as_it_takes_keys_the_app_answers_the_contract_as_the_psycopg2_stage_did():
    with stage("2.5") as before, stage("5.2") as after:
        compared = compare(before, after)
    assert len(compared) == len(contract.CONTRACT)
    assert repr(compared) == f"{len(compared)} requests, all answered alike"


def test_the_finished_app_answers_otherwise_only_where_a_lesson_says_so():
    """Logins (5.3) change how a client says who it is; ownership (5.6) lets bob delete a post of his own."""
    with stage("2.5") as before, stage(catalog.lessons()[-1].id) as after:
        differences = compare(before, after).differences
    refused = [each for each in differences if each.before.status == 401]
    assert {each.after.status for each in refused} == {401}
    assert {dict(each.before.headers)["www-authenticate"] for each in refused} == {"APIKey"}
    assert {dict(each.after.headers)["www-authenticate"].split()[0] for each in refused} == {"Bearer"}
    others = [each for each in differences if each not in refused]
    assert [(str(each.asked), each.before.status, each.after.status) for each in others] == [
        ("DELETE /posts/1 as bob", 403, 204),
        ("DELETE /posts/1 as ada", 204, 404),  # it is gone by then
    ]


def test_an_app_that_answers_otherwise_is_shown_with_both_answers(tmp_path):
    tree = app_history.after("2.5")
    services = tree["app/services.py"]
    app_history.build(
        tmp_path, tree | {"app/services.py": services.replace("MOST_DRAFTS = 3", "MOST_DRAFTS = 9")}
    )
    page_app.use(tmp_path)
    with stage("2.5") as before, stage() as after:
        compared = compare(before, after)
    assert "POST /posts as bob" in {str(each.asked) for each in compared.differences}
    assert "answered differently" in repr(compared) and "409" in repr(compared) and "201" in repr(compared)


def compared(before, after, headers=((), ())):
    request = contract.Request("GET", "/posts/1")
    return Compared(request, Response(200, before, headers[0]), Response(200, after, headers[1]))


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('{"at": "2026-03-01T12:00:00Z"}', '{"at": "2026-03-01T12:00:00.1234Z"}'),
        ('{"id": 1, "title": "A"}', '{"title": "A", "author": null, "id": 1}'),
        (
            '{"items": [{"id": 1}, {"id": 2}]}',
            '{"items": [{"id": 1, "score": 0}, {"id": 2, "score": 3}], "next": 2}',
        ),
        ('{"created_at": "2026-03-01T12:00:00.5Z"}', '{"created_at": "2026-03-01T12:00:01+00:00"}'),
        ("", ""),
        ("<p>Hello</p>", "<p>Hello</p>"),
    ],
)
def test_a_client_of_the_old_answer_does_not_mind_new_fields(before, after):
    assert compared(before, after).same


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('{"at": "2026-03-01T12:00:00Z"}', '{"at": "yesterday"}'),
        ('{"id": 1, "title": "A"}', '{"id": 1}'),
        ('{"id": 1}', '{"id": 2, "title": "A"}'),
        ('{"published": true}', '{"published": 1}'),
        ('{"id": 1}', '{"id": 1.0}'),
        ('{"title": "A"}', '{"title": null}'),
        ('{"items": [1, 2]}', '{"items": [2, 1]}'),
        ('{"items": [1]}', '{"items": [1, 2]}'),
        ('{"items": []}', '{"items": {}}'),
        ('[{"id": 1}]', '{"items": [{"id": 1}]}'),
        ('{"author": {"name": "ada"}}', '{"author": {"id": 1}}'),
        ('{"created_at": "2026-03-01T12:00:00Z"}', '{"created_at": null}'),
        ('{"created_at": "2026-03-01T12:00:00Z"}', '{"created_at": "2026-03-01T12:00:00"}'),
        ('{"created_at": "2026-03-01T12:00:00Z"}', '{"created_at": "yesterday"}'),
        ("", "{}"),
        ("<p>Hello</p>", "<p>Hello </p>"),
    ],
)
def test_a_field_that_changed_or_vanished_is_a_difference(before, after):
    assert not compared(before, after).same
    assert compared(before, before).same


def test_a_status_or_a_header_that_changed_is_a_difference():
    assert not compared("{}", "{}", ((("location", "/posts/1"),), ())).same
    request, first = contract.Request("GET", "/posts/1"), Response(200, "{}", ())
    assert not Compared(request, first, Response(201, "{}", ())).same


def test_the_contract_meets_every_answer_that_postboard_gives():
    with stage("2.5") as server:
        statuses = {each.before.status for each in compare(server, server)}
    assert statuses >= {200, 201, 204, 307, 401, 403, 404, 405, 409, 422}


def test_a_stage_leaves_nothing_behind(monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgresql://nobody@127.0.0.1/nothing")
    with stage("2.5") as server:
        assert httpx.get(f"{server.url}/posts").json() == {"items": [], "total": 0}
    assert os.environ["DATABASE_URL"] == "postgresql://nobody@127.0.0.1/nothing"
    assert not [
        name for name in postgres.names() if name.startswith("stage_") and name.endswith(f"_{os.getpid()}")
    ]
    with pytest.raises(httpx.ConnectError):
        httpx.get(f"{server.url}/posts")


def on_page(folder):
    """Make the finished app the app of this page."""
    app_history.build(folder, app_history.after("4.1"))
    page_app.use(folder)


def templates():
    with postgres.ensure().admin() as link, link.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_database WHERE datname LIKE 'course_schema_%'")
        return cursor.fetchone()[0]


def test_the_app_of_a_page_may_change_and_hold_other_files_and_no_template_is_kept_of_it(tmp_path):
    on_page(tmp_path)
    (tmp_path / "photo.png").write_bytes(b"\x89PNG\0\xff")
    before = templates()
    for label in ("one", "two"):
        with (tmp_path / "app" / "models.py").open("a") as models:
            models.write(f"\n# {label}\n")
        with stage() as server:
            assert httpx.get(f"{server.url}/posts").status_code == 200
    assert templates() == before


def test_a_page_whose_models_are_broken_is_told_so_and_nothing_stays(tmp_path):
    on_page(tmp_path)
    (tmp_path / "app" / "models.py").write_text("from nowhere import Base\n")
    with (
        pytest.raises(CourseError, match="this page's app.*No module named 'nowhere'.*Fix the file"),
        stage(),
    ):
        pass
    (tmp_path / "app" / "models.py").write_text(app_history.after("4.1")["app/models.py"])
    (tmp_path / "app" / "main.py").write_text("app = 1 / 0\n")
    with pytest.raises(CourseError, match="ZeroDivisionError"), stage():
        pass
    assert not [
        name for name in postgres.names() if name.startswith("stage_") and name.endswith(f"_{os.getpid()}")
    ]


def test_an_unknown_stage_is_refused():
    with pytest.raises(CourseError, match=r"9\.9"), stage("9.9"):
        pass


def test_a_check_can_use_the_app_on_a_database_of_its_own(tmp_path, monkeypatch):
    url, other = postgres.reset("check_tools_one"), postgres.reset("check_tools_two")
    monkeypatch.setenv("DATABASE_URL", other)
    app_history.build(tmp_path, app_history.after("4.1"))
    page_app.use(tmp_path)
    app = importlib.import_module("app.main").app
    with postboard_client(app, url, headers=contract.ADA) as client:
        assert client.post("/posts", json={"title": "Hello", "content": "x"}).status_code == 201
    assert app.dependency_overrides == {}
    with engine_for(url) as engine, engine.connect() as link:
        assert link.exec_driver_sql("SELECT count(*) FROM posts").scalar_one() == 1
    link = psycopg2.connect(other)
    with link, link.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'")
        assert cursor.fetchone() == (0,)
    link.close()
    for name in ("check_tools_one", "check_tools_two"):
        postgres.drop(name)
