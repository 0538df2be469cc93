"""The card that the first cell of a page shows."""

from course.page import lesson


def test_a_few_files_are_named_and_many_are_counted_by_folder() -> None:
    few = ["app/main.py", "tests/test_posts.py"]
    many = [*(f"app/routers/{name}.py" for name in "abcdefgh"), "log.json", "tests/test_a.py"]
    assert lesson._named(few) == "app/main.py, tests/test_posts.py"
    assert lesson._named(many) == "8 files in app/, 1 file in tests/, log.json"
