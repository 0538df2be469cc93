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


# %% 5.4a reject: the other cookies of the response are lost -> Other cookies of the response stay
def start_cookie(response: Response, key: str) -> None:
    order = "Max-Age=1209600; Path=/; Secure; HttpOnly; SameSite=Lax"
    response.headers["Set-Cookie"] = f"__Host-id={key}; {order}"


def end_cookie(response: Response) -> None:
    response.headers["Set-Cookie"] = "__Host-id=; Max-Age=0; Path=/; Secure"


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


# %% 5.4b reject: stored in base64 -> No key is stored
def hashed(key: str) -> str:
    from base64 import b64encode

    return b64encode(key.encode()).decode()


def start_session(sessions: dict, user: str, now: datetime) -> str:
    key = token_urlsafe(32)
    sessions[hashed(key)] = {"user": user, "start": now, "used": now}
    return key


def user_of(sessions: dict, key: str, now: datetime) -> str | None:
    found = sessions.get(hashed(key))
    if found is None:
        return None
    if now >= found["used"] + IDLE or now >= found["start"] + LONGEST:
        del sessions[hashed(key)]
        return None
    found["used"] = now
    return found["user"]


def end_session(sessions: dict, key: str) -> None:
    sessions.pop(hashed(key), None)


def end_sessions(sessions: dict, user: str) -> None:
    for each in [k for k, v in sessions.items() if v["user"] == user]:
        del sessions[each]


# %% 5.4b reject: stored backwards -> No key is stored
def hashed(key: str) -> str:
    return key[::-1]


def start_session(sessions: dict, user: str, now: datetime) -> str:
    key = token_urlsafe(32)
    sessions[hashed(key)] = {"user": user, "start": now, "used": now}
    return key


def user_of(sessions: dict, key: str, now: datetime) -> str | None:
    found = sessions.get(hashed(key))
    if found is None:
        return None
    if now >= found["used"] + IDLE or now >= found["start"] + LONGEST:
        del sessions[hashed(key)]
        return None
    found["used"] = now
    return found["user"]


def end_session(sessions: dict, key: str) -> None:
    sessions.pop(hashed(key), None)


def end_sessions(sessions: dict, user: str) -> None:
    for each in [k for k, v in sessions.items() if v["user"] == user]:
        del sessions[each]


# %% 5.4b reject: the hash opens as well -> No key is stored
def hashed(key: str) -> str:
    return sha256(key.encode()).hexdigest()


def start_session(sessions: dict, user: str, now: datetime) -> str:
    key = token_urlsafe(32)
    sessions[hashed(key)] = {"user": user, "start": now, "used": now}
    return key


def user_of(sessions: dict, key: str, now: datetime) -> str | None:
    found = sessions.get(hashed(key)) or sessions.get(key)
    if found is None:
        return None
    if now >= found["used"] + IDLE or now >= found["start"] + LONGEST:
        del sessions[hashed(key)]
        return None
    found["used"] = now
    return found["user"]


def end_session(sessions: dict, key: str) -> None:
    sessions.pop(hashed(key), None)


def end_sessions(sessions: dict, user: str) -> None:
    for each in [k for k, v in sessions.items() if v["user"] == user]:
        del sessions[each]


# %% 5.4b reject: the key is the hash of the stored one -> No key is stored
def hashed(key: str) -> str:
    return sha256(key.encode()).hexdigest()


def start_session(sessions: dict, user: str, now: datetime) -> str:
    key = token_urlsafe(32)
    secret = key
    key = hashed(secret)
    sessions[secret] = {"user": user, "start": now, "used": now}
    return key


def user_of(sessions: dict, key: str, now: datetime) -> str | None:
    found = next((v for k, v in sessions.items() if hashed(k) == key), None)
    if found is None:
        return None
    if now >= found["used"] + IDLE or now >= found["start"] + LONGEST:
        end_session(sessions, key)
        return None
    found["used"] = now
    return found["user"]


