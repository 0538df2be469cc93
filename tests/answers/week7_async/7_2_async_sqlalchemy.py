# %% 7.2a accept: statements in place of objects
from sqlalchemy import delete, insert, update


async def register(session, name):
    try:
        new_id = await session.scalar(insert(Customer).values(name=name).returning(Customer.id))
    except IntegrityError:
        await session.rollback()
        return None
    await session.commit()
    return new_id


async def names(session):
    rows = await session.execute(select(Customer.name).order_by(Customer.name))
    return [row.name for row in rows]


async def rename(session, customer_id, name):
    changed = update(Customer).where(Customer.id == customer_id).values(name=name)
    done = (await session.execute(changed)).rowcount == 1
    await session.commit()
    return done


async def remove(session, customer_id):
    done = (await session.execute(delete(Customer).where(Customer.id == customer_id))).rowcount == 1
    await session.commit()
    return done


# %% 7.2a accept: the sync code as it was, in run_sync, and a refresh after the commit
async def register(session, name):
    customer = Customer(name=name)
    session.add(customer)
    try:
        await session.commit()
    except IntegrityError:
        await session.rollback()
        return None
    await session.refresh(customer)
    return customer.id


async def names(session):
    return (await session.scalars(select(Customer.name).order_by(Customer.name))).all()


async def rename(session, customer_id, name):
    def change(sync):
        customer = sync.get(Customer, customer_id)
        if customer is None:
            return False
        customer.name = name
        sync.commit()
        return True

    return await session.run_sync(change)


async def remove(session, customer_id):
    def change(sync):
        customer = sync.get(Customer, customer_id)
        if customer is None:
            return False
        sync.delete(customer)
        sync.commit()
        return True

    return await session.run_sync(change)


# %% 7.2a reject: the id is read after the commit -> A new customer is stored
async def register(session, name):
    customer = Customer(name=name)
    session.add(customer)
    try:
        await session.commit()
    except IntegrityError:
        await session.rollback()
        return None
    return customer.id


async def names(session):
    return list(await session.scalars(select(Customer.name).order_by(Customer.name)))


async def rename(session, customer_id, name):
    customer = await session.get(Customer, customer_id)
    if customer is None:
        return False
    customer.name = name
    await session.commit()
    return True


async def remove(session, customer_id):
    customer = await session.get(Customer, customer_id)
    if customer is None:
        return False
    await session.delete(customer)
    await session.commit()
    return True


# %% 7.2a reject: delete without await -> A customer is removed
async def register(session, name):
    customer = Customer(name=name)
    session.add(customer)
    try:
        await session.flush()
        new_id = customer.id
        await session.commit()
    except IntegrityError:
        await session.rollback()
        return None
    return new_id


async def names(session):
    return list(await session.scalars(select(Customer.name).order_by(Customer.name)))


async def rename(session, customer_id, name):
    customer = await session.get(Customer, customer_id)
    if customer is None:
        return False
    customer.name = name
    await session.commit()
    return True


async def remove(session, customer_id):
    customer = await session.get(Customer, customer_id)
    if customer is None:
        return False
    forgotten = session.delete(customer)
    forgotten.close()
    await session.commit()
    return True


# %% 7.2a reject: no rollback after the taken name -> The session can be used afterwards
async def register(session, name):
    customer = Customer(name=name)
    session.add(customer)
    try:
        await session.flush()
    except IntegrityError:
        return None
    new_id = customer.id
    await session.commit()
    return new_id


async def names(session):
    return list(await session.scalars(select(Customer.name).order_by(Customer.name)))


async def rename(session, customer_id, name):
    customer = await session.get(Customer, customer_id)
    if customer is None:
        return False
    customer.name = name
    await session.commit()
    return True


async def remove(session, customer_id):
    customer = await session.get(Customer, customer_id)
    if customer is None:
        return False
    await session.delete(customer)
    await session.commit()
    return True


