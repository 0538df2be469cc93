# %% 5.4a accept: the header by hand
def start_cookie(response, key):
    attributes = "HttpOnly; Secure; SameSite=Lax; Path=/; Max-Age=1209600"
    response.headers.append("Set-Cookie", f"__Host-id={key}; {attributes}")


def end_cookie(response):
    response.headers.append("Set-Cookie", "__Host-id=; Secure; Path=/; Max-Age=0")


# %% 5.4a accept: a time at which it expires
def start_cookie(response, key):
    from datetime import UTC, datetime, timedelta

    end = datetime.now(UTC) + timedelta(days=14)
    response.set_cookie("__Host-key", key, expires=end, secure=True, httponly=True)


def end_cookie(response):
    response.set_cookie("__Host-key", "", max_age=0, secure=True, httponly=True)


# %% 5.4a reject: scripts can read it -> No script can read it
def start_cookie(response, key):
    response.set_cookie("__Host-session", key, max_age=1209600, secure=True)


def end_cookie(response):
    response.delete_cookie("__Host-session", secure=True)


# %% 5.4a reject: without Secure -> A browser takes it under its name
def start_cookie(response, key):
    response.set_cookie("__Host-session", key, max_age=1209600, httponly=True)


def end_cookie(response):
    response.delete_cookie("__Host-session", secure=True)


# %% 5.4a reject: for one host and those below it -> A browser takes it under its name
def start_cookie(response, key):
    response.set_cookie(
        "__Host-session", key, max_age=1209600, secure=True, httponly=True, domain="blog.example"
    )


def end_cookie(response):
    response.delete_cookie("__Host-session", secure=True)


# %% 5.4a reject: a name of its own -> A browser takes it under its name
def start_cookie(response, key):
    response.set_cookie("session", key, max_age=1209600, secure=True, httponly=True)


def end_cookie(response):
    response.delete_cookie("session", secure=True)


# %% 5.4a reject: for one path -> A browser takes it under its name
def start_cookie(response, key):
    response.set_cookie("__Host-session", key, max_age=1209600, secure=True, httponly=True, path="/api")


def end_cookie(response):
    response.delete_cookie("__Host-session", secure=True)


# %% 5.4a reject: Strict -> Links bring it along and forms do not
def start_cookie(response, key):
    response.set_cookie(
        "__Host-session", key, max_age=1209600, secure=True, httponly=True, samesite="strict"
    )


def end_cookie(response):
    response.delete_cookie("__Host-session", secure=True)


# %% 5.4a reject: None -> Links bring it along and forms do not
def start_cookie(response, key):
    response.set_cookie("__Host-session", key, max_age=1209600, secure=True, httponly=True, samesite="none")


def end_cookie(response):
    response.delete_cookie("__Host-session", secure=True)


# %% 5.4a reject: until the browser closes -> It is kept for 14 days
def start_cookie(response, key):
    response.set_cookie("__Host-session", key, secure=True, httponly=True)


def end_cookie(response):
    response.delete_cookie("__Host-session", secure=True)


# %% 5.4a reject: days in the place of seconds -> It is kept for 14 days
def start_cookie(response, key):
    response.set_cookie("__Host-session", key, max_age=14, secure=True, httponly=True)


def end_cookie(response):
    response.delete_cookie("__Host-session", secure=True)


# %% 5.4a reject: the end breaks the rules of the name -> The browser forgets it
def start_cookie(response, key):
    response.set_cookie("__Host-session", key, max_age=1209600, secure=True, httponly=True)


def end_cookie(response):
    response.delete_cookie("__Host-session")


# %% 5.4a reject: an empty value that stays -> The browser forgets it
def start_cookie(response, key):
    response.set_cookie("__Host-session", key, max_age=1209600, secure=True, httponly=True)


def end_cookie(response):
    response.set_cookie("__Host-session", "", secure=True, httponly=True)


# %% 5.4a reject: the key stands in a second cookie, too -> One cookie holds the key
def start_cookie(response, key):
    response.set_cookie("__Host-session", key, max_age=1209600, secure=True, httponly=True)
    response.set_cookie("__Host-copy", key, secure=True)


def end_cookie(response):
    response.delete_cookie("__Host-session", secure=True)


# %% 5.4b accept: a tuple, and the earlier of two ends
import secrets


