# %% 4.4a accept: plain SQL
def stars_to_rating():
    op.execute("ALTER TABLE reviews RENAME stars TO rating")
    op.execute("ALTER TABLE reviews ALTER rating DROP DEFAULT")
    op.execute("UPDATE reviews SET rating = '3' WHERE trim(rating) = 'none'")
    op.execute("ALTER TABLE reviews ALTER rating TYPE smallint USING trim(rating)::smallint")
    op.execute("ALTER TABLE reviews ALTER rating SET DEFAULT 3, ADD CHECK (rating IN (1, 2, 3, 4, 5))")


def rating_to_stars():
    op.execute("ALTER TABLE reviews DROP CONSTRAINT reviews_rating_check, ALTER rating DROP DEFAULT")
    op.execute("ALTER TABLE reviews ALTER rating TYPE text")
    op.execute("ALTER TABLE reviews ALTER rating SET DEFAULT '3'")
    op.execute("ALTER TABLE reviews RENAME rating TO stars")


# %% 4.4a accept: a new column beside the old one
def stars_to_rating():
    op.add_column("reviews", sa.Column("rating", sa.SmallInteger, server_default="3", nullable=False))
    op.execute("UPDATE reviews SET rating = trim(stars)::smallint WHERE trim(stars) <> 'none'")
    op.create_check_constraint("in_range", "reviews", "rating > 0 AND rating < 6")
    op.drop_column("reviews", "stars")


def rating_to_stars():
    op.add_column("reviews", sa.Column("stars", sa.Text, server_default="3", nullable=False))
    op.execute("UPDATE reviews SET stars = rating")
    op.drop_column("reviews", "rating")


# %% 4.4a reject: the default is in the way -> Each text becomes its number
def stars_to_rating():
    op.alter_column(
        "reviews",
        "stars",
        new_column_name="rating",
        type_=sa.SmallInteger,
        postgresql_using="coalesce(nullif(trim(stars), 'none'), '3')::smallint",
    )


def rating_to_stars():
    op.alter_column("reviews", "rating", new_column_name="stars", type_=sa.Text)


# %% 4.4a reject: blanks around none are forgotten -> Each text becomes its number
def stars_to_rating():
    op.alter_column("reviews", "stars", server_default=None)
    using = "coalesce(nullif(stars, 'none'), '3')::smallint"
    op.alter_column("reviews", "stars", type_=sa.SmallInteger, postgresql_using=using)
    op.alter_column("reviews", "stars", new_column_name="rating", server_default="3")
    op.create_check_constraint("in_range", "reviews", "rating BETWEEN 1 AND 5")


def rating_to_stars():
    op.execute("SELECT 1")


# %% 4.4a reject: none becomes unknown, so NULL is allowed -> Each text becomes its number
def stars_to_rating():
    op.alter_column("reviews", "stars", server_default=None, nullable=True)
    using = "nullif(trim(stars), 'none')::smallint"
    op.alter_column("reviews", "stars", type_=sa.SmallInteger, postgresql_using=using)
    op.alter_column("reviews", "stars", new_column_name="rating", server_default="3")
    op.create_check_constraint("in_range", "reviews", "rating BETWEEN 1 AND 5")


def rating_to_stars():
    op.execute("SELECT 1")


# %% 4.4a reject: an integer -> The column is a required smallint
def stars_to_rating():
    op.add_column("reviews", sa.Column("rating", sa.Integer, server_default="3", nullable=False))
    op.execute("UPDATE reviews SET rating = trim(stars)::integer WHERE trim(stars) <> 'none'")
    op.create_check_constraint("in_range", "reviews", "rating BETWEEN 1 AND 5")
    op.drop_column("reviews", "stars")


def rating_to_stars():
    op.execute("SELECT 1")


# %% 4.4a reject: the default does not come back -> A review without a rating gets three
def stars_to_rating():
    op.alter_column("reviews", "stars", server_default=None)
    using = "coalesce(nullif(trim(stars), 'none'), '3')::smallint"
    op.alter_column("reviews", "stars", type_=sa.SmallInteger, postgresql_using=using)
    op.alter_column("reviews", "stars", new_column_name="rating")
    op.create_check_constraint("in_range", "reviews", "rating BETWEEN 1 AND 5")


def rating_to_stars():
    op.drop_constraint("in_range", "reviews")
    op.alter_column("reviews", "rating", new_column_name="stars", type_=sa.Text)
    op.alter_column("reviews", "stars", server_default="3")


# %% 4.4a reject: no rule about the range -> Ratings from one to five are accepted
def stars_to_rating():
    op.alter_column("reviews", "stars", server_default=None)
    using = "coalesce(nullif(trim(stars), 'none'), '3')::smallint"
    op.alter_column("reviews", "stars", type_=sa.SmallInteger, postgresql_using=using)
    op.alter_column("reviews", "stars", new_column_name="rating", server_default="3")


def rating_to_stars():
    op.alter_column("reviews", "rating", new_column_name="stars", type_=sa.Text)


# %% 4.4a reject: the downgrade forgets the check -> The downgrade leaves the table as it was
def stars_to_rating():
    op.alter_column("reviews", "stars", server_default=None)
    using = "coalesce(nullif(trim(stars), 'none'), '3')::smallint"
    op.alter_column("reviews", "stars", type_=sa.SmallInteger, postgresql_using=using)
    op.alter_column("reviews", "stars", new_column_name="rating", server_default="3")
    op.create_check_constraint("in_range", "reviews", "rating::text IN ('1', '2', '3', '4', '5')")


def rating_to_stars():
    op.alter_column("reviews", "rating", server_default=None)
    op.alter_column("reviews", "rating", new_column_name="stars", type_=sa.Text)
    op.alter_column("reviews", "stars", server_default="3")


# %% 4.4a reject: the downgrade loses the numbers -> After the downgrade each review has its number as text
def stars_to_rating():
    op.add_column("reviews", sa.Column("rating", sa.SmallInteger, server_default="3", nullable=False))
    op.execute("UPDATE reviews SET rating = trim(stars)::smallint WHERE trim(stars) <> 'none'")
    op.create_check_constraint("in_range", "reviews", "rating BETWEEN 1 AND 5")
    op.drop_column("reviews", "stars")


