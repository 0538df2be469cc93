"""The same `fetch(…)` twice: by the rules, in this kernel; and in the reader's own browser."""

from collections.abc import Mapping
from html import escape
from itertools import count
from typing import Any

from course.base.text import columns
from course.play.live import live
from course.serving.browser import Fetched

_HEAD = ("fetch", "by the rules", "in your browser")
_STORED = "This is a stored run. In JupyterLab on your own machine, your browser runs the same beside it."
_ELSEWHERE = (
    "Your browser does not reach the servers of this page: their address, 127.0.0.1, is the machine of the "
    "kernel. So here you see what a browser does by the rules."
)
_SCRIPT = """
const cells = [...root.querySelectorAll("td.browser")];
for (const [at, one] of data.entries()) {
  const credentials = one.credentials ? "include" : "omit";
  const wanted = {method: one.method, headers: one.headers, credentials};
  if (one.body) wanted.body = one.body;
  let said = "blocked";
  try { said = `reads ${(await fetch(one.url, wanted)).status}`; } catch {}
  cells[at].textContent = said;
}
const own = cells.every(each => each.textContent === each.previousElementSibling.textContent);
note.textContent = `The origin of this page is ${location.origin}. ` +
  (own ? "Your browser did what the rules say." : "Your browser and the rules differ.");
"""
_numbers = count(1)


class Fetches:
    """A table: a row each `fetch(…)`, by the rules and in the reader's browser."""

    def __init__(self, found: Mapping[str, Fetched]) -> None:
        self._found = dict(found)

    def __repr__(self) -> str:
        return columns([_HEAD[:2], *((name, one.said) for name, one in self._found.items())])

    def _repr_mimebundle_(self, **_: object) -> dict[str, Any]:
        stored = f"{self._table(live=False)}<p>{_STORED}</p>"
        sent = [
            {name: getattr(one, name) for name in ("url", "method", "headers", "body", "credentials")}
            for one in self._found.values()
        ]
        body = self._table(live=True)
        view = live(
            f"course-fetches-{next(_numbers)}",
            body,
            _SCRIPT,
            probe=self._probe(),
            elsewhere=_ELSEWHERE,
            data=sent,
        )
        return {"text/plain": repr(self), "text/html": stored, **view}

    def _probe(self) -> str:
        """An address of the first server: where it can be, one of those that are read in any case."""
        urls = [one.url for one in self._found.values() if one.method == "GET"]
        return next(iter([*urls, *(one.url for one in self._found.values())]), "")

    def _table(self, live: bool) -> str:
        head = "".join(f"<th>{each}</th>" for each in (_HEAD if live else _HEAD[:2]))
        own = '<td class="browser">…</td>' if live else ""
        rows = (
            f"<tr><td>{escape(name)}</td><td>{one.said}</td>{own}</tr>" for name, one in self._found.items()
        )
        return f"<table><tr>{head}</tr>{''.join(rows)}</table>"


def fetches(found: Mapping[str, Fetched]) -> Fetches:
    """What became of some calls of `fetch`, beside what the reader's own browser makes of the same.

    `found`: a name for each call, and what `fetch` returned. The browser sends them from the page that shows
    the notebook, so a server that is to allow that page allows its origin. Where the browser does not reach
    the kernel's machine, a sentence says so.
    """
    return Fetches(found)
