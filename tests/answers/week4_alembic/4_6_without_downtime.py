# %% 4.6a accept: plain SQL
def index_authors():
    with op.get_context().autocommit_block():
        op.execute("DROP INDEX CONCURRENTLY IF EXISTS articles_author_idx")
        op.execute("CREATE INDEX CONCURRENTLY articles_author_idx ON articles (author)")


def drop_authors():
    with op.get_context().autocommit_block():
        op.execute("DROP INDEX CONCURRENTLY articles_author_idx")


# %% 4.6a accept: a REINDEX of what an earlier try left
def index_authors():
    with op.get_context().autocommit_block():
        op.execute("CREATE INDEX CONCURRENTLY IF NOT EXISTS other ON articles (author)")
        op.execute("DROP INDEX CONCURRENTLY IF EXISTS articles_author_idx")
        op.execute("ALTER INDEX other RENAME TO articles_author_idx")


def drop_authors():
    with op.get_context().autocommit_block():
        op.execute("DROP INDEX CONCURRENTLY articles_author_idx")


# %% 4.6a reject: in Alembic's transaction -> The index is there and valid
def index_authors():
    op.create_index("articles_author_idx", "articles", ["author"], postgresql_concurrently=True)


def drop_authors():
    with op.get_context().autocommit_block():
        op.execute("DROP INDEX CONCURRENTLY articles_author_idx")


# %% 4.6a reject: the wrong column -> The index is there and valid
def index_authors():
    with op.get_context().autocommit_block():
        op.execute("DROP INDEX CONCURRENTLY IF EXISTS articles_author_idx")
        op.execute("CREATE INDEX CONCURRENTLY articles_author_idx ON articles (title)")


def drop_authors():
    with op.get_context().autocommit_block():
        op.execute("DROP INDEX CONCURRENTLY articles_author_idx")


# %% 4.6a reject: as it was, in a block of its own -> Nobody who writes waits for it
def index_authors():
    with op.get_context().autocommit_block():
        op.drop_index("articles_author_idx", "articles", if_exists=True)
        op.create_index("articles_author_idx", "articles", ["author"])


def drop_authors():
    with op.get_context().autocommit_block():
        op.execute("DROP INDEX CONCURRENTLY articles_author_idx")


# %% 4.6a reject: IF NOT EXISTS -> After a try that failed it leaves a valid one
def index_authors():
    with op.get_context().autocommit_block():
        op.execute("CREATE INDEX CONCURRENTLY IF NOT EXISTS articles_author_idx ON articles (author)")


def drop_authors():
    with op.get_context().autocommit_block():
        op.execute("DROP INDEX CONCURRENTLY articles_author_idx")


# %% 4.6a reject: nothing is dropped before -> After a try that failed it leaves a valid one
def index_authors():
    with op.get_context().autocommit_block():
        op.execute("CREATE INDEX CONCURRENTLY articles_author_idx ON articles (author)")


def drop_authors():
    with op.get_context().autocommit_block():
        op.execute("DROP INDEX CONCURRENTLY articles_author_idx")


# %% 4.6a reject: the downgrade keeps it -> It goes up down and up again
def index_authors():
    with op.get_context().autocommit_block():
        op.execute("DROP INDEX CONCURRENTLY IF EXISTS articles_author_idx")
        op.execute("CREATE INDEX CONCURRENTLY articles_author_idx ON articles (author)")


def drop_authors():
    op.execute("SELECT 1")


# %% 4.6a reject: the downgrade takes a strong lock -> Nobody waits for the downgrade
def index_authors():
    with op.get_context().autocommit_block():
        op.execute("DROP INDEX CONCURRENTLY IF EXISTS articles_author_idx")
        op.execute("CREATE INDEX CONCURRENTLY articles_author_idx ON articles (author)")


def drop_authors():
    op.drop_index("articles_author_idx", "articles")


