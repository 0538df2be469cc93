"""Right and wrong answers to the exercises of lesson 1.2; see docs/authors.md for the form."""

# %% 1.2a accept: async functions, models, another name for the parameter
from pydantic import BaseModel

library = FastAPI()


class Book(BaseModel):
    id: int
    title: str


@library.get("/books", response_model=list[Book])
async def everything():
    return sorted(books.values(), key=lambda book: book["title"])


@library.get("/books/{number}", response_model=Book)
async def one(number: int):
    found = books.get(number)
    if found is None:
        raise HTTPException(status_code=404)
    return found


# %% 1.2a accept: registered by calls, answered with a JSONResponse
from fastapi.responses import JSONResponse

library = FastAPI(title="Library")


def list_books():
    return JSONResponse([book for book in books.values()])


def read_book(id: int):
    if id in books:
        return JSONResponse(books[id])
    return JSONResponse({"detail": "No such book"}, status_code=404)


library.add_api_route("/books", list_books)
library.add_api_route("/books/{id}", read_book, methods=["GET"])

# %% 1.2a accept: an APIRouter, and a KeyError turned into 404
from fastapi import APIRouter

library = FastAPI(title="Library")
router = APIRouter(prefix="/books")


@router.get("")
def list_books():
    return [*books.values()]


@router.get("/{book_id}")
def read_book(book_id: int):
    try:
        return books[book_id]
    except KeyError:
        raise HTTPException(404, "No such book") from None


library.include_router(router)

# %% 1.2a reject: the number stays text -> A book is found by its number
library = FastAPI(title="Library")


@library.get("/books")
def list_books():
    return list(books.values())


@library.get("/books/{book_id}")
def read_book(book_id):
    if book_id not in books:
        raise HTTPException(404, "No such book")
    return books[book_id]


# %% 1.2a reject: int() in the function -> Text in place of a number is 422
library = FastAPI(title="Library")


@library.get("/books")
def list_books():
    return list(books.values())


@library.get("/books/{book_id}")
def read_book(book_id: str):
    if not book_id.isdigit() or int(book_id) not in books:
        raise HTTPException(404, "No such book")
    return books[int(book_id)]


# %% 1.2a reject: nobody thought of a book that is not there -> An unknown book is 404
library = FastAPI(title="Library")


@library.get("/books")
def list_books() -> list[dict]:
    return list(books.values())


@library.get("/books/{book_id}")
def read_book(book_id: int) -> dict:
    return books[book_id]


# %% 1.2a reject: null for a book that is not there -> An unknown book is 404
library = FastAPI(title="Library")


@library.get("/books")
def list_books():
    return list(books.values())


@library.get("/books/{book_id}")
def read_book(book_id: int):
    return books.get(book_id)


# %% 1.2a reject: the exception is returned, not raised -> An unknown book is 404
library = FastAPI(title="Library")


@library.get("/books")
def list_books():
    return list(books.values())


@library.get("/books/{book_id}")
def read_book(book_id: int):
    return books[book_id] if book_id in books else {"error": 404, "detail": "No such book"}


# %% 1.2a reject: the dictionary itself -> All books are listed
library = FastAPI(title="Library")


@library.get("/books")
def list_books():
    return books


@library.get("/books/{book_id}")
def read_book(book_id: int):
    if book_id not in books:
        raise HTTPException(404, "No such book")
    return books[book_id]


# %% 1.2a reject: the dictionary where the annotation promises a list -> All books are listed
library = FastAPI(title="Library")


@library.get("/books")
def list_books() -> list[dict]:
    return books


@library.get("/books/{book_id}")
def read_book(book_id: int) -> dict:
    if book_id not in books:
        raise HTTPException(404, "No such book")
    return books[book_id]


# %% 1.2a reject: a list made once -> A book that was added later is listed too
library = FastAPI(title="Library")
all_books = list(books.values())


@library.get("/books")
def list_books():
    return all_books


@library.get("/books/{book_id}")
def read_book(book_id: int):
    if book_id not in books:
        raise HTTPException(404, "No such book")
    return books[book_id]


# %% 1.2a reject: the two examples written down -> A book is found by its number
library = FastAPI(title="Library")


@library.get("/books")
def list_books():
    return list(books.values())


@library.get("/books/{book_id}")
def read_book(book_id: int):
    if book_id == 7:
        return {"id": 7, "title": "Middlemarch"}
    if book_id == 12:
        return {"id": 12, "title": "The Trial"}
    raise HTTPException(404)


# %% 1.2a reject: braces without a parameter -> A book is found by its number
library = FastAPI(title="Library")


@library.get("/books")
def list_books():
    return list(books.values())


@library.get("/books/{id}")
def read_book(book_id: int):
    if book_id not in books:
        raise HTTPException(404, "No such book")
    return books[book_id]


# %% 1.2a reject: a slash at the end -> All books are listed
library = FastAPI(title="Library")


@library.get("/books/")
def list_books():
    return list(books.values())


@library.get("/books/{book_id}")
def read_book(book_id: int):
    if book_id not in books:
        raise HTTPException(404, "No such book")
    return books[book_id]


# %% 1.2b accept: the class's name, a loop, and lists instead of tuples
def routing_table(app):
    rows = []
    for route in app.router.routes:
        if type(route).__name__ == "APIRoute":
            rows.append([list(route.methods)[0], route.path, route.name])
    return rows


# %% 1.2b accept: what FastAPI says are its own paths
def routing_table(app):
    own = {app.openapi_url, app.docs_url, app.redoc_url, app.swagger_ui_oauth2_redirect_url}
    routes = [route for route in app.routes if route.path not in own]
    return [(min(route.methods), route.path, route.endpoint.__name__) for route in routes]


# %% 1.2b reject: only what is in the document, in the order of the routes -> The built in routes are left out
def routing_table(app):
    return [
        (method, route.path, route.endpoint.__name__)
        for route in app.routes
        if route.include_in_schema
        for method in route.methods
    ]


# %% 1.2b reject: FastAPI's own routes too -> The built in routes are left out
def routing_table(app):
    return [(sorted(route.methods)[0], route.path, route.endpoint.__name__) for route in app.routes]


