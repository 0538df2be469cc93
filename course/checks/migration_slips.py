"""What PostgreSQL and Alembic say of a migration, and the slip that is usually behind it."""

_USUAL = {
    "contains null values": "The table has rows, and a NOT NULL column without a value for them is refused. "
    "Give a server_default, or add the column nullable, fill it, then set NOT NULL.",
    "cannot be cast automatically": "PostgreSQL does not guess how the old values become the new type: "
    "`postgresql_using` says it.",
    "cannot be cast to type": "The default of the column does not become the new type by itself: drop the "
    "default, change the type, set the new default.",
    "cannot run inside a transaction block": "A revision runs in a transaction. This statement needs "
    "`with op.get_context().autocommit_block():`.",
    "unsafe use of new value": "A new value of an enum may be used only after the transaction that added it "
    "has committed: `with op.get_context().autocommit_block():` around ADD VALUE.",
    "could not create unique index": "The rows that are there hold one value twice. They are repaired first.",
    "is violated by some row": "Rows that are there break the new rule. They are repaired first.",
    "violates foreign key constraint": "A row points to one that is not there, or that is about to go.",
    "depend on it": "Something else is built on it, and has to go first.",
    "must be called before any query": "`alembic upgrade` has asked for the database's revision in this "
    "transaction before, so its isolation level cannot change any more. One statement that reads all it "
    "needs sees one state, too, and a temporary table keeps what it saw.",
    "lock timeout": "The lock was not free in time, and lock_timeout gave up. The migration tries again.",
    "used by a view": "A view that uses the column goes first, and is made again afterwards.",
    "already exists": "It is there already. Did a downgrade leave it, or does another step make it, too?",
    "required for bind parameter": "In `op.execute` a colon before a word begins a parameter. A backslash "
    "before the colon makes it plain text.",
    "Can't locate revision": "The database is at a revision that none of the files has.",
    "not up to date": "The database has not run all revisions. `upgrade head` comes first.",
    "Multiple head revisions": "Two revisions follow the same one. A merge revision follows both, or one of "
    "them gets the other as its down_revision.",
}
_DOUBLED = (
    "The naming convention of the models builds names too, so a name that stands in full is built in twice. "
    '`op.f("…")` says that a name is complete.'
)


def said_by(error: BaseException) -> str:
    """The type and the first sentence of an error; of the database's own where SQLAlchemy wraps one."""
    cause = getattr(error, "orig", None) or error
    lines = str(cause).strip().splitlines() or [""]
    return f"{type(cause).__name__}: {lines[0]}".removesuffix(": ")


def cause_of(error: BaseException) -> str | None:
    """What usually leads to an error of a migration, None when nothing is known."""
    said = str(getattr(error, "orig", None) or error)
    if "does not exist" in said and _is_doubled(said):
        return _DOUBLED
    return next((means for words, means in _USUAL.items() if words in said), None)


def _is_doubled(said: str) -> bool:
    """Whether the name that is not there has the same words twice, as in "posts_posts_title_check_check"."""
    name = said.partition('"')[2].partition('"')[0]
    parts = name.split("_")
    return any(one == two for one, two in zip(parts, parts[1:], strict=False))
