"""Right and wrong answers to the exercises of lesson 1.4; see docs/authors.md for the form."""

# %% 1.4a accept: Field for the limits, a validator that runs before them for the spaces
from pydantic import BaseModel, EmailStr, Field, field_validator


class Review(BaseModel):
    stars: int = Field(5, gt=0, lt=6)
    email: EmailStr
    text: str = Field(min_length=1, max_length=500)

    @field_validator("text", mode="before")
    @classmethod
    def strip(cls, text):
        return text.strip() if isinstance(text, str) else text


# %% 1.4a accept: a setting for the whole model, the five values spelled out
from typing import Literal

from pydantic import BaseModel, ConfigDict, EmailStr, Field


class Review(BaseModel):
    model_config = ConfigDict(str_strip_whitespace=True, extra="forbid")

    text: str = Field(min_length=1, max_length=500)
    email: EmailStr
    stars: Literal[1, 2, 3, 4, 5] = 5


# %% 1.4a accept: rules in a field validator that runs after the type was checked, a dataclass
from pydantic import EmailStr, field_validator
from pydantic.dataclasses import dataclass


@dataclass
class Review:
    text: str
    email: EmailStr
    stars: int = 5

    @field_validator("text")
    @classmethod
    def measured(cls, text: str) -> str:
        text = text.strip()
        assert 1 <= len(text) <= 500, "1 to 500 characters"
        return text

    @field_validator("stars")
    @classmethod
    def in_range(cls, stars: int) -> int:
        if stars not in range(1, 6):
            raise ValueError("1 to 5 stars")
        return stars


# %% 1.4a reject: spaces are not taken off -> White space around the text is not stored
from pydantic import BaseModel, EmailStr, Field


class Review(BaseModel):
    text: str = Field(min_length=1, max_length=500)
    email: EmailStr
    stars: int = Field(default=5, ge=1, le=5)


# %% 1.4a reject: measured first, stripped afterwards -> A text of white space is refused
from pydantic import BaseModel, EmailStr, Field, field_validator


class Review(BaseModel):
    text: str = Field(min_length=1, max_length=500)
    email: EmailStr
    stars: int = Field(default=5, ge=1, le=5)

    @field_validator("text")
    @classmethod
    def strip(cls, text):
        return text.strip()


# %% 1.4a reject: only the upper limit is measured too early -> A text has at most 500 characters
from pydantic import BaseModel, EmailStr, Field, field_validator


class Review(BaseModel):
    text: str = Field(max_length=500)
    email: EmailStr
    stars: int = Field(default=5, ge=1, le=5)

    @field_validator("text")
    @classmethod
    def strip(cls, text):
        if not text.strip():
            raise ValueError("empty")
        return text.strip()


# %% 1.4a reject: an address is any text -> An address must look like one
from typing import Annotated

from pydantic import BaseModel, Field, StringConstraints


class Review(BaseModel):
    text: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500)]
    email: str
    stars: int = Field(default=5, ge=1, le=5)


# %% 1.4a reject: a limit that excludes its own value -> Stars are a whole number from 1 to 5
from typing import Annotated

from pydantic import BaseModel, EmailStr, Field, StringConstraints


class Review(BaseModel):
    text: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500)]
    email: EmailStr
    stars: int = Field(default=5, gt=1, le=5)


# %% 1.4a reject: stars may be null, without a default -> Stars are 5 when left out
from typing import Annotated

from pydantic import BaseModel, EmailStr, Field, StringConstraints


class Review(BaseModel):
    text: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500)]
    email: EmailStr
    stars: Annotated[int, Field(ge=1, le=5)] | None


# %% 1.4a reject: stars are a float -> Stars are a whole number from 1 to 5
from typing import Annotated

from pydantic import BaseModel, EmailStr, Field, StringConstraints


class Review(BaseModel):
    text: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500)]
    email: EmailStr
    stars: float = Field(default=5, ge=1, le=5)


# %% 1.4a reject: everything has a default -> Text and address must be sent
from typing import Annotated

from pydantic import BaseModel, EmailStr, Field, StringConstraints


class Review(BaseModel):
    text: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500)] = ""
    email: EmailStr | None = None
    stars: int = Field(default=5, ge=1, le=5)


# %% 1.4b accept: Field for the defaults, Optional where null is allowed
from datetime import date
from typing import Optional


