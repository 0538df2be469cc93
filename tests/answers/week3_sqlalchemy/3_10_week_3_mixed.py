"""Right and wrong answers to the exercises of lesson 3.10; see docs/authors.md for the form."""

# %% 3.10a accept: ask first, fields that were set
from sqlalchemy import select


def edit(session, note_id, change):
    try:
        note = session.scalar(select(Note).where(Note.id == note_id))
        if note is None:
            raise NoNote(note_id)
        if "title" in change.model_fields_set:
            taken = select(Note).where(Note.title == change.title, Note.id != note_id)
            if session.scalar(taken):
                raise TitleTaken(change.title)
            note.title = change.title
        if "text" in change.model_fields_set:
            note.text = change.text
        session.commit()
        return {"id": note.id, "title": note.title, "text": note.text}
    except IntegrityError as error:
        raise TitleTaken(change.title) from error
    finally:
        session.close()


# %% 3.10a accept: one UPDATE with RETURNING
from sqlalchemy import select, update


def edit(session, note_id, change):
    sent = change.model_dump(exclude_unset=True)
    columns = (Note.id, Note.title, Note.text)
    where = Note.id == note_id
    query = (
        update(Note).where(where).values(sent).returning(*columns) if sent else select(*columns).where(where)
    )
    try:
        row = session.execute(query).mappings().first()
        session.commit()
    except IntegrityError as error:
        raise TitleTaken from error
    finally:
        session.rollback()
    if row is None:
        raise NoNote
    return dict(row)


# %% 3.10a accept: a context manager around all of it
def edit(session, note_id, change):
    with session:
        try:
            with session.begin():
                note = session.get(Note, note_id)
                if not note:
                    raise NoNote
                for name in change.model_fields_set:
                    setattr(note, name, getattr(change, name))
                session.flush()
                return dict(title=note.title, text=note.text, id=note_id)
        except IntegrityError:
            raise TitleTaken


# %% 3.10a accept: the note as a dictionary, changed, and written back
def edit(session, note_id, change):
    try:
        found = (
            session.query(Note.id, Note.title, Note.text)
            .filter_by(id=note_id)
            .with_for_update()
            .one_or_none()
        )
        if found is None:
            raise NoNote(f"There is no note {note_id}")
        now = found._asdict() | change.model_dump(include=change.model_fields_set)
        session.query(Note).filter_by(id=note_id).update({"title": now["title"], "text": now["text"]})
        session.commit()
        return now
    except BaseException as error:
        session.close()
        if isinstance(error, IntegrityError):
            raise TitleTaken(change.title) from error
        raise


# %% 3.10a reject: it asks first, and another session is faster -> A title that came a moment ago is taken
from sqlalchemy import select


def edit(session, note_id, change):
    try:
        note = session.scalar(select(Note).where(Note.id == note_id))
        if note is None:
            raise NoNote(note_id)
        if "title" in change.model_fields_set:
            taken = select(Note).where(Note.title == change.title, Note.id != note_id)
            if session.scalar(taken):
                raise TitleTaken(change.title)
            note.title = change.title
        if "text" in change.model_fields_set:
            note.text = change.text
        session.commit()
        return {"id": note.id, "title": note.title, "text": note.text}
    finally:
        session.close()


# %% 3.10a reject: after any other error the connection stays lent -> No connection stays lent
def edit(session, note_id, change):
    note = session.get(Note, note_id)
    if note is None:
        session.rollback()
        raise NoNote
    for name, value in change.model_dump(exclude_unset=True).items():
        setattr(note, name, value)
    found = {"id": note.id, "title": note.title, "text": note.text}
    try:
        session.commit()
    except IntegrityError as error:
        session.rollback()
        raise TitleTaken from error
    return found


# %% 3.10a reject: all fields of the model -> What was not sent keeps its value
def edit(session, note_id, change):
    try:
        note = session.get(Note, note_id)
        if note is None:
            raise NoNote
        note.title, note.text = change.title, change.text
        session.commit()
        return {"id": note.id, "title": note.title, "text": note.text}
    except IntegrityError:
        raise TitleTaken from None
    finally:
        session.rollback()


# %% 3.10a reject: what is not None was sent -> Null removes the text
def edit(session, note_id, change):
    try:
        note = session.get(Note, note_id)
        if note is None:
            raise NoNote
        for name, value in change.model_dump(exclude_unset=True, exclude_none=True).items():
            setattr(note, name, value)
        session.commit()
        return {"id": note.id, "title": note.title, "text": note.text}
    except IntegrityError:
        raise TitleTaken from None
    finally:
        session.rollback()


