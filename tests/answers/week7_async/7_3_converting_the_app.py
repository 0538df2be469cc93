# Right and wrong answers to the exercises of lesson 7.3; see docs/authors.md.

# %% 7.3a accept: the first of all that are there
from sqlalchemy.ext.asyncio import AsyncSession


async def lend(*, session: AsyncSession, title: str, to: str) -> int | None:
    there = Book.title == title, Book.lent_to.is_(None)
    wanted = select(Book).where(*there).order_by(Book.id).limit(1)
    found = await session.scalars(wanted.with_for_update(skip_locked=True))
    if (book := found.first()) is not None:
        book.lent_to = to
        await session.commit()
        return book.id
    await session.rollback()
    return None


# %% 7.3a reject: nobody ends the transaction when there is no copy -> No transaction is open afterwards
from sqlalchemy.ext.asyncio import AsyncSession


async def lend(*, session: AsyncSession, title: str, to: str) -> int | None:
    free = select(Book).where(Book.title == title, Book.lent_to.is_(None))
    wanted = free.order_by(Book.id).limit(1).with_for_update(skip_locked=True)
    book = (await session.scalars(wanted)).one_or_none()
    if book is None:
        return None
    book.lent_to = to
    await session.commit()
    return book.id


# %% 7.3a reject: sent, and not committed -> What it changes is committed
from sqlalchemy.ext.asyncio import AsyncSession


async def lend(*, session: AsyncSession, title: str, to: str) -> int | None:
    free = select(Book).where(Book.title == title, Book.lent_to.is_(None))
    wanted = free.order_by(Book.id).limit(1).with_for_update(skip_locked=True)
    book = (await session.scalars(wanted)).one_or_none()
    if book is None:
        await session.rollback()
        return None
    book.lent_to = to
    found = book.id
    await session.flush()
    return found


# %% 7.3a reject: any copy, not the first -> The first copy that is there is lent
from sqlalchemy.ext.asyncio import AsyncSession


async def lend(*, session: AsyncSession, title: str, to: str) -> int | None:
    free = select(Book).where(Book.title == title, Book.lent_to.is_(None))
    wanted = free.order_by(Book.id.desc()).limit(1).with_for_update(skip_locked=True)
    book = (await session.scalars(wanted)).one_or_none()
    if book is None:
        await session.rollback()
        return None
    book.lent_to = to
    found = book.id
    await session.commit()
    return found


# %% 7.3a reject: without the lock -> It sends what lend sync sends in the same order
from sqlalchemy.ext.asyncio import AsyncSession


async def lend(*, session: AsyncSession, title: str, to: str) -> int | None:
    free = select(Book).where(Book.title == title, Book.lent_to.is_(None))
    book = (await session.scalars(free.order_by(Book.id).limit(1))).one_or_none()
    if book is None:
        await session.rollback()
        return None
    book.lent_to = to
    found = book.id
    await session.commit()
    return found


# %% 7.3a reject: an error in the place of None -> None comes back when no copy is there
from sqlalchemy.ext.asyncio import AsyncSession


async def lend(*, session: AsyncSession, title: str, to: str) -> int | None:
    free = select(Book).where(Book.title == title, Book.lent_to.is_(None))
    wanted = free.order_by(Book.id).limit(1).with_for_update(skip_locked=True)
    book = (await session.scalars(wanted)).one()
    book.lent_to = to
    found = book.id
    await session.commit()
    return found


# %% 7.3b accept: from what sends, backwards through who calls it
def waiting(calls: dict[str, set[str]], sends: set[str]) -> set[str]:
    found: set[str] = set()
    new = set(sends)
    while new:
        new = {name for name, made in calls.items() if made & new and name not in found}
        found |= new
    return found


# %% 7.3b reject: one step only -> A function that calls one that waits waits however far away
def waiting(calls: dict[str, set[str]], sends: set[str]) -> set[str]:
    first = {name for name, made in calls.items() if made & sends}
    return first | {name for name, made in calls.items() if made & first}


