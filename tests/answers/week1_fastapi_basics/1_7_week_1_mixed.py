"""Right and wrong answers to the exercises of lesson 1.7; see docs/authors.md for the form."""

# %% 1.7a accept: a list of places, a field validator, a JSONResponse
from enum import IntEnum

from fastapi import FastAPI, HTTPException
from fastapi.responses import JSONResponse, Response
from pydantic import BaseModel, field_validator

hooks_api = FastAPI()
places = [None] * 5


class Which(IntEnum):
    ONE = 1
    TWO = 2
    THREE = 3
    FOUR = 4
    FIVE = 5


class New(BaseModel):
    key: str

    @field_validator("key")
    @classmethod
    def short(cls, key):
        key = key.strip()
        if not 1 <= len(key) <= 20:
            raise ValueError("1 to 20 characters")
        return key


@hooks_api.get("/hooks/free")
async def free():
    return [number for number, place in enumerate(places, 1) if place is None]


@hooks_api.put("/hooks/{number}")
async def put(number: Which, new: New):
    status = 201 if places[number - 1] is None else 200
    places[number - 1] = new.key
    return JSONResponse({"hook": int(number), "key": new.key}, status)


@hooks_api.get("/hooks/{number}")
async def get(number: Which):
    if places[number - 1] is None:
        raise HTTPException(404)
    return {"hook": number, "key": places[number - 1]}


@hooks_api.delete("/hooks/{number}")
async def delete(number: Which):
    places[number - 1] = None
    return Response(status_code=204)


# %% 1.7a accept: a router, the set of free hooks, 201 in the decorator and 200 set late
from typing import Annotated

from fastapi import APIRouter, Body, FastAPI, HTTPException, Path, Response
from pydantic import AfterValidator, BaseModel, Field

router = APIRouter(prefix="/hooks")
free, on = {1, 2, 3, 4, 5}, {}
Number = Annotated[int, Path(gt=0, lt=6)]
Name = Annotated[str, AfterValidator(str.strip), Field(min_length=1, max_length=20)]


class Hanging(BaseModel):
    hook: int
    key: str


@router.put("/{number}", status_code=201)
def put(number: Number, key: Annotated[Name, Body(embed=True)], response: Response) -> Hanging:
    if number not in free:
        response.status_code = 200
    free.discard(number)
    on[number] = Hanging(hook=number, key=key)
    return on[number]


@router.delete("/{number}", status_code=204)
def delete(number: Number):
    free.add(number)


@router.get("/free")
def list_free():
    return sorted(free)


@router.get("/{number}")
def get(number: Number) -> Hanging:
    if number in free:
        raise HTTPException(404)
    return on[number]


hooks_api = FastAPI()
hooks_api.include_router(router)

# %% 1.7a reject: GET /hooks/{hook} stands above GET /hooks/free -> The free hooks are listed in rising order
from typing import Annotated

from fastapi import FastAPI, HTTPException, Path, Response
from pydantic import BaseModel, StringConstraints

hooks_api = FastAPI()
keys = {}
Number = Annotated[int, Path(ge=1, le=5)]


class New(BaseModel):
    key: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=20)]


@hooks_api.get("/hooks/{hook}")
def read(hook: Number):
    if hook not in keys:
        raise HTTPException(404)
    return {"hook": hook, "key": keys[hook]}


@hooks_api.get("/hooks/free")
def free():
    return [hook for hook in range(1, 6) if hook not in keys]


@hooks_api.put("/hooks/{hook}")
def put(hook: Number, new: New, response: Response):
    if hook not in keys:
        response.status_code = 201
    keys[hook] = new.key
    return {"hook": hook, "key": new.key}


@hooks_api.delete("/hooks/{hook}", status_code=204)
def delete(hook: Number):
    keys.pop(hook, None)


# %% 1.7a reject: 201 in the decorator -> A key that replaces another is 200
from typing import Annotated

from fastapi import FastAPI, HTTPException, Path
from pydantic import BaseModel, StringConstraints

hooks_api = FastAPI()
keys = {}
Number = Annotated[int, Path(ge=1, le=5)]


class New(BaseModel):
    key: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=20)]


@hooks_api.get("/hooks/free")
def free():
    return [hook for hook in range(1, 6) if hook not in keys]


@hooks_api.get("/hooks/{hook}")
def read(hook: Number):
    if hook not in keys:
        raise HTTPException(404)
    return {"hook": hook, "key": keys[hook]}


