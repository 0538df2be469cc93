"""Right and wrong answers to the exercises of lesson 1.3; see docs/authors.md for the form."""

# %% 1.3a accept: literals, async, other parameter order
from typing import Annotated, Literal

from fastapi import FastAPI, Path, Query

seats_api = FastAPI()


@seats_api.get("/seats/{row}/{seat}")
async def seat_of(
    seat: Annotated[int, Path(gt=0, lt=21)],
    row: Literal["A", "B", "C"],
    child: Annotated[bool, Query(description="younger than 12")] = False,
):
    return dict(row=row, seat=seat, child=child)


# %% 1.3a accept: a pattern, the old way of writing defaults, a router
from fastapi import APIRouter, FastAPI, Path

router = APIRouter(prefix="/seats")


@router.get("/{r}/{number}")
def one_seat(r: str = Path(pattern="^[ABC]$"), number: int = Path(ge=1, le=20), child: bool = False):
    return {"row": r, "seat": number, "child": child}


seats_api = FastAPI()
seats_api.include_router(router)

# %% 1.3a accept: yes and no by hand, refused by the function itself
from typing import Literal

from fastapi import FastAPI, HTTPException

seats_api = FastAPI()


@seats_api.get("/seats/{row}/{seat}")
def find(row: str, seat: int, child: Literal["yes", "no"] = "no"):
    if row not in ("A", "B", "C") or not 1 <= seat <= 20:
        raise HTTPException(422, "There is no such seat")
    return {"row": row, "seat": seat, "child": child == "yes"}


# %% 1.3a reject: any row -> A row that is not there is 422
from typing import Annotated

from fastapi import FastAPI, Path

seats_api = FastAPI()


@seats_api.get("/seats/{row}/{seat}")
def show_seat(row: str, seat: Annotated[int, Path(ge=1, le=20)], child: bool = False) -> dict:
    return {"row": row, "seat": seat, "child": child}


# %% 1.3a reject: a pattern that matches in the middle -> A row that is not there is 422
from typing import Annotated

from fastapi import FastAPI, Path

seats_api = FastAPI()


@seats_api.get("/seats/{row}/{seat}")
def show_seat(
    row: Annotated[str, Path(pattern="[ABC]")], seat: Annotated[int, Path(ge=1, le=20)], child: bool = False
) -> dict:
    return {"row": row, "seat": seat, "child": child}


# %% 1.3a reject: greater than where greater or equal was meant -> A seat is shown
from typing import Annotated, Literal

from fastapi import FastAPI, Path

seats_api = FastAPI()


@seats_api.get("/seats/{row}/{seat}")
def show_seat(
    row: Literal["A", "B", "C"], seat: Annotated[int, Path(gt=1, lt=20)], child: bool = False
) -> dict:
    return {"row": row, "seat": seat, "child": child}


# %% 1.3a reject: no default for child -> A seat is shown
from typing import Annotated, Literal

from fastapi import FastAPI, Path

seats_api = FastAPI()


@seats_api.get("/seats/{row}/{seat}")
def show_seat(row: Literal["A", "B", "C"], seat: Annotated[int, Path(ge=1, le=20)], child: bool) -> dict:
    return {"row": row, "seat": seat, "child": child}


# %% 1.3a reject: child stays text, and all text is true -> Child is read from the query
from typing import Annotated, Literal

from fastapi import FastAPI, Path

seats_api = FastAPI()


@seats_api.get("/seats/{row}/{seat}")
def show_seat(row: Literal["A", "B", "C"], seat: Annotated[int, Path(ge=1, le=20)], child: str = "") -> dict:
    return {"row": row, "seat": seat, "child": bool(child)}


# %% 1.3a reject: a seat that is not there is a 404 -> A seat that is not there is 422
from fastapi import FastAPI, HTTPException

seats_api = FastAPI()


@seats_api.get("/seats/{row}/{seat}")
def show_seat(row: str, seat: int, child: bool = False) -> dict:
    if row not in "ABC" or not 1 <= seat <= 20:
        raise HTTPException(404, "No such seat")
    return {"row": row, "seat": seat, "child": child}


# %% 1.3a reject: half a seat -> A seat that is not there is 422
from typing import Annotated, Literal

from fastapi import FastAPI, Path

seats_api = FastAPI()


@seats_api.get("/seats/{row}/{seat}")
def show_seat(
    row: Literal["A", "B", "C"], seat: Annotated[float, Path(ge=1, le=20)], child: bool = False
) -> dict:
    return {"row": row, "seat": seat, "child": child}


# %% 1.3a reject: everything in the query -> A seat is shown
from typing import Annotated, Literal

from fastapi import FastAPI, Query

seats_api = FastAPI()


@seats_api.get("/seats")
def show_seat(
    row: Literal["A", "B", "C"], seat: Annotated[int, Query(ge=1, le=20)], child: bool = False
) -> dict:
    return {"row": row, "seat": seat, "child": child}


# %% 1.3a reject: the names in the path are not those of the function -> A seat is shown
from typing import Annotated, Literal

from fastapi import FastAPI

seats_api = FastAPI()


@seats_api.get("/seats/{letter}/{number}")
def show_seat(row: Literal["A", "B", "C"], seat: int, child: bool = False) -> dict:
    return {"row": row, "seat": seat, "child": child}


# %% 1.3b accept: a model for the query
from fastapi import FastAPI, Query
from pydantic import BaseModel, Field
from typing import Annotated


class Wanted(BaseModel):
    tag: list[str] = []
    year: int = Field(0, alias="from")
    subtitle: str | None = None
    limit: int = Field(10, gt=0, lt=51)


books_api = FastAPI()


@books_api.get("/books")
async def books(wanted: Annotated[Wanted, Query()]):
    titles = []
    for book in shelf:
        if any(tag not in book["tags"] for tag in wanted.tag) or book["year"] < wanted.year:
            continue
        if wanted.subtitle in (None, book["subtitle"]):
            titles.append(book["title"])
    return titles[: wanted.limit]


# %% 1.3b accept: the old way of writing defaults, one filter after the other
from fastapi import FastAPI, Query

books_api = FastAPI()


@books_api.get("/books")
def books(
    tags: list[str] | None = Query(None, alias="tag"),
    from_: int | None = Query(None, alias="from"),
    subtitle: str | None = Query(None),
    limit: int = Query(10, ge=1, le=50),
):
    found = shelf
    for tag in tags or []:
        found = [book for book in found if tag in book["tags"]]
    if from_ is not None:
        found = [book for book in found if book["year"] >= from_]
    if subtitle is not None:
        found = [book for book in found if book["subtitle"] == subtitle]
    return [book["title"] for book in found][:limit]


# %% 1.3b accept: the raw query, checked by hand
from fastapi import FastAPI, HTTPException, Request

