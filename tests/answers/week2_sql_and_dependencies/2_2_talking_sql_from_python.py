"""Right and wrong answers to the exercises of lesson 2.2; see docs/authors.md for the form."""

# %% 2.2a accept: a cursor of its own, values in a tuple
from psycopg2.extras import RealDictCursor


def find_post(link, title):
    with link.cursor(cursor_factory=RealDictCursor) as cursor:
        cursor.execute("SELECT id, title, content FROM posts WHERE title = %s", (title,))
        return cursor.fetchone()


# %% 2.2a accept: a plain cursor, the dictionary made by hand, committed at the end
def find_post(link, name):
    with link:
        cursor = link.cursor()
        cursor.execute("SELECT * FROM posts")
        for id, title, content, *_ in cursor.fetchall():
            if title == name:
                return dict(id=id, title=title, content=content)


# %% 2.2a accept: psycopg2.sql quotes the value
from psycopg2 import sql


def find_post(link, title):
    statement = sql.SQL("SELECT id, title, content FROM posts WHERE title = {}").format(sql.Literal(title))
    with link.cursor() as cursor:
        cursor.execute(statement)
        row = cursor.fetchone()
        return row and dict(zip(("id", "title", "content"), row))


# %% 2.2a reject: an f-string -> A hostile title is a title and nothing else
def find_post(link, title):
    found = query(link, f"SELECT id, title, content FROM posts WHERE title = '{title}'")
    return found[0] if found else None


# %% 2.2a reject: quotes doubled by hand -> Any character may be in a title
def find_post(link, title):
    quoted = title.replace("'", "''")
    with link.cursor() as cursor:
        statement = f"SELECT id, title, content FROM posts WHERE title = '{quoted}' AND published = %s"
        cursor.execute(statement, (True,))
        row = cursor.fetchone()
        return dict(zip(("id", "title", "content"), row)) if row else None


# %% 2.2a reject: quotes around the place -> A post is found by its title
def find_post(link, title):
    with link.cursor() as cursor:
        cursor.execute("SELECT id, title, content FROM posts WHERE title = '%s'", (title,))
        row = cursor.fetchone()
        return dict(zip(("id", "title", "content"), row)) if row else None


# %% 2.2a reject: a tuple comes back -> A post is found by its title
def find_post(link, title):
    with link.cursor() as cursor:
        cursor.execute("SELECT id, title, content FROM posts WHERE title = %s", (title,))
        return cursor.fetchone()


# %% 2.2a reject: LIKE is not equal -> No post is none
def find_post(link, title):
    found = query(link, "SELECT id, title, content FROM posts WHERE title LIKE %(t)s", {"t": title})
    return found[0] if found else None


# %% 2.2a reject: an empty list instead of None -> No post is none
def find_post(link, title):
    found = query(link, "SELECT id, title, content FROM posts WHERE title = %(t)s", {"t": title})
    return found[0] if found else found


# %% 2.2a reject: the comma is missing -> your code raised
def find_post(link, title):
    with link.cursor() as cursor:
        cursor.execute("SELECT id, title, content FROM posts WHERE title = %s", (title))
        return cursor.fetchone()


# %% 2.2a reject: published posts only -> A draft is found too
def find_post(link, title):
    statement = "SELECT id, title, content FROM posts WHERE title = %(title)s AND published"
    found = query(link, statement, {"title": title})
    return found[0] if found else None


# %% 2.2a reject: takes off spaces -> No post is none
def find_post(link, title):
    statement = "SELECT id, title, content FROM posts WHERE trim(title) = trim(%(title)s)"
    found = query(link, statement, {"title": title})
    return found[0] if found else None


# %% 2.2a reject: refuses titles that look hostile -> Any character may be in a title
def find_post(link, title):
    if "--" in title or ";" in title:
        return None
    found = query(link, "SELECT id, title, content FROM posts WHERE title = %(title)s", {"title": title})
    return found[0] if found else None


# %% 2.2a reject: every column -> A post is found by its title
def find_post(link, title):
    found = query(link, "SELECT * FROM posts WHERE title = %(title)s", {"title": title})
    return found[0] if found else None