def rating_to_stars():
    op.add_column("reviews", sa.Column("stars", sa.Text, server_default="3", nullable=False))
    op.drop_column("reviews", "rating")


# %% 4.4b accept: columns leave the type for a while
def add_paid():
    found = op.get_bind().scalar(sa.text("SELECT 'paid' = ANY (enum_range(NULL::order_state)::text[])"))
    if not found:
        with op.get_context().autocommit_block():
            op.execute("ALTER TYPE order_state ADD VALUE 'paid' AFTER 'new'")
    op.execute("UPDATE orders SET state = 'paid' WHERE state = 'new' AND paid_at IS NOT NULL")


def remove_paid():
    op.execute("ALTER TABLE orders ALTER state DROP DEFAULT, ALTER state TYPE text")
    op.execute("ALTER TABLE order_log ALTER state TYPE text")
    op.execute("DROP TYPE order_state")
    op.execute("CREATE TYPE order_state AS ENUM ('new', 'sent')")
    for table in ["orders", "order_log"]:
        op.execute(
            f"ALTER TABLE {table} ALTER state TYPE order_state "
            "USING replace(state, 'paid', 'new')::order_state"
        )
    op.execute("ALTER TABLE orders ALTER state SET DEFAULT 'new'")


# %% 4.4b reject: used in the transaction that added it -> New orders that were paid become paid
def add_paid():
    op.execute("ALTER TYPE order_state ADD VALUE IF NOT EXISTS 'paid' BEFORE 'sent'")
    op.execute("UPDATE orders SET state = 'paid' WHERE state = 'new' AND paid_at IS NOT NULL")


def remove_paid():
    op.execute("SELECT 1")


# %% 4.4b reject: orders that were sent become paid -> New orders that were paid become paid
def add_paid():
    with op.get_context().autocommit_block():
        op.execute("ALTER TYPE order_state ADD VALUE IF NOT EXISTS 'paid' BEFORE 'sent'")
    op.execute("UPDATE orders SET state = 'paid' WHERE paid_at IS NOT NULL")


def remove_paid():
    op.execute("SELECT 1")


# %% 4.4b reject: the value comes last -> The value stands between the two
def add_paid():
    with op.get_context().autocommit_block():
        op.execute("ALTER TYPE order_state ADD VALUE IF NOT EXISTS 'paid'")
    op.execute("UPDATE orders SET state = 'paid' WHERE state = 'new' AND paid_at IS NOT NULL")


def remove_paid():
    op.execute("SELECT 1")


# %% 4.4b reject: a second run finds the value there -> It can run again after a crash
def add_paid():
    with op.get_context().autocommit_block():
        op.execute("ALTER TYPE order_state ADD VALUE 'paid' BEFORE 'sent'")
    op.execute("UPDATE orders SET state = 'paid' WHERE state = 'new' AND paid_at IS NOT NULL")


def remove_paid():
    op.execute("SELECT 1")


# %% 4.4b reject: the old type stays -> The downgrade leaves everything as it was
def add_paid():
    with op.get_context().autocommit_block():
        op.execute("ALTER TYPE order_state ADD VALUE IF NOT EXISTS 'paid' BEFORE 'sent'")
    op.execute("UPDATE orders SET state = 'paid' WHERE state = 'new' AND paid_at IS NOT NULL")


def remove_paid():
    op.execute("ALTER TYPE order_state RENAME TO old_state")
    op.execute("CREATE TYPE order_state AS ENUM ('new', 'sent')")
    op.execute("ALTER TABLE orders ALTER state DROP DEFAULT")
    for table in ["orders", "order_log"]:
        op.execute(f"UPDATE {table} SET state = 'new' WHERE state = 'paid'")
        op.execute(f"ALTER TABLE {table} ALTER state TYPE order_state USING state::text::order_state")
    op.execute("ALTER TABLE orders ALTER state SET DEFAULT 'new'")


# %% 4.4b reject: the log is not looked at -> Paid becomes new in both tables
def add_paid():
    with op.get_context().autocommit_block():
        op.execute("ALTER TYPE order_state ADD VALUE IF NOT EXISTS 'paid' BEFORE 'sent'")
    op.execute("UPDATE orders SET state = 'paid' WHERE state = 'new' AND paid_at IS NOT NULL")


def remove_paid():
    op.execute("UPDATE orders SET state = 'new' WHERE state = 'paid'")
    op.execute("ALTER TYPE order_state RENAME TO old_state")
    op.execute("CREATE TYPE order_state AS ENUM ('new', 'sent')")
    op.execute("ALTER TABLE orders ALTER state DROP DEFAULT")
    for table in ["orders", "order_log"]:
        op.execute(f"ALTER TABLE {table} ALTER state TYPE order_state USING state::text::order_state")
    op.execute("ALTER TABLE orders ALTER state SET DEFAULT 'new'")
    op.execute("DROP TYPE old_state")


# %% 4.4b reject: the default does not come back -> A new order is new after the downgrade
def add_paid():
    with op.get_context().autocommit_block():
        op.execute("ALTER TYPE order_state ADD VALUE IF NOT EXISTS 'paid' BEFORE 'sent'")
    op.execute("UPDATE orders SET state = 'paid' WHERE state = 'new' AND paid_at IS NOT NULL")


def remove_paid():
    op.execute("ALTER TYPE order_state RENAME TO old_state")
    op.execute("CREATE TYPE order_state AS ENUM ('new', 'sent')")
    op.execute("ALTER TABLE orders ALTER state DROP DEFAULT")
    for table in ["orders", "order_log"]:
        op.execute(f"UPDATE {table} SET state = 'new' WHERE state = 'paid'")
        op.execute(f"ALTER TABLE {table} ALTER state TYPE order_state USING state::text::order_state")
    op.execute("DROP TYPE old_state")


# %% 4.4c accept: a number that says where the last batch ended
def add_cents():
    op.execute("ALTER TABLE products ADD COLUMN IF NOT EXISTS cents integer")
    with op.get_context().autocommit_block():
        last = -1
        while True:
            ids = op.get_bind().scalars(
                sa.text("SELECT id FROM products WHERE id > :last AND cents IS NULL ORDER BY id LIMIT 50"),
                {"last": last},
            )
            if not (batch := list(ids)):
                break
            last = batch[-1]
            op.get_bind().execute(
                sa.text(
                    "UPDATE products SET cents = (price * 100)::integer "
                    "WHERE id = ANY (:ids) AND cents IS NULL"
                ),
                {"ids": batch},
            )
    op.execute("ALTER TABLE products ALTER cents SET NOT NULL")


