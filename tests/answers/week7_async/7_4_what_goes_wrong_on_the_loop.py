# %% 7.4a accept: the answers are kept in variables
async def delete_post(store, user, post_id):
    allowed = await store.may_delete(user, post_id)
    if allowed:
        await store.delete(post_id)
        await store.note("{} deleted {}".format(user, post_id))
    else:
        raise PermissionError


# %% 7.4a accept: tasks that are awaited
async def delete_post(store, user, post_id):
    if await asyncio.create_task(store.may_delete(user, post_id)) is not True:
        raise PermissionError("no")
    for step in (store.delete(post_id), store.note(f"{user} deleted {post_id}")):
        await asyncio.gather(step)


# %% 7.4a reject: the right is not awaited -> Who may not is refused
async def delete_post(store, user, post_id):
    if not store.may_delete(user, post_id):
        raise PermissionError
    await store.delete(post_id)
    await store.note(f"{user} deleted {post_id}")


# %% 7.4a reject: the right is looked at last -> Then nothing is deleted or noted
async def delete_post(store, user, post_id):
    await store.delete(post_id)
    if not await store.may_delete(user, post_id):
        raise PermissionError
    await store.note(f"{user} deleted {post_id}")


# %% 7.4a reject: the deletion is not awaited -> Who may deletes the post and it is noted
async def delete_post(store, user, post_id):
    if not await store.may_delete(user, post_id):
        raise PermissionError
    store.delete(post_id)
    await store.note(f"{user} deleted {post_id}")


# %% 7.4a reject: the note is a task that nobody holds -> Who may deletes the post and it is noted
async def delete_post(store, user, post_id):
    if not await store.may_delete(user, post_id):
        raise PermissionError
    await store.delete(post_id)
    asyncio.create_task(store.note(f"{user} deleted {post_id}"))


# %% 7.4a reject: both at once -> An error of delete is raised
async def delete_post(store, user, post_id):
    if not await store.may_delete(user, post_id):
        raise PermissionError
    await asyncio.gather(store.delete(post_id), store.note(f"{user} deleted {post_id}"), return_exceptions=True)


# %% 7.4a reject: an error of the note is left out -> An error of note is raised
async def delete_post(store, user, post_id):
    if not await store.may_delete(user, post_id):
        raise PermissionError
    await store.delete(post_id)
    try:
        await store.note(f"{user} deleted {post_id}")
    except Exception:
        pass


# %% 7.4b accept: gather that waits for all, then the first error
async def read_all(factory, readers):
    async def one(reader):
        async with factory() as session:
            return await reader(session)

    found = await asyncio.gather(*map(one, readers), return_exceptions=True)
    for each in found:
        if isinstance(each, BaseException):
            raise each
    return list(found)


# %% 7.4b accept: tasks, cancelled by hand
async def read_all(factory, readers):
    async def one(reader):
        session = factory()
        try:
            return await reader(session)
        finally:
            await session.close()

    tasks = [asyncio.ensure_future(one(reader)) for reader in readers]
    try:
        return await asyncio.gather(*tasks)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


# %% 7.4b accept: all sessions are closed at the end
from contextlib import AsyncExitStack


async def read_all(factory, readers):
    async with AsyncExitStack() as stack:
        sessions = [await stack.enter_async_context(factory()) for _ in readers]
        calls = [reader(session) for reader, session in zip(readers, sessions)]
        found = await asyncio.gather(*calls, return_exceptions=True)
    if errors := [each for each in found if isinstance(each, BaseException)]:
        raise errors[0]
    return found


# %% 7.4b reject: a session each, and gather alone -> After an error nothing is left
async def read_all(factory, readers):
    async def one(reader):
        async with factory() as session:
            return await reader(session)

    return await asyncio.gather(*(one(reader) for reader in readers))


# %% 7.4b reject: one after the other -> Results come in the order of the readers
async def read_all(factory, readers):
    found = []
    for reader in readers:
        async with factory() as session:
            found.append(await reader(session))
    return found