books_api = FastAPI()


@books_api.get("/books")
def books(request: Request) -> list[str]:
    query = request.query_params
    limit = query.get("limit", "10")
    if not limit.isdigit() or not 1 <= int(limit) <= 50:
        raise HTTPException(422, "limit is 1 to 50")
    return [
        book["title"]
        for book in shelf
        if set(query.getlist("tag")).issubset(book["tags"])
        and int(query.get("from", "0")) <= book["year"]
        and query.get("subtitle", book["subtitle"]) == book["subtitle"]
    ][: int(limit)]


# %% 1.3b reject: one of the tags is enough -> Every tag must be there
from typing import Annotated

from fastapi import FastAPI, Query

books_api = FastAPI()


@books_api.get("/books")
def find_books(
    tag: Annotated[list[str] | None, Query()] = None,
    since: Annotated[int, Query(alias="from")] = 0,
    subtitle: str | None = None,
    limit: Annotated[int, Query(ge=1, le=50)] = 10,
) -> list[str]:
    found = [b for b in shelf if not tag or set(tag) & set(b["tags"])]
    found = [b for b in found if b["year"] >= since and subtitle in (None, b["subtitle"])]
    return [b["title"] for b in found][:limit]


# %% 1.3b reject: only the last tag counts -> Every tag must be there
from typing import Annotated

from fastapi import FastAPI, Query

books_api = FastAPI()


@books_api.get("/books")
def find_books(
    tag: str | None = None,
    since: Annotated[int, Query(alias="from")] = 0,
    subtitle: str | None = None,
    limit: Annotated[int, Query(ge=1, le=50)] = 10,
) -> list[str]:
    found = [b for b in shelf if tag is None or tag in b["tags"]]
    found = [b for b in found if b["year"] >= since and subtitle in (None, b["subtitle"])]
    return [b["title"] for b in found][:limit]


# %% 1.3b reject: a list without Query -> Without a query all books come
from typing import Annotated

from fastapi import FastAPI, Query

books_api = FastAPI()


@books_api.get("/books")
def find_books(
    tag: list[str],
    since: Annotated[int, Query(alias="from")] = 0,
    subtitle: str | None = None,
    limit: Annotated[int, Query(ge=1, le=50)] = 10,
) -> list[str]:
    found = [b for b in shelf if set(tag) <= set(b["tags"])]
    found = [b for b in found if b["year"] >= since and subtitle in (None, b["subtitle"])]
    return [b["title"] for b in found][:limit]


# %% 1.3b reject: an empty subtitle asks for nothing -> An empty subtitle is not a missing one
from typing import Annotated

from fastapi import FastAPI, Query

books_api = FastAPI()


@books_api.get("/books")
def find_books(
    tag: Annotated[list[str], Query(default_factory=list)],
    since: Annotated[int, Query(alias="from")] = 0,
    subtitle: str = "",
    limit: Annotated[int, Query(ge=1, le=50)] = 10,
) -> list[str]:
    found = [b for b in shelf if set(tag) <= set(b["tags"]) and b["year"] >= since]
    if subtitle:
        found = [b for b in found if b["subtitle"] == subtitle]
    return [b["title"] for b in found][:limit]


# %% 1.3b reject: a part of the subtitle is enough -> An empty subtitle is not a missing one
from typing import Annotated

from fastapi import FastAPI, Query

books_api = FastAPI()


@books_api.get("/books")
def find_books(
    tag: Annotated[list[str], Query(default_factory=list)],
    since: Annotated[int, Query(alias="from")] = 0,
    subtitle: str | None = None,
    limit: Annotated[int, Query(ge=1, le=50)] = 10,
) -> list[str]:
    found = [b for b in shelf if set(tag) <= set(b["tags"]) and b["year"] >= since]
    if subtitle == "":
        found = [b for b in found if not b["subtitle"]]
    elif subtitle is not None:
        found = [b for b in found if subtitle in b["subtitle"]]
    return [b["title"] for b in found][:limit]


# %% 1.3b reject: the query is called since, not from -> From counts its own year
from typing import Annotated

from fastapi import FastAPI, Query

books_api = FastAPI()


@books_api.get("/books")
def find_books(
    tag: Annotated[list[str], Query(default_factory=list)],
    since: int = 0,
    subtitle: str | None = None,
    limit: Annotated[int, Query(ge=1, le=50)] = 10,
) -> list[str]:
    found = [b for b in shelf if set(tag) <= set(b["tags"])]
    found = [b for b in found if b["year"] >= since and subtitle in (None, b["subtitle"])]
    return [b["title"] for b in found][:limit]


# %% 1.3b reject: later than the year instead of from it on -> From counts its own year
from typing import Annotated

from fastapi import FastAPI, Query

books_api = FastAPI()


@books_api.get("/books")
def find_books(
    tag: Annotated[list[str], Query(default_factory=list)],
    since: Annotated[int, Query(alias="from")] = 0,
    subtitle: str | None = None,
    limit: Annotated[int, Query(ge=1, le=50)] = 10,
) -> list[str]:
    found = [b for b in shelf if set(tag) <= set(b["tags"])]
    found = [b for b in found if b["year"] > since and subtitle in (None, b["subtitle"])]
    return [b["title"] for b in found][:limit]


# %% 1.3b reject: any limit -> A limit outside 1 to 50 is 422
from typing import Annotated

from fastapi import FastAPI, Query

books_api = FastAPI()


@books_api.get("/books")
def find_books(
    tag: Annotated[list[str], Query(default_factory=list)],
    since: Annotated[int, Query(alias="from")] = 0,
    subtitle: str | None = None,
    limit: int = 10,
) -> list[str]:
    found = [b for b in shelf if set(tag) <= set(b["tags"])]
    found = [b for b in found if b["year"] >= since and subtitle in (None, b["subtitle"])]
    return [b["title"] for b in found][:limit]


# %% 1.3b reject: too much is cut to 50 in silence -> A limit outside 1 to 50 is 422
from typing import Annotated

from fastapi import FastAPI, Query

books_api = FastAPI()


@books_api.get("/books")
def find_books(
    tag: Annotated[list[str], Query(default_factory=list)],
    since: Annotated[int, Query(alias="from")] = 0,
    subtitle: str | None = None,
    limit: int = 10,
) -> list[str]:
    found = [b for b in shelf if set(tag) <= set(b["tags"])]
    found = [b for b in found if b["year"] >= since and subtitle in (None, b["subtitle"])]
    return [b["title"] for b in found][: min(max(limit, 1), 50)]


# %% 1.3b reject: the limit cuts the shelf, not what was found -> The limit counts what was found
from typing import Annotated

from fastapi import FastAPI, Query

books_api = FastAPI()