class Invitation(BaseModel):
    role: str = Field(default="reader")
    expires: Optional[date] = Field(default=None)
    message: Optional[str] = Field(...)
    email: EmailStr


# %% 1.4b accept: a factory, Union, names for the types
from datetime import date
from typing import Annotated, Union

MaybeText = Union[str, None]


class Base(BaseModel):
    email: EmailStr
    message: MaybeText


class Invitation(Base):
    role: Annotated[str, Field(default_factory=lambda: "reader", min_length=1)]
    expires: Annotated[Union[date, None], Field()] = None


# %% 1.4b reject: message keeps its default -> The message must be sent
from datetime import date


class Invitation(BaseModel):
    email: EmailStr
    message: str | None = None
    role: str = "reader"
    expires: date | None = None


# %% 1.4b reject: role still allows null -> The role is never null
from datetime import date


class Invitation(BaseModel):
    email: EmailStr
    message: str | None
    role: str | None = "reader"
    expires: date | None = None


# %% 1.4b reject: expires still has no default -> Expires left out is none
from datetime import date


class Invitation(BaseModel):
    email: EmailStr
    message: str | None
    role: str = "reader"
    expires: date | None


# %% 1.4b reject: a default of None for a type that does not allow null -> Expires may be null
from datetime import date


class Invitation(BaseModel):
    email: EmailStr
    message: str | None
    role: str = "reader"
    expires: date = None


# %% 1.4b reject: message is required and never null -> The message may be null
from datetime import date


class Invitation(BaseModel):
    email: EmailStr
    message: str
    role: str = "reader"
    expires: date | None = None


# %% 1.4b reject: a role that must be sent -> A role left out is reader
from datetime import date


class Invitation(BaseModel):
    email: EmailStr
    message: str | None
    role: str
    expires: date | None = None


# %% 1.4b reject: everything may be anything -> The types are still checked
from typing import Any


class Invitation(BaseModel):
    email: EmailStr
    message: Any
    role: str = "reader"
    expires: Any = None


# %% 1.4c accept: class arguments in place of model_config
class FromForm(Rating, extra="ignore"): ...


class FromPartner(Rating, strict=True): ...


class FromEditor(Rating, extra="forbid"): ...


class FromOurs(FromEditor, strict=True): ...


# %% 1.4c accept: strict fields, unknown names kept, one contract built on another
from pydantic import ConfigDict, StrictInt


class FromForm(Rating):
    model_config = ConfigDict(extra="allow", str_strip_whitespace=True)


class FromPartner(Rating):
    post_id: StrictInt
    stars: StrictInt = 5


class FromEditor(Rating):
    model_config = {"extra": "forbid", "strict": False}


class FromOurs(FromPartner):
    model_config = {"extra": "forbid"}


# %% 1.4c reject: all four as strict as can be -> A form may send numbers as text
from pydantic import ConfigDict


class Exact(Rating):
    model_config = ConfigDict(strict=True, extra="forbid")


FromForm = FromPartner = FromEditor = FromOurs = Exact

# %% 1.4c reject: all four take everything -> Your own program may do neither
FromForm = FromPartner = FromEditor = FromOurs = Rating

# %% 1.4c reject: strict is taken for "no unknown names" -> A name that an editor misspelt is noticed
from pydantic import ConfigDict


class FromForm(Rating):
    pass


class FromPartner(Rating):
    pass


class FromEditor(Rating):
    model_config = ConfigDict(strict=True)


class FromOurs(Rating):
    model_config = ConfigDict(strict=True)


# %% 1.4c reject: the partner's new fields are refused -> A partner may add fields
from pydantic import ConfigDict


class FromForm(Rating):
    pass


class FromPartner(Rating):
    model_config = ConfigDict(strict=True, extra="forbid")


class FromEditor(Rating):
    model_config = ConfigDict(extra="forbid")


class FromOurs(Rating):
    model_config = ConfigDict(strict=True, extra="forbid")


# %% 1.4c reject: a form is trusted to send only what was asked -> A form may send fields of its own
from pydantic import ConfigDict


class FromForm(Rating):
    model_config = ConfigDict(extra="forbid")


class FromPartner(Rating):
    model_config = ConfigDict(strict=True)


class FromEditor(Rating):
    model_config = ConfigDict(extra="forbid")


class FromOurs(Rating):
    model_config = ConfigDict(strict=True, extra="forbid")


# %% 1.4c reject: the second setting replaces the first -> Your own program may do neither
from pydantic import ConfigDict