def start_session(sessions, user, now):
    key = secrets.token_hex(16)
    sessions[sha256(key.encode()).digest()] = (user, now + LONGEST, min(now + LONGEST, now + IDLE))
    return key


def user_of(sessions, key, now):
    place = sha256(key.encode()).digest()
    user, last, end = sessions.get(place, (None, now, now))
    if now < end:
        sessions[place] = (user, last, min(last, now + IDLE))
        return user
    sessions.pop(place, None)
    return None


def end_session(sessions, key):
    sessions.pop(sha256(key.encode()).digest(), None)


def end_sessions(sessions, user):
    kept = {place: each for place, each in sessions.items() if each[0] != user}
    sessions.clear()
    sessions.update(kept)


# %% 5.4b reject: the key itself is stored -> No key is stored
def start_session(sessions, user, now):
    key = token_urlsafe()
    sessions[key] = [user, now, now]
    return key


def user_of(sessions, key, now):
    if key not in sessions:
        return None
    user, start, used = sessions[key]
    if now >= start + LONGEST or now >= used + IDLE:
        del sessions[key]
        return None
    sessions[key][2] = now
    return user


def end_session(sessions, key):
    sessions.pop(key, None)


def end_sessions(sessions, user):
    for key in [key for key, each in sessions.items() if each[0] == user]:
        del sessions[key]


# %% 5.4b reject: no end by age -> 14 days end it in any case
def start_session(sessions, user, now):
    key = token_urlsafe()
    sessions[sha256(key.encode()).hexdigest()] = [user, now]
    return key


def user_of(sessions, key, now):
    place = sha256(key.encode()).hexdigest()
    if place not in sessions:
        return None
    user, used = sessions[place]
    if now >= used + IDLE:
        del sessions[place]
        return None
    sessions[place][1] = now
    return user


def end_session(sessions, key):
    sessions.pop(sha256(key.encode()).hexdigest(), None)


def end_sessions(sessions, user):
    for key in [key for key, each in sessions.items() if each[0] == user]:
        del sessions[key]


# %% 5.4b reject: a use does not count -> Each use counts
def start_session(sessions, user, now):
    key = token_urlsafe()
    sessions[sha256(key.encode()).hexdigest()] = [user, now]
    return key


def user_of(sessions, key, now):
    place = sha256(key.encode()).hexdigest()
    if place not in sessions:
        return None
    user, start = sessions[place]
    if now >= start + IDLE:
        del sessions[place]
        return None
    return user


def end_session(sessions, key):
    sessions.pop(sha256(key.encode()).hexdigest(), None)


def end_sessions(sessions, user):
    for key in [key for key, each in sessions.items() if each[0] == user]:
        del sessions[key]


# %% 5.4b reject: what has ended stays in the dict -> What ended is gone
def start_session(sessions, user, now):
    key = token_urlsafe()
    sessions[sha256(key.encode()).hexdigest()] = [user, now, now]
    return key


def user_of(sessions, key, now):
    place = sha256(key.encode()).hexdigest()
    if place not in sessions:
        return None
    user, start, used = sessions[place]
    if now >= start + LONGEST or now >= used + IDLE:
        return None
    sessions[place][2] = now
    return user


def end_session(sessions, key):
    sessions.pop(sha256(key.encode()).hexdigest(), None)


def end_sessions(sessions, user):
    for key in [key for key, each in sessions.items() if each[0] == user]:
        del sessions[key]


# %% 5.4b reject: the key is made from the user -> Keys are random and long
def start_session(sessions, user, now):
    key = sha256(f"{user} {now}".encode()).hexdigest()
    sessions[sha256(key.encode()).hexdigest()] = [user, now, now]
    return key


def user_of(sessions, key, now):
    place = sha256(key.encode()).hexdigest()
    if place not in sessions:
        return None
    user, start, used = sessions[place]
    if now >= start + LONGEST or now >= used + IDLE:
        del sessions[place]
        return None
    sessions[place][2] = now
    return user


def end_session(sessions, key):
    sessions.pop(sha256(key.encode()).hexdigest(), None)


def end_sessions(sessions, user):
    for key in [key for key, each in sessions.items() if each[0] == user]:
        del sessions[key]


# %% 5.4b reject: one session a user -> A key opens the session of its user
def start_session(sessions, user, now):
    key = token_urlsafe()
    end_sessions(sessions, user)
    sessions[sha256(key.encode()).hexdigest()] = [user, now, now]
    return key


