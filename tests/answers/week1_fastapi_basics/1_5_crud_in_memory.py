"""Right and wrong answers to the exercises of lesson 1.5; see docs/authors.md for the form."""

# %% 1.5a accept: async functions, models, a status set late, an absolute address
from typing import Annotated

from fastapi import Body, FastAPI, HTTPException, Request, Response
from pydantic import BaseModel


class Comment(BaseModel):
    id: int
    text: str


comments_api = FastAPI()
kept: list[Comment] = []
last = 0


@comments_api.get("/comments/{number}", name="one")
async def show(number: int) -> Comment:
    for each in kept:
        if each.id == number:
            return each
    raise HTTPException(404)


@comments_api.delete("/comments/{number}")
async def remove(number: int):
    kept.remove(await show(number))
    return Response(status_code=204)


@comments_api.post("/comments")
async def add(text: Annotated[str, Body(embed=True)], request: Request, response: Response) -> Comment:
    global last
    last += 1
    kept.append(Comment(id=last, text=text))
    response.status_code = 201
    response.headers["location"] = str(request.url_for("one", number=last))
    return kept[-1]


# %% 1.5a accept: a router, deleted comments kept as None, a JSONResponse
from fastapi import APIRouter, FastAPI, HTTPException
from fastapi.responses import JSONResponse
from pydantic import BaseModel

row: list = [None]
router = APIRouter(prefix="/comments")


class Text(BaseModel):
    text: str


@router.post("")
def make(text: Text):
    row.append({"id": len(row), **text.model_dump()})
    return JSONResponse(row[-1], 201, {"Location": f"/comments/{row[-1]['id']}"})


def look(number: int):
    if not 0 < number < len(row) or row[number] is None:
        raise HTTPException(status_code=404, detail="gone")
    return row[number]


router.get("/{number}")(look)


@router.delete("/{number}", status_code=204)
def drop(number: int):
    look(number)
    row[number] = None


comments_api = FastAPI()
comments_api.include_router(router)

# %% 1.5a reject: the status is left at 200 -> A new comment is 201
from itertools import count

from fastapi import FastAPI, HTTPException, Response
from pydantic import BaseModel

comments_api = FastAPI()
texts, ids = {}, count(1)


class New(BaseModel):
    text: str


@comments_api.post("/comments")
def create(new: New, response: Response):
    number = next(ids)
    texts[number] = {"id": number, "text": new.text}
    response.headers["Location"] = f"/comments/{number}"
    return texts[number]


@comments_api.get("/comments/{number}")
def read(number: int):
    if number not in texts:
        raise HTTPException(404)
    return texts[number]


@comments_api.delete("/comments/{number}", status_code=204)
def delete(number: int):
    read(number)
    del texts[number]


# %% 1.5a reject: the next id is the largest plus one -> No id is given twice
from fastapi import FastAPI, HTTPException, Response
from pydantic import BaseModel

comments_api = FastAPI()
texts = {}


class New(BaseModel):
    text: str


@comments_api.post("/comments", status_code=201)
def create(new: New, response: Response):
    number = max(texts, default=0) + 1
    texts[number] = {"id": number, "text": new.text}
    response.headers["Location"] = f"/comments/{number}"
    return texts[number]


@comments_api.get("/comments/{number}")
def read(number: int):
    if number not in texts:
        raise HTTPException(404)
    return texts[number]


@comments_api.delete("/comments/{number}", status_code=204)
def delete(number: int):
    read(number)
    del texts[number]


# %% 1.5a reject: the id is the length, so another comment is written over -> No id is given twice
from fastapi import FastAPI, HTTPException, Response
from pydantic import BaseModel

comments_api = FastAPI()
texts = {}


class New(BaseModel):
    text: str


@comments_api.post("/comments", status_code=201)
def create(new: New, response: Response):
    number = len(texts) + 1
    texts[number] = {"id": number, "text": new.text}
    response.headers["Location"] = f"/comments/{number}"
    return texts[number]


@comments_api.get("/comments/{number}")
def read(number: int):
    if number not in texts:
        raise HTTPException(404)
    return texts[number]


@comments_api.delete("/comments/{number}", status_code=204)
def delete(number: int):
    read(number)
    del texts[number]


# %% 1.5a reject: the lookup's None is returned -> An unknown comment is 404
from itertools import count

from fastapi import FastAPI, Response
from pydantic import BaseModel

comments_api = FastAPI()
texts, ids = {}, count(1)


class New(BaseModel):
    text: str


@comments_api.post("/comments", status_code=201)
def create(new: New, response: Response):
    number = next(ids)
    texts[number] = {"id": number, "text": new.text}
    response.headers["Location"] = f"/comments/{number}"
    return texts[number]


@comments_api.get("/comments/{number}")
def read(number: int):
    return texts.get(number)


@comments_api.delete("/comments/{number}", status_code=204)
def delete(number: int):
    texts.pop(number, None)


# %% 1.5a reject: deleting tells what it did -> A deleted comment is gone
from itertools import count

from fastapi import FastAPI, HTTPException, Response
from pydantic import BaseModel

comments_api = FastAPI()
texts, ids = {}, count(1)


class New(BaseModel):
    text: str


@comments_api.post("/comments", status_code=201)
def create(new: New, response: Response):
    number = next(ids)
    texts[number] = {"id": number, "text": new.text}
    response.headers["Location"] = f"/comments/{number}"
    return texts[number]


@comments_api.get("/comments/{number}")
def read(number: int):
    if number not in texts:
        raise HTTPException(404)
    return texts[number]


@comments_api.delete("/comments/{number}")
def delete(number: int):
    read(number)
    return {"deleted": texts.pop(number)}


# %% 1.5a reject: Location names the collection -> Location says where it is
from itertools import count

from fastapi import FastAPI, HTTPException, Response
from pydantic import BaseModel

comments_api = FastAPI()
texts, ids = {}, count(1)


class New(BaseModel):
    text: str


@comments_api.post("/comments", status_code=201)
def create(new: New, response: Response):
    number = next(ids)
    texts[number] = {"id": number, "text": new.text}
    response.headers["Location"] = "/comments"
    return texts[number]


@comments_api.get("/comments/{number}")
def read(number: int):
    if number not in texts:
        raise HTTPException(404)
    return texts[number]


@comments_api.delete("/comments/{number}", status_code=204)
def delete(number: int):
    read(number)
    del texts[number]


# %% 1.5a reject: what was sent comes back, without an id -> The response is the comment with its id
from itertools import count

from fastapi import FastAPI, HTTPException, Response
from pydantic import BaseModel

comments_api = FastAPI()
texts, ids = {}, count(1)


class New(BaseModel):
    text: str


@comments_api.post("/comments", status_code=201)
def create(new: New, response: Response) -> New:
    number = next(ids)
    texts[number] = {"id": number, "text": new.text}
    response.headers["Location"] = f"/comments/{number}"
    return new