@books_api.get("/books")
def find_books(
    tag: Annotated[list[str], Query(default_factory=list)],
    since: Annotated[int, Query(alias="from")] = 0,
    subtitle: str | None = None,
    limit: Annotated[int, Query(ge=1, le=50)] = 10,
) -> list[str]:
    found = [b for b in shelf[:limit] if set(tag) <= set(b["tags"])]
    return [b["title"] for b in found if b["year"] >= since and subtitle in (None, b["subtitle"])]


# %% 1.3b reject: the four titles, looked up -> Without a query all books come
from fastapi import FastAPI

books_api = FastAPI()


@books_api.get("/books")
def find_books() -> list[str]:
    return ["Tables", "Joins", "Sessions", "Indexes"]


# %% 1.3c accept: a model
from fastapi import FastAPI
from pydantic import BaseModel, Field


class Feedback(BaseModel):
    text: str = Field(min_length=1, max_length=500)
    stars: int = Field(ge=1, le=5)
    email: str | None = None


feedback_api = FastAPI()


@feedback_api.post("/feedback")
def give_feedback(feedback: Feedback) -> Feedback:
    return feedback


# %% 1.3c accept: the old way of writing defaults, async, another status for what was created
from fastapi import Body, FastAPI

feedback_api = FastAPI()


@feedback_api.post("/feedback", status_code=201)
async def give_feedback(
    email: str | None = Body(None),
    stars: int = Body(..., gt=0, lt=6),
    text: str = Body(..., min_length=1, max_length=500),
):
    return {"email": email, "stars": stars, "text": text}


# %% 1.3c accept: a dict, checked by hand
from fastapi import FastAPI, HTTPException

feedback_api = FastAPI()


@feedback_api.post("/feedback")
def give_feedback(sent: dict) -> dict:
    text, stars, email = sent.get("text"), sent.get("stars"), sent.get("email")
    if not isinstance(text, str) or not 1 <= len(text) <= 500:
        raise HTTPException(422, "text has 1 to 500 characters")
    if type(stars) is not int or stars not in range(1, 6):
        raise HTTPException(422, "stars is 1 to 5")
    return {"text": text, "stars": stars, "email": email}


# %% 1.3c reject: rules for the query -> JSON is read
from typing import Annotated

from fastapi import FastAPI, Query

feedback_api = FastAPI()


@feedback_api.post("/feedback")
def give_feedback(
    text: Annotated[str, Query(min_length=1, max_length=500)],
    stars: Annotated[int, Query(ge=1, le=5)],
    email: str | None = None,
) -> dict:
    return {"text": text, "stars": stars, "email": email}


# %% 1.3c reject: a dict without checks -> Stars are 1 to 5
from fastapi import FastAPI

feedback_api = FastAPI()


@feedback_api.post("/feedback")
def give_feedback(feedback: dict) -> dict:
    return {"email": None} | feedback


# %% 1.3c reject: a default of None without allowing null -> Email may be null
from typing import Annotated

from fastapi import Body, FastAPI

feedback_api = FastAPI()


@feedback_api.post("/feedback")
def give_feedback(
    text: Annotated[str, Body(min_length=1, max_length=500)],
    stars: Annotated[int, Body(ge=1, le=5)],
    email: Annotated[str, Body()] = None,
) -> dict:
    return {"text": text, "stars": stars, "email": email}


# %% 1.3c reject: null is allowed, but must be said -> Email may be left out
from typing import Annotated

from fastapi import Body, FastAPI

feedback_api = FastAPI()


@feedback_api.post("/feedback")
def give_feedback(
    text: Annotated[str, Body(min_length=1, max_length=500)],
    stars: Annotated[int, Body(ge=1, le=5)],
    email: Annotated[str | None, Body()],
) -> dict:
    return {"text": text, "stars": stars, "email": email}


# %% 1.3c reject: the e-mail stays in the URL -> JSON is read
from typing import Annotated

from fastapi import Body, FastAPI

feedback_api = FastAPI()


@feedback_api.post("/feedback")
def give_feedback(
    text: Annotated[str, Body(min_length=1, max_length=500)],
    stars: Annotated[int, Body(ge=1, le=5)],
    email: str | None = None,
) -> dict:
    return {"text": text, "stars": stars, "email": email}


# %% 1.3c reject: a form instead of JSON -> JSON is read
from typing import Annotated

from fastapi import FastAPI, Form

feedback_api = FastAPI()


@feedback_api.post("/feedback")
def give_feedback(
    text: Annotated[str, Form(min_length=1, max_length=500)],
    stars: Annotated[int, Form(ge=1, le=5)],
    email: Annotated[str | None, Form()] = None,
) -> dict:
    return {"text": text, "stars": stars, "email": email}


# %% 1.3c reject: the body without rules -> Text has 1 to 500 characters
from typing import Annotated

from fastapi import Body, FastAPI

feedback_api = FastAPI()


@feedback_api.post("/feedback")
def give_feedback(
    text: Annotated[str, Body()], stars: Annotated[int, Body()], email: Annotated[str | None, Body()] = None
) -> dict:
    return {"text": text, "stars": stars, "email": email}


# %% 1.3c reject: the URL is a second chance -> The URL does not count
from typing import Annotated

from fastapi import Body, FastAPI, HTTPException

feedback_api = FastAPI()


@feedback_api.post("/feedback")
def give_feedback(sent: Annotated[dict | None, Body()] = None, text: str = "", stars: int = 0) -> dict:
    answer = {"text": text, "stars": stars, "email": None} | (sent or {})
    if not isinstance(answer["stars"], int) or not 1 <= answer["stars"] <= 5:
        raise HTTPException(422, "stars is 1 to 5")
    if not 1 <= len(answer["text"]) <= 500:
        raise HTTPException(422, "text has 1 to 500 characters")
    return answer


# %% 1.3c reject: stars with a default -> Both text and stars are required
from typing import Annotated

from fastapi import Body, FastAPI

feedback_api = FastAPI()


@feedback_api.post("/feedback")
def give_feedback(
    text: Annotated[str, Body(min_length=1, max_length=500)],
    stars: Annotated[int, Body(ge=1, le=5)] = 5,
    email: Annotated[str | None, Body()] = None,
) -> dict:
    return {"text": text, "stars": stars, "email": email}


# %% 1.3d accept: a match statement
def read_422(answer):
    match answer["detail"]:
        case str() as text:
            return [text]
        case errors:
            return [
                error["loc"][0]
                + "".join(f"{' .'[n > 0]}{name}" for n, name in enumerate(error["loc"][1:]))
                + f": {error['msg']}"
                for error in errors
            ]


# %% 1.3d accept: text parted once more, given one by one
def read_422(answer):
    if isinstance(answer["detail"], str):
        yield answer["detail"]
        return
    for error in answer["detail"]:
        place = ".".join(map(str, error["loc"])).replace(".", " ", 1)
        yield ": ".join([place, error["msg"]])