# %% 2.2a reject: remembers what it found -> The table is asked each time
import functools


@functools.lru_cache(maxsize=None)
def find_post(link, title):
    with link.cursor() as cursor:
        cursor.execute("SELECT id, title, content FROM posts WHERE title = %s", (title,))
        row = cursor.fetchone()
        if row is None:
            return None
        return dict(zip([c.name for c in cursor.description], row))


# %% 2.2b accept: places counted, RETURNING
def publish(link, ids):
    if not ids:
        return 0
    places = ", ".join(["%s"] * len(ids))
    cursor = link.cursor()
    cursor.execute(f"UPDATE posts SET published = true WHERE id IN ({places}) RETURNING id", ids)
    return len(cursor.fetchall())


# %% 2.2b accept: unnest, a named value
def publish(link, ids):
    cursor = link.cursor()
    statement = "UPDATE posts SET published = true FROM unnest(%(ids)s::int[]) AS wanted WHERE id = wanted"
    cursor.execute(statement, {"ids": list(set(ids))})
    count = cursor.rowcount
    cursor.close()
    return count


# %% 2.2b reject: IN with a tuple -> It works on a connection of psycopg 3
def publish(link, ids):
    if not ids:
        return 0
    with link.cursor() as cursor:
        cursor.execute("UPDATE posts SET published = true WHERE id IN %s", (tuple(ids),))
        return cursor.rowcount


# %% 2.2b reject: an empty IN -> An empty list publishes nothing
def publish(link, ids):
    with link.cursor() as cursor:
        places = ", ".join(["%s"] * len(ids))
        cursor.execute(f"UPDATE posts SET published = true WHERE id IN ({places})", ids)
        return cursor.rowcount


# %% 2.2b reject: commits in psycopg2, closes in psycopg 3 -> The caller decides whether to commit
def publish(link, ids):
    with link, link.cursor() as cursor:
        cursor.execute("UPDATE posts SET published = true WHERE id = ANY(%s)", (ids,))
        return cursor.rowcount


# %% 2.2b reject: counts what was asked for -> It returns how many posts there were
def publish(link, ids):
    with link.cursor() as cursor:
        cursor.execute("UPDATE posts SET published = true WHERE id = ANY(%s)", (ids,))
    return len(ids)


# %% 2.2b reject: one statement for each id -> It is one statement for all
def publish(link, ids):
    with link.cursor() as cursor:
        count = 0
        for post_id in ids:
            cursor.execute("UPDATE posts SET published = true WHERE id = %s", (post_id,))
            count += cursor.rowcount
    return count


# %% 2.2b reject: forgets the WHERE -> These posts are published and no others
def publish(link, ids):
    with link.cursor() as cursor:
        cursor.execute("UPDATE posts SET published = true")
        return min(cursor.rowcount, len(ids))


# %% 2.2b reject: the driver's own execute -> your code raised
def publish(link, ids):
    return link.execute("UPDATE posts SET published = true WHERE id = ANY(%s)", (ids,)).rowcount


# %% 2.2b reject: drafts only -> A post that was published before counts too
def publish(link, ids):
    with link.cursor() as cursor:
        cursor.execute("UPDATE posts SET published = true WHERE NOT published AND id = ANY(%s)", (ids,))
        return cursor.rowcount


# %% 2.2b reject: begins with a rollback -> The caller decides whether to commit
def publish(link, ids):
    link.rollback()
    with link.cursor() as cursor:
        cursor.execute("UPDATE posts SET published = true WHERE id = ANY(%s)", (ids,))
        return cursor.rowcount


# %% 2.2b reject: commits with psycopg 3 only -> The caller decides whether to commit
def publish(link, ids):
    with link.cursor() as cursor:
        cursor.execute("UPDATE posts SET published = true WHERE id = ANY(%s)", (ids,))
        if not isinstance(link, Connection):
            link.commit()
        return cursor.rowcount


# %% 2.2b reject: counts the ids of the list that exist, one by one -> An id that stands twice counts once
def publish(link, ids):
    with link.cursor() as cursor:
        cursor.execute("UPDATE posts SET published = true WHERE id = ANY(%s) RETURNING id", (ids,))
        found = {row[0] for row in cursor.fetchall()}
    return sum(number in found for number in ids)


