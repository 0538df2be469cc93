# %% 5.7a accept: urlsplit instead of a pattern, and a type of its own
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator


def texts(value):
    parts = value.split(",") if isinstance(value, str) else value
    return [each for each in map(str.strip, parts) if each]


def one_origin(page):
    parts = urlsplit(page)
    try:
        port = f":{parts.port}" if parts.port else ""
    except ValueError:
        raise ValueError("no port") from None
    whole = f"{parts.scheme}://{parts.hostname}{port}"
    if parts.scheme not in ("http", "https") or whole != page or set(page) & set("* @"):
        raise ValueError("not an origin")
    return page


class Settings(BaseSettings):
    model_config = {"env_file": ".env", "extra": "ignore", "hide_input_in_errors": True}
    token_secret: SecretStr = Field(min_length=32)
    pages: Annotated[list[Annotated[str, AfterValidator(one_origin)]], NoDecode, BeforeValidator(texts)] = Field(
        default_factory=list
    )
    minutes: int = Field(15, gt=0)


# %% 5.7a reject: the list is JSON -> Pages are split at commas
class Settings(BaseSettings):
    model_config = SettingsConfigDict(env_file=".env", extra="ignore", hide_input_in_errors=True)
    token_secret: Annotated[SecretStr, Field(min_length=32)]
    pages: list[str] = []
    minutes: Annotated[int, Field(ge=1)] = 15


# %% 5.7a reject: a plain text -> The secret is a secret text
class Settings(BaseSettings):
    model_config = SettingsConfigDict(env_file=".env", extra="ignore", hide_input_in_errors=True)
    token_secret: Annotated[str, Field(min_length=32)]
    pages: Annotated[list[str], NoDecode] = []
    minutes: Annotated[int, Field(ge=1)] = 15


# %% 5.7a reject: a secret by default -> A secret that is missing or short is refused
class Settings(BaseSettings):
    model_config = SettingsConfigDict(env_file=".env", extra="ignore", hide_input_in_errors=True)
    token_secret: Annotated[SecretStr, Field(min_length=32)] = SecretStr("not-a-real-secret-but-a-default-one")
    pages: Annotated[list[str], NoDecode] = []
    minutes: Annotated[int, Field(ge=1)] = 15


# %% 5.7a reject: no file -> The file is read and the environment beats it
class Settings(BaseSettings):
    model_config = SettingsConfigDict(extra="ignore", hide_input_in_errors=True)
    token_secret: Annotated[SecretStr, Field(min_length=32)]
    pages: Annotated[list[str], NoDecode] = []
    minutes: Annotated[int, Field(ge=1)] = 15

    @field_validator("pages", mode="before")
    @classmethod
    def split(cls, value):
        return [page.strip() for page in value.split(",") if page.strip()] if isinstance(value, str) else value


# %% 5.7a reject: strange lines are errors -> Lines for others are ignored
class Settings(BaseSettings):
    model_config = SettingsConfigDict(env_file=".env", hide_input_in_errors=True)
    token_secret: Annotated[SecretStr, Field(min_length=32)]
    pages: Annotated[list[str], NoDecode] = []
    minutes: Annotated[int, Field(ge=1)] = 15


# %% 5.7a reject: blanks and empty parts stay -> Pages are split at commas
class Settings(BaseSettings):
    model_config = SettingsConfigDict(env_file=".env", extra="ignore", hide_input_in_errors=True)
    token_secret: Annotated[SecretStr, Field(min_length=32)]
    pages: Annotated[list[str], NoDecode] = []
    minutes: Annotated[int, Field(ge=1)] = 15

    @field_validator("pages", mode="before")
    @classmethod
    def split(cls, value):
        return value.split(",") if isinstance(value, str) else value


# %% 5.7a reject: any text is a page -> What is no origin is refused
class Settings(BaseSettings):
    model_config = SettingsConfigDict(env_file=".env", extra="ignore", hide_input_in_errors=True)
    token_secret: Annotated[SecretStr, Field(min_length=32)]
    pages: Annotated[list[str], NoDecode] = []
    minutes: Annotated[int, Field(ge=1)] = 15

    @field_validator("pages", mode="before")
    @classmethod
    def split(cls, value):
        return [page.strip() for page in value.split(",") if page.strip()] if isinstance(value, str) else value


# %% 5.7a reject: only the beginning is looked at -> What is no origin is refused
class Settings(BaseSettings):
    model_config = SettingsConfigDict(env_file=".env", extra="ignore", hide_input_in_errors=True)
    token_secret: Annotated[SecretStr, Field(min_length=32)]
    pages: Annotated[list[str], NoDecode] = []
    minutes: Annotated[int, Field(ge=1)] = 15

    @field_validator("pages", mode="before")
    @classmethod
    def split(cls, value):
        pages = [page.strip() for page in value.split(",") if page.strip()]
        if not all(page.startswith(("http://", "https://")) for page in pages):
            raise ValueError("no origin")
        return pages


# %% 5.7a reject: the message shows the input -> A refusal shows no value
class Settings(BaseSettings):
    model_config = SettingsConfigDict(env_file=".env", extra="ignore")
    token_secret: Annotated[SecretStr, Field(min_length=32)]
    pages: Annotated[list[str], NoDecode] = []
    minutes: Annotated[int, Field(ge=1)] = 15

    @field_validator("pages", mode="before")
    @classmethod
    def split(cls, value):
        return [page.strip() for page in value.split(",") if page.strip()] if isinstance(value, str) else value


