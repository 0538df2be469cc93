# %% 4.1a accept: full paths instead of a prefix, async functions, the permission as one dependency
from fastapi import Body

bookmarks = APIRouter(dependencies=[Depends(Requires("posts:write"))])


@bookmarks.get("/users/{who}/bookmarks", tags=["bookmarks"])
async def show(who: str):
    return [title for owner, titles in TITLES.items() if owner == who for title in titles]


@bookmarks.post("/users/{who}/bookmarks", status_code=201, tags=["bookmarks"])
async def keep(who: str, title: str = Body(embed=True)):
    TITLES[who] = [*TITLES.get(who, []), title]
    return {"title": title}


# %% 4.1a accept: a router in a router
inner = APIRouter(prefix="/bookmarks", tags=["bookmarks"])


@inner.api_route("", methods=["GET"])
def titles_of(name: str) -> list[str]:
    return list(TITLES.get(name, []))


@inner.api_route("", methods=["POST"], status_code=201)
def add(name: str, bookmark: Bookmark) -> dict[str, str]:
    TITLES.setdefault(name, [])
    TITLES[name].append(bookmark.title)
    return bookmark.model_dump()


bookmarks = APIRouter(prefix="/users/{name}", dependencies=[Depends(Requires("posts:write"))])
bookmarks.include_router(inner)


# %% 4.1a accept: a subclass of APIRouter, add_api_route and Security
from fastapi import Security


class Guarded(APIRouter):
    def __init__(self, **options):
        super().__init__(dependencies=[Security(Requires("posts:write"))], **options)


bookmarks = Guarded(prefix="/users/{name}/bookmarks", tags=["bookmarks"])


async def titles(name):
    return TITLES.setdefault(name, [])


bookmarks.add_api_route("", titles, methods=["GET"])


async def keep(name: str, bookmark: Bookmark):
    (await titles(name)).append(bookmark.title)
    return bookmark


bookmarks.add_api_route("", keep, methods=["POST"], status_code=201)


# %% 4.1a reject: the path "/" -> No request is redirected
bookmarks = APIRouter(
    prefix="/users/{name}/bookmarks", tags=["bookmarks"], dependencies=[Depends(Requires("posts:write"))]
)


@bookmarks.get("/")
def list_bookmarks(name: str) -> list[str]:
    return TITLES.get(name, [])


@bookmarks.post("/", status_code=201)
def add_bookmark(name: str, bookmark: Bookmark) -> Bookmark:
    TITLES.setdefault(name, []).append(bookmark.title)
    return bookmark


# %% 4.1a reject: the app's prefix in the router -> No request is redirected
bookmarks = APIRouter(
    prefix="/v1/users/{name}/bookmarks", tags=["bookmarks"], dependencies=[Depends(Requires("posts:write"))]
)


@bookmarks.get("")
def list_bookmarks(name: str) -> list[str]:
    return TITLES.get(name, [])


@bookmarks.post("", status_code=201)
def add_bookmark(name: str, bookmark: Bookmark) -> Bookmark:
    TITLES.setdefault(name, []).append(bookmark.title)
    return bookmark


# %% 4.1a reject: each function asks for the permission -> A path operation that is added later is guarded too
bookmarks = APIRouter(prefix="/users/{name}/bookmarks", tags=["bookmarks"])
may = Depends(Requires("posts:write"))


@bookmarks.get("", dependencies=[may])
def list_bookmarks(name: str) -> list[str]:
    return TITLES.get(name, [])


@bookmarks.post("", status_code=201, dependencies=[may])
def add_bookmark(name: str, bookmark: Bookmark) -> Bookmark:
    TITLES.setdefault(name, []).append(bookmark.title)
    return bookmark


# %% 4.1a reject: only writing asks for the permission -> A stranger is 401 and a caller without the permission 403
bookmarks = APIRouter(prefix="/users/{name}/bookmarks", tags=["bookmarks"])


@bookmarks.get("")
def list_bookmarks(name: str) -> list[str]:
    return TITLES.get(name, [])


@bookmarks.post("", status_code=201, dependencies=[Depends(Requires("posts:write"))])
def add_bookmark(name: str, bookmark: Bookmark) -> Bookmark:
    TITLES.setdefault(name, []).append(bookmark.title)
    return bookmark


# %% 4.1a reject: any caller will do -> A stranger is 401 and a caller without the permission 403
from app.dependencies import current_caller

bookmarks = APIRouter(
    prefix="/users/{name}/bookmarks", tags=["bookmarks"], dependencies=[Depends(current_caller)]
)


@bookmarks.get("")
def list_bookmarks(name: str) -> list[str]:
    return TITLES.get(name, [])


@bookmarks.post("", status_code=201)
def add_bookmark(name: str, bookmark: Bookmark) -> Bookmark:
    TITLES.setdefault(name, []).append(bookmark.title)
    return bookmark


# %% 4.1a reject: a tag of another name -> Both have the tag
bookmarks = APIRouter(
    prefix="/users/{name}/bookmarks", tags=["Bookmarks"], dependencies=[Depends(Requires("posts:write"))]
)


@bookmarks.get("")
def list_bookmarks(name: str) -> list[str]:
    return TITLES.get(name, [])


@bookmarks.post("", status_code=201)
def add_bookmark(name: str, bookmark: Bookmark) -> Bookmark:
    TITLES.setdefault(name, []).append(bookmark.title)
    return bookmark


# %% 4.1a reject: one list for everybody -> A bookmark is kept for its user
bookmarks = APIRouter(
    prefix="/users/{name}/bookmarks", tags=["bookmarks"], dependencies=[Depends(Requires("posts:write"))]
)
everything: list[str] = []


@bookmarks.get("")
def list_bookmarks(name: str) -> list[str]:
    return everything


@bookmarks.post("", status_code=201)
def add_bookmark(name: str, bookmark: Bookmark) -> Bookmark:
    everything.append(bookmark.title)
    return bookmark


# %% 4.1a reject: nobody who has none -> A bookmark is kept for its user
bookmarks = APIRouter(
    prefix="/users/{name}/bookmarks", tags=["bookmarks"], dependencies=[Depends(Requires("posts:write"))]
)


@bookmarks.get("")
def list_bookmarks(name: str) -> list[str]:
    return TITLES[name]


@bookmarks.post("", status_code=201)
def add_bookmark(name: str, bookmark: Bookmark) -> Bookmark:
    TITLES.setdefault(name, []).append(bookmark.title)
    return bookmark


# %% 4.1a reject: another name in the path -> A bookmark is kept for its user
bookmarks = APIRouter(
    prefix="/users/{user}/bookmarks", tags=["bookmarks"], dependencies=[Depends(Requires("posts:write"))]
)


@bookmarks.get("")
def list_bookmarks(name: str) -> list[str]:
    return TITLES.get(name, [])


@bookmarks.post("", status_code=201)
def add_bookmark(name: str, bookmark: Bookmark) -> Bookmark:
    TITLES.setdefault(name, []).append(bookmark.title)
    return bookmark


# %% 4.1a reject: the permission to delete -> A stranger is 401 and a caller without the permission 403
bookmarks = APIRouter(
    prefix="/users/{name}/bookmarks", tags=["bookmarks"], dependencies=[Depends(Requires("posts:delete"))]
)


@bookmarks.get("")
def list_bookmarks(name: str) -> list[str]:
    return TITLES.get(name, [])


@bookmarks.post("", status_code=201)
def add_bookmark(name: str, bookmark: Bookmark) -> Bookmark:
    TITLES.setdefault(name, []).append(bookmark.title)
    return bookmark


# %% 4.1a reject: the router asks for a key, its functions for the permission -> A path operation that is added later is guarded too
from app.dependencies import current_caller

bookmarks = APIRouter(
    prefix="/users/{name}/bookmarks", tags=["bookmarks"], dependencies=[Depends(current_caller)]
)
may = Depends(Requires("posts:write"))


@bookmarks.get("", dependencies=[may])
def list_bookmarks(name: str) -> list[str]:
    return TITLES.get(name, [])


@bookmarks.post("", status_code=201, dependencies=[may])
def add_bookmark(name: str, bookmark: Bookmark) -> Bookmark:
    TITLES.setdefault(name, []).append(bookmark.title)
    return bookmark


# %% 4.1a reject: a title is kept once -> A bookmark is kept for its user
bookmarks = APIRouter(
    prefix="/users/{name}/bookmarks", tags=["bookmarks"], dependencies=[Depends(Requires("posts:write"))]
)


@bookmarks.get("")
def list_bookmarks(name: str) -> list[str]:
    return list(dict.fromkeys(TITLES.get(name, [])))


@bookmarks.post("", status_code=201)
def add_bookmark(name: str, bookmark: Bookmark) -> Bookmark:
    TITLES.setdefault(name, []).append(bookmark.title)
    return bookmark


# %% 4.1a reject: names are the same in any case -> A bookmark is kept for its user
bookmarks = APIRouter(
    prefix="/users/{name}/bookmarks", tags=["bookmarks"], dependencies=[Depends(Requires("posts:write"))]
)


@bookmarks.get("")
def list_bookmarks(name: str) -> list[str]:
    return TITLES.get(name.lower(), [])


@bookmarks.post("", status_code=201)
def add_bookmark(name: str, bookmark: Bookmark) -> Bookmark:
    TITLES.setdefault(name.lower(), []).append(bookmark.title)
    return bookmark


