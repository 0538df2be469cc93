"""Right and wrong answers to the exercises of lesson 3.1; see docs/authors.md for the form."""

# %% 3.1a accept: quotes the parts by hand
from urllib.parse import quote


def database_address(user, password, host, database):
    secret = quote(password, safe="")
    return f"postgresql+psycopg2://{quote(user, safe='')}:{secret}@{host}:5432/{quote(database, safe='')}"


# %% 3.1a accept: sets parts on an address
from sqlalchemy import make_url


def database_address(user, password, host, database):
    empty = make_url("postgresql+psycopg2://")
    full = empty.set(username=user, password=password, host=host, port=5432, database=database)
    return full.render_as_string(False)


# %% 3.1a accept: writes percent signs itself
def database_address(user, password, host, database):
    def safe(part):
        return "".join(
            c if c.isalnum() and c.isascii() else "".join(f"%{b:02X}" for b in c.encode()) for c in part
        )

    return f"postgresql+psycopg2://{safe(user)}:{safe(password)}@{host}:5432/{safe(database)}"


# %% 3.1a reject: an f-string -> The example comes out as it is written
def database_address(user, password, host, database):
    return f"postgresql+psycopg2://{user}:{password}@{host}:5432/{database}"


# %% 3.1a reject: escapes the one sign it has met -> Signs with a meaning survive in a password
def database_address(user, password, host, database):
    password = password.replace("@", "%40")
    return f"postgresql+psycopg2://{user.replace('@', '%40')}:{password}@{host}:5432/{database}"


# %% 3.1a reject: str() hides the password -> The example comes out as it is written
from sqlalchemy import URL


def database_address(user, password, host, database):
    return str(URL.create("postgresql+psycopg2", user, password, host, 5432, database))


# %% 3.1a reject: the bare scheme -> The driver is named
from sqlalchemy import URL


def database_address(user, password, host, database):
    url = URL.create("postgresql", user, password, host, 5432, database)
    return url.render_as_string(hide_password=False)


# %% 3.1a reject: quote_plus, which is for forms -> A space and a plus survive in a password
from urllib.parse import quote_plus


def database_address(user, password, host, database):
    return f"postgresql+psycopg2://{quote_plus(user)}:{quote_plus(password)}@{host}:5432/{database}"


# %% 3.1a reject: forgets the user's signs -> A user name may hold any sign
from urllib.parse import quote


def database_address(user, password, host, database):
    return f"postgresql+psycopg2://{user}:{quote(password, safe='')}@{host}:5432/{database}"


# %% 3.1a reject: forgets the port -> Every part stands in its place
from sqlalchemy import URL


def database_address(user, password, host, database):
    url = URL.create("postgresql+psycopg2", user, password, host, database=database)
    return url.render_as_string(hide_password=False)


# %% 3.1a reject: escapes twice -> The example comes out as it is written
from urllib.parse import quote
from sqlalchemy import URL


def database_address(user, password, host, database):
    return URL.create(
        "postgresql+psycopg2", quote(user), quote(password), host, 5432, database
    ).render_as_string(hide_password=False)


# %% 3.1a reject: code points for bytes -> Signs with a meaning survive in a password
def database_address(user, password, host, database):
    def safe(part):
        return "".join(c if c.isalnum() and c.isascii() else f"%{ord(c):02X}" for c in part)

    return f"postgresql+psycopg2://{safe(user)}:{safe(password)}@{host}:5432/{safe(database)}"


# %% 3.1a reject: forgets the database's signs -> A database name may hold any sign
from urllib.parse import quote


def database_address(user, password, host, database):
    return f"postgresql+psycopg2://{quote(user, safe='')}:{quote(password, safe='')}@{host}:5432/{database}"


# %% 3.1a reject: the user in small letters -> Every part stands in its place
def database_address(user, password, host, database):
    from sqlalchemy import URL

    return URL.create("postgresql+psycopg2", user.lower(), password, host, 5432, database).render_as_string(
        hide_password=False
    )


# %% 3.1b accept: Core for the rows, filter_by for the objects
def rows_with(session, content):
    posts = Post.__table__
    wanted = select(posts.c.id, posts.c.title).where(posts.c.content == content, posts.c.published)
    return session.connection().execute(wanted.order_by(posts.c.id)).all()


