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


# %% 1.4d reject: only the first fault -> Every error is found
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


# %% 1.4d reject: the comments are any dictionaries -> An error deep inside is found
class Discussion(BaseModel):
    title: str
    comments: list[dict]


def places(data):
    try:
        Discussion.model_validate(data)
    except ValidationError as error:
        return [".".join(map(str, each["loc"])) for each in error.errors()]
    return []


# %% 1.4d reject: the paths stay tuples -> An error deep inside is found
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


# %% 1.4d reject: nothing is given for good data -> Data without an error has no places
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


# %% 1.4d reject: the field alone, without its path -> An error deep inside is found
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


# %% 1.4d reject: comments need not be there -> Each value that is left out or of another kind has its place
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


# %% 1.4e reject: a password that is not there is still asked for -> A password of fewer than 12 characters is 422
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


# %% 1.4e reject: the limit on the password is taken away instead -> A password of fewer than 12 characters is 422
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


# %% 1.4e reject: lower() is called and its result is lost -> The response is the username in lower case
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


# %% 1.4e reject: the status of something new is forgotten -> A valid sign up is 201
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


# %% 1.4a accept: annotated types with names, a positional default
Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500)]
Stars = Annotated[int, Field(ge=1, le=5)]


class Review(BaseModel):
    text: Words
    email: EmailStr
    stars: Stars = 5


# %% 1.4a reject: stars may be null -> None of the three is ever null
class Review(BaseModel):
    text: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500)]
    email: EmailStr
    stars: int | None = Field(default=5, ge=1, le=5)


# %% 1.4a reject: an at sign makes an address -> An address must look like one
class Review(BaseModel):
    text: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500)]
    email: Annotated[str, StringConstraints(pattern=r"^.+@.+\..+$")]
    stars: int = Field(default=5, ge=1, le=5)


# %% 1.4a reject: 499 characters -> A text has at most 500 characters
class Review(BaseModel):
    text: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=499)]
    email: EmailStr
    stars: int = Field(default=5, ge=1, le=5)


# %% 1.4a reject: two characters at least -> A text has at most 500 characters
class Review(BaseModel):
    text: Annotated[str, StringConstraints(strip_whitespace=True, min_length=2, max_length=500)]
    email: EmailStr
    stars: int = Field(default=5, ge=1, le=5)


# %% 1.4a reject: the limit is counted in bytes -> A text has at most 500 characters
from pydantic import field_validator


class Review(BaseModel):
    text: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
    email: EmailStr
    stars: int = Field(default=5, ge=1, le=5)

    @field_validator("text")
    @classmethod
    def short(cls, text: str) -> str:
        if len(text.encode()) > 500:
            raise ValueError("too long")
        return text


# %% 1.4a reject: white space inside is taken off as well -> White space around the text is not stored
from pydantic import AfterValidator


class Review(BaseModel):
    text: Annotated[
        str,
        StringConstraints(strip_whitespace=True, min_length=1, max_length=500),
        AfterValidator(lambda text: " ".join(text.split())),
    ]
    email: EmailStr
    stars: int = Field(default=5, ge=1, le=5)

# %% 1.4a reject: a pattern that knows one kind of address -> Every address is accepted
class Review(BaseModel):
    text: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500)]
    email: str = Field(pattern=r'^[a-z]+@[a-z]+\.com$')
    stars: Annotated[int, Field(ge=1, le=5)] = 5

# %% 1.4b accept: validators instead of types
from pydantic import field_validator


class Invitation(BaseModel):
    email: EmailStr
    message: str | None = Field(...)
    role: str | None = "reader"
    expires: date | None = None

    @field_validator("role")
    @classmethod
    def named(cls, role: str | None) -> str:
        if role is None:
            raise ValueError("a role is never null")
        return role


# %% 1.4b reject: a message only with a date -> Every row counts beside every other
from pydantic import model_validator


class Invitation(BaseModel):
    email: EmailStr
    message: str | None
    role: str = "reader"
    expires: date | None = None

    @model_validator(mode="after")
    def both(self):
        if self.message is None and self.expires is None and self.role == "writer":
            raise ValueError("a writer needs a message or a date")
        return self