# %% 1.2b reject: read from the document -> The order is that of registration
def routing_table(app):
    rows = []
    for path, operations in app.openapi()["paths"].items():
        for method, operation in operations.items():
            rows.append((method.upper(), path, operation["summary"].lower().replace(" ", "_")))
    return rows


# %% 1.2b reject: the methods as a set -> Each path operation is one row
from fastapi.routing import APIRoute


def routing_table(app):
    return [(r.methods, r.path, r.endpoint.__name__) for r in app.routes if isinstance(r, APIRoute)]


# %% 1.2b reject: always GET -> Each path operation is one row
from fastapi.routing import APIRoute


def routing_table(app):
    return [("GET", r.path, r.endpoint.__name__) for r in app.routes if isinstance(r, APIRoute)]


# %% 1.2b reject: the first four are cut off -> Also when they were moved or switched off
def routing_table(app):
    return [(min(route.methods), route.path, route.endpoint.__name__) for route in app.routes[4:]]


# %% 1.2b reject: known by their usual paths -> Also when they were moved or switched off
def routing_table(app):
    own = ("/openapi.json", "/docs", "/docs/oauth2-redirect", "/redoc")
    routes = [route for route in app.routes if route.path not in own]
    return [(min(route.methods), route.path, route.endpoint.__name__) for route in routes]


# %% 1.2b reject: sorted by path -> The order is that of registration
from fastapi.routing import APIRoute


def routing_table(app):
    own = [route for route in app.routes if isinstance(route, APIRoute)]
    return sorted([(*r.methods, r.path, r.endpoint.__name__) for r in own], key=lambda row: row[1])


# %% 1.2b reject: printed instead of returned -> Each path operation is one row
from fastapi.routing import APIRoute


def routing_table(app):
    for route in app.routes:
        if isinstance(route, APIRoute):
            print(*route.methods, route.path, route.endpoint.__name__)


# %% 1.2b reject: the functions themselves -> Each path operation is one row
from fastapi.routing import APIRoute


def routing_table(app):
    return [(*r.methods, r.path, r.endpoint) for r in app.routes if isinstance(r, APIRoute)]


# %% 1.2c accept: one function decides, and async
tags_api = FastAPI()


@tags_api.get("/tags/{name}")
async def read_tag(name: str):
    if name == "popular":
        name = max(uses, key=uses.get)
    return {"name": name, "posts": uses.get(name, 0)}


@tags_api.delete("/tags/{name}", status_code=204)
async def delete_tag(name: str):
    if name in uses:
        del uses[name]


# %% 1.2c accept: the table is put in order afterwards
from fastapi import Response

tags_api = FastAPI(title="Tags")


@tags_api.get("/tags/{name}")
def read_tag(name: str) -> dict:
    return {"name": name, "posts": uses.get(name, 0)}


@tags_api.get("/tags/popular")
def popular_tag() -> dict:
    posts, name = max((posts, name) for name, posts in uses.items())
    return {"name": name, "posts": posts}


tags_api.router.routes.insert(0, tags_api.router.routes.pop())


@tags_api.api_route("/tags/{name}", methods=["DELETE"])
def delete_tag(name: str) -> Response:
    uses.pop(name, None)
    return Response(status_code=204)


# %% 1.2c reject: only the order -> Delete responds 204 without a body
tags_api = FastAPI(title="Tags")


@tags_api.get("/tags/popular")
def popular_tag() -> dict:
    name = max(uses, key=uses.get)
    return {"name": name, "posts": uses[name]}


@tags_api.get("/tags/{name}")
def read_tag(name: str) -> dict:
    return {"name": name, "posts": uses.get(name, 0)}


@tags_api.get("/tags/{name}", status_code=204)
def delete_tag(name: str) -> None:
    uses.pop(name, None)


# %% 1.2c reject: only the method -> The most used tag is popular
tags_api = FastAPI(title="Tags")


@tags_api.get("/tags/{name}")
def read_tag(name: str) -> dict:
    return {"name": name, "posts": uses.get(name, 0)}


@tags_api.get("/tags/popular")
def popular_tag() -> dict:
    name = max(uses, key=uses.get)
    return {"name": name, "posts": uses[name]}


@tags_api.delete("/tags/{name}", status_code=204)
def delete_tag(name: str) -> None:
    uses.pop(name, None)


# %% 1.2c reject: the whole file turned round -> Every other tag is read as before
tags_api = FastAPI(title="Tags")


@tags_api.get("/tags/{name}", status_code=204)
def delete_tag(name: str) -> None:
    uses.pop(name, None)


@tags_api.get("/tags/popular")
def popular_tag() -> dict:
    name = max(uses, key=uses.get)
    return {"name": name, "posts": uses[name]}


@tags_api.get("/tags/{name}")
def read_tag(name: str) -> dict:
    return {"name": name, "posts": uses.get(name, 0)}


# %% 1.2c reject: the path is moved instead -> The most used tag is popular
tags_api = FastAPI(title="Tags")


@tags_api.get("/tags/{name}")
def read_tag(name: str) -> dict:
    return {"name": name, "posts": uses.get(name, 0)}


@tags_api.get("/popular")
def popular_tag() -> dict:
    name = max(uses, key=uses.get)
    return {"name": name, "posts": uses[name]}


@tags_api.delete("/tags/{name}", status_code=204)
def delete_tag(name: str) -> None:
    uses.pop(name, None)


# %% 1.2c reject: the example written down -> The most used tag is popular
tags_api = FastAPI(title="Tags")


@tags_api.get("/tags/popular")
def popular_tag() -> dict:
    return {"name": "sql", "posts": 5}


@tags_api.get("/tags/{name}")
def read_tag(name: str) -> dict:
    return {"name": name, "posts": uses.get(name, 0)}


@tags_api.delete("/tags/{name}", status_code=204)
def delete_tag(name: str) -> None:
    uses.pop(name, None)


# %% 1.2c reject: the status was lost on the way -> Delete responds 204 without a body
tags_api = FastAPI(title="Tags")


@tags_api.get("/tags/popular")
def popular_tag() -> dict:
    name = max(uses, key=uses.get)
    return {"name": name, "posts": uses[name]}


@tags_api.get("/tags/{name}")
def read_tag(name: str) -> dict:
    return {"name": name, "posts": uses.get(name, 0)}


