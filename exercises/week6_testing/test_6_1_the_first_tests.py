"""Checks of the exercises of lesson 6.1."""

import asyncio

import pytest
from fastapi import FastAPI, HTTPException

from course.checks import GradedTests, exercise, expect, in_thread, require

# 6.1a ----------------------------------------------------------------------------------------

SHIPPING = '''"""Parcels."""

from math import ceil


def price(grams: int) -> int:
    """What a parcel costs, in cents."""
    if not 0 < grams <= 30_000:
        raise ValueError("A parcel weighs more than 0 and at most 30,000 g.")
    if grams <= 500:
        return 300
    if grams <= 2_000:
        return 500
    return 500 + 100 * ceil((grams - 2_000) / 1_000)
'''
MISTAKES = {
    "500": ("A parcel of exactly 500 g costs 500.", "grams <= 500", "grams < 500"),
    "small": ("A parcel of 501 g costs 300.", "grams <= 500", "grams <= 501"),
    "light": ("A light parcel costs 200.", "return 300", "return 200"),
    "middle": ("A parcel of 2,001 g costs 500.", "grams <= 2_000", "grams <= 2_001"),
    "2 kg": (
        "A parcel of exactly 2,000 g costs 600.",
        "if grams <= 2_000:",
        "if grams == 2_000:\n        return 600\n    if grams <= 2_000:",
    ),
    "cheap": ("A parcel of 501 g to 2,000 g costs 400.", "return 500\n", "return 400\n"),
    "part": (
        "A part of a kilogram costs nothing.",
        "ceil((grams - 2_000) / 1_000)",
        "((grams - 2_000) // 1_000)",
    ),
    "whole": (
        "A whole kilogram counts as a begun second one.",
        "ceil((grams - 2_000) / 1_000)",
        "((grams - 1_000) // 1_000)",
    ),
    "30 kg": ("A parcel of exactly 30,000 g is refused.", "grams <= 30_000", "grams < 30_000"),
    "heavy": ("A parcel of 30,001 g has a price.", "grams <= 30_000", "grams <= 30_001"),
    "1 g": ("A parcel of 1 g is refused.", "0 < grams", "1 < grams"),
    "nothing": ("A parcel of 0 g has a price.", "0 < grams", "0 <= grams"),
    "negative": (
        "A parcel of -1 g has a price.",
        "not 0 < grams <= 30_000",
        "not grams <= 30_000 or grams == 0",
    ),
}


@exercise(
    "6.1a",
    hints=[
        "Where does the price change? A mistake of one gram shows at these places only.",
        "Try each limit twice: the last weight of one price, and the first of the next.",
        "`assert [price(500), price(501)] == [300, 500]`, and `with pytest.raises(ValueError):` around one call.",
    ],
    limit_seconds=60,
)
class TestParcel:
    @pytest.fixture
    def graded(self, TestPrice):
        mistakes = {name: (says, "price", old, new) for name, (says, old, new) in MISTAKES.items()}
        return GradedTests.of_text(TestPrice, "shipping.py", SHIPPING, mistakes)

    def test_the_tests_pass_on_the_right_function(self, graded):
        graded.pass_on_the_right_app()

    def test_a_wrong_price_of_light_parcels_is_noticed(self, graded):
        graded.notice("light", "What does a parcel of 100 g cost?")

    def test_a_mistake_at_500_g_is_noticed(self, graded):
        graded.notice("500", "Which price has a parcel of exactly 500 g?")
        graded.notice("small", "Which price has the first parcel that is heavier than 500 g?")

    def test_a_wrong_price_of_parcels_up_to_2000_g_is_noticed(self, graded):
        graded.notice("cheap", "What does a parcel of 1,000 g cost?")
        graded.notice("2 kg", "Which price has a parcel of exactly 2,000 g?")
        graded.notice("middle", "Which price has the first parcel that is heavier than 2,000 g?")

    def test_mistakes_with_kilograms_are_noticed(self, graded):
        graded.notice("part", "What does a parcel cost that is one gram heavier than a limit?")
        graded.notice("whole", "What does a parcel of exactly 3,000 g cost?")

    def test_a_mistake_at_30_kg_is_noticed(self, graded):
        graded.notice("30 kg", "Is a parcel of exactly 30,000 g refused?")
        graded.notice("heavy", "Which is the first parcel that is refused?")

    def test_parcels_without_weight_are_noticed(self, graded):
        graded.notice("1 g", "Which is the lightest parcel that has a price?")
        graded.notice("nothing", "What happens with 0 g?")
        graded.notice("negative", "What happens with a weight below 0?")