# %% 4.4c accept: the loop runs in the server
def add_cents():
    op.add_column("products", sa.Column("cents", sa.Integer), if_not_exists=True)
    with op.get_context().autocommit_block():
        op.execute("""
            DO $$ BEGIN LOOP
                UPDATE products SET cents = price * 100 WHERE id IN
                    (SELECT id FROM products WHERE cents IS NULL LIMIT 100);
                EXIT WHEN NOT FOUND;
                COMMIT;
            END LOOP; END $$
        """)
    op.alter_column("products", "cents", nullable=False)


# %% 4.4c reject: one UPDATE for all -> A batch has at most 100 rows
def add_cents():
    op.add_column("products", sa.Column("cents", sa.Integer), if_not_exists=True)
    op.execute("UPDATE products SET cents = price * 100 WHERE cents IS NULL")
    op.alter_column("products", "cents", nullable=False)


# %% 4.4c reject: batches without a commit -> A batch has at most 100 rows
def add_cents():
    op.add_column("products", sa.Column("cents", sa.Integer), if_not_exists=True)
    batch = sa.text(
        "UPDATE products SET cents = price * 100 WHERE id IN "
        "(SELECT id FROM products WHERE cents IS NULL ORDER BY id LIMIT 100)"
    )
    while op.get_bind().execute(batch).rowcount:
        pass
    op.alter_column("products", "cents", nullable=False)


# %% 4.4c reject: the second run adds the column again -> The next run does the rest
def add_cents():
    op.add_column("products", sa.Column("cents", sa.Integer))
    batch = sa.text(
        "UPDATE products SET cents = price * 100 WHERE id IN "
        "(SELECT id FROM products WHERE cents IS NULL ORDER BY id LIMIT 100)"
    )
    with op.get_context().autocommit_block():
        while op.get_bind().execute(batch).rowcount:
            pass
    op.alter_column("products", "cents", nullable=False)


# %% 4.4c reject: batches by id, so the second run does all of them again -> No row is changed twice
def add_cents():
    op.add_column("products", sa.Column("cents", sa.Integer), if_not_exists=True)
    most = op.get_bind().scalar(sa.text("SELECT max(id) FROM products"))
    with op.get_context().autocommit_block():
        for first in range(0, most + 1, 100):
            op.execute(f"UPDATE products SET cents = price * 100 WHERE id BETWEEN {first} AND {first + 99}")
    op.alter_column("products", "cents", nullable=False)


# %% 4.4c reject: NULL stays possible -> The column is a required integer
def add_cents():
    op.add_column("products", sa.Column("cents", sa.Integer), if_not_exists=True)
    batch = sa.text(
        "UPDATE products SET cents = price * 100 WHERE id IN "
        "(SELECT id FROM products WHERE cents IS NULL ORDER BY id LIMIT 100)"
    )
    with op.get_context().autocommit_block():
        while op.get_bind().execute(batch).rowcount:
            pass


# %% 4.4c reject: ids without gaps are assumed -> Every product has its price in cents
def add_cents():
    op.add_column("products", sa.Column("cents", sa.Integer), if_not_exists=True)
    with op.get_context().autocommit_block():
        first = 0
        batch = "UPDATE products SET cents = price * 100 WHERE cents IS NULL AND id BETWEEN :a AND :b"
        while op.get_bind().execute(sa.text(batch), {"a": first, "b": first + 1}).rowcount:
            first += 2
    op.execute("SELECT 1")


# %% 4.4c reject: the price itself is changed -> The price stays
def add_cents():
    op.add_column("products", sa.Column("cents", sa.Integer), if_not_exists=True)
    batch = sa.text(
        "UPDATE products SET cents = price * 100, price = 0 WHERE id IN "
        "(SELECT id FROM products WHERE cents IS NULL ORDER BY id LIMIT 100)"
    )
    with op.get_context().autocommit_block():
        while op.get_bind().execute(batch).rowcount:
            pass
    op.alter_column("products", "cents", nullable=False)


# %% 4.4d accept: words are split and put together again
def add_initials():
    op.add_column("users", sa.Column("initials", sa.Text))
    op.execute("""
        UPDATE users SET initials = (
            SELECT string_agg(upper(left(word, 1)), '' ORDER BY place)
            FROM regexp_split_to_table(trim(name), ' +') WITH ORDINALITY AS words (word, place)
        )
    """)


# %% 4.4d reject: the loop -> Somebody else can run what is written offline
def add_initials():
    op.add_column("users", sa.Column("initials", sa.Text))
    connection = op.get_bind()
    for user in connection.execute(sa.text("SELECT id, name FROM users")):
        initials = "".join(word[0] for word in user.name.upper().split())
        connection.execute(
            sa.text("UPDATE users SET initials = :initials WHERE id = :id"),
            {"initials": initials, "id": user.id},
        )


# %% 4.4d reject: nothing is done offline -> Somebody else can run what is written offline
def add_initials():
    op.add_column("users", sa.Column("initials", sa.Text))
    if not op.get_context().as_sql:
        op.execute("UPDATE users SET initials = upper(regexp_replace(name, '\\s*(\\S)\\S*\\s*', '\\1', 'g'))")


# %% 4.4d reject: small letters stay small -> Every user has the same initials
def add_initials():
    op.add_column("users", sa.Column("initials", sa.Text))
    op.execute("UPDATE users SET initials = regexp_replace(name, '\\s*(\\S)\\S*\\s*', '\\1', 'g')")


# %% 4.4d reject: the capitals of a name -> Every user has the same initials
def add_initials():
    op.add_column("users", sa.Column("initials", sa.Text))
    op.execute("UPDATE users SET initials = regexp_replace(initcap(name), '[^A-Z]', '', 'g') WHERE id < 6")
    op.execute("UPDATE users SET initials = regexp_replace(name, '[^A-Z]', '', 'g') WHERE id >= 6")