@comments_api.get("/comments/{number}")
def read(number: int):
    if number not in texts:
        raise HTTPException(404)
    return texts[number]


@comments_api.delete("/comments/{number}", status_code=204)
def delete(number: int):
    read(number)
    del texts[number]


# %% 1.5a reject: any dictionary is taken -> A comment without a text is 422
from itertools import count

from fastapi import FastAPI, HTTPException, Response

comments_api = FastAPI()
texts, ids = {}, count(1)


@comments_api.post("/comments", status_code=201)
def create(new: dict, response: Response):
    number = next(ids)
    texts[number] = {"id": number, "text": new.get("text")}
    response.headers["Location"] = f"/comments/{number}"
    return texts[number]


@comments_api.get("/comments/{number}")
def read(number: int):
    if number not in texts:
        raise HTTPException(404)
    return texts[number]


@comments_api.delete("/comments/{number}", status_code=204)
def delete(number: int):
    read(number)
    del texts[number]


# %% 1.5b accept: the last number is kept, under a lock
from threading import Lock

last_number, taking = max(numbered), Lock()


def new_id() -> int:
    global last_number
    with taking:
        last_number += 1
        return last_number


# %% 1.5b accept: a generator
def all_numbers():
    number = max(numbered, default=0)
    while True:
        number += 1
        yield number


endless = all_numbers()


def new_id():
    return next(endless)


# %% 1.5b accept: an object that can be called
class NewId:
    def __init__(self, last):
        self.last = last

    def __call__(self):
        self.last += 1
        return self.last


new_id = NewId(max(numbered))

# %% 1.5b reject: a lock around reading the largest -> Two who ask before either stores get two ids
from threading import Lock

taking = Lock()


def new_id() -> int:
    with taking:
        return max(numbered) + 1


# %% 1.5b reject: the number of posts plus one -> Two who ask before either stores get two ids
def new_id() -> int:
    return len(numbered) + 1


# %% 1.5b reject: a new counter at each call -> Two who ask before either stores get two ids
from itertools import count


def new_id() -> int:
    return next(count(max(numbered) + 1))


# %% 1.5b reject: a counter that starts at 1 -> A new id is a number that no post has
from itertools import count

unused = count(1)


def new_id() -> int:
    return next(unused)


# %% 1.5b reject: only an empty store was thought of -> The id of a deleted post does not come back
def new_id() -> int:
    return max(numbered, default=0) + 1


# %% 1.5b reject: the number is reserved in the store, and freed with it -> The id of a deleted post does not come back
def new_id() -> int:
    number = max(numbered, default=0) + 1
    numbered[number] = ""
    return number


# %% 1.5b reject: a counter that begins again when no post is left -> Ids go on when no post is left
given = max(numbered)


def new_id() -> int:
    global given
    given = given + 1 if numbered else 1
    return given


# %% 1.5b reject: a random number -> Ids grow
import random


def new_id() -> int:
    return random.randrange(10**6, 10**9)


# %% 1.5c accept: models made by hand, and the type after the arrow
from fastapi import FastAPI, HTTPException
from pydantic import BaseModel


class Public(BaseModel):
    id: int
    name: str
    bio: str


authors_api = FastAPI()


@authors_api.get("/authors")
async def everybody() -> list[Public]:
    return [Public.model_validate(each) for each in authors.values()]


@authors_api.get("/authors/{number}")
async def one(number: int) -> Public:
    try:
        return Public(**authors[number])
    except KeyError:
        raise HTTPException(404) from None


# %% 1.5c accept: a dictionary of the three fields, without any model
from fastapi import FastAPI
from fastapi.responses import JSONResponse

authors_api = FastAPI()


def public(each):
    return {name: each[name] for name in ("id", "name", "bio")}


@authors_api.get("/authors/{number}")
def one(number: int):
    if number not in authors:
        return JSONResponse({"detail": "No such author"}, status_code=404)
    return public(authors[number])


@authors_api.get("/authors")
def everybody():
    return [public(each) for each in authors.values()]


# %% 1.5c accept: response_model_include on a model of everything
from fastapi import FastAPI, HTTPException
from pydantic import BaseModel


class Stored(BaseModel):
    id: int
    name: str
    bio: str
    email: str


authors_api = FastAPI()
shown = {"id", "name", "bio"}


@authors_api.get("/authors", response_model=list[Stored], response_model_include={"__all__": shown})
def everybody():
    return list(authors.values())


@authors_api.get("/authors/{number}", response_model=Stored, response_model_include=shown)
def one(number: int):
    if (found := authors.get(number)) is None:
        raise HTTPException(404)
    return found


# %% 1.5c reject: only the one endpoint was mended -> The list is shown without the rest
from fastapi import FastAPI, HTTPException
from pydantic import BaseModel


class Author(BaseModel):
    id: int
    name: str
    bio: str


authors_api = FastAPI()


@authors_api.get("/authors")
def list_authors() -> list[dict]:
    return list(authors.values())


@authors_api.get("/authors/{author_id}")
def read_author(author_id: int) -> Author:
    if author_id not in authors:
        raise HTTPException(404)
    return authors[author_id]


# %% 1.5c reject: the e-mail address is taken out by name -> A field that comes later stays inside
from fastapi import FastAPI, HTTPException

authors_api = FastAPI()


def without_email(each):
    return {key: value for key, value in each.items() if key != "email"}


@authors_api.get("/authors")
def list_authors():
    return [without_email(each) for each in authors.values()]


@authors_api.get("/authors/{author_id}")
def read_author(author_id: int):
    if author_id not in authors:
        raise HTTPException(404)
    return without_email(authors[author_id])


# %% 1.5c reject: the address is popped out of the store -> The store is left as it is
from fastapi import FastAPI, HTTPException
from pydantic import BaseModel


class Author(BaseModel):
    id: int
    name: str
    bio: str


authors_api = FastAPI()


@authors_api.get("/authors")
def list_authors() -> list[Author]:
    for each in authors.values():
        each.pop("email", None)
    return list(authors.values())


@authors_api.get("/authors/{author_id}")
def read_author(author_id: int) -> Author:
    if author_id not in authors:
        raise HTTPException(404)
    authors[author_id].pop("email", None)
    return authors[author_id]


# %% 1.5c reject: a promise alone, so a missing author is 500 -> An author who is not there is 404
from fastapi import FastAPI
from pydantic import BaseModel


class Author(BaseModel):
    id: int
    name: str
    bio: str


authors_api = FastAPI()


@authors_api.get("/authors")
def list_authors() -> list[Author]:
    return list(authors.values())


@authors_api.get("/authors/{author_id}")
def read_author(author_id: int) -> Author:
    return authors.get(author_id)


# %% 1.5c reject: the promise allows None -> An author who is not there is 404
from fastapi import FastAPI
from pydantic import BaseModel


class Author(BaseModel):
    id: int
    name: str
    bio: str


authors_api = FastAPI()


@authors_api.get("/authors")
def list_authors() -> list[Author]:
    return list(authors.values())


