"""Right and wrong answers to the exercises of lesson 8.9."""


# %% 8.9a accept: try instead of suppress, and the caller is asked about what is kept too
async def read_post(posts, cache, caller, post_id):
    try:
        kept = await cache.get(f"published post {post_id}")
    except ConnectionError:
        kept = None
    post = json.loads(kept) if kept is not None else await posts.read(post_id)
    if not post or (not post["published"] and caller != post["author"]):
        raise NotFound
    if kept is None and post["published"]:
        try:
            await cache.set(f"published post {post_id}", json.dumps(post), seconds=60)
        except ConnectionError:
            pass
    return post


# %% 8.9a accept: the cache in a function of its own
async def unless_down(waits):
    try:
        return await waits
    except ConnectionError:
        return None


async def read_post(posts, cache, caller, post_id):
    if kept := await unless_down(cache.get(str(post_id))):
        return json.loads(kept)
    match await posts.read(post_id):
        case {"published": True} as post:
            await unless_down(cache.set(str(post_id), json.dumps(post), 60))
            return post
        case {"author": author} as post if author == caller:
            return post
    raise NotFound


# %% 8.9a reject: a draft of the author is kept -> A draft is for its author alone
async def read_post(posts, cache, caller, post_id):
    with suppress(ConnectionError):
        if kept := await cache.get(f"post:{post_id}"):
            return json.loads(kept)
    post = await posts.read(post_id)
    if post is None or not (post["published"] or post["author"] == caller):
        raise NotFound
    with suppress(ConnectionError):
        await cache.set(f"post:{post_id}", json.dumps(post), 60)
    return post


# %% 8.9a reject: a key for each caller -> A published post is read once in a minute
async def read_post(posts, cache, caller, post_id):
    key = f"post:{post_id}:{caller}"
    with suppress(ConnectionError):
        if kept := await cache.get(key):
            return json.loads(kept)
    post = await posts.read(post_id)
    if post is None or not (post["published"] or post["author"] == caller):
        raise NotFound
    if post["published"]:
        with suppress(ConnectionError):
            await cache.set(key, json.dumps(post), 60)
    return post


# %% 8.9a reject: drafts are kept, and asked about -> Nothing else is in the cache
async def read_post(posts, cache, caller, post_id):
    post = None
    with suppress(ConnectionError):
        if kept := await cache.get(f"post:{post_id}"):
            post = json.loads(kept)
    if post is None:
        post = await posts.read(post_id)
        with suppress(ConnectionError):
            await cache.set(f"post:{post_id}", json.dumps(post), 60)
    if post is None or not (post["published"] or post["author"] == caller):
        raise NotFound
    return post


# %% 8.9a reject: a cache that is down is an error -> Without the cache the rules stay
async def read_post(posts, cache, caller, post_id):
    if kept := await cache.get(f"post:{post_id}"):
        return json.loads(kept)
    post = await posts.read(post_id)
    if post is None or not (post["published"] or post["author"] == caller):
        raise NotFound
    if post["published"]:
        await cache.set(f"post:{post_id}", json.dumps(post), 60)
    return post


# %% 8.9a reject: without the cache nobody is asked -> Without the cache the rules stay
async def read_post(posts, cache, caller, post_id):
    try:
        if kept := await cache.get(f"post:{post_id}"):
            return json.loads(kept)
    except ConnectionError:
        if post := await posts.read(post_id):
            return post
        raise NotFound
    post = await posts.read(post_id)
    if post is None or not (post["published"] or post["author"] == caller):
        raise NotFound
    if post["published"]:
        with suppress(ConnectionError):
            await cache.set(f"post:{post_id}", json.dumps(post), 60)
    return post


# %% 8.9a reject: one key for all -> Posts are not mixed up
async def read_post(posts, cache, caller, post_id):
    with suppress(ConnectionError):
        if kept := await cache.get("post"):
            return json.loads(kept)
    post = await posts.read(post_id)
    if post is None or not (post["published"] or post["author"] == caller):
        raise NotFound
    if post["published"]:
        with suppress(ConnectionError):
            await cache.set("post", json.dumps(post), 60)
    return post


# %% 8.9a reject: a missing post crashes -> A post that does not exist is not found
async def read_post(posts, cache, caller, post_id):
    with suppress(ConnectionError):
        if kept := await cache.get(f"post:{post_id}"):
            return json.loads(kept)
    post = await posts.read(post_id)
    if post is not None and not post["published"] and post["author"] != caller:
        raise NotFound
    if post is not None and post["published"]:
        with suppress(ConnectionError):
            await cache.set(f"post:{post_id}", json.dumps(post), 60)
    return post


# %% 8.9a reject: an error of the database is taken for the cache's -> An error of the database is raised
async def read_post(posts, cache, caller, post_id):
    try:
        if kept := await cache.get(f"post:{post_id}"):
            return json.loads(kept)
        post = await posts.read(post_id)
        if post is not None and post["published"]:
            await cache.set(f"post:{post_id}", json.dumps(post), 60)
    except ConnectionError:
        post = await posts.read(post_id)
    if post is None or not (post["published"] or post["author"] == caller):
        raise NotFound
    return post


