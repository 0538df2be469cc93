"""Right and wrong answers to the exercises of lesson 2.4; see docs/authors.md for the form."""

# %% 2.4a accept: a dataclass
from dataclasses import dataclass
from typing import Annotated

from fastapi import Query


@dataclass
class Span:
    start: Annotated[int, Query(ge=0)] = 0
    length: Annotated[int, Query(ge=1, le=20)] = 5

    def cut(self, items):
        return items[self.start :][: self.length]


# %% 2.4a accept: defaults in Query, a loop
from fastapi import Query


class Span:
    def __init__(self, start: int = Query(0, ge=0), length: int = Query(5, gt=0, lt=21)):
        self.wanted = range(start, start + length)

    def cut(self, items):
        return [item for at, item in enumerate(items) if at in self.wanted]


# %% 2.4a accept: HTTPException for what is refused
from fastapi import HTTPException


class Span:
    def __init__(self, start: int = 0, length: int = 5):
        if start < 0 or not 1 <= length <= 20:
            raise HTTPException(422, "Out of range")
        self.start, self.stop = start, start + length

    def cut(self, items):
        return items[self.start : self.stop]


# %% 2.4a accept: a model
from pydantic import BaseModel, Field


class Span(BaseModel):
    start: int = Field(0, ge=0)
    length: int = Field(5, ge=1, le=20)

    def cut(self, items: list[str]) -> list[str]:
        return items[self.start : self.start + self.length]


# %% 2.4a reject: no limits -> Everything else is a 422
class Span:
    def __init__(self, start: int = 0, length: int = 5):
        self.start, self.length = start, length

    def cut(self, items):
        return items[self.start : self.start + self.length]


# %% 2.4a reject: raises ValueError -> Everything else is a 422
class Span:
    def __init__(self, start: int = 0, length: int = 5):
        if start < 0 or not 1 <= length <= 20:
            raise ValueError("out of range")
        self.start, self.length = start, length

    def cut(self, items):
        return items[self.start : self.start + self.length]


# %% 2.4a reject: length taken for the end -> The wanted part comes back
from typing import Annotated

from fastapi import Query


class Span:
    def __init__(
        self, start: Annotated[int, Query(ge=0)] = 0, length: Annotated[int, Query(ge=1, le=20)] = 5
    ):
        self.start, self.length = start, length

    def cut(self, items):
        return items[self.start : self.length]


# %% 2.4a reject: the request is expected in __call__ -> your code raised
class Span:
    def __call__(self, start: int = 0, length: int = 5):
        self.start, self.length = start, length

    def cut(self, items):
        return items[self.start : self.start + self.length]


# %% 2.4a reject: no defaults -> What is left out has a default
from typing import Annotated

from fastapi import Query


class Span:
    def __init__(self, start: Annotated[int, Query(ge=0)], length: Annotated[int, Query(ge=1, le=20)]):
        self.start, self.length = start, length

    def cut(self, items):
        return items[self.start : self.start + self.length]


# %% 2.4a reject: 20 is refused -> What is left out has a default
from typing import Annotated

from fastapi import Query


class Span:
    def __init__(
        self, start: Annotated[int, Query(ge=0)] = 0, length: Annotated[int, Query(ge=1, lt=20)] = 5
    ):
        self.start, self.length = start, length

    def cut(self, items):
        return items[self.start : self.start + self.length]


# %% 2.4a reject: a start of 0 is refused -> The wanted part comes back
from typing import Annotated

from fastapi import Query


class Span:
    def __init__(
        self, start: Annotated[int, Query(gt=0)] = 0, length: Annotated[int, Query(ge=1, le=20)] = 5
    ):
        self.start, self.length = start, length

    def cut(self, items):
        return items[self.start : self.start + self.length]


# %% 2.4a reject: 21 is allowed -> Everything else is a 422
from typing import Annotated

from fastapi import Query


class Span:
    def __init__(
        self, start: Annotated[int, Query(ge=0)] = 0, length: Annotated[int, Query(ge=1, le=21)] = 5
    ):
        self.start, self.length = start, length

    def cut(self, items):
        return items[self.start : self.start + self.length]


