"""`course update` brings the newest release by git; all of it with bare repositories on this disk."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from course.base import paths
from course.cli import main, output, release

WHO = ["-c", "user.name=Ada", "-c", "user.email=ada@example.com", "-c", "init.defaultBranch=main"]


def git(folder: Path, *words: str) -> str:
    done = subprocess.run(["git", *WHO, *words], cwd=folder, capture_output=True, text=True, check=True)
    return done.stdout


def write(folder: Path, **texts: str) -> None:
    for name, text in texts.items():
        file = folder / name.replace("__", "/").replace("_DOT_", ".")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")


class Course:
    """Who publishes the course, its bare repository, and a learner's clone of it."""

    def __init__(self, root: Path) -> None:
        self.publisher, self.origin, self.clone = root / "publisher", root / "origin.git", root / "the clone"
        self.publisher.mkdir()
        git(self.publisher, "init")
        self.release("1.0.0", lesson="one", lesson_of_another_page="one", _DOT_gitignore="work/\n*.log\n")
        git(root, "clone", "--bare", "--quiet", str(self.publisher), str(self.origin))
        git(self.publisher, "remote", "add", "origin", str(self.origin))
        git(root, "clone", "--quiet", str(self.origin), str(self.clone))

    def release(self, version: str, tag: str = "", **texts: str) -> None:
        """Commit these files with a version, and tag it."""
        write(self.publisher, pyproject_DOT_toml=f'[project]\nversion = "{version}"\n', **texts)
        git(self.publisher, "add", "--force", ".")
        git(self.publisher, "commit", "--quiet", "-m", version)
        git(self.publisher, "tag", "-a", tag or f"v{version}", "-m", version)

    def publish(self, version: str, tag: str = "", **texts: str) -> None:
        """A release that origin has."""
        self.release(version, tag, **texts)
        git(self.publisher, "push", "--quiet", "--tags", "origin", "HEAD:main")

    def state(self) -> dict[str, str]:
        """All files of the clone."""
        found = [each for each in self.clone.rglob("*") if each.is_file() and ".git" not in each.parts]
        return {each.relative_to(self.clone).as_posix(): each.read_text(encoding="utf-8") for each in found}


@pytest.fixture
def course(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Course:
    made = Course(tmp_path)
    monkeypatch.setattr(paths, "ROOT", made.clone)
    monkeypatch.setenv(paths.WORK_VARIABLE, str(made.clone / "work"))
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(tmp_path / "no settings of this machine"))
    return made


def stays(course: Course, *words: str) -> None:
    """The clone is as it was, and the sentence says why."""
    before, head = course.state(), git(course.clone, "rev-parse", "HEAD")
    news = release.bring()
    assert not news.moved
    assert all(word in news.sentence for word in words), news.sentence
    assert (course.state(), git(course.clone, "rev-parse", "HEAD")) == (before, head)


def test_the_newest_release_is_brought_and_work_is_not_touched(course: Course) -> None:
    write(course.clone, work__1_1_first_DOT_ipynb="mine", notes="mine too")
    course.publish("1.2.0", lesson="two", new="new")
    course.publish("1.10.0", lesson="ten")  # not less than 1.2.0, as its letters say
    course.publish("2.0.0", tag="v2.0.0-rc1", lesson="not yet")
    course.publish("9.9.9", tag="another-9.9.9", lesson="no release")
    assert release.bring() == release.News(
        "The course is now release 1.10.0; it was 1.0.0. CHANGELOG.md says what is new.", True
    )
    state = course.state()
    assert (state["lesson"], state["new"]) == ("ten", "new")
    assert (state["work/1_1_first.ipynb"], state["notes"]) == ("mine", "mine too")
    assert git(course.clone, "branch", "--show-current") == "main\n", "a later `git pull` works as before"
    stays(course, "Release 1.10.0 is the newest, and it is what you have.")


@pytest.mark.parametrize("way", ["shallow", "detached"])
def test_a_clone_without_history_or_without_a_branch_is_moved_too(course: Course, way: str) -> None:
    if way == "shallow":
        shutil.rmtree(course.clone)
        git(course.clone.parent, "clone", "--quiet", "--depth=1", course.origin.as_uri(), str(course.clone))
    else:
        git(course.clone, "checkout", "--quiet", "--detach", "v1.0.0")
    course.publish("1.1.0", lesson="two")
    assert release.bring().moved
    assert course.state()["lesson"] == "two"


def test_what_the_learner_changed_elsewhere_is_no_obstacle_and_stays(course: Course) -> None:
    write(course.clone, lesson_of_another_page="mine")
    course.publish("1.1.0", lesson="two")
    assert release.bring().moved
    assert (course.state()["lesson"], course.state()["lesson_of_another_page"]) == ("two", "mine")