@authors_api.get("/authors/{author_id}")
def read_author(author_id: int) -> Author | None:
    return authors.get(author_id)


# %% 1.5c reject: each public field may be missing -> Half an author is 500
from fastapi import FastAPI, HTTPException
from pydantic import BaseModel


class Author(BaseModel):
    id: int
    name: str | None = None
    bio: str | None = None


authors_api = FastAPI()


@authors_api.get("/authors")
def list_authors() -> list[Author]:
    return list(authors.values())


@authors_api.get("/authors/{author_id}")
def read_author(author_id: int) -> Author:
    if author_id not in authors:
        raise HTTPException(404)
    return authors[author_id]


# %% 1.5c reject: one model for what is stored and what is sent -> One author is shown without the rest
from fastapi import FastAPI, HTTPException
from pydantic import BaseModel


class Author(BaseModel):
    id: int
    name: str
    bio: str
    email: str


authors_api = FastAPI()


@authors_api.get("/authors")
def list_authors() -> list[Author]:
    return list(authors.values())


@authors_api.get("/authors/{author_id}")
def read_author(author_id: int) -> Author:
    if author_id not in authors:
        raise HTTPException(404)
    return authors[author_id]


# %% 1.5d accept: a model is stored, and setattr changes it
from typing import Annotated

from fastapi import FastAPI, HTTPException, Path
from pydantic import BaseModel


class Profile(BaseModel):
    name: str = "nobody"
    about: str | None = "nothing"
    newsletter: bool = True


people = {number: Profile(**each) for number, each in profiles.items()}
profiles_api = FastAPI()


@profiles_api.patch("/profiles/{profile_id}")
async def change_profile(changes: Profile, profile_id: Annotated[int, Path()]) -> Profile:
    if (person := people.get(profile_id)) is None:
        raise HTTPException(status_code=404)
    for name in changes.model_fields_set:
        setattr(person, name, getattr(changes, name))
    return person


# %% 1.5d accept: a validator refuses null, and the dictionaries are merged
from fastapi import FastAPI, HTTPException
from pydantic import BaseModel, field_validator


class ProfileUpdate(BaseModel):
    name: str | None = None
    about: str | None = None
    newsletter: bool | None = None

    @field_validator("name", "newsletter")
    @classmethod
    def not_null(cls, value):
        if value is None:
            raise ValueError("may not be null")
        return value


profiles_api = FastAPI()


@profiles_api.patch("/profiles/{number}")
def patch(number: int, sent: ProfileUpdate):
    if number not in profiles:
        raise HTTPException(404)
    profiles[number] = profiles[number] | sent.model_dump(exclude_unset=True)
    return profiles[number]


# %% 1.5d accept: the stored profile and the change are checked together, as one whole
from fastapi import Body, FastAPI, HTTPException
from pydantic import BaseModel, ValidationError


class Whole(BaseModel):
    name: str
    about: str | None
    newsletter: bool


profiles_api = FastAPI()


@profiles_api.patch("/profiles/{number}")
def patch(number: int, sent: dict = Body()) -> Whole:
    if number not in profiles:
        raise HTTPException(404)
    try:
        whole = Whole.model_validate({**profiles[number], **sent})
    except ValidationError as problem:
        raise HTTPException(422, problem.errors(include_url=False)) from problem
    profiles[number] = whole.model_dump()
    return whole


# %% 1.5d reject: the dump is taken whole -> What was not sent stays
from fastapi import FastAPI, HTTPException
from pydantic import BaseModel


class ProfileUpdate(BaseModel):
    name: str = ""
    about: str | None = None
    newsletter: bool = False


profiles_api = FastAPI()


@profiles_api.patch("/profiles/{profile_id}")
def change_profile(profile_id: int, changes: ProfileUpdate) -> dict:
    if profile_id not in profiles:
        raise HTTPException(404)
    profiles[profile_id].update(changes.model_dump())
    return profiles[profile_id]


# %% 1.5d reject: what is None is dropped, with the right types -> About can be taken away
from fastapi import FastAPI, HTTPException
from pydantic import BaseModel


class ProfileUpdate(BaseModel):
    name: str = ""
    about: str | None = None
    newsletter: bool = False


profiles_api = FastAPI()


@profiles_api.patch("/profiles/{profile_id}")
def change_profile(profile_id: int, changes: ProfileUpdate) -> dict:
    if profile_id not in profiles:
        raise HTTPException(404)
    sent = changes.model_dump(exclude_unset=True, exclude_none=True)
    profiles[profile_id].update(sent)
    return profiles[profile_id]


# %% 1.5d reject: exclude_unset, with the types as they were -> A null for name or newsletter is refused
from fastapi import FastAPI, HTTPException
from pydantic import BaseModel


class ProfileUpdate(BaseModel):
    name: str | None = None
    about: str | None = None
    newsletter: bool | None = None


profiles_api = FastAPI()


@profiles_api.patch("/profiles/{profile_id}")
def change_profile(profile_id: int, changes: ProfileUpdate) -> dict:
    if profile_id not in profiles:
        raise HTTPException(404)
    profiles[profile_id].update(changes.model_dump(exclude_unset=True))
    return profiles[profile_id]


# %% 1.5d reject: null is refused everywhere -> About can be taken away
from fastapi import FastAPI, HTTPException
from pydantic import BaseModel


class ProfileUpdate(BaseModel):
    name: str = ""
    about: str = ""
    newsletter: bool = False


profiles_api = FastAPI()


@profiles_api.patch("/profiles/{profile_id}")
def change_profile(profile_id: int, changes: ProfileUpdate) -> dict:
    if profile_id not in profiles:
        raise HTTPException(404)
    profiles[profile_id].update(changes.model_dump(exclude_unset=True))
    return profiles[profile_id]


# %% 1.5d reject: a false value counts as not sent -> What was sent changes
from fastapi import FastAPI, HTTPException
from pydantic import BaseModel


class ProfileUpdate(BaseModel):
    name: str = ""
    about: str | None = None
    newsletter: bool = False


profiles_api = FastAPI()


@profiles_api.patch("/profiles/{profile_id}")
def change_profile(profile_id: int, changes: ProfileUpdate) -> dict:
    if profile_id not in profiles:
        raise HTTPException(404)
    for name, value in changes.model_dump(exclude_unset=True).items():
        if value:
            profiles[profile_id][name] = value
    return profiles[profile_id]


# %% 1.5d reject: the change is answered, not the profile -> What was sent changes
from fastapi import FastAPI, HTTPException
from pydantic import BaseModel


class ProfileUpdate(BaseModel):
    name: str = ""
    about: str | None = None
    newsletter: bool = False


profiles_api = FastAPI()


@profiles_api.patch("/profiles/{profile_id}")
def change_profile(profile_id: int, changes: ProfileUpdate) -> dict:
    if profile_id not in profiles:
        raise HTTPException(404)
    sent = changes.model_dump(exclude_unset=True)
    profiles[profile_id].update(sent)
    return sent


