"""A verdict names the cause of a usual mistake, and blames nothing else."""

import pytest

from course.authoring import judge

_SEARCH = """
def search(link, word, sort_by):
    if sort_by not in ("id", "title"):
        {refuse} ValueError(sort_by)
    with link.cursor() as cursor:
        cursor.execute(
            "SELECT title FROM posts WHERE strpos({compared}) > 0 AND published "
            f"ORDER BY {{sort_by}}", {values}
        )
        return [title for (title,) in cursor]
"""
_RIGHT = {"refuse": "raise", "compared": "lower(title), lower(%s)", "values": "(word,)"}
_SENDERS = """
class FromForm(Rating):
    pass


class FromPartner(Rating):
    {partner}


class FromEditor(Rating):
    model_config = ConfigDict(extra="forbid")


class FromOurs(Rating):
    model_config = ConfigDict(strict=True)
"""


def _said(exercise_id: str, answer: str) -> str:
    return str(judge.verdict(exercise_id, answer))


@pytest.mark.parametrize(
    ("slip", "cause"),
    [
        ({"compared": "title, %s"}, "upper and lower case"),
        ({"refuse": "return"}, "`raise ValueError` raises it"),
        ({"values": "(word)"}, "(word,) is a tuple"),
    ],
)
def test_a_search_that_is_nearly_right_is_told_its_slip(slip, cause):
    said = _said("2.2c", _SEARCH.format(**(_RIGHT | slip)))
    assert cause in said
    assert "pattern of LIKE" not in said


def test_a_contract_that_loses_a_value_is_told_so():
    said = _said("1.4c", _SENDERS.format(partner="pass"))
    assert "turned into a number" in said
    assert "the default of 5 stars takes its place" in said