@tags_api.delete("/tags/{name}")
def delete_tag(name: str) -> None:
    uses.pop(name, None)


# %% 1.2c reject: all tags go -> A deleted tag is gone and no other
tags_api = FastAPI(title="Tags")


@tags_api.get("/tags/popular")
def popular_tag() -> dict:
    name = max(uses, key=uses.get)
    return {"name": name, "posts": uses[name]}


@tags_api.get("/tags/{name}")
def read_tag(name: str) -> dict:
    return {"name": name, "posts": uses.get(name, 0)}


@tags_api.delete("/tags/{name}", status_code=204)
def delete_tag(name: str) -> None:
    uses.clear()


# %% 1.2c reject: answers 204 and forgets to remove -> A deleted tag is gone and no other
tags_api = FastAPI(title="Tags")


@tags_api.get("/tags/popular")
def popular_tag() -> dict:
    name = max(uses, key=uses.get)
    return {"name": name, "posts": uses[name]}


@tags_api.get("/tags/{name}")
def read_tag(name: str) -> dict:
    return {"name": name, "posts": uses.get(name, 0)}


@tags_api.delete("/tags/{name}", status_code=204)
def delete_tag(name: str) -> None:
    uses.get(name)


# %% 1.2d accept: said in the decorator, answered by a model
from pydantic import BaseModel

authors_api = FastAPI()


class Author(BaseModel):
    id: int
    name: str


@authors_api.get("/authors/{author_id}", summary="Read Author", description="One author, by number.")
async def whatever(author_id: int) -> Author:
    return Author(id=author_id, name=f"Author {author_id}")


# %% 1.2d accept: a TypedDict, a Path, and a type in the path too
from typing import Annotated

from fastapi import Path
from typing_extensions import TypedDict

authors_api = FastAPI(title="Authors")


class Author(TypedDict):
    id: int
    name: str


@authors_api.get("/authors/{author_id:int}", summary="Read Author", response_model=Author)
def read(author_id: Annotated[int, Path(ge=1)]):
    """
    One author, by number.
    """
    return dict(id=author_id, name="Author " + str(author_id))


# %% 1.2d reject: no return annotation -> The document has an object as response
authors_api = FastAPI(title="Authors")


@authors_api.get("/authors/{author_id}")
def read_author(author_id: int):
    """One author, by number."""
    return {"id": author_id, "name": f"Author {author_id}"}


# %% 1.2d reject: converted by hand -> The document has an integer in the path
authors_api = FastAPI(title="Authors")


@authors_api.get("/authors/{author_id}")
def read_author(author_id) -> dict:
    """One author, by number."""
    return {"id": int(author_id), "name": f"Author {author_id}"}


# %% 1.2d reject: another name for the function -> The document has the summary
authors_api = FastAPI(title="Authors")


@authors_api.get("/authors/{author_id}")
def get_author(author_id: int) -> dict:
    """One author, by number."""
    return {"id": author_id, "name": f"Author {author_id}"}


# %% 1.2d reject: a comment is no docstring -> The document has the description
authors_api = FastAPI(title="Authors")


@authors_api.get("/authors/{author_id}")
def read_author(author_id: int) -> dict:
    # One author, by number.
    return {"id": author_id, "name": f"Author {author_id}"}


# %% 1.2d reject: the text stands below a line -> The document has the description
authors_api = FastAPI(title="Authors")


@authors_api.get("/authors/{author_id}")
def read_author(author_id: int) -> dict:
    answer = {"id": author_id, "name": f"Author {author_id}"}
    """One author, by number."""
    return answer


# %% 1.2d reject: the example written down -> An author is returned
authors_api = FastAPI(title="Authors")


@authors_api.get("/authors/{author_id}")
def read_author(author_id: int) -> dict:
    """One author, by number."""
    return {"id": 7, "name": "Author 7"}


# %% 1.2d reject: the answer is promised as a list -> The document has an object as response
authors_api = FastAPI(title="Authors")


@authors_api.get("/authors/{author_id}")
def read_author(author_id: int) -> list[dict]:
    """One author, by number."""
    return {"id": author_id, "name": f"Author {author_id}"}


# %% 1.2d reject: not registered -> An author is returned
authors_api = FastAPI(title="Authors")


def read_author(author_id: int) -> dict:
    """One author, by number."""
    return {"id": author_id, "name": f"Author {author_id}"}


# %% 1.2e accept: 201 in the decorator, 200 late
from fastapi import Response

bookmarks_api = FastAPI(title="Bookmarks")


@bookmarks_api.put("/bookmarks/{bookmark}", status_code=201, responses={"200": {"description": "Was there"}})
async def keep(bookmark: str, answer: Response):
    if bookmark in bookmarks:
        answer.status_code = 200
    bookmarks.add(bookmark)
    return {"name": bookmark}


@bookmarks_api.delete("/bookmarks/{bookmark}", status_code=204)
async def drop(bookmark: str):
    if bookmark in bookmarks:
        bookmarks.remove(bookmark)


# %% 1.2e accept: responses that are made by hand
from fastapi import Response, status
from fastapi.responses import JSONResponse

bookmarks_api = FastAPI(title="Bookmarks")


@bookmarks_api.put("/bookmarks/{name}", responses={status.HTTP_201_CREATED: {"model": dict}})
def put_bookmark(name: str):
    code = status.HTTP_200_OK if name in bookmarks else status.HTTP_201_CREATED
    bookmarks.add(name)
    return JSONResponse({"name": name}, code)


@bookmarks_api.delete("/bookmarks/{name}", status_code=status.HTTP_204_NO_CONTENT)
def delete_bookmark(name: str):
    bookmarks.discard(name)
    return Response(status_code=status.HTTP_204_NO_CONTENT)


# %% 1.2e accept: a 404 documented besides
from fastapi import Response

bookmarks_api = FastAPI(title="Bookmarks")
about = {201: {"description": "New"}, 404: {"description": "Never"}, "default": {"description": "Else"}}


@bookmarks_api.put("/bookmarks/{name}", responses=about)
def put_bookmark(name: str, response: Response) -> dict[str, str]:
    response.status_code = 200 if name in bookmarks else 201
    bookmarks.add(name)
    return {"name": name}


@bookmarks_api.delete("/bookmarks/{name}", status_code=204, response_model=None)
def delete_bookmark(name: str) -> None:
    bookmarks.discard(name)