# %% 7.2a reject: flush in place of commit -> A customer gets another name
async def register(session, name):
    customer = Customer(name=name)
    session.add(customer)
    try:
        await session.flush()
        new_id = customer.id
        await session.commit()
    except IntegrityError:
        await session.rollback()
        return None
    return new_id


async def names(session):
    return list(await session.scalars(select(Customer.name).order_by(Customer.name)))


async def rename(session, customer_id, name):
    customer = await session.get(Customer, customer_id)
    if customer is None:
        return False
    customer.name = name
    await session.flush()
    return True


async def remove(session, customer_id):
    customer = await session.get(Customer, customer_id)
    if customer is None:
        return False
    await session.delete(customer)
    await session.commit()
    return True


# %% 7.2a reject: an unknown customer is not looked for -> An unknown customer is false
from sqlalchemy import delete, update


async def register(session, name):
    customer = Customer(name=name)
    session.add(customer)
    try:
        await session.flush()
        new_id = customer.id
        await session.commit()
    except IntegrityError:
        await session.rollback()
        return None
    return new_id


async def names(session):
    return list(await session.scalars(select(Customer.name).order_by(Customer.name)))


async def rename(session, customer_id, name):
    await session.execute(update(Customer).where(Customer.id == customer_id).values(name=name))
    await session.commit()
    return True


async def remove(session, customer_id):
    await session.execute(delete(Customer).where(Customer.id == customer_id))
    await session.commit()
    return True


# %% 7.2a reject: plain def, as it was -> A new customer is stored
def register(session, name):
    customer = Customer(name=name)
    session.add(customer)
    try:
        session.flush()
        session.commit()
    except IntegrityError:
        session.rollback()
        return None
    return customer.id


def names(session):
    return list(session.scalars(select(Customer.name).order_by(Customer.name)))


def rename(session, customer_id, name):
    customer = session.get(Customer, customer_id)
    if customer is None:
        return False
    customer.name = name
    session.commit()
    return True


def remove(session, customer_id):
    customer = session.get(Customer, customer_id)
    if customer is None:
        return False
    session.delete(customer)
    session.commit()
    return True


# %% 7.2a reject: session.begin(), although the session may have begun -> One session serves all calls
async def register(session, name):
    customer = Customer(name=name)
    try:
        async with session.begin():
            session.add(customer)
            await session.flush()
            customer_id = customer.id
    except IntegrityError:
        return None
    return customer_id


async def names(session) -> list[str]:
    return list(await session.scalars(select(Customer.name).order_by(Customer.name)))


async def rename(session, customer_id: int, name: str) -> bool:
    customer = await session.get(Customer, customer_id)
    if customer is None:
        return False
    customer.name = name
    await session.commit()
    return True


async def remove(session, customer_id: int) -> bool:
    customer = await session.get(Customer, customer_id)
    if customer is None:
        return False
    await session.delete(customer)
    await session.commit()
    return True


# %% 7.2b accept: joined loading of both, and unique()
from sqlalchemy.orm import joinedload


async def receipts(session):
    wanted = select(Customer).options(joinedload(Customer.orders).joinedload(Order.items))
    found = (await session.scalars(wanted.order_by(Customer.name))).unique()
    receipts = []
    for customer in found:
        orders = sorted(customer.orders, key=lambda order: order.id)
        listed = [{"note": each.note, "total": sum(item.price for item in each.items)} for each in orders]
        receipts.append({"name": customer.name, "orders": listed})
    return receipts


# %% 7.2b accept: the database adds up, in two statements
async def receipts(session):
    total = func.coalesce(func.sum(Item.price), 0)
    each = select(Order.customer_id, Order.note, total).outerjoin(Item).group_by(Order.id).order_by(Order.id)
    orders = {}
    for customer_id, note, price in await session.execute(each):
        orders.setdefault(customer_id, []).append({"note": note, "total": price})
    customers = await session.execute(select(Customer.id, Customer.name).order_by(Customer.name))
    return [{"name": name, "orders": orders.get(number, [])} for number, name in customers]


