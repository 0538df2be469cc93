"""One request and its response, taken out of raw bytes by h11, the parser inside uvicorn and httpx."""

import re
from dataclasses import dataclass, field
from typing import Any

SHOWN_HOST = "postboard.local"


@dataclass(frozen=True)
class Exchange:
    """One request and its response, as the bytes that travelled.

    `request` and `response` are shown with one change: the address of this machine ("127.0.0.1:50123") reads
    "postboard.local", because the port differs in every run. Content-Length is as it was on the wire.
    The other attributes are the same bytes taken apart by h11, the parser inside uvicorn and httpx; header
    names are lower case, as h11 gives them.
    """

    request: bytes = field(repr=False)
    response: bytes = field(repr=False)
    method: str
    path: str
    status: int
    reason: str
    request_headers: dict[str, str] = field(repr=False)
    response_headers: dict[str, str] = field(repr=False)
    request_body: bytes = field(repr=False)
    body: bytes = field(repr=False)


@dataclass
class Response:
    """A response taken apart."""

    raw: bytes
    status: int
    reason: str
    headers: dict[str, str]
    body: bytes


def response(method: str, data: bytes, ended: bool) -> Response | None:
    """The first response in `data`, or None while it is incomplete. `ended`: no more bytes will come."""
    import h11

    client = h11.Connection(h11.CLIENT)
    client.send(h11.Request(method=method, target="/", headers=[("Host", SHOWN_HOST)]))
    client.send(h11.EndOfMessage())
    client.receive_data(data)
    if ended and data:
        client.receive_data(b"")
    found = _first_message(client, data)
    if found is None:
        return None
    raw, head, body = found
    return Response(raw, head.status_code, head.reason.decode(), _headers(head), body)


def _request(data: bytes) -> tuple[bytes, Any, bytes] | None:
    """The first request in `data` (its bytes, its head, its body), or None if there is no whole one."""
    import h11

    server = h11.Connection(h11.SERVER)
    server.receive_data(data)
    return _first_message(server, data)


def _first_message(end: Any, data: bytes) -> tuple[bytes, Any, bytes] | None:
    """The first message that this end of a connection reads in `data`: its bytes, its head, its body."""
    import h11

    head: Any = None
    body = b""
    while True:
        try:
            event = end.next_event()
        except h11.RemoteProtocolError:
            return None
        if isinstance(event, (h11.Request, h11.Response)):
            head = event
        elif isinstance(event, h11.Data):
            body += bytes(event.data)
        elif isinstance(event, h11.EndOfMessage):
            return data[: len(data) - len(end.trailing_data[0])], head, body
        elif not isinstance(event, h11.InformationalResponse):
            return None


def is_whole(raw_request: bytes) -> bool:
    """Whether these bytes are a complete request, its body included."""
    return _request(raw_request) is not None


def taken_apart(requests: bytes, responses: bytes, ports: tuple[int, ...]) -> list[Exchange]:
    """The complete exchanges of one connection, from what went each way over it."""
    found = []
    while request := _request(requests):
        answer = response(method(request[0]), responses, ended=False)
        # Without Content-Length the end of the connection ends the body; it must be the last answer.
        answer = answer or response(method(request[0]), responses, ended=True)
        if answer is None:
            break
        found.append(made(request[0], answer, ports))
        requests, responses = requests[len(request[0]) :], responses[len(answer.raw) :]
    return found


def made(raw: bytes, answer: Response, ports: tuple[int, ...]) -> Exchange:
    """The exchange of these bytes; `ports` are those whose addresses are shown as postboard.local."""
    request = _request(raw)
    first = raw.split(b"\r\n", 1)[0].split(b" ")
    path = first[1].decode("latin-1") if len(first) > 1 else ""
    return Exchange(
        request=_clean(raw, ports),
        response=_clean(answer.raw, ports),
        method=method(raw),
        path=path,
        status=answer.status,
        reason=answer.reason,
        request_headers=_clean_all(_headers(request[1]), ports) if request else {},
        response_headers=_clean_all(answer.headers, ports),
        request_body=request[2] if request else b"",
        body=_clean(answer.body, ports),
    )


def method(raw: bytes) -> str:
    """The method of a request that may be wrong; "GET" if there is none."""
    # By hand, because a request that is wrong on purpose cannot be parsed and still gets an answer.
    word = raw.split(b" ", 1)[0].decode("latin-1")
    return word if re.fullmatch(r"[A-Za-z]+", word) else "GET"


def _headers(head: Any) -> dict[str, str]:
    return {name.decode("latin-1"): value.decode("latin-1") for name, value in head.headers}


def _clean(data: bytes, ports: tuple[int, ...]) -> bytes:
    which = "|".join(map(str, ports)).encode()
    return re.sub(rb"(?:127\.0\.0\.1|localhost):(?:%s)\b" % which, SHOWN_HOST.encode(), data)


def _clean_all(headers: dict[str, str], ports: tuple[int, ...]) -> dict[str, str]:
    return {k: _clean(v.encode("latin-1"), ports).decode("latin-1") for k, v in headers.items()}
