# %% 8.2a accept: folders by pattern, settings one by one
GITIGNORE = """
# settings
.env
.env.*
!**/.env.example

*.dump
**/__pycache__/**
/.venv
"""


# %% 8.2a accept: bytecode by its ending
GITIGNORE = "\n".join([".env*", "!.env.example", "*.dump", "*.py[co]", ".venv"])


# %% 8.2a reject: only the file .env -> Settings are ignored
GITIGNORE = """
.env
*.dump
__pycache__/
.venv/
"""


# %% 8.2a reject: the example is not let back in -> The rest is committed
GITIGNORE = """
.env*
*.dump
__pycache__/
.venv/
"""


# %% 8.2a reject: the exception comes first -> The rest is committed
GITIGNORE = """
!.env.example
.env*
*.dump
__pycache__/
.venv/
"""


# %% 8.2a reject: settings of the top folder only -> Settings are ignored
GITIGNORE = """
/.env*
!.env.example
*.dump
__pycache__/
.venv/
"""


# %% 8.2a reject: the folder instead of the dumps -> Dumps are ignored
GITIGNORE = """
.env*
!.env.example
backups/
ana.dump
__pycache__/
.venv/
"""


# %% 8.2a reject: whatever has dump in its name -> The rest is committed
GITIGNORE = """
.env*
!.env.example
*dump*
__pycache__/
.venv/
"""


# %% 8.2a reject: the bytecode of one folder -> What tools write is ignored
GITIGNORE = """
.env*
!.env.example
*.dump
app/__pycache__/
.venv/
"""


# %% 8.2b accept: as pairs
GATES = dict(
    [
        ("a function that returns an int is called, and the result is used as a str", "mypy"),
        ("an import that nothing uses", "ruff"),
        ("a new column in the class, and no revision that adds it", "migrations"),
        ("a revision whose downgrade() drops a table that does not exist", "migrations"),
        ("GET /posts returns the oldest posts first, and should return the newest", "tests"),
        ("a version in the lock for which a hole was published yesterday", "audit"),
        ("the await before session.commit() is missing", "mypy"),
        ("a password of the production database, sent to a colleague in a chat", "none"),
    ]
)


# %% 8.2b reject: ruff finds a missing await -> What the text and the types say
GATES = {
    "a function that returns an int is called, and the result is used as a str": "mypy",
    "an import that nothing uses": "ruff",
    "a new column in the class, and no revision that adds it": "migrations",
    "a revision whose downgrade() drops a table that does not exist": "migrations",
    "GET /posts returns the oldest posts first, and should return the newest": "tests",
    "a version in the lock for which a hole was published yesterday": "audit",
    "the await before session.commit() is missing": "ruff",
    "a password of the production database, sent to a colleague in a chat": "none",
}


# %% 8.2b reject: the tests look after the schema -> What the database says
GATES = {
    "a function that returns an int is called, and the result is used as a str": "mypy",
    "an import that nothing uses": "ruff",
    "a new column in the class, and no revision that adds it": "tests",
    "a revision whose downgrade() drops a table that does not exist": "migrations",
    "GET /posts returns the oldest posts first, and should return the newest": "tests",
    "a version in the lock for which a hole was published yesterday": "audit",
    "the await before session.commit() is missing": "mypy",
    "a password of the production database, sent to a colleague in a chat": "none",
}


# %% 8.2b reject: types know what is wanted -> What only a test or others know
GATES = {
    "a function that returns an int is called, and the result is used as a str": "mypy",
    "an import that nothing uses": "ruff",
    "a new column in the class, and no revision that adds it": "migrations",
    "a revision whose downgrade() drops a table that does not exist": "migrations",
    "GET /posts returns the oldest posts first, and should return the newest": "mypy",
    "a version in the lock for which a hole was published yesterday": "audit",
    "the await before session.commit() is missing": "mypy",
    "a password of the production database, sent to a colleague in a chat": "none",
}


# %% 8.2b reject: the audit reads the chat -> What no gate sees
GATES = {
    "a function that returns an int is called, and the result is used as a str": "mypy",
    "an import that nothing uses": "ruff",
    "a new column in the class, and no revision that adds it": "migrations",
    "a revision whose downgrade() drops a table that does not exist": "migrations",
    "GET /posts returns the oldest posts first, and should return the newest": "tests",
    "a version in the lock for which a hole was published yesterday": "audit",
    "the await before session.commit() is missing": "mypy",
    "a password of the production database, sent to a colleague in a chat": "audit",
}