# %% 1.3d reject: only the first error -> Every error has its line
def read_422(answer):
    if isinstance(answer["detail"], str):
        return [answer["detail"]]
    first = answer["detail"][0]
    way, *names = first["loc"]
    return [f"{way} {'.'.join(map(str, names))}".strip() + ": " + first["msg"]]


# %% 1.3d reject: only two parts of the place -> The way to a value inside is joined by dots
def read_422(answer):
    if isinstance(answer["detail"], str):
        return [answer["detail"]]
    return [" ".join(map(str, error["loc"][:2])) + ": " + error["msg"] for error in answer["detail"]]


# %% 1.3d reject: numbers are not joined -> your code raised
def read_422(answer):
    if isinstance(answer["detail"], str):
        return [answer["detail"]]
    lines = []
    for error in answer["detail"]:
        way, *names = error["loc"]
        place = way + " " + ".".join(names) if names else way
        lines.append(place + ": " + error["msg"])
    return lines


# %% 1.3d reject: a place always has two parts -> The whole body has no name
def read_422(answer):
    if isinstance(answer["detail"], str):
        return [answer["detail"]]
    return [f"{e['loc'][0]} {'.'.join(map(str, e['loc'][1:]))}: {e['msg']}" for e in answer["detail"]]


# %% 1.3d reject: a detail is always a list -> A detail that is text is the only line
def read_422(answer):
    lines = []
    for error in answer["detail"]:
        if isinstance(error, dict):
            way, *names = error["loc"]
            lines.append(f"{way} {'.'.join(map(str, names))}".strip() + ": " + error["msg"])
    return lines


# %% 1.3d reject: the type instead of the message -> A line says way name and message
def read_422(answer):
    if isinstance(answer["detail"], str):
        return [answer["detail"]]
    lines = []
    for error in answer["detail"]:
        way, *names = error["loc"]
        lines.append(f"{way} {'.'.join(map(str, names))}".strip() + ": " + error["type"])
    return lines


# %% 1.3d reject: printed, not returned -> A line says way name and message
def read_422(answer):
    for error in answer["detail"]:
        if isinstance(error, dict):
            print(error["loc"][0], ".".join(map(str, error["loc"][1:])), error["msg"])


# %% 1.3e accept: other spellings
way_in = dict(
    zip(way_in, ["Path", "QUERY", "body", "form()", "UploadFile()", "Dict", "request", "query"], strict=True)
)

# %% 1.3e accept: one by one, in another order
way_in = {
    "the third page of all posts, 20 to a page": "query",
    "a message from a bank that has signed its exact bytes": "raw request",
    "what a plug-in wants to be kept for it, as JSON; each has its own keys": "dict",
    "the picture for the top of a post": "UploadFile",
    "the password, from a login page without JavaScript": "Form",
    "a new comment, as JSON: a text and a number of stars": "Body",
    "the word that the listed posts must contain": "query",
    "which post is to be shown": "path",
}

# %% 1.3e reject: the post in the query -> What identifies is in the path
way_in = dict(
    zip(
        way_in,
        ["query", "query", "Body()", "Form()", "UploadFile", "dict", "raw Request", "query"],
        strict=True,
    )
)

# %% 1.3e reject: pages in the path -> What selects is in the query
way_in = dict(
    zip(
        way_in,
        ["path", "query", "Body()", "Form()", "UploadFile", "dict", "raw Request", "path"],
        strict=True,
    )
)

# %% 1.3e reject: a dict for all JSON -> JSON is read by what is known of it
way_in = dict(
    zip(
        way_in, ["path", "query", "dict", "Form()", "UploadFile", "dict", "raw Request", "query"], strict=True
    )
)

# %% 1.3e reject: the password in the query -> What is not JSON has a way of its own
way_in = dict(
    zip(
        way_in,
        ["path", "query", "Body()", "query", "UploadFile", "dict", "raw Request", "query"],
        strict=True,
    )
)

# %% 1.3e reject: signed bytes as a dict -> What is not JSON has a way of its own
way_in = dict(
    zip(way_in, ["path", "query", "Body()", "Form()", "UploadFile", "dict", "dict", "query"], strict=True)
)

# %% 1.3e reject: the picture as a field of the form -> What is not JSON has a way of its own
way_in = dict(
    zip(way_in, ["path", "query", "Body()", "Form()", "Form()", "dict", "raw Request", "query"], strict=True)
)

# %% 1.3f accept: async, the bytes read at once
from fastapi import FastAPI, Form, HTTPException, UploadFile

imports_api = FastAPI()


@imports_api.post("/imports")
async def imports(titles: UploadFile, author: str = Form(min_length=1, max_length=50)):
    content = await titles.read()
    if len(content) > 1000:
        raise HTTPException(status_code=413)
    try:
        text = str(content, "utf-8")
    except ValueError:
        raise HTTPException(status_code=422, detail="not text")
    return {"author": author, "titles": list(filter(None, map(str.strip, text.split("\n"))))}


# %% 1.3f accept: File() gives the bytes
from typing import Annotated

from fastapi import FastAPI, File, Form, HTTPException

imports_api = FastAPI()


@imports_api.post("/imports")
def imports(
    author: Annotated[str, Form(min_length=1, max_length=50)], titles: Annotated[bytes, File()]
) -> dict:
    if len(titles) > 1000:
        raise HTTPException(413, "too large")
    try:
        lines = [line.strip() for line in titles.decode("utf-8").split("\n")]
    except UnicodeDecodeError as problem:
        raise HTTPException(422, str(problem)) from problem
    return {"author": author, "titles": [line for line in lines if line]}


# %% 1.3f accept: the form read by hand
from fastapi import FastAPI, HTTPException, Request

imports_api = FastAPI()


@imports_api.post("/imports")
async def imports(request: Request):
    form = await request.form()
    author, titles = form.get("author"), form.get("titles")
    if not isinstance(author, str) or not 1 <= len(author) <= 50 or not hasattr(titles, "read"):
        raise HTTPException(422)
    content = await titles.read(1001)
    if len(content) == 1001:
        raise HTTPException(413)
    try:
        return {
            "author": author,
            "titles": [t.strip() for t in content.decode().splitlines() if not t.isspace() and t],
        }
    except UnicodeDecodeError:
        raise HTTPException(422)


# %% 1.3f reject: the author in the query -> Author and titles come back
from fastapi import FastAPI, HTTPException, UploadFile

imports_api = FastAPI()


@imports_api.post("/imports")
def import_titles(author: str, titles: UploadFile) -> dict:
    if titles.size > 1000:
        raise HTTPException(413, "At most 1000 bytes")
    try:
        lines = titles.file.read().decode().splitlines()
    except UnicodeDecodeError:
        raise HTTPException(422, "not UTF-8") from None
    return {"author": author, "titles": [line.strip() for line in lines if line.strip()]}