# %% 5.7a reject: its own message names the page -> A refusal shows no value
class Settings(BaseSettings):
    model_config = SettingsConfigDict(env_file=".env", extra="ignore", hide_input_in_errors=True)
    token_secret: Annotated[SecretStr, Field(min_length=32)]
    pages: Annotated[list[str], NoDecode] = []
    minutes: Annotated[int, Field(ge=1)] = 15

    @field_validator("pages", mode="before")
    @classmethod
    def split(cls, value):
        return [page.strip() for page in value.split(",") if page.strip()] if isinstance(value, str) else value

    @field_validator("pages")
    @classmethod
    def whole(cls, pages):
        for page in pages:
            if not re.fullmatch(r"https?://[a-z0-9.-]+(:[0-9]+)?", page):
                raise ValueError(f"{page} is no origin")
        return pages


# %% 5.7a reject: no minutes are fine -> Minutes are a whole number from 1
class Settings(BaseSettings):
    model_config = SettingsConfigDict(env_file=".env", extra="ignore", hide_input_in_errors=True)
    token_secret: Annotated[SecretStr, Field(min_length=32)]
    pages: Annotated[list[str], NoDecode] = []
    minutes: Annotated[int, Field(ge=0)] = 15


# %% 5.7a reject: another default -> What nobody sets has its default
class Settings(BaseSettings):
    model_config = SettingsConfigDict(env_file=".env", extra="ignore", hide_input_in_errors=True)
    token_secret: Annotated[SecretStr, Field(min_length=32)]
    pages: Annotated[list[str], NoDecode] = ["http://localhost:3000"]
    minutes: Annotated[int, Field(ge=1)] = 15


# %% 5.7a reject: lines of others become fields -> Lines for others are ignored
import re
from typing import Annotated

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict


PAGE = re.compile(r"https?://[A-Za-z0-9.-]+(:[0-9]+)?")


class Settings(BaseSettings):
    model_config = SettingsConfigDict(
        env_file=".env", extra="allow", hide_input_in_errors=True
    )

    token_secret: Annotated[SecretStr, Field(min_length=32)]
    pages: Annotated[list[str], NoDecode] = []
    minutes: Annotated[int, Field(ge=1)] = 15

    @field_validator("pages", mode="before")
    @classmethod
    def split(cls, value: object) -> object:
        if not isinstance(value, str):
            return value
        return [each.strip() for each in value.split(",") if each.strip()]

    @field_validator("pages")
    @classmethod
    def are_pages(cls, value: list[str]) -> list[str]:
        for each in value:
            if not PAGE.fullmatch(each):
                raise ValueError("a page is http or https, a host, and perhaps a port")
        return value


# %% 5.7a reject: an hour at most -> Minutes are a whole number from 1
import re
from typing import Annotated

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict


PAGE = re.compile(r"https?://[A-Za-z0-9.-]+(:[0-9]+)?")


class Settings(BaseSettings):
    model_config = SettingsConfigDict(
        env_file=".env", extra="ignore", hide_input_in_errors=True
    )

    token_secret: Annotated[SecretStr, Field(min_length=32)]
    pages: Annotated[list[str], NoDecode] = []
    minutes: Annotated[int, Field(ge=1, le=60)] = 15

    @field_validator("pages", mode="before")
    @classmethod
    def split(cls, value: object) -> object:
        if not isinstance(value, str):
            return value
        return [each.strip() for each in value.split(",") if each.strip()]

    @field_validator("pages")
    @classmethod
    def are_pages(cls, value: list[str]) -> list[str]:
        for each in value:
            if not PAGE.fullmatch(each):
                raise ValueError("a page is http or https, a host, and perhaps a port")
        return value


# %% 5.7a reject: a user before the host -> What is no origin is refused
import re
from typing import Annotated

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict


PAGE = re.compile(r"https?://([a-z:]+@)?[A-Za-z0-9.-]+(:[0-9]+)?")


class Settings(BaseSettings):
    model_config = SettingsConfigDict(
        env_file=".env", extra="ignore", hide_input_in_errors=True
    )

    token_secret: Annotated[SecretStr, Field(min_length=32)]
    pages: Annotated[list[str], NoDecode] = []
    minutes: Annotated[int, Field(ge=1)] = 15

    @field_validator("pages", mode="before")
    @classmethod
    def split(cls, value: object) -> object:
        if not isinstance(value, str):
            return value
        return [each.strip() for each in value.split(",") if each.strip()]

    @field_validator("pages")
    @classmethod
    def are_pages(cls, value: list[str]) -> list[str]:
        for each in value:
            if not PAGE.fullmatch(each):
                raise ValueError("a page is http or https, a host, and perhaps a port")
        return value


# %% 5.7a reject: blanks in the host -> What is no origin is refused
import re
from typing import Annotated

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict


PAGE = re.compile(r"https?://[A-Za-z0-9. -]+(:[0-9]+)?")


class Settings(BaseSettings):
    model_config = SettingsConfigDict(
        env_file=".env", extra="ignore", hide_input_in_errors=True
    )

    token_secret: Annotated[SecretStr, Field(min_length=32)]
    pages: Annotated[list[str], NoDecode] = []
    minutes: Annotated[int, Field(ge=1)] = 15

    @field_validator("pages", mode="before")
    @classmethod
    def split(cls, value: object) -> object:
        if not isinstance(value, str):
            return value
        return [each.strip() for each in value.split(",") if each.strip()]

    @field_validator("pages")
    @classmethod
    def are_pages(cls, value: list[str]) -> list[str]:
        for each in value:
            if not PAGE.fullmatch(each):
                raise ValueError("a page is http or https, a host, and perhaps a port")
        return value