# %% 2.4a reject: 0 is allowed -> Everything else is a 422
from typing import Annotated

from fastapi import Query


class Span:
    def __init__(
        self, start: Annotated[int, Query(ge=0)] = 0, length: Annotated[int, Query(ge=0, le=20)] = 5
    ):
        self.start, self.length = start, length

    def cut(self, items):
        return items[self.start : self.start + self.length]


# %% 2.4a reject: a length of 1 is refused -> The wanted part comes back
from typing import Annotated

from fastapi import Query


class Span:
    def __init__(
        self, start: Annotated[int, Query(ge=0)] = 0, length: Annotated[int, Query(gt=1, le=20)] = 5
    ):
        self.start, self.length = start, length

    def cut(self, items):
        return items[self.start : self.start + self.length]


# %% 2.4a reject: numbers with a point -> Everything else is a 422
from typing import Annotated

from fastapi import Query


class Span:
    def __init__(
        self, start: Annotated[int, Query(ge=0)] = 0, length: Annotated[float, Query(ge=1, le=20)] = 5
    ):
        self.start, self.length = start, length

    def cut(self, items):
        return items[self.start : self.start + self.length]


# %% 2.4a reject: nothing there is a 404 -> The wanted part comes back
from typing import Annotated

from fastapi import Query


class Span:
    def __init__(
        self, start: Annotated[int, Query(ge=0)] = 0, length: Annotated[int, Query(ge=1, le=20)] = 5
    ):
        self.start, self.length = start, length

    def cut(self, items):
        if self.start >= len(items):
            raise ValueError("nothing there")
        return items[self.start : self.start + self.length]


# %% 2.4a reject: counts from 1 -> The wanted part comes back
from typing import Annotated

from fastapi import Query


class Span:
    def __init__(
        self, start: Annotated[int, Query(ge=0)] = 0, length: Annotated[int, Query(ge=1, le=20)] = 5
    ):
        self.start, self.length = start, length

    def cut(self, items):
        return items[self.start - 1 : self.start - 1 + self.length] if self.start else items[: self.length]


# %% 2.4a reject: start and length are kept on the class -> Two requests do not disturb each other
from typing import Annotated
from fastapi import Query


class Span:
    def __init__(
        self, start: Annotated[int, Query(ge=0)] = 0, length: Annotated[int, Query(ge=1, le=20)] = 5
    ) -> None:
        Span.start, Span.length = start, length

    def cut(self, titles: list) -> list:
        return titles[self.start : self.start + self.length]


# %% 2.4a reject: a start of 1.5 is cut down to 1 -> Everything else is a 422
from typing import Annotated
from fastapi import Query


class Span:
    def __init__(
        self, start: Annotated[float, Query(ge=0)] = 0, length: Annotated[int, Query(ge=1, le=20)] = 5
    ) -> None:
        self.start, self.length = start, length

    def cut(self, titles: list) -> list:
        return titles[int(self.start) : int(self.start) + self.length]


# %% 2.4a reject: what is cut is taken out of the list -> Two requests do not disturb each other
from typing import Annotated
from fastapi import Query


class Span:
    def __init__(
        self, start: Annotated[int, Query(ge=0)] = 0, length: Annotated[int, Query(ge=1, le=20)] = 5
    ) -> None:
        self.start, self.length = start, length

    def cut(self, titles: list) -> list:
        part = titles[self.start : self.start + self.length]
        del titles[self.start : self.start + self.length]
        return part


# %% 2.4a reject: sorts what it cuts -> The wanted part comes back
from typing import Annotated
from fastapi import Query


class Span:
    def __init__(
        self, start: Annotated[int, Query(ge=0)] = 0, length: Annotated[int, Query(ge=1, le=20)] = 5
    ):
        self.start, self.length = start, length

    def cut(self, items):
        return sorted(items)[self.start : self.start + self.length]


# %% 2.4a reject: a limit of its own for start -> The wanted part comes back
from typing import Annotated
from fastapi import Query


