"""The picture of week 5: who may do what, as it was measured."""

import pytest

from course import draw
from course.base.errors import CourseError

MEASURED = {
    "GET /posts": {"guest": 200, "owner": 200},
    "DELETE /posts/{post_id}": {"guest": 401, "owner": 204, "stranger <b>": 404},
    "GET /export": {"guest": 200, "owner": 500},
}


def test_each_endpoint_is_a_row_and_each_caller_a_column() -> None:
    lines = [line.split("  ") for line in str(draw.access_matrix(MEASURED)).splitlines()]
    assert [[cell.strip() for cell in line if cell.strip()] for line in lines] == [
        ["guest", "owner", "stranger <b>"],
        ["GET /posts", "200", "200", "–"],
        ["DELETE /posts/{post_id}", "401", "204", "404"],
        ["GET /export", "200", "500", "–"],
    ]


def test_what_differs_from_what_is_wanted_is_marked_and_said() -> None:
    wanted = {"GET /export": {"guest": 401, "owner": 500, "stranger <b>": 403}, "GET /gone": {"guest": 401}}
    picture = draw.access_matrix(MEASURED, wanted)
    assert picture.holes == (
        "GET /export as guest: 200, not 401",
        "GET /export as stranger <b>: –, not 403",
    )
    assert str(picture).splitlines()[-1].split() == ["GET", "/export", "✗", "200", "500", "✗", "–"]
    assert picture.html.count("outline:") == 2 and "✗ 200</td>" in picture.html


def test_without_what_is_wanted_nothing_is_marked() -> None:
    picture = draw.access_matrix(MEASURED)
    assert picture.holes == () and "✗" not in str(picture) + picture.html


def test_the_colour_says_through_or_refused_and_names_are_escaped() -> None:
    html = draw.access_matrix(MEASURED).html
    tint = [html.split(f">{status}<")[0].rsplit("background: ", 1)[1] for status in (204, 401, 404, 500)]
    assert len(set(tint)) == 4 and tint[3].startswith("transparent")
    assert "stranger &lt;b&gt;</th>" in html and "<b>" not in html


def test_it_is_shown_as_html_with_a_plain_twin() -> None:
    shown = draw.access_matrix(MEASURED)._repr_mimebundle_()
    assert shown["text/html"].startswith("<table") and shown["text/plain"].startswith("  ")


@pytest.mark.parametrize("nothing", [{}, {"GET /posts": {}}])
def test_nothing_to_draw_is_a_sentence(nothing: dict[str, dict[str, int]]) -> None:
    with pytest.raises(CourseError, match="nothing to draw"):
        draw.access_matrix(nothing)
