"""Right and wrong answers to the exercises of lesson 2.3; see docs/authors.md for the form."""

# %% 2.3a accept: a cursor by hand, placeholders by position, `with connection`
from psycopg2.extras import RealDictCursor


def rename(connection, post_id, title):
    with connection, connection.cursor(cursor_factory=RealDictCursor) as cursor:
        cursor.execute(
            "UPDATE posts SET title = %s WHERE id = %s RETURNING id, title, content, published",
            (title, post_id),
        )
        row = cursor.fetchone()
    return None if row is None else dict(row)


# %% 2.3a accept: two statements, the second one reads
def rename(connection, post_id, title):
    values = {"id": post_id, "title": title}
    query(connection, "UPDATE posts SET title = %(title)s WHERE id = %(id)s", values)
    found = query(connection, "SELECT id, title, content, published FROM posts WHERE id = %(id)s", values)
    connection.commit()
    for row in found:
        return row


# %% 2.3a reject: forgets the commit -> Other sessions see the new title
def rename(connection, post_id, title):
    values = {"id": post_id, "title": title}
    sql = "UPDATE posts SET title = %(title)s WHERE id = %(id)s RETURNING id, title, content, published"
    rows = query(connection, sql, values)
    return rows[0] if rows else None


# %% 2.3a reject: forgets WHERE -> Other sessions see the new title
def rename(connection, post_id, title):
    query(connection, "UPDATE posts SET title = %(title)s || repeat('', id)", {"title": title})
    connection.commit()


# %% 2.3a reject: the first of no rows -> A post that does not exist is None
def rename(connection, post_id, title):
    values = {"id": post_id, "title": title}
    sql = "UPDATE posts SET title = %(title)s WHERE id = %(id)s RETURNING id, title, content, published"
    rows = query(connection, sql, values)
    connection.commit()
    return rows[0]


# %% 2.3a reject: an f-string -> A title may hold quotes and percent signs
def rename(connection, post_id, title):
    sql = f"UPDATE posts SET title = '{title}' WHERE id = {post_id} RETURNING id, title, content, published"
    rows = query(connection, sql)
    connection.commit()
    return rows[0] if rows else None


# %% 2.3a reject: returns what it was given, not what is stored -> The post is returned as it is now
def rename(connection, post_id, title):
    query(connection, "UPDATE posts SET title = %(title)s WHERE id = %(id)s", {"id": post_id, "title": title})
    connection.commit()
    return {"id": post_id, "title": title}


# %% 2.3a reject: commits only when there was a row -> No transaction is open afterwards
def rename(connection, post_id, title):
    values = {"id": post_id, "title": title}
    sql = "UPDATE posts SET title = %(title)s WHERE id = %(id)s RETURNING id, title, content, published"
    rows = query(connection, sql, values)
    if not rows:
        return None
    connection.commit()
    return rows[0]


# %% 2.3a reject: publishes it as well -> Nothing else changes
def rename(connection, post_id, title):
    values = {"id": post_id, "title": title}
    sql = "UPDATE posts SET title = %(title)s, published = true WHERE id = %(id)s"
    rows = query(connection, sql + " RETURNING id, title, content, published", values)
    connection.commit()
    return rows[0] if rows else None


# %% 2.3a reject: says of every post that it is published -> The post is returned as it is now
def rename(connection, post_id, title):
    values = {"id": post_id, "title": title}
    sql = "UPDATE posts SET title = %(title)s WHERE id = %(id)s RETURNING id, title, content"
    rows = query(connection, sql, values)
    connection.commit()
    return rows[0] | {"published": True} if rows else None


# %% 2.3a reject: the time of creation is new -> Nothing else changes
def rename(connection, post_id, title):
    values = {"id": post_id, "title": title}
    sql = "UPDATE posts SET title = %(title)s, created_at = now() WHERE id = %(id)s"
    rows = query(connection, sql + " RETURNING id, title, content, published", values)
    connection.commit()
    return rows[0] if rows else None


# %% 2.3a reject: the post as it was -> The post is returned as it is now
def rename(connection, post_id, title):
    values = {"id": post_id, "title": title}
    rows = query(connection, "SELECT id, title, content, published FROM posts WHERE id = %(id)s", values)
    query(connection, "UPDATE posts SET title = %(title)s WHERE id = %(id)s", values)
    connection.commit()
    return rows[0] if rows else None


# %% 2.3a reject: adds what does not exist -> A post that does not exist is None
def rename(connection, post_id, title):
    values = {"id": post_id, "title": title}
    columns = "RETURNING id, title, content, published"
    with connection:
        rows = query(connection, f"UPDATE posts SET title = %(title)s WHERE id = %(id)s {columns}", values)
        if not rows:
            query(connection, "INSERT INTO posts (title, content) VALUES (%(title)s, 'x')", values)
    return rows[0] if rows else None


# %% 2.3a reject: white space around a title is lost -> The post is returned as it is now
def rename(connection: Connection, post_id: int, title: str) -> dict[str, Any] | None:
    rows = query(
        connection,
        "UPDATE posts SET title = %(title)s WHERE id = %(id)s RETURNING id, title, content, published",
        {"title": title.strip(), "id": post_id},
    )
    connection.commit()
    return rows[0] if rows else None


# %% 2.3a reject: cuts a title that is too long -> A title that is refused is raised
def rename(connection, post_id, title):
    try:
        rows = query(
            connection,
            "UPDATE posts SET title = %(t)s WHERE id = %(i)s RETURNING id, title, content, published",
            {"t": title[:200], "i": post_id},
        )
        connection.commit()
    finally:
        connection.rollback()
    return rows[0] if rows else None