# %% 4.6b accept: the rows first, then again
def require_language():
    patiently("UPDATE videos SET language = 'en' WHERE language IS NULL")
    patiently("ALTER TABLE videos ADD CONSTRAINT has_one CHECK (language IS NOT NULL) NOT VALID")
    patiently("UPDATE videos SET language = 'en' WHERE language IS NULL")
    patiently("ALTER TABLE videos VALIDATE CONSTRAINT has_one")
    patiently("ALTER TABLE videos ALTER language SET NOT NULL")
    patiently("ALTER TABLE videos DROP CONSTRAINT has_one")


# %% 4.6b accept: in batches, and a default
def require_language():
    patiently("ALTER TABLE videos ALTER language SET DEFAULT 'en'")
    while op.get_bind().scalar(sa.text("SELECT count(*) FROM videos WHERE language IS NULL")):
        patiently(
            "UPDATE videos SET language = 'en' WHERE id IN (SELECT id FROM videos WHERE language IS NULL LIMIT 50)"
        )
    patiently("ALTER TABLE videos ADD CONSTRAINT has_one CHECK (language IS NOT NULL) NOT VALID")
    patiently("ALTER TABLE videos VALIDATE CONSTRAINT has_one")
    patiently("ALTER TABLE videos ALTER language SET NOT NULL")
    patiently("ALTER TABLE videos DROP CONSTRAINT has_one")


# %% 4.6b accept: what takes no strong lock needs no patience
def require_language():
    patiently("ALTER TABLE videos ADD CONSTRAINT has_one CHECK (language IS NOT NULL) NOT VALID")
    with op.get_context().autocommit_block():
        op.execute("UPDATE videos SET language = 'en' WHERE language IS NULL")
        op.execute("ALTER TABLE videos VALIDATE CONSTRAINT has_one")
    patiently("ALTER TABLE videos ALTER language SET NOT NULL")
    patiently("ALTER TABLE videos DROP CONSTRAINT has_one")


# %% 4.6b reject: all videos are English -> Videos without a language get one
def require_language():
    patiently("ALTER TABLE videos ADD CONSTRAINT has_one CHECK (language IS NOT NULL) NOT VALID")
    patiently("UPDATE videos SET language = 'en'")
    patiently("ALTER TABLE videos VALIDATE CONSTRAINT has_one")
    patiently("ALTER TABLE videos ALTER language SET NOT NULL")
    patiently("ALTER TABLE videos DROP CONSTRAINT has_one")


# %% 4.6b reject: the CHECK alone -> The column is not null
def require_language():
    patiently("ALTER TABLE videos ADD CONSTRAINT has_one CHECK (language IS NOT NULL) NOT VALID")
    patiently("UPDATE videos SET language = 'en' WHERE language IS NULL")
    patiently("ALTER TABLE videos VALIDATE CONSTRAINT has_one")
    patiently("ALTER TABLE videos DROP CONSTRAINT has_one")


# %% 4.6b reject: the CHECK stays -> No other constraint is left
def require_language():
    patiently("ALTER TABLE videos ADD CONSTRAINT has_one CHECK (language IS NOT NULL) NOT VALID")
    patiently("UPDATE videos SET language = 'en' WHERE language IS NULL")
    patiently("ALTER TABLE videos VALIDATE CONSTRAINT has_one")
    patiently("ALTER TABLE videos ALTER language SET NOT NULL")


# %% 4.6b reject: SET NOT NULL reads all rows -> Others can insert videos meanwhile
def require_language():
    patiently("UPDATE videos SET language = 'en' WHERE language IS NULL")
    patiently("ALTER TABLE videos ALTER language SET NOT NULL")


# %% 4.6b reject: never validated -> Others can insert videos meanwhile
def require_language():
    patiently("ALTER TABLE videos ADD CONSTRAINT has_one CHECK (language IS NOT NULL) NOT VALID")
    patiently("UPDATE videos SET language = 'en' WHERE language IS NULL")
    patiently("ALTER TABLE videos ALTER language SET NOT NULL")
    patiently("ALTER TABLE videos DROP CONSTRAINT has_one")


