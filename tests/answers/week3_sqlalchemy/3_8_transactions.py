"""Right and wrong answers to the exercises of lesson 3.8; see docs/authors.md for the form."""


# %% 3.8a accept: two UPDATE statements, and rows counted
def transfer(session, source, target, amount):
    try:
        for owner, change in [(source, -amount), (target, amount)]:
            changed = session.execute(
                update(Account).where(Account.owner == owner).values(balance=Account.balance + change)
            )
            if changed.rowcount == 0:
                raise NoAccount(owner)
        session.commit()
    except IntegrityError:
        session.rollback()
        raise NotEnough from None
    except Exception:
        session.rollback()
        raise


# %% 3.8a accept: looks first, with the rows locked
def transfer(session, source, target, amount):
    with session.begin():
        rows = select(Account).where(Account.owner.in_([source, target])).order_by(Account.owner)
        found = {account.owner: account for account in session.scalars(rows.with_for_update())}
        if not {source, target} <= found.keys():
            raise NoAccount
        if found[source].balance < amount:
            raise NotEnough
        found[source].balance -= amount
        found[target].balance += amount


# %% 3.8a accept: one statement with CASE
from sqlalchemy import case


def transfer(session, source, target, amount):
    change = case((Account.owner == source, -amount), else_=amount)
    try:
        with session.begin():
            moved = session.execute(
                update(Account)
                .where(Account.owner.in_((source, target)))
                .values(balance=Account.balance + change)
            )
            if moved.rowcount != 2:
                raise NoAccount
    except IntegrityError:
        raise NotEnough from None


# %% 3.8a accept: savepoint, then commit; get_one
from sqlalchemy.exc import NoResultFound


def transfer(session, source, target, amount):
    try:
        with session.begin_nested():
            session.get_one(Account, source).balance -= amount
            session.get_one(Account, target).balance += amount
    except NoResultFound:
        raise NoAccount
    except IntegrityError:
        raise NotEnough
    session.commit()


# %% 3.8a reject: a commit for each half -> An account that does not exist is no account
def transfer(session, source, target, amount):
    giver = session.get(Account, source)
    if giver is None:
        raise NoAccount
    if giver.balance < amount:
        session.rollback()
        raise NotEnough
    giver.balance -= amount
    session.commit()
    taker = session.get(Account, target)
    if taker is None:
        raise NoAccount
    taker.balance += amount
    session.commit()


# %% 3.8a reject: rolls back after the two expected errors only -> After any other error it is ready too
def transfer(session, source, target, amount):
    giver, taker = session.get(Account, source), session.get(Account, target)
    if giver is None or taker is None:
        session.rollback()
        raise NoAccount
    giver.balance -= amount
    taker.balance += amount
    try:
        session.commit()
    except IntegrityError as error:
        session.rollback()
        raise NotEnough from error


# %% 3.8a reject: swallows the error -> Too much is not enough
def transfer(session, source, target, amount):
    giver, taker = session.get(Account, source), session.get(Account, target)
    if giver is None or taker is None:
        raise NoAccount
    giver.balance -= amount
    taker.balance += amount
    try:
        session.commit()
    except IntegrityError:
        session.rollback()


# %% 3.8a reject: no rollback after the refusal -> The session is ready for the next transfer
def transfer(session, source, target, amount):
    giver, taker = session.get(Account, source), session.get(Account, target)
    if giver is None or taker is None:
        raise NoAccount
    giver.balance -= amount
    taker.balance += amount
    try:
        session.flush()
    except IntegrityError as error:
        raise NotEnough from error
    session.commit()


# %% 3.8a reject: the change of a refused transfer stays in the session -> The session is ready for the next transfer
def transfer(session, source, target, amount):
    giver = session.get(Account, source)
    if giver is None:
        raise NoAccount
    if giver.balance < amount:
        raise NotEnough
    giver.balance -= amount
    taker = session.get(Account, target)
    if taker is None:
        raise NoAccount
    taker.balance += amount
    session.commit()


# %% 3.8a reject: forgets the commit -> The money moves
def transfer(session, source, target, amount):
    giver, taker = session.get(Account, source), session.get(Account, target)
    if giver is None or taker is None:
        session.rollback()
        raise NoAccount
    if giver.balance < amount:
        session.rollback()
        raise NotEnough
    giver.balance -= amount
    taker.balance += amount
    session.flush()


# %% 3.8a reject: the last cent may not be moved -> All that is there may be moved
def transfer(session, source, target, amount):
    giver, taker = session.get(Account, source), session.get(Account, target)
    if giver is None or taker is None:
        session.rollback()
        raise NoAccount
    if giver.balance <= amount:
        session.rollback()
        raise NotEnough
    giver.balance -= amount
    taker.balance += amount
    session.commit()


# %% 3.8a reject: two commits, though all was looked at before -> It is all or nothing
def transfer(session, source, target, amount):
    giver, taker = session.get(Account, source), session.get(Account, target)
    if giver is None or taker is None:
        raise NoAccount
    if giver.balance < amount:
        raise NotEnough
    giver.balance -= amount
    session.commit()
    taker.balance += amount
    session.commit()


# %% 3.8a reject: a savepoint instead of a transaction -> The money moves
def transfer(session, source, target, amount):
    giver, taker = session.get(Account, source), session.get(Account, target)
    if giver is None or taker is None:
        raise NoAccount
    try:
        with session.begin_nested():
            giver.balance -= amount
            taker.balance += amount
    except IntegrityError:
        raise NotEnough


