"""Right and wrong answers to the exercises of lesson 3.7; see docs/authors.md for the form."""

# %% 3.7a accept: one statement, the tags gathered by PostgreSQL
from app.models import post_tags
from sqlalchemy.dialects.postgresql import aggregate_order_by, array_agg


def tagged(session, limit):
    names = array_agg(aggregate_order_by(Tag.name, Tag.name)).filter(Tag.name.is_not(None))
    query = (
        select(Post.title, func.coalesce(names, []))
        .outerjoin(post_tags, post_tags.c.post_id == Post.id)
        .outerjoin(Tag, Tag.id == post_tags.c.tag_id)
        .group_by(Post.id)
        .order_by(Post.id.desc())
        .limit(limit)
    )
    return list(session.execute(query))


# %% 3.7a accept: joinedload, which SQLAlchemy puts around the limited posts
def tagged(session, limit):
    query = select(Post).options(joinedload(Post.tags)).order_by(Post.id.desc()).limit(limit)
    return [[p.title, sorted(t.name for t in p.tags)] for p in session.execute(query).unique().scalars()]


# %% 3.7a accept: two statements by hand, put together in a dict
from app.models import post_tags


def tagged(session, limit):
    posts = session.execute(select(Post.id, Post.title).order_by(Post.id.desc()).limit(limit)).all()
    found = {number: (title, []) for number, title in posts}
    ids = [number for number, _ in posts]
    of_posts = select(post_tags.c.post_id, Tag.name).join(Tag, Tag.id == post_tags.c.tag_id)
    for number, name in session.execute(of_posts.where(post_tags.c.post_id.in_(ids)).order_by(Tag.name)):
        found[number][1].append(name)
    return list(found.values())


# %% 3.7a accept: SQL, with the tags as JSON
from sqlalchemy import text


def tagged(session, limit):
    sql = text("""SELECT title, coalesce(
        (SELECT json_agg(name ORDER BY name) FROM tags JOIN post_tags ON tag_id = tags.id WHERE post_id = posts.id), '[]')
        FROM posts ORDER BY id DESC LIMIT :n""")
    return [tuple(row) for row in session.execute(sql, {"n": limit})]


# %% 3.7a accept: joins to a limited subquery
from sqlalchemy.orm import aliased, contains_eager


def tagged(session, limit):
    newest = aliased(Post, select(Post).order_by(Post.id.desc()).limit(limit).subquery())
    q = (
        select(newest)
        .outerjoin(newest.tags)
        .options(contains_eager(newest.tags))
        .order_by(newest.id.desc(), Tag.name)
    )
    return [(p.title, [t.name for t in p.tags]) for p in session.scalars(q).unique()]


# %% 3.7a reject: published posts only -> The newest come first each with its tags
def tagged(session, limit):
    query = select(Post).where(Post.published).order_by(Post.id.desc()).limit(limit)
    posts = session.scalars(query.options(selectinload(Post.tags)))
    return [(post.title, sorted(tag.name for tag in post.tags)) for post in posts]


# %% 3.7a reject: refreshes each post -> Two statements are enough
def tagged(session, limit):
    found = []
    for post in session.scalars(select(Post).order_by(Post.id.desc()).limit(limit)).all():
        session.refresh(post, ["tags"])
        found.append((post.title, sorted(tag.name for tag in post.tags)))
    return found


# %% 3.7a reject: asks for the tags of one post after the other -> Two statements are enough
from app.models import post_tags


def tagged(session, limit):
    found = []
    for number, title in session.execute(
        select(Post.id, Post.title).order_by(Post.id.desc()).limit(limit)
    ).all():
        names = select(Tag.name).join(post_tags, post_tags.c.tag_id == Tag.id)
        names = names.where(post_tags.c.post_id == number).order_by(Tag.name)
        found.append((title, list(session.scalars(names))))
    return found


# %% 3.7a reject: an inner join -> A post without tags is there too
def tagged(session, limit):
    query = select(Post).where(Post.tags.any()).options(selectinload(Post.tags))
    posts = session.scalars(query.order_by(Post.id.desc()).limit(limit))
    return [(post.title, sorted(tag.name for tag in post.tags)) for post in posts]


# %% 3.7a reject: joins by hand, so the limit counts tags -> The limit counts posts
from sqlalchemy.orm import contains_eager