class FromForm(Rating):
    pass


class FromPartner(Rating):
    model_config = ConfigDict(strict=True)


class FromEditor(Rating):
    model_config = ConfigDict(extra="forbid")


class FromOurs(Rating):
    model_config = ConfigDict(strict=True)
    model_config = ConfigDict(extra="forbid")


# %% 1.4d accept: one class in another, TypeAdapter, map
from pydantic import TypeAdapter


class Discussion(BaseModel):
    class Entry(BaseModel):
        class Writer(BaseModel):
            name: str
            email: EmailStr

        text: str
        author: Writer

    title: str
    comments: list[Entry] = Field(max_length=1000)


def places(data):
    try:
        TypeAdapter(Discussion).validate_python(data)
        return []
    except ValidationError as error:
        return sorted(".".join(map(str, fault["loc"])) for fault in error.errors(include_url=False))


# %% 1.4d accept: TypedDicts, and the errors read as JSON
import json

from pydantic import TypeAdapter
from typing_extensions import TypedDict


class Person(TypedDict):
    name: str
    email: EmailStr


class Entry(TypedDict):
    text: str
    author: Person


class Discussion(TypedDict):
    title: str
    comments: list[Entry]


def places(data):
    found = []
    try:
        TypeAdapter(Discussion).validate_python(data)
    except ValidationError as error:
        for fault in json.loads(error.json()):
            place = ""
            for step in fault["loc"]:
                place += f".{step}" if place else str(step)
            found.append(place)
    return found


# %% 1.4d reject: only the first fault -> Every fault is found
class Author(BaseModel):
    name: str
    email: EmailStr


class Remark(BaseModel):
    text: str
    author: Author


class Discussion(BaseModel):
    title: str
    comments: list[Remark]


def places(data):
    try:
        Discussion.model_validate(data)
    except ValidationError as error:
        return [".".join(map(str, error.errors()[0]["loc"]))]
    return []


# %% 1.4d reject: the comments are any dictionaries -> A fault deep inside is found
class Discussion(BaseModel):
    title: str
    comments: list[dict]


def places(data):
    try:
        Discussion.model_validate(data)
    except ValidationError as error:
        return [".".join(map(str, each["loc"])) for each in error.errors()]
    return []


# %% 1.4d reject: the paths stay tuples -> A fault deep inside is found
class Author(BaseModel):
    name: str
    email: EmailStr


class Remark(BaseModel):
    text: str
    author: Author


class Discussion(BaseModel):
    title: str
    comments: list[Remark]


def places(data):
    try:
        Discussion.model_validate(data)
    except ValidationError as error:
        return [each["loc"] for each in error.errors()]
    return []


# %% 1.4d reject: numbers in the path cannot be joined -> your code raised
class Author(BaseModel):
    name: str
    email: EmailStr


class Remark(BaseModel):
    text: str
    author: Author


class Discussion(BaseModel):
    title: str
    comments: list[Remark]


def places(data):
    try:
        Discussion.model_validate(data)
    except ValidationError as error:
        return [".".join(each["loc"]) for each in error.errors()]
    return []


# %% 1.4d reject: nothing is given for good data -> Data without a fault has no places
class Author(BaseModel):
    name: str
    email: EmailStr


class Remark(BaseModel):
    text: str
    author: Author


class Discussion(BaseModel):
    title: str
    comments: list[Remark]


def places(data):
    try:
        Discussion.model_validate(data)
    except ValidationError as error:
        return [".".join(map(str, each["loc"])) for each in error.errors()]


# %% 1.4d reject: the field alone, without its path -> A fault deep inside is found
class Author(BaseModel):
    name: str
    email: EmailStr


class Remark(BaseModel):
    text: str
    author: Author


class Discussion(BaseModel):
    title: str
    comments: list[Remark]


def places(data):
    try:
        Discussion.model_validate(data)
    except ValidationError as error:
        return [str(each["loc"][-1]) for each in error.errors()]
    return []


# %% 1.4d reject: an address is any text -> The models hold each other
class Author(BaseModel):
    name: str
    email: str


class Remark(BaseModel):
    text: str
    author: Author


class Discussion(BaseModel):
    title: str
    comments: list[Remark]


def places(data):
    try:
        Discussion.model_validate(data)
    except ValidationError as error:
        return [".".join(map(str, each["loc"])) for each in error.errors()]
    return []