# %% 2.3a reject: a refusal is None -> A title that is refused is raised
def rename(connection, post_id, title):
    try:
        rows = query(
            connection,
            "UPDATE posts SET title = %(t)s WHERE id = %(i)s RETURNING id, title, content, published",
            {"t": title, "i": post_id},
        )
        connection.commit()
    except psycopg2.Error:
        return None
    finally:
        connection.rollback()
    return rows[0] if rows else None


# %% 2.3a reject: writes back all that it has read -> Other columns are not written
def rename(connection, post_id, title):
    rows = query(
        connection, "SELECT id, title, content, published FROM posts WHERE id = %(i)s", {"i": post_id}
    )
    connection.commit()
    if not rows:
        return None
    post = rows[0] | {"title": title}
    query(
        connection,
        "UPDATE posts SET title = %(title)s, content = %(content)s, published = %(published)s WHERE id = %(id)s",
        post,
    )
    connection.commit()
    return post


# %% 2.3b accept: a savepoint for each title, one commit at the end
def import_titles(connection, titles):
    refused = []
    for title in titles:
        query(connection, "SAVEPOINT before")
        try:
            query(connection, ADD, {"title": title})
        except psycopg2.Error:
            query(connection, "ROLLBACK TO SAVEPOINT before")
            refused += [title]
    connection.commit()
    return refused


# %% 2.3b accept: `with connection`, which commits or rolls back
def stored(connection, title):
    try:
        with connection:
            query(connection, ADD, {"title": title})
    except psycopg2.Error:
        return False
    return True


def import_titles(connection, titles):
    return [title for title in titles if not stored(connection, title)]


# %% 2.3b accept: autocommit for the time of the import
def import_titles(connection, titles):
    connection.autocommit = True
    refused = []
    for title in titles:
        try:
            query(connection, ADD, {"title": title})
        except psycopg2.Error:
            refused.append(title)
    connection.autocommit = False
    return refused


# %% 2.3b reject: rolls back everything that came before -> A title before a refused one is stored
def import_titles(connection, titles):
    refused = []
    for title in titles:
        try:
            query(connection, ADD, {"title": title})
        except psycopg2.Error:
            connection.rollback()
            refused.append(title)
    connection.commit()
    return refused


# %% 2.3b reject: commits in the wrong place, with no rollback -> A title after a refused one is stored
def import_titles(connection, titles):
    refused = []
    for title in titles:
        try:
            query(connection, ADD, {"title": title})
            connection.commit()
        except psycopg2.Error:
            refused.append(title)
    return refused


# %% 2.3b reject: knows titles that exist, and no other reason -> Every reason to refuse counts
def import_titles(connection, titles):
    refused = []
    for title in titles:
        if not query(connection, ADD + " ON CONFLICT (title) DO NOTHING RETURNING id", {"title": title}):
            refused.append(title)
    connection.commit()
    return refused


# %% 2.3b reject: stops at the first one -> A title after a refused one is stored
def import_titles(connection, titles):
    for number, title in enumerate(titles):
        try:
            query(connection, ADD, {"title": title})
            connection.commit()
        except psycopg2.Error:
            connection.rollback()
            return titles[number:]
    return []


# %% 2.3b reject: looks up the titles before it starts -> The refused titles are returned in their order
def import_titles(connection, titles):
    known = {row["title"] for row in query(connection, "SELECT title FROM posts")}
    refused = [title for title in titles if title in known or not 1 <= len(title) <= 200]
    for title in dict.fromkeys(titles):
        if title not in refused:
            query(connection, ADD, {"title": title})
    connection.commit()
    return refused


# %% 2.3b reject: a set loses the order -> The refused titles are returned in their order
def import_titles(connection, titles):
    refused = set()
    for title in titles:
        try:
            with connection:
                query(connection, ADD, {"title": title})
        except psycopg2.Error:
            refused.add(title)
    return sorted(refused)


# %% 2.3b reject: knows broken constraints only -> A lock that is not granted is a refusal too
def import_titles(connection, titles):
    refused = []
    for title in titles:
        try:
            query(connection, ADD, {"title": title})
            connection.commit()
        except psycopg2.IntegrityError:
            connection.rollback()
            refused.append(title)
    return refused


# %% 2.3b reject: a taken title is refused once -> The refused titles are returned in their order
def import_titles(connection, titles):
    refused = {}
    for title in dict.fromkeys(titles):
        try:
            query(connection, ADD, {"title": title})
            connection.commit()
        except psycopg2.Error:
            connection.rollback()
            refused[title] = True
    return list(refused)


# %% 2.3b reject: shortens what is too long -> Every reason to refuse counts
def import_titles(connection, titles):
    refused = []
    for title in titles:
        try:
            query(connection, ADD, {"title": title and title[:200]})
            connection.commit()
        except psycopg2.Error:
            connection.rollback()
            refused.append(title)
    return refused


# %% 2.3b reject: takes every exception for a refusal -> What is no error of the database comes out
def import_titles(connection, titles):
    refused = []
    for title in titles:
        try:
            query(connection, ADD, {"title": title})
            connection.commit()
        except Exception:
            connection.rollback()
            refused.append(title)
    return refused


# %% 2.3b reject: leaves a savepoint's transaction open -> No transaction is open afterwards
def import_titles(connection, titles):
    refused = []
    for title in titles:
        connection.commit()
        try:
            query(connection, ADD, {"title": title})
            connection.commit()
        except psycopg2.Error:
            connection.rollback()
            refused.append(title)
    query(connection, "SELECT 1 AS done")
    return refused


# %% 2.3b reject: each refused title once -> The refused titles are returned in their order
def import_titles(connection, titles):
    refused = []
    for title in titles:
        try:
            query(connection, ADD, {"title": title})
            connection.commit()
        except psycopg2.Error:
            connection.rollback()
            refused.append(title)
    return list(dict.fromkeys(refused))


