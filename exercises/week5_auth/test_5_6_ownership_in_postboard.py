"""Checks of the exercises of lesson 5.6."""

from copy import deepcopy
from itertools import chain, combinations

import pytest
from sqlalchemy import event
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from course.checks import (
    ask,
    blocked,
    engine_for,
    exercise,
    expect,
    finished,
    in_thread,
    require,
    wait_until_blocked,
)

# 5.6a ----------------------------------------------------------------------------------------

WRITE, DELETE, MANAGE = "posts:write", "posts:delete", "users:manage"
ROLES = {"member": WRITE, "moderator": f"{DELETE} {WRITE}", "admin": f"{DELETE} {WRITE} {MANAGE}"}


@exercise(
    "5.6a",
    hints=[
        "Three things limit what a token gets. Which of them can be all?",
        "`set(text.split())` makes a set of a text, and `&` keeps what is in both.",
        "ValueError for each unknown one in asked; granted = PERMISSIONS[role]; for login and asked: if there is a "
        "text, granted & its set; ' '.join(sorted(granted))",
    ],
)
class TestScopes:
    @pytest.fixture(autouse=True)
    def roles_as_given(self, PERMISSIONS):
        """An answer that changes the roles is told so once, and neither its other calls nor the next try suffer."""
        PERMISSIONS.clear()
        PERMISSIONS.update({role: set(held.split()) for role, held in ROLES.items()})

    def test_without_a_wish_it_is_all_of_the_role(self, scopes_now):
        for role, wanted in ROLES.items():
            for login, asked in [(None, None), (None, ""), ("", None), ("", "")]:
                self.gives(wanted, scopes_now, role, login, asked)

    def test_a_login_that_asked_for_less_gets_less(self, scopes_now):
        self.gives(WRITE, scopes_now, "admin", WRITE, None)
        self.gives(f"{DELETE} {MANAGE}", scopes_now, "admin", f"{MANAGE} {DELETE}", "")

    def test_a_refresh_gets_no_more_than_the_login(self, scopes_now):
        self.gives("", scopes_now, "admin", WRITE, DELETE)
        self.gives(WRITE, scopes_now, "admin", WRITE, f"{WRITE} {DELETE} {MANAGE}")
        self.gives(DELETE, scopes_now, "moderator", f"{WRITE} {DELETE}", f"{DELETE} {MANAGE}")

    def test_a_refresh_may_ask_for_less(self, scopes_now):
        self.gives(DELETE, scopes_now, "admin", None, DELETE)
        self.gives(DELETE, scopes_now, "admin", f"{DELETE} {WRITE}", DELETE)

    def test_a_role_that_was_lost_counts_at_once(self, scopes_now):
        everything = f"{WRITE} {DELETE} {MANAGE}"
        self.gives(WRITE, scopes_now, "member", everything, None)
        self.gives(WRITE, scopes_now, "member", everything, everything)
        self.gives("", scopes_now, "member", None, DELETE)

    def test_a_role_that_was_won_counts_if_the_login_asked(self, scopes_now):
        self.gives(f"{DELETE} {WRITE}", scopes_now, "moderator", f"{WRITE} {DELETE}", None)
        self.gives(WRITE, scopes_now, "moderator", WRITE, None)

    def test_an_unknown_scope_is_refused_in_a_refresh(self, scopes_now):
        for asked in ["root", f"{WRITE} root", "posts", WRITE.upper()]:
            try:
                got = f"returned {scopes_now('admin', None, asked)!r}"
            except ValueError as error:
                got = f"ValueError: {error}"
            require(
                got.startswith("ValueError") and asked.removeprefix(f"{WRITE} ") in got,
                tried=f"scopes_now('admin', None, {asked!r})",
                expected="a ValueError with the scope in its text",
                got=got,
            )

    def test_an_unknown_scope_of_the_login_is_ignored(self, scopes_now):
        self.gives(WRITE, scopes_now, "admin", f"posts:pin {WRITE}", None)
        for login in ["posts:pin", f"{WRITE}s", WRITE.upper()]:
            self.gives("", scopes_now, "admin", login, None)

    def test_each_scope_stands_once_and_in_order(self, scopes_now):
        self.gives(f"{DELETE} {WRITE}", scopes_now, "admin", f"{WRITE} {WRITE} {DELETE}", None)
        self.gives(
            f"{DELETE} {WRITE}",
            scopes_now,
            "admin",
            f"{WRITE} {WRITE} {DELETE}",
            f"{WRITE}  {DELETE} {WRITE}",
        )

    def test_the_roles_stay_as_they_are(self, scopes_now, PERMISSIONS):
        before = {role: set(held) for role, held in PERMISSIONS.items()}
        for role in before:
            scopes_now(role, WRITE, WRITE)
        expect(PERMISSIONS, before, tried="three calls; then PERMISSIONS")

    def gives(self, wanted, scopes_now, role, login, asked):
        expect(scopes_now(role, login, asked), wanted, tried=f"scopes_now({role!r}, {login!r}, {asked!r})")


