# %% 7.6a accept: one task that does both
from fastapi import BackgroundTasks, FastAPI


def make_app(send, lost):
    app = FastAPI()

    async def send_all(number):
        for to in ("customer", "shop"):
            try:
                await send(number, to)
            except Exception:
                lost.append((number, to))

    @app.post("/orders/{number}", status_code=202)
    async def order(number: int, tasks: BackgroundTasks):
        tasks.add_task(send_all, number)
        return {"order": number}

    return app


# %% 7.6a accept: the response brings its task along
from fastapi import FastAPI
from fastapi.responses import JSONResponse
from starlette.background import BackgroundTask


def make_app(send, lost):
    app = FastAPI()

    async def send_all(number):
        for to in ("customer", "shop"):
            try:
                await send(number, to)
            except Exception:
                lost.append((number, to))

    @app.post("/orders/{number}")
    async def order(number: int):
        return JSONResponse({"order": number}, 202, background=BackgroundTask(send_all, number))

    return app


# %% 7.6a reject: it awaits before the response -> Both mails are sent after the response in their order
from fastapi import FastAPI


def make_app(send, lost):
    app = FastAPI()

    @app.post("/orders/{number}", status_code=202)
    async def order(number: int):
        for to in ("customer", "shop"):
            try:
                await send(number, to)
            except Exception:
                lost.append((number, to))
        return {"order": number}

    return app


# %% 7.6a reject: two tasks without a try -> An error does not keep the other from being sent
from fastapi import BackgroundTasks, FastAPI


def make_app(send, lost):
    app = FastAPI()

    @app.post("/orders/{number}", status_code=202)
    async def order(number: int, tasks: BackgroundTasks):
        for to in ("customer", "shop"):
            tasks.add_task(send, number, to)
        return {"order": number}

    return app


# %% 7.6a reject: one try around both -> An error does not keep the other from being sent
from fastapi import BackgroundTasks, FastAPI


def make_app(send, lost):
    app = FastAPI()

    async def send_all(number):
        try:
            await send(number, "customer")
            await send(number, "shop")
        except Exception:
            lost.append((number, "customer"))

    @app.post("/orders/{number}", status_code=202)
    async def order(number: int, tasks: BackgroundTasks):
        tasks.add_task(send_all, number)
        return {"order": number}

    return app


# %% 7.6a reject: both at the same time -> Both mails are sent after the response in their order
import asyncio

from fastapi import BackgroundTasks, FastAPI


def make_app(send, lost):
    app = FastAPI()

    async def try_to_send(number, to):
        try:
            await send(number, to)
        except Exception:
            lost.append((number, to))

    async def both(number):
        await asyncio.gather(try_to_send(number, "customer"), try_to_send(number, "shop"))

    @app.post("/orders/{number}", status_code=202)
    async def order(number: int, tasks: BackgroundTasks):
        tasks.add_task(both, number)
        return {"order": number}

    return app


# %% 7.6a reject: only the errors of a network are expected -> An error does not keep the other from being sent
from fastapi import BackgroundTasks, FastAPI


def make_app(send, lost):
    app = FastAPI()

    async def try_to_send(number, to):
        try:
            await send(number, to)
        except (OSError, ValueError, LookupError, RuntimeError):
            lost.append((number, to))

    @app.post("/orders/{number}", status_code=202)
    async def order(number: int, tasks: BackgroundTasks):
        tasks.add_task(try_to_send, number, "customer")
        tasks.add_task(try_to_send, number, "shop")
        return {"order": number}

    return app


# %% 7.6a reject: what failed is forgotten -> What failed is in lost
from contextlib import suppress

from fastapi import BackgroundTasks, FastAPI


def make_app(send, lost):
    app = FastAPI()

    async def try_to_send(number, to):
        with suppress(Exception):
            await send(number, to)

    @app.post("/orders/{number}", status_code=202)
    async def order(number: int, tasks: BackgroundTasks):
        tasks.add_task(try_to_send, number, "customer")
        tasks.add_task(try_to_send, number, "shop")
        return {"order": number}

    return app


# %% 7.6a reject: the status is 200 -> It responds 202 with the number
from fastapi import BackgroundTasks, FastAPI


def make_app(send, lost):
    app = FastAPI()

    async def try_to_send(number, to):
        try:
            await send(number, to)
        except Exception:
            lost.append((number, to))

    @app.post("/orders/{number}")
    async def order(number: int, tasks: BackgroundTasks):
        tasks.add_task(try_to_send, number, "customer")
        tasks.add_task(try_to_send, number, "shop")
        return {"order": number}

    return app