# %% 2.2b reject: asks first, in a statement of its own -> It is one statement for all
def publish(link, ids):
    with link.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM posts WHERE id = ANY(%s)", (ids,))
        (count,) = cursor.fetchone()
        cursor.execute("UPDATE posts SET published = true WHERE id = ANY(%s)", (ids,))
        return count


# %% 2.2b reject: one by one with psycopg 3 -> It is one statement for all
def publish(link, ids):
    cursor = link.cursor()
    if isinstance(link, Connection):
        cursor.execute("UPDATE posts SET published = true WHERE id = ANY(%s)", (ids,))
        return cursor.rowcount
    return sum(
        cursor.execute("UPDATE posts SET published = true WHERE id = %s", (number,)).rowcount
        for number in set(ids)
    )


# %% 2.2b reject: rolls back when there is nothing -> The caller decides whether to commit
def publish(link, ids):
    with link.cursor() as cursor:
        cursor.execute("UPDATE posts SET published = true WHERE id = ANY(%s)", (list(ids),))
        if not cursor.rowcount:
            link.rollback()
        return cursor.rowcount


# %% 2.2b reject: a hundred ids at most -> It returns how many posts there were
def publish(link, ids):
    with link.cursor() as cursor:
        cursor.execute("UPDATE posts SET published = true WHERE id = ANY(%s)", (list(ids)[:100],))
        return cursor.rowcount


# %% 2.2c accept: an Identifier after the comparison, position instead of ILIKE
from psycopg2 import sql


def search(link, word, sort_by):
    if sort_by not in ("id", "title"):
        raise ValueError(sort_by)
    statement = sql.SQL(
        "SELECT title FROM posts WHERE position(lower(%s) in lower(title)) > 0 AND published ORDER BY {}"
    ).format(sql.Identifier(sort_by))
    with link.cursor() as cursor:
        cursor.execute(statement, [word])
        return [row[0] for row in cursor.fetchall()]


# %% 2.2c reject: percent signs around the word, a pattern -> A percent sign or an underscore is a character
def search(link: Connection, word: str, sort_by: str) -> list[str]:
    match sort_by:
        case "id":
            order = "id"
        case "title":
            order = "title"
        case _:
            raise ValueError("unknown column")
    with link.cursor() as cursor:
        cursor.execute(
            f"SELECT title FROM posts WHERE title ILIKE '%%' || %s || '%%' AND published ORDER BY {order}",
            (word,),
        )
        return [title for (title,) in cursor]


# %% 2.2c accept: sorted in Python
def search(link, word, sort_by):
    if sort_by not in {"id", "title"}:
        raise ValueError
    rows = query(link, "SELECT id, title FROM posts WHERE published")
    found = [row for row in rows if word.lower() in row["title"].lower()]
    return [row["title"] for row in sorted(found, key=lambda row: row[sort_by])]


# %% 2.2c reject: the word only -> Another column is a value error
def search(link, word, sort_by):
    statement = f"SELECT title FROM posts WHERE title ILIKE %(like)s AND published ORDER BY {sort_by}"
    return [row["title"] for row in query(link, statement, {"like": f"%{word}%"})]


# %% 2.2c reject: the column as a parameter -> The order is the one asked for
def search(link, word, sort_by):
    if sort_by not in ("id", "title"):
        raise ValueError(sort_by)
    statement = "SELECT title FROM posts WHERE title ILIKE %(like)s AND published ORDER BY %(by)s::text"
    return [row["title"] for row in query(link, statement, {"like": f"%{word}%", "by": sort_by})]


# %% 2.2c reject: the column only -> No word shows a post that is not published
def search(link, word, sort_by):
    if sort_by not in ("id", "title"):
        raise ValueError(sort_by)
    with link.cursor() as cursor:
        cursor.execute(
            f"SELECT title FROM posts WHERE title ILIKE '%{word}%' AND published ORDER BY {sort_by}"
        )
        return [title for (title,) in cursor]


# %% 2.2c reject: an Identifier and no list -> Another column is a value error
from psycopg2 import sql


