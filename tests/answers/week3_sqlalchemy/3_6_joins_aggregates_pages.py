"""Right and wrong answers to the exercises of lesson 3.6; see docs/authors.md for the form."""

# %% 3.6a accept: SQL by hand, a right join
from sqlalchemy import text


def authors_of(session):
    sql = "SELECT title, name FROM users RIGHT JOIN posts ON posts.author_id = users.id ORDER BY posts.id"
    return session.execute(text(sql)).all()


# %% 3.6a accept: a scalar subquery instead of a join
def authors_of(session):
    name = select(User.name).where(User.id == Post.author_id).scalar_subquery()
    return list(map(tuple, session.execute(select(Post.title, name).order_by(Post.id))))


# %% 3.6a accept: objects, loaded with their authors
from sqlalchemy.orm import joinedload


def authors_of(session):
    posts = session.scalars(select(Post).options(joinedload(Post.author)).order_by(Post.id))
    return [(post.title, post.author.name if post.author else None) for post in posts]


# %% 3.6a accept: legacy query, generator, begin
def authors_of(session):
    with session.begin():
        yield from session.query(Post.title, User.name).join(User, isouter=True).order_by(Post.id)


# %% 3.6a reject: published posts only -> Each post comes with its author
def authors_of(session):
    query = select(Post.title, User.name).outerjoin(Post.author).where(Post.published)
    return session.execute(query.order_by(Post.id)).all()


# %% 3.6a reject: an inner join -> A post without an author is there too
def authors_of(session):
    return session.execute(select(Post.title, User.name).join(Post.author).order_by(Post.id)).all()


# %% 3.6a reject: an outer join from the other side -> A post without an author is there too
def authors_of(session):
    return session.execute(
        select(Post.title, User.name).select_from(User).outerjoin(User.posts).order_by(Post.id)
    ).all()


# %% 3.6a reject: a full join -> A user without posts is not in it
def authors_of(session):
    return session.execute(select(Post.title, User.name).join(Post.author, full=True).order_by(Post.id)).all()


# %% 3.6a reject: asks for each author -> One statement is enough
def authors_of(session):
    posts = session.scalars(select(Post).order_by(Post.id))
    return [(post.title, post.author.name if post.author else None) for post in posts]


# %% 3.6a reject: no order -> Posts come in the order of their ids
def authors_of(session):
    return session.execute(select(Post.title, User.name).outerjoin(Post.author)).all()


# %% 3.6a reject: no condition -> Each post comes with its author
def authors_of(session):
    from sqlalchemy import true

    return session.execute(select(Post.title, User.name).join(User, true()).order_by(Post.id)).all()


# %% 3.6a reject: by time of writing -> Posts come in the order of their ids
def authors_of(session):
    return session.execute(
        select(Post.title, User.name).outerjoin(Post.author).order_by(Post.created_at)
    ).all()


# %% 3.6a reject: a dictionary -> Each post comes with its author
def authors_of(session):
    return dict(session.execute(select(Post.title, User.name).outerjoin(Post.author).order_by(Post.id)).all())


# %% 3.6a reject: two statements, put together in Python -> One statement is enough
def authors_of(session):
    names = dict(session.execute(select(User.id, User.name)).all())
    posts = session.execute(select(Post.title, Post.author_id).order_by(Post.id))
    return [(title, names.get(number)) for title, number in posts]


# %% 3.6a reject: returns nothing -> Each post comes with its author
def authors_of(session):
    session.execute(select(Post.title, User.name).outerjoin(Post.author).order_by(Post.id)).all()


# %% 3.6a reject: a hundred posts at most -> One statement is enough
def authors_of(session):
    q = select(Post.title, User.name).outerjoin(Post.author).order_by(Post.id).limit(100)
    return [(t, n) for t, n in session.execute(q)]


# %% 3.6b accept: a filter on the aggregate
def published_posts(session):
    number = func.count(Post.id).filter(Post.published)
    return session.execute(
        select(User.name, number).outerjoin(User.posts).group_by(User.id).order_by(User.name)
    ).all()


# %% 3.6b accept: a scalar subquery
def published_posts(session):
    number = select(func.count()).where(Post.author_id == User.id, Post.published).scalar_subquery()
    return [tuple(row) for row in session.execute(select(User.name, number).order_by(User.name))]


# %% 3.6b accept: a sum of ones and zeros, in SQL by hand
from sqlalchemy import text


def published_posts(session):
    sql = """
        SELECT name, sum(CASE WHEN published THEN 1 ELSE 0 END) FROM users
        LEFT JOIN posts ON author_id = users.id GROUP BY name ORDER BY name
    """
    return [[name, int(number)] for name, number in session.execute(text(sql))]


# %% 3.6b accept: counts in Python
def published_posts(session):
    users = session.scalars(select(User).order_by(User.name)).all()
    return [(user.name, sum(post.published for post in user.posts)) for user in users]


# %% 3.6b accept: relationship with and_
def published_posts(session):
    wanted = (
        select(User.name, func.count(Post.id)).outerjoin(User.posts.and_(Post.published)).group_by(User.name)
    )
    return sorted(map(tuple, session.execute(wanted)))