def end_session(sessions: dict, key: str) -> None:
    for each in [k for k in sessions if hashed(k) == key]:
        del sessions[each]


def end_sessions(sessions: dict, user: str) -> None:
    for each in [k for k, v in sessions.items() if v["user"] == user]:
        del sessions[each]


# %% 5.4b reject: the user's name in front of few random characters -> Keys are random and long
def hashed(key: str) -> str:
    return sha256(key.encode()).hexdigest()


def start_session(sessions: dict, user: str, now: datetime) -> str:
    key = f"{user:-<22}" + token_urlsafe(2)
    sessions[hashed(key)] = {"user": user, "start": now, "used": now}
    return key


def user_of(sessions: dict, key: str, now: datetime) -> str | None:
    found = sessions.get(hashed(key))
    if found is None:
        return None
    if now >= found["used"] + IDLE or now >= found["start"] + LONGEST:
        del sessions[hashed(key)]
        return None
    found["used"] = now
    return found["user"]


def end_session(sessions: dict, key: str) -> None:
    sessions.pop(hashed(key), None)


def end_sessions(sessions: dict, user: str) -> None:
    for each in [k for k, v in sessions.items() if v["user"] == user]:
        del sessions[each]


# %% 5.4b reject: seconds without the days -> Two hours without use end it
def hashed(key: str) -> str:
    return sha256(key.encode()).hexdigest()


def start_session(sessions: dict, user: str, now: datetime) -> str:
    key = token_urlsafe(32)
    sessions[hashed(key)] = {"user": user, "start": now, "used": now}
    return key


def user_of(sessions: dict, key: str, now: datetime) -> str | None:
    found = sessions.get(hashed(key))
    if found is None:
        return None
    if (now - found["used"]).seconds >= 7200 or now >= found["start"] + LONGEST:
        del sessions[hashed(key)]
        return None
    found["used"] = now
    return found["user"]


def end_session(sessions: dict, key: str) -> None:
    sessions.pop(hashed(key), None)


def end_sessions(sessions: dict, user: str) -> None:
    for each in [k for k, v in sessions.items() if v["user"] == user]:
        del sessions[each]


# %% 5.4b reject: ending all of ana ends Ana's -> All sessions of a user end
def hashed(key: str) -> str:
    return sha256(key.encode()).hexdigest()


def start_session(sessions: dict, user: str, now: datetime) -> str:
    key = token_urlsafe(32)
    sessions[hashed(key)] = {"user": user, "start": now, "used": now}
    return key


def user_of(sessions: dict, key: str, now: datetime) -> str | None:
    found = sessions.get(hashed(key))
    if found is None:
        return None
    if now >= found["used"] + IDLE or now >= found["start"] + LONGEST:
        del sessions[hashed(key)]
        return None
    found["used"] = now
    return found["user"]


def end_session(sessions: dict, key: str) -> None:
    sessions.pop(hashed(key), None)


def end_sessions(sessions: dict, user: str) -> None:
    for each in [k for k, v in sessions.items() if v["user"].lower() == user.lower()]:
        del sessions[each]


# %% 5.4b reject: a dict of the module -> An unknown key is none
HERE: dict = {}


def hashed(key: str) -> str:
    return sha256(key.encode()).hexdigest()


def start_session(sessions: dict, user: str, now: datetime) -> str:
    key = token_urlsafe(32)
    HERE[hashed(key)] = {"user": user, "start": now, "used": now}
    return key


def user_of(sessions: dict, key: str, now: datetime) -> str | None:
    found = HERE.get(hashed(key))
    if found is None:
        return None
    if now >= found["used"] + IDLE or now >= found["start"] + LONGEST:
        del HERE[hashed(key)]
        return None
    found["used"] = now
    return found["user"]


def end_session(sessions: dict, key: str) -> None:
    HERE.pop(hashed(key), None)


