# %% 5.3a accept: a regular expression
import re
import unicodedata


def one_spelling(email):
    found = unicodedata.normalize("NFKC", email).strip().lower()
    return found if len(found) <= 254 and re.fullmatch(r"[^@\s]+@[^@\s]+", found) else None


# %% 5.3a accept: split, and small letters before the blanks
import unicodedata


def one_spelling(email):
    found = unicodedata.normalize("NFKC", email).lower().strip()
    parts = found.split("@")
    good = len(parts) == 2 and all(parts) and len(found.split()) == 1 and len(found) < 255
    return found if good else None


# %% 5.3a reject: small letters before NFKC -> It is normalized
import unicodedata


def one_spelling(email):
    found = unicodedata.normalize("NFKC", email.strip().lower())
    name, _, host = found.partition("@")
    if not name or not host or "@" in host or len(found) > 254 or any(map(str.isspace, found)):
        return None
    return found


# %% 5.3a reject: not normalized -> It is normalized
def one_spelling(email):
    found = email.strip().lower()
    name, _, host = found.partition("@")
    if not name or not host or "@" in host or len(found) > 254 or any(map(str.isspace, found)):
        return None
    return found


# %% 5.3a reject: only the host in small letters -> Letters are small and blanks around it are gone
import unicodedata


def one_spelling(email):
    name, _, host = unicodedata.normalize("NFKC", email).strip().partition("@")
    if not name or not host or "@" in host or len(name + host) > 253:
        return None
    if any(map(str.isspace, name + host)):
        return None
    return f"{name}@{host.lower()}"


# %% 5.3a reject: looks at what was typed -> It has at most 254 characters
import unicodedata


def one_spelling(email):
    found = unicodedata.normalize("NFKC", email).strip().lower()
    name, _, host = found.partition("@")
    if not name or not host or "@" in host or len(email) > 254 or any(map(str.isspace, found)):
        return None
    return found


# %% 5.3a reject: what follows a plus is cut -> Dots and plus stay
import unicodedata


def one_spelling(email):
    found = unicodedata.normalize("NFKC", email).strip().lower()
    name, _, host = found.partition("@")
    if not name or not host or "@" in host or len(found) > 254 or any(map(str.isspace, found)):
        return None
    return f"{name.split('+')[0]}@{host}"


# %% 5.3a reject: all blanks are taken out -> A blank inside is none
import unicodedata


def one_spelling(email):
    found = "".join(unicodedata.normalize("NFKC", email).lower().split())
    name, _, host = found.partition("@")
    return found if name and host and "@" not in host and len(found) <= 254 else None


# %% 5.3a reject: any number of @ -> A second at is none
import unicodedata


def one_spelling(email):
    found = unicodedata.normalize("NFKC", email).strip().lower()
    name, _, host = found.partition("@")
    if not name or not host or len(found) > 254 or any(map(str.isspace, found)):
        return None
    return found


# %% 5.3a reject: an @ is enough -> A text without both parts is none
import unicodedata


def one_spelling(email):
    found = unicodedata.normalize("NFKC", email).strip().lower()
    if found.count("@") != 1 or len(found) > 254 or any(map(str.isspace, found)):
        return None
    return found


# %% 5.3a reject: accents are taken away after all else -> It is normalized
import unicodedata


def one_spelling(email):
    found = unicodedata.normalize("NFKD", email).strip().lower()
    name, _, host = found.partition("@")
    if not name or not host or "@" in host or len(found) > 254 or any(map(str.isspace, found)):
        return None
    return found


# %% 5.3a reject: casefold -> Letters are small and blanks around it are gone
import unicodedata


def one_spelling(email: str) -> str | None:
    email = unicodedata.normalize("NFKC", email).strip().casefold()
    email = unicodedata.normalize("NFKC", email)
    before, _, after = email.partition("@")
    if not before or not after or "@" in after:
        return None
    if any(each.isspace() for each in email):
        return None
    if len(email) > 254:
        return None
    return email


# %% 5.3a reject: dots of gmail go -> Dots and plus stay
import unicodedata


def one_spelling(email: str) -> str | None:
    email = unicodedata.normalize("NFKC", email).strip().lower()
    email = unicodedata.normalize("NFKC", email)
    before, _, after = email.partition("@")
    if not before or not after or "@" in after:
        return None
    if any(each.isspace() for each in email):
        return None
    if len(email) > 254:
        return None
    if after == "gmail.com":
        before = before.replace(".", "")
    return before + "@" + after


# %% 5.3a reject: bytes for the length -> It has at most 254 characters
import unicodedata


def one_spelling(email: str) -> str | None:
    email = unicodedata.normalize("NFKC", email).strip().lower()
    email = unicodedata.normalize("NFKC", email)
    before, _, after = email.partition("@")
    if not before or not after or "@" in after:
        return None
    if any(each.isspace() for each in email):
        return None
    if len(email.encode()) > 254:
        return None
    return email


# %% 5.3a reject: blanks looked for only as typed -> A blank inside is none
import unicodedata


def one_spelling(email: str) -> str | None:
    if any(each.isspace() for each in email.strip()):
        return None
    email = unicodedata.normalize("NFKC", email).strip().lower()
    email = unicodedata.normalize("NFKC", email)
    before, _, after = email.partition("@")
    if not before or not after or "@" in after:
        return None
    if len(email) > 254:
        return None
    return email


# %% 5.3b accept: a response of its own, and one dependency for both refusals
from typing import Annotated

from fastapi.responses import JSONResponse

logins = FastAPI()
scheme = OAuth2PasswordBearer("/login", auto_error=False)
NOBODY = HTTPException(401, headers={"WWW-Authenticate": "Bearer"})