# %% 3.8a reject: every error is NotEnough -> An account that does not exist is no account
def transfer(session, source, target, amount):
    try:
        session.get_one(Account, source).balance -= amount
        session.get_one(Account, target).balance += amount
        session.commit()
    except Exception:
        session.rollback()
        raise NotEnough


# %% 3.8a reject: row locks kept after a refusal -> An account that does not exist is no account
def transfer(session, source, target, amount):
    a = session.get(Account, source, with_for_update=True, populate_existing=True)
    b = session.get(Account, target, with_for_update=True, populate_existing=True)
    if a is None or b is None:
        raise NoAccount
    if a.balance < amount:
        raise NotEnough
    a.balance -= amount
    b.balance += amount
    try:
        session.commit()
    except BaseException:
        session.rollback()
        raise


# %% 3.8a reject: other errors end in silence -> After any other error it is ready too
def transfer(session, source, target, amount):
    try:
        a = session.get(Account, source)
        b = session.get(Account, target)
        if a is None or b is None:
            raise NoAccount
        if a.balance < amount:
            raise NotEnough
        a.balance -= amount
        b.balance += amount
        session.commit()
    except (NoAccount, NotEnough):
        session.rollback()
        raise
    except Exception:
        session.rollback()


# %% 3.8a reject: every error of the database is NotEnough -> After any other error it is ready too
def transfer(session, source, target, amount):
    try:
        a = session.get(Account, source)
        b = session.get(Account, target)
        if a is None or b is None:
            raise NoAccount
        a.balance -= amount
        b.balance += amount
        session.commit()
    except DBAPIError as e:
        session.rollback()
        raise NotEnough from e
    except BaseException:
        session.rollback()
        raise


# %% 3.8b accept: one statement that computes and decides
def spend(session, owner, amount):
    left = session.scalar(
        update(Account)
        .where(Account.owner == owner, Account.balance >= amount)
        .values(balance=Account.balance - amount)
        .returning(Account.balance)
    )
    session.commit()
    if left is None:
        raise NotEnough
    return left


# %% 3.8b accept: the CHECK decides
def spend(session, owner, amount):
    change = text("UPDATE accounts SET balance = balance - :amount WHERE owner = :owner RETURNING balance")
    try:
        left = session.execute(change, {"amount": amount, "owner": owner}).scalar_one()
        session.commit()
    except IntegrityError as error:
        session.rollback()
        raise NotEnough from error
    return left


# %% 3.8b accept: REPEATABLE READ, and run again
def spend(session, owner, amount):
    session.rollback()
    for _ in range(5):
        session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
        account = session.get_one(Account, owner)
        if account.balance < amount:
            session.rollback()
            raise NotEnough
        account.balance -= amount
        try:
            session.commit()
        except OperationalError:
            session.rollback()
        else:
            return account.balance


# %% 3.8b accept: refresh with a lock
def spend(session, owner, amount):
    account = session.get_one(Account, owner)
    session.refresh(account, with_for_update=True)
    if account.balance < amount:
        session.rollback()
        raise NotEnough
    account.balance -= amount
    session.commit()
    return account.balance


# %% 3.8b accept: select with a lock, over what the session holds
def spend(session, owner, amount):
    row = select(Account).where(Account.owner == owner).with_for_update()
    account = session.scalars(row, execution_options={"populate_existing": True}).one()
    left = account.balance - amount
    if left < 0:
        session.rollback()
        raise NotEnough
    account.balance = left
    session.commit()
    return left


# %% 3.8b reject: a lock, and the object as the session holds it -> What the session has read before does not count
def spend(session, owner, amount):
    account = session.get_one(Account, owner, with_for_update=True)
    if account.balance < amount:
        session.rollback()
        raise NotEnough
    account.balance -= amount
    left = account.balance
    session.commit()
    return left


# %% 3.8b reject: unchanged -> What another till spends at the same moment counts
def spend(session, owner, amount):
    account = session.get_one(Account, owner)
    if account.balance < amount:
        session.rollback()
        raise NotEnough
    account.balance -= amount
    session.commit()
    return account.balance


# %% 3.8b reject: locks after reading, and keeps what it read -> What another till spends at the same moment counts
def spend(session, owner, amount):
    account = session.get_one(Account, owner)
    session.scalars(select(Account).where(Account.owner == owner).with_for_update()).one()
    if account.balance < amount:
        session.rollback()
        raise NotEnough
    account.balance -= amount
    session.commit()
    return account.balance


# %% 3.8b reject: computes in SQL, decides in Python -> What another till has left must be enough
def spend(session, owner, amount):
    account = session.get_one(Account, owner)
    if account.balance < amount:
        session.rollback()
        raise NotEnough
    account.balance = Account.balance - amount
    session.commit()
    return account.balance


# %% 3.8b reject: REPEATABLE READ, and nobody runs it again -> What another till spends at the same moment counts
def spend(session, owner, amount):
    session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
    account = session.get_one(Account, owner)
    if account.balance < amount:
        session.rollback()
        raise NotEnough
    account.balance -= amount
    session.commit()
    return account.balance


# %% 3.8b reject: locks the table -> Another account is not waited for
def spend(session, owner, amount):
    session.execute(text("LOCK TABLE accounts"))
    account = session.get_one(Account, owner)
    if account.balance < amount:
        session.rollback()
        raise NotEnough
    account.balance -= amount
    session.commit()
    return account.balance