class Span:
    def __init__(
        self, start: Annotated[int, Query(ge=0)] = 0, length: Annotated[int, Query(ge=1, le=20)] = 5
    ):
        if start > 10**6:
            raise __import__("fastapi").HTTPException(400)
        self.start, self.length = start, length

    def cut(self, items):
        return items[self.start : self.start + self.length]


# %% 2.4b accept: a function that makes a function
def Longest(most):
    async def stripped(search: str = ""):
        if len(search.strip()) > most:
            raise HTTPException(status_code=400, detail=f"At most {most} characters")
        return search.strip()

    return stripped


# %% 2.4b accept: a frozen dataclass, Query and a pattern of its own
from dataclasses import dataclass
from typing import Annotated

from fastapi import Query


@dataclass(frozen=True)
class Longest:
    most: int

    def __call__(self, search: Annotated[str | None, Query()] = None) -> str:
        short = (search or "").strip()
        if short[self.most :]:
            raise HTTPException(400, detail="At most {} characters".format(self.most))
        return short


# %% 2.4b reject: both in __init__ -> The search is handed over
class Longest:
    def __init__(self, most: int, search: str = ""):
        if len(search.strip()) > most:
            raise HTTPException(400, f"At most {most} characters")


# %% 2.4b reject: counts the spaces -> The spaces around it do not count
class Longest:
    def __init__(self, most):
        self.most = most

    def __call__(self, search: str = ""):
        if len(search) > self.most:
            raise HTTPException(400, f"At most {self.most} characters")
        return search.strip()


# %% 2.4b reject: the limit is kept on the class -> Each has its own limit
class Longest:
    def __init__(self, most):
        Longest.most = most

    def __call__(self, search: str = ""):
        if len(search.strip()) > self.most:
            raise HTTPException(400, f"At most {self.most} characters")
        return search.strip()


# %% 2.4b reject: cut instead of refused -> Too long is a 400 that names the limit
class Longest:
    def __init__(self, most):
        self.most = most

    def __call__(self, search: str = ""):
        return search.strip()[: self.most]


# %% 2.4b reject: one too few -> Exactly the limit is allowed
class Longest:
    def __init__(self, most):
        self.most = most

    def __call__(self, search: str = ""):
        if len(search.strip()) >= self.most:
            raise HTTPException(400, f"At most {self.most} characters")
        return search.strip()


# %% 2.4b reject: the 20 of the example -> Too long is a 400 that names the limit
class Longest:
    def __init__(self, most):
        self.most = most

    def __call__(self, search: str = ""):
        if len(search.strip()) > 20:
            raise HTTPException(400, "At most 20 characters")
        return search.strip()


# %% 2.4b reject: a 422 from Query -> Too long is a 400 that names the limit
from typing import Annotated

from fastapi import Query


def Longest(most):
    def stripped(search: Annotated[str, Query(max_length=most)] = "") -> str:
        return search.strip()

    return stripped


# %% 2.4b reject: search is demanded -> The search is handed over
class Longest:
    def __init__(self, most):
        self.most = most

    def __call__(self, search: str):
        if len(search.strip()) > self.most:
            raise HTTPException(400, f"At most {self.most} characters")
        return search.strip()


# %% 2.4b accept: only spaces go, by hand
class Longest:
    def __init__(self, most):
        self.most = most

    def __call__(self, search: str = ""):
        wanted = search
        while wanted[:1] == " ":
            wanted = wanted[1:]
        wanted = wanted.rstrip(" ")
        if len(wanted) > self.most:
            raise HTTPException(400, f"At most {self.most} characters")
        return wanted


# %% 2.4b reject: all spaces go -> The search is handed over
class Longest:
    def __init__(self, most):
        self.most = most

    def __call__(self, search: str = ""):
        wanted = search.replace(" ", "")
        if len(wanted) > self.most:
            raise HTTPException(400, f"At most {self.most} characters")
        return wanted


# %% 2.4b reject: one space is enough -> The search is handed over
class Longest:
    def __init__(self, most):
        self.most = most

    def __call__(self, search: str = ""):
        wanted = " ".join(search.split())
        if len(wanted) > self.most:
            raise HTTPException(400, f"At most {self.most} characters")
        return wanted