# 5.6b ----------------------------------------------------------------------------------------

USERS = [
    ("ada", "admin", True),
    ("bob", "admin", True),
    ("cleo", "member", True),
    ("dan", "admin", False),
    ("mo", "moderator", True),
    ("O'Neil", "member", True),
]
ACTIVE = sorted(name for name, _, active in USERS if active)


def without(name):
    return [each for each in ACTIVE if each != name]


def fill(url, rows=USERS):
    ask(url, "CREATE TABLE users (name text PRIMARY KEY, role text NOT NULL, active bool NOT NULL)")
    for row in rows:
        ask(url, "INSERT INTO users VALUES (%s, %s, %s)", row)


def active(url):
    return sorted(name for (name,) in ask(url, "SELECT name FROM users WHERE active"))


class Together:
    """Before one of the statements of an engine, or before its COMMIT, another call begins."""

    def __init__(self, engine, at, begin):
        self.at, self.begin, self.sent = at, begin, 0
        self.other = self.seen = None
        event.listen(engine, "before_cursor_execute", self.before_statement)
        event.listen(engine, "commit", self.before_commit)

    def before_statement(self, link, cursor, statement, values, context, many):
        self.sent += 1
        self.now(self.sent)

    def before_commit(self, link):
        self.now("COMMIT")

    def now(self, at):
        if at == self.at and self.other is None:
            self.other, self.seen = self.begin()


