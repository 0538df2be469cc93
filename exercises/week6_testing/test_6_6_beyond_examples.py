"""Checks of the exercises of lesson 6.6."""

import pytest

from course.checks import GradedTests, WrittenBug, exercise, expect, require

# 6.6a ----------------------------------------------------------------------------------------


def links(current, last, *, low=1, before=2, after=2, until=min, most=0):
    """Page numbers to link to, as the exercise has it, and, with other numbers, as its mutants do."""
    first = max(low, current - before)
    end = until(last, current + after)
    return [page for page in range(first, end + 1) if page <= last + most]


LINKS = {
    "A": lambda current, last: links(current, last, low=2),
    "B": lambda current, last: links(current, last, before=3),
    "C": lambda current, last: links(current, last, until=lambda _, end: end),
    "D": lambda current, last: links(current, last, until=max),
    "E": lambda current, last: links(current, last, low=0),
    "F": lambda current, last: links(current, last, most=1),
}
EQUIVALENT = ["C", "F"]


@exercise(
    "6.6a",
    hints=[
        "For each mutant: which value does the changed line give now, and does a later line undo it?",
        "Try the edges: the first page, the last page, one page in all, and the middle of many.",
        'Holes have a pair: `"A": (1, 1)`. For two of the six, what one line lets through the other holds back.',
    ],
)
class TestProofs:
    def test_each_mutant_has_an_entry(self, PROOFS):
        require(isinstance(PROOFS, dict), tried="PROOFS", expected="a dict", got=repr(PROOFS))
        expect(sorted(map(str, PROOFS)), sorted(LINKS), tried="the names in PROOFS")

    def test_each_pair_shows_a_difference(self, PROOFS):
        self.test_each_mutant_has_an_entry(PROOFS)
        for name, pair in PROOFS.items():
            if pair is None:
                continue
            good = (
                isinstance(pair, tuple | list) and len(pair) == 2 and all(type(each) is int for each in pair)
            )
            require(good, tried=f"{name}: {pair!r}", expected="a pair of numbers, or None", got=repr(pair))
            current, last = pair
            require(
                1 <= current <= last,
                tried=f"{name}: current {current}, last {last}",
                expected="current is from 1 to last",
                got=f"{current} and {last}",
            )
            require(
                LINKS[name](current, last) != links(current, last),
                tried=f"{name}: links({current}, {last}) and the same call of the mutant",
                expected="two different lists",
                got=f"{links(current, last)} from both",
            )

    def test_none_is_only_for_equivalent_mutants(self, PROOFS):
        self.test_each_mutant_has_an_entry(PROOFS)
        for name, pair in PROOFS.items():
            require(
                pair is not None or name in EQUIVALENT,
                tried=f"{name}, with the pairs from (1, 1) to (9, 9)",
                expected="a pair for which the two lists differ: there are some",
                got="None",
            )


# 6.6b ----------------------------------------------------------------------------------------

BEST = '''"""The best posts."""


def best(posts: list[dict], most: int = 3) -> list[str]:
    """The titles of the best posts."""
    shown = [post for post in posts if post["score"] > 0]
    shown = sorted(shown, key=lambda post: (-post["score"], post["title"]))
    return [post["title"] for post in shown[:most]]
'''
BEST_MISTAKES = {
    "zero": ("A post with a score of 0 is shown.", 'post["score"] > 0', 'post["score"] >= 0'),
    "minus": ("A post with a score below 0 is shown.", 'post["score"] > 0', 'post["score"] != 0'),
    "worst": ("The lowest score comes first.", '(-post["score"], ', '(post["score"], '),
    "titles": ("Posts of one score come in any order.", '(-post["score"], post["title"])', '-post["score"]'),
    "default": ("Four posts are shown when nothing is said.", "most: int = 3", "most: int = 4"),
    "more": ("One post too many is shown.", "shown[:most]", "shown[: most + 1]"),
    "ignored": ("There are three posts, whatever most says.", "shown[:most]", "shown[:3]"),
    "least": ("Three posts are shown when most is less.", "shown[:most]", "shown[: max(most, 3)]"),
    "list": (
        "The list that came in is sorted.",
        '    shown = [post for post in posts if post["score"] > 0]\n    shown = sorted(shown, key=lambda',
        '    posts.sort(key=lambda post: -post["score"])\n'
        '    shown = sorted((post for post in posts if post["score"] > 0), key=lambda',
    ),
}


