"""Servers with different CORS policies, and what pages ask of them: for the rules, and for a real browser."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

from fastapi import FastAPI
from fastapi.middleware.cors import CORSMiddleware

from course import fetch, serve
from course.serving.browser import Fetched

OTHER = "https://other.example"
REQUESTS: dict[str, dict[str, Any]] = {
    "GET": {},
    "GET with credentials": {"credentials": True},
    "form POST": {"method": "POST", "form": {"title": "Hi"}},
    "JSON POST": {"method": "POST", "json": {"title": "Hi"}},
    "JSON POST with credentials": {"method": "POST", "json": {"title": "Hi"}, "credentials": True},
    "DELETE": {"method": "DELETE"},
    "GET with a token": {"headers": {"Authorization": "Bearer not-a-real-token"}},
    "PUT with a header of its own": {"method": "PUT", "json": {}, "headers": {"X-Reason": "typo"}},
    "text POST": {"method": "POST", "headers": {"Content-Type": "text/plain;charset=UTF-8"}},
}


def policies(page: str) -> dict[str, dict[str, Any] | None]:
    """Arguments of CORSMiddleware by name; None: no middleware."""
    everything = {"allow_methods": ["*"], "allow_headers": ["*"]}
    return {
        "none": None,
        "another origin": {"allow_origins": [OTHER], **everything},
        "this origin, defaults": {"allow_origins": [page]},
        "this origin, all": {"allow_origins": [page], **everything},
        "this origin, credentials": {"allow_origins": [page], "allow_credentials": True, **everything},
        "this origin, DELETE and the token": {
            "allow_origins": [page],
            "allow_methods": ["DELETE"],
            "allow_headers": ["Authorization"],
        },
        "star": {"allow_origins": ["*"], **everything},
        "star and credentials": {"allow_origins": ["*"], "allow_credentials": True, **everything},
    }


def api(name: str, policy: dict[str, Any] | None) -> FastAPI:
    app = FastAPI(title=f"cors {name}")
    app.get("/posts")(lambda: [])
    app.post("/posts", status_code=201)(lambda: {})
    app.put("/posts")(lambda: {})
    app.delete("/posts", status_code=204)(lambda: None)
    if policy is not None:
        app.add_middleware(CORSMiddleware, **policy)
    return app


@contextmanager
def by_the_rules(page: str) -> Iterator[dict[str, Fetched]]:
    """Each request to each server, while the servers run."""
    with ExitStack() as servers:
        found = {}
        for name, policy in policies(page).items():
            url = servers.enter_context(serve(api(name, policy))).url
            for number, (words, request) in enumerate(REQUESTS.items()):
                # A browser remembers for an address what a preflight allowed, so each request has its own.
                found[f"{name}: {words}"] = fetch(f"{url}/posts?{number}", page=page, **request)
        yield found
