"""The unknown APIs: what they say of themselves, and that each instance and each patch is one's own."""

import pytest
from fastapi import HTTPException

from course import play
from course.base.errors import CourseError
from course.play._unknown import APIS


@pytest.mark.parametrize("name", APIS)
def test_each_instance_has_a_flag_and_an_owner_of_its_own(name):
    several = [play.unknown(name)() for _ in range(20)]
    assert len({api.flag for api in several}) == 20
    assert len({tuple(api.people) for api in several}) > 1
    assert all(api.owner in api.people for api in several)


@pytest.mark.parametrize("name", APIS)
def test_the_description_names_each_operation_and_does_not_tell_the_hole(name):
    kind = play.unknown(name)
    described = repr(kind.docs())
    operations = [
        (method, path)
        for path, methods in kind.client().get("/openapi.json").json()["paths"].items()
        for method in methods
    ]
    assert len(described.splitlines()) == 1 + len(operations)
    for method, path in operations:
        assert any(line.split()[:2] == [method.upper(), path] for line in described.splitlines())
    assert "flag-" not in described and "role" not in described and "access" not in described
    assert all(len(line) <= 95 for line in described.splitlines())


@pytest.mark.parametrize("name", APIS)
def test_the_code_is_that_of_the_api_for_a_class_of_ones_own_too(name, capsys):
    kind = play.unknown(name)
    kind.code()
    shown = capsys.readouterr().out
    assert f"class {kind.__name__}(Api):" in shown
    type("Safe", (kind,), {}).code()
    assert capsys.readouterr().out == shown
    assert "hole" not in shown


def test_a_class_of_ones_own_replaces_a_method():
    class Closed(play.unknown("notes")):
        def add(self, owner, text):
            if owner == "eve":
                raise HTTPException(418)
            return super().add(owner, text)

    client = Closed.client()
    token = client.post("/users", json={"name": "eve"}).json()["token"]
    headers = {"Authorization": f"Bearer {token}"}
    assert client.post("/notes", json={"text": "Tea"}, headers=headers).status_code == 418


def test_a_crash_is_a_response_as_on_a_real_server():
    class Broken(play.unknown("club")):
        def register(self, sent):
            raise ValueError

    assert Broken.client().post("/users", json={"name": "eve"}).status_code == 500


def test_another_name_is_refused_with_those_that_are_there():
    with pytest.raises(CourseError, match="There are notes, club, calendar"):
        play.unknown("bank")
