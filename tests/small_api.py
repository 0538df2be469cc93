"""A small API in memory, of other structure than Postboard's, right in all that it has; each hole can be opened.

It lies below /api/v1, calls its list of posts `results`… and has no votes, tags, drafts or refresh tokens.
"""

import time
from collections import Counter
from itertools import count
from typing import Annotated, Any

import jwt
from fastapi import Depends, FastAPI, HTTPException, Request, Response
from fastapi.encoders import jsonable_encoder
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse, JSONResponse
from fastapi.security import OAuth2PasswordBearer, OAuth2PasswordRequestForm
from pydantic import BaseModel, ConfigDict, Field

SECRET = "a-secret-of-a-test-that-is-on-no-list-of-anybody"
BASE = "/api/v1"
# What the page says of frames: in each hole, too little.
FRAMES = {
    "": {"Content-Security-Policy": "default-src 'self'; frame-ancestors 'self'"},
    "frames": {"Content-Security-Policy": "default-src 'self'"},
    "frames of all": {"Content-Security-Policy": "frame-ancestors *", "X-Frame-Options": "DENY"},
    "frames of one": {"X-Frame-Options": "ALLOW-FROM https://evil.example"},
}


class Registration(BaseModel):
    model_config = ConfigDict(extra="allow")

    name: str = Field(max_length=60)
    email: str = Field(pattern=r"^[\x21-\x7e]+@[\x21-\x7e]+$")
    password: str


class Post(BaseModel):
    model_config = ConfigDict(extra="allow")

    title: str = Field(max_length=200, pattern=r"^[^\x00]*$")
    content: str = Field(max_length=10_000)


class Changes(BaseModel):
    model_config = ConfigDict(extra="allow")

    title: str | None = None
    content: str | None = None


class Comment(BaseModel):
    content: str = Field(max_length=2_000)