# %% 2.3c accept: try and finally in each endpoint, responses made by hand
def make_api(pool):
    api = FastAPI()

    @api.get("/posts/{number}")
    def one(number: int):
        held = pool.getconn()
        try:
            found = query(held, READ, {"id": number})
        finally:
            pool.putconn(held)
        return found[0] if found else refuse(404, "No such post")

    @api.post("/posts")
    def add(title: str):
        held = pool.getconn()
        try:
            with held:
                made = query(held, CREATE, {"title": title})
        except psycopg2.errors.UniqueViolation:
            return refuse(409, "This title exists")
        finally:
            pool.putconn(held)
        return JSONResponse(made[0], 201)

    return api


from fastapi.responses import JSONResponse


def refuse(status, why):
    return JSONResponse({"detail": why}, status)


# %% 2.3c accept: a dependency that lends
from fastapi import Depends


def make_api(pool):
    def lend():
        connection = pool.getconn()
        try:
            yield connection
        finally:
            connection.rollback()
            pool.putconn(connection)

    api = FastAPI()

    @api.get("/posts/{post_id}")
    def read(post_id: int, connection=Depends(lend)):
        for row in query(connection, READ, {"id": post_id}):
            return row
        raise HTTPException(404, detail="No such post")

    @api.post("/posts", status_code=201)
    def create(title: str, connection=Depends(lend)):
        try:
            rows = query(connection, CREATE, {"title": title})
        except psycopg2.errors.UniqueViolation:
            raise HTTPException(status_code=409, detail="This title exists")
        connection.commit()
        return rows[0]

    return api


# %% 2.3c accept: its own pool of places, `with` and the given functions
from contextlib import contextmanager


def make_api(pool):
    @contextmanager
    def lend():
        connection = pool.getconn()
        try:
            yield connection
        finally:
            pool.putconn(connection)

    def read(post_id: int):
        with lend() as connection:
            return find(connection, post_id)

    def create(title: str):
        with lend() as connection:
            return add(connection, title)

    api = FastAPI()
    api.add_api_route("/posts/{post_id}", read)
    api.add_api_route("/posts", create, methods=["POST"], status_code=201)
    return api


# %% 2.3c reject: gives back on an HTTPException only -> A refused value gives its connection back
def make_api(pool):
    api = FastAPI()

    def lent(function, value):
        connection = pool.getconn()
        try:
            post = function(connection, value)
        except HTTPException:
            pool.putconn(connection)
            raise
        pool.putconn(connection)
        return post

    @api.get("/posts/{post_id}")
    def read(post_id: int):
        return lent(find, post_id)

    @api.post("/posts", status_code=201)
    def create(title: str):
        return lent(add, title)

    return api


# %% 2.3c reject: a larger pool -> A 404 gives its connection back
def make_api(pool):
    api = FastAPI()
    pool.maxconn = 100

    @api.get("/posts/{post_id}")
    def read(post_id: int):
        connection = pool.getconn()
        post = find(connection, post_id)
        pool.putconn(connection)
        return post

    @api.post("/posts", status_code=201)
    def create(title: str):
        connection = pool.getconn()
        post = add(connection, title)
        pool.putconn(connection)
        return post

    return api


# %% 2.3c reject: gives back before the 404, and forgets the 409 -> A 409 gives its connection back
def make_api(pool):
    api = FastAPI()

    @api.get("/posts/{post_id}")
    def read(post_id: int):
        connection = pool.getconn()
        try:
            rows = query(connection, READ, {"id": post_id})
        finally:
            pool.putconn(connection)
        if not rows:
            raise HTTPException(404, "No such post")
        return rows[0]

    @api.post("/posts", status_code=201)
    def create(title: str):
        connection = pool.getconn()
        try:
            rows = query(connection, CREATE, {"title": title})
        except psycopg2.errors.UniqueViolation as error:
            raise HTTPException(409, "This title exists") from error
        connection.commit()
        pool.putconn(connection)
        return rows[0]

    return api


# %% 2.3c reject: mends the two ways that the text names -> A refused value gives its connection back
def make_api(pool):
    api = FastAPI()

    @api.get("/posts/{post_id}")
    def read(post_id: int):
        connection = pool.getconn()
        rows = query(connection, READ, {"id": post_id})
        pool.putconn(connection)
        if not rows:
            raise HTTPException(404, "No such post")
        return rows[0]

    @api.post("/posts", status_code=201)
    def create(title: str):
        connection = pool.getconn()
        try:
            rows = query(connection, CREATE, {"title": title})
        except psycopg2.errors.UniqueViolation as error:
            pool.putconn(connection)
            raise HTTPException(409, "This title exists") from error
        connection.commit()
        pool.putconn(connection)
        return rows[0]

    return api


# %% 2.3c reject: knows psycopg2's errors only -> An error nobody has thought of gives its connection back
def make_api(pool):
    api = FastAPI()

    @api.get("/posts/{post_id}")
    def read(post_id: int):
        connection = pool.getconn()
        try:
            rows = query(connection, READ, {"id": post_id})
        except psycopg2.Error:
            pool.putconn(connection)
            raise
        pool.putconn(connection)
        if not rows:
            raise HTTPException(404, "No such post")
        return rows[0]

    @api.post("/posts", status_code=201)
    def create(title: str):
        connection = pool.getconn()
        try:
            rows = query(connection, CREATE, {"title": title})
            connection.commit()
        except psycopg2.errors.UniqueViolation as error:
            pool.putconn(connection)
            raise HTTPException(409, "This title exists") from error
        except psycopg2.Error:
            pool.putconn(connection)
            raise
        pool.putconn(connection)
        return rows[0]

    return api


# %% 2.3c reject: closes instead of giving back -> A 404 gives its connection back
from contextlib import closing