# 6.1b ----------------------------------------------------------------------------------------

CHANGES = [
    *("put-keeps-what-was-left-out", "slip-in-a-field-is-ignored", "numbers-are-truth-values"),
    *("change-answered-not-stored", "change-leaves-no-trace", "taken-title-is-invalid"),
    *("patch-resets-what-was-left-out", "change-of-missing-post-crashes"),
]


@exercise(
    "6.1b",
    hints=[
        "For each rule: what has to be there before, which request tries the rule, and what is different afterwards?",
        "The response of a PUT can be right while nothing was stored. Which request shows what is stored?",
        "path = ada.post('/posts', json=…).headers['Location']; ada.put(path, json=…); found = ada.get(path).json()",
    ],
    limit_seconds=60,
)
class TestOfChanges:
    @pytest.fixture
    def graded(self, TestChanges):
        return GradedTests.of_lesson(TestChanges, "6.1", CHANGES)

    def test_the_tests_pass_on_the_right_app(self, graded):
        graded.pass_on_the_right_app()

    def test_a_put_that_keeps_what_was_left_out_is_noticed(self, graded):
        graded.notice("put-keeps-what-was-left-out", "Give the post an excerpt first, then PUT without one.")

    def test_a_patch_that_resets_other_fields_is_noticed(self, graded):
        graded.notice("patch-resets-what-was-left-out", "After the PATCH, look at a field that was not sent.")

    def test_a_field_that_is_ignored_is_noticed(self, graded):
        graded.notice("slip-in-a-field-is-ignored", "Send a field that no post has.")

    def test_a_number_taken_for_a_truth_value_is_noticed(self, graded):
        graded.notice("numbers-are-truth-values", "Which `published` is refused?")

    def test_a_change_that_is_not_stored_is_noticed(self, graded):
        graded.notice(
            "change-answered-not-stored", "Read the post again after the change, with a request of its own."
        )

    def test_a_change_without_a_new_time_is_noticed(self, graded):
        graded.notice("change-leaves-no-trace", "Compare `updated_at` before and after a change.")

    def test_a_wrong_status_for_a_taken_title_is_noticed(self, graded):
        graded.notice("taken-title-is-invalid", "Two posts, and one wants the title of the other.")

    def test_a_crash_at_a_missing_post_is_noticed(self, graded):
        graded.notice("change-of-missing-post-crashes", "Change a post that was never there.")


# 6.1c ----------------------------------------------------------------------------------------

DELETIONS = [
    *("delete-not-committed", "post-with-comments-stays", "missing-post-crashes"),
    *("change-of-missing-post-crashes", "stranger-is-the-first-user"),
]