# A deadline of 200 ms, which is Hypothesis' default, would fail right tests on a busy machine.
PROFILE = """
from hypothesis import settings

settings.register_profile("check", database=None, derandomize=True, deadline=None)
settings.load_profile("check")
"""


def of_text(tests, path, text, definition, mistakes, examples=100):
    """A grading of tests of one definition."""
    full = {name: (says, definition, old, new) for name, (says, old, new) in mistakes.items()}
    profile = PROFILE.replace("deadline=None", f"deadline=None, max_examples={examples}")
    return GradedTests.of_text(tests, path, text, full, conftest=profile)


@exercise(
    "6.6b",
    hints=[
        "Which line of these tests could fail, and for which wrong result?",
        "Compare the whole list with ==. Which posts must be in it, so that each rule decides something?",
        "Scores 5, 2, 2, 1, 0 and -1, the two of one score not in the order of their titles; once without most, "
        "once with 1, once with 9, and a look at the list afterwards.",
    ],
    limit_seconds=60,
)
class TestOfBest:
    @pytest.fixture
    def graded(self, TestBest):
        return of_text(TestBest, "best.py", BEST, "best", BEST_MISTAKES)

    def test_the_tests_pass_on_the_right_function(self, graded):
        graded.pass_on_the_right_app()

    def test_a_wrong_choice_of_posts_is_noticed(self, graded):
        graded.notice("zero", "Is a post with a score of exactly 0 shown?")
        graded.notice("minus", "Is a post with a score below 0 shown?")

    def test_a_wrong_order_is_noticed(self, graded):
        graded.notice("worst", "Which of two posts comes first?")
        graded.notice(
            "titles", "Two posts of one score, and in the list they are not in the order of their titles."
        )

    def test_a_wrong_number_is_noticed(self, graded):
        graded.notice("default", "How many of many good posts are shown when nothing is said?")
        graded.notice("more", "How many are shown of more than most?")
        graded.notice("ignored", "Ask for more than 3, of enough posts.")
        graded.notice("least", "Ask for fewer than 3, of enough posts.")

    def test_a_list_that_is_changed_is_noticed(self, graded):
        graded.notice(
            "list",
            "What is in the list after the call, and in which order? Did an earlier test get the same list?",
        )


# 6.6c ----------------------------------------------------------------------------------------

SLUGS = '''"""Names of posts in addresses."""

import re


def slug(title: str, most: int = 20) -> str:
    """The words of a title, with hyphens between."""
    words = re.findall("[a-z0-9]+", title.lower())
    name = "-".join(words)[:most]
    return name.strip("-")
'''
SLUG_MISTAKES = {
    "cut": ("A slug that is cut ends with a hyphen.", 'name.strip("-")', "name"),
    "long": ("A slug is one character too long.", "[:most]", "[: most + 1]"),
    "letters": ("Letters of other alphabets stay.", '"[a-z0-9]+"', 'r"[^\\W_]+"'),
    "under": ("An underscore stays.", '"[a-z0-9]+"', '"[a-z0-9_]+"'),
    "double": ("Two hyphens follow one another.", '"[a-z0-9]+", title', '"[a-z0-9]+|-+", title'),
    "digits": ("Digits are dropped.", '"[a-z0-9]+"', '"[a-z]+"'),
    "short": ("A title of exactly most characters loses the last one.", "[:most]", "[: max(most - 1, 1)]"),
}


