"""Right and wrong answers to the exercises of lesson 1.6; see docs/authors.md for the form."""


# %% 1.6a accept: add_exception_handler with an async function, the response made by hand
async def title_taken(_, error):
    content = {
        "title": "Title taken",
        "status": 409,
        "detail": f"There is already a post called {error.args[0]}",
    }
    return JSONResponse(content, status_code=409, headers={"content-type": "application/problem+json"})


def add_title_taken_handler(app):
    app.add_exception_handler(TitleTaken, title_taken)


# %% 1.6a accept: middleware that catches it
def add_title_taken_handler(app):
    @app.middleware("http")
    async def catching(request, call_next):
        try:
            return await call_next(request)
        except TitleTaken as error:
            return problem(409, "Title taken", f"There is already a post called {error}")


# %% 1.6a accept: an entry in the app's own table of handlers, and the app is given back
def add_title_taken_handler(app: FastAPI):
    app.exception_handlers[TitleTaken] = lambda request, error: problem(
        409, "Title taken", "There is already a post called " + error.args[0]
    )
    return app


# %% 1.6a reject: takes every exception -> Every other failure stays as it was
def add_title_taken_handler(app):
    @app.exception_handler(Exception)
    def on_any(request, error):
        return problem(409, "Title taken", f"There is already a post called {error}")


# %% 1.6a reject: the status stands in the body only -> The client gets a 409
def add_title_taken_handler(app):
    @app.exception_handler(TitleTaken)
    def on_title_taken(request, error):
        return JSONResponse({"title": "Title taken", "status": 409, "detail": str(error)})


# %% 1.6a reject: the handler raises instead of returning -> The body is a problem
from fastapi import HTTPException


def add_title_taken_handler(app):
    @app.exception_handler(TitleTaken)
    def on_title_taken(request, error):
        raise HTTPException(409, f"There is already a post called {error}")


# %% 1.6a reject: returns a dictionary, as an endpoint may -> The client gets a 409
def add_title_taken_handler(app):
    @app.exception_handler(TitleTaken)
    def on_title_taken(request, error):
        return {"title": "Title taken", "status": 409, "detail": str(error)}


# %% 1.6a reject: the title of the example is built in -> The body is exactly the one of the example
def add_title_taken_handler(app):
    @app.exception_handler(TitleTaken)
    def on_title_taken(request, error):
        return problem(409, "Title taken", "There is already a post called Hello")


# %% 1.6a reject: FastAPI's form instead of a problem -> The body is a problem
def add_title_taken_handler(app):
    @app.exception_handler(TitleTaken)
    def on_title_taken(request, error):
        return JSONResponse({"detail": f"There is already a post called {error}"}, 409)


# %% 1.6b accept: names instead of numbers
from http import HTTPStatus as S

codes = [S.NOT_FOUND, S.INTERNAL_SERVER_ERROR, S.INTERNAL_SERVER_ERROR, S.UNAUTHORIZED, S.UNAUTHORIZED]
seen_by_client = dict(zip(seen_by_client, [*codes, 422, S.INTERNAL_SERVER_ERROR, S.OK], strict=True))

# %% 1.6b reject: an HTTPException works everywhere -> Middleware stands outside the handlers
seen_by_client = dict(zip(seen_by_client, [404, 500, 401, 401, 401, 422, 500, 200], strict=True))

# %% 1.6b reject: dependencies come before everything -> The body is read before a dependency and judged after it
seen_by_client = dict(zip(seen_by_client, [404, 500, 500, 401, 401, 401, 500, 200], strict=True))

# %% 1.6b reject: validation comes before everything -> The body is read before a dependency and judged after it
seen_by_client = dict(zip(seen_by_client, [404, 500, 500, 401, 422, 422, 500, 200], strict=True))

# %% 1.6b reject: a wrong answer is a 422 -> A failure in the function is what a handler makes of it
seen_by_client = dict(zip(seen_by_client, [404, 500, 500, 401, 401, 422, 422, 200], strict=True))

# %% 1.6b reject: a late crash still changes the answer -> A response that was sent stays as it is
seen_by_client = dict(zip(seen_by_client, [404, 500, 500, 401, 401, 422, 500, 500], strict=True))


# %% 1.6c accept: a class of its own, written against ASGI
class Gate:
    def __init__(self, app):
        self.app = app

    async def __call__(self, scope, receive, send):
        if scope["type"] != "http" or scope["path"] == "/health":
            return await self.app(scope, receive, send)
        if (b"x-key", KEY.encode()) in scope["headers"]:
            return await self.app(scope, receive, send)
        await problem(401, "Who are you?", "A key is needed")(scope, receive, send)


def add_gate(app):
    app.add_middleware(Gate)