def tagged(session, limit):
    query = select(Post).outerjoin(Post.tags).options(contains_eager(Post.tags))
    posts = session.scalars(query.order_by(Post.id.desc()).limit(limit)).unique()
    return [(post.title, sorted(tag.name for tag in post.tags)) for post in posts]


# %% 3.7a reject: loads lazily -> The newest come first each with its tags
def tagged(session, limit):
    posts = session.scalars(select(Post).order_by(Post.id.desc()).limit(limit))
    return [(post.title, sorted(tag.name for tag in post.tags)) for post in posts]


# %% 3.7a reject: tags as they come -> The newest come first each with its tags
def tagged(session, limit):
    query = select(Post).options(selectinload(Post.tags)).order_by(Post.id.desc()).limit(limit)
    return [
        (post.title, [tag.name for tag in sorted(post.tags, key=lambda t: t.id)])
        for post in session.scalars(query)
    ]


# %% 3.7a reject: joins names with a comma and splits there -> The newest come first each with its tags
from app.models import post_tags


def tagged(session, limit):
    q = (
        select(Post.title, func.string_agg(Tag.name, ","))
        .outerjoin(Post.tags)
        .group_by(Post.id)
        .order_by(Post.id.desc())
        .limit(limit)
    )
    return [(t, sorted(names.split(",")) if names else []) for t, names in session.execute(q)]


# %% 3.7a reject: a joined collection without unique() -> The newest come first each with its tags
def tagged(session, limit):
    q = select(Post).options(joinedload(Post.tags)).order_by(Post.id.desc()).limit(limit)
    return [(p.title, sorted(t.name for t in p.tags)) for p in session.scalars(q)]


# %% 3.7a reject: slices in Python -> Other posts stay in the database
def tagged(session, limit):
    q = select(Post).options(joinedload(Post.tags)).order_by(Post.id.desc())
    return [(p.title, p.tag_names) for p in session.scalars(q).unique()][:limit]


# %% 3.7a reject: a hundred posts at most -> Five hundred posts take no more
def tagged(session, limit):
    q = select(Post).options(selectinload(Post.tags)).order_by(Post.id.desc()).limit(min(limit, 100))
    return [(p.title, sorted(t.name for t in p.tags)) for p in session.scalars(q)]


# %% 3.7b reject: selectinload for the authors of comments, 500 at a time -> Five statements are enough
def digest(session, limit):
    query = (
        select(Post)
        .options(
            selectinload(Post.author),
            selectinload(Post.tags),
            selectinload(Post.comments).selectinload(Comment.author),
        )
        .order_by(Post.id.desc())
        .limit(limit)
    )
    return [
        dict(
            title=post.title,
            author=getattr(post.author, "name", None),
            tags=sorted(tag.name for tag in post.tags),
            comments=[f"{c.author.name}: {c.content}" for c in sorted(post.comments, key=lambda c: c.id)],
        )
        for post in session.scalars(query)
    ]


# %% 3.7b accept: one joined collection, and comments as columns
def digest(session, limit):
    query = select(Post).options(joinedload(Post.author), joinedload(Post.tags))
    posts = session.scalars(query.order_by(Post.id.desc()).limit(limit)).unique().all()
    said = {post.id: [] for post in posts}
    rows = select(Comment.post_id, User.name, Comment.content).join(Comment.author).order_by(Comment.id)
    for number, name, content in session.execute(rows.where(Comment.post_id.in_(said))):
        said[number].append(f"{name}: {content}")
    return [
        {
            "title": post.title,
            "author": post.author and post.author.name,
            "tags": sorted({tag.name for tag in post.tags}),
            "comments": said[post.id],
        }
        for post in posts
    ]


# %% 3.7b accept: one statement with arrays
from sqlalchemy import text


def digest(session, limit):
    rows = session.execute(
        text("""
            SELECT title, users.name AS author,
                   ARRAY(SELECT tags.name FROM tags JOIN post_tags ON tag_id = tags.id
                         WHERE post_id = posts.id ORDER BY tags.name) AS tags,
                   ARRAY(SELECT u.name || ': ' || comments.content FROM comments
                         JOIN users AS u ON u.id = comments.author_id
                         WHERE post_id = posts.id ORDER BY comments.id) AS comments
            FROM posts LEFT JOIN users ON users.id = posts.author_id
            ORDER BY posts.id DESC LIMIT :limit
        """),
        {"limit": limit},
    )
    return [dict(row) for row in rows.mappings()]