@logins.post("/login")
async def token(form: Annotated[OAuth2PasswordRequestForm, Depends()]):
    if is_right(form.username, form.password):
        body = {"access_token": new_token(form.username), "token_type": "Bearer", "expires_in": 900}
        return JSONResponse(body, headers={"Cache-Control": "no-store"})
    raise NOBODY


def user(token: Annotated[str | None, Depends(scheme)]):
    email = email_in(token) if token else None
    if not email:
        raise NOBODY
    return email


@logins.get("/me")
def me(email: Annotated[str, Depends(user)]):
    return {"email": email}


# %% 5.3b reject: JSON instead of a form -> It is a form
from typing import Annotated

from pydantic import BaseModel

logins = FastAPI()
bearer = OAuth2PasswordBearer(tokenUrl="login")
NOBODY = HTTPException(401, headers={"WWW-Authenticate": "Bearer"})


class Login(BaseModel):
    username: str
    password: str


@logins.post("/login")
def log_in(form: Login, response: Response):
    if not is_right(form.username, form.password):
        raise NOBODY
    response.headers["Cache-Control"] = "no-store"
    return {"access_token": new_token(form.username), "token_type": "bearer"}


@logins.get("/me")
def read_me(token: Annotated[str, Depends(bearer)]):
    if (email := email_in(token)) is None:
        raise NOBODY
    return {"email": email}


# %% 5.3b reject: token_type is Bearer token -> A client builds its header from the response
from typing import Annotated

logins = FastAPI()
bearer = OAuth2PasswordBearer(tokenUrl="login")
NOBODY = HTTPException(401, headers={"WWW-Authenticate": "Bearer"})


@logins.post("/login")
def log_in(form: Annotated[OAuth2PasswordRequestForm, Depends()], response: Response):
    if not is_right(form.username, form.password):
        raise NOBODY
    response.headers["Cache-Control"] = "no-store"
    return {"access_token": new_token(form.username), "token_type": "Bearer token"}


@logins.get("/me")
def read_me(token: Annotated[str, Depends(bearer)]):
    if (email := email_in(token)) is None:
        raise NOBODY
    return {"email": email}


# %% 5.3b reject: an unknown address is told -> Wrong and unknown are one response
from typing import Annotated

logins = FastAPI()
bearer = OAuth2PasswordBearer(tokenUrl="login")
ASK = {"WWW-Authenticate": "Bearer"}


@logins.post("/login")
def log_in(form: Annotated[OAuth2PasswordRequestForm, Depends()], response: Response):
    if form.username not in PASSWORDS:
        raise HTTPException(401, "There is no such user.", headers=ASK)
    if not is_right(form.username, form.password):
        raise HTTPException(401, "The password is wrong.", headers=ASK)
    response.headers["Cache-Control"] = "no-store"
    return {"access_token": new_token(form.username), "token_type": "bearer"}


@logins.get("/me")
def read_me(token: Annotated[str, Depends(bearer)]):
    if (email := email_in(token)) is None:
        raise HTTPException(401, headers=ASK)
    return {"email": email}


# %% 5.3b reject: no header on the own refusals -> Each 401 says how to log in
from typing import Annotated

logins = FastAPI()
bearer = OAuth2PasswordBearer(tokenUrl="login")


@logins.post("/login")
def log_in(form: Annotated[OAuth2PasswordRequestForm, Depends()], response: Response):
    if not is_right(form.username, form.password):
        raise HTTPException(401)
    response.headers["Cache-Control"] = "no-store"
    return {"access_token": new_token(form.username), "token_type": "bearer"}


@logins.get("/me")
def read_me(token: Annotated[str, Depends(bearer)]):
    if (email := email_in(token)) is None:
        raise HTTPException(401)
    return {"email": email}


# %% 5.3b reject: a bad token is nobody, with 200 -> Without a valid token it is 401
from typing import Annotated

logins = FastAPI()
bearer = OAuth2PasswordBearer(tokenUrl="login")


@logins.post("/login")
def log_in(form: Annotated[OAuth2PasswordRequestForm, Depends()], response: Response):
    if not is_right(form.username, form.password):
        raise HTTPException(401, headers={"WWW-Authenticate": "Bearer"})
    response.headers["Cache-Control"] = "no-store"
    return {"access_token": new_token(form.username), "token_type": "bearer"}


@logins.get("/me")
def read_me(token: Annotated[str, Depends(bearer)]):
    return {"email": email_in(token)}


# %% 5.3b reject: the header is read by hand -> Docs find the login
from typing import Annotated

from fastapi import Header

logins = FastAPI()
NOBODY = HTTPException(401, headers={"WWW-Authenticate": "Bearer"})


@logins.post("/login")
def log_in(form: Annotated[OAuth2PasswordRequestForm, Depends()], response: Response):
    if not is_right(form.username, form.password):
        raise NOBODY
    response.headers["Cache-Control"] = "no-store"
    return {"access_token": new_token(form.username), "token_type": "bearer"}


@logins.get("/me")
def read_me(authorization: Annotated[str, Header()] = ""):
    kind, _, token = authorization.partition(" ")
    if kind.lower() != "bearer" or (email := email_in(token)) is None:
        raise NOBODY
    return {"email": email}


# %% 5.3b reject: the tokenUrl of a tutorial -> Docs find the login
from typing import Annotated

logins = FastAPI()
bearer = OAuth2PasswordBearer(tokenUrl="token")
NOBODY = HTTPException(401, headers={"WWW-Authenticate": "Bearer"})


@logins.post("/login")
def log_in(form: Annotated[OAuth2PasswordRequestForm, Depends()], response: Response):
    if not is_right(form.username, form.password):
        raise NOBODY
    response.headers["Cache-Control"] = "no-store"
    return {"access_token": new_token(form.username), "token_type": "bearer"}