# %% 7.6b accept: in another order
PLACES = {
    "tell a partner's API about an order; it is down every other day": "queue",
    "delete what a user has stored; they were told that it will be gone": "queue",
    "convert an uploaded film, which takes 20 minutes": "queue",
    "send the receipt for a payment": "queue",
    "load a list into a cache, which the next request would do otherwise": "task",
    "count that a post was read; the number is shown as 'about 1,200'": "task",
}


# %% 7.6b reject: all in the queue -> What may be lost needs no queue
PLACES = {
    "count that a post was read; the number is shown as 'about 1,200'": "queue",
    "send the receipt for a payment": "queue",
    "load a list into a cache, which the next request would do otherwise": "queue",
    "convert an uploaded film, which takes 20 minutes": "queue",
    "delete what a user has stored; they were told that it will be gone": "queue",
    "tell a partner's API about an order; it is down every other day": "queue",
}


# %% 7.6b reject: a receipt is short -> What somebody was promised is in the queue
PLACES = {
    "count that a post was read; the number is shown as 'about 1,200'": "task",
    "send the receipt for a payment": "task",
    "load a list into a cache, which the next request would do otherwise": "task",
    "convert an uploaded film, which takes 20 minutes": "queue",
    "delete what a user has stored; they were told that it will be gone": "queue",
    "tell a partner's API about an order; it is down every other day": "queue",
}


# %% 7.6b reject: a film may run after the response -> What is cut off or refused is in the queue
PLACES = {
    "count that a post was read; the number is shown as 'about 1,200'": "task",
    "send the receipt for a payment": "queue",
    "load a list into a cache, which the next request would do otherwise": "task",
    "convert an uploaded film, which takes 20 minutes": "task",
    "delete what a user has stored; they were told that it will be gone": "queue",
    "tell a partner's API about an order; it is down every other day": "queue",
}


# %% 7.6c accept: a block that commits, and the id before the commit
async def place_order(engine, name, pieces):
    async with AsyncSession(engine) as session, session.begin():
        order = Order(name=name, pieces=pieces)
        session.add(order)
        await session.flush()
        session.add(Job(what="confirm", order_id=order.id))
        return order.id


# %% 7.6c accept: two statements on one connection
from sqlalchemy import insert


async def place_order(engine, name, pieces):
    async with engine.begin() as connection:
        new = insert(Order).values(name=name, pieces=pieces).returning(Order.id)
        number = (await connection.execute(new)).scalar_one()
        await connection.execute(insert(Job).values(what="confirm", order_id=number))
    return number


# %% 7.6c reject: the order is committed first -> No crash leaves one without the other
async def place_order(engine, name, pieces):
    async with AsyncSession(engine, expire_on_commit=False) as session:
        order = Order(name=name, pieces=pieces)
        session.add(order)
        await session.commit()
        session.add(Job(what="confirm", order_id=order.id))
        await session.commit()
        return order.id


# %% 7.6c reject: the commits change places, and are still two -> No crash leaves one without the other
async def place_order(engine, name, pieces):
    async with AsyncSession(engine, expire_on_commit=False) as session, AsyncSession(engine) as queue:
        order = Order(name=name, pieces=pieces)
        session.add(order)
        await session.flush()
        queue.add(Job(what="confirm", order_id=order.id))
        await session.commit()
        await queue.commit()
        return order.id


# %% 7.6c reject: each statement is committed by itself -> Others see both or neither
async def place_order(engine, name, pieces):
    alone = engine.execution_options(isolation_level="AUTOCOMMIT")
    async with AsyncSession(alone, expire_on_commit=False) as session:
        order = Order(name=name, pieces=pieces)
        session.add(order)
        await session.flush()
        session.add(Job(what="confirm", order_id=order.id))
        await session.commit()
        return order.id


# %% 7.6c reject: the job has no order yet -> An order and its job are stored
async def place_order(engine, name, pieces):
    async with AsyncSession(engine, expire_on_commit=False) as session:
        order = Order(name=name, pieces=pieces)
        session.add_all([order, Job(what="confirm", order_id=0)])
        await session.commit()
        return order.id


# %% 7.6c accept: one statement for both
from sqlalchemy import text


async def place_order(engine, name, pieces):
    both = text("""
        WITH placed AS (INSERT INTO orders (name, pieces) VALUES (:name, :pieces) RETURNING id)
        INSERT INTO jobs (what, order_id) SELECT 'confirm', id FROM placed RETURNING order_id
    """)
    async with engine.begin() as connection:
        return await connection.scalar(both, {"name": name, "pieces": pieces})


# %% 7.6c reject: it returns the id of the job -> An order and its job are stored
async def place_order(engine, name, pieces):
    async with AsyncSession(engine, expire_on_commit=False) as session:
        order = Order(name=name, pieces=pieces)
        session.add(order)
        await session.flush()
        job = Job(what="confirm", order_id=order.id)
        session.add(job)
        await session.commit()
        return job.id


