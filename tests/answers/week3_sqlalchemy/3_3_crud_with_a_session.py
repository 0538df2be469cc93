"""Right and wrong answers to the exercises of lesson 3.3; see docs/authors.md for the form."""


# %% 3.3a accept: one UPDATE for drafts alone, then the object anew
def publish(session, post_id):
    session.execute(update(Post).where(Post.id == post_id, ~Post.published).values(published=True))
    session.commit()
    return session.get(Post, post_id, populate_existing=True)


# %% 3.3a accept: everything expired, select, one_or_none, a transaction as a block
def publish(session, post_id):
    session.expire_all()
    with session.begin():
        found = session.scalars(select(Post).where(Post.id == post_id)).one_or_none()
        if found:
            found.published = True
    return found


# %% 3.3a reject: a lock waits for the row, and does not read it into the object -> The row counts whatever the session holds
def publish(session, post_id):
    post = session.get(Post, post_id, with_for_update=True)
    if post is None:
        return None
    post.published = True
    session.commit()
    return post


# %% 3.3a accept: the object is forgotten first, UPDATE … RETURNING
def publish(session, post_id):
    session.expunge_all()
    drafts = update(Post).where(Post.id == post_id, Post.published.is_(False))
    post = session.scalars(drafts.values(published=True).returning(Post)).first()
    session.commit()
    return post or session.scalars(select(Post).where(Post.id == post_id)).first()


# %% 3.3a reject: trusts what the session holds -> The row counts whatever the session holds
def publish(session, post_id):
    post = session.get(Post, post_id)
    if post is not None:
        post.published = True
        session.commit()
    return post


# %% 3.3a reject: the UPDATE is right, the object is the one from before -> The row counts whatever the session holds
def publish(session, post_id):
    session.execute(update(Post).where(Post.id == post_id, ~Post.published).values(published=True))
    session.commit()
    return session.get(Post, post_id)


# %% 3.3a reject: a select hands out the held object, too -> The row counts whatever the session holds
def publish(session, post_id):
    post = session.scalars(select(Post).where(Post.id == post_id)).one_or_none()
    if post and not post.published:
        post.published = True
        session.commit()
    return post


# %% 3.3a reject: refreshes what may be gone -> your code raised
def publish(session, post_id):
    post = session.get(Post, post_id)
    if post is None:
        return None
    session.refresh(post)
    post.published = True
    session.commit()
    return post


# %% 3.3a accept: the older spelling
def publish(session, post_id):
    post = session.query(Post).populate_existing().filter_by(id=post_id).first()
    if not post:
        return None
    if not post.published:
        setattr(post, "published", True)
        session.commit()
        session.refresh(post)
    return post


# %% 3.3a reject: the service that changes fields trusts what is held -> The row counts whatever the session holds
from app import services
from app.errors import NotFound
from app.schemas import PostUpdate


def publish(session, post_id):
    try:
        return services.update_post(session=session, post_id=post_id, changes=PostUpdate(published=True))
    except NotFound:
        return None


# %% 3.3a reject: a flush is not a commit -> Other sessions see it
def publish(session, post_id):
    post = session.get(Post, post_id)
    if post is not None:
        post.published = True
        session.flush()
    return post


# %% 3.3a reject: forgets that get may give None -> A post that does not exist is None
def publish(session, post_id):
    post = session.get(Post, post_id)
    post.published = True
    session.commit()
    return post


# %% 3.3a reject: an UPDATE in any case -> A published post is not written anew
def publish(session, post_id):
    session.execute(update(Post).where(Post.id == post_id).values(published=True))
    session.commit()
    return session.get(Post, post_id)


# %% 3.3a reject: no condition -> Other sessions see it
def publish(session, post_id):
    session.execute(update(Post).values(published=True))
    session.commit()
    return session.get(Post, post_id)


# %% 3.3a reject: puts a new post in its place -> Nothing else changes
def publish(session, post_id):
    if session.get(Post, post_id) is None:
        return None
    post = session.merge(Post(id=post_id, content="", published=True))
    post.content = "Published."
    session.commit()
    return post


# %% 3.3a reject: tells the session nothing, returns what it held -> The post is returned published
def publish(session, post_id):
    post = session.get(Post, post_id)
    if post is None or post.published:
        return post
    session.execute(
        update(Post).where(Post.id == post_id).values(published=True),
        execution_options={"synchronize_session": False},
    )
    session.commit()
    return post


# %% 3.3a reject: flag_modified, so that something is sent in any case -> A published post is not written anew
from sqlalchemy.orm.attributes import flag_modified


def publish(session, post_id):
    post = session.get(Post, post_id)
    if post:
        post.published = True
        flag_modified(post, "published")
        session.commit()
    return post


# %% 3.3a reject: the service raises where None is wanted -> A post that does not exist is none
from app import services