# %% 2.4b reject: counts bytes -> Exactly the limit is allowed
class Longest:
    def __init__(self, most):
        self.most = most

    def __call__(self, search: str = ""):
        wanted = search.strip()
        if len(wanted.encode()) > self.most:
            raise HTTPException(400, f"At most {self.most} characters")
        return wanted


# %% 2.4b reject: hands over what was sent -> The spaces around it do not count
class Longest:
    def __init__(self, most):
        self.most = most

    def __call__(self, search: str = ""):
        wanted = search.strip()
        if len(wanted) > self.most:
            raise HTTPException(400, f"At most {self.most} characters")
        return search


# %% 2.4b reject: only before it -> The spaces around it do not count
class Longest:
    def __init__(self, most):
        self.most = most

    def __call__(self, search: str = ""):
        wanted = search.lstrip()
        if len(wanted) > self.most:
            raise HTTPException(400, f"At most {self.most} characters")
        return wanted


# %% 2.4b reject: another status -> Too long is a 400 that names the limit
class Longest:
    def __init__(self, most):
        self.most = most

    def __call__(self, search: str = ""):
        wanted = search.strip()
        if len(wanted) > self.most:
            raise HTTPException(422, f"At most {self.most} characters")
        return wanted


# %% 2.4b reject: in other words -> Too long is a 400 that names the limit
class Longest:
    def __init__(self, most):
        self.most = most

    def __call__(self, search: str = ""):
        wanted = search.strip()
        if len(wanted) > self.most:
            raise HTTPException(400, f"At most {self.most} characters, please")
        return wanted


# %% 2.4b reject: small letters -> One path operation may ask for both
class Longest:
    def __init__(self, most):
        self.most = most

    def __call__(self, search: str = ""):
        wanted = search.strip()
        if len(wanted) > self.most:
            raise HTTPException(400, f"At most {self.most} characters")
        return wanted if self.most > 20 else (wanted if self.most != 4 else "")


# %% 2.4b reject: an object without a hash -> The search is handed over
class Longest:
    __hash__ = None

    def __init__(self, most):
        self.most = most

    def __call__(self, search: str = ""):
        wanted = search.strip()
        if len(wanted) > self.most:
            raise HTTPException(400, f"At most {self.most} characters")
        return wanted


# %% 2.4c accept: measured, not said
from http import HTTPStatus

found_out = dict(
    zip(
        found_out,
        [1, 2, 2, 2, HTTPStatus.NOT_FOUND, HTTPStatus.INTERNAL_SERVER_ERROR, HTTPStatus.OK, 500],
        strict=True,
    )
)

# %% 2.4c reject: the cache outlives the request -> A request shares and the next one does not
found_out = dict(zip(found_out, [1, 1, 2, 2, 404, 500, 200, 500], strict=True))

# %% 2.4c reject: nothing is shared -> A request shares and the next one does not
found_out = dict(zip(found_out, [2, 4, 2, 2, 404, 500, 200, 500], strict=True))

# %% 2.4c reject: the scope does not matter for sharing -> Sharing ends where somebody asks differently
found_out = dict(zip(found_out, [1, 2, 2, 1, 404, 500, 200, 500], strict=True))

# %% 2.4c reject: a swallowed exception is a success -> An exception that is kept is missed
found_out = dict(zip(found_out, [1, 2, 2, 2, 404, 200, 200, 500], strict=True))

# %% 2.4c reject: a swallowed exception is still a 404 -> An exception that is kept is missed
found_out = dict(zip(found_out, [1, 2, 2, 2, 404, 404, 200, 500], strict=True))

# %% 2.4c reject: a late failure still changes the answer -> The scope decides what a late failure can change
found_out = dict(zip(found_out, [1, 2, 2, 2, 404, 500, 500, 500], strict=True))

# %% 2.4c reject: the dependency turns the 404 into a crash -> An exception goes through the dependency
found_out = dict(zip(found_out, [1, 2, 2, 2, 500, 500, 200, 500], strict=True))