# %% 3.6b reject: the condition moves, the count stays -> A user without posts has 0
def published_posts(session):
    wanted = select(User.name, func.count()).outerjoin(Post, and_(Post.author_id == User.id, Post.published))
    return session.execute(wanted.group_by(User.id).order_by(User.name)).all()


# %% 3.6b reject: the count changes, the condition stays -> A user without posts has 0
def published_posts(session):
    wanted = select(User.name, func.count(Post.id)).outerjoin(User.posts).where(Post.published)
    return session.execute(wanted.group_by(User.id).order_by(User.name)).all()


# %% 3.6b reject: lets NULL pass -> A user with drafts only has 0
def published_posts(session):
    wanted = select(User.name, func.count(Post.id)).outerjoin(User.posts)
    wanted = wanted.where(or_(Post.published, Post.id.is_(None)))
    return session.execute(wanted.group_by(User.id).order_by(User.name)).all()


# %% 3.6b reject: no condition at all -> Drafts do not count
def published_posts(session):
    wanted = select(User.name, func.count(Post.id)).outerjoin(User.posts)
    return session.execute(wanted.group_by(User.id).order_by(User.name)).all()


# %% 3.6b reject: counts the column published -> Drafts do not count
def published_posts(session):
    wanted = select(User.name, func.count(Post.published)).outerjoin(User.posts)
    return session.execute(wanted.group_by(User.id).order_by(User.name)).all()


# %% 3.6b reject: in the order of the ids -> Users come in the order of their names
def published_posts(session):
    wanted = select(User.name, func.count(Post.id)).outerjoin(
        Post, and_(Post.author_id == User.id, Post.published)
    )
    return session.execute(wanted.group_by(User.id).order_by(User.id)).all()


# %% 3.6b reject: sum of nothing -> A user without posts has 0
from sqlalchemy import Integer, cast


def published_posts(session):
    wanted = select(User.name, func.sum(cast(Post.published, Integer))).outerjoin(User.posts)
    return session.execute(wanted.group_by(User.id).order_by(User.name)).all()


# %% 3.6b reject: counts the case -> Drafts do not count
from sqlalchemy import case


def published_posts(session):
    wanted = select(User.name, func.count(case((Post.published, 1), else_=0))).outerjoin(User.posts)
    return session.execute(wanted.group_by(User.id).order_by(User.name)).all()


# %% 3.6c accept: two grouped subqueries, joined
def standings(session, least):
    said = select(Comment.post_id, func.count().label("number")).group_by(Comment.post_id).subquery()
    cast = select(Vote.post_id, func.sum(Vote.value).label("points")).group_by(Vote.post_id).subquery()
    number, points = func.coalesce(said.c.number, 0), func.coalesce(cast.c.points, 0)
    return session.execute(
        select(Post.title, number, points)
        .outerjoin(said, said.c.post_id == Post.id)
        .outerjoin(cast, cast.c.post_id == Post.id)
        .where(number >= least)
        .order_by(points.desc(), Post.id)
    ).all()


# %% 3.6c accept: joins the comments, groups, and sums up the votes apart
def standings(session, least):
    score = select(func.coalesce(func.sum(Vote.value), 0)).where(Vote.post_id == Post.id)
    score = score.correlate(Post).scalar_subquery()
    number = func.count(Comment.id)
    wanted = (
        select(Post.title, number, score).outerjoin(Post.comments).group_by(Post.id).having(number >= least)
    )
    return [tuple(row) for row in session.execute(wanted.order_by(score.desc(), Post.id))]


# %% 3.6c accept: objects, counted in Python
def standings(session, least):
    rows = []
    for post in session.scalars(select(Post).order_by(Post.id)):
        if len(post.comments) >= least:
            rows.append((post.title, len(post.comments), sum(vote.value for vote in post.votes)))
    return sorted(rows, key=lambda row: -row[2])


# %% 3.6c accept: three queries and Counters
from collections import Counter


def standings(session, least):
    said = Counter(session.scalars(select(Comment.post_id)))
    points = Counter()
    for post_id, value in session.execute(select(Vote.post_id, Vote.value)):
        points[post_id] += value
    posts = session.execute(select(Post.id, Post.title)).all()
    posts = sorted(posts, key=lambda row: (-points[row.id], row.id))
    return ((row.title, said[row.id], points[row.id]) for row in posts if said[row.id] >= least)


# %% 3.6c reject: published posts only -> Comments and votes do not multiply
def standings(session, least):
    number = select(func.count()).where(Comment.post_id == Post.id).scalar_subquery()
    score = select(func.coalesce(func.sum(Vote.value), 0)).where(Vote.post_id == Post.id).scalar_subquery()
    wanted = select(Post.title, number, score).where(number >= least, Post.published)
    return session.execute(wanted.order_by(score.desc(), Post.id)).all()