def publish(session, post_id):
    post = services.read_post(session=session, post_id=post_id, drafts=True)
    post.published = True
    session.commit()
    return post


# %% 3.3b accept: autoflush on for the time of the function
def posts_for(session, titles):
    before, session.autoflush = session.autoflush, True
    try:
        found = []
        for title in titles:
            post = session.scalars(select(Post).where(Post.title == title)).one_or_none()
            if post is None:
                post = Post(title=title, content="To be written.")
                session.add(post)
            found.append(post)
        session.flush()
    finally:
        session.autoflush = before
    return found


# %% 3.3b accept: one question for all, a dictionary
def posts_for(session, titles):
    session.flush()
    known = {post.title: post for post in session.scalars(select(Post).where(Post.title.in_(titles)))}
    new = {title: Post(title=title, content="To be written.") for title in titles if title not in known}
    session.add_all(new.values())
    session.flush()
    return [(known | new)[title] for title in titles]


# %% 3.3b accept: a savepoint for each, legacy queries
from sqlalchemy.exc import IntegrityError


def posts_for(session, titles):
    def one(title):
        return session.query(Post).filter_by(title=title).one_or_none()

    session.flush()
    out = []
    for title in titles:
        try:
            with session.begin_nested():
                if (post := one(title)) is None:
                    post = Post(title=title, content="To be written.")
                    session.add(post)
        except IntegrityError:
            post = one(title)
        out.append(post)
    return out


# %% 3.3b accept: ON CONFLICT DO NOTHING, then one question
from sqlalchemy.dialects.postgresql import insert as pg_insert


def posts_for(session, titles):
    session.flush()
    if titles:
        session.execute(
            pg_insert(Post).on_conflict_do_nothing(),
            [{"title": t, "content": "To be written."} for t in dict.fromkeys(titles)],
        )
    known = {p.title: p for p in session.scalars(select(Post).where(Post.title.in_(titles)))}
    return list(map(known.__getitem__, titles))


# %% 3.3b reject: limit(1), as if that were the matter -> A title twice is one post
def posts_for(session, titles):
    found = []
    for title in titles:
        post = session.scalars(select(Post).where(Post.title == title).limit(1)).first()
        if post is None:
            post = Post(title=title, content="To be written.")
            session.add(post)
        found.append(post)
    return found


# %% 3.3b reject: ilike, for which % and _ are patterns -> Only the very same title is the same post
def posts_for(session, titles):
    found = []
    for title in titles:
        session.flush()
        post = session.scalars(select(Post).where(Post.title.ilike(title))).first()
        if post is None:
            post = Post(title=title, content="To be written.")
            session.add(post)
        found.append(post)
    session.flush()
    return [next(p for p in found if p.title.lower() == t.lower()) for t in titles]


# %% 3.3b reject: like, for which % and _ are patterns -> Only the very same title is the same post
def posts_for(session, titles):
    found = []
    for title in titles:
        session.flush()
        post = session.scalars(select(Post).where(Post.title.like(title))).first()
        if post is None:
            post = Post(title=title, content="To be written.")
            session.add(post)
        found.append(post)
    session.flush()
    return found


# %% 3.3b reject: sees published posts alone -> your code raised
def posts_for(session, titles):
    found = []
    for title in titles:
        session.flush()
        post = session.scalars(select(Post).where(Post.title == title, Post.published)).first()
        if post is None:
            post = Post(title=title, content="To be written.")
            session.add(post)
        found.append(post)
    session.flush()
    return found


# %% 3.3b reject: another content -> What is made has its content
def posts_for(session, titles):
    session.flush()
    known = {post.title: post for post in session.scalars(select(Post).where(Post.title.in_(titles)))}
    new = {title: Post(title=title, content=title) for title in titles if title not in known}
    session.add_all(new.values())
    session.flush()
    return [(known | new)[title] for title in titles]


# %% 3.3b reject: a flush at the end alone -> A title twice is one post
def posts_for(session, titles):
    found = []
    for title in titles:
        post = session.scalars(select(Post).where(Post.title == title)).first()
        if post is None:
            post = Post(title=title, content="To be written.")
            session.add(post)
        found.append(post)
    session.flush()
    return found


# %% 3.3b reject: flushes what it makes, not what it is given -> A post that the caller has added is found
def posts_for(session, titles):
    found = []
    for title in titles:
        post = session.scalars(select(Post).where(Post.title == title)).first()
        if post is None:
            post = Post(title=title, content="To be written.")
            session.add(post)
            session.flush()
        found.append(post)
    return found


# %% 3.3b reject: commits each post -> The caller decides on the commit
def posts_for(session, titles):
    found = []
    session.flush()
    for title in titles:
        post = session.scalars(select(Post).where(Post.title == title)).first()
        if post is None:
            post = Post(title=title, content="To be written.")
            session.add(post)
            session.commit()
        found.append(post)
    return found