def make_api(pool):
    api = FastAPI()

    @api.get("/posts/{post_id}")
    def read(post_id: int):
        with closing(pool.getconn()) as connection:
            rows = query(connection, READ, {"id": post_id})
        if not rows:
            raise HTTPException(404, "No such post")
        return rows[0]

    @api.post("/posts", status_code=201)
    def create(title: str):
        with closing(pool.getconn()) as connection:
            try:
                rows = query(connection, CREATE, {"title": title})
            except psycopg2.errors.UniqueViolation as error:
                raise HTTPException(409, "This title exists") from error
            connection.commit()
        return rows[0]

    return api


# %% 2.3c reject: gives everything back, and forgets the commit -> A new post is stored
def make_api(pool):
    api = FastAPI()

    def run(sql, values):
        connection = pool.getconn()
        try:
            return query(connection, sql, values)
        finally:
            pool.putconn(connection)

    @api.get("/posts/{post_id}")
    def read(post_id: int):
        rows = run(READ, {"id": post_id})
        if not rows:
            raise HTTPException(404, "No such post")
        return rows[0]

    @api.post("/posts", status_code=201)
    def create(title: str):
        try:
            return run(CREATE, {"title": title})[0]
        except psycopg2.errors.UniqueViolation as error:
            raise HTTPException(409, "This title exists") from error

    return api


# %% 2.3c reject: one connection for all, borrowed once -> A 404 gives its connection back
def make_api(pool):
    api = FastAPI()
    connection = pool.getconn()

    @api.get("/posts/{post_id}")
    def read(post_id: int):
        rows = query(connection, READ, {"id": post_id})
        connection.rollback()
        if not rows:
            raise HTTPException(404, "No such post")
        return rows[0]

    @api.post("/posts", status_code=201)
    def create(title: str):
        try:
            rows = query(connection, CREATE, {"title": title})
        except psycopg2.errors.UniqueViolation as error:
            connection.rollback()
            raise HTTPException(409, "This title exists") from error
        connection.commit()
        return rows[0]

    return api


# %% 2.3c reject: one request at a time -> Two requests at once have two connections
from threading import Lock


def make_api(pool):
    api = FastAPI()
    one_at_a_time = Lock()

    def run(sql, values):
        with one_at_a_time:
            connection = pool.getconn()
            try:
                rows = query(connection, sql, values)
                connection.commit()
                return rows
            finally:
                pool.putconn(connection)

    @api.get("/posts/{post_id}")
    def read(post_id: int):
        rows = run(READ, {"id": post_id})
        if not rows:
            raise HTTPException(404, "No such post")
        return rows[0]

    @api.post("/posts", status_code=201)
    def create(title: str):
        try:
            return run(CREATE, {"title": title})[0]
        except psycopg2.errors.UniqueViolation as error:
            raise HTTPException(409, "This title exists") from error

    return api


# %% 2.3c reject: every error of the database is a 409 -> What fails gets the same response as before
def make_api(pool):
    api = FastAPI()

    @api.get("/posts/{post_id}")
    def read(post_id: int):
        connection = pool.getconn()
        try:
            return find(connection, post_id)
        finally:
            pool.putconn(connection)

    @api.post("/posts", status_code=201)
    def create(title: str):
        connection = pool.getconn()
        try:
            return add(connection, title)
        except psycopg2.Error as error:
            raise HTTPException(409, "This title exists") from error
        finally:
            pool.putconn(connection)

    return api


# %% 2.3c reject: a 500 in its own words -> What fails gets the same response as before
def make_api(pool):
    api = FastAPI()

    def lent(function, value):
        connection = pool.getconn()
        try:
            return function(connection, value)
        except psycopg2.Error as error:
            raise HTTPException(500, "The database refused it") from error
        finally:
            pool.putconn(connection)

    @api.get("/posts/{post_id}")
    def read(post_id: int):
        return lent(find, post_id)

    @api.post("/posts", status_code=201)
    def create(title: str):
        return lent(add, title)

    return api


# %% 2.3c reject: a 404 in other words -> What fails gets the same response as before
def make_api(pool):
    api = FastAPI()

    @api.get("/posts/{post_id}")
    def read(post_id: int):
        connection = pool.getconn()
        try:
            return find(connection, post_id)
        except HTTPException as error:
            raise HTTPException(404, f"There is no post {post_id}") from error
        finally:
            pool.putconn(connection)

    @api.post("/posts", status_code=201)
    def create(title: str):
        connection = pool.getconn()
        try:
            return add(connection, title)
        finally:
            pool.putconn(connection)

    return api


# %% 2.3c reject: a new post is a 200 -> What works gets the same response as before
def make_api(pool):
    api = FastAPI()

    @api.get("/posts/{post_id}")
    def read(post_id: int):
        connection = pool.getconn()
        try:
            return find(connection, post_id)
        finally:
            pool.putconn(connection)

    @api.post("/posts")
    def create(title: str):
        connection = pool.getconn()
        try:
            return add(connection, title)
        finally:
            pool.putconn(connection)

    return api


# %% 2.3c reject: gives back after a success, an HTTPException and a psycopg2.Error -> An error nobody has thought of gives its connection back
def make_api(pool):
    api = FastAPI()

    def lent(function, value):
        connection = pool.getconn()
        try:
            found = function(connection, value)
        except (HTTPException, psycopg2.Error):
            pool.putconn(connection)
            raise
        pool.putconn(connection)
        return found

    @api.get("/posts/{post_id}")
    def read(post_id: int):
        return lent(find, post_id)

    @api.post("/posts", status_code=201)
    def create(title: str):
        return lent(add, title)

    return api


# %% 2.3d accept: ON CONFLICT DO NOTHING
def add_once(connection, title):
    sql = ADD + " ON CONFLICT (title) DO NOTHING RETURNING id"
    with connection:
        rows = query(connection, sql, {"title": title})
    return rows[0]["id"] if rows else None