# %% 5.7b accept: one pattern for all
class Redacting(logging.Formatter):
    def __init__(self, secrets):
        super().__init__()
        found = sorted((each.get_secret_value() for each in secrets), key=lambda text: -len(text))
        self.pattern = re.compile("|".join(re.escape(each) for each in found if each) or "(?!)")

    def format(self, record):
        return self.pattern.sub("***", super().format(record))


# %% 5.7b reject: only the message -> A secret in an argument is stars
class Redacting(logging.Formatter):
    def __init__(self, secrets):
        super().__init__()
        self.secrets = [each.get_secret_value() for each in secrets]

    def format(self, record):
        import copy

        record = copy.copy(record)
        for secret in sorted(filter(None, self.secrets), key=len, reverse=True):
            record.msg = str(record.msg).replace(secret, "***")
        return super().format(record)


# %% 5.7b reject: message and arguments -> A secret in a traceback is stars
class Redacting(logging.Formatter):
    def __init__(self, secrets):
        super().__init__()
        self.secrets = [each.get_secret_value() for each in secrets]

    def formatMessage(self, record):
        text = super().formatMessage(record)
        for secret in sorted(filter(None, self.secrets), key=len, reverse=True):
            text = text.replace(secret, "***")
        return text


# %% 5.7b reject: in the order of the list -> Nothing is left of the longer one
class Redacting(logging.Formatter):
    def __init__(self, secrets):
        super().__init__()
        self.secrets = [each.get_secret_value() for each in secrets]

    def format(self, record):
        text = super().format(record)
        for secret in filter(None, self.secrets):
            text = text.replace(secret, "***")
        return text


# %% 5.7b reject: an empty secret is everywhere -> An empty secret changes nothing
class Redacting(logging.Formatter):
    def __init__(self, secrets):
        super().__init__()
        self.secrets = sorted((each.get_secret_value() for each in secrets), key=len, reverse=True)

    def format(self, record):
        text = super().format(record)
        for secret in self.secrets:
            text = text.replace(secret, "***")
        return text


# %% 5.7b reject: the first occurrence only -> A secret in a message is stars
class Redacting(logging.Formatter):
    def __init__(self, secrets):
        super().__init__()
        self.secrets = sorted((each.get_secret_value() for each in secrets), key=len, reverse=True)

    def format(self, record):
        text = super().format(record)
        for secret in filter(None, self.secrets):
            text = text.replace(secret, "***", 1)
        return text


# %% 5.7b reject: the stars of SecretStr are replaced -> A secret in a message is stars
class Redacting(logging.Formatter):
    def __init__(self, secrets):
        super().__init__()
        self.secrets = [str(each) for each in secrets]

    def format(self, record):
        text = super().format(record)
        for secret in self.secrets:
            text = text.replace(secret, "***") if secret else text
        return text


# %% 5.7b reject: the record is changed -> The record stays
class Redacting(logging.Formatter):
    def __init__(self, secrets):
        super().__init__()
        self.secrets = sorted((each.get_secret_value() for each in secrets), key=len, reverse=True)

    def format(self, record):
        record.msg, record.args = record.getMessage(), ()
        text = super().format(record)
        for secret in filter(None, self.secrets):
            text = text.replace(secret, "***")
        return text


# %% 5.7b reject: a format of its own -> Other text is as it was
class Redacting(logging.Formatter):
    def __init__(self, secrets):
        super().__init__("%(levelname)s %(message)s")
        self.secrets = sorted((each.get_secret_value() for each in secrets), key=len, reverse=True)

    def format(self, record):
        text = super().format(record)
        for secret in filter(None, self.secrets):
            text = text.replace(secret, "***")
        return text


# %% 5.7b reject: message and traceback, and no stack -> A secret in a stack is stars
import logging


class Redacting(logging.Formatter):
    def __init__(self, secrets: list[SecretStr]) -> None:
        super().__init__()
        texts = {each.get_secret_value() for each in secrets}
        self.texts = sorted(texts - {""}, key=len, reverse=True)

    def formatException(self, info) -> str:
        return self.hide(super().formatException(info))

    def formatMessage(self, record: logging.LogRecord) -> str:
        return self.hide(super().formatMessage(record))

    def hide(self, text: str) -> str:
        for each in self.texts:
            text = text.replace(each, "***")
        return text


# %% 5.7b reject: each part when it is made -> A traceback that somebody has written before is read again
import logging


class Redacting(logging.Formatter):
    def __init__(self, secrets: list[SecretStr]) -> None:
        super().__init__()
        texts = {each.get_secret_value() for each in secrets}
        self.texts = sorted(texts - {""}, key=len, reverse=True)

    def formatException(self, info) -> str:
        return self.hide(super().formatException(info))

    def formatStack(self, info) -> str:
        return self.hide(super().formatStack(info))

    def formatMessage(self, record: logging.LogRecord) -> str:
        return self.hide(super().formatMessage(record))

    def hide(self, text: str) -> str:
        for each in self.texts:
            text = text.replace(each, "***")
        return text


# %% 5.7b reject: secrets in any case -> A secret is a text and not a pattern
import logging