def end_sessions(sessions: dict, user: str) -> None:
    for each in [k for k, v in HERE.items() if v["user"] == user]:
        del HERE[each]


# %% 5.4b reject: each look at one session is a use of all of the user -> Each session has its own end
def hashed(key: str) -> str:
    return sha256(key.encode()).hexdigest()


def start_session(sessions: dict, user: str, now: datetime) -> str:
    key = token_urlsafe(32)
    sessions[hashed(key)] = {"user": user, "start": now, "used": now}
    return key


def user_of(sessions: dict, key: str, now: datetime) -> str | None:
    found = sessions.get(hashed(key))
    if found is None:
        return None
    if now >= found["used"] + IDLE or now >= found["start"] + LONGEST:
        del sessions[hashed(key)]
        return None
    for v in sessions.values():
        if v["user"] == found["user"]:
            v["used"] = now
    return found["user"]


def end_session(sessions: dict, key: str) -> None:
    sessions.pop(hashed(key), None)


def end_sessions(sessions: dict, user: str) -> None:
    for each in [k for k, v in sessions.items() if v["user"] == user]:
        del sessions[each]


# %% 5.4b reject: the two times are kept with the user: a new session moves the old one -> Each session has its own end
def hashed(key: str) -> str:
    return sha256(key.encode()).hexdigest()


def start_session(sessions: dict, user: str, now: datetime) -> str:
    key = token_urlsafe(32)
    for v in sessions.values():
        if v["user"] == user:
            v["used"] = now
    sessions[hashed(key)] = {"user": user, "start": now, "used": now}
    return key


def user_of(sessions: dict, key: str, now: datetime) -> str | None:
    found = sessions.get(hashed(key))
    if found is None:
        return None
    if now >= found["used"] + IDLE or now >= found["start"] + LONGEST:
        del sessions[hashed(key)]
        return None
    found["used"] = now
    return found["user"]


def end_session(sessions: dict, key: str) -> None:
    sessions.pop(hashed(key), None)


def end_sessions(sessions: dict, user: str) -> None:
    for each in [k for k, v in sessions.items() if v["user"] == user]:
        del sessions[each]


# %% 5.4b reject: ended by idleness ends all of the user -> Each session has its own end
def hashed(key: str) -> str:
    return sha256(key.encode()).hexdigest()


def start_session(sessions: dict, user: str, now: datetime) -> str:
    key = token_urlsafe(32)
    sessions[hashed(key)] = {"user": user, "start": now, "used": now}
    return key


def user_of(sessions: dict, key: str, now: datetime) -> str | None:
    found = sessions.get(hashed(key))
    if found is None:
        return None
    if now >= found["used"] + IDLE or now >= found["start"] + LONGEST:
        end_sessions(sessions, found["user"])
        return None
    found["used"] = now
    return found["user"]


def end_session(sessions: dict, key: str) -> None:
    sessions.pop(hashed(key), None)


def end_sessions(sessions: dict, user: str) -> None:
    for each in [k for k, v in sessions.items() if v["user"] == user]:
        del sessions[each]


# %% 5.4c accept: the parts of both addresses
from urllib.parse import urlsplit


def from_own_page(method, headers, own):
    if method in {"GET", "HEAD", "OPTIONS"}:
        return True
    sent = headers.get("origin", headers.get("referer", ""))
    try:
        there, here = urlsplit(sent), urlsplit(own)
    except ValueError:
        return False
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


# %% 5.4c accept: own and a slash
SAFE = ("GET", "HEAD", "OPTIONS")


def from_own_page(method: str, headers: dict[str, str], own: str) -> bool:
    if method in SAFE:
        return True
    origin, referer = headers.get("origin"), headers.get("referer")
    if origin is not None:
        return origin == own
    return referer is not None and f"{referer}/".startswith(f"{own}/")


