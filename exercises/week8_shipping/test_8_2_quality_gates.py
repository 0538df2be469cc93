"""Checks of the exercises of lesson 8.2."""

from copy import deepcopy

from pathspec import GitIgnoreSpec

from course import run_workflow, terminal
from course.checks import exercise, expect, require

# 8.2a ----------------------------------------------------------------------------------------

COMMITTED = (
    *("app/main.py", "app/environment.py", ".env.example", "deploy/.env.example"),
    *("backups/README.md", "docs/dump.md"),
)
IGNORED = {
    "settings": (
        ".env",
        ".env.local",
        "deploy/.env.production",
        ".env.staging",
        "deploy/.env",
        "deploy/eu/.env.old",
    ),
    "dumps": ("ana.dump", "backups/monday.dump", "backups/2026/may.dump", "sunday.dump"),
    "tools": (
        *(
            "app/__pycache__/main.cpython-314.pyc",
            "tests/__pycache__/x.pyc",
            "__pycache__/start.cpython-311.pyc",
        ),
        *(".venv/bin/python", ".venv/lib/python3.14/site-packages/fastapi/__init__.py"),
    ),
}


@exercise(
    "8.2a",
    hints=[
        "Which names does the line .env cover, and which not?",
        "* stands for any characters of one name. A line that begins with ! lets a file back in.",
        "five lines: one for settings, one for their example, one for dumps, two for what tools write",
    ],
)
class TestGitignore:
    def test_settings_are_ignored(self, GITIGNORE):
        self.all_are(GITIGNORE, IGNORED["settings"], "ignored")

    def test_dumps_are_ignored(self, GITIGNORE):
        self.all_are(GITIGNORE, IGNORED["dumps"], "ignored")

    def test_what_tools_write_is_ignored(self, GITIGNORE):
        self.all_are(GITIGNORE, IGNORED["tools"], "ignored")

    def test_the_rest_is_committed(self, GITIGNORE):
        self.all_are(GITIGNORE, COMMITTED, "committed")

    def all_are(self, text, paths, wanted):
        require(isinstance(text, str), tried="GITIGNORE", expected="a text", got=text)
        spec = GitIgnoreSpec.from_lines(text.splitlines())
        for path in paths:
            folders = [f"{path[:at]}/" for at, sign in enumerate(path) if sign == "/"]
            # What is in an ignored folder is not let back in: pathspec alone would.
            ignored = any(map(spec.match_file, [*folders, path]))
            got = "ignored" if ignored else "committed"
            expect(got, wanted, tried=f"git add . with this .gitignore: {path}")


# 8.2b ----------------------------------------------------------------------------------------


@exercise(
    "8.2b",
    hints=[
        "What does each gate look at: the text of one file, types, a database, behavior, or the lock?",
        "A call without await is of the type Coroutine. What does alembic check compare?",
        "ruff once, mypy twice, migrations twice, tests, audit and none once each",
    ],
)
class TestGates:
    def test_what_the_text_and_the_types_say(self, GATES):
        self.are(
            GATES,
            {
                "a function that returns an int is called, and the result is used as a str": "mypy",
                "an import that nothing uses": "ruff",
                "the await before session.commit() is missing": "mypy",
            },
        )

    def test_what_the_database_says(self, GATES):
        self.are(
            GATES,
            {
                "a new column in the class, and no revision that adds it": "migrations",
                "a revision whose downgrade() drops a table that does not exist": "migrations",
            },
        )

    def test_what_only_a_test_or_others_know(self, GATES):
        self.are(
            GATES,
            {
                "GET /posts returns the oldest posts first, and should return the newest": "tests",
                "a version in the lock for which a hole was published yesterday": "audit",
            },
        )

    def test_what_no_gate_sees(self, GATES):
        self.are(GATES, {"a password of the production database, sent to a colleague in a chat": "none"})

    def are(self, gates, wanted):
        for mistake, gate in wanted.items():
            expect(gates.get(mistake), gate, tried=f"GATES[{mistake!r}]")


# 8.2c ----------------------------------------------------------------------------------------