@logins.get("/me")
def read_me(token: Annotated[str, Depends(bearer)]):
    if (email := email_in(token)) is None:
        raise NOBODY
    return {"email": email}


# %% 5.3b reject: no Cache-Control -> The response with the token is not stored
from typing import Annotated

logins = FastAPI()
bearer = OAuth2PasswordBearer(tokenUrl="login")
NOBODY = HTTPException(401, headers={"WWW-Authenticate": "Bearer"})


@logins.post("/login")
def log_in(form: Annotated[OAuth2PasswordRequestForm, Depends()]):
    if not is_right(form.username, form.password):
        raise NOBODY
    return {"access_token": new_token(form.username), "token_type": "bearer"}


@logins.get("/me")
def read_me(token: Annotated[str, Depends(bearer)]):
    if (email := email_in(token)) is None:
        raise NOBODY
    return {"email": email}


# %% 5.3b reject: always ana -> Me says whose token it is
from typing import Annotated

logins = FastAPI()
bearer = OAuth2PasswordBearer(tokenUrl="login")
NOBODY = HTTPException(401, headers={"WWW-Authenticate": "Bearer"})


@logins.post("/login")
def log_in(form: Annotated[OAuth2PasswordRequestForm, Depends()], response: Response):
    if not is_right(form.username, form.password):
        raise NOBODY
    response.headers["Cache-Control"] = "no-store"
    return {"access_token": new_token(form.username), "token_type": "bearer"}


@logins.get("/me")
def read_me(token: Annotated[str, Depends(bearer)]):
    if email_in(token) is None:
        raise NOBODY
    return {"email": "ana@example.org"}


# %% 5.3b reject: the password is not asked for -> Wrong and unknown are one response
from typing import Annotated

logins = FastAPI()
bearer = OAuth2PasswordBearer(tokenUrl="login")
NOBODY = HTTPException(401, headers={"WWW-Authenticate": "Bearer"})


@logins.post("/login")
def log_in(form: Annotated[OAuth2PasswordRequestForm, Depends()], response: Response):
    if form.username not in PASSWORDS:
        raise NOBODY
    response.headers["Cache-Control"] = "no-store"
    return {"access_token": new_token(form.username), "token_type": "bearer"}


@logins.get("/me")
def read_me(token: Annotated[str, Depends(bearer)]):
    if (email := email_in(token)) is None:
        raise NOBODY
    return {"email": email}


# %% 5.3b reject: the address where the token should be -> The right password gets a token
from typing import Annotated

logins = FastAPI()
bearer = OAuth2PasswordBearer(tokenUrl="login")
NOBODY = HTTPException(401, headers={"WWW-Authenticate": "Bearer"})


@logins.post("/login")
def log_in(form: Annotated[OAuth2PasswordRequestForm, Depends()], response: Response):
    if not is_right(form.username, form.password):
        raise NOBODY
    response.headers["Cache-Control"] = "no-store"
    return {"access_token": form.username, "token_type": "bearer"}


@logins.get("/me")
def read_me(token: Annotated[str, Depends(bearer)]):
    if (email := email_in(token)) is None:
        raise NOBODY
    return {"email": email}


# %% 5.3b accept: the strict form
from typing import Annotated

from fastapi.security import OAuth2PasswordRequestFormStrict

logins = FastAPI()
bearer = OAuth2PasswordBearer(tokenUrl="login", auto_error=False)
HEADERS = {"WWW-Authenticate": "Bearer"}


@logins.post("/login")
def log_in(
    form: Annotated[OAuth2PasswordRequestFormStrict, Depends()], response: Response
) -> dict[str, str]:
    if not is_right(form.username, form.password):
        raise HTTPException(401, "Wrong address or password.", headers=HEADERS)
    response.headers["Cache-Control"] = "no-store"
    return {"access_token": new_token(form.username), "token_type": "bearer"}


@logins.get("/me")
def read_me(token: Annotated[str | None, Depends(bearer)]) -> dict[str, str]:
    email = email_in(token) if token else None
    if email is None:
        raise HTTPException(401, "Log in first.", headers=HEADERS)
    return {"email": email}


# %% 5.3b accept: form fields, a header with more than no-store
from typing import Annotated

from fastapi import Form

logins = FastAPI()
bearer = OAuth2PasswordBearer(tokenUrl="login", auto_error=False)
HEADERS = {"WWW-Authenticate": "Bearer"}


@logins.post("/login")
def log_in(
    username: Annotated[str, Form()], password: Annotated[str, Form()], response: Response
) -> dict[str, str]:
    if not is_right(username, password):
        raise HTTPException(401, "Wrong address or password.", headers=HEADERS)
    response.headers["Cache-Control"] = "private, no-store"
    return {"access_token": new_token(username), "token_type": "bearer"}


@logins.get("/me")
def read_me(token: Annotated[str | None, Depends(bearer)]) -> dict[str, str]:
    email = email_in(token) if token else None
    if email is None:
        raise HTTPException(401, "Log in first.", headers=HEADERS)
    return {"email": email}


# %% 5.3b reject: always ana's token -> Each user gets their own token
from typing import Annotated

logins = FastAPI()
bearer = OAuth2PasswordBearer(tokenUrl="login", auto_error=False)
HEADERS = {"WWW-Authenticate": "Bearer"}


@logins.post("/login")
def log_in(
    form: Annotated[OAuth2PasswordRequestForm, Depends()], response: Response
) -> dict[str, str]:
    if not is_right(form.username, form.password):
        raise HTTPException(401, "Wrong address or password.", headers=HEADERS)
    response.headers["Cache-Control"] = "no-store"
    return {"access_token": new_token("ana@example.org"), "token_type": "bearer"}


@logins.get("/me")
def read_me(token: Annotated[str | None, Depends(bearer)]) -> dict[str, str]:
    email = email_in(token) if token else None
    if email is None:
        raise HTTPException(401, "Log in first.", headers=HEADERS)
    return {"email": email}