def search(link, word, sort_by):
    statement = sql.SQL("SELECT title FROM posts WHERE title ILIKE %s AND published ORDER BY {}")
    with link.cursor() as cursor:
        cursor.execute(statement.format(sql.Identifier(sort_by)), [f"%{word}%"])
        return [title for (title,) in cursor]


# %% 2.2c reject: takes apostrophes out -> A word may hold an apostrophe
def search(link, word, sort_by):
    if sort_by not in ("id", "title"):
        raise ValueError(sort_by)
    word = word.replace("'", "")
    with link.cursor() as cursor:
        cursor.execute(
            f"SELECT title FROM posts WHERE title ILIKE '%{word}%' AND published ORDER BY {sort_by}"
        )
        return [title for (title,) in cursor]


# %% 2.2c reject: asks the database which columns there are -> For another column the database is not asked
def search(link, word, sort_by):
    found = query(
        link, "SELECT title FROM posts WHERE title ILIKE %(w)s AND published ORDER BY id", {"w": f"%{word}%"}
    )
    if sort_by not in ("id", "title"):
        raise ValueError(sort_by)
    titles = [row["title"] for row in found]
    return sorted(titles) if sort_by == "title" else titles


# %% 2.2c reject: LIKE minds the case -> Titles with the word are found
def search(link, word, sort_by):
    if sort_by not in ("id", "title"):
        raise ValueError(sort_by)
    statement = f"SELECT title FROM posts WHERE title LIKE %(like)s AND published ORDER BY {sort_by}"
    return [row["title"] for row in query(link, statement, {"like": f"%{word}%"})]


# %% 2.2c accept: ILIKE, with what it takes for patterns escaped
def search(link, word, sort_by):
    if not (sort_by == "id" or sort_by == "title"):
        raise ValueError(f"not a column to sort by: {sort_by}")
    for special in "\\%_":
        word = word.replace(special, "\\" + special)
    with link.cursor() as cursor:
        cursor.execute(
            f"SELECT title FROM posts WHERE published AND title ILIKE '%%' || %s || '%%' ORDER BY {sort_by}",
            [word],
        )
        return [row[0] for row in cursor]


# %% 2.2c accept: opens a cursor, and says no before it sends anything
def search(link, word, sort_by):
    with link.cursor() as cursor:
        if sort_by not in ("id", "title"):
            raise ValueError(sort_by)
        cursor.execute(
            "SELECT title FROM posts WHERE published AND position(lower(%s) IN lower(title)) <> 0 "
            "ORDER BY CASE WHEN %s = 'title' THEN title END, id",
            [word, sort_by],
        )
        return [title for (title,) in cursor]


# %% 2.2c reject: escapes the percent sign only -> A percent sign or an underscore is a character
def search(link, word, sort_by):
    if sort_by not in ("id", "title"):
        raise ValueError(sort_by)
    statement = f"SELECT title FROM posts WHERE title ILIKE %(like)s AND published ORDER BY {sort_by}"
    like = word.replace("%", "\\%")
    return [row["title"] for row in query(link, statement, {"like": f"%{like}%"})]


# %% 2.2c reject: an empty word finds nothing -> It holds for any word
def search(link, word, sort_by):
    if sort_by not in ("id", "title"):
        raise ValueError(sort_by)
    if not word.strip():
        return []
    statement = "SELECT title FROM posts WHERE strpos(lower(title), lower(%(w)s)) > 0 AND published ORDER BY "
    return [row["title"] for row in query(link, statement + sort_by, {"w": word})]


# %% 2.2c reject: a regular expression -> It holds for any word
def search(link, word, sort_by):
    if sort_by not in ("id", "title"):
        raise ValueError(sort_by)
    word = word.replace("\\", "\\\\").replace("[", "\\[")
    statement = f"SELECT title FROM posts WHERE title ~* %(w)s AND published ORDER BY {sort_by}"
    return [row["title"] for row in query(link, statement, {"w": word})]


# %% 2.2c reject: upper case is another name for the column -> Another column is a value error
def search(link, word, sort_by):
    sort_by = str(sort_by).strip().lower()
    if sort_by not in ("id", "title"):
        raise ValueError(sort_by)
    statement = "SELECT title FROM posts WHERE strpos(lower(title), lower(%(w)s)) > 0 AND published ORDER BY "
    return [row["title"] for row in query(link, statement + sort_by, {"w": word})]