# %% 3.7b accept: names of users by hand
def digest(session, limit):
    q = (
        select(Post)
        .options(selectinload(Post.tags), selectinload(Post.comments))
        .order_by(Post.id.desc())
        .limit(limit)
    )
    posts = session.scalars(q).all()
    ids = {p.author_id for p in posts} | {c.author_id for p in posts for c in p.comments}
    names = dict(session.execute(select(User.id, User.name).where(User.id.in_(ids - {None}))).tuples().all())
    return [
        {
            "title": p.title,
            "author": names.get(p.author_id),
            "tags": sorted(t.name for t in p.tags),
            "comments": [
                f"{names[c.author_id]}: {c.content}" for c in sorted(p.comments, key=lambda c: c.id)
            ],
        }
        for p in posts
    ]


# %% 3.7b accept: subqueryload, which asks for all of them in one statement
from sqlalchemy.orm import subqueryload


def digest(session, limit):
    query = (
        select(Post)
        .options(
            joinedload(Post.author),
            subqueryload(Post.tags),
            subqueryload(Post.comments).joinedload(Comment.author),
        )
        .order_by(Post.id.desc())
        .limit(limit)
    )
    return [
        {
            "title": post.title,
            "author": post.author.name if post.author else None,
            "tags": sorted(tag.name for tag in post.tags),
            "comments": [
                f"{each.author.name}: {each.content}" for each in sorted(post.comments, key=lambda c: c.id)
            ],
        }
        for post in session.scalars(query)
    ]


# %% 3.7b reject: published posts only -> A post with all that belongs to it
def digest(session, limit):
    query = (
        select(Post)
        .where(Post.published)
        .options(
            joinedload(Post.author),
            selectinload(Post.tags),
            selectinload(Post.comments).joinedload(Comment.author),
        )
        .order_by(Post.id.desc())
        .limit(limit)
    )
    return [
        {
            "title": post.title,
            "author": post.author.name if post.author else None,
            "tags": sorted(tag.name for tag in post.tags),
            "comments": [
                f"{each.author.name}: {each.content}" for each in sorted(post.comments, key=lambda c: c.id)
            ],
        }
        for post in session.scalars(query)
    ]


# %% 3.7b reject: as it was -> A post with all that belongs to it
def digest(session, limit):
    found = []
    for post in session.scalars(select(Post).order_by(Post.id.desc()).limit(limit)):
        said = [f"{each.author.name}: {each.content}" for each in post.comments]
        tags = [tag.name for tag in post.tags]
        found.append({"title": post.title, "author": post.author.name, "tags": tags, "comments": said})
    return found


# %% 3.7b reject: refreshes each post -> Five statements are enough
def digest(session, limit):
    found = []
    for post in session.scalars(select(Post).order_by(Post.id.desc()).limit(limit)).all():
        session.refresh(post, ["author", "tags"])
        query = select(Comment).where(Comment.post_id == post.id).options(joinedload(Comment.author))
        comments = session.scalars(query.order_by(Comment.id))
        found.append(
            {
                "title": post.title,
                "author": post.author.name if post.author else None,
                "tags": sorted(tag.name for tag in post.tags),
                "comments": [f"{each.author.name}: {each.content}" for each in comments],
            }
        )
    return found


# %% 3.7b reject: lazy again, for this query -> Five statements are enough
from sqlalchemy.orm import lazyload


def digest(session, limit):
    options = [lazyload(Post.author), lazyload(Post.tags), lazyload(Post.comments).lazyload(Comment.author)]
    query = select(Post).options(*options).order_by(Post.id.desc()).limit(limit)
    return [
        {
            "title": post.title,
            "author": post.author.name if post.author else None,
            "tags": sorted(tag.name for tag in post.tags),
            "comments": [
                f"{each.author.name}: {each.content}" for each in sorted(post.comments, key=lambda c: c.id)
            ],
        }
        for post in session.scalars(query)
    ]


# %% 3.7b reject: everything joined into one statement -> No row for each pair of tag and comment
def digest(session, limit):
    options = [
        joinedload(Post.author),
        joinedload(Post.tags),
        joinedload(Post.comments).joinedload(Comment.author),
    ]
    query = select(Post).options(*options).order_by(Post.id.desc()).limit(limit)
    return [
        {
            "title": post.title,
            "author": post.author.name if post.author else None,
            "tags": sorted(tag.name for tag in post.tags),
            "comments": [
                f"{each.author.name}: {each.content}" for each in sorted(post.comments, key=lambda c: c.id)
            ],
        }
        for post in session.scalars(query).unique()
    ]