# %% 5.3b reject: only the signature: a token without sub crashes -> Without a valid token it is 401
from typing import Annotated

logins = FastAPI()
bearer = OAuth2PasswordBearer(tokenUrl="login", auto_error=False)
HEADERS = {"WWW-Authenticate": "Bearer"}


@logins.post("/login")
def log_in(
    form: Annotated[OAuth2PasswordRequestForm, Depends()], response: Response
) -> dict[str, str]:
    if not is_right(form.username, form.password):
        raise HTTPException(401, "Wrong address or password.", headers=HEADERS)
    response.headers["Cache-Control"] = "no-store"
    return {"access_token": new_token(form.username), "token_type": "bearer"}


@logins.get("/me")
def read_me(token: Annotated[str | None, Depends(bearer)]) -> dict[str, str]:
    email = None
    try:
        email = jwt.decode(token or "", SECRET, ["HS256"])["sub"]
    except jwt.InvalidTokenError:
        pass
    if email is None:
        raise HTTPException(401, "Log in first.", headers=HEADERS)
    return {"email": email}


# %% 5.3c accept: a regular expression, and each step by itself
import re


def current_user(users, header):
    match = re.fullmatch(r"bearer(?: (.*))?", header or "", re.IGNORECASE | re.DOTALL)
    if match is None:
        raise Refused("Bearer")
    refused = Refused('Bearer error="invalid_token"')
    try:
        sub = claims_of(match[1] or "").get("sub")
    except jwt.InvalidTokenError:
        raise refused
    if not isinstance(sub, str) or not sub.isdecimal() or len(sub) > 20:
        raise refused
    user = users.get(int(sub), {"active": False})
    if not user["active"]:
        raise refused
    return user


# %% 5.3c accept: all errors at once
def current_user(users, header):
    parts = (header or "").split(" ", 1)
    if parts[0].casefold() != "bearer":
        raise Refused("Bearer")
    try:
        user = users[int(claims_of(parts[1])["sub"])]
        assert user["active"]
        return user
    except Exception:
        raise Refused('Bearer error="invalid_token"')


# %% 5.3c reject: one spelling of the type -> Capitals of the type do not count
def current_user(users, header):
    kind, _, token = (header or "").partition(" ")
    if kind != "Bearer":
        raise Refused("Bearer")
    try:
        user = users[int(claims_of(token)["sub"])]
    except (jwt.InvalidTokenError, KeyError, ValueError):
        raise Refused('Bearer error="invalid_token"')
    if not user["active"]:
        raise Refused('Bearer error="invalid_token"')
    return user


# %% 5.3c reject: str() before the check, and no conversion -> A valid token gives its user
def current_user(users, header):
    kind, _, token = (header or "").partition(" ")
    if kind.lower() != "bearer":
        raise Refused("Bearer")
    try:
        user_id: int = str(claims_of(token).get("sub"))
    except jwt.InvalidTokenError:
        raise Refused('Bearer error="invalid_token"')
    user = users.get(user_id)
    if user is None or not user["active"]:
        raise Refused('Bearer error="invalid_token"')
    return user


# %% 5.3c reject: int() of what is missing -> A sub that is missing or no number is refused
def current_user(users, header):
    kind, _, token = (header or "").partition(" ")
    if kind.lower() != "bearer":
        raise Refused("Bearer")
    try:
        user = users.get(int(claims_of(token).get("sub")))
    except (jwt.InvalidTokenError, KeyError):
        raise Refused('Bearer error="invalid_token"')
    if user is None or not user["active"]:
        raise Refused('Bearer error="invalid_token"')
    return user


# %% 5.3c reject: the disabled pass -> A user who is not active is refused
def current_user(users, header):
    kind, _, token = (header or "").partition(" ")
    if kind.lower() != "bearer":
        raise Refused("Bearer")
    try:
        return users[int(claims_of(token)["sub"])]
    except (jwt.InvalidTokenError, KeyError, ValueError):
        raise Refused('Bearer error="invalid_token"')


# %% 5.3c reject: the deleted are None -> A user who is not there is refused
def current_user(users, header):
    kind, _, token = (header or "").partition(" ")
    if kind.lower() != "bearer":
        raise Refused("Bearer")
    try:
        user = users.get(int(claims_of(token)["sub"]))
    except (jwt.InvalidTokenError, KeyError, ValueError):
        raise Refused('Bearer error="invalid_token"')
    if user and not user["active"]:
        raise Refused('Bearer error="invalid_token"')
    return user


# %% 5.3c reject: the signature is not verified -> A token that is not valid is refused
def current_user(users, header):
    kind, _, token = (header or "").partition(" ")
    if kind.lower() != "bearer":
        raise Refused("Bearer")
    try:
        claims = jwt.decode(token, options={"verify_signature": False, "verify_exp": True})
        user = users[int(claims["sub"])]
    except (jwt.InvalidTokenError, KeyError, ValueError):
        raise Refused('Bearer error="invalid_token"')
    if not user["active"]:
        raise Refused('Bearer error="invalid_token"')
    return user


# %% 5.3c reject: the type is cut off wherever it is -> Another type is no token
def current_user(users, header):
    if not header:
        raise Refused("Bearer")
    token = header.split(" ")[-1]
    try:
        user = users[int(claims_of(token)["sub"])]
    except (jwt.InvalidTokenError, KeyError, ValueError):
        raise Refused('Bearer error="invalid_token"')
    if not user["active"]:
        raise Refused('Bearer error="invalid_token"')
    return user