class Redacting(logging.Formatter):
    def __init__(self, secrets: list[SecretStr]) -> None:
        super().__init__()
        texts = {each.get_secret_value() for each in secrets}
        self.texts = sorted(texts - {""}, key=len, reverse=True)

    def format(self, record: logging.LogRecord) -> str:
        text = super().format(record)
        for each in self.texts:
            import re
            text = re.sub(re.escape(each), "***", text, flags=re.IGNORECASE)
        return text


# %% 5.7b reject: a secret is a pattern -> A secret is a text and not a pattern
import logging


class Redacting(logging.Formatter):
    def __init__(self, secrets: list[SecretStr]) -> None:
        super().__init__()
        texts = {each.get_secret_value() for each in secrets}
        self.texts = sorted(texts - {""}, key=len, reverse=True)

    def format(self, record: logging.LogRecord) -> str:
        text = super().format(record)
        for each in self.texts:
            import re
            text = re.sub(each, "***", text)
        return text


# %% 5.7b reject: whole words only -> A secret is a text and not a pattern
import logging


class Redacting(logging.Formatter):
    def __init__(self, secrets: list[SecretStr]) -> None:
        super().__init__()
        texts = {each.get_secret_value() for each in secrets}
        self.texts = sorted(texts - {""}, key=len, reverse=True)

    def format(self, record: logging.LogRecord) -> str:
        text = super().format(record)
        for each in self.texts:
            import re
            text = re.sub(rf"\b{re.escape(each)}\b", "***", text)
        return text


# %% 5.7b reject: blanks around the text are dropped -> Other text is as it was
import logging


class Redacting(logging.Formatter):
    def __init__(self, secrets: list[SecretStr]) -> None:
        super().__init__()
        texts = {each.get_secret_value() for each in secrets}
        self.texts = sorted(texts - {""}, key=len, reverse=True)

    def format(self, record: logging.LogRecord) -> str:
        text = super().format(record)
        for each in self.texts:
            text = text.replace(each, "***")
        return text.strip()


# %% 5.7b reject: all formatters share their secrets -> Each formatter has its own secrets
import logging


class Redacting(logging.Formatter):
    texts: list[str] = []

    def __init__(self, secrets: list[SecretStr]) -> None:
        super().__init__()
        texts = {each.get_secret_value() for each in secrets}
        Redacting.texts = sorted(texts - {""}, key=len, reverse=True)

    def format(self, record: logging.LogRecord) -> str:
        text = super().format(record)
        for each in self.texts:
            text = text.replace(each, "***")
        return text


# %% 5.7b reject: the list of secrets is emptied -> Each formatter has its own secrets
import logging


class Redacting(logging.Formatter):
    def __init__(self, secrets: list[SecretStr]) -> None:
        super().__init__()
        texts = set()
        while secrets:
            texts.add(secrets.pop().get_secret_value())
        self.texts = sorted(texts - {""}, key=len, reverse=True)

    def format(self, record: logging.LogRecord) -> str:
        text = super().format(record)
        for each in self.texts:
            text = text.replace(each, "***")
        return text


# %% 5.7c accept: taken apart by hand
def cors_headers(allowed, origin):
    headers = {"Vary": "Origin"}
    for entry in allowed if origin else []:
        begin, star, end = entry.partition("*.")
        if not star:
            fits = origin == entry
        else:
            fits = origin.startswith(begin) and origin.endswith("." + end)
            labels = origin[len(begin) : -len(end) - 1].split(".")
            small = set("abcdefghijklmnopqrstuvwxyz0123456789-")
            fits = fits and all(label and set(label) <= small for label in labels)
        if fits:
            headers["Access-Control-Allow-Origin"] = origin
    return headers


# %% 5.7c accept: the same letters, or a pattern
import re

NAMES = "([a-z0-9-]+[.])+"


def cors_headers(allowed: list[str], origin: str | None) -> dict[str, str]:
    headers = {"Vary": "Origin"}
    for each in allowed:
        pattern = re.escape(each).replace(re.escape("*."), NAMES)
        if origin is not None and (origin == each or re.fullmatch(pattern, origin)):
            headers["Access-Control-Allow-Origin"] = origin
    return headers


# %% 5.7c reject: begins with -> Nobody else is allowed
def cors_headers(allowed, origin):
    headers = {"Vary": "Origin"}
    for entry in allowed:
        pattern = re.escape(entry).replace(re.escape("*."), "([a-z0-9-]+[.])+")
        if origin and re.match(pattern, origin):
            headers["Access-Control-Allow-Origin"] = origin
    return headers


# %% 5.7c reject: up to the end of the line -> Nobody else is allowed
def cors_headers(allowed, origin):
    headers = {"Vary": "Origin"}
    for entry in allowed:
        pattern = re.escape(entry).replace(re.escape("*."), "([a-z0-9-]+[.])+")
        if origin and re.match(pattern + "$", origin):
            headers["Access-Control-Allow-Origin"] = origin
    return headers


# %% 5.7c reject: a dot is any character -> Nobody else is allowed
def cors_headers(allowed, origin):
    headers = {"Vary": "Origin"}
    for entry in allowed:
        if origin and re.fullmatch(entry.replace("*.", "([a-z0-9-]+[.])+"), origin):
            headers["Access-Control-Allow-Origin"] = origin
    return headers


# %% 5.7c reject: the star is anything -> Nobody else is allowed
def cors_headers(allowed, origin):
    from fnmatch import fnmatchcase

    headers = {"Vary": "Origin"}
    if origin and any(fnmatchcase(origin, entry) for entry in allowed):
        headers["Access-Control-Allow-Origin"] = origin
    return headers