# %% 4.4d reject: a loop online, one statement offline -> Many users take few statements
def add_initials():
    op.add_column("users", sa.Column("initials", sa.Text))
    one = "UPDATE users SET initials = upper(regexp_replace(name, '\\s*(\\S)\\S*\\s*', '\\1', 'g'))"
    if op.get_context().as_sql:
        op.execute(one)
    else:
        for number in op.get_bind().scalars(sa.text("SELECT id FROM users")).all():
            op.execute(f"{one} WHERE id = {number}")


# %% 4.4d reject: one statement with everybody's initials, and nobody is there -> No user at all is no error
def add_initials():
    op.add_column("users", sa.Column("initials", sa.Text))
    if op.get_context().as_sql:
        op.execute("UPDATE users SET initials = upper(regexp_replace(name, ' *([a-zA-Z])[a-zA-Z]* *', '\\1', 'g'))")
        return
    users = op.get_bind().execute(sa.text("SELECT id, name FROM users")).all()
    found = {user.id: "".join(word[0] for word in user.name.upper().split()) for user in users}
    pairs = ", ".join(f"({number}, '{initials}')" for number, initials in found.items())
    op.execute(
        f"UPDATE users SET initials = pairs.initials FROM (VALUES {pairs}) AS pairs (id, initials) "
        "WHERE pairs.id = users.id"
    )


# %% 4.4e accept: CASCADE takes both, and both come back
def limit_titles():
    op.execute("DROP VIEW long_books CASCADE")
    op.execute("ALTER TABLE books ALTER title TYPE varchar(100) USING substr(title, 1, 100)")
    op.execute("""
        CREATE VIEW long_books AS SELECT id, title, pages FROM books WHERE pages > 300;
        CREATE VIEW long_titles AS SELECT title FROM long_books
    """)


def unlimit_titles():
    op.execute("DROP VIEW long_books CASCADE")
    op.execute("ALTER TABLE books ALTER title TYPE text")
    op.execute("""
        CREATE VIEW long_books AS SELECT id, title FROM books WHERE pages > 300;
        CREATE VIEW long_titles AS SELECT title FROM long_books
    """)


# %% 4.4e accept: titles are cut first
def limit_titles():
    op.execute("DROP VIEW long_titles, long_books")
    op.execute("UPDATE books SET title = left(title, 100) WHERE length(title) > 100")
    op.alter_column("books", "title", type_=sa.String(100))
    op.execute("CREATE VIEW long_books AS SELECT id, title, pages FROM books WHERE pages > 300")
    op.execute("CREATE VIEW long_titles AS SELECT title FROM long_books")


def unlimit_titles():
    op.execute("DROP VIEW long_titles, long_books")
    op.alter_column("books", "title", type_=sa.Text())
    op.execute("CREATE VIEW long_books AS SELECT id, title FROM books WHERE pages > 300")
    op.execute("CREATE VIEW long_titles AS SELECT title FROM long_books")


# %% 4.4e reject: the views are still there -> The title is a required varchar
def limit_titles():
    op.alter_column("books", "title", type_=sa.String(100), postgresql_using="left(title, 100)")
    op.execute("CREATE OR REPLACE VIEW long_books AS SELECT id, title, pages FROM books WHERE pages > 300")


def unlimit_titles():
    op.execute("SELECT 1")


# %% 4.4e reject: a title of 150 letters does not fit -> Long titles keep their first letters
def limit_titles():
    op.execute("DROP VIEW long_titles, long_books")
    op.alter_column("books", "title", type_=sa.String(100))
    op.execute("CREATE VIEW long_books AS SELECT id, title, pages FROM books WHERE pages > 300")
    op.execute("CREATE VIEW long_titles AS SELECT title FROM long_books")


def unlimit_titles():
    op.execute("SELECT 1")


# %% 4.4e reject: CASCADE took a view that does not come back -> Long titles is there as before
def limit_titles():
    op.execute("DROP VIEW long_books CASCADE")
    op.alter_column("books", "title", type_=sa.String(100), postgresql_using="left(title, 100)")
    op.execute("CREATE VIEW long_books AS SELECT id, title, pages FROM books WHERE pages > 300")


def unlimit_titles():
    op.execute("SELECT 1")


# %% 4.4e reject: the view shows what it showed before -> Long books shows the pages
def limit_titles():
    op.execute("DROP VIEW long_titles, long_books")
    op.alter_column("books", "title", type_=sa.String(100), postgresql_using="left(title, 100)")
    op.execute("CREATE VIEW long_books AS SELECT id, title FROM books WHERE pages > 300")
    op.execute("CREATE VIEW long_titles AS SELECT title FROM long_books")


def unlimit_titles():
    op.execute("SELECT 1")


# %% 4.4e reject: the downgrade makes the new view -> The downgrade leaves all as it was
def limit_titles():
    op.execute("DROP VIEW long_titles, long_books")
    op.alter_column("books", "title", type_=sa.String(100), postgresql_using="left(title, 100)")
    op.execute("CREATE VIEW long_books AS SELECT id, title, pages FROM books WHERE pages > 300")
    op.execute("CREATE VIEW long_titles AS SELECT title FROM long_books")


def unlimit_titles():
    op.execute("DROP VIEW long_titles, long_books")
    op.alter_column("books", "title", type_=sa.Text())
    op.execute("CREATE VIEW long_books AS SELECT id, title, pages FROM books WHERE pages > 300")
    op.execute("CREATE VIEW long_titles AS SELECT title FROM long_books")


# %% 4.4f accept: a copy in a table of its own, with an index, then rejected first
TABLE = """
    CREATE TABLE members (
        id integer PRIMARY KEY, name text NOT NULL, email text NOT NULL, joined date,
        balance numeric(12, 2), CONSTRAINT one UNIQUE (email)
    )
"""