# %% 1.4b reject: null makes a reader -> The role is never null
from pydantic import field_validator


class Invitation(BaseModel):
    email: EmailStr
    message: str | None
    role: str = "reader"
    expires: date | None = None

    @field_validator("role", mode="before")
    @classmethod
    def filled(cls, role):
        return "reader" if role is None else role


# %% 1.4b reject: the day is text -> A whole invitation is accepted
class Invitation(BaseModel):
    email: EmailStr
    message: str | None
    role: str = "reader"
    expires: str | None = None


# %% 1.4b reject: an empty text for null -> The message may be null
from pydantic import field_validator


class Invitation(BaseModel):
    email: EmailStr
    message: str | None
    role: str = "reader"
    expires: date | None = None

    @field_validator("message")
    @classmethod
    def filled(cls, message):
        return message or ""


# %% 1.4c accept: strict types field by field, for two of them
from pydantic import StrictInt


class FromForm(Rating):
    model_config = ConfigDict(extra="ignore", strict=False)


class FromPartner(Rating):
    post_id: StrictInt
    stars: StrictInt = 5


class FromEditor(Rating):
    model_config = {"extra": "forbid"}


class FromOurs(FromPartner):
    model_config = {"extra": "forbid"}


# %% 1.4c reject: only the post is strict -> Text in place of a number is reported to a partner
from pydantic import StrictInt


class FromForm(Rating):
    pass


class FromPartner(Rating):
    post_id: StrictInt


class FromEditor(Rating):
    model_config = ConfigDict(extra="forbid")


class FromOurs(Rating):
    model_config = ConfigDict(strict=True, extra="forbid")


# %% 1.4c reject: text is refused, and true is not -> Your own program may do neither
from pydantic import field_validator


class FromForm(Rating):
    pass


class FromPartner(Rating):
    model_config = ConfigDict(strict=True)


class FromEditor(Rating):
    model_config = ConfigDict(extra="forbid")


class FromOurs(Rating):
    model_config = ConfigDict(extra="forbid")

    @field_validator("*", mode="before")
    @classmethod
    def no_text(cls, value):
        if isinstance(value, str):
            raise ValueError("a number is wanted")
        return value


# %% 1.4c reject: stars must be sent by our program -> Stars left out are 5 for all four
class FromForm(Rating):
    pass


class FromPartner(Rating):
    model_config = ConfigDict(strict=True)


class FromEditor(Rating):
    model_config = ConfigDict(extra="forbid")


class FromOurs(Rating):
    model_config = ConfigDict(strict=True, extra="forbid")
    stars: int

# %% 1.4c reject: what a partner adds is kept -> A partner may add fields
class FromForm(Rating):
    pass


class FromPartner(Rating):
    model_config = ConfigDict(strict=True, extra='allow')


class FromEditor(Rating):
    model_config = ConfigDict(extra="forbid")


class FromOurs(Rating):
    model_config = ConfigDict(extra="forbid", strict=True)

# %% 1.4d accept: the models inside one another, a generator
class Discussion(BaseModel):
    class Comment(BaseModel):
        class Author(BaseModel):
            name: str
            email: EmailStr

        text: str
        author: Author

    title: str
    comments: list[Comment]


def places(data: dict) -> list[str]:
    found = []
    try:
        Discussion(**data)
    except ValidationError as problem:
        for error in problem.errors(include_url=False, include_input=False):
            found += [".".join(map(str, error["loc"]))]
    return found


# %% 1.4d reject: a comment may have no author -> Each value that is left out or of another kind has its place
class Author(BaseModel):
    name: str
    email: EmailStr


class Remark(BaseModel):
    text: str
    author: Author | None = None


class Discussion(BaseModel):
    title: str
    comments: list[Remark]


def places(data: dict) -> list[str]:
    try:
        Discussion.model_validate(data)
    except ValidationError as error:
        return [".".join(str(part) for part in each["loc"]) for each in error.errors()]
    return []


