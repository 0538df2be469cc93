"""What the course says about itself is what its notebooks hold."""

import re

from course.base import paths
from course.content import catalog


def test_the_readme_counts_the_lessons() -> None:
    said = re.findall(r"(\d+) lessons\.", (paths.ROOT / "README.md").read_text("utf-8"))
    assert said == [str(sum(not lesson.mixed for lesson in catalog.lessons()))]