# %% 5.7c reject: one name in the place of the star -> Names in the place of the star are allowed
def cors_headers(allowed, origin):
    headers = {"Vary": "Origin"}
    for entry in allowed:
        pattern = re.escape(entry).replace(re.escape("*."), "[a-z0-9-]+[.]")
        if origin and re.fullmatch(pattern, origin):
            headers["Access-Control-Allow-Origin"] = origin
    return headers


# %% 5.7c reject: the star may be nothing -> The star needs a name
def cors_headers(allowed, origin):
    headers = {"Vary": "Origin"}
    for entry in allowed:
        pattern = re.escape(entry).replace(re.escape("*."), "([a-z0-9-]+[.])*")
        if origin and re.fullmatch(pattern, origin):
            headers["Access-Control-Allow-Origin"] = origin
    return headers


# %% 5.7c reject: Vary only where it is allowed -> Every response varies by origin
def cors_headers(allowed, origin):
    patterns = [re.escape(each).replace(re.escape("*."), "([a-z0-9-]+[.])+") for each in allowed]
    if origin and any(re.fullmatch(pattern, origin) for pattern in patterns):
        return {"Vary": "Origin", "Access-Control-Allow-Origin": origin}
    return {}


# %% 5.7c reject: who is not allowed gets the first of the list -> Nobody else is allowed
def cors_headers(allowed, origin):
    patterns = [re.escape(each).replace(re.escape("*."), "([a-z0-9-]+[.])+") for each in allowed]
    fits = origin and any(re.fullmatch(pattern, origin) for pattern in patterns)
    named = origin if fits else next(iter(allowed), None)
    return {"Vary": "Origin"} | ({"Access-Control-Allow-Origin": named} if named else {})


# %% 5.7c reject: credentials go along -> There are no other headers
def cors_headers(allowed, origin):
    patterns = [re.escape(each).replace(re.escape("*."), "([a-z0-9-]+[.])+") for each in allowed]
    headers = {"Vary": "Origin"}
    if origin and any(re.fullmatch(pattern, origin) for pattern in patterns):
        headers["Access-Control-Allow-Origin"] = origin
        headers["Access-Control-Allow-Credentials"] = "true"
    return headers


# %% 5.7c reject: None is an origin that fits -> A request without an origin gets none
def cors_headers(allowed, origin):
    patterns = [re.escape(each).replace(re.escape("*."), "([a-z0-9-]+[.])+") for each in allowed]
    headers = {"Vary": "Origin"}
    if origin is None or any(re.fullmatch(pattern, origin) for pattern in patterns):
        headers["Access-Control-Allow-Origin"] = origin or "*"
    return headers


# %% 5.7c reject: an empty list is everybody -> An empty list allows nobody
def cors_headers(allowed, origin):
    patterns = [re.escape(each).replace(re.escape("*."), "([a-z0-9-]+[.])+") for each in allowed]
    headers = {"Vary": "Origin"}
    if origin is not None and (not allowed or any(re.fullmatch(pattern, origin) for pattern in patterns)):
        headers["Access-Control-Allow-Origin"] = origin
    return headers


# %% 5.7c reject: entries with a star alone count -> An origin on the list is allowed
def cors_headers(allowed, origin):
    patterns = [re.escape(each).replace(re.escape("*."), "([a-z0-9-]+[.])+") for each in allowed if "*" in each]
    headers = {"Vary": "Origin"}
    if origin and any(re.fullmatch(pattern, origin) for pattern in patterns):
        headers["Access-Control-Allow-Origin"] = origin
    return headers


# %% 5.7c reject: a star alone is everybody -> Nobody else is allowed
import re

NAMES = "([a-z0-9-]+[.])+"


def cors_headers(allowed: list[str], origin: str | None) -> dict[str, str]:
    headers = {"Vary": "Origin"}
    for each in allowed:
        pattern = re.escape(each).replace(re.escape("*."), NAMES)
        if origin is not None and (each == "*" or origin == each or re.fullmatch(pattern, origin)):
            headers["Access-Control-Allow-Origin"] = origin
    return headers


# %% 5.7c reject: lists of other calls count -> An empty list allows nobody
import re

NAMES = "([a-z0-9-]+[.])+"


SEEN: set[str] = set()


def cors_headers(allowed: list[str], origin: str | None) -> dict[str, str]:
    SEEN.update(allowed)
    allowed = sorted(SEEN)
    headers = {"Vary": "Origin"}
    for each in allowed:
        pattern = re.escape(each).replace(re.escape("*."), NAMES)
        if origin is not None and (origin == each or re.fullmatch(pattern, origin)):
            headers["Access-Control-Allow-Origin"] = origin
    return headers


# %% 5.7d accept: in the order of a list
def protect(api, pages):
    options = {
        "allow_origins": list(pages),
        "allow_credentials": False,
        "allow_methods": ("DELETE", "GET", "POST"),
        "allow_headers": ["authorization"],
        "expose_headers": ["x-total-count", "X-Other"],
    }
    for middleware, given in [(Limit, {}), (CORSMiddleware, options)]:
        api.add_middleware(middleware, **given)


# %% 5.7d reject: the token's header is forgotten -> The page reads what it asked for
def protect(api, pages):
    api.add_middleware(Limit)
    api.add_middleware(
        CORSMiddleware,
        allow_origins=pages,
        allow_methods=["GET", "POST", "DELETE"],
        expose_headers=["X-Total-Count"],
    )