# %% 1.2e reject: 201 always -> A bookmark that is there is 200
bookmarks_api = FastAPI(title="Bookmarks")


@bookmarks_api.put("/bookmarks/{name}", status_code=201)
def put_bookmark(name: str) -> dict:
    bookmarks.add(name)
    return {"name": name}


@bookmarks_api.delete("/bookmarks/{name}", status_code=204)
def delete_bookmark(name: str) -> None:
    bookmarks.discard(name)


# %% 1.2e reject: both statuses set late -> The document says 204 for delete
from fastapi import Response

bookmarks_api = FastAPI(title="Bookmarks")


@bookmarks_api.put("/bookmarks/{name}", responses={201: {"description": "New"}})
def put_bookmark(name: str, response: Response) -> dict:
    if name not in bookmarks:
        response.status_code = 201
    bookmarks.add(name)
    return {"name": name}


@bookmarks_api.delete("/bookmarks/{name}")
def delete_bookmark(name: str, response: Response) -> None:
    response.status_code = 204
    bookmarks.discard(name)


# %% 1.2e reject: 204 named besides 200 -> The document says 204 for delete
from fastapi import Response

bookmarks_api = FastAPI(title="Bookmarks")


@bookmarks_api.put("/bookmarks/{name}", responses={201: {"description": "New"}})
def put_bookmark(name: str, response: Response) -> dict:
    if name not in bookmarks:
        response.status_code = 201
    bookmarks.add(name)
    return {"name": name}


@bookmarks_api.delete("/bookmarks/{name}", responses={204: {"description": "Gone"}})
def delete_bookmark(name: str) -> Response:
    bookmarks.discard(name)
    return Response(status_code=204)


# %% 1.2e reject: the document is not told of 201 -> The document says 200 and 201 for put
from fastapi import Response

bookmarks_api = FastAPI(title="Bookmarks")


@bookmarks_api.put("/bookmarks/{name}")
def put_bookmark(name: str, response: Response) -> dict:
    if name not in bookmarks:
        response.status_code = 201
    bookmarks.add(name)
    return {"name": name}


@bookmarks_api.delete("/bookmarks/{name}", status_code=204)
def delete_bookmark(name: str) -> None:
    bookmarks.discard(name)


# %% 1.2e reject: asked after it was added -> A new bookmark is 201
from fastapi import Response

bookmarks_api = FastAPI(title="Bookmarks")


@bookmarks_api.put("/bookmarks/{name}", responses={201: {"description": "New"}})
def put_bookmark(name: str, response: Response) -> dict:
    bookmarks.add(name)
    if name not in bookmarks:
        response.status_code = 201
    return {"name": name}


@bookmarks_api.delete("/bookmarks/{name}", status_code=204)
def delete_bookmark(name: str) -> None:
    bookmarks.discard(name)


# %% 1.2e reject: documented, not done -> A new bookmark is 201
bookmarks_api = FastAPI(title="Bookmarks")


@bookmarks_api.put("/bookmarks/{name}", responses={201: {"description": "New"}})
def put_bookmark(name: str) -> dict:
    bookmarks.add(name)
    return {"name": name}


@bookmarks_api.delete("/bookmarks/{name}", status_code=204)
def delete_bookmark(name: str) -> None:
    bookmarks.discard(name)


# %% 1.2e reject: the second delete breaks -> Delete responds 204 without a body
from fastapi import Response

bookmarks_api = FastAPI(title="Bookmarks")


@bookmarks_api.put("/bookmarks/{name}", responses={201: {"description": "New"}})
def put_bookmark(name: str, response: Response) -> dict:
    if name not in bookmarks:
        response.status_code = 201
    bookmarks.add(name)
    return {"name": name}


@bookmarks_api.delete("/bookmarks/{name}", status_code=204)
def delete_bookmark(name: str) -> None:
    bookmarks.remove(name)


# %% 1.2e reject: forgets nothing -> Delete removes the bookmark and no other
from fastapi import Response

bookmarks_api = FastAPI(title="Bookmarks")


@bookmarks_api.put("/bookmarks/{name}", responses={201: {"description": "New"}})
def put_bookmark(name: str, response: Response) -> dict:
    if name not in bookmarks:
        response.status_code = 201
    bookmarks.add(name)
    return {"name": name}


@bookmarks_api.delete("/bookmarks/{name}", status_code=204)
def delete_bookmark(name: str) -> None:
    pass


# %% 1.2e reject: returns the status as if it were one -> A new bookmark is 201
bookmarks_api = FastAPI(title="Bookmarks")


@bookmarks_api.put("/bookmarks/{name}", responses={201: {"description": "New"}})
def put_bookmark(name: str):
    new = name not in bookmarks
    bookmarks.add(name)
    return {"name": name}, 201 if new else 200


@bookmarks_api.delete("/bookmarks/{name}", status_code=204)
def delete_bookmark(name: str) -> None:
    bookmarks.discard(name)


# %% 1.2f accept: async, models, helper functions
from pydantic import BaseModel

postboard = FastAPI(title="Postboard")


class Post(BaseModel):
    id: int
    title: str
    published: bool = True


def found(number):
    try:
        return stored[number]
    except KeyError:
        raise HTTPException(404, "No such post") from None


@postboard.get("/posts/drafts")
async def drafts() -> list[Post]:
    return [post for post in stored.values() if post["published"] is False]


@postboard.get("/posts/latest")
async def latest() -> Post:
    return stored[max(stored)]


@postboard.get("/posts")
async def posts() -> list[Post]:
    return list(stored.values())


@postboard.get("/posts/{number}/next")
async def following(number: int) -> Post:
    found(number)
    larger = sorted(each for each in stored if each > number)
    return found(larger[0] if larger else None)


@postboard.get("/posts/{number}")
async def read(number: int) -> Post:
    return found(number)


# %% 1.2f accept: added below, and the routes moved to the front
from bisect import bisect_right

postboard = FastAPI(title="Postboard")


@postboard.get("/posts")
def list_posts():
    return list(stored.values())


@postboard.get("/posts/latest")
def latest_post():
    return stored[max(stored)]