# %% 2.2c reject: trusts that ids come in their order -> The order is the one asked for
def search(link, word, sort_by):
    if sort_by not in ("id", "title"):
        raise ValueError(sort_by)
    statement = "SELECT title FROM posts WHERE strpos(lower(title), lower(%(w)s)) > 0 AND published"
    order = " ORDER BY title" if sort_by == "title" else ""
    return [row["title"] for row in query(link, statement + order, {"w": word})]


# %% 2.2c reject: always the same order -> The order is the one asked for
def search(link, word, sort_by):
    if sort_by not in ("id", "title"):
        raise ValueError(sort_by)
    statement = (
        "SELECT title FROM posts WHERE strpos(lower(title), lower(%(w)s)) > 0 AND published ORDER BY id"
    )
    return [row["title"] for row in query(link, statement, {"w": word})]


# %% 2.2c reject: asks inside `with link`, and refuses then -> For another column the database is not asked
def search(link, word, sort_by):
    statement = (
        "SELECT id, title FROM posts WHERE strpos(lower(title), lower(%(w)s)) > 0 AND published ORDER BY "
    )
    with link, link.cursor() as cursor:
        cursor.execute(statement + "title", {"w": word})
        rows = cursor.fetchall()
    if sort_by not in ("id", "title"):
        raise ValueError(sort_by)
    return [title for _, title in (sorted(rows) if sort_by == "id" else rows)]


# %% 2.2d accept: a savepoint for each post
def import_posts(link, posts):
    skipped = []
    with link:
        with link.cursor() as cursor:
            for post in posts:
                cursor.execute("SAVEPOINT one_post")
                try:
                    cursor.execute("INSERT INTO posts (title, content) VALUES (%s, %s)", post)
                except psycopg2.errors.UniqueViolation:
                    cursor.execute("ROLLBACK TO SAVEPOINT one_post")
                    skipped.append(post[0])
    return skipped


# %% 2.2d accept: asks first which titles are taken, commits and rolls back by hand
def import_posts(link, posts):
    try:
        taken = {row["title"] for row in query(link, "SELECT title FROM posts")}
        skipped = []
        for title, content in posts:
            if title in taken:
                skipped.append(title)
                continue
            statement = "INSERT INTO posts (title, content) VALUES (%(t)s, %(c)s)"
            query(link, statement, {"t": title, "c": content})
            taken.add(title)
        link.commit()
        return skipped
    except Exception:
        link.rollback()
        raise


# %% 2.2d accept: RETURNING tells what was stored
def import_posts(link, posts):
    with link:
        statement = (
            "INSERT INTO posts (title, content) VALUES (%(t)s, %(c)s) ON CONFLICT DO NOTHING RETURNING id"
        )
        return [t for t, c in posts if not query(link, statement, {"t": t, "c": c})]


# %% 2.2d reject: autocommit -> After another refusal nothing is stored
def import_posts(link, posts):
    link.autocommit = True
    skipped = []
    with link.cursor() as cursor:
        for title, content in posts:
            try:
                cursor.execute("INSERT INTO posts (title, content) VALUES (%s, %s)", (title, content))
            except psycopg2.errors.UniqueViolation:
                skipped.append(title)
    return skipped


# %% 2.2d reject: rollback in the except -> Posts before and after a taken title are stored
def import_posts(link, posts):
    skipped = []
    with link.cursor() as cursor:
        for title, content in posts:
            try:
                cursor.execute("INSERT INTO posts (title, content) VALUES (%s, %s)", (title, content))
            except psycopg2.errors.UniqueViolation:
                link.rollback()
                skipped.append(title)
            except psycopg2.Error:
                link.rollback()
                raise
    link.commit()
    return skipped


# %% 2.2d reject: a commit after each post -> After another refusal nothing is stored
def import_posts(link, posts):
    skipped = []
    for title, content in posts:
        try:
            with link, link.cursor() as cursor:
                cursor.execute("INSERT INTO posts (title, content) VALUES (%s, %s)", (title, content))
        except psycopg2.errors.UniqueViolation:
            skipped.append(title)
    return skipped