# %% 5.4c accept: split at slashes
def from_own_page(method: str, headers: dict[str, str], own: str) -> bool:
    match method:
        case "GET" | "HEAD" | "OPTIONS":
            return True
    page = headers.get("origin", "/".join(headers.get("referer", "").split("/")[:3]))
    return page == own


# %% 5.4c accept: scheme, host and port one by one
from urllib.parse import urlsplit

PORTS = {"http": 80, "https": 443}


def origin_of(address: str) -> tuple[str, str | None, int | None] | None:
    try:
        parts = urlsplit(address)
        port = parts.port or PORTS.get(parts.scheme)
    except ValueError:
        return None
    return parts.scheme, parts.hostname, port


def from_own_page(method: str, headers: dict[str, str], own: str) -> bool:
    if method not in ["GET", "HEAD", "OPTIONS"]:
        if "origin" in headers:
            return headers["origin"] == own
        return "referer" in headers and origin_of(headers["referer"]) == origin_of(own)
    return True


# %% 5.4c reject: TRACE is let in -> With neither it is refused
from urllib.parse import urlsplit


def from_own_page(method: str, headers: dict[str, str], own: str) -> bool:
    if method in {"GET", "HEAD", "OPTIONS", "TRACE"}:
        return True
    if "origin" in headers:
        return headers["origin"] == own
    if "referer" not in headers:
        return False
    try:
        page = urlsplit(headers["referer"])
    except ValueError:
        return False
    return f"{page.scheme}://{page.netloc}" == own


# %% 5.4c reject: a referer that is no address is an error -> Without origin the referer counts
from urllib.parse import urlsplit


def from_own_page(method: str, headers: dict[str, str], own: str) -> bool:
    if method in {"GET", "HEAD", "OPTIONS"}:
        return True
    if "origin" in headers:
        return headers["origin"] == own
    if "referer" not in headers:
        return False
    page = urlsplit(headers["referer"])
    return f"{page.scheme}://{page.netloc}" == own


# %% 5.4c reject: a port that is no number is an error -> Without origin the referer counts
from urllib.parse import urlsplit


def from_own_page(method: str, headers: dict[str, str], own: str) -> bool:
    if method in {"GET", "HEAD", "OPTIONS"}:
        return True
    if "origin" in headers:
        return headers["origin"] == own
    if "referer" not in headers:
        return False
    try:
        page = urlsplit(headers["referer"])
    except ValueError:
        return False
    return (page.scheme, page.hostname, page.port) == (urlsplit(own).scheme, urlsplit(own).hostname, urlsplit(own).port)


# %% 5.4c reject: the dot stands for any character -> Without origin the referer counts
import re
from urllib.parse import urlsplit


def from_own_page(method: str, headers: dict[str, str], own: str) -> bool:
    if method in {"GET", "HEAD", "OPTIONS"}:
        return True
    if "origin" in headers:
        return headers["origin"] == own
    if "referer" not in headers:
        return False
    try:
        page = urlsplit(headers["referer"])
    except ValueError:
        return False
    return re.match(own + "(/|$)", headers["referer"]) is not None


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


# %% 5.4d reject: tokens are kept backwards -> No token is kept
from hashlib import sha256
from secrets import token_urlsafe


def hashed(token: str) -> str:
    return token[::-1]


class Logins:
    def __init__(self) -> None:
        self.log: list[str] = []
        self.users: dict[int, str] = {}
        self.ended: set[int] = set()
        self.tokens: dict[str, int] = {}
        self.used: set[str] = set()

    def new_token(self, login: int) -> str:
        token = token_urlsafe(32)
        self.tokens[hashed(token)] = login
        return token

    def log_in(self, user: str) -> str:
        login = len(self.users)
        self.users[login] = user
        return self.new_token(login)

    def refresh(self, token: str) -> tuple[str, str] | None:
        login = self.tokens.get(hashed(token))
        if login is None or login in self.ended:
            return None
        if hashed(token) in self.used:
            self.ended.add(login)
            self.log.append(f"reuse: {self.users[login]}")
            return None
        self.used.add(hashed(token))
        return self.users[login], self.new_token(login)

    def log_out(self, token: str) -> None:
        login = self.tokens.get(hashed(token))
        if login is not None:
            self.ended.add(login)