# %% 4.1a reject: reading empties the list -> A bookmark is kept for its user
bookmarks = APIRouter(tags=["bookmarks"], dependencies=[Depends(Requires("posts:write"))])


@bookmarks.get("/users/{name}/bookmarks")
def list_them(name: str) -> list[str]:
    return TITLES.pop(name, [])


@bookmarks.post("/users/{name}/bookmarks", status_code=201)
def add_one(name: str, body: Bookmark) -> Bookmark:
    TITLES.setdefault(name, []).append(body.title)
    return body


# %% 4.1a reject: titles without the space around them -> A bookmark is kept for its user
bookmarks = APIRouter(tags=["bookmarks"], dependencies=[Depends(Requires("posts:write"))])


@bookmarks.get("/users/{name}/bookmarks")
def list_them(name: str) -> list[str]:
    return TITLES.get(name, [])


@bookmarks.post("/users/{name}/bookmarks", status_code=201)
def add_one(name: str, body: Bookmark) -> Bookmark:
    TITLES.setdefault(name, []).append(body.title.strip())
    return body


# %% 4.1a reject: ten at most -> A bookmark is kept for its user
bookmarks = APIRouter(tags=["bookmarks"], dependencies=[Depends(Requires("posts:write"))])


@bookmarks.get("/users/{name}/bookmarks")
def list_them(name: str) -> list[str]:
    return TITLES.get(name, [])[:10]


@bookmarks.post("/users/{name}/bookmarks", status_code=201)
def add_one(name: str, body: Bookmark) -> Bookmark:
    TITLES.setdefault(name, []).append(body.title)
    return body


# %% 4.1b accept: response models, a session dependency, joinedload
from fastapi import FastAPI, HTTPException
from sqlalchemy.orm import joinedload


class GuestIn(BaseModel, extra="forbid"):
    name: str


class FriendOut(BaseModel):
    name: str


class GuestOut(BaseModel):
    id: int
    name: str
    friends: list[FriendOut]


def guests_api(engine):
    api = FastAPI()

    def opened():
        with Session(engine) as session:
            yield session

    @api.post("/guests", status_code=201, response_model=GuestOut)
    def invite(body: GuestIn, session: Session = Depends(opened)):
        guest = Guest(**body.model_dump(), door_code=new_code())
        session.add(guest)
        session.commit()
        return guest

    @api.get("/guests", response_model=list[GuestOut])
    def list_guests(session: Session = Depends(opened)):
        wanted = select(Guest).options(joinedload(Guest.friends)).order_by(Guest.id)
        return session.scalars(wanted).unique().all()

    @api.get("/guests/{number}", response_model=GuestOut)
    def show(number: int, session: Session = Depends(opened)):
        if guest := session.get(Guest, number):
            return guest
        raise HTTPException(status_code=404, detail="nobody")

    return api


# %% 4.1b accept: dictionaries by hand, two plain selects
from fastapi import Body, FastAPI, Response


def guests_api(engine):
    api = FastAPI()

    def rows(*where):
        with Session(engine) as session:
            guests = session.execute(select(Guest.id, Guest.name).where(*where).order_by(Guest.id)).all()
            friends = session.execute(select(Friend.guest_id, Friend.name).order_by(Friend.id)).all()
        return [
            {"id": i, "name": n, "friends": [{"name": f} for owner, f in friends if owner == i]}
            for i, n in guests
        ]

    @api.post("/guests", status_code=201)
    async def invite(name: str = Body(embed=True)):
        with Session(engine) as session, session.begin():
            guest = Guest(name=name, door_code=new_code())
            session.add(guest)
            session.flush()
            return {"id": guest.id, "name": name, "friends": []}

    @api.get("/guests")
    async def everybody():
        return rows()

    @api.get("/guests/{guest_id}")
    async def one(guest_id: int):
        found = rows(Guest.id == guest_id)
        return found[0] if found else Response(status_code=404)

    return api


# %% 4.1b accept: one statement in text with bound parameters, JSON made by PostgreSQL
from fastapi import FastAPI, Response
from sqlalchemy import insert, text

ALL = text(
    """
    SELECT g.id, g.name,
           coalesce(json_agg(json_build_object('name', f.name) ORDER BY f.id) FILTER (WHERE f.id > 0), '[]') AS friends
    FROM guests g LEFT JOIN friends f ON f.guest_id = g.id
    WHERE :id IS NULL OR g.id = :id
    GROUP BY g.id ORDER BY g.id
""".replace(":id IS NULL", "CAST(:id AS integer) IS NULL")
)


class NewGuest(BaseModel, frozen=True):
    name: str


def guests_api(engine: Engine) -> FastAPI:
    api = FastAPI()

    def found(number=None):
        with engine.connect() as connection:
            return [dict(row) for row in connection.execute(ALL, {"id": number}).mappings()]

    api.add_api_route("/guests", lambda: found(), methods=["GET"])

    @api.post("/guests", status_code=201)
    def invite(new: NewGuest):
        wanted = insert(Guest).values(name=new.name, door_code=new_code()).returning(Guest.id)
        with engine.begin() as connection:
            number = connection.execute(wanted).scalar_one()
        return {"id": number, "name": new.name, "friends": []}

    @api.get("/guests/{number}")
    def one(number: int, response: Response):
        if rows := found(number):
            return rows[0]
        response.status_code = 404

    return api


# %% 4.1b accept: a default_factory, Session.begin, the legacy query
from fastapi import FastAPI, HTTPException
from pydantic import ConfigDict, Field, TypeAdapter
from sqlalchemy.orm import sessionmaker, subqueryload


class Named(BaseModel):
    model_config = ConfigDict(from_attributes=True, extra="ignore")
    name: str


class Coded(Named):
    door_code: str = Field(default_factory=new_code, init=False)


class Shown(Named):
    id: int
    friends: list[Named]


def guests_api(engine):
    api, Opened = FastAPI(), sessionmaker(engine)

    @api.post("/guests", status_code=201)
    def invite(named: Named):
        with Opened.begin() as session:
            session.add(guest := Guest(**Coded(name=named.name).model_dump()))
            session.flush()
            return Shown.model_validate(guest)

    @api.get("/guests")
    def everybody():
        with Opened() as session:
            guests = session.query(Guest).options(subqueryload(Guest.friends)).order_by("id")
            return TypeAdapter(list[Shown]).validate_python(guests.all(), from_attributes=True)

    @api.get("/guests/{key}")
    def one(key: int):
        with Opened() as session:
            for guest in session.query(Guest).filter_by(id=key):
                return Shown.model_validate(guest)
        raise HTTPException(404, "no such guest")

    return api


# %% 4.1b reject: nothing but a 404 is new -> No answer holds a code
from fastapi import FastAPI, HTTPException


class GuestBody(BaseModel):
    name: str
    door_code: str = new_code()


def guests_api(engine: Engine) -> FastAPI:
    api = FastAPI()

    @api.post("/guests", status_code=201)
    def invite(body: GuestBody):
        with Session(engine) as session:
            guest = Guest(**body.model_dump())
            session.add(guest)
            session.commit()
            return guest

    @api.get("/guests")
    def list_guests():
        with Session(engine) as session:
            return session.scalars(select(Guest)).all()

    @api.get("/guests/{guest_id}")
    def show_guest(guest_id: int):
        with Session(engine) as session:
            guest = session.get(Guest, guest_id)
            if guest is None:
                raise HTTPException(404)
            return guest

    return api


# %% 4.1b reject: a refresh instead of a model -> No answer holds a code
from fastapi import FastAPI, HTTPException
from sqlalchemy.orm import selectinload


class GuestIn(BaseModel):
    name: str


def guests_api(engine):
    api = FastAPI()

    @api.post("/guests", status_code=201)
    def invite(body: GuestIn):
        with Session(engine) as session:
            guest = Guest(name=body.name, door_code=new_code())
            session.add(guest)
            session.commit()
            session.refresh(guest, ["id", "name", "friends"])
            return guest

    @api.get("/guests")
    def list_guests():
        with Session(engine) as session:
            return session.scalars(
                select(Guest).options(selectinload(Guest.friends)).order_by(Guest.id)
            ).all()

    @api.get("/guests/{guest_id}")
    def show_guest(guest_id: int):
        with Session(engine) as session:
            guest = session.get(Guest, guest_id, options=[selectinload(Guest.friends)])
            if guest is None:
                raise HTTPException(404)
            return guest

    return api


# %% 4.1b reject: a response model, read when the session is closed -> One guest comes with its friends
from fastapi import FastAPI, HTTPException


class GuestIn(BaseModel):
    name: str


class FriendOut(BaseModel):
    name: str


class GuestOut(BaseModel):
    id: int
    name: str
    friends: list[FriendOut]


def guests_api(engine):
    api = FastAPI()

    @api.post("/guests", status_code=201, response_model=GuestOut)
    def invite(body: GuestIn):
        with Session(engine) as session:
            guest = Guest(name=body.name, door_code=new_code(), friends=[])
            session.add(guest)
            session.commit()
            session.refresh(guest, ["id", "name", "friends"])
            return guest

    @api.get("/guests", response_model=list[GuestOut])
    def list_guests():
        with Session(engine) as session:
            return session.scalars(select(Guest).order_by(Guest.id)).all()

    @api.get("/guests/{guest_id}", response_model=GuestOut)
    def show_guest(guest_id: int):
        with Session(engine) as session:
            guest = session.get(Guest, guest_id)
            if guest is None:
                raise HTTPException(404)
            return guest

    return api