# %% 1.4d reject: comments need not be there -> Comments left out are a fault
class Author(BaseModel):
    name: str
    email: EmailStr


class Remark(BaseModel):
    text: str
    author: Author


class Discussion(BaseModel):
    title: str
    comments: list[Remark] = []


def places(data):
    try:
        Discussion.model_validate(data)
    except ValidationError as error:
        return [".".join(map(str, each["loc"])) for each in error.errors()]
    return []


# %% 1.4e accept: info.data asked with care, a failed assert, an asynchronous endpoint
from fastapi import FastAPI
from pydantic import ValidationInfo, field_validator

signup_api = FastAPI(title="Sign-up")


class SignUp(BaseModel):
    username: str = Field(min_length=3)
    password: str = Field(min_length=12)
    repeated: str

    @field_validator("username")
    @classmethod
    def in_lower_case(cls, username: str) -> str:
        return username.lower()

    @field_validator("repeated")
    @classmethod
    def same_password(cls, repeated: str, info: ValidationInfo) -> str:
        if "password" in info.data:
            assert repeated == info.data["password"], "the passwords differ"
        return repeated


class SignedUp(BaseModel):
    username: str


@signup_api.post("/signups", status_code=201)
async def sign_up(new: SignUp) -> SignedUp:
    return SignedUp(username=new.username)


# %% 1.4e accept: lower case as a constraint, the comparison in the endpoint
from typing import Annotated

from fastapi import FastAPI, HTTPException
from pydantic import StringConstraints

signup_api = FastAPI(title="Sign-up")


class SignUp(BaseModel):
    username: Annotated[str, StringConstraints(min_length=3, to_lower=True)]
    password: Annotated[str, StringConstraints(min_length=12)]
    repeated: str


@signup_api.post("/signups", status_code=201)
def sign_up(new: SignUp):
    if new.password != new.repeated:
        raise HTTPException(422, "the passwords differ")
    return {"username": new.username}


# %% 1.4e accept: the username is made small when it is given back
from typing import Self

from fastapi import FastAPI
from pydantic import model_validator

signup_api = FastAPI()


class SignUp(BaseModel):
    username: str = Field(min_length=3)
    password: str = Field(min_length=12)
    repeated: str

    @model_validator(mode="after")
    def same(self) -> Self:
        if self.password == self.repeated:
            return self
        raise ValueError("Sorry, the passwords differ.")


@signup_api.post("/signups", status_code=201)
def sign_up(new: SignUp) -> dict:
    return {"username": new.username.lower()}


# %% 1.4e reject: only the missing return is mended -> Passwords that differ are 422
from fastapi import FastAPI
from pydantic import ValidationInfo, field_validator

signup_api = FastAPI(title="Sign-up")


class SignUp(BaseModel):
    username: str = Field(min_length=3)
    password: str = Field(min_length=12)
    repeated: str

    @field_validator("username")
    @classmethod
    def in_lower_case(cls, username: str) -> str:
        return username.lower()

    @field_validator("repeated")
    @classmethod
    def same_password(cls, repeated: str, info: ValidationInfo) -> str:
        if repeated != info.data["password"]:
            raise TypeError("the passwords differ")
        return repeated


@signup_api.post("/signups", status_code=201)
def sign_up(new: SignUp) -> dict[str, str]:
    return {"username": new.username}


# %% 1.4e reject: a password that is not there is still asked for -> A short password is 422
from fastapi import FastAPI
from pydantic import ValidationInfo, field_validator

signup_api = FastAPI(title="Sign-up")


class SignUp(BaseModel):
    username: str = Field(min_length=3)
    password: str = Field(min_length=12)
    repeated: str

    @field_validator("username")
    @classmethod
    def in_lower_case(cls, username: str) -> str:
        return username.lower()

    @field_validator("repeated")
    @classmethod
    def same_password(cls, repeated: str, info: ValidationInfo) -> str:
        if repeated != info.data["password"]:
            raise ValueError("the passwords differ")
        return repeated


@signup_api.post("/signups", status_code=201)
def sign_up(new: SignUp) -> dict[str, str]:
    return {"username": new.username}


# %% 1.4e reject: the limit on the password is taken away instead -> A short password is 422
from fastapi import FastAPI
from pydantic import ValidationInfo, field_validator

signup_api = FastAPI(title="Sign-up")