# %% 2.3d accept: asks first, and is ready for the answer to be out of date
def add_once(connection, title):
    try:
        if query(connection, "SELECT 1 AS one FROM posts WHERE title = %(title)s", {"title": title}):
            return None
        return query(connection, ADD + " RETURNING id", {"title": title})[0]["id"]
    except psycopg2.IntegrityError as error:
        connection.rollback()
        if error.diag.constraint_name != "posts_title_key":
            raise
    finally:
        connection.commit()


# %% 2.3d accept: locks the table, then asks
def add_once(connection, title):
    with connection:
        query(connection, "LOCK TABLE posts IN SHARE ROW EXCLUSIVE MODE")
        if query(connection, "SELECT id FROM posts WHERE title = %(title)s", {"title": title}):
            return None
        return query(connection, ADD + " RETURNING id", {"title": title})[0]["id"]


# %% 2.3d reject: asks first -> The same title at the same moment is None
def add_once(connection, title):
    with connection:
        if query(connection, "SELECT id FROM posts WHERE title = %(title)s", {"title": title}):
            return None
        return query(connection, ADD + " RETURNING id", {"title": title})[0]["id"]


# %% 2.3d reject: takes every refusal for a title that exists -> Another reason to refuse is raised
def add_once(connection, title):
    try:
        rows = query(connection, ADD + " RETURNING id", {"title": title})
        connection.commit()
        return rows[0]["id"]
    except psycopg2.IntegrityError:
        connection.rollback()
        return None


# %% 2.3d reject: catches without rolling back -> A title that exists is None
def add_once(connection, title):
    try:
        rows = query(connection, ADD + " RETURNING id", {"title": title})
        connection.commit()
        return rows[0]["id"]
    except psycopg2.errors.UniqueViolation:
        return None


# %% 2.3d reject: forgets the commit -> A new title gets an id
def add_once(connection, title):
    try:
        return query(connection, ADD + " RETURNING id", {"title": title})[0]["id"]
    except psycopg2.errors.UniqueViolation:
        connection.rollback()
        return None


# %% 2.3d reject: rolls back for one error only -> No transaction is open afterwards
def add_once(connection, title):
    try:
        rows = query(connection, ADD + " RETURNING id", {"title": title})
    except psycopg2.errors.UniqueViolation:
        connection.rollback()
        return None
    connection.commit()
    return rows[0]["id"]


# %% 2.3d reject: any conflict is nothing, asked for by the wrong column -> A title that exists is None
def add_once(connection, title):
    with connection:
        rows = query(connection, ADD + " ON CONFLICT (id) DO NOTHING RETURNING id", {"title": title})
    return rows[0]["id"] if rows else None


# %% 2.3d accept: asks the error which constraint it was
def add_once(connection, title):
    try:
        with connection:
            return query(connection, ADD + " RETURNING id", {"title": title})[0]["id"]
    except psycopg2.errors.UniqueViolation as error:
        if error.diag.constraint_name == "posts_title_key":
            return None
        raise


# %% 2.3d reject: any UniqueViolation is a taken title -> An id that is taken is no taken title
def add_once(connection, title):
    try:
        rows = query(connection, f"{ADD} RETURNING id", {"title": title})
        connection.commit()
    except psycopg2.errors.UniqueViolation:
        connection.rollback()
        return None
    except psycopg2.Error:
        connection.rollback()
        raise
    return rows[0]["id"]


# %% 2.3d reject: any conflict is nothing -> An id that is taken is no taken title
def add_once(connection, title):
    with connection:
        rows = query(connection, ADD + " ON CONFLICT DO NOTHING RETURNING id", {"title": title})
    return rows[0]["id"] if rows else None


# %% 2.3d reject: an exception of its own -> Another reason to refuse is raised
def add_once(connection, title):
    if not title or len(title) > 200:
        raise psycopg2.DataError("not a title")
    with connection:
        rows = query(connection, ADD + " ON CONFLICT (title) DO NOTHING RETURNING id", {"title": title})
    return rows[0]["id"] if rows else None


# %% 2.3d reject: the id of the post that has the title -> A title that exists is None
def add_once(connection, title):
    with connection:
        query(connection, ADD + " ON CONFLICT (title) DO NOTHING", {"title": title})
        return query(connection, "SELECT id FROM posts WHERE title = %(title)s", {"title": title})[0]["id"]


# %% 2.3d reject: True instead of the id -> A new title gets an id
def add_once(connection, title):
    with connection:
        rows = query(connection, ADD + " ON CONFLICT (title) DO NOTHING RETURNING id", {"title": title})
    return True if rows else None


# %% 2.3e accept: counts first under a lock, then updates, async and a body by hand
from fastapi import Body


def add_publish(app, database):
    Number = Annotated[int, Field(gt=0, lt=2**31)]
    Numbers = Annotated[list[Number], Body(embed=True, min_length=1, max_length=100)]

    @app.post("/posts/publish", status_code=200)
    async def all_or_none(ids: Numbers):
        unique = sorted(set(ids))
        with database.connection() as connection, connection, connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM posts WHERE id IN %s", (tuple(unique),))
            if cursor.fetchone()[0] < len(unique):
                raise NotFound("One of them is not there")
            cursor.execute("UPDATE posts SET published = TRUE WHERE id IN %s", (tuple(unique),))
        return {"published": unique}


# %% 2.3e accept: one UPDATE after the other, one commit
from pydantic import conint


class Wish(BaseModel):
    ids: list[conint(ge=1, le=2**31 - 1)] = Field(..., min_length=1, max_length=100)


class Done(BaseModel):
    published: list[int]