def user_of(sessions, key, now):
    place = sha256(key.encode()).hexdigest()
    if place not in sessions:
        return None
    user, start, used = sessions[place]
    if now >= start + LONGEST or now >= used + IDLE:
        del sessions[place]
        return None
    sessions[place][2] = now
    return user


def end_session(sessions, key):
    sessions.pop(sha256(key.encode()).hexdigest(), None)


def end_sessions(sessions, user):
    for key in [key for key, each in sessions.items() if each[0] == user]:
        del sessions[key]


# %% 5.4b reject: only the first session of the user ends -> All sessions of a user end
def start_session(sessions, user, now):
    key = token_urlsafe()
    sessions[sha256(key.encode()).hexdigest()] = [user, now, now]
    return key


def user_of(sessions, key, now):
    place = sha256(key.encode()).hexdigest()
    if place not in sessions:
        return None
    user, start, used = sessions[place]
    if now >= start + LONGEST or now >= used + IDLE:
        del sessions[place]
        return None
    sessions[place][2] = now
    return user


def end_session(sessions, key):
    sessions.pop(sha256(key.encode()).hexdigest(), None)


def end_sessions(sessions, user):
    for key in list(sessions):
        if sessions[key][0] == user:
            del sessions[key]
            break


# %% 5.4c accept: the parts of both addresses
from urllib.parse import urlsplit


def from_own_page(method, headers, own):
    if method in {"GET", "HEAD", "OPTIONS"}:
        return True
    sent = headers.get("origin", headers.get("referer", ""))
    there, here = urlsplit(sent), urlsplit(own)
    return (there.scheme, there.netloc) == (here.scheme, here.netloc)


# %% 5.4c accept: a beginning that ends
def from_own_page(method, headers, own):
    if method in ("GET", "HEAD", "OPTIONS"):
        return True
    if (origin := headers.get("origin")) is not None:
        return origin == own
    referer = headers.get("referer", "")
    return referer == own or any(referer.startswith(own + each) for each in "/?#")


# %% 5.4c reject: the host alone -> Every other origin is refused
from urllib.parse import urlsplit


def from_own_page(method, headers, own):
    if method in ("GET", "HEAD", "OPTIONS"):
        return True
    page = headers.get("origin", headers.get("referer", ""))
    return urlsplit(page).hostname == urlsplit(own).hostname


# %% 5.4c reject: only the starter's last word is gone -> Every other origin is refused
def from_own_page(method, headers, own):
    if method in ("GET", "HEAD", "OPTIONS"):
        return True
    page = headers.get("origin") or headers.get("referer") or ""
    return page.startswith(own)


# %% 5.4c reject: the beginning of the referer -> Without origin the referer counts
def from_own_page(method, headers, own):
    if method in ("GET", "HEAD", "OPTIONS"):
        return True
    if "origin" in headers:
        return headers["origin"] == own
    return headers.get("referer", "").startswith(own)


# %% 5.4c reject: our own with a slash, so that nothing else begins alike -> Without origin the referer counts
def from_own_page(method, headers, own):
    if method in ("GET", "HEAD", "OPTIONS"):
        return True
    if "origin" in headers:
        return headers["origin"] == own
    return headers.get("referer", "").startswith(own + "/")


# %% 5.4c reject: neither is a program -> With neither it is refused
from urllib.parse import urlsplit


def from_own_page(method, headers, own):
    if method in ("GET", "HEAD", "OPTIONS"):
        return True
    if "origin" in headers:
        return headers["origin"] == own
    if "referer" not in headers:
        return True
    page = urlsplit(headers["referer"])
    return f"{page.scheme}://{page.netloc}" == own


# %% 5.4c reject: one of the two is enough -> Origin counts before referer
from urllib.parse import urlsplit


def from_own_page(method, headers, own):
    if method in ("GET", "HEAD", "OPTIONS"):
        return True
    page = urlsplit(headers.get("referer", ""))
    return own in (headers.get("origin"), f"{page.scheme}://{page.netloc}")


# %% 5.4c reject: an empty origin or null is none -> Origin counts before referer
from urllib.parse import urlsplit


def from_own_page(method, headers, own):
    if method in ("GET", "HEAD", "OPTIONS"):
        return True
    origin = headers.get("origin", "null")
    if origin not in ("", "null"):
        return origin == own
    page = urlsplit(headers.get("referer", ""))
    return f"{page.scheme}://{page.netloc}" == own