# %% 7.3b reject: what sends is in the answer -> Unknown names do not wait and only functions of the app are returned
def waiting(calls: dict[str, set[str]], sends: set[str]) -> set[str]:
    found = set(sends)
    while True:
        new = {name for name, made in calls.items() if made & found} - found
        if not new:
            return found
        found |= new


# %% 7.3b reject: it follows calls for ever -> Functions that call themselves or each other end
def waiting(calls: dict[str, set[str]], sends: set[str]) -> set[str]:
    def waits(name: str) -> bool:
        return any(each in sends or waits(each) for each in calls.get(name, ()))

    return {name for name in calls if waits(name)}


# %% 7.3b reject: it adds to what it was given -> What it is given stays as it is
def waiting(calls: dict[str, set[str]], sends: set[str]) -> set[str]:
    found: set[str] = set()
    while new := {name for name in calls if calls[name] & sends} - found:
        found |= new
        sends |= new
    return found


# %% 7.3c accept: the loop's own executor, and a commit that ends the first transaction
async def store_cover(*, session, title, image, shrink):
    wanted = select(Book.id).where(Book.title == title)
    ids = list(await session.scalars(wanted))
    await session.commit()
    if not ids:
        raise LookupError(f"There is no book {title}")
    loop = asyncio.get_running_loop()
    small = await loop.run_in_executor(None, shrink, image)
    for book_id in ids:
        cover = await session.get(Cover, book_id)
        if cover is None:
            session.add(Cover(book_id=book_id, image=small))
        else:
            cover.image = small
    await session.commit()


# %% 7.3c reject: a thread, and the transaction stays open -> No connection is held while a picture is shrunk
async def store_cover(*, session, title, image, shrink):
    ids = (await session.scalars(select(Book.id).where(Book.title == title))).all()
    if not ids:
        raise LookupError(title)
    small = await asyncio.to_thread(shrink, image)
    for book_id in ids:
        await session.merge(Cover(book_id=book_id, image=small))
    await session.commit()


# %% 7.3c reject: no connection is held, and the loop stands still -> Other tasks run while a picture is shrunk
async def store_cover(*, session, title, image, shrink):
    ids = (await session.scalars(select(Book.id).where(Book.title == title))).all()
    await session.rollback()
    if not ids:
        raise LookupError(title)
    await asyncio.sleep(0)
    small = shrink(image)
    for book_id in ids:
        await session.merge(Cover(book_id=book_id, image=small))
    await session.commit()


# %% 7.3c reject: shrunk before anybody looks -> An unknown title is a LookupError before anything is shrunk
async def store_cover(*, session, title, image, shrink):
    small = await asyncio.to_thread(shrink, image)
    ids = (await session.scalars(select(Book.id).where(Book.title == title))).all()
    if not ids:
        raise LookupError(title)
    for book_id in ids:
        await session.merge(Cover(book_id=book_id, image=small))
    await session.commit()


# %% 7.3c reject: the first copy only -> The cover of all copies is stored and committed
async def store_cover(*, session, title, image, shrink):
    ids = (await session.scalars(select(Book.id).where(Book.title == title))).all()
    await session.rollback()
    if not ids:
        raise LookupError(title)
    small = await asyncio.to_thread(shrink, image)
    await session.merge(Cover(book_id=ids[0], image=small))
    await session.commit()


# %% 7.3d accept: Thread, and a list for what it found
from threading import Thread

from sqlalchemy.ext.asyncio import create_async_engine


def run_work(address, work):
    async def inside():
        engine = create_async_engine(address)
        try:
            async with engine.connect() as connection, connection.begin():
                return await connection.run_sync(work)
        finally:
            await engine.dispose()

    found, failed = [], []

    def outside():
        try:
            found.append(asyncio.run(inside()))
        except BaseException as error:
            failed.append(error)

    thread = Thread(target=outside)
    thread.start()
    thread.join()
    if failed:
        raise failed[0]
    return found[0]