@hooks_api.put("/hooks/{hook}", status_code=201)
def put(hook: Number, new: New):
    keys[hook] = new.key
    return {"hook": hook, "key": new.key}


@hooks_api.delete("/hooks/{hook}", status_code=204)
def delete(hook: Number):
    keys.pop(hook, None)


# %% 1.7a reject: the length is measured before the spaces are cut off -> Spaces at the ends are cut off first
from typing import Annotated

from fastapi import FastAPI, HTTPException, Path, Response
from pydantic import BaseModel, Field

hooks_api = FastAPI()
keys = {}
Number = Annotated[int, Path(ge=1, le=5)]


class New(BaseModel):
    key: Annotated[str, Field(min_length=1, max_length=20)]


@hooks_api.get("/hooks/free")
def free():
    return [hook for hook in range(1, 6) if hook not in keys]


@hooks_api.get("/hooks/{hook}")
def read(hook: Number):
    if hook not in keys:
        raise HTTPException(404)
    return {"hook": hook, "key": keys[hook]}


@hooks_api.put("/hooks/{hook}")
def put(hook: Number, new: New, response: Response):
    if hook not in keys:
        response.status_code = 201
    keys[hook] = new.key.strip()
    return {"hook": hook, "key": keys[hook]}


@hooks_api.delete("/hooks/{hook}", status_code=204)
def delete(hook: Number):
    keys.pop(hook, None)


# %% 1.7a reject: taking a key from a free hook is a 404 -> A delete is 204 each time
from typing import Annotated

from fastapi import FastAPI, HTTPException, Path, Response
from pydantic import BaseModel, StringConstraints

hooks_api = FastAPI()
keys = {}
Number = Annotated[int, Path(ge=1, le=5)]


class New(BaseModel):
    key: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=20)]


@hooks_api.get("/hooks/free")
def free():
    return [hook for hook in range(1, 6) if hook not in keys]


@hooks_api.get("/hooks/{hook}")
def read(hook: Number):
    if hook not in keys:
        raise HTTPException(404)
    return {"hook": hook, "key": keys[hook]}


@hooks_api.put("/hooks/{hook}")
def put(hook: Number, new: New, response: Response):
    if hook not in keys:
        response.status_code = 201
    keys[hook] = new.key
    return {"hook": hook, "key": new.key}


@hooks_api.delete("/hooks/{hook}", status_code=204)
def delete(hook: Number):
    read(hook)
    del keys[hook]


# %% 1.7a reject: the path of DELETE has no limits -> A hook that does not exist is 422
from typing import Annotated

from fastapi import FastAPI, HTTPException, Path, Response
from pydantic import BaseModel, StringConstraints

hooks_api = FastAPI()
keys = {}
Number = Annotated[int, Path(ge=1, le=5)]


class New(BaseModel):
    key: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=20)]


@hooks_api.get("/hooks/free")
def free():
    return [hook for hook in range(1, 6) if hook not in keys]


@hooks_api.get("/hooks/{hook}")
def read(hook: Number):
    if hook not in keys:
        raise HTTPException(404)
    return {"hook": hook, "key": keys[hook]}


@hooks_api.put("/hooks/{hook}")
def put(hook: Number, new: New, response: Response):
    if hook not in keys:
        response.status_code = 201
    keys[hook] = new.key
    return {"hook": hook, "key": new.key}


@hooks_api.delete("/hooks/{hook}", status_code=204)
def delete(hook: int):
    keys.pop(hook, None)


# %% 1.7a reject: an empty text hangs on a hook -> Another key is 422 and changes nothing
from typing import Annotated

from fastapi import Body, FastAPI, HTTPException, Path, Response

hooks_api = FastAPI()
keys = {}
Number = Annotated[int, Path(ge=1, le=5)]


@hooks_api.get("/hooks/free")
def free():
    return [hook for hook in range(1, 6) if hook not in keys]


@hooks_api.get("/hooks/{hook}")
def read(hook: Number):
    if hook not in keys:
        raise HTTPException(404)
    return {"hook": hook, "key": keys[hook]}


@hooks_api.put("/hooks/{hook}")
def put(hook: Number, key: Annotated[str, Body(embed=True)], response: Response):
    if len(key.strip()) > 20:
        raise HTTPException(422)
    if hook not in keys:
        response.status_code = 201
    keys[hook] = key.strip()
    return {"hook": hook, "key": keys[hook]}


@hooks_api.delete("/hooks/{hook}", status_code=204)
def delete(hook: Number):
    keys.pop(hook, None)