# %% 1.4d reject: an author needs no name -> Each value that is left out or of another kind has its place
class Author(BaseModel):
    name: str = ""
    email: EmailStr


class Remark(BaseModel):
    text: str
    author: Author


class Discussion(BaseModel):
    title: str
    comments: list[Remark]


def places(data: dict) -> list[str]:
    try:
        Discussion.model_validate(data)
    except ValidationError as error:
        return [".".join(str(part) for part in each["loc"]) for each in error.errors()]
    return []


# %% 1.4d reject: at least one comment -> Data without an error has no places
class Author(BaseModel):
    name: str
    email: EmailStr


class Remark(BaseModel):
    text: str
    author: Author


class Discussion(BaseModel):
    title: str
    comments: Annotated[list[Remark], Field(min_length=1)]


def places(data: dict) -> list[str]:
    try:
        Discussion.model_validate(data)
    except ValidationError as error:
        return [".".join(str(part) for part in each["loc"]) for each in error.errors()]
    return []


# %% 1.4d reject: a title has a character at least -> Each value that is left out or of another kind has its place
class Author(BaseModel):
    name: str
    email: EmailStr


class Remark(BaseModel):
    text: str
    author: Author


class Discussion(BaseModel):
    title: Annotated[str, Field(min_length=1)]
    comments: list[Remark]


def places(data: dict) -> list[str]:
    try:
        Discussion.model_validate(data)
    except ValidationError as error:
        return [".".join(str(part) for part in each["loc"]) for each in error.errors()]
    return []

# %% 1.4d reject: a missing title is put into the data -> The data is left as it was
class Author(BaseModel):
    name: str
    email: EmailStr


class Comment(BaseModel):
    text: str
    author: Author


class Discussion(BaseModel):
    title: str
    comments: list[Comment]


def places(data: dict) -> list[str]:
    data.setdefault('x', 1); data.pop('x')
    data['comments'] = data.get('comments', []) if 'comments' in data else None
    if data['comments'] is None: del data['comments']
    data['title'] = data.get('title')
    try:
        Discussion.model_validate(data)
    except ValidationError as error:
        return [".".join(str(part) for part in each["loc"]) for each in error.errors()]
    return []

# %% 1.4e reject: a missing password is still asked for -> A field that is missing or null is 422
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
        if len(info.data["password"]) < 12:
            raise ValueError("the password is too short")
        if repeated != info.data["password"]:
            raise ValueError("the passwords differ")
        return repeated


@signup_api.post("/signups", status_code=201)
def sign_up(new: SignUp) -> dict[str, str]:
    return {"username": new.username}


# %% 1.4e reject: 13 characters -> A password of 12 characters is long enough
signup_api = FastAPI(title="Sign-up")


class SignUp(BaseModel):
    username: str = Field(min_length=3)
    password: str = Field(min_length=13)
    repeated: str

    @field_validator("username")
    @classmethod
    def in_lower_case(cls, username: str) -> str:
        return username.lower()

    @model_validator(mode="after")
    def same_password(self):
        if self.repeated != self.password:
            raise ValueError("the passwords differ")
        return self


@signup_api.post("/signups", status_code=201)
def sign_up(new: SignUp) -> dict[str, str]:
    return {"username": new.username}


# %% 1.4e reject: 11 characters -> A password of fewer than 12 characters is 422
signup_api = FastAPI(title="Sign-up")


class SignUp(BaseModel):
    username: str = Field(min_length=3)
    password: str = Field(min_length=11)
    repeated: str

    @field_validator("username")
    @classmethod
    def in_lower_case(cls, username: str) -> str:
        return username.lower()

    @model_validator(mode="after")
    def same_password(self):
        if self.repeated != self.password:
            raise ValueError("the passwords differ")
        return self


@signup_api.post("/signups", status_code=201)
def sign_up(new: SignUp) -> dict[str, str]:
    return {"username": new.username}


# %% 1.4e reject: the password goes back -> The response is the username in lower case
signup_api = FastAPI(title="Sign-up")