# %% 5.3c reject: one refusal for everything -> No header is no token
def current_user(users, header):
    kind, _, token = (header or "").partition(" ")
    try:
        user = users[int(claims_of(token)["sub"])]
    except (jwt.InvalidTokenError, KeyError, ValueError):
        raise Refused('Bearer error="invalid_token"')
    if not user["active"] or kind.lower() != "bearer":
        raise Refused('Bearer error="invalid_token"')
    return user


# %% 5.3c reject: sub missing is user 0 -> A sub that is missing or no number is refused
BAD = 'Bearer error="invalid_token"'


def current_user(users: dict[int, dict[str, Any]], header: str | None) -> dict[str, Any]:
    kind, _, token = (header or "").partition(" ")
    if kind.lower() != "bearer":
        raise Refused("Bearer")
    try:
        user = users[int(claims_of(token).get("sub", 0))]
    except (jwt.InvalidTokenError, KeyError, ValueError) as error:
        raise Refused(BAD) from error
    if not user["active"]:
        raise Refused(BAD)
    return user


# %% 5.3c reject: a type that ends with bearer -> Another type is no token
BAD = 'Bearer error="invalid_token"'


def current_user(users: dict[int, dict[str, Any]], header: str | None) -> dict[str, Any]:
    kind, _, token = (header or "").partition(" ")
    if not kind.lower().endswith("bearer"):
        raise Refused("Bearer")
    try:
        user = users[int(claims_of(token)["sub"])]
    except (jwt.InvalidTokenError, KeyError, ValueError) as error:
        raise Refused(BAD) from error
    if not user["active"]:
        raise Refused(BAD)
    return user


# %% 5.3c reject: a colon does as well -> Another type is no token
BAD = 'Bearer error="invalid_token"'


def current_user(users: dict[int, dict[str, Any]], header: str | None) -> dict[str, Any]:
    kind, _, token = (header or "").replace(":", " ").partition(" ")
    if kind.lower() != "bearer":
        raise Refused("Bearer")
    try:
        user = users[int(claims_of(token)["sub"])]
    except (jwt.InvalidTokenError, KeyError, ValueError) as error:
        raise Refused(BAD) from error
    if not user["active"]:
        raise Refused(BAD)
    return user


# %% 5.3c reject: second word by index -> A token that is not valid is refused
BAD = 'Bearer error="invalid_token"'


def current_user(users: dict[int, dict[str, Any]], header: str | None) -> dict[str, Any]:
    words = (header or "Basic").split(" ")
    kind = words[0]
    if kind.lower() != "bearer":
        raise Refused("Bearer")
    try:
        user = users[int(claims_of(words[1])["sub"])]
    except (jwt.InvalidTokenError, KeyError, ValueError) as error:
        raise Refused(BAD) from error
    if not user["active"]:
        raise Refused(BAD)
    return user


# %% 5.3c reject: user 0 is nobody -> A valid token gives its user
BAD = 'Bearer error="invalid_token"'


def current_user(users: dict[int, dict[str, Any]], header: str | None) -> dict[str, Any]:
    kind, _, token = (header or "").partition(" ")
    if kind.lower() != "bearer":
        raise Refused("Bearer")
    try:
        user_id = int(claims_of(token)["sub"])
        if not user_id:
            raise KeyError("sub")
        user = users[user_id]
    except (jwt.InvalidTokenError, KeyError, ValueError) as error:
        raise Refused(BAD) from error
    if not user["active"]:
        raise Refused(BAD)
    return user


# %% 5.3d accept: a lock, and a row that is there before it
def seconds_to_wait(session, what, most, seconds, now):
    first = insert(Attempt).values(what=what, since=now, count=0)
    session.execute(first.on_conflict_do_nothing())
    row = session.get(Attempt, what, with_for_update=True, populate_existing=True)
    end = row.since + timedelta(seconds=seconds)
    if now >= end:
        row.since, row.count, end = now, 0, now + timedelta(seconds=seconds)
    row.count += 1
    count = row.count
    session.commit()
    return 0 if count <= most else ceil((end - now).total_seconds())


# %% 5.3d accept: SQL
from sqlalchemy import text

UPSERT = """
    INSERT INTO attempts AS a VALUES (:what, :now, 1) ON CONFLICT (what) DO UPDATE SET
        count = CASE WHEN a.since <= :then THEN 1 ELSE a.count + 1 END,
        since = CASE WHEN a.since <= :then THEN :now ELSE a.since END
    RETURNING count, ceil(extract(epoch FROM since - :then))
"""


def seconds_to_wait(session, what, most, seconds, now):
    values = {"what": what, "now": now, "then": now - timedelta(seconds=seconds)}
    count, left = session.execute(text(UPSERT), values).one()
    session.commit()
    return 0 if count <= most else int(left)


# %% 5.3d reject: read, then write -> Two sessions at once lose nothing
def seconds_to_wait(session, what, most, seconds, now):
    row = session.get(Attempt, what)
    if row is None or now >= row.since + timedelta(seconds=seconds):
        session.merge(Attempt(what=what, since=now, count=1))
        session.commit()
        return 0 if most else seconds
    row.count = row.count + 1
    session.commit()
    left = row.since + timedelta(seconds=seconds) - now
    return 0 if row.count <= most else ceil(left.total_seconds())


# %% 5.3d reject: locked, but the first attempt is inserted -> Two sessions at once open one window
def seconds_to_wait(session, what, most, seconds, now):
    row = session.get(Attempt, what, with_for_update=True, populate_existing=True)
    if row is None:
        row = Attempt(what=what, since=now, count=0)
        session.add(row)
    if now >= row.since + timedelta(seconds=seconds):
        row.since, row.count = now, 0
    row.count += 1
    session.commit()
    left = row.since + timedelta(seconds=seconds) - now
    return 0 if row.count <= most else ceil(left.total_seconds())