# %% 5.7d reject: DELETE is forgotten -> The page reads what it asked for
def protect(api, pages):
    api.add_middleware(Limit)
    api.add_middleware(
        CORSMiddleware,
        allow_origins=pages,
        allow_methods=["GET", "POST"],
        allow_headers=["Authorization"],
        expose_headers=["X-Total-Count"],
    )


# %% 5.7d reject: only the first page -> The page reads what it asked for
def protect(api, pages):
    api.add_middleware(Limit)
    api.add_middleware(
        CORSMiddleware,
        allow_origins=pages[:1],
        allow_methods=["GET", "POST", "DELETE"],
        allow_headers=["Authorization"],
        expose_headers=["X-Total-Count"],
    )


# %% 5.7d reject: Limit is outside -> The page reads a 413
def protect(api, pages):
    api.add_middleware(
        CORSMiddleware,
        allow_origins=pages,
        allow_methods=["GET", "POST", "DELETE"],
        allow_headers=["Authorization"],
        expose_headers=["X-Total-Count"],
    )
    api.add_middleware(Limit)


# %% 5.7d reject: Limit is gone -> A long body is refused
def protect(api, pages):
    api.add_middleware(
        CORSMiddleware,
        allow_origins=pages,
        allow_methods=["GET", "POST", "DELETE"],
        allow_headers=["Authorization"],
        expose_headers=["X-Total-Count"],
    )


# %% 5.7d reject: the count cannot be read -> The page reads the count
def protect(api, pages):
    api.add_middleware(Limit)
    api.add_middleware(
        CORSMiddleware,
        allow_origins=pages,
        allow_methods=["GET", "POST", "DELETE"],
        allow_headers=["Authorization"],
    )


# %% 5.7d reject: a star without credentials -> Other origins read nothing
def protect(api, pages):
    api.add_middleware(Limit)
    api.add_middleware(
        CORSMiddleware,
        allow_origins=["*"],
        allow_methods=["GET", "POST", "DELETE"],
        allow_headers=["Authorization"],
        expose_headers=["X-Total-Count"],
    )


# %% 5.7d reject: a pattern that begins with a page -> Other origins read nothing
def protect(api, pages):
    api.add_middleware(Limit)
    api.add_middleware(
        CORSMiddleware,
        allow_origin_regex="(" + "|".join(pages) + ").*",
        allow_methods=["GET", "POST", "DELETE"],
        allow_headers=["Authorization"],
        expose_headers=["X-Total-Count"],
    )


# %% 5.7d reject: credentials, in case somebody needs them -> Nobody is allowed credentials
def protect(api, pages):
    api.add_middleware(Limit)
    api.add_middleware(
        CORSMiddleware,
        allow_origins=pages,
        allow_credentials=True,
        allow_methods=["GET", "POST", "DELETE"],
        allow_headers=["Authorization"],
        expose_headers=["X-Total-Count"],
    )


# %% 5.7d reject: all methods and headers -> Other methods and headers are refused
def protect(api, pages):
    api.add_middleware(Limit)
    api.add_middleware(
        CORSMiddleware,
        allow_origins=pages,
        allow_methods=["*"],
        allow_headers=["*"],
        expose_headers=["X-Total-Count"],
    )


# %% 5.7d reject: pages are patterns -> Other origins read nothing
def protect(api: FastAPI, pages: list[str]) -> None:
    api.add_middleware(Limit)
    api.add_middleware(
        CORSMiddleware,
        allow_origin_regex="|".join(pages),
        allow_methods=["GET", "POST", "DELETE"],
        allow_headers=["Authorization", "Content-Type"],
        expose_headers=["X-Total-Count"],
    )


# %% 5.7d reject: pages and their subdomains -> Other origins read nothing
def protect(api: FastAPI, pages: list[str]) -> None:
    api.add_middleware(Limit)
    api.add_middleware(
        CORSMiddleware,
        allow_origins=pages, allow_origin_regex="|".join(each.replace("://", "://.*[.]") for each in pages),
        allow_methods=["GET", "POST", "DELETE"],
        allow_headers=["Authorization", "Content-Type"],
        expose_headers=["X-Total-Count"],
    )


# %% 5.7d reject: localhost, too -> Other origins read nothing
def protect(api: FastAPI, pages: list[str]) -> None:
    api.add_middleware(Limit)
    api.add_middleware(
        CORSMiddleware,
        allow_origins=[*pages, "http://localhost:3000"],
        allow_methods=["GET", "POST", "DELETE"],
        allow_headers=["Authorization", "Content-Type"],
        expose_headers=["X-Total-Count"],
    )


# %% 5.7d reject: HEAD, too -> Other methods and headers are refused
def protect(api: FastAPI, pages: list[str]) -> None:
    api.add_middleware(Limit)
    api.add_middleware(
        CORSMiddleware,
        allow_origins=pages,
        allow_methods=["GET", "POST", "DELETE", "HEAD"],
        allow_headers=["Authorization", "Content-Type"],
        expose_headers=["X-Total-Count"],
    )


# %% 5.7d reject: one more header -> Other methods and headers are refused
def protect(api: FastAPI, pages: list[str]) -> None:
    api.add_middleware(Limit)
    api.add_middleware(
        CORSMiddleware,
        allow_origins=pages,
        allow_methods=["GET", "POST", "DELETE"],
        allow_headers=["Authorization", "Content-Type", "X-Requested-With"],
        expose_headers=["X-Total-Count"],
    )