# %% 3.10a reject: a flush is no commit -> The change is stored
def edit(session, note_id, change):
    try:
        note = session.get(Note, note_id)
        if note is None:
            raise NoNote
        for name, value in change.model_dump(exclude_unset=True).items():
            setattr(note, name, value)
        session.flush()
        return {"id": note.id, "title": note.title, "text": note.text}
    except IntegrityError:
        raise TitleTaken from None
    finally:
        session.rollback()


# %% 3.10a reject: the note is read after the commit -> No connection stays lent
def edit(session, note_id, change):
    note = session.get(Note, note_id)
    if note is None:
        session.rollback()
        raise NoNote
    for name, value in change.model_dump(exclude_unset=True).items():
        setattr(note, name, value)
    try:
        session.commit()
    except IntegrityError:
        session.rollback()
        raise TitleTaken from None
    return {"id": note.id, "title": note.title, "text": note.text}


# %% 3.10a reject: the unknown note keeps the connection -> No connection stays lent
def edit(session, note_id, change):
    note = session.get(Note, note_id)
    if note is None:
        raise NoNote
    try:
        for name, value in change.model_dump(exclude_unset=True).items():
            setattr(note, name, value)
        found = {"id": note.id, "title": note.title, "text": note.text}
        session.commit()
    except IntegrityError:
        session.rollback()
        raise TitleTaken from None
    return found


# %% 3.10a reject: the session waits for its rollback -> The next call works
def edit(session, note_id, change):
    note = session.get(Note, note_id)
    if note is None:
        session.rollback()
        raise NoNote
    for name, value in change.model_dump(exclude_unset=True).items():
        setattr(note, name, value)
    try:
        session.flush()
    except IntegrityError:
        raise TitleTaken from None
    found = {"id": note.id, "title": note.title, "text": note.text}
    session.commit()
    return found


# %% 3.10a reject: the database's own error -> The title of another note is taken
def edit(session, note_id, change):
    try:
        note = session.get(Note, note_id)
        if note is None:
            raise NoNote
        for name, value in change.model_dump(exclude_unset=True).items():
            setattr(note, name, value)
        found = {"id": note.id, "title": note.title, "text": note.text}
        session.commit()
        return found
    finally:
        session.rollback()


# %% 3.10a reject: the note itself has the title -> The own title is not taken
from sqlalchemy import select


def edit(session, note_id, change):
    try:
        note = session.get(Note, note_id)
        if note is None:
            raise NoNote
        sent = change.model_dump(exclude_unset=True)
        if session.scalar(select(Note).where(Note.title == sent.get("title"))):
            raise TitleTaken
        for name, value in sent.items():
            setattr(note, name, value)
        session.commit()
        return {"id": note.id, "title": note.title, "text": note.text}
    finally:
        session.rollback()


# %% 3.10a reject: the text is stored before the title is refused -> The title of another note is taken
def edit(session, note_id, change):
    try:
        note = session.get(Note, note_id)
        if note is None:
            raise NoNote
        for name, value in reversed(change.model_dump(exclude_unset=True).items()):
            setattr(note, name, value)
            session.commit()
        return {"id": note.id, "title": note.title, "text": note.text}
    except IntegrityError:
        raise TitleTaken from None
    finally:
        session.rollback()


# %% 3.10a reject: None for an unknown note -> An unknown note is no note
def edit(session, note_id, change):
    try:
        note = session.get(Note, note_id)
        if note is None:
            return None
        for name, value in change.model_dump(exclude_unset=True).items():
            setattr(note, name, value)
        session.commit()
        return {"id": note.id, "title": note.title, "text": note.text}
    except IntegrityError:
        raise TitleTaken from None
    finally:
        session.rollback()


# %% 3.10a reject: an empty value was not sent, it thinks -> What was sent changes
def edit(session, note_id, change):
    try:
        note = session.get(Note, note_id)
        if note is None:
            raise NoNote
        note.title = change.title or note.title
        if "text" in change.model_fields_set:
            note.text = change.text
        session.commit()
        return {"id": note.id, "title": note.title, "text": note.text}
    except IntegrityError:
        raise TitleTaken from None
    finally:
        session.rollback()


# %% 3.10b accept: NULL is left out of the list
def to_remind(session):
    published = select(Post.author_id).where(Post.published, Post.author_id.is_not(None))
    rows = session.execute(
        select(User.name, func.count(Post.author_id))
        .outerjoin(User.posts)
        .where(User.id.not_in(published))
        .group_by(User.id)
        .order_by(User.name)
    )
    return rows.all()