# %% 5.4d reject: tokens are kept in base64 -> No token is kept
from hashlib import sha256
from secrets import token_urlsafe


def hashed(token: str) -> str:
    from base64 import b64encode

    return b64encode(token.encode()).decode()


class Logins:
    def __init__(self) -> None:
        self.log: list[str] = []
        self.users: dict[int, str] = {}
        self.ended: set[int] = set()
        self.tokens: dict[str, int] = {}
        self.used: set[str] = set()

    def new_token(self, login: int) -> str:
        token = token_urlsafe(32)
        self.tokens[hashed(token)] = login
        return token

    def log_in(self, user: str) -> str:
        login = len(self.users)
        self.users[login] = user
        return self.new_token(login)

    def refresh(self, token: str) -> tuple[str, str] | None:
        login = self.tokens.get(hashed(token))
        if login is None or login in self.ended:
            return None
        if hashed(token) in self.used:
            self.ended.add(login)
            self.log.append(f"reuse: {self.users[login]}")
            return None
        self.used.add(hashed(token))
        return self.users[login], self.new_token(login)

    def log_out(self, token: str) -> None:
        login = self.tokens.get(hashed(token))
        if login is not None:
            self.ended.add(login)


# %% 5.4d reject: the log has the token -> No token is kept
from hashlib import sha256
from secrets import token_urlsafe


def hashed(token: str) -> str:
    return sha256(token.encode()).hexdigest()


class Logins:
    def __init__(self) -> None:
        self.log: list[str] = []
        self.users: dict[int, str] = {}
        self.ended: set[int] = set()
        self.tokens: dict[str, int] = {}
        self.used: set[str] = set()

    def new_token(self, login: int) -> str:
        token = token_urlsafe(32)
        self.tokens[hashed(token)] = login
        return token

    def log_in(self, user: str) -> str:
        login = len(self.users)
        self.users[login] = user
        return self.new_token(login)

    def refresh(self, token: str) -> tuple[str, str] | None:
        login = self.tokens.get(hashed(token))
        if login is None or login in self.ended:
            return None
        if hashed(token) in self.used:
            self.ended.add(login)
            self.log.append(f"reuse: {self.users[login]}")
            self.seen = [token]
            return None
        self.used.add(hashed(token))
        return self.users[login], self.new_token(login)

    def log_out(self, token: str) -> None:
        login = self.tokens.get(hashed(token))
        if login is not None:
            self.ended.add(login)


# %% 5.4d reject: the hash is a token as well -> No token is kept
from hashlib import sha256
from secrets import token_urlsafe


def hashed(token: str) -> str:
    return sha256(token.encode()).hexdigest()


class Logins:
    def __init__(self) -> None:
        self.log: list[str] = []
        self.users: dict[int, str] = {}
        self.ended: set[int] = set()
        self.tokens: dict[str, int] = {}
        self.used: set[str] = set()

    def new_token(self, login: int) -> str:
        token = token_urlsafe(32)
        self.tokens[hashed(token)] = login
        return token

    def log_in(self, user: str) -> str:
        login = len(self.users)
        self.users[login] = user
        return self.new_token(login)

    def refresh(self, token: str) -> tuple[str, str] | None:
        login = self.tokens.get(hashed(token), self.tokens.get(token))
        if login is None or login in self.ended:
            return None
        if hashed(token) in self.used:
            self.ended.add(login)
            self.log.append(f"reuse: {self.users[login]}")
            return None
        self.used.add(hashed(token))
        return self.users[login], self.new_token(login)

    def log_out(self, token: str) -> None:
        login = self.tokens.get(hashed(token))
        if login is not None:
            self.ended.add(login)