# %% 1.3f reject: read without await -> your code raised
from typing import Annotated

from fastapi import FastAPI, Form, HTTPException, UploadFile

imports_api = FastAPI()


@imports_api.post("/imports")
def import_titles(author: Annotated[str, Form(min_length=1, max_length=50)], titles: UploadFile) -> dict:
    if titles.size > 1000:
        raise HTTPException(413, "At most 1000 bytes")
    lines = titles.read().decode().splitlines()
    return {"author": author, "titles": [line.strip() for line in lines if line.strip()]}


# %% 1.3f reject: what is no UTF-8 is not expected -> your code raised
from typing import Annotated

from fastapi import FastAPI, Form, HTTPException, UploadFile

imports_api = FastAPI()


@imports_api.post("/imports")
def import_titles(author: Annotated[str, Form(min_length=1, max_length=50)], titles: UploadFile) -> dict:
    if titles.size > 1000:
        raise HTTPException(413, "At most 1000 bytes")
    lines = titles.file.read().decode().splitlines()
    return {"author": author, "titles": [line.strip() for line in lines if line.strip()]}


# %% 1.3f reject: what is no UTF-8 is replaced in silence -> A file that is not UTF 8 is 422
from typing import Annotated

from fastapi import FastAPI, Form, HTTPException, UploadFile

imports_api = FastAPI()


@imports_api.post("/imports")
def import_titles(author: Annotated[str, Form(min_length=1, max_length=50)], titles: UploadFile) -> dict:
    if titles.size > 1000:
        raise HTTPException(413, "At most 1000 bytes")
    lines = titles.file.read().decode(errors="replace").splitlines()
    return {"author": author, "titles": [line.strip() for line in lines if line.strip()]}


# %% 1.3f reject: characters are counted, not bytes -> More than 1000 bytes are 413
from typing import Annotated

from fastapi import FastAPI, Form, HTTPException, UploadFile

imports_api = FastAPI()


@imports_api.post("/imports")
def import_titles(author: Annotated[str, Form(min_length=1, max_length=50)], titles: UploadFile) -> dict:
    try:
        text = titles.file.read().decode()
    except UnicodeDecodeError:
        raise HTTPException(422, "not UTF-8") from None
    if len(text) > 1000:
        raise HTTPException(413, "At most 1000 bytes")
    return {"author": author, "titles": [line.strip() for line in text.splitlines() if line.strip()]}


# %% 1.3f reject: one byte too few -> 1000 bytes are accepted
from typing import Annotated

from fastapi import FastAPI, Form, HTTPException, UploadFile

imports_api = FastAPI()


@imports_api.post("/imports")
def import_titles(author: Annotated[str, Form(min_length=1, max_length=50)], titles: UploadFile) -> dict:
    if titles.size >= 1000:
        raise HTTPException(413, "At most 1000 bytes")
    try:
        lines = titles.file.read().decode().splitlines()
    except UnicodeDecodeError:
        raise HTTPException(422, "not UTF-8") from None
    return {"author": author, "titles": [line.strip() for line in lines if line.strip()]}


# %% 1.3f reject: empty lines are titles too -> Empty lines and spaces are gone
from typing import Annotated

from fastapi import FastAPI, Form, HTTPException, UploadFile

imports_api = FastAPI()


@imports_api.post("/imports")
def import_titles(author: Annotated[str, Form(min_length=1, max_length=50)], titles: UploadFile) -> dict:
    if titles.size > 1000:
        raise HTTPException(413, "At most 1000 bytes")
    try:
        lines = titles.file.read().decode().splitlines()
    except UnicodeDecodeError:
        raise HTTPException(422, "not UTF-8") from None
    return {"author": author, "titles": [line.strip() for line in lines]}


# %% 1.3f reject: the file as a text field -> Author and titles come back
from typing import Annotated

from fastapi import FastAPI, Form

imports_api = FastAPI()


@imports_api.post("/imports")
def import_titles(
    author: Annotated[str, Form(min_length=1, max_length=50)], titles: Annotated[str, Form(max_length=1000)]
) -> dict:
    return {"author": author, "titles": [line.strip() for line in titles.splitlines() if line.strip()]}


# %% 1.3f reject: any author -> An author of 1 to 50 characters is needed
from typing import Annotated

from fastapi import FastAPI, Form, HTTPException, UploadFile

imports_api = FastAPI()


@imports_api.post("/imports")
def import_titles(author: Annotated[str, Form()], titles: UploadFile) -> dict:
    if titles.size > 1000:
        raise HTTPException(413, "At most 1000 bytes")
    try:
        lines = titles.file.read().decode().splitlines()
    except UnicodeDecodeError:
        raise HTTPException(422, "not UTF-8") from None
    return {"author": author, "titles": [line.strip() for line in lines if line.strip()]}


# %% 1.3a accept: one letter, and a pattern without ends
from enum import StrEnum

seats_api = FastAPI(title="Seats")


class Row(StrEnum):
    A = "A"
    B = "B"
    C = "C"


@seats_api.get("/seats/{row}/{seat}")
def show_seat(
    row: Annotated[str, Path(min_length=1, max_length=1, pattern="[A-C]")],
    seat: Annotated[int, Path(ge=1, le=20)],
    child: bool = False,
) -> dict:
    return {"row": row, "seat": seat, "child": child}


# %% 1.3a reject: rows in lower case too -> A row that is not there is 422
from enum import StrEnum

seats_api = FastAPI(title="Seats")


class Row(StrEnum):
    @classmethod
    def _missing_(cls, value):
        return cls.__members__.get(str(value).upper())

    A = "A"
    B = "B"
    C = "C"


@seats_api.get("/seats/{row}/{seat}")
def show_seat(row: Row, seat: Annotated[int, Path(ge=1, le=20)], child: bool = False) -> dict:
    return {"row": row, "seat": seat, "child": child}


# %% 1.3a reject: the seat is text -> A seat is shown
from enum import StrEnum

seats_api = FastAPI(title="Seats")


class Row(StrEnum):
    A = "A"
    B = "B"
    C = "C"


@seats_api.get("/seats/{row}/{seat}")
def show_seat(row: Row, seat: Annotated[int, Path(ge=1, le=20)], child: bool = False) -> dict:
    return {"row": row, "seat": str(seat), "child": child}


# %% 1.3a reject: child is 0 or 1 -> A seat is shown
from enum import StrEnum

seats_api = FastAPI(title="Seats")


class Row(StrEnum):
    A = "A"
    B = "B"
    C = "C"


@seats_api.get("/seats/{row}/{seat}")
def show_seat(row: Row, seat: Annotated[int, Path(ge=1, le=20)], child: bool = False) -> dict:
    return {"row": row, "seat": seat, "child": int(child)}