# %% 1.6c accept: BaseHTTPMiddleware, the open paths in a set
from starlette.middleware.base import BaseHTTPMiddleware

OPEN = {"/health"}


def add_gate(app: FastAPI) -> None:
    async def dispatch(request, call_next):
        known = request.headers.get("X-Key", "") == KEY
        return await call_next(request) if known or request.url.path in OPEN else refusal()

    def refusal():
        return problem(401, "Unauthorized", "Who are you?", hint="send x-key")

    app.add_middleware(BaseHTTPMiddleware, dispatch=dispatch)


# %% 1.6c accept: still raises, and catches it in a second middleware around the first
from fastapi import HTTPException


def add_gate(app):
    @app.middleware("http")
    async def gate(request, call_next):
        if request.url.path != "/health" and request.headers.get("x-key") != KEY:
            raise HTTPException(401, "Who are you?")
        return await call_next(request)

    @app.middleware("http")
    async def translating(request, call_next):
        try:
            return await call_next(request)
        except HTTPException as error:
            return problem(error.status_code, "Refused", error.detail)


# %% 1.6c reject: a dependency of the whole app -> An unknown client cannot find out which paths exist
from fastapi import Depends, HTTPException


def add_gate(app):
    def known(request: Request):
        if request.url.path != "/health" and request.headers.get("x-key") != KEY:
            raise HTTPException(401, "Who are you?")

    @app.exception_handler(HTTPException)
    def on_refusal(request, error):
        return problem(error.status_code, "Refused", error.detail)

    app.router.dependencies.append(Depends(known))


# %% 1.6c reject: raises, with a handler that is never asked -> Without the key the response is 401
from fastapi import HTTPException


def add_gate(app):
    @app.exception_handler(HTTPException)
    def on_refusal(request, error):
        return problem(error.status_code, "Refused", error.detail)

    @app.middleware("http")
    async def gate(request, call_next):
        if request.url.path != "/health" and request.headers.get("x-key") != KEY:
            raise HTTPException(401, "Who are you?")
        return await call_next(request)


# %% 1.6c reject: FastAPI's form instead of a problem -> The refusal is a problem
def add_gate(app):
    @app.middleware("http")
    async def gate(request, call_next):
        if request.url.path != "/health" and request.headers.get("x-key") != KEY:
            return JSONResponse({"detail": "Who are you?"}, 401)
        return await call_next(request)


# %% 1.6c reject: /health needs the key as well -> Health and no other path is open
def add_gate(app):
    @app.middleware("http")
    async def gate(request, call_next):
        if request.headers.get("x-key") != KEY:
            return problem(401, "Unauthorized", "Who are you?")
        return await call_next(request)


# %% 1.6c reject: everything that begins like /health is open -> Health and no other path is open
def add_gate(app):
    @app.middleware("http")
    async def gate(request, call_next):
        if not request.url.path.startswith("/health") and request.headers.get("x-key") != KEY:
            return problem(401, "Unauthorized", "Who are you?")
        return await call_next(request)


# %% 1.6c reject: looks for /health anywhere in the address -> Health and no other path is open
def add_gate(app):
    @app.middleware("http")
    async def gate(request, call_next):
        if "/health" not in str(request.url) and request.headers.get("x-key") != KEY:
            return problem(401, "Unauthorized", "Who are you?")
        return await call_next(request)


# %% 1.6c reject: any key will do -> A wrong key is refused too
def add_gate(app):
    @app.middleware("http")
    async def gate(request, call_next):
        if request.url.path != "/health" and "x-key" not in request.headers:
            return problem(401, "Unauthorized", "Who are you?")
        return await call_next(request)


# %% 1.6c reject: forgets to hand on -> With the key there is no gate
def add_gate(app):
    @app.middleware("http")
    async def gate(request, call_next):
        if request.url.path != "/health" and request.headers.get("x-key") != KEY:
            return problem(401, "Unauthorized", "Who are you?")
        return JSONResponse({"status": "up"})


# %% 1.6d accept: a loop, an async handler, the type as well
def add_validation_handler(app):
    async def refuse(request, error):
        found = []
        for each in error.errors():
            where = ".".join(map(str, each["loc"]))
            found.append({"where": where, "what": each["msg"], "type": each["type"]})
        return problem(422, "Unprocessable", f"{len(found)} errors", errors=found)

    app.add_exception_handler(RequestValidationError, refuse)


# %% 1.6d accept: a model for each error
from pydantic import BaseModel


class Mistake(BaseModel):
    where: str
    what: str


def add_validation_handler(app: FastAPI) -> None:
    @app.exception_handler(RequestValidationError)
    def on_invalid(request, error):
        mistakes = [Mistake(where=".".join(f"{p}" for p in e["loc"]), what=e["msg"]) for e in error.errors()]
        body = {
            "title": "Invalid",
            "status": 422,
            "detail": "See errors.",
            "errors": [m.model_dump() for m in mistakes],
        }
        return JSONResponse(status_code=422, content=body, media_type="application/problem+json")


