"""Right and wrong answers to the exercises of lesson 3.9; see docs/authors.md for the form."""


# %% 3.9a accept: refreshed after the commit
def charge(factory, owner, amount):
    with factory() as session:
        account = session.get_one(Account, owner)
        account.balance -= amount
        session.add(Payment(owner=owner, amount=amount))
        session.commit()
        session.refresh(account, ["owner", "balance", "payments"])
        return account


# %% 3.9a accept: read again in a new transaction, payments by selectinload
def charge(factory, owner, amount):
    with factory.begin() as session:
        session.get_one(Account, owner).balance -= amount
        session.add(Payment(owner=owner, amount=amount))
    with factory() as session:
        return session.get_one(Account, owner, options=[selectinload(Account.payments)])


# %% 3.9a reject: unchanged -> The balance can be read after the session is closed
def charge(factory, owner, amount):
    with factory() as session:
        account = session.get_one(Account, owner)
        account.balance -= amount
        account.payments.append(Payment(amount=amount))
        session.commit()
        return account


# %% 3.9a reject: the session is not closed -> The session is closed and its connection is back
open_sessions = []


def charge(factory, owner, amount):
    session = factory()
    open_sessions.append(session)
    account = session.get_one(Account, owner)
    account.balance -= amount
    account.payments.append(Payment(amount=amount))
    session.commit()
    account.payments, account.balance
    return account


# %% 3.9a reject: only the balance is refreshed -> All payments can be read oldest first
def charge(factory, owner, amount):
    with factory() as session:
        account = session.get_one(Account, owner)
        account.balance -= amount
        session.add(Payment(owner=owner, amount=amount))
        session.commit()
        session.refresh(account)
        return account


# %% 3.9a reject: the payments were loaded before the new one -> All payments can be read oldest first
def charge(factory, owner, amount):
    with factory(expire_on_commit=False) as session:
        account = session.get_one(Account, owner, options=[selectinload(Account.payments)])
        account.balance -= amount
        session.add(Payment(owner=owner, amount=amount))
        session.commit()
        return account


# %% 3.9a reject: no commit -> What was charged is stored
def charge(factory, owner, amount):
    with factory(expire_on_commit=False) as session:
        account = session.get_one(Account, owner)
        account.balance -= amount
        account.payments.append(Payment(amount=amount))
        session.flush()
        return account


# %% 3.9a reject: closes only on the way that goes well -> An owner without an account is refused
forgotten_sessions = []


def charge(factory, owner, amount):
    session = factory(expire_on_commit=False)
    forgotten_sessions.append(session)
    account = session.get_one(Account, owner)
    account.balance -= amount
    account.payments.append(Payment(amount=amount))
    session.commit()
    session.close()
    return account


# %% 3.9a reject: a new object instead of the stored one -> All payments can be read oldest first
def charge(factory, owner, amount):
    with factory.begin() as session:
        account = session.get_one(Account, owner)
        account.balance -= amount
        session.add(Payment(owner=owner, amount=amount))
        balance = account.balance
    return Account(owner=owner, balance=balance, payments=[Payment(id=1, amount=amount)])


# %% 3.9a reject: closed unless the commit fails -> After an error of the database it is back too
def charge(factory, owner, amount):
    from sqlalchemy.exc import NoResultFound

    session = factory(expire_on_commit=False)
    try:
        account = session.get_one(Account, owner, options=[selectinload(Account.payments)])
    except NoResultFound:
        session.close()
        raise
    account.balance -= amount
    account.payments.append(Payment(amount=amount))
    session.commit()
    session.close()
    return account


# %% 3.9a reject: changes the factory -> The factory keeps its settings
def charge(factory, owner, amount):
    factory.configure(expire_on_commit=False)
    with factory() as session:
        account = session.get_one(Account, owner, options=[selectinload(Account.payments)])
        account.balance -= amount
        account.payments.append(Payment(amount=amount))
        session.commit()
        return account


# %% 3.9a reject: the payments of everybody -> All payments can be read oldest first
def charge(factory, owner, amount):
    from sqlalchemy.orm.attributes import set_committed_value

    with factory(expire_on_commit=False) as session:
        account = session.get_one(Account, owner)
        account.balance -= amount
        session.add(Payment(owner=owner, amount=amount))
        session.flush()
        found = session.scalars(select(Payment).order_by(Payment.id)).all()
        session.commit()
        set_committed_value(account, "payments", list(found))
        return account


# %% 3.9b accept: one session, and a rollback after each error
def run_jobs(factory, jobs):
    results = {}
    with factory() as session:
        for name, job in jobs.items():
            try:
                job(session)
                session.commit()
            except Exception as error:
                session.rollback()
                results[name] = type(error).__name__
            else:
                results[name] = "done"
    return results