# %% 5.4d reject: the next token can be computed -> Tokens are new and random
from hashlib import sha256
from secrets import token_urlsafe


def hashed(token: str) -> str:
    return sha256(token.encode()).hexdigest()


class Logins:
    def __init__(self) -> None:
        self.log: list[str] = []
        self.users: dict[int, str] = {}
        self.ended: set[int] = set()
        self.tokens: dict[str, int] = {}
        self.used: set[str] = set()

    def new_token(self, login: int) -> str:
        token = token_urlsafe(32)
        self.tokens[hashed(token)] = login
        return token

    def log_in(self, user: str) -> str:
        login = len(self.users)
        self.users[login] = user
        return self.new_token(login)

    def refresh(self, token: str) -> tuple[str, str] | None:
        login = self.tokens.get(hashed(token))
        if login is None or login in self.ended:
            return None
        if hashed(token) in self.used:
            self.ended.add(login)
            self.log.append(f"reuse: {self.users[login]}")
            return None
        self.used.add(hashed(token))
        new = hashed(token + "next")
        self.tokens[hashed(new)] = login
        return self.users[login], new

    def log_out(self, token: str) -> None:
        login = self.tokens.get(hashed(token))
        if login is not None:
            self.ended.add(login)


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


# %% 5.4e accept: an advisory lock of the transaction
from sqlalchemy import text


def use_token(session: Session, hashed: str, now: datetime) -> str | None:
    lock = text("SELECT pg_advisory_xact_lock(hashtext(:hash))")
    session.execute(lock, {"hash": hashed})
    token = session.get(RefreshToken, hashed, populate_existing=True)
    user = None
    if token is not None and token.used_at is None and now < token.expires_at:
        token.used_at, user = now, token.user
    session.commit()
    return user


# %% 5.4e accept: read, then an UPDATE that says whether
from sqlalchemy import select


def use_token(session: Session, hashed: str, now: datetime) -> str | None:
    me = RefreshToken.hash == hashed
    user = session.scalar(
        select(RefreshToken.user).where(me, RefreshToken.expires_at > now)
    )
    done = session.execute(
        update(RefreshToken)
        .where(me, RefreshToken.used_at.is_(None), RefreshToken.expires_at > now)
        .values(used_at=now)
    )
    session.commit()
    return user if done.rowcount == 1 else None


# %% 5.4e reject: commit only when it worked -> No lock is left
def use_token(session: Session, hashed: str, now: datetime) -> str | None:
    used = (
        update(RefreshToken)
        .where(
            RefreshToken.hash == hashed,
            RefreshToken.used_at.is_(None),
            RefreshToken.expires_at > now,
        )
        .values(used_at=now)
        .returning(RefreshToken.user)
    )
    user = session.execute(used).scalar_one_or_none()
    if user is not None:
        session.commit()
    return user


# %% 5.4e reject: expires_at is now as well -> It is marked and committed
def use_token(session: Session, hashed: str, now: datetime) -> str | None:
    used = (
        update(RefreshToken)
        .where(
            RefreshToken.hash == hashed,
            RefreshToken.used_at.is_(None),
            RefreshToken.expires_at > now,
        )
        .values(used_at=now, expires_at=now)
        .returning(RefreshToken.user)
    )
    user = session.execute(used).scalar_one_or_none()
    session.commit()
    return user


# %% 5.4e reject: pasted into SQL -> Every other token is none
def use_token(session: Session, hashed: str, now: datetime) -> str | None:
    from sqlalchemy import text

    session.execute(text(f"SELECT 1 FROM refresh_tokens WHERE hash = '{hashed}'"))
    used = (
        update(RefreshToken)
        .where(
            RefreshToken.hash == hashed,
            RefreshToken.used_at.is_(None),
            RefreshToken.expires_at > now,
        )
        .values(used_at=now)
        .returning(RefreshToken.user)
    )
    user = session.execute(used).scalar_one_or_none()
    session.commit()
    return user