# %% 2.4d accept: try, except, else, finally
def get_transaction():
    connection = connect()
    try:
        yield connection
    except BaseException:
        connection.rollback()
        raise
    else:
        connection.commit()
    finally:
        connection.close()


Transaction = Annotated[Connection, Depends(get_transaction, scope="function")]


# %% 2.4d accept: psycopg2's own with, in an async function
async def get_transaction():
    connection = connect()
    try:
        with connection:
            yield connection
    finally:
        connection.close()


Transaction = Annotated[object, Depends(get_transaction, scope="function")]


# %% 2.4d accept: a class of two parts
class Work:
    def __call__(self):
        connection = connect()
        try:
            yield connection
            connection.commit()
        finally:
            connection.close()


Transaction = Annotated[Connection, Depends(Work(), scope="function")]


# %% 2.4d reject: raises again, commits after the answer -> No success is told before it is stored
def get_transaction():
    connection = connect()
    try:
        yield connection
        connection.commit()
    except Exception:
        connection.rollback()
        raise
    finally:
        connection.close()


Transaction = Annotated[Connection, Depends(get_transaction)]


# %% 2.4d reject: keeps the exception -> The client sees the failure as it was
def get_transaction():
    connection = connect()
    try:
        yield connection
        connection.commit()
    except Exception:
        connection.rollback()
    finally:
        connection.close()


Transaction = Annotated[Connection, Depends(get_transaction, scope="function")]


# %% 2.4d reject: raises again, and never comes to the close -> The connection is closed whatever happened
def get_transaction():
    connection = connect()
    try:
        yield connection
        connection.commit()
    except Exception:
        connection.rollback()
        raise
    connection.close()


Transaction = Annotated[Connection, Depends(get_transaction, scope="function")]


# %% 2.4d reject: commits in finally -> A failing request stores nothing
def get_transaction():
    connection = connect()
    try:
        yield connection
    finally:
        connection.commit()
        connection.close()


Transaction = Annotated[Connection, Depends(get_transaction, scope="function")]


# %% 2.4d reject: every failure becomes a 500 -> The client sees the failure as it was
from fastapi import HTTPException


def get_transaction():
    connection = connect()
    try:
        yield connection
        connection.commit()
    except Exception as error:
        connection.rollback()
        raise HTTPException(500, "It was rolled back") from error
    finally:
        connection.close()


Transaction = Annotated[Connection, Depends(get_transaction, scope="function")]


# %% 2.4d reject: autocommit instead of a transaction -> A failing request stores nothing
def get_transaction():
    connection = connect()
    connection.autocommit = True
    try:
        yield connection
    finally:
        connection.close()


Transaction = Annotated[Connection, Depends(get_transaction, scope="function")]


# %% 2.4d reject: never commits -> What a successful request wrote is stored
from contextlib import closing


def get_transaction():
    with closing(connect()) as connection:
        yield connection


Transaction = Annotated[Connection, Depends(get_transaction, scope="function")]


# %% 2.4d reject: psycopg2's with does not close -> The connection is closed whatever happened
def get_transaction():
    with connect() as connection:
        yield connection


Transaction = Annotated[Connection, Depends(get_transaction, scope="function")]


# %% 2.4d reject: use_cache=False as well -> Each request has one of its own
from contextlib import closing


def get_transaction():
    with closing(connect()) as connection:
        yield connection
        connection.commit()


Transaction = Annotated[Connection, Depends(get_transaction, use_cache=False, scope="function")]


# %% 2.4d reject: the status of an HTTPException only -> The client sees the failure as it was
def get_transaction():
    connection = connect()
    try:
        yield connection
        connection.commit()
    except HTTPException as error:
        raise HTTPException(error.status_code) from error
    finally:
        connection.close()


Transaction = Annotated[Connection, Depends(get_transaction, scope="function")]


# %% 2.4d reject: loses the headers -> The client sees the failure as it was
def get_transaction():
    connection = connect()
    try:
        yield connection
        connection.commit()
    except HTTPException as error:
        raise HTTPException(error.status_code, error.detail) from error
    finally:
        connection.close()


