"""Checks of the exercises of lesson 8.1."""

import copy
import os
import re
import subprocess
import sys

import pytest

from course.checks import exercise, expect, require

# 8.1a ----------------------------------------------------------------------------------------

SHOWS = "import os, sys; print(*[os.environ.get(each, 'missing') for each in sys.argv[1:]])"


def shows(*names):
    """A program that prints these variables."""
    return [sys.executable, "-I", "-S", "-c", SHOWS, *names]


@exercise(
    "8.1a",
    hints=[
        "Who else would see a change of `os.environ`?",
        "`subprocess.run` takes a whole environment as `env`; look at `run` in lesson 5.7.",
        "Make a new dict of both, leave out what is None, and run with check=True.",
    ],
    limit_seconds=30,  # it starts processes
)
class TestRunWith:
    @pytest.fixture(autouse=True)
    def no_leftovers(self, monkeypatch):
        """What an earlier try has left in this process is not held against this one."""
        for name in ("SHOP_TEA", "SHOP_SIZE", "SHOP_NEW"):
            monkeypatch.setenv(name, "")  # so that it is taken away again at the end
            monkeypatch.delenv(name)

    def test_the_program_sees_the_changes(self, run_with):
        got = run_with(shows("SHOP_TEA", "SHOP_SIZE"), {"SHOP_TEA": "green", "SHOP_SIZE": ""})
        tried = "a program that prints SHOP_TEA and SHOP_SIZE, with {'SHOP_TEA': 'green', 'SHOP_SIZE': ''}"
        expect(got, "green \n", tried=tried)

    def test_it_sees_what_this_process_has(self, run_with, monkeypatch):
        monkeypatch.setenv("SHOP_TEA", "black")
        monkeypatch.setenv("SHOP_SIZE", "small")
        tried = "a program that prints both; this process has SHOP_TEA=black and SHOP_SIZE=small, and "
        program = shows("SHOP_TEA", "SHOP_SIZE")
        got = run_with(program, {"SHOP_TEA": "green"})
        expect(got, "green small\n", tried=f"{tried}changes is {{'SHOP_TEA': 'green'}}")
        expect(run_with(program, {}), "black small\n", tried=f"{tried}changes is {{}}")

    def test_none_takes_a_variable_away(self, run_with, monkeypatch):
        monkeypatch.setenv("SHOP_TEA", "black")
        got = run_with(shows("SHOP_TEA", "SHOP_SIZE"), {"SHOP_TEA": None, "SHOP_SIZE": None})
        tried = "a program that prints SHOP_TEA (this process has it) and SHOP_SIZE (it has not), both None"
        expect(got, "missing missing\n", tried=tried)

    def test_only_the_standard_output_is_returned(self, run_with):
        program = "import sys; print('tea'); print('too hot', file=sys.stderr)"
        tried = "a program that prints 'tea', and 'too hot' to its standard error"
        expect(run_with([sys.executable, "-I", "-S", "-c", program], {}), "tea\n", tried=tried)

    def test_nothing_of_it_stays(self, run_with, monkeypatch):
        monkeypatch.setenv("SHOP_TEA", "black")
        monkeypatch.setenv("SHOP_SIZE", "small")
        before = dict(os.environ)
        changes = {"SHOP_TEA": "green", "SHOP_SIZE": None, "SHOP_NEW": "1"}
        kept = dict(changes)
        run_with(shows(), changes)
        left = {
            name: os.environ.get(name)
            for name in {*before, *os.environ}
            if before.get(name) != os.environ.get(name)
        }
        expect(left, {}, tried="what is different in this process afterwards")
        expect(changes, kept, tried="the dict afterwards")

    def test_a_program_that_fails_is_an_error(self, run_with):
        for program in ("print('tea'); raise SystemExit(3)", "import sys; sys.exit(1)"):
            try:
                got = run_with([sys.executable, "-I", "-S", "-c", program], {"SHOP_NEW": "1"})
            except subprocess.CalledProcessError:
                left = os.environ.get("SHOP_NEW")
                tried = "SHOP_NEW in this process, after {'SHOP_NEW': '1'} and a program that fails"
                expect(left, None, tried=tried)
                continue
            require(
                False,
                tried=f"python -c {program!r}",
                expected="a CalledProcessError",
                got=f"returned {got!r}",
            )