# %% 3.8b reject: does not wait, gives up -> What another till spends at the same moment counts
def spend(session, owner, amount):
    account = session.get_one(Account, owner, with_for_update={"nowait": True})
    if account.balance < amount:
        session.rollback()
        raise NotEnough
    account.balance -= amount
    session.commit()
    return account.balance


# %% 3.8b reject: a lock of Python -> What another till spends at the same moment counts
from threading import Lock

till = Lock()


def spend(session, owner, amount):
    with till:
        account = session.get_one(Account, owner)
        if account.balance < amount:
            session.rollback()
            raise NotEnough
        account.balance -= amount
        session.commit()
        return account.balance


# %% 3.8b reject: the lock stays after NotEnough -> More than is there is not enough
def spend(session, owner, amount):
    account = session.get_one(Account, owner, with_for_update=True)
    if account.balance < amount:
        raise NotEnough
    account.balance -= amount
    session.commit()
    return account.balance


# %% 3.8b reject: an advisory lock -> What another till spends at the same moment counts
def spend(session, owner, amount):
    session.execute(select(func.pg_advisory_xact_lock(func.hashtext(owner))))
    account = session.get_one(Account, owner)
    if account.balance < amount:
        session.rollback()
        raise NotEnough
    account.balance -= amount
    session.commit()
    return account.balance


# %% 3.8b reject: one advisory lock for all accounts -> Who spends from another account is not waited for
def spend(session, owner, amount):
    session.execute(text("SELECT pg_advisory_xact_lock(1)"))
    account = session.get_one(Account, owner, with_for_update=True, populate_existing=True)
    if account.balance < amount:
        session.rollback()
        raise NotEnough
    account.balance -= amount
    session.commit()
    return account.balance


# %% 3.8b reject: refused by what was read before -> What the session has read before does not count
def spend(session, owner, amount):
    if session.get_one(Account, owner).balance < amount:
        session.rollback()
        raise NotEnough
    left = session.scalar(
        update(Account)
        .where(Account.owner == owner, Account.balance >= amount)
        .values(balance=Account.balance - amount)
        .returning(Account.balance)
    )
    if left is None:
        session.rollback()
        raise NotEnough
    session.commit()
    return left


# %% 3.8c accept: factory.begin(), codes instead of classes, a counter
def run_again(factory, work, attempts=3):
    tried = 0
    while True:
        tried += 1
        try:
            session = factory()
            with session, session.begin():
                return work(session)
        except OperationalError as error:
            if tried >= attempts or error.orig.pgcode not in ("40001", "40P01"):
                raise


# %% 3.8c accept: one session for all, recursion
def run_again(factory, work, attempts=3):
    session = factory()
    try:
        result = work(session)
        session.commit()
    except DBAPIError as error:
        session.rollback()
        if attempts > 1 and type(error.orig) in {DeadlockDetected, SerializationFailure}:
            return run_again(factory, work, attempts - 1)
        raise
    finally:
        session.close()
    return result


# %% 3.8c accept: factory.begin(), the last attempt apart
def run_again(factory, work, attempts=3):
    while attempts := attempts - 1:
        try:
            with factory.begin() as session:
                return work(session)
        except DBAPIError as error:
            if not isinstance(error.orig, (DeadlockDetected, SerializationFailure)):
                raise
    with factory.begin() as session:
        return work(session)


# %% 3.8c reject: runs again whatever the error is -> Another error is raised at once
def run_again(factory, work, attempts=3):
    for left in reversed(range(attempts)):
        try:
            with factory() as session:
                result = work(session)
                session.commit()
                return result
        except DBAPIError:
            if left == 0:
                raise


# %% 3.8c reject: the commit is outside -> A failure at the commit is run again
def run_again(factory, work, attempts=3):
    for left in reversed(range(attempts)):
        with factory() as session:
            try:
                result = work(session)
            except DBAPIError as error:
                session.rollback()
                if left == 0 or not isinstance(error.orig, (DeadlockDetected, SerializationFailure)):
                    raise
            else:
                session.commit()
                return result


# %% 3.8c reject: says nothing in the end -> After so many attempts the error is raised
def run_again(factory, work, attempts=3):
    for _ in range(attempts):
        try:
            with factory() as session:
                result = work(session)
                session.commit()
                return result
        except DBAPIError as error:
            if not isinstance(error.orig, (DeadlockDetected, SerializationFailure)):
                raise


# %% 3.8c reject: knows only one of the two -> A deadlock is run again
def run_again(factory, work, attempts=3):
    for left in reversed(range(attempts)):
        try:
            with factory() as session:
                result = work(session)
                session.commit()
                return result
        except DBAPIError as error:
            if left == 0 or not isinstance(error.orig, SerializationFailure):
                raise


# %% 3.8c reject: goes on in the failed transaction -> A serialization failure is run again
def run_again(factory, work, attempts=3):
    with factory() as session:
        for left in reversed(range(attempts)):
            try:
                result = work(session)
                session.commit()
                return result
            except DBAPIError as error:
                if left == 0 or not isinstance(error.orig, (DeadlockDetected, SerializationFailure)):
                    raise


# %% 3.8c reject: goes back to a savepoint, in the same transaction -> A serialization failure is run again
def run_again(factory, work, attempts=3):
    unlucky = (DeadlockDetected, SerializationFailure)
    for outer in reversed(range(attempts)):
        try:
            with factory() as session:
                for inner in reversed(range(outer + 1)):
                    try:
                        with session.begin_nested():
                            result = work(session)
                        break
                    except DBAPIError as error:
                        if inner == 0 or not isinstance(error.orig, unlucky):
                            raise
                session.commit()
                return result
        except DBAPIError as error:
            if outer == 0 or session.in_transaction() or not isinstance(error.orig, unlucky):
                raise