# %% 7.4b reject: the sessions are not closed -> After a result nothing is left
async def read_all(factory, readers):
    async with asyncio.TaskGroup() as group:
        kept = [factory() for _ in readers]
        tasks = [group.create_task(reader(session)) for reader, session in zip(readers, kept)]
    read_all.kept = kept
    return [task.result() for task in tasks]


# %% 7.4b reject: one session in a group -> No two readers have the same session
async def read_all(factory, readers):
    async with factory() as session, asyncio.TaskGroup() as group:
        tasks = [group.create_task(reader(session)) for reader in readers]
    return [task.result() for task in tasks]


# %% 7.4b reject: in the order in which they are done -> Results come in the order of the readers
async def read_all(factory, readers):
    found = []

    async def one(reader):
        async with factory() as session:
            found.append(await reader(session))

    async with asyncio.TaskGroup() as group:
        for reader in readers:
            group.create_task(one(reader))
    return found


# %% 7.4b reject: errors are results -> The error of a reader is raised
async def read_all(factory, readers):
    async def one(reader):
        async with factory() as session:
            return await reader(session)

    return await asyncio.gather(*(one(reader) for reader in readers), return_exceptions=True)


# %% 7.4b reject: shielded from the cancellation -> After a cancellation nothing is left
async def read_all(factory, readers):
    async def one(reader):
        async with factory() as session:
            return await reader(session)

    tasks = [asyncio.create_task(one(reader)) for reader in readers]
    found = await asyncio.shield(asyncio.gather(*tasks, return_exceptions=True))
    for each in found:
        if isinstance(each, BaseException):
            raise each
    return list(found)


# %% 7.4c accept: wait_for, and a status by hand
async def rate(client, path, most):
    try:
        response = await asyncio.wait_for(client.request("GET", path), most)
        if not 200 <= response.status_code < 300:
            raise NoRate(response.status_code)
        found = float(response.content)
    except (httpx.HTTPError, asyncio.TimeoutError, ValueError) as error:
        raise NoRate("no rate") from error
    if 0 < found < float("inf"):
        return found
    raise NoRate(found)


# %% 7.4c accept: every Exception, and a stream that is read
async def rate(client, path, most):
    try:
        async with asyncio.timeout(most):
            async with client.stream("GET", path) as response:
                body = await response.aread()
        response.raise_for_status()
        found = float(body)
        if math.isnan(found) or math.isinf(found) or found <= 0:
            raise ValueError(found)
        return found
    except Exception as error:
        raise NoRate("no rate") from error


# %% 7.4c reject: only errors of httpx -> A body that is not a number is no rate
async def rate(client, path, most):
    try:
        async with asyncio.timeout(most):
            response = await client.get(path)
        response.raise_for_status()
    except (httpx.HTTPError, TimeoutError) as error:
        raise NoRate("no rate") from error
    found = float(response.text)
    if not (math.isfinite(found) and found > 0):
        raise NoRate(found)
    return found


# %% 7.4c reject: the status is not looked at -> A status that is not 2xx is no rate
async def rate(client, path, most):
    try:
        async with asyncio.timeout(most):
            found = float((await client.get(path)).text)
    except (httpx.HTTPError, TimeoutError, ValueError) as error:
        raise NoRate("no rate") from error
    if not (math.isfinite(found) and found > 0):
        raise NoRate(found)
    return found


# %% 7.4c reject: only 4xx and 5xx -> A status that is not 2xx is no rate
async def rate(client, path, most):
    try:
        async with asyncio.timeout(most):
            response = await client.get(path)
        if response.is_error:
            raise ValueError(response.status_code)
        found = float(response.text)
    except (httpx.HTTPError, TimeoutError, ValueError) as error:
        raise NoRate("no rate") from error
    if not (math.isfinite(found) and found > 0):
        raise NoRate(found)
    return found


# %% 7.4c reject: the timeout is given to httpx -> The whole call ends in time
async def rate(client, path, most):
    try:
        response = await client.get(path, timeout=most)
        found = float(response.raise_for_status().text)
    except (httpx.HTTPError, ValueError) as error:
        raise NoRate("no rate") from error
    if not (math.isfinite(found) and found > 0):
        raise NoRate(found)
    return found