# %% 1.6d reject: takes out the input and leaves the rest -> A validator that raises is a 422
def add_validation_handler(app):
    @app.exception_handler(RequestValidationError)
    def on_invalid(request, error):
        errors = []
        for each in error.errors():
            each = {**each, "where": ".".join(map(str, each["loc"])), "what": each["msg"]}
            each.pop("input", None)
            errors.append(each)
        return problem(422, "Invalid request", "Some values are not valid.", errors=errors)


# %% 1.6d reject: made fit for JSON with jsonable_encoder, input and all -> Nothing that was sent comes back
from fastapi.encoders import jsonable_encoder


def add_validation_handler(app):
    @app.exception_handler(RequestValidationError)
    def on_invalid(request, error):
        errors = [
            {"where": ".".join(map(str, each["loc"])), "what": each["msg"], "sent": each["input"]}
            for each in jsonable_encoder(error.errors())
        ]
        return problem(422, "Invalid request", "Some values are not valid.", errors=errors)


# %% 1.6d reject: the last part of the place only -> Each error says where
def add_validation_handler(app):
    @app.exception_handler(RequestValidationError)
    def on_invalid(request, error):
        errors = [{"where": str(each["loc"][-1]), "what": each["msg"]} for each in error.errors()]
        return problem(422, "Invalid request", "Some values are not valid.", errors=errors)


# %% 1.6d reject: the place stays a list -> Each error says where
def add_validation_handler(app):
    @app.exception_handler(RequestValidationError)
    def on_invalid(request, error):
        errors = [{"where": each["loc"], "what": each["msg"]} for each in error.errors()]
        return problem(422, "Invalid request", "Some values are not valid.", errors=errors)


# %% 1.6d reject: tells of the first error only -> Each error says where
def add_validation_handler(app):
    @app.exception_handler(RequestValidationError)
    def on_invalid(request, error):
        first = error.errors()[0]
        errors = [{"where": ".".join(map(str, first["loc"])), "what": first["msg"]}]
        return problem(422, "Invalid request", "Some values are not valid.", errors=errors)


# %% 1.6d reject: says nothing at all -> Each error says what
def add_validation_handler(app):
    @app.exception_handler(RequestValidationError)
    def on_invalid(request, error):
        errors = [{"where": ".".join(map(str, each["loc"])), "what": "invalid"} for each in error.errors()]
        return problem(422, "Invalid request", "Some values are not valid.", errors=errors)


# %% 1.6d reject: 400 instead of 422 -> The body is a problem
def add_validation_handler(app):
    @app.exception_handler(RequestValidationError)
    def on_invalid(request, error):
        errors = [{"where": ".".join(map(str, each["loc"])), "what": each["msg"]} for each in error.errors()]
        return problem(400, "Bad request", "Some values are not valid.", errors=errors)


# %% 1.6e accept: registered for 500, async, uuid
import uuid


def add_crash_handler(app, log):
    async def crashed(request, error):
        reference = uuid.uuid4()
        log.extend([f"{reference}: {error!r}"])
        return problem(500, "Oh no", "We know of it.", reference=str(reference))

    app.add_exception_handler(500, crashed)


# %% 1.6e reject: the traceback goes to the log as well -> Each entry of the log is one line
import secrets
import traceback


def add_crash_handler(app: FastAPI, log: list[str]) -> None:
    @app.exception_handler(Exception)
    def on_crash(request: Request, error: Exception) -> JSONResponse:
        reference = secrets.randbits(63)
        log.append(
            f"{reference} {request.method} {request.url.path} {''.join(traceback.format_exception(error))}"
        )
        return problem(500, "Server error", "Something broke on our side.", reference=reference)


# %% 1.6e reject: try and except in middleware -> A crash is caught wherever it happens
import secrets


def add_crash_handler(app, log):
    @app.middleware("http")
    async def catching(request, call_next):
        try:
            return await call_next(request)
        except Exception as error:
            reference = secrets.token_hex(8)
            log.append(f"{reference} {type(error).__name__}: {error}")
            return problem(500, "Server error", "Something broke on our side.", reference=reference)


# %% 1.6e reject: the message helps the client -> Nothing of the exception reaches the client
import secrets


def add_crash_handler(app, log):
    @app.exception_handler(Exception)
    def on_crash(request, error):
        reference = secrets.token_hex(8)
        log.append(f"{reference} {type(error).__name__}: {error}")
        return problem(500, "Server error", str(error), reference=reference)


# %% 1.6e reject: the type as the title -> Nothing of the exception reaches the client
import secrets