# %% 3.8c reject: closes only when it went well -> No connection stays behind
def run_again(factory, work, attempts=3):
    for left in reversed(range(attempts)):
        session = factory()
        try:
            result = work(session)
            session.commit()
            session.close()
            return result
        except DBAPIError as error:
            if left == 0 or not isinstance(error.orig, (DeadlockDetected, SerializationFailure)):
                raise
            session.rollback()


# %% 3.8c reject: one attempt too many -> After so many attempts the error is raised
def run_again(factory, work, attempts=3):
    for left in reversed(range(attempts + 1)):
        try:
            with factory() as session:
                result = work(session)
                session.commit()
                return result
        except DBAPIError as error:
            if left == 0 or not isinstance(error.orig, (DeadlockDetected, SerializationFailure)):
                raise


# %% 3.8c reject: catches the driver's own errors -> A serialization failure is run again
def run_again(factory, work, attempts=3):
    for left in reversed(range(attempts)):
        try:
            with factory() as session:
                result = work(session)
                session.commit()
                return result
        except (DeadlockDetected, SerializationFailure):
            if left == 0:
                raise


# %% 3.8c reject: every OperationalError -> Another error is raised at once
def run_again(factory, work, attempts=3):
    for left in reversed(range(attempts)):
        try:
            with factory() as session:
                result = work(session)
                session.commit()
                return result
        except OperationalError:
            if left == 0:
                raise


# %% 3.8c reject: thinks that every error has an orig -> Another error is raised at once
def run_again(factory, work, attempts=3):
    for left in reversed(range(attempts)):
        try:
            with factory() as session:
                result = work(session)
                session.commit()
                return result
        except Exception as error:
            if left == 0 or not isinstance(error.orig, (DeadlockDetected, SerializationFailure)):
                raise


# %% 3.8c reject: closes after the two errors only -> No connection stays behind
def run_again(factory, work, attempts=3):
    for left in reversed(range(attempts)):
        session = factory()
        try:
            result = work(session)
            session.commit()
        except DBAPIError as error:
            session.close()
            if left == 0 or not isinstance(error.orig, (DeadlockDetected, SerializationFailure)):
                raise
        else:
            session.close()
            return result


# %% 3.8c reject: closed after an Exception only -> No connection stays behind
def run_again(factory, work, attempts=3):
    for left in range(attempts - 1, -1, -1):
        session = factory()
        try:
            result = work(session)
            session.commit()
            session.close()
            return result
        except DBAPIError as error:
            session.close()
            if left == 0 or not isinstance(error.orig, (DeadlockDetected, SerializationFailure)):
                raise
        except Exception:
            session.close()
            raise


# %% 3.8c reject: a result of None is a failure -> What works at once is committed and returned
def run_again(factory, work, attempts=3):
    for left in range(attempts - 1, -1, -1):
        with factory() as session:
            try:
                result = work(session)
                session.commit()
                if result:
                    return result
            except DBAPIError as error:
                if left == 0 or not isinstance(error.orig, (DeadlockDetected, SerializationFailure)):
                    raise


# %% 3.8d accept: a table lock that lets readers go on
def unpublish(session, post_id):
    session.execute(text("LOCK TABLE posts IN SHARE ROW EXCLUSIVE MODE"))
    found = session.get(Post, post_id, populate_existing=True)
    if found is None:
        session.rollback()
        raise NotFound("no such post")
    others = select(func.count()).select_from(Post).where(Post.published.is_(False), Post.id != post_id)
    if found.published and session.scalar(others) >= MOST_DRAFTS:
        session.rollback()
        raise Conflict("too many drafts")
    found.published = False
    session.commit()


# %% 3.8d accept: SERIALIZABLE, and run again
def unpublish(session, post_id):
    for _ in range(5):
        try:
            session.connection(execution_options={"isolation_level": "SERIALIZABLE"})
            post = session.get(Post, post_id)
            if post is None:
                session.rollback()
                raise NotFound("no such post")
            drafts = session.scalars(select(Post.id).where(~Post.published)).all()
            if post.published and len(drafts) >= MOST_DRAFTS:
                session.rollback()
                raise Conflict("too many drafts")
            post.published = False
            session.commit()
            return
        except OperationalError:
            session.rollback()


# %% 3.8d accept: locks all rows, in their order
def unpublish(session, post_id):
    with session.begin():
        posts = {each.id: each for each in session.scalars(select(Post).order_by(Post.id).with_for_update())}
        if post_id not in posts:
            raise NotFound(f"no {post_id}")
        if posts[post_id].published:
            posts[post_id].published = False
            if sum(not each.published for each in posts.values()) > MOST_DRAFTS:
                raise Conflict("enough")


# %% 3.8d reject: a lock in the memory of one process -> Of two at the same moment one is refused
from threading import Lock

drafting_lock = Lock()


def unpublish(session, post_id):
    with drafting_lock:
        post = session.get(Post, post_id)
        if post is None:
            session.rollback()
            raise NotFound("no such post")
        if post.published:
            if session.scalar(select(func.count()).select_from(Post).where(~Post.published)) >= MOST_DRAFTS:
                session.rollback()
                raise Conflict("too many drafts")
            post.published = False
        session.commit()