# %% 4.6b reject: valid at once -> Others can insert videos meanwhile
def require_language():
    patiently("UPDATE videos SET language = 'en' WHERE language IS NULL")
    patiently("ALTER TABLE videos ADD CONSTRAINT has_one CHECK (language IS NOT NULL)")
    patiently("ALTER TABLE videos ALTER language SET NOT NULL")
    patiently("ALTER TABLE videos DROP CONSTRAINT has_one")


# %% 4.6b reject: one transaction -> Others can insert videos meanwhile
def require_language():
    op.execute("ALTER TABLE videos ADD CONSTRAINT has_one CHECK (language IS NOT NULL) NOT VALID")
    op.execute("UPDATE videos SET language = 'en' WHERE language IS NULL")
    op.execute("ALTER TABLE videos VALIDATE CONSTRAINT has_one")
    op.execute("ALTER TABLE videos ALTER language SET NOT NULL")
    op.execute("ALTER TABLE videos DROP CONSTRAINT has_one")


# %% 4.6b reject: no patience -> Others can insert videos meanwhile
def require_language():
    with op.get_context().autocommit_block():
        op.execute("ALTER TABLE videos ADD CONSTRAINT has_one CHECK (language IS NOT NULL) NOT VALID")
        op.execute("UPDATE videos SET language = 'en' WHERE language IS NULL")
        op.execute("ALTER TABLE videos VALIDATE CONSTRAINT has_one")
        op.execute("ALTER TABLE videos ALTER language SET NOT NULL")
        op.execute("ALTER TABLE videos DROP CONSTRAINT has_one")


# %% 4.6b reject: the rows before the guard -> Videos without a language that come in the middle do no harm
def require_language():
    patiently("UPDATE videos SET language = 'en' WHERE language IS NULL")
    patiently("ALTER TABLE videos ADD CONSTRAINT has_one CHECK (language IS NOT NULL) NOT VALID")
    patiently("ALTER TABLE videos VALIDATE CONSTRAINT has_one")
    patiently("ALTER TABLE videos ALTER language SET NOT NULL")
    patiently("ALTER TABLE videos DROP CONSTRAINT has_one")


# %% 4.6c accept: NOT NULL at the end
def expand():
    op.add_column("films", sa.Column("title", sa.Text))


def fill():
    op.execute("UPDATE films SET title = name WHERE title IS NULL")


def relax():
    op.execute("ALTER TABLE films ALTER name DROP NOT NULL")


def contract():
    op.execute("ALTER TABLE films DROP name")
    op.execute("ALTER TABLE films ALTER title SET NOT NULL")


# %% 4.6c accept: a guard before the rows are filled
def expand():
    op.add_column("films", sa.Column("title", sa.Text))


def fill():
    op.execute("ALTER TABLE films ADD CONSTRAINT has CHECK (title IS NOT NULL) NOT VALID")
    op.execute("UPDATE films SET title = name WHERE title IS NULL")
    op.execute("ALTER TABLE films VALIDATE CONSTRAINT has")
    op.execute("ALTER TABLE films ALTER title SET NOT NULL")
    op.execute("ALTER TABLE films DROP CONSTRAINT has")


def relax():
    op.execute("ALTER TABLE films ALTER name DROP NOT NULL")


def contract():
    op.execute("ALTER TABLE films DROP name")


# %% 4.6c reject: a rename -> In each phase both versions can insert
def expand():
    op.execute("ALTER TABLE films RENAME name TO title")


def fill():
    op.execute("SELECT 1")


def relax():
    op.execute("SELECT 1")


def contract():
    op.execute("SELECT 1")


# %% 4.6c reject: the new column is NOT NULL too early -> In each phase both versions can insert
def expand():
    op.add_column("films", sa.Column("title", sa.Text))
    op.execute("UPDATE films SET title = name WHERE title IS NULL")
    op.execute("ALTER TABLE films ALTER title SET NOT NULL")


def fill():
    op.execute("SELECT 1")


def relax():
    op.execute("ALTER TABLE films ALTER name DROP NOT NULL")


def contract():
    op.execute("ALTER TABLE films DROP name")


# %% 4.6c reject: the old column stays NOT NULL -> In each phase both versions can insert
def expand():
    op.add_column("films", sa.Column("title", sa.Text))