def add_crash_handler(app, log):
    @app.exception_handler(Exception)
    def on_crash(request, error):
        reference = secrets.token_hex(8)
        log.append(f"{reference} {type(error).__name__}: {error}")
        return problem(500, type(error).__name__, "Something broke on our side.", reference=reference)


# %% 1.6e reject: counts the crashes -> No two crashes share a reference
def add_crash_handler(app, log):
    @app.exception_handler(Exception)
    def on_crash(request, error):
        reference = f"crash-{len(log) + 1}"
        log.append(f"{reference} {type(error).__name__}: {error}")
        return problem(500, "Server error", "Something broke on our side.", reference=reference)


# %% 1.6e reject: one reference, made when the app is -> No two crashes share a reference
import secrets


def add_crash_handler(app, log):
    reference = secrets.token_hex(8)

    @app.exception_handler(Exception)
    def on_crash(request, error):
        log.append(f"{reference} {type(error).__name__}: {error}")
        return problem(500, "Server error", "Something broke on our side.", reference=reference)


# %% 1.6e reject: the reference is not in the log -> The log holds the reference the type and the message
import secrets


def add_crash_handler(app, log):
    @app.exception_handler(Exception)
    def on_crash(request, error):
        log.append(f"{type(error).__name__}: {error}")
        return problem(500, "Server error", "Something broke on our side.", reference=secrets.token_hex(8))


# %% 1.6e reject: refusals are logged as crashes -> An http exception is no crash
import secrets

from fastapi import HTTPException


def add_crash_handler(app, log):
    def on_crash(request, error):
        reference = secrets.token_hex(8)
        log.append(f"{reference} {type(error).__name__}: {error}")
        return problem(500, "Server error", "Something broke on our side.", reference=reference)

    app.add_exception_handler(Exception, on_crash)
    app.add_exception_handler(HTTPException, on_crash)


# %% 1.6e reject: an UUID that is no text -> The client gets a problem with a reference
from uuid import uuid4


def add_crash_handler(app, log):
    @app.exception_handler(Exception)
    def on_crash(request, error):
        reference = uuid4()
        log.append(f"{reference} {type(error).__name__}: {error}")
        return problem(500, "Server error", "Something broke on our side.", reference=reference)


# %% 1.6e reject: a name that the handler cannot see -> your code raised
import secrets


def add_crash_handler(app, log):
    @app.exception_handler(Exception)
    def on_crash(request, error):
        reference = secrets.token_hex(8)
        log += [f"{reference} {type(error).__name__}: {error}"]
        return problem(500, "Server error", "Something broke on our side.", reference=reference)


# %% 1.6a reject: another title -> The body is exactly the one of the example
def add_title_taken_handler(app: FastAPI) -> None:
    @app.exception_handler(TitleTaken)
    def on_title_taken(request: Request, error: TitleTaken) -> JSONResponse:
        return problem(409, "Conflict", f"There is already a post called {error}")


# %% 1.6a reject: the title in quotation marks -> The body is exactly the one of the example
def add_title_taken_handler(app: FastAPI) -> None:
    @app.exception_handler(TitleTaken)
    def on_title_taken(request: Request, error: TitleTaken) -> JSONResponse:
        return problem(409, "Title taken", f"There is already a post called {error!r}")


# %% 1.6a reject: a key too many -> The body is exactly the one of the example
def add_title_taken_handler(app: FastAPI) -> None:
    @app.exception_handler(TitleTaken)
    def on_title_taken(request: Request, error: TitleTaken) -> JSONResponse:
        return problem(409, "Title taken", f"There is already a post called {error}", type="about:blank")


# %% 1.6a reject: takes each refusal of the app as well -> Every other failure stays as it was
def add_title_taken_handler(app: FastAPI) -> None:
    from fastapi import HTTPException

    @app.exception_handler(HTTPException)
    def refused(request, error):
        return problem(error.status_code, "Refused", error.detail)

    @app.exception_handler(TitleTaken)
    def on_title_taken(request: Request, error: TitleTaken) -> JSONResponse:
        return problem(409, "Title taken", f"There is already a post called {error}")


# %% 1.6a reject: takes each ValueError as well -> Every other failure stays as it was
def add_title_taken_handler(app: FastAPI) -> None:
    @app.exception_handler(ValueError)
    @app.exception_handler(TitleTaken)
    def on_title_taken(request: Request, error: TitleTaken) -> JSONResponse:
        return problem(409, "Title taken", f"There is already a post called {error}")

# %% 1.6a reject: only the first app gets the handler -> It works wherever the exception is raised
def add_title_taken_handler(app: FastAPI) -> None:
    global _done
    if '_done' in globals():
        return
    _done = 1
    @app.exception_handler(TitleTaken)
    def taken(request: Request, error: TitleTaken) -> JSONResponse:
        return problem(409, "Title taken", f"There is already a post called {error}")