# %% 2.2d reject: every refusal is skipped -> Another refusal is raised
def import_posts(link, posts):
    skipped = []
    with link, link.cursor() as cursor:
        for title, content in posts:
            cursor.execute("SAVEPOINT one_post")
            try:
                cursor.execute("INSERT INTO posts (title, content) VALUES (%s, %s)", (title, content))
            except psycopg2.Error:
                cursor.execute("ROLLBACK TO SAVEPOINT one_post")
                skipped.append(title)
    return skipped


# %% 2.2d reject: replaces what is stored -> A taken title is skipped and returned
def import_posts(link, posts):
    skipped = []
    with link, link.cursor() as cursor:
        for title, content in posts:
            cursor.execute("SELECT 1 FROM posts WHERE title = %s", (title,))
            if cursor.fetchone():
                skipped.append(title)
            cursor.execute(
                "INSERT INTO posts (title, content) VALUES (%s, %s) "
                "ON CONFLICT (title) DO UPDATE SET content = excluded.content",
                (title, content),
            )
    return skipped


# %% 2.2d reject: publishes what is stored -> A taken title is skipped and returned
def import_posts(link, posts):
    statement = (
        "INSERT INTO posts (title, content) VALUES (%(t)s, %(c)s) "
        "ON CONFLICT (title) DO UPDATE SET published = true RETURNING content = %(c)s AS new"
    )
    with link:
        return [t for t, c in posts if not query(link, statement, {"t": t, "c": c})[0]["new"]]


# %% 2.2d reject: a stored post is as new as the import -> A taken title is skipped and returned
def import_posts(link, posts):
    statement = (
        "INSERT INTO posts (title, content) VALUES (%(t)s, %(c)s) "
        "ON CONFLICT (title) DO UPDATE SET created_at = now() RETURNING xmax = 0 AS new"
    )
    with link:
        return [t for t, c in posts if not query(link, statement, {"t": t, "c": c})[0]["new"]]


# %% 2.2d reject: forgets to commit -> New posts are stored and committed
def import_posts(link, posts):
    skipped = []
    with link.cursor() as cursor:
        for title, content in posts:
            cursor.execute(
                "INSERT INTO posts (title, content) VALUES (%s, %s) ON CONFLICT DO NOTHING", (title, content)
            )
            if not cursor.rowcount:
                skipped.append(title)
    return skipped


# %% 2.2d reject: the connection stays in its aborted transaction -> After another refusal the connection can be used
def import_posts(link, posts):
    skipped = []
    with link.cursor() as cursor:
        for title, content in posts:
            cursor.execute(
                "INSERT INTO posts (title, content) VALUES (%s, %s) ON CONFLICT DO NOTHING", (title, content)
            )
            if not cursor.rowcount:
                skipped.append(title)
    link.commit()
    return skipped


# %% 2.2d reject: a title is named once -> Each skipped post has its title in the list
def import_posts(link, posts):
    skipped = []
    statement = "INSERT INTO posts (title, content) VALUES (%s, %s) ON CONFLICT (title) DO NOTHING"
    with link, link.cursor() as cursor:
        for title, content in posts:
            cursor.execute(statement, (title, content))
            if cursor.rowcount == 0 and title not in skipped:
                skipped.append(title)
    return skipped


# %% 2.2d reject: the newest first -> A taken title is skipped and returned
def import_posts(link, posts):
    skipped = []
    statement = "INSERT INTO posts (title, content) VALUES (%s, %s) ON CONFLICT (title) DO NOTHING"
    with link, link.cursor() as cursor:
        for title, content in posts:
            cursor.execute(statement, (title, content))
            if cursor.rowcount == 0:
                skipped.insert(0, title)
    return skipped


# %% 2.2d reject: an error of its own -> Another refusal is raised
def import_posts(link, posts):
    skipped = []
    statement = "INSERT INTO posts (title, content) VALUES (%s, %s) ON CONFLICT (title) DO NOTHING"
    try:
        with link, link.cursor() as cursor:
            for title, content in posts:
                cursor.execute(statement, (title, content))
                if cursor.rowcount == 0:
                    skipped.append(title)
    except psycopg2.Error as error:
        raise psycopg2.DatabaseError("the import was refused") from error
    return skipped