# %% 7.6c reject: an order that is refused is not told -> A refused order leaves nothing
from sqlalchemy.exc import IntegrityError


async def place_order(engine, name, pieces):
    async with AsyncSession(engine, expire_on_commit=False) as session:
        order = Order(name=name, pieces=pieces)
        session.add(order)
        try:
            await session.flush()
        except IntegrityError:
            return 0
        session.add(Job(what="confirm", order_id=order.id))
        await session.commit()
        return order.id


# %% 7.6d accept: the key decides, as an error
from sqlalchemy.exc import IntegrityError


async def deliver(engine, key, send):
    async with AsyncSession(engine) as session:
        session.add(Sent(key=key))
        try:
            await session.flush()
        except IntegrityError:
            return False
        await send(key)
        await session.commit()
        return True


# %% 7.6d accept: a lock for each key, then a look
from sqlalchemy import func, select


async def deliver(engine, key, send):
    async with engine.begin() as connection:
        await connection.execute(select(func.pg_advisory_xact_lock(func.hashtext(key))))
        found = await connection.execute(select(Sent.key).where(Sent.key == key))
        if found.first():
            return False
        await send(key)
        await connection.execute(insert(Sent).values(key=key))
        return True


# %% 7.6d accept: rowcount of a statement that is a text
from sqlalchemy import text


async def deliver(engine, key, send):
    async with engine.begin() as connection:
        noted = text("INSERT INTO sent (key) VALUES (:key) ON CONFLICT DO NOTHING")
        if (await connection.execute(noted, {"key": key})).rowcount == 0:
            return False
        await send(key)
        return True


# %% 7.6d reject: it looks, sends, and notes -> Two workers at once send once
async def deliver(engine, key, send):
    async with AsyncSession(engine) as session:
        if await session.get(Sent, key):
            return False
        await send(key)
        await session.execute(insert(Sent).values(key=key).on_conflict_do_nothing())
        await session.commit()
        return True


# %% 7.6d reject: it commits before it sends -> After an error the next call sends
async def deliver(engine, key, send):
    noted = insert(Sent).values(key=key).on_conflict_do_nothing().returning(Sent.key)
    async with AsyncSession(engine) as session:
        if await session.scalar(noted) is None:
            return False
        await session.commit()
        await send(key)
        return True


# %% 7.6d reject: an error takes the row back, a crash does not -> After a crash the next call sends
from sqlalchemy import delete


async def deliver(engine, key, send):
    noted = insert(Sent).values(key=key).on_conflict_do_nothing().returning(Sent.key)
    async with AsyncSession(engine) as session:
        if await session.scalar(noted) is None:
            return False
        await session.commit()
        try:
            await send(key)
        except Exception:
            await session.execute(delete(Sent).where(Sent.key == key))
            await session.commit()
            raise
        return True


# %% 7.6d reject: whatever ends send takes the row back -> After a crash the next call sends
from sqlalchemy import delete


async def deliver(engine, key, send):
    noted = insert(Sent).values(key=key).on_conflict_do_nothing().returning(Sent.key)
    async with AsyncSession(engine) as session:
        if await session.scalar(noted) is None:
            return False
        await session.commit()
        try:
            await send(key)
        except BaseException:
            await session.execute(delete(Sent).where(Sent.key == key))
            await session.commit()
            raise
        return True


# %% 7.6d reject: an IntegrityError of send is taken for "sent before" -> After an error the next call sends
from sqlalchemy.exc import IntegrityError


async def deliver(engine, key, send):
    try:
        async with AsyncSession(engine) as session, session.begin():
            session.add(Sent(key=key))
            await session.flush()
            await send(key)
            return True
    except IntegrityError:
        return False


# %% 7.6d reject: rowcount says -1 after an insert() -> A second call sends nothing
async def deliver(engine, key, send):
    async with engine.begin() as connection:
        noted = await connection.execute(insert(Sent).values(key=key).on_conflict_do_nothing())
        if noted.rowcount == 0:
            return False
        await send(key)
        return True


# %% 7.6d reject: one lock for all keys -> Another key need not wait
from sqlalchemy import text


async def deliver(engine, key, send):
    async with AsyncSession(engine) as session:
        await session.execute(text("LOCK TABLE sent IN EXCLUSIVE MODE"))
        if await session.get(Sent, key):
            return False
        await send(key)
        session.add(Sent(key=key))
        await session.commit()
        return True


# %% 7.6d reject: the memory of one process -> The first call sends and notes it
done = set()


async def deliver(engine, key, send):
    if key in done:
        return False
    await send(key)
    done.add(key)
    return True