# %% 3.10b accept: SQL by hand, with HAVING
from sqlalchemy import text


def to_remind(session):
    return session.execute(
        text("""
            SELECT name, count(posts.id) FROM users LEFT JOIN posts ON posts.author_id = users.id
            GROUP BY name HAVING count(*) FILTER (WHERE published) = 0 ORDER BY name
        """)
    ).all()


# %% 3.10b accept: subqueries instead of a join
def to_remind(session):
    drafts = select(func.count()).where(Post.author_id == User.id).scalar_subquery()
    published = select(Post.id).where(Post.author_id == User.id, Post.published).exists()
    yield from map(list, session.execute(select(User.name, drafts).where(~published).order_by(User.name)))


# %% 3.10b accept: counted in Python, from one statement
def to_remind(session):
    drafts = {}
    done = set()
    for name, post_id, published in session.execute(
        select(User.name, Post.id, Post.published).outerjoin(Post, Post.author_id == User.id)
    ):
        drafts[name] = drafts.get(name, 0) + (post_id is not None)
        if published:
            done.add(name)
    return sorted((name, number) for name, number in drafts.items() if name not in done)


# %% 3.10b accept: two sets of users, one taken from the other
def to_remind(session):
    idle = select(User.id).except_(select(Post.author_id).where(Post.published)).subquery()
    drafts = select(Post.author_id, func.count().label("number")).group_by(Post.author_id).subquery()
    query = (
        select(User.name, func.coalesce(drafts.c.number, 0))
        .join(idle, idle.c.id == User.id)
        .join(drafts, drafts.c.author_id == User.id, isouter=True)
    )
    return [tuple(row) for row in session.execute(query.order_by(User.name))]


# %% 3.10b accept: EXISTS beside the join, with correlate
def to_remind(session: Session) -> list[tuple[str, int]]:
    published = select(Post.id).where(Post.published, Post.author_id == User.id).correlate(User)
    rows = session.execute(
        select(User.name, func.count(Post.id))
        .outerjoin(User.posts)
        .where(~published.exists())
        .group_by(User.id)
        .order_by(User.name)
    )
    return [(name, drafts) for name, drafts in rows]


# %% 3.10b reject: only the list is repaired -> A user without posts has no drafts
def to_remind(session):
    published = select(Post.author_id).where(Post.published, Post.author_id.is_not(None))
    return session.execute(
        select(User.name, func.count())
        .outerjoin(User.posts)
        .where(User.id.not_in(published))
        .group_by(User.name)
        .order_by(User.name)
    ).all()


# %% 3.10b reject: only the count is repaired -> Posts without an author change nothing
def to_remind(session):
    published = select(Post.author_id).where(Post.published)
    return session.execute(
        select(User.name, func.count(Post.id))
        .outerjoin(User.posts)
        .where(User.id.not_in(published))
        .group_by(User.name)
        .order_by(User.name)
    ).all()


# %% 3.10b reject: an inner join -> A user without posts has no drafts
def to_remind(session):
    return session.execute(
        select(User.name, func.count(Post.id))
        .join(User.posts)
        .where(~User.posts.any(Post.published))
        .group_by(User.name)
        .order_by(User.name)
    ).all()


# %% 3.10b reject: the drafts of everybody -> Who has published is not reminded
from sqlalchemy import and_


def to_remind(session):
    return session.execute(
        select(User.name, func.count(Post.id))
        .outerjoin(Post, and_(Post.author_id == User.id, ~Post.published))
        .group_by(User.name)
        .having(func.coalesce(func.bool_or(Post.published), False).is_(False))
        .order_by(User.name)
    ).all()


# %% 3.10b reject: asks for each user -> One statement is enough
def to_remind(session):
    found = []
    for user in session.scalars(select(User).order_by(User.name)):
        published = session.scalars(select(Post.published).where(Post.author_id == user.id)).all()
        if not any(published):
            found.append((user.name, len(published)))
    return found


# %% 3.10b reject: in the order of the ids -> The names are in alphabetical order
def to_remind(session):
    return session.execute(
        select(User.name, func.count(Post.id))
        .outerjoin(User.posts)
        .where(~User.posts.any(Post.published))
        .group_by(User.id)
        .order_by(User.id)
    ).all()


# %% 3.10b reject: the names without their drafts -> A user with drafts only is reminded
def to_remind(session):
    return [
        (name, 0)
        for name in session.scalars(
            select(User.name).where(~User.posts.any(Post.published)).order_by(User.name)
        )
    ]
