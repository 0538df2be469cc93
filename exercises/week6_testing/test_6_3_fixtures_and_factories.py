"""Checks of the exercises of lesson 6.3."""

import pytest
from fastapi import Depends, FastAPI
from fastapi.testclient import TestClient

from course.checks import GradedTests, both_orders_of, exercise, expect, require

# 6.3a ----------------------------------------------------------------------------------------

REST = {"minutes": 30, "ingredients": ["salt"], "public": True}


@exercise(
    "6.3a",
    hints=[
        "What of a recipe do two calls share, and what happens when a test changes it?",
        "A list that is made outside of the function is one list for all recipes. And which name has nobody had yet?",
        "a counter outside; in the function a new dict with a new list, the unknown fields refused, and then | fields",
    ],
)
class TestRecipe:
    def test_what_is_not_given_has_its_default(self, recipe):
        got = dict(recipe())
        name = got.pop("name", None)
        expect(got, REST, tried="recipe(), without its name")
        require(
            isinstance(name, str) and name,
            tried="the name of recipe()",
            expected="a text",
            got=name,
        )

    def test_what_is_given_is_there(self, recipe):
        for given in (
            {"name": "Soup"},
            {"minutes": 5, "public": False},
            {"ingredients": ["rice", "milk"]},
            {"name": "", "minutes": 0, "ingredients": [], "public": None},
        ):
            got = recipe(**given)
            tried = f"recipe(**{given})"
            name = {"name": given.get("name", got.get("name"))}
            expect(got, {**name, **REST, **given}, tried=tried)

    def test_no_two_recipes_have_the_same_name(self, recipe):
        given = [{}, {"minutes": 5}, {"public": False}]
        names = [recipe(**given[number % 3])["name"] for number in range(3000)]
        expect(
            len(set(names)),
            3000,
            tried="3000 recipes; how many names they have",
            means="Names that are made by chance, or of the other fields, come twice.",
        )

    def test_a_change_of_one_changes_no_other(self, recipe):
        first, second = recipe(), recipe()
        first["ingredients"].append("pepper")
        first["minutes"] = 1
        for each, which in ((second, "one that was made before"), (recipe(), "one that was made after")):
            got = {name: each.get(name) for name in REST}
            tried = f"a recipe gets another ingredient; then {which} the change"
            expect(got, REST, tried=tried, means="Both hold the same list.")

    def test_an_unknown_field_is_refused(self, recipe):
        for given in ({"minuets": 5}, {"minutes": 5, "author": "ada"}):
            try:
                got = recipe(**given)
            except TypeError:
                got = "TypeError"
            expect(got, "TypeError", tried=f"recipe(**{given})")


# 6.3b ----------------------------------------------------------------------------------------


def small_app():
    """An app in which one function is asked for directly, by another one, and not at all."""
    app = FastAPI()

    def rate():
        return 1.25

    def doubled(rate: float = Depends(rate)):
        return 2 * rate

    @app.get("/plain")
    def plain(found: float = Depends(rate)):
        return found

    @app.get("/doubled")
    def twice(found: float = Depends(doubled)):
        return found

    @app.get("/none")
    def none():
        return 0

    return app, rate


def another():
    return "production"