def fill():
    op.execute("UPDATE films SET title = name WHERE title IS NULL")
    op.execute("ALTER TABLE films ALTER title SET NOT NULL")


def relax():
    op.execute("SELECT 1")


def contract():
    op.execute("ALTER TABLE films DROP name")


# %% 4.6c reject: the old column goes too early -> In each phase both versions can insert
def expand():
    op.add_column("films", sa.Column("title", sa.Text))


def fill():
    op.execute("UPDATE films SET title = name WHERE title IS NULL")
    op.execute("ALTER TABLE films ALTER title SET NOT NULL")


def relax():
    op.execute("ALTER TABLE films DROP name")


def contract():
    op.execute("SELECT 1")


# %% 4.6c reject: filled when version 1 still runs -> In each phase both versions read all films
def expand():
    op.add_column("films", sa.Column("title", sa.Text))
    op.execute("UPDATE films SET title = name WHERE title IS NULL")


def fill():
    op.execute("SELECT 1")


def relax():
    op.execute("ALTER TABLE films ALTER name DROP NOT NULL")


def contract():
    op.execute("DELETE FROM films WHERE title IS NULL")
    op.execute("ALTER TABLE films DROP name")
    op.execute("ALTER TABLE films ALTER title SET NOT NULL")


# %% 4.6c reject: filled too late -> In each phase both versions read all films
def expand():
    op.add_column("films", sa.Column("title", sa.Text))


def fill():
    op.execute("SELECT 1")


def relax():
    op.execute("UPDATE films SET title = name WHERE title IS NULL")
    op.execute("ALTER TABLE films ALTER title SET NOT NULL")
    op.execute("ALTER TABLE films ALTER name DROP NOT NULL")


def contract():
    op.execute("ALTER TABLE films DROP name")


# %% 4.6c reject: the old column stays -> At the end title has taken the place of name
def expand():
    op.add_column("films", sa.Column("title", sa.Text))


def fill():
    op.execute("UPDATE films SET title = name WHERE title IS NULL")
    op.execute("ALTER TABLE films ALTER title SET NOT NULL")


def relax():
    op.execute("ALTER TABLE films ALTER name DROP NOT NULL")


def contract():
    op.execute("SELECT 1")


# %% 4.6c reject: never NOT NULL -> At the end title has taken the place of name
def expand():
    op.add_column("films", sa.Column("title", sa.Text))


def fill():
    op.execute("UPDATE films SET title = name WHERE title IS NULL")


def relax():
    op.execute("ALTER TABLE films ALTER name DROP NOT NULL")


def contract():
    op.execute("ALTER TABLE films DROP name")


# %% 4.6d accept: the type by its name, with another error
def add_currency():
    op.execute("CREATE TYPE currency AS ENUM ('EUR', 'USD')")
    op.execute("ALTER TABLE accounts ADD currency currency NOT NULL DEFAULT 'EUR'")


def remove_currency():
    count = op.get_bind().scalar(sa.text("SELECT count(*) FROM accounts WHERE currency = 'USD'"))
    if count:
        raise ValueError(f"{count} accounts would lose their dollars")
    op.drop_column("accounts", "currency")
    sa.Enum(name="currency").drop(op.get_bind())


# %% 4.6d accept: the database counts
def add_currency():
    op.execute("CREATE TYPE currency AS ENUM ('EUR', 'USD')")
    op.execute("ALTER TABLE accounts ADD currency currency NOT NULL DEFAULT 'EUR'")


def remove_currency():
    op.execute("""
        DO $$ DECLARE dollars integer := (SELECT count(*) FROM accounts WHERE currency <> 'EUR');
        BEGIN IF dollars > 0 THEN RAISE EXCEPTION '% accounts in dollars', dollars; END IF; END $$
    """)
    op.drop_column("accounts", "currency")
    op.execute("DROP TYPE currency")


# %% 4.6d reject: the type stays -> With euros only it goes up down and up again
def add_currency():
    op.execute("CREATE TYPE currency AS ENUM ('EUR', 'USD')")
    op.execute("ALTER TABLE accounts ADD currency currency NOT NULL DEFAULT 'EUR'")


