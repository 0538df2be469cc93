"""Suites of tests: run one on an app, in a process of its own, and grade it by broken apps."""