# %% 1.5d reject: the merged copy is answered and never stored -> The change is stored
from fastapi import FastAPI, HTTPException
from pydantic import BaseModel


class ProfileUpdate(BaseModel):
    name: str = ""
    about: str | None = None
    newsletter: bool = False


profiles_api = FastAPI()


@profiles_api.patch("/profiles/{profile_id}")
def change_profile(profile_id: int, changes: ProfileUpdate) -> dict:
    if profile_id not in profiles:
        raise HTTPException(404)
    return profiles[profile_id] | changes.model_dump(exclude_unset=True)


# %% 1.5d reject: the model of a whole profile -> What was sent changes
from fastapi import FastAPI, HTTPException
from pydantic import BaseModel


class ProfileUpdate(BaseModel):
    name: str
    about: str | None
    newsletter: bool


profiles_api = FastAPI()


@profiles_api.patch("/profiles/{profile_id}")
def change_profile(profile_id: int, changes: ProfileUpdate) -> dict:
    if profile_id not in profiles:
        raise HTTPException(404)
    profiles[profile_id].update(changes.model_dump(exclude_unset=True))
    return profiles[profile_id]


# %% 1.5d reject: an unknown profile is made on the way -> An unknown profile is 404
from fastapi import FastAPI
from pydantic import BaseModel


class ProfileUpdate(BaseModel):
    name: str = ""
    about: str | None = None
    newsletter: bool = False


profiles_api = FastAPI()


@profiles_api.patch("/profiles/{profile_id}")
def change_profile(profile_id: int, changes: ProfileUpdate) -> dict:
    return profiles.setdefault(profile_id, {}) | changes.model_dump(exclude_unset=True)


# %% 1.5e accept: the states in a list, as text
import json


def repeatable(send, look):
    states = []
    for _ in range(2):
        send()
        states.append(json.dumps(look(), sort_keys=True))
    return len(set(states)) == 1


# %% 1.5e accept: a copy of what was there, compared the other way round
from copy import deepcopy


def repeatable(send, look):
    look()
    send()
    after_one = deepcopy(look())
    send()
    if look() != after_one:
        return False
    return True


# %% 1.5e reject: the answers are compared -> The responses do not matter
def repeatable(send, look):
    return send() == send()


# %% 1.5e reject: before and once, which is safe -> Setting a value may be sent again
def repeatable(send, look):
    before = look()
    send()
    return look() == before


# %% 1.5e reject: before and twice -> A switch may not be sent again
def repeatable(send, look):
    before = look()
    send()
    send()
    return look() == before


# %% 1.5e reject: sent once only -> Creating may not be sent again
def repeatable(send, look):
    send()
    once = look()
    return look() == once


# %% 1.5e reject: both were sent before anybody looked -> Creating may not be sent again
def repeatable(send, look):
    send()
    send()
    return look() == look()


# %% 1.5e reject: what is stored and the answers must both agree -> The responses do not matter
def repeatable(send, look):
    first, once = send(), look()
    second, twice = send(), look()
    return first == second and once == twice


# %% 1.5e reject: everything may be sent again -> Creating may not be sent again
def repeatable(send, look):
    return True


# %% 1.5f accept: POST with the reader in the body, and a set of pairs
from typing import Annotated

from fastapi import Body, FastAPI
from fastapi.testclient import TestClient

pairs: set[tuple[int, str]] = set()
likes_api = FastAPI()


@likes_api.post("/likes", status_code=204)
async def put_like(post: Annotated[int, Body()], reader: Annotated[str, Body()]) -> None:
    pairs.add((post, reader))


@likes_api.get("/posts/{post}/likes")
async def tell(post: int):
    return {"likes": sum(each == post for each, _ in pairs)}


def like(client: TestClient, post_id: int, reader: str) -> None:
    client.post("/likes", json={"post": post_id, "reader": reader}).raise_for_status()


# %% 1.5f accept: a key in a header tells that a like was seen before
from collections import Counter

from fastapi import FastAPI, Header
from pydantic import BaseModel

likes, seen = Counter(), []
likes_api = FastAPI()


class Count(BaseModel):
    likes: int


@likes_api.post("/posts/{post_id}/likes", status_code=201)
def add_like(post_id: int, idempotency_key: str = Header()) -> None:
    if idempotency_key not in seen:
        seen.append(idempotency_key)
        likes[post_id] += 1


@likes_api.get("/posts/{post_id}/likes")
def count_likes(post_id: int) -> Count:
    return Count(likes=likes[post_id])


def like(client, post_id, reader):
    headers = {"Idempotency-Key": f"{reader} likes {post_id}"}
    return client.post(f"/posts/{post_id}/likes", headers=headers)


# %% 1.5f reject: PUT, and it still adds 1 -> The same like sent again counts once
from fastapi import FastAPI

likes = {}
likes_api = FastAPI()


@likes_api.put("/posts/{post_id}/likes", status_code=204)
def add_like(post_id: int) -> None:
    likes[post_id] = likes.get(post_id, 0) + 1


@likes_api.get("/posts/{post_id}/likes")
def count_likes(post_id: int) -> dict:
    return {"likes": likes.get(post_id, 0)}


def like(client, post_id, reader):
    client.put(f"/posts/{post_id}/likes")


# %% 1.5f reject: the reader is sent, and not looked at -> The same like sent again counts once
from fastapi import FastAPI

likes = {}
likes_api = FastAPI()


@likes_api.put("/posts/{post_id}/likes/{reader}", status_code=204)
def add_like(post_id: int, reader: str) -> None:
    likes.setdefault(post_id, []).append(reader)


@likes_api.get("/posts/{post_id}/likes")
def count_likes(post_id: int) -> dict:
    return {"likes": len(likes.get(post_id, []))}


def like(client, post_id, reader):
    client.put(f"/posts/{post_id}/likes/{reader}")


# %% 1.5f reject: a post is liked or not -> Two readers count two
from fastapi import FastAPI

likes = {}
likes_api = FastAPI()


@likes_api.put("/posts/{post_id}/likes", status_code=204)
def add_like(post_id: int) -> None:
    likes[post_id] = 1


@likes_api.get("/posts/{post_id}/likes")
def count_likes(post_id: int) -> dict:
    return {"likes": likes.get(post_id, 0)}


def like(client, post_id, reader):
    client.put(f"/posts/{post_id}/likes")


# %% 1.5f reject: one set of readers for all posts -> Posts are counted apart
from fastapi import FastAPI

readers = set()
likes_api = FastAPI()


@likes_api.put("/posts/{post_id}/likes/{reader}", status_code=204)
def add_like(post_id: int, reader: str) -> None:
    readers.add(reader)


@likes_api.get("/posts/{post_id}/likes")
def count_likes(post_id: int) -> dict:
    return {"likes": len(readers)}


def like(client, post_id, reader):
    client.put(f"/posts/{post_id}/likes/{reader}")