# %% 3.9b accept: a session each, closed in finally
def run_jobs(factory, jobs):
    results = {}
    for name in jobs:
        session = factory()
        try:
            jobs[name](session)
            session.commit()
            results[name] = "done"
        except Exception as error:
            results[name] = error.__class__.__name__
        finally:
            session.close()
    return results


# %% 3.9b reject: unchanged -> The next job runs as if nothing had happened
def run_jobs(factory, jobs):
    results = {}
    with factory() as session:
        for name, job in jobs.items():
            try:
                job(session)
                session.commit()
                results[name] = "done"
            except Exception as error:
                results[name] = type(error).__name__
    return results


# %% 3.9b reject: savepoints, one transaction -> The next job runs when the connection has died
def run_jobs(factory, jobs):
    results = {}
    with factory() as session:
        for name, job in jobs.items():
            try:
                with session.begin_nested():
                    job(session)
                results[name] = "done"
            except Exception as error:
                results[name] = type(error).__name__
        session.commit()
    return results


# %% 3.9b reject: savepoints, and a commit after each job -> The next job runs when the connection has died
def run_jobs(factory, jobs):
    results = {}
    with factory() as session:
        for name, job in jobs.items():
            try:
                with session.begin_nested():
                    job(session)
                session.commit()
                results[name] = "done"
            except Exception as error:
                results[name] = type(error).__name__
    return results


# %% 3.9b reject: catches errors of the database only -> An error of the job itself is its result
from sqlalchemy.exc import SQLAlchemyError


def run_jobs(factory, jobs):
    results = {}
    for name, job in jobs.items():
        try:
            with factory.begin() as session:
                job(session)
            results[name] = "done"
        except SQLAlchemyError as error:
            results[name] = type(error).__name__
    return results


# %% 3.9b reject: the commit is outside the try -> A commit that fails is a result too
def run_jobs(factory, jobs):
    results = {}
    for name, job in jobs.items():
        with factory() as session:
            try:
                job(session)
                results[name] = "done"
            except Exception as error:
                session.rollback()
                results[name] = type(error).__name__
            session.commit()
    return results


# %% 3.9b reject: "done" is noted before the commit, errors of the commit are passed over -> A commit that fails is a result too
def run_jobs(factory, jobs):
    results = {}
    for name, job in jobs.items():
        session = factory()
        try:
            job(session)
            results[name] = "done"
        except Exception as error:
            results[name] = type(error).__name__
        try:
            if results[name] == "done":
                session.commit()
        except Exception:
            pass
        session.close()
    return results


# %% 3.9b reject: commits what a failed job has done -> Nothing of a failed job is stored
def run_jobs(factory, jobs):
    results = {}
    for name, job in jobs.items():
        with factory() as session:
            try:
                job(session)
                results[name] = "done"
            except Exception as error:
                results[name] = type(error).__name__
            try:
                session.commit()
            except Exception as error:
                results[name] = type(error).__name__
    return results


# %% 3.9b reject: no commit -> What a job did is stored
def run_jobs(factory, jobs):
    results = {}
    for name, job in jobs.items():
        try:
            with factory() as session:
                job(session)
            results[name] = "done"
        except Exception as error:
            results[name] = type(error).__name__
    return results


# %% 3.9b reject: in the order of the names -> Jobs run in the order of the dictionary
def run_jobs(factory, jobs):
    results = {}
    for name in sorted(jobs):
        try:
            with factory.begin() as session:
                jobs[name](session)
            results[name] = "done"
        except Exception as error:
            results[name] = type(error).__name__
    return results


# %% 3.9b reject: the name of the driver's error -> The next job runs as if nothing had happened
def run_jobs(factory, jobs):
    results = {}
    for name, job in jobs.items():
        try:
            with factory.begin() as session:
                job(session)
            results[name] = "done"
        except Exception as error:
            results[name] = type(getattr(error, "orig", error)).__name__
    return results


# %% 3.9b reject: a session each, closed only when it works -> No connection stays lent
kept_open = []


def run_jobs(factory, jobs):
    results = {}
    for name, job in jobs.items():
        session = factory()
        kept_open.append(session)
        try:
            job(session)
            session.commit()
            session.close()
            results[name] = "done"
        except Exception as error:
            results[name] = type(error).__name__
    return results


# %% 3.9b reject: stops at the first error -> The next job runs as if nothing had happened
def run_jobs(factory, jobs):
    results = {}
    for name, job in jobs.items():
        try:
            with factory.begin() as session:
                job(session)
            results[name] = "done"
        except Exception as error:
            results[name] = type(error).__name__
            break
    return results