# %% 3.8d reject: a draft is counted again -> A draft stays a draft
def unpublish(session, post_id):
    session.execute(select(func.pg_advisory_xact_lock(38)))
    post = session.get(Post, post_id, populate_existing=True)
    if post is None:
        session.rollback()
        raise NotFound(f"There is no post {post_id}")
    post.published = False
    if session.scalar(select(func.count()).select_from(Post).where(~Post.published)) > MOST_DRAFTS:
        session.rollback()
        raise Conflict("too many drafts")
    session.commit()


# %% 3.8d reject: counts, and locks only its own row -> Of two at the same moment one is refused
def unpublish(session, post_id):
    post = session.get(Post, post_id, with_for_update=True)
    if post is None:
        session.rollback()
        raise NotFound("no such post")
    post.published = False
    if session.scalar(select(func.count()).select_from(Post).where(~Post.published)) > MOST_DRAFTS:
        session.rollback()
        raise Conflict("too many drafts")
    session.commit()


# %% 3.8d reject: SERIALIZABLE, and nobody runs it again -> Of two at the same moment one is refused
def unpublish(session, post_id):
    session.connection(execution_options={"isolation_level": "SERIALIZABLE"})
    post = session.get(Post, post_id)
    if post is None:
        session.rollback()
        raise NotFound("no such post")
    post.published = False
    if session.scalar(select(func.count()).select_from(Post).where(~Post.published)) > MOST_DRAFTS:
        session.rollback()
        raise Conflict("too many drafts")
    session.commit()


# %% 3.8d reject: every refusal is called a Conflict -> Two at the same moment that find room both succeed
def unpublish(session, post_id):
    session.connection(execution_options={"isolation_level": "SERIALIZABLE"})
    post = session.get(Post, post_id)
    if post is None:
        session.rollback()
        raise NotFound("no such post")
    post.published = False
    try:
        if session.scalar(select(func.count()).select_from(Post).where(~Post.published)) > MOST_DRAFTS:
            raise Conflict("too many drafts")
        session.commit()
    except (OperationalError, Conflict):
        session.rollback()
        raise Conflict("too many drafts") from None


# %% 3.8d reject: locks the whole table -> Readers do not wait
def unpublish(session, post_id):
    session.execute(text("LOCK TABLE posts"))
    post = session.get(Post, post_id)
    if post is None:
        session.rollback()
        raise NotFound("no such post")
    post.published = False
    if session.scalar(select(func.count()).select_from(Post).where(~Post.published)) > MOST_DRAFTS:
        session.rollback()
        raise Conflict("too many drafts")
    session.commit()


# %% 3.8d reject: counts before it changes, a draft included -> A draft stays a draft
def unpublish(session, post_id):
    session.execute(select(func.pg_advisory_xact_lock(37)))
    post = session.get(Post, post_id)
    if post is None:
        session.rollback()
        raise NotFound("no such post")
    if session.scalar(select(func.count()).select_from(Post).where(~Post.published)) >= MOST_DRAFTS:
        session.rollback()
        raise Conflict("too many drafts")
    post.published = False
    session.commit()


# %% 3.8d reject: counts after the commit -> The fourth is refused
def unpublish(session, post_id):
    session.execute(select(func.pg_advisory_xact_lock(37)))
    post = session.get(Post, post_id)
    if post is None:
        session.rollback()
        raise NotFound("no such post")
    post.published = False
    session.commit()
    if session.scalar(select(func.count()).select_from(Post).where(~Post.published)) > MOST_DRAFTS:
        raise Conflict("too many drafts")


# %% 3.8d reject: session advisory lock, never unlocked -> Of two at the same moment one is refused
def unpublish(session, post_id):
    session.execute(select(func.pg_advisory_lock(37)))
    post = session.get(Post, post_id)
    if post is None:
        session.rollback()
        raise NotFound("no such post")
    post.published = False
    if session.scalar(select(func.count()).select_from(Post).where(~Post.published)) > MOST_DRAFTS:
        session.rollback()
        raise Conflict("too many drafts")
    session.commit()


# %% 3.8d reject: no rollback after Conflict -> The fourth is refused
def unpublish(session, post_id):
    session.execute(select(func.pg_advisory_xact_lock(37)))
    post = session.get(Post, post_id)
    if post is None:
        raise NotFound("no such post")
    post.published = False
    if session.scalar(select(func.count()).select_from(Post).where(~Post.published)) > MOST_DRAFTS:
        raise Conflict("too many drafts")
    session.commit()


# %% 3.8d reject: locks the drafts, and without one nothing -> Of four at the same moment one is refused
def unpublish(session, post_id):
    session.scalars(select(Post.id).where(~Post.published).with_for_update()).all()
    post = session.get(Post, post_id)
    if post is None:
        session.rollback()
        raise NotFound("no such post")
    post.published = False
    if session.scalar(select(func.count()).select_from(Post).where(~Post.published)) > MOST_DRAFTS:
        session.rollback()
        raise Conflict("too many drafts")
    session.commit()


# %% 3.8d reject: all in one statement -> Of two at the same moment one is refused
def unpublish(session, post_id):
    others = (
        select(func.count()).select_from(Post).where(~Post.published, Post.id != post_id).scalar_subquery()
    )
    changed = session.execute(
        update(Post).where(Post.id == post_id, others < MOST_DRAFTS).values(published=False),
        execution_options={"synchronize_session": False},
    )
    session.commit()
    if not changed.rowcount:
        post = session.get(Post, post_id)
        if post is None:
            raise NotFound("no such post")
        if post.published:
            raise Conflict("too many drafts")