# %% 3.6c reject: joins both -> Comments and votes do not multiply
def standings(session, least):
    number, score = func.count(Comment.id), func.coalesce(func.sum(Vote.value), 0)
    wanted = select(Post.title, number, score).outerjoin(Post.comments).outerjoin(Post.votes)
    return session.execute(
        wanted.group_by(Post.id).having(number >= least).order_by(score.desc(), Post.id)
    ).all()


# %% 3.6c reject: DISTINCT for both -> Comments and votes do not multiply
def standings(session, least):
    number, score = func.count(Comment.id.distinct()), func.coalesce(func.sum(Vote.value.distinct()), 0)
    wanted = select(Post.title, number, score).outerjoin(Post.comments).outerjoin(Post.votes)
    return session.execute(
        wanted.group_by(Post.id).having(number >= least).order_by(score.desc(), Post.id)
    ).all()


# %% 3.6c reject: the sum of nothing is nothing -> A post without votes has the score 0
def standings(session, least):
    number = select(func.count()).where(Comment.post_id == Post.id).scalar_subquery()
    score = select(func.sum(Vote.value)).where(Vote.post_id == Post.id).scalar_subquery()
    wanted = select(Post.title, number, score).where(number >= least)
    return session.execute(wanted.order_by(score.desc(), Post.id)).all()


# %% 3.6c reject: more instead of at least -> Only posts with enough comments are in it
def standings(session, least):
    number = select(func.count()).where(Comment.post_id == Post.id).scalar_subquery()
    score = select(func.coalesce(func.sum(Vote.value), 0)).where(Vote.post_id == Post.id).scalar_subquery()
    wanted = select(Post.title, number, score).where(number > least)
    return session.execute(wanted.order_by(score.desc(), Post.id)).all()


# %% 3.6c reject: an inner join to the comments -> None is enough when 0 is asked for
def standings(session, least):
    score = select(func.coalesce(func.sum(Vote.value), 0)).where(Vote.post_id == Post.id).scalar_subquery()
    number = func.count(Comment.id)
    wanted = select(Post.title, number, score).join(Post.comments).group_by(Post.id).having(number >= least)
    return session.execute(wanted.order_by(score.desc(), Post.id)).all()


# %% 3.6c reject: the lowest first -> The highest score comes first then the lower id
def standings(session, least):
    number = select(func.count()).where(Comment.post_id == Post.id).scalar_subquery()
    score = select(func.coalesce(func.sum(Vote.value), 0)).where(Vote.post_id == Post.id).scalar_subquery()
    wanted = select(Post.title, number, score).where(number >= least)
    return session.execute(wanted.order_by(score, Post.id)).all()


# %% 3.6c reject: ties by chance -> The highest score comes first then the lower id
def standings(session, least):
    number = select(func.count()).where(Comment.post_id == Post.id).scalar_subquery()
    score = select(func.coalesce(func.sum(Vote.value), 0)).where(Vote.post_id == Post.id).scalar_subquery()
    return session.execute(
        select(Post.title, number, score).where(number >= least).order_by(score.desc())
    ).all()


# %% 3.6c reject: ties by time -> The highest score comes first then the lower id
def standings(session, least):
    number = select(func.count()).where(Comment.post_id == Post.id).scalar_subquery()
    score = select(func.coalesce(func.sum(Vote.value), 0)).where(Vote.post_id == Post.id).scalar_subquery()
    return session.execute(
        select(Post.title, number, score).where(number >= least).order_by(score.desc(), Post.created_at)
    ).all()


# %% 3.6c reject: having counts the rows -> Only posts with enough comments are in it
def standings(session, least):
    score = (
        select(func.coalesce(func.sum(Vote.value), 0))
        .where(Vote.post_id == Post.id)
        .correlate(Post)
        .scalar_subquery()
    )
    wanted = select(Post.title, func.count(Comment.id), score).outerjoin(Post.comments).group_by(Post.id)
    return session.execute(wanted.having(func.count() >= least).order_by(score.desc(), Post.id)).all()


# %% 3.6c reject: coalesce inside the sum -> A post without votes has the score 0
def standings(session, least):
    number = select(func.count()).where(Comment.post_id == Post.id).scalar_subquery()
    score = select(func.sum(func.coalesce(Vote.value, 0))).where(Vote.post_id == Post.id).scalar_subquery()
    return session.execute(
        select(Post.title, number, score).where(number >= least).order_by(score.desc(), Post.id)
    ).all()


# %% 3.6c reject: more comments before the id -> The highest score comes first then the lower id
def standings(session, least):
    n = select(func.count()).where(Comment.post_id == Post.id).scalar_subquery()
    s = select(func.coalesce(func.sum(Vote.value), 0)).where(Vote.post_id == Post.id).scalar_subquery()
    q = select(Post.title, n, s).where(n >= least).order_by(s.desc(), n.desc(), Post.id)
    return [tuple(r) for r in session.execute(q)]


