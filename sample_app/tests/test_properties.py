"""Properties: what is true of every list of posts, and after any row of requests."""

from fastapi.testclient import TestClient
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    invariant,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import Connection
from tests.factories import write

FEW = settings(
    max_examples=20,
    stateful_step_count=6,
    derandomize=True,  # the same examples in each run
    database=None,
    deadline=None,
    phases=[Phase.generate, Phase.shrink],
    suppress_health_check=[HealthCheck.function_scoped_fixture],  # each rolls back
)
WORDS = st.sampled_from(["Green tea.", "Ünïcödé 🍵", "100 %_\\"])


@FEW
@given(number=st.integers(0, 5), limit=st.integers(1, 6))
def test_pages_hold_each_post_once_and_in_order(
    ada: TestClient, connection: Connection, number: int, limit: int
) -> None:
    with connection.begin_nested() as example:
        ids = [write(ada, title=f"Post {each}")["id"] for each in range(number)]
        found: list[int] = []
        for skip in range(0, number, limit):
            page = ada.get("/posts", params={"limit": limit, "skip": skip}).json()
            found += [post["id"] for post in page["items"]]
        assert found == ids
        example.rollback()


class Blog(RuleBasedStateMachine):
    """Requests of ada, and a dict that knows what clients must see after each."""

    posts = Bundle("posts")

    def __init__(self, ada: TestClient, connection: Connection) -> None:
        super().__init__()
        self.ada, self.example = ada, connection.begin_nested()
        self.known: dict[int, list[str | int]] = {}  # content and score of a post

    def teardown(self) -> None:
        self.example.rollback()

    @rule(target=posts, content=WORDS)
    def write(self, content: str) -> int:
        title = f"After {max(self.known, default=0)}"
        post: int = write(self.ada, title=title, content=content)["id"]
        self.known[post] = [content, 0]
        return post

    @rule(post=posts, content=WORDS)
    def edit(self, post: int, content: str) -> None:
        self.ada.patch(f"/posts/{post}", json={"content": content})
        self.known[post][0] = content

    @rule(post=posts, value=st.sampled_from([1, -1, 0]))
    def vote(self, post: int, value: int) -> None:
        path = f"/posts/{post}/vote"
        self.ada.put(path, json={"value": value}) if value else self.ada.delete(path)
        self.known[post][1] = value

    @rule(post=consumes(posts))
    def delete(self, post: int) -> None:
        self.ada.delete(f"/posts/{post}")
        del self.known[post]

    @invariant()
    def look(self) -> None:
        items = self.ada.get("/posts").json()["items"]
        seen = {post["id"]: [post["content"], post["score"]] for post in items}
        assert seen == self.known


def test_any_row_of_requests_leaves_what_the_dict_knows(
    ada: TestClient, connection: Connection
) -> None:
    run_state_machine_as_test(lambda: Blog(ada, connection), settings=FEW)