def add_publish(app, database):
    def publish(wish: Wish) -> Done:
        with database.connection() as connection:
            for number in set(wish.ids):
                sql = "UPDATE posts SET published = true WHERE id = %(id)s RETURNING id"
                if not query(connection, sql, {"id": number}):
                    raise HTTPException(404, f"There is no post {number}")
            connection.commit()
        return Done(published=sorted(set(wish.ids)))

    app.post("/posts/publish")(publish)


# %% 2.3e reject: commits each -> None is published when one is missing
PostId = Annotated[int, Field(ge=1, le=2_147_483_647)]


class Drafts(BaseModel):
    ids: Annotated[list[PostId], Field(min_length=1, max_length=100)]


def add_publish(app, database):
    @app.post("/posts/publish")
    def publish(drafts: Drafts):
        with database.connection() as connection:
            for number in sorted(set(drafts.ids)):
                sql = "UPDATE posts SET published = true WHERE id = %(id)s RETURNING id"
                if not query(connection, sql, {"id": number}):
                    raise NotFound(f"There is no post {number}")
                connection.commit()
        return {"published": sorted(set(drafts.ids))}


# %% 2.3e reject: commits, then counts -> None is published when one is missing
PostId = Annotated[int, Field(ge=1, le=2_147_483_647)]


class Drafts(BaseModel):
    ids: Annotated[list[PostId], Field(min_length=1, max_length=100)]


def add_publish(app, database):
    @app.post("/posts/publish")
    def publish(drafts: Drafts):
        sql = "UPDATE posts SET published = true WHERE id = ANY(%(ids)s) RETURNING id"
        with database.connection() as connection:
            rows = query(connection, sql, {"ids": drafts.ids})
            connection.commit()
        if len(rows) < len(set(drafts.ids)):
            raise NotFound("One is missing")
        return {"published": sorted(row["id"] for row in rows)}


# %% 2.3e reject: forgets the commit -> All that were asked for are published
PostId = Annotated[int, Field(ge=1, le=2_147_483_647)]


class Drafts(BaseModel):
    ids: Annotated[list[PostId], Field(min_length=1, max_length=100)]


def add_publish(app, database):
    @app.post("/posts/publish")
    def publish(drafts: Drafts):
        sql = "UPDATE posts SET published = true WHERE id = ANY(%(ids)s) RETURNING id"
        with database.connection() as connection:
            rows = query(connection, sql, {"ids": drafts.ids})
            if len(rows) < len(set(drafts.ids)):
                raise NotFound("One is missing")
        return {"published": sorted(row["id"] for row in rows)}


# %% 2.3e reject: compares with the length of the list -> The ids come in rising order each once
PostId = Annotated[int, Field(ge=1, le=2_147_483_647)]


class Drafts(BaseModel):
    ids: Annotated[list[PostId], Field(min_length=1, max_length=100)]


def add_publish(app, database):
    @app.post("/posts/publish")
    def publish(drafts: Drafts):
        sql = "UPDATE posts SET published = true WHERE id = ANY(%(ids)s) RETURNING id"
        with database.connection() as connection:
            rows = query(connection, sql, {"ids": drafts.ids})
            if len(rows) < len(drafts.ids):
                raise NotFound("One is missing")
            connection.commit()
        return {"published": sorted(row["id"] for row in rows)}


# %% 2.3e reject: no bounds on the ids -> What no id can be is 422
class Drafts(BaseModel):
    ids: list[int]


def add_publish(app, database):
    @app.post("/posts/publish")
    def publish(drafts: Drafts):
        sql = "UPDATE posts SET published = true WHERE id = ANY(%(ids)s) RETURNING id"
        with database.connection() as connection:
            rows = query(connection, sql, {"ids": drafts.ids})
            if not rows or len(rows) < len(set(drafts.ids)):
                raise NotFound("One is missing")
            connection.commit()
        return {"published": sorted(row["id"] for row in rows)}


# %% 2.3e reject: drafts only -> A post that was published before counts too
PostId = Annotated[int, Field(ge=1, le=2_147_483_647)]


class Drafts(BaseModel):
    ids: Annotated[list[PostId], Field(min_length=1, max_length=100)]


def add_publish(app, database):
    @app.post("/posts/publish")
    def publish(drafts: Drafts):
        sql = """
            UPDATE posts SET published = true
            WHERE id = ANY(%(ids)s) AND NOT published RETURNING id
        """
        with database.connection() as connection:
            rows = query(connection, sql, {"ids": drafts.ids})
            if len(rows) < len(set(drafts.ids)):
                raise NotFound("One is missing")
            connection.commit()
        return {"published": sorted(row["id"] for row in rows)}


# %% 2.3e reject: publishes those that it finds -> An id that does not exist is 404
PostId = Annotated[int, Field(ge=1, le=2_147_483_647)]


class Drafts(BaseModel):
    ids: Annotated[list[PostId], Field(min_length=1, max_length=100)]


def add_publish(app, database):
    @app.post("/posts/publish")
    def publish(drafts: Drafts):
        sql = "UPDATE posts SET published = true WHERE id = ANY(%(ids)s) RETURNING id"
        with database.connection() as connection:
            rows = query(connection, sql, {"ids": drafts.ids})
            connection.commit()
        if not rows:
            raise NotFound("None is there")
        return {"published": sorted(row["id"] for row in rows)}


# %% 2.3e reject: a connection for each id -> None is published when one is missing
PostId = Annotated[int, Field(ge=1, le=2_147_483_647)]


class Drafts(BaseModel):
    ids: Annotated[list[PostId], Field(min_length=1, max_length=100)]