# %% 7.4c reject: the client's timeouts are switched off -> A service that never answers is no rate
async def rate(client, path, most):
    try:
        async with asyncio.timeout(most):
            response = await client.get(path, timeout=None)
        found = float(response.raise_for_status().text)
    except (httpx.HTTPError, TimeoutError, ValueError) as error:
        raise NoRate("no rate") from error
    if not (math.isfinite(found) and found > 0):
        raise NoRate(found)
    return found


# %% 7.4c reject: a TimeoutError of its own -> The whole call ends in time
async def rate(client, path, most):
    async with asyncio.timeout(most):
        try:
            response = await client.get(path)
            found = float(response.raise_for_status().text)
        except (httpx.HTTPError, ValueError) as error:
            raise NoRate("no rate") from error
    if not (math.isfinite(found) and found > 0):
        raise NoRate(found)
    return found


# %% 7.4c reject: any number is a rate -> A rate is finite and greater than 0
async def rate(client, path, most):
    try:
        async with asyncio.timeout(most):
            response = await client.get(path)
        return float(response.raise_for_status().text)
    except (httpx.HTTPError, TimeoutError, ValueError) as error:
        raise NoRate("no rate") from error


# %% 7.4c reject: a NoRate is returned -> A rate is finite and greater than 0
async def rate(client, path, most):
    try:
        async with asyncio.timeout(most):
            response = await client.get(path)
        found = float(response.raise_for_status().text)
    except (httpx.HTTPError, TimeoutError, ValueError) as error:
        raise NoRate("no rate") from error
    return found if math.isfinite(found) and found > 0 else NoRate(found)


# %% 7.4c accept: JSON is a number too
async def rate(client, path, most):
    try:
        async with asyncio.timeout(most):
            response = await client.get(path)
        response.raise_for_status()
        found = float(response.json())
        if not 0 < found < math.inf:
            raise ValueError("no rate")
    except (httpx.HTTPError, TimeoutError, ValueError, TypeError) as error:
        raise NoRate(path) from error
    return found


# %% 7.4c reject: nan is a rate -> A rate is finite and greater than 0
async def rate(client, path, most):
    try:
        async with asyncio.timeout(most):
            response = await client.get(path)
        found = float(response.raise_for_status().text)
    except (httpx.HTTPError, TimeoutError, ValueError) as error:
        raise NoRate("no rate") from error
    if found <= 0 or found == float("inf"):
        raise NoRate(found)
    return found


# %% 7.4c reject: the client is closed -> The client stays open and its connection is used again
async def rate(client, path, most):
    try:
        async with client, asyncio.timeout(most):
            response = await client.get(path)
        found = float(response.raise_for_status().text)
    except (httpx.HTTPError, TimeoutError, ValueError) as error:
        raise NoRate("no rate") from error
    if not (math.isfinite(found) and found > 0):
        raise NoRate(found)
    return found


# %% 7.4c reject: a client of its own -> The number in the body comes back
async def rate(client, path, most):
    try:
        async with asyncio.timeout(most), httpx.AsyncClient(base_url=client.base_url) as own:
            response = await own.get(path)
        found = float(response.raise_for_status().text)
    except (httpx.HTTPError, TimeoutError, ValueError) as error:
        raise NoRate("no rate") from error
    if not (math.isfinite(found) and found > 0):
        raise NoRate(found)
    return found


# %% 7.4c reject: a cancellation is no rate -> A cancelled call stays cancelled
async def rate(client, path, most):
    try:
        async with asyncio.timeout(most):
            response = await client.get(path)
        found = float(response.raise_for_status().text)
    except BaseException as error:
        raise NoRate("no rate") from error
    if not (math.isfinite(found) and found > 0):
        raise NoRate(found)
    return found


# %% 7.4c reject: the cause is lost -> What goes wrong on the way is no rate
async def rate(client, path, most):
    try:
        async with asyncio.timeout(most):
            response = await client.get(path)
        found = float(response.raise_for_status().text)
    except (httpx.HTTPError, TimeoutError, ValueError):
        raise NoRate("no rate") from None
    if not (math.isfinite(found) and found > 0):
        raise NoRate(found)
    return found