# 8.1b ----------------------------------------------------------------------------------------

URL = "postgresql://shop:Not-A-Real-Password@db.example/shop"
NAMES = ("DATABASE_URL", "DEBUG", "WORKERS")


def settled(shop_settings, **given):
    """The settings of an environment with an address."""
    return shop_settings({"DATABASE_URL": URL, **given})


def refused(shop_settings, environment):
    """The words of the ValueError for an environment."""
    try:
        got = shop_settings(environment)
    except ValueError as error:
        return " ".join(map(str, error.args))
    require(False, tried=f"shop_settings({environment})", expected="a ValueError", got=f"returned {got!r}")


@exercise(
    "8.1b",
    hints=[
        "Which line decides on the name of a place? What is bool('off')?",
        "Read each variable by itself. Collect the names that are wrong, and raise at the end.",
        'A dict of words gives the switch: {"1": True, "off": False, …}.get(text.lower())',
    ],
)
class TestShopSettings:
    def test_each_variable_is_read(self, shop_settings):
        got = settled(shop_settings, DEBUG="1", WORKERS="12", OTHER="tea")
        tried = f"shop_settings({{'DATABASE_URL': {URL!r}, 'DEBUG': '1', 'WORKERS': '12', 'OTHER': 'tea'}})"
        expect(got, {"database": URL, "debug": True, "workers": 12}, tried=tried)
        expect(type(got["workers"]), int, tried=f"the type of workers in {tried}")

    def test_the_place_changes_nothing(self, shop_settings):
        for place in ("production", "laptop", "test"):
            got = settled(shop_settings, PLACE=place, DEBUG="on", WORKERS="2")
            tried = f"with PLACE={place}, DEBUG=on and WORKERS=2"
            expect(got, {"database": URL, "debug": True, "workers": 2}, tried=tried)
            got = settled(shop_settings, PLACE=place)
            wanted = {"database": URL, "debug": False, "workers": 1}
            expect(got, wanted, tried=f"with PLACE={place}, and DATABASE_URL alone")
            names = refused(shop_settings, {"PLACE": place})
            require("DATABASE_URL" in names, tried=f"only PLACE={place}", expected="DATABASE_URL", got=names)

    def test_without_them_there_is_a_default(self, shop_settings):
        wanted = {"database": URL, "debug": False, "workers": 1}
        expect(settled(shop_settings), wanted, tried="only DATABASE_URL is set")
        got = settled(shop_settings, DEBUG="", WORKERS="")
        expect(got, wanted, tried="DATABASE_URL is set, DEBUG and WORKERS are empty")

    def test_a_switch_has_eight_words(self, shop_settings):
        for words, wanted in ((("1", "true", "yes", "on"), True), (("0", "false", "no", "off"), False)):
            for word in (*words, *(each.upper() for each in words), *(each.title() for each in words)):
                got = settled(shop_settings, DEBUG=word)["debug"]
                means = "bool() of any text but the empty one is True."
                require(
                    got is wanted, tried=f"debug with DEBUG={word}", expected=wanted, got=got, means=means
                )

    def test_what_is_wrong_is_named(self, shop_settings):
        wrong = [
            ({}, {"DATABASE_URL"}),
            ({"DATABASE_URL": ""}, {"DATABASE_URL"}),
            ({"DATABASE_URL": URL, "DEBUG": "maybe"}, {"DEBUG"}),
            ({"DATABASE_URL": URL, "DEBUG": "tru"}, {"DEBUG"}),
            ({"DATABASE_URL": URL, "WORKERS": "0"}, {"WORKERS"}),
            ({"DATABASE_URL": URL, "WORKERS": "-2"}, {"WORKERS"}),
            ({"DATABASE_URL": URL, "WORKERS": "2.5"}, {"WORKERS"}),
            ({"DATABASE_URL": URL, "WORKERS": "many", "DEBUG": "2"}, {"WORKERS", "DEBUG"}),
            ({"WORKERS": "many", "DEBUG": "on"}, {"WORKERS", "DATABASE_URL"}),
            ({"WORKERS": "many", "DEBUG": "maybe"}, set(NAMES)),
        ]
        for environment, names in wrong:
            said = refused(shop_settings, environment)
            got = {each for each in NAMES if re.search(rf"(?<!\w){each}(?!\w)", said)}
            expect(got, names, tried=f"the variables that the error of shop_settings({environment}) names")

    def test_no_value_is_told(self, shop_settings):
        environment = {"DATABASE_URL": URL, "WORKERS": "lavender", "DEBUG": "perhaps"}
        said = refused(shop_settings, environment)
        got = [each for each in (URL, "lavender", "perhaps", "Not-A-Real-Password") if each in said]
        expect(got, [], tried=f"the values that the error of shop_settings({environment}) tells")