@pytest.mark.parametrize("staged", [False, True])
def test_a_changed_file_of_the_course_is_never_written_over(course: Course, staged: bool) -> None:
    write(course.clone, lesson="mine")
    if staged:
        git(course.clone, "add", ".")
    course.publish("1.1.0", lesson="two")
    stays(course, "Release 1.1.0 is there, and was not brought", "you changed: lesson.", "`git stash`")
    git(course.clone, "stash")
    assert release.bring().moved


@pytest.mark.parametrize("name", ["new", "run_DOT_log", "work__mine"])
def test_a_file_that_git_does_not_know_is_never_written_over(course: Course, name: str) -> None:
    write(course.clone, **{name: "mine"})  # git itself overwrites one that it is told to ignore
    course.publish("1.1.0", lesson="two", **{name: "theirs"})
    stays(course, "files in the place of yours", name.replace("__", "/").replace("_DOT_", "."))


def test_a_release_that_would_put_something_into_work_is_not_brought(course: Course) -> None:
    course.publish("1.1.0", work__surprise="theirs")
    stays(course, "work/surprise")


def test_a_clone_with_commits_of_its_own_stays(course: Course) -> None:
    write(course.clone, own="mine")
    git(course.clone, "add", ".")
    git(course.clone, "commit", "--quiet", "-m", "mine")
    stays(course, "Release 1.0.0 is the newest, and this clone has it, with commits that are newer")
    course.publish("1.1.0", lesson="two")
    stays(course, "commits of its own", "`git merge v1.1.0`")


def test_without_a_release_git_pull_is_named(course: Course) -> None:
    git(course.origin, "tag", "-d", "v1.0.0")
    stays(course, "There is no release yet. `git pull` brings what is newest.")


@pytest.mark.parametrize("where", ["http://127.0.0.1:1/nothing.git", "gone"])
def test_without_a_network_the_course_stays_and_says_so(course: Course, where: str) -> None:
    address = where if "://" in where else str(course.origin.parent / where)
    git(course.clone, "remote", "set-url", "origin", address)
    stays(course, "No newer release was looked for: origin did not answer", "git says:")


def test_a_network_that_hangs_ends(course: Course, monkeypatch: pytest.MonkeyPatch) -> None:
    def hang(command: list[str], timeout: float | None, **options: object) -> object:
        if "ls-remote" in command:
            raise subprocess.TimeoutExpired(command, timeout or 0)
        return real(command, timeout=timeout, **options)

    real = subprocess.run
    monkeypatch.setattr(release.subprocess, "run", hang)
    stays_news = release.bring()
    assert stays_news.sentence.endswith("no answer came in 30 seconds. Try again later.")


def test_without_git_without_a_clone_and_without_an_origin(
    course: Course, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    git(course.clone, "remote", "remove", "origin")
    stays(course, "no remote called origin")
    with monkeypatch.context() as patched:
        patched.setenv("PATH", str(tmp_path))
        assert release.bring().sentence.endswith(
            "git was not found. Install git, then run `course update` again."
        )
    monkeypatch.setattr(paths, "ROOT", tmp_path / "unpacked")
    assert release.bring().sentence.startswith("This copy of the course is not a clone made with git")


def test_what_git_itself_refuses_is_quoted(course: Course) -> None:
    course.publish("1.1.0", lesson="two")
    write(course.clone / ".git", index_DOT_lock="")  # another git is at work, or was killed
    stays(course, "Release 1.1.0 was not brought. git says: ", "index.lock")


# ---------------------------------------------------------------- the command


@pytest.fixture
def said(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]):
    """Runs `course …`, and returns what it printed; the copies are another test's."""
    monkeypatch.setattr(output, "update", lambda: print("Copies."))

    def run(*words: str) -> str:
        monkeypatch.setattr(sys, "argv", ["course", *words])
        with pytest.raises(SystemExit) as ended:
            main.main()
        assert ended.value.code == 0
        return capsys.readouterr().out

    return run


def test_without_a_newer_release_the_copies_are_next_and_they_alone_ask_nobody(course: Course, said) -> None:
    assert said("update") == "Release 1.0.0 is the newest, and it is what you have.\nCopies.\n"
    assert said("update", "--copies") == "Copies.\n"


def test_after_a_move_the_new_start_py_goes_on(course: Course, said, monkeypatch: pytest.MonkeyPatch) -> None:
    course.publish("1.1.0")
    monkeypatch.setattr(sys, "prefix", str(course.clone / ".venv"))
    monkeypatch.setattr(release.os, "name", "posix")
    monkeypatch.setattr(release.os, "execv", lambda program, words: print(*words[1:]))
    first, second = said("update").splitlines()
    assert first.startswith("The course is now release 1.1.0")
    assert second == f"{course.clone / 'start.py'} update --copies"


def test_in_another_environment_the_next_commands_are_named(course: Course, said) -> None:
    course.publish("1.1.0")
    told = said("update").splitlines()[1]
    assert "pip install --no-deps -r requirements.lock" in told and "`course update --copies`" in told