class SignUp(BaseModel):
    username: str = Field(min_length=3)
    password: str
    repeated: str

    @field_validator("username")
    @classmethod
    def in_lower_case(cls, username: str) -> str:
        return username.lower()

    @field_validator("repeated")
    @classmethod
    def same_password(cls, repeated: str, info: ValidationInfo) -> str:
        if repeated != info.data["password"]:
            raise ValueError("the passwords differ")
        return repeated


@signup_api.post("/signups", status_code=201)
def sign_up(new: SignUp) -> dict[str, str]:
    return {"username": new.username}


# %% 1.4e reject: the comparison is gone -> Passwords that differ are 422
from fastapi import FastAPI
from pydantic import field_validator

signup_api = FastAPI(title="Sign-up")


class SignUp(BaseModel):
    username: str = Field(min_length=3)
    password: str = Field(min_length=12)
    repeated: str

    @field_validator("username")
    @classmethod
    def in_lower_case(cls, username: str) -> str:
        return username.lower()


@signup_api.post("/signups", status_code=201)
def sign_up(new: SignUp) -> dict[str, str]:
    return {"username": new.username}


# %% 1.4e reject: lower() is called and its result is lost -> The username is stored in lower case
from fastapi import FastAPI
from pydantic import field_validator, model_validator

signup_api = FastAPI(title="Sign-up")


class SignUp(BaseModel):
    username: str = Field(min_length=3)
    password: str = Field(min_length=12)
    repeated: str

    @field_validator("username")
    @classmethod
    def in_lower_case(cls, username: str) -> str:
        username.lower()
        return username

    @model_validator(mode="after")
    def same_password(self):
        if self.repeated != self.password:
            raise ValueError("the passwords differ")
        return self


@signup_api.post("/signups", status_code=201)
def sign_up(new: SignUp) -> dict[str, str]:
    return {"username": new.username}


# %% 1.4e reject: refuses without saying why -> The client reads that they differ
from fastapi import FastAPI, HTTPException

signup_api = FastAPI(title="Sign-up")


class SignUp(BaseModel):
    username: str = Field(min_length=3)
    password: str = Field(min_length=12)
    repeated: str


@signup_api.post("/signups", status_code=201)
def sign_up(new: SignUp) -> dict[str, str]:
    if new.repeated != new.password:
        raise HTTPException(422)
    return {"username": new.username.lower()}


# %% 1.4e reject: the status of something new is forgotten -> A good sign up is 201
from fastapi import FastAPI, HTTPException

signup_api = FastAPI(title="Sign-up")


class SignUp(BaseModel):
    username: str = Field(min_length=3)
    password: str = Field(min_length=12)
    repeated: str


@signup_api.post("/signups")
def sign_up(new: SignUp) -> dict[str, str]:
    if new.repeated != new.password:
        raise HTTPException(422, "the passwords differ")
    return {"username": new.username.lower()}


# %% 1.4f accept: dictionaries inside, models only as return types
from fastapi import FastAPI, HTTPException

authors_api = FastAPI()


class Writer(BaseModel):
    name: str
    id: int


class Shown(BaseModel):
    id: int
    title: str
    content: str
    published: bool
    author: Writer | None


class Shelf(BaseModel):
    total: int
    items: list[Shown]


@authors_api.get("/posts", response_model=Shelf)
def all_posts():
    return {"items": list(stored_posts.values()), "total": len(stored_posts)}


@authors_api.get("/posts/{number}", response_model=Shown)
def one_post(number: int):
    try:
        return stored_posts[number]
    except KeyError:
        raise HTTPException(404, "No such post") from None


# %% 1.4f accept: stored models above the shown ones, asynchronous, a default for the author
from fastapi import FastAPI, HTTPException

authors_api = FastAPI()


class AuthorResponse(BaseModel):
    id: int
    name: str


class AuthorStored(AuthorResponse):
    email: EmailStr
    password_hash: str


class PostShown(BaseModel):
    id: int
    title: str
    content: str
    published: bool = True
    author: AuthorResponse | None = None


class PostStored(PostShown):
    author: AuthorStored | None = None


class Posts(BaseModel):
    items: list[PostShown] = []
    total: int = 0


@authors_api.get("/posts/")
async def all_posts() -> Posts:
    found = [PostStored(**post) for post in stored_posts.values()]
    return Posts(items=found, total=len(found))


@authors_api.get("/posts/{post_id}")
async def one_post(post_id: int) -> PostShown:
    post = stored_posts.get(post_id)
    if post is None:
        raise HTTPException(404)
    return PostStored(**post)