# %% 3.8d reject: counts before it takes the lock -> Of two at the same moment one is refused
def unpublish(session, post_id):
    drafts = session.scalar(select(func.count()).select_from(Post).where(~Post.published, Post.id != post_id))
    session.execute(text("LOCK TABLE posts IN SHARE ROW EXCLUSIVE MODE"))
    post = session.get(Post, post_id)
    if post is None:
        session.rollback()
        raise NotFound("no such post")
    if post.published and drafts >= MOST_DRAFTS:
        session.rollback()
        raise Conflict("too many drafts")
    post.published = False
    session.commit()


# %% 3.8d reject: counts the drafts of one author -> The fourth is refused
def unpublish(session, post_id):
    session.execute(text("SELECT pg_advisory_xact_lock(38)"))
    post = session.get(Post, post_id, populate_existing=True)
    if post is None:
        session.rollback()
        raise NotFound("x")
    if post.published:
        if (
            session.scalar(
                select(func.count())
                .select_from(Post)
                .where(~Post.published, Post.author_id == post.author_id)
            )
            >= MOST_DRAFTS
        ):
            session.rollback()
            raise Conflict("y")
        post.published = False
    session.commit()


# %% 3.8d reject: Conflict without rollback -> Afterwards nobody waits
def unpublish(session, post_id):
    session.execute(text("SELECT pg_advisory_xact_lock(38)"))
    post = session.get(Post, post_id, populate_existing=True)
    if post is None:
        session.rollback()
        raise NotFound("x")
    if post.published:
        if session.scalar(select(func.count()).select_from(Post).where(~Post.published)) >= MOST_DRAFTS:
            raise Conflict("y")
        post.published = False
    session.commit()


# %% 3.8d reject: returns with the lock -> Afterwards nobody waits
def unpublish(session, post_id):
    session.execute(text("SELECT pg_advisory_xact_lock(38)"))
    post = session.get(Post, post_id, populate_existing=True)
    if post is None:
        session.rollback()
        raise NotFound("x")
    if not post.published:
        return
    if session.scalar(select(func.count()).select_from(Post).where(~Post.published)) >= MOST_DRAFTS:
        session.rollback()
        raise Conflict("y")
    post.published = False
    session.commit()


# %% 3.8e accept: a lock instead of the version check
def make_notes(factory: sessionmaker) -> FastAPI:
    api = FastAPI()

    @api.get("/notes/{note_id}")
    def read(note_id: int, response: Response) -> NoteText:
        with factory() as session:
            note = session.get(Note, note_id)
            if note is None:
                raise HTTPException(404, "No such note")
            response.headers["ETag"] = f'"{note.version}"'
            return NoteText(text=note.text)

    @api.put("/notes/{note_id}")
    def replace(
        note_id: int,
        body: NoteText,
        response: Response,
        if_match: Annotated[str | None, Header()] = None,
    ) -> NoteText:
        if if_match is None:
            raise HTTPException(428, "Send the version that you have seen")
        with factory() as session:
            note = session.get(Note, note_id, with_for_update=True)
            if note is None:
                raise HTTPException(404, "No such note")
            if if_match != f'"{note.version}"':
                raise HTTPException(412, "The note has changed")
            note.text = body.text
            session.commit()
            response.headers["ETag"] = f'"{note.version}"'
            return body

    return api


# %% 3.8e accept: the number is taken out of the tag
def make_notes(factory: sessionmaker) -> FastAPI:
    api = FastAPI()

    @api.get("/notes/{note_id}")
    def read(note_id: int, response: Response) -> NoteText:
        with factory() as session:
            note = session.get(Note, note_id)
            if note is None:
                raise HTTPException(404, "No such note")
            response.headers["ETag"] = f'"{note.version}"'
            return NoteText(text=note.text)

    @api.put("/notes/{note_id}")
    def replace(
        note_id: int,
        body: NoteText,
        response: Response,
        if_match: Annotated[str | None, Header()] = None,
    ) -> NoteText:
        if if_match is None:
            raise HTTPException(428, "Send the version that you have seen")
        with factory() as session:
            note = session.get(Note, note_id)
            if note is None:
                raise HTTPException(404, "No such note")
            if if_match.strip('"') != str(note.version):
                raise HTTPException(412, "The note has changed")
            note.text = body.text
            try:
                session.commit()
            except StaleDataError:
                raise HTTPException(412, "The note has changed") from None
            response.headers["ETag"] = f'"{note.version}"'
            return body

    return api


# %% 3.8e reject: unchanged -> A note is read with its version
def make_notes(factory: sessionmaker) -> FastAPI:
    api = FastAPI()

    @api.get("/notes/{note_id}")
    def read(note_id: int) -> NoteText:
        with factory() as session:
            note = session.get(Note, note_id)
            if note is None:
                raise HTTPException(404, "No such note")
            return NoteText(text=note.text)

    @api.put("/notes/{note_id}")
    def replace(note_id: int, body: NoteText) -> NoteText:
        with factory() as session:
            note = session.get(Note, note_id)
            if note is None:
                raise HTTPException(404, "No such note")
            note.text = body.text
            session.commit()
            return body

    return api