def import_members():
    op.execute(TABLE)
    op.execute("CREATE TABLE staging AS SELECT * FROM dump")
    op.execute("CREATE INDEX ON staging (lower(trim(email)))")
    op.execute(
        "CREATE TABLE rejected AS SELECT *, 'no email' AS reason FROM staging WHERE trim(coalesce(email, '')) = ''"
    )
    op.execute("""
        INSERT INTO rejected SELECT *, 'email twice' FROM staging
        WHERE trim(email) <> '' AND EXISTS (
            SELECT FROM staging AS other
            WHERE lower(trim(other.email)) = lower(trim(staging.email)) AND other.id < staging.id
        )
    """)
    op.execute("""
        INSERT INTO members
        SELECT id, regexp_replace(trim(name), '\\s+', ' ', 'g'), lower(trim(email)),
            CASE WHEN joined IN ('', '0000-00-00') THEN NULL
                 WHEN joined LIKE '__.__.____' THEN to_date(joined, 'DD.MM.YYYY')
                 ELSE to_date(joined, 'YYYY-MM-DD') END,
            CASE WHEN balance NOT IN ('', 'n/a') THEN replace(balance, ',', '')::numeric END
        FROM staging WHERE id NOT IN (SELECT id FROM rejected)
    """)
    op.drop_table("staging")


def drop_members():
    op.drop_table("members")
    op.drop_table("rejected")


# %% 4.4f accept: one statement fills both tables, and PostgreSQL chooses the first of each email
def import_members():
    op.execute("""
        CREATE TABLE members (
            id integer PRIMARY KEY, name text NOT NULL, email text NOT NULL UNIQUE, joined date,
            balance numeric(12, 2)
        )
    """)
    op.execute("CREATE TABLE rejected (LIKE dump, reason text)")
    op.execute("""
        WITH good AS (
            INSERT INTO members
            SELECT id, trim(regexp_replace(name, ' {2,}', ' ', 'g')), lower(trim(email)),
                to_date(nullif(nullif(CASE WHEN joined LIKE '%.%' THEN
                    substr(joined, 7) || '-' || substr(joined, 4, 2) || '-' || left(joined, 2)
                    ELSE joined END, ''), '0000-00-00'), 'YYYY-MM-DD'),
                nullif(nullif(replace(balance, ',', ''), ''), 'n/a')::numeric
            FROM (SELECT DISTINCT ON (lower(trim(email))) * FROM dump WHERE trim(email) <> ''
                  ORDER BY lower(trim(email)), id) AS first
            RETURNING id
        )
        INSERT INTO rejected
        SELECT *, CASE WHEN trim(email) <> '' THEN 'email twice' ELSE 'no email' END
        FROM dump WHERE id NOT IN (SELECT id FROM good)
    """)


def drop_members():
    op.execute("DROP TABLE rejected, members")


# %% 4.4f reject: as it was given, for rows that are nearly clean -> Dates in both forms and unknown ones
def import_members():
    op.execute("""
        CREATE TABLE members (
            id integer PRIMARY KEY, name text NOT NULL, email text NOT NULL UNIQUE, joined date,
            balance numeric(12, 2)
        )
    """)
    op.execute("""
        INSERT INTO members
        SELECT id, trim(name), lower(trim(email)),
               nullif(joined, '')::date, nullif(balance, '')::numeric
        FROM dump
    """)


def drop_members():
    op.execute("DROP TABLE members")


# %% 4.4f reject: duplicates in capitals are two members -> Of rows with one email the smallest id stays
MAKE_TABLES = """
    CREATE TABLE members (
        id integer PRIMARY KEY, name text NOT NULL, email text NOT NULL UNIQUE, joined date,
        balance numeric(12, 2)
    );
    CREATE TABLE rejected AS SELECT *, 'no email' AS reason FROM dump WHERE trim(coalesce(email, '')) = ''
"""
CLEAN = """
    INSERT INTO members
    SELECT id, regexp_replace(trim(name), ' +', ' ', 'g'), lower(trim(email)),
        CASE WHEN joined IN ('', '0000-00-00') THEN NULL
             WHEN joined LIKE '%.%' THEN to_date(joined, 'DD.MM.YYYY') ELSE joined::date END,
        replace(nullif(nullif(balance, ''), 'n/a'), ',', '')::numeric
    FROM dump WHERE id NOT IN (SELECT id FROM rejected)
"""


def import_members():
    op.execute(MAKE_TABLES)
    op.execute("""
        INSERT INTO rejected SELECT *, 'email twice' FROM dump
        WHERE EXISTS (SELECT FROM dump AS other WHERE other.email = dump.email AND other.id < dump.id)
    """)
    op.execute(CLEAN)


def drop_members():
    op.execute("DROP TABLE members, rejected")


# %% 4.4f reject: the month first -> Dates in both forms and unknown ones
def import_members():
    op.execute("""
        CREATE TABLE members (
            id integer PRIMARY KEY, name text NOT NULL, email text NOT NULL UNIQUE, joined date,
            balance numeric(12, 2)
        )
    """)
    op.execute("SET LOCAL datestyle = 'ISO, MDY'")
    op.execute("""
        INSERT INTO members
        SELECT id, trim(name), lower(trim(email)), nullif(nullif(joined, ''), '0000-00-00')::date, balance::numeric
        FROM dump
    """)


def drop_members():
    op.execute("DROP TABLE members")


# %% 4.4f reject: rows that cannot be members are lost -> Rows without an email are rejected
def import_members():
    op.execute("""
        CREATE TABLE members (
            id integer PRIMARY KEY, name text NOT NULL, email text NOT NULL UNIQUE, joined date,
            balance numeric(12, 2)
        )
    """)
    op.execute("CREATE TABLE rejected AS SELECT *, '' AS reason FROM dump WHERE false")
    op.execute("""
        INSERT INTO members
        SELECT DISTINCT ON (lower(trim(email))) id, regexp_replace(trim(name), ' +', ' ', 'g'), lower(trim(email)),
            CASE WHEN joined IN ('', '0000-00-00') THEN NULL
                 WHEN joined LIKE '%.%' THEN to_date(joined, 'DD.MM.YYYY') ELSE joined::date END,
            replace(nullif(nullif(balance, ''), 'n/a'), ',', '')::numeric
        FROM dump WHERE trim(email) <> '' ORDER BY lower(trim(email)), id
    """)


def drop_members():
    op.execute("DROP TABLE members, rejected")