# %% 5.4c reject: only POST changes something -> Every other origin is refused
from urllib.parse import urlsplit


def from_own_page(method, headers, own):
    if method != "POST":
        return True
    if "origin" in headers:
        return headers["origin"] == own
    page = urlsplit(headers.get("referer", ""))
    return f"{page.scheme}://{page.netloc}" == own


# %% 5.4c reject: HEAD and OPTIONS are forgotten -> What only reads is let through
from urllib.parse import urlsplit


def from_own_page(method, headers, own):
    if method == "GET":
        return True
    if "origin" in headers:
        return headers["origin"] == own
    page = urlsplit(headers.get("referer", ""))
    return f"{page.scheme}://{page.netloc}" == own


# %% 5.4c reject: the referer is not looked at -> Without origin the referer counts
def from_own_page(method, headers, own):
    return method in ("GET", "HEAD", "OPTIONS") or headers.get("origin") == own


# %% 5.4d accept: one list of hashes a login
import secrets
from hashlib import sha256


class Logins:
    def __init__(self):
        self.log = []
        self.families = []

    def _find(self, token):
        place = sha256(token.encode()).digest()
        for family in self.families:
            if place in family["tokens"]:
                return family, place
        return None, place

    def _new(self, family):
        token = secrets.token_hex(32)
        family["tokens"].append(sha256(token.encode()).digest())
        return token

    def log_in(self, user):
        family = {"user": user, "tokens": []}
        self.families.append(family)
        return self._new(family)

    def refresh(self, token):
        family, place = self._find(token)
        if family is None:
            return None
        if place != family["tokens"][-1]:
            self.families.remove(family)
            self.log.append("reuse: " + family["user"])
            return None
        return family["user"], self._new(family)

    def log_out(self, token):
        family, _ = self._find(token)
        if family is not None:
            self.families.remove(family)


# %% 5.4d accept: a dict of what is open and used
from hashlib import sha256
from secrets import token_urlsafe


class Logins:
    def __init__(self) -> None:
        self.log: list[str] = []
        self.rows: dict = {}

    def log_in(self, user):
        return self.add({"user": user, "open": True})

    def add(self, login):
        token = token_urlsafe(24)
        self.rows[sha256(token.encode()).hexdigest()] = {"login": login, "used": False}
        return token

    def refresh(self, token):
        row = self.rows.get(sha256(token.encode()).hexdigest())
        if not row or not row["login"]["open"]:
            return None
        if row["used"]:
            row["login"]["open"] = False
            self.log.append(f"reuse: {row['login']['user']}")
            return None
        row["used"] = True
        return row["login"]["user"], self.add(row["login"])

    def log_out(self, token):
        if row := self.rows.get(sha256(token.encode()).hexdigest()):
            row["login"]["open"] = False


# %% 5.4d reject: a used token is deleted, and forgotten -> A used token ends the login
from hashlib import sha256
from secrets import token_urlsafe


class Logins:
    def __init__(self):
        self.log, self.users = [], {}

    def log_in(self, user):
        token = token_urlsafe()
        self.users[sha256(token.encode()).digest()] = user
        return token

    def refresh(self, token):
        user = self.users.pop(sha256(token.encode()).digest(), None)
        return (user, self.log_in(user)) if user else None

    def log_out(self, token):
        self.users.pop(sha256(token.encode()).digest(), None)


# %% 5.4d reject: a used token is refused, and the login goes on -> A used token ends the login
from hashlib import sha256
from secrets import token_urlsafe


class Logins:
    def __init__(self):
        self.log, self.rows = [], {}

    def log_in(self, user):
        return self.add({"user": user, "open": True})

    def add(self, login):
        token = token_urlsafe()
        self.rows[sha256(token.encode()).digest()] = {"login": login, "used": False}
        return token

    def refresh(self, token):
        row = self.rows.get(sha256(token.encode()).digest())
        if not row or not row["login"]["open"]:
            return None
        if row["used"]:
            self.log.append(f"reuse: {row['login']['user']}")
            return None
        row["used"] = True
        return row["login"]["user"], self.add(row["login"])

    def log_out(self, token):
        if row := self.rows.get(sha256(token.encode()).digest()):
            row["login"]["open"] = False