# %% 1.3a reject: row A has 19 seats -> A seat is shown
from enum import StrEnum

seats_api = FastAPI(title="Seats")


class Row(StrEnum):
    A = "A"
    B = "B"
    C = "C"


@seats_api.get("/seats/{row}/{seat}")
def show_seat(row: Row, seat: Annotated[int, Path(ge=1, le=20)], child: bool = False) -> dict:
    if row == "A" and seat > 19:
        raise HTTPException(422, "No such seat")
    return {"row": row, "seat": seat, "child": child}


# %% 1.3a reject: whatever begins like yes is yes -> A child that is neither yes nor no is 422
from enum import StrEnum

seats_api = FastAPI(title="Seats")


class Row(StrEnum):
    A = "A"
    B = "B"
    C = "C"


@seats_api.get("/seats/{row}/{seat}")
def show_seat(
    row: Row,
    seat: Annotated[int, Path(ge=1, le=20)],
    child: Annotated[str, Query(pattern="^(yes|no)")] = "no",
) -> dict:
    return {"row": row, "seat": seat, "child": child.startswith("yes")}


# %% 1.3b accept: one condition for all
books_api = FastAPI(title="Books")


@books_api.get("/books")
def find_books(
    tag: Annotated[list[str], Query(default_factory=list)],
    since: Annotated[int, Query(alias="from")] = 0,
    subtitle: str | None = None,
    limit: Annotated[int, Query(ge=1, le=50)] = 10,
) -> list[str]:
    found = [book for book in shelf if all(each in book["tags"] for each in tag) and book["year"] >= since]
    if subtitle is not None:
        found = [book for book in found if book["subtitle"] == subtitle]
    return [book["title"] for book in found[:limit]]


# %% 1.3b reject: the tags are counted -> A tag may be asked for twice
books_api = FastAPI(title="Books")


@books_api.get("/books")
def find_books(
    tag: Annotated[list[str], Query(default_factory=list)],
    since: Annotated[int, Query(alias="from")] = 0,
    subtitle: str | None = None,
    limit: Annotated[int, Query(ge=1, le=50)] = 10,
) -> list[str]:
    found = [
        book for book in shelf if len(set(tag) & set(book["tags"])) == len(tag) and book["year"] >= since
    ]
    if subtitle is not None:
        found = [book for book in found if book["subtitle"] == subtitle]
    return [book["title"] for book in found[:limit]]


# %% 1.3b reject: a part of a tag is enough -> A tag may be asked for twice
books_api = FastAPI(title="Books")


@books_api.get("/books")
def find_books(
    tag: Annotated[list[str], Query(default_factory=list)],
    since: Annotated[int, Query(alias="from")] = 0,
    subtitle: str | None = None,
    limit: Annotated[int, Query(ge=1, le=50)] = 10,
) -> list[str]:
    found = [
        book
        for book in shelf
        if all(each in " ".join(book["tags"]) for each in tag) and book["year"] >= since
    ]
    if subtitle is not None:
        found = [book for book in found if book["subtitle"] == subtitle]
    return [book["title"] for book in found[:limit]]


# %% 1.3b reject: capitals do not count -> An empty subtitle is not a missing one
books_api = FastAPI(title="Books")


@books_api.get("/books")
def find_books(
    tag: Annotated[list[str], Query(default_factory=list)],
    since: Annotated[int, Query(alias="from")] = 0,
    subtitle: str | None = None,
    limit: Annotated[int, Query(ge=1, le=50)] = 10,
) -> list[str]:
    found = [book for book in shelf if all(each in book["tags"] for each in tag) and book["year"] >= since]
    if subtitle is not None:
        found = [book for book in found if book["subtitle"].lower() == subtitle.lower()]
    return [book["title"] for book in found[:limit]]


# %% 1.3b reject: sorted by title -> Without a query all books come
books_api = FastAPI(title="Books")


@books_api.get("/books")
def find_books(
    tag: Annotated[list[str], Query(default_factory=list)],
    since: Annotated[int, Query(alias="from")] = 0,
    subtitle: str | None = None,
    limit: Annotated[int, Query(ge=1, le=50)] = 10,
) -> list[str]:
    found = [book for book in shelf if all(each in book["tags"] for each in tag) and book["year"] >= since]
    if subtitle is not None:
        found = [book for book in found if book["subtitle"] == subtitle]
    return [book["title"] for book in sorted(found, key=lambda book: book["title"])[:limit]]


# %% 1.3b reject: the last filter replaces the others -> All parts of the query count together
books_api = FastAPI(title="Books")


@books_api.get("/books")
def find_books(
    tag: Annotated[list[str], Query(default_factory=list)],
    since: Annotated[int, Query(alias="from")] = 0,
    subtitle: str | None = None,
    limit: Annotated[int, Query(ge=1, le=50)] = 10,
) -> list[str]:
    found = [book for book in shelf if all(each in book["tags"] for each in tag) and book["year"] >= since]
    if subtitle is not None:
        found = [book for book in shelf if book["subtitle"] == subtitle]
    return [book["title"] for book in found[:limit]]


# %% 1.3b reject: nothing found is 404 -> When no book is found the list is empty
books_api = FastAPI(title="Books")


@books_api.get("/books")
def find_books(
    tag: Annotated[list[str], Query(default_factory=list)],
    since: Annotated[int, Query(alias="from")] = 0,
    subtitle: str | None = None,
    limit: Annotated[int, Query(ge=1, le=50)] = 10,
) -> list[str]:
    found = [book for book in shelf if all(each in book["tags"] for each in tag) and book["year"] >= since]
    if subtitle is not None:
        found = [book for book in found if book["subtitle"] == subtitle]
    if not found:
        raise HTTPException(404)
    return [book["title"] for book in found[:limit]]


# %% 1.3b reject: 49 at most -> The limit is 10 unless given
books_api = FastAPI(title="Books")


@books_api.get("/books")
def find_books(
    tag: Annotated[list[str], Query(default_factory=list)],
    since: Annotated[int, Query(alias="from")] = 0,
    subtitle: str | None = None,
    limit: Annotated[int, Query(ge=1, le=49)] = 10,
) -> list[str]:
    found = [book for book in shelf if all(each in book["tags"] for each in tag) and book["year"] >= since]
    if subtitle is not None:
        found = [book for book in found if book["subtitle"] == subtitle]
    return [book["title"] for book in found[:limit]]


# %% 1.3b reject: at least two -> The limit is 10 unless given
books_api = FastAPI(title="Books")


@books_api.get("/books")
def find_books(
    tag: Annotated[list[str], Query(default_factory=list)],
    since: Annotated[int, Query(alias="from")] = 0,
    subtitle: str | None = None,
    limit: Annotated[int, Query(ge=2, le=50)] = 10,
) -> list[str]:
    found = [book for book in shelf if all(each in book["tags"] for each in tag) and book["year"] >= since]
    if subtitle is not None:
        found = [book for book in found if book["subtitle"] == subtitle]
    return [book["title"] for book in found[:limit]]

