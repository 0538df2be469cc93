
# %% 6.6a accept: other pairs, as lists
PROOFS = {"A": [2, 9], "B": [9, 9], "C": None, "D": [2, 9], "E": [2, 3], "F": None}


# %% 6.6a reject: all are holes -> Each pair shows a difference
PROOFS = {"A": (1, 1), "B": (4, 4), "C": (3, 3), "D": (1, 4), "E": (1, 1), "F": (3, 3)}


# %% 6.6a reject: a page that is not there -> Each pair shows a difference
PROOFS = {"A": (1, 1), "B": (4, 4), "C": (5, 2), "D": (1, 4), "E": (1, 1), "F": None}


# %% 6.6a reject: a number alone -> Each pair shows a difference
PROOFS = {"A": 1, "B": (4, 4), "C": None, "D": (1, 4), "E": (1, 1), "F": None}


# %% 6.6a reject: all are equivalent -> None is only for equivalent mutants
PROOFS = dict.fromkeys("ABCDEF")


# %% 6.6a reject: one was forgotten -> Each mutant has an entry
PROOFS = {"A": (1, 1), "B": (4, 4), "C": None, "D": (1, 4), "E": (1, 1)}


# %% 6.6b accept: one test with all edges
class TestBest:
    def test_all(self, best):
        posts = [{"title": title, "score": score} for title, score in zip("edbcaf", [1, 2, 2, -3, 0, 7], strict=True)]
        before = [dict(post) for post in posts]
        assert best(posts) == ["f", "b", "d"]
        assert best(posts, most=1) == ["f"]
        assert best(posts, 10) == ["f", "b", "d", "e"]
        assert posts == before


# %% 6.6b reject: too weak, good posts only -> A wrong choice of posts is noticed
class TestBest:
    def test_order(self, best):
        posts = [{"title": title, "score": score} for title, score in [("b", 2), ("a", 2), ("c", 9), ("d", 1)]]
        assert best(posts) == ["c", "a", "b"]
        assert best(posts, 1) == ["c"]
        assert [post["title"] for post in posts] == ["b", "a", "c", "d"]


# %% 6.6b reject: too weak, titles in their order already -> A wrong order is noticed
class TestBest:
    def test_order(self, best):
        scores = {"z": 0, "a": 2, "b": 2, "c": 9, "d": 1, "y": -1}
        posts = [{"title": title, "score": score} for title, score in scores.items()]
        assert best(posts) == ["c", "a", "b"]
        assert best(posts, 1) == ["c"]
        assert best(posts, 9) == ["c", "a", "b", "d"]
        assert [post["title"] for post in posts] == list(scores)


# %% 6.6b reject: too weak, never another number -> A wrong number is noticed
class TestBest:
    def test_order(self, best):
        scores = {"z": 0, "b": 2, "a": 2, "c": 9, "y": -1}
        posts = [{"title": title, "score": score} for title, score in scores.items()]
        assert best(posts) == ["c", "a", "b"]
        assert [post["title"] for post in posts] == list(scores)


# %% 6.6b reject: too weak, never less than three -> A wrong number is noticed
class TestBest:
    def test_all(self, best):
        scores = zip("edbcaf", [1, 2, 2, -3, 0, 7], strict=True)
        posts = [{"title": title, "score": score} for title, score in scores]
        before = list(posts)
        assert best(posts) == ["f", "b", "d"]
        assert best(posts, 10) == ["f", "b", "d", "e"]
        assert posts == before


# %% 6.6b reject: too weak, one list for all tests -> A list that is changed is noticed
POSTS = [{"title": title, "score": score} for title, score in zip("edbcaf", [1, 2, 2, -3, 0, 7], strict=True)]


class TestBest:
    def test_all(self, best):
        assert best(POSTS) == ["f", "b", "d"]
        assert best(POSTS, most=1) == ["f"]
        assert best(POSTS, 10) == ["f", "b", "d", "e"]

    def test_list(self, best):
        before = list(POSTS)
        best(POSTS)
        assert before == POSTS


# %% 6.6b reject: asks for more than the text -> The tests pass on the right function
class TestBest:
    def test_a_limit_below_0_is_refused(self, best):
        import pytest

        with pytest.raises(ValueError):
            best([], -1)