# %% 7.2b accept: run_sync around a query that loads eagerly
from sqlalchemy.orm import selectinload


async def receipts(session):
    def read(sync):
        wanted = select(Customer).options(selectinload("*")).order_by(Customer.name)
        return [
            {
                "name": customer.name,
                "orders": [
                    {"note": order.note, "total": sum(item.price for item in order.items)}
                    for order in sorted(customer.orders, key=lambda order: order.id)
                ],
            }
            for customer in sync.scalars(wanted)
        ]

    return await session.run_sync(read)


# %% 7.2b reject: awaitable attributes, one statement each -> Three statements are enough
async def receipts(session):
    customers = await session.scalars(select(Customer).order_by(Customer.name))
    return [
        {
            "name": customer.name,
            "orders": [
                {"note": order.note, "total": sum(item.price for item in await order.awaitable_attrs.items)}
                for order in sorted(await customer.awaitable_attrs.orders, key=lambda order: order.id)
            ],
        }
        for customer in customers
    ]


# %% 7.2b reject: only one of the two relationships -> Each customer has a receipt
from sqlalchemy.orm import selectinload


async def receipts(session):
    wanted = select(Customer).options(selectinload(Customer.orders)).order_by(Customer.name)
    return [
        {
            "name": customer.name,
            "orders": [
                {"note": order.note, "total": sum(item.price for item in order.items)}
                for order in customer.orders
            ],
        }
        for customer in await session.scalars(wanted)
    ]


# %% 7.2b reject: an inner join loses who has no orders -> A customer without orders is there
async def receipts(session):
    total = func.coalesce(func.sum(Item.price), 0)
    each = select(Customer.name, Order.note, total).join(Customer.orders).outerjoin(Order.items)
    each = each.group_by(Customer.name, Order.id).order_by(Customer.name, Order.id)
    found = {}
    for name, note, price in await session.execute(each):
        found.setdefault(name, []).append({"note": note, "total": price})
    return [{"name": name, "orders": orders} for name, orders in found.items()]


# %% 7.2b reject: an order without items is lost -> An order without items has the total 0
async def receipts(session):
    each = select(Order.customer_id, Order.note, func.sum(Item.price)).join(Item)
    each = each.group_by(Order.id).order_by(Order.id)
    orders = {}
    for customer_id, note, price in await session.execute(each):
        orders.setdefault(customer_id, []).append({"note": note, "total": price})
    customers = await session.execute(select(Customer.id, Customer.name).order_by(Customer.name))
    return [{"name": name, "orders": orders.get(number, [])} for number, name in customers]


# %% 7.2b reject: the orders come as they come -> Orders come in the order of their ids
from sqlalchemy.orm import selectinload


async def receipts(session):
    wanted = select(Customer).options(selectinload(Customer.orders).selectinload(Order.items))
    return [
        {
            "name": customer.name,
            "orders": [
                {"note": order.note, "total": sum(item.price for item in order.items)}
                for order in customer.orders
            ],
        }
        for customer in await session.scalars(wanted.order_by(Customer.name))
    ]


# %% 7.2b reject: run_sync with all its lazy loads -> Three statements are enough
async def receipts(session):
    def read(sync):
        return [
            {
                "name": customer.name,
                "orders": [
                    {"note": order.note, "total": sum(item.price for item in order.items)}
                    for order in sorted(customer.orders, key=lambda order: order.id)
                ],
            }
            for customer in sync.scalars(select(Customer).order_by(Customer.name))
        ]

    return await session.run_sync(read)


