"""`%%app_split PATH`: what becomes of a file whose definitions go to several files."""

import pytest

from course.base.errors import CourseError
from course.content import app_split

SERVICES = '''"""All of it."""

from os import sep

from app.models import Post, User

MOST = 3


def named(name: str) -> User:
    """A user."""
    return User(name)


# Says what it is.
def create(name: str) -> "Post":
    return _store(Post(named(name)), MOST)


def _store(post: Post, most: int) -> Post:
    return post


def feed() -> str:
    return sep.join([MOST, "named"])
'''
MAIN = '''"""The app."""

from fastapi import FastAPI

from app import services

app = FastAPI()
add_error_handlers(app)


@app.get("/users/{name}")
def read_user(name: str) -> str:
    return services.named(name)


@app.post("/posts/of/{name}", status_code=201, responses={404: {"description": "nope"}})
def create(name: str) -> str:
    return f"{services.create(name)}{app.url_path_for('create')}{services.feed()}"
'''
CELL = """app/services/users.py: named  # Users.
app/services/posts.py: MOST,
    create  # Posts: all of them.

app/services/feed.py: feed
"""
APP = {"app/services.py": SERVICES, "app/main.py": MAIN, "app/models.py": "x = 1\n"}


def refused(cell: str, tree: dict[str, str] | None = None, path: str = "app/services.py") -> str:
    with pytest.raises(CourseError) as caught:
        app_split.split(path, tree or APP, cell)
    assert "was not split" in str(caught.value) and "as they were before" in str(caught.value)
    return str(caught.value)


def test_definitions_move_as_they_are_and_each_file_imports_what_it_uses() -> None:
    made = app_split.split("app/services.py", APP, CELL)
    assert made["app/services/users.py"] == (
        '"""Users."""\n\nfrom app.models import User\n\n\n'
        'def named(name: str) -> User:\n    """A user."""\n    return User(name)\n'
    )
    assert made["app/services/posts.py"] == (
        '"""Posts: all of them."""\n\n'
        "from app.models import Post\nfrom app.services.users import named\n\n"
        "MOST = 3\n\n\n"
        '# Says what it is.\ndef create(name: str) -> "Post":\n    return _store(Post(named(name)), MOST)\n\n\n'
        "def _store(post: Post, most: int) -> Post:\n    return post\n"
    )
    assert made["app/services/feed.py"].startswith(
        '"""Feed."""\n\nfrom os import sep\n\nfrom app.services.posts import MOST\n\n\ndef feed()'
    )


def test_the_old_file_goes_and_other_files_say_where_the_names_are_now() -> None:
    made = app_split.split("app/services.py", APP, CELL)
    assert "app/services.py" not in made and made["app/models.py"] == "x = 1\n"
    assert "from app.services import feed, posts, users\n" in made["app/main.py"]
    assert "return users.named(name)" in made["app/main.py"]
    assert "{posts.create(name)}" in made["app/main.py"] and "{feed.feed()}" in made["app/main.py"]
    assert "import services" not in made["app/main.py"]
    tools = {"app/tools.py": "from app.services import create as make, named\n\nprint(make(named('a')))\n"}
    assert app_split.split("app/services.py", APP | tools, CELL)["app/tools.py"] == (
        "from app.services.posts import create as make\nfrom app.services.users import named\n\n"
        "print(make(named('a')))\n"
    )


def test_path_operations_become_those_of_a_router_and_their_app_is_imported() -> None:
    cell = "app/main.py: app\napp/routers/users.py: read_user  # Users over HTTP.\napp/routers/posts.py: create\n"
    made = app_split.split("app/main.py", APP, cell)
    assert made["app/main.py"] == (
        '"""The app."""\n\nfrom fastapi import FastAPI\n\napp = FastAPI()\nadd_error_handlers(app)\n'
    )
    assert made["app/routers/users.py"] == (
        '"""Users over HTTP."""\n\nfrom fastapi import APIRouter\n\nfrom app import services\n\n'
        'router = APIRouter(tags=["users"])\n\n\n'
        '@router.get("/users/{name}")\ndef read_user(name: str) -> str:\n    return services.named(name)\n'
    )
    assert (
        '@router.post(\n    "/posts/of/{name}", status_code=201, responses={404: {"description": "nope"}}\n)\n'
        in made["app/routers/posts.py"]
    )
    assert "from app.main import app\n" in made["app/routers/posts.py"]


def test_a_definition_can_get_another_name_everywhere() -> None:
    cell = CELL.replace("create  #", "create, _store as stored_post  #").replace(
        "named  #", "named as user_named  #"
    )
    made = app_split.split("app/services.py", APP, cell)
    assert "return stored_post(Post(user_named(name)), MOST)" in made["app/services/posts.py"]
    assert "def stored_post(post: Post, most: int)" in made["app/services/posts.py"]
    assert "from app.services.users import user_named\n" in made["app/services/posts.py"]
    assert '"named"' in made["app/services/feed.py"]  # a text is no name
    assert "return users.user_named(name)" in made["app/main.py"]
    assert "does not define gone" in refused("app/a.py: gone as other")


def test_what_a_learner_added_goes_with_the_definition_above_it() -> None:
    mine = SERVICES.replace("# Says", "def mine() -> str:\n    return sep  # my own\n\n\n# Says")
    made = app_split.split("app/services.py", APP | {"app/services.py": mine}, CELL)
    assert made["app/services/users.py"].endswith("def mine() -> str:\n    return sep  # my own\n")
    assert "from os import sep\n" in made["app/services/users.py"]


def test_a_split_that_is_done_is_known() -> None:
    made = app_split.split("app/services.py", APP, CELL)
    assert app_split.is_done("app/services.py", made, CELL)
    assert not app_split.is_done("app/services.py", APP, CELL)
    assert not app_split.is_done("app/services.py", APP | made, CELL)


def test_a_cell_that_does_not_fit_is_refused_with_a_sentence() -> None:
    assert "does not define gone" in refused("app/a.py: named, gone")
    assert "sends named to two files" in refused("app/a.py: named\napp/b.py: named")
    assert 'the line "named" does not name a file' in refused("named")
    assert "the cell is empty" in refused("\n")
    assert "there is no such file" in refused("app/a.py: named", path="app/none.py")
    assert "app/models.py is there already" in refused("app/models.py: named")
    broken = APP | {"app/main.py": "from app import services\nx = (\n"}
    assert "line 2 of app/main.py is not valid Python" in refused("app/a.py: named", broken)