# %% 6.6c accept: four properties, one each
import string

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st


class TestSlug:
    few = settings(database=None, derandomize=True, deadline=None, suppress_health_check=list(HealthCheck))
    titles = st.lists(st.sampled_from(["a", "B", "ü", "_", "-", " ", "7", "--"])).map("".join)

    @few
    @given(titles, st.integers(1, 9))
    def test_length(self, slug, title, most):
        assert len(slug(title, most)) <= most

    @few
    @given(titles, st.integers(1, 9))
    def test_signs(self, slug, title, most):
        assert set(slug(title, most)) <= {*string.ascii_lowercase, *string.digits, "-"}

    @few
    @given(titles, st.integers(1, 9))
    def test_hyphens(self, slug, title, most):
        found = slug(title, most)
        assert not found.startswith("-") and not found.endswith("-") and "--" not in found

    @few
    @given(st.lists(st.text("abc123", min_size=1), min_size=1, max_size=4).map("-".join))
    def test_twice(self, slug, title):
        assert slug(title, len(title)) == title


# %% 6.6c reject: too weak, the form alone -> A slug that changes is noticed
import re

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st


class TestSlug:
    @settings(database=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(title=st.text(st.sampled_from("aZ0 -_ß!")), most=st.integers(1, 30))
    def test_form(self, slug, title, most):
        assert len(slug(title, most)) <= most
        assert re.fullmatch(r"([a-z0-9]+(-[a-z0-9]+)*)?", slug(title, most))


# %% 6.6c reject: too weak, examples without a cut -> A wrong length is noticed
class TestSlug:
    def test_examples(self, slug):
        assert slug("Hello, World!", 20) == "hello-world"
        assert slug("a--b_c ß 7", 20) == "a-b-c-7"
        assert slug("abc", 3) == "abc"


# %% 6.6c reject: too weak, letters of anything -> Wrong characters are noticed
import re

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st


class TestSlug:
    few = settings(database=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture])

    @few
    @given(title=st.text(st.sampled_from("aZ0 -_ß!")), most=st.integers(1, 30))
    def test_form(self, slug, title, most):
        assert len(slug(title, most)) <= most
        assert re.fullmatch(r"(\w+(-\w+)*)?", slug(title, most))

    @few
    @given(title=st.from_regex(r"[a-z0-9]+(-[a-z0-9]+)*", fullmatch=True))
    def test_twice(self, slug, title):
        assert slug(title, len(title)) == title


# %% 6.6c reject: too weak, never a short limit -> Hyphens at a wrong place are noticed
import re

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st


class TestSlug:
    few = settings(database=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture])

    @few
    @given(title=st.text(st.sampled_from("aZ0 -_ß!"), max_size=20))
    def test_form(self, slug, title):
        assert re.fullmatch(r"([a-z0-9]+(-[a-z0-9]+)*)?", slug(title, 20))
        assert len(slug(title, 3)) <= 3

    @few
    @given(title=st.from_regex(r"[a-z0-9]+(-[a-z0-9]+)*", fullmatch=True))
    def test_twice(self, slug, title):
        assert slug(title, len(title)) == title


# %% 6.6c reject: a title is a slug, whatever it is -> The tests pass on the right function
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st