# %% 4.1b reject: friends one guest after another -> The list takes at most two statements
from fastapi import FastAPI, HTTPException


class GuestIn(BaseModel):
    name: str


class FriendOut(BaseModel):
    name: str


class GuestOut(BaseModel):
    id: int
    name: str
    friends: list[FriendOut]


def guests_api(engine):
    api = FastAPI()

    def opened():
        with Session(engine) as session:
            yield session

    @api.post("/guests", status_code=201, response_model=GuestOut)
    def invite(body: GuestIn, session: Session = Depends(opened)):
        guest = Guest(name=body.name, door_code=new_code())
        session.add(guest)
        session.commit()
        return guest

    @api.get("/guests", response_model=list[GuestOut])
    def list_guests(session: Session = Depends(opened)):
        return session.scalars(select(Guest).order_by(Guest.id)).all()

    @api.get("/guests/{number}", response_model=GuestOut)
    def show(number: int, session: Session = Depends(opened)):
        guest = session.get(Guest, number)
        if guest is None:
            raise HTTPException(404)
        return guest

    return api


# %% 4.1b reject: one model for in and out -> A client cannot choose a code
from fastapi import FastAPI, HTTPException
from sqlalchemy.orm import selectinload


class FriendOut(BaseModel):
    name: str


class GuestIn(BaseModel):
    name: str
    door_code: str | None = None


class GuestOut(BaseModel):
    id: int
    name: str
    friends: list[FriendOut]


def guests_api(engine):
    api = FastAPI()

    def opened():
        with Session(engine) as session:
            yield session

    @api.post("/guests", status_code=201, response_model=GuestOut)
    def invite(body: GuestIn, session: Session = Depends(opened)):
        guest = Guest(name=body.name, door_code=body.door_code or new_code())
        session.add(guest)
        session.commit()
        return guest

    @api.get("/guests", response_model=list[GuestOut])
    def list_guests(session: Session = Depends(opened)):
        return session.scalars(select(Guest).options(selectinload(Guest.friends)).order_by(Guest.id)).all()

    @api.get("/guests/{number}", response_model=GuestOut)
    def show(number: int, session: Session = Depends(opened)):
        guest = session.get(Guest, number)
        if guest is None:
            raise HTTPException(404)
        return guest

    return api


# %% 4.1b reject: None is an answer -> An unknown guest is 404
from fastapi import FastAPI
from sqlalchemy.orm import selectinload


class FriendOut(BaseModel):
    name: str


class GuestIn(BaseModel):
    name: str


class GuestOut(BaseModel):
    id: int
    name: str
    friends: list[FriendOut]


def guests_api(engine):
    api = FastAPI()

    def opened():
        with Session(engine) as session:
            yield session

    @api.post("/guests", status_code=201, response_model=GuestOut)
    def invite(body: GuestIn, session: Session = Depends(opened)):
        guest = Guest(name=body.name, door_code=new_code())
        session.add(guest)
        session.commit()
        return guest

    @api.get("/guests", response_model=list[GuestOut])
    def list_guests(session: Session = Depends(opened)):
        return session.scalars(select(Guest).options(selectinload(Guest.friends)).order_by(Guest.id)).all()

    @api.get("/guests/{number}", response_model=GuestOut | None)
    def show(number: int, session: Session = Depends(opened)):
        return session.get(Guest, number)

    return api


# %% 4.1b reject: a list in no order -> The list has all of them in order
from fastapi import FastAPI, HTTPException
from sqlalchemy.orm import selectinload


class GuestIn(BaseModel):
    name: str


class FriendOut(BaseModel):
    name: str


class GuestOut(BaseModel):
    id: int
    name: str
    friends: list[FriendOut]


def guests_api(engine):
    api = FastAPI()

    def opened():
        with Session(engine) as session:
            yield session

    @api.post("/guests", status_code=201, response_model=GuestOut)
    def invite(body: GuestIn, session: Session = Depends(opened)):
        guest = Guest(name=body.name, door_code=new_code())
        session.add(guest)
        session.commit()
        return guest

    @api.get("/guests", response_model=list[GuestOut])
    def list_guests(session: Session = Depends(opened)):
        return session.scalars(select(Guest).options(selectinload(Guest.friends))).all()

    @api.get("/guests/{number}", response_model=GuestOut)
    def show(number: int, session: Session = Depends(opened)):
        guest = session.get(Guest, number)
        if guest is None:
            raise HTTPException(404)
        return guest

    return api


# %% 4.1b reject: the code as a default of the model, made once -> Each guest gets a code from new code
from fastapi import FastAPI, HTTPException
from sqlalchemy.orm import selectinload


class GuestIn(BaseModel):
    name: str


class Stored(GuestIn):
    door_code: str = new_code()


class FriendOut(BaseModel):
    name: str


class GuestOut(BaseModel):
    id: int
    name: str
    friends: list[FriendOut]


def guests_api(engine):
    api = FastAPI()

    def opened():
        with Session(engine) as session:
            yield session

    @api.post("/guests", status_code=201, response_model=GuestOut)
    def invite(body: GuestIn, session: Session = Depends(opened)):
        guest = Guest(name=body.name, door_code=Stored(name=body.name).door_code)
        session.add(guest)
        session.commit()
        return guest

    @api.get("/guests", response_model=list[GuestOut])
    def list_guests(session: Session = Depends(opened)):
        return session.scalars(select(Guest).options(selectinload(Guest.friends)).order_by(Guest.id)).all()

    @api.get("/guests/{number}", response_model=GuestOut)
    def show(number: int, session: Session = Depends(opened)):
        guest = session.get(Guest, number)
        if guest is None:
            raise HTTPException(404)
        return guest

    return api


# %% 4.1b reject: the client chooses an id -> A client cannot choose a code
from fastapi import FastAPI, HTTPException
from sqlalchemy.orm import selectinload


class GuestIn(BaseModel):
    id: int | None = None
    name: str


class FriendOut(BaseModel):
    name: str


class GuestOut(BaseModel):
    id: int
    name: str
    friends: list[FriendOut]


def guests_api(engine):
    api = FastAPI()

    def opened():
        with Session(engine) as session:
            yield session

    @api.post("/guests", status_code=201, response_model=GuestOut)
    def invite(body: GuestIn, session: Session = Depends(opened)):
        guest = Guest(**body.model_dump(), door_code=new_code())
        session.add(guest)
        session.commit()
        return guest

    @api.get("/guests", response_model=list[GuestOut])
    def list_guests(session: Session = Depends(opened)):
        return session.scalars(select(Guest).options(selectinload(Guest.friends)).order_by(Guest.id)).all()

    @api.get("/guests/{number}", response_model=GuestOut)
    def show(number: int, session: Session = Depends(opened)):
        guest = session.get(Guest, number)
        if guest is None:
            raise HTTPException(404)
        return guest

    return api


# %% 4.1b reject: a guest needs no name -> A guest without a name is refused
from fastapi import FastAPI, HTTPException
from sqlalchemy.orm import selectinload


class GuestIn(BaseModel):
    name: str = ""


class FriendOut(BaseModel):
    name: str


class GuestOut(BaseModel):
    id: int
    name: str
    friends: list[FriendOut]


def guests_api(engine):
    api = FastAPI()

    def opened():
        with Session(engine) as session:
            yield session

    @api.post("/guests", status_code=201, response_model=GuestOut)
    def invite(body: GuestIn, session: Session = Depends(opened)):
        guest = Guest(name=body.name, door_code=new_code())
        session.add(guest)
        session.commit()
        return guest

    @api.get("/guests", response_model=list[GuestOut])
    def list_guests(session: Session = Depends(opened)):
        return session.scalars(select(Guest).options(selectinload(Guest.friends)).order_by(Guest.id)).all()

    @api.get("/guests/{number}", response_model=GuestOut)
    def show(number: int, session: Session = Depends(opened)):
        guest = session.get(Guest, number)
        if guest is None:
            raise HTTPException(404)
        return guest

    return api


# %% 4.1b reject: an inner join loses those without friends -> The list has all of them in order
from fastapi import FastAPI, HTTPException
from sqlalchemy.orm import contains_eager


class GuestIn(BaseModel):
    name: str


class FriendOut(BaseModel):
    name: str


class GuestOut(BaseModel):
    id: int
    name: str
    friends: list[FriendOut]


def guests_api(engine):
    api = FastAPI()

    def opened():
        with Session(engine) as session:
            yield session

    @api.post("/guests", status_code=201, response_model=GuestOut)
    def invite(body: GuestIn, session: Session = Depends(opened)):
        guest = Guest(name=body.name, door_code=new_code())
        session.add(guest)
        session.commit()
        return guest

    @api.get("/guests", response_model=list[GuestOut])
    def list_guests(session: Session = Depends(opened)):
        return (
            session.scalars(
                select(Guest).join(Guest.friends).options(contains_eager(Guest.friends)).order_by(Guest.id)
            )
            .unique()
            .all()
        )

    @api.get("/guests/{number}", response_model=GuestOut)
    def show(number: int, session: Session = Depends(opened)):
        guest = session.get(Guest, number)
        if guest is None:
            raise HTTPException(404)
        return guest

    return api


# %% 4.1b reject: a name may be null -> A guest without a name is refused
from fastapi import FastAPI, HTTPException
from pydantic import ConfigDict
from sqlalchemy.orm import selectinload


class GuestCreate(BaseModel):
    name: str | None