# %% 1.5f reject: each reader has one like, for whichever post -> Posts are counted apart
from fastapi import FastAPI

likes, seen = {}, set()
likes_api = FastAPI()


@likes_api.post("/posts/{post_id}/likes/{reader}", status_code=204)
def add_like(post_id: int, reader: str) -> None:
    if reader not in seen:
        seen.add(reader)
        likes[post_id] = likes.get(post_id, 0) + 1


@likes_api.get("/posts/{post_id}/likes")
def count_likes(post_id: int) -> dict:
    return {"likes": likes.get(post_id, 0)}


def like(client, post_id, reader):
    client.post(f"/posts/{post_id}/likes/{reader}")


# %% 1.5f reject: the program remembers what it sent -> Every call sends a request
from fastapi import FastAPI

likes, sent = {}, set()
likes_api = FastAPI()


@likes_api.post("/posts/{post_id}/likes", status_code=204)
def add_like(post_id: int) -> None:
    likes[post_id] = likes.get(post_id, 0) + 1


@likes_api.get("/posts/{post_id}/likes")
def count_likes(post_id: int) -> dict:
    return {"likes": likes.get(post_id, 0)}


def like(client, post_id, reader):
    if (post_id, reader) not in sent:
        sent.add((post_id, reader))
        client.post(f"/posts/{post_id}/likes")


# %% 1.5f reject: the server remembers only the last reader -> The same like sent again counts once
from fastapi import FastAPI

likes, last_reader = {}, {}
likes_api = FastAPI()


@likes_api.post("/posts/{post_id}/likes/{reader}", status_code=204)
def add_like(post_id: int, reader: str) -> None:
    if last_reader.get(post_id) != reader:
        last_reader[post_id] = reader
        likes[post_id] = likes.get(post_id, 0) + 1


@likes_api.get("/posts/{post_id}/likes")
def count_likes(post_id: int) -> dict:
    return {"likes": likes.get(post_id, 0)}


def like(client, post_id, reader):
    client.post(f"/posts/{post_id}/likes/{reader}")


# %% 1.5a accept: a lookup that pops, the place built with the URL
from itertools import count

from fastapi import FastAPI, HTTPException, Response
from pydantic import BaseModel

comments_api = FastAPI()
texts, ids = {}, count(100)


class New(BaseModel):
    text: str


@comments_api.post("/comments", status_code=201)
def create(new: New, response: Response):
    number = next(ids)
    texts[number] = {"id": number, "text": new.text}
    response.headers["Location"] = f"/comments/{number}"
    return texts[number]


@comments_api.get("/comments/{number}")
def read(number: int):
    if number not in texts:
        raise HTTPException(404)
    return texts[number]


@comments_api.delete("/comments/{number}", status_code=204)
def delete(number: int):
    if texts.pop(number, None) is None:
        raise HTTPException(404)


# %% 1.5a reject: the place in Location is written down -> Location says where it is
from itertools import count

from fastapi import FastAPI, HTTPException, Response
from pydantic import BaseModel

comments_api = FastAPI()
texts, ids = {}, count(1)


class New(BaseModel):
    text: str


@comments_api.post("/comments", status_code=201)
def create(new: New, response: Response):
    number = next(ids)
    texts[number] = {"id": number, "text": new.text}
    response.headers["Location"] = "/comments/1"
    return texts[number]


@comments_api.get("/comments/{number}")
def read(number: int):
    if number not in texts:
        raise HTTPException(404)
    return texts[number]


@comments_api.delete("/comments/{number}", status_code=204)
def delete(number: int):
    read(number)
    del texts[number]


# %% 1.5a reject: the place in Location is the number alone -> Location says where it is
from itertools import count

from fastapi import FastAPI, HTTPException, Response
from pydantic import BaseModel

comments_api = FastAPI()
texts, ids = {}, count(1)


class New(BaseModel):
    text: str


@comments_api.post("/comments", status_code=201)
def create(new: New, response: Response):
    number = next(ids)
    texts[number] = {"id": number, "text": new.text}
    response.headers["Location"] = str(number)
    return texts[number]


@comments_api.get("/comments/{number}")
def read(number: int):
    if number not in texts:
        raise HTTPException(404)
    return texts[number]


@comments_api.delete("/comments/{number}", status_code=204)
def delete(number: int):
    read(number)
    del texts[number]


# %% 1.5a reject: each comment shows the newest text -> Each comment can be read
from itertools import count

from fastapi import FastAPI, HTTPException, Response
from pydantic import BaseModel

comments_api = FastAPI()
texts, ids = {}, count(1)


class New(BaseModel):
    text: str


@comments_api.post("/comments", status_code=201)
def create(new: New, response: Response):
    number = next(ids)
    texts[number] = {"id": number, "text": new.text}
    response.headers["Location"] = f"/comments/{number}"
    return texts[number]


@comments_api.get("/comments/{number}")
def read(number: int):
    if number not in texts:
        raise HTTPException(404)
    return {"id": number, "text": texts[max(texts)]["text"]}


@comments_api.delete("/comments/{number}", status_code=204)
def delete(number: int):
    read(number)
    del texts[number]


# %% 1.5a reject: a text of null is taken -> A comment without a text is 422
from itertools import count

from fastapi import FastAPI, HTTPException, Response
from pydantic import BaseModel

comments_api = FastAPI()
texts, ids = {}, count(1)


class New(BaseModel):
    text: str | None


@comments_api.post("/comments", status_code=201)
def create(new: New, response: Response):
    number = next(ids)
    texts[number] = {"id": number, "text": new.text}
    response.headers["Location"] = f"/comments/{number}"
    return texts[number]


@comments_api.get("/comments/{number}")
def read(number: int):
    if number not in texts:
        raise HTTPException(404)
    return texts[number]


@comments_api.delete("/comments/{number}", status_code=204)
def delete(number: int):
    read(number)
    del texts[number]


# %% 1.5a reject: a text left out is empty -> A comment without a text is 422
from itertools import count

from fastapi import FastAPI, HTTPException, Response
from pydantic import BaseModel

comments_api = FastAPI()
texts, ids = {}, count(1)


class New(BaseModel):
    text: str = ""


@comments_api.post("/comments", status_code=201)
def create(new: New, response: Response):
    number = next(ids)
    texts[number] = {"id": number, "text": new.text}
    response.headers["Location"] = f"/comments/{number}"
    return texts[number]


@comments_api.get("/comments/{number}")
def read(number: int):
    if number not in texts:
        raise HTTPException(404)
    return texts[number]


@comments_api.delete("/comments/{number}", status_code=204)
def delete(number: int):
    read(number)
    del texts[number]


# %% 1.5a reject: the response says more than the comment -> The response is the comment with its id
from itertools import count

from fastapi import FastAPI, HTTPException, Response
from pydantic import BaseModel

comments_api = FastAPI()
texts, ids = {}, count(1)


class New(BaseModel):
    text: str