@exercise(
    "6.1c",
    hints=[
        "For each test: which line could raise an AssertionError, and does that line run?",
        "`assert response` is true for one that went well, a tuple is true, a loop over nothing runs no assert. "
        "What does each request come back with?",
        "Ask for the status with ==, read the path again after a deletion, and arrange a post and a comment that are there.",
    ],
    limit_seconds=60,
)
class TestOfDelete:
    @pytest.fixture
    def graded(self, TestDelete):
        return GradedTests.of_lesson(TestDelete, "6.1", DELETIONS)

    def test_the_tests_pass_on_the_right_app(self, graded):
        graded.pass_on_the_right_app()

    def test_a_deleted_post_that_stays_is_noticed(self, graded):
        graded.notice("delete-not-committed", "What comes back when the deleted post is read?")

    def test_a_post_that_cannot_go_because_of_its_comments_is_noticed(self, graded):
        graded.notice(
            "post-with-comments-stays", "Was the comment made? Look at its status, and at its field."
        )

    def test_a_crash_when_a_missing_post_is_read_is_noticed(self, graded):
        graded.notice("missing-post-crashes", "Read a post that was never there.")

    def test_a_crash_when_a_missing_post_is_deleted_is_noticed(self, graded):
        graded.notice("change-of-missing-post-crashes", "Delete a post that was never there.")

    def test_a_stranger_who_deletes_is_noticed(self, graded):
        graded.notice("stranger-is-the-first-user", "Without a token, delete a post that is there.")


# 6.1d ----------------------------------------------------------------------------------------


def meeting(size: int) -> FastAPI:
    """An app whose /meet ends when `size` requests are there; it has other paths beside it."""
    app, all_there = FastAPI(), asyncio.Barrier(size)

    @app.get("/meet")
    async def meet() -> str:
        await all_there.wait()
        return "met"

    @app.get("/fails")
    async def fails() -> None:
        raise HTTPException(418)

    @app.get("/crashes")
    async def crashes() -> None:
        raise KeyError("no table")

    @app.post("/meet", status_code=201)
    async def post() -> None: ...

    return app


def statuses(at_once, paths, size=1):
    """What the answer returns for an app; the check waits for requests that never meet for a while only."""

    async def run():
        return await asyncio.wait_for(at_once(meeting(size), paths), 5)

    try:
        return in_thread(asyncio.run, run()).result()  # a notebook has a loop of its own in this one
    except TimeoutError:
        return "nothing: the requests waited for one another and did not end"


@exercise(
    "6.1d",
    hints=[
        "In a loop with `await`, when does the second request begin?",
        "`asyncio.gather` starts coroutines together. And who raises when the app raises?",
        "ASGITransport(app=app, raise_app_exceptions=False), AsyncClient(transport=…, base_url=…), "
        "await asyncio.gather(*(client.get(path) for path in paths))",
    ],
)
class TestAtOnce:
    def test_the_statuses_come_in_the_order_of_the_paths(self, at_once):
        paths = ["/fails", "/nowhere", "/meet", "/fails", "/openapi.json"]
        expect(statuses(at_once, paths), [418, 404, 200, 418, 200], tried=f"at_once(app, {paths})")

    def test_requests_that_wait_for_one_another_end(self, at_once):
        for size in (2, 5, 20):
            tried = f"{size} requests to a path that waits until {size} are there"
            expect(
                statuses(at_once, ["/meet"] * size, size),
                [200] * size,
                tried=tried,
                means="The first request must not be waited for before the last one has begun.",
            )

    def test_an_error_of_the_app_is_a_500_beside_the_others(self, at_once):
        try:
            got = statuses(at_once, ["/fails", "/crashes", "/meet"])
        except KeyError as error:
            got = repr(error)
        tried = "three paths, the second of which raises a KeyError in the app"
        means = "The transport passes on what the app raises, unless it is told not to."
        expect(got, [418, 500, 200], tried=tried, means=means)

    def test_no_paths_are_no_statuses(self, at_once):
        expect(statuses(at_once, []), [], tried="at_once(app, [])")

    def test_a_list_of_plain_numbers_comes_back(self, at_once):
        got = statuses(at_once, ["/fails", "/nowhere"])
        require(
            isinstance(got, list) and all(type(each) is int for each in got),
            tried='at_once(app, ["/fails", "/nowhere"])',
            expected="a list of integers",
            got=got,
        )