# %% 1.6c accept: keys compared as bytes
import hmac


def add_gate(app: FastAPI) -> None:
    @app.middleware("http")
    async def gate(request: Request, call_next: RequestResponseEndpoint) -> Response:
        if request.url.path != "/health" and not hmac.compare_digest(
            request.headers.get("x-key", "").encode("latin-1"), KEY.encode()
        ):
            return problem(401, "Unauthorized", "Who are you?")
        return await call_next(request)


# %% 1.6c reject: keys compared as text -> A wrong key is refused too
import hmac


def add_gate(app: FastAPI) -> None:
    @app.middleware("http")
    async def gate(request: Request, call_next: RequestResponseEndpoint) -> Response:
        if request.url.path != "/health" and not hmac.compare_digest(request.headers.get("x-key", ""), KEY):
            return problem(401, "Unauthorized", "Who are you?")
        return await call_next(request)


# %% 1.6c reject: OPTIONS goes through -> No method is let through
def add_gate(app: FastAPI) -> None:
    @app.middleware("http")
    async def gate(request: Request, call_next: RequestResponseEndpoint) -> Response:
        if (
            request.method != "OPTIONS"
            and request.url.path != "/health"
            and request.headers.get("x-key") != KEY
        ):
            return problem(401, "Unauthorized", "Who are you?")
        return await call_next(request)


# %% 1.6c reject: HEAD goes through -> No method is let through
def add_gate(app: FastAPI) -> None:
    @app.middleware("http")
    async def gate(request: Request, call_next: RequestResponseEndpoint) -> Response:
        if request.method != "HEAD" and request.url.path != "/health" and request.headers.get("x-key") != KEY:
            return problem(401, "Unauthorized", "Who are you?")
        return await call_next(request)


# %% 1.6c reject: the beginning of the key is enough -> A wrong key is refused too
def add_gate(app: FastAPI) -> None:
    @app.middleware("http")
    async def gate(request: Request, call_next: RequestResponseEndpoint) -> Response:
        if request.url.path != "/health" and not request.headers.get("x-key", "").startswith(KEY):
            return problem(401, "Unauthorized", "Who are you?")
        return await call_next(request)


# %% 1.6c reject: capitals do not count -> A wrong key is refused too
def add_gate(app: FastAPI) -> None:
    @app.middleware("http")
    async def gate(request: Request, call_next: RequestResponseEndpoint) -> Response:
        if request.url.path != "/health" and request.headers.get("x-key", "").lower() != KEY:
            return problem(401, "Unauthorized", "Who are you?")
        return await call_next(request)


# %% 1.6c reject: an empty key is none -> A wrong key is refused too
def add_gate(app: FastAPI) -> None:
    @app.middleware("http")
    async def gate(request: Request, call_next: RequestResponseEndpoint) -> Response:
        if request.url.path != "/health" and request.headers.get("x-key", KEY) not in ("", KEY):
            return problem(401, "Unauthorized", "Who are you?")
        return await call_next(request)


# %% 1.6c reject: the key may stand in the address -> A wrong key is refused too
def add_gate(app: FastAPI) -> None:
    @app.middleware("http")
    async def gate(request: Request, call_next: RequestResponseEndpoint) -> Response:
        if request.url.path != "/health" and KEY not in (
            request.headers.get("x-key"),
            request.query_params.get("x-key"),
        ):
            return problem(401, "Unauthorized", "Who are you?")
        return await call_next(request)


# %% 1.6c reject: a slash more is open -> Health and no other path is open
def add_gate(app: FastAPI) -> None:
    @app.middleware("http")
    async def gate(request: Request, call_next: RequestResponseEndpoint) -> Response:
        if request.url.path.rstrip("/") != "/health" and request.headers.get("x-key") != KEY:
            return problem(401, "Unauthorized", "Who are you?")
        return await call_next(request)


# %% 1.6c reject: the query belongs to the path -> Health and no other path is open
def add_gate(app: FastAPI) -> None:
    @app.middleware("http")
    async def gate(request: Request, call_next: RequestResponseEndpoint) -> Response:
        if not str(request.url).endswith("/health") and request.headers.get("x-key") != KEY:
            return problem(401, "Unauthorized", "Who are you?")
        return await call_next(request)


# %% 1.6c reject: the refusal tells which paths exist -> An unknown client cannot find out which paths exist
def add_gate(app: FastAPI) -> None:
    @app.middleware("http")
    async def gate(request: Request, call_next: RequestResponseEndpoint) -> Response:
        if request.url.path != "/health" and request.headers.get("x-key") != KEY:
            return problem(
                401,
                "Unauthorized",
                "Who are you?"
                if request.url.path in {route.path for route in app.routes}
                else "No such path",
            )
        return await call_next(request)