# 8.1c ----------------------------------------------------------------------------------------


def found(slips, services):
    """The slips of a file; the file stays as it is."""
    compose = {"name": "shop", "services": services}
    before = copy.deepcopy(compose)
    got = slips(compose)
    expect(compose, before, tried="the compose file after slips(…)")
    return got


CHECK = {"healthcheck": {"test": ["CMD", "true"]}}
HEALTHY = {"condition": "service_healthy"}
STARTED = {"condition": "service_started"}


@exercise(
    "8.1c",
    hints=[
        "Which of the keys come in two forms? Make one of them first.",
        "`urlsplit(text).hostname` is the host of an address; lesson 8.1 says how `ports` are read.",
        "A set of pairs, one `if` for each slip, and sorted(…) at the end.",
    ],
)
class TestSlips:
    def test_a_good_file_has_none(self, slips):
        services = {
            "db": {"image": "postgres:18", **CHECK},
            "migrate": {"depends_on": {"db": HEALTHY}},
            "app": {
                "environment": {
                    "DATABASE_URL": "postgresql://db:5432/shop",
                    "SIZE": 3,
                    "NOTE": "not localhost",
                },
                "depends_on": {"migrate": {"condition": "service_completed_successfully"}, "db": STARTED},
            },
            "proxy": {"ports": ["127.0.0.1:8080:8080"], "depends_on": ["app", "db"]},
        }
        expect(found(slips, services), [], tried=f"slips({{'services': {services}}})")

    def test_an_address_on_localhost_is_found(self, slips):
        for value in (
            "redis://localhost:6379/0",
            "postgresql://ana:not-a-password@127.0.0.1/shop",
            "http://localhost",
            "http://localhost/?next=tea=green",
        ):
            for environment in ({"SIZE": 3, "ADDRESS": value}, ["SIZE=3", f"ADDRESS={value}"]):
                got = found(slips, {"app": {"environment": environment}})
                expect(got, [("app", "localhost")], tried=f"a service with environment: {environment}")

    def test_another_host_is_none(self, slips):
        for value in (
            "redis://cache:6379/0",
            "http://localhost.example/",
            "http://db/?next=localhost",
            "postgresql://localhost:not-a-password@db/shop",
            "localhost",
        ):
            for environment in ({"ADDRESS": value}, [f"ADDRESS={value}", "DEBUG=on"]):
                got = found(slips, {"app": {"environment": environment}})
                expect(got, [], tried=f"a service with environment: {environment}")

    def test_a_service_that_is_not_there_is_found(self, slips):
        for waits in (
            {"cache": STARTED},
            {"cache": HEALTHY},
            ["cache"],
            ["db", "cache"],
            {"db": STARTED, "cache": STARTED},
        ):
            got = found(slips, {"app": {"depends_on": waits}, "db": CHECK})
            expect(
                got, [("app", "no such service")], tried=f"app has depends_on: {waits}; there are app and db"
            )

    def test_a_missing_health_check_is_found(self, slips):
        for waits, wanted in (
            ({"db": HEALTHY}, [("app", "no health check")]),
            ({"db": STARTED}, []),
            (["db"], []),
            ({"db": {"condition": "service_completed_successfully"}}, []),
        ):
            got = found(slips, {"app": {"depends_on": waits}, "db": {"image": "postgres:18"}})
            expect(got, wanted, tried=f"app has depends_on: {waits}; db has no healthcheck")

    def test_an_open_port_is_found(self, slips):
        for ports in (["8080:8080"], ["8080"], ["0.0.0.0:8080:8080"], ["127.0.0.1:1:1", "80:8080"]):
            expect(
                found(slips, {"app": {"ports": ports}}), [("app", "open")], tried=f"app has ports: {ports}"
            )
        for ports in (["127.0.0.1:8080:8080"], ["10.0.0.7:80:8080", "127.0.0.1:1:1"], []):
            expect(found(slips, {"app": {"ports": ports}}), [], tried=f"app has ports: {ports}")

    def test_all_of_them_come_sorted_and_once(self, slips):
        services = {
            "worker": {
                "environment": ["A=http://localhost/", "B=http://localhost/"],
                "ports": ["1:1", "2:2"],
            },
            "app": {
                "depends_on": {"gone": STARTED, "lost": STARTED, "db": HEALTHY, "cache": HEALTHY},
                "ports": ["8000"],
            },
            "db": {},
            "cache": {},
        }
        wanted = [
            ("app", "no health check"),
            ("app", "no such service"),
            ("app", "open"),
            ("worker", "localhost"),
            ("worker", "open"),
        ]
        got = found(slips, services)
        require(isinstance(got, list), tried="what slips(…) returns", expected="a list", got=got)
        expect([tuple(each) for each in got], wanted, tried=f"slips({{'services': {services}}})")