@exercise(
    "6.6c",
    hints=[
        "Which of the four sentences is still true of a function that returns an empty text each time?",
        "One test for any title, one for titles that are slugs. Which titles make it likely that a cut meets a hyphen?",
        'st.text(st.sampled_from("aZ0 -_ß!")) makes titles of few signs; st.from_regex(…, fullmatch=True) makes '
        "slugs; re.fullmatch holds the form.",
    ],
    limit_seconds=60,
)
class TestOfSlug:
    @pytest.fixture
    def graded(self, TestSlug):
        # Of 100 titles, in one suite of three none is cut behind a hyphen.
        return of_text(TestSlug, "slugs.py", SLUGS, "slug", SLUG_MISTAKES, examples=300)

    def test_the_tests_pass_on_the_right_function(self, graded):
        graded.pass_on_the_right_app()

    def test_a_wrong_length_is_noticed(self, graded):
        graded.notice("long", "Which length has a slug at most? Try many values of most.")

    def test_wrong_characters_are_noticed(self, graded):
        graded.notice("letters", "Which titles have letters that are not from a to z?")
        graded.notice("under", "Which signs may a slug have, and which of the others did you try?")

    def test_hyphens_at_a_wrong_place_are_noticed(self, graded):
        graded.notice("cut", "What if the cut comes behind a hyphen? Short values of most make it likely.")
        graded.notice("double", "What if a title has hyphens of its own, two of them, or one between spaces?")

    def test_a_slug_that_changes_is_noticed(self, graded):
        graded.notice("digits", "Give it titles that are slugs already.")
        graded.notice("short", "A slug of exactly most characters: does it stay as it is?")


# 6.6d ----------------------------------------------------------------------------------------

PAGES = '''"""Pages of posts."""


def pages(number: int, limit: int) -> int:
    """How many pages so many posts fill."""
    return -(-number // limit)
'''
PAGE_MISTAKES = {
    "more": ("A full page is followed by an empty one.", "-(-number // limit)", "number // limit + 1"),
    "full": (
        "A full page is followed by an empty one, and no posts fill no page.",
        "-(-number // limit)",
        "number // limit + (number > 0)",
    ),
    "fewer": ("The posts of the last page are lost.", "-(-number // limit)", "number // limit"),
    "round": ("Half a page or less is lost.", "-(-number // limit)", "round(number / limit)"),
    "cap": ("A page never holds more than 5 posts.", "-(-number // limit)", "-(-number // min(limit, 5))"),
    "none": ("No posts fill one page.", "-(-number // limit)", "max(1, -(-number // limit))"),
}


@exercise(
    "6.6d",
    hints=[
        "Think of the posts on the pages: what is true when there are too few pages, and what when there are too many?",
        "found * limit is the number of places. Compare it with number, and do the same for one page less.",
        "Two comparisons: all posts have a place, and with one page less one of them has none.",
    ],
    limit_seconds=60,
)
class TestOfPages:
    @pytest.fixture
    def graded(self, TestPages):
        return of_text(TestPages, "pages.py", PAGES, "pages", PAGE_MISTAKES)

    def test_the_property_holds_for_the_right_function(self, graded):
        graded.pass_on_the_right_app()

    def test_pages_too_many_are_noticed(self, graded):
        graded.notice("more", "Would one page less be enough?")
        graded.notice("full", "Would one page less be enough, when the last page is full?")
        graded.notice("cap", "Would one page less be enough, when a page is large?")

    def test_pages_too_few_are_noticed(self, graded):
        graded.notice("fewer", "Does each post have a place?")
        graded.notice("round", "Does each post have a place, also on a last page with few posts?")

    def test_a_page_for_no_posts_is_noticed(self, graded):
        graded.notice("none", "How many pages do 0 posts fill?")


# 6.6e ----------------------------------------------------------------------------------------