# %% 7.2b reject: orders with the same note become one -> Each customer has a receipt
async def receipts(session):
    rows = await session.execute(
        select(Customer.name, func.min(Order.id), Order.note, func.coalesce(func.sum(Item.price), 0))
        .outerjoin(Order, Order.customer_id == Customer.id)
        .outerjoin(Item, Item.order_id == Order.id)
        .group_by(Customer.id, Order.note)
        .order_by(Customer.name, func.min(Order.id))
    )
    found = {}
    for name, order_id, note, total in rows:
        orders = found.setdefault(name, [])
        if order_id is not None:
            orders.append({"note": note, "total": total})
    return [{"name": name, "orders": orders} for name, orders in found.items()]


# %% 7.2c accept: flushed and read before the commit
async def annotate(factory, order_id, note):
    async with factory() as session, session.begin():
        order = await session.get(Order, order_id)
        if order is None:
            return None
        order.note = note
        await session.flush()
        await session.refresh(order)
        return {"id": order.id, "note": order.note, "changed_at": order.changed_at}


# %% 7.2c accept: an UPDATE that returns what it has set
from sqlalchemy import update


async def annotate(factory, order_id, note):
    columns = (Order.id, Order.note, Order.changed_at)
    changed = update(Order).where(Order.id == order_id, Order.note != note).values(note=note)
    async with factory() as session:
        row = (await session.execute(changed.returning(*columns))).one_or_none()
        if row is None:
            row = (await session.execute(select(*columns).where(Order.id == order_id))).one_or_none()
        await session.commit()
    return None if row is None else dict(row._mapping)


# %% 7.2c accept: the attribute is awaited
async def annotate(factory, order_id, note):
    async with factory(expire_on_commit=False) as session:
        order = await session.get(Order, order_id)
        if order is None:
            return None
        order.note = note
        await session.commit()
        return {"id": order.id, "note": order.note, "changed_at": await order.awaitable_attrs.changed_at}


# %% 7.2c reject: the setting alone is not enough -> It returns what is stored
async def annotate(factory, order_id, note):
    async with factory(expire_on_commit=False) as session:
        order = await session.get(Order, order_id)
        if order is None:
            return None
        order.note = note
        await session.commit()
    return {"id": order.id, "note": order.note, "changed_at": order.changed_at}


# %% 7.2c reject: Python's clock in place of the database's -> It returns what is stored
async def annotate(factory, order_id, note):
    async with factory() as session:
        order = await session.get(Order, order_id)
        if order is None:
            return None
        order.note = note
        await session.commit()
    return {"id": order_id, "note": note, "changed_at": datetime.now()}


# %% 7.2c reject: the time is read before the change -> It returns what is stored
async def annotate(factory, order_id, note):
    async with factory() as session:
        order = await session.get(Order, order_id)
        if order is None:
            return None
        answer = {"id": order.id, "note": note, "changed_at": order.changed_at}
        order.note = note
        await session.commit()
    return answer


# %% 7.2c reject: an UPDATE in any case -> The same note changes nothing
from sqlalchemy import update


async def annotate(factory, order_id, note):
    columns = (Order.id, Order.note, Order.changed_at)
    changed = update(Order).where(Order.id == order_id).values(note=note).returning(*columns)
    async with factory() as session:
        row = (await session.execute(changed)).one_or_none()
        await session.commit()
    return None if row is None else dict(row._mapping)


# %% 7.2c reject: all orders -> Only this order is changed
from sqlalchemy import update


async def annotate(factory, order_id, note):
    async with factory() as session:
        await session.execute(update(Order).where(Order.note != note).values(note=note))
        await session.commit()
        order = await session.get(Order, order_id)
        if order is None:
            return None
        return {"id": order.id, "note": order.note, "changed_at": order.changed_at}


# %% 7.2c reject: not committed -> It returns what is stored
async def annotate(factory, order_id, note):
    async with factory() as session:
        order = await session.get(Order, order_id)
        if order is None:
            return None
        order.note = note
        await session.flush()
        await session.refresh(order)
        return {"id": order.id, "note": order.note, "changed_at": order.changed_at}


