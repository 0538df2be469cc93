"""Right and wrong answers to the exercises of lesson 2.6; see docs/authors.md for the form."""

# %% 2.6a accept: FOR UPDATE first, then three cases
from fastapi import Response

sales_api = FastAPI()


class NewSale(BaseModel):
    name: str
    pieces: Annotated[int, Field(gt=0, lt=101)]


@sales_api.post("/sales")
def sell(new: NewSale, response: Response, link: Link):
    with link, link.cursor() as cursor:
        cursor.execute("SELECT pieces FROM stock WHERE name = %s FOR UPDATE", (new.name,))
        row = cursor.fetchone()
        if row is None:
            raise HTTPException(404)
        left = row[0] - new.pieces
        if left < 0:
            raise HTTPException(409)
        cursor.execute("UPDATE stock SET pieces = %s WHERE name = %s", (left, new.name))
    response.status_code = 201
    return {"name": new.name, "left": left}


# %% 2.6a accept: the CHECK of the table refuses, and a connection of its own is used
import psycopg2
from fastapi import Body

sales_api = FastAPI()


@sales_api.post("/sales", status_code=201)
def sell(name: Annotated[str, Body()], pieces: Annotated[int, Body(ge=1, le=100)]):
    statement = "UPDATE stock SET pieces = pieces - %s WHERE name = %s RETURNING pieces"
    with closing(connect()) as own, own.cursor() as cursor:
        try:
            cursor.execute(statement, (pieces, name))
        except psycopg2.errors.CheckViolation as error:
            raise HTTPException(409) from error
        row = cursor.fetchone()
        if not row:
            raise HTTPException(404)
        own.commit()
    return {"name": name, "left": row[0]}


# %% 2.6a accept: the name is asked for first, the UPDATE decides about the pieces
from fastapi.responses import JSONResponse

sales_api = FastAPI()


class Wish(BaseModel):
    name: str
    pieces: int = Field(ge=1, le=100)


@sales_api.post("/sales")
def sell(wish: Wish, link: Link):
    with link.cursor() as cursor:
        cursor.execute("SELECT 1 FROM stock WHERE name = %s", [wish.name])
        if not cursor.rowcount:
            return JSONResponse({"detail": "unknown"}, 404)
        cursor.execute(
            "UPDATE stock SET pieces = pieces - %(n)s WHERE name = %(name)s AND pieces - %(n)s >= 0"
            " RETURNING pieces",
            {"n": wish.pieces, "name": wish.name},
        )
        if cursor.rowcount == 0:
            return JSONResponse({"detail": "too many"}, 409)
        (left,) = cursor.fetchone()
    link.commit()
    return JSONResponse({"name": wish.name, "left": left}, 201)


# %% 2.6a accept: a dependency that commits before the response, and one statement for all three cases
sales_api = FastAPI()


def get_transaction():
    with closing(connect()) as opened:
        yield opened
        opened.commit()


class Wanted(BaseModel):
    name: str
    pieces: int = Field(ge=1, le=100)


@sales_api.post("/sales", status_code=201)
def sell(wanted: Wanted, link: Annotated[Connection, Depends(get_transaction, scope="function")]):
    with link.cursor() as cursor:
        cursor.execute(
            "WITH taken AS (UPDATE stock SET pieces = pieces - %s WHERE name = %s AND pieces >= %s"
            " RETURNING pieces) SELECT (SELECT pieces FROM taken), (SELECT pieces FROM stock WHERE name = %s)",
            (wanted.pieces, wanted.name, wanted.pieces, wanted.name),
        )
        left, there = cursor.fetchone()
    if there is None:
        raise HTTPException(404)
    if left is None:
        raise HTTPException(409)
    return {"name": wanted.name, "left": left}


# %% 2.6a accept: a transaction for each try, until nobody came between
from psycopg2.errors import SerializationFailure

sales_api = FastAPI()


class Sale(BaseModel):
    name: str
    pieces: Annotated[int, Field(ge=1, le=100)]


@sales_api.post("/sales", status_code=201)
def sell(sale: Sale, link: Link):
    link.set_session(isolation_level="REPEATABLE READ")
    while True:
        try:
            with link:
                rows = query(link, "SELECT pieces FROM stock WHERE name = %(name)s", sale.model_dump())
                if not rows:
                    raise HTTPException(404)
                left = rows[0]["pieces"] - sale.pieces
                if left < 0:
                    raise HTTPException(409)
                query(link, "UPDATE stock SET pieces = %(l)s WHERE name = %(n)s", {"l": left, "n": sale.name})
            return {"name": sale.name, "left": left}
        except SerializationFailure:
            continue