@exercise(
    "8.2c",
    hints=[
        "Which of the three reasons needs the lines of `run` one by one?",
        'YAML makes continue-on-error: true a Python True, and if: "false" a text.',
        "a loop over the steps that skips those without run, one condition with two `or`, and get() for the rest",
    ],
)
class TestToothless:
    def test_continue_on_error_counts_when_it_is_true(self, toothless):
        self.gives(toothless, [{"name": "types", "run": "mypy", "continue-on-error": True}], ["types"])
        self.gives(toothless, [{"name": "types", "run": "mypy", "continue-on-error": False}], [])
        told = "${{ matrix.python == '3.15' }}"
        self.gives(toothless, [{"name": "types", "run": "mypy", "continue-on-error": told}], [])

    def test_a_line_that_ends_with_or_true_counts(self, toothless):
        for run in ["pytest || true", "pytest -q || true  \n", "ruff check\n  mypy || true\npytest\n"]:
            self.gives(toothless, [{"name": "gate", "run": run}], ["gate"])
        for run in ["echo '|| true' > notes", "pytest || true_or_not", "pytest", "pytest || exit 1"]:
            self.gives(toothless, [{"name": "gate", "run": run}], [])

    def test_a_condition_that_is_false_counts(self, toothless):
        for said in ["false", False]:
            self.gives(toothless, [{"name": "tests", "run": "pytest", "if": said}], ["tests"])
        for said in ["always()", True, "github.ref == 'refs/heads/main'", "inputs.skip == 'false'"]:
            self.gives(toothless, [{"name": "tests", "run": "pytest", "if": said}], [])

    def test_a_step_without_run_is_never_named(self, toothless):
        steps = [
            {"uses": "actions/checkout@v5", "continue-on-error": True},
            {"name": "python", "uses": "actions/setup-python@v6", "if": "false"},
        ]
        self.gives(toothless, steps, [])

    def test_a_step_without_a_name_is_named_by_its_run(self, toothless):
        self.gives(
            toothless,
            [{"run": "pytest || true"}, {"run": "mypy\n", "if": False}],
            ["pytest || true", "mypy\n"],
        )

    def test_the_order_is_that_of_the_steps_and_each_is_named_once(self, toothless):
        steps = [
            {"name": "tests", "run": "pytest || true", "continue-on-error": True, "if": "false"},
            {"name": "style", "run": "ruff check"},
            {"name": "audit", "run": "pip-audit || true\nmypy || true"},
            {"uses": "actions/checkout@v5"},
            {"name": "also", "run": "mypy", "if": False},
            {"name": "last", "run": "mypy", "continue-on-error": True},
        ]
        self.gives(toothless, steps, ["tests", "audit", "also", "last"])

    def test_the_steps_are_not_changed(self, toothless):
        steps = [
            {"run": " mypy || true "},
            {"name": "x", "run": "x", "continue-on-error": True},
            {"uses": "y"},
        ]
        before = deepcopy(steps)
        toothless(steps)
        expect(steps, before, tried=f"toothless({before}); the list afterwards")

    def gives(self, toothless, steps, wanted):
        expect(toothless(deepcopy(steps)), wanted, tried=f"toothless({steps})")


# 8.2d ----------------------------------------------------------------------------------------

PRICES = "def with_tax(net: int) -> int:\n    return net + net * 20 // 100\n"
TESTS = "from shop.prices import with_tax\n\n\ndef test_tax() -> None:\n    assert with_tax(100) == 120\n"
RIGHT = {
    "shop/__init__.py": "",
    "shop/prices.py": PRICES,
    "tests/test_prices.py": TESTS,
    "src/README.md": "The code is in shop/ now.\n",
    "pyproject.toml": '[tool.pytest.ini_options]\npythonpath = ["."]\n',
}


@exercise(
    "8.2d",
    hints=[
        "What does each step print, and with which status does it end? Plant a mistake and look.",
        "There is more than one reason in the second step: a condition, and the status of a line.",
        "style looks at the code where it is; tests has no condition, and its last line is pytest alone",
    ],
    limit_seconds=120,
)
class TestWorkflow:
    def test_both_steps_keep_their_names(self, WORKFLOW):
        steps = [step.name for step in self.run(WORKFLOW, {}).steps]
        expect(steps, ["style", "tests"], tried="the names of the steps")

    def test_code_without_a_mistake_is_green(self, WORKFLOW):
        self.says(WORKFLOW, {}, "green", "nothing is wrong")
        loose = PRICES.replace("net + net", "net+net")
        self.says(WORKFLOW, {"shop/prices.py": loose}, "green", "only a formatter would change something")

    def test_an_unused_import_is_red(self, WORKFLOW):
        self.says(
            WORKFLOW,
            {"shop/prices.py": "import os\n\n\n" + PRICES},
            "red",
            "shop/prices.py has an unused import",
        )

    def test_a_failing_test_is_red(self, WORKFLOW):
        self.says(
            WORKFLOW,
            {"shop/prices.py": PRICES.replace("20", "21")},
            "red",
            "the tax is wrong, and a test says so",
        )

    def test_no_test_at_all_is_red(self, WORKFLOW):
        self.says(
            WORKFLOW, {"tests/test_prices.py": '"""To do."""\n'}, "red", "tests/test_prices.py has no test"
        )

    def says(self, workflow, changes, wanted, about):
        run = self.run(workflow, changes)
        said = "; ".join(f"{step.name}: {step.outcome}" for step in run.steps)
        got = "green" if run.green else "red"
        expect(got, wanted, tried=f"a push to main where {about}", means=f"The steps: {said}.")

    def run(self, workflow, changes):
        require(isinstance(workflow, str), tried="WORKFLOW", expected="a text", got=workflow)
        place = terminal(app=False)
        for path, text in {**RIGHT, **changes, "ci.yml": workflow}.items():
            place.write(path, text)
        try:
            return run_workflow(place, "ci.yml")
        except Exception as problem:
            require(False, tried='run_workflow(…, "ci.yml")', expected="a workflow", got=str(problem))