def posts_with(session, content):
    wanted = select(Post).filter_by(content=content, published=True).order_by("id")
    return session.execute(wanted).scalars().all()


# %% 3.1b accept: bindparams, and objects from a text
def rows_with(session, content):
    sql = text("SELECT id, title FROM posts WHERE content = :c AND published IS TRUE ORDER BY 1")
    return list(map(tuple, session.execute(sql.bindparams(c=content))))


def posts_with(session, content):
    sql = text("SELECT * FROM posts WHERE content = :c AND published ORDER BY id")
    return [*session.scalars(select(Post).from_statement(sql), {"c": content})]


# %% 3.1b accept: session.query
def rows_with(session, content):
    found = session.query(Post.id, Post.title).filter_by(content=content).filter(Post.published.is_(True))
    return found.order_by(Post.id.asc()).all()


def posts_with(session, content):
    return session.query(Post).filter(Post.content == content, Post.published).order_by(Post.id).all()


# %% 3.1b accept: the driver's own form, and an alias
from sqlalchemy.orm import aliased


def rows_with(session, content):
    sql = "SELECT id, title FROM posts WHERE published AND content = %(c)s ORDER BY id"
    return [(a, b) for a, b in session.connection().exec_driver_sql(sql, {"c": content})]


def posts_with(session, content):
    P = aliased(Post)
    result = session.scalars(
        select(P).where(P.published.is_(True)).where(P.content == content).order_by(P.id)
    )
    found = []
    while (post := result.fetchone() if hasattr(result, "fetchone") else next(result, None)) is not None:
        found.append(post)
    return found


# %% 3.1b reject: an f-string -> A text may hold any sign
def rows_with(session, content):
    sql = f"SELECT id, title FROM posts WHERE published AND content = '{content}' ORDER BY id"
    return [tuple(row) for row in session.execute(text(sql))]


def posts_with(session, content):
    return session.scalars(
        select(Post).where(Post.published, Post.content == content).order_by(Post.id)
    ).all()


# %% 3.1b reject: forgets the drafts -> The rows are pairs
def rows_with(session, content):
    wanted = select(Post.id, Post.title).where(Post.content == content)
    return session.execute(wanted.order_by(Post.id)).all()


def posts_with(session, content):
    return session.scalars(select(Post).where(Post.content == content).order_by(Post.id)).all()


# %% 3.1b reject: no order -> The lowest id comes first
def rows_with(session, content):
    return session.execute(select(Post.id, Post.title).where(Post.published, Post.content == content)).all()


def posts_with(session, content):
    return session.scalars(select(Post).where(Post.published, Post.content == content)).all()


# %% 3.1b reject: rows of objects -> The objects are posts
def rows_with(session, content):
    wanted = select(Post.id, Post.title).where(Post.published, Post.content == content)
    return session.execute(wanted.order_by(Post.id)).all()


def posts_with(session, content):
    return session.execute(
        select(Post).where(Post.published, Post.content == content).order_by(Post.id)
    ).all()


# %% 3.1b reject: objects made by hand -> A change of an object is saved by commit
def rows_with(session, content):
    wanted = select(Post.id, Post.title).where(Post.published, Post.content == content)
    return session.execute(wanted.order_by(Post.id)).all()


def posts_with(session, content):
    return [
        Post(id=number, title=title, content=content, published=True)
        for number, title in rows_with(session, content)
    ]


# %% 3.1b reject: the ids first, then one by one -> One statement each and no more rows than are wanted
def rows_with(session, content):
    wanted = select(Post.id, Post.title).where(Post.published, Post.content == content)
    return session.execute(wanted.order_by(Post.id)).all()


def posts_with(session, content):
    return [session.get(Post, number) for number, _ in rows_with(session, content)]


# %% 3.1b reject: loads the whole table and picks in Python -> One statement each and no more rows than are wanted
def posts_with(session, content):
    posts = session.scalars(select(Post).order_by(Post.id))
    return [post for post in posts if post.published and post.content == content]


def rows_with(session, content):
    return [(post.id, post.title) for post in posts_with(session, content)]


