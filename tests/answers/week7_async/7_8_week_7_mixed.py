"""Right and wrong answers to the exercises of lesson 7.8."""


# %% 7.8a accept: an executor, and the note in a task that is awaited
async def log_in(users, hasher, name, password):
    loop = asyncio.get_running_loop()
    stored = await users.hash_of(name)
    against = DUMMY if stored is None else stored
    fits = await loop.run_in_executor(None, hasher.verify, password, against)
    if fits and stored is not None:
        await asyncio.create_task(users.note(name))
        return name
    raise Refused


# %% 7.8a accept: FastAPI's thread pool, and the dummy's result is thrown away
from fastapi.concurrency import run_in_threadpool


async def log_in(users, hasher, name, password):
    refused = Refused("no")
    if (stored := await users.hash_of(name)) is None:
        await run_in_threadpool(hasher.verify, password, DUMMY)
        raise refused
    if await run_in_threadpool(hasher.verify, password, stored):
        await users.note(name)
        return name
    raise refused


# %% 7.8a accept: a group for the note, and one expression that decides
async def log_in(users, hasher, name, password):
    stored = await users.hash_of(name)
    work = asyncio.create_task(asyncio.to_thread(hasher.verify, hash=stored or DUMMY, password=password))
    if not (await work and stored):
        raise Refused("No.")
    async with asyncio.TaskGroup() as group:
        group.create_task(users.note(name))
    return name


# %% 7.8a reject: the task is not awaited -> The right password gives the name and is noted
async def log_in(users, hasher, name, password):
    stored = await users.hash_of(name)
    right = await asyncio.to_thread(hasher.verify, password, stored or DUMMY)
    if stored is None or not right:
        raise Refused("The name or the password is wrong.")
    asyncio.create_task(users.note(name))
    return name


# %% 7.8a reject: to_thread is not awaited -> Everything else is refused
async def log_in(users, hasher, name, password):
    stored = await users.hash_of(name)
    right = asyncio.create_task(asyncio.to_thread(hasher.verify, password, stored or DUMMY))
    if stored is None or not right:
        raise Refused("The name or the password is wrong.")
    await users.note(name)
    return name


# %% 7.8a reject: the dummy's password opens the door -> No password lets in a name that nobody has
async def log_in(users, hasher, name, password):
    stored = await users.hash_of(name) or DUMMY
    if not await asyncio.to_thread(hasher.verify, password, stored):
        raise Refused("The name or the password is wrong.")
    await users.note(name)
    return name


# %% 7.8a reject: two texts -> Each refusal has the same text
async def log_in(users, hasher, name, password):
    stored = await users.hash_of(name)
    right = await asyncio.to_thread(hasher.verify, password, stored or DUMMY)
    if stored is None:
        raise Refused("There is no such user.")
    if not right:
        raise Refused("The password is wrong.")
    await users.note(name)
    return name


# %% 7.8a reject: every attempt is noted -> A refused login is not noted
async def log_in(users, hasher, name, password):
    stored = await users.hash_of(name)
    right = await asyncio.to_thread(hasher.verify, password, stored or DUMMY)
    await users.note(name)
    if stored is None or not right:
        raise Refused("The name or the password is wrong.")
    return name


# %% 7.8a reject: the note begins meanwhile -> A refused login is not noted
async def log_in(users, hasher, name, password):
    stored = await users.hash_of(name)
    noting = asyncio.create_task(users.note(name))
    right = await asyncio.to_thread(hasher.verify, password, stored or DUMMY)
    if stored is None or not right:
        noting.cancel()
        raise Refused("The name or the password is wrong.")
    await noting
    return name


# %% 7.8a reject: an unknown name is quick -> Each call verifies one hash
async def log_in(users, hasher, name, password):
    stored = await users.hash_of(name)
    if stored is None or not await asyncio.to_thread(hasher.verify, password, stored):
        raise Refused("The name or the password is wrong.")
    await users.note(name)
    return name


# %% 7.8a reject: both hashes for everybody -> Each call verifies one hash
async def log_in(users, hasher, name, password):
    stored = await users.hash_of(name)
    await asyncio.to_thread(hasher.verify, password, DUMMY)
    if stored is None or not await asyncio.to_thread(hasher.verify, password, stored):
        raise Refused("The name or the password is wrong.")
    await users.note(name)
    return name


