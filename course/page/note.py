"""A short text that a page shows."""


class Note:
    """A short text, shown as Markdown in a notebook and as it is elsewhere."""

    def __init__(self, text: str) -> None:
        self.text = text

    def __repr__(self) -> str:
        return self.text

    def _repr_mimebundle_(self, **_: object) -> dict[str, str]:
        return {"text/plain": self.text, "text/markdown": self.text}