Transaction = Annotated[Connection, Depends(get_transaction, scope="function")]


# %% 2.4d reject: commits after an HTTPException -> A failing request stores nothing
def get_transaction():
    connection = connect()
    try:
        yield connection
        connection.commit()
    except HTTPException:
        connection.commit()
        raise
    finally:
        connection.close()


Transaction = Annotated[Connection, Depends(get_transaction, scope="function")]


# %% 2.4d reject: one connection for all requests -> The connection is closed whatever happened
kept = []


def get_transaction():
    kept[:] = kept or [connect()]
    connection = kept[0]
    try:
        yield connection
        connection.commit()
    except Exception:
        connection.rollback()
        raise


Transaction = Annotated[Connection, Depends(get_transaction, scope="function")]


# %% 2.4d reject: opens it by itself -> Connect makes it
import os

import psycopg2


def get_transaction():
    connection = psycopg2.connect(os.environ["DATABASE_URL"])
    try:
        yield connection
        connection.commit()
    finally:
        connection.close()


Transaction = Annotated[Connection, Depends(get_transaction, scope="function")]


# %% 2.4d reject: the scope of a request -> No success is told before it is stored
def get_transaction():
    connection = connect()
    try:
        yield connection
        connection.commit()
    finally:
        connection.close()


Transaction = Annotated[Connection, Depends(get_transaction)]


# %% 2.4e accept: asks for a connection that is not shared
def record_attempt(
    own: Annotated[Connection, Depends(get_connection, use_cache=False)], x_reader: str = Header("guest")
):
    with own, own.cursor() as cursor:
        cursor.execute("INSERT INTO attempts VALUES (%s)", [x_reader])


# %% 2.4e accept: the same, in the scope of a function
async def record_attempt(
    own: Annotated[Connection, Depends(get_connection, use_cache=False, scope="function")],
    x_reader: Annotated[str | None, Header()] = None,
):
    query(own, "INSERT INTO attempts (reader) VALUES (%(reader)s)", {"reader": x_reader or "guest"})
    own.commit()


# %% 2.4e accept: connect, autocommit, the request itself
from contextlib import closing

from fastapi import Request


def record_attempt(request: Request):
    with closing(connect()) as connection:
        connection.autocommit = True
        with connection.cursor() as cursor:
            reader = request.headers.get("X-Reader", "guest")
            cursor.execute("INSERT INTO attempts (reader) VALUES (%(reader)s)", {"reader": reader})


# %% 2.4e accept: in the teardown, whatever happened
def record_attempt(x_reader: Annotated[str, Header()] = "guest"):
    try:
        yield
    finally:
        with database.connection() as own:
            query(own, "INSERT INTO attempts (reader) VALUES (%(reader)s)", {"reader": x_reader})
            own.commit()


# %% 2.4e reject: over the connection of the request -> The row stays when the request fails
def record_attempt(connection: DbConnection, x_reader: Annotated[str, Header()] = "guest"):
    query(connection, "INSERT INTO attempts (reader) VALUES (%(reader)s)", {"reader": x_reader})


# %% 2.4e reject: the same, committed -> Nothing else of a failed request stays
def record_attempt(connection: DbConnection, x_reader: Annotated[str, Header()] = "guest"):
    query(connection, "INSERT INTO attempts (reader) VALUES (%(reader)s)", {"reader": x_reader})
    connection.commit()


# %% 2.4e reject: its own connection, and no commit -> A request leaves a row
def record_attempt(x_reader: Annotated[str, Header()] = "guest"):
    with database.connection() as own:
        query(own, "INSERT INTO attempts (reader) VALUES (%(reader)s)", {"reader": x_reader})


# %% 2.4e reject: below a yield, which a failure passes by -> The row stays when the request fails
def record_attempt(x_reader: Annotated[str, Header()] = "guest"):
    yield
    with database.connection() as own:
        query(own, "INSERT INTO attempts (reader) VALUES (%(reader)s)", {"reader": x_reader})
        own.commit()