# %% 3.3b reject: a dictionary, and nothing sent at the end -> Each post has its id
def posts_for(session, titles):
    session.flush()
    made, found = {}, []
    for title in titles:
        post = made.get(title) or session.scalars(select(Post).where(Post.title == title)).first()
        if post is None:
            post = made[title] = Post(title=title, content="To be written.")
            session.add(post)
        found.append(post)
    return found


# %% 3.3b reject: each title once -> A title twice is one post
def posts_for(session, titles):
    found = []
    for title in dict.fromkeys(titles):
        session.flush()
        post = session.scalars(select(Post).where(Post.title == title)).first()
        if post is None:
            post = Post(title=title, content="To be written.")
            session.add(post)
        found.append(post)
    session.flush()
    return found


# %% 3.3b reject: commits what is pending, once, at the start -> The caller decides on the commit
def posts_for(session, titles):
    session.commit()
    made, found = {}, []
    for title in titles:
        post = made.get(title) or session.scalars(select(Post).where(Post.title == title)).first()
        if post is None:
            post = made[title] = Post(title=title, content="To be written.")
            session.add(post)
        found.append(post)
    session.flush()
    return found


# %% 3.3b reject: an upsert that writes over what is stored -> A stored post is found
from sqlalchemy.dialects.postgresql import insert as pg_insert


def posts_for(session, titles):
    session.flush()
    out = []
    for t in titles:
        st = (
            pg_insert(Post)
            .values(title=t, content="To be written.")
            .on_conflict_do_update(index_elements=["title"], set_={"content": "To be written."})
            .returning(Post)
        )
        out.append(session.scalars(st).one())
    return out


# %% 3.3b reject: empties the caller's list -> An import without surprises works too
def posts_for(session, titles):
    out = []
    while titles:
        t = titles.pop(0)
        session.flush()
        post = session.scalars(select(Post).where(Post.title == t)).first()
        if post is None:
            post = Post(title=t, content="To be written.")
            session.add(post)
        out.append(post)
    session.flush()
    return out


# %% 3.3c accept: objects by add_all
def import_posts(session, rows):
    posts = [Post(**row) for row in rows]
    session.add_all(posts)
    try:
        session.commit()
    except BaseException:
        session.rollback()
        raise
    return [post.id for post in posts]


# %% 3.3c accept: the transaction as a block
def import_posts(session, rows):
    with session.begin():
        posts = [Post(**row) for row in rows]
        session.add_all(posts)
        session.flush()
        return [post.id for post in posts]


# %% 3.3c reject: one INSERT with the fields of the first row -> A field that a row does not name gets its default
def import_posts(session, rows):
    ids = []
    if rows:
        try:
            ids = [row.id for row in session.execute(insert(Post).values(rows).returning(Post.id))]
            session.commit()
        finally:
            session.rollback()
    return ids


# %% 3.3c accept: stores by title, and puts the ids back in order
def import_posts(session, rows):
    order = sorted(range(len(rows)), key=lambda n: rows[n]["title"])
    ids = {}
    try:
        if rows:
            adding = insert(Post).returning(Post.id, sort_by_parameter_order=True)
            stored = session.scalars(adding, [rows[n] for n in order])
            ids = dict(zip(order, stored))
        session.commit()
    except Exception:
        session.rollback()
        raise
    return [ids[n] for n in range(len(rows))]


# %% 3.3c accept: closes the session whatever happens
def import_posts(session, rows):
    from contextlib import ExitStack

    with ExitStack() as stack:
        stack.callback(session.close)
        session.add_all(posts := [Post(**r) for r in rows])
        session.flush()
        ids = [p.id for p in posts]
        session.commit()
        return ids


# %% 3.3c reject: writes its own VALUES -> A text may hold any sign
from sqlalchemy import text


def import_posts(session, rows):
    if not rows:
        return []
    values = ", ".join(f"('{row['title']}', '{row['content']}')".replace("'None'", "NULL") for row in rows)
    try:
        ids = session.scalars(text(f"INSERT INTO posts (title, content) VALUES {values} RETURNING id")).all()
        session.commit()
    except Exception:
        session.rollback()
        raise
    return list(ids)


# %% 3.3c reject: stores what comes before the refused row -> One refused row stores none
def import_posts(session, rows):
    if not rows:
        return []
    try:
        ids = list(session.scalars(insert(Post).returning(Post.id, sort_by_parameter_order=True), rows))
    except Exception:
        session.rollback()
        for row in rows:
            session.add(Post(**row))
            try:
                session.commit()
            except Exception:
                session.rollback()
                raise
        raise
    session.commit()
    return ids