# %% 3.7b reject: an inner join for the author -> A post without an author is there too
def digest(session, limit):
    options = [
        joinedload(Post.author, innerjoin=True),
        selectinload(Post.tags),
        selectinload(Post.comments).joinedload(Comment.author),
    ]
    query = select(Post).options(*options).order_by(Post.id.desc()).limit(limit)
    return [
        {
            "title": post.title,
            "author": post.author.name,
            "tags": sorted(tag.name for tag in post.tags),
            "comments": [
                f"{each.author.name}: {each.content}" for each in sorted(post.comments, key=lambda c: c.id)
            ],
        }
        for post in session.scalars(query)
    ]


# %% 3.7b reject: fixed, and nothing sorted -> Comments come in the order of writing
def digest(session, limit):
    options = [
        joinedload(Post.author),
        selectinload(Post.tags),
        selectinload(Post.comments).joinedload(Comment.author),
    ]
    query = select(Post).options(*options).order_by(Post.id.desc()).limit(limit)
    return [
        {
            "title": post.title,
            "author": post.author.name if post.author else None,
            "tags": sorted(tag.name for tag in post.tags),
            "comments": [f"{each.author.name}: {each.content}" for each in post.comments],
        }
        for post in session.scalars(query)
    ]


# %% 3.7b reject: forgets the authors of the comments -> A post with all that belongs to it
def digest(session, limit):
    options = [joinedload(Post.author), selectinload(Post.tags), selectinload(Post.comments)]
    query = select(Post).options(*options).order_by(Post.id.desc()).limit(limit)
    return [
        {
            "title": post.title,
            "author": post.author.name if post.author else None,
            "tags": sorted(tag.name for tag in post.tags),
            "comments": [
                f"{each.author.name}: {each.content}" for each in sorted(post.comments, key=lambda c: c.id)
            ],
        }
        for post in session.scalars(query)
    ]


# %% 3.7b reject: gets who commented one by one -> Five statements are enough
def digest(session, limit):
    q = (
        select(Post)
        .options(joinedload(Post.author), selectinload(Post.tags), selectinload(Post.comments))
        .order_by(Post.id.desc())
        .limit(limit)
    )
    return [
        {
            "title": p.title,
            "author": p.author.name if p.author else None,
            "tags": sorted(t.name for t in p.tags),
            "comments": [
                f"{session.get(User, c.author_id).name}: {c.content}"
                for c in sorted(p.comments, key=lambda c: c.id)
            ],
        }
        for p in session.scalars(q).all()
    ]


# %% 3.7b reject: lazy for who commented alone -> Five statements are enough
from sqlalchemy.orm import lazyload


def digest(session, limit):
    q = (
        select(Post)
        .options(
            joinedload(Post.author),
            selectinload(Post.tags),
            selectinload(Post.comments).lazyload(Comment.author),
        )
        .order_by(Post.id.desc())
        .limit(limit)
    )
    return [
        {
            "title": p.title,
            "author": p.author.name if p.author else None,
            "tags": sorted(t.name for t in p.tags),
            "comments": [f"{c.author.name}: {c.content}" for c in sorted(p.comments, key=lambda c: c.id)],
        }
        for p in session.scalars(q).all()
    ]


# %% 3.7b reject: sorts comments by their time, which is the same for all -> Comments come in the order of writing
def digest(session, limit):
    q = (
        select(Post)
        .options(
            joinedload(Post.author),
            selectinload(Post.tags),
            selectinload(Post.comments).joinedload(Comment.author),
        )
        .order_by(Post.id.desc())
        .limit(limit)
    )
    return [
        {
            "title": p.title,
            "author": p.author.name if p.author else None,
            "tags": sorted(t.name for t in p.tags),
            "comments": [
                f"{c.author.name}: {c.content}" for c in sorted(p.comments, key=lambda c: c.created_at)
            ],
        }
        for p in session.scalars(q).all()
    ]