# %% 3.1b reject: closes what is not its own -> A change of an object is saved by commit
def rows_with(session, content):
    wanted = select(Post.id, Post.title).where(Post.published, Post.content == content)
    with session:
        return session.execute(wanted.order_by(Post.id)).all()


def posts_with(session, content):
    with session:
        return session.scalars(
            select(Post).where(Post.published, Post.content == content).order_by(Post.id)
        ).all()


# %% 3.1b reject: sorted by title -> The lowest id comes first
def rows_with(session, content):
    return session.execute(
        select(Post.id, Post.title).where(Post.published, Post.content == content).order_by(Post.title)
    ).all()


def posts_with(session, content):
    return session.scalars(
        select(Post).where(Post.published, Post.content == content).order_by(Post.title)
    ).all()


# %% 3.1b reject: spaces at the end do not count -> The rows are pairs
from sqlalchemy import func


def rows_with(session, content):
    wanted = select(Post.id, Post.title).where(Post.published, func.trim(Post.content) == content.strip())
    return session.execute(wanted.order_by(Post.id)).all()


def posts_with(session, content):
    wanted = select(Post).where(Post.published, func.trim(Post.content) == content.strip())
    return session.scalars(wanted.order_by(Post.id)).all()


# %% 3.1b reject: begins anew, and what the caller began is lost -> What the caller began the caller ends
def rows_with(session, content):
    session.rollback()
    wanted = select(Post.id, Post.title).where(Post.published, Post.content == content)
    return session.execute(wanted.order_by(Post.id)).all()


def posts_with(session, content):
    session.rollback()
    return session.scalars(
        select(Post).where(Post.published, Post.content == content).order_by(Post.id)
    ).all()


# %% 3.1b reject: commits first -> What the caller began the caller ends
def rows_with(session, content):
    session.commit()
    wanted = select(Post.id, Post.title).where(Post.published, Post.content == content)
    return session.execute(wanted.order_by(Post.id)).all()


def posts_with(session, content):
    session.commit()
    return session.scalars(
        select(Post).where(Post.published, Post.content == content).order_by(Post.id)
    ).all()


# %% 3.1b reject: a hundred at most -> Many posts are found in the order of their ids
def rows_with(session, content):
    wanted = select(Post.id, Post.title).where(Post.published, Post.content == content)
    return session.execute(wanted.order_by(Post.id).limit(100)).all()


def posts_with(session, content):
    wanted = select(Post).where(Post.published, Post.content == content)
    return session.scalars(wanted.order_by(Post.id).limit(100)).all()


# %% 3.1b reject: LIKE, for which % and _ are patterns -> A text may hold any sign
def rows_with(session, content):
    return session.execute(
        select(Post.id, Post.title).where(Post.published, Post.content.like(content)).order_by(Post.id)
    ).all()


def posts_with(session, content):
    return session.scalars(
        select(Post).where(Post.published, Post.content.like(content)).order_by(Post.id)
    ).all()


# %% 3.1b reject: capitals do not count -> The rows are pairs
from sqlalchemy import func


def rows_with(session, content):
    return session.execute(
        select(Post.id, Post.title)
        .where(Post.published, func.lower(Post.content) == content.lower())
        .order_by(Post.id)
    ).all()


def posts_with(session, content):
    return session.scalars(
        select(Post).where(Post.published, func.lower(Post.content) == content.lower()).order_by(Post.id)
    ).all()


# %% 3.1b reject: results, which can be read once -> The rows are pairs
def rows_with(session, content):
    return session.execute(
        select(Post.id, Post.title).where(Post.published, Post.content == content).order_by(Post.id)
    )


def posts_with(session, content):
    return session.scalars(select(Post).where(Post.published, Post.content == content).order_by(Post.id))


# %% 3.1b reject: takes the first of each row -> The rows are pairs
def rows_with(session, content):
    return session.scalars(
        select(Post.id, Post.title).where(Post.published, Post.content == content).order_by(Post.id)
    ).all()


def posts_with(session, content):
    return session.scalars(
        select(Post).where(Post.published, Post.content == content).order_by(Post.id)
    ).all()