@postboard.get("/posts/{post_id}")
def read_post(post_id: int):
    if post_id not in stored:
        raise HTTPException(404, "No such post")
    return stored[post_id]


@postboard.get("/posts/{post_id}/next")
def next_post(post_id: int):
    ids = sorted(stored)
    place = bisect_right(ids, post_id)
    if post_id not in stored or place == len(ids):
        raise HTTPException(404)
    return stored[ids[place]]


@postboard.get("/posts/drafts")
def list_drafts():
    return list(filter(lambda post: not post["published"], stored.values()))


postboard.router.routes.insert(0, postboard.router.routes.pop())

# %% 1.2f reject: drafts at the end of the file -> Drafts are listed
postboard = FastAPI(title="Postboard")


@postboard.get("/posts")
def list_posts() -> list[dict]:
    return list(stored.values())


@postboard.get("/posts/latest")
def latest_post() -> dict:
    return stored[max(stored)]


@postboard.get("/posts/{post_id}")
def read_post(post_id: int) -> dict:
    if post_id not in stored:
        raise HTTPException(404, "No such post")
    return stored[post_id]


@postboard.get("/posts/{post_id}/next")
def next_post(post_id: int) -> dict:
    later = [each for each in stored if each > post_id]
    if post_id not in stored or not later:
        raise HTTPException(404)
    return stored[min(later)]


@postboard.get("/posts/drafts")
def list_drafts() -> list[dict]:
    return [post for post in stored.values() if not post["published"]]


# %% 1.2f reject: one more than the id -> The next post is found across a gap
postboard = FastAPI(title="Postboard")


@postboard.get("/posts")
def list_posts() -> list[dict]:
    return list(stored.values())


@postboard.get("/posts/latest")
def latest_post() -> dict:
    return stored[max(stored)]


@postboard.get("/posts/drafts")
def list_drafts() -> list[dict]:
    return [post for post in stored.values() if not post["published"]]


@postboard.get("/posts/{post_id}")
def read_post(post_id: int) -> dict:
    if post_id not in stored:
        raise HTTPException(404, "No such post")
    return stored[post_id]


@postboard.get("/posts/{post_id}/next")
def next_post(post_id: int) -> dict:
    read_post(post_id)
    return read_post(post_id + 1)


# %% 1.2f reject: the next in the dictionary -> The next post is found in any order
postboard = FastAPI(title="Postboard")


@postboard.get("/posts")
def list_posts() -> list[dict]:
    return list(stored.values())


@postboard.get("/posts/latest")
def latest_post() -> dict:
    return stored[max(stored)]


@postboard.get("/posts/drafts")
def list_drafts() -> list[dict]:
    return [post for post in stored.values() if not post["published"]]


@postboard.get("/posts/{post_id}")
def read_post(post_id: int) -> dict:
    if post_id not in stored:
        raise HTTPException(404, "No such post")
    return stored[post_id]


@postboard.get("/posts/{post_id}/next")
def next_post(post_id: int) -> dict:
    ids = list(stored)
    if post_id not in ids or ids[-1] == post_id:
        raise HTTPException(404)
    return stored[ids[ids.index(post_id) + 1]]


# %% 1.2f reject: nothing comes after the last, and it breaks -> The last post has no next one
postboard = FastAPI(title="Postboard")


@postboard.get("/posts")
def list_posts() -> list[dict]:
    return list(stored.values())


@postboard.get("/posts/latest")
def latest_post() -> dict:
    return stored[max(stored)]


@postboard.get("/posts/drafts")
def list_drafts() -> list[dict]:
    return [post for post in stored.values() if not post["published"]]


@postboard.get("/posts/{post_id}")
def read_post(post_id: int) -> dict:
    if post_id not in stored:
        raise HTTPException(404, "No such post")
    return stored[post_id]


@postboard.get("/posts/{post_id}/next")
def next_post(post_id: int) -> dict:
    read_post(post_id)
    return stored[min(each for each in stored if each > post_id)]


# %% 1.2f reject: whatever comes after an id that nobody has -> A post that is not there has no next one
postboard = FastAPI(title="Postboard")


@postboard.get("/posts")
def list_posts() -> list[dict]:
    return list(stored.values())


@postboard.get("/posts/latest")
def latest_post() -> dict:
    return stored[max(stored)]


@postboard.get("/posts/drafts")
def list_drafts() -> list[dict]:
    return [post for post in stored.values() if not post["published"]]


@postboard.get("/posts/{post_id}")
def read_post(post_id: int) -> dict:
    if post_id not in stored:
        raise HTTPException(404, "No such post")
    return stored[post_id]


@postboard.get("/posts/{post_id}/next")
def next_post(post_id: int) -> dict:
    later = [each for each in stored if each > post_id]
    if not later:
        raise HTTPException(404)
    return stored[min(later)]


# %% 1.2f reject: published and drafts mixed up -> Drafts are listed
postboard = FastAPI(title="Postboard")


@postboard.get("/posts")
def list_posts() -> list[dict]:
    return list(stored.values())


@postboard.get("/posts/latest")
def latest_post() -> dict:
    return stored[max(stored)]


@postboard.get("/posts/drafts")
def list_drafts() -> list[dict]:
    return [post for post in stored.values() if post["published"]]


@postboard.get("/posts/{post_id}")
def read_post(post_id: int) -> dict:
    if post_id not in stored:
        raise HTTPException(404, "No such post")
    return stored[post_id]


@postboard.get("/posts/{post_id}/next")
def next_post(post_id: int) -> dict:
    later = [each for each in stored if each > post_id]
    if post_id not in stored or not later:
        raise HTTPException(404)
    return stored[min(later)]


# %% 1.2f reject: text in the path, so that the order does not matter -> What was there stays as it is
postboard = FastAPI(title="Postboard")


@postboard.get("/posts")
def list_posts() -> list[dict]:
    return list(stored.values())


@postboard.get("/posts/{post_id}")
def read_post(post_id: str):
    if post_id == "latest":
        return stored[max(stored)]
    if post_id == "drafts":
        return [post for post in stored.values() if not post["published"]]
    if not post_id.isdigit() or int(post_id) not in stored:
        raise HTTPException(404, "No such post")
    return stored[int(post_id)]