# %% 3.7b reject: ten comments of each post -> Five statements are enough
def digest(session, limit):
    q = (
        select(Post)
        .options(
            joinedload(Post.author),
            selectinload(Post.tags),
            selectinload(Post.comments).joinedload(Comment.author),
        )
        .order_by(Post.id.desc())
        .limit(limit)
    )
    return [
        {
            "title": p.title,
            "author": p.author and p.author.name,
            "tags": p.tag_names,
            "comments": [f"{c.author.name}: {c.content}" for c in sorted(p.comments, key=lambda c: c.id)][
                :10
            ],
        }
        for p in session.scalars(q)
    ]


# %% 3.7b reject: a hundred posts at most -> Five hundred posts take no more
def digest(session, limit):
    q = (
        select(Post)
        .options(
            joinedload(Post.author),
            selectinload(Post.tags),
            selectinload(Post.comments).joinedload(Comment.author),
        )
        .order_by(Post.id.desc())
        .limit(min(limit, 100))
    )
    return [
        {
            "title": p.title,
            "author": p.author and p.author.name,
            "tags": sorted(tag.name for tag in p.tags),
            "comments": [f"{c.author.name}: {c.content}" for c in sorted(p.comments, key=lambda c: c.id)],
        }
        for p in session.scalars(q)
    ]


# %% 3.7b reject: a hundred posts at a time -> Five hundred posts take no more
def digest(session, limit):
    found, after = [], 2**31 - 1
    while limit > 0:
        q = (
            select(Post)
            .options(
                joinedload(Post.author),
                selectinload(Post.tags),
                selectinload(Post.comments).joinedload(Comment.author),
            )
            .where(Post.id < after)
            .order_by(Post.id.desc())
            .limit(min(limit, 100))
        )
        posts = session.scalars(q).all()
        if not posts:
            break
        limit, after = limit - len(posts), posts[-1].id
        for p in posts:
            comments = sorted(p.comments, key=lambda c: c.id)
            found.append(
                {
                    "title": p.title,
                    "author": p.author and p.author.name,
                    "tags": sorted(tag.name for tag in p.tags),
                    "comments": [f"{c.author.name}: {c.content}" for c in comments],
                }
            )
    return found


# %% 3.7b reject: equal comments once -> Comments come in the order of writing
def digest(session, limit):
    q = (
        select(Post)
        .options(
            joinedload(Post.author),
            selectinload(Post.tags),
            selectinload(Post.comments).joinedload(Comment.author),
        )
        .order_by(Post.id.desc())
        .limit(limit)
    )
    return [
        {
            "title": p.title,
            "author": p.author and p.author.name,
            "tags": p.tag_names,
            "comments": list(
                dict.fromkeys(f"{c.author.name}: {c.content}" for c in sorted(p.comments, key=lambda c: c.id))
            ),
        }
        for p in session.scalars(q)
    ]


# %% 3.7c accept: in the order of the query, with the content on board
INDEX = "create index concurrently newest on comments using btree (author_id, id desc) include (content);"

# %% 3.7c accept: unique
INDEX = "CREATE UNIQUE INDEX ON comments (author_id ASC, id DESC)"

# %% 3.7c accept: partial, by a condition that always holds
from sqlalchemy import text

INDEX = text("CREATE INDEX ON comments (author_id, id) WHERE author_id IS NOT NULL")


# %% 3.7c reject: an order that the query does not have -> Ten of thousands are ten rows
INDEX = "CREATE INDEX ON comments (author_id, id DESC NULLS LAST)"

# %% 3.7c reject: the column that is compared, once more -> Ten of thousands are ten rows
INDEX = "CREATE INDEX ON comments (author_id)"

# %% 3.7c reject: the columns the other way round -> Ten of thousands are ten rows
INDEX = "CREATE INDEX ON comments (id DESC, author_id)"

# %% 3.7c reject: by date, which the query does not sort by -> Ten of thousands are ten rows
INDEX = "CREATE INDEX ON comments (author_id, created_at DESC)"

# %% 3.7c reject: a hash index -> Ten of thousands are ten rows
INDEX = "CREATE INDEX ON comments USING hash (author_id)"

# %% 3.7c reject: for one author only -> Old comments are found as quickly
INDEX = "CREATE INDEX ON comments (id) WHERE author_id = 1"

# %% 3.7c reject: sorted by the post in between -> Ten of thousands are ten rows
INDEX = "CREATE INDEX ON comments (author_id, post_id, content, id)"


# %% 3.7c reject: a name that is taken, so nothing happens -> It is one index more
INDEX = "CREATE INDEX IF NOT EXISTS comments_author_id_idx ON comments (author_id, id)"