@exercise(
    "6.3b",
    hints=[
        "How do you know, at the end of the block, that the replacement was called?",
        "Put a function of your own into the overrides: it notes the call, and calls the replacement. What may run "
        "after the block even when it failed, and what may not?",
        "before = dict(…); try: yield, finally: put `before` back; below the finally, assert that there was a call",
    ],
)
class TestOverridden:
    def test_path_operations_get_the_replacement(self, overridden):
        app, rate = small_app()
        for value in (2.0, None, 3.0):
            with overridden(app, rate, lambda value=value: value):
                got = TestClient(app).get("/plain").json()
            expect(got, value, tried=f"GET /plain in the block, with a replacement that returns {value}")
        with overridden(app, rate, lambda: 2.0):
            got = TestClient(app).get("/doubled").json()
        expect(got, 4.0, tried="GET /doubled, whose dependency depends on the one that is replaced")

    def test_each_request_asks_anew(self, overridden):
        app, rate = small_app()
        values = [1.0, 2.0, 3.0]
        with overridden(app, rate, lambda: values.pop()):
            got = [TestClient(app).get("/plain").json() for _ in range(3)]
        expect(
            got,
            [3.0, 2.0, 1.0],
            tried="three requests, with a replacement that returns another value each time",
        )

    def test_the_overrides_are_as_they_were(self, overridden):
        app, rate = small_app()
        for before in ({}, {another: lambda: "fake"}, {rate: lambda: 7.0, another: another}):
            app.dependency_overrides = dict(before)
            with overridden(app, rate, lambda: 2.0):
                kept = app.dependency_overrides.get(another) is before.get(another)
                TestClient(app).get("/plain")
            tried = f"{len(before)} overrides, then the block"
            expect(kept, True, tried=f"{tried}: whether that of another dependency stays in it")
            expect(
                app.dependency_overrides == before, True, tried=f"{tried}: whether they are the same after it"
            )

    def test_they_are_after_an_error_and_after_a_miss_too(self, overridden):
        app, rate = small_app()
        for what, path in {"an error": "/plain", "a block without a request": ""}.items():
            app.dependency_overrides = {another: another}
            self.ending(overridden, app, rate, path, KeyError("tea") if path else None)
            got = app.dependency_overrides == {another: another}
            expect(got, True, tried=f"one override, then {what}: whether it is as it was")

    def test_a_miss_is_an_assertion_error(self, overridden):
        for what, path in {"no request": "", "a request that does not ask for it": "/none"}.items():
            app, rate = small_app()
            got = self.ending(overridden, app, rate, path, None)
            expect(got, "AssertionError", tried=f"a block with {what}: how it ends")
        app, rate = small_app()
        got = self.ending(overridden, app, lambda: rate(), "/plain", None)
        expect(
            got, "AssertionError", tried="another function that only looks like the dependency: how it ends"
        )
        app, rate = small_app()
        got = self.ending(overridden, app, rate, "/plain", None)
        expect(got, "no error", tried="a request that asks for it: how the block ends")

    def test_an_error_in_the_block_comes_out(self, overridden):
        for what, path in {"no request": "", "a request": "/plain"}.items():
            app, rate = small_app()
            error = KeyError("tea")
            got = self.ending(overridden, app, rate, path, error)
            expect(got, "KeyError", tried=f"a block with {what}, and then a KeyError: how it ends")

    def ending(self, overridden, app, dependency, path, error):
        try:
            with overridden(app, dependency, lambda: 2.0):
                if path:
                    TestClient(app).get(path)
                if error:
                    raise error
        except (AssertionError, KeyError) as caught:
            return type(caught).__name__
        return "no error"


# 6.3c ----------------------------------------------------------------------------------------

THEIR_TESTS = """
OVENS = []


def test_visits_begin_with_1(client):
    assert [client.post("/visits").json() for _ in range(2)] == [1, 2]


def test_visits_begin_with_1_again(client):
    assert [client.post("/visits").json() for _ in range(2)] == [1, 2]


def test_price_is_50_in_a_sale(client, sale):
    assert client.get("/price").json() == 50


def test_price_is_100_without_a_sale(client):
    assert client.get("/price").json() == 100


def test_price_is_50_in_the_next_sale(sale, client):
    assert client.get("/price").json() == 50


def test_price_is_100_again(client):
    assert client.get("/price").json() == 100


def test_order_has_defaults(order):
    assert order() == {"name": "tea", "extras": []}


def test_order_with_milk(order):
    first = order(name="milk")
    first["extras"].append("sugar")
    assert first == {"name": "milk", "extras": ["sugar"]}
    assert order() == {"name": "tea", "extras": []}


def test_order_with_a_list(order):
    assert order(extras=["ice"]) == {"name": "tea", "extras": ["ice"]}


def test_order_has_defaults_again(order):
    assert order() == {"name": "tea", "extras": []}


def test_oven_is_one(oven):
    OVENS.append(oven)
    assert oven is not None and all(each is oven for each in OVENS)


def test_oven_is_the_same_one(oven, client, order):
    OVENS.append(oven)
    assert oven is not None and all(each is oven for each in OVENS)
"""


IN_ANOTHER_FILE = """
from test_given import OVENS


def test_oven_is_one_for_all_files(oven):
    OVENS.append(oven)
    assert all(each is oven for each in OVENS)
"""