# %% 7.8a reject: it computes on the loop -> The loop goes on meanwhile
async def log_in(users, hasher, name, password):
    stored = await users.hash_of(name)
    right = hasher.verify(password, stored or DUMMY)
    if stored is None or not right:
        raise Refused("The name or the password is wrong.")
    await users.note(name)
    return name


# %% 7.8a reject: a sleep before it blocks -> The loop goes on meanwhile
async def log_in(users, hasher, name, password):
    stored = await users.hash_of(name)
    await asyncio.sleep(0)
    right = hasher.verify(password, stored or DUMMY)
    if stored is None or not right:
        raise Refused("The name or the password is wrong.")
    await users.note(name)
    return name


# %% 7.8a reject: the loop waits for a thread -> The loop goes on meanwhile
from concurrent.futures import ThreadPoolExecutor


async def log_in(users, hasher, name, password):
    stored = await users.hash_of(name)
    with ThreadPoolExecutor() as pool:
        right = pool.submit(hasher.verify, password, stored or DUMMY).result()
    if stored is None or not right:
        raise Refused("The name or the password is wrong.")
    await users.note(name)
    return name


# %% 7.8a reject: the note's error is swallowed -> An error of note is raised
async def log_in(users, hasher, name, password):
    stored = await users.hash_of(name)
    right = await asyncio.to_thread(hasher.verify, password, stored or DUMMY)
    if stored is None or not right:
        raise Refused("The name or the password is wrong.")
    await asyncio.gather(users.note(name), return_exceptions=True)
    return name


# %% 7.8b accept: gather that waits for all, then the first error
async def titles_of(client, authors):
    async def pages(author):
        after = {}
        while after is not None:
            response = await client.get("/posts", params={"author": author} | after)
            response.raise_for_status()
            page = response.json()
            yield page["items"]
            after = None if page["next"] is None else {"after": page["next"]}

    async def titles(author):
        found = []
        try:
            async for items in pages(author):
                found.extend(item["title"] for item in items)
        except httpx.HTTPStatusError as error:
            if error.response.status_code != 404 or "after" in error.request.url.params:
                raise
            return None
        return found

    tasks = [asyncio.create_task(titles(author)) for author in authors]
    try:
        return dict(zip(authors, await asyncio.gather(*tasks)))
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


# %% 7.8b accept: it calls itself, with an escaped URL
from urllib.parse import quote


async def titles_of(client, authors):
    async def rest(author, more=""):
        response = await client.get(f"/posts?author={quote(author, safe='')}{more}")
        if response.status_code == 404 and not more:
            return None
        if not response.is_success:
            raise httpx.HTTPStatusError("no page", request=response.request, response=response)
        page = response.json()
        titles = [item["title"] for item in page["items"]]
        if page["next"]:
            titles += await rest(author, f"&after={quote(page['next'], safe='')}")
        return titles

    found = await asyncio.gather(*map(rest, authors), return_exceptions=True)
    for each in found:
        if isinstance(each, Exception):
            raise each
    return dict(zip(authors, found))


# %% 7.8b reject: the first page alone -> Each author has the titles of all pages
async def titles_of(client, authors):
    async def of_one(author):
        response = await client.get("/posts", params={"author": author})
        if response.status_code == 404:
            return None
        return [each["title"] for each in response.raise_for_status().json()["items"]]

    async with asyncio.TaskGroup() as group:
        tasks = {author: group.create_task(of_one(author)) for author in authors}
    return {author: task.result() for author, task in tasks.items()}


# %% 7.8b reject: one list for all -> Each author has the titles of all pages
async def titles_of(client, authors):
    titles = []

    async def of_one(author):
        asked = {"author": author}
        while True:
            response = await client.get("/posts", params=asked)
            if response.status_code == 404:
                return None
            page = response.raise_for_status().json()
            titles.extend(each["title"] for each in page["items"])
            if page["next"] is None:
                return titles
            asked["after"] = page["next"]

    async with asyncio.TaskGroup() as group:
        tasks = {author: group.create_task(of_one(author)) for author in authors}
    return {author: task.result() for author, task in tasks.items()}