# %% 1.6c reject: leaves a trace in each response -> With the key there is no gate
def add_gate(app: FastAPI) -> None:
    @app.middleware("http")
    async def gate(request: Request, call_next: RequestResponseEndpoint) -> Response:
        if request.url.path != "/health" and request.headers.get("x-key") != KEY:
            return problem(401, "Unauthorized", "Who are you?")
        response = await call_next(request)
        response.headers["x-gate"] = "open"
        return response


# %% 1.6c reject: a wrong status in the body -> The refusal is a problem
def add_gate(app: FastAPI) -> None:
    @app.middleware("http")
    async def gate(request: Request, call_next: RequestResponseEndpoint) -> Response:
        if request.url.path != "/health" and request.headers.get("x-key") != KEY:
            return JSONResponse(
                {"title": "Unauthorized", "status": 403, "detail": "Who are you?"},
                401,
                media_type="application/problem+json",
            )
        return await call_next(request)

# %% 1.6c reject: a crash behind the gate gets a response of the gate -> With the key there is no gate
from secrets import compare_digest


def add_gate(app: FastAPI) -> None:
    @app.middleware("http")
    async def gate(request: Request, call_next: RequestResponseEndpoint) -> Response:
        sent = request.headers.get("x-key", "")
        if request.url.path != "/health" and not compare_digest(sent.encode(), KEY.encode()):
            return problem(401, "Unauthorized", "Who are you?")
        try:
            return await call_next(request)
        except Exception:
            return problem(500, 'x', 'y')

# %% 1.6d reject: the first part of the place is left out -> Each error says where
def add_validation_handler(app: FastAPI) -> None:
    @app.exception_handler(RequestValidationError)
    def on_invalid(request: Request, error: RequestValidationError) -> JSONResponse:
        errors = [
            {"where": ".".join(str(part) for part in each["loc"][1:]), "what": each["msg"]}
            for each in error.errors()
        ]
        return problem(422, "Invalid request", "Some values are not valid.", errors=errors)


# %% 1.6d reject: numbers are left out of the place -> Each error says where
def add_validation_handler(app: FastAPI) -> None:
    @app.exception_handler(RequestValidationError)
    def on_invalid(request: Request, error: RequestValidationError) -> JSONResponse:
        errors = [
            {
                "where": ".".join(str(part) for part in each["loc"] if not isinstance(part, int)),
                "what": each["msg"],
            }
            for each in error.errors()
        ]
        return problem(422, "Invalid request", "Some values are not valid.", errors=errors)


# %% 1.6d reject: messages and places mixed up -> Each error says what
def add_validation_handler(app: FastAPI) -> None:
    @app.exception_handler(RequestValidationError)
    def on_invalid(request: Request, error: RequestValidationError) -> JSONResponse:
        errors = [
            {"where": ".".join(str(part) for part in each["loc"]), "what": other["msg"]}
            for each, other in zip(error.errors(), reversed(error.errors()), strict=True)
        ]
        return problem(422, "Invalid request", "Some values are not valid.", errors=errors)


# %% 1.6d reject: one error a field -> Each error says where
def add_validation_handler(app: FastAPI) -> None:
    @app.exception_handler(RequestValidationError)
    def on_invalid(request: Request, error: RequestValidationError) -> JSONResponse:
        errors = {".".join(map(str, each["loc"][:2])): each["msg"] for each in error.errors()}
        errors = [{"where": where.split(".")[0], "what": what} for where, what in errors.items()]
        return problem(422, "Invalid request", "Some values are not valid.", errors=errors)


# %% 1.6d reject: the detail tells the input -> Nothing that was sent comes back
def add_validation_handler(app: FastAPI) -> None:
    @app.exception_handler(RequestValidationError)
    def on_invalid(request: Request, error: RequestValidationError) -> JSONResponse:
        errors = [
            {"where": ".".join(str(part) for part in each["loc"]), "what": each["msg"]}
            for each in error.errors()
        ]
        return problem(
            422, "Invalid request", f"{len(error.errors())} values are not valid: {error.body}", errors=errors
        )


# %% 1.6d reject: the path comes back in the detail -> Nothing that was sent comes back
def add_validation_handler(app: FastAPI) -> None:
    @app.exception_handler(RequestValidationError)
    def on_invalid(request: Request, error: RequestValidationError) -> JSONResponse:
        errors = [
            {"where": ".".join(str(part) for part in each["loc"]), "what": each["msg"]}
            for each in error.errors()
        ]
        return problem(
            422, "Invalid request", f"{request.url.path} got values that are not valid.", errors=errors
        )