class FriendPublic(BaseModel):
    model_config = ConfigDict(from_attributes=True)
    name: str


class GuestPublic(BaseModel):
    model_config = ConfigDict(from_attributes=True)
    id: int
    name: str
    friends: list[FriendPublic]


def guests_api(engine: Engine) -> FastAPI:
    api = FastAPI()

    @api.post("/guests", status_code=201)
    def invite(wanted: GuestCreate) -> GuestPublic:
        with Session(engine) as session:
            guest = Guest(name=wanted.name or "", door_code=new_code())
            session.add(guest)
            session.commit()
            return GuestPublic.model_validate(guest)

    @api.get("/guests")
    def list_guests() -> list[GuestPublic]:
        wanted = select(Guest).options(selectinload(Guest.friends)).order_by(Guest.id)
        with Session(engine) as session:
            return [GuestPublic.model_validate(each) for each in session.scalars(wanted)]

    @api.get("/guests/{guest_id}")
    def show_guest(guest_id: int) -> GuestPublic:
        with Session(engine) as session:
            guest = session.get(Guest, guest_id)
            if guest is None:
                raise HTTPException(404)
            return GuestPublic.model_validate(guest)

    return api


# %% 4.1b reject: who has no friends is not found -> One guest comes with its friends
from fastapi import FastAPI, HTTPException
from pydantic import ConfigDict
from sqlalchemy.orm import selectinload


class GuestCreate(BaseModel):
    name: str


class FriendPublic(BaseModel):
    model_config = ConfigDict(from_attributes=True)
    name: str


class GuestPublic(BaseModel):
    model_config = ConfigDict(from_attributes=True)
    id: int
    name: str
    friends: list[FriendPublic]


def guests_api(engine: Engine) -> FastAPI:
    api = FastAPI()

    @api.post("/guests", status_code=201)
    def invite(wanted: GuestCreate) -> GuestPublic:
        with Session(engine) as session:
            guest = Guest(name=wanted.name, door_code=new_code())
            session.add(guest)
            session.commit()
            return GuestPublic.model_validate(guest)

    @api.get("/guests")
    def list_guests() -> list[GuestPublic]:
        wanted = select(Guest).options(selectinload(Guest.friends)).order_by(Guest.id)
        with Session(engine) as session:
            return [GuestPublic.model_validate(each) for each in session.scalars(wanted)]

    @api.get("/guests/{guest_id}")
    def show_guest(guest_id: int) -> GuestPublic:
        with Session(engine) as session:
            guest = session.scalars(select(Guest).join(Guest.friends).where(Guest.id == guest_id)).first()
            if guest is None:
                raise HTTPException(404)
            return GuestPublic.model_validate(guest)

    return api


# %% 4.1b reject: a hundred guests at most -> The list takes at most two statements
class GuestBody(BaseModel):
    name: str


class FriendOut(BaseModel):
    name: str


class GuestOut(BaseModel):
    id: int
    name: str
    friends: list[FriendOut]


def guests_api(engine: Engine) -> FastAPI:
    from sqlalchemy.orm import selectinload

    api = FastAPI()

    @api.post("/guests", status_code=201, response_model=GuestOut)
    def invite(body: GuestBody):
        with Session(engine) as session:
            guest = Guest(name=body.name, door_code=new_code(), friends=[])
            session.add(guest)
            session.commit()
            return GuestOut.model_validate(guest, from_attributes=True)

    @api.get("/guests", response_model=list[GuestOut])
    def list_guests():
        with Session(engine) as session:
            found = session.scalars(
                select(Guest).options(selectinload(Guest.friends)).order_by(Guest.id).limit(100)
            ).all()
            return [GuestOut.model_validate(g, from_attributes=True) for g in found]

    @api.get("/guests/{guest_id}", response_model=GuestOut)
    def show_guest(guest_id: int):
        with Session(engine) as session:
            guest = session.get(Guest, guest_id)
            if guest is None:
                raise HTTPException(404, "No such guest")
            return GuestOut.model_validate(guest, from_attributes=True)

    return api


# %% 4.1b reject: names without the space around them -> Each request makes a guest of the name that was sent
class GuestBody(BaseModel):
    name: str


class FriendOut(BaseModel):
    name: str


class GuestOut(BaseModel):
    id: int
    name: str
    friends: list[FriendOut]


def guests_api(engine: Engine) -> FastAPI:
    from sqlalchemy.orm import selectinload

    api = FastAPI()

    @api.post("/guests", status_code=201, response_model=GuestOut)
    def invite(body: GuestBody):
        with Session(engine) as session:
            guest = Guest(name=body.name.strip(), door_code=new_code(), friends=[])
            session.add(guest)
            session.commit()
            return GuestOut.model_validate(guest, from_attributes=True)

    @api.get("/guests", response_model=list[GuestOut])
    def list_guests():
        with Session(engine) as session:
            found = session.scalars(
                select(Guest).options(selectinload(Guest.friends)).order_by(Guest.id)
            ).all()
            return [GuestOut.model_validate(g, from_attributes=True) for g in found]

    @api.get("/guests/{guest_id}", response_model=GuestOut)
    def show_guest(guest_id: int):
        with Session(engine) as session:
            guest = session.get(Guest, guest_id)
            if guest is None:
                raise HTTPException(404, "No such guest")
            return GuestOut.model_validate(guest, from_attributes=True)

    return api


# %% 4.1b reject: the code in a header -> The response to a new guest holds none either
class GuestBody(BaseModel):
    name: str


class FriendOut(BaseModel):
    name: str


class GuestOut(BaseModel):
    id: int
    name: str
    friends: list[FriendOut]


def guests_api(engine: Engine) -> FastAPI:
    from sqlalchemy.orm import selectinload

    api = FastAPI()

    @api.post("/guests", status_code=201, response_model=GuestOut)
    def invite(body: GuestBody, response: __import__("fastapi").Response):
        with Session(engine) as session:
            guest = Guest(name=body.name, door_code=new_code(), friends=[])
            session.add(guest)
            session.commit()
            response.headers["X-Code"] = guest.door_code
            return GuestOut.model_validate(guest, from_attributes=True)

    @api.get("/guests", response_model=list[GuestOut])
    def list_guests():
        with Session(engine) as session:
            found = session.scalars(
                select(Guest).options(selectinload(Guest.friends)).order_by(Guest.id)
            ).all()
            return [GuestOut.model_validate(g, from_attributes=True) for g in found]

    @api.get("/guests/{guest_id}", response_model=GuestOut)
    def show_guest(guest_id: int):
        with Session(engine) as session:
            guest = session.get(Guest, guest_id)
            if guest is None:
                raise HTTPException(404, "No such guest")
            return GuestOut.model_validate(guest, from_attributes=True)

    return api


# %% 4.1b reject: the codes in the words of a 404 -> No answer holds a code
class GuestBody(BaseModel):
    name: str


class FriendOut(BaseModel):
    name: str


class GuestOut(BaseModel):
    id: int
    name: str
    friends: list[FriendOut]


def guests_api(engine: Engine) -> FastAPI:
    from sqlalchemy.orm import selectinload

    api = FastAPI()

    @api.post("/guests", status_code=201, response_model=GuestOut)
    def invite(body: GuestBody):
        with Session(engine) as session:
            guest = Guest(name=body.name, door_code=new_code(), friends=[])
            session.add(guest)
            session.commit()
            return GuestOut.model_validate(guest, from_attributes=True)

    @api.get("/guests", response_model=list[GuestOut])
    def list_guests():
        with Session(engine) as session:
            found = session.scalars(
                select(Guest).options(selectinload(Guest.friends)).order_by(Guest.id)
            ).all()
            return [GuestOut.model_validate(g, from_attributes=True) for g in found]

    @api.get("/guests/{guest_id}", response_model=GuestOut)
    def show_guest(guest_id: int):
        with Session(engine) as session:
            guest = session.get(Guest, guest_id)
            if guest is None:
                raise HTTPException(
                    404, "No such guest; there are: " + str(session.scalars(select(Guest.door_code)).all())
                )
            return GuestOut.model_validate(guest, from_attributes=True)

    return api


# %% 4.1b reject: one guest for each name -> Each request makes a guest of the name that was sent
class GuestBody(BaseModel):
    name: str


class FriendOut(BaseModel):
    name: str


class GuestOut(BaseModel):
    id: int
    name: str
    friends: list[FriendOut]


def guests_api(engine: Engine) -> FastAPI:
    from sqlalchemy.orm import selectinload

    api = FastAPI()

    @api.post("/guests", status_code=201, response_model=GuestOut)
    def invite(body: GuestBody):
        with Session(engine) as session:
            guest = session.scalars(select(Guest).where(Guest.name == body.name)).first() or Guest(
                name=body.name, door_code=new_code(), friends=[]
            )
            session.add(guest)
            session.commit()
            return GuestOut.model_validate(guest, from_attributes=True)

    @api.get("/guests", response_model=list[GuestOut])
    def list_guests():
        with Session(engine) as session:
            found = session.scalars(
                select(Guest).options(selectinload(Guest.friends)).order_by(Guest.id)
            ).all()
            return [GuestOut.model_validate(g, from_attributes=True) for g in found]

    @api.get("/guests/{guest_id}", response_model=GuestOut)
    def show_guest(guest_id: int):
        with Session(engine) as session:
            guest = session.get(Guest, guest_id)
            if guest is None:
                raise HTTPException(404, "No such guest")
            return GuestOut.model_validate(guest, from_attributes=True)

    return api