# %% 7.3d reject: asyncio.run in this thread -> It works where a loop runs
from sqlalchemy.ext.asyncio import create_async_engine


def run_work(address, work):
    async def inside():
        engine = create_async_engine(address)
        try:
            async with engine.begin() as connection:
                return await connection.run_sync(work)
        finally:
            await engine.dispose()

    made = inside()
    try:
        return asyncio.run(made)
    finally:
        made.close()


# %% 7.3d reject: a connection without a commit -> What work changes is committed
from concurrent.futures import ThreadPoolExecutor

from sqlalchemy.ext.asyncio import create_async_engine


def run_work(address, work):
    async def inside():
        engine = create_async_engine(address)
        try:
            async with engine.connect() as connection:
                return await connection.run_sync(work)
        finally:
            await engine.dispose()

    with ThreadPoolExecutor(1) as pool:
        return pool.submit(lambda: asyncio.run(inside())).result()


# %% 7.3d reject: the engine is closed only when all went well -> All connections are closed when it returns
from concurrent.futures import ThreadPoolExecutor

from sqlalchemy.ext.asyncio import create_async_engine

engines = []


def run_work(address, work):
    async def inside():
        engine = create_async_engine(address)
        engines.append(engine)
        async with engine.begin() as connection:
            found = await connection.run_sync(work)
        await engine.dispose()
        return found

    with ThreadPoolExecutor(1) as pool:
        return pool.submit(lambda: asyncio.run(inside())).result()


# %% 7.3d reject: nobody waits for the end of the engine -> All connections are closed when it returns
from concurrent.futures import ThreadPoolExecutor

from sqlalchemy.ext.asyncio import create_async_engine


def run_work(address, work):
    async def inside():
        engine = create_async_engine(address)
        try:
            async with engine.begin() as connection:
                return await connection.run_sync(work)
        finally:
            engine.dispose().close()

    with ThreadPoolExecutor(1) as pool:
        return pool.submit(lambda: asyncio.run(inside())).result()


# %% 7.3d accept: without a pool, a connection is closed when it is given back
from concurrent.futures import ThreadPoolExecutor

from sqlalchemy import NullPool
from sqlalchemy.ext.asyncio import create_async_engine


def run_work(address, work):
    async def inside():
        engine = create_async_engine(address, poolclass=NullPool)
        async with engine.begin() as connection:
            return await connection.run_sync(work)

    with ThreadPoolExecutor(1) as pool:
        return pool.submit(lambda: asyncio.run(inside())).result()


# %% 7.3d reject: a sync engine -> Work gets a sync connection of an async engine
from sqlalchemy import create_engine


def run_work(address, work):
    engine = create_engine(address)
    try:
        with engine.begin() as connection:
            return work(connection)
    finally:
        engine.dispose()


# %% 7.3b reject: what nobody knows waits if it has a dot -> Unknown names do not wait and only functions of the app are returned
def waiting(calls, sends):
    found = set()
    while True:
        more = {
            name
            for name, called in calls.items()
            if any(c in sends or c in found or (c not in calls and "." in c) for c in called)
        }
        if more == found:
            return found
        found = more


# %% 7.3c reject: the old covers go before the new one is there -> After an error of shrink the covers are as before
async def store_cover(*, session, title, image, shrink):
    ids = (await session.scalars(select(Book.id).where(Book.title == title))).all()
    if not ids:
        raise LookupError(title)
    for found in await session.scalars(select(Cover).where(Cover.book_id.in_(ids))):
        await session.delete(found)
    await session.commit()
    small = await asyncio.to_thread(shrink, image)
    session.add_all(Cover(book_id=book_id, image=small) for book_id in ids)
    await session.commit()