# %% 5.4d reject: all logins of the user end -> Other logins go on
from hashlib import sha256
from secrets import token_urlsafe


class Logins:
    def __init__(self):
        self.log, self.rows = [], {}

    def log_in(self, user):
        return self.add({"user": user, "open": True})

    def add(self, login):
        token = token_urlsafe()
        self.rows[sha256(token.encode()).digest()] = {"login": login, "used": False}
        return token

    def refresh(self, token):
        row = self.rows.get(sha256(token.encode()).digest())
        if not row or not row["login"]["open"]:
            return None
        if row["used"]:
            for each in self.rows.values():
                if each["login"]["user"] == row["login"]["user"]:
                    each["login"]["open"] = False
            self.log.append(f"reuse: {row['login']['user']}")
            return None
        row["used"] = True
        return row["login"]["user"], self.add(row["login"])

    def log_out(self, token):
        if row := self.rows.get(sha256(token.encode()).digest()):
            row["login"]["open"] = False


# %% 5.4d reject: each reuse is a line -> A login that ended stays quiet
from hashlib import sha256
from secrets import token_urlsafe


class Logins:
    def __init__(self):
        self.log, self.rows = [], {}

    def log_in(self, user):
        return self.add({"user": user, "open": True})

    def add(self, login):
        token = token_urlsafe()
        self.rows[sha256(token.encode()).digest()] = {"login": login, "used": False}
        return token

    def refresh(self, token):
        row = self.rows.get(sha256(token.encode()).digest())
        if not row:
            return None
        if row["used"]:
            row["login"]["open"] = False
            self.log.append(f"reuse: {row['login']['user']}")
            return None
        if not row["login"]["open"]:
            return None
        row["used"] = True
        return row["login"]["user"], self.add(row["login"])

    def log_out(self, token):
        if row := self.rows.get(sha256(token.encode()).digest()):
            row["login"]["open"] = False


# %% 5.4d reject: a used token cannot log out -> Log out ends one login
from hashlib import sha256
from secrets import token_urlsafe


class Logins:
    def __init__(self):
        self.log, self.rows = [], {}

    def log_in(self, user):
        return self.add({"user": user, "open": True})

    def add(self, login):
        token = token_urlsafe()
        self.rows[sha256(token.encode()).digest()] = {"login": login, "used": False}
        return token

    def refresh(self, token):
        row = self.rows.get(sha256(token.encode()).digest())
        if not row or not row["login"]["open"]:
            return None
        if row["used"]:
            row["login"]["open"] = False
            self.log.append(f"reuse: {row['login']['user']}")
            return None
        row["used"] = True
        return row["login"]["user"], self.add(row["login"])

    def log_out(self, token):
        row = self.rows.get(sha256(token.encode()).digest())
        if row and not row["used"]:
            row["login"]["open"] = False


# %% 5.4d reject: the tokens themselves are kept -> No token is kept
from secrets import token_urlsafe


class Logins:
    def __init__(self):
        self.log, self.rows = [], {}

    def log_in(self, user):
        return self.add({"user": user, "open": True})

    def add(self, login):
        token = token_urlsafe()
        self.rows[token] = {"login": login, "used": False}
        return token

    def refresh(self, token):
        row = self.rows.get(token)
        if not row or not row["login"]["open"]:
            return None
        if row["used"]:
            row["login"]["open"] = False
            self.log.append(f"reuse: {row['login']['user']}")
            return None
        row["used"] = True
        return row["login"]["user"], self.add(row["login"])

    def log_out(self, token):
        if row := self.rows.get(token):
            row["login"]["open"] = False


# %% 5.4d reject: the same token again and again -> Tokens are new and random
from hashlib import sha256


class Logins:
    def __init__(self):
        self.log, self.rows = [], {}

    def log_in(self, user):
        return self.add({"user": user, "open": True})

    def add(self, login):
        token = f"token-number-{len(self.rows):08}"
        self.rows[sha256(token.encode()).digest()] = {"login": login, "used": False}
        return token

    def refresh(self, token):
        row = self.rows.get(sha256(token.encode()).digest())
        if not row or not row["login"]["open"]:
            return None
        if row["used"]:
            row["login"]["open"] = False
            self.log.append(f"reuse: {row['login']['user']}")
            return None
        row["used"] = True
        return row["login"]["user"], self.add(row["login"])

    def log_out(self, token):
        if row := self.rows.get(sha256(token.encode()).digest()):
            row["login"]["open"] = False


