"""What admins do with users."""

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import text
from sqlalchemy.orm import Session


def test_users_come_in_pages(bob: TestClient, root: TestClient) -> None:
    first = root.get("/admin/users?limit=1").json()
    rest = root.get(f"/admin/users?after={first['next']}").json()
    names = [each["name"] for page in (first, rest) for each in page["items"]]
    assert (names, rest["next"]) == (["bob", "root"], None)


@pytest.mark.parametrize("change", [{"role": "member"}, {"active": False}])
def test_the_last_admin_stays(
    bob: TestClient, root: TestClient, change: dict[str, object]
) -> None:
    mine = "/".join(["/admin/users/root", *change])
    assert root.put(mine, json=change).status_code == 409
    root.put("/admin/users/bob/role", json={"role": "admin"}).raise_for_status()
    assert root.put(mine, json=change).status_code == 200


def test_who_is_let_in_again_logs_in_anew(bob: TestClient, root: TestClient) -> None:
    for active in (False, True):
        root.put("/admin/users/bob/active", json={"active": active}).raise_for_status()
    assert bob.get("/users/me").status_code == 401


def test_nobody_of_this_name_is_a_404(root: TestClient) -> None:
    change = {"role": "member"}
    assert root.put("/admin/users/zoe/role", json=change).status_code == 404


JOB = """
    INSERT INTO procrastinate_jobs (queue_name, task_name, status, attempts, args)
    VALUES ('default', 'tell_author', :status, :attempts, '{"comment_id": 7}')
"""


def test_an_admin_sees_what_was_given_up(session: Session, root: TestClient) -> None:
    for attempts, status in enumerate(["todo", "succeeded", "failed"]):
        session.execute(text(JOB), {"status": status, "attempts": attempts})
    session.commit()
    (job,) = root.get("/admin/jobs").json()
    about = {"task": "tell_author", "args": {"comment_id": 7}, "attempts": 2}
    assert job == about | {"id": job["id"]}