@exercise(
    "5.6b",
    hints=[
        "What may another session do between the line that counts and the line that writes?",
        "Which rows must not change while you count? A lock on the user alone leaves the other admins free.",
        "select(User.name) of active admins, in one order, with_for_update(); LastAdmin if they are [name]; then the "
        "user, as in the table now",
    ],
)
class TestLastAdmin:
    def test_a_user_is_disabled(self, disable, database_url):
        fill(database_url)
        for name in ["cleo", "mo", "O'Neil"]:
            self.says("nothing", disable, database_url, name)
        wanted = sorted((name, role, name in {"ada", "bob"}) for name, role, _ in USERS)
        got = sorted(ask(database_url, "SELECT name, role, active FROM users"))
        expect(got, wanted, tried="disable cleo, mo and O'Neil; then the table")

    def test_an_admin_is_disabled_while_there_is_another(self, disable, database_url):
        fill(database_url)
        self.says("nothing", disable, database_url, "ada")
        expect(active(database_url), without("ada"), tried="disable(session, 'ada'); who is active")

    def test_the_last_admin_stays(self, disable, database_url):
        fill(database_url)
        self.says("nothing", disable, database_url, "ada")
        self.says("LastAdmin", disable, database_url, "bob")
        expect(active(database_url), without("ada"), tried="disable ada, then bob; who is active")

    def test_a_refusal_leaves_nothing_behind(self, disable, database_url):
        fill(database_url, [("ada", "admin", True)])
        with engine_for(database_url) as engine, Session(engine) as session:
            self.outcome(disable, session, "ada")
            session.commit()
        tried = "disable(session, 'ada'), who is the last admin; then the caller commits. Who is active"
        means = "The change waits in the session until somebody commits."
        expect(active(database_url), ["ada"], tried=tried, means=means)

    def test_a_disabled_admin_does_not_count(self, disable, database_url):
        fill(database_url, [("ada", "admin", True), ("dan", "admin", False), ("eve", "admin", False)])
        self.says("LastAdmin", disable, database_url, "ada")
        expect(active(database_url), ["ada"], tried="disable(session, 'ada'), beside two disabled admins")

    def test_who_is_disabled_already_stays_so(self, disable, database_url):
        fill(database_url)
        for name in ["dan", "ada", "ada", "dan"]:
            self.says("nothing", disable, database_url, name)
        expect(active(database_url), without("ada"), tried="dan and ada, twice each; who is active")
        ask(database_url, "UPDATE users SET active = false")
        self.says("nothing", disable, database_url, "dan", " when nobody is active")

    def test_nobody_of_this_name_is_not_found(self, disable, database_url):
        fill(database_url)
        for name in ["zoe", "Cleo", "cle_", "%"]:
            self.says("NotFound", disable, database_url, name)
        expect(active(database_url), ACTIVE, tried="disable zoe, Cleo, cle_, and %; who is active")

    def test_two_calls_at_once_leave_an_admin(self, disable, database_url):
        fill(database_url)
        for at in [1, 2, 3, 4, 5, "COMMIT"]:
            ask(database_url, "UPDATE users SET active = name <> 'dan'")
            with engine_for(database_url) as engine:
                together = Together(engine, at, lambda: self.beside(disable, database_url, "bob"))
                with Session(engine) as session:
                    got = self.outcome_or_error(disable, session, "ada")
                if together.other is None:  # it sends fewer statements
                    continue
                when = at if at == "COMMIT" else f"statement {at}"
                tried = f"disable ada; before its {when}, another session calls disable for bob"
                require(
                    together.seen,
                    tried=tried,
                    expected="bob's call ends, or waits for a lock of the database",
                    got="it waits for something else",
                    means="Another process does not see what this one keeps in its memory.",
                )
                require(
                    finished(together.other), tried=tried, expected="two ends", got="bob's call still waits"
                )
            outcomes = [got, together.other.result()]
            left = {"ada", "bob"} & set(active(database_url))
            means = None if left else "Neither call saw what the other one was doing."
            if "DeadlockDetected" in outcomes:
                means = "Each call held a row that the other one waited for."
            expect(len(left), 1, tried=f"{tried}. How many admins are active", means=means)
            expect(sorted(outcomes), ["LastAdmin", "nothing"], tried=f"{tried}: what is raised", means=means)

    def test_what_the_session_read_before_does_not_count(self, disable, database_url, User):
        fill(database_url)
        with engine_for(database_url) as engine, Session(engine) as session:
            held = session.get(User, "ada"), session.get(User, "bob")
            ask(database_url, "UPDATE users SET active = false WHERE name = 'bob'")
            got = self.outcome(disable, session, "ada")
            del held
        tried = "the session has read ada and bob; another one disables bob; then ada is disabled"
        expect(got, "LastAdmin", tried=tried)
        with engine_for(database_url) as engine, Session(engine) as session:
            held = session.get(User, "bob")
            ask(database_url, "UPDATE users SET active = true WHERE name = 'bob'")
            self.outcome(disable, session, "bob")
            del held
        tried = "the session has read bob as disabled; another one lets him in; then he is disabled. Who is active"
        expect(active(database_url), without("bob"), tried=tried)

    def beside(self, disable, url, name):
        """The call, in a thread, as soon as it is done or waits for a lock; and whether it came that far."""
        call = in_thread(self.call, disable, url, name)
        wait_until_blocked(url, call)
        return call, bool(call.done() or blocked(url))

    def call(self, disable, url, name):
        with engine_for(url) as engine, Session(engine) as session:
            return self.outcome_or_error(disable, session, name)

    def outcome_or_error(self, disable, session, name):
        """The outcome, or the name of the database's error where two calls are in each other's way."""
        try:
            return self.outcome(disable, session, name)
        except OperationalError as error:
            return type(error.orig).__name__

    def outcome(self, disable, session, name):
        try:
            disable(session, name)
        except Exception as error:
            if type(error).__name__ in ("NotFound", "LastAdmin"):
                return type(error).__name__
            raise
        return "nothing"

    def says(self, wanted, disable, url, name, when=""):
        tried = f"disable(session, {name!r}){when}: what is raised"
        expect(self.call(disable, url, name), wanted, tried=tried)