# %% 3.1b reject: ends the caller's transaction -> One statement each and no more rows than are wanted
def rows_with(session, content):
    found = session.execute(
        select(Post.id, Post.title).where(Post.published, Post.content == content).order_by(Post.id)
    ).all()
    session.commit()
    return found


def posts_with(session, content):
    found = session.scalars(
        select(Post).where(Post.published, Post.content == content).order_by(Post.id)
    ).all()
    session.commit()
    return found


# %% 3.1b reject: strips the content -> A text may hold any sign
def rows_with(session, content):
    return session.execute(
        select(Post.id, Post.title).where(Post.content == content.strip(), Post.published).order_by(Post.id)
    ).all()


def posts_with(session, content):
    return session.scalars(
        select(Post).where(Post.content == content.strip(), Post.published).order_by(Post.id)
    ).all()


# %% 3.1c accept: try and finally
def title_of(factory, post_id):
    session = factory()
    try:
        title = session.scalar(TITLE, {"id": post_id})
        if title is None:
            raise LookupError(post_id)
        return title
    finally:
        session.close()


def rename(factory, post_id, title):
    session = factory()
    try:
        if session.execute(RENAME, {"id": post_id, "title": title}).first() is None:
            raise LookupError(post_id)
        session.commit()
    except Exception:
        session.rollback()
        raise
    finally:
        session.close()


# %% 3.1c accept: a context manager for both, and begin()
from contextlib import contextmanager


@contextmanager
def opened(factory):
    with factory() as session, session.begin():
        yield session


def title_of(factory, post_id):
    with opened(factory) as session:
        return session.execute(TITLE, {"id": post_id}).scalars().one_or_none() or missing(post_id)


def rename(factory, post_id, title):
    with opened(factory) as session:
        session.scalar(RENAME, {"id": post_id, "title": title}) or missing(post_id)


def missing(post_id):
    raise LookupError(post_id)


# %% 3.1c accept: closing, and a stack of callbacks
from contextlib import closing, ExitStack


def title_of(factory, post_id):
    with closing(factory()) as session:
        if (row := session.execute(TITLE, {"id": post_id}).one_or_none()) is None:
            raise LookupError
        return row.title


def rename(factory, post_id, title):
    with ExitStack() as stack:
        session = factory()
        stack.callback(session.close)
        if not session.execute(RENAME, {"id": post_id, "title": title}).all():
            raise LookupError
        session.commit()


# %% 3.1c accept: rollback gives back, too; sessionmaker.begin
def title_of(factory, post_id):
    session = factory()
    try:
        found = session.scalars(TITLE, {"id": post_id}).all()
    finally:
        session.rollback()
    if not found:
        raise LookupError
    return found[0]


def rename(factory, post_id, title):
    with factory.begin() as session:
        if session.scalar(RENAME, {"id": post_id, "title": title}) is None:
            raise LookupError


# %% 3.1c reject: the code as it was given -> A post that does not exist gives its connection back
def title_of(factory, post_id):
    session = factory()
    title = session.scalar(TITLE, {"id": post_id})
    if title is None:
        raise LookupError(f"There is no post {post_id}")
    session.close()
    return title


def rename(factory, post_id, title):
    session = factory()
    found = session.scalar(RENAME, {"id": post_id, "title": title})
    if found is None:
        raise LookupError(f"There is no post {post_id}")
    session.commit()


# %% 3.1c reject: closes where the code was already right -> Renaming a post that does not exist gives its connection back
def title_of(factory, post_id):
    with factory() as session:
        title = session.scalar(TITLE, {"id": post_id})
    if title is None:
        raise LookupError(post_id)
    return title


def rename(factory, post_id, title):
    session = factory()
    found = session.scalar(RENAME, {"id": post_id, "title": title})
    if found is None:
        raise LookupError(post_id)
    session.commit()
    session.close()


# %% 3.1c reject: thinks of its own exception alone -> A title that is refused gives its connection back
def title_of(factory, post_id):
    session = factory()
    title = session.scalar(TITLE, {"id": post_id})
    session.close()
    if title is None:
        raise LookupError(post_id)
    return title


def rename(factory, post_id, title):
    session = factory()
    found = session.scalar(RENAME, {"id": post_id, "title": title})
    if found is None:
        session.close()
        raise LookupError(post_id)
    session.commit()
    session.close()