# %% 7.4c reject: the body is not awaited -> The client stays open and its connection is used again
async def rate(client, path, most):
    try:
        async with asyncio.timeout(most):
            response = await client.get(path, headers={"Connection": "close"})
        found = float(response.raise_for_status().text)
    except (httpx.HTTPError, TimeoutError, ValueError) as error:
        raise NoRate("no rate") from error
    if not (math.isfinite(found) and found > 0):
        raise NoRate(found)
    return found


# %% 7.4d accept: an executor with a copy of the context
from contextvars import copy_context


async def publish(tools, title, password):
    loop = asyncio.get_running_loop()
    hashing = loop.run_in_executor(None, tools.hash, password)
    user, slug = await tools.user(), tools.slug(title)
    hashed = await hashing
    number = await loop.run_in_executor(None, copy_context().run, tools.store, slug, user, hashed)
    tools.count(user)
    return number


# %% 7.4d accept: anyio's threads
import anyio


async def publish(tools, title, password):
    user = await tools.user()
    hashed = await anyio.to_thread.run_sync(tools.hash, password)
    number = await anyio.to_thread.run_sync(tools.store, tools.slug(title), user, hashed)
    tools.count(user)
    return number


# %% 7.4d reject: the hash on the loop -> Hash and store run in another thread
async def publish(tools, title, password):
    slug = tools.slug(title)
    user = await tools.user()
    hashed = tools.hash(password)
    number = await asyncio.to_thread(tools.store, slug, user, hashed)
    tools.count(user)
    return number


# %% 7.4d reject: an executor without the context -> Store sees the context variables
async def publish(tools, title, password):
    loop = asyncio.get_running_loop()
    slug = tools.slug(title)
    user = await tools.user()
    hashed = await asyncio.to_thread(tools.hash, password)
    number = await loop.run_in_executor(None, tools.store, slug, user, hashed)
    tools.count(user)
    return number


# %% 7.4d reject: everything in threads -> Slug and count run in the thread of the loop
async def publish(tools, title, password):
    slug = await asyncio.to_thread(tools.slug, title)
    user = await tools.user()
    hashed = await asyncio.to_thread(tools.hash, password)
    number = await asyncio.to_thread(tools.store, slug, user, hashed)
    await asyncio.to_thread(tools.count, user)
    return number


# %% 7.4d reject: the loop waits for the thread -> The loop goes on meanwhile
from concurrent.futures import ThreadPoolExecutor


async def publish(tools, title, password):
    slug = tools.slug(title)
    user = await tools.user()
    with ThreadPoolExecutor() as threads:
        hashed = threads.submit(tools.hash, password).result()
    number = await asyncio.to_thread(tools.store, slug, user, hashed)
    tools.count(user)
    return number


# %% 7.4d reject: counted before it is stored -> An error of store is raised and nothing counted
async def publish(tools, title, password):
    slug = tools.slug(title)
    user = await tools.user()
    hashed = await asyncio.to_thread(tools.hash, password)
    tools.count(user)
    return await asyncio.to_thread(tools.store, slug, user, hashed)


# %% 7.4d reject: the user is not awaited -> Each tool gets what it needs
async def publish(tools, title, password):
    slug = tools.slug(title)
    user = tools.user()
    hashed = await asyncio.to_thread(tools.hash, password)
    number = await asyncio.to_thread(tools.store, slug, user, hashed)
    tools.count(user)
    return number


# %% 7.4d reject: an error is counted too -> An error of store is raised and nothing counted
async def publish(tools, title, password):
    slug = tools.slug(title)
    user = await tools.user()
    hashed = await asyncio.to_thread(tools.hash, password)
    try:
        return await asyncio.to_thread(tools.store, slug, user, hashed)
    finally:
        tools.count(user)


# %% 7.4d reject: the id is lost -> It returns the id
async def publish(tools, title, password):
    slug = tools.slug(title)
    user = await tools.user()
    hashed = await asyncio.to_thread(tools.hash, password)
    await asyncio.to_thread(tools.store, slug, user, hashed)
    tools.count(user)