# %% 1.3b reject: a space at the end of a subtitle does not count -> An empty subtitle is not a missing one
books_api = FastAPI(title="Books")


@books_api.get("/books")
def find(
    tag: Annotated[list[str], Query()] = [],
    first: Annotated[int | None, Query(alias="from")] = None,
    subtitle: str | None = None,
    limit: Annotated[int, Query(ge=1, le=50)] = 10,
) -> list[str]:
    found = [
        book["title"]
        for book in shelf
        if set(tag) <= set(book["tags"])
        and (first is None or book["year"] >= first)
        and (subtitle is None or book["subtitle"] == subtitle.strip())
    ]
    return found[:limit]

# %% 1.3b reject: of two books with one title only one comes -> Without a query all books come
books_api = FastAPI(title="Books")


@books_api.get("/books")
def find(
    tag: Annotated[list[str], Query()] = [],
    first: Annotated[int | None, Query(alias="from")] = None,
    subtitle: str | None = None,
    limit: Annotated[int, Query(ge=1, le=50)] = 10,
) -> list[str]:
    found = [
        book["title"]
        for book in shelf
        if set(tag) <= set(book["tags"])
        and (first is None or book["year"] >= first)
        and (subtitle is None or book["subtitle"] == subtitle)
    ]
    return list(dict.fromkeys(found))[:limit]

# %% 1.3c reject: the email may come in the URL -> Email may be left out
feedback_api = FastAPI(title="Feedback")


@feedback_api.post("/feedback")
def give_feedback(
    text: Annotated[str, Body(min_length=1, max_length=500)],
    stars: Annotated[int, Body(ge=1, le=5)],
    email: Annotated[str | None, Body()] = None,
    mail: Annotated[str | None, Query(alias="email")] = None,
) -> dict:
    return {"text": text, "stars": stars, "email": email or mail}


# %% 1.3c reject: text may be null -> Text and stars are never null
feedback_api = FastAPI(title="Feedback")


@feedback_api.post("/feedback")
def give_feedback(
    text: Annotated[str | None, Body(min_length=1, max_length=500)],
    stars: Annotated[int, Body(ge=1, le=5)],
    email: Annotated[str | None, Body()] = None,
) -> dict:
    return {"text": text, "stars": stars, "email": email}


# %% 1.3c reject: stars may be null -> Text and stars are never null
feedback_api = FastAPI(title="Feedback")


@feedback_api.post("/feedback")
def give_feedback(
    text: Annotated[str, Body(min_length=1, max_length=500)],
    stars: Annotated[int | None, Body(ge=1, le=5)],
    email: Annotated[str | None, Body()] = None,
) -> dict:
    return {"text": text, "stars": stars, "email": email}


# %% 1.3c reject: half a star -> Stars are 1 to 5
feedback_api = FastAPI(title="Feedback")


@feedback_api.post("/feedback")
def give_feedback(
    text: Annotated[str, Body(min_length=1, max_length=500)],
    stars: Annotated[float, Body(ge=1, le=5)],
    email: Annotated[str | None, Body()] = None,
) -> dict:
    return {"text": text, "stars": int(stars) if stars == int(stars) else stars, "email": email}


# %% 1.3c reject: white space is taken off -> JSON is read
feedback_api = FastAPI(title="Feedback")


@feedback_api.post("/feedback")
def give_feedback(
    text: Annotated[str, Body(min_length=1, max_length=500)],
    stars: Annotated[int, Body(ge=1, le=5)],
    email: Annotated[str | None, Body()] = None,
) -> dict:
    return {"text": text.strip(), "stars": stars, "email": email}


# %% 1.3c reject: 499 characters -> JSON is read
feedback_api = FastAPI(title="Feedback")


@feedback_api.post("/feedback")
def give_feedback(
    text: Annotated[str, Body(min_length=1, max_length=499)],
    stars: Annotated[int, Body(ge=1, le=5)],
    email: Annotated[str | None, Body()] = None,
) -> dict:
    return {"text": text, "stars": stars, "email": email}


# %% 1.3c reject: the e-mail is left out of the response -> Email may be left out
feedback_api = FastAPI(title="Feedback")


@feedback_api.post("/feedback")
def give_feedback(
    text: Annotated[str, Body(min_length=1, max_length=500)],
    stars: Annotated[int, Body(ge=1, le=5)],
    email: Annotated[str | None, Body()] = None,
) -> dict:
    return {"text": text, "stars": stars} | ({"email": email} if email else {})


# %% 1.3d accept: two joins
def read_422(response: dict) -> list[str]:
    detail = response["detail"]
    if isinstance(detail, str):
        return [detail]
    lines = []
    for error in detail:
        place = " ".join([str(error["loc"][0]), ".".join(map(str, error["loc"][1:]))]).strip()
        lines.append(f"{place}: {error['msg']}")
    return lines


# %% 1.3d reject: sorted lines -> Every error has its line
def read_422(response: dict) -> list[str]:
    detail = response["detail"]
    if isinstance(detail, str):
        return [detail]
    lines = []
    for error in detail:
        place = " ".join([str(error["loc"][0]), ".".join(map(str, error["loc"][1:]))]).strip()
        lines.append(f"{place}: {error['msg']}")
    return sorted(lines)


# %% 1.3d reject: each line once -> Every error has its line
def read_422(response: dict) -> list[str]:
    detail = response["detail"]
    if isinstance(detail, str):
        return [detail]
    lines = []
    for error in detail:
        place = " ".join([str(error["loc"][0]), ".".join(map(str, error["loc"][1:]))]).strip()
        lines.append(f"{place}: {error['msg']}")
    return list(dict.fromkeys(lines))


# %% 1.3d reject: numbers are left out -> The way to a value inside is joined by dots
def read_422(response: dict) -> list[str]:
    detail = response["detail"]
    if isinstance(detail, str):
        return [detail]
    lines = []
    for error in detail:
        place = " ".join(
            [str(error["loc"][0]), ".".join(each for each in error["loc"][1:] if isinstance(each, str))]
        ).strip()
        lines.append(f"{place}: {error['msg']}")
    return lines


# %% 1.3d reject: only the first number is kept -> The way to a value inside is joined by dots
def read_422(response: dict) -> list[str]:
    detail = response["detail"]
    if isinstance(detail, str):
        return [detail]
    lines = []
    for error in detail:
        place = " ".join([str(error["loc"][0]), ".".join(map(str, error["loc"][1:4]))]).strip()
        lines.append(f"{place}: {error['msg']}")
    return lines