# %% 8.2c accept: a helper and a comprehension
import re


def cannot_fail(step):
    if step.get("continue-on-error", False) is True:
        return True
    if step.get("if", True) in (False, "false"):
        return True
    return re.search(r"\|\| true[ \t]*$", step["run"], re.MULTILINE) is not None


def toothless(steps):
    return [step.get("name", step["run"]) for step in steps if "run" in step and cannot_fail(step)]


# %% 8.2c reject: only the last line -> A line that ends with or true counts
def toothless(steps):
    return [
        step.get("name", step["run"])
        for step in steps
        if "run" in step
        and (
            step.get("continue-on-error") is True
            or step["run"].strip().endswith("|| true")
            or step.get("if") in ("false", False)
        )
    ]


# %% 8.2c reject: || true anywhere -> A line that ends with or true counts
def toothless(steps):
    return [
        step.get("name", step["run"])
        for step in steps
        if "run" in step
        and (
            step.get("continue-on-error") is True
            or "|| true" in step["run"]
            or step.get("if") in ("false", False)
        )
    ]


# %% 8.2c reject: every condition counts -> A condition that is false counts
def toothless(steps):
    return [
        step.get("name", step["run"])
        for step in steps
        if "run" in step
        and (
            step.get("continue-on-error") is True
            or any(line.strip().endswith("|| true") for line in step["run"].splitlines())
            or "if" in step
        )
    ]


# %% 8.2c reject: the key is enough -> Continue on error counts when it is true
def toothless(steps):
    return [
        step.get("name", step["run"])
        for step in steps
        if "run" in step
        and (
            "continue-on-error" in step
            or any(line.strip().endswith("|| true") for line in step["run"].splitlines())
            or step.get("if") in ("false", False)
        )
    ]


# %% 8.2c reject: actions are named -> A step without run is never named
def toothless(steps):
    return [
        step.get("name", step.get("run"))
        for step in steps
        if step.get("continue-on-error") is True
        or any(line.strip().endswith("|| true") for line in step.get("run", "").splitlines())
        or step.get("if") in ("false", False)
    ]


# %% 8.2c reject: it puts the names into the steps -> The steps are not changed
def toothless(steps):
    found = []
    for step in steps:
        if "run" not in step:
            continue
        step.setdefault("name", step["run"])
        if (
            step.get("continue-on-error") is True
            or any(line.strip().endswith("|| true") for line in step["run"].splitlines())
            or step.get("if") in ("false", False)
        ):
            found.append(step["name"])
    return found


# %% 8.2d accept: the folders by name, for the branch that there is
WORKFLOW = """
jobs:
  gates:
    steps:
      - name: style
        run: ruff check shop tests
      - name: tests
        if: github.ref == 'refs/heads/main'
        run: pytest
"""


# %% 8.2d reject: the path is still wrong -> An unused import is red
WORKFLOW = """
jobs:
  gates:
    steps:
      - name: style
        run: ruff check src
      - name: tests
        run: pytest -q tests
"""


# %% 8.2d reject: the branch is still wrong -> A failing test is red
WORKFLOW = """
jobs:
  gates:
    steps:
      - name: style
        run: ruff check shop
      - name: tests
        if: github.ref == 'refs/heads/master'
        run: pytest -q tests
"""


# %% 8.2d reject: echo still forgives -> A failing test is red
WORKFLOW = """
jobs:
  gates:
    steps:
      - name: style
        run: ruff check shop
      - name: tests
        run: pytest -q tests || echo "no tests yet"
"""


# %% 8.2d reject: no tests is no error -> No test at all is red
WORKFLOW = """
jobs:
  gates:
    steps:
      - name: style
        run: ruff check shop
      - name: tests
        run: pytest -q tests || test $? -eq 5
"""


# %% 8.2d reject: one step for both -> Both steps keep their names
WORKFLOW = """
jobs:
  gates:
    steps:
      - name: gates
        run: |
          ruff check shop
          pytest -q tests
"""


# %% 8.2d reject: always red -> Code without a mistake is green
WORKFLOW = """
jobs:
  gates:
    steps:
      - name: style
        run: ruff check shop
      - name: tests
        run: pytest -q test
"""


# %% 8.2e accept: without a pattern
import string