# %% 4.4f reject: rejected rows are cleaned too, and may not hold anything -> A rejected row may hold anything
def import_members():
    op.execute("""
        CREATE TABLE members (
            id integer PRIMARY KEY, name text NOT NULL, email text NOT NULL UNIQUE, joined date,
            balance numeric(12, 2)
        )
    """)
    op.execute("""
        CREATE TEMPORARY TABLE clean AS
        SELECT id, regexp_replace(trim(name), ' +', ' ', 'g') AS name, nullif(lower(trim(email)), '') AS email,
            CASE WHEN joined IN ('', '0000-00-00') THEN NULL
                 WHEN joined LIKE '%.%' THEN to_date(joined, 'DD.MM.YYYY') ELSE joined::date END AS joined,
            replace(nullif(nullif(balance, ''), 'n/a'), ',', '')::numeric AS balance,
            row_number() OVER (PARTITION BY lower(trim(email)) ORDER BY id) AS number
        FROM dump
    """)
    op.execute(
        "INSERT INTO members SELECT id, name, email, joined, balance FROM clean WHERE email <> '' AND number = 1"
    )
    op.execute("""
        CREATE TABLE rejected AS SELECT dump.*,
            CASE WHEN clean.email IS NULL THEN 'no email' ELSE 'email twice' END AS reason
        FROM dump JOIN clean USING (id) WHERE clean.email IS NULL OR number > 1
    """)
    op.execute("DROP TABLE clean")


def drop_members():
    op.execute("DROP TABLE members, rejected")


# %% 4.4f reject: row by row -> Few statements are sent
def import_members():
    op.execute("""
        CREATE TABLE members (
            id integer PRIMARY KEY, name text NOT NULL, email text NOT NULL UNIQUE, joined date,
            balance numeric(12, 2)
        )
    """)
    op.execute("CREATE TABLE rejected AS SELECT *, '' AS reason FROM dump WHERE false")
    connection, seen = op.get_bind(), set()
    for row in connection.execute(sa.text("SELECT * FROM dump ORDER BY id")).mappings().all():
        values = dict(row)
        email = (row["email"] or "").strip().lower()
        if not email or email in seen:
            values["reason"] = "email twice" if email else "no email"
            table = "rejected"
        else:
            seen.add(email)
            table = "members"
            joined = None if row["joined"] in ("", "0000-00-00") else row["joined"]
            if joined and "." in joined:
                joined = "-".join(reversed(joined.split(".")))
            amount = None if row["balance"] in ("", "n/a") else row["balance"].replace(",", "")
            values |= {
                "name": " ".join(row["name"].split()),
                "email": email,
                "joined": joined,
                "balance": amount,
            }
        names = ", ".join(values)
        kinds = {"joined": "date", "balance": "numeric"} if table == "members" else {}
        places = ", ".join(
            f"CAST(:{name} AS {kinds[name]})" if name in kinds else f":{name}" for name in values
        )
        connection.execute(sa.text(f"INSERT INTO {table} ({names}) VALUES ({places})"), values)


def drop_members():
    op.execute("DROP TABLE members, rejected")


# %% 4.4f reject: emails are not unique -> The table has its types and rules
def import_members():
    op.execute(MAKE_TABLES.replace(" UNIQUE", ""))
    op.execute("""
        INSERT INTO rejected SELECT *, 'email twice' FROM dump
        WHERE trim(email) <> '' AND EXISTS (
            SELECT FROM dump AS other
            WHERE lower(trim(other.email)) = lower(trim(dump.email)) AND other.id < dump.id
        )
    """)
    op.execute(CLEAN)


def drop_members():
    op.execute("DROP TABLE members, rejected")


MAKE_TABLES = """
    CREATE TABLE members (
        id integer PRIMARY KEY, name text NOT NULL, email text NOT NULL, joined date, balance numeric(12, 2)
    );
    CREATE TABLE rejected AS SELECT *, 'no email' AS reason FROM dump WHERE trim(coalesce(email, '')) = ''
"""
CLEAN = """
    INSERT INTO members
    SELECT id, regexp_replace(trim(name), ' +', ' ', 'g'), lower(trim(email)),
        CASE WHEN joined IN ('', '0000-00-00') THEN NULL
             WHEN joined LIKE '%.%' THEN to_date(joined, 'DD.MM.YYYY') ELSE joined::date END,
        replace(nullif(nullif(balance, ''), 'n/a'), ',', '')::numeric
    FROM dump WHERE id NOT IN (SELECT id FROM rejected)
"""


# %% 4.4f reject: the downgrade forgets a table -> The downgrade leaves everything as it was
def import_members():
    op.execute(TABLE)
    op.execute(
        "CREATE TABLE rejected AS SELECT *, 'no email' AS reason FROM dump WHERE trim(coalesce(email, '')) = ''"
    )
    op.execute("""
        INSERT INTO rejected SELECT *, 'email twice' FROM dump
        WHERE trim(email) <> '' AND EXISTS (
            SELECT FROM dump AS other
            WHERE lower(trim(other.email)) = lower(trim(dump.email)) AND other.id < dump.id
        )
    """)
    op.execute("""
        INSERT INTO members
        SELECT id, regexp_replace(trim(name), ' +', ' ', 'g'), lower(trim(email)),
            CASE WHEN joined IN ('', '0000-00-00') THEN NULL
                 WHEN joined LIKE '%.%' THEN to_date(joined, 'DD.MM.YYYY') ELSE joined::date END,
            replace(nullif(nullif(balance, ''), 'n/a'), ',', '')::numeric
        FROM dump WHERE id NOT IN (SELECT id FROM rejected)
    """)


TABLE = """
    CREATE TABLE members (
        id integer PRIMARY KEY, name text NOT NULL, email text NOT NULL UNIQUE, joined date,
        balance numeric(12, 2)
    )
"""


def drop_members():
    op.execute("DROP TABLE members")


# %% 4.4f reject: rejected first, then the rest, each from another state of dump -> Rows that come in or change meanwhile do no harm
TABLE = """
    CREATE TABLE members (
        id integer PRIMARY KEY, name text NOT NULL, email text NOT NULL, joined date,
        balance numeric(12, 2), CONSTRAINT one UNIQUE (email)
    )
"""