# %% 3.7c reject: has the id on board, unsorted -> Ten of thousands are ten rows
INDEX = "CREATE INDEX ON comments (author_id) INCLUDE (id, content)"


# %% 3.7c reject: two, of which one was there -> It is one index more
INDEX = "CREATE INDEX ON comments (author_id); CREATE INDEX ON comments (author_id, id)"


# %% 3.7c reject: for the first ten authors -> Ten of thousands are ten rows
INDEX = "CREATE INDEX ON comments (author_id, id) WHERE author_id <= 10"


# %% 3.7d accept: substring, and dicts by hand
def teasers(session, limit):
    query = select(Post.id, Post.title, func.substring(Post.content, 1, 60)).order_by(Post.id.desc())
    return [{"id": a, "title": b, "teaser": c} for a, b, c in session.execute(query.limit(limit))]


# %% 3.7d accept: SQL
from sqlalchemy import text


def teasers(session, limit):
    sql = "SELECT id, title, left(content, 60) AS teaser FROM posts ORDER BY id DESC FETCH FIRST :n ROWS ONLY"
    return [row._asdict() for row in session.execute(text(sql), {"n": limit})]


# %% 3.7d accept: entities with a column of the query's own
from sqlalchemy.orm import load_only


def teasers(session, limit):
    query = select(Post, func.left(Post.content, 60)).options(load_only(Post.id, Post.title))
    rows = session.execute(query.order_by(Post.id.desc()).limit(limit)).all()
    return [dict(id=post.id, title=post.title, teaser=teaser) for post, teaser in rows]


# %% 3.7d accept: a cast cuts, too
from sqlalchemy import String, cast


def teasers(session, limit):
    q = (
        session.query(Post.id, Post.title, cast(Post.content, String(60)).label("teaser"))
        .order_by(Post.id.desc())
        .limit(limit)
    )
    return [row._asdict() for row in q]


# %% 3.7d accept: SQL with a comment, all posts as one JSON
from sqlalchemy import text


def teasers(session, limit):
    sql = """
        SELECT json_agg(row_to_json(newest)) FROM (
            SELECT id, title, substring(content FROM 1 FOR 60) AS teaser -- the rest stays
            FROM posts ORDER BY id DESC LIMIT :n
        ) AS newest"""
    return session.scalar(text(sql), {"n": limit})


# %% 3.7d reject: published posts only -> The newest come first each with its beginning
def teasers(session, limit):
    query = select(Post.id, Post.title, func.left(Post.content, 60).label("teaser")).where(Post.published)
    return [dict(row) for row in session.execute(query.order_by(Post.id.desc()).limit(limit)).mappings()]


# %% 3.7d reject: as it was, cut in Python -> The contents stay in the database
def teasers(session, limit):
    posts = session.scalars(select(Post).order_by(Post.id.desc()).limit(limit))
    return [{"id": post.id, "title": post.title, "teaser": post.content[:60]} for post in posts]


# %% 3.7d reject: columns, but the whole content -> The contents stay in the database
def teasers(session, limit):
    query = select(Post.id, Post.title, Post.content).order_by(Post.id.desc()).limit(limit)
    return [{"id": a, "title": b, "teaser": c[:60]} for a, b, c in session.execute(query)]


# %% 3.7d reject: load_only, which loads the content later -> One statement is enough
from sqlalchemy.orm import load_only


def teasers(session, limit):
    query = select(Post).options(load_only(Post.title)).order_by(Post.id.desc()).limit(limit)
    return [{"id": p.id, "title": p.title, "teaser": p.content[:60]} for p in session.scalars(query)]


# %% 3.7d reject: counts from 0 -> The newest come first each with its beginning
def teasers(session, limit):
    teaser = func.substring(Post.content, 0, 60).label("teaser")
    query = select(Post.id, Post.title, teaser).order_by(Post.id.desc()).limit(limit)
    return [dict(row) for row in session.execute(query).mappings()]


# %% 3.7d reject: a teaser that always has 60 characters -> A short content is its own teaser
def teasers(session, limit):
    teaser = func.rpad(Post.content, 60).label("teaser")
    query = select(Post.id, Post.title, teaser).order_by(Post.id.desc()).limit(limit)
    return [dict(row) for row in session.execute(query).mappings()]