# %% 2.6a reject: the lock ends before the UPDATE, which writes what was computed -> A sale between two steps is not lost
sales_api = FastAPI(title="Sales")


class Sale(BaseModel):
    name: str
    pieces: Annotated[int, Field(ge=1, le=100)]


@sales_api.post("/sales", status_code=201)
def sell(sale: Sale, link: Link) -> dict[str, Any]:
    with link:
        rows = query(link, "SELECT pieces FROM stock WHERE name = %s FOR UPDATE", [sale.name])
    if not rows:
        raise HTTPException(404, "No such thing")
    left = rows[0]["pieces"] - sale.pieces
    if left < 0:
        raise HTTPException(409, "Not so many left")
    with link, link.cursor() as cursor:
        cursor.execute("UPDATE stock SET pieces = %s WHERE name = %s", [left, sale.name])
    return {"name": sale.name, "left": left}


# %% 2.6a reject: each statement commits by itself, so the lock is gone at once -> A sale between two steps is not lost
sales_api = FastAPI(title="Sales")


class Sale(BaseModel):
    name: str
    pieces: Annotated[int, Field(ge=1, le=100)]


@sales_api.post("/sales", status_code=201)
def sell(sale: Sale, link: Link) -> dict[str, Any]:
    link.autocommit = True
    rows = query(link, "SELECT pieces FROM stock WHERE name = %s FOR UPDATE", [sale.name])
    if not rows:
        raise HTTPException(404, "No such thing")
    if rows[0]["pieces"] < sale.pieces:
        raise HTTPException(409, "Not so many left")
    take = "UPDATE stock SET pieces = pieces - %s WHERE name = %s RETURNING name, pieces AS left"
    return query(link, take, [sale.pieces, sale.name])[0]


# %% 2.6a reject: who comes second is a 409, though there are enough pieces -> No piece is sold twice
from psycopg2.errors import SerializationFailure

sales_api = FastAPI(title="Sales")


class Sale(BaseModel):
    name: str
    pieces: Annotated[int, Field(ge=1, le=100)]


@sales_api.post("/sales", status_code=201)
def sell(sale: Sale, link: Link) -> dict[str, Any]:
    link.set_session(isolation_level="REPEATABLE READ")
    rows = query(link, "SELECT pieces FROM stock WHERE name = %s", [sale.name])
    if not rows:
        raise HTTPException(404, "No such thing")
    left = rows[0]["pieces"] - sale.pieces
    if left < 0:
        raise HTTPException(409, "Not so many left")
    try:
        with link.cursor() as cursor:
            cursor.execute("UPDATE stock SET pieces = %s WHERE name = %s", [left, sale.name])
        link.commit()
    except SerializationFailure as error:
        raise HTTPException(409, "Somebody was faster; try again") from error
    return {"name": sale.name, "left": left}


# %% 2.6a reject: read, compare, write what was computed -> No piece is sold twice
sales_api = FastAPI()


class Sale(BaseModel):
    name: str
    pieces: Annotated[int, Field(ge=1, le=100)]


@sales_api.post("/sales", status_code=201)
def sell(sale: Sale, link: Link) -> dict[str, Any]:
    rows = query(link, "SELECT pieces FROM stock WHERE name = %(name)s", sale.model_dump())
    if not rows:
        raise HTTPException(404)
    left = rows[0]["pieces"] - sale.pieces
    if left < 0:
        raise HTTPException(409)
    query(link, "UPDATE stock SET pieces = %(left)s WHERE name = %(name)s", {"name": sale.name, "left": left})
    link.commit()
    return {"name": sale.name, "left": left}


# %% 2.6a reject: the UPDATE subtracts, but an old look decides, and the CHECK makes a 500 -> No piece is sold twice
sales_api = FastAPI()


class Sale(BaseModel):
    name: str
    pieces: Annotated[int, Field(ge=1, le=100)]