# %% 3.8e reject: nobody catches the error -> Of two at the same moment one is 412
def make_notes(factory: sessionmaker) -> FastAPI:
    api = FastAPI()

    @api.get("/notes/{note_id}")
    def read(note_id: int, response: Response) -> NoteText:
        with factory() as session:
            note = session.get(Note, note_id)
            if note is None:
                raise HTTPException(404, "No such note")
            response.headers["ETag"] = f'"{note.version}"'
            return NoteText(text=note.text)

    @api.put("/notes/{note_id}")
    def replace(
        note_id: int,
        body: NoteText,
        response: Response,
        if_match: Annotated[str | None, Header()] = None,
    ) -> NoteText:
        if if_match is None:
            raise HTTPException(428, "Send the version that you have seen")
        with factory() as session:
            note = session.get(Note, note_id)
            if note is None:
                raise HTTPException(404, "No such note")
            if if_match != f'"{note.version}"':
                raise HTTPException(412, "The note has changed")
            note.text = body.text
            session.commit()
            response.headers["ETag"] = f'"{note.version}"'
            return body

    return api


# %% 3.8e reject: without a version everything may be changed -> Without a version it is 428
def make_notes(factory: sessionmaker) -> FastAPI:
    api = FastAPI()

    @api.get("/notes/{note_id}")
    def read(note_id: int, response: Response) -> NoteText:
        with factory() as session:
            note = session.get(Note, note_id)
            if note is None:
                raise HTTPException(404, "No such note")
            response.headers["ETag"] = f'"{note.version}"'
            return NoteText(text=note.text)

    @api.put("/notes/{note_id}")
    def replace(
        note_id: int,
        body: NoteText,
        response: Response,
        if_match: Annotated[str | None, Header()] = None,
    ) -> NoteText:
        with factory() as session:
            note = session.get(Note, note_id)
            if note is None:
                raise HTTPException(404, "No such note")
            if if_match is not None and if_match != f'"{note.version}"':
                raise HTTPException(412, "The note has changed")
            note.text = body.text
            try:
                session.commit()
            except StaleDataError:
                raise HTTPException(412, "The note has changed") from None
            response.headers["ETag"] = f'"{note.version}"'
            return body

    return api


# %% 3.8e reject: the tag is compared as a part -> Another version is 412
def make_notes(factory: sessionmaker) -> FastAPI:
    api = FastAPI()

    @api.get("/notes/{note_id}")
    def read(note_id: int, response: Response) -> NoteText:
        with factory() as session:
            note = session.get(Note, note_id)
            if note is None:
                raise HTTPException(404, "No such note")
            response.headers["ETag"] = f'"{note.version}"'
            return NoteText(text=note.text)

    @api.put("/notes/{note_id}")
    def replace(
        note_id: int,
        body: NoteText,
        response: Response,
        if_match: Annotated[str | None, Header()] = None,
    ) -> NoteText:
        if if_match is None:
            raise HTTPException(428, "Send the version that you have seen")
        with factory() as session:
            note = session.get(Note, note_id)
            if note is None:
                raise HTTPException(404, "No such note")
            if str(note.version) not in if_match:
                raise HTTPException(412, "The note has changed")
            note.text = body.text
            try:
                session.commit()
            except StaleDataError:
                raise HTTPException(412, "The note has changed") from None
            response.headers["ETag"] = f'"{note.version}"'
            return body

    return api


# %% 3.8e reject: the new tag is missing -> The version that was seen may be changed
def make_notes(factory: sessionmaker) -> FastAPI:
    api = FastAPI()

    @api.get("/notes/{note_id}")
    def read(note_id: int, response: Response) -> NoteText:
        with factory() as session:
            note = session.get(Note, note_id)
            if note is None:
                raise HTTPException(404, "No such note")
            response.headers["ETag"] = f'"{note.version}"'
            return NoteText(text=note.text)

    @api.put("/notes/{note_id}")
    def replace(
        note_id: int,
        body: NoteText,
        response: Response,
        if_match: Annotated[str | None, Header()] = None,
    ) -> NoteText:
        if if_match is None:
            raise HTTPException(428, "Send the version that you have seen")
        with factory() as session:
            note = session.get(Note, note_id)
            if note is None:
                raise HTTPException(404, "No such note")
            if if_match != f'"{note.version}"':
                raise HTTPException(412, "The note has changed")
            note.text = body.text
            try:
                session.commit()
            except StaleDataError:
                raise HTTPException(412, "The note has changed") from None
            return body

    return api


# %% 3.8e reject: the old tag comes back -> The version that was seen may be changed
def make_notes(factory: sessionmaker) -> FastAPI:
    api = FastAPI()

    @api.get("/notes/{note_id}")
    def read(note_id: int, response: Response) -> NoteText:
        with factory() as session:
            note = session.get(Note, note_id)
            if note is None:
                raise HTTPException(404, "No such note")
            response.headers["ETag"] = f'"{note.version}"'
            return NoteText(text=note.text)

    @api.put("/notes/{note_id}")
    def replace(
        note_id: int,
        body: NoteText,
        response: Response,
        if_match: Annotated[str | None, Header()] = None,
    ) -> NoteText:
        if if_match is None:
            raise HTTPException(428, "Send the version that you have seen")
        with factory() as session:
            note = session.get(Note, note_id)
            if note is None:
                raise HTTPException(404, "No such note")
            if if_match != f'"{note.version}"':
                raise HTTPException(412, "The note has changed")
            note.text = body.text
            try:
                session.commit()
            except StaleDataError:
                raise HTTPException(412, "The note has changed") from None
            response.headers["ETag"] = if_match
            return body

    return api


