# %% 5.8a accept: two statements that check where they change
from sqlalchemy import delete, update


def confirm(engine, email, code):
    fits = (Code.email == email, Code.digest == digest(code), Code.wrong < 5)
    with Session(engine) as session:
        accepted = session.execute(delete(Code).where(*fits)).rowcount == 1
        if not accepted:
            counted = update(Code).where(Code.email == email)
            session.execute(counted.values(wrong=Code.wrong + 1))
        session.commit()
    if not accepted:
        raise Refused


# %% 5.8a accept: a commit before each refusal
from sqlalchemy import select


def confirm(engine, email, code):
    with Session(engine) as session:
        row = session.scalars(select(Code).where(Code.email == email).with_for_update()).first()
        if row is None or row.wrong >= 5:
            raise Refused
        if row.digest != digest(code):
            row.wrong += 1
            session.commit()
            raise Refused
        session.delete(row)
        session.commit()


# %% 5.8a accept: SQL
from sqlalchemy import text


def confirm(engine, email, code):
    with engine.begin() as connection:
        values = {"email": email, "digest": digest(code)}
        connection.execute(text("SELECT pg_advisory_xact_lock(58)"))
        connection.execute(
            text("UPDATE codes SET wrong = wrong + 1 WHERE email = :email AND digest <> :digest"), values
        )
        gone = connection.execute(
            text("DELETE FROM codes WHERE email = :email AND digest = :digest AND wrong < 5"), values
        ).rowcount
    if not gone:
        raise Refused


# %% 5.8a reject: raised in the block -> Wrong codes are counted
def confirm(engine, email, code):
    with Session(engine) as session, session.begin():
        row = session.get(Code, email, with_for_update=True)
        if row is None or row.wrong >= 5:
            raise Refused
        if row.digest != digest(code):
            row.wrong += 1
            raise Refused
        session.delete(row)


# %% 5.8a reject: flushed, and rolled back all the same -> Wrong codes are counted
def confirm(engine, email, code):
    with Session(engine) as session, session.begin():
        row = session.get(Code, email, with_for_update=True)
        if row is None or row.wrong >= 5:
            raise Refused
        if row.digest != digest(code):
            row.wrong += 1
            session.flush()
            raise Refused
        session.delete(row)


# %% 5.8a reject: no lock -> Of two right codes at once one is accepted
def confirm(engine, email, code):
    with Session(engine) as session, session.begin():
        row = session.get(Code, email)
        accepted = row is not None and row.wrong < 5 and row.digest == digest(code)
        if accepted:
            session.delete(row)
        elif row is not None:
            row.wrong += 1
    if not accepted:
        raise Refused


# %% 5.8a reject: the row goes by a DELETE, the count is read and written -> Two wrong codes at once are both counted
from sqlalchemy import delete


def confirm(engine, email, code):
    fits = (Code.email == email, Code.digest == digest(code), Code.wrong < 5)
    with Session(engine) as session, session.begin():
        accepted = session.execute(delete(Code).where(*fits)).rowcount == 1
        row = session.get(Code, email)
        if not accepted and row is not None:
            row.wrong += 1
    if not accepted:
        raise Refused


# %% 5.8a reject: a lock of the process -> Two wrong codes at once are both counted
from threading import Lock

one_at_a_time = Lock()


def confirm(engine, email, code):
    with one_at_a_time, Session(engine) as session, session.begin():
        row = session.get(Code, email)
        accepted = row is not None and row.wrong < 5 and row.digest == digest(code)
        if accepted:
            session.delete(row)
        elif row is not None:
            row.wrong += 1
    if not accepted:
        raise Refused


# %% 5.8a reject: one attempt too many -> After five wrong codes the right one is refused
def confirm(engine, email, code):
    with Session(engine) as session, session.begin():
        row = session.get(Code, email, with_for_update=True)
        accepted = row is not None and row.wrong <= 5 and row.digest == digest(code)
        if accepted:
            session.delete(row)
        elif row is not None:
            row.wrong += 1
    if not accepted:
        raise Refused


# %% 5.8a reject: the fifth wrong code takes the row away -> Wrong codes are counted
def confirm(engine, email, code):
    with Session(engine) as session, session.begin():
        row = session.get(Code, email, with_for_update=True)
        accepted = row is not None and row.digest == digest(code)
        if row is not None and (accepted or row.wrong == 4):
            session.delete(row)
        elif row is not None:
            row.wrong += 1
    if not accepted:
        raise Refused


# %% 5.8a reject: a row that is not there is an error -> An address without a row is refused
def confirm(engine, email, code):
    with Session(engine) as session, session.begin():
        row = session.get_one(Code, email, with_for_update=True)
        accepted = row.wrong < 5 and row.digest == digest(code)
        if accepted:
            session.delete(row)
        else:
            row.wrong += 1
    if not accepted:
        raise Refused