@sales_api.post("/sales", status_code=201)
def sell(sale: Sale, link: Link) -> dict[str, Any]:
    values = sale.model_dump()
    rows = query(link, "SELECT pieces FROM stock WHERE name = %(name)s", values)
    if not rows:
        raise HTTPException(404)
    if rows[0]["pieces"] < sale.pieces:
        raise HTTPException(409)
    take = (
        "UPDATE stock SET pieces = pieces - %(pieces)s WHERE name = %(name)s RETURNING name, pieces AS left"
    )
    sold = query(link, take, values)
    link.commit()
    return sold[0]


# %% 2.6a reject: nothing is committed -> Other sessions see what is left
sales_api = FastAPI()


class Sale(BaseModel):
    name: str
    pieces: Annotated[int, Field(ge=1, le=100)]


@sales_api.post("/sales", status_code=201)
def sell(sale: Sale, link: Link) -> dict[str, Any]:
    values = sale.model_dump()
    rows = query(
        link,
        "UPDATE stock SET pieces = pieces - %(pieces)s WHERE name = %(name)s AND pieces >= %(pieces)s"
        " RETURNING name, pieces AS left",
        values,
    )
    if rows:
        return rows[0]
    known = query(link, "SELECT 1 FROM stock WHERE name = %(name)s", values)
    raise HTTPException(409 if known else 404)


# %% 2.6a reject: a dependency commits when the response has been sent -> Other sessions see what is left
sales_api = FastAPI()


def get_committed():
    with closing(connect()) as opened:
        yield opened
        opened.commit()


class Sale(BaseModel):
    name: str
    pieces: Annotated[int, Field(ge=1, le=100)]


@sales_api.post("/sales", status_code=201)
def sell(sale: Sale, link: Annotated[Connection, Depends(get_committed)]) -> dict[str, Any]:
    values = sale.model_dump()
    rows = query(
        link,
        "UPDATE stock SET pieces = pieces - %(pieces)s WHERE name = %(name)s AND pieces >= %(pieces)s"
        " RETURNING name, pieces AS left",
        values,
    )
    if rows:
        return rows[0]
    known = query(link, "SELECT 1 FROM stock WHERE name = %(name)s", values)
    raise HTTPException(409 if known else 404)


# %% 2.6a reject: the CHECK refuses, and nobody turns its error into a 409 -> More than there are is 409
sales_api = FastAPI()


class Sale(BaseModel):
    name: str
    pieces: Annotated[int, Field(ge=1, le=100)]


@sales_api.post("/sales", status_code=201)
def sell(sale: Sale, link: Link) -> dict[str, Any]:
    take = (
        "UPDATE stock SET pieces = pieces - %(pieces)s WHERE name = %(name)s RETURNING name, pieces AS left"
    )
    rows = query(link, take, sale.model_dump())
    if not rows:
        raise HTTPException(404)
    link.commit()
    return rows[0]


# %% 2.6a reject: whatever finds no row is a 409 -> A name that is not there is 404
sales_api = FastAPI()


class Sale(BaseModel):
    name: str
    pieces: Annotated[int, Field(ge=1, le=100)]


@sales_api.post("/sales", status_code=201)
def sell(sale: Sale, link: Link) -> dict[str, Any]:
    rows = query(
        link,
        "UPDATE stock SET pieces = pieces - %(pieces)s WHERE name = %(name)s AND pieces >= %(pieces)s"
        " RETURNING name, pieces AS left",
        sale.model_dump(),
    )
    if not rows:
        raise HTTPException(409)
    link.commit()
    return rows[0]


# %% 2.6a reject: the name becomes a part of the statement -> A name is a value and nothing else
sales_api = FastAPI()


class Sale(BaseModel):
    name: str
    pieces: Annotated[int, Field(ge=1, le=100)]


@sales_api.post("/sales", status_code=201)
def sell(sale: Sale, link: Link) -> dict[str, Any]:
    with link.cursor() as cursor:
        cursor.execute(
            f"UPDATE stock SET pieces = pieces - {sale.pieces} WHERE name = '{sale.name}'"
            f" AND pieces >= {sale.pieces} RETURNING name, pieces"
        )
        if row := cursor.fetchone():
            link.commit()
            return {"name": row[0], "left": row[1]}
        cursor.execute(f"SELECT 1 FROM stock WHERE name = '{sale.name}'")
        raise HTTPException(409 if cursor.fetchone() else 404)


# %% 2.6a reject: a negative number puts pieces back -> Pieces are a whole number from 1 to 100
sales_api = FastAPI()


class Sale(BaseModel):
    name: str
    pieces: Annotated[int, Field(le=100)]