# %% 3.3c reject: bulk_save_objects -> The ids come in the order of the rows
def import_posts(session, rows):
    posts = [Post(**row) for row in rows]
    try:
        session.bulk_save_objects(posts)
        session.commit()
    except Exception:
        session.rollback()
        raise
    return [post.id for post in posts]


# %% 3.3c reject: adds and commits row by row -> A thousand rows take two statements at most
def import_posts(session, rows):
    ids = []
    for row in rows:
        post = Post(**row)
        session.add(post)
        try:
            session.commit()
        except Exception:
            session.rollback()
            raise
        ids.append(post.id)
    return ids


# %% 3.3c reject: a flush for each row -> A thousand rows take two statements at most
def import_posts(session, rows):
    ids = []
    try:
        for row in rows:
            ids.append(session.scalar(insert(Post).values(row).returning(Post.id)))
        session.commit()
    except Exception:
        session.rollback()
        raise
    return ids


# %% 3.3c reject: forgets the rollback -> The session can be used again
def import_posts(session, rows):
    if not rows:
        return []
    ids = session.scalars(insert(Post).returning(Post.id), rows).all()
    session.commit()
    return list(ids)


# %% 3.3c reject: forgets the commit -> Other sessions see them
def import_posts(session, rows):
    posts = [Post(**row) for row in rows]
    session.add_all(posts)
    try:
        session.flush()
    except Exception:
        session.rollback()
        raise
    return [post.id for post in posts]


# %% 3.3c reject: swallows the refusal -> One refused row stores none
def import_posts(session, rows):
    posts = [Post(**row) for row in rows]
    session.add_all(posts)
    try:
        session.commit()
    except Exception:
        session.rollback()
        return []
    return [post.id for post in posts]


# %% 3.3c reject: inserts no rows, which is one of defaults -> No rows are an empty list
def import_posts(session, rows):
    try:
        ids = session.scalars(insert(Post).returning(Post.id), rows).all()
        session.commit()
    except Exception:
        session.rollback()
        raise
    return list(ids)


# %% 3.3c reject: looks up the ids by their own order -> The ids come in the order of the rows
def import_posts(session, rows):
    session.add_all([Post(**row) for row in rows])
    try:
        session.flush()
        titles = [row["title"] for row in rows]
        ids = session.scalars(select(Post.id).where(Post.title.in_(titles)).order_by(Post.title)).all()
        session.commit()
    except Exception:
        session.rollback()
        raise
    return list(ids)


# %% 3.3c reject: reckons the ids from the greatest one -> The ids come in the order of the rows
def import_posts(session, rows):
    if not rows:
        return []
    last = session.scalar(select(func.max(Post.id))) or 0
    try:
        session.execute(insert(Post), rows)
        session.commit()
    except Exception:
        session.rollback()
        raise
    return list(range(last + 1, last + 1 + len(rows)))


# %% 3.3c reject: takes the caller's rows apart -> The ids come in the order of the rows
def import_posts(session, rows):
    posts = [Post(title=r.pop("title"), content=r.pop("content")) for r in rows]
    session.add_all(posts)
    try:
        session.commit()
    except Exception:
        session.rollback()
        raise
    return [p.id for p in posts]


# %% 3.3c reject: leaves out what clashes -> One refused row stores none
from sqlalchemy.dialects.postgresql import insert as pg_insert


def import_posts(session, rows):
    if not rows:
        return []
    try:
        ids = session.scalars(pg_insert(Post).on_conflict_do_nothing().returning(Post.id), rows).all()
        session.commit()
    except Exception:
        session.rollback()
        raise
    return list(ids)


# %% 3.3d accept: two statements, and this one by its id
def show_only(session, post):
    session.execute(update(Post).where(Post.id != post.id).values(published=False))
    session.execute(update(Post).where(Post.id == post.id).values(published=True))
    session.commit()


# %% 3.3d accept: objects only, each read again
def show_only(session, post):
    session.flush()
    for each in session.scalars(select(Post), execution_options={"populate_existing": True}):
        each.published = each is post
    session.commit()


# %% 3.3d reject: the others in one statement, this one as it was held -> The rows count whatever the session holds
def show_only(session, post):
    session.execute(update(Post).where(Post.id != post.id).values(published=False))
    post.published = True
    session.commit()


# %% 3.3d accept: plain SQL, before which a session flushes as well
from sqlalchemy import text


def show_only(session, post):
    session.execute(text("UPDATE posts SET published = (id = :i)"), {"i": post.id})
    session.commit()
    session.expire_all()


# %% 3.3d reject: forgets what waits in the session -> Changes that wait in the session count too
def show_only(session, post):
    chosen = post.id
    session.rollback()
    session.execute(
        update(Post).values(published=Post.id == chosen), execution_options={"synchronize_session": False}
    )
    session.commit()
    session.expire_all()


# %% 3.3d reject: knows the objects alone that the session holds -> A published post stays published
def show_only(session, post):
    for each in session.identity_map.values():
        each.published = each is post
    session.commit()