def small_api(*holes: str) -> FastAPI:
    """The app with these holes open; without any, nothing gets through."""
    app = FastAPI(title="Small")
    framed = next((each for each in holes if each in FRAMES), "")
    users: dict[str, dict[str, Any]] = {}
    posts: dict[int, dict[str, Any]] = {}
    comments: dict[int, dict[str, Any]] = {}
    numbers = count(1)
    failed: Counter[str] = Counter()
    signed_up: Counter[str] = Counter()
    bearer = OAuth2PasswordBearer(tokenUrl=f"{BASE}/session", auto_error=False)

    def caller(token: Annotated[str | None, Depends(bearer)], request: Request) -> dict[str, Any]:
        if "key of week 2" in holes and request.headers.get("x-api-key") == "not-a-real-key-ada":
            return {"name": "ada", "email": "ada@example.com", "admin": False}
        if "claimed name" in holes and "x-user" in request.headers:
            return {"name": request.headers["x-user"], "email": "x@example.com", "admin": False}
        if "token in address" in holes and "token" in request.query_params:
            token = request.query_params["token"]
        if token is None:
            raise HTTPException(401, "Log in.", {"WWW-Authenticate": "Bearer"})
        found = next((user for user in users.values() if user["name"] == _subject(token, holes)), None)
        if found is None:
            if "user who is gone" in holes:
                return {"name": "ghost", "email": "", "admin": False}
            raise HTTPException(401, "This token is not valid.", {"WWW-Authenticate": "Bearer"})
        return found

    Caller = Annotated[dict[str, Any], Depends(caller)]

    @app.middleware("http")
    async def around(request: Request, call_next: Any) -> Response:
        if "large body" not in holes:
            body = b""
            async for part in request.stream():
                body += part
                if len(body) > 100_000:
                    return JSONResponse({"detail": "too large"}, 413)
            request._body = body
        response: Response = await call_next(request)
        origin = request.headers.get("origin", "")
        if "any origin" in holes and origin:
            response.headers["Access-Control-Allow-Origin"] = origin
            response.headers["Access-Control-Allow-Credentials"] = "true"
        if "null origin" in holes and origin == "null":
            response.headers["Access-Control-Allow-Origin"] = "null"
        if "similar origin" in holes and origin.startswith("http://localhost"):
            response.headers["Access-Control-Allow-Origin"] = origin
        if "cookie" in holes and request.url.path.endswith("/session"):
            response.set_cookie("session", "1")
        return response

    @app.exception_handler(RequestValidationError)
    async def invalid(request: Request, error: RequestValidationError) -> JSONResponse:
        if "echo of input" in holes:
            return JSONResponse({"detail": jsonable_encoder(error.errors())}, 422)
        return JSONResponse({"detail": [each["msg"] for each in error.errors()[:20]]}, 422)

    if "traceback" in holes:

        @app.exception_handler(404)
        async def crash(request: Request, error: Exception) -> JSONResponse:
            return JSONResponse({"detail": 'Traceback (most recent call last): File "/srv/app/main.py"'}, 404)

    @app.post(f"{BASE}/register", status_code=201)
    def register(form: Registration, request: Request) -> dict[str, Any]:
        email = form.email if "case of e-mail" in holes else form.email.lower()
        if "weak password" not in holes and (len(form.password) < 15 or form.password.casefold() in COMMON):
            raise HTTPException(422, "Another password." + form.password * ("echo of password" in holes))
        if len(form.password) > 128:
            raise HTTPException(422, "Too long.")
        if "registrations" not in holes and signed_up["all"] >= 20:
            raise HTTPException(429, "Later.")
        signed_up["all"] += 1
        taken = {user["name"] for user in users.values()} | {"me"}
        if email in users or (form.name in taken and "taken name" not in holes):
            raise HTTPException(409, "Taken.")
        admin = "role" in holes and bool((form.model_extra or {}).get("is_admin"))
        users[email] = {"name": form.name, "email": email, "password": form.password, "admin": admin}
        told = {"password_hash": "$argon2id$v=19$m"} if "hash" in holes else {}
        return {"name": form.name, "email": email, **told}

    @app.post(f"{BASE}/session")
    def log_in(form: Annotated[OAuth2PasswordRequestForm, Depends()], response: Response) -> dict[str, Any]:
        user = users.get(form.username)
        if "guesses" not in holes and failed[form.username] >= 10:
            raise HTTPException(429, "Later.")
        if "time" not in holes or user:
            time.sleep(0.05)  # as a hash takes time
        if user is None and "who exists" in holes:
            raise HTTPException(401, "There is no such user.")
        cut = 72 if "72 bytes" in holes else None
        if user is None or user["password"][:cut] != form.password[:cut]:
            failed[form.username] += 1
            raise HTTPException(401, "Wrong.", {"WWW-Authenticate": "Bearer"})
        failed[form.username] = 0
        if "kept by the browser" not in holes:
            response.headers["Cache-Control"] = "no-store"
        return {"access_token": _token(user, holes), "token_type": "bearer"}

    @app.get(f"{BASE}/users/me")
    def me(user: Caller) -> dict[str, Any]:
        return {"name": user["name"], "email": user["email"], "role": "admin" if user["admin"] else "member"}

    @app.get(f"{BASE}/users/{{name}}")
    def profile(name: str) -> dict[str, Any]:
        found = next((user for user in users.values() if user["name"] == name), None)
        if found is None:
            raise HTTPException(404, "Nobody.")
        return {"name": name} | ({"email": found["email"]} if "e-mail" in holes else {})

    @app.get(f"{BASE}/posts")
    def list_posts(search: str = "", limit: int = 10) -> dict[str, Any]:
        if not (0 < limit <= 100) and "long pages" not in holes:
            raise HTTPException(422, "limit")
        if "\0" in search:
            raise HTTPException(422, "NUL")
        if "quote" in holes and "'" in search:
            raise RuntimeError("syntax error")
        if "true condition" in holes and "' OR '1'='1" in search:
            search = ""
        if "wildcards" in holes and "%" in search:
            search = search.partition("%")[0]
        return {"items": [post for post in posts.values() if search.lower() in post["title"].lower()]}

    @app.post(f"{BASE}/posts", status_code=201)
    def create(post: Post, user: Caller) -> dict[str, Any]:
        number = next(numbers)
        extra = post.model_extra or {}
        author = extra["author"] if "author" in holes and "author" in extra else user["name"]
        more = {"score": extra.get("score", 0)} if "score" in holes else {}
        posts[number] = {"id": number, "author": author, "title": post.title, "content": post.content, **more}
        return posts[number]

    def found_post(post_id: int) -> dict[str, Any]:
        if not 0 < post_id < 2**31:
            raise HTTPException(422, "An id is small.")
        if post_id not in posts:
            raise HTTPException(404, "No post.")
        return posts[post_id]

    def own(post_id: int, user: dict[str, Any], hole: str) -> dict[str, Any]:
        post = found_post(post_id)
        if post["author"] != user["name"] and hole not in holes:
            raise HTTPException(403, "Not yours.")
        return post

    @app.get(f"{BASE}/posts/{{number}}")
    def read(number: int) -> dict[str, Any]:
        return found_post(number)

    @app.patch(f"{BASE}/posts/{{number}}")
    def change(number: int, changes: Changes, user: Caller) -> dict[str, Any]:
        post = own(number, user, "others' posts")
        post |= changes.model_dump(exclude_unset=True, exclude=set(changes.model_extra or {}))
        if "changed author" in holes:
            post |= {n: v for n, v in (changes.model_extra or {}).items() if n == "author"}
        return post

    guard = [] if "no guard" in holes else [Depends(caller)]

    @app.delete(f"{BASE}/posts/{{number}}", status_code=204, dependencies=guard)
    def delete(number: int, request: Request, token: Annotated[str | None, Depends(bearer)]) -> None:
        if "no guard" not in holes:
            own(number, caller(token, request), "deleting others' posts")
        del posts[number]

    @app.post(f"{BASE}/posts/{{number}}/comments", status_code=201)
    def comment(number: int, said: Comment, user: Caller) -> dict[str, Any]:
        found_post(number)
        key = len(comments) + 1
        comments[key] = {"id": key, "author": user["name"], "content": said.content}
        return comments[key]

    @app.put(f"{BASE}/comments/{{number}}")
    def change_comment(number: int, said: Comment, user: Caller) -> dict[str, Any]:
        if comments[number]["author"] != user["name"] and "others' comments" not in holes:
            raise HTTPException(403, "Not yours.")
        comments[number]["content"] = said.content
        return comments[number]

    @app.get(f"{BASE}/admin/users")
    def everybody(user: Caller) -> list[str]:
        if not user["admin"] and "admin" not in holes:
            raise HTTPException(403, "Only for admins.")
        return [each["name"] for each in users.values()]

    @app.get("/ui", response_class=HTMLResponse)
    def page() -> HTMLResponse:
        titles = [post["title"] for post in posts.values()] if "page" in holes else []
        return HTMLResponse("".join(f"<h1>{title}</h1>" for title in titles), headers=FRAMES[framed])

    if ".env" in holes:

        @app.get("/.env")
        def settings() -> Response:
            return Response("DATABASE_URL=…", media_type="text/plain")

    if "redirect" in holes:

        @app.get("/")
        def home(next: str = "/docs") -> Response:
            return Response(status_code=307, headers={"Location": next})

    return app