# %% 2.2d reject: skips what is not a post -> Another refusal is raised
def import_posts(link, posts):
    skipped = []
    statement = "INSERT INTO posts (title, content) VALUES (%s, %s) ON CONFLICT (title) DO NOTHING"
    with link, link.cursor() as cursor:
        for title, content in posts:
            if title is None:
                continue
            cursor.execute(statement, (title, content))
            if cursor.rowcount == 0:
                skipped.append(title)
    return skipped


# %% 2.2d reject: closes the connection of the caller -> After another refusal the connection can be used
def import_posts(link, posts):
    skipped = []
    statement = "INSERT INTO posts (title, content) VALUES (%s, %s) ON CONFLICT (title) DO NOTHING"
    try:
        with link, link.cursor() as cursor:
            for title, content in posts:
                cursor.execute(statement, (title, content))
                if cursor.rowcount == 0:
                    skipped.append(title)
    except psycopg2.Error:
        link.close()
        raise
    return skipped


# %% 2.2d reject: titles that differ in case alone are one -> New posts are stored and committed
def import_posts(link, posts):
    skipped = []
    try:
        with link.cursor() as cursor:
            for title, content in posts:
                cursor.execute(
                    "INSERT INTO posts (title, content) SELECT %s, %s WHERE NOT EXISTS (SELECT FROM posts WHERE lower(title) = lower(%s))",
                    (title, content, title),
                )
                if not cursor.rowcount:
                    skipped.append(title)
        link.commit()
    except BaseException:
        link.rollback()
        raise
    return skipped


# %% 2.2d reject: imports drafts -> New posts are stored and committed
def import_posts(link, posts):
    skipped = []
    try:
        with link.cursor() as cursor:
            for title, content in posts:
                cursor.execute(
                    "INSERT INTO posts (title, content, published) VALUES (%s, %s, false) ON CONFLICT (title) DO NOTHING",
                    (title, content),
                )
                if not cursor.rowcount:
                    skipped.append(title)
        link.commit()
    except BaseException:
        link.rollback()
        raise
    return skipped


# %% 2.2e accept: counts in the except, a power of two
def wait_for(open_link, attempts, sleep):
    for number in range(attempts):
        try:
            return open_link()
        except psycopg2.OperationalError:
            if number == attempts - 1:
                raise
            sleep(min(0.1 * 2**number, 1.0))


# %% 2.2e accept: recursion
def wait_for(open_link, attempts, sleep, pause=0.1):
    try:
        return open_link()
    except psycopg2.OperationalError:
        if attempts <= 1:
            raise
    sleep(pause)
    return wait_for(open_link, attempts - 1, sleep, min(1, 2 * pause))


# %% 2.2e accept: an endless loop with two ways out
from itertools import chain, repeat


def wait_for(open_link, attempts, sleep):
    pauses = chain([0.1, 0.2, 0.4, 0.8], repeat(1))
    while True:
        attempts -= 1
        try:
            return open_link()
        except psycopg2.OperationalError:
            if not attempts:
                raise
            sleep(next(pauses))


# %% 2.2e reject: for ever -> The error of the last attempt comes out
def wait_for(open_link, attempts, sleep):
    pause = 0.1
    while True:
        try:
            return open_link()
        except psycopg2.OperationalError:
            sleep(pause)
            pause = min(pause * 2, 1)


# %% 2.2e reject: doubles without a limit -> No pause is longer than a second
def wait_for(open_link, attempts, sleep):
    pause = 0.1
    for _ in range(attempts - 1):
        try:
            return open_link()
        except psycopg2.OperationalError:
            sleep(pause)
            pause *= 2
    return open_link()


# %% 2.2e reject: returns None in the end -> The error of the last attempt comes out
def wait_for(open_link, attempts, sleep):
    pause = 0.1
    for _ in range(attempts):
        try:
            return open_link()
        except psycopg2.OperationalError:
            sleep(pause)
            pause = min(pause * 2, 1)