# 8.1d ----------------------------------------------------------------------------------------


def file_of(waits, listed=False):
    """A compose file in which each service waits for these."""
    services = {}
    for name, others in waits.items():
        given = list(others) if listed else {other: dict(STARTED) for other in others}
        services[name] = {"image": name, **({"depends_on": given} if others else {})}
    return {"services": services}


POSTBOARD = {
    "db": [],
    "migrate": ["db"],
    "app-1": ["migrate"],
    "app-2": ["migrate"],
    "worker": ["migrate"],
    "proxy": ["app-1", "app-2"],
}


@exercise(
    "8.1d",
    hints=[
        "Which services wait for nobody? Which ones wait only for those?",
        "`graphlib.TopologicalSorter` of the standard library: prepare, get_ready, done.",
        "Each round: sorted(get_ready()) is a list; done(*list); until it is not active.",
    ],
)
class TestWaves:
    def test_postboard_starts_in_four_waves(self, waves):
        wanted = [["db"], ["migrate"], ["app-1", "app-2", "worker"], ["proxy"]]
        for listed, form in ((False, "mappings"), (True, "lists")):
            tried = f"the services of compose.yaml, with {form} as depends_on"
            expect(waves(file_of(POSTBOARD, listed)), wanted, tried=tried)

    def test_each_is_in_the_earliest_one(self, waves):
        cases = [
            ({"b": [], "a": []}, [["a", "b"]]),
            ({"c": ["a", "b"], "b": ["a"], "a": [], "d": ["a"]}, [["a"], ["b", "d"], ["c"]]),
            ({"e": ["a", "d"], "d": ["c"], "c": ["b"], "b": [], "a": []}, [["a", "b"], ["c"], ["d"], ["e"]]),
            ({"f": ["a"], "z": [], "m": ["z"], "a": []}, [["a", "z"], ["f", "m"]]),
        ]
        for waits, wanted in cases:
            for listed in (False, True):
                expect(waves(file_of(waits, listed)), wanted, tried=f"who waits for whom: {waits}")

    def test_a_circle_is_an_error(self, waves):
        for waits in (
            {"a": ["b"], "b": ["a"]},
            {"a": ["a"]},
            {"d": [], "c": ["b", "d"], "b": ["a"], "a": ["c"], "e": ["d"]},
        ):
            self.is_refused(waves, waits)

    def test_a_service_that_is_not_there_is_an_error(self, waves):
        for waits in ({"a": ["x"]}, {"a": [], "b": ["a", "x"], "c": ["b"]}):
            self.is_refused(waves, waits)

    def is_refused(self, waves, waits):
        for listed in (False, True):
            try:
                got = waves(file_of(waits, listed))
            except ValueError:
                continue
            require(False, tried=f"who waits for whom: {waits}", expected="a ValueError", got=got)