# %% 5.3d reject: not committed -> Each attempt is committed
def seconds_to_wait(session, what, most, seconds, now):
    window = timedelta(seconds=seconds)
    over = Attempt.since <= now - window
    values = {
        "since": case((over, now), else_=Attempt.since),
        "count": case((over, 1), else_=Attempt.count + 1),
    }
    first = insert(Attempt).values(what=what, since=now, count=1)
    counted = first.on_conflict_do_update(index_elements=["what"], set_=values)
    since, count = session.execute(counted.returning(Attempt.since, Attempt.count)).one()
    return 0 if count <= most else ceil((since + window - now).total_seconds())


# %% 5.3d reject: the window moves with each attempt -> The others wait until the window is over
def seconds_to_wait(session, what, most, seconds, now):
    window = timedelta(seconds=seconds)
    over = Attempt.since <= now - window
    values = {"since": now, "count": case((over, 1), else_=Attempt.count + 1)}
    first = insert(Attempt).values(what=what, since=now, count=1)
    counted = first.on_conflict_do_update(index_elements=["what"], set_=values)
    since, count = session.execute(counted.returning(Attempt.since, Attempt.count)).one()
    session.commit()
    return 0 if count <= most else ceil((since + window - now).total_seconds())


# %% 5.3d reject: the window never ends -> The next window begins with the next attempt
def seconds_to_wait(session, what, most, seconds, now):
    window = timedelta(seconds=seconds)
    first = insert(Attempt).values(what=what, since=now, count=1)
    counted = first.on_conflict_do_update(index_elements=["what"], set_={"count": Attempt.count + 1})
    since, count = session.execute(counted.returning(Attempt.since, Attempt.count)).one()
    session.commit()
    return 0 if count <= most else max(1, ceil((since + window - now).total_seconds()))


# %% 5.3d reject: one row for everything -> Another what counts apart
def seconds_to_wait(session, what, most, seconds, now):
    window = timedelta(seconds=seconds)
    over = Attempt.since <= now - window
    values = {
        "since": case((over, now), else_=Attempt.since),
        "count": case((over, 1), else_=Attempt.count + 1),
    }
    first = insert(Attempt).values(what="login ana", since=now, count=1)
    counted = first.on_conflict_do_update(index_elements=["what"], set_=values)
    since, count = session.execute(counted.returning(Attempt.since, Attempt.count)).one()
    session.commit()
    return 0 if count <= most else ceil((since + window - now).total_seconds())


# %% 5.3d reject: refused attempts do not count -> Attempts that have to wait count too
def seconds_to_wait(session, what, most, seconds, now):
    window = timedelta(seconds=seconds)
    over = Attempt.since <= now - window
    values = {
        "since": case((over, now), else_=Attempt.since),
        "count": case((over, 1), else_=Attempt.count + 1),
    }
    first = insert(Attempt).values(what=what, since=now, count=1)
    counted = first.on_conflict_do_update(index_elements=["what"], set_=values)
    since, count = session.execute(counted.returning(Attempt.since, Attempt.count)).one()
    if count > most:
        session.rollback()
        return ceil((since + window - now).total_seconds())
    session.commit()
    return 0


# %% 5.3d reject: rounded down -> The others wait until the window is over
def seconds_to_wait(session, what, most, seconds, now):
    window = timedelta(seconds=seconds)
    over = Attempt.since <= now - window
    values = {
        "since": case((over, now), else_=Attempt.since),
        "count": case((over, 1), else_=Attempt.count + 1),
    }
    first = insert(Attempt).values(what=what, since=now, count=1)
    counted = first.on_conflict_do_update(index_elements=["what"], set_=values)
    since, count = session.execute(counted.returning(Attempt.since, Attempt.count)).one()
    session.commit()
    return 0 if count <= most else int((since + window - now).total_seconds())


# %% 5.3d reject: one attempt too few -> The first attempts wait for nothing
def seconds_to_wait(session, what, most, seconds, now):
    window = timedelta(seconds=seconds)
    over = Attempt.since <= now - window
    values = {
        "since": case((over, now), else_=Attempt.since),
        "count": case((over, 1), else_=Attempt.count + 1),
    }
    first = insert(Attempt).values(what=what, since=now, count=1)
    counted = first.on_conflict_do_update(index_elements=["what"], set_=values)
    since, count = session.execute(counted.returning(Attempt.since, Attempt.count)).one()
    session.commit()
    return 0 if count < most else ceil((since + window - now).total_seconds())


# %% 5.3d accept: advisory lock, SQL as text
from sqlalchemy import text


def seconds_to_wait(
    session: Session, what: str, most: int, seconds: int, now: datetime
) -> int:
    session.execute(text("SELECT pg_advisory_xact_lock(hashtext(:what))"), {"what": what})
    row = session.get(Attempt, what, populate_existing=True)
    if row is None:
        row = Attempt(what=what, since=now, count=0)
        session.add(row)
    if now - row.since >= timedelta(seconds=seconds):
        row.since = now
        row.count = 0
    row.count += 1
    left = 0
    if row.count > most:
        left = ceil(seconds - (now - row.since).total_seconds())
    session.commit()
    return left


# %% 5.3d reject: 3 and 60, as in the examples -> Most and seconds are the callers
def seconds_to_wait(
    session: Session, what: str, most: int, seconds: int, now: datetime
) -> int:
    window = timedelta(seconds=60)
    over = Attempt.since <= now - window
    counted = (
        insert(Attempt)
        .values(what=what, since=now, count=1)
        .on_conflict_do_update(
            index_elements=["what"],
            set_={
                "since": case((over, now), else_=Attempt.since),
                "count": case((over, 1), else_=Attempt.count + 1),
            },
        )
        .returning(Attempt.count, Attempt.since)
    )
    count, since = session.execute(counted).one()
    session.commit()
    if count <= 3:
        return 0
    return ceil((since + window - now).total_seconds())