# %% 7.2c reject: an unknown order is an error -> An unknown order is none
async def annotate(factory, order_id, note):
    async with factory() as session:
        order = await session.get_one(Order, order_id)
        order.note = note
        await session.commit()
        await session.refresh(order)
        return {"id": order.id, "note": order.note, "changed_at": order.changed_at}


# %% 7.2c reject: read again and again -> Three statements are enough
async def annotate(factory, order_id, note):
    async with factory() as session:
        order = await session.get(Order, order_id)
        if order is None:
            return None
        order.note = note
        await session.commit()
        for name in ("id", "note", "changed_at"):
            await session.refresh(order, [name])
        return {"id": order.id, "note": order.note, "changed_at": order.changed_at}


# %% 7.2c reject: the mapping of the model is changed -> The models are as they were
Order.__mapper__.eager_defaults = True


async def annotate(factory, order_id, note):
    async with factory() as session:
        order = await session.get(Order, order_id)
        if order is None:
            return None
        order.note = note
        await session.flush()
        answer = {"id": order.id, "note": order.note, "changed_at": order.changed_at}
        await session.commit()
    return answer


# %% 7.2d accept: parts of 200
async def export(session, write):
    wanted = select(Item).order_by(Item.id)
    stream = await session.stream_scalars(wanted, execution_options={"yield_per": 200})
    async for part in stream.partitions():
        for item in part:
            await write(f"{item.id};{item.title}")


# %% 7.2d accept: columns in place of objects
async def export(session, write):
    wanted = select(Item.id, Item.title).order_by(Item.id)
    async for number, title in await session.stream(wanted.execution_options(yield_per=50)):
        await write(f"{number};{title}")


# %% 7.2d accept: page by page, without a cursor
async def export(session, write):
    last = 0
    while True:
        page = select(Item.id, Item.title).where(Item.id > last).order_by(Item.id).limit(100)
        rows = (await session.execute(page)).all()
        for last, title in rows:
            await write(f"{last};{title}")
        if len(rows) < 100:
            return


# %% 7.2d accept: parts whose size only partitions() says
async def export(session, write):
    stream = await session.stream_scalars(select(Item).order_by(Item.id))
    async for part in stream.partitions(100):
        for item in part:
            await write(f"{item.id};{item.title}")


# %% 7.2d reject: async for, and the ORM still takes all -> No more than 200 items are in memory
async def export(session, write):
    async for item in await session.stream_scalars(select(Item).order_by(Item.id)):
        await write(f"{item.id};{item.title}")


# %% 7.2d reject: columns in a buffer that grows to 1000 -> No more than 200 items are in memory
async def export(session, write):
    async for number, title in await session.stream(select(Item.id, Item.title).order_by(Item.id)):
        await write(f"{number};{title}")


# %% 7.2d reject: all lines are collected -> No more than 200 items are in memory
async def export(session, write):
    wanted = select(Item).order_by(Item.id).execution_options(yield_per=100)
    lines = [f"{item.id};{item.title}" async for item in await session.stream_scalars(wanted)]
    for line in lines:
        await write(line)


# %% 7.2d reject: no order -> Each item is a line
async def export(session, write):
    wanted = select(Item).execution_options(yield_per=100)
    async for item in await session.stream_scalars(wanted):
        await write(f"{item.id};{item.title}")


# %% 7.2d reject: the lines of a part are written at once -> One line is written after the other
async def export(session, write):
    wanted = select(Item).order_by(Item.id).execution_options(yield_per=100)
    async for part in (await session.stream_scalars(wanted)).partitions():
        await asyncio.gather(*(write(f"{item.id};{item.title}") for item in part))


# %% 7.2d reject: errors are passed over -> An error of write comes out
async def export(session, write):
    wanted = select(Item).order_by(Item.id).execution_options(yield_per=100)
    async for item in await session.stream_scalars(wanted):
        try:
            await write(f"{item.id};{item.title}")
        except Exception:
            return