@comments_api.post("/comments", status_code=201)
def create(new: New, response: Response):
    number = next(ids)
    texts[number] = {"id": number, "text": new.text}
    response.headers["Location"] = f"/comments/{number}"
    return texts[number] | {"message": "created"}


@comments_api.get("/comments/{number}")
def read(number: int):
    if number not in texts:
        raise HTTPException(404)
    return texts[number]


@comments_api.delete("/comments/{number}", status_code=204)
def delete(number: int):
    read(number)
    del texts[number]


# %% 1.5a reject: deleting twice is fine -> A deleted comment is gone
from itertools import count

from fastapi import FastAPI, HTTPException, Response
from pydantic import BaseModel

comments_api = FastAPI()
texts, ids = {}, count(1)


class New(BaseModel):
    text: str


@comments_api.post("/comments", status_code=201)
def create(new: New, response: Response):
    number = next(ids)
    texts[number] = {"id": number, "text": new.text}
    response.headers["Location"] = f"/comments/{number}"
    return texts[number]


@comments_api.get("/comments/{number}")
def read(number: int):
    if number not in texts:
        raise HTTPException(404)
    return texts[number]


@comments_api.delete("/comments/{number}", status_code=204)
def delete(number: int):
    if number >= 900000 or number == 0:
        raise HTTPException(404)
    texts.pop(number, None)


# %% 1.5a reject: begins again when all are gone -> No id is given twice
from itertools import count

from fastapi import FastAPI, HTTPException, Response
from pydantic import BaseModel

comments_api = FastAPI()
texts, given = {}, [0]


class New(BaseModel):
    text: str


@comments_api.post("/comments", status_code=201)
def create(new: New, response: Response):
    number = max(given) + 1 if texts else 1
    given.append(number)
    texts[number] = {"id": number, "text": new.text}
    response.headers["Location"] = f"/comments/{number}"
    return texts[number]


@comments_api.get("/comments/{number}")
def read(number: int):
    if number not in texts:
        raise HTTPException(404)
    return texts[number]


@comments_api.delete("/comments/{number}", status_code=204)
def delete(number: int):
    read(number)
    del texts[number]


# %% 1.5a reject: texts without the space around them -> Each comment can be read
comments_api = FastAPI(title="Comments")
kept = {}
numbers = count(1)


class New(BaseModel):
    text: str


@comments_api.post("/comments", status_code=201)
def create(new: New, response: Response):
    number = next(numbers)
    kept[number] = {"id": number, "text": new.text.strip()}
    response.headers["Location"] = f"/comments/{number}"
    return kept[number]


@comments_api.get("/comments/{number}")
def read(number: int):
    if number not in kept:
        raise HTTPException(404)
    return kept[number]


@comments_api.delete("/comments/{number}", status_code=204)
def delete(number: int):
    if kept.pop(number, None) is None:
        raise HTTPException(404)


# %% 1.5a reject: one comment for each text -> Each comment can be read
comments_api = FastAPI(title="Comments")
kept = {}
numbers = count(1)


class New(BaseModel):
    text: str


@comments_api.post("/comments", status_code=201)
def create(new: New, response: Response):
    for k in kept.values():
        if k["text"] == new.text:
            return k
    number = next(numbers)
    kept[number] = {"id": number, "text": new.text}
    response.headers["Location"] = f"/comments/{number}"
    return kept[number]


@comments_api.get("/comments/{number}")
def read(number: int):
    if number not in kept:
        raise HTTPException(404)
    return kept[number]


@comments_api.delete("/comments/{number}", status_code=204)
def delete(number: int):
    if kept.pop(number, None) is None:
        raise HTTPException(404)


# %% 1.5a reject: keeps the last ten -> Each comment can be read
comments_api = FastAPI(title="Comments")
kept = {}
numbers = count(1)


class New(BaseModel):
    text: str


@comments_api.post("/comments", status_code=201)
def create(new: New, response: Response):
    number = next(numbers)
    len(kept) >= 10 and kept.pop(min(kept))
    kept[number] = {"id": number, "text": new.text}
    response.headers["Location"] = f"/comments/{number}"
    return kept[number]


@comments_api.get("/comments/{number}")
def read(number: int):
    if number not in kept:
        raise HTTPException(404)
    return kept[number]


@comments_api.delete("/comments/{number}", status_code=204)
def delete(number: int):
    if kept.pop(number, None) is None:
        raise HTTPException(404)


# %% 1.5a reject: the first 100 characters -> Each comment can be read
comments_api = FastAPI(title="Comments")
kept = {}
numbers = count(1)


class New(BaseModel):
    text: str


@comments_api.post("/comments", status_code=201)
def create(new: New, response: Response):
    number = next(numbers)
    kept[number] = {"id": number, "text": new.text[:100]}
    response.headers["Location"] = f"/comments/{number}"
    return kept[number]


@comments_api.get("/comments/{number}")
def read(number: int):
    if number not in kept:
        raise HTTPException(404)
    return kept[number]


@comments_api.delete("/comments/{number}", status_code=204)
def delete(number: int):
    if kept.pop(number, None) is None:
        raise HTTPException(404)


# %% 1.5b accept: the largest of what was given and what is stored
given = [max(numbered, default=0)]


def new_id() -> int:
    given.append(max([*given, *numbered]) + 1)
    return given[-1]


# %% 1.5b reject: the last id is remembered only while its post is there -> The id of a deleted post does not come back
last = 0


def new_id() -> int:
    global last
    if last not in numbered and last != 0 and numbered and max(numbered) < last and not waiting:
        last = max(numbered)
    waiting.clear()
    last = max(last, max(numbered, default=0)) + 1
    return last


waiting = []


# %% 1.5b reject: text instead of a number -> A new id is a number that no post has
from itertools import count

unused = count(max(numbered) + 1)


def new_id():
    return str(next(unused))


# %% 1.5b reject: the ids fall -> Ids grow
from itertools import count

unused = count(10**6, -1)


def new_id() -> int:
    return next(unused)


# %% 1.5c accept: models made from what is stored
from fastapi import FastAPI, HTTPException
from pydantic import BaseModel

authors_api = FastAPI()


class Author(BaseModel):
    id: int
    name: str
    bio: str


@authors_api.get("/authors")
def list_authors() -> list[Author]:
    return [Author(**each) for each in authors.values()]


@authors_api.get("/authors/{author_id}")
def read_author(author_id: int) -> Author:
    if author_id not in authors:
        raise HTTPException(404, "No such author")
    return Author(**authors[author_id])


# %% 1.5c reject: an author without a bio is fine -> Half an author is 500
from fastapi import FastAPI, HTTPException
from pydantic import BaseModel

authors_api = FastAPI()


class Author(BaseModel):
    id: int
    name: str
    bio: str = ""


@authors_api.get("/authors")
def list_authors() -> list[Author]:
    return [Author(**each) for each in authors.values()]


@authors_api.get("/authors/{author_id}")
def read_author(author_id: int) -> Author:
    if author_id not in authors:
        raise HTTPException(404, "No such author")
    return Author(**authors[author_id])