# %% 3.3d reject: objects as they were held -> The rows count whatever the session holds
def show_only(session, post):
    for each in session.scalars(select(Post)):
        each.published = each is post
    session.commit()


# %% 3.3d accept: untold, but everything is expired before it is read again
def show_only(session, post):
    session.execute(
        update(Post).values(published=Post.id == post.id),
        execution_options={"synchronize_session": False},
    )
    session.commit()
    session.expire_all()


# %% 3.3d accept: plain SQL, and everything expired
from sqlalchemy import text


def show_only(session, post):
    session.flush()
    session.execute(text("UPDATE posts SET published = (id = :i)"), {"i": post.id})
    session.commit()
    session.expire_all()


# %% 3.3d accept: the older spelling, two updates
def show_only(session, post):
    session.query(Post).filter(Post.id != post.id).update({"published": False}, synchronize_session="fetch")
    session.query(Post).filter(Post.id == post.id).update({Post.published: True})
    session.commit()


# %% 3.3d reject: assigns first, commits at once -> A published post stays published
def show_only(session, post):
    post.published = True
    session.execute(update(Post).values(published=False), execution_options={"synchronize_session": False})
    session.commit()


# %% 3.3d reject: refreshes the one post alone -> Every object says what its row says
def show_only(session, post):
    session.execute(update(Post).values(published=False), execution_options={"synchronize_session": False})
    session.refresh(post)
    post.published = True
    session.commit()


# %% 3.3d reject: leaves the one out, tells nobody -> Every object says what its row says
def show_only(session, post):
    session.execute(
        update(Post).where(Post.id != post.id).values(published=False),
        execution_options={"synchronize_session": False},
    )
    post.published = True
    session.commit()


# %% 3.3d reject: a flush after the assignment changes nothing -> A published post stays published
def show_only(session, post):
    session.execute(update(Post).values(published=False), execution_options={"synchronize_session": False})
    post.published = True
    session.flush()
    session.commit()


# %% 3.3d reject: forgets that it may be a draft -> A draft becomes the one that is shown
def show_only(session, post):
    session.execute(update(Post).where(Post.id != post.id).values(published=False))
    session.commit()


# %% 3.3d reject: forgets the commit -> Other sessions see the change
def show_only(session, post):
    session.execute(update(Post).values(published=False))
    post.published = True
    session.flush()


# %% 3.3d reject: flag_modified for the one, the others stale -> Every object says what its row says
from sqlalchemy.orm.attributes import flag_modified


def show_only(session, post):
    session.execute(update(Post).values(published=False), execution_options={"synchronize_session": False})
    post.published = True
    flag_modified(post, "published")
    session.commit()


# %% 3.3d reject: deletes the others -> No other column changes
from sqlalchemy import delete


def show_only(session, post):
    session.execute(delete(Post).where(Post.id != post.id))
    post.published = True
    session.commit()


# %% 3.3e accept: a router, a service of its own
from fastapi import APIRouter


def copy_of(*, session, post_id):
    found = services.read_post(session=session, post_id=post_id, drafts=True)
    wanted = PostCreate.model_validate(
        {"title": ("Copy of " + found.title)[:200], "content": found.content, "published": False}
    )
    return services.create_post(session=session, post=wanted)


def add_copy(app):
    router = APIRouter(dependencies=[may_write])

    @router.post("/posts/{post_id}/copy", status_code=201)
    async def copy(post_id: PostId, session: DbSession) -> PostResponse:
        return PostResponse.model_validate(copy_of(session=session, post_id=post_id), from_attributes=True)

    app.include_router(router)


# %% 3.3e accept: the object by hand, through the services' own ways
def add_copy(app):
    @app.post("/posts/{number}/copy", status_code=201, dependencies=[may_write])
    def copy(number: PostId, session: DbSession) -> dict:
        original = services.read_post(session=session, post_id=number, drafts=True)
        made = Post(title=f"Copy of {original.title}"[:200], content=original.content, published=False)
        session.add(made)
        services._store(session=session, post=made)
        return {"id": made.id, "title": made.title, "content": made.content, "published": made.published}


# %% 3.3e accept: by hand, with HTTPException and Core
from fastapi import HTTPException
from sqlalchemy.exc import IntegrityError


class Copied(PostResponse):
    model_config = {"from_attributes": True}