@sales_api.post("/sales", status_code=201)
def sell(sale: Sale, link: Link) -> dict[str, Any]:
    values = sale.model_dump()
    rows = query(
        link,
        "UPDATE stock SET pieces = pieces - %(pieces)s WHERE name = %(name)s AND pieces >= %(pieces)s"
        " RETURNING name, pieces AS left",
        values,
    )
    if rows:
        link.commit()
        return rows[0]
    known = query(link, "SELECT 1 FROM stock WHERE name = %(name)s", values)
    raise HTTPException(409 if known else 404)


# %% 2.6b accept: SET is made of the names that were sent
tasks_api = FastAPI()


class TaskUpdate(BaseModel):
    title: str = "never stored"
    assignee: str | None = None


@tasks_api.patch("/tasks/{number}")
def change_task(number: int, changes: TaskUpdate, link: Link):
    sent = changes.model_dump(exclude_unset=True)
    parts = ", ".join(f"{name} = %({name})s" for name in sent)
    statement = f"UPDATE tasks SET {parts or 'id = id'} WHERE id = %(id)s RETURNING *"
    with link:
        rows = query(link, statement, {"id": number, **sent})
    if not rows:
        raise HTTPException(404)
    return rows[0]


@tasks_api.get("/tasks")
def others(without: str, link: Link):
    found = "SELECT * FROM tasks WHERE coalesce(assignee <> %(name)s, true) ORDER BY id"
    return query(link, found, {"name": without})


# %% 2.6b accept: the row is locked and read, and written back whole; the list is filtered in Python
from pydantic import field_validator

tasks_api = FastAPI()


class TaskUpdate(BaseModel):
    title: str | None = None
    assignee: str | None = None

    @field_validator("title")
    @classmethod
    def there(cls, title):
        if title is None:
            raise ValueError("a task has a title")
        return title


@tasks_api.patch("/tasks/{task_id}")
def change_task(task_id: int, changes: TaskUpdate, link: Link):
    found = query(link, "SELECT id, title, assignee FROM tasks WHERE id = %(id)s FOR UPDATE", {"id": task_id})
    if not found:
        raise HTTPException(404)
    new = found[0] | {name: getattr(changes, name) for name in changes.model_fields_set}
    query(link, "UPDATE tasks SET title = %(title)s, assignee = %(assignee)s WHERE id = %(id)s", new)
    link.commit()
    return new


@tasks_api.get("/tasks")
def others(without: str, link: Link):
    rows = query(link, "SELECT id, title, assignee FROM tasks ORDER BY id")
    return [row for row in rows if row["assignee"] != without]


# %% 2.6b accept: a statement for each field, and IS NULL
tasks_api = FastAPI()


class TaskUpdate(BaseModel):
    title: str = ""
    assignee: str | None = None


@tasks_api.patch("/tasks/{task_id}")
def change_task(task_id: int, changes: TaskUpdate, link: Link):
    with link.cursor() as cursor:
        if "title" in changes.model_fields_set:
            cursor.execute("UPDATE tasks SET title = %s WHERE id = %s", (changes.title, task_id))
        if "assignee" in changes.model_fields_set:
            cursor.execute("UPDATE tasks SET assignee = %s WHERE id = %s", (changes.assignee, task_id))
        cursor.execute("SELECT id, title, assignee FROM tasks WHERE id = %s", (task_id,))
        row = cursor.fetchone()
    link.commit()
    if row is None:
        raise HTTPException(404)
    return dict(zip(["id", "title", "assignee"], row, strict=True))


@tasks_api.get("/tasks")
def others(without: str, link: Link):
    found = "SELECT * FROM tasks WHERE assignee IS NULL OR assignee != %(name)s ORDER BY id"
    return query(link, found, {"name": without})


# %% 2.6b reject: coalesce stays -> A null takes the task from its assignee
OTHERS = "SELECT * FROM tasks WHERE assignee IS DISTINCT FROM %(without)s ORDER BY id"
CHANGE = """
    UPDATE tasks SET title = coalesce(%(title)s, title), assignee = coalesce(%(assignee)s, assignee)
    WHERE id = %(id)s RETURNING id, title, assignee
"""
tasks_api = FastAPI()


class TaskUpdate(BaseModel):
    title: str = ""
    assignee: str | None = None