# %% 3.1c reject: closes everywhere, and no longer commits -> A new title is stored
def title_of(factory, post_id):
    with factory() as session:
        title = session.scalar(TITLE, {"id": post_id})
    if title is None:
        raise LookupError(post_id)
    return title


def rename(factory, post_id, title):
    with factory() as session:
        if session.scalar(RENAME, {"id": post_id, "title": title}) is None:
            raise LookupError(post_id)


# %% 3.1c reject: swallows the refusal -> A title that is refused gives its connection back
def title_of(factory, post_id):
    with factory() as session:
        title = session.scalar(TITLE, {"id": post_id})
    if title is None:
        raise LookupError(post_id)
    return title


def rename(factory, post_id, title):
    with factory() as session:
        try:
            if session.scalar(RENAME, {"id": post_id, "title": title}) is None:
                raise LookupError(post_id)
            session.commit()
        except SQLAlchemyError:
            session.rollback()


# %% 3.1c reject: drops the last reference and trusts in that -> A post that does not exist gives its connection back
def title_of(factory, post_id):
    session = factory()
    title = session.scalar(TITLE, {"id": post_id})
    del session
    if title is None:
        raise LookupError(post_id)
    return title


def rename(factory, post_id, title):
    with factory() as session:
        if session.scalar(RENAME, {"id": post_id, "title": title}) is None:
            raise LookupError(post_id)
        session.commit()


# %% 3.1c reject: None instead of LookupError -> A post that does not exist gives its connection back
def title_of(factory, post_id):
    with factory() as session:
        return session.scalar(TITLE, {"id": post_id})


def rename(factory, post_id, title):
    with factory() as session:
        session.execute(RENAME, {"id": post_id, "title": title})
        session.commit()


# %% 3.1c reject: a context manager without finally -> A post that does not exist gives its connection back
from contextlib import contextmanager


@contextmanager
def opened(factory):
    session = factory()
    yield session
    session.close()


def title_of(factory, post_id):
    with opened(factory) as session:
        if (title := session.scalar(TITLE, {"id": post_id})) is None:
            raise LookupError
        return title


def rename(factory, post_id, title):
    with opened(factory) as session:
        if session.scalar(RENAME, {"id": post_id, "title": title}) is None:
            raise LookupError
        session.commit()


# %% 3.1c reject: reading cannot fail, it thinks -> A statement that fails gives its connection back
def title_of(factory, post_id):
    session = factory()
    title = session.scalar(TITLE, {"id": post_id})
    session.close()
    if title is None:
        raise LookupError(post_id)
    return title


def rename(factory, post_id, title):
    with factory() as session:
        if session.scalar(RENAME, {"id": post_id, "title": title}) is None:
            raise LookupError
        session.commit()


# %% 3.1c reject: closes for two errors by name -> A statement that fails gives its connection back
from sqlalchemy.exc import IntegrityError


def title_of(factory, post_id):
    with factory() as session:
        if (title := session.scalar(TITLE, {"id": post_id})) is None:
            raise LookupError
        return title


def rename(factory, post_id, title):
    session = factory()
    try:
        if session.scalar(RENAME, {"id": post_id, "title": title}) is None:
            raise LookupError
        session.commit()
    except (LookupError, IntegrityError):
        session.close()
        raise


# %% 3.1c reject: closed after an Exception only -> A program that is stopped gives its connection back
def title_of(factory, post_id):
    session = factory()
    try:
        title = session.scalar(TITLE, {"id": post_id})
        if title is None:
            raise LookupError(f"There is no post {post_id}")
    except Exception:
        session.close()
        raise
    session.close()
    return title


def rename(factory, post_id, title):
    session = factory()
    try:
        found = session.scalar(RENAME, {"id": post_id, "title": title})
        if found is None:
            raise LookupError(f"There is no post {post_id}")
        session.commit()
    except Exception:
        session.close()
        raise
    session.close()


# %% 3.1c reject: a commit that fails is forgotten -> A commit that fails gives its connection back
def title_of(factory, post_id):
    with factory() as session:
        title = session.scalar(TITLE, {"id": post_id})
        if title is None:
            raise LookupError(f"There is no post {post_id}")
        return title