# %% 7.6d reject: the error is swallowed -> After an error the next call sends
async def deliver(engine, key, send):
    noted = insert(Sent).values(key=key).on_conflict_do_nothing().returning(Sent.key)
    async with AsyncSession(engine) as session:
        if await session.scalar(noted) is None:
            return False
        try:
            await send(key)
        except Exception:
            return False
        await session.commit()
        return True


# %% 7.6e accept: the drawn part first
def wait(failures, random):
    half = min(2 ** (failures - 1), 300)
    return half * (1 + random())


# %% 7.6e accept: powers of a float, with an end
def wait(failures, random):
    full = 600.0 if failures > 9 else 2.0**failures
    return full * (0.5 + random() / 2)


# %% 7.6e reject: the first wait is one second -> The full wait doubles up to 600
def wait(failures, random):
    full = min(600, 2 ** (failures - 1))
    return full / 2 + random() * full / 2


# %% 7.6e reject: all of it is drawn -> A half is certain and a half is drawn
def wait(failures, random):
    return random() * min(600, 2**failures)


# %% 7.6e reject: it is cut after the draw -> A half is certain and a half is drawn
def wait(failures, random):
    return min(600, 2**failures * (1 + random()) / 2)


# %% 7.6e reject: two draws -> Random is called once
def wait(failures, random):
    full = min(600, 2**failures)
    return full / 2 + (random() + random()) / 2 * full / 2


# %% 7.6e reject: powers of a float -> A job that failed 5000 times waits too
def wait(failures, random):
    full = min(600, 2.0**failures)
    return full / 2 + random() * full / 2


# %% 7.6f accept: a job with its number of failures
import asyncio


async def work(queue, handle, dead):
    failed = {}
    while queue:
        job = queue.popleft()
        try:
            await handle(job)
        except asyncio.CancelledError:
            queue.appendleft(job)
            raise
        except Exception as error:
            failed[job] = failed.get(job, 0) + 1
            if failed[job] == 3:
                dead.append((job, f"{error}"))
            else:
                queue.append(job)


# %% 7.6f reject: it tries again at once -> What fails goes to the end
async def work(queue, handle, dead):
    failures = Counter()
    while queue:
        job = queue.popleft()
        try:
            await handle(job)
        except Exception as error:
            failures[job] += 1
            if failures[job] < 3:
                queue.appendleft(job)
            else:
                dead.append((job, str(error)))
        except BaseException:
            queue.appendleft(job)
            raise


# %% 7.6f reject: a fourth try -> What fails three times is dead with its last error
async def work(queue, handle, dead):
    failures = Counter()
    while queue:
        job = queue.popleft()
        try:
            await handle(job)
        except Exception as error:
            failures[job] += 1
            if failures[job] <= 3:
                queue.append(job)
            else:
                dead.append((job, str(error)))
        except BaseException:
            queue.appendleft(job)
            raise


# %% 7.6f reject: three rounds of what is there -> It ends when the queue is empty
async def work(queue, handle, dead):
    failures = Counter()
    for _ in range(3):
        for _ in range(len(queue)):
            job = queue.popleft()
            try:
                await handle(job)
            except Exception as error:
                failures[job] += 1
                if failures[job] < 3:
                    queue.append(job)
                else:
                    dead.append((job, str(error)))
            except BaseException:
                queue.appendleft(job)
                raise


# %% 7.6f reject: a cancelled job is lost -> A cancelled worker puts its job back
async def work(queue, handle, dead):
    failures = Counter()
    while queue:
        job = queue.popleft()
        try:
            await handle(job)
        except Exception as error:
            failures[job] += 1
            if failures[job] < 3:
                queue.append(job)
            else:
                dead.append((job, str(error)))


# %% 7.6f reject: a cancellation counts as a failure -> A cancelled worker puts its job back
async def work(queue, handle, dead):
    failures = Counter()
    while queue:
        job = queue.popleft()
        try:
            await handle(job)
        except BaseException as error:
            failures[job] += 1
            if failures[job] < 3:
                queue.append(job)
            else:
                dead.append((job, str(error)))


# %% 7.6f reject: the job stays in the queue while it runs -> A job is not in the queue while it runs
async def work(queue, handle, dead):
    failures = Counter()
    while queue:
        job = queue[0]
        try:
            await handle(job)
            queue.popleft()
        except Exception as error:
            queue.popleft()
            failures[job] += 1
            if failures[job] < 3:
                queue.append(job)
            else:
                dead.append((job, str(error)))


# %% 7.6f reject: what is dead has no error -> What fails three times is dead with its last error
async def work(queue, handle, dead):
    failures = Counter()
    while queue:
        job = queue.popleft()
        try:
            await handle(job)
        except Exception:
            failures[job] += 1
            if failures[job] < 3:
                queue.append(job)
            else:
                dead.append((job, ""))
        except BaseException:
            queue.appendleft(job)
            raise