@postboard.get("/posts/{post_id}/next")
def next_post(post_id: int) -> dict:
    later = [each for each in stored if each > post_id]
    if post_id not in stored or not later:
        raise HTTPException(404)
    return stored[min(later)]


# %% 1.2f reject: the number in the path, so that the order does not matter -> What was there stays as it is
postboard = FastAPI(title="Postboard")


@postboard.get("/posts")
def list_posts() -> list[dict]:
    return list(stored.values())


@postboard.get("/posts/{post_id:int}")
def read_post(post_id: int) -> dict:
    if post_id not in stored:
        raise HTTPException(404, "No such post")
    return stored[post_id]


@postboard.get("/posts/latest")
def latest_post() -> dict:
    return stored[max(stored)]


@postboard.get("/posts/drafts")
def list_drafts() -> list[dict]:
    return [post for post in stored.values() if not post["published"]]


@postboard.get("/posts/{post_id:int}/next")
def next_post(post_id: int) -> dict:
    later = [each for each in stored if each > post_id]
    if post_id not in stored or not later:
        raise HTTPException(404)
    return stored[min(later)]


# %% 1.2b accept: a plain loop that builds the rows, an own list of the paths to leave out
def routing_table(app):
    leave_out = []
    for url in (app.openapi_url, app.docs_url, app.redoc_url, app.swagger_ui_oauth2_redirect_url):
        if url is not None:
            leave_out.append(url)
    table = ()
    for route in app.routes:
        if route.path in leave_out:
            continue
        (method,) = route.methods
        table += ((method, route.path, route.endpoint.__name__),)
    return list(table)


# %% 1.2a accept: get instead of in
library = FastAPI(title="Library")


@library.get("/books")
def list_books() -> list[dict]:
    return list(books.values())


@library.get("/books/{book_id}")
def read_book(book_id: int) -> dict:
    if (book := books.get(book_id)) is None:
        raise HTTPException(status_code=404)
    return book


# %% 1.2a reject: any number up to the largest is there -> An unknown book is 404
library = FastAPI(title="Library")


@library.get("/books")
def list_books() -> list[dict]:
    return list(books.values())


@library.get("/books/{book_id}")
def read_book(book_id: int) -> dict:
    if book_id > max(books):
        raise HTTPException(404, "No such book")
    return books.get(book_id, {})


# %% 1.2a reject: no books is 404 -> A book that was removed is gone
library = FastAPI(title="Library")


@library.get("/books")
def list_books() -> list[dict]:
    if not books:
        raise HTTPException(404)
    return list(books.values())


@library.get("/books/{book_id}")
def read_book(book_id: int) -> dict:
    if book_id not in books:
        raise HTTPException(404, "No such book")
    return books[book_id]


# %% 1.2a reject: the first book is always there -> A book that was removed is gone
library = FastAPI(title="Library")


@library.get("/books")
def list_books() -> list[dict]:
    return list(books.values())


@library.get("/books/{book_id}")
def read_book(book_id: int) -> dict:
    if book_id not in books and book_id != 7:
        raise HTTPException(404, "No such book")
    return books.get(book_id, {"id": 7, "title": "Middlemarch"})


# %% 1.2a reject: number and a half is rounded -> Text in place of a number is 422
library = FastAPI(title="Library")


@library.get("/books")
def list_books() -> list[dict]:
    return list(books.values())


@library.get("/books/{book_id}")
def read_book(book_id: float) -> dict:
    if book_id not in books:
        raise HTTPException(404, "No such book")
    return books[book_id]


# %% 1.2a reject: ten books at most -> A book that was added later is listed too
library = FastAPI(title="Library")


@library.get("/books")
def all_books() -> list[dict]:
    return sorted(books.values(), key=lambda b: b["title"])[:10]


@library.get("/books/{number}")
def one_book(number: int) -> dict:
    if number not in books:
        raise HTTPException(status_code=404, detail="Not found")
    return books[number]


# %% 1.2b accept: the routes of the router
from fastapi.routing import APIRoute


def routing_table(app: FastAPI) -> list[tuple[str, str, str]]:
    return [
        (list(route.methods)[0], route.path, route.endpoint.__name__)
        for route in app.router.routes
        if isinstance(route, APIRoute)
    ]


# %% 1.2b reject: whatever begins with /docs is built in -> The built in routes are left out
from fastapi.routing import APIRoute


def routing_table(app: FastAPI) -> list[tuple[str, str, str]]:
    return [
        (list(route.methods)[0], route.path, route.endpoint.__name__)
        for route in app.router.routes
        if isinstance(route, APIRoute) and not route.path.startswith("/docs")
    ]


# %% 1.2b reject: the name of the route in letters of the document -> Each path operation is one row
from fastapi.routing import APIRoute


def routing_table(app: FastAPI) -> list[tuple[str, str, str]]:
    return [
        (list(route.methods)[0], route.path, route.name.replace("_", " ").title())
        for route in app.router.routes
        if isinstance(route, APIRoute)
    ]


# %% 1.2b reject: methods in lower case -> Each path operation is one row
from fastapi.routing import APIRoute


def routing_table(app: FastAPI) -> list[tuple[str, str, str]]:
    return [
        (list(route.methods)[0].lower(), route.path, route.endpoint.__name__)
        for route in app.router.routes
        if isinstance(route, APIRoute)
    ]


# %% 1.2c reject: the last tag of the alphabet -> The most used tag is popular
tags_api = FastAPI(title="Tags")


@tags_api.get("/tags/popular")
def popular_tag() -> dict:
    name = max(uses)
    return {"name": name, "posts": uses[name]}


@tags_api.get("/tags/{name}")
def read_tag(name: str) -> dict:
    return {"name": name, "posts": uses.get(name, 0)}


@tags_api.delete("/tags/{name}", status_code=204)
def delete_tag(name: str) -> None:
    uses.pop(name, None)


# %% 1.2c reject: the newest tag -> The first tag can be popular too
tags_api = FastAPI(title="Tags")


@tags_api.get("/tags/popular")
def popular_tag() -> dict:
    name = list(uses)[-1]
    return {"name": name, "posts": uses[name]}


@tags_api.get("/tags/{name}")
def read_tag(name: str) -> dict:
    return {"name": name, "posts": uses.get(name, 0)}


@tags_api.delete("/tags/{name}", status_code=204)
def delete_tag(name: str) -> None:
    uses.pop(name, None)