@tasks_api.patch("/tasks/{task_id}")
def change_task(task_id: int, changes: TaskUpdate, link: Link) -> dict[str, Any]:
    values = {"title": None, "assignee": None, **changes.model_dump(exclude_unset=True)}
    rows = query(link, CHANGE, {"id": task_id, **values})
    if not rows:
        raise HTTPException(404)
    link.commit()
    return rows[0]


@tasks_api.get("/tasks")
def others(without: str, link: Link) -> list[dict[str, Any]]:
    return query(link, OTHERS, {"without": without})


# %% 2.6b reject: an empty title is passed over -> What was sent changes and the rest stays
OTHERS = "SELECT * FROM tasks WHERE assignee IS DISTINCT FROM %(without)s ORDER BY id"
CHANGE = """
    UPDATE tasks SET title = coalesce(nullif(%(title)s, ''), title),
        assignee = CASE WHEN %(named)s THEN %(assignee)s ELSE assignee END
    WHERE id = %(id)s RETURNING id, title, assignee
"""
tasks_api = FastAPI()


class TaskUpdate(BaseModel):
    title: str = ""
    assignee: str | None = None


@tasks_api.patch("/tasks/{task_id}")
def change_task(task_id: int, changes: TaskUpdate, link: Link) -> dict[str, Any]:
    named = "assignee" in changes.model_fields_set
    rows = query(link, CHANGE, {"id": task_id, "named": named, **changes.model_dump()})
    if not rows:
        raise HTTPException(404)
    link.commit()
    return rows[0]


@tasks_api.get("/tasks")
def others(without: str, link: Link) -> list[dict[str, Any]]:
    return query(link, OTHERS, {"without": without})


# %% 2.6b reject: the assignee is always written -> What was sent changes and the rest stays
OTHERS = "SELECT * FROM tasks WHERE assignee IS DISTINCT FROM %(without)s ORDER BY id"
CHANGE = """
    UPDATE tasks SET title = coalesce(%(title)s, title), assignee = %(assignee)s
    WHERE id = %(id)s RETURNING id, title, assignee
"""
tasks_api = FastAPI()


class TaskUpdate(BaseModel):
    title: str = ""
    assignee: str | None = None


@tasks_api.patch("/tasks/{task_id}")
def change_task(task_id: int, changes: TaskUpdate, link: Link) -> dict[str, Any]:
    values = {"title": None, "assignee": None, **changes.model_dump(exclude_unset=True)}
    rows = query(link, CHANGE, {"id": task_id, **values})
    if not rows:
        raise HTTPException(404)
    link.commit()
    return rows[0]


@tasks_api.get("/tasks")
def others(without: str, link: Link) -> list[dict[str, Any]]:
    return query(link, OTHERS, {"without": without})


# %% 2.6b reject: the list still compares with <> -> The list has the tasks of others and of nobody
tasks_api = FastAPI()


class TaskUpdate(BaseModel):
    title: str = ""
    assignee: str | None = None


@tasks_api.patch("/tasks/{task_id}")
def change_task(task_id: int, changes: TaskUpdate, link: Link) -> dict[str, Any]:
    found = query(link, "SELECT * FROM tasks WHERE id = %(id)s FOR UPDATE", {"id": task_id})
    if not found:
        raise HTTPException(404)
    new = found[0] | changes.model_dump(exclude_unset=True)
    query(link, "UPDATE tasks SET title = %(title)s, assignee = %(assignee)s WHERE id = %(id)s", new)
    link.commit()
    return new


@tasks_api.get("/tasks")
def others(without: str, link: Link) -> list[dict[str, Any]]:
    found = "SELECT * FROM tasks WHERE assignee <> %(name)s ORDER BY id"
    return query(link, found, {"name": without})


# %% 2.6b reject: the list compares with = NULL as well -> The list has the tasks of others and of nobody
tasks_api = FastAPI()


class TaskUpdate(BaseModel):
    title: str = ""
    assignee: str | None = None


@tasks_api.patch("/tasks/{task_id}")
def change_task(task_id: int, changes: TaskUpdate, link: Link) -> dict[str, Any]:
    found = query(link, "SELECT * FROM tasks WHERE id = %(id)s FOR UPDATE", {"id": task_id})
    if not found:
        raise HTTPException(404)
    new = found[0] | changes.model_dump(exclude_unset=True)
    query(link, "UPDATE tasks SET title = %(title)s, assignee = %(assignee)s WHERE id = %(id)s", new)
    link.commit()
    return new