def remove_currency():
    count = op.get_bind().scalar(sa.text("SELECT count(*) FROM accounts WHERE currency = 'USD'"))
    if count:
        raise ValueError(f"{count} accounts in dollars")
    op.drop_column("accounts", "currency")


# %% 4.6d reject: no refusal -> With dollars it refuses and says how many
def add_currency():
    op.execute("CREATE TYPE currency AS ENUM ('EUR', 'USD')")
    op.execute("ALTER TABLE accounts ADD currency currency NOT NULL DEFAULT 'EUR'")


def remove_currency():
    op.drop_column("accounts", "currency")
    op.execute("DROP TYPE currency")


# %% 4.6d reject: it does not say how many -> With dollars it refuses and says how many
def add_currency():
    op.execute("CREATE TYPE currency AS ENUM ('EUR', 'USD')")
    op.execute("ALTER TABLE accounts ADD currency currency NOT NULL DEFAULT 'EUR'")


def remove_currency():
    count = op.get_bind().scalar(sa.text("SELECT count(*) FROM accounts WHERE currency = 'USD'"))
    if count:
        raise ValueError("There are dollars")
    op.drop_column("accounts", "currency")
    op.execute("DROP TYPE currency")


# %% 4.6d reject: the dollars are deleted -> With dollars it refuses and says how many
def add_currency():
    op.execute("CREATE TYPE currency AS ENUM ('EUR', 'USD')")
    op.execute("ALTER TABLE accounts ADD currency currency NOT NULL DEFAULT 'EUR'")


def remove_currency():
    op.execute("DELETE FROM accounts WHERE currency = 'USD'")
    op.drop_column("accounts", "currency")
    op.execute("DROP TYPE currency")


# %% 4.6d reject: it always refuses -> With euros only it goes up down and up again
def add_currency():
    op.execute("CREATE TYPE currency AS ENUM ('EUR', 'USD')")
    op.execute("ALTER TABLE accounts ADD currency currency NOT NULL DEFAULT 'EUR'")


def remove_currency():
    count = op.get_bind().scalar(sa.text("SELECT count(*) FROM accounts WHERE currency = 'USD'"))
    raise ValueError(f"{count} accounts in dollars")


# %% 4.6d reject: part of it is committed before the refusal -> With dollars it refuses and says how many
def add_currency():
    op.execute("CREATE TYPE currency AS ENUM ('EUR', 'USD')")
    op.execute("ALTER TABLE accounts ADD currency currency NOT NULL DEFAULT 'EUR'")


def remove_currency():
    count = op.get_bind().scalar(sa.text("SELECT count(*) FROM accounts WHERE currency = 'USD'"))
    with op.get_context().autocommit_block():
        op.execute("ALTER TABLE accounts ALTER currency DROP DEFAULT")
    if count:
        raise ValueError(f"{count} accounts in dollars")
    op.drop_column("accounts", "currency")
    op.execute("DROP TYPE currency")


# %% 4.6d reject: the currency may be missing -> The upgrade gives each account a currency
def add_currency():
    op.execute("CREATE TYPE currency AS ENUM ('EUR', 'USD')")
    op.execute("ALTER TABLE accounts ADD currency currency DEFAULT 'EUR'")


def remove_currency():
    count = op.get_bind().scalar(sa.text("SELECT count(*) FROM accounts WHERE currency = 'USD'"))
    if count:
        raise ValueError(f"{count} accounts in dollars")
    op.drop_column("accounts", "currency")
    op.execute("DROP TYPE currency")


# %% 4.6d reject: the upgrade leaves accounts without one -> The upgrade gives each account a currency
def add_currency():
    op.execute("CREATE TYPE currency AS ENUM ('EUR', 'USD')")
    op.execute("ALTER TABLE accounts ADD currency currency")