# %% 1.2c reject: a tag that is gone is 404 -> Delete responds 204 without a body
tags_api = FastAPI(title="Tags")


@tags_api.get("/tags/popular")
def popular_tag() -> dict:
    name = max(uses, key=uses.get)
    return {"name": name, "posts": uses[name]}


@tags_api.get("/tags/{name}")
def read_tag(name: str) -> dict:
    return {"name": name, "posts": uses.get(name, 0)}


@tags_api.delete("/tags/{name}", status_code=204)
def delete_tag(name: str) -> None:
    if name not in uses:
        raise HTTPException(404)
    uses.pop(name)


# %% 1.2c reject: all tags are removed -> A deleted tag is gone and no other
tags_api = FastAPI(title="Tags")


@tags_api.get("/tags/popular")
def popular_tag() -> dict:
    name = max(uses, key=uses.get)
    return {"name": name, "posts": uses[name]}


@tags_api.get("/tags/{name}")
def read_tag(name: str) -> dict:
    return {"name": name, "posts": uses.get(name, 0)}


@tags_api.delete("/tags/{name}", status_code=204)
def delete_tag(name: str) -> None:
    uses.clear()


# %% 1.2c reject: the tag is kept with 0 posts -> A deleted tag is gone and no other
tags_api = FastAPI(title="Tags")


@tags_api.get("/tags/popular")
def popular_tag() -> dict:
    name = max(uses, key=uses.get)
    return {"name": name, "posts": uses[name]}


@tags_api.get("/tags/{name}")
def read_tag(name: str) -> dict:
    return {"name": name, "posts": uses.get(name, 0)}


@tags_api.delete("/tags/{name}", status_code=204)
def delete_tag(name: str) -> None:
    uses[name] = 0


# %% 1.2c reject: removes the tag in small letters -> A deleted tag is gone and no other
tags_api = FastAPI(title="Tags")


@tags_api.get("/tags/popular")
def popular_tag() -> dict:
    name = max(uses, key=uses.get)
    return {"name": name, "posts": uses[name]}


@tags_api.get("/tags/{name}")
def read_tag(name: str) -> dict:
    return {"name": name, "posts": uses.get(name, 0)}


@tags_api.delete("/tags/{name}", status_code=204)
def delete_tag(name: str) -> None:
    uses.pop(name.lower(), None)


# %% 1.2c reject: removes another tag when there is none -> A deleted tag is gone and no other
tags_api = FastAPI(title="Tags")


@tags_api.get("/tags/popular")
def popular_tag() -> dict:
    name = max(uses, key=uses.get)
    return {"name": name, "posts": uses[name]}


@tags_api.get("/tags/{name}")
def read_tag(name: str) -> dict:
    return {"name": name, "posts": uses.get(name, 0)}


@tags_api.delete("/tags/{name}", status_code=204)
def delete_tag(name: str) -> None:
    uses.pop(name, None) if name in uses else uses.popitem()


# %% 1.2d accept: summary and description in the decorator, under another name
authors_api = FastAPI(title="Authors")


@authors_api.get("/authors/{author_id}", summary="Read Author", description="One author, by number.")
def one(author_id: int) -> dict:
    return {"id": author_id, "name": f"Author {author_id}"}


# %% 1.2d reject: a second path operation -> It is one path operation
authors_api = FastAPI(title="Authors")


@authors_api.get("/authors")
def list_authors() -> list[dict]:
    return []


@authors_api.get("/authors/{author_id}")
def read_author(author_id: int) -> dict:
    """One author, by number."""
    return {"id": author_id, "name": f"Author {author_id}"}


# %% 1.2d reject: a second method on the same path -> It is one path operation
authors_api = FastAPI(title="Authors")


@authors_api.get("/authors/{author_id}")
@authors_api.post("/authors/{author_id}")
def read_author(author_id: int) -> dict:
    """One author, by number."""
    return {"id": author_id, "name": f"Author {author_id}"}


# %% 1.2d reject: only up to 100 -> An author is returned
authors_api = FastAPI(title="Authors")


@authors_api.get("/authors/{author_id}")
def read_author(author_id: int) -> dict:
    """One author, by number."""
    if author_id > 100:
        raise HTTPException(404)
    return {"id": author_id, "name": f"Author {author_id}"}


# %% 1.2d reject: a full stop forgotten -> The document has the description
authors_api = FastAPI(title="Authors")


@authors_api.get("/authors/{author_id}")
def read_author(author_id: int) -> dict:
    """One author, by number"""
    return {"id": author_id, "name": f"Author {author_id}"}


# %% 1.2d reject: a parameter more -> The document has an integer in the path
authors_api = FastAPI(title="Authors")


@authors_api.get("/authors/{author_id}")
def read_author(author_id: int, verbose: bool = False) -> dict:
    """One author, by number."""
    return {"id": author_id, "name": f"Author {author_id}"}


# %% 1.2e reject: a store of its own -> Put adds the name to bookmarks
from fastapi import Response

known = set(bookmarks)
bookmarks_api = FastAPI(title="Bookmarks")


@bookmarks_api.put("/bookmarks/{name}", responses={201: {"description": "It was new"}})
def put_bookmark(name: str, response: Response) -> dict:
    if name not in known:
        response.status_code = 201
    known.add(name)
    return {"name": name}


@bookmarks_api.delete("/bookmarks/{name}", status_code=204)
def delete_bookmark(name: str) -> None:
    known.discard(name)


# %% 1.2e reject: an unknown one clears all -> Delete removes the bookmark and no other
from fastapi import Response

bookmarks_api = FastAPI(title="Bookmarks")


@bookmarks_api.put("/bookmarks/{name}", responses={201: {"description": "It was new"}})
def put_bookmark(name: str, response: Response) -> dict:
    if name not in bookmarks:
        response.status_code = 201
    bookmarks.add(name)
    return {"name": name}


@bookmarks_api.delete("/bookmarks/{name}", status_code=204)
def delete_bookmark(name: str) -> None:
    if name not in bookmarks:
        bookmarks.clear()
    bookmarks.discard(name)


# %% 1.2e reject: a 202 in the document -> The document says 200 and 201 for put
from fastapi import Response

bookmarks_api = FastAPI(title="Bookmarks")


