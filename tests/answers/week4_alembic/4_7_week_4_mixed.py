"""Right and wrong answers to the exercises of lesson 4.7; see docs/authors.md for the form."""


# %% 4.7a accept: a partial unique index, and numbered rows
def count_once():
    op.execute("""
        DELETE FROM likes WHERE id IN (
            SELECT id FROM (
                SELECT id, row_number() OVER (PARTITION BY post_id, reader ORDER BY id) AS number
                FROM likes WHERE reader IS NOT NULL
            ) AS numbered WHERE number > 1
        )
    """)
    condition = sa.text("reader IS NOT NULL")
    op.create_index("likes_once", "likes", ["reader", "post_id"], unique=True, postgresql_where=condition)


def count_again():
    op.drop_index("likes_once")


# %% 4.7a accept: plain SQL, the lowest ids are kept
def count_once():
    op.execute("""
        DELETE FROM likes WHERE reader IS NOT NULL
        AND id NOT IN (SELECT min(id) FROM likes GROUP BY post_id, reader)
    """)
    op.execute("ALTER TABLE likes ADD UNIQUE (post_id, reader)")


def count_again():
    op.execute("ALTER TABLE likes DROP CONSTRAINT likes_post_id_reader_key")


# %% 4.7a accept: a loop in Python
def count_once():
    link = op.get_bind()
    seen = set()
    for number, post_id, reader in link.execute(
        sa.text("SELECT id, post_id, reader FROM likes ORDER BY id")
    ).all():
        if reader is not None and (post_id, reader) in seen:
            link.execute(sa.text("DELETE FROM likes WHERE id = :id"), {"id": number})
        seen.add((post_id, reader))
    op.create_unique_constraint("one_like", "likes", ["post_id", "reader"])


def count_again():
    op.drop_constraint("one_like", "likes", type_="unique")


# %% 4.7a accept: the likes that stay are put aside
def count_once():
    op.execute("""
        CREATE TEMP TABLE kept ON COMMIT DROP AS
        SELECT DISTINCT ON (post_id, reader, CASE WHEN reader IS NULL THEN id END) * FROM likes
        ORDER BY post_id, reader, CASE WHEN reader IS NULL THEN id END, id
    """)
    op.execute("DELETE FROM likes WHERE NOT EXISTS (SELECT FROM kept WHERE kept.id = likes.id)")
    with op.batch_alter_table("likes") as likes:
        likes.create_unique_constraint("each_reader_once", ["reader", "post_id"])


def count_again():
    with op.batch_alter_table("likes") as likes:
        likes.drop_constraint("each_reader_once", type_="unique")


# %% 4.7a reject: the rule without a repair -> Of several likes the one with the lowest id stays
def count_once():
    op.create_unique_constraint("likes_once", "likes", ["post_id", "reader"])


def count_again():
    op.drop_constraint("likes_once", "likes")


# %% 4.7a reject: readers are compared without capitals -> Of several likes the one with the lowest id stays
def count_once():
    op.execute("""
        DELETE FROM likes AS later USING likes AS first
        WHERE later.post_id = first.post_id AND lower(later.reader) = lower(first.reader) AND later.id > first.id
    """)
    op.create_unique_constraint("likes_once", "likes", ["post_id", "reader"])


def count_again():
    op.drop_constraint("likes_once", "likes")


# %% 4.7a reject: the index takes Ada for ada -> A like for another post or of another reader is accepted
def count_once():
    op.execute("""
        DELETE FROM likes AS later USING likes AS first
        WHERE later.post_id = first.post_id AND lower(later.reader) = lower(first.reader) AND later.id > first.id
    """)
    op.create_index("likes_once", "likes", ["post_id", sa.text("lower(reader)")], unique=True)


def count_again():
    op.drop_index("likes_once", "likes")


# %% 4.7a reject: the newest stays -> Of several likes the one with the lowest id stays
def count_once():
    op.execute("""
        DELETE FROM likes AS one USING likes AS other
        WHERE one.post_id = other.post_id AND one.reader = other.reader AND one.id < other.id
    """)
    op.create_unique_constraint("likes_once", "likes", ["post_id", "reader"])


def count_again():
    op.drop_constraint("likes_once", "likes")


# %% 4.7a reject: grouped with NULL -> Likes without a reader all stay
def count_once():
    op.execute("DELETE FROM likes WHERE id NOT IN (SELECT min(id) FROM likes GROUP BY post_id, reader)")
    op.create_unique_constraint("likes_once", "likes", ["post_id", "reader"])


def count_again():
    op.drop_constraint("likes_once", "likes")


# %% 4.7a reject: NULLs are not distinct -> More likes without a reader are accepted
def count_once():
    op.execute("""
        DELETE FROM likes AS later USING likes AS first
        WHERE later.post_id = first.post_id AND later.reader = first.reader AND later.id > first.id
    """)
    op.execute("ALTER TABLE likes ADD CONSTRAINT once UNIQUE NULLS NOT DISTINCT (post_id, reader)")


def count_again():
    op.drop_constraint("once", "likes")