def add_copy(app):
    def copy_post(post_id: PostId, session: DbSession):
        if (post := session.get(Post, post_id)) is None:
            raise HTTPException(404, "none")
        if session.scalar(select(func.count()).where(~Post.published)) >= services.MOST_DRAFTS:
            raise HTTPException(409, "drafts")
        try:
            row = session.execute(
                insert(Post)
                .values(title=("Copy of " + post.title)[:200], content=post.content, published=False)
                .returning(Post.id, Post.title, Post.content, Post.published)
            ).one()
            session.commit()
        except IntegrityError:
            session.rollback()
            raise HTTPException(409, "clash")
        return row._asdict()

    app.add_api_route(
        "/posts/{post_id}/copy",
        copy_post,
        methods=["POST"],
        status_code=201,
        dependencies=[may_write],
        response_model=PostResponse,
    )


# %% 3.3e accept: INSERT from SELECT, the clash left to the handler
from sqlalchemy import false, literal


def add_copy(app):
    @app.post("/posts/{post_id}/copy", status_code=201, response_model=PostResponse, dependencies=[may_write])
    def copy_post(post_id: PostId, session: DbSession):
        services.read_post(session=session, post_id=post_id, drafts=True)
        source = select(func.left("Copy of " + Post.title, 200), Post.content, false()).where(
            Post.id == post_id
        )
        new = session.scalars(
            insert(Post).from_select(["title", "content", "published"], source).returning(Post)
        ).one()
        services._limit_drafts(session=session)
        session.commit()
        return new


# %% 3.3e reject: stores past the rule -> A fourth draft is 409
def add_copy(app):
    @app.post("/posts/{post_id}/copy", status_code=201, response_model=PostResponse, dependencies=[may_write])
    def copy_post(post_id: PostId, session: DbSession):
        post = services.read_post(session=session, post_id=post_id, drafts=True)
        copy = Post(title=f"Copy of {post.title}"[:200], content=post.content, published=False)
        session.add(copy)
        session.commit()
        return copy


# %% 3.3e reject: turns the original into the copy -> The copy is a draft with a title of its own
def add_copy(app):
    @app.post("/posts/{post_id}/copy", status_code=201, response_model=PostResponse, dependencies=[may_write])
    def copy_post(post_id: PostId, session: DbSession):
        post = services.read_post(session=session, post_id=post_id, drafts=True)
        post.title, post.published = f"Copy of {post.title}"[:200], False
        return services._store(session=session, post=post)


# %% 3.3e reject: lets everybody copy -> Without a key it is 401
def add_copy(app):
    @app.post("/posts/{post_id}/copy", status_code=201, response_model=PostResponse)
    def copy_post(post_id: PostId, session: DbSession):
        post = services.read_post(session=session, post_id=post_id, drafts=True)
        copy = PostCreate(title=f"Copy of {post.title}"[:200], content=post.content, published=False)
        return services.create_post(session=session, post=copy)


# %% 3.3e reject: cuts one too early -> A long title is cut
def add_copy(app):
    @app.post("/posts/{post_id}/copy", status_code=201, response_model=PostResponse, dependencies=[may_write])
    def copy_post(post_id: PostId, session: DbSession):
        post = services.read_post(session=session, post_id=post_id, drafts=True)
        title = f"Copy of {post.title}"[:199]
        copy = PostCreate(title=title, content=post.content, published=False)
        return services.create_post(session=session, post=copy)


# %% 3.3e reject: a second copy gets a number -> A second copy is 409
def add_copy(app):
    @app.post("/posts/{post_id}/copy", status_code=201, response_model=PostResponse, dependencies=[may_write])
    def copy_post(post_id: PostId, session: DbSession):
        post = services.read_post(session=session, post_id=post_id, drafts=True)
        title = f"Copy of {post.title}"[:200]
        if session.scalar(select(func.count()).where(Post.title == title)):
            title = f"{title} 2"[:200]
        copy = PostCreate(title=title, content=post.content, published=False)
        return services.create_post(session=session, post=copy)


# %% 3.3e reject: does not cut the title -> A long title is cut
def add_copy(app):
    @app.post("/posts/{post_id}/copy", status_code=201, response_model=PostResponse, dependencies=[may_write])
    def copy_post(post_id: PostId, session: DbSession):
        post = services.read_post(session=session, post_id=post_id, drafts=True)
        copy = PostCreate(title=f"Copy of {post.title}", content=post.content, published=False)
        return services.create_post(session=session, post=copy)


# %% 3.3e reject: session.get, and no look at what it gives -> A post that does not exist is 404
def add_copy(app):
    @app.post("/posts/{post_id}/copy", status_code=201, response_model=PostResponse, dependencies=[may_write])
    def copy_post(post_id: PostId, session: DbSession):
        post = session.get(Post, post_id)
        copy = PostCreate(title=f"Copy of {post.title}"[:200], content=post.content, published=False)
        return services.create_post(session=session, post=copy)


# %% 3.3e reject: reads what everybody may see -> A draft can be copied too
def add_copy(app):
    @app.post("/posts/{post_id}/copy", status_code=201, response_model=PostResponse, dependencies=[may_write])
    def copy_post(post_id: PostId, session: DbSession):
        post = services.read_post(session=session, post_id=post_id, drafts=False)
        copy = PostCreate(title=f"Copy of {post.title}"[:200], content=post.content, published=False)
        return services.create_post(session=session, post=copy)