# %% 4.1b reject: friends of the client's -> Each request makes a guest of the name that was sent
class GuestBody(BaseModel):
    name: str
    friends: list[dict] = []


class FriendOut(BaseModel):
    name: str


class GuestOut(BaseModel):
    id: int
    name: str
    friends: list[FriendOut]


def guests_api(engine: Engine) -> FastAPI:
    from sqlalchemy.orm import selectinload

    api = FastAPI()

    @api.post("/guests", status_code=201, response_model=GuestOut)
    def invite(body: GuestBody):
        with Session(engine) as session:
            guest = Guest(
                name=body.name, door_code=new_code(), friends=[Friend(name=f["name"]) for f in body.friends]
            )
            session.add(guest)
            session.commit()
            return GuestOut.model_validate(guest, from_attributes=True)

    @api.get("/guests", response_model=list[GuestOut])
    def list_guests():
        with Session(engine) as session:
            found = session.scalars(
                select(Guest).options(selectinload(Guest.friends)).order_by(Guest.id)
            ).all()
            return [GuestOut.model_validate(g, from_attributes=True) for g in found]

    @api.get("/guests/{guest_id}", response_model=GuestOut)
    def show_guest(guest_id: int):
        with Session(engine) as session:
            guest = session.get(Guest, guest_id)
            if guest is None:
                raise HTTPException(404, "No such guest")
            return GuestOut.model_validate(guest, from_attributes=True)

    return api


# %% 4.1c accept: a path for the author, a type that is made of each tag
from operator import attrgetter
from typing import Annotated

from pydantic import AliasPath, BeforeValidator, Field


class PostCard(BaseModel):
    model_config = {"from_attributes": True}

    title: str
    whole: Annotated[str | None, BeforeValidator(lambda a: a and a.name)] = Field(
        validation_alias="author", serialization_alias="author"
    )
    tags: Annotated[list[str], BeforeValidator(lambda tags: sorted(map(attrgetter("name"), tags)))]

    def model_dump(self, **options):
        return super().model_dump(by_alias=True, **options)


# %% 4.1c accept: a model validator that builds a dictionary
from pydantic import model_validator


class PostCard(BaseModel):
    title: str
    author: str | None
    tags: list[str]

    @model_validator(mode="before")
    @classmethod
    def read(cls, post):
        author = post.author
        return {
            "title": post.title,
            "author": author.name if author is not None else None,
            "tags": sorted(tag.name for tag in post.tags),
        }


# %% 4.1c accept: an error of one's own for what was not loaded
from pydantic import model_validator
from sqlalchemy import inspect


class PostCard(BaseModel):
    title: str
    author: str | None
    tags: list[str]

    @model_validator(mode="before")
    @classmethod
    def read(cls, post):
        if missing := {"author", "tags"} & inspect(post).unloaded:
            raise RuntimeError(f"load first: {missing}")
        return {
            "title": post.title,
            "author": post.author and post.author.name,
            "tags": sorted({tag.name: tag for tag in post.tags}),
        }


# %% 4.1c accept: nested schemas that are written as texts
from pydantic import field_serializer


class Named(BaseModel):
    model_config = ConfigDict(from_attributes=True)
    name: str


class PostCard(BaseModel):
    model_config = ConfigDict(from_attributes=True)
    title: str
    author: Named | None
    tags: list[Named]

    @field_serializer("author")
    def write_author(self, author) -> str | None:
        return author.name if author is not None else None

    @field_serializer("tags")
    def write_tags(self, tags) -> list[str]:
        return sorted(each.name for each in tags)


# %% 4.1c accept: a path to the author's name
from typing import Annotated

from pydantic import AfterValidator, AliasPath, BeforeValidator, Field


class PostCard(BaseModel):
    model_config = ConfigDict(from_attributes=True)
    title: str
    author: str | None = Field(None, validation_alias=AliasPath("author", "name"))
    tags: Annotated[list[Annotated[str, BeforeValidator(lambda tag: tag.name)]], AfterValidator(sorted)]


# %% 4.1c reject: no from_attributes -> An object becomes a card
from pydantic import field_validator


class PostCard(BaseModel):
    title: str
    author: str | None
    tags: list[str]

    @field_validator("author", mode="before")
    @classmethod
    def name_of(cls, author):
        return author.name if author else None

    @field_validator("tags", mode="before")
    @classmethod
    def names_of(cls, tags):
        return sorted(tag.name for tag in tags)


# %% 4.1c reject: the spelling of Pydantic 1 -> An object becomes a card
import warnings

from pydantic import field_validator

warnings.filterwarnings("ignore")


class PostCard(BaseModel):
    title: str
    author: str | None
    tags: list[str]

    class Config:
        orm_mode = True

    @field_validator("author", mode="before")
    @classmethod
    def name_of(cls, author):
        return author.name if author else None

    @field_validator("tags", mode="before")
    @classmethod
    def names_of(cls, tags):
        return sorted(tag.name for tag in tags)


# %% 4.1c reject: asks whether the author is there -> An author that was not loaded is an error
from pydantic import model_validator


class PostCard(BaseModel):
    title: str
    author: str | None = None
    tags: list[str]

    @model_validator(mode="before")
    @classmethod
    def read(cls, post):
        author = post.__dict__.get("author")
        return {
            "title": post.title,
            "author": author.name if author else None,
            "tags": sorted(tag.name for tag in post.tags),
        }