# %% 2.4e reject: only failures are recorded -> A request leaves a row
def record_attempt(x_reader: Annotated[str, Header()] = "guest"):
    try:
        yield
    except Exception:
        with database.connection() as own:
            query(own, "INSERT INTO attempts (reader) VALUES (%(reader)s)", {"reader": x_reader})
            own.commit()
        raise


# %% 2.4e reject: the header is demanded -> Without the header it is guest
def record_attempt(x_reader: Annotated[str, Header()]):
    with database.connection() as own:
        query(own, "INSERT INTO attempts (reader) VALUES (%(reader)s)", {"reader": x_reader})
        own.commit()


# %% 2.4e reject: a query parameter instead of a header -> A request leaves a row
def record_attempt(x_reader: str = "guest"):
    with database.connection() as own:
        query(own, "INSERT INTO attempts (reader) VALUES (%(reader)s)", {"reader": x_reader})
        own.commit()


# %% 2.4e reject: a shared connection after all, rolled back and committed -> A successful request is stored as well
def record_attempt(connection: DbConnection, x_reader: Annotated[str, Header()] = "guest"):
    connection.rollback()
    query(connection, "INSERT INTO attempts (reader) VALUES (%(reader)s)", {"reader": x_reader})
    connection.commit()


# %% 2.4e reject: the header in an f-string -> The header may hold any character
def record_attempt(x_reader: Annotated[str, Header()] = "guest"):
    with database.connection() as own:
        query(own, f"INSERT INTO attempts VALUES ('{x_reader}')")
        own.commit()


# %% 2.4e reject: quotes doubled by hand, with values beside it -> The header may hold any character
def record_attempt(x_reader: Annotated[str, Header()] = "guest"):
    with database.connection() as own:
        quoted = x_reader.replace("'", "''")
        query(own, f"INSERT INTO attempts SELECT '{quoted}' WHERE %(yes)s", {"yes": True})
        own.commit()


# %% 2.4e reject: each reader once -> A request leaves a row
def record_attempt(x_reader: Annotated[str, Header()] = "guest"):
    with database.connection() as own:
        sql = "INSERT INTO attempts SELECT %(reader)s WHERE %(reader)s NOT IN (SELECT reader FROM attempts)"
        query(own, sql, {"reader": x_reader})
        own.commit()


# %% 2.4e reject: small letters, no spaces -> The header may hold any character
def record_attempt(x_reader: Annotated[str, Header()] = "guest"):
    with database.connection() as own:
        query(own, "INSERT INTO attempts VALUES (%(reader)s)", {"reader": x_reader.strip().lower()})
        own.commit()


# %% 2.4e reject: another guest -> Without the header it is guest
def record_attempt(x_reader: Annotated[str, Header()] = "Guest"):
    with database.connection() as own:
        query(own, "INSERT INTO attempts VALUES (%(reader)s)", {"reader": x_reader})
        own.commit()


# %% 2.4e reject: never given back -> Nothing stays borrowed
def record_attempt(x_reader: Annotated[str, Header()] = "guest"):
    database._places.acquire(timeout=1)
    own = database._open().getconn()
    if own:
        query(own, "INSERT INTO attempts VALUES (%(reader)s)", {"reader": x_reader})
        own.commit()


# %% 2.4e reject: two rows -> A request leaves a row
def record_attempt(x_reader: Annotated[str, Header()] = "guest"):
    with database.connection() as own:
        query(own, "INSERT INTO attempts VALUES (%(reader)s)", {"reader": x_reader})
        query(own, "INSERT INTO attempts VALUES (%(reader)s)", {"reader": x_reader})
        own.commit()


# %% 2.4e reject: one connection for all requests, never closed -> No connection of its own stays open
from fastapi import Header
from typing import Annotated
from functools import cache

from app.database import connect, query
from app.dependencies import DbConnection, database, get_connection


kept_connection = cache(connect)


def record_attempt(x_reader: Annotated[str, Header()] = "guest") -> None:
    connection = kept_connection()
    query(connection, "INSERT INTO attempts VALUES (%(reader)s)", {"reader": x_reader})
    connection.commit()