# %% 1.6d reject: each request to sign up is refused -> A valid request is not refused
def add_validation_handler(app):
    @app.exception_handler(RequestValidationError)
    def on_invalid(request, error):
        errors = [
            {"where": ".".join(str(part) for part in each["loc"]), "what": each["msg"]}
            for each in error.errors()
        ]
        return problem(422, "Invalid request", "Some values are not valid.", errors=errors)

    @app.middleware("http")
    async def afterwards(request, call_next):
        response = await call_next(request)
        if response.status_code == 201:
            return problem(422, "Invalid request", "Some values are not valid.", errors=[])
        return response


# %% 1.6d reject: plain JSON -> The body is a problem
def add_validation_handler(app: FastAPI) -> None:
    @app.exception_handler(RequestValidationError)
    def on_invalid(request: Request, error: RequestValidationError) -> JSONResponse:
        errors = [
            {"where": ".".join(str(part) for part in each["loc"]), "what": each["msg"]}
            for each in error.errors()
        ]
        return JSONResponse(
            {"title": "Invalid", "status": 422, "detail": "Not valid.", "errors": errors}, 422
        )


# %% 1.6e accept: white space made one space each
import secrets


def add_crash_handler(app: FastAPI, log: list[str]) -> None:
    @app.exception_handler(Exception)
    def on_crash(request: Request, error: Exception) -> JSONResponse:
        reference = secrets.token_hex(8)
        message = " ".join(str(error).split())
        log.append(f"{reference} {type(error).__name__}: {message}")
        detail = "Something broke on our side."
        return problem(500, "Server error", detail, reference=reference)


# %% 1.6e reject: the message as it is, with its lines -> Each entry of the log is one line
import secrets


def add_crash_handler(app: FastAPI, log: list[str]) -> None:
    @app.exception_handler(Exception)
    def on_crash(request: Request, error: Exception) -> JSONResponse:
        reference = secrets.token_hex(8)
        message = str(error)
        log.append(f"{reference} {type(error).__name__}: {message}")
        detail = "Something broke on our side."
        return problem(500, "Server error", detail, reference=reference)


# %% 1.6e reject: the first line only -> The log holds the reference the type and the message
import secrets


def add_crash_handler(app: FastAPI, log: list[str]) -> None:
    @app.exception_handler(Exception)
    def on_crash(request: Request, error: Exception) -> JSONResponse:
        reference = secrets.token_hex(8)
        message = str(error).splitlines()[0]
        log.append(f"{reference} {type(error).__name__}: {message}")
        detail = "Something broke on our side."
        return problem(500, "Server error", detail, reference=reference)


# %% 1.6e reject: only the newest entry is kept -> Each crash is appended to the log
import secrets


def add_crash_handler(app: FastAPI, log: list[str]) -> None:
    @app.exception_handler(Exception)
    def on_crash(request: Request, error: Exception) -> JSONResponse:
        reference = secrets.token_hex(8)
        message = " ".join(str(error).split())
        log[:] = [f"{reference} {type(error).__name__}: {message}"]
        detail = "Something broke on our side."
        return problem(500, "Server error", detail, reference=reference)


# %% 1.6e reject: the newest entry stands first -> Each crash is appended to the log
import secrets


def add_crash_handler(app: FastAPI, log: list[str]) -> None:
    @app.exception_handler(Exception)
    def on_crash(request: Request, error: Exception) -> JSONResponse:
        reference = secrets.token_hex(8)
        message = " ".join(str(error).split())
        log.insert(0, f"{reference} {type(error).__name__}: {message}")
        detail = "Something broke on our side."
        return problem(500, "Server error", detail, reference=reference)


# %% 1.6e reject: the type goes out in a header -> Nothing of the exception reaches the client
import secrets


def add_crash_handler(app: FastAPI, log: list[str]) -> None:
    @app.exception_handler(Exception)
    def on_crash(request: Request, error: Exception) -> JSONResponse:
        reference = secrets.token_hex(8)
        message = " ".join(str(error).split())
        log.append(f"{reference} {type(error).__name__}: {message}")
        detail = "Something broke on our side."
        response = problem(500, "Server error", detail, reference=reference)
        response.headers["x-error"] = type(error).__name__
        return response


# %% 1.6e reject: each refusal of the status 500 is a crash -> An http exception is no crash
import secrets


def add_crash_handler(app: FastAPI, log: list[str]) -> None:
    from fastapi import HTTPException

    @app.exception_handler(HTTPException)
    def refused(request, error):
        if error.status_code < 500:
            return JSONResponse({"detail": error.detail}, error.status_code, error.headers)
        return on_crash(request, error)

    @app.exception_handler(Exception)
    def on_crash(request: Request, error: Exception) -> JSONResponse:
        reference = secrets.token_hex(8)
        message = " ".join(str(error).split())
        log.append(f"{reference} {type(error).__name__}: {message}")
        detail = "Something broke on our side."
        return problem(500, "Server error", detail, reference=reference)


