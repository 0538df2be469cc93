"""What must agree before Postboard starts somewhere else."""

import re
from pathlib import Path

from app.settings import Settings

HERE = Path(__file__).parents[1]


def test_the_example_names_all_that_is_asked_for() -> None:
    example = re.findall(r"^(\w+)=", (HERE / ".env.example").read_text(), re.MULTILINE)
    compose = re.findall(r"\$\{(\w+)", (HERE / "compose.yaml").read_text())
    fields = Settings.model_fields.items()
    required = [name.upper() for name, field in fields if field.is_required()]
    assert {*compose, *required} <= {*example}