# 8.2e ----------------------------------------------------------------------------------------


@exercise(
    "8.2e",
    hints=[
        "Which commits can somebody with a clone read?",
        "Take a line apart at its first =. What must the part before it look like, and what the part after it?",
        "three loops: commits, files, lines; dict.setdefault keeps the first path",
    ],
)
class TestLeaked:
    def test_a_secret_that_was_removed_still_leaks(self, leaked):
        commits = [{"app.py": "x = 1"}, {"app.py": "x = 1", ".env": "TOKEN_SECRET=abc"}, {"app.py": "x = 1"}]
        self.gives(leaked, commits, {"abc": ".env"})
        self.gives(
            leaked, [{".env": "PASSWORD=one"}, {".env": "PASSWORD=two"}], {"one": ".env", "two": ".env"}
        )
        self.gives(leaked, [], {})

    def test_names_that_end_so_and_are_followed_by_a_value_leak(self, leaked):
        for name in ["TOKEN_SECRET", "PASSWORD", "DB_PASSWORD", "TOKEN", "S3_TOKEN", "SECRET", "MYTOKEN"]:
            self.gives(leaked, [{"a.txt": f"{name}=v4lue"}], {"v4lue": "a.txt"})
        self.gives(leaked, [{"a.txt": "SECRET=a=b=="}], {"a=b==": "a.txt"})

    def test_other_lines_do_not_leak(self, leaked):
        lines = ["TOKEN_MINUTES=15", "token=abc", "SECRETS=abc", "# SECRET=abc", "SECRET", "SECRET: abc"]
        lines += [
            "SECRET =abc",
            "SECRET=",
            "SECRET=  ",
            "export TOKEN=abc",
            "my_TOKEN=abc",
            "DEBUG=SECRET=x",
            "",
        ]
        for line in lines:
            self.gives(leaked, [{"a.txt": line}], {})
        self.gives(leaked, [{"a.txt": "\n".join(lines)}], {})

    def test_white_space_at_the_ends_does_not_count(self, leaked):
        self.gives(leaked, [{"a.txt": "  TOKEN= abc \n\tSECRET=de f\t\n"}], {"abc": "a.txt", "de f": "a.txt"})

    def test_the_first_path_and_the_order_are_kept(self, leaked):
        commits = [
            {"z.txt": "TOKEN=second\nTOKEN=first", "a.txt": "SECRET=third\nSECRET=first"},
            {"a.txt": "SECRET=second\nPASSWORD=fourth", "z.txt": "TOKEN=fourth"},
        ]
        wanted = {"second": "z.txt", "first": "z.txt", "third": "a.txt", "fourth": "a.txt"}
        self.gives(leaked, commits, wanted)
        expect(list(leaked(deepcopy(commits))), list(wanted), tried=f"list(leaked({commits}))")

    def test_the_example_is_not_looked_at(self, leaked):
        example = {".env.example": "SECRET=x", "deploy/.env.example": "SECRET=y"}
        self.gives(leaked, [example], {})
        others = {".env.example.txt": "SECRET=a", "my.env.example": "SECRET=b", ".env.example/c": "SECRET=c"}
        wanted = {"a": ".env.example.txt", "b": "my.env.example", "c": ".env.example/c"}
        self.gives(leaked, [{**example, **others}], wanted)

    def gives(self, leaked, commits, wanted):
        expect(leaked(deepcopy(commits)), wanted, tried=f"leaked({commits})")
