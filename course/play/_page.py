"""A page of one of our own servers, shown in the notebook by the reader's browser."""

from html import escape
from itertools import count
from typing import Any

from course.play.live import live

HEIGHT = 320  # pixels
_STORED = "In JupyterLab on your own machine, the page is here, and works."
_ELSEWHERE = (
    "Your browser does not reach the servers of this page: their address, 127.0.0.1, is the machine of the "
    "kernel. So here you read what is to be seen."
)
_SCRIPT = """
root.querySelector(".stored").remove();
const frame = Object.assign(document.createElement("iframe"), {src: data.url, title: data.title});
frame.style.cssText = `width: 100%; height: ${data.height}px; border: 1px solid gray; background: white`;
const link = Object.assign(document.createElement("a"), {href: data.url, target: "_blank"});
link.textContent = "Open it in a tab of its own.";
root.prepend(frame);
note.replaceChildren(link);
"""
_numbers = count(1)


class Page:
    """A page in a frame; where the browser does not reach it, what is to be seen in it, in words."""

    def __init__(self, url: str, seen: str, height: int) -> None:
        self._url, self._seen, self._height = url, seen, height

    def __repr__(self) -> str:
        return self._seen

    def _repr_mimebundle_(self, **_: object) -> dict[str, Any]:
        said = f"<pre>{escape(self._seen)}</pre>"
        data = {"url": self._url, "title": self._seen.partition("\n")[0], "height": self._height}
        view = live(
            f"course-page-{next(_numbers)}",
            f'<div class="stored">{said}</div>',
            _SCRIPT,
            probe=self._url,
            elsewhere=_ELSEWHERE,
            data=data,
        )
        return {"text/plain": self._seen, "text/html": f"{said}<p>{_STORED}</p>", **view}


def page(url: str, seen: str, height: int = HEIGHT) -> Page:
    """Show the page at `url` in a frame of this many pixels.

    `seen`: what is to be seen in it, in words, for where no frame is: a page that is only read, a hub.
    """
    return Page(url, seen, height)