# %% 1.4f reject: the stored dictionaries go out -> No secret goes out
from fastapi import FastAPI, HTTPException

authors_api = FastAPI()


@authors_api.get("/posts")
def list_posts() -> dict:
    return {"items": list(stored_posts.values()), "total": len(stored_posts)}


@authors_api.get("/posts/{post_id}")
def read_post(post_id: int) -> dict:
    if post_id not in stored_posts:
        raise HTTPException(404, "No such post")
    return stored_posts[post_id]


# %% 1.4f reject: dictionaries cleaned by hand, no contract -> The docs promise the author and nothing secret
from fastapi import FastAPI, HTTPException

authors_api = FastAPI()


def clean(post: dict) -> dict:
    author = post["author"] and {key: post["author"][key] for key in ("id", "name")}
    return post | {"author": author}


@authors_api.get("/posts")
def list_posts() -> dict:
    return {"items": [clean(post) for post in stored_posts.values()], "total": len(stored_posts)}


@authors_api.get("/posts/{post_id}")
def read_post(post_id: int) -> dict:
    if post_id not in stored_posts:
        raise HTTPException(404, "No such post")
    return clean(stored_posts[post_id])


# %% 1.4f reject: one author model with everything -> No secret goes out
from fastapi import FastAPI, HTTPException

authors_api = FastAPI()


class Author(BaseModel):
    id: int
    name: str
    email: str
    password_hash: str


class Post(BaseModel):
    id: int
    title: str
    content: str
    published: bool
    author: Author | None


class Page(BaseModel):
    items: list[Post]
    total: int


@authors_api.get("/posts")
def list_posts() -> Page:
    return Page(items=list(stored_posts.values()), total=len(stored_posts))


@authors_api.get("/posts/{post_id}")
def read_post(post_id: int) -> Post:
    if post_id not in stored_posts:
        raise HTTPException(404, "No such post")
    return Post(**stored_posts[post_id])


# %% 1.4f reject: an author is always expected -> An author who left is null
from fastapi import FastAPI, HTTPException

authors_api = FastAPI()


class Author(BaseModel):
    id: int
    name: str


class Post(BaseModel):
    id: int
    title: str
    content: str
    published: bool
    author: Author


class Page(BaseModel):
    items: list[Post]
    total: int


@authors_api.get("/posts", response_model=Page)
def list_posts():
    return {"items": list(stored_posts.values()), "total": len(stored_posts)}


@authors_api.get("/posts/{post_id}", response_model=Post)
def read_post(post_id: int):
    if post_id not in stored_posts:
        raise HTTPException(404, "No such post")
    return stored_posts[post_id]


# %% 1.4f reject: a null author is left out of the answer -> An author who left is null
from fastapi import FastAPI, HTTPException

authors_api = FastAPI()


class Author(BaseModel):
    id: int
    name: str


class Post(BaseModel):
    id: int
    title: str
    content: str
    published: bool
    author: Author | None


class Page(BaseModel):
    items: list[Post]
    total: int


@authors_api.get("/posts", response_model=Page, response_model_exclude_none=True)
def list_posts():
    return {"items": list(stored_posts.values()), "total": len(stored_posts)}


@authors_api.get("/posts/{post_id}", response_model=Post, response_model_exclude_none=True)
def read_post(post_id: int):
    if post_id not in stored_posts:
        raise HTTPException(404, "No such post")
    return stored_posts[post_id]


# %% 1.4f reject: the list keeps the old form of a post -> The list has items of the same form
from fastapi import FastAPI, HTTPException

authors_api = FastAPI()


class Author(BaseModel):
    id: int
    name: str


class Plain(BaseModel):
    id: int
    title: str
    content: str
    published: bool


class Post(Plain):
    author: Author | None


class Page(BaseModel):
    items: list[Plain]
    total: int


@authors_api.get("/posts", response_model=Page)
def list_posts():
    return {"items": list(stored_posts.values()), "total": len(stored_posts)}


@authors_api.get("/posts/{post_id}", response_model=Post)
def read_post(post_id: int):
    if post_id not in stored_posts:
        raise HTTPException(404, "No such post")
    return stored_posts[post_id]


# %% 1.4f reject: an unknown post is a crash -> An unknown post is 404
from fastapi import FastAPI

authors_api = FastAPI()


