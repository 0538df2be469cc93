"""What a release consists of: one version everywhere, two licences, and forms for those who have something to say."""

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml
from packaging.version import Version

from course.base.paths import ROOT

FORMS = ROOT / ".github" / "ISSUE_TEMPLATE"
KINDS = {"input", "textarea", "dropdown", "checkboxes", "markdown"}  # those of GitHub's forms


def text(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def project() -> dict[str, Any]:
    return tomllib.loads(text("pyproject.toml"))["project"]


def released() -> list[str]:
    """The versions of the changelog, in its order."""
    return re.findall(r"(?m)^## (\S+)", text("CHANGELOG.md"))


# ---------------------------------------------------------------- the version


def test_the_version_is_one_and_the_changelog_begins_with_it() -> None:
    assert re.fullmatch(r"\d+\.\d+\.\d+", project()["version"]), "`course update` reads tags of this form"
    assert released()[0] == project()["version"]
    assert released() == sorted(released(), key=Version, reverse=True)


def test_the_citation_names_what_it_cites() -> None:
    cited = yaml.safe_load(text("CITATION.cff"))
    assert {"cff-version", "message", "title", "authors"} <= cited.keys(), "the format wants these"
    assert cited["version"] == project()["version"]
    assert cited["title"] == text("README.md").splitlines()[0].removeprefix("# ")
    assert cited["license"] == "MIT"


# ---------------------------------------------------------------- the licences


def test_code_and_text_have_a_licence_each_and_say_which() -> None:
    assert text("LICENSE").startswith("MIT License\n")
    assert "SPDX-License-Identifier: CC-BY-4.0\n" in text("LICENSE-TEXT")
    assert project()["license"] == "MIT AND CC-BY-4.0"
    assert set(project()["license-files"]) == {"LICENSE", "LICENSE-TEXT"}
    assert {"(LICENSE)", "(LICENSE-TEXT)"} <= set(re.findall(r"\(LICENSE[A-Z-]*\)", text("README.md")))


def test_the_places_that_the_text_licence_names_are_there() -> None:
    named = set(re.findall(r"\b([a-z_]+/|README\.md)", text("LICENSE-TEXT").partition("What is text")[2]))
    assert len(named) >= 6
    assert {name for name in named if not (ROOT / name).exists()} == set()


# ---------------------------------------------------------------- who has something to say


def test_contributing_is_one_page() -> None:
    assert len(text("CONTRIBUTING.md").split()) <= 450


def test_there_is_a_form_for_each_of_the_readmes_users() -> None:
    assert {path.stem for path in FORMS.glob("*.yml")} == {"learner", "instructor", "author", "config"}
    for kind in ("learner", "instructor", "author"):
        assert kind in text("CONTRIBUTING.md")


@pytest.mark.parametrize("path", sorted(FORMS.glob("*r.yml")), ids=lambda path: path.stem)
def test_a_form_has_what_github_asks_of_it(path: Path) -> None:
    form = yaml.safe_load(path.read_text(encoding="utf-8"))
    assert form["name"] and form["description"] and form["body"]
    ids = [each["id"] for each in form["body"]]
    labels = [each["attributes"]["label"] for each in form["body"]]
    assert len(set(ids)) == len(ids) and len(set(labels)) == len(labels)
    for each in form["body"]:
        assert each["type"] in KINDS
        assert re.fullmatch(r"[\w-]+", each["id"])
        options = each["attributes"].get("options", [])
        assert bool(options) == (each["type"] in ("dropdown", "checkboxes"))
        if each["type"] == "dropdown":
            assert all(isinstance(option, str) for option in options) and len(set(options)) == len(options)
    assert any(each.get("validations", {}).get("required") for each in form["body"])