# %% 5.8a reject: the code stays good -> The right code is accepted once
def confirm(engine, email, code):
    with Session(engine) as session, session.begin():
        row = session.get(Code, email, with_for_update=True)
        accepted = row is not None and row.wrong < 5 and row.digest == digest(code)
        if not accepted and row is not None:
            row.wrong += 1
    if not accepted:
        raise Refused


# %% 5.8b accept: sets of fields, without a model of the response
class Change(BaseModel, extra="forbid"):
    seats: int = Field(default=8, ge=1, le=8)
    note: str | None = None


def add_change(app, bookings, who):
    def own(booking_id: int, name: str = Depends(who)):
        if bookings.get(booking_id, {}).get("owner") != name:
            raise HTTPException(404)
        return bookings[booking_id]

    @app.patch("/bookings/{booking_id}")
    def change(sent: Change, booking: dict = Depends(own)):
        for field in sent.model_fields_set:
            booking[field] = getattr(sent, field)
        return {name: value for name, value in booking.items() if name != "cost"}


# %% 5.8b accept: an async function, a new dict, and a validator for null
from pydantic import field_validator


class Sent(BaseModel):
    model_config = {"extra": "forbid"}
    seats: int | None = Field(None, ge=1, le=8)
    note: str | None = None

    @field_validator("seats")
    @classmethod
    def is_there(cls, value):
        if value is None:
            raise ValueError("seats are a number")
        return value


class Shown(BaseModel):
    id: int
    owner: str
    seats: int
    note: str | None


def add_change(app, bookings, who):
    @app.patch("/bookings/{booking_id}", response_model=Shown)
    async def change(booking_id: int, sent: Sent, caller=Depends(who)):
        if booking_id not in bookings or bookings[booking_id]["owner"] != caller:
            raise HTTPException(404, "Not found")
        bookings[booking_id] = bookings[booking_id] | sent.model_dump(exclude_unset=True)
        return bookings[booking_id]


# %% 5.8b reject: defaults are written over what was not sent -> What was not sent stays
class Change(BaseModel, extra="forbid"):
    seats: int = Field(default=1, ge=1, le=8)
    note: str | None = None


class Booking(BaseModel):
    id: int
    owner: str
    seats: int
    note: str | None


def add_change(app, bookings, who):
    @app.patch("/bookings/{booking_id}")
    def change(booking_id: int, sent: Change, caller=Depends(who)) -> Booking:
        booking = bookings.get(booking_id)
        if booking is None or booking["owner"] != caller:
            raise HTTPException(404)
        booking.update(sent.model_dump())
        return Booking(**booking)


# %% 5.8b reject: exclude_none -> A note may be null
class Change(BaseModel, extra="forbid"):
    seats: int = Field(default=1, ge=1, le=8)
    note: str | None = None


class Booking(BaseModel):
    id: int
    owner: str
    seats: int
    note: str | None


def add_change(app, bookings, who):
    @app.patch("/bookings/{booking_id}")
    def change(booking_id: int, sent: Change, caller=Depends(who)) -> Booking:
        booking = bookings.get(booking_id)
        if booking is None or booking["owner"] != caller:
            raise HTTPException(404)
        booking.update(sent.model_dump(exclude_unset=True, exclude_none=True))
        return Booking(**booking)


# %% 5.8b reject: null is a number of seats -> Seats are from 1 to 8
class Change(BaseModel, extra="forbid"):
    seats: int | None = Field(default=None, ge=1, le=8)
    note: str | None = None


def add_change(app, bookings, who):
    @app.patch("/bookings/{booking_id}")
    def change(booking_id: int, sent: Change, caller=Depends(who)):
        booking = bookings.get(booking_id)
        if booking is None or booking["owner"] != caller:
            raise HTTPException(404)
        booking.update(sent.model_dump(exclude_unset=True))
        return {name: value for name, value in booking.items() if name != "cost"}


# %% 5.8b reject: the limits are left out of the change -> Seats are from 1 to 8
class Change(BaseModel, extra="forbid"):
    seats: int = 1
    note: str | None = None


def add_change(app, bookings, who):
    @app.patch("/bookings/{booking_id}")
    def change(booking_id: int, sent: Change, caller=Depends(who)):
        booking = bookings.get(booking_id)
        if booking is None or booking["owner"] != caller:
            raise HTTPException(404)
        booking.update(sent.model_dump(exclude_unset=True))
        return {name: value for name, value in booking.items() if name != "cost"}


# %% 5.8b reject: other fields are ignored -> Another field is refused
class Change(BaseModel):
    seats: int = Field(default=1, ge=1, le=8)
    note: str | None = None


def add_change(app, bookings, who):
    @app.patch("/bookings/{booking_id}")
    def change(booking_id: int, sent: Change, caller=Depends(who)):
        booking = bookings.get(booking_id)
        if booking is None or booking["owner"] != caller:
            raise HTTPException(404)
        booking.update(sent.model_dump(exclude_unset=True))
        return {name: value for name, value in booking.items() if name != "cost"}