class Author(BaseModel):
    id: int
    name: str


class Post(BaseModel):
    id: int
    title: str
    content: str
    published: bool
    author: Author | None


class Page(BaseModel):
    items: list[Post]
    total: int


@authors_api.get("/posts", response_model=Page)
def list_posts():
    return {"items": list(stored_posts.values()), "total": len(stored_posts)}


@authors_api.get("/posts/{post_id}", response_model=Post)
def read_post(post_id: int):
    return stored_posts[post_id]


# %% 1.4f reject: the total is written down once -> The total counts all posts
from fastapi import FastAPI, HTTPException

authors_api = FastAPI()


class Author(BaseModel):
    id: int
    name: str


class Post(BaseModel):
    id: int
    title: str
    content: str
    published: bool
    author: Author | None


class Page(BaseModel):
    items: list[Post]
    total: int = 2


@authors_api.get("/posts", response_model=Page)
def list_posts():
    return {"items": list(stored_posts.values())}


@authors_api.get("/posts/{post_id}", response_model=Post)
def read_post(post_id: int):
    if post_id not in stored_posts:
        raise HTTPException(404, "No such post")
    return stored_posts[post_id]


# %% 1.4f reject: only published posts are counted and shown by hand -> The post is complete
from fastapi import FastAPI, HTTPException

authors_api = FastAPI()


class Author(BaseModel):
    id: int
    name: str


class Post(BaseModel):
    id: int
    title: str
    content: str
    published: bool = True
    author: Author | None


class Page(BaseModel):
    items: list[Post]
    total: int


def as_post(post: dict) -> Post:
    return Post(id=post["id"], title=post["title"], content=post["content"], author=post["author"])


@authors_api.get("/posts")
def list_posts() -> Page:
    return Page(items=[as_post(post) for post in stored_posts.values()], total=len(stored_posts))


@authors_api.get("/posts/{post_id}")
def read_post(post_id: int) -> Post:
    if post_id not in stored_posts:
        raise HTTPException(404, "No such post")
    return as_post(stored_posts[post_id])


# %% 1.4f reject: the secrets are deleted from what is stored -> What the server knows stays as it was
from fastapi import FastAPI, HTTPException

authors_api = FastAPI()


class Author(BaseModel):
    id: int
    name: str


class Post(BaseModel):
    id: int
    title: str
    content: str
    published: bool
    author: Author | None


class Page(BaseModel):
    items: list[Post]
    total: int


def clean(post: dict) -> dict:
    if post["author"]:
        post["author"].pop("email", None)
        post["author"].pop("password_hash", None)
    return post


@authors_api.get("/posts", response_model=Page)
def list_posts():
    return {"items": [clean(post) for post in stored_posts.values()], "total": len(stored_posts)}


@authors_api.get("/posts/{post_id}", response_model=Post)
def read_post(post_id: int):
    if post_id not in stored_posts:
        raise HTTPException(404, "No such post")
    return clean(stored_posts[post_id])


# %% 1.4f accept: one author model, its secrets marked as never to be written
from fastapi import APIRouter, FastAPI, HTTPException, Path

router = APIRouter(prefix="/posts")


class Author(BaseModel):
    id: int
    name: str
    email: EmailStr = Field(exclude=True)
    password_hash: str = Field(exclude=True)


class Post(BaseModel):
    id: int
    title: str
    content: str
    published: bool
    author: Author | None


class Page(BaseModel):
    items: list[Post]
    total: int


@router.get("")
def list_posts() -> Page:
    return Page.model_validate({"items": list(stored_posts.values()), "total": len(stored_posts)})


@router.get("/{number}")
def read_post(number: int = Path(ge=1)) -> Post:
    if post := stored_posts.get(number):
        return Post.model_validate(post)
    raise HTTPException(404, f"There is no post {number}")


authors_api = FastAPI()
authors_api.include_router(router)


# %% 1.4e reject: the case of the passwords does not count -> Passwords that differ are 422
from fastapi import FastAPI, HTTPException

signup_api = FastAPI(title="Sign-up")


class SignUp(BaseModel):
    username: str = Field(min_length=3)
    password: str = Field(min_length=12)
    repeated: str


@signup_api.post("/signups", status_code=201)
def sign_up(new: SignUp) -> dict[str, str]:
    if new.repeated.lower() != new.password.lower():
        raise HTTPException(422, "the passwords differ")
    return {"username": new.username.lower()}