# %% 8.9a reject: guests see nothing -> A published post is for everybody
async def read_post(posts, cache, caller, post_id):
    if caller is None:
        raise NotFound
    with suppress(ConnectionError):
        if kept := await cache.get(f"post:{post_id}"):
            return json.loads(kept)
    post = await posts.read(post_id)
    if post is None or not (post["published"] or post["author"] == caller):
        raise NotFound
    if post["published"]:
        with suppress(ConnectionError):
            await cache.set(f"post:{post_id}", json.dumps(post), 60)
    return post


# %% 8.9b accept: a plain INSERT whose error says that it is known, and a lock of the order
import hashlib

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session


def receive(engine, secret, body, signature):
    digest = hmac.digest(secret, body, hashlib.sha256)
    try:
        same = hmac.compare_digest(digest, bytes.fromhex(signature)) and signature == digest.hex()
    except ValueError:
        same = False
    if not same:
        raise Refused("The signature does not fit.")
    sent = json.loads(body)
    with Session(engine) as session:
        try:
            session.execute(text("INSERT INTO received VALUES (:e)"), {"e": sent["event"]})
        except IntegrityError:
            return False
        found = session.execute(
            text("SELECT paid FROM orders WHERE id = :id FOR UPDATE"), {"id": sent["order"]}
        )
        paid = found.scalar_one_or_none()
        if paid is None:
            raise UnknownOrder(sent["order"])
        to = {"id": sent["order"], "paid": paid + sent["cents"]}
        session.execute(text("UPDATE orders SET paid = :paid WHERE id = :id"), to)
        session.commit()
    return True


# %% 8.9b accept: the order is locked first, then it is asked and stored
def receive(engine, secret, body, signature):
    if hmac.new(secret, body, "sha256").hexdigest() != signature:
        raise Refused
    sent = json.loads(body)
    with engine.connect() as db:
        locked = db.execute(text("SELECT FROM orders WHERE id = :order FOR UPDATE"), sent).rowcount
        if not locked:
            raise UnknownOrder
        if db.scalar(text("SELECT count(*) FROM received WHERE event = :event"), sent):
            return False
        db.execute(text("INSERT INTO received VALUES (:event)"), sent)
        db.execute(text("UPDATE orders SET paid = paid + :cents WHERE id = :order"), sent)
        db.commit()
    return True


# %% 8.9b accept: one statement with two parts
def receive(engine, secret, body, signature):
    right = hmac.new(secret, body, "sha256").hexdigest()
    if not hmac.compare_digest(right.encode(), signature.encode()):
        raise Refused
    both = text("""
        WITH new AS (INSERT INTO received VALUES (:event) ON CONFLICT DO NOTHING RETURNING event),
        booked AS (UPDATE orders SET paid = paid + :cents FROM new WHERE id = :order RETURNING id)
        SELECT (SELECT count(*) FROM new), (SELECT count(*) FROM booked)
    """)
    with engine.begin() as db:
        new, booked = db.execute(both, json.loads(body)).one()
        if new and not booked:
            raise UnknownOrder
    return bool(new)


# %% 8.9b reject: it asks, then stores -> At the same moment an event is booked once
def receive(engine, secret, body, signature):
    right = hmac.new(secret, body, "sha256").hexdigest()
    if not hmac.compare_digest(right.encode(), signature.encode()):
        raise Refused
    event = json.loads(body)
    with engine.begin() as db:
        if db.execute(text("SELECT 1 FROM received WHERE event = :event"), event).first():
            return False
        db.execute(text("INSERT INTO received VALUES (:event)"), event)
        if db.execute(text("UPDATE orders SET paid = paid + :cents WHERE id = :order"), event).rowcount == 0:
            raise UnknownOrder
    return True


# %% 8.9b reject: the sum is made in Python -> At the same moment no cents are lost
def receive(engine, secret, body, signature):
    right = hmac.new(secret, body, "sha256").hexdigest()
    if not hmac.compare_digest(right.encode(), signature.encode()):
        raise Refused
    event = json.loads(body)
    with engine.begin() as db:
        if (
            db.execute(text("INSERT INTO received VALUES (:event) ON CONFLICT DO NOTHING"), event).rowcount
            == 0
        ):
            return False
        paid = db.scalar(text("SELECT paid FROM orders WHERE id = :order"), event)
        if paid is None:
            raise UnknownOrder
        db.execute(
            text("UPDATE orders SET paid = :paid WHERE id = :order"), event | {"paid": paid + event["cents"]}
        )
    return True


# %% 8.9b reject: two transactions -> An unknown order leaves nothing
def receive(engine, secret, body, signature):
    right = hmac.new(secret, body, "sha256").hexdigest()
    if not hmac.compare_digest(right.encode(), signature.encode()):
        raise Refused
    event = json.loads(body)
    with engine.begin() as db:
        if (
            db.execute(text("INSERT INTO received VALUES (:event) ON CONFLICT DO NOTHING"), event).rowcount
            == 0
        ):
            return False
    with engine.begin() as db:
        if db.execute(text("UPDATE orders SET paid = paid + :cents WHERE id = :order"), event).rowcount == 0:
            raise UnknownOrder
    return True