# %% 7.4e accept: wait_for, and a context manager of its own
from contextlib import asynccontextmanager


@asynccontextmanager
async def lent(places):
    place = await places.take()
    try:
        yield place
    finally:
        await places.give_back(place)


async def with_place(places, work, most):
    async with lent(places) as place:
        return await asyncio.wait_for(work(place), timeout=most)


# %% 7.4e accept: every way written down
async def with_place(places, work, most):
    place = await places.take()
    try:
        async with asyncio.timeout(most):
            result = await work(place)
    except BaseException:
        await places.give_back(place)
        raise
    else:
        await places.give_back(place)
        return result


# %% 7.4e reject: except Exception -> After a cancellation the place is back
async def with_place(places, work, most):
    place = await places.take()
    try:
        async with asyncio.timeout(most):
            result = await work(place)
    except Exception:
        await places.give_back(place)
        raise
    await places.give_back(place)
    return result


# %% 7.4e reject: every error ends here -> An error of work is raised
async def with_place(places, work, most):
    place = await places.take()
    try:
        async with asyncio.timeout(most):
            return await work(place)
    except Exception:
        return None
    finally:
        await places.give_back(place)


# %% 7.4e reject: the cancellation ends here -> A cancelled task ends as cancelled
async def with_place(places, work, most):
    place = await places.take()
    try:
        async with asyncio.timeout(most):
            return await work(place)
    except asyncio.CancelledError:
        return None
    finally:
        await places.give_back(place)


# %% 7.4e reject: given back by a task that nobody awaits -> It returns what work returns
async def with_place(places, work, most):
    place = await places.take()
    try:
        async with asyncio.timeout(most):
            return await work(place)
    finally:
        asyncio.create_task(places.give_back(place))


# %% 7.4e reject: the taking is inside -> What was not taken is not given back
async def with_place(places, work, most):
    place = None
    try:
        place = await places.take()
        async with asyncio.timeout(most):
            return await work(place)
    finally:
        await places.give_back(place)


# %% 7.4e reject: no limit of time -> Work that takes too long is cancelled
async def with_place(places, work, most):
    place = await places.take()
    try:
        return await work(place)
    finally:
        await places.give_back(place)


# %% 7.4e reject: the work goes on after the time -> Work that takes too long is cancelled
async def with_place(places, work, most):
    place = await places.take()
    try:
        return await asyncio.wait_for(asyncio.shield(work(place)), most)
    finally:
        await places.give_back(place)


# %% 7.4e reject: given back twice -> After an error the place is back
async def with_place(places, work, most):
    place = await places.take()
    try:
        async with asyncio.timeout(most):
            return await work(place)
    except BaseException:
        await places.give_back(place)
        raise
    finally:
        await places.give_back(place)


# %% 7.4e reject: the place stays after a timeout -> Work that takes too long is cancelled
async def with_place(places, work, most):
    place = await places.take()
    try:
        result = await asyncio.wait_for(work(place), most)
    except TimeoutError:
        raise
    except BaseException:
        await places.give_back(place)
        raise
    await places.give_back(place)
    return result


# %% 7.4f accept: workers that take the next job
async def all_of(jobs, most):
    if most < 1:
        raise ValueError(most)
    results = [None] * len(jobs)
    waiting = iter(enumerate(jobs))

    async def worker():
        for number, job in waiting:
            results[number] = await job()

    async with asyncio.TaskGroup() as group:
        for _ in range(min(most, len(jobs))):
            group.create_task(worker())
    return results


# %% 7.4f accept: gather, cancelled by hand
async def all_of(jobs, most):
    if most <= 0:
        raise ValueError("most")
    places = asyncio.Semaphore(most)

    async def one(job):
        async with places:
            return await job()

    tasks = [asyncio.create_task(one(job)) for job in jobs]
    try:
        return list(await asyncio.gather(*tasks))
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


# %% 7.4f reject: gather alone -> The others are cancelled when one fails
async def all_of(jobs, most):
    if most < 1:
        raise ValueError(most)
    places = asyncio.Semaphore(most)

    async def one(job):
        async with places:
            return await job()

    return await asyncio.gather(*(one(job) for job in jobs))