def add_publish(app, database):
    def one(number):
        sql = "UPDATE posts SET published = true WHERE id = %(id)s RETURNING id"
        with database.connection() as connection:
            rows = query(connection, sql, {"id": number})
            connection.commit()
        if not rows:
            raise NotFound(f"There is no post {number}")
        return number

    @app.post("/posts/publish")
    def publish(drafts: Drafts):
        return {"published": [one(number) for number in sorted(set(drafts.ids))]}


# %% 2.3e reject: zero is an id -> What no id can be is 422
PostId = Annotated[int, Field(ge=0, le=2_147_483_647)]


class Drafts(BaseModel):
    ids: Annotated[list[PostId], Field(min_length=1, max_length=100)]


def add_publish(app, database):
    @app.post("/posts/publish")
    def publish(drafts: Drafts):
        wanted = set(drafts.ids)
        sql = "UPDATE posts SET published = true WHERE id = ANY(%(ids)s) RETURNING id"
        with database.connection() as connection:
            rows = query(connection, sql, {"ids": list(wanted)})
            if len(rows) < len(wanted):
                raise NotFound("One is missing")
            connection.commit()
        return {"published": sorted(wanted)}


# %% 2.3e reject: the largest id is refused -> What no id can be is 422
PostId = Annotated[int, Field(ge=1, lt=2_147_483_647)]


class Drafts(BaseModel):
    ids: Annotated[list[PostId], Field(min_length=1, max_length=100)]


def add_publish(app, database):
    @app.post("/posts/publish")
    def publish(drafts: Drafts):
        wanted = set(drafts.ids)
        sql = "UPDATE posts SET published = true WHERE id = ANY(%(ids)s) RETURNING id"
        with database.connection() as connection:
            rows = query(connection, sql, {"ids": list(wanted)})
            if len(rows) < len(wanted):
                raise NotFound("One is missing")
            connection.commit()
        return {"published": sorted(wanted)}


# %% 2.3e reject: one more than the largest id -> What no id can be is 422
PostId = Annotated[int, Field(ge=1, le=2_147_483_648)]


class Drafts(BaseModel):
    ids: Annotated[list[PostId], Field(min_length=1, max_length=100)]


def add_publish(app, database):
    @app.post("/posts/publish")
    def publish(drafts: Drafts):
        wanted = set(drafts.ids)
        sql = "UPDATE posts SET published = true WHERE id = ANY(%(ids)s) RETURNING id"
        with database.connection() as connection:
            rows = query(connection, sql, {"ids": list(wanted)})
            if len(rows) < len(wanted):
                raise NotFound("One is missing")
            connection.commit()
        return {"published": sorted(wanted)}


# %% 2.3e reject: an empty list is fine -> 1 to 100 ids may be named
PostId = Annotated[int, Field(ge=1, le=2_147_483_647)]


class Drafts(BaseModel):
    ids: Annotated[list[PostId], Field(max_length=100)]


def add_publish(app, database):
    @app.post("/posts/publish")
    def publish(drafts: Drafts):
        wanted = set(drafts.ids)
        sql = "UPDATE posts SET published = true WHERE id = ANY(%(ids)s) RETURNING id"
        with database.connection() as connection:
            rows = query(connection, sql, {"ids": list(wanted)})
            if len(rows) < len(wanted):
                raise NotFound("One is missing")
            connection.commit()
        return {"published": sorted(wanted)}


# %% 2.3e reject: 99 at most -> 1 to 100 ids may be named
PostId = Annotated[int, Field(ge=1, le=2_147_483_647)]


class Drafts(BaseModel):
    ids: Annotated[list[PostId], Field(min_length=1, max_length=99)]


def add_publish(app, database):
    @app.post("/posts/publish")
    def publish(drafts: Drafts):
        wanted = set(drafts.ids)
        sql = "UPDATE posts SET published = true WHERE id = ANY(%(ids)s) RETURNING id"
        with database.connection() as connection:
            rows = query(connection, sql, {"ids": list(wanted)})
            if len(rows) < len(wanted):
                raise NotFound("One is missing")
            connection.commit()
        return {"published": sorted(wanted)}


# %% 2.3e reject: 101 at most -> 1 to 100 ids may be named
PostId = Annotated[int, Field(ge=1, le=2_147_483_647)]


class Drafts(BaseModel):
    ids: Annotated[list[PostId], Field(min_length=1, max_length=101)]


def add_publish(app, database):
    @app.post("/posts/publish")
    def publish(drafts: Drafts):
        wanted = set(drafts.ids)
        sql = "UPDATE posts SET published = true WHERE id = ANY(%(ids)s) RETURNING id"
        with database.connection() as connection:
            rows = query(connection, sql, {"ids": list(wanted)})
            if len(rows) < len(wanted):
                raise NotFound("One is missing")
            connection.commit()
        return {"published": sorted(wanted)}


# %% 2.3e reject: each id once, counted before the limit -> 1 to 100 ids may be named
PostId = Annotated[int, Field(ge=1, le=2_147_483_647)]


class Drafts(BaseModel):
    ids: Annotated[set[PostId], Field(min_length=1, max_length=100)]


def add_publish(app, database):
    @app.post("/posts/publish")
    def publish(drafts: Drafts):
        wanted = set(drafts.ids)
        sql = "UPDATE posts SET published = true WHERE id = ANY(%(ids)s) RETURNING id"
        with database.connection() as connection:
            rows = query(connection, sql, {"ids": list(wanted)})
            if len(rows) < len(wanted):
                raise NotFound("One is missing")
            connection.commit()
        return {"published": sorted(wanted)}


# %% 2.3e reject: writes another field, too -> All that were asked for are published
PostId = Annotated[int, Field(ge=1, le=2_147_483_647)]


class Drafts(BaseModel):
    ids: Annotated[list[PostId], Field(min_length=1, max_length=100)]