# %% 8.9b reject: the JSON is written anew before it is signed -> A new event is stored and booked
def receive(engine, secret, body, signature):
    event = json.loads(body)
    right = hmac.new(secret, json.dumps(event).encode(), "sha256").hexdigest()
    if not hmac.compare_digest(right.encode(), signature.encode()):
        raise Refused
    with engine.begin() as db:
        if db.execute(NOTE, event).rowcount == 0:
            return False
        if db.execute(BOOK, event).rowcount == 0:
            raise UnknownOrder
    return True


NOTE = text("INSERT INTO received (event) VALUES (:event) ON CONFLICT DO NOTHING")
BOOK = text("UPDATE orders SET paid = paid + :cents WHERE id = :order")


# %% 8.9b reject: the body is read before the signature -> Another signature is refused
def receive(engine, secret, body, signature):
    event = json.loads(body)
    right = hmac.new(secret, body, "sha256").hexdigest()
    if not hmac.compare_digest(right.encode(), signature.encode()):
        raise Refused
    with engine.begin() as db:
        if (
            db.execute(text("INSERT INTO received VALUES (:event) ON CONFLICT DO NOTHING"), event).rowcount
            == 0
        ):
            return False
        if db.execute(text("UPDATE orders SET paid = paid + :cents WHERE id = :order"), event).rowcount == 0:
            raise UnknownOrder
    return True


# %% 8.9b reject: compare_digest gets two texts -> Another signature is refused
def receive(engine, secret, body, signature):
    right = hmac.new(secret, body, "sha256").hexdigest()
    if not hmac.compare_digest(right, signature):
        raise Refused
    event = json.loads(body)
    with engine.begin() as db:
        if (
            db.execute(text("INSERT INTO received VALUES (:event) ON CONFLICT DO NOTHING"), event).rowcount
            == 0
        ):
            return False
        if db.execute(text("UPDATE orders SET paid = paid + :cents WHERE id = :order"), event).rowcount == 0:
            raise UnknownOrder
    return True


# %% 8.9b reject: what is refused is noted -> Then nothing is stored
def receive(engine, secret, body, signature):
    event = json.loads(body) if body.startswith(b"{") else {"event": "?"}
    with engine.begin() as db:
        new = db.execute(text("INSERT INTO received VALUES (:event) ON CONFLICT DO NOTHING"), event).rowcount
    right = hmac.new(secret, body, "sha256").hexdigest()
    if not hmac.compare_digest(right.encode(), signature.encode()):
        raise Refused
    if not new:
        return False
    with engine.begin() as db:
        if db.execute(text("UPDATE orders SET paid = paid + :cents WHERE id = :order"), event).rowcount == 0:
            db.execute(text("DELETE FROM received WHERE event = :event"), event)
            db.commit()
            raise UnknownOrder
    return True


# %% 8.9b reject: a known event is an error -> A known event changes nothing
def receive(engine, secret, body, signature):
    right = hmac.new(secret, body, "sha256").hexdigest()
    if not hmac.compare_digest(right.encode(), signature.encode()):
        raise Refused
    event = json.loads(body)
    with engine.begin() as db:
        db.execute(text("INSERT INTO received VALUES (:event)"), event)
        if db.execute(text("UPDATE orders SET paid = paid + :cents WHERE id = :order"), event).rowcount == 0:
            raise UnknownOrder
    return True


# %% 8.9b reject: a lock of the process -> At the same moment an event is booked once
from threading import Lock

one_at_a_time = Lock()


def receive(engine, secret, body, signature):
    right = hmac.new(secret, body, "sha256").hexdigest()
    if not hmac.compare_digest(right.encode(), signature.encode()):
        raise Refused
    event = json.loads(body)
    with one_at_a_time, engine.begin() as db:
        if db.execute(text("SELECT 1 FROM received WHERE event = :event"), event).first():
            return False
        db.execute(text("INSERT INTO received VALUES (:event)"), event)
        if db.execute(text("UPDATE orders SET paid = paid + :cents WHERE id = :order"), event).rowcount == 0:
            raise UnknownOrder
    return True


# %% 8.9b accept: serializable, with another try after a clash
from sqlalchemy.exc import DBAPIError


def receive(engine, secret, body, signature):
    if not hmac.compare_digest(
        hmac.new(secret, body, "sha256").hexdigest().encode(), signature.encode("utf-8")
    ):
        raise Refused("no")
    event = json.loads(body)
    while True:
        try:
            with engine.connect().execution_options(isolation_level="SERIALIZABLE") as db, db.begin():
                if db.scalar(text("SELECT event FROM received WHERE event = :event"), event):
                    return False
                paid = db.scalar(text("SELECT paid FROM orders WHERE id = :order"), event)
                if paid is None:
                    raise UnknownOrder
                db.execute(text("INSERT INTO received VALUES (:event)"), event)
                new = {"paid": paid + event["cents"], "order": event["order"]}
                db.execute(text("UPDATE orders SET paid = :paid WHERE id = :order"), new)
            return True
        except DBAPIError:
            continue