class TestSlug:
    @settings(database=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(title=st.text())
    def test_twice(self, slug, title):
        assert slug(title, 20) == title


# %% 6.6d accept: the pages are filled, one after another
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st


class TestPages:
    @settings(database=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(number=st.integers(0, 60), limit=st.integers(1, 20))
    def test_pages(self, pages, number, limit):
        posts = list(range(number))
        filled = [posts[start : start + limit] for start in range(0, number, limit)]
        assert pages(number, limit) == len(filled)


# %% 6.6d accept: examples at each edge, and no Hypothesis
class TestPages:
    def test_pages(self, pages):
        assert [pages(number, 10) for number in (0, 1, 10, 11, 14, 20, 21)] == [0, 1, 1, 2, 2, 2, 3]


# %% 6.6d reject: too weak, enough places -> Pages too many are noticed
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st


class TestPages:
    @settings(database=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(number=st.integers(0, 100), limit=st.integers(1, 20))
    def test_pages(self, pages, number, limit):
        assert pages(number, limit) * limit >= number


# %% 6.6d reject: too weak, compared with posts where places are meant -> Pages too many are noticed
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st


class TestPages:
    @settings(database=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(number=st.integers(0, 100), limit=st.integers(1, 20))
    def test_pages(self, pages, number, limit):
        found = pages(number, limit)
        assert (found - 1) / limit < number <= found * limit


# %% 6.6d reject: too weak, not too many -> Pages too few are noticed
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st


class TestPages:
    @settings(database=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(number=st.integers(1, 100), limit=st.integers(1, 20))
    def test_pages(self, pages, number, limit):
        assert (pages(number, limit) - 1) * limit < number
        assert pages(0, limit) == 0


# %% 6.6d reject: too weak, never without posts -> A page for no posts is noticed
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st


class TestPages:
    @settings(database=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(number=st.integers(1, 100), limit=st.integers(1, 20))
    def test_pages(self, pages, number, limit):
        found = pages(number, limit)
        assert (found - 1) * limit < number <= found * limit


# %% 6.6d reject: it repeats other code that is wrong -> The property holds for the right function
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st


class TestPages:
    @settings(database=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(number=st.integers(0, 100), limit=st.integers(1, 20))
    def test_pages(self, pages, number, limit):
        assert pages(number, limit) == round(number / limit)


# %% 6.6e accept: steps from a list, and no machine
class TestPoll:
    def test_all_rows_of_four_steps(self, Poll):
        from itertools import product

        steps = [("ada", 1), ("ada", -1), ("bob", 1), ("ada", None), ("bob", None)]
        for row in product(steps, repeat=4):
            poll, known = Poll(), {}
            for user, value in row:
                if value is None:
                    poll.withdraw(user)
                    known.pop(user, None)
                else:
                    poll.vote(user, value)
                    known[user] = value
                assert (poll.score(), poll.voters()) == (sum(known.values()), len(known))


# %% 6.6e accept: a bundle of users, and a look at the end of each rule
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, rule, run_state_machine_as_test


class Machine(RuleBasedStateMachine):
    users = Bundle("users")

    def __init__(self, kind):
        super().__init__()
        self.poll, self.votes = kind(), {}

    @rule(target=users, number=st.integers(0, 2))
    def comes(self, number):
        return f"user {number}"

    @rule(user=users, value=st.sampled_from((-1, 1)))
    def vote(self, user, value):
        self.poll.vote(user, value)
        self.votes[user] = value
        self.look()

    @rule(user=users)
    def withdraw(self, user):
        self.poll.withdraw(user)
        if user in self.votes:
            del self.votes[user]
        self.look()

    def look(self):
        assert self.poll.score() == sum(self.votes.values())
        assert self.poll.voters() == len(self.votes)


class TestPoll:
    def test_machine(self, Poll):
        run_state_machine_as_test(
            lambda: Machine(Poll), settings=settings(database=None, derandomize=True, deadline=None)
        )


# %% 6.6e reject: too weak, one vote each -> A second vote that counts twice is noticed
class TestPoll:
    def test_votes(self, Poll):
        poll = Poll()
        poll.vote("ada", 1)
        poll.vote("bob", 1)
        poll.withdraw("ada")
        assert (poll.score(), poll.voters()) == (1, 1)


# %% 6.6e reject: too weak, nobody withdraws without a vote -> A withdrawal that takes too much is noticed
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test


class Votes(RuleBasedStateMachine):
    def __init__(self, poll):
        super().__init__()
        self.poll, self.known = poll, {}

    @rule(user=st.sampled_from(["ada", "bob"]), value=st.sampled_from([1, -1]))
    def vote(self, user, value):
        self.poll.vote(user, value)
        self.known[user] = value

    @rule(user=st.sampled_from(["ada", "bob"]))
    def withdraw(self, user):
        self.known.pop(user, None) and self.poll.withdraw(user)

    @invariant()
    def both_agree(self):
        assert self.poll.score() == sum(self.known.values())


class TestPoll:
    def test_machine(self, Poll):
        run_state_machine_as_test(lambda: Votes(Poll()), settings=settings(database=None, derandomize=True))


# %% 6.6e reject: too weak, one user alone -> A withdrawal that takes too much is noticed
class TestPoll:
    def test_votes(self, Poll):
        poll = Poll()
        for value in (1, -1, 1, -1):
            poll.vote("ada", value)
            assert (poll.score(), poll.voters()) == (value, 1)
        poll.withdraw("ada")
        assert (poll.score(), poll.voters()) == (0, 0)


# %% 6.6e reject: too weak, nothing is taken back -> A changed vote that is wrong later is noticed
class TestPoll:
    def test_votes(self, Poll):
        poll = Poll()
        for user, value, score in [("ada", 1, 1), ("bob", 1, 2), ("ada", -1, 0)]:
            poll.vote(user, value)
            assert poll.score() == score


# %% 6.6e reject: too weak, the voters are not counted -> A voter who stays is noticed
class TestPoll:
    def test_all_rows_of_four_steps(self, Poll):
        from itertools import product

        steps = [("ada", 1), ("ada", -1), ("bob", 1), ("ada", None), ("bob", None)]
        for row in product(steps, repeat=4):
            poll, known = Poll(), {}
            for user, value in row:
                if value is None:
                    poll.withdraw(user)
                    known.pop(user, None)
                else:
                    poll.vote(user, value)
                    known[user] = value
                assert poll.score() == sum(known.values())


# %% 6.6e reject: a vote twice is none -> The test passes on the right poll
class TestPoll:
    def test_votes(self, Poll):
        poll = Poll()
        poll.vote("ada", 1)
        poll.vote("ada", 1)
        assert poll.score() == 0


# %% 6.6f accept: a default of another list
BUG = ("app/dependencies.py", "le=100)] = 50\n    after: Annotated[int, Field(ge=0, le=MOST)] = 0\n\n\nWantedUsers", "le=100)] = 49\n    after: Annotated[int, Field(ge=0, le=MOST)] = 0\n\n\nWantedUsers")


class TestBug:
    def test_fifty_users_are_shown(self, join, root):
        for number in range(50):
            join(f"user-{number}")
        assert len(root.get("/admin/users").json()["items"]) == 50


# %% 6.6f reject: a bug that is known -> No test of postboard notices it
BUG = ("app/services/posts.py", "A post with this title exists.", "This title is taken.")


class TestBug:
    def test_a_title_is_given_once(self, ada):
        post = {"title": "Tea", "content": "Green."}
        ada.post("/posts", json=post)
        assert ada.post("/posts", json=post).json()["detail"] == "A post with this title exists."


# %% 6.6f reject: an app that does not start -> The broken app starts
BUG = ("app/dependencies.py", "le=100)] = 20", "le=100)] = TWENTY")


class TestBug:
    def test_tags(self, ada):
        assert ada.get("/tags").status_code == 200


# %% 6.6f reject: no Python -> The broken app starts
BUG = ("app/dependencies.py", "le=100)] = 20", "le=100)] = ")


class TestBug:
    def test_tags(self, ada):
        assert ada.get("/tags").status_code == 200


# %% 6.6f reject: another comment -> The code is other code
BUG = ("app/dependencies.py", "How many tags a client asks for.", "How many tags a client wants.")


class TestBug:
    def test_tags(self, ada):
        assert ada.get("/tags").status_code == 200


# %% 6.6f reject: the same in other words -> Your test fails on the broken app
BUG = ("app/dependencies.py", "le=100)] = 20", "le=100)] = 10 + 10")


class TestBug:
    def test_tags(self, ada):
        assert ada.get("/tags?limit=100").status_code == 200


# %% 6.6f reject: a test that asks for what is not promised -> Your test passes on the right app
BUG = ("app/dependencies.py", "le=100)] = 20", "le=100)] = 30")


class TestBug:
    def test_tags(self, ada):
        assert ada.get("/tags?limit=101").status_code == 200


# %% 6.6f reject: a text that stands there more than once -> The old text stands once
BUG = ("app/dependencies.py", "le=100)]", "le=99)]")


class TestBug:
    def test_tags(self, ada):
        assert ada.get("/tags?limit=100").status_code == 200