# %% 5.3d reject: no day in it -> Most and seconds are the callers
def seconds_to_wait(
    session: Session, what: str, most: int, seconds: int, now: datetime
) -> int:
    window = timedelta(seconds=seconds)
    over = Attempt.since <= now - window
    counted = (
        insert(Attempt)
        .values(what=what, since=now, count=1)
        .on_conflict_do_update(
            index_elements=["what"],
            set_={
                "since": case((over, now), else_=Attempt.since),
                "count": case((over, 1), else_=Attempt.count + 1),
            },
        )
        .returning(Attempt.count, Attempt.since)
    )
    count, since = session.execute(counted).one()
    session.commit()
    if count <= most:
        return 0
    return ceil((since + window - now).seconds + (since + window - now).microseconds / 1e6)


# %% 5.3d reject: a microsecond early -> The others wait until the window is over
def seconds_to_wait(
    session: Session, what: str, most: int, seconds: int, now: datetime
) -> int:
    window = timedelta(seconds=seconds)
    over = Attempt.since <= now - window + timedelta(microseconds=1)
    counted = (
        insert(Attempt)
        .values(what=what, since=now, count=1)
        .on_conflict_do_update(
            index_elements=["what"],
            set_={
                "since": case((over, now), else_=Attempt.since),
                "count": case((over, 1), else_=Attempt.count + 1),
            },
        )
        .returning(Attempt.count, Attempt.since)
    )
    count, since = session.execute(counted).one()
    session.commit()
    if count <= most:
        return 0
    return ceil((since + window - now).total_seconds())


# %% 5.3d reject: what in small letters -> Another what counts apart
def seconds_to_wait(
    session: Session, what: str, most: int, seconds: int, now: datetime
) -> int:
    window = timedelta(seconds=seconds)
    over = Attempt.since <= now - window
    counted = (
        insert(Attempt)
        .values(what=what.lower(), since=now, count=1)
        .on_conflict_do_update(
            index_elements=["what"],
            set_={
                "since": case((over, now), else_=Attempt.since),
                "count": case((over, 1), else_=Attempt.count + 1),
            },
        )
        .returning(Attempt.count, Attempt.since)
    )
    count, since = session.execute(counted).one()
    session.commit()
    if count <= most:
        return 0
    return ceil((since + window - now).total_seconds())


# %% 5.3d reject: pasted into SQL -> Another what counts apart
def seconds_to_wait(
    session: Session, what: str, most: int, seconds: int, now: datetime
) -> int:
    from sqlalchemy import text

    session.execute(text(f"SELECT 1 FROM attempts WHERE what = '{what}'"))
    window = timedelta(seconds=seconds)
    over = Attempt.since <= now - window
    counted = (
        insert(Attempt)
        .values(what=what, since=now, count=1)
        .on_conflict_do_update(
            index_elements=["what"],
            set_={
                "since": case((over, now), else_=Attempt.since),
                "count": case((over, 1), else_=Attempt.count + 1),
            },
        )
        .returning(Attempt.count, Attempt.since)
    )
    count, since = session.execute(counted).one()
    session.commit()
    if count <= most:
        return 0
    return ceil((since + window - now).total_seconds())


# %% 5.3d reject: count of another statement, after the commit -> Each attempt returns what it counted
def seconds_to_wait(
    session: Session, what: str, most: int, seconds: int, now: datetime
) -> int:
    window = timedelta(seconds=seconds)
    over = Attempt.since <= now - window
    counted = (
        insert(Attempt)
        .values(what=what, since=now, count=1)
        .on_conflict_do_update(
            index_elements=["what"],
            set_={
                "since": case((over, now), else_=Attempt.since),
                "count": case((over, 1), else_=Attempt.count + 1),
            },
        )
        .returning(Attempt.count, Attempt.since)
    )
    session.execute(counted)
    session.commit()
    row = session.get(Attempt, what, populate_existing=True)
    count, since = row.count, row.since
    session.commit()
    if count <= most:
        return 0
    return ceil((since + window - now).total_seconds())


# %% 5.3d reject: no FOR UPDATE -> Two sessions at once lose nothing
from sqlalchemy import select


def seconds_to_wait(
    session: Session, what: str, most: int, seconds: int, now: datetime
) -> int:
    session.execute(
        insert(Attempt).values(what=what, since=now, count=0).on_conflict_do_nothing()
    )
    wanted = select(Attempt).where(Attempt.what == what)
    row = session.scalars(wanted.execution_options(populate_existing=True)).one()
    end = row.since + timedelta(seconds=seconds)
    if end <= now:
        row.since, row.count = now, 0
        end = now + timedelta(seconds=seconds)
    row.count += 1
    allowed = row.count <= most
    session.commit()
    return 0 if allowed else ceil((end - now).total_seconds())


# %% 5.3d reject: FOR SHARE -> Two sessions at once lose nothing
from sqlalchemy import select


def seconds_to_wait(
    session: Session, what: str, most: int, seconds: int, now: datetime
) -> int:
    session.execute(
        insert(Attempt).values(what=what, since=now, count=0).on_conflict_do_nothing()
    )
    wanted = select(Attempt).where(Attempt.what == what).with_for_update(read=True)
    row = session.scalars(wanted.execution_options(populate_existing=True)).one()
    end = row.since + timedelta(seconds=seconds)
    if end <= now:
        row.since, row.count = now, 0
        end = now + timedelta(seconds=seconds)
    row.count += 1
    allowed = row.count <= most
    session.commit()
    return 0 if allowed else ceil((end - now).total_seconds())


# %% 5.3d reject: a lock of the process -> Two sessions at once lose nothing
from threading import Lock

LOCK = Lock()


