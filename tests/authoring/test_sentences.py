"""Which expectation holds which sentence: how the file is read and written, and what is asked of an author."""

import tomllib
from pathlib import Path

import pytest

from course.authoring.mutate import sentences
from course.content import catalog

ID = "1.2a"
TEXT = """## 1.2a · Title

The shop keeps tags. `DELETE /tags/x` removes the tag: it says "gone".

- The list is sorted.

```
A cell of code. With a sentence.
```"""
SAID = ["The shop keeps tags.", '`DELETE /tags/x` removes the tag: it says "gone".', "The list is sorted."]


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "week1" / "1_2.toml"
    monkeypatch.setattr(sentences, "file_of", lambda _: path)
    monkeypatch.setattr(sentences, "prose", lambda _: TEXT)
    monkeypatch.setattr(sentences, "expectations", lambda _: ["Delete removes the tag", "Tags are sorted"])
    return path


def test_a_text_is_split_into_its_sentences_without_code_and_heading():
    assert sentences.split(TEXT) == SAID


def test_what_is_written_is_read_and_what_is_known_stays(place: Path):
    lesson = catalog.lesson("1.2")
    sentences.write(lesson)
    assert tomllib.loads(place.read_text("utf-8"))[ID] == dict.fromkeys(SAID, [])
    held = {
        SAID[0]: "says what is given",
        SAID[1]: ["Delete removes the tag", "Tags are sorted"],
        SAID[2]: [],
    }
    monkey = {"gone": ["x"]} | held
    place.write_text(
        f"['{ID}']\n" + "".join(f"'{key}' = {value!r}\n" for key, value in monkey.items()), "utf-8"
    )
    sentences.write(lesson)
    assert tomllib.loads(place.read_text("utf-8"))[ID] == held == sentences.held(ID)


def test_each_sentence_and_each_expectation_must_have_a_place(place: Path):
    place.parent.mkdir()
    place.write_text(
        f"""["{ID}"]
"The shop keeps tags." = "says what is given"
"The list is sorted." = ["Tags are in order"]
"Tags have names." = ["Tags are sorted"]
""",
        "utf-8",
    )
    assert sentences.problems(ID) == [
        f"{ID}: nothing holds: {SAID[1]}",
        f"{ID}: the text no longer says: Tags have names.",
        f"{ID} has no expectation: Tags are in order",
        f"{ID}: holds no sentence: Delete removes the tag",
        f"{ID}: holds no sentence: Tags are sorted",
    ]


def test_the_expectations_are_read_as_the_runner_names_them():
    assert "A seat is shown" in sentences.expectations("1.3a")