# %% 3.6c reject: counts who comments -> Comments and votes do not multiply
def standings(session, least):
    n = (
        select(func.count(func.distinct(Comment.author_id)))
        .where(Comment.post_id == Post.id)
        .scalar_subquery()
    )
    s = select(func.coalesce(func.sum(Vote.value), 0)).where(Vote.post_id == Post.id).scalar_subquery()
    q = select(Post.title, n, s).where(n >= least).order_by(s.desc(), Post.id)
    return [tuple(r) for r in session.execute(q)]


# %% 3.6d accept: strpos, no pattern at all
def find_titles(session, typed):
    place = func.strpos(func.lower(Post.title), typed.lower())
    return session.scalars(select(Post.title).where(place > 0).order_by(Post.id)).all()


# %% 3.6d accept: escapes by hand
def find_titles(session, typed):
    for sign in "!%_":
        typed = typed.replace(sign, f"!{sign}")
    found = select(Post.title).where(Post.title.ilike(f"%{typed}%", escape="!")).order_by(Post.id)
    return [title for (title,) in session.execute(found)]


# %% 3.6d accept: both sides in small letters
def find_titles(session, typed):
    small = func.lower(Post.title).contains(typed.lower(), autoescape=True)
    return list(session.scalars(select(Post.title).where(small).order_by(Post.id)))


# %% 3.6d accept: begin, a literal regular expression
def find_titles(session, typed):
    with session.begin():
        found = select(Post.title).where(Post.title.regexp_match("***=" + typed, flags="i"))
        return list(session.scalars(found.order_by(Post.id)))


# %% 3.6d reject: published posts only -> Capitals and small letters are equal
def find_titles(session, typed):
    wanted = select(Post.title).where(Post.title.icontains(typed, autoescape=True), Post.published)
    return list(session.scalars(wanted.order_by(Post.id)))


# %% 3.6d reject: compares case -> Capitals and small letters are equal
def find_titles(session, typed):
    wanted = select(Post.title).where(Post.title.contains(typed, autoescape=True))
    return list(session.scalars(wanted.order_by(Post.id)))


# %% 3.6d reject: another spelling of the same -> A percent sign is a character like others
def find_titles(session, typed):
    return list(session.scalars(select(Post.title).where(Post.title.icontains(typed)).order_by(Post.id)))


# %% 3.6d reject: thinks of the percent sign only -> An underscore is a character like others
def find_titles(session, typed):
    typed = typed.replace("\\", "\\\\").replace("%", "\\%")
    return list(session.scalars(select(Post.title).where(Post.title.ilike(f"%{typed}%")).order_by(Post.id)))


# %% 3.6d reject: forgets the backslash -> A backslash is a character like others
def find_titles(session, typed):
    typed = typed.replace("%", "\\%").replace("_", "\\_")
    return list(session.scalars(select(Post.title).where(Post.title.ilike(f"%{typed}%")).order_by(Post.id)))


# %% 3.6d reject: leaves the signs out -> A percent sign is a character like others
def find_titles(session, typed):
    typed = typed.replace("%", "").replace("_", "").replace("\\", "")
    return list(session.scalars(select(Post.title).where(Post.title.ilike(f"%{typed}%")).order_by(Post.id)))


# %% 3.6d reject: a regular expression -> Other signs have no meaning either
def find_titles(session, typed):
    typed = typed.replace("\\", "\\\\")
    found = select(Post.title).where(Post.title.regexp_match(typed, flags="i"))
    return list(session.scalars(found.order_by(Post.id)))


# %% 3.6d reject: words instead of text -> A percent sign is a character like others
def find_titles(session, typed):
    words = func.plainto_tsquery("english", typed)
    found = func.to_tsvector("english", Post.title).bool_op("@@")(words)
    return list(session.scalars(select(Post.title).where(found).order_by(Post.id)))


# %% 3.6d reject: looks in Python, no order -> A title that holds the text is found
def find_titles(session, typed):
    return [title for title in session.scalars(select(Post.title)) if typed.lower() in title.lower()]


# %% 3.6d reject: strips -> A space is a character like others
def find_titles(session, typed):
    return session.scalars(
        select(Post.title).where(Post.title.icontains(typed.strip(), autoescape=True)).order_by(Post.id)
    ).all()


# %% 3.6d reject: every word -> A space is a character like others
def find_titles(session, typed):
    words = [Post.title.icontains(word, autoescape=True) for word in typed.split()]
    return session.scalars(select(Post.title).where(*words).order_by(Post.id)).all()


# %% 3.6d reject: own mark, itself not escaped -> Other signs have no meaning either
def find_titles(session, typed):
    typed = typed.replace("%", "/%").replace("_", "/_")
    return list(
        session.scalars(
            select(Post.title).where(Post.title.ilike(f"%{typed}%", escape="/")).order_by(Post.id)
        )
    )


# %% 3.6d reject: another own mark, not escaped -> No sign is an escape
def find_titles(session, typed):
    safe = typed.replace("%", "!%").replace("_", "!_")
    return list(
        session.scalars(select(Post.title).where(Post.title.ilike(f"%{safe}%", escape="!")).order_by(Post.id))
    )