# %% 7.2d reject: the last part is forgotten -> Each item is a line
async def export(session, write):
    last = 0
    while True:
        page = select(Item.id, Item.title).where(Item.id > last).order_by(Item.id).limit(100)
        rows = (await session.execute(page)).all()
        if len(rows) < 100:
            return
        for last, title in rows:
            await write(f"{last};{title}")


# %% 7.2d reject: ids are taken for numbers without gaps -> Each item is a line
async def export(session, write):
    count = await session.scalar(select(func.count(Item.id)))
    for first in range(1, count + 1, 100):
        wanted = select(Item).where(Item.id.between(first, first + 99)).order_by(Item.id)
        for item in await session.scalars(wanted):
            await write(f"{item.id};{item.title}")


# %% 7.2e accept: a TaskGroup, and the first error of its group
async def for_each(factory, numbers, work, most):
    turns = asyncio.Semaphore(most)

    async def one(number):
        async with turns:
            async with factory() as session:
                return await work(session, number)

    try:
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(one(number)) for number in numbers]
    except* Exception as errors:
        first = errors.exceptions[0]
    else:
        return [task.result() for task in tasks]
    raise first


# %% 7.2e accept: as many workers as may run, and a queue
async def for_each(factory, numbers, work, most):
    waiting = list(enumerate(numbers))[::-1]
    results = [None] * len(numbers)

    async def worker():
        while waiting:
            place, number = waiting.pop()
            async with factory() as session:
                results[place] = await work(session, number)

    workers = [asyncio.create_task(worker()) for _ in range(most)]
    try:
        await asyncio.gather(*workers)
    except BaseException:
        for each in workers:
            each.cancel()
        await asyncio.gather(*workers, return_exceptions=True)
        raise
    return results


# %% 7.2e accept: the error is kept inside except*, and raised below it
async def for_each(factory, numbers, work, most):
    places = asyncio.Semaphore(most)

    async def one(number):
        async with places:
            async with factory() as session:
                return await work(session, number)

    broken = None
    try:
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(one(number)) for number in numbers]
    except* Exception as errors:
        broken = errors.exceptions[0]  # raised here, Python 3.11.2 would put it into a group again
    if broken:
        raise broken
    return [task.result() for task in tasks]


# %% 7.2e reject: one after the other -> So many run at once and no more
async def for_each(factory, numbers, work, most):
    results = []
    for number in numbers:
        async with factory() as session:
            results.append(await work(session, number))
    return results


# %% 7.2e reject: all at once -> So many run at once and no more
async def for_each(factory, numbers, work, most):
    async def one(number):
        async with factory() as session:
            return await work(session, number)

    tasks = [asyncio.create_task(one(number)) for number in numbers]
    try:
        return await asyncio.gather(*tasks)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


# %% 7.2e reject: the session before the turn -> Who waits has no session
async def for_each(factory, numbers, work, most):
    turns = asyncio.Semaphore(most)

    async def one(number):
        async with factory() as session, turns:
            return await work(session, number)

    tasks = [asyncio.create_task(one(number)) for number in numbers]
    try:
        return await asyncio.gather(*tasks)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


# %% 7.2e reject: gather leaves the others running -> An error ends it all
async def for_each(factory, numbers, work, most):
    turns = asyncio.Semaphore(most)

    async def one(number):
        async with turns, factory() as session:
            return await work(session, number)

    return await asyncio.gather(*map(one, numbers))


# %% 7.2e reject: cancelled, and not waited for -> An error ends it all
async def for_each(factory, numbers, work, most):
    turns = asyncio.Semaphore(most)

    async def one(number):
        async with turns, factory() as session:
            return await work(session, number)

    tasks = [asyncio.create_task(one(number)) for number in numbers]
    try:
        return await asyncio.gather(*tasks)
    finally:
        for task in tasks:
            task.cancel()