def rename(factory, post_id, title):
    session = factory()
    try:
        found = session.scalar(RENAME, {"id": post_id, "title": title})
        if found is None:
            raise LookupError(f"There is no post {post_id}")
    except BaseException:
        session.close()
        raise
    session.commit()
    session.close()


# %% 3.1c reject: two connections for one call -> What works gives its connection back
def title_of(factory, post_id):
    with factory() as session:
        title = session.scalar(TITLE, {"id": post_id})
        if title is None:
            raise LookupError(f"There is no post {post_id}")
        return title


def rename(factory, post_id, title):
    with factory() as session:
        session.execute(text("SELECT 1"))
        title_of(factory, post_id)
        session.scalar(RENAME, {"id": post_id, "title": title})
        session.commit()


# %% 3.1c reject: strips the title -> A new title is stored
def title_of(factory, post_id):
    with factory() as session:
        title = session.scalar(TITLE, {"id": post_id})
        if title is None:
            raise LookupError(f"There is no post {post_id}")
        return title


def rename(factory, post_id, title):
    with factory() as session:
        found = session.scalar(RENAME, {"id": post_id, "title": title.strip()})
        if found is None:
            raise LookupError(f"There is no post {post_id}")
        session.commit()


# %% 3.1c reject: throws its connection away -> What works gives its connection back
def title_of(factory, post_id):
    session = factory()
    try:
        title = session.scalar(TITLE, {"id": post_id})
        if title is None:
            raise LookupError(f"There is no post {post_id}")
        return title
    finally:
        session.invalidate()


def rename(factory, post_id, title):
    session = factory()
    try:
        found = session.scalar(RENAME, {"id": post_id, "title": title})
        if found is None:
            raise LookupError(f"There is no post {post_id}")
        session.commit()
    finally:
        session.invalidate()


# %% 3.1d accept: the pool's class by name, last in first out
from sqlalchemy.pool import QueuePool


def make_engine(url, most, wait):
    address = url.replace("postgresql://", "postgresql+psycopg2://", 1)
    settings = {"pool_size": most, "max_overflow": 0, "pool_timeout": wait, "pool_use_lifo": True}
    return create_engine(address, poolclass=QueuePool, pool_pre_ping=True, **settings)


# %% 3.1d accept: asks by an event of its own
from sqlalchemy import event
from sqlalchemy.exc import DisconnectionError


def make_engine(url, most, wait):
    engine = create_engine(
        make_url(url).set(drivername="postgresql+psycopg2"), pool_size=most, max_overflow=0, pool_timeout=wait
    )

    @event.listens_for(engine, "checkout")
    def ask(link, record, proxy):
        try:
            with link.cursor() as cursor:
                cursor.execute("SELECT 1")
            link.rollback()
        except Exception as error:
            raise DisconnectionError from error

    return engine


# %% 3.1d accept: connects by a function of its own
import psycopg2
from sqlalchemy.pool import QueuePool


def make_engine(url, most, wait):
    plain = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    return create_engine(
        "postgresql+psycopg2://",
        creator=lambda: psycopg2.connect(plain),
        poolclass=QueuePool,
        pool_size=most,
        max_overflow=0,
        pool_timeout=wait,
        pool_pre_ping=True,
    )


# %% 3.1d reject: the size alone, overflow comes on top -> One more waits and hears timeout error
def make_engine(url, most, wait):
    address = make_url(url).set(drivername="postgresql+psycopg2")
    return create_engine(address, pool_size=most, pool_timeout=wait, pool_pre_ping=True)


# %% 3.1d reject: keeps one, the rest is overflow -> What was opened is kept
def make_engine(url, most, wait):
    address = make_url(url).set(drivername="postgresql+psycopg2")
    return create_engine(address, pool_size=1, max_overflow=most - 1, pool_timeout=wait, pool_pre_ping=True)


# %% 3.1d reject: asks nobody -> Nobody notices a connection that was cut
def make_engine(url, most, wait):
    address = make_url(url).set(drivername="postgresql+psycopg2")
    return create_engine(address, pool_size=most, max_overflow=0, pool_timeout=wait)