# %% 1.7a reject: the key comes back as it was sent, and is stored without spaces -> Spaces at the ends are cut off first
from typing import Annotated

from fastapi import HTTPException, Path, Response
from pydantic import BaseModel

hooks_api = FastAPI(title="Hooks")
keys: dict[int, str] = {}
Hook = Annotated[int, Path(ge=1, le=5)]


class KeyIn(BaseModel):
    key: str


@hooks_api.get("/hooks/free")
def free_hooks() -> list[int]:
    return [hook for hook in range(1, 6) if hook not in keys]


@hooks_api.put("/hooks/{hook}")
def hang(hook: Hook, body: KeyIn, response: Response) -> dict:
    if not 1 <= len(body.key.strip()) <= 20:
        raise HTTPException(422, "key")
    if hook not in keys:
        response.status_code = 201
    keys[hook] = body.key.strip()
    return {"hook": hook, **body.model_dump()}


@hooks_api.get("/hooks/{hook}")
def read(hook: Hook) -> dict:
    if hook not in keys:
        raise HTTPException(404, "free")
    return {"hook": hook, "key": keys[hook]}


@hooks_api.delete("/hooks/{hook}", status_code=204)
def take(hook: Hook) -> None:
    keys.pop(hook, None)


# %% 1.7b accept: the error becomes a RequestValidationError
from fastapi.exceptions import RequestValidationError
from pydantic import ValidationError

events_api = FastAPI()


@events_api.patch("/events/{event_id}", response_model=Event)
async def change_event(event_id: int, changes: EventUpdate):
    old = events.get(event_id)
    if old is None:
        raise HTTPException(404)
    merged = {**old.model_dump(), **changes.model_dump(exclude_unset=True)}
    try:
        new = Event(**merged)
    except ValidationError as error:
        raise RequestValidationError(error.errors()) from error
    events[event_id] = new
    return new


# %% 1.7b accept: a handler for every ValidationError, and a body without a model
from fastapi.responses import JSONResponse
from pydantic import ValidationError

events_api = FastAPI()


@events_api.exception_handler(ValidationError)
def not_valid(request, error):
    return JSONResponse({"detail": "not an event"}, 422)


@events_api.patch("/events/{number}")
def change_event(number: int, sent: dict) -> Event:
    if number not in events:
        raise HTTPException(404)
    known = {name: value for name, value in sent.items() if name in Event.model_fields}
    events[number] = Event.model_validate(events[number].model_dump() | known)
    return events[number]


# %% 1.7b accept: each rule by hand, before anything is stored
events_api = FastAPI()


@events_api.patch("/events/{event_id}")
def change_event(event_id: int, changes: EventUpdate) -> Event:
    if event_id not in events:
        raise HTTPException(404)
    new = events[event_id].model_copy(update=changes.model_dump(exclude_unset=True))
    if None in (new.title, new.seats, new.guests) or not new.title:
        raise HTTPException(422)
    if new.seats < 1 or not 0 <= new.guests <= new.seats:
        raise HTTPException(422)
    events[event_id] = new
    return new


# %% 1.7b accept: validated first, then changed in place
from fastapi.exceptions import RequestValidationError
from pydantic import ValidationError

events_api = FastAPI()


@events_api.patch("/events/{event_id}")
def change_event(event_id: int, changes: EventUpdate) -> Event:
    if event_id not in events:
        raise HTTPException(404)
    event, sent = events[event_id], changes.model_dump(exclude_unset=True)
    try:
        Event.model_validate(event.model_dump() | sent)
    except ValidationError as error:
        raise RequestValidationError(error.errors()) from error
    for name, value in sent.items():
        setattr(event, name, value)
    return event


# %% 1.7b reject: the stored event is changed in place, then validated -> More guests than seats is 422
from pydantic import ValidationError

events_api = FastAPI(title="Events")


@events_api.patch("/events/{event_id}")
def change_event(event_id: int, changes: EventUpdate) -> Event:
    if event_id not in events:
        raise HTTPException(404, "No such event")
    event = events[event_id]
    for name, value in changes.model_dump(exclude_unset=True).items():
        setattr(event, name, value)
    try:
        return Event.model_validate(event.model_dump())
    except ValidationError as error:
        raise HTTPException(422, str(error)) from error


# %% 1.7b reject: its attributes are changed in place, then validated -> A field that breaks its rule is 422
from pydantic import ValidationError

events_api = FastAPI(title="Events")


