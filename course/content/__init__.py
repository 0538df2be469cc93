"""The course as data, read from its notebooks."""