def import_members():
    op.execute(TABLE)
    op.execute(
        "CREATE TABLE rejected AS SELECT *, 'no email' AS reason FROM dump WHERE trim(coalesce(email, '')) = ''"
    )
    op.execute("""
        INSERT INTO rejected SELECT *, 'email twice' FROM dump
        WHERE trim(email) <> '' AND EXISTS (
            SELECT FROM dump AS other
            WHERE lower(trim(other.email)) = lower(trim(dump.email)) AND other.id < dump.id
        )
    """)
    op.execute("""
        INSERT INTO members
        SELECT id, regexp_replace(trim(name), '\\s+', ' ', 'g'), lower(trim(email)),
            CASE WHEN joined IN ('', '0000-00-00') THEN NULL
                 WHEN joined LIKE '__.__.____' THEN to_date(joined, 'DD.MM.YYYY')
                 ELSE to_date(joined, 'YYYY-MM-DD') END,
            CASE WHEN balance NOT IN ('', 'n/a') THEN replace(balance, ',', '')::numeric END
        FROM dump WHERE id NOT IN (SELECT id FROM rejected)
    """)


def drop_members():
    op.drop_table("members")
    op.drop_table("rejected")


# %% 4.4f reject: members first, and all others are rejected -> Rows that come in or change meanwhile do no harm
def import_members():
    op.execute("""
        CREATE TABLE members (
            id integer PRIMARY KEY, name text NOT NULL, email text NOT NULL UNIQUE, joined date,
            balance numeric(12, 2)
        )
    """)
    op.execute("""
        INSERT INTO members
        SELECT id, trim(regexp_replace(name, ' {2,}', ' ', 'g')), lower(trim(email)),
            to_date(nullif(nullif(CASE WHEN joined LIKE '%.%' THEN
                substr(joined, 7) || '-' || substr(joined, 4, 2) || '-' || left(joined, 2)
                ELSE joined END, ''), '0000-00-00'), 'YYYY-MM-DD'),
            nullif(nullif(replace(balance, ',', ''), ''), 'n/a')::numeric
        FROM (SELECT DISTINCT ON (lower(trim(email))) * FROM dump WHERE trim(email) <> ''
              ORDER BY lower(trim(email)), id) AS first
        ON CONFLICT DO NOTHING
    """)
    op.execute("""
        CREATE TABLE rejected AS
        SELECT dump.*, CASE WHEN trim(email) <> '' THEN 'email twice' ELSE 'no email' END AS reason
        FROM dump WHERE id NOT IN (SELECT id FROM members)
    """)


def drop_members():
    op.execute("DROP TABLE rejected, members")


# %% 4.4f reject: others are locked out, so that all statements see the same rows -> No request waits for the migration
TABLE = """
    CREATE TABLE members (
        id integer PRIMARY KEY, name text NOT NULL, email text NOT NULL UNIQUE, joined date,
        balance numeric(12, 2)
    )
"""


def import_members():
    op.execute(TABLE)
    op.execute("LOCK TABLE dump IN SHARE MODE")
    op.execute(
        "CREATE TABLE rejected AS SELECT *, 'no email' AS reason FROM dump WHERE trim(coalesce(email, '')) = ''"
    )
    op.execute("""
        INSERT INTO rejected SELECT *, 'email twice' FROM dump
        WHERE trim(email) <> '' AND EXISTS (
            SELECT FROM dump AS other
            WHERE lower(trim(other.email)) = lower(trim(dump.email)) AND other.id < dump.id
        )
    """)
    op.execute("""
        INSERT INTO members
        SELECT id, regexp_replace(trim(name), ' +', ' ', 'g'), lower(trim(email)),
            CASE WHEN joined IN ('', '0000-00-00') THEN NULL
                 WHEN joined LIKE '%.%' THEN to_date(joined, 'DD.MM.YYYY') ELSE joined::date END,
            replace(nullif(nullif(balance, ''), 'n/a'), ',', '')::numeric
        FROM dump WHERE id NOT IN (SELECT id FROM rejected)
    """)


def drop_members():
    op.execute("DROP TABLE members, rejected")


# %% 4.4f reject: an index on dump for the duplicates, dropped in the end -> No request waits for the migration
TABLE = """
    CREATE TABLE members (
        id integer PRIMARY KEY, name text NOT NULL, email text NOT NULL UNIQUE, joined date,
        balance numeric(12, 2)
    )
"""


def import_members():
    op.execute(TABLE)
    op.execute("CREATE INDEX dump_email_idx ON dump (lower(trim(email)))")
    op.execute("CREATE TEMPORARY TABLE cleaned AS SELECT * FROM dump ORDER BY lower(trim(email)), id")
    op.execute(
        "CREATE TABLE rejected AS SELECT *, 'no email' AS reason FROM cleaned WHERE trim(coalesce(email, '')) = ''"
    )
    op.execute("""
        INSERT INTO rejected SELECT *, 'email twice' FROM cleaned
        WHERE trim(email) <> '' AND EXISTS (
            SELECT FROM cleaned AS other
            WHERE lower(trim(other.email)) = lower(trim(cleaned.email)) AND other.id < cleaned.id
        )
    """)
    op.execute("""
        INSERT INTO members
        SELECT id, regexp_replace(trim(name), ' +', ' ', 'g'), lower(trim(email)),
            CASE WHEN joined IN ('', '0000-00-00') THEN NULL
                 WHEN joined LIKE '%.%' THEN to_date(joined, 'DD.MM.YYYY') ELSE joined::date END,
            replace(nullif(nullif(balance, ''), 'n/a'), ',', '')::numeric
        FROM cleaned WHERE id NOT IN (SELECT id FROM rejected)
    """)
    op.execute("DROP TABLE cleaned")
    op.execute("DROP INDEX dump_email_idx")


def drop_members():
    op.execute("DROP TABLE members, rejected")


# %% 4.4f reject: dump is cleaned in place, and gets its rows back in the end -> No request waits for the migration
TABLE = """
    CREATE TABLE members (
        id integer PRIMARY KEY, name text NOT NULL, email text NOT NULL UNIQUE, joined date,
        balance numeric(12, 2)
    )
"""