# %% 5.4d reject: one store for all objects -> Two stores know nothing of each other
from hashlib import sha256
from secrets import token_urlsafe


class Logins:
    rows: dict = {}

    def __init__(self):
        self.log = []

    def log_in(self, user):
        return self.add({"user": user, "open": True})

    def add(self, login):
        token = token_urlsafe()
        self.rows[sha256(token.encode()).digest()] = {"login": login, "used": False}
        return token

    def refresh(self, token):
        row = self.rows.get(sha256(token.encode()).digest())
        if not row or not row["login"]["open"]:
            return None
        if row["used"]:
            row["login"]["open"] = False
            self.log.append(f"reuse: {row['login']['user']}")
            return None
        row["used"] = True
        return row["login"]["user"], self.add(row["login"])

    def log_out(self, token):
        if row := self.rows.get(sha256(token.encode()).digest()):
            row["login"]["open"] = False


# %% 5.4e accept: the row is locked while it is read
def use_token(session, hashed, now):
    token = session.get(RefreshToken, hashed, with_for_update=True)
    if token is None or token.used_at or token.expires_at <= now:
        session.rollback()
        return None
    user = token.user
    token.used_at = now
    session.commit()
    return user


# %% 5.4e accept: SQL
from sqlalchemy import text


def use_token(session, hashed, now):
    statement = """
        UPDATE refresh_tokens SET used_at = :now
        WHERE hash = :hash AND used_at IS NULL AND expires_at > :now RETURNING "user"
    """
    user = session.execute(text(statement), {"now": now, "hash": hashed}).scalar()
    session.commit()
    return user


# %% 5.4e reject: a commit before the return in all cases -> One of two at once gets the user
def use_token(session, hashed, now):
    token = session.get(RefreshToken, hashed)
    user = None
    if token is not None and not token.used_at and token.expires_at > now:
        user = token.user
        token.used_at = now
    session.commit()
    return user


# %% 5.4e reject: the lock comes after the question -> One of two at once gets the user
from sqlalchemy import select


def use_token(session, hashed, now):
    token = session.get(RefreshToken, hashed)
    if token is None or token.used_at or token.expires_at <= now:
        session.rollback()
        return None
    session.execute(select(RefreshToken.hash).where(RefreshToken.hash == hashed).with_for_update())
    user = token.user
    token.used_at = now
    session.commit()
    return user


# %% 5.4e reject: who finds a lock gives up -> After a rollback the second one gets it
from sqlalchemy import select


def use_token(session, hashed, now):
    unused = (RefreshToken.hash == hashed, RefreshToken.used_at.is_(None), RefreshToken.expires_at > now)
    token = session.scalar(select(RefreshToken).where(*unused).with_for_update(skip_locked=True))
    user = token.user if token else None
    if token:
        token.used_at = now
    session.commit()
    return user


# %% 5.4e reject: the lock stays -> No lock is left
def use_token(session, hashed, now):
    token = session.get(RefreshToken, hashed, with_for_update=True)
    if token is None or token.used_at or token.expires_at <= now:
        return None
    user = token.user
    token.used_at = now
    session.commit()
    return user


# %% 5.4e reject: nobody commits -> It is marked and committed
def use_token(session, hashed, now):
    unused = (RefreshToken.hash == hashed, RefreshToken.used_at.is_(None), RefreshToken.expires_at > now)
    return session.scalar(
        update(RefreshToken).where(*unused).values(used_at=now).returning(RefreshToken.user)
    )


# %% 5.4e reject: what has expired is taken -> Every other token is none
def use_token(session, hashed, now):
    unused = (RefreshToken.hash == hashed, RefreshToken.used_at.is_(None))
    user = session.scalar(
        update(RefreshToken).where(*unused).values(used_at=now).returning(RefreshToken.user)
    )
    session.commit()
    return user


# %% 5.4e reject: all tokens of that moment -> It is marked and committed
def use_token(session, hashed, now):
    token = session.get(RefreshToken, hashed, with_for_update=True)
    user = None
    if token is not None and not token.used_at and token.expires_at > now:
        user = token.user
        session.execute(update(RefreshToken).where(RefreshToken.user == user).values(used_at=now))
        session.execute(update(RefreshToken).where(RefreshToken.expires_at > now).values(used_at=now))
    session.commit()
    return user
