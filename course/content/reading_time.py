"""How fast a learner reads, the rule behind all minutes that the course names."""

WORDS = 160  # of prose, in a minute
CODE_LINES = 12  # that are not empty, in a minute
OUTPUT_LINES = 40  # in a minute
PREDICTION = 0.5  # minutes of thought


def minutes(*, words: float = 0, code: float = 0, output: float = 0, predictions: float = 0) -> float:
    """Minutes for so many words, lines of code, lines of output, and questions to think about."""
    return words / WORDS + code / CODE_LINES + output / OUTPUT_LINES + predictions * PREDICTION