def import_members():
    op.execute(TABLE)
    op.execute("CREATE TEMPORARY TABLE kept AS SELECT * FROM dump")
    op.execute("UPDATE dump SET email = NULL WHERE trim(email) = ''")
    op.execute("CREATE TEMPORARY TABLE cleaned AS SELECT * FROM dump")
    op.execute("UPDATE dump SET email = kept.email FROM kept WHERE kept.id = dump.id AND dump.email IS NULL")
    op.execute(
        "CREATE TABLE rejected AS SELECT kept.*, 'no email' AS reason FROM kept WHERE trim(coalesce(email, '')) = ''"
    )
    op.execute("""
        INSERT INTO rejected SELECT *, 'email twice' FROM cleaned
        WHERE trim(email) <> '' AND EXISTS (
            SELECT FROM cleaned AS other
            WHERE lower(trim(other.email)) = lower(trim(cleaned.email)) AND other.id < cleaned.id
        )
    """)
    op.execute("""
        INSERT INTO members
        SELECT id, regexp_replace(trim(name), ' +', ' ', 'g'), lower(trim(email)),
            CASE WHEN joined IN ('', '0000-00-00') THEN NULL
                 WHEN joined LIKE '%.%' THEN to_date(joined, 'DD.MM.YYYY') ELSE joined::date END,
            replace(nullif(nullif(balance, ''), 'n/a'), ',', '')::numeric
        FROM cleaned WHERE id NOT IN (SELECT id FROM rejected)
    """)
    op.execute("DROP TABLE cleaned, kept")


def drop_members():
    op.execute("DROP TABLE members, rejected")


# %% 4.4f reject: the rows are locked one by one while they are read -> No request waits for the migration
TABLE = """
    CREATE TABLE members (
        id integer PRIMARY KEY, name text NOT NULL, email text NOT NULL UNIQUE, joined date,
        balance numeric(12, 2)
    )
"""


def import_members():
    op.execute(TABLE)
    op.execute("CREATE TEMPORARY TABLE cleaned AS SELECT * FROM dump FOR UPDATE")
    op.execute(
        "CREATE TABLE rejected AS SELECT *, 'no email' AS reason FROM cleaned WHERE trim(coalesce(email, '')) = ''"
    )
    op.execute("""
        INSERT INTO rejected SELECT *, 'email twice' FROM cleaned
        WHERE trim(email) <> '' AND EXISTS (
            SELECT FROM cleaned AS other
            WHERE lower(trim(other.email)) = lower(trim(cleaned.email)) AND other.id < cleaned.id
        )
    """)
    op.execute("""
        INSERT INTO members
        SELECT id, regexp_replace(trim(name), ' +', ' ', 'g'), lower(trim(email)),
            CASE WHEN joined IN ('', '0000-00-00') THEN NULL
                 WHEN joined LIKE '%.%' THEN to_date(joined, 'DD.MM.YYYY') ELSE joined::date END,
            replace(nullif(nullif(balance, ''), 'n/a'), ',', '')::numeric
        FROM cleaned WHERE id NOT IN (SELECT id FROM rejected)
    """)
    op.execute("DROP TABLE cleaned")


def drop_members():
    op.execute("DROP TABLE members, rejected")


# %% 4.4f reject: a mark keeps new rows out, and rows that were there change -> Rows that come in or change meanwhile do no harm
TABLE = """
    CREATE TABLE members (
        id integer PRIMARY KEY, name text NOT NULL, email text NOT NULL UNIQUE, joined date,
        balance numeric(12, 2)
    )
"""


def import_members():
    op.execute(TABLE)
    op.execute("CREATE TEMPORARY TABLE mark AS SELECT max(id) AS id FROM dump")
    op.execute(
        "CREATE TABLE rejected AS SELECT *, 'no email' AS reason FROM dump WHERE id <= (SELECT id FROM mark) AND trim(coalesce(email, '')) = ''"
    )
    op.execute("""
        INSERT INTO rejected SELECT *, 'email twice' FROM dump
        WHERE dump.id <= (SELECT id FROM mark) AND trim(email) <> '' AND EXISTS (
            SELECT FROM dump AS other
            WHERE lower(trim(other.email)) = lower(trim(dump.email)) AND other.id < dump.id
        )
    """)
    op.execute("""
        INSERT INTO members
        SELECT id, regexp_replace(trim(name), ' +', ' ', 'g'), lower(trim(email)),
            CASE WHEN joined IN ('', '0000-00-00') THEN NULL
                 WHEN joined LIKE '%.%' THEN to_date(joined, 'DD.MM.YYYY') ELSE joined::date END,
            replace(nullif(nullif(balance, ''), 'n/a'), ',', '')::numeric
        FROM dump WHERE id NOT IN (SELECT id FROM rejected) AND id <= (SELECT id FROM mark)
    """)
    op.execute("DROP TABLE mark")


def drop_members():
    op.execute("DROP TABLE members, rejected")


# %% 4.4f reject: another isolation level, for which it is too late in a revision -> No request waits for the migration
TABLE = """
    CREATE TABLE members (
        id integer PRIMARY KEY, name text NOT NULL, email text NOT NULL, joined date,
        balance numeric(12, 2), CONSTRAINT one UNIQUE (email)
    )
"""


def import_members():
    op.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
    op.execute(TABLE)
    op.execute(
        "CREATE TABLE rejected AS SELECT *, 'no email' AS reason FROM dump WHERE trim(coalesce(email, '')) = ''"
    )
    op.execute("""
        INSERT INTO rejected SELECT *, 'email twice' FROM dump
        WHERE trim(email) <> '' AND EXISTS (
            SELECT FROM dump AS other
            WHERE lower(trim(other.email)) = lower(trim(dump.email)) AND other.id < dump.id
        )
    """)
    op.execute("""
        INSERT INTO members
        SELECT id, regexp_replace(trim(name), '\\s+', ' ', 'g'), lower(trim(email)),
            CASE WHEN joined IN ('', '0000-00-00') THEN NULL
                 WHEN joined LIKE '__.__.____' THEN to_date(joined, 'DD.MM.YYYY')
                 ELSE to_date(joined, 'YYYY-MM-DD') END,
            CASE WHEN balance NOT IN ('', 'n/a') THEN replace(balance, ',', '')::numeric END
        FROM dump WHERE id NOT IN (SELECT id FROM rejected)
    """)


def drop_members():
    op.drop_table("members")
    op.drop_table("rejected")