# %% 3.8e reject: 409 -> Another version is 412
def make_notes(factory: sessionmaker) -> FastAPI:
    api = FastAPI()

    @api.get("/notes/{note_id}")
    def read(note_id: int, response: Response) -> NoteText:
        with factory() as session:
            note = session.get(Note, note_id)
            if note is None:
                raise HTTPException(404, "No such note")
            response.headers["ETag"] = f'"{note.version}"'
            return NoteText(text=note.text)

    @api.put("/notes/{note_id}")
    def replace(
        note_id: int,
        body: NoteText,
        response: Response,
        if_match: Annotated[str | None, Header()] = None,
    ) -> NoteText:
        if if_match is None:
            raise HTTPException(428, "Send the version that you have seen")
        with factory() as session:
            note = session.get(Note, note_id)
            if note is None:
                raise HTTPException(404, "No such note")
            if if_match != f'"{note.version}"':
                raise HTTPException(409, "The note has changed")
            note.text = body.text
            try:
                session.commit()
            except StaleDataError:
                raise HTTPException(409, "The note has changed") from None
            response.headers["ETag"] = f'"{note.version}"'
            return body

    return api


# %% 3.8e reject: a tag without quotation marks -> A note is read with its version
def make_notes(factory: sessionmaker) -> FastAPI:
    api = FastAPI()

    @api.get("/notes/{note_id}")
    def read(note_id: int, response: Response) -> NoteText:
        with factory() as session:
            note = session.get(Note, note_id)
            if note is None:
                raise HTTPException(404, "No such note")
            response.headers["ETag"] = str(note.version)
            return NoteText(text=note.text)

    @api.put("/notes/{note_id}")
    def replace(
        note_id: int,
        body: NoteText,
        response: Response,
        if_match: Annotated[str | None, Header()] = None,
    ) -> NoteText:
        if if_match is None:
            raise HTTPException(428, "Send the version that you have seen")
        with factory() as session:
            note = session.get(Note, note_id)
            if note is None:
                raise HTTPException(404, "No such note")
            if if_match != str(note.version):
                raise HTTPException(412, "The note has changed")
            note.text = body.text
            try:
                session.commit()
            except StaleDataError:
                raise HTTPException(412, "The note has changed") from None
            response.headers["ETag"] = str(note.version)
            return body

    return api


# %% 3.8e reject: the session of a refused PUT stays open -> No connection stays lent
def make_notes(factory):
    api = FastAPI()

    @api.get("/notes/{note_id}")
    def read(note_id: int, response: Response) -> NoteText:
        with factory() as session:
            note = session.get(Note, note_id)
            if note is None:
                raise HTTPException(404, "No such note")
            response.headers["ETag"] = f'"{note.version}"'
            return NoteText(text=note.text)

    @api.put("/notes/{note_id}")
    def replace(
        note_id: int, body: NoteText, response: Response, if_match: Annotated[str | None, Header()] = None
    ) -> NoteText:
        session = factory()
        note = session.get(Note, note_id)
        if note is None:
            raise HTTPException(404, "No such note")
        if if_match is None:
            raise HTTPException(428, "If-Match is required")
        if if_match != f'"{note.version}"':
            raise HTTPException(412, "changed")
        note.text = body.text
        try:
            session.commit()
        except StaleDataError:
            raise HTTPException(412, "changed") from None
        response.headers["ETag"] = f'"{note.version}"'
        session.close()
        return body

    return api


# %% 3.8e reject: the session of a GET without a note stays open -> No connection stays lent
def make_notes(factory):
    api = FastAPI()

    @api.get("/notes/{note_id}")
    def read(note_id: int, response: Response) -> NoteText:
        session = factory()
        note = session.get(Note, note_id)
        if note is None:
            raise HTTPException(404, "No such note")
        response.headers["ETag"] = f'"{note.version}"'
        session.close()
        return NoteText(text=note.text)

    @api.put("/notes/{note_id}")
    def replace(
        note_id: int, body: NoteText, response: Response, if_match: Annotated[str | None, Header()] = None
    ) -> NoteText:
        if if_match is None:
            raise HTTPException(428, "If-Match is required")
        with factory() as session:
            note = session.get(Note, note_id)
            if note is None:
                raise HTTPException(404, "No such note")
            if if_match != f'"{note.version}"':
                raise HTTPException(412, "changed")
            note.text = body.text
            try:
                session.commit()
            except StaleDataError:
                raise HTTPException(412, "changed") from None
            response.headers["ETag"] = f'"{note.version}"'
            return body

    return api


# %% 3.8e reject: the session stays open after the other one won -> Of two at the same moment one is 412
def make_notes(factory):
    api = FastAPI()

    @api.get("/notes/{note_id}")
    def read(note_id: int, response: Response) -> NoteText:
        with factory() as session:
            note = session.get(Note, note_id)
            if note is None:
                raise HTTPException(404, "No such note")
            response.headers["ETag"] = f'"{note.version}"'
            return NoteText(text=note.text)

    @api.put("/notes/{note_id}")
    def replace(
        note_id: int, body: NoteText, response: Response, if_match: Annotated[str | None, Header()] = None
    ) -> NoteText:
        if if_match is None:
            raise HTTPException(428, "If-Match is required")
        session = factory()
        note = session.get(Note, note_id)
        if note is None or if_match != f'"{note.version}"':
            session.close()
            raise HTTPException(412 if note else 404, "changed or gone")
        note.text = body.text
        try:
            session.flush()
        except StaleDataError:
            raise HTTPException(412, "changed") from None
        response.headers["ETag"] = f'"{note.version}"'
        session.commit()
        session.close()
        return body

    return api