# %% 4.7a reject: the key of both, which forbids NULL -> Likes without a reader all stay
def count_once():
    op.execute("DELETE FROM likes WHERE reader IS NULL")
    op.execute(
        "DELETE FROM likes AS a USING likes AS b WHERE (a.post_id, a.reader) = (b.post_id, b.reader) AND a.id > b.id"
    )
    op.execute("ALTER TABLE likes DROP CONSTRAINT likes_pkey, ADD PRIMARY KEY (post_id, reader)")


def count_again():
    op.execute("ALTER TABLE likes DROP CONSTRAINT likes_pkey, ADD PRIMARY KEY (id)")
    op.execute("ALTER TABLE likes ALTER reader DROP NOT NULL")


# %% 4.7a reject: one like for each reader -> A like for another post or of another reader is accepted
def count_once():
    op.execute("""
        DELETE FROM likes AS later USING likes AS first
        WHERE later.post_id = first.post_id AND later.reader = first.reader AND later.id > first.id
    """)
    op.execute(
        "DELETE FROM likes AS later USING likes AS first WHERE later.reader = first.reader AND later.id > first.id"
    )
    op.create_unique_constraint("likes_once", "likes", ["reader"])


def count_again():
    op.drop_constraint("likes_once", "likes")


# %% 4.7a reject: repaired, and no rule -> A second like is refused
def count_once():
    op.execute("""
        DELETE FROM likes AS later USING likes AS first
        WHERE later.post_id = first.post_id AND later.reader = first.reader AND later.id > first.id
    """)


def count_again():
    op.execute("SELECT 1")


# %% 4.7a reject: an index that forbids nothing -> A second like is refused
def count_once():
    op.execute("""
        DELETE FROM likes AS later USING likes AS first
        WHERE later.post_id = first.post_id AND later.reader = first.reader AND later.id > first.id
    """)
    op.create_index("likes_once", "likes", ["post_id", "reader"])


def count_again():
    op.drop_index("likes_once", "likes")


# %% 4.7a reject: the rule stays after the downgrade -> The downgrade leaves the table as it was
def count_once():
    op.execute("""
        DELETE FROM likes AS later USING likes AS first
        WHERE later.post_id = first.post_id AND later.reader = first.reader AND later.id > first.id
    """)
    op.execute("ALTER TABLE likes ADD CONSTRAINT once UNIQUE (post_id, reader)")
    op.execute("ALTER TABLE likes ADD CHECK (post_id > 0)")


def count_again():
    op.drop_constraint("once", "likes")


# %% 4.7a reject: the downgrade drops the table -> The downgrade changes no row
def count_once():
    op.execute("""
        DELETE FROM likes AS later USING likes AS first
        WHERE later.post_id = first.post_id AND later.reader = first.reader AND later.id > first.id
    """)
    op.create_unique_constraint("likes_once", "likes", ["post_id", "reader"])


def count_again():
    op.drop_constraint("likes_once", "likes")
    op.execute("INSERT INTO likes (post_id, reader) SELECT post_id, reader FROM likes WHERE reader = 'cy'")


# %% 4.7b accept: coalesce
def add_shown():
    op.add_column("members", sa.Column("shown", sa.Text, server_default="", nullable=False))
    op.execute("UPDATE members SET shown = first || coalesce(' ' || last, '')")
    op.alter_column("members", "shown", server_default=None)


# %% 4.7b accept: plain SQL with CASE
def add_shown():
    op.execute("ALTER TABLE members ADD shown text")
    op.execute("UPDATE members SET shown = CASE WHEN last IS NULL THEN first ELSE first || ' ' || last END")
    op.execute("ALTER TABLE members ALTER shown SET NOT NULL")


# %% 4.7b accept: a table of the revision's own
def add_shown():
    op.add_column("members", sa.Column("shown", sa.Text))
    members = sa.table("members", sa.column("first"), sa.column("last"), sa.column("shown"))
    both = sa.case((members.c.last.is_(None), members.c.first), else_=members.c.first + " " + members.c.last)
    op.execute(members.update().values(shown=both))
    op.alter_column("members", "shown", nullable=False)


# %% 4.7b accept: a model of the revision's own, and two statements for it
def add_shown():
    class Then(DeclarativeBase): ...

    class ThisMember(Then):
        __tablename__ = "members"
        id: Mapped[int] = mapped_column(primary_key=True)
        first: Mapped[str]
        last: Mapped[str | None]
        shown: Mapped[str | None]

    op.add_column("members", sa.Column("shown", sa.Text))
    session = Session(op.get_bind())
    found = session.execute(sa.select(ThisMember.id, ThisMember.first, ThisMember.last)).all()
    if found:
        names = {number: " ".join(filter(None, parts)) for number, *parts in found}
        session.execute(sa.update(ThisMember).values(shown=sa.case(names, value=ThisMember.id)))
    op.alter_column("members", "shown", nullable=False)


# %% 4.7b accept: PostgreSQL computes it once
def add_shown():
    both = sa.Computed("first || coalesce(' ' || last, '')", persisted=True)
    op.add_column("members", sa.Column("shown", sa.Text, both, nullable=False))
    op.execute("ALTER TABLE members ALTER COLUMN shown DROP EXPRESSION")