def add_publish(app, database):
    @app.post("/posts/publish")
    def publish(drafts: Drafts):
        wanted = set(drafts.ids)
        sql = "UPDATE posts SET created_at = now(), published = true WHERE id = ANY(%(ids)s) RETURNING id"
        with database.connection() as connection:
            rows = query(connection, sql, {"ids": list(wanted)})
            if len(rows) < len(wanted):
                raise NotFound("One is missing")
            connection.commit()
        return {"published": sorted(wanted)}


# %% 2.3e reject: unsorted -> The ids come in rising order each once
PostId = Annotated[int, Field(ge=1, le=2_147_483_647)]


class Drafts(BaseModel):
    ids: Annotated[list[PostId], Field(min_length=1, max_length=100)]


def add_publish(app, database):
    @app.post("/posts/publish")
    def publish(drafts: Drafts):
        wanted = set(drafts.ids)
        sql = "UPDATE posts SET published = true WHERE id = ANY(%(ids)s) RETURNING id"
        with database.connection() as connection:
            rows = query(connection, sql, {"ids": list(wanted)})
            if len(rows) < len(wanted):
                raise NotFound("One is missing")
            connection.commit()
        return {"published": sorted(wanted, reverse=True)}


# %% 2.3e reject: a 400 -> An id that does not exist is 404
PostId = Annotated[int, Field(ge=1, le=2_147_483_647)]


class Drafts(BaseModel):
    ids: Annotated[list[PostId], Field(min_length=1, max_length=100)]


def add_publish(app, database):
    @app.post("/posts/publish")
    def publish(drafts: Drafts):
        wanted = set(drafts.ids)
        sql = "UPDATE posts SET published = true WHERE id = ANY(%(ids)s) RETURNING id"
        with database.connection() as connection:
            rows = query(connection, sql, {"ids": list(wanted)})
            if len(rows) < len(wanted):
                raise HTTPException(400, "One is missing")
            connection.commit()
        return {"published": sorted(wanted)}


# %% 2.3e reject: borrows a second connection -> All that were asked for are published
PostId = Annotated[int, Field(ge=1, le=2_147_483_647)]


class Drafts(BaseModel):
    ids: Annotated[list[PostId], Field(min_length=1, max_length=100)]


def add_publish(app, database):
    @app.post("/posts/publish")
    def publish(drafts: Drafts):
        wanted = set(drafts.ids)
        sql = "UPDATE posts SET published = true WHERE id = ANY(%(ids)s) RETURNING id"
        with database.connection() as connection, database.connection():
            rows = query(connection, sql, {"ids": list(wanted)})
            if len(rows) < len(wanted):
                raise NotFound("One is missing")
            connection.commit()
        return {"published": sorted(wanted)}


# %% 2.3e reject: a set for a list -> The ids come in rising order each once
PostId = Annotated[int, Field(ge=1, le=2_147_483_647)]


class Drafts(BaseModel):
    ids: Annotated[list[PostId], Field(min_length=1, max_length=100)]


def add_publish(app, database):
    @app.post("/posts/publish")
    def publish(drafts: Drafts) -> dict[str, list[int]]:
        sql = "UPDATE posts SET published = true WHERE id = ANY(%(ids)s) RETURNING id"
        with database.connection() as connection:
            found = {row["id"] for row in query(connection, sql, {"ids": drafts.ids})}
            if found < set(drafts.ids):
                raise NotFound("One is missing")
            connection.commit()
        return {"published": found}


# %% 2.3e reject: a Database of its own for each request -> A request borrows one connection of the database
from typing import Annotated

from app.errors import NotFound
from pydantic import BaseModel, Field


class Wanted(BaseModel):
    ids: Annotated[list[Annotated[int, Field(ge=1, le=2147483647)]], Field(min_length=1, max_length=100)]


def add_publish(app: FastAPI, database: Database) -> None:
    @app.post("/posts/publish")
    def publish(wanted: Wanted) -> dict[str, list[int]]:
        ids = sorted(set(wanted.ids))
        with Database().connection() as connection:
            rows = query(
                connection,
                "UPDATE posts SET published = true WHERE id = ANY(%(ids)s) RETURNING id",
                {"ids": ids},
            )
            if len(rows) < len(ids):
                raise NotFound("One of these posts does not exist.")
            connection.commit()
        return {"published": ids}


# %% 2.3e reject: a slash at the end -> All that were asked for are published
class Ids(BaseModel):
    ids: Annotated[list[Annotated[int, Field(ge=1, le=2147483647)]], Field(min_length=1, max_length=100)]


def add_publish(app, database):
    @app.post("/posts/publish/")
    def publish(body: Ids):
        wanted = sorted(set(body.ids))
        with database.connection() as connection:
            rows = query(
                connection,
                "UPDATE posts SET published = true WHERE id = ANY(%(ids)s) RETURNING id",
                {"ids": wanted},
            )
            if len(rows) < len(wanted):
                connection.rollback()
                raise NotFound("no such post")
            connection.commit()
        return {"published": wanted}


# %% 2.3e reject: gives back after a success and after a 404 -> The connection is given back
from contextlib import ExitStack


class Numbers(BaseModel):
    ids: Annotated[list[Annotated[int, Field(ge=1, le=2147483647)]], Field(min_length=1, max_length=100)]


def add_publish(app, database):
    borrowed = ExitStack()

    @app.post("/posts/publish")
    def publish(numbers: Numbers):
        wanted = sorted(set(numbers.ids))
        connection = borrowed.enter_context(database.connection())
        rows = query(
            connection,
            "UPDATE posts SET published = true WHERE id = ANY(%(ids)s) RETURNING id",
            {"ids": wanted},
        )
        if len(rows) == len(wanted):
            connection.commit()
        borrowed.close()
        if len(rows) < len(wanted):
            raise NotFound("no such post")
        return {"published": wanted}