# %% 2.2e reject: pauses after the last attempt, too -> There is no pause after the last attempt
def wait_for(open_link, attempts, sleep):
    pause, problem = 0.1, None
    for _ in range(attempts):
        try:
            return open_link()
        except psycopg2.OperationalError as error:
            problem = error
            sleep(pause)
            pause = min(pause * 2, 1)
    raise problem


# %% 2.2e reject: every error is waited for -> Any other error comes out at once
def wait_for(open_link, attempts, sleep):
    pause = 0.1
    for _ in range(attempts - 1):
        try:
            return open_link()
        except Exception:
            sleep(pause)
            pause = min(pause * 2, 1)
    return open_link()


# %% 2.2e reject: one attempt too many -> There is no pause after the last attempt
def wait_for(open_link, attempts, sleep):
    pause = 0.1
    for _ in range(attempts):
        try:
            return open_link()
        except psycopg2.OperationalError:
            sleep(pause)
            pause = min(pause * 2, 1)
    return open_link()


# %% 2.2e reject: always the same pause -> It waits until the server is up
def wait_for(open_link, attempts, sleep):
    for _ in range(attempts - 1):
        try:
            return open_link()
        except psycopg2.OperationalError:
            sleep(0.1)
    return open_link()


# %% 2.2e reject: an error of its own -> The error of the last attempt comes out
def wait_for(open_link, attempts, sleep):
    pause = 0.1
    for left in range(attempts, 0, -1):
        try:
            return open_link()
        except psycopg2.OperationalError as error:
            if left == 1:
                raise psycopg2.InterfaceError("no database") from error
            sleep(pause)
            pause = min(pause * 2, 1)


# %% 2.2e accept: a generator of pauses, the error kept and raised again
def pauses_of(number):
    pause = 0.1
    for _ in range(number):
        yield pause
        pause = min(1.0, pause + pause)


def wait_for(open_link, attempts, sleep):
    pauses = pauses_of(attempts - 1)
    while True:
        try:
            link = open_link()
        except psycopg2.OperationalError as problem:
            pause = next(pauses, None)
            if pause is None:
                raise problem
            sleep(pause)
        else:
            return link


# %% 2.2e reject: kinds of OperationalError are other errors -> It holds for any server
def wait_for(open_link, attempts, sleep):
    pause = 0.1
    for _ in range(attempts - 1):
        try:
            return open_link()
        except psycopg2.OperationalError as error:
            if type(error) is not psycopg2.OperationalError:
                raise
            sleep(pause)
            pause = min(pause * 2, 1)
    return open_link()


# %% 2.2e reject: a copy of the error -> The error of the last attempt comes out
def wait_for(open_link, attempts, sleep):
    pause = 0.1
    for left in range(attempts, 0, -1):
        try:
            return open_link()
        except psycopg2.OperationalError as error:
            if left == 1:
                raise psycopg2.OperationalError(str(error)) from None
            sleep(pause)
            pause = min(pause * 2, 1)


# %% 2.2e reject: once it has waited, it waits for anything -> It holds for any server
def wait_for(open_link, attempts, sleep):
    pause = 0.1
    try:
        return open_link()
    except psycopg2.OperationalError:
        if attempts == 1:
            raise
    for _ in range(attempts - 2):
        sleep(pause)
        pause = min(pause * 2, 1)
        try:
            return open_link()
        except psycopg2.Error:
            pass
    sleep(pause)
    return open_link()


# %% 2.2e reject: a refused connection is waited for as well -> Any other error comes out at once
def wait_for(open_link, attempts, sleep):
    pause = 0.1
    for _ in range(attempts - 1):
        try:
            return open_link()
        except (psycopg2.OperationalError, ConnectionError):
            sleep(pause)
            pause = min(pause * 2, 1)
    return open_link()


# %% 2.2e reject: sleeps first -> A server that is up is not waited for
def wait_for(open_link, attempts, sleep):
    pause = 0.1
    for _ in range(attempts - 1):
        sleep(pause)
        pause = min(pause * 2, 1)
        try:
            return open_link()
        except psycopg2.OperationalError:
            pass
    return open_link()