# 5.6c ----------------------------------------------------------------------------------------


@exercise(
    "5.6c",
    hints=[
        "Which status tells that a caller came past the guard, although something else was wrong?",
        "First the endpoints that only one of the two knows. Then each caller of each endpoint, with one if after "
        "another.",
        "status >= 500: broken; not allowed and not in (401, 403, 404): let through; allowed and in (401, 403): "
        "refused; sorted()",
    ],
)
class TestFindings:
    def test_a_matrix_as_it_should_be_gives_nothing(self, findings):
        measured = {
            "GET /a": {"guest": 200, "owner": 200},
            "PUT /a": {"guest": 401, "owner": 204, "stranger": 403},
        }
        self.gives([], findings, measured, {"GET /a": {"guest", "owner"}, "PUT /a": {"owner"}})
        self.gives([], findings, {}, {})

    def test_an_endpoint_without_a_rule_is_said_once(self, findings):
        measured = {"GET /x": {"guest": 200, "owner": 500}, "GET /a": {"guest": 200}}
        self.gives(["GET /x: no rule"], findings, measured, {"GET /a": {"guest"}})

    def test_a_rule_without_a_measurement_is_said(self, findings):
        may = {"GET /a": {"guest"}, "GET /b": set()}
        self.gives(["GET /b: never called"], findings, {"GET /a": {"guest": 200}}, may)

    def test_who_may_not_and_comes_through_is_said(self, findings):
        for status in [200, 201, 204, 304, 409, 412, 422, 429, 400]:
            self.gives(
                ["PUT /a as guest: let through"],
                findings,
                {"PUT /a": {"guest": status}},
                {"PUT /a": {"owner"}},
            )
        for status in [401, 403, 404]:
            self.gives([], findings, {"PUT /a": {"guest": status}}, {"PUT /a": {"owner"}})
        wanted = ["PUT /a as admin: let through", "PUT /a as own: let through"]
        self.gives(wanted, findings, {"PUT /a": {"admin": 200, "own": 200}}, {"PUT /a": {"owner"}})

    def test_who_may_and_is_refused_is_said(self, findings):
        for status in [401, 403]:
            for who in ["owner", "guest"]:
                wanted = [f"PUT /a as {who}: refused"]
                self.gives(wanted, findings, {"PUT /a": {who: status}}, {"PUT /a": {"owner", "guest"}})

    def test_other_statuses_are_no_finding_for_who_may(self, findings):
        for status in [200, 204, 304, 404, 409, 412, 422, 429]:
            self.gives([], findings, {"PUT /a": {"owner": status}}, {"PUT /a": {"owner"}})

    def test_what_is_broken_is_said_whoever_calls(self, findings):
        for status in [500, 503]:
            measured = {"GET /a": {"guest": status, "owner": status}}
            wanted = ["GET /a as guest: broken", "GET /a as owner: broken"]
            self.gives(wanted, findings, measured, {"GET /a": {"owner"}})
        self.gives([], findings, {"GET /a": {"owner": 499}}, {"GET /a": {"owner"}})

    def test_the_list_is_sorted(self, findings):
        measured = {"PUT /b": {"owner": 403, "guest": 200}, "GET /x": {}, "GET /a": {"b": 200, "a": 200}}
        may = {"PUT /b": {"owner"}, "GET /z": set(), "GET /a": set(), "DELETE /c": set()}
        wanted = [
            "DELETE /c: never called",
            "GET /a as a: let through",
            "GET /a as b: let through",
            "GET /x: no rule",
            "GET /z: never called",
            "PUT /b as guest: let through",
            "PUT /b as owner: refused",
        ]
        self.gives(wanted, findings, measured, may)

    def test_measured_and_may_stay(self, findings):
        measured, may = (
            {"GET /x": {"guest": 200}, "PUT /a": {"guest": 200}},
            {"PUT /a": {"owner"}, "GET /z": set()},
        )
        before = deepcopy((measured, may))
        findings(measured, may)
        expect((measured, may), before, tried="measured and may after the call")

    def gives(self, wanted, findings, measured, may):
        expect(findings(measured, may), wanted, tried=f"findings({measured}, {may})")