POLL = '''"""A poll, without a database."""


class Poll:
    """Votes of users, and their sum."""

    def __init__(self) -> None:
        self.votes: dict[str, int] = {}
        self.sum = 0

    def vote(self, user: str, value: int) -> None:
        self.sum += value - self.votes.get(user, 0)
        self.votes[user] = value

    def withdraw(self, user: str) -> None:
        self.sum -= self.votes.pop(user, 0)

    def score(self) -> int:
        return self.sum

    def voters(self) -> int:
        return len(self.votes)
'''
POLL_MISTAKES = {
    "twice": ("A second vote of one user counts beside the first.", " - self.votes.get(user, 0)\n", "\n"),
    "kept": (
        "A vote that was taken back is gone from the score, and its user still counts.",
        "        self.sum -= self.votes.pop(user, 0)\n",
        "        if user in self.votes:\n            self.vote(user, 0)\n",
    ),
    "first": (
        "A changed vote keeps its first value.",
        "self.votes[user] = value",
        "self.votes.setdefault(user, value)",
    ),
    "nobody": (
        "Somebody who has not voted takes one from the score.",
        "self.votes.pop(user, 0)",
        "self.votes.pop(user, 1)",
    ),
    "all": (
        "Who takes a vote back takes the votes of all others along.",
        "        self.sum -= self.votes.pop(user, 0)\n",
        "        if self.votes.pop(user, 0):\n            self.sum = 0\n",
    ),
}


@exercise(
    "6.6e",
    hints=[
        "What would a dict of the votes say about the score and the voters after each step?",
        "One rule for each method that changes something, on the poll and on the dict. An @invariant() compares both.",
        "USERS = st.sampled_from of two names; @rule(user=USERS, value=…); run_state_machine_as_test(lambda: "
        "YourMachine(Poll())), with the poll as an argument of its __init__.",
    ],
    limit_seconds=60,
)
class TestOfPoll:
    @pytest.fixture
    def graded(self, TestPoll):
        return of_text(TestPoll, "poll.py", POLL, "Poll", POLL_MISTAKES)

    def test_the_test_passes_on_the_right_poll(self, graded):
        graded.pass_on_the_right_app()

    def test_a_second_vote_that_counts_twice_is_noticed(self, graded):
        graded.notice("twice", "Let one user vote two times, and compare the score.")

    def test_a_changed_vote_that_is_wrong_later_is_noticed(self, graded):
        graded.notice("first", "Change a vote, then take it back: which score is left?")

    def test_a_voter_who_stays_is_noticed(self, graded):
        graded.notice("kept", "Who still counts after a vote was taken back?")

    def test_a_withdrawal_that_takes_too_much_is_noticed(self, graded):
        graded.notice("nobody", "Which score is left when somebody withdraws who has not voted?")
        graded.notice(
            "all", "Several users, one of whom takes a vote back. Are there enough of them, and steps?"
        )


# 6.6f ----------------------------------------------------------------------------------------


@exercise(
    "6.6f",
    hints=[
        "Which rules of the app did you never see in a test? Limits, defaults, orders and words are good places.",
        "Read app/dependencies.py and app/schemas/ line by line, and ask for each number: which test would fail?",
        'BUG = ("app/dependencies.py", "a text with a number", "the same with another number"), and a test that '
        "arranges one thing more than the number allows.",
    ],
    limit_seconds=120,
)
class TestOfBug:
    @pytest.fixture
    def bug(self, BUG, TestBug):
        return WrittenBug("6.6", BUG, TestBug)

    def test_the_old_text_stands_once(self, bug):
        bug.stands_once()

    def test_the_code_is_other_code(self, bug):
        bug.changes_something()

    def test_the_broken_app_starts(self, bug):
        bug.starts()

    def test_your_test_passes_on_the_right_app(self, bug):
        bug.test_passes_on_the_right_app()

    def test_your_test_fails_on_the_broken_app(self, bug):
        bug.test_fails_on_the_broken_app()

    def test_no_test_of_postboard_notices_it(self, bug):
        bug.is_missed()