# %% 4.1c reject: objects where texts are wanted -> An object becomes a card
class PostCard(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    title: str
    author: str | None
    tags: list[str]


# %% 4.1c reject: the tags as they came -> Tags are in alphabetical order
from pydantic import field_validator


class PostCard(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    title: str
    author: str | None
    tags: list[str]

    @field_validator("author", mode="before")
    @classmethod
    def name_of(cls, author):
        return author.name if author else None

    @field_validator("tags", mode="before")
    @classmethod
    def names_of(cls, tags):
        return [tag.name for tag in tags]


# %% 4.1c reject: every post has an author -> A post without an author has none
from pydantic import AliasPath, Field, field_validator


class PostCard(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    title: str
    author: str = Field(validation_alias=AliasPath("author", "name"))
    tags: list[str]

    @field_validator("tags", mode="before")
    @classmethod
    def names_of(cls, tags):
        return sorted(tag.name for tag in tags)


# %% 4.1c reject: sorts the post's own tags -> The post is not changed
from pydantic import field_validator


class PostCard(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    title: str
    author: str | None
    tags: list[str]

    @field_validator("author", mode="before")
    @classmethod
    def name_of(cls, author):
        return author.name if author else None

    @field_validator("tags", mode="before")
    @classmethod
    def names_of(cls, tags):
        tags.sort(key=lambda tag: tag.name)
        return [tag.name for tag in tags]


# %% 4.1c reject: hides what was not loaded -> Tags that were not loaded are an error
from pydantic import model_validator
from sqlalchemy.exc import InvalidRequestError


class PostCard(BaseModel):
    title: str
    author: str | None = None
    tags: list[str] = []

    @model_validator(mode="before")
    @classmethod
    def read(cls, post):
        found = {"title": post.title}
        try:
            found["author"] = post.author.name if post.author else None
            found["tags"] = sorted(tag.name for tag in post.tags)
        except InvalidRequestError:
            pass
        return found


# %% 4.1c reject: the whole post goes along -> An object becomes a card
from pydantic import field_validator


class PostCard(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    title: str
    content: str
    author: str | None
    tags: list[str]

    @field_validator("author", mode="before")
    @classmethod
    def name_of(cls, author):
        return author.name if author else None

    @field_validator("tags", mode="before")
    @classmethod
    def names_of(cls, tags):
        return sorted(tag.name for tag in tags)


# %% 4.1c reject: reads the name of nobody -> A post without an author has none
from pydantic import field_validator


class PostCard(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    title: str
    author: str | None
    tags: list[str]

    @field_validator("author", mode="before")
    @classmethod
    def name_of(cls, author):
        return author.name

    @field_validator("tags", mode="before")
    @classmethod
    def names_of(cls, tags):
        return sorted(tag.name for tag in tags)


# %% 4.1c reject: what is not loaded is left out -> Tags that were not loaded are an error
from pydantic import field_validator


from pydantic import model_validator
from sqlalchemy import inspect


class PostCard(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    title: str
    author: str | None
    tags: list[str] = []

    @model_validator(mode="before")
    @classmethod
    def seen(cls, post):
        missing = inspect(post).unloaded
        return {name: getattr(post, name) for name in ("title", "author", "tags") if name not in missing}

    @field_validator("author", mode="before")
    @classmethod
    def name_of(cls, author):
        return author.name if author else None

    @field_validator("tags", mode="before")
    @classmethod
    def names_of(cls, tags):
        return sorted(tag.name for tag in tags)


# %% 4.1c reject: tags in small letters -> An object becomes a card
class Named(BaseModel):
    model_config = ConfigDict(from_attributes=True)
    name: str


class PostCard(BaseModel):
    model_config = ConfigDict(from_attributes=True)
    title: str
    author: str | None
    tags: list[str]

    @__import__("pydantic").field_validator("author", mode="before")
    @classmethod
    def name_of(cls, author):
        return author and author.name

    @__import__("pydantic").field_validator("tags", mode="before")
    @classmethod
    def names_of(cls, tags):
        return sorted({tag.name.lower() for tag in tags})


# %% 4.1c reject: five tags at most -> Tags are in alphabetical order
class Named(BaseModel):
    model_config = ConfigDict(from_attributes=True)
    name: str


class PostCard(BaseModel):
    model_config = ConfigDict(from_attributes=True)
    title: str
    author: str | None
    tags: list[str]

    @__import__("pydantic").field_validator("author", mode="before")
    @classmethod
    def name_of(cls, author):
        return author and author.name

    @__import__("pydantic").field_validator("tags", mode="before")
    @classmethod
    def names_of(cls, tags):
        return sorted(tag.name for tag in tags)[:5]


# %% 4.1c reject: a title without the space around it -> An object becomes a card
class Named(BaseModel):
    model_config = ConfigDict(from_attributes=True)
    name: str


class PostCard(BaseModel):
    model_config = ConfigDict(from_attributes=True)
    title: __import__("typing").Annotated[
        str, __import__("pydantic").StringConstraints(strip_whitespace=True)
    ]
    author: str | None
    tags: list[str]

    @__import__("pydantic").field_validator("author", mode="before")
    @classmethod
    def name_of(cls, author):
        return author and author.name

    @__import__("pydantic").field_validator("tags", mode="before")
    @classmethod
    def names_of(cls, tags):
        return sorted(tag.name for tag in tags)


# %% 4.1d accept: everything in one module, two that pass it on
ALL = """PRICES = {"tea": 4, "cake": 6}
SPENT = {}


def discount(customer):
    return 10 if SPENT.get(customer, 0) >= 5 * PRICES["tea"] else 0


def total(customer, items):
    return sum(PRICES[item] for item in items) * (100 - discount(customer)) // 100


def buy(customer, items):
    spent = total(customer, items)
    SPENT[customer] = SPENT.get(customer, 0) + spent
    return spent
"""
fixed = {
    "__init__.py": "",
    "core.py": ALL,
    "orders.py": "from shop.core import PRICES, total\n",
    "customers.py": "from .core import SPENT, buy, discount\n",
}


# %% 4.1d accept: customers at the bottom, buy handed on upside down, a type for the checker only
CUSTOMERS_2 = """from __future__ import annotations

from typing import TYPE_CHECKING

from shop import prices, books

if TYPE_CHECKING:
    from shop.orders import Total


def discount(customer):
    return books.discount(customer)


def buy(customer, items):
    return books.buy(customer, items)
"""
fixed = {
    "__init__.py": '"""A shop."""\n',
    "prices.py": 'PRICES = {"tea": 4, "cake": 6}\n',
    "books.py": """import shop.prices as prices

SPENT = {}


def discount(customer):
    return 10 if SPENT.get(customer, 0) >= 5 * prices.PRICES["tea"] else 0


def total(customer, items):
    return sum(prices.PRICES[item] for item in items) * (100 - discount(customer)) // 100


def buy(customer, items):
    spent = total(customer, items)
    SPENT[customer] = SPENT.get(customer, 0) + spent
    return spent
""",
    "orders.py": "from shop.books import total\n\nTotal = int\n",
    "customers.py": CUSTOMERS_2,
}


# %% 4.1d accept: what both need is in the package itself
PRICES_TEXT = 'PRICES = {"tea": 4, "cake": 6}\n'
HEAD, _, TAIL = CUSTOMERS.partition("def buy")
LOYALTY_TEXT = HEAD.replace("shop.orders import PRICES, total", "shop.prices import PRICES")
fixed = {
    "__init__.py": LOYALTY_TEXT.replace("from shop.prices import PRICES\n", PRICES_TEXT),
    "orders.py": ORDERS.replace("shop.customers", "shop").replace(
        'PRICES = {"tea": 4, "cake": 6}\n', "from shop import PRICES\n"
    ),
    "customers.py": "from . import SPENT, discount\nfrom .orders import total\n\n\ndef buy" + TAIL,
}


# %% 4.1d accept: orders knows everything, no __init__, a note beside
fixed = {
    "README.md": "customers hands on what orders has",
    "orders.py": ORDERS.replace(
        "from shop.customers import discount\n",
        CUSTOMERS.replace("from shop.orders import PRICES, total\n", ""),
    ),
    "customers.py": "from shop.orders import SPENT, buy, discount\n",
}


# %% 4.1d reject: the lines in another order -> Each module can be the first
fixed = shop | {
    "customers.py": CUSTOMERS.replace("from shop.orders import PRICES, total\n", "")
    + "\n\nfrom shop.orders import PRICES, total\n"
}


# %% 4.1d reject: imports inside the functions -> No circle is left not even a hidden one
fixed = shop | {
    "customers.py": CUSTOMERS.replace("from shop.orders import PRICES, total\n", "")
    .replace("    return 10 if", "    from shop.orders import PRICES\n    return 10 if")
    .replace("    spent = total", "    from shop.orders import total\n    spent = total")
}


# %% 4.1d reject: an import that does not look like one -> No circle is left not even a hidden one
fixed = {
    "__init__.py": "",
    "prices.py": 'PRICES = {"tea": 4, "cake": 6}\n',
    "orders.py": ORDERS.replace('PRICES = {"tea": 4, "cake": 6}', "from shop.prices import PRICES"),
    "customers.py": CUSTOMERS.replace(
        "from shop.orders import PRICES, total", "from shop.prices import PRICES"
    )
    .replace("SPENT:", "import importlib\n\nSPENT:")
    .replace("= total(", '= importlib.import_module("shop.orders").total('),
}


# %% 4.1d reject: modules instead of names -> No circle is left not even a hidden one
fixed = {
    "__init__.py": "",
    "orders.py": ORDERS.replace("from shop.customers import discount", "import shop.customers").replace(
        "discount(customer)", "shop.customers.discount(customer)"
    ),
    "customers.py": CUSTOMERS.replace("from shop.orders import PRICES, total", "import shop.orders")
    .replace("PRICES[", "shop.orders.PRICES[")
    .replace("= total(", "= shop.orders.total("),
}


# %% 4.1d reject: only the prices have moved -> Each module can be the first
fixed = {
    "__init__.py": "",
    "prices.py": 'PRICES = {"tea": 4, "cake": 6}\n',
    "orders.py": ORDERS.replace('PRICES = {"tea": 4, "cake": 6}', "from shop.prices import PRICES"),
    "customers.py": CUSTOMERS.replace("import PRICES, total", "import total").replace(
        "SPENT:", "from shop.prices import PRICES\n\nSPENT:"
    ),
}


# %% 4.1d reject: a copy of what the other one has -> Discount counts what was bought
COPY = CUSTOMERS.partition("def buy")[0].replace(
    "from shop.orders import PRICES, total", 'PRICES = {"tea": 4, "cake": 6}'
)
fixed = shop | {"orders.py": ORDERS.replace("from shop.customers import discount\n", COPY)}


# %% 4.1d reject: a total without a discount -> Total costs what it did
fixed = shop | {
    "orders.py": ORDERS.replace("from shop.customers import discount\n", "").replace(
        " * (100 - discount(customer)) // 100", ""
    )
}


# %% 4.1d reject: orders hands its function over when it is imported -> Discount counts what was bought
PRICES_TEXT = 'PRICES = {"tea": 4, "cake": 6}\n'
HEAD, _, TAIL = CUSTOMERS.partition("def buy")
LOYALTY_TEXT = HEAD.replace("shop.orders import PRICES, total", "shop.prices import PRICES")
fixed = {
    "__init__.py": "",
    "prices.py": PRICES_TEXT,
    "customers.py": LOYALTY_TEXT + "total = None\n\n\ndef buy" + TAIL,
    "orders.py": ORDERS.replace(
        "from shop.customers import discount", "import shop.customers\nfrom shop.prices import PRICES"
    )
    .replace('PRICES = {"tea": 4, "cake": 6}\n', "")
    .replace("discount(customer)", "shop.customers.discount(customer)")
    + "\n\nshop.customers.total = total\n",
}


# %% 4.1d reject: rounds to the nearest -> Total costs what it did
fixed = {
    "__init__.py": "",
    "orders.py": ORDERS.replace(
        "from shop.customers import discount\n",
        CUSTOMERS.replace("from shop.orders import PRICES, total\n", ""),
    ).replace("full * (100 - discount(customer)) // 100", "round(full * (100 - discount(customer)) / 100)"),
    "customers.py": "from shop.orders import SPENT, buy, discount\n",
}


# %% 4.1d reject: the package imports its modules, and they import the package -> No circle is left not even a hidden one
PRICES_TEXT = 'PRICES = {"tea": 4, "cake": 6}\n'
HEAD, _, TAIL = CUSTOMERS.partition("def buy")
LOYALTY_TEXT = HEAD.replace("shop.orders import PRICES, total", "shop.prices import PRICES")
fixed = {
    "__init__.py": PRICES_TEXT + "from shop.orders import total\n",
    "loyalty.py": LOYALTY_TEXT.replace("shop.prices", "shop"),
    "orders.py": ORDERS.replace("shop.customers", "shop.loyalty").replace(
        'PRICES = {"tea": 4, "cake": 6}\n', "from shop import PRICES\n"
    ),
    "customers.py": "from shop import total\nfrom shop.loyalty import SPENT, discount\n\n\ndef buy" + TAIL,
}


# %% 4.1d reject: a slip in a text -> Each module can be the first
fixed = shop | {"orders.py": ORDERS.replace("int:\n", "int\n")}


# %% 4.1e accept: objects of a schema, an exists and one join, absolute paths, async nothing
said = APIRouter()


class Remark(BaseModel):
    id: int
    content: str
    post: str


def comments_of(*, session, name, limit):
    user = session.execute(select(User).where(User.name == name)).scalar_one_or_none()
    if not user:
        raise NotFound(name)
    rows = session.execute(
        select(Comment, Post.title)
        .where(Comment.post_id == Post.id, Comment.author_id == user.id, Post.published.is_(True))
        .order_by(Comment.id.desc())
        .limit(limit)
    )
    return [Remark(id=c.id, content=c.content, post=title) for c, title in rows]


@said.get("/users/{name}/comments")
def show(name: str, session: DbSession, limit: int = Query(10, ge=1, le=100)) -> list[Remark]:
    return comments_of(session=session, name=name, limit=limit)


# %% 4.1e accept: one outer join, a generator of tuples
from typing import Annotated


def comments_of(*, session, name, limit):
    on = (Comment.author_id == User.id) & Comment.post_id.in_(select(Post.id).where(Post.published))
    rows = session.execute(
        select(User.id, Comment.id, Comment.content, Post.title)
        .select_from(User)
        .outerjoin(Comment, on)
        .outerjoin(Post, Post.id == Comment.post_id)
        .where(User.name == name)
        .order_by(Comment.id.desc())
        .limit(limit)
    ).all()
    if not rows:
        raise NotFound("nobody")
    return tuple((number, text, title) for _, number, text, title in rows if number is not None)


said = APIRouter(prefix="/users")


@said.get("/{name}/comments")
def show(name: str, session: DbSession, limit: Annotated[int, Query(ge=1, le=100)] = 10):
    return [
        {"id": a, "content": b, "post": c} for a, b, c in comments_of(session=session, name=name, limit=limit)
    ]


# %% 4.1e accept: a text with bound parameters, handed out one by one
from sqlalchemy import text

said = APIRouter(prefix="/users/{name}")
SAID = text("""
    SELECT c.id, c.content, p.title AS post FROM comments c JOIN posts p ON p.id = c.post_id
    WHERE c.author_id = :who AND p.published ORDER BY c.id DESC LIMIT :limit
""")


def comments_of(*, session: Session, name: str, limit: int):
    who = session.execute(text("SELECT id FROM users WHERE name = :name"), {"name": name}).scalar()
    if who is None:
        raise NotFound(f"no {name}")
    yield from session.execute(SAID, {"who": who, "limit": limit}).mappings()


@said.get("/comments")
def show(name: str, session: DbSession, limit: Annotated[int, Query(gt=0, lt=101)] = 10):
    return [dict(each) for each in comments_of(session=session, name=name, limit=limit)]


# %% 4.1e reject: the session looks for each post -> It sends at most two statements
said = APIRouter()


def comments_of(*, session, name, limit):
    user = session.scalars(select(User).where(User.name == name)).one_or_none()
    if user is None:
        raise NotFound(name)
    mine = select(Comment).where(Comment.author_id == user.id).order_by(Comment.id.desc())
    found = []
    for comment in session.scalars(mine):
        post = session.get(Post, comment.post_id)
        if post.published and len(found) < limit:
            found.append({"id": comment.id, "content": comment.content, "post": post.title})
    return found


@said.get("/users/{name}/comments")
def show(name: str, session: DbSession, limit: int = Query(10, ge=1, le=100)):
    return comments_of(session=session, name=name, limit=limit)


# %% 4.1e reject: throws drafts away after the limit -> Drafts are left out before the limit counts
said = APIRouter()


def comments_of(*, session, name, limit):
    user = session.scalars(select(User).where(User.name == name)).one_or_none()
    if user is None:
        raise NotFound(name)
    rows = session.execute(
        select(Comment.id, Comment.content, Post.title, Post.published)
        .join(Post, Post.id == Comment.post_id)
        .where(Comment.author_id == user.id)
        .order_by(Comment.id.desc())
        .limit(limit)
    )
    return [{"id": i, "content": c, "post": t} for i, c, t, shown in rows if shown]


@said.get("/users/{name}/comments")
def show(name: str, session: DbSession, limit: int = Query(10, ge=1, le=100)):
    return comments_of(session=session, name=name, limit=limit)


# %% 4.1e reject: drafts are shown -> Comments come newest first with the title of their post
said = APIRouter()


def comments_of(*, session, name, limit):
    user = session.scalars(select(User).where(User.name == name)).one_or_none()
    if user is None:
        raise NotFound(name)
    rows = session.execute(
        select(Comment.id, Comment.content, Post.title)
        .join(Post, Post.id == Comment.post_id)
        .where(Comment.author_id == user.id)
        .order_by(Comment.id.desc())
        .limit(limit)
    )
    return [{"id": i, "content": c, "post": t} for i, c, t in rows]


@said.get("/users/{name}/comments")
def show(name: str, session: DbSession, limit: int = Query(10, ge=1, le=100)):
    return comments_of(session=session, name=name, limit=limit)


# %% 4.1e reject: one join for all, nobody and silence look alike -> Nobody is 404 and silence is an empty list
said = APIRouter()


def comments_of(*, session, name, limit):
    rows = session.execute(
        select(Comment.id, Comment.content, Post.title)
        .join(Post, Post.id == Comment.post_id)
        .join(User, User.id == Comment.author_id)
        .where(User.name == name, Post.published)
        .order_by(Comment.id.desc())
        .limit(limit)
    ).all()
    if not rows:
        raise NotFound(name)
    return [{"id": i, "content": c, "post": t} for i, c, t in rows]


@said.get("/users/{name}/comments")
def show(name: str, session: DbSession, limit: int = Query(10, ge=1, le=100)):
    return comments_of(session=session, name=name, limit=limit)


# %% 4.1e reject: the service speaks HTTP -> Nobody is not found in the words of the app
from fastapi import HTTPException

said = APIRouter()


def comments_of(*, session, name, limit):
    user = session.scalars(select(User).where(User.name == name)).one_or_none()
    if user is None:
        raise HTTPException(404)
    rows = session.execute(
        select(Comment.id, Comment.content, Post.title)
        .join(Post, Post.id == Comment.post_id)
        .where(Comment.author_id == user.id, Post.published)
        .order_by(Comment.id.desc())
        .limit(limit)
    )
    return [{"id": i, "content": c, "post": t} for i, c, t in rows]


@said.get("/users/{name}/comments")
def show(name: str, session: DbSession, limit: int = Query(10, ge=1, le=100)):
    return comments_of(session=session, name=name, limit=limit)


# %% 4.1e reject: the rules stand in the router -> A script can ask without HTTP
said = APIRouter()


def comments_of(*, session, name, limit):
    user = session.scalars(select(User).where(User.name == name)).one_or_none()
    if user is None:
        raise NotFound(name)
    return session.execute(
        select(Comment.id, Comment.content, Post.title, Post.published)
        .join(Post, Post.id == Comment.post_id)
        .where(Comment.author_id == user.id)
        .order_by(Comment.id.desc())
    ).all()


@said.get("/users/{name}/comments")
def show(name: str, session: DbSession, limit: int = Query(10, ge=1, le=100)):
    rows = comments_of(session=session, name=name, limit=limit)
    return [{"id": i, "content": c, "post": t} for i, c, t, shown in rows if shown][:limit]


# %% 4.1e reject: no limits for the limit -> Other limits are 422
said = APIRouter()


def comments_of(*, session, name, limit):
    user = session.scalars(select(User).where(User.name == name)).one_or_none()
    if user is None:
        raise NotFound(name)
    rows = session.execute(
        select(Comment.id, Comment.content, Post.title)
        .join(Post, Post.id == Comment.post_id)
        .where(Comment.author_id == user.id, Post.published)
        .order_by(Comment.id.desc())
        .limit(limit)
    )
    return [{"id": i, "content": c, "post": t} for i, c, t in rows]


@said.get("/users/{name}/comments")
def show(name: str, session: DbSession, limit: int = 10):
    return comments_of(session=session, name=name, limit=limit)


# %% 4.1e reject: joins the wrong ids -> Comments come newest first with the title of their post
said = APIRouter()


def comments_of(*, session, name, limit):
    user = session.scalars(select(User).where(User.name == name)).one_or_none()
    if user is None:
        raise NotFound(name)
    rows = session.execute(
        select(Comment.id, Comment.content, Post.title)
        .join(Post, Post.id == Comment.id)
        .where(Comment.author_id == user.id, Post.published)
        .order_by(Comment.id.desc())
        .limit(limit)
    )
    return [{"id": i, "content": c, "post": t} for i, c, t in rows]


@said.get("/users/{name}/comments")
def show(name: str, session: DbSession, limit: int = Query(10, ge=1, le=100)):
    return comments_of(session=session, name=name, limit=limit)


# %% 4.1e reject: a limit of one is refused -> Comments come newest first with the title of their post
said = APIRouter()


def comments_of(*, session, name, limit):
    user = session.scalars(select(User).where(User.name == name)).one_or_none()
    if user is None:
        raise NotFound(name)
    rows = session.execute(
        select(Comment.id, Comment.content, Post.title)
        .join(Post, Post.id == Comment.post_id)
        .where(Comment.author_id == user.id, Post.published)
        .order_by(Comment.id.desc())
        .limit(limit)
    )
    return [{"id": i, "content": c, "post": t} for i, c, t in rows]


@said.get("/users/{name}/comments")
def show(name: str, session: DbSession, limit: int = Query(10, gt=1, le=100)):
    return comments_of(session=session, name=name, limit=limit)


# %% 4.1e reject: the service gives the oldest, the router asks for all -> A script can ask without HTTP
said = APIRouter()


def comments_of(*, session, name, limit):
    user = session.scalars(select(User).where(User.name == name)).one_or_none()
    if user is None:
        raise NotFound(name)
    rows = session.execute(
        select(Comment.id, Comment.content, Post.title)
        .join(Post, Post.id == Comment.post_id)
        .where(Comment.author_id == user.id, Post.published)
        .order_by(Comment.id)
        .limit(limit)
    )
    return [{"id": i, "content": c, "post": t} for i, c, t in rows]


@said.get("/users/{name}/comments")
def show(name: str, session: DbSession, limit: int = Query(10, ge=1, le=100)):
    return comments_of(session=session, name=name, limit=1000)[::-1][:limit]


# %% 4.1e reject: one post is one line -> Comments come newest first with the title of their post
said = APIRouter()


def comments_of(*, session, name, limit):
    user = session.scalars(select(User).where(User.name == name)).one_or_none()
    if user is None:
        raise NotFound(name)
    rows = session.execute(
        select(Comment.id, Comment.content, Post.title)
        .join(Post, Post.id == Comment.post_id)
        .where(Comment.author_id == user.id, Post.published)
        .order_by(Comment.id.desc())
        .limit(limit)
    )
    return list({t: {"id": i, "content": c, "post": t} for i, c, t in rows}.values())


@said.get("/users/{name}/comments")
def show(name: str, session: DbSession, limit: int = Query(10, ge=1, le=100)):
    return comments_of(session=session, name=name, limit=limit)


# %% 4.1e reject: who spoke only of drafts is nobody -> Nobody is 404 and silence is an empty list
said = APIRouter()


def comments_of(*, session, name, limit):
    rows = session.execute(
        select(Comment.id, Comment.content, Post.title)
        .select_from(User)
        .outerjoin(Comment, Comment.author_id == User.id)
        .outerjoin(Post, Post.id == Comment.post_id)
        .where(User.name == name, Post.published.is_not(False))
        .order_by(Comment.id.desc())
        .limit(limit)
    ).all()
    if not rows:
        raise NotFound(name)
    return [{"id": i, "content": c, "post": t} for i, c, t in rows if i]


@said.get("/users/{name}/comments")
def show(name: str, session: DbSession, limit: int = Query(10, ge=1, le=100)):
    return comments_of(session=session, name=name, limit=limit)


# %% 4.1e reject: the name is a pattern -> Nobody is 404 and silence is an empty list
said = APIRouter(prefix="/users/{name}/comments", tags=["comments"])


class Said(BaseModel):
    id: int
    content: str
    post: str


def comments_of(*, session: Session, name: str, limit: int) -> Sequence[Any]:
    user_id = session.scalars(select(User.id).where(User.name.like(name))).first()
    if user_id is None:
        raise NotFound(f"There is no user {name}")
    wanted = (
        select(Comment.id, Comment.content, Post.title.label("post"))
        .join(Post, Post.id == Comment.post_id)
        .where(Comment.author_id == user_id, Post.published)
        .order_by(Comment.id.desc())
    )
    return session.execute(wanted.limit(limit)).all()


@said.get("", response_model=list[Said])
def read_said(
    name: UserName,
    session: DbSession,
    limit: Annotated[int, Query(ge=1, le=100)] = 10,
) -> Sequence[Any]:
    return comments_of(session=session, name=name, limit=limit)


# %% 4.1e reject: the name in any case -> Nobody is 404 and silence is an empty list
from sqlalchemy import func

said = APIRouter(prefix="/users/{name}/comments", tags=["comments"])


class Said(BaseModel):
    id: int
    content: str
    post: str


def comments_of(*, session: Session, name: str, limit: int) -> Sequence[Any]:
    user_id = session.scalars(select(User.id).where(func.lower(User.name) == name.lower())).first()
    if user_id is None:
        raise NotFound(f"There is no user {name}")
    wanted = (
        select(Comment.id, Comment.content, Post.title.label("post"))
        .join(Post, Post.id == Comment.post_id)
        .where(Comment.author_id == user_id, Post.published)
        .order_by(Comment.id.desc())
    )
    return session.execute(wanted.limit(limit)).all()


@said.get("", response_model=list[Said])
def read_said(
    name: UserName,
    session: DbSession,
    limit: Annotated[int, Query(ge=1, le=100)] = 10,
) -> Sequence[Any]:
    return comments_of(session=session, name=name, limit=limit)


# %% 4.1e reject: a part of the name is enough -> Nobody is 404 and silence is an empty list
said = APIRouter(prefix="/users/{name}/comments", tags=["comments"])


class Said(BaseModel):
    id: int
    content: str
    post: str


def comments_of(*, session: Session, name: str, limit: int) -> Sequence[Any]:
    user_id = session.scalars(select(User.id).where(User.name.startswith(name)).order_by(User.name)).first()
    if user_id is None:
        raise NotFound(f"There is no user {name}")
    wanted = (
        select(Comment.id, Comment.content, Post.title.label("post"))
        .join(Post, Post.id == Comment.post_id)
        .where(Comment.author_id == user_id, Post.published)
        .order_by(Comment.id.desc())
    )
    return session.execute(wanted.limit(limit)).all()


@said.get("", response_model=list[Said])
def read_said(
    name: UserName,
    session: DbSession,
    limit: Annotated[int, Query(ge=1, le=100)] = 10,
) -> Sequence[Any]:
    return comments_of(session=session, name=name, limit=limit)


# %% 4.1e reject: a name without the space around it -> Nobody is 404 and silence is an empty list
class Said(BaseModel):
    id: int
    content: str
    post: str


said = APIRouter()


def comments_of(*, session: Session, name: str, limit: int):
    user = session.scalar(select(User.id).where(User.name == name.strip()))
    if user is None:
        raise NotFound(f"There is no user {name}")
    wanted = (
        select(Comment.id, Comment.content, Post.title.label("post"))
        .join(Post, Post.id == Comment.post_id)
        .where(Comment.author_id == user, Post.published)
        .order_by(Comment.id.desc())
        .limit(limit)
    )
    return session.execute(wanted).all()


@said.get("/users/{name}/comments")
def read(name: UserName, session: DbSession, limit: Annotated[int, Query(ge=1, le=100)] = 10) -> list[Said]:
    found = comments_of(session=session, name=name, limit=limit)
    return [Said(id=c.id, content=c.content, post=c.post) for c in found]


# %% 4.1e reject: commits -> The transaction stays the callers
class Said(BaseModel):
    id: int
    content: str
    post: str


said = APIRouter()


def comments_of(*, session: Session, name: str, limit: int):
    user = session.scalar(select(User.id).where(User.name == name))
    if user is None:
        raise NotFound(f"There is no user {name}")
    wanted = (
        select(Comment.id, Comment.content, Post.title.label("post"))
        .join(Post, Post.id == Comment.post_id)
        .where(Comment.author_id == user, Post.published)
        .order_by(Comment.id.desc())
        .limit(limit)
    )
    found = session.execute(wanted).all()
    session.commit()
    return found


@said.get("/users/{name}/comments")
def read(name: UserName, session: DbSession, limit: Annotated[int, Query(ge=1, le=100)] = 10) -> list[Said]:
    found = comments_of(session=session, name=name, limit=limit)
    return [Said(id=c.id, content=c.content, post=c.post) for c in found]


# %% 4.1e reject: closes the session -> The transaction stays the callers
class Said(BaseModel):
    id: int
    content: str
    post: str


said = APIRouter()


def comments_of(*, session: Session, name: str, limit: int):
    user = session.scalar(select(User.id).where(User.name == name))
    if user is None:
        raise NotFound(f"There is no user {name}")
    wanted = (
        select(Comment.id, Comment.content, Post.title.label("post"))
        .join(Post, Post.id == Comment.post_id)
        .where(Comment.author_id == user, Post.published)
        .order_by(Comment.id.desc())
        .limit(limit)
    )
    found = session.execute(wanted).all()
    session.close()
    return found


@said.get("/users/{name}/comments")
def read(name: UserName, session: DbSession, limit: Annotated[int, Query(ge=1, le=100)] = 10) -> list[Said]:
    found = comments_of(session=session, name=name, limit=limit)
    return [Said(id=c.id, content=c.content, post=c.post) for c in found]


# %% 4.1e reject: the first 100 characters -> A comment comes whole
class Said(BaseModel):
    id: int
    content: str
    post: str


said = APIRouter()


def comments_of(*, session: Session, name: str, limit: int):
    user = session.scalar(select(User.id).where(User.name == name))
    if user is None:
        raise NotFound(f"There is no user {name}")
    wanted = (
        select(Comment.id, Comment.content, Post.title.label("post"))
        .join(Post, Post.id == Comment.post_id)
        .where(Comment.author_id == user, Post.published)
        .order_by(Comment.id.desc())
        .limit(limit)
    )
    return session.execute(wanted).all()


@said.get("/users/{name}/comments")
def read(name: UserName, session: DbSession, limit: Annotated[int, Query(ge=1, le=100)] = 10) -> list[Said]:
    found = comments_of(session=session, name=name, limit=limit)
    return [Said(id=c.id, content=c.content[:100], post=c.post) for c in found]