# %% 3.3e reject: the id without its bounds -> An id that no post can have is 422
def add_copy(app):
    @app.post("/posts/{post_id}/copy", status_code=201, response_model=PostResponse, dependencies=[may_write])
    def copy_post(post_id: int, session: DbSession):
        post = services.read_post(session=session, post_id=post_id, drafts=True)
        copy = PostCreate(title=f"Copy of {post.title}"[:200], content=post.content, published=False)
        return services.create_post(session=session, post=copy)


# %% 3.3e reject: asks for the wrong permission -> Who may write may copy
from app.dependencies import may_delete


def add_copy(app):
    @app.post(
        "/posts/{post_id}/copy", status_code=201, response_model=PostResponse, dependencies=[may_delete]
    )
    def copy_post(post_id: PostId, session: DbSession):
        post = services.read_post(session=session, post_id=post_id, drafts=True)
        return services.create_post(
            session=session,
            post=PostCreate(title=f"Copy of {post.title}"[:200], content=post.content, published=False),
        )


# %% 3.3e reject: the content of the example -> The copy is a draft with a title of its own
def add_copy(app):
    @app.post("/posts/{post_id}/copy", status_code=201, response_model=PostResponse, dependencies=[may_write])
    def copy_post(post_id: PostId, session: DbSession):
        post = services.read_post(session=session, post_id=post_id, drafts=True)
        return services.create_post(
            session=session,
            post=PostCreate(title=f"Copy of {post.title}"[:200], content="Some text.", published=False),
        )


# %% 3.3e reject: counts the drafts before there is another -> A fourth draft is 409
def add_copy(app):
    @app.post("/posts/{post_id}/copy", status_code=201, response_model=PostResponse, dependencies=[may_write])
    def copy_post(post_id: PostId, session: DbSession):
        post = services.read_post(session=session, post_id=post_id, drafts=True)
        services._limit_drafts(session=session)
        copy = Post(title=f"Copy of {post.title}"[:200], content=post.content, published=False)
        session.add(copy)
        session.commit()
        return copy


# %% 3.3a reject: an object that the session does not know -> The post is returned published
def publish(session, post_id):
    row = session.execute(select(Post.id, Post.title, Post.published).where(Post.id == post_id)).one_or_none()
    if row is None:
        return None
    if not row.published:
        session.execute(update(Post).where(Post.id == post_id).values(published=True))
        session.commit()
    return Post(id=row.id, title=row.title, published=True)


# %% 3.3a reject: tidies up title and content -> Nothing else changes
def publish(session, post_id):
    post = session.get(Post, post_id, populate_existing=True)
    if post is None:
        return None
    post.published = True
    post.title = post.title.strip()
    post.content = post.content.strip()
    session.commit()
    return post


# %% 3.3b reject: publishes what it finds -> A stored post is found
def posts_for(session, titles):
    session.flush()
    found = []
    for title in titles:
        session.flush()
        post = session.scalars(select(Post).where(Post.title == title)).first()
        if post is None:
            post = Post(title=title, content="To be written.")
            session.add(post)
        post.published = True
        found.append(post)
    session.flush()
    return found


# %% 3.3b reject: switches autoflush on -> The session keeps its settings
def posts_for(session, titles):
    session.autoflush = True
    found = []
    for title in titles:
        post = session.scalars(select(Post).where(Post.title == title)).first()
        if post is None:
            post = Post(title=title, content="To be written.")
            session.add(post)
        found.append(post)
    session.flush()
    return found


# %% 3.3b reject: makes drafts -> What is made has its content
def posts_for(session, titles):
    found = []
    for title in titles:
        session.flush()
        post = session.scalars(select(Post).where(Post.title == title)).first()
        if post is None:
            post = Post(title=title, content="To be written.", published=False)
            session.add(post)
            session.flush()
        found.append(post)
    return found


# %% 3.3c reject: drafts, which nobody asked for -> Other sessions see them
def import_posts(session, rows):
    posts = [Post(**row, published=False) for row in rows]
    session.add_all(posts)
    try:
        session.commit()
    except Exception:
        session.rollback()
        raise
    return [post.id for post in posts]


# %% 3.3c reject: leaves out a title that stands twice -> One refused row stores none
def import_posts(session, rows):
    unique = list({row["title"]: row for row in rows}.values())
    if not unique:
        return []
    try:
        ids = list(session.scalars(insert(Post).returning(Post.id), unique))
        session.commit()
    except Exception:
        session.rollback()
        raise
    return ids