# %% 4.7b accept: the table is reflected
def add_shown():
    op.execute("ALTER TABLE members ADD COLUMN shown text")
    bind = op.get_bind()
    members = sa.Table("members", sa.MetaData(), autoload_with=bind)
    full = sa.func.concat_ws(" ", members.c["first"], members.c["last"])
    bind.execute(sa.update(members).values(shown=full))
    op.execute("ALTER TABLE members ALTER COLUMN shown SET NOT NULL")


# %% 4.7b reject: a text with all names, in which a quote ends the name -> Each member is shown with both names
def add_shown():
    op.add_column("members", sa.Column("shown", sa.Text))
    rows = op.get_bind().execute(sa.text("SELECT id, first, last FROM members")).all()
    names = {number: f"{first} {last}" if last else first for number, first, last in rows}
    values = ", ".join(f"({number}, '{name}')" for number, name in names.items())
    op.execute(f"UPDATE members SET shown = v.shown FROM (VALUES {values}) AS v (id, shown) WHERE v.id = members.id")
    op.alter_column("members", "shown", nullable=False)


# %% 4.7b reject: only the first 50 members are filled -> Thirty statements are enough
def add_shown():
    op.add_column("members", sa.Column("shown", sa.Text))
    op.execute("UPDATE members SET shown = concat_ws(' ', first, last) WHERE id <= 50")
    op.execute("UPDATE members SET shown = '' WHERE shown IS NULL")
    op.alter_column("members", "shown", nullable=False)


# %% 4.7b reject: only the columns that are there, of today's model -> It does the same next year
def add_shown():
    op.add_column("members", sa.Column("shown", sa.Text))
    op.execute(sa.update(Member).values(shown=Member.first + sa.func.coalesce(" " + Member.last, "")))
    op.alter_column("members", "shown", nullable=False)


# %% 4.7b reject: email is not loaded -> It does the same next year
from sqlalchemy.orm import load_only


def add_shown():
    op.add_column("members", sa.Column("shown", sa.Text))
    session = Session(op.get_bind())
    wanted = sa.select(Member).options(load_only(Member.first, Member.last))
    for member in session.scalars(wanted):
        member.shown = f"{member.first} {member.last or ''}".strip()
    session.flush()
    op.alter_column("members", "shown", nullable=False)


# %% 4.7b reject: email is added here -> Only a required text is added
def add_shown():
    op.add_column("members", sa.Column("shown", sa.Text))
    op.add_column("members", sa.Column("email", sa.Text))
    op.execute("UPDATE members SET shown = concat_ws(' ', first, last)")
    op.alter_column("members", "shown", nullable=False)


# %% 4.7b reject: NULL swallows the first name -> The first name is enough
def add_shown():
    op.add_column("members", sa.Column("shown", sa.Text))
    op.execute("UPDATE members SET shown = first || ' ' || last")
    op.execute("UPDATE members SET shown = '' WHERE shown IS NULL")
    op.alter_column("members", "shown", nullable=False)


# %% 4.7b reject: a blank behind the first name -> The first name is enough
def add_shown():
    op.add_column("members", sa.Column("shown", sa.Text))
    op.execute("UPDATE members SET shown = first || ' ' || coalesce(last, '')")
    op.alter_column("members", "shown", nullable=False)


# %% 4.7b reject: one statement for each member -> Thirty statements are enough
def add_shown():
    op.add_column("members", sa.Column("shown", sa.Text))
    link = op.get_bind()
    for number, first, last in link.execute(sa.text("SELECT id, first, last FROM members")).all():
        name = f"{first} {last}" if last else first
        link.execute(sa.text("UPDATE members SET shown = :name WHERE id = :id"), {"name": name, "id": number})
    op.alter_column("members", "shown", nullable=False)


# %% 4.7b reject: many values at once are still as many statements -> Thirty statements are enough
def add_shown():
    op.add_column("members", sa.Column("shown", sa.Text))
    link = op.get_bind()
    rows = link.execute(sa.text("SELECT id, first, last FROM members")).all()
    values = [{"id": number, "name": f"{first} {last}" if last else first} for number, first, last in rows]
    link.execute(sa.text("UPDATE members SET shown = :name WHERE id = :id"), values)
    op.alter_column("members", "shown", nullable=False)


# %% 4.7b reject: NULL is still allowed -> Only a required text is added
def add_shown():
    op.add_column("members", sa.Column("shown", sa.Text))
    op.execute("UPDATE members SET shown = concat_ws(' ', first, last)")


# %% 4.7b reject: the default stays -> Only a required text is added
def add_shown():
    op.add_column("members", sa.Column("shown", sa.Text, server_default="", nullable=False))
    op.execute("UPDATE members SET shown = concat_ws(' ', first, last)")


# %% 4.7b reject: filled without the last name -> Each member is shown with both names
def add_shown():
    op.add_column("members", sa.Column("shown", sa.Text))
    op.execute("UPDATE members SET shown = first")
    op.alter_column("members", "shown", nullable=False)