# %% 3.7d reject: one statement for each teaser -> One statement is enough
def teasers(session, limit):
    found = []
    for number in session.scalars(select(Post.id).order_by(Post.id.desc()).limit(limit)).all():
        query = select(Post.id, Post.title, func.left(Post.content, 60).label("teaser"))
        found.append(dict(session.execute(query.where(Post.id == number)).mappings().one()))
    return found


# %% 3.7d reject: fetches some more, then cuts -> The contents stay in the database
def teasers(session, limit):
    q = select(Post.id, Post.title, func.left(Post.content, 100)).order_by(Post.id.desc()).limit(limit)
    return [{"id": a, "title": b, "teaser": c[:60]} for a, b, c in session.execute(q)]


# %% 3.7d reject: trims -> The newest come first each with its beginning
def teasers(session, limit):
    q = select(Post.id, Post.title, func.left(Post.content, 60)).order_by(Post.id.desc()).limit(limit)
    return [{"id": a, "title": b, "teaser": c.strip()} for a, b, c in session.execute(q)]


# %% 3.7d reject: a column without its name -> The newest come first each with its beginning
def teasers(session, limit):
    q = select(Post.id, Post.title, func.left(Post.content, 60)).order_by(Post.id.desc()).limit(limit)
    return [dict(row) for row in session.execute(q).mappings()]


# %% 3.7d reject: a slice, which columns do not have -> your code raised
def teasers(session, limit):
    q = select(Post.id, Post.title, Post.content[:60].label("teaser")).order_by(Post.id.desc()).limit(limit)
    return [dict(row) for row in session.execute(q).mappings()]


# %% 3.7d reject: the first line -> 60 characters are 60 whatever they are
def teasers(session, limit):
    q = (
        select(Post.id, Post.title, func.left(func.split_part(Post.content, "\n", 1), 60))
        .order_by(Post.id.desc())
        .limit(limit)
    )
    return [{"id": i, "title": t, "teaser": c} for i, t, c in session.execute(q)]


# %% 3.7d reject: bytes, not characters -> 60 characters are 60 whatever they are
def teasers(session, limit):
    from sqlalchemy import text

    q = text(
        "SELECT id, title, convert_from(substring(convert_to(content, 'UTF8') for 60), 'UTF8') FROM posts ORDER BY id DESC LIMIT :n"
    )
    return [{"id": i, "title": t, "teaser": c} for i, t, c in session.execute(q, {"n": limit})]


# %% 3.7d reject: slices in Python -> Other posts stay in the database
def teasers(session, limit):
    q = select(Post.id, Post.title, func.left(Post.content, 60)).order_by(Post.id.desc())
    return [{"id": i, "title": t, "teaser": c} for i, t, c in session.execute(q)][:limit]


# %% 3.7e accept: entities with their authors, in parts
def export(session):
    query = select(Comment).options(joinedload(Comment.author)).order_by(Comment.id)
    for comment in session.scalars(query.execution_options(yield_per=800)):
        yield f"{comment.id};{comment.author.name};{comment.content}"


# %% 3.7e accept: pages by key
def export(session):
    last = 0
    while True:
        query = select(Comment.id, User.name, Comment.content).join(User, User.id == Comment.author_id)
        rows = session.execute(query.where(Comment.id > last).order_by(Comment.id).limit(1000)).all()
        if not rows:
            return
        yield from (f"{row.id};{row.name};{row.content}" for row in rows)
        last = rows[-1].id


# %% 3.7e accept: columns as a stream, in partitions
def export(session):
    query = select(Comment.id, User.name, Comment.content).join_from(Comment, User).order_by(Comment.id)
    result = session.execute(query, execution_options={"stream_results": True, "max_row_buffer": 200})
    for part in result.partitions(200):
        yield from [";".join(map(str, row)) for row in part]


# %% 3.7e accept: PostgreSQL makes the lines, an option of the connection
from sqlalchemy import text


def export(session):
    sql = "SELECT concat_ws(';', c.id, u.name, c.content) FROM comments AS c JOIN users AS u ON u.id = c.author_id ORDER BY c.id"
    connection = session.connection(execution_options={"yield_per": 250})
    yield from (
        connection.scalars(text(sql))
        if hasattr(connection, "scalars")
        else connection.execute(text(sql)).scalars()
    )


# %% 3.7e accept: a cursor declared by hand
from sqlalchemy import text