@bookmarks_api.put(
    "/bookmarks/{name}", responses={201: {"description": "New"}, 202: {"description": "Later"}}
)
def put_bookmark(name: str, response: Response) -> dict:
    if name not in bookmarks:
        response.status_code = 201
    bookmarks.add(name)
    return {"name": name}


@bookmarks_api.delete("/bookmarks/{name}", status_code=204)
def delete_bookmark(name: str) -> None:
    bookmarks.discard(name)


# %% 1.2e reject: the first letter tells -> A new bookmark is 201
from fastapi import Response

bookmarks_api = FastAPI(title="Bookmarks")


@bookmarks_api.put("/bookmarks/{name}", responses={201: {"description": "It was new"}})
def put_bookmark(name: str, response: Response) -> dict:
    if not any(each.startswith(name) for each in bookmarks):
        response.status_code = 201
    bookmarks.add(name)
    return {"name": name}


@bookmarks_api.delete("/bookmarks/{name}", status_code=204)
def delete_bookmark(name: str) -> None:
    bookmarks.discard(name)


# %% 1.2f reject: the next published post -> The next post is found across a gap
postboard = FastAPI(title="Postboard")


@postboard.get("/posts/latest")
def latest_post() -> dict:
    return stored[max(stored)]


@postboard.get("/posts/drafts")
def list_drafts() -> list[dict]:
    return [post for post in stored.values() if not post["published"]]


@postboard.get("/posts/{post_id}")
def read_post(post_id: int) -> dict:
    if post_id not in stored:
        raise HTTPException(404, "No such post")
    return stored[post_id]


@postboard.get("/posts/{post_id}/next")
def next_post(post_id: int) -> dict:
    later = [each for each in stored if each > post_id and stored[each]["published"]]
    if post_id not in stored or not later:
        raise HTTPException(404, "No such post, or none after it")
    return stored[min(later)]


# %% 1.2f reject: no drafts is 404 -> Without drafts the list is empty
postboard = FastAPI(title="Postboard")


@postboard.get("/posts/latest")
def latest_post() -> dict:
    return stored[max(stored)]


@postboard.get("/posts/drafts")
def list_drafts() -> list[dict]:
    if all(post["published"] for post in stored.values()):
        raise HTTPException(404)
    return [post for post in stored.values() if not post["published"]]


@postboard.get("/posts/{post_id}")
def read_post(post_id: int) -> dict:
    if post_id not in stored:
        raise HTTPException(404, "No such post")
    return stored[post_id]


@postboard.get("/posts/{post_id}/next")
def next_post(post_id: int) -> dict:
    later = [each for each in stored if each > post_id]
    if post_id not in stored or not later:
        raise HTTPException(404, "No such post, or none after it")
    return stored[min(later)]


# %% 1.2f reject: the latest is the last that was stored -> What was there stays as it is
postboard = FastAPI(title="Postboard")


@postboard.get("/posts/latest")
def latest_post() -> dict:
    return list(stored.values())[-1]


@postboard.get("/posts/drafts")
def list_drafts() -> list[dict]:
    return [post for post in stored.values() if not post["published"]]


@postboard.get("/posts/{post_id}")
def read_post(post_id: int) -> dict:
    if post_id not in stored:
        raise HTTPException(404, "No such post")
    return stored[post_id]


@postboard.get("/posts/{post_id}/next")
def next_post(post_id: int) -> dict:
    later = [each for each in stored if each > post_id]
    if post_id not in stored or not later:
        raise HTTPException(404, "No such post, or none after it")
    return stored[min(later)]


# %% 1.2f reject: the post itself counts as its next -> The next post is found across a gap
postboard = FastAPI(title="Postboard")


@postboard.get("/posts/latest")
def latest_post() -> dict:
    return stored[max(stored)]


@postboard.get("/posts/drafts")
def list_drafts() -> list[dict]:
    return [post for post in stored.values() if not post["published"]]


@postboard.get("/posts/{post_id}")
def read_post(post_id: int) -> dict:
    if post_id not in stored:
        raise HTTPException(404, "No such post")
    return stored[post_id]


@postboard.get("/posts/{post_id}/next")
def next_post(post_id: int) -> dict:
    later = [each for each in stored if each >= post_id]
    if post_id not in stored or not later:
        raise HTTPException(404, "No such post, or none after it")
    return stored[min(later)]


# %% 1.2f reject: the first is next to the last -> The last post has no next one
postboard = FastAPI(title="Postboard")


@postboard.get("/posts/latest")
def latest_post() -> dict:
    return stored[max(stored)]


@postboard.get("/posts/drafts")
def list_drafts() -> list[dict]:
    return [post for post in stored.values() if not post["published"]]


@postboard.get("/posts/{post_id}")
def read_post(post_id: int) -> dict:
    if post_id not in stored:
        raise HTTPException(404, "No such post")
    return stored[post_id]


@postboard.get("/posts/{post_id}/next")
def next_post(post_id: int) -> dict:
    later = [each for each in stored if each > post_id]
    if post_id not in stored or not stored:
        raise HTTPException(404, "No such post, or none after it")
    return stored[min(later or stored)]


# %% 1.2f reject: another word for a post that is not there -> What was there stays as it is
postboard = FastAPI(title="Postboard")


@postboard.get("/posts/latest")
def latest_post() -> dict:
    return stored[max(stored)]


@postboard.get("/posts/drafts")
def drafts() -> list[dict]:
    return [each for each in stored.values() if not each["published"]]


@postboard.get("/posts/{post_id}")
def read_post(post_id: int) -> dict:
    if post_id not in stored:
        raise HTTPException(404, "Not here")
    return stored[post_id]


@postboard.get("/posts/{post_id}/next")
def next_post(post_id: int) -> dict:
    if post_id not in stored:
        raise HTTPException(404, "No such post")
    later = [each for each in stored if each > post_id]
    if not later:
        raise HTTPException(404, "No post follows")
    return stored[min(later)]


# %% 1.2b reject: each app's table is made once -> A route that is added later is seen
from functools import cache

from fastapi.routing import APIRoute


@cache
def routing_table(app):
    own = [route for route in app.routes if isinstance(route, APIRoute)]
    return [(*route.methods, route.path, route.endpoint.__name__) for route in own]