@exercise(
    "6.3c",
    hints=[
        "For each fixture: what of it can a test change, and who finds that afterwards?",
        "A client keeps its cookies, an override stays until somebody takes it back, and a list that is made once is "
        "one list. Which fixture may have a wider scope, and which may not?",
        "function scope for client; yield and clear() in sale; a new dict and a new list in order; session scope for oven",
    ],
    limit_seconds=60,
)
class TestLives:
    @pytest.fixture
    def runs(self, request, discount):
        here = request.node.parent  # one for all expectations of a check
        if not hasattr(here, "runs"):
            here.runs = both_orders_of(discount, THEIR_TESTS, more=IN_ANOTHER_FILE)
        return here.runs

    def test_a_client_has_no_cookies_of_an_earlier_test(self, runs):
        runs.all_pass("test_visits")

    def test_a_sale_ends_with_its_test(self, runs):
        runs.all_pass("test_price")

    def test_orders_share_nothing(self, runs):
        runs.all_pass("test_order")

    def test_one_oven_serves_all_tests(self, runs):
        runs.all_pass("test_oven")


# 6.3d ----------------------------------------------------------------------------------------

BETWEEN_TWO = [
    *("draft-of-others-is-seen", "stranger-reads-comments-of-a-draft", "hidden-post-is-forbidden"),
    *("posts-of-others-are-changed", "posts-of-others-are-deleted", "tags-of-others-are-changed"),
]


@exercise(
    "6.3d",
    hints=[
        "For each rule: who writes, who tries, and which status does the second person get?",
        "Ada writes with `ada`, bob tries with `bob`, on the same path. A draft is a post with `published` false.",
        "draft = self.draft(ada); assert bob.get(draft).status_code == 404; bob.patch(…) on the draft and on `path`; "
        "bob.put(f'{path}/tags', …)",
    ],
    limit_seconds=60,
)
class TestOfTwoPeople:
    @pytest.fixture
    def graded(self, TestTwoPeople):
        return GradedTests.of_lesson(TestTwoPeople, "6.3", BETWEEN_TWO)

    def test_the_tests_pass_on_the_right_app(self, graded):
        graded.pass_on_the_right_app()

    def test_a_draft_that_others_see_is_noticed(self, graded):
        graded.notice("draft-of-others-is-seen", "What does bob get when he reads a draft of ada?")

    def test_comments_of_a_draft_that_others_see_are_noticed(self, graded):
        graded.notice("stranger-reads-comments-of-a-draft", "Whose comments does bob ask for?")

    def test_a_403_for_a_draft_is_noticed(self, graded):
        graded.notice(
            "hidden-post-is-forbidden", "Bob tries to change a draft of ada. Which status does he get?"
        )

    def test_a_post_that_others_change_is_noticed(self, graded):
        graded.notice("posts-of-others-are-changed", "Bob tries to change a post of ada that he sees.")

    def test_a_post_that_others_delete_is_noticed(self, graded):
        graded.notice("posts-of-others-are-deleted", "There is one more thing to do with a post.")

    def test_tags_that_others_change_are_noticed(self, graded):
        graded.notice("tags-of-others-are-changed", "Tags have a path of their own.")


# 6.3e ----------------------------------------------------------------------------------------

FRONT = '''"""The front page."""


def front_page(posts: list[dict], limit: int) -> list[str]:
    """The titles of the posts on the front page."""
    shown = [post for post in posts if post["published"] and post["score"] >= 0]
    shown.sort(key=lambda post: (-post["score"], -post["day"]))
    return [post["title"] for post in shown[:limit]]
'''
WRONG_FRONTS = {
    "drafts": ("Drafts are on the front page.", 'post["published"] and ', ""),
    "negative": ("A post with a score of -1 is on the front page.", ' and post["score"] >= 0', ""),
    "zero": ("A post with a score of 0 is left out.", ">= 0", "> 0"),
    "lowest": ("The lowest score comes first.", '-post["score"]', 'post["score"]'),
    "oldest": ("Of two posts with the same score, the older one comes first.", '-post["day"]', 'post["day"]'),
    "unsorted": (
        "Posts with the same score come as they stand in the list.",
        ', -post["day"])',
        ",)",
    ),
    "day first": (
        "The newest post comes first, whatever its score.",
        '(-post["score"], -post["day"])',
        '(-post["day"], -post["score"])',
    ),
    "one more": ("There is one title more than the limit.", "[:limit]", "[:limit + 1]"),
    "in place": (
        "The list that was given is sorted.",
        "    shown = [post for",
        '    posts.sort(key=lambda post: (-post["score"], -post["day"]))\n    shown = [post for',
    ),
}