# %% 7.8b reject: the URL is built by hand -> Names and cursors arrive unchanged
async def titles_of(client, authors):
    async def of_one(author):
        titles, path = [], f"/posts?author={author}"
        while True:
            response = await client.get(path)
            if response.status_code == 404:
                return None
            page = response.raise_for_status().json()
            titles += [each["title"] for each in page["items"]]
            if page["next"] is None:
                return titles
            path = f"/posts?author={author}&after={page['next']}"

    async with asyncio.TaskGroup() as group:
        tasks = {author: group.create_task(of_one(author)) for author in authors}
    return {author: task.result() for author, task in tasks.items()}


# %% 7.8b reject: an empty page is the last -> A page without items may have a next one
async def titles_of(client, authors):
    async def of_one(author):
        titles, asked = [], {"author": author}
        while True:
            response = await client.get("/posts", params=asked)
            if response.status_code == 404:
                return None
            page = response.raise_for_status().json()
            titles += [each["title"] for each in page["items"]]
            if not page["items"] or page["next"] is None:
                return titles
            asked["after"] = page["next"]

    async with asyncio.TaskGroup() as group:
        tasks = {author: group.create_task(of_one(author)) for author in authors}
    return {author: task.result() for author, task in tasks.items()}


# %% 7.8b reject: one author after the other -> All authors are read at the same time
async def titles_of(client, authors):
    found = {}
    for author in authors:
        titles, asked = [], {"author": author}
        while titles is not None:
            response = await client.get("/posts", params=asked)
            if response.status_code == 404:
                titles = None
                break
            page = response.raise_for_status().json()
            titles += [each["title"] for each in page["items"]]
            if page["next"] is None:
                break
            asked["after"] = page["next"]
        found[author] = titles
    return found


# %% 7.8b reject: every status is None -> Any other status that is not 2xx is an error
async def titles_of(client, authors):
    async def of_one(author):
        titles, asked = [], {"author": author}
        while True:
            response = await client.get("/posts", params=asked)
            if not response.is_success:
                return None
            page = response.json()
            titles += [each["title"] for each in page["items"]]
            if page["next"] is None:
                return titles
            asked["after"] = page["next"]

    async with asyncio.TaskGroup() as group:
        tasks = {author: group.create_task(of_one(author)) for author in authors}
    return {author: task.result() for author, task in tasks.items()}


# %% 7.8b reject: every 404 is None -> A 404 on a later page is an error
async def titles_of(client, authors):
    async def of_one(author):
        titles, asked = [], {"author": author}
        while True:
            response = await client.get("/posts", params=asked)
            if response.status_code == 404:
                return None
            page = response.raise_for_status().json()
            titles += [each["title"] for each in page["items"]]
            if page["next"] is None:
                return titles
            asked["after"] = page["next"]

    async with asyncio.TaskGroup() as group:
        tasks = {author: group.create_task(of_one(author)) for author in authors}
    return {author: task.result() for author, task in tasks.items()}


# %% 7.8b reject: a later 404 ends the list -> A 404 on a later page is an error
async def titles_of(client, authors):
    async def of_one(author):
        titles, asked = [], {"author": author}
        while True:
            response = await client.get("/posts", params=asked)
            if response.status_code == 404:
                return titles if "after" in asked else None
            page = response.raise_for_status().json()
            titles += [each["title"] for each in page["items"]]
            if page["next"] is None:
                return titles
            asked["after"] = page["next"]

    async with asyncio.TaskGroup() as group:
        tasks = {author: group.create_task(of_one(author)) for author in authors}
    return {author: task.result() for author, task in tasks.items()}


# %% 7.8b reject: an unknown author ends it all -> An author with a 404 has None
async def titles_of(client, authors):
    async def of_one(author):
        titles, asked = [], {"author": author}
        while True:
            page = (await client.get("/posts", params=asked)).raise_for_status().json()
            titles += [each["title"] for each in page["items"]]
            if page["next"] is None:
                return titles
            asked["after"] = page["next"]

    async with asyncio.TaskGroup() as group:
        tasks = {author: group.create_task(of_one(author)) for author in authors}
    return {author: task.result() for author, task in tasks.items()}


# %% 7.8b reject: gather alone -> After an error no request is still running
async def titles_of(client, authors):
    async def of_one(author):
        titles, asked = [], {"author": author}
        while True:
            response = await client.get("/posts", params=asked)
            if response.status_code == 404:
                return None
            page = response.raise_for_status().json()
            titles += [each["title"] for each in page["items"]]
            if page["next"] is None:
                return titles
            asked["after"] = page["next"]

    return dict(zip(authors, await asyncio.gather(*map(of_one, authors))))