# %% 7.2e reject: a group of errors comes out -> An error ends it all
async def for_each(factory, numbers, work, most):
    turns = asyncio.Semaphore(most)

    async def one(number):
        async with turns, factory() as session:
            return await work(session, number)

    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(one(number)) for number in numbers]
    return [task.result() for task in tasks]


# %% 7.2e reject: one session for all -> Each call has a session of its own
async def for_each(factory, numbers, work, most):
    results = []
    async with factory() as session:
        for number in numbers:
            results.append(await work(session, number))
    return results


# %% 7.2e reject: sessions that nobody closes -> Each call has a session of its own
async def for_each(factory, numbers, work, most):
    turns = asyncio.Semaphore(most)

    async def one(number):
        async with turns:
            return await work(factory(), number)

    tasks = [asyncio.create_task(one(number)) for number in numbers]
    try:
        return await asyncio.gather(*tasks)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


# %% 7.2e reject: results as they come -> Results come in the order of the numbers
async def for_each(factory, numbers, work, most):
    turns = asyncio.Semaphore(most)
    results = []

    async def one(number):
        async with turns, factory() as session:
            results.append(await work(session, number))

    tasks = [asyncio.create_task(one(number)) for number in numbers]
    try:
        await asyncio.gather(*tasks)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    return results


# %% 7.2e reject: errors are returned as results -> An error ends it all
async def for_each(factory, numbers, work, most):
    turns = asyncio.Semaphore(most)

    async def one(number):
        async with turns, factory() as session:
            return await work(session, number)

    return await asyncio.gather(*map(one, numbers), return_exceptions=True)


# %% 7.2e reject: in batches -> A slow call does not hold up the others
async def for_each(factory, numbers, work, most):
    async def one(number):
        async with factory() as session:
            return await work(session, number)

    results = []
    for start in range(0, len(numbers), most):
        tasks = [asyncio.create_task(one(n)) for n in numbers[start : start + most]]
        try:
            results += await asyncio.gather(*tasks)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
    return results


# %% 7.2e reject: an error of the same type, and not the error itself -> An error ends it all
async def for_each(factory, numbers, work, most):
    places = asyncio.Semaphore(most)

    async def one(number):
        async with places, factory() as session:
            return await work(session, number)

    try:
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(one(number)) for number in numbers]
    except ExceptionGroup as errors:
        first = errors.exceptions[0]
        raise type(first)(*first.args) from None
    return [task.result() for task in tasks]


# %% 7.2e reject: results by number -> Each number has a call of its own
async def for_each(factory, numbers, work, most):
    places = asyncio.Semaphore(most)

    async def one(number):
        async with places:
            async with factory() as session:
                return await work(session, number)

    try:
        async with asyncio.TaskGroup() as group:
            tasks = {number: group.create_task(one(number)) for number in numbers}
    except BaseExceptionGroup as errors:
        raise errors.exceptions[0]
    return [tasks[number].result() for number in numbers]


# %% 7.2e reject: sessions that the factory has not made -> Each call has a session of its own
async def for_each(factory, numbers, work, most):
    places = asyncio.Semaphore(most)

    async def one(number):
        async with places:
            async with AsyncSession(factory.kw["bind"]) as session:
                return await work(session, number)

    try:
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(one(number)) for number in numbers]
    except ExceptionGroup as errors:
        raise errors.exceptions[0] from None
    return [task.result() for task in tasks]


# %% 7.2e reject: a transaction around each call -> Each call has a session of its own
async def for_each(factory, numbers, work, most):
    places = asyncio.Semaphore(most)

    async def one(number):
        async with places, factory.begin() as session:
            return await work(session, number)

    try:
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(one(number)) for number in numbers]
    except ExceptionGroup as errors:
        raise errors.exceptions[0] from None
    return [task.result() for task in tasks]