# 5.6d ----------------------------------------------------------------------------------------

FIELDS = ["bio", "email", "role", "active"]


def subsets(names):
    return chain.from_iterable(combinations(names, size) for size in range(len(names) + 1))


@exercise(
    "5.6d",
    hints=[
        "Which two questions decide: who is calling, and whose row is it?",
        "There are three kinds of caller for a row. Each has a set of fields; what is not in it is refused.",
        "allowed = {'bio', 'email'} for themselves, else {'role', 'active'} for an admin, else nothing; "
        "sorted(changes.keys() - allowed)",
    ],
)
class TestFields:
    def test_users_set_their_bio_and_email(self, refused_fields, Caller):
        for role in ["member", "moderator", "admin"]:
            for sent in subsets(["bio", "email"]):
                self.gives([], refused_fields, Caller("ana", role), "ana", sent)

    def test_nobody_sets_their_own_role(self, refused_fields, Caller):
        for role in ["member", "moderator", "admin"]:
            self.gives(["role"], refused_fields, Caller("ana", role), "ana", ["role"])
            self.gives(["active"], refused_fields, Caller("ana", role), "ana", ["active", "bio"])

    def test_admins_set_role_and_active_of_others(self, refused_fields, Caller):
        for sent in subsets(["role", "active"]):
            self.gives([], refused_fields, Caller("adam", "admin"), "ana", sent)

    def test_admins_leave_bio_and_email_of_others(self, refused_fields, Caller):
        self.gives(["bio", "email"], refused_fields, Caller("adam", "admin"), "ana", FIELDS)

    def test_others_set_nothing(self, refused_fields, Caller):
        for caller in [Caller("ben", "member"), Caller("ben", "moderator"), Caller("admin", "member")]:
            for sent in subsets(FIELDS):
                self.gives(sorted(sent), refused_fields, caller, "ana", sent)
        self.gives(FIELDS[:2], refused_fields, Caller("Ana", "member"), "ana", ["bio", "email"])

    def test_a_field_that_no_line_names_is_refused(self, refused_fields, Caller):
        for caller in [Caller("ana", "member"), Caller("adam", "admin"), Caller("ana", "admin")]:
            self.gives(["id", "name"], refused_fields, caller, "ana", ["name", "id"])
        self.gives(["Role", "rol"], refused_fields, Caller("adam", "admin"), "ana", ["Role", "role", "rol"])

    def test_values_do_not_matter(self, refused_fields, Caller):
        for value in [None, "member", "admin", "", False, True, ["member"]]:
            for role in ["member", "admin"]:
                sent = dict.fromkeys(["role", "bio", "active"], value)
                got = refused_fields(Caller("ana", role), "ana", sent)
                tried = f"ana ({role}) sends for herself: role, bio and active are {value!r}"
                expect(got, ["active", "role"], tried=tried)

    def test_what_was_sent_stays(self, refused_fields, Caller):
        sent = {"role": "admin", "bio": "Hi", "id": 7}
        refused_fields(Caller("ana", "member"), "ana", sent)
        expect(sent, {"role": "admin", "bio": "Hi", "id": 7}, tried="the dictionary after the call")

    def gives(self, wanted, refused_fields, caller, name, sent):
        got = refused_fields(caller, name, dict.fromkeys(sent, "Ice"))
        whose = "themselves" if caller.name == name else name
        expect(
            got,
            wanted,
            tried=f"{caller.name} ({caller.role}) sends for {whose}: {', '.join(sent) or 'nothing'}",
        )