class SignUp(BaseModel):
    username: str = Field(min_length=3)
    password: str = Field(min_length=12)
    repeated: str

    @field_validator("username")
    @classmethod
    def in_lower_case(cls, username: str) -> str:
        return username.lower()

    @model_validator(mode="after")
    def same_password(self):
        if self.repeated != self.password:
            raise ValueError("the passwords differ")
        return self


@signup_api.post("/signups", status_code=201)
def sign_up(new: SignUp) -> SignUp:
    return new


# %% 1.4e reject: an empty second password is not compared -> Passwords that differ are 422
signup_api = FastAPI(title="Sign-up")


class SignUp(BaseModel):
    username: str = Field(min_length=3)
    password: str = Field(min_length=12)
    repeated: str

    @field_validator("username")
    @classmethod
    def in_lower_case(cls, username: str) -> str:
        return username.lower()

    @model_validator(mode="after")
    def same_password(self):
        if self.repeated and self.repeated != self.password:
            raise ValueError("the passwords differ")
        return self


@signup_api.post("/signups", status_code=201)
def sign_up(new: SignUp) -> dict[str, str]:
    return {"username": new.username}


# %% 1.4e reject: one half of a password is enough -> Passwords that differ are 422
signup_api = FastAPI(title="Sign-up")


class SignUp(BaseModel):
    username: str = Field(min_length=3)
    password: str = Field(min_length=12)
    repeated: str

    @field_validator("username")
    @classmethod
    def in_lower_case(cls, username: str) -> str:
        return username.lower()

    @model_validator(mode="after")
    def same_password(self):
        if not self.password.startswith(self.repeated):
            raise ValueError("the passwords differ")
        return self


@signup_api.post("/signups", status_code=201)
def sign_up(new: SignUp) -> dict[str, str]:
    return {"username": new.username}


# %% 1.4f accept: one TypedDict for an author, response_model, the list by hand
from typing_extensions import TypedDict

authors_api = FastAPI(title="Postboard with authors")


class Writer(TypedDict):
    id: int
    name: str


class FullPost(BaseModel):
    id: int
    title: str
    content: str
    published: bool
    author: Writer | None


class Listing(BaseModel):
    items: list[FullPost]
    total: int


@authors_api.get("/posts/{number}", response_model=FullPost)
async def one(number: int):
    try:
        return stored_posts[number]
    except KeyError:
        raise HTTPException(404) from None


@authors_api.get("/posts", response_model=Listing)
async def many():
    return {"items": list(stored_posts.values()), "total": len(stored_posts)}


# %% 1.4f reject: drafts are left out of the list -> The list has items of the same form
authors_api = FastAPI(title="Postboard with authors")


class AuthorResponse(BaseModel):
    id: int
    name: str


class PostWithAuthor(PostResponse):
    author: AuthorResponse | None


class PageOfPosts(BaseModel):
    items: list[PostWithAuthor]
    total: int


@authors_api.get("/posts")
def list_posts() -> PageOfPosts:
    items = [PostWithAuthor.model_validate(post) for post in stored_posts.values() if post["published"]]
    return PageOfPosts(items=items, total=len(stored_posts))


@authors_api.get("/posts/{post_id}")
def read_post(post_id: int) -> PostWithAuthor:
    if post_id not in stored_posts:
        raise HTTPException(404, "No such post")
    return PostWithAuthor.model_validate(stored_posts[post_id])


# %% 1.4f reject: what is secret today is named -> A field that is stored later stays inside
from pydantic import ConfigDict

authors_api = FastAPI(title="Postboard with authors")


class AuthorResponse(BaseModel):
    model_config = ConfigDict(extra="allow")
    id: int
    name: str


class PostWithAuthor(PostResponse):
    author: AuthorResponse | None


class PageOfPosts(BaseModel):
    items: list[PostWithAuthor]
    total: int


def shown(post):
    author = post["author"] and {
        k: v for k, v in post["author"].items() if k not in ("email", "password_hash")
    }
    return post | {"author": author}