@tasks_api.get("/tasks")
def others(without: str, link: Link) -> list[dict[str, Any]]:
    found = "SELECT * FROM tasks WHERE assignee <> %(name)s OR assignee = NULL ORDER BY id"
    return query(link, found, {"name": without})


# %% 2.6b reject: a title of null is passed over -> A title of null is 422 and changes nothing
tasks_api = FastAPI()


class TaskUpdate(BaseModel):
    title: str | None = None
    assignee: str | None = None


@tasks_api.patch("/tasks/{task_id}")
def change_task(task_id: int, changes: TaskUpdate, link: Link) -> dict[str, Any]:
    found = query(link, "SELECT * FROM tasks WHERE id = %(id)s FOR UPDATE", {"id": task_id})
    if not found:
        raise HTTPException(404)
    sent = changes.model_dump(exclude_unset=True)
    if sent.get("title") is None:
        sent.pop("title", None)
    new = found[0] | sent
    query(link, "UPDATE tasks SET title = %(title)s, assignee = %(assignee)s WHERE id = %(id)s", new)
    link.commit()
    return new


@tasks_api.get("/tasks")
def others(without: str, link: Link) -> list[dict[str, Any]]:
    found = "SELECT * FROM tasks WHERE assignee IS DISTINCT FROM %(name)s ORDER BY id"
    return query(link, found, {"name": without})


# %% 2.6b reject: the table refuses a title of null, with a 500 -> A title of null is 422 and changes nothing
tasks_api = FastAPI()


class TaskUpdate(BaseModel):
    title: str | None = None
    assignee: str | None = None


@tasks_api.patch("/tasks/{task_id}")
def change_task(task_id: int, changes: TaskUpdate, link: Link) -> dict[str, Any]:
    found = query(link, "SELECT * FROM tasks WHERE id = %(id)s FOR UPDATE", {"id": task_id})
    if not found:
        raise HTTPException(404)
    new = found[0] | changes.model_dump(exclude_unset=True)
    query(link, "UPDATE tasks SET title = %(title)s, assignee = %(assignee)s WHERE id = %(id)s", new)
    link.commit()
    return new


@tasks_api.get("/tasks")
def others(without: str, link: Link) -> list[dict[str, Any]]:
    found = "SELECT * FROM tasks WHERE assignee IS DISTINCT FROM %(name)s ORDER BY id"
    return query(link, found, {"name": without})


# %% 2.6b reject: a body that names nothing makes an UPDATE without SET -> What was sent changes and the rest stays
tasks_api = FastAPI()


class TaskUpdate(BaseModel):
    title: str = ""
    assignee: str | None = None


@tasks_api.patch("/tasks/{task_id}")
def change_task(task_id: int, changes: TaskUpdate, link: Link) -> dict[str, Any]:
    sent = changes.model_dump(exclude_unset=True)
    parts = ", ".join(f"{name} = %({name})s" for name in sent)
    rows = query(link, f"UPDATE tasks SET {parts} WHERE id = %(id)s RETURNING *", {"id": task_id, **sent})
    if not rows:
        raise HTTPException(404)
    link.commit()
    return rows[0]


@tasks_api.get("/tasks")
def others(without: str, link: Link) -> list[dict[str, Any]]:
    found = "SELECT * FROM tasks WHERE assignee IS DISTINCT FROM %(name)s ORDER BY id"
    return query(link, found, {"name": without})


# %% 2.6b reject: the commit got lost -> What was sent changes and the rest stays
tasks_api = FastAPI()


class TaskUpdate(BaseModel):
    title: str = ""
    assignee: str | None = None


@tasks_api.patch("/tasks/{task_id}")
def change_task(task_id: int, changes: TaskUpdate, link: Link) -> dict[str, Any]:
    found = query(link, "SELECT * FROM tasks WHERE id = %(id)s FOR UPDATE", {"id": task_id})
    if not found:
        raise HTTPException(404)
    new = found[0] | changes.model_dump(exclude_unset=True)
    query(link, "UPDATE tasks SET title = %(title)s, assignee = %(assignee)s WHERE id = %(id)s", new)
    return new


@tasks_api.get("/tasks")
def others(without: str, link: Link) -> list[dict[str, Any]]:
    found = "SELECT * FROM tasks WHERE assignee IS DISTINCT FROM %(name)s ORDER BY id"
    return query(link, found, {"name": without})