# %% 7.4f reject: all at once -> So many are at work and no more
async def all_of(jobs, most):
    if most < 1:
        raise ValueError(most)
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(job()) for job in jobs]
    return [task.result() for task in tasks]


# %% 7.4f reject: one after the other -> So many are at work and no more
async def all_of(jobs, most):
    if most < 1:
        raise ValueError(most)
    return [await job() for job in jobs]


# %% 7.4f reject: in parts -> The next job begins as soon as one is done
async def all_of(jobs, most):
    if most < 1:
        raise ValueError(most)
    results = []
    for first in range(0, len(jobs), most):
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(job()) for job in jobs[first : first + most]]
        results += [task.result() for task in tasks]
    return results


# %% 7.4f reject: in the order in which they are done -> Results come in the order of the jobs
async def all_of(jobs, most):
    if most < 1:
        raise ValueError(most)
    places, results = asyncio.Semaphore(most), []

    async def one(job):
        async with places:
            results.append(await job())

    async with asyncio.TaskGroup() as group:
        for job in jobs:
            group.create_task(one(job))
    return results


# %% 7.4f reject: one too many -> So many are at work and no more
async def all_of(jobs, most):
    if most < 1:
        raise ValueError(most)
    places = asyncio.Semaphore(most + 1)

    async def one(job):
        async with places:
            return await job()

    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(one(job)) for job in jobs]
    return [task.result() for task in tasks]


# %% 7.4f reject: waits for all, then the error -> The error of a job is raised
async def all_of(jobs, most):
    if most < 1:
        raise ValueError(most)
    places = asyncio.Semaphore(most)

    async def one(job):
        async with places:
            return await job()

    found = await asyncio.gather(*(one(job) for job in jobs), return_exceptions=True)
    for each in found:
        if isinstance(each, BaseException):
            raise each
    return list(found)


# %% 7.4f reject: 0 at a time is one at a time -> Less than one job at a time is refused
async def all_of(jobs, most):
    places = asyncio.Semaphore(max(most, 1))

    async def one(job):
        async with places:
            return await job()

    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(one(job)) for job in jobs]
    return [task.result() for task in tasks]


# %% 7.4f reject: a cancelled call leaves its tasks -> A cancelled call leaves no job at work
async def all_of(jobs, most):
    if most < 1:
        raise ValueError(most)
    places = asyncio.Semaphore(most)

    async def one(job):
        async with places:
            return await job()

    tasks = [asyncio.create_task(one(job)) for job in jobs]
    if not tasks:
        return []
    await asyncio.wait(tasks, return_when=asyncio.FIRST_EXCEPTION)
    for task in tasks:
        task.cancel()
    await asyncio.wait(tasks)
    for task in tasks:
        if not task.cancelled() and task.exception():
            raise task.exception()
    return [task.result() for task in tasks]


# %% 7.4e reject: a place that is 0 stays away -> The place may be 0
async def with_place(places, work, most):
    place = None
    try:
        place = await places.take()
        return await asyncio.wait_for(work(place), most)
    finally:
        if place:
            await places.give_back(place)


# %% 7.4e reject: the limit is around all of it -> Only work has a time limit
async def with_place(places, work, most):
    async with asyncio.timeout(most):
        place = await places.take()
        try:
            return await work(place)
        finally:
            await places.give_back(place)


# %% 7.4e reject: the way back is inside of the limit -> Only work has a time limit
async def with_place(places, work, most):
    place = await places.take()
    async with asyncio.timeout(most):
        try:
            return await work(place)
        finally:
            await places.give_back(place)


# %% 7.4f reject: one too many -> So many are at work and no more
async def all_of(jobs, most):
    if most < 1:
        raise ValueError(most)
    at_work, tasks = set(), []
    async with asyncio.TaskGroup() as group:
        for job in jobs:
            if len(at_work) > most:
                _, at_work = await asyncio.wait(at_work, return_when=asyncio.FIRST_COMPLETED)
            tasks.append(group.create_task(job()))
            at_work.add(tasks[-1])
    return [task.result() for task in tasks]