# %% 5.4e reject: hash is a pattern -> Every other token is none
def use_token(session: Session, hashed: str, now: datetime) -> str | None:
    used = (
        update(RefreshToken)
        .where(
            RefreshToken.hash.like(hashed),
            RefreshToken.used_at.is_(None),
            RefreshToken.expires_at > now,
        )
        .values(used_at=now)
        .returning(RefreshToken.user)
    )
    user = session.execute(used).scalar_one_or_none()
    session.commit()
    return user


# %% 5.4e reject: the user is read after the commit -> No lock is left
def use_token(session: Session, hashed: str, now: datetime) -> str | None:
    used = (
        update(RefreshToken)
        .where(
            RefreshToken.hash == hashed,
            RefreshToken.used_at.is_(None),
            RefreshToken.expires_at > now,
        )
        .values(used_at=now)
        .returning(RefreshToken.hash)
    )
    user = session.execute(used).scalar_one_or_none()
    session.commit()
    return session.get(RefreshToken, user).user if user else None


# %% 5.4e reject: the row is read again after the commit -> No lock is left
def use_token(session: Session, hashed: str, now: datetime) -> str | None:
    token = session.get(RefreshToken, hashed, with_for_update=True, populate_existing=True)
    if token is None or token.used_at or token.expires_at <= now:
        session.rollback()
        return None
    token.used_at = now
    session.commit()
    return token.user


# %% 5.4e reject: FOR SHARE -> One of two at once gets the user
def use_token(session: Session, hashed: str, now: datetime) -> str | None:
    token = session.get(RefreshToken, hashed, with_for_update={"read": True}, populate_existing=True)
    if token is None or token.used_at or token.expires_at <= now:
        session.rollback()
        return None
    token.used_at = now
    user = token.user
    session.commit()
    return user


# %% 5.4e reject: read, committed, then locked by nobody -> One of two at once gets the user
def use_token(session: Session, hashed: str, now: datetime) -> str | None:
    token = session.get(RefreshToken, hashed, with_for_update=True, populate_existing=True)
    session.commit()
    if token is None or token.used_at or token.expires_at <= now:
        session.rollback()
        return None
    token.used_at = now
    user = token.user
    session.commit()
    return user


# %% 5.4e reject: a lock of the process -> One of two at once gets the user
from threading import Lock

LOCK = Lock()


def use_token(session: Session, hashed: str, now: datetime) -> str | None:
    with LOCK:
        token = session.get(RefreshToken, hashed, populate_existing=True)
        if token is None or token.used_at or token.expires_at <= now:
            session.rollback()
            return None
        token.used_at = now
        user = token.user
        session.commit()
        return user


# %% 5.4e reject: a set of the process remembers what was used -> After a rollback the second one gets it
USED: set[str] = set()


def use_token(session: Session, hashed: str, now: datetime) -> str | None:
    if hashed in USED:
        return None
    token = session.get(RefreshToken, hashed, populate_existing=True)
    if token is None or token.used_at or token.expires_at <= now:
        session.rollback()
        return None
    USED.add(hashed)
    token.used_at = now
    user = token.user
    session.commit()
    return user


# %% 5.4e reject: an advisory lock of the session that is kept -> No lock is left
from sqlalchemy import text


def use_token(session: Session, hashed: str, now: datetime) -> str | None:
    lock = text("SELECT pg_advisory_lock(hashtext(:hash))")
    session.execute(lock, {"hash": hashed})
    token = session.get(RefreshToken, hashed, populate_existing=True)
    user = None
    if token is not None and token.used_at is None and now < token.expires_at:
        token.used_at, user = now, token.user
    session.commit()
    return user