# %% 5.8b reject: whatever is sent -> Another field is refused
def add_change(app, bookings, who):
    @app.patch("/bookings/{booking_id}")
    def change(booking_id: int, sent: dict, caller=Depends(who)):
        booking = bookings.get(booking_id)
        if booking is None or booking["owner"] != caller:
            raise HTTPException(404)
        booking.update(sent)
        return {name: value for name, value in booking.items() if name != "cost"}


# %% 5.8b reject: 403 for the bookings of others -> A booking of others is like one that is not there
class Change(BaseModel, extra="forbid"):
    seats: int = Field(default=1, ge=1, le=8)
    note: str | None = None


def add_change(app, bookings, who):
    @app.patch("/bookings/{booking_id}")
    def change(booking_id: int, sent: Change, caller=Depends(who)):
        if booking_id not in bookings:
            raise HTTPException(404)
        if bookings[booking_id]["owner"] != caller:
            raise HTTPException(403)
        bookings[booking_id].update(sent.model_dump(exclude_unset=True))
        return {name: value for name, value in bookings[booking_id].items() if name != "cost"}


# %% 5.8b reject: the 404 says whose it is -> A booking of others is like one that is not there
class Change(BaseModel, extra="forbid"):
    seats: int = Field(default=1, ge=1, le=8)
    note: str | None = None


def add_change(app, bookings, who):
    @app.patch("/bookings/{booking_id}")
    def change(booking_id: int, sent: Change, caller=Depends(who)):
        if booking_id not in bookings:
            raise HTTPException(404, "There is no such booking.")
        if bookings[booking_id]["owner"] != caller:
            raise HTTPException(404, "This is not your booking.")
        bookings[booking_id].update(sent.model_dump(exclude_unset=True))
        return {name: value for name, value in bookings[booking_id].items() if name != "cost"}


# %% 5.8b reject: whoever is logged in -> Each owner changes their own
class Change(BaseModel, extra="forbid"):
    seats: int = Field(default=1, ge=1, le=8)
    note: str | None = None


def add_change(app, bookings, who):
    @app.patch("/bookings/{booking_id}", dependencies=[Depends(who)])
    def change(booking_id: int, sent: Change):
        if booking_id not in bookings:
            raise HTTPException(404)
        bookings[booking_id].update(sent.model_dump(exclude_unset=True))
        return {name: value for name, value in bookings[booking_id].items() if name != "cost"}


# %% 5.8b reject: the header is read by hand, after the body -> Without a login it is 401
from fastapi import Request


class Change(BaseModel, extra="forbid"):
    seats: int = Field(default=1, ge=1, le=8)
    note: str | None = None


def add_change(app, bookings, who):
    @app.patch("/bookings/{booking_id}")
    def change(booking_id: int, sent: Change, request: Request):
        caller = who(request.headers.get("authorization", ""))
        booking = bookings.get(booking_id)
        if booking is None or booking["owner"] != caller:
            raise HTTPException(404)
        booking.update(sent.model_dump(exclude_unset=True))
        return {name: value for name, value in booking.items() if name != "cost"}


# %% 5.8b reject: the whole row goes out -> The response is the booking without its cost
class Change(BaseModel, extra="forbid"):
    seats: int = Field(default=1, ge=1, le=8)
    note: str | None = None


def add_change(app, bookings, who):
    @app.patch("/bookings/{booking_id}")
    def change(booking_id: int, sent: Change, caller=Depends(who)):
        booking = bookings.get(booking_id)
        if booking is None or booking["owner"] != caller:
            raise HTTPException(404)
        booking.update(sent.model_dump(exclude_unset=True))
        return booking


# %% 5.8b reject: the cost is taken out of the store -> The response is the booking without its cost
class Change(BaseModel, extra="forbid"):
    seats: int = Field(default=1, ge=1, le=8)
    note: str | None = None


def add_change(app, bookings, who):
    @app.patch("/bookings/{booking_id}")
    def change(booking_id: int, sent: Change, caller=Depends(who)):
        booking = bookings.get(booking_id)
        if booking is None or booking["owner"] != caller:
            raise HTTPException(404)
        booking.update(sent.model_dump(exclude_unset=True))
        booking.pop("cost", None)
        return booking


# %% 5.8b reject: a copy is changed -> A change is stored
class Change(BaseModel, extra="forbid"):
    seats: int = Field(default=1, ge=1, le=8)
    note: str | None = None


def add_change(app, bookings, who):
    @app.patch("/bookings/{booking_id}")
    def change(booking_id: int, sent: Change, caller=Depends(who)):
        booking = dict(bookings.get(booking_id, {}))
        if booking.pop("owner", None) != caller:
            raise HTTPException(404)
        booking.pop("cost")
        return booking | {"owner": caller} | sent.model_dump(exclude_unset=True)