def remove_currency():
    count = op.get_bind().scalar(sa.text("SELECT count(*) FROM accounts WHERE currency = 'USD'"))
    if count:
        raise ValueError(f"{count} accounts in dollars")
    op.drop_column("accounts", "currency")
    op.execute("DROP TYPE currency")


# %% 4.6e accept: it remembers the step below
def first_broken(config):
    chain = ScriptDirectory.from_config(config)
    down = "base"
    for name in [each.revision for each in chain.walk_revisions()][::-1]:
        try:
            command.upgrade(config, name)
            command.downgrade(config, down)
            command.upgrade(config, name)
        except Exception:
            return name
        down = name


# %% 4.6e accept: -1
def first_broken(config):
    chain = ScriptDirectory.from_config(config)
    down = "base"
    for name in [each.revision for each in chain.walk_revisions()][::-1]:
        try:
            command.upgrade(config, name)
            command.downgrade(config, "-1")
            command.upgrade(config, name)
        except Exception:
            return name
        down = name


# %% 4.6e reject: sorted by id -> A downgrade that fails is found
def first_broken(config):
    chain = ScriptDirectory.from_config(config)
    down = "base"
    for name in sorted(each.revision for each in chain.walk_revisions()):
        try:
            command.upgrade(config, name)
            command.downgrade(config, down)
            command.upgrade(config, name)
        except Exception:
            return name
        down = name


# %% 4.6e reject: up only -> A type that is left behind is found
def first_broken(config):
    chain = ScriptDirectory.from_config(config)
    down = "base"
    for name in [each.revision for each in chain.walk_revisions()][::-1]:
        try:
            command.upgrade(config, name)
        except Exception:
            return name
        down = name


# %% 4.6e reject: no second upgrade -> A type that is left behind is found
def first_broken(config):
    chain = ScriptDirectory.from_config(config)
    down = "base"
    for name in [each.revision for each in chain.walk_revisions()][::-1]:
        try:
            command.upgrade(config, name)
            command.downgrade(config, down)
        except Exception:
            return name
        down = name


# %% 4.6e reject: the first upgrade is not expected to fail -> An upgrade that fails is found
def first_broken(config):
    chain = ScriptDirectory.from_config(config)
    for step in [*chain.walk_revisions()][::-1]:
        command.upgrade(config, step.revision)
        try:
            command.downgrade(config, step.down_revision or "base")
            command.upgrade(config, step.revision)
        except Exception:
            return step.revision


# %% 4.6e reject: only errors of the database are caught -> Any error counts
def first_broken(config):
    from sqlalchemy.exc import DBAPIError

    chain = ScriptDirectory.from_config(config)
    for step in [*chain.walk_revisions()][::-1]:
        try:
            command.upgrade(config, step.revision)
            command.downgrade(config, step.down_revision or "base")
            command.upgrade(config, step.revision)
        except DBAPIError:
            return step.revision


# %% 4.6e reject: the last broken one -> The first of two is returned
def first_broken(config):
    chain = ScriptDirectory.from_config(config)
    down, found = "base", None
    for name in [each.revision for each in chain.walk_revisions()][::-1]:
        try:
            command.upgrade(config, name)
            command.downgrade(config, down)
            command.upgrade(config, name)
        except Exception:
            found = name
        down = name
    return found


# %% 4.6e reject: the head first -> A downgrade that fails is found
def first_broken(config):
    chain = ScriptDirectory.from_config(config)
    down = "base"
    for name in [each.revision for each in chain.walk_revisions()]:
        try:
            command.upgrade(config, name)
            command.downgrade(config, down)
            command.upgrade(config, name)
        except Exception:
            return name
        down = name


# %% 4.6e reject: it ends at the bottom -> After a good chain the database is at the head
def first_broken(config):
    chain = ScriptDirectory.from_config(config)
    down = "base"
    for name in [each.revision for each in chain.walk_revisions()][::-1]:
        try:
            command.upgrade(config, name)
            command.downgrade(config, down)
            command.upgrade(config, name)
        except Exception:
            return name
        down = name
    command.downgrade(config, "base")


# %% 4.6e reject: always the same -> A good chain has no broken step
def first_broken(config):
    return "a9"
