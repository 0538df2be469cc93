"""What a check says of a usual wrong value."""

import pytest

from course.checks.expectations import ExpectationFailed, expect

MEANS = {(): "Nothing was done.", None: "It returns nothing.", (1, 2): "Both came twice."}


@pytest.mark.parametrize(
    ("got", "said"),
    [
        (None, "It returns nothing."),
        ([], "Nothing was done."),
        ([1, 2], "Both came twice."),
        ([1, 3], ""),
        ([[1]], ""),  # what cannot be looked up has no sentence of its own
        ({}, ""),
    ],
)
def test_a_usual_wrong_value_has_its_own_sentence(got, said):
    with pytest.raises(ExpectationFailed) as caught:
        expect(got, [4], tried="f()", means=MEANS)
    assert caught.value.meaning == said