# %% 3.9b reject: cannot be stopped -> What is no exception goes out
def run_jobs(factory, jobs):
    results = {}
    for name, job in jobs.items():
        try:
            with factory.begin() as session:
                job(session)
            results[name] = "done"
        except BaseException as error:
            results[name] = type(error).__name__
    return results


# %% 3.9b reject: closed after an Exception only -> What is no exception goes out
def run_jobs(factory, jobs):
    results = {}
    for name, job in jobs.items():
        session = factory()
        try:
            job(session)
            session.commit()
            results[name] = "done"
        except Exception as error:
            results[name] = type(error).__name__
        session.close()
    return results


# %% 3.9c accept: divmod and a conditional
def engine_options(limit, others, processes):
    each, _ = divmod(limit - others, processes + processes)
    if each <= 0:
        raise ValueError("too few")
    size = each // 3 or 1
    return dict(pool_size=size, max_overflow=each - size)


# %% 3.9c accept: counts up
def engine_options(limit, others, processes):
    each = 0
    while (each + 1) * processes * 2 <= limit - others:
        each += 1
    if not each:
        raise ValueError
    kept = each // 3 if each > 2 else 1
    return {"max_overflow": each - kept, "pool_size": kept}


# %% 3.9c reject: forgets the deployment -> Old and new processes fit side by side
def engine_options(limit, others, processes):
    each = (limit - others) // processes
    if each < 1:
        raise ValueError
    kept = max(1, each // 3)
    return {"pool_size": kept, "max_overflow": each - kept}


# %% 3.9c reject: a pool of 0 -> The pool keeps at least one connection
def engine_options(limit, others, processes):
    each = (limit - others) // (2 * processes)
    if each < 1:
        raise ValueError
    return {"pool_size": each // 3, "max_overflow": each - each // 3}


# %% 3.9c reject: one connection is too few -> The pool keeps at least one connection
def engine_options(limit, others, processes):
    each = (limit - others) // (2 * processes)
    if each <= 1:
        raise ValueError
    kept = max(1, each // 3)
    return {"pool_size": kept, "max_overflow": each - kept}


# %% 3.9c reject: no error when nothing is left -> Too few connections are a value error
def engine_options(limit, others, processes):
    each = max(1, (limit - others) // (2 * processes))
    kept = max(1, each // 3)
    return {"pool_size": kept, "max_overflow": each - kept}


# %% 3.9c reject: rounds -> Old and new processes fit side by side
def engine_options(limit, others, processes):
    each = round((limit - others) / (2 * processes))
    if each < 1:
        raise ValueError
    kept = max(1, each // 3)
    return {"pool_size": kept, "max_overflow": each - kept}


# %% 3.9c reject: overflow on top of all -> The example
def engine_options(limit, others, processes):
    each = (limit - others) // (2 * processes)
    if each < 1:
        raise ValueError
    return {"pool_size": max(1, each // 3), "max_overflow": each}


# %% 3.9c reject: rounds the third up -> A third is kept open
def engine_options(limit, others, processes):
    each = (limit - others) // (2 * processes)
    if each < 1:
        raise ValueError
    kept = -(-each // 3)
    return {"pool_size": kept, "max_overflow": each - kept}


# %% 3.9c reject: the others are forgotten -> The example
def engine_options(limit, others, processes):
    each = limit // (2 * processes)
    if each < 1:
        raise ValueError
    kept = max(1, each // 3)
    return {"pool_size": kept, "max_overflow": each - kept}


# %% 3.9d accept: admission before the pool
def make_api(factory, places):
    api, turn = FastAPI(), Semaphore(places)

    async def get_session() -> AsyncIterator[Session]:
        async with turn:
            session = factory()
            try:
                yield session
            finally:
                await to_thread.run_sync(session.close)

    @api.get("/posts/{post_id}", response_model=PostTitle)
    def read(post_id: int, session: Annotated[Session, Depends(get_session)]) -> Post:
        found = session.get(Post, post_id)
        if found is None:
            raise HTTPException(404, "No such post")
        return found

    return api


# %% 3.9d accept: an async handler that sends its query to a thread
def make_api(factory, places):
    api = FastAPI()

    def find(post_id: int) -> Post | None:
        with factory() as session:
            return session.get(Post, post_id)

    @api.get("/posts/{post_id}")
    async def read(post_id: int) -> PostTitle:
        found = await to_thread.run_sync(find, post_id)
        if found is None:
            raise HTTPException(404, "No such post")
        return PostTitle(id=found.id, title=found.title)

    return api


# %% 3.9d accept: the dependency stays, the handler ends the session
def make_api(factory, places):
    api = FastAPI()

    def get_session() -> Iterator[Session]:
        with factory() as session:
            yield session

    @api.get("/posts/{post_id}", response_model=PostTitle)
    def read(post_id: int, session: Annotated[Session, Depends(get_session)]) -> Post:
        with session.begin():
            found = session.get(Post, post_id)
            if found is None:
                raise HTTPException(404, "No such post")
        return found

    return api


# %% 3.9d reject: unchanged -> Many clients at once are all answered
def make_api(factory, places):
    api = FastAPI()

    def get_session() -> Iterator[Session]:
        with factory() as session:
            yield session

    @api.get("/posts/{post_id}", response_model=PostTitle)
    def read(post_id: int, session: Annotated[Session, Depends(get_session)]) -> Post:
        found = session.get(Post, post_id)
        if found is None:
            raise HTTPException(404, "No such post")
        return found

    return api


# %% 3.9d reject: only the dependency becomes async -> Many clients at once are all answered
def make_api(factory, places):
    api = FastAPI()

    async def get_session() -> AsyncIterator[Session]:
        with factory() as session:
            yield session

    @api.get("/posts/{post_id}", response_model=PostTitle)
    def read(post_id: int, session: Annotated[Session, Depends(get_session)]) -> Post:
        found = session.get(Post, post_id)
        if found is None:
            raise HTTPException(404, "No such post")
        return found

    return api


# %% 3.9d reject: async def, and the query on the event loop -> A request inside PostgreSQL does not stop the others
def make_api(factory, places):
    api = FastAPI()

    @api.get("/posts/{post_id}", response_model=PostTitle)
    async def read(post_id: int) -> Post:
        with factory() as session:
            found = session.get(Post, post_id)
        if found is None:
            raise HTTPException(404, "No such post")
        return found

    return api


# %% 3.9d reject: the place is not given back after a 404 -> Many unknown posts at once are all 404
def make_api(factory, places):
    api, turn = FastAPI(), Semaphore(places)

    async def get_session() -> AsyncIterator[Session]:
        await turn.acquire()
        with factory() as session:
            yield session
        turn.release()

    @api.get("/posts/{post_id}", response_model=PostTitle)
    def read(post_id: int, session: Annotated[Session, Depends(get_session)]) -> Post:
        found = session.get(Post, post_id)
        if found is None:
            raise HTTPException(404, "No such post")
        return found

    return api


# %% 3.9d reject: another 404 than before -> An unknown post is 404
def make_api(factory, places):
    api = FastAPI()

    @api.get("/posts/{post_id}", response_model=PostTitle)
    def read(post_id: int) -> Post:
        with factory() as session:
            found = session.get(Post, post_id)
        if found is None:
            raise HTTPException(404)
        return found

    return api


# %% 3.9d reject: closes the session only on the way that goes well -> All connections are given back
kept_sessions = []


def make_api(factory, places):
    api = FastAPI()

    @api.get("/posts/{post_id}", response_model=PostTitle)
    def read(post_id: int) -> Post:
        session = factory()
        kept_sessions.append(session)
        found = session.get(Post, post_id)
        if found is None:
            raise HTTPException(404, "No such post")
        session.close()
        return found

    return api


# %% 3.9d reject: a semaphore that blocks threads -> Many clients at once are all answered
from threading import Semaphore as ThreadSemaphore


def make_api(factory, places):
    api = FastAPI()
    turn = ThreadSemaphore(places)

    def get_session() -> Iterator[Session]:
        with turn, factory() as session:
            yield session

    @api.get("/posts/{post_id}", response_model=PostTitle)
    def read(post_id: int, session: Annotated[Session, Depends(get_session)]) -> Post:
        found = session.get(Post, post_id)
        if found is None:
            raise HTTPException(404, "No such post")
        return found

    return api


# %% 3.9d reject: one session for all -> All connections are given back
def make_api(factory, places):
    api, session = FastAPI(), factory()

    @api.get("/posts/{post_id}", response_model=PostTitle)
    def read(post_id: int) -> Post:
        found = session.get(Post, post_id)
        if found is None:
            raise HTTPException(404, "No such post")
        return found

    return api


# %% 3.9d reject: takes more threads -> Many clients at once are all answered
def make_api(factory, places):
    api = FastAPI()

    async def more():
        to_thread.current_default_thread_limiter().total_tokens = 500

    def get_session(_: Annotated[None, Depends(more)]):
        with factory() as session:
            yield session

    @api.get("/posts/{post_id}", response_model=PostTitle)
    def read(post_id: int, session: Annotated[Session, Depends(get_session)]):
        found = session.get(Post, post_id)
        if found is None:
            raise HTTPException(404, "No such post")
        return found

    return api