# %% 3.1d reject: the default timeout -> One more waits and hears timeout error
def make_engine(url, most, wait):
    address = make_url(url).set(drivername="postgresql+psycopg2")
    return create_engine(address, pool_size=most, max_overflow=0, pool_pre_ping=True)


# %% 3.1d reject: keeps the database of the address, and drops its query -> What else the address says stays
from sqlalchemy import URL


def make_engine(url, most, wait):
    old = make_url(url)
    address = URL.create("postgresql+psycopg2", old.username, old.password, old.host, old.port, old.database)
    address = address.set(query={key: value for key, value in old.query.items() if key == "host"})
    return create_engine(address, pool_size=most, max_overflow=0, pool_timeout=wait, pool_pre_ping=True)


# %% 3.1d reject: a waiting time of its own -> One more waits and hears timeout error
def make_engine(url, most, wait):
    address = make_url(url).set(drivername="postgresql+psycopg2")
    return create_engine(address, pool_size=most, max_overflow=0, pool_timeout=0.5, pool_pre_ping=True)


# %% 3.1d reject: the address as it is -> It uses psycopg2 whatever the address says
def make_engine(url, most, wait):
    return create_engine(url, pool_size=most, max_overflow=0, pool_timeout=wait, pool_pre_ping=True)


# %% 3.1d reject: replaces every connection at once -> What was opened is kept
def make_engine(url, most, wait):
    address = make_url(url).set(drivername="postgresql+psycopg2")
    return create_engine(address, pool_size=most, max_overflow=0, pool_timeout=wait, pool_recycle=0)


# %% 3.1d reject: tries the connection at once -> It opens nothing when it is made
def make_engine(url, most, wait):
    address = make_url(url).set(drivername="postgresql+psycopg2")
    engine = create_engine(address, pool_size=most, max_overflow=0, pool_timeout=wait, pool_pre_ping=True)
    with engine.connect() as connection:
        connection.execute(text("SELECT 1"))
    return engine


# %% 3.1d reject: recycles after a minute -> What was opened is kept
def make_engine(url, most, wait):
    return create_engine(
        make_url(url).set(drivername="postgresql+psycopg2"),
        pool_size=most,
        max_overflow=0,
        pool_timeout=wait,
        pool_pre_ping=True,
        pool_recycle=60,
    )


# %% 3.1d reject: recycles instead of asking -> Nobody notices a connection that was cut
def make_engine(url, most, wait):
    return create_engine(
        make_url(url).set(drivername="postgresql+psycopg2"),
        pool_size=most,
        max_overflow=0,
        pool_timeout=wait,
        pool_recycle=300,
    )


# %% 3.1e accept: async, the status set on the response, two errors by name
from fastapi import Response
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as EmptyPool


def add_health(api, factory):
    @api.get("/health")
    async def health(response: Response) -> dict[str, str]:
        session = factory()
        try:
            session.scalar(text("SELECT 1"))
        except (OperationalError, EmptyPool):
            response.status_code = 503
            return {"database": "down"}
        finally:
            session.close()
        return {"database": "up"}


# %% 3.1e accept: the engine behind the factory
def add_health(api, factory):
    def health():
        status, word = 200, "up"
        try:
            with factory.kw["bind"].begin() as connection:
                connection.exec_driver_sql("SELECT 1")
        except Exception:
            status, word = 503, "down"
        return JSONResponse(content={"database": word}, status_code=status)

    api.add_api_route("/health", health, methods=["GET"])


# %% 3.1e accept: a dependency, and a router
from fastapi import APIRouter, Depends, Response, status


def add_health(api, factory):
    router = APIRouter()

    def answers():
        try:
            with factory() as session:
                return session.scalar(select(1)) == 1
        except SQLAlchemyError:
            return False

    @router.get("/health")
    def health(response: Response, up: bool = Depends(answers)):
        if not up:
            response.status_code = status.HTTP_503_SERVICE_UNAVAILABLE
        return {"database": "up" if up else "down"}

    api.include_router(router)


# %% 3.1e accept: a bare Starlette route
from fastapi.responses import Response


def add_health(api, factory):
    async def health(request):
        up = True
        try:
            with factory.begin() as session:
                session.connection().exec_driver_sql("SELECT now()").one()
        except Exception:
            up = False
        return JSONResponse({"database": ["down", "up"][up]}, [503, 200][up])

    api.router.add_route("/health", health, methods=["GET"])