@exercise(
    "6.3e",
    hints=[
        "For each rule: which two posts differ in this one thing only?",
        "A method `post(title, **fields)` fills in the rest. Try a score of 0 and of -1, two posts with one score and "
        "other days, and a higher score on an older day; give the list in another order than the result.",
        "assert front_page([self.post('a', day=1), self.post('b', day=2)], 9) == ['b', 'a']",
    ],
    limit_seconds=60,
)
class TestOfFrontPage:
    @pytest.fixture
    def graded(self, TestFrontPage):
        mistakes = {name: (says, "front_page", old, new) for name, (says, old, new) in WRONG_FRONTS.items()}
        return GradedTests.of_text(TestFrontPage, "front.py", FRONT, mistakes)

    def test_the_tests_pass_on_the_right_function(self, graded):
        graded.pass_on_the_right_app()

    def test_drafts_on_the_page_are_noticed(self, graded):
        graded.notice("drafts", "Is there a draft in one of your lists?")

    def test_wrong_scores_on_the_page_are_noticed(self, graded):
        graded.notice("negative", "Which is the highest score that is left out?")
        graded.notice("zero", "Which is the lowest score that is shown?")

    def test_a_wrong_order_of_scores_is_noticed(self, graded):
        graded.notice("lowest", "Two posts with different scores: in which order do they come?")
        graded.notice("day first", "What decides first, the score or the day? Let the older post have more.")

    def test_a_wrong_order_of_days_is_noticed(self, graded):
        graded.notice("oldest", "Two posts with the same score and different days: which one comes first?")
        graded.notice(
            "unsorted", "Two posts with the same score: does the list have them in the wrong order?"
        )

    def test_too_many_titles_are_noticed(self, graded):
        graded.notice("one more", "Give more posts than the limit.")

    def test_a_list_that_is_changed_is_noticed(self, graded):
        graded.notice("in place", "Look at the list after the call, too.")


# 6.3f ----------------------------------------------------------------------------------------

SHOP = '''"""A shop that sells for dollars."""

from math import ceil
from typing import Annotated

from fastapi import Depends, FastAPI, HTTPException


def rate() -> float | None:
    """Dollars for a euro. None while the bank is closed."""
    return 1.25


def open_rate(rate: Annotated[float | None, Depends(rate)]) -> float:
    if rate is None:
        raise HTTPException(503)
    return rate


app = FastAPI()


@app.get("/prices/{cents}")
def price(cents: int, rate: Annotated[float, Depends(open_rate)]) -> int:
    return ceil(cents * rate)
'''
WRONG_SHOPS = {
    "fixed": ("A price has the rate 1.25, whatever the bank says.", "price", "cents * rate", "cents * 1.25"),
    "down": ("A price is rounded down.", "price", "ceil(", "int("),
    "nearest": ("A price is rounded to the nearest cent.", "price", "ceil(", "round("),
    "up": (
        "A price without a fraction is one cent too high.",
        "price",
        "ceil(cents * rate)",
        "int(cents * rate) + 1",
    ),
    "closed": (
        "While the bank is closed, a dollar costs a euro.",
        "open_rate",
        "        raise HTTPException(503)\n",
        "        return 1.0\n",
    ),
    "status": ("While the bank is closed, a price is a 500.", "open_rate", "503", "500"),
}


@exercise(
    "6.3f",
    hints=[
        "Which object does `Depends(rate)` hold, and which one does `patch` replace?",
        "shop.app.dependency_overrides takes the function itself as its key. Which rate shows that yours was used?",
        "shop.app.dependency_overrides[shop.rate] = lambda: 2.0, and clear() after the request; with 2.0, 100 cents "
        "are 200",
    ],
    limit_seconds=60,
)
class TestOfPrices:
    @pytest.fixture
    def graded(self, TestPrices):
        return GradedTests.of_text(TestPrices, "shop.py", SHOP, WRONG_SHOPS)

    def test_the_tests_pass_on_the_right_shop(self, graded):
        graded.pass_on_the_right_app()

    def test_a_rate_that_is_ignored_is_noticed(self, graded):
        graded.notice("fixed", "The real bank says 1.25. Which price would another rate make?")

    def test_wrong_rounding_is_noticed(self, graded):
        graded.notice("down", "Which price has a fraction, and which number has it to be?")
        graded.notice("nearest", "Which price is rounded up, although the cent below is nearer?")
        graded.notice("up", "Which price has no fraction, and which number has it to be?")

    def test_a_closed_bank_that_sells_is_noticed(self, graded):
        graded.notice("closed", "Let the bank be closed: its replacement returns None.")
        graded.notice("status", "Which status is it while the bank is closed?")