# %% 3.6e accept: written out
def older_posts(session, limit, after=None):
    wanted = select(Post)
    if after:
        when, number = after
        same = and_(Post.created_at == when, Post.id < number)
        wanted = wanted.filter(or_(Post.created_at < when, same))
    return session.scalars(wanted.order_by(Post.created_at.desc(), Post.id.desc()).limit(limit)).all()


# %% 3.6e accept: SQL by hand, with a key that is later than everything
from sqlalchemy import text


def older_posts(session, limit, after=None):
    sql = """
        SELECT * FROM posts WHERE created_at <= :at AND (created_at, id) < (:at, :id)
        ORDER BY created_at DESC, id DESC FETCH FIRST :most ROWS ONLY
    """
    at, number = after or ("infinity", 1)
    found = select(Post).from_statement(text(sql))
    return list(session.scalars(found, {"at": at, "id": number, "most": limit}))


# %% 3.6e accept: begin
def older_posts(session, limit, after=None):
    wanted = select(Post).order_by(Post.created_at.desc(), Post.id.desc()).limit(limit)
    with session.begin():
        if after is not None:
            wanted = wanted.where(tuple_(Post.created_at, Post.id) < after)
        return session.scalars(wanted).all()


# %% 3.6e reject: OFFSET, as many as were before -> A post that goes moves nothing
seen_so_far = {}


def older_posts(session, limit, after=None):
    skip = 0 if after is None else seen_so_far.get(after, 0)
    wanted = select(Post).order_by(Post.created_at.desc(), Post.id.desc()).limit(limit).offset(skip)
    found = session.scalars(wanted).all()
    if found:
        seen_so_far[(found[-1].created_at, found[-1].id)] = skip + len(found)
    return found


# %% 3.6e reject: published posts only -> The newest come first
def older_posts(session, limit, after=None):
    wanted = select(Post).where(Post.published)
    if after is not None:
        wanted = wanted.where(tuple_(Post.created_at, Post.id) < after)
    return session.scalars(wanted.order_by(Post.created_at.desc(), Post.id.desc()).limit(limit)).all()


# %% 3.6e reject: by the time alone -> Posts of one moment come once each
def older_posts(session, limit, after=None):
    wanted = select(Post).order_by(Post.created_at.desc(), Post.id.desc()).limit(limit)
    if after is not None:
        wanted = wanted.where(Post.created_at < after[0])
    return session.scalars(wanted).all()


# %% 3.6e reject: the time, and what is equal to it -> Posts of one moment come once each
def older_posts(session, limit, after=None):
    wanted = select(Post).order_by(Post.created_at.desc(), Post.id.desc()).limit(limit)
    if after is not None:
        wanted = wanted.where(Post.created_at <= after[0], Post.id != after[1])
    return session.scalars(wanted).all()


# %% 3.6e reject: both conditions at once -> A higher id can be an older post
def older_posts(session, limit, after=None):
    wanted = select(Post).order_by(Post.created_at.desc(), Post.id.desc()).limit(limit)
    if after is not None:
        wanted = wanted.where(Post.created_at <= after[0], Post.id < after[1])
    return session.scalars(wanted).all()


# %% 3.6e reject: by the id alone -> The newest come first
def older_posts(session, limit, after=None):
    wanted = select(Post).order_by(Post.id.desc()).limit(limit)
    if after is not None:
        wanted = wanted.where(Post.id < after[1])
    return session.scalars(wanted).all()


# %% 3.6e reject: the oldest first -> The newest come first
def older_posts(session, limit, after=None):
    wanted = select(Post).order_by(Post.created_at, Post.id).limit(limit)
    if after is not None:
        wanted = wanted.where(tuple_(Post.created_at, Post.id) > after)
    return session.scalars(wanted).all()


# %% 3.6e reject: looks for the last post in Python -> Only the page is fetched
def older_posts(session, limit, after=None):
    posts = session.scalars(select(Post)).all()
    posts = sorted(posts, key=lambda post: (post.created_at, post.id), reverse=True)
    if after is not None:
        posts = [post for post in posts if (post.created_at, post.id) < tuple(after)]
    return posts[:limit]


# %% 3.6e reject: begins where the post stands now -> A post that goes moves nothing
def older_posts(session, limit, after=None):
    wanted = select(Post).order_by(Post.created_at.desc(), Post.id.desc()).limit(limit)
    if after is not None:
        last = session.get(Post, after[1])
        wanted = wanted.where(tuple_(Post.created_at, Post.id) < (last.created_at, last.id))
    return session.scalars(wanted).all()


# %% 3.6e reject: rows instead of posts -> The newest come first
def older_posts(session, limit, after=None):
    wanted = select(Post).order_by(Post.created_at.desc(), Post.id.desc()).limit(limit)
    if after is not None:
        wanted = wanted.where(tuple_(Post.created_at, Post.id) < after)
    return session.execute(wanted).all()


# %% 3.6e reject: a result, not a list -> The newest come first
def older_posts(session, limit, after=None):
    wanted = select(Post).order_by(Post.created_at.desc(), Post.id.desc()).limit(limit)
    if after is not None:
        wanted = wanted.where(tuple_(Post.created_at, Post.id) < after)
    return session.scalars(wanted)