# %% 1.3d reject: the parts of the place are used up -> The response stays as it is
def read_422(response):
    if isinstance(response["detail"], str):
        return [response["detail"]]
    lines = []
    for error in response["detail"]:
        place = error["loc"].pop(0)
        if error["loc"]:
            place += " " + ".".join(map(str, error["loc"]))
        lines.append(f"{place}: {error['msg']}")
    return lines


# %% 1.3d reject: the text in letters -> A detail that is text is the only line
def read_422(response: dict) -> list[str]:
    detail = response["detail"]
    if isinstance(detail, str):
        return list(detail)
    lines = []
    for error in detail:
        place = " ".join([str(error["loc"][0]), ".".join(map(str, error["loc"][1:]))]).strip()
        lines.append(f"{place}: {error['msg']}")
    return lines


# %% 1.3d reject: the message ends at a colon -> A line says way name and message
def read_422(response: dict) -> list[str]:
    detail = response["detail"]
    if isinstance(detail, str):
        return [detail]
    lines = []
    for error in detail:
        place = " ".join([str(error["loc"][0]), ".".join(map(str, error["loc"][1:]))]).strip()
        lines.append(f"{place}: {error['msg'].split(':')[0]}")
    return lines


# %% 1.3f accept: splitlines, and the bytes are counted
imports_api = FastAPI(title="Imports")


@imports_api.post("/imports")
def import_titles(author: Annotated[str, Form(min_length=1, max_length=50)], titles: UploadFile) -> dict:
    if len(content := titles.file.read()) > 1000:
        raise HTTPException(413, "At most 1000 bytes")
    try:
        lines = str(content, "utf-8").splitlines()
    except UnicodeDecodeError:
        raise HTTPException(422, "The file is not UTF-8") from None
    return {"author": author, "titles": [line.strip() for line in lines if line.strip()]}


# %% 1.3f reject: each title once, sorted -> Author and titles come back
imports_api = FastAPI(title="Imports")


@imports_api.post("/imports")
def import_titles(author: Annotated[str, Form(min_length=1, max_length=50)], titles: UploadFile) -> dict:
    if titles.size is None or titles.size > 1000:
        raise HTTPException(413, "At most 1000 bytes")
    try:
        lines = titles.file.read().decode().split("\n")
    except UnicodeDecodeError:
        raise HTTPException(422, "The file is not UTF-8") from None
    return {"author": author, "titles": sorted({line.strip() for line in lines if line.strip()})}


# %% 1.3f reject: an empty file is refused -> An empty file has no titles
imports_api = FastAPI(title="Imports")


@imports_api.post("/imports")
def import_titles(author: Annotated[str, Form(min_length=1, max_length=50)], titles: UploadFile) -> dict:
    if not titles.size or titles.size > 1000:
        raise HTTPException(413, "At most 1000 bytes")
    try:
        lines = titles.file.read().decode().split("\n")
    except UnicodeDecodeError:
        raise HTTPException(422, "The file is not UTF-8") from None
    return {"author": author, "titles": [line.strip() for line in lines if line.strip()]}


# %% 1.3f reject: only spaces are taken off -> Empty lines and spaces are gone
imports_api = FastAPI(title="Imports")


@imports_api.post("/imports")
def import_titles(author: Annotated[str, Form(min_length=1, max_length=50)], titles: UploadFile) -> dict:
    if titles.size is None or titles.size > 1000:
        raise HTTPException(413, "At most 1000 bytes")
    try:
        lines = titles.file.read().decode().split("\n")
    except UnicodeDecodeError:
        raise HTTPException(422, "The file is not UTF-8") from None
    return {"author": author, "titles": [line.strip(" \r") for line in lines if line.strip()]}


# %% 1.3f reject: words are titles -> Empty lines and spaces are gone
imports_api = FastAPI(title="Imports")


@imports_api.post("/imports")
def import_titles(author: Annotated[str, Form(min_length=1, max_length=50)], titles: UploadFile) -> dict:
    if titles.size is None or titles.size > 1000:
        raise HTTPException(413, "At most 1000 bytes")
    try:
        lines = titles.file.read().decode().split()
    except UnicodeDecodeError:
        raise HTTPException(422, "The file is not UTF-8") from None
    return {"author": author, "titles": [line.strip() for line in lines if line.strip()]}


# %% 1.3f reject: an author of 49 letters -> An author of 1 to 50 characters is needed
imports_api = FastAPI(title="Imports")


@imports_api.post("/imports")
def import_titles(author: Annotated[str, Form(min_length=1, max_length=49)], titles: UploadFile) -> dict:
    if titles.size is None or titles.size > 1000:
        raise HTTPException(413, "At most 1000 bytes")
    try:
        lines = titles.file.read().decode().split("\n")
    except UnicodeDecodeError:
        raise HTTPException(422, "The file is not UTF-8") from None
    return {"author": author, "titles": [line.strip() for line in lines if line.strip()]}


# %% 1.3f reject: no file is no title -> A file is needed
imports_api = FastAPI(title="Imports")


@imports_api.post("/imports")
def import_titles(
    author: Annotated[str, Form(min_length=1, max_length=50)], titles: UploadFile | None = None
) -> dict:
    if titles is None:
        return {"author": author, "titles": []}
    if titles.size is None or titles.size > 1000:
        raise HTTPException(413, "At most 1000 bytes")
    try:
        lines = titles.file.read().decode().split("\n")
    except UnicodeDecodeError:
        raise HTTPException(422, "The file is not UTF-8") from None
    return {"author": author, "titles": [line.strip() for line in lines if line.strip()]}


# %% 1.3f reject: what cannot be read is left out -> A file that is not UTF 8 is 422
imports_api = FastAPI(title="Imports")


@imports_api.post("/imports")
def import_titles(author: Annotated[str, Form(min_length=1, max_length=50)], titles: UploadFile) -> dict:
    if titles.size is None or titles.size > 1000:
        raise HTTPException(413, "At most 1000 bytes")
    try:
        lines = titles.file.read().decode(errors="ignore").split("\n")
    except UnicodeDecodeError:
        raise HTTPException(422, "The file is not UTF-8") from None
    return {"author": author, "titles": [line.strip() for line in lines if line.strip()]}


# %% 1.3f reject: 422 for a long file -> More than 1000 bytes are 413
imports_api = FastAPI(title="Imports")


@imports_api.post("/imports")
def import_titles(author: Annotated[str, Form(min_length=1, max_length=50)], titles: UploadFile) -> dict:
    if titles.size is None or titles.size > 1000:
        raise HTTPException(422, "At most 1000 bytes")
    try:
        lines = titles.file.read().decode().split("\n")
    except UnicodeDecodeError:
        raise HTTPException(422, "The file is not UTF-8") from None
    return {"author": author, "titles": [line.strip() for line in lines if line.strip()]}