# %% 5.7e accept: patterns
def refused(files, secrets):
    line = re.compile(r"[ \t]*(?!#)[^=\n]*(secret|password|token|key)[ \t]*=[ \t]*[^ \t\n]", re.IGNORECASE)
    found = set()
    for path, text in files.items():
        name = path.split("/")[-1]
        if name == ".env.example":
            if any(line.match(each) for each in text.split("\n")):
                found.add(path)
        elif re.fullmatch(r"[.]env([.].*)?", name):
            found.add(path)
        for secret in secrets:
            if secret.get_secret_value() and secret.get_secret_value() in text:
                found.add(path)
    return sorted(found)


def is_filled(line): ...


# %% 5.7e reject: only in the top folder -> Env files are refused in any folder
def refused(files, secrets):
    return sorted(path for path in files if path == ".env" or path.startswith(".env.") and path != ".env.example")


def is_filled(line): ...


# %% 5.7e reject: .env alone -> Env files are refused in any folder
def refused(files, secrets):
    return sorted(path for path in files if path.rpartition("/")[2] == ".env")


def is_filled(line): ...


# %% 5.7e reject: the example is refused too -> Other names are allowed
def refused(files, secrets):
    names = {path: path.rpartition("/")[2] for path in files}
    return sorted(path for path, name in names.items() if name == ".env" or name.startswith(".env."))


def is_filled(line): ...


# %% 5.7e reject: the path has .env in it -> Other names are allowed
def refused(files, secrets):
    return sorted(path for path in files if ".env" in path and not path.endswith(".env.example"))


def is_filled(line): ...


# %% 5.7e reject: the example is not read -> An example with a secret is refused
def refused(files, secrets):
    values = [each.get_secret_value() for each in secrets]
    names = {path: path.rpartition("/")[2] for path in files}
    return sorted(
        path
        for path, name in names.items()
        if name == ".env"
        or name.startswith(".env.") and name != ".env.example"
        or any(value and value in files[path] for value in values)
    )


def is_filled(line): ...


# %% 5.7e reject: comments count -> An example without secrets is allowed
def refused(files, secrets):
    values = [each.get_secret_value() for each in secrets]
    names = {path: path.rpartition("/")[2] for path in files}
    return sorted(
        path
        for path, name in names.items()
        if name == ".env"
        or name.startswith(".env.") and name != ".env.example"
        or name == ".env.example" and any(map(is_filled, files[path].splitlines()))
        or any(value and value in files[path] for value in values)
    )


def is_filled(line):
    name, _, value = line.partition("=")
    return name.strip().upper().endswith(("SECRET", "PASSWORD", "TOKEN", "KEY")) and bool(value.strip())


# %% 5.7e reject: an empty secret is in every file -> An empty secret does not count
def refused(files, secrets):
    names = {path: path.rpartition("/")[2] for path in files}
    return sorted(
        path
        for path, name in names.items()
        if name == ".env"
        or name.startswith(".env.") and name != ".env.example"
        or name == ".env.example" and any(map(is_filled, files[path].splitlines()))
        or any(each.get_secret_value() in files[path] for each in secrets)
    )


def is_filled(line):
    name, _, value = line.partition("=")
    known = name.strip().upper().endswith(("SECRET", "PASSWORD", "TOKEN", "KEY"))
    return known and bool(value.strip()) and not name.strip().startswith("#")


# %% 5.7e reject: files are not searched for secrets -> A secret in any file is refused
def refused(files, secrets):
    names = {path: path.rpartition("/")[2] for path in files}
    return sorted(
        path
        for path, name in names.items()
        if name == ".env"
        or name.startswith(".env.") and name != ".env.example"
        or name == ".env.example" and any(map(is_filled, files[path].splitlines()))
    )


def is_filled(line):
    name, _, value = line.partition("=")
    known = name.strip().upper().endswith(("SECRET", "PASSWORD", "TOKEN", "KEY"))
    return known and bool(value.strip()) and not name.strip().startswith("#")


# %% 5.7e reject: as they come -> The paths are sorted
def refused(files, secrets):
    values = [each.get_secret_value() for each in secrets]
    names = {path: path.rpartition("/")[2] for path in files}
    return [
        path
        for path, name in names.items()
        if name == ".env"
        or name.startswith(".env.") and name != ".env.example"
        or name == ".env.example" and any(map(is_filled, files[path].splitlines()))
        or any(value and value in files[path] for value in values)
    ]


def is_filled(line):
    name, _, value = line.partition("=")
    known = name.strip().upper().endswith(("SECRET", "PASSWORD", "TOKEN", "KEY"))
    return known and bool(value.strip()) and not name.strip().startswith("#")


# %% 5.7e reject: any example is let through -> Env files are refused in any folder
def refused(files: dict[str, str], secrets: list[SecretStr]) -> list[str]:
    values = [each.get_secret_value() for each in secrets]
    values = [each for each in values if each]
    found = []
    for path, text in files.items():
        name = path.rpartition("/")[2]
        by_name = name == ".env" or name.startswith(".env.") and not name.endswith(".example")
        by_line = name == ".env.example" and any(map(is_filled, text.splitlines()))
        by_value = any(each in text for each in values)
        if by_name or by_line or by_value:
            found.append(path)
    return sorted(found)


def is_filled(line: str) -> bool:
    if line.startswith("#"):
        return False
    name, equals, value = line.partition("=")
    ends = ("SECRET", "PASSWORD", "TOKEN", "KEY")
    return name.strip().upper().endswith(ends) and bool(value.strip())