# %% 3.6e reject: forgets return -> The newest come first
def older_posts(session, limit, after=None):
    wanted = select(Post).order_by(Post.created_at.desc(), Post.id.desc()).limit(limit)
    if after is not None:
        wanted = wanted.where(tuple_(Post.created_at, Post.id) < after)
    list(session.scalars(wanted))


# %% 3.6e reject: or -> The newest come first
def older_posts(session, limit, after=None):
    wanted = select(Post).order_by(Post.created_at.desc(), Post.id.desc()).limit(limit)
    if after is not None:
        wanted = wanted.where(or_(Post.created_at < after[0], Post.id < after[1]))
    return session.scalars(wanted).all()


# %% 3.6e reject: slices in Python -> Only the page is fetched
def older_posts(session, limit, after=None):
    wanted = select(Post).order_by(Post.created_at.desc(), Post.id.desc())
    if after is not None:
        wanted = wanted.where(tuple_(Post.created_at, Post.id) < after)
    return session.scalars(wanted).all()[:limit]


# %% 3.6e reject: milliseconds, as JavaScript has them -> Posts of one moment come once each
def older_posts(session, limit, after=None):
    q = select(Post).order_by(Post.created_at.desc(), Post.id.desc()).limit(limit)
    if after is not None:
        at = after[0].replace(microsecond=after[0].microsecond // 1000 * 1000)
        q = q.where(tuple_(Post.created_at, Post.id) < (at, after[1]))
    return list(session.scalars(q))


# %% 3.6e reject: drops the time zone -> The moment may be told in another time zone
def older_posts(session, limit, after=None):
    q = select(Post).order_by(Post.created_at.desc(), Post.id.desc()).limit(limit)
    if after is not None:
        q = q.where(tuple_(Post.created_at, Post.id) < (after[0].replace(tzinfo=None), after[1]))
    return list(session.scalars(q))


# %% 3.6f accept: SQL by hand, async, dictionaries
from sqlalchemy import text


def add_search(api):
    sql = """
        SELECT id, title FROM posts, websearch_to_tsquery('english', :words) AS wanted
        WHERE published AND search @@ wanted ORDER BY ts_rank(search, wanted) DESC LIMIT 10
    """

    async def found(
        session: DbSession, words: str = Query(..., min_length=1, max_length=100, pattern="^[^\0]*$")
    ):
        return [dict(row) for row in session.execute(text(sql), {"words": words}).mappings()]

    api.add_api_route("/search", found)


# %% 3.6f accept: objects with a response model, Postboard's own Words
from app.dependencies import Words
from app.errors import Conflict
from fastapi import HTTPException
from pydantic import ConfigDict


class Hit(BaseModel):
    model_config = ConfigDict(from_attributes=True)
    id: int
    title: str


def add_search(api):
    @api.get("/search", response_model=list[Hit])
    def hits(session: DbSession, words: Words):
        if not words:
            raise HTTPException(422, "Search for what?")
        asked = func.websearch_to_tsquery("english", words)
        hits = select(Post).where(Post.search.op("@@")(asked)).where(Post.published.is_(True))
        return session.scalars(hits.order_by(-func.ts_rank(Post.search, asked)).limit(10)).all()


# %% 3.6f accept: a router, a model for the query, begin
from fastapi import APIRouter
from pydantic import Field, field_validator


class Wanted(BaseModel):
    words: str = Field(min_length=1, max_length=100)

    @field_validator("words")
    @classmethod
    def no_nul(cls, value):
        if "\0" in value:
            raise ValueError("no NUL, please")
        return value


def add_search(api):
    router = APIRouter(prefix="/search")

    @router.get("")
    def search(wanted: Annotated[Wanted, Query()], session: DbSession):
        asked = select(func.websearch_to_tsquery("english", wanted.words).label("q")).cte()
        with session.begin():
            found = session.execute(
                select(Post.id, Post.title)
                .join(asked, Post.search.op("@@")(asked.c.q))
                .filter_by(published=True)
                .order_by(func.ts_rank_cd(Post.search, asked.c.q).desc())
                .fetch(10)
            )
            return [{"id": number, "title": title} for number, title in found]

    api.include_router(router)


# %% 3.6f reject: the words in the title or in the content, not in both together -> Words are found in title and content
Typed = Annotated[Text, Query(min_length=1, max_length=100)]


def add_search(api):
    @api.get("/search")
    def search(words: Typed, session: DbSession) -> list[dict]:
        query = func.websearch_to_tsquery("english", words)
        places = [func.to_tsvector("english", each) for each in (Post.title, Post.content)]
        found = or_(*(place.bool_op("@@")(query) for place in places))
        wanted = select(Post.id, Post.title).where(Post.published, found)
        rows = session.execute(wanted.order_by(func.ts_rank(Post.search, query).desc()).limit(10))
        return [row._asdict() for row in rows]


# %% 3.6f reject: a query in PostgreSQL's own language -> Whatever somebody types is answered
def add_search(api):
    @api.get("/search")
    def search(words: Annotated[str, Query(min_length=1, max_length=100)], session: DbSession) -> list[dict]:
        query = func.to_tsquery("english", words)
        wanted = select(Post.id, Post.title).where(Post.published, Post.search.bool_op("@@")(query))
        rows = session.execute(wanted.order_by(func.ts_rank(Post.search, query).desc()).limit(10))
        return [row._asdict() for row in rows]


# %% 3.6f reject: any of the words -> Other forms of a word are found
def add_search(api):
    @api.get("/search")
    def search(words: Typed, session: DbSession) -> list[Found]:
        query = func.websearch_to_tsquery("english", " or ".join(words.split()))
        q = select(Post.id, Post.title).where(Post.published, Post.search.bool_op("@@")(query))
        rows = session.execute(q.order_by(func.ts_rank(Post.search, query).desc()).limit(10))
        return [Found(id=post_id, title=title) for post_id, title in rows]


# %% 3.6f reject: a session of its own, not the one that the app hands out -> Words are found in title and content
def add_search(api):
    from app.database import engine

    @api.get("/search")
    def search(words: Typed) -> list[Found]:
        query = func.websearch_to_tsquery("english", words)
        q = select(Post.id, Post.title).where(Post.published, Post.search.bool_op("@@")(query))
        with Session(engine) as session:
            rows = session.execute(q.order_by(func.ts_rank(Post.search, query).desc()).limit(10))
            return [Found(id=post_id, title=title) for post_id, title in rows]


# %% 3.6f reject: letters, not words -> Other forms of a word are found
def add_search(api):
    @api.get("/search")
    def search(words: Annotated[str, Query(min_length=1, max_length=100)], session: DbSession) -> list[dict]:
        both = Post.title + " " + Post.content
        wanted = select(Post.id, Post.title).where(Post.published, both.icontains(words, autoescape=True))
        return [row._asdict() for row in session.execute(wanted.limit(10))]


# %% 3.6f reject: match, which knows no minus -> A word after a minus must not be in it
def add_search(api):
    @api.get("/search")
    def search(words: Annotated[str, Query(min_length=1, max_length=100)], session: DbSession) -> list[dict]:
        found = Post.search.match(words, postgresql_regconfig="english")
        rank = func.ts_rank(Post.search, func.plainto_tsquery("english", words))
        wanted = select(Post.id, Post.title).where(Post.published, found).order_by(rank.desc()).limit(10)
        return [row._asdict() for row in session.execute(wanted)]


# %% 3.6f reject: drafts as well -> Drafts stay unseen
def add_search(api):
    @api.get("/search")
    def search(words: Annotated[str, Query(min_length=1, max_length=100)], session: DbSession) -> list[dict]:
        query = func.websearch_to_tsquery("english", words)
        wanted = select(Post.id, Post.title).where(Post.search.bool_op("@@")(query))
        rows = session.execute(wanted.order_by(func.ts_rank(Post.search, query).desc()).limit(10))
        return [row._asdict() for row in rows]


# %% 3.6f reject: the newest first -> The best comes first
def add_search(api):
    @api.get("/search")
    def search(words: Annotated[str, Query(min_length=1, max_length=100)], session: DbSession) -> list[dict]:
        query = func.websearch_to_tsquery("english", words)
        wanted = select(Post.id, Post.title).where(Post.published, Post.search.bool_op("@@")(query))
        rows = session.execute(wanted.order_by(Post.id.desc()).limit(10))
        return [row._asdict() for row in rows]


# %% 3.6f reject: no bounds -> What cannot be a search is 422
def add_search(api):
    @api.get("/search")
    def search(words: str, session: DbSession) -> list[dict]:
        query = func.websearch_to_tsquery("english", words)
        wanted = select(Post.id, Post.title).where(Post.published, Post.search.bool_op("@@")(query))
        rows = session.execute(wanted.order_by(func.ts_rank(Post.search, query).desc()).limit(10))
        return [row._asdict() for row in rows]


# %% 3.6f reject: an empty search is a search -> What cannot be a search is 422
def add_search(api):
    @api.get("/search")
    def search(session: DbSession, words: Annotated[Text, Query(max_length=100)] = "") -> list[dict]:
        query = func.websearch_to_tsquery("english", words)
        wanted = select(Post.id, Post.title).where(Post.published, Post.search.bool_op("@@")(query))
        rows = session.execute(wanted.order_by(func.ts_rank(Post.search, query).desc()).limit(10))
        return [row._asdict() for row in rows]


# %% 3.6f reject: forgets the limit -> Ten are the most
def add_search(api):
    @api.get("/search")
    def search(
        words: Annotated[Text, Query(min_length=1, max_length=100)],
        session: DbSession,
    ) -> list[dict]:
        query = func.websearch_to_tsquery("english", words)
        wanted = select(Post.id, Post.title).where(Post.published, Post.search.bool_op("@@")(query))
        rows = session.execute(wanted.order_by(func.ts_rank(Post.search, query).desc()))
        return [row._asdict() for row in rows]


# %% 3.6f reject: the title only -> Words are found in title and content
def add_search(api):
    @api.get("/search")
    def search(
        words: Annotated[Text, Query(min_length=1, max_length=100)],
        session: DbSession,
    ) -> list[dict]:
        query = func.websearch_to_tsquery("english", words)
        vector = func.to_tsvector("english", Post.title)
        wanted = select(Post.id, Post.title).where(Post.published, vector.bool_op("@@")(query))
        rows = session.execute(wanted.order_by(func.ts_rank(vector, query).desc()).limit(10))
        return [row._asdict() for row in rows]


# %% 3.6f reject: NUL forgotten -> What cannot be a search is 422
def add_search(api):
    @api.get("/search")
    def search(words: Annotated[str, Query(min_length=1, max_length=100)], session: DbSession) -> list[dict]:
        query = func.websearch_to_tsquery("english", words)
        wanted = select(Post.id, Post.title).where(Post.published, Post.search.bool_op("@@")(query))
        return [
            row._asdict()
            for row in session.execute(wanted.order_by(func.ts_rank(Post.search, query).desc()).limit(10))
        ]


# %% 3.6f reject: strips -> Whatever somebody types is answered
from pydantic import StringConstraints


def add_search(api):
    Bounded = Annotated[
        Text,
        StringConstraints(strip_whitespace=True, min_length=1, max_length=100),
    ]

    @api.get("/search")
    def search(words: Bounded, session: DbSession) -> list[dict]:
        query = func.websearch_to_tsquery("english", words)
        wanted = select(Post.id, Post.title).where(Post.published, Post.search.bool_op("@@")(query))
        return [
            row._asdict()
            for row in session.execute(wanted.order_by(func.ts_rank(Post.search, query).desc()).limit(10))
        ]


# %% 3.6f reject: ten, then the best of them -> Ten are the most
def add_search(api):
    @api.get("/search")
    def search(words: Typed, session: DbSession) -> list[dict]:
        query = func.websearch_to_tsquery("english", words)
        rank = func.ts_rank(Post.search, query)
        wanted = select(Post.id, Post.title, rank.label("rank")).where(
            Post.published, Post.search.bool_op("@@")(query)
        )
        rows = session.execute(wanted.limit(10)).all()
        return [{"id": row.id, "title": row.title} for row in sorted(rows, key=lambda row: -row.rank)]


Typed = Annotated[Text, Query(min_length=1, max_length=100)]


# %% 3.6f reject: drafts are left out after the ten -> Ten are the most
Typed = Annotated[Text, Query(min_length=1, max_length=100)]


def add_search(api):
    @api.get("/search")
    def search(words: Typed, session: DbSession) -> list[dict]:
        query = func.websearch_to_tsquery("english", words)
        wanted = (
            select(Post)
            .where(Post.search.bool_op("@@")(query))
            .order_by(func.ts_rank(Post.search, query).desc())
        )
        return [
            {"id": post.id, "title": post.title}
            for post in session.scalars(wanted.limit(10))
            if post.published
        ]


# %% 3.6f reject: 404 when nothing is found -> Whatever somebody types is answered
from fastapi import HTTPException

Typed = Annotated[Text, Query(min_length=1, max_length=100)]


def add_search(api):
    @api.get("/search")
    def search(words: Typed, session: DbSession) -> list[dict]:
        query = func.websearch_to_tsquery("english", words)
        wanted = select(Post.id, Post.title).where(Post.published, Post.search.bool_op("@@")(query))
        found = [
            row._asdict()
            for row in session.execute(wanted.order_by(func.ts_rank(Post.search, query).desc()).limit(10))
        ]
        if not found:
            raise HTTPException(404, "Nothing")
        return found


# %% 3.6f reject: the content as well -> Words are found in title and content
def add_search(api):
    @api.get("/search")
    def search(
        session: DbSession,
        words: Annotated[Text, Query(min_length=1, max_length=100)],
    ):
        ask = func.websearch_to_tsquery("english", words)
        q = (
            select(Post.id, Post.title, Post.content)
            .where(Post.published, Post.search.op("@@")(ask))
            .order_by(func.ts_rank(Post.search, ask).desc())
            .limit(10)
        )
        return [{"id": i, "title": t, "content": c} for i, t, c in session.execute(q)]


# %% 3.6f reject: pasted into SQL, quotes doubled -> Whatever somebody types is answered
from sqlalchemy import text


def add_search(api):
    @api.get("/search")
    def search(
        session: DbSession,
        words: Annotated[Text, Query(min_length=1, max_length=100)],
    ):
        safe = words.replace("'", "''")
        q = text(
            f"SELECT id, title FROM posts, websearch_to_tsquery('english', '{safe}') AS q WHERE published AND search @@ q ORDER BY ts_rank(search, q) DESC LIMIT 10"
        )
        return [{"id": i, "title": t} for i, t in session.execute(q)]