@authors_api.get("/posts")
def list_posts() -> PageOfPosts:
    items = [PostWithAuthor.model_validate(shown(post)) for post in stored_posts.values()]
    return PageOfPosts(items=items, total=len(items))


@authors_api.get("/posts/{post_id}")
def read_post(post_id: int) -> PostWithAuthor:
    if post_id not in stored_posts:
        raise HTTPException(404, "No such post")
    return PostWithAuthor.model_validate(shown(stored_posts[post_id]))


# %% 1.4f reject: no list when there is nothing -> Without posts the list is empty
authors_api = FastAPI(title="Postboard with authors")


class AuthorResponse(BaseModel):
    id: int
    name: str


class PostWithAuthor(PostResponse):
    author: AuthorResponse | None


class PageOfPosts(BaseModel):
    items: list[PostWithAuthor]
    total: int


@authors_api.get("/posts")
def list_posts() -> PageOfPosts:
    if not stored_posts:
        raise HTTPException(404, "No posts")
    return PageOfPosts(items=list(stored_posts.values()), total=len(stored_posts))


@authors_api.get("/posts/{post_id}")
def read_post(post_id: int) -> PostWithAuthor:
    if post_id not in stored_posts:
        raise HTTPException(404, "No such post")
    return PostWithAuthor.model_validate(stored_posts[post_id])


# %% 1.4f reject: the list's own fields are not in the docs -> The docs promise the author and nothing secret
authors_api = FastAPI(title="Postboard with authors")


class AuthorResponse(BaseModel):
    id: int
    name: str


class PostWithAuthor(PostResponse):
    author: AuthorResponse | None


@authors_api.get("/posts")
def list_posts() -> dict:
    items = [PostWithAuthor.model_validate(post) for post in stored_posts.values()]
    return {"items": items, "total": len(items)}


@authors_api.get("/posts/{post_id}")
def read_post(post_id: int) -> PostWithAuthor:
    if post_id not in stored_posts:
        raise HTTPException(404, "No such post")
    return PostWithAuthor.model_validate(stored_posts[post_id])


# %% 1.4a reject: the stars that were sent are lost -> A good review is accepted
from pydantic import field_validator


class Review(BaseModel):
    text: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500)]
    email: EmailStr
    stars: int = Field(default=5, ge=1, le=5)

    @field_validator("stars")
    @classmethod
    def five(cls, stars: int) -> int:
        return 5


# %% 1.4b reject: the address may be null -> The address is always there
class Invitation(BaseModel):
    email: EmailStr | None
    message: str | None
    role: str = "reader"
    expires: date | None = None


# %% 1.4c reject: the editor is as strict as your own program -> An editor may put numbers in quotes
class FromForm(Rating):
    pass


class FromPartner(Rating):
    model_config = ConfigDict(strict=True)


class FromEditor(Rating):
    model_config = ConfigDict(strict=True, extra="forbid")


class FromOurs(Rating):
    model_config = ConfigDict(strict=True, extra="forbid")


# %% 1.4c reject: a form needs no post -> The post must be named to all four
class FromForm(Rating):
    post_id: int = 0


class FromPartner(Rating):
    model_config = ConfigDict(strict=True)


class FromEditor(Rating):
    model_config = ConfigDict(extra="forbid")


class FromOurs(Rating):
    model_config = ConfigDict(strict=True, extra="forbid")


# %% 1.4e reject: a username of 2 characters is enough -> A username of fewer than 3 characters is 422
signup_api = FastAPI(title="Sign-up")


class SignUp(BaseModel):
    username: str = Field(min_length=2)
    password: str = Field(min_length=12)
    repeated: str

    @field_validator("username")
    @classmethod
    def in_lower_case(cls, username: str) -> str:
        return username.lower()

    @model_validator(mode="after")
    def same_password(self):
        if self.repeated != self.password:
            raise ValueError("the passwords differ")
        return self


@signup_api.post("/signups", status_code=201)
def sign_up(new: SignUp) -> dict[str, str]:
    return {"username": new.username}