# %% 3.1e reject: a session that asks nothing -> No server is down
def add_health(api, factory):
    @api.get("/health")
    def health():
        try:
            with factory():
                return {"database": "up"}
        except SQLAlchemyError:
            return JSONResponse({"database": "down"}, 503)


# %% 3.1e reject: no server is the only error it knows -> An empty pool is down
from sqlalchemy.exc import OperationalError


def add_health(api, factory):
    @api.get("/health")
    def health():
        try:
            with factory() as session:
                session.execute(text("SELECT 1"))
        except OperationalError:
            return JSONResponse({"database": "down"}, 503)
        return {"database": "up"}


# %% 3.1e reject: does not close -> Afterwards nothing is lent
def add_health(api, factory):
    @api.get("/health")
    def health():
        try:
            factory().execute(text("SELECT 1"))
        except SQLAlchemyError:
            return JSONResponse({"database": "down"}, 503)
        return {"database": "up"}


# %% 3.1e reject: one session for all requests -> It asks anew for each request
def add_health(api, factory):
    session = factory()

    @api.get("/health")
    def health():
        try:
            session.execute(text("SELECT 1"))
        except SQLAlchemyError:
            return JSONResponse({"database": "down"}, 503)
        return {"database": "up"}


# %% 3.1e reject: asks once, when the route is added -> It asks anew for each request
def add_health(api, factory):
    try:
        with factory() as session:
            session.execute(text("SELECT 1"))
        answer = JSONResponse({"database": "up"})
    except SQLAlchemyError:
        answer = JSONResponse({"database": "down"}, 503)

    @api.get("/health")
    def health():
        return answer


# %% 3.1e reject: says down, with status 200 -> No server is down
def add_health(api, factory):
    @api.get("/health")
    def health():
        try:
            with factory() as session:
                session.execute(text("SELECT 1"))
        except SQLAlchemyError:
            return {"database": "down"}
        return {"database": "up"}


# %% 3.1e reject: borrows a connection, and does not ask it -> A server that went away is down
def add_health(api, factory):
    @api.get("/health")
    def health():
        try:
            with factory() as session:
                session.connection()
        except SQLAlchemyError:
            return JSONResponse({"database": "down"}, 503)
        return {"database": "up"}


# %% 3.1e reject: Python's TimeoutError, which is another one -> An empty pool is down
from sqlalchemy.exc import OperationalError


def add_health(api, factory):
    @api.get("/health")
    def health():
        try:
            with factory() as session:
                session.execute(text("SELECT 1"))
        except (OperationalError, TimeoutError):
            return JSONResponse({"database": "down"}, 503)
        return {"database": "up"}


# %% 3.1e reject: HTTPException, which has a body of its own -> No server is down
from fastapi import HTTPException


def add_health(api, factory):
    @api.get("/health")
    def health():
        try:
            with factory() as session:
                session.execute(text("SELECT 1"))
        except SQLAlchemyError:
            raise HTTPException(503, {"database": "down"})
        return {"database": "up"}


# %% 3.1e reject: another path, to which FastAPI redirects -> A database that answers is up
def add_health(api, factory):
    @api.get("/health/")
    def health():
        try:
            with factory() as session:
                session.execute(text("SELECT 1"))
        except SQLAlchemyError:
            return JSONResponse({"database": "down"}, 503)
        return {"database": "up"}


# %% 3.1e reject: one session for all requests -> Two requests at once get their response
def add_health(api, factory):
    session = factory()

    @api.get("/health")
    def health():
        try:
            session.execute(select(1))
        except SQLAlchemyError:
            return JSONResponse({"database": "down"}, 503)
        finally:
            session.rollback()
        return {"database": "up"}


# %% 3.1e reject: a handler for the whole app -> Other routes stay as they are
def add_health(api, factory):
    from fastapi.responses import JSONResponse as J

    @api.exception_handler(SQLAlchemyError)
    def down(request, error):
        return J({"database": "down"}, 503)

    @api.get("/health")
    def health():
        with factory() as session:
            session.execute(select(1))
        return {"database": "up"}
