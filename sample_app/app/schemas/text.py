"""Text that PostgreSQL can store."""


def without_nul(text: str) -> str:
    """PostgreSQL stores every character but this one."""
    if "\0" in text:
        raise ValueError("may not contain the character NUL")
    return text