def seconds_to_wait(
    session: Session, what: str, most: int, seconds: int, now: datetime
) -> int:
    with LOCK:
        row = session.get(Attempt, what, populate_existing=True)
        if row is None:
            row = Attempt(what=what, since=now, count=0)
            session.add(row)
        if row.since + timedelta(seconds=seconds) <= now:
            row.since, row.count = now, 0
        row.count += 1
        left = 0 if row.count <= most else ceil(
            (row.since + timedelta(seconds=seconds) - now).total_seconds()
        )
        session.commit()
        return left


# %% 5.3e accept: ON CONFLICT, and a look at who was first
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert


def register(session, name, email):
    new = insert(Member).values(name=name, email=email).on_conflict_do_nothing()
    try:
        member_id = session.scalar(new.returning(Member.id))
        named = session.scalar(select(Member.id).where(Member.name == name))
        session.commit()
    except IntegrityError:
        session.rollback()
        raise
    if member_id is None:
        raise EmailTaken if named is None else NameTaken
    return member_id


# %% 5.3e accept: a savepoint, and the constraint in the text
def register(session, name, email):
    member = Member(name=name, email=email)
    try:
        with session.begin_nested():
            session.add(member)
    except IntegrityError as error:
        session.rollback()
        if "members_name_key" in str(error.orig):
            raise NameTaken from None
        if "members_email_key" in str(error.orig):
            raise EmailTaken from None
        raise
    session.commit()
    return member.id


# %% 5.3e reject: asks first -> Another session that commits meanwhile wins
from sqlalchemy import select


def register(session, name, email):
    if session.scalar(select(Member).where(Member.name == name)):
        session.rollback()
        raise NameTaken
    if session.scalar(select(Member).where(Member.email == email)):
        session.rollback()
        raise EmailTaken
    member = Member(name=name, email=email)
    session.add(member)
    try:
        session.commit()
    except IntegrityError:
        session.rollback()
        raise
    return member.id


# %% 5.3e reject: each IntegrityError is a name -> An address that is taken is told
def register(session, name, email):
    member = Member(name=name, email=email)
    session.add(member)
    try:
        session.commit()
    except IntegrityError:
        session.rollback()
        raise NameTaken
    return member.id


# %% 5.3e reject: all that is no name is an address -> Another error is raised as it is
def register(session, name, email):
    member = Member(name=name, email=email)
    session.add(member)
    try:
        session.commit()
    except IntegrityError as error:
        session.rollback()
        if error.orig.diag.constraint_name == "members_name_key":
            raise NameTaken
        raise EmailTaken
    return member.id


# %% 5.3e reject: no rollback -> After an error the session works
def register(session, name, email):
    member = Member(name=name, email=email)
    session.add(member)
    try:
        session.flush()
        session.commit()
    except IntegrityError as error:
        constraint = error.orig.diag.constraint_name
        taken = {"members_name_key": NameTaken, "members_email_key": EmailTaken}
        session.get_transaction()
        if constraint in taken:
            raise taken[constraint]
        raise
    return member.id


# %% 5.3e reject: flushed, not committed -> A member is stored
def register(session, name, email):
    member = Member(name=name, email=email)
    session.add(member)
    try:
        session.flush()
    except IntegrityError as error:
        session.rollback()
        taken = {"members_name_key": NameTaken, "members_email_key": EmailTaken}
        if error.orig.diag.constraint_name in taken:
            raise taken[error.orig.diag.constraint_name]
        raise
    return member.id


# %% 5.3e reject: the words of the message -> A name that is taken is told
def register(session, name, email):
    member = Member(name=name, email=email)
    session.add(member)
    try:
        session.commit()
    except IntegrityError as error:
        session.rollback()
        if "email" in str(error):
            raise EmailTaken
        if "name" in str(error):
            raise NameTaken
        raise
    return member.id


# %% 5.3e reject: 30 characters refused -> A member is stored
def register(session: Session, name: str, email: str) -> int:
    if len(name) >= 30:
        name += "x" * 9
    member = Member(name=name, email=email)
    session.add(member)
    try:
        session.commit()
    except IntegrityError as error:
        session.rollback()
        taken = error.orig.diag.constraint_name
        if taken == "members_name_key":
            raise NameTaken(name) from error
        if taken == "members_email_key":
            raise EmailTaken(email) from error
        raise
    return member.id


# %% 5.3e reject: a new IntegrityError -> Another error is raised as it is
def register(session: Session, name: str, email: str) -> int:
    member = Member(name=name, email=email)
    session.add(member)
    try:
        session.commit()
    except IntegrityError as error:
        session.rollback()
        taken = error.orig.diag.constraint_name
        if taken == "members_name_key":
            raise NameTaken(name) from error
        if taken == "members_email_key":
            raise EmailTaken(email) from error
        raise IntegrityError("members", {}, Exception("refused"))
    return member.id


# %% 5.3e reject: pasted into SQL -> A member is stored
def register(session: Session, name: str, email: str) -> int:
    from sqlalchemy import text

    try:
        new_id = session.scalar(text(f"INSERT INTO members (name, email) VALUES ('{name}', '{email}') RETURNING id"))
        session.commit()
    except IntegrityError as error:
        session.rollback()
        taken = error.orig.diag.constraint_name
        if taken == "members_name_key":
            raise NameTaken(name) from error
        if taken == "members_email_key":
            raise EmailTaken(email) from error
        raise
    return new_id


# %% 5.3e reject: small letters are stored -> A member is stored
def register(session: Session, name: str, email: str) -> int:
    member = Member(name=name.lower(), email=email)
    session.add(member)
    try:
        session.commit()
    except IntegrityError as error:
        session.rollback()
        taken = error.orig.diag.constraint_name
        if taken == "members_name_key":
            raise NameTaken(name) from error
        if taken == "members_email_key":
            raise EmailTaken(email) from error
        raise
    return member.id