SIGNS = set(string.ascii_uppercase + string.digits + "_")


def leaked(commits):
    found = {}
    for files in commits:
        for path, text in files.items():
            if path.split("/")[-1] != ".env.example":
                for line in text.split("\n"):
                    name, sign, value = line.strip().partition("=")
                    is_secret = name.endswith(("SECRET", "PASSWORD", "TOKEN")) and set(name) <= SIGNS
                    value = value.strip()
                    if sign and is_secret and value and value not in found:
                        found[value] = path
    return found


# %% 8.2e reject: only the last commit -> A secret that was removed still leaks
import re


def leaked(commits):
    found = {}
    for files in commits[-1:]:
        for path, text in files.items():
            if path.rpartition("/")[2] == ".env.example":
                continue
            for line in text.splitlines():
                match = re.match(r"\s*[A-Z0-9_]*(SECRET|PASSWORD|TOKEN)=(.*)", line)
                if match and match[2].strip():
                    found.setdefault(match[2].strip(), path)
    return found


# %% 8.2e reject: the last path -> The first path and the order are kept
import re


def leaked(commits):
    found = {}
    for files in commits:
        for path, text in files.items():
            if path.rpartition("/")[2] == ".env.example":
                continue
            for line in text.splitlines():
                match = re.match(r"\s*[A-Z0-9_]*(SECRET|PASSWORD|TOKEN)=(.*)", line)
                if match and match[2].strip():
                    found[match[2].strip()] = path
    return found


# %% 8.2e reject: words anywhere in the name -> Other lines do not leak
import re


def leaked(commits):
    found = {}
    for files in commits:
        for path, text in files.items():
            if path.rpartition("/")[2] == ".env.example":
                continue
            for line in text.splitlines():
                match = re.match(r"\s*[A-Z0-9_]*(SECRET|PASSWORD|TOKEN)[A-Z0-9_]*=(.*)", line)
                if match and match[2].strip():
                    found.setdefault(match[2].strip(), path)
    return found


# %% 8.2e reject: empty values too -> Other lines do not leak
import re


def leaked(commits):
    found = {}
    for files in commits:
        for path, text in files.items():
            if path.rpartition("/")[2] == ".env.example":
                continue
            for line in text.splitlines():
                match = re.match(r"\s*[A-Z0-9_]*(SECRET|PASSWORD|TOKEN)=(.*)", line)
                if match:
                    found.setdefault(match[2].strip(), path)
    return found


# %% 8.2e reject: the example of the top folder only -> The example is not looked at
import re


def leaked(commits):
    found = {}
    for files in commits:
        for path, text in files.items():
            if path == ".env.example":
                continue
            for line in text.splitlines():
                match = re.match(r"\s*[A-Z0-9_]*(SECRET|PASSWORD|TOKEN)=(.*)", line)
                if match and match[2].strip():
                    found.setdefault(match[2].strip(), path)
    return found


# %% 8.2c reject: an expression counts as true -> Continue on error counts when it is true
def toothless(steps):
    return [
        step.get("name", step["run"])
        for step in steps
        if "run" in step
        and (
            step.get("continue-on-error")
            or step.get("if") in ("false", False)
            or any(line.strip().endswith("|| true") for line in step["run"].splitlines())
        )
    ]


# %% 8.2c reject: one rule after the other -> The order is that of the steps and each is named once
def toothless(steps):
    runs = [step for step in steps if "run" in step]
    forgiven = [each for each in runs if each.get("continue-on-error") is True]
    holes = [
        each for each in runs if any(line.strip().endswith("|| true") for line in each["run"].splitlines())
    ]
    off = [each for each in runs if each.get("if") in ("false", False)]
    return list(dict.fromkeys(each.get("name", each["run"]) for each in forgiven + holes + off))


# %% 8.2c reject: any condition with the word false -> A condition that is false counts
def toothless(steps):
    return [
        step.get("name", step["run"])
        for step in steps
        if "run" in step
        and (
            step.get("continue-on-error") is True
            or "false" in str(step.get("if")).lower()
            or any(line.strip().endswith("|| true") for line in step["run"].splitlines())
        )
    ]


# %% 8.2d reject: the format is a gate too -> Code without a mistake is green
WORKFLOW = """
name: shop
jobs:
  gates:
    steps:
      - name: style
        run: ruff check . && ruff format --check .
      - name: tests
        run: pytest -q tests
"""
