"""`python -m course` is the `course` command."""

from course.cli.main import main

main()