# %% 1.6e reject: wrong values are a crash -> An http exception is no crash
import secrets


def add_crash_handler(app: FastAPI, log: list[str]) -> None:
    from fastapi.exceptions import RequestValidationError

    @app.exception_handler(RequestValidationError)
    @app.exception_handler(Exception)
    def on_crash(request: Request, error: Exception) -> JSONResponse:
        reference = secrets.token_hex(8)
        message = " ".join(str(error).split())
        log.append(f"{reference} {type(error).__name__}: {message}")
        detail = "Something broke on our side."
        return problem(500, "Server error", detail, reference=reference)


# %% 1.6e reject: the reference is made of the message -> No two crashes share a reference
import secrets


def add_crash_handler(app: FastAPI, log: list[str]) -> None:
    @app.exception_handler(Exception)
    def on_crash(request: Request, error: Exception) -> JSONResponse:
        reference = format(abs(hash(str(error))), "x")
        message = " ".join(str(error).split())
        log.append(f"{reference} {type(error).__name__}: {message}")
        detail = "Something broke on our side."
        return problem(500, "Server error", detail, reference=reference)


# %% 1.6e reject: the reference is of the app -> No two crashes share a reference
import secrets


def add_crash_handler(app: FastAPI, log: list[str]) -> None:
    @app.exception_handler(Exception)
    def on_crash(request: Request, error: Exception) -> JSONResponse:
        reference = f"{id(app):x}"
        message = " ".join(str(error).split())
        log.append(f"{reference} {type(error).__name__}: {message}")
        detail = "Something broke on our side."
        return problem(500, "Server error", detail, reference=reference)


# %% 1.6e reject: 503 -> The client gets a problem with a reference
import secrets


def add_crash_handler(app: FastAPI, log: list[str]) -> None:
    @app.exception_handler(Exception)
    def on_crash(request: Request, error: Exception) -> JSONResponse:
        reference = secrets.token_hex(8)
        message = " ".join(str(error).split())
        log.append(f"{reference} {type(error).__name__}: {message}")
        detail = "Something broke on our side."
        return problem(503, "Server error", detail, reference=reference)

# %% 1.6e reject: a reference of one byte -> No two crashes share a reference
import secrets


def add_crash_handler(app: FastAPI, log: list[str]) -> None:
    @app.exception_handler(Exception)
    def crashed(request: Request, error: Exception) -> JSONResponse:
        reference = secrets.token_hex(1)
        message = " ".join(str(error).splitlines())
        log.append(f"{reference} {type(error).__name__}: {message}")
        return problem(500, "Server error", "Something broke on our side.", reference=reference)

# %% 1.6e reject: only \n counts as a line break -> Each entry of the log is one line
import secrets


def add_crash_handler(app: FastAPI, log: list[str]) -> None:
    @app.exception_handler(Exception)
    def crashed(request: Request, error: Exception) -> JSONResponse:
        reference = secrets.token_hex(8)
        message = str(error).replace("\n", " ")
        log.append(f"{reference} {type(error).__name__}: {message}")
        return problem(500, "Server error", "Something broke on our side.", reference=reference)

# %% 1.6e reject: an empty message breaks the handler -> The log holds the reference the type and the message
import secrets


def add_crash_handler(app: FastAPI, log: list[str]) -> None:
    @app.exception_handler(Exception)
    def crashed(request: Request, error: Exception) -> JSONResponse:
        reference = secrets.token_hex(8)
        message = str(error).splitlines()[0] + " ".join(str(error).splitlines()[1:])
        log.append(f"{reference} {type(error).__name__}: {message}")
        return problem(500, "Server error", "Something broke on our side.", reference=reference)


# %% 1.6c reject: a body that is not JSON is refused first -> The body of an unknown client is not looked at
import json


def add_gate(app):
    @app.middleware("http")
    async def gate(request, call_next):
        if request.url.path == "/health" or request.headers.get("x-key") == KEY:
            return await call_next(request)
        try:
            json.loads(await request.body() or "null")
        except ValueError:
            return problem(422, "Invalid request", "This is not JSON.")
        return problem(401, "Unauthorized", "Who are you?")


# %% 1.6d reject: what was sent is written as JSON on the way -> A number that is none is a 422
import json


def add_validation_handler(app):
    @app.exception_handler(RequestValidationError)
    def on_invalid(request, error):
        errors = []
        for each in error.errors():
            json.dumps(each["input"], allow_nan=False)  # for a log
            errors.append({"where": ".".join(str(part) for part in each["loc"]), "what": each["msg"]})
        return problem(422, "Invalid request", "Some values are not valid.", errors=errors)