@events_api.patch("/events/{event_id}")
def change_event(event_id: int, changes: EventUpdate) -> Event:
    if event_id not in events:
        raise HTTPException(404, "No such event")
    event = events[event_id]
    vars(event).update(changes.model_dump(exclude_unset=True))
    try:
        return Event.model_validate(event.model_dump())
    except ValidationError as error:
        raise HTTPException(422, str(error)) from error


# %% 1.7b reject: a dictionary is stored -> What is stored is still an event
from pydantic import ValidationError

events_api = FastAPI(title="Events")


@events_api.patch("/events/{event_id}")
def change_event(event_id: int, changes: EventUpdate) -> Event:
    if event_id not in events:
        raise HTTPException(404, "No such event")
    merged = dict(events[event_id]) | changes.model_dump(exclude_unset=True)
    try:
        Event.model_validate(merged)
    except ValidationError as error:
        raise HTTPException(422, str(error)) from error
    events[event_id] = merged
    return merged


# %% 1.7b reject: the merged event is validated, and nobody catches the error -> More guests than seats is 422
events_api = FastAPI()


@events_api.patch("/events/{event_id}")
def change_event(event_id: int, changes: EventUpdate) -> Event:
    if event_id not in events:
        raise HTTPException(404)
    sent = changes.model_dump(exclude_unset=True)
    events[event_id] = Event.model_validate(events[event_id].model_dump() | sent)
    return events[event_id]


# %% 1.7b reject: it is stored first and validated afterwards -> More guests than seats is 422
from pydantic import ValidationError

events_api = FastAPI()


@events_api.patch("/events/{event_id}")
def change_event(event_id: int, changes: EventUpdate) -> Event:
    if event_id not in events:
        raise HTTPException(404)
    sent = changes.model_dump(exclude_unset=True)
    events[event_id] = events[event_id].model_copy(update=sent)
    try:
        return Event.model_validate(events[event_id].model_dump())
    except ValidationError as error:
        raise HTTPException(422) from error


# %% 1.7b reject: nulls are left out instead of refused -> A null is 422
from pydantic import ValidationError

events_api = FastAPI()


@events_api.patch("/events/{event_id}")
def change_event(event_id: int, changes: EventUpdate) -> Event:
    if event_id not in events:
        raise HTTPException(404)
    sent = changes.model_dump(exclude_none=True)
    try:
        events[event_id] = Event.model_validate(events[event_id].model_dump() | sent)
    except ValidationError as error:
        raise HTTPException(422) from error
    return events[event_id]


# %% 1.7b reject: each number is compared with the stored other one -> Both numbers count together
from pydantic import ValidationError

events_api = FastAPI()


@events_api.patch("/events/{event_id}")
def change_event(event_id: int, changes: EventUpdate) -> Event:
    if event_id not in events:
        raise HTTPException(404)
    old = events[event_id]
    sent = changes.model_dump(exclude_unset=True)
    if (sent.get("seats") or old.seats) < old.guests or (sent.get("guests") or 0) > old.seats:
        raise HTTPException(422)
    try:
        events[event_id] = Event.model_validate(old.model_dump() | sent)
    except ValidationError as error:
        raise HTTPException(422) from error
    return events[event_id]


# %% 1.7b reject: only the numbers are looked at -> A field that breaks its rule is 422
events_api = FastAPI()


@events_api.patch("/events/{event_id}")
def change_event(event_id: int, changes: EventUpdate) -> Event:
    if event_id not in events:
        raise HTTPException(404)
    new = events[event_id].model_copy(update=changes.model_dump(exclude_unset=True))
    if None in (new.title, new.seats, new.guests) or new.guests > new.seats:
        raise HTTPException(422)
    events[event_id] = new
    return new


# %% 1.7b reject: the whole event has to be sent -> What was sent changes and the rest stays
events_api = FastAPI()


@events_api.patch("/events/{event_id}")
def change_event(event_id: int, event: Event) -> Event:
    if event_id not in events:
        raise HTTPException(404)
    events[event_id] = event
    return event


# %% 1.7b reject: a check that is one too strict -> As many guests as seats are fine
from pydantic import ValidationError

events_api = FastAPI()


@events_api.patch("/events/{event_id}")
def change_event(event_id: int, changes: EventUpdate) -> Event:
    if event_id not in events:
        raise HTTPException(404)
    sent = changes.model_dump(exclude_unset=True)
    try:
        new = Event.model_validate(events[event_id].model_dump() | sent)
    except ValidationError as error:
        raise HTTPException(422) from error
    if new.guests >= new.seats and sent:
        raise HTTPException(422)
    events[event_id] = new
    return new
