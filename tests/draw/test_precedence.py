"""Pictures of week 5."""

from course import draw

ROUNDS = [
    ({"init": "a", "environment": "b", "default": "c"}, "a"),
    ({"init": None, "environment": "b", "default": "c"}, "b"),
    ({"init": None, "environment": None, "default": "c"}, "c"),
]


def test_precedence_marks_the_source_that_won_and_those_that_are_silent():
    picture = draw.precedence(ROUNDS)
    assert str(picture).splitlines() == [
        "init  environment  default  the setting",
        "a     b            c        a",
        "–     b            c        b",
        "–     –            c        c",
    ]
    lines = [line.strip() for line in picture.mermaid.splitlines()]
    assert 'n1_0["init<br/>–"]:::silent' in lines
    assert 'n1_1["environment<br/>b"]:::wins' in lines
    assert 'n1_2["default<br/>c"]' in lines
    assert "r0 --> r1" in lines


def test_precedence_of_nothing_is_an_empty_picture():
    assert str(draw.precedence([])) == ""