# 8.1e ----------------------------------------------------------------------------------------


def results_of(marks, every=1.0):
    """ "x.x" as results: a failure, a success, a failure, at 1, 2 and 3 seconds."""
    return [((number + 1) * every, mark == ".") for number, mark in enumerate(marks)]


@exercise(
    "8.1e",
    hints=[
        "What do you have to remember from one result to the next?",
        "Three things: the state, how many failures in a row counted, and whether a check has ever succeeded.",
        "for seconds, succeeded in results: a success sets all three; a failure counts, or does not.",
    ],
)
class TestHealth:
    def expect_state(self, health, results, retries, start_period, wanted, means=None):
        before = list(results)
        got = health(results, retries, start_period)
        tried = f"health({before}, {retries}, {start_period})"
        expect(got, wanted, tried=tried, means=means)
        expect(results, before, tried=f"the list of results after {tried}")

    def test_at_first_it_is_starting(self, health):
        self.expect_state(health, [], 3, 10, "starting")
        self.expect_state(health, [], 1, 0, "starting")

    def test_a_success_is_healthy(self, health):
        for marks in (".", "x.", "xx.", "xxxx.", "xxxxx.xx.", "xxx....", ".xxxx."):
            self.expect_state(health, results_of(marks), 3, 0, "healthy")
        self.expect_state(health, results_of("x."), 3, 10, "healthy")

    def test_failures_in_a_row_are_unhealthy(self, health):
        for marks, retries in (
            ("xxx", 3),
            ("xxxx", 3),
            (".xxx", 3),
            ("x", 1),
            ("..x", 1),
            ("xx.xxx", 3),
            ("xx", 2),
        ):
            self.expect_state(health, results_of(marks), retries, 0, "unhealthy")

    def test_fewer_failures_change_nothing(self, health):
        for marks, wanted in (
            ("x", "starting"),
            ("xx", "starting"),
            (".xx", "healthy"),
            ("xx.xx", "healthy"),
            (".xx.xx", "healthy"),
            ("xxx.xx", "healthy"),
        ):
            means = "A success begins the count anew." if "." in marks else None
            self.expect_state(health, results_of(marks), 3, 0, wanted, means)

    def test_a_failure_in_the_start_period_does_not_count(self, health):
        self.expect_state(health, results_of("xxxxx", 2.0), 3, 11, "starting")
        self.expect_state(health, results_of("xxxxxx", 2.0), 3, 9, "starting")  # 10 and 12 count
        self.expect_state(health, results_of("xxxxxxx", 2.0), 3, 9, "unhealthy")
        self.expect_state(health, [(10.0, False)], 1, 10, "unhealthy")
        self.expect_state(health, [(9.9, False)], 1, 10, "starting")

    def test_after_a_success_each_failure_counts(self, health):
        self.expect_state(health, results_of("xx.xxx"), 3, 60, "unhealthy")
        self.expect_state(health, results_of(".xxx"), 3, 60, "unhealthy")
        self.expect_state(health, results_of("xx.xx"), 3, 60, "healthy")
        means = "The failures before the success do not count, those after it do."
        self.expect_state(health, results_of("xxx.x.xx"), 3, 60, "healthy", means)