COMMON = {"password12345678", "123456789012345", "qwertyuiopasdfgh"}


def _token(user: dict[str, Any], holes: tuple[str, ...]) -> str:
    claims = {"sub": user["name"], "exp": int(time.time()) + 900, "aud": "small", "iss": "small"}
    claims |= {"email": user["email"]} if "e-mail in token" in holes else {}
    claims = {n: v for n, v in claims.items() if n != "aud"} if "no audience" in holes else claims
    secret = "secret" if "weak secret" in holes else SECRET
    return jwt.encode(claims, secret, "HS256", headers={"typ": "at+jwt"})


def _subject(token: str, holes: tuple[str, ...]) -> str:
    """Whose token it is; "" for one that is not valid."""
    needed = ["sub"] + ["exp"] * ("no end" not in holes)
    options: Any = {"verify_aud": "audience" not in holes and "no audience" not in holes, "require": needed}
    options |= {"verify_exp": "expired" not in holes, "verify_iss": "issuer" not in holes}
    options |= {"verify_signature": False, "verify_exp": True} if "signature" in holes else {}
    algorithms = ["HS256", *(["HS512"] if "algorithm" in holes else [])]
    try:
        header = jwt.get_unverified_header(token)
        if "alg none" in holes and str(header["alg"]).lower() == "none":
            return str(jwt.decode(token, options={"verify_signature": False})["sub"])
        key = (
            "mallory"
            if "jwk" in holes and "jwk" in header
            else "secret"
            if "weak secret" in holes
            else SECRET
        )
        issuer = None if "issuer" in holes else "small"
        claims = jwt.decode(token, key, algorithms, audience="small", issuer=issuer, options=options)
    except (jwt.InvalidTokenError, ValueError):
        return ""
    if header.get("typ") != "at+jwt" and "type" not in holes:
        return ""
    return str(claims["sub"])