def export(session):
    session.execute(
        text(
            "DECLARE lines CURSOR FOR SELECT comments.id, name, content FROM comments JOIN users ON users.id = author_id ORDER BY comments.id"
        )
    )
    while rows := session.execute(text("FETCH 500 FROM lines")).all():
        yield from (f"{a};{b};{c}" for a, b, c in rows)
    session.execute(text("CLOSE lines"))


# %% 3.7e reject: all at once, as entities -> The driver keeps few rows
def export(session):
    query = select(Comment).options(joinedload(Comment.author)).order_by(Comment.id)
    for comment in session.scalars(query).all():
        yield f"{comment.id};{comment.author.name};{comment.content}"


# %% 3.7e reject: a loop that only looks like a stream -> The driver keeps few rows
def export(session):
    query = select(Comment.id, User.name, Comment.content).join(Comment.author).order_by(Comment.id)
    for number, name, content in session.execute(query):
        yield f"{number};{name};{content}"


# %% 3.7e reject: asks for parts when the result is already here -> The driver keeps few rows
def export(session):
    query = select(Comment.id, User.name, Comment.content).join(Comment.author).order_by(Comment.id)
    for row in session.execute(query).yield_per(500):
        yield ";".join(map(str, row))


# %% 3.7e reject: streams, and then collects -> Few comments are in memory
def export(session):
    query = select(Comment.id, User.name, Comment.content).join(Comment.author).order_by(Comment.id)
    rows = session.execute(query.execution_options(yield_per=500)).all()
    return (f"{number};{name};{content}" for number, name, content in rows)


# %% 3.7e reject: a list instead of a generator -> Few comments are in memory
def export(session):
    query = select(Comment.id, User.name, Comment.content).join(Comment.author).order_by(Comment.id)
    return [";".join(map(str, row)) for row in session.execute(query.execution_options(yield_per=500))]


# %% 3.7e reject: stream_results without a size, for entities -> Few comments are in memory
def export(session):
    query = select(Comment).options(joinedload(Comment.author)).order_by(Comment.id)
    for comment in session.scalars(query.execution_options(stream_results=True)):
        yield f"{comment.id};{comment.author.name};{comment.content}"


# %% 3.7e reject: one comment at a time -> Few statements are sent
def export(session):
    for number in session.scalars(select(Comment.id).order_by(Comment.id).execution_options(yield_per=500)):
        query = select(User.name, Comment.content).join(Comment.author).where(Comment.id == number)
        name, content = session.execute(query).one()
        yield f"{number};{name};{content}"


# %% 3.7e reject: no order -> Each comment is a line in order
def export(session):
    query = select(Comment.id, User.name, Comment.content).join(Comment.author)
    for row in session.execute(query.execution_options(yield_per=500)):
        yield ";".join(map(str, row))


# %% 3.7e reject: ranges of ids until one is empty -> Each comment is a line in order
def export(session):
    start = 1
    while True:
        q = (
            select(Comment.id, User.name, Comment.content)
            .join(Comment.author)
            .where(Comment.id.between(start, start + 999))
            .order_by(Comment.id)
        )
        rows = session.execute(q).all()
        if not rows:
            return
        for a, b, c in rows:
            yield f"{a};{b};{c}"
        start += 1000


# %% 3.7e reject: as many ids as there are comments -> Each comment is a line in order
def export(session):
    total = session.scalar(select(func.count()).select_from(Comment))
    for start in range(1, total + 1, 1000):
        q = (
            select(Comment.id, User.name, Comment.content)
            .join(Comment.author)
            .where(Comment.id.between(start, start + 999))
            .order_by(Comment.id)
        )
        for a, b, c in session.execute(q):
            yield f"{a};{b};{c}"


# %% 3.7e reject: parts that are too large -> The driver keeps few rows
def export(session):
    q = select(Comment.id, User.name, Comment.content).join(Comment.author).order_by(Comment.id)
    for a, b, c in session.execute(q.execution_options(yield_per=2500)):
        yield f"{a};{b};{c}"


# %% 3.7e reject: comments on published posts -> Each comment is a line in order
def export(session):
    q = (
        select(Comment.id, User.name, Comment.content)
        .join(Comment.author)
        .join(Post, Post.id == Comment.post_id)
        .where(Post.published)
        .order_by(Comment.id)
    )
    for i, n, c in session.execute(q.execution_options(yield_per=500)):
        yield f"{i};{n};{c}"