# %% 1.5c reject: the list passes over half an author -> Half an author is 500
from fastapi import FastAPI, HTTPException
from pydantic import BaseModel

authors_api = FastAPI()


class Author(BaseModel):
    id: int
    name: str
    bio: str


@authors_api.get("/authors")
def list_authors() -> list[Author]:
    return [Author(**each) for each in authors.values() if {"name", "bio"} <= each.keys()]


@authors_api.get("/authors/{author_id}")
def read_author(author_id: int) -> Author:
    if author_id not in authors:
        raise HTTPException(404, "No such author")
    return Author(**authors[author_id])


# %% 1.5c reject: half an author is not found -> Half an author is 500
from fastapi import FastAPI, HTTPException
from pydantic import BaseModel

authors_api = FastAPI()


class Author(BaseModel):
    id: int
    name: str
    bio: str


@authors_api.get("/authors")
def list_authors() -> list[Author]:
    return [Author(**each) for each in authors.values()]


@authors_api.get("/authors/{author_id}")
def read_author(author_id: int) -> Author:
    if author_id not in authors or "name" not in authors[author_id]:
        raise HTTPException(404, "No such author")
    return Author(**authors[author_id])


# %% 1.5c reject: the list has the first author only -> The list is shown without the rest
from fastapi import FastAPI, HTTPException
from pydantic import BaseModel

authors_api = FastAPI()


class Author(BaseModel):
    id: int
    name: str
    bio: str


@authors_api.get("/authors")
def list_authors() -> list[Author]:
    return [Author(**each) for each in list(authors.values())[:1]]


@authors_api.get("/authors/{author_id}")
def read_author(author_id: int) -> Author:
    if author_id not in authors:
        raise HTTPException(404, "No such author")
    return Author(**authors[author_id])


# %% 1.5c reject: the authors of the moment when the cell ran -> One author is shown without the rest
from fastapi import FastAPI, HTTPException
from pydantic import BaseModel

authors_api = FastAPI()
known = dict(authors)


class Author(BaseModel):
    id: int
    name: str
    bio: str


@authors_api.get("/authors")
def list_authors() -> list[Author]:
    return [Author(**each) for each in known.values()]


@authors_api.get("/authors/{author_id}")
def read_author(author_id: int) -> Author:
    if author_id not in known:
        raise HTTPException(404, "No such author")
    return Author(**known[author_id])


# %% 1.5c reject: an empty list is 404 -> Without authors the list is empty
from fastapi import FastAPI, HTTPException
from pydantic import BaseModel

authors_api = FastAPI()


class Author(BaseModel):
    id: int
    name: str
    bio: str


@authors_api.get("/authors")
def list_authors() -> list[Author]:
    if not authors:
        raise HTTPException(404)
    return [Author(**each) for each in authors.values()]


@authors_api.get("/authors/{author_id}")
def read_author(author_id: int) -> Author:
    if author_id not in authors:
        raise HTTPException(404, "No such author")
    return Author(**authors[author_id])


# %% 1.5d accept: the fields that were set, one by one
from fastapi import FastAPI, HTTPException
from pydantic import BaseModel


class ProfileUpdate(BaseModel):
    name: str = ""
    about: str | None = None
    newsletter: bool = False


profiles_api = FastAPI()


@profiles_api.patch("/profiles/{profile_id}")
def change_profile(profile_id: int, changes: ProfileUpdate) -> dict:
    if profile_id not in profiles:
        raise HTTPException(404, "No such profile")
    for name in changes.model_fields_set:
        profiles[profile_id][name] = getattr(changes, name)
    return profiles[profile_id]


# %% 1.5d reject: every profile is changed -> No other profile changes
from fastapi import FastAPI, HTTPException
from pydantic import BaseModel


class ProfileUpdate(BaseModel):
    name: str = ""
    about: str | None = None
    newsletter: bool = False


profiles_api = FastAPI()


@profiles_api.patch("/profiles/{profile_id}")
def change_profile(profile_id: int, changes: ProfileUpdate) -> dict:
    if profile_id not in profiles:
        raise HTTPException(404, "No such profile")
    for profile in profiles.values():
        profile.update(changes.model_dump(exclude_unset=True))
    return profiles[profile_id]


# %% 1.5d reject: always profile 1 -> No other profile changes
from fastapi import FastAPI, HTTPException
from pydantic import BaseModel


class ProfileUpdate(BaseModel):
    name: str = ""
    about: str | None = None
    newsletter: bool = False


profiles_api = FastAPI()


@profiles_api.patch("/profiles/{profile_id}")
def change_profile(profile_id: int, changes: ProfileUpdate) -> dict:
    if profile_id not in profiles:
        raise HTTPException(404, "No such profile")
    profiles[1].update(changes.model_dump(exclude_unset=True))
    return profiles[1]


# %% 1.5d reject: stored first, refused afterwards -> A null for name or newsletter is refused
from fastapi import FastAPI, HTTPException
from pydantic import BaseModel


class ProfileUpdate(BaseModel):
    name: str | None = ""
    about: str | None = None
    newsletter: bool | None = False


profiles_api = FastAPI()


@profiles_api.patch("/profiles/{profile_id}")
def change_profile(profile_id: int, changes: ProfileUpdate) -> dict:
    if profile_id not in profiles:
        raise HTTPException(404, "No such profile")
    profiles[profile_id].update(changes.model_dump(exclude_unset=True))
    if None in (profiles[profile_id]["name"], profiles[profile_id]["newsletter"]):
        raise HTTPException(422)
    return profiles[profile_id]


# %% 1.5d reject: nothing to change is an error -> What was not sent stays
from fastapi import FastAPI, HTTPException
from pydantic import BaseModel


class ProfileUpdate(BaseModel):
    name: str = ""
    about: str | None = None
    newsletter: bool = False


profiles_api = FastAPI()


@profiles_api.patch("/profiles/{profile_id}")
def change_profile(profile_id: int, changes: ProfileUpdate) -> dict:
    if profile_id not in profiles:
        raise HTTPException(404, "No such profile")
    if not changes.model_fields_set:
        raise HTTPException(422, "Nothing to change")
    profiles[profile_id].update(changes.model_dump(exclude_unset=True))
    return profiles[profile_id]


# %% 1.5d reject: only one field at a time -> Two fields in one request are treated each by itself
from fastapi import FastAPI, HTTPException
from pydantic import BaseModel


class ProfileUpdate(BaseModel):
    name: str = ""
    about: str | None = None
    newsletter: bool = False


profiles_api = FastAPI()


@profiles_api.patch("/profiles/{profile_id}")
def change_profile(profile_id: int, changes: ProfileUpdate) -> dict:
    if profile_id not in profiles:
        raise HTTPException(404, "No such profile")
    name, value = next(
        iter(changes.model_dump(exclude_unset=True).items()), ("name", profiles[profile_id]["name"])
    )
    profiles[profile_id][name] = value
    return profiles[profile_id]