# %% 5.7e reject: capitals or small letters only -> An example with a secret is refused
def refused(files: dict[str, str], secrets: list[SecretStr]) -> list[str]:
    values = [each.get_secret_value() for each in secrets]
    values = [each for each in values if each]
    found = []
    for path, text in files.items():
        name = path.rpartition("/")[2]
        by_name = name == ".env" or name.startswith(".env.") and name != ".env.example"
        by_line = name == ".env.example" and any(map(is_filled, text.splitlines()))
        by_value = any(each in text for each in values)
        if by_name or by_line or by_value:
            found.append(path)
    return sorted(found)


def is_filled(line: str) -> bool:
    if line.startswith("#"):
        return False
    name, equals, value = line.partition("=")
    ends = ("SECRET", "PASSWORD", "TOKEN", "KEY")
    return name.strip().endswith(ends + tuple(each.lower() for each in ends)) and bool(value.strip())


# %% 5.7e reject: a word of its own -> An example with a secret is refused
def refused(files: dict[str, str], secrets: list[SecretStr]) -> list[str]:
    values = [each.get_secret_value() for each in secrets]
    values = [each for each in values if each]
    found = []
    for path, text in files.items():
        name = path.rpartition("/")[2]
        by_name = name == ".env" or name.startswith(".env.") and name != ".env.example"
        by_line = name == ".env.example" and any(map(is_filled, text.splitlines()))
        by_value = any(each in text for each in values)
        if by_name or by_line or by_value:
            found.append(path)
    return sorted(found)


def is_filled(line: str) -> bool:
    if line.startswith("#"):
        return False
    name, equals, value = line.partition("=")
    ends = ("SECRET", "PASSWORD", "TOKEN", "KEY")
    return name.strip().upper().rpartition("_")[2] in ends and bool(value.strip())


# %% 5.7e reject: changeme is no secret -> An example with a secret is refused
def refused(files: dict[str, str], secrets: list[SecretStr]) -> list[str]:
    values = [each.get_secret_value() for each in secrets]
    values = [each for each in values if each]
    found = []
    for path, text in files.items():
        name = path.rpartition("/")[2]
        by_name = name == ".env" or name.startswith(".env.") and name != ".env.example"
        by_line = name == ".env.example" and any(map(is_filled, text.splitlines()))
        by_value = any(each in text for each in values)
        if by_name or by_line or by_value:
            found.append(path)
    return sorted(found)


def is_filled(line: str) -> bool:
    if line.startswith("#"):
        return False
    name, equals, value = line.partition("=")
    ends = ("SECRET", "PASSWORD", "TOKEN", "KEY")
    return name.strip().upper().endswith(ends) and value.strip() not in ("", "changeme")


# %% 5.7e reject: a value is a pattern -> A secret in any file is refused
def refused(files: dict[str, str], secrets: list[SecretStr]) -> list[str]:
    values = [each.get_secret_value() for each in secrets]
    values = [each for each in values if each]
    found = []
    for path, text in files.items():
        name = path.rpartition("/")[2]
        by_name = name == ".env" or name.startswith(".env.") and name != ".env.example"
        by_line = name == ".env.example" and any(map(is_filled, text.splitlines()))
        by_value = any(re.search(each, text) for each in values)
        if by_name or by_line or by_value:
            found.append(path)
    return sorted(found)


def is_filled(line: str) -> bool:
    if line.startswith("#"):
        return False
    name, equals, value = line.partition("=")
    ends = ("SECRET", "PASSWORD", "TOKEN", "KEY")
    return name.strip().upper().endswith(ends) and bool(value.strip())


# %% 5.7e reject: a file for each reason -> The paths are sorted
def refused(files: dict[str, str], secrets: list[SecretStr]) -> list[str]:
    values = [each.get_secret_value() for each in secrets]
    values = [each for each in values if each]
    found = []
    for path, text in files.items():
        name = path.rpartition("/")[2]
        by_name = name == ".env" or name.startswith(".env.") and name != ".env.example"
        by_line = name == ".env.example" and any(map(is_filled, text.splitlines()))
        by_value = any(each in text for each in values)
        found += [path] * (by_name + by_line + by_value)
    return sorted(found)


def is_filled(line: str) -> bool:
    if line.startswith("#"):
        return False
    name, equals, value = line.partition("=")
    ends = ("SECRET", "PASSWORD", "TOKEN", "KEY")
    return name.strip().upper().endswith(ends) and bool(value.strip())


# %% 5.7e reject: refused files are dropped -> Files and secrets stay
def refused(files: dict[str, str], secrets: list[SecretStr]) -> list[str]:
    values = [each.get_secret_value() for each in secrets]
    values = [each for each in values if each]
    found = []
    for path, text in files.items():
        name = path.rpartition("/")[2]
        by_name = name == ".env" or name.startswith(".env.") and name != ".env.example"
        by_line = name == ".env.example" and any(map(is_filled, text.splitlines()))
        by_value = any(each in text for each in values)
        if by_name or by_line or by_value:
            found.append(path)
    for each in found:
        del files[each]
    return sorted(found)


def is_filled(line: str) -> bool:
    if line.startswith("#"):
        return False
    name, equals, value = line.partition("=")
    ends = ("SECRET", "PASSWORD", "TOKEN", "KEY")
    return name.strip().upper().endswith(ends) and bool(value.strip())