# %% 3.3c reject: a hundred at a time -> A thousand rows take two statements at most
def import_posts(session, rows):
    ids = []
    try:
        for start in range(0, len(rows), 100):
            ids += session.scalars(insert(Post).returning(Post.id), rows[start : start + 100])
        session.commit()
    except Exception:
        session.rollback()
        raise
    return ids


# %% 3.3c reject: the fields of the first row -> A field that a row does not name gets its default
def import_posts(session, rows):
    if not rows:
        return []
    keys = rows[0].keys()
    try:
        ids = session.scalars(
            insert(Post).returning(Post.id, sort_by_parameter_order=True),
            [{k: r[k] for k in keys if k in r} for r in rows],
        ).all()
        session.commit()
    except BaseException:
        session.rollback()
        raise
    return list(ids)


# %% 3.3c reject: title and content only -> A field that a row does not name gets its default
def import_posts(session, rows):
    posts = [Post(title=r["title"], content=r["content"]) for r in rows]
    session.add_all(posts)
    try:
        session.commit()
    except Exception:
        session.rollback()
        raise
    return [p.id for p in posts]


# %% 3.3d reject: looks for the title, in which % and _ are patterns -> Posts with a similar title become drafts
def show_only(session, post):
    session.execute(update(Post).where(Post.title.ilike(post.title)).values(published=True))
    session.execute(update(Post).where(~Post.title.ilike(post.title)).values(published=False))
    session.commit()


# %% 3.3d reject: only those that it believes to be published -> The rows count whatever the session holds
def show_only(session, post):
    session.refresh(post)
    for each in session.scalars(select(Post).where(Post.published)):
        each.published = False
    post.published = True
    session.commit()


# %% 3.3e reject: publishes a draft that is copied -> A draft can be copied too
def add_copy(app):
    @app.post("/posts/{post_id}/copy", status_code=201, response_model=PostResponse, dependencies=[may_write])
    def copy_post(post_id: PostId, session: DbSession):
        post = services.read_post(session=session, post_id=post_id, drafts=True)
        copy = PostCreate(title=f"Copy of {post.title}"[:200], content=post.content, published=False)
        post.published = True
        return services.create_post(session=session, post=copy)


# %% 3.3e reject: counts bytes, not characters -> A text may hold any sign
def add_copy(app):
    @app.post("/posts/{post_id}/copy", status_code=201, response_model=PostResponse, dependencies=[may_write])
    def copy_post(post_id: PostId, session: DbSession):
        post = services.read_post(session=session, post_id=post_id, drafts=True)
        title = f"Copy of {post.title}".encode()[:200].decode(errors="ignore")
        copy = PostCreate(title=title, content=post.content, published=False)
        return services.create_post(session=session, post=copy)


# %% 3.3e reject: a content without the space around it -> A text may hold any sign
def add_copy(app: FastAPI) -> None:
    @app.post("/posts/{post_id}/copy", status_code=201, response_model=PostResponse, dependencies=[may_write])
    def copy(post_id: PostId, session: DbSession):
        original = services.read_post(session=session, post_id=post_id, drafts=True)
        new = PostCreate(
            title=f"Copy of {original.title}"[:200], content=original.content.strip(), published=False
        )
        return services.create_post(session=session, post=new)


# %% 3.3e reject: a slash at the end -> The copy is a draft with a title of its own
def add_copy(app: FastAPI) -> None:
    @app.post(
        "/posts/{post_id}/copy/", status_code=201, response_model=PostResponse, dependencies=[may_write]
    )
    def copy(post_id: PostId, session: DbSession):
        original = services.read_post(session=session, post_id=post_id, drafts=True)
        new = PostCreate(title=f"Copy of {original.title}"[:200], content=original.content, published=False)
        return services.create_post(session=session, post=new)


# %% 3.3e reject: a copy of a copy has the first title -> A text may hold any sign
def add_copy(app: FastAPI) -> None:
    @app.post("/posts/{post_id}/copy", status_code=201, response_model=PostResponse, dependencies=[may_write])
    def copy(post_id: PostId, session: DbSession):
        original = services.read_post(session=session, post_id=post_id, drafts=True)
        new = PostCreate(
            title=f"Copy of {original.title.removeprefix('Copy of ')}"[:200],
            content=original.content,
            published=False,
        )
        return services.create_post(session=session, post=new)


# %% 3.3e reject: asks for any key that is known -> Who may not write may not copy
from app.dependencies import current_caller
from fastapi import Depends


def add_copy(app):
    @app.post(
        "/posts/{post_id}/copy",
        status_code=201,
        response_model=PostResponse,
        dependencies=[Depends(current_caller)],
    )
    def copy_post(post_id: PostId, session: DbSession):
        post = services.read_post(session=session, post_id=post_id, drafts=True)
        copy = PostCreate(title=f"Copy of {post.title}"[:200], content=post.content, published=False)
        return services.create_post(session=session, post=copy)