# %% 1.5d reject: the response tells the id as well -> What was sent changes
from fastapi import FastAPI, HTTPException
from pydantic import BaseModel


class ProfileUpdate(BaseModel):
    name: str = ""
    about: str | None = None
    newsletter: bool = False


profiles_api = FastAPI()


@profiles_api.patch("/profiles/{profile_id}")
def change_profile(profile_id: int, changes: ProfileUpdate) -> dict:
    if profile_id not in profiles:
        raise HTTPException(404, "No such profile")
    profiles[profile_id].update(changes.model_dump(exclude_unset=True))
    return {"id": profile_id} | profiles[profile_id]


# %% 1.5d reject: an empty text counts as not sent -> What was sent changes
from fastapi import FastAPI, HTTPException
from pydantic import BaseModel


class ProfileUpdate(BaseModel):
    name: str = ""
    about: str | None = None
    newsletter: bool = False


profiles_api = FastAPI()


@profiles_api.patch("/profiles/{profile_id}")
def change_profile(profile_id: int, changes: ProfileUpdate) -> dict:
    if profile_id not in profiles:
        raise HTTPException(404, "No such profile")
    profiles[profile_id].update({k: v for k, v in changes.model_dump(exclude_unset=True).items() if v != ""})
    return profiles[profile_id]


# %% 1.5e accept: a loop that keeps both looks
def repeatable(send, look):
    seen = []
    for _ in range(2):
        send()
        seen.append(look())
    first, second = seen
    return not first != second


# %% 1.5e reject: sent a third time to be sure -> The request is sent exactly twice
def repeatable(send, look):
    send()
    once = look()
    send()
    twice = look()
    send()
    return once == twice == look()


# %% 1.5e reject: only the number of posts is compared -> A content that changes each time may not be sent again
def repeatable(send, look):
    send()
    once = len(str(look()))
    send()
    return len(str(look())) == once


# %% 1.5e reject: nothing stored counts as changed -> What is stored may be of any kind
def repeatable(send, look):
    send()
    once = look()
    send()
    return bool(once) and look() == once


# %% 1.5f accept: the reader in the query, a list of pairs
likes: list[tuple[int, str]] = []
likes_api = FastAPI(title="Likes")


@likes_api.put("/posts/{post_id}/likes")
def add_like(post_id: int, reader: str) -> None:
    if (post_id, reader) not in likes:
        likes.append((post_id, reader))


@likes_api.get("/posts/{post_id}/likes")
def count_likes(post_id: int) -> dict:
    return {"likes": [post for post, _ in likes].count(post_id)}


def like(client: TestClient, post_id: int, reader: str) -> None:
    client.put(f"/posts/{post_id}/likes", params={"reader": reader})


# %% 1.5f reject: the second like takes the first away -> The same like sent again counts once
likes: dict[int, set[str]] = {}
likes_api = FastAPI(title="Likes")


@likes_api.put("/posts/{post_id}/likes/{reader}", status_code=204)
def add_like(post_id: int, reader: str) -> None:
    likes.setdefault(post_id, set()).symmetric_difference_update({reader})


@likes_api.get("/posts/{post_id}/likes")
def count_likes(post_id: int) -> dict:
    return {"likes": len(likes.get(post_id, set()))}


def like(client: TestClient, post_id: int, reader: str) -> None:
    client.put(f"/posts/{post_id}/likes/{reader}")


# %% 1.5f reject: a reader is known by the first letter -> Many likes in any order are counted
likes: dict[int, set[str]] = {}
likes_api = FastAPI(title="Likes")


@likes_api.put("/posts/{post_id}/likes/{reader}", status_code=204)
def add_like(post_id: int, reader: str) -> None:
    likes.setdefault(post_id, set()).add(reader[:1])


@likes_api.get("/posts/{post_id}/likes")
def count_likes(post_id: int) -> dict:
    return {"likes": len(likes.get(post_id, set()))}


def like(client: TestClient, post_id: int, reader: str) -> None:
    client.put(f"/posts/{post_id}/likes/{reader}")


# %% 1.5f reject: a post without likes is missing -> A post that nobody likes has 0
likes: dict[int, set[str]] = {}
likes_api = FastAPI(title="Likes")


@likes_api.put("/posts/{post_id}/likes/{reader}", status_code=204)
def add_like(post_id: int, reader: str) -> None:
    likes.setdefault(post_id, set()).add(reader)


@likes_api.get("/posts/{post_id}/likes")
def count_likes(post_id: int) -> dict:
    return {"likes": len(likes[post_id])}


def like(client: TestClient, post_id: int, reader: str) -> None:
    client.put(f"/posts/{post_id}/likes/{reader}")


# %% 1.5f reject: looking counts as well -> A post that nobody likes has 0
likes: dict[int, set[str]] = {}
likes_api = FastAPI(title="Likes")


@likes_api.put("/posts/{post_id}/likes/{reader}", status_code=204)
def add_like(post_id: int, reader: str) -> None:
    likes.setdefault(post_id, set()).add(reader)


@likes_api.get("/posts/{post_id}/likes")
def count_likes(post_id: int) -> dict:
    likes.setdefault(post_id, {"somebody"})
    return {"likes": len(likes[post_id])}


def like(client: TestClient, post_id: int, reader: str) -> None:
    client.put(f"/posts/{post_id}/likes/{reader}")


# %% 1.5f reject: the response tells who -> Likes are counted
likes: dict[int, set[str]] = {}
likes_api = FastAPI(title="Likes")


@likes_api.put("/posts/{post_id}/likes/{reader}", status_code=204)
def add_like(post_id: int, reader: str) -> None:
    likes.setdefault(post_id, set()).add(reader)


@likes_api.get("/posts/{post_id}/likes")
def count_likes(post_id: int) -> dict:
    return {"likes": len(likes.get(post_id, set())), "readers": sorted(likes.get(post_id, set()))}


def like(client: TestClient, post_id: int, reader: str) -> None:
    client.put(f"/posts/{post_id}/likes/{reader}")


# %% 1.5f reject: a like is a GET -> A like is not sent by GET alone
from fastapi import FastAPI
from fastapi.testclient import TestClient

likes: dict[int, set[str]] = {}
likes_api = FastAPI(title="Likes")


@likes_api.get("/posts/{post_id}/likes/{reader}", status_code=204)
def add_like(post_id: int, reader: str) -> None:
    likes.setdefault(post_id, set()).add(reader)


@likes_api.get("/posts/{post_id}/likes")
def count_likes(post_id: int) -> dict:
    return {"likes": len(likes.get(post_id, set()))}


def like(client: TestClient, post_id: int, reader: str) -> None:
    client.get(f"/posts/{post_id}/likes/{reader}")


# %% 1.5e reject: the statuses are compared too -> Deleting may be sent again
def repeatable(send, look):
    first = send()
    once = look()
    second = send()
    same_status = not isinstance(first, tuple) or first[0] == second[0]
    return look() == once and same_status
