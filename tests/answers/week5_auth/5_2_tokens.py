# %% 5.2a accept: PyJWT reads it, and its errors become a ValueError
def seconds_left(token, now):
    import jwt

    if now.utcoffset() is None:
        raise ValueError("a naive time")
    try:
        claims = jwt.decode(token, options={"verify_signature": False})
    except jwt.InvalidTokenError as error:
        raise ValueError("not a JWT") from error
    if "exp" not in claims:
        return None
    return claims["exp"] - now.timestamp()


# %% 5.2a accept: times are subtracted, and the padding is counted
def seconds_left(token, now):
    from datetime import UTC

    parts = token.split(".")
    if len(parts) != 3 or now.tzinfo is None:
        raise ValueError
    header, claims = (json.loads(urlsafe_b64decode(each + "=" * (-len(each) % 4))) for each in parts[:2])
    if type(header) is not dict or type(claims) is not dict:
        raise ValueError
    if claims.get("exp") is None:
        return None
    return (datetime.fromtimestamp(claims["exp"], UTC) - now).total_seconds()


# %% 5.2a reject: nothing is filled up -> A payload of any length is read
def seconds_left(token, now):
    if now.tzinfo is None:
        raise ValueError("This time has no time zone.")
    header, payload, _ = token.split(".")
    found = [json.loads(urlsafe_b64decode(part)) for part in (header, payload)]
    if not all(isinstance(each, dict) for each in found):
        raise ValueError("This is not a JWT.")
    expires = found[1].get("exp")
    return None if expires is None else expires - now.timestamp()


# %% 5.2a reject: base64, not base64url -> Every character of base64url is read
def seconds_left(token, now):
    from base64 import b64decode

    if now.tzinfo is None:
        raise ValueError("This time has no time zone.")
    header, payload, _ = token.split(".")
    found = [json.loads(b64decode(part + "==")) for part in (header, payload)]
    if not all(isinstance(each, dict) for each in found):
        raise ValueError("This is not a JWT.")
    expires = found[1].get("exp")
    return None if expires is None else expires - now.timestamp()


# %% 5.2a reject: the clock of the wall, not that of the zone -> Now may be in any zone
def seconds_left(token, now):
    from datetime import UTC

    if now.tzinfo is None:
        raise ValueError("This time has no time zone.")
    header, payload, _ = token.split(".")
    found = [json.loads(urlsafe_b64decode(part + "==")) for part in (header, payload)]
    if not all(isinstance(each, dict) for each in found):
        raise ValueError("This is not a JWT.")
    expires = found[1].get("exp")
    return None if expires is None else expires - now.replace(tzinfo=UTC).timestamp()


# %% 5.2a reject: any now will do -> A now without a zone is refused
def seconds_left(token, now):
    header, payload, _ = token.split(".")
    found = [json.loads(urlsafe_b64decode(part + "==")) for part in (header, payload)]
    if not all(isinstance(each, dict) for each in found):
        raise ValueError("This is not a JWT.")
    expires = found[1].get("exp")
    return None if expires is None else expires - now.timestamp()


# %% 5.2a reject: PyJWT verifies exp too -> It is negative when exp is past
def seconds_left(token, now):
    import jwt

    if now.tzinfo is None:
        raise ValueError("This time has no time zone.")
    try:
        options = {"verify_signature": False, "verify_exp": True}
        claims = jwt.decode(token, options=options)
    except jwt.ExpiredSignatureError:
        return 0
    except jwt.InvalidTokenError as error:
        raise ValueError("This is not a JWT.") from error
    return claims["exp"] - now.timestamp() if "exp" in claims else None


# %% 5.2a reject: PyJWT's own error -> What is not a jwt is refused
def seconds_left(token, now):
    import jwt

    if now.tzinfo is None:
        raise ValueError("This time has no time zone.")
    claims = jwt.decode(token, options={"verify_signature": False})
    return claims["exp"] - now.timestamp() if "exp" in claims else None


# %% 5.2a reject: the header is not looked at -> Header and payload have to be json objects
def seconds_left(token, now):
    if now.tzinfo is None:
        raise ValueError("This time has no time zone.")
    _, payload, _ = token.split(".")
    claims = json.loads(urlsafe_b64decode(payload + "=="))
    if not isinstance(claims, dict):
        raise ValueError("This is not a JWT.")
    return claims["exp"] - now.timestamp() if "exp" in claims else None


# %% 5.2a reject: exp has to be there -> Without exp it is none
def seconds_left(token, now):
    if now.tzinfo is None:
        raise ValueError("This time has no time zone.")
    header, payload, _ = token.split(".")
    found = [json.loads(urlsafe_b64decode(part + "==")) for part in (header, payload)]
    if not all(isinstance(each, dict) for each in found):
        raise ValueError("This is not a JWT.")
    return found[1].get("exp", 0) - now.timestamp()


# %% 5.2a reject: only signed with HS256 -> Algorithm and signature do not matter
def seconds_left(token, now):
    if now.tzinfo is None:
        raise ValueError("This time has no time zone.")
    header, payload, _ = token.split(".")
    found = [json.loads(urlsafe_b64decode(part + "==")) for part in (header, payload)]
    if not all(isinstance(each, dict) for each in found) or found[0].get("alg") != "HS256":
        raise ValueError("This is not a JWT.")
    expires = found[1].get("exp")
    return None if expires is None else expires - now.timestamp()


# %% 5.2a reject: now without its fraction -> The seconds until exp are returned
def seconds_left(token: str, now: datetime) -> float | None:
    if now.utcoffset() is None:
        raise ValueError("now needs a time zone")
    parts = token.split(".")
    if len(parts) != 3:
        raise ValueError("a JWT has three parts")
    for part in parts[:2]:
        claims = json.loads(urlsafe_b64decode(part + "=" * (-len(part) % 4)))
        if not isinstance(claims, dict):
            raise ValueError("not a JSON object")
    if "exp" not in claims:
        return None
    return claims["exp"] - int(now.timestamp())


# %% 5.2a reject: exp without its fraction -> The seconds until exp are returned
def seconds_left(token: str, now: datetime) -> float | None:
    if now.utcoffset() is None:
        raise ValueError("now needs a time zone")
    parts = token.split(".")
    if len(parts) != 3:
        raise ValueError("a JWT has three parts")
    for part in parts[:2]:
        claims = json.loads(urlsafe_b64decode(part + "=" * (-len(part) % 4)))
        if not isinstance(claims, dict):
            raise ValueError("not a JSON object")
    if "exp" not in claims:
        return None
    return int(claims["exp"]) - now.timestamp()


# %% 5.2a reject: an exp of 0 counts as none -> It is negative when exp is past
def seconds_left(token: str, now: datetime) -> float | None:
    if now.utcoffset() is None:
        raise ValueError("now needs a time zone")
    parts = token.split(".")
    if len(parts) != 3:
        raise ValueError("a JWT has three parts")
    for part in parts[:2]:
        claims = json.loads(urlsafe_b64decode(part + "=" * (-len(part) % 4)))
        if not isinstance(claims, dict):
            raise ValueError("not a JSON object")
    if not claims.get("exp"):
        return None
    return claims["exp"] - now.timestamp()


# %% 5.2a reject: five parts, as of an encrypted token -> What is not a jwt is refused
def seconds_left(token: str, now: datetime) -> float | None:
    if now.utcoffset() is None:
        raise ValueError("now needs a time zone")
    parts = token.split(".")
    if len(parts) not in (3, 5):
        raise ValueError("a JWT has three parts")
    for part in parts[:2]:
        claims = json.loads(urlsafe_b64decode(part + "=" * (-len(part) % 4)))
        if not isinstance(claims, dict):
            raise ValueError("not a JSON object")
    if "exp" not in claims:
        return None
    return claims["exp"] - now.timestamp()


# %% 5.2a reject: times of one zone are subtracted -> Now may be in any zone
def seconds_left(token: str, now: datetime) -> float | None:
    if now.utcoffset() is None:
        raise ValueError("now needs a time zone")
    parts = token.split(".")
    if len(parts) != 3:
        raise ValueError("a JWT has three parts")
    for part in parts[:2]:
        claims = json.loads(urlsafe_b64decode(part + "=" * (-len(part) % 4)))
        if not isinstance(claims, dict):
            raise ValueError("not a JSON object")
    if "exp" not in claims:
        return None
    return (datetime.fromtimestamp(claims["exp"], now.tzinfo) - now).total_seconds()


# %% 5.2b accept: step by step, with hashlib
def sign(claims, secret, kid):
    import hashlib
    from base64 import b64encode

    if len(secret) <= 31:
        raise ValueError
    content = dict(claims)
    for name in ("iat", "nbf", "exp"):
        moment = content.get(name)
        if isinstance(moment, datetime):
            if moment.utcoffset() is None:
                raise ValueError(name)
            content[name] = int(moment.replace(microsecond=0).timestamp())
    head = '{"alg":"HS256","kid":%s,"typ":"at+jwt"}' % json.dumps(kid)
    body = json.dumps(content, separators=(",", ":"))
    texts = [b64encode(each.encode(), b"-_").decode().strip("=") for each in (head, body)]
    mac = hmac.new(secret, ".".join(texts).encode(), hashlib.sha256)
    return ".".join([*texts, b64encode(mac.digest(), b"-_").decode().strip("=")])


# %% 5.2b reject: the signature is written in hexadecimal -> It is byte for byte what pyjwt makes
def sign(claims, secret, kid):
    def part(data):
        return urlsafe_b64encode(data).rstrip(b"=").decode()

    def plain(value):
        if not isinstance(value, datetime):
            return value
        if value.tzinfo is None:
            raise ValueError("naive")
        return int(value.timestamp())

    if len(secret) < 32:
        raise ValueError("short")
    header = {"alg": "HS256", "kid": kid, "typ": "at+jwt"}
    content = {name: plain(value) for name, value in claims.items()}
    signed = ".".join(part(json.dumps(each, separators=(",", ":")).encode()) for each in (header, content))
    return signed + "." + hmac.new(secret, signed.encode(), "sha256").hexdigest()


# %% 5.2b reject: the = stay -> Every length and every character is right
def sign(claims, secret, kid):
    def part(data):
        return urlsafe_b64encode(data).decode()

    def plain(value):
        if not isinstance(value, datetime):
            return value
        if value.tzinfo is None:
            raise ValueError("naive")
        return int(value.timestamp())

    if len(secret) < 32:
        raise ValueError("short")
    header = {"alg": "HS256", "kid": kid, "typ": "at+jwt"}
    content = {name: plain(value) for name, value in claims.items()}
    signed = ".".join(part(json.dumps(each, separators=(",", ":")).encode()) for each in (header, content))
    return signed + "." + part(hmac.digest(secret, signed.encode(), "sha256"))


# %% 5.2b reject: blanks in the JSON -> It is byte for byte what pyjwt makes
def sign(claims, secret, kid):
    def part(data):
        return urlsafe_b64encode(data).rstrip(b"=").decode()

    def plain(value):
        if not isinstance(value, datetime):
            return value
        if value.tzinfo is None:
            raise ValueError("naive")
        return int(value.timestamp())

    if len(secret) < 32:
        raise ValueError("short")
    header = {"alg": "HS256", "kid": kid, "typ": "at+jwt"}
    content = {name: plain(value) for name, value in claims.items()}
    signed = ".".join(part(json.dumps(each).encode()) for each in (header, content))
    return signed + "." + part(hmac.digest(secret, signed.encode(), "sha256"))


# %% 5.2b reject: the claims are sorted too -> The claims stay in their order
def sign(claims, secret, kid):
    def part(content):
        data = json.dumps(content, separators=(",", ":"), sort_keys=True).encode()
        return urlsafe_b64encode(data).rstrip(b"=").decode()

    def plain(value):
        if not isinstance(value, datetime):
            return value
        if value.tzinfo is None:
            raise ValueError("naive")
        return int(value.timestamp())

    if len(secret) < 32:
        raise ValueError("short")
    header = {"alg": "HS256", "kid": kid, "typ": "at+jwt"}
    signed = part(header) + "." + part({name: plain(value) for name, value in claims.items()})
    mac = urlsafe_b64encode(hmac.digest(secret, signed.encode(), "sha256"))
    return signed + "." + mac.rstrip(b"=").decode()


# %% 5.2b reject: PyJWT does it -> It works without pyjwt
def sign(claims, secret, kid):
    import jwt

    if len(secret) < 32:
        raise ValueError("short")
    for value in claims.values():
        if isinstance(value, datetime) and value.tzinfo is None:
            raise ValueError("naive")
    return jwt.encode(claims, secret, "HS256", headers={"kid": kid, "typ": "at+jwt"})


# %% 5.2b reject: a naive time is taken as local time -> A time without a zone is refused
def sign(claims, secret, kid):
    def part(data):
        return urlsafe_b64encode(data).rstrip(b"=").decode()

    def plain(value):
        return int(value.timestamp()) if isinstance(value, datetime) else value

    if len(secret) < 32:
        raise ValueError("short")
    header = {"alg": "HS256", "kid": kid, "typ": "at+jwt"}
    content = {name: plain(value) for name, value in claims.items()}
    signed = ".".join(part(json.dumps(each, separators=(",", ":")).encode()) for each in (header, content))
    return signed + "." + part(hmac.digest(secret, signed.encode(), "sha256"))


# %% 5.2b reject: seconds are rounded -> Times become whole seconds
def sign(claims, secret, kid):
    def part(data):
        return urlsafe_b64encode(data).rstrip(b"=").decode()

    def plain(value):
        if not isinstance(value, datetime):
            return value
        if value.tzinfo is None:
            raise ValueError("naive")
        return round(value.timestamp())

    if len(secret) < 32:
        raise ValueError("short")
    header = {"alg": "HS256", "kid": kid, "typ": "at+jwt"}
    content = {name: plain(value) for name, value in claims.items()}
    signed = ".".join(part(json.dumps(each, separators=(",", ":")).encode()) for each in (header, content))
    return signed + "." + part(hmac.digest(secret, signed.encode(), "sha256"))


# %% 5.2b reject: any secret will do -> A short secret is refused
def sign(claims, secret, kid):
    def part(data):
        return urlsafe_b64encode(data).rstrip(b"=").decode()

    def plain(value):
        if not isinstance(value, datetime):
            return value
        if value.tzinfo is None:
            raise ValueError("naive")
        return int(value.timestamp())

    header = {"alg": "HS256", "kid": kid, "typ": "at+jwt"}
    content = {name: plain(value) for name, value in claims.items()}
    signed = ".".join(part(json.dumps(each, separators=(",", ":")).encode()) for each in (header, content))
    return signed + "." + part(hmac.digest(secret, signed.encode(), "sha256"))


# %% 5.2b reject: the caller's claims are changed -> The claims are not changed
def sign(claims, secret, kid):
    def part(data):
        return urlsafe_b64encode(data).rstrip(b"=").decode()

    if len(secret) < 32:
        raise ValueError("short")
    for name, value in claims.items():
        if isinstance(value, datetime):
            if value.tzinfo is None:
                raise ValueError("naive")
            claims[name] = int(value.timestamp())
    header = {"alg": "HS256", "kid": kid, "typ": "at+jwt"}
    signed = ".".join(part(json.dumps(each, separators=(",", ":")).encode()) for each in (header, claims))
    return signed + "." + part(hmac.digest(secret, signed.encode(), "sha256"))


# %% 5.2b reject: the kid is fixed -> Key and kid are those that were given
def sign(claims, secret, kid):
    def part(data):
        return urlsafe_b64encode(data).rstrip(b"=").decode()

    def plain(value):
        if not isinstance(value, datetime):
            return value
        if value.tzinfo is None:
            raise ValueError("naive")
        return int(value.timestamp())

    if len(secret) < 32:
        raise ValueError("short")
    header = {"alg": "HS256", "kid": "main", "typ": "at+jwt"}
    content = {name: plain(value) for name, value in claims.items()}
    signed = ".".join(part(json.dumps(each, separators=(",", ":")).encode()) for each in (header, content))
    return signed + "." + part(hmac.digest(secret, signed.encode(), "sha256"))


# %% 5.2b reject: numbers are cut as times are -> Times become whole seconds
from calendar import timegm


def part(raw: bytes) -> str:
    return urlsafe_b64encode(raw).rstrip(b"=").decode()


def dumped(what: dict) -> str:
    return part(json.dumps(what, separators=(",", ":")).encode())


def sign(claims: dict, secret: bytes, kid: str) -> str:
    if len(secret) < 32:
        raise ValueError("32 bytes at least")
    claims = dict(claims)
    for name in ("iat", "nbf", "exp"):
        if isinstance(claims.get(name), datetime):
            if claims[name].utcoffset() is None:
                raise ValueError("a time needs a zone")
            claims[name] = timegm(claims[name].utctimetuple())
        elif name in claims:
            claims[name] = int(claims[name])
    signed = dumped({"alg": "HS256", "kid": kid, "typ": "at+jwt"}) + "." + dumped(claims)
    return signed + "." + part(hmac.digest(secret, signed.encode(), "sha256"))


# %% 5.2b reject: what is None is left out -> It is byte for byte what pyjwt makes
from calendar import timegm


def part(raw: bytes) -> str:
    return urlsafe_b64encode(raw).rstrip(b"=").decode()


def dumped(what: dict) -> str:
    return part(json.dumps(what, separators=(",", ":")).encode())


def sign(claims: dict, secret: bytes, kid: str) -> str:
    if len(secret) < 32:
        raise ValueError("32 bytes at least")
    claims = {k: v for k, v in claims.items() if v is not None}
    for name in ("iat", "nbf", "exp"):
        if isinstance(claims.get(name), datetime):
            if claims[name].utcoffset() is None:
                raise ValueError("a time needs a zone")
            claims[name] = timegm(claims[name].utctimetuple())
    signed = dumped({"alg": "HS256", "kid": kid, "typ": "at+jwt"}) + "." + dumped(claims)
    return signed + "." + part(hmac.digest(secret, signed.encode(), "sha256"))


# %% 5.2b reject: blanks around the secret do not count -> Key and kid are those that were given
from calendar import timegm


def part(raw: bytes) -> str:
    return urlsafe_b64encode(raw).rstrip(b"=").decode()


def dumped(what: dict) -> str:
    return part(json.dumps(what, separators=(",", ":")).encode())


def sign(claims: dict, secret: bytes, kid: str) -> str:
    if len(secret) < 32:
        raise ValueError("32 bytes at least")
    claims = dict(claims)
    for name in ("iat", "nbf", "exp"):
        if isinstance(claims.get(name), datetime):
            if claims[name].utcoffset() is None:
                raise ValueError("a time needs a zone")
            claims[name] = timegm(claims[name].utctimetuple())
    signed = dumped({"alg": "HS256", "kid": kid, "typ": "at+jwt"}) + "." + dumped(claims)
    return signed + "." + part(hmac.digest(secret.strip(), signed.encode(), "sha256"))


# %% 5.2b reject: a long secret is cut -> Key and kid are those that were given
from calendar import timegm


def part(raw: bytes) -> str:
    return urlsafe_b64encode(raw).rstrip(b"=").decode()


def dumped(what: dict) -> str:
    return part(json.dumps(what, separators=(",", ":")).encode())


def sign(claims: dict, secret: bytes, kid: str) -> str:
    if len(secret) < 32:
        raise ValueError("32 bytes at least")
    claims = dict(claims)
    for name in ("iat", "nbf", "exp"):
        if isinstance(claims.get(name), datetime):
            if claims[name].utcoffset() is None:
                raise ValueError("a time needs a zone")
            claims[name] = timegm(claims[name].utctimetuple())
    signed = dumped({"alg": "HS256", "kid": kid, "typ": "at+jwt"}) + "." + dumped(claims)
    return signed + "." + part(hmac.digest(secret[:64], signed.encode(), "sha256"))


# %% 5.2b reject: blanks are taken out of the JSON, and of its texts -> Every length and every character is right
from calendar import timegm


def part(raw: bytes) -> str:
    return urlsafe_b64encode(raw).rstrip(b"=").decode()


def dumped(what: dict) -> str:
    return part(json.dumps(what).replace(", ", ",").replace(": ", ":").encode())


def sign(claims: dict, secret: bytes, kid: str) -> str:
    if len(secret) < 32:
        raise ValueError("32 bytes at least")
    claims = dict(claims)
    for name in ("iat", "nbf", "exp"):
        if isinstance(claims.get(name), datetime):
            if claims[name].utcoffset() is None:
                raise ValueError("a time needs a zone")
            claims[name] = timegm(claims[name].utctimetuple())
    signed = dumped({"alg": "HS256", "kid": kid, "typ": "at+jwt"}) + "." + dumped(claims)
    return signed + "." + part(hmac.digest(secret, signed.encode(), "sha256"))


# %% 5.2c accept: candidates from a generator
def find_secret(token, words):
    head, body, signature = token.split(".")
    algorithm = json.loads(urlsafe_b64decode(head + "=="))["alg"]
    if algorithm not in ("HS256", "HS384", "HS512"):
        return None

    def candidates():
        for word in words:
            yield from (word, word[:1].upper() + word[1:])
            for digit in range(10):
                yield f"{word}{digit}"
                yield f"{word[:1].upper()}{word[1:]}{digit}"

    text, wanted = f"{head}.{body}".encode(), urlsafe_b64decode(signature + "==")
    fits = (
        each
        for each in candidates()
        if hmac.new(each.encode(), text, algorithm.replace("HS", "sha")).digest() == wanted
    )
    return next(fits, None)


# %% 5.2c accept: PyJWT verifies each try
def find_secret(token, words):
    import warnings

    import jwt

    algorithm = jwt.get_unverified_header(token)["alg"]
    if algorithm not in ("HS256", "HS384", "HS512"):
        return None
    rules = ["verify_exp", "verify_aud", "verify_iat", "verify_nbf", "verify_sub", "verify_jti", "verify_iss"]
    only_signature = dict.fromkeys(rules, False)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for word in words:
            for start in {word, word[:1].upper() + word[1:]}:
                for end in ["", *"0123456789"]:
                    try:
                        jwt.decode(token, start + end, algorithms=[algorithm], options=only_signature)
                        return start + end
                    except (jwt.InvalidSignatureError, jwt.InvalidKeyError):
                        pass
    return None


# %% 5.2c reject: only the words themselves -> One digit behind it is found
def find_secret(token, words):
    signed, _, signature = token.rpartition(".")
    header = json.loads(urlsafe_b64decode(signed.partition(".")[0] + "=="))
    names = {"HS256": "sha256", "HS384": "sha384", "HS512": "sha512"}
    if header["alg"] not in names:
        return None
    for word in words:
        for secret in (word, word[:1].upper() + word[1:]):
            mac = hmac.digest(secret.encode(), signed.encode(), names[header["alg"]])
            if mac == urlsafe_b64decode(signature + "=="):
                return secret
    return None


# %% 5.2c reject: capitalize makes the rest lower case -> A first letter in upper case is found
def find_secret(token, words):
    signed, _, signature = token.rpartition(".")
    header = json.loads(urlsafe_b64decode(signed.partition(".")[0] + "=="))
    names = {"HS256": "sha256", "HS384": "sha384", "HS512": "sha512"}
    if header["alg"] not in names:
        return None
    for word in words:
        for start in (word, word.capitalize()):
            for end in ("", *digits):
                mac = hmac.digest((start + end).encode(), signed.encode(), names[header["alg"]])
                if mac == urlsafe_b64decode(signature + "=="):
                    return start + end
    return None


# %% 5.2c reject: always SHA-256 -> The three algorithms are known
def find_secret(token, words):
    signed, _, signature = token.rpartition(".")
    header = json.loads(urlsafe_b64decode(signed.partition(".")[0] + "=="))
    if not header["alg"].startswith("HS"):
        return None
    for word in words:
        for start in (word, word[:1].upper() + word[1:]):
            for end in ("", *digits):
                mac = hmac.digest((start + end).encode(), signed.encode(), "sha256")
                if mac == urlsafe_b64decode(signature + "=="):
                    return start + end
    return None


# %% 5.2c reject: the algorithm is not looked at -> Another algorithm is none and reads no word
def find_secret(token, words):
    signed, _, signature = token.rpartition(".")
    header = json.loads(urlsafe_b64decode(signed.partition(".")[0] + "=="))
    names = {"HS384": "sha384", "HS512": "sha512"}
    for word in words:
        for start in (word, word[:1].upper() + word[1:]):
            for end in ("", *digits):
                digest = names.get(header["alg"], "sha256")
                mac = hmac.digest((start + end).encode(), signed.encode(), digest)
                if mac == urlsafe_b64decode(signature + "=="):
                    return start + end
    return None


# %% 5.2c reject: all words are read first -> No word is read after the one that fits
def find_secret(token, words):
    signed, _, signature = token.rpartition(".")
    header = json.loads(urlsafe_b64decode(signed.partition(".")[0] + "=="))
    names = {"HS256": "sha256", "HS384": "sha384", "HS512": "sha512"}
    if header["alg"] not in names:
        return None
    for word in sorted(words):
        for start in (word, word[:1].upper() + word[1:]):
            for end in ("", *digits):
                mac = hmac.digest((start + end).encode(), signed.encode(), names[header["alg"]])
                if mac == urlsafe_b64decode(signature + "=="):
                    return start + end
    return None


# %% 5.2c reject: two rounds over the words -> A generator is enough
def find_secret(token, words):
    signed, _, signature = token.rpartition(".")
    header = json.loads(urlsafe_b64decode(signed.partition(".")[0] + "=="))
    names = {"HS256": "sha256", "HS384": "sha384", "HS512": "sha512"}
    if header["alg"] not in names or not len(words):
        return None
    for word in words:
        for start in (word, word[:1].upper() + word[1:]):
            for end in ("", *digits):
                mac = hmac.digest((start + end).encode(), signed.encode(), names[header["alg"]])
                if mac == urlsafe_b64decode(signature + "=="):
                    return start + end
    return None


# %% 5.2c reject: the word and not the secret is returned -> A first letter in upper case is found
def find_secret(token, words):
    signed, _, signature = token.rpartition(".")
    header = json.loads(urlsafe_b64decode(signed.partition(".")[0] + "=="))
    names = {"HS256": "sha256", "HS384": "sha384", "HS512": "sha512"}
    if header["alg"] not in names:
        return None
    for word in words:
        for start in (word, word[:1].upper() + word[1:]):
            for end in ("", *digits):
                mac = hmac.digest((start + end).encode(), signed.encode(), names[header["alg"]])
                if mac == urlsafe_b64decode(signature + "=="):
                    return word
    return None


# %% 5.2c reject: the last word when none fits -> What is none of these is none
def find_secret(token, words):
    signed, _, signature = token.rpartition(".")
    header = json.loads(urlsafe_b64decode(signed.partition(".")[0] + "=="))
    names = {"HS256": "sha256", "HS384": "sha384", "HS512": "sha512"}
    if header["alg"] not in names:
        return None
    secret = None
    for word in words:
        for start in (word, word[:1].upper() + word[1:]):
            for end in ("", *digits):
                secret = start + end
                mac = hmac.digest(secret.encode(), signed.encode(), names[header["alg"]])
                if mac == urlsafe_b64decode(signature + "=="):
                    return secret
    return secret


# %% 5.2c reject: an empty word has no first letter -> One digit behind it is found
DIGESTS = {"HS256": "sha256", "HS384": "sha384", "HS512": "sha512"}


def opened(part: str) -> bytes:
    return urlsafe_b64decode(part + "=" * (-len(part) % 4))


def find_secret(token: str, words: Iterable[str]) -> str | None:
    signed, _, signature = token.rpartition(".")
    alg = json.loads(opened(signed.partition(".")[0])).get("alg")
    if alg not in DIGESTS:
        return None
    wanted = opened(signature)
    for word in words:
        for start in (word, word[0].upper() + word[1:]):
            for end in ("", *digits):
                secret = start + end
                if hmac.digest(secret.encode(), signed.encode(), DIGESTS[alg]) == wanted:
                    return secret
    return None


# %% 5.2c reject: an empty word is the last one -> One digit behind it is found
DIGESTS = {"HS256": "sha256", "HS384": "sha384", "HS512": "sha512"}


def opened(part: str) -> bytes:
    return urlsafe_b64decode(part + "=" * (-len(part) % 4))


def find_secret(token: str, words: Iterable[str]) -> str | None:
    signed, _, signature = token.rpartition(".")
    alg = json.loads(opened(signed.partition(".")[0])).get("alg")
    if alg not in DIGESTS:
        return None
    wanted = opened(signature)
    for word in words:
        if not word:
            break
        for start in (word, word[:1].upper() + word[1:]):
            for end in ("", *digits):
                secret = start + end
                if hmac.digest(secret.encode(), signed.encode(), DIGESTS[alg]) == wanted:
                    return secret
    return None


# %% 5.2c reject: only a to z have capitals -> A first letter in upper case is found
DIGESTS = {"HS256": "sha256", "HS384": "sha384", "HS512": "sha512"}


def opened(part: str) -> bytes:
    return urlsafe_b64decode(part + "=" * (-len(part) % 4))


def find_secret(token: str, words: Iterable[str]) -> str | None:
    signed, _, signature = token.rpartition(".")
    alg = json.loads(opened(signed.partition(".")[0])).get("alg")
    if alg not in DIGESTS:
        return None
    wanted = opened(signature)
    for word in words:
        capital = chr(ord(word[0]) - 32) if word and "a" <= word[0] <= "z" else word[:1]
        for start in (word, capital + word[1:]):
            for end in ("", *digits):
                secret = start + end
                if hmac.digest(secret.encode(), signed.encode(), DIGESTS[alg]) == wanted:
                    return secret
    return None


# %% 5.2c reject: any HS is known -> Another algorithm is none and reads no word
DIGESTS = {"HS224": "sha224", "HS256": "sha256", "HS384": "sha384", "HS512": "sha512"}


def opened(part: str) -> bytes:
    return urlsafe_b64decode(part + "=" * (-len(part) % 4))


def find_secret(token: str, words: Iterable[str]) -> str | None:
    signed, _, signature = token.rpartition(".")
    alg = json.loads(opened(signed.partition(".")[0])).get("alg")
    if alg not in DIGESTS:
        return None
    wanted = opened(signature)
    for word in words:
        for start in (word, word[:1].upper() + word[1:]):
            for end in ("", *digits):
                secret = start + end
                if hmac.digest(secret.encode(), signed.encode(), DIGESTS[alg]) == wanted:
                    return secret
    return None


# %% 5.2c reject: hs256 is HS256 -> Another algorithm is none and reads no word
DIGESTS = {"hs256": "sha256", "HS256": "sha256", "HS384": "sha384", "HS512": "sha512"}


def opened(part: str) -> bytes:
    return urlsafe_b64decode(part + "=" * (-len(part) % 4))


def find_secret(token: str, words: Iterable[str]) -> str | None:
    signed, _, signature = token.rpartition(".")
    alg = json.loads(opened(signed.partition(".")[0])).get("alg")
    if alg not in DIGESTS:
        return None
    wanted = opened(signature)
    for word in words:
        for start in (word, word[:1].upper() + word[1:]):
            for end in ("", *digits):
                secret = start + end
                if hmac.digest(secret.encode(), signed.encode(), DIGESTS[alg]) == wanted:
                    return secret
    return None


# %% 5.2c reject: blanks around a word are lost -> A word as it is is found
DIGESTS = {"HS256": "sha256", "HS384": "sha384", "HS512": "sha512"}


def opened(part: str) -> bytes:
    return urlsafe_b64decode(part + "=" * (-len(part) % 4))


def find_secret(token: str, words: Iterable[str]) -> str | None:
    signed, _, signature = token.rpartition(".")
    alg = json.loads(opened(signed.partition(".")[0])).get("alg")
    if alg not in DIGESTS:
        return None
    wanted = opened(signature)
    for word in words:
        word = word.strip()
        for start in (word, word[:1].upper() + word[1:]):
            for end in ("", *digits):
                secret = start + end
                if hmac.digest(secret.encode(), signed.encode(), DIGESTS[alg]) == wanted:
                    return secret
    return None


# %% 5.2c reject: a word after # is a comment -> A word as it is is found
DIGESTS = {"HS256": "sha256", "HS384": "sha384", "HS512": "sha512"}


def opened(part: str) -> bytes:
    return urlsafe_b64decode(part + "=" * (-len(part) % 4))


def find_secret(token: str, words: Iterable[str]) -> str | None:
    signed, _, signature = token.rpartition(".")
    alg = json.loads(opened(signed.partition(".")[0])).get("alg")
    if alg not in DIGESTS:
        return None
    wanted = opened(signature)
    for word in words:
        if word.startswith('#'):
            continue
        for start in (word, word[:1].upper() + word[1:]):
            for end in ("", *digits):
                secret = start + end
                if hmac.digest(secret.encode(), signed.encode(), DIGESTS[alg]) == wanted:
                    return secret
    return None


# %% 5.2c reject: a weak secret is short -> A word as it is is found
DIGESTS = {"HS256": "sha256", "HS384": "sha384", "HS512": "sha512"}


def opened(part: str) -> bytes:
    return urlsafe_b64decode(part + "=" * (-len(part) % 4))


def find_secret(token: str, words: Iterable[str]) -> str | None:
    signed, _, signature = token.rpartition(".")
    alg = json.loads(opened(signed.partition(".")[0])).get("alg")
    if alg not in DIGESTS:
        return None
    wanted = opened(signature)
    for word in words:
        if len(word) > 31:
            continue
        for start in (word, word[:1].upper() + word[1:]):
            for end in ("", *digits):
                secret = start + end
                if hmac.digest(secret.encode(), signed.encode(), DIGESTS[alg]) == wanted:
                    return secret
    return None


# %% 5.2c reject: a word with a digit gets no second one -> One digit behind it is found
DIGESTS = {"HS256": "sha256", "HS384": "sha384", "HS512": "sha512"}


def opened(part: str) -> bytes:
    return urlsafe_b64decode(part + "=" * (-len(part) % 4))


def find_secret(token: str, words: Iterable[str]) -> str | None:
    signed, _, signature = token.rpartition(".")
    alg = json.loads(opened(signed.partition(".")[0])).get("alg")
    if alg not in DIGESTS:
        return None
    wanted = opened(signature)
    for word in words:
        for start in (word, word[:1].upper() + word[1:]):
            for end in ("", *digits) if not word[-1:].isdigit() else ("",):
                secret = start + end
                if hmac.digest(secret.encode(), signed.encode(), DIGESTS[alg]) == wanted:
                    return secret
    return None


# %% 5.2c reject: the first bytes of the signature are enough -> What is none of these is none
DIGESTS = {"HS256": "sha256", "HS384": "sha384", "HS512": "sha512"}


def opened(part: str) -> bytes:
    return urlsafe_b64decode(part + "=" * (-len(part) % 4))


def find_secret(token: str, words: Iterable[str]) -> str | None:
    signed, _, signature = token.rpartition(".")
    alg = json.loads(opened(signed.partition(".")[0])).get("alg")
    if alg not in DIGESTS:
        return None
    wanted = opened(signature)
    for word in words:
        for start in (word, word[:1].upper() + word[1:]):
            for end in ("", *digits):
                secret = start + end
                if hmac.digest(secret.encode(), signed.encode(), DIGESTS[alg]) [:8] == wanted[:8]:
                    return secret
    return None


# %% 5.2c reject: words are normalized -> A word as it is is found
DIGESTS = {"HS256": "sha256", "HS384": "sha384", "HS512": "sha512"}


def opened(part: str) -> bytes:
    return urlsafe_b64decode(part + "=" * (-len(part) % 4))


def find_secret(token: str, words: Iterable[str]) -> str | None:
    import unicodedata

    signed, _, signature = token.rpartition(".")
    alg = json.loads(opened(signed.partition(".")[0])).get("alg")
    if alg not in DIGESTS:
        return None
    wanted = opened(signature)
    for word in words:
        for start in (word, word[:1].upper() + word[1:]):
            for end in ("", *digits):
                secret = unicodedata.normalize("NFKC", start + end)
                if hmac.digest(secret.encode(), signed.encode(), DIGESTS[alg]) == wanted:
                    return secret
    return None


# %% 5.2c reject: an expired token is not tried -> A word as it is is found
DIGESTS = {"HS256": "sha256", "HS384": "sha384", "HS512": "sha512"}


def opened(part: str) -> bytes:
    return urlsafe_b64decode(part + "=" * (-len(part) % 4))


def find_secret(token: str, words: Iterable[str]) -> str | None:
    import time

    signed, _, signature = token.rpartition(".")
    alg = json.loads(opened(signed.partition(".")[0])).get("alg")
    if alg not in DIGESTS:
        return None
    claims = json.loads(opened(signed.partition(".")[2]))
    if "exp" in claims and claims["exp"] < time.time():
        return None
    wanted = opened(signature)
    for word in words:
        for start in (word, word[:1].upper() + word[1:]):
            for end in ("", *digits):
                secret = start + end
                if hmac.digest(secret.encode(), signed.encode(), DIGESTS[alg]) == wanted:
                    return secret
    return None


# %% 5.2c reject: a token has a sub -> A word as it is is found
DIGESTS = {"HS256": "sha256", "HS384": "sha384", "HS512": "sha512"}


def opened(part: str) -> bytes:
    return urlsafe_b64decode(part + "=" * (-len(part) % 4))


def find_secret(token: str, words: Iterable[str]) -> str | None:
    signed, _, signature = token.rpartition(".")
    alg = json.loads(opened(signed.partition(".")[0])).get("alg")
    if alg not in DIGESTS:
        return None
    json.loads(opened(signed.split('.')[1]))['sub']
    wanted = opened(signature)
    for word in words:
        for start in (word, word[:1].upper() + word[1:]):
            for end in ("", *digits):
                secret = start + end
                if hmac.digest(secret.encode(), signed.encode(), DIGESTS[alg]) == wanted:
                    return secret
    return None


# %% 5.2c reject: a header has a typ -> A word as it is is found
DIGESTS = {"HS256": "sha256", "HS384": "sha384", "HS512": "sha512"}


def opened(part: str) -> bytes:
    return urlsafe_b64decode(part + "=" * (-len(part) % 4))


def find_secret(token: str, words: Iterable[str]) -> str | None:
    signed, _, signature = token.rpartition(".")
    alg = json.loads(opened(signed.partition(".")[0])).get("alg")
    if alg not in DIGESTS:
        return None
    json.loads(opened(signed.split('.')[0]))['typ']
    wanted = opened(signature)
    for word in words:
        for start in (word, word[:1].upper() + word[1:]):
            for end in ("", *digits):
                secret = start + end
                if hmac.digest(secret.encode(), signed.encode(), DIGESTS[alg]) == wanted:
                    return secret
    return None


# %% 5.2d accept: PyJWT, with the table's algorithm
def verify(token, keys, now):
    import jwt

    try:
        algorithm, key = keys[jwt.get_unverified_header(token)["kid"]]
        read = jwt.decode_complete(
            token,
            key,
            algorithms=[algorithm],
            audience="postboard-api",
            issuer="postboard",
            options={"require": ["iss", "aud", "sub", "exp"], "verify_exp": False},
        )
        claims = read["payload"]
        if read["header"]["typ"] == "at+jwt" and now.timestamp() < claims["exp"]:
            return claims
    except Exception:
        pass
    raise Refused("no")


# %% 5.2d accept: one refusal after the other
def verify(token, keys, now):
    def must(fact):
        if not fact:
            raise Refused

    try:
        parts = token.split(".")
        must(len(parts) == 3)
        header, claims = json.loads(decoded(parts[0])), json.loads(decoded(parts[1]))
        must(isinstance(header, dict) and isinstance(claims, dict))
        must(isinstance(header.get("kid"), str) and header["kid"] in keys)
        algorithm, key = keys[header["kid"]]
        must(header.get("alg") == algorithm)
        mac = hmac.new(key, ".".join(parts[:2]).encode(), {"HS256": "sha256", "HS512": "sha512"}[algorithm])
        must(decoded(parts[2]) == mac.digest())
        must(header.get("typ") == "at+jwt" and claims.get("iss") == "postboard")
        audience = claims.get("aud")
        must(audience == "postboard-api" or isinstance(audience, list) and "postboard-api" in audience)
        must(isinstance(claims.get("sub"), str))
        must(isinstance(claims.get("exp"), int | float) and now.timestamp() < claims["exp"])
    except (ValueError, RecursionError) as error:
        raise Refused from error
    return claims


# %% 5.2d reject: the algorithm of the header -> The algorithm is that of the key
def verify(token, keys, now):
    try:
        signed, _, signature = token.rpartition(".")
        header, claims = (json.loads(decoded(part)) for part in signed.split("."))
        _, key = keys[header["kid"]]
        wanted = hmac.digest(key, signed.encode(), header["alg"].replace("HS", "sha"))
        audience = claims["aud"]
        good = [
            hmac.compare_digest(decoded(signature), wanted),
            header["typ"] == "at+jwt",
            claims["iss"] == "postboard",
            "postboard-api" in (audience if isinstance(audience, list) else [audience]),
            isinstance(claims["sub"], str),
            claims["exp"] > now.timestamp(),
        ]
    except Exception as error:
        raise Refused from error
    if not all(good):
        raise Refused
    return claims


# %% 5.2d reject: what the header says of the algorithm is not compared -> The algorithm is that of the key
def verify(token, keys, now):
    try:
        signed, _, signature = token.rpartition(".")
        header, claims = (json.loads(decoded(part)) for part in signed.split("."))
        algorithm, key = keys[header["kid"]]
        wanted = hmac.digest(key, signed.encode(), algorithm.replace("HS", "sha"))
        audience = claims["aud"]
        good = [
            hmac.compare_digest(decoded(signature), wanted),
            header["typ"] == "at+jwt",
            claims["iss"] == "postboard",
            "postboard-api" in (audience if isinstance(audience, list) else [audience]),
            isinstance(claims["sub"], str),
            claims["exp"] > now.timestamp(),
        ]
    except Exception as error:
        raise Refused from error
    if not all(good):
        raise Refused
    return claims


# %% 5.2d reject: none is an algorithm too -> An unsigned token is refused
def verify(token, keys, now):
    try:
        signed, _, signature = token.rpartition(".")
        header, claims = (json.loads(decoded(part)) for part in signed.split("."))
        algorithm, key = keys[header["kid"]]
        wanted = hmac.digest(key, signed.encode(), algorithm.replace("HS", "sha"))
        audience = claims["aud"]
        unsigned = header["alg"] == "none" and not signature
        good = [
            unsigned or header["alg"] == algorithm,
            unsigned or hmac.compare_digest(decoded(signature), wanted),
            header["typ"] == "at+jwt",
            claims["iss"] == "postboard",
            "postboard-api" in (audience if isinstance(audience, list) else [audience]),
            isinstance(claims["sub"], str),
            claims["exp"] > now.timestamp(),
        ]
    except Exception as error:
        raise Refused from error
    if not all(good):
        raise Refused
    return claims


# %% 5.2d reject: an unknown kid gets the key main -> A kid that is none of ours is refused
def verify(token, keys, now):
    try:
        signed, _, signature = token.rpartition(".")
        header, claims = (json.loads(decoded(part)) for part in signed.split("."))
        algorithm, key = keys.get(header.get("kid"), keys["main"])
        wanted = hmac.digest(key, signed.encode(), algorithm.replace("HS", "sha"))
        audience = claims["aud"]
        good = [
            header["alg"] == algorithm,
            hmac.compare_digest(decoded(signature), wanted),
            header["typ"] == "at+jwt",
            claims["iss"] == "postboard",
            "postboard-api" in (audience if isinstance(audience, list) else [audience]),
            isinstance(claims["sub"], str),
            claims["exp"] > now.timestamp(),
        ]
    except Exception as error:
        raise Refused from error
    if not all(good):
        raise Refused
    return claims


# %% 5.2d reject: the kind is not asked for -> Another kind of token is refused
def verify(token, keys, now):
    try:
        signed, _, signature = token.rpartition(".")
        header, claims = (json.loads(decoded(part)) for part in signed.split("."))
        algorithm, key = keys[header["kid"]]
        wanted = hmac.digest(key, signed.encode(), algorithm.replace("HS", "sha"))
        audience = claims["aud"]
        good = [
            header["alg"] == algorithm,
            hmac.compare_digest(decoded(signature), wanted),
            claims["iss"] == "postboard",
            "postboard-api" in (audience if isinstance(audience, list) else [audience]),
            isinstance(claims["sub"], str),
            claims["exp"] > now.timestamp(),
        ]
    except Exception as error:
        raise Refused from error
    if not all(good):
        raise Refused
    return claims


# %% 5.2d reject: the issuer only has to begin so -> Another issuer is refused
def verify(token, keys, now):
    try:
        signed, _, signature = token.rpartition(".")
        header, claims = (json.loads(decoded(part)) for part in signed.split("."))
        algorithm, key = keys[header["kid"]]
        wanted = hmac.digest(key, signed.encode(), algorithm.replace("HS", "sha"))
        audience = claims["aud"]
        good = [
            header["alg"] == algorithm,
            hmac.compare_digest(decoded(signature), wanted),
            header["typ"] == "at+jwt",
            claims["iss"].startswith("postboard"),
            "postboard-api" in (audience if isinstance(audience, list) else [audience]),
            isinstance(claims["sub"], str),
            claims["exp"] > now.timestamp(),
        ]
    except Exception as error:
        raise Refused from error
    if not all(good):
        raise Refused
    return claims


# %% 5.2d reject: `in` looks for a part of the text -> Another audience is refused
def verify(token, keys, now):
    try:
        signed, _, signature = token.rpartition(".")
        header, claims = (json.loads(decoded(part)) for part in signed.split("."))
        algorithm, key = keys[header["kid"]]
        wanted = hmac.digest(key, signed.encode(), algorithm.replace("HS", "sha"))
        good = [
            header["alg"] == algorithm,
            hmac.compare_digest(decoded(signature), wanted),
            header["typ"] == "at+jwt",
            claims["iss"] == "postboard",
            "postboard-api" in claims["aud"],
            isinstance(claims["sub"], str),
            claims["exp"] > now.timestamp(),
        ]
    except Exception as error:
        raise Refused from error
    if not all(good):
        raise Refused
    return claims


# %% 5.2d reject: a list of audiences is never right -> A list of audiences may hold ours
def verify(token, keys, now):
    try:
        signed, _, signature = token.rpartition(".")
        header, claims = (json.loads(decoded(part)) for part in signed.split("."))
        algorithm, key = keys[header["kid"]]
        wanted = hmac.digest(key, signed.encode(), algorithm.replace("HS", "sha"))
        good = [
            header["alg"] == algorithm,
            hmac.compare_digest(decoded(signature), wanted),
            header["typ"] == "at+jwt",
            claims["iss"] == "postboard",
            claims["aud"] == "postboard-api",
            isinstance(claims["sub"], str),
            claims["exp"] > now.timestamp(),
        ]
    except Exception as error:
        raise Refused from error
    if not all(good):
        raise Refused
    return claims


# %% 5.2d reject: sub may be a number -> A subject that is no text is refused
def verify(token, keys, now):
    try:
        signed, _, signature = token.rpartition(".")
        header, claims = (json.loads(decoded(part)) for part in signed.split("."))
        algorithm, key = keys[header["kid"]]
        wanted = hmac.digest(key, signed.encode(), algorithm.replace("HS", "sha"))
        audience = claims["aud"]
        good = [
            header["alg"] == algorithm,
            hmac.compare_digest(decoded(signature), wanted),
            header["typ"] == "at+jwt",
            claims["iss"] == "postboard",
            "postboard-api" in (audience if isinstance(audience, list) else [audience]),
            int(claims["sub"]) > 0,
            claims["exp"] > now.timestamp(),
        ]
    except Exception as error:
        raise Refused from error
    if not all(good):
        raise Refused
    return claims


# %% 5.2d reject: at exp it is still good -> A token is refused from exp on
def verify(token, keys, now):
    try:
        signed, _, signature = token.rpartition(".")
        header, claims = (json.loads(decoded(part)) for part in signed.split("."))
        algorithm, key = keys[header["kid"]]
        wanted = hmac.digest(key, signed.encode(), algorithm.replace("HS", "sha"))
        audience = claims["aud"]
        good = [
            header["alg"] == algorithm,
            hmac.compare_digest(decoded(signature), wanted),
            header["typ"] == "at+jwt",
            claims["iss"] == "postboard",
            "postboard-api" in (audience if isinstance(audience, list) else [audience]),
            isinstance(claims["sub"], str),
            claims["exp"] >= int(now.timestamp()),
        ]
    except Exception as error:
        raise Refused from error
    if not all(good):
        raise Refused
    return claims


# %% 5.2d reject: without exp it is good forever -> An exp that is no number is refused
def verify(token, keys, now):
    try:
        signed, _, signature = token.rpartition(".")
        header, claims = (json.loads(decoded(part)) for part in signed.split("."))
        algorithm, key = keys[header["kid"]]
        wanted = hmac.digest(key, signed.encode(), algorithm.replace("HS", "sha"))
        audience = claims["aud"]
        good = [
            header["alg"] == algorithm,
            hmac.compare_digest(decoded(signature), wanted),
            header["typ"] == "at+jwt",
            claims["iss"] == "postboard",
            "postboard-api" in (audience if isinstance(audience, list) else [audience]),
            isinstance(claims["sub"], str),
            "exp" not in claims or claims["exp"] > now.timestamp(),
        ]
    except Exception as error:
        raise Refused from error
    if not all(good):
        raise Refused
    return claims


# %% 5.2d reject: what is odd is an error of Python -> What is no token is refused
def verify(token, keys, now):
    signed, _, signature = token.rpartition(".")
    try:
        header, claims = (json.loads(decoded(part)) for part in signed.split("."))
    except ValueError as error:
        raise Refused from error
    algorithm, key = keys.get(header.get("kid"), ("", b""))
    if not algorithm or header.get("alg") != algorithm:
        raise Refused
    wanted = hmac.digest(key, signed.encode(), algorithm.replace("HS", "sha"))
    audience = claims.get("aud")
    good = [
        hmac.compare_digest(decoded(signature), wanted),
        header.get("typ") == "at+jwt",
        claims.get("iss") == "postboard",
        "postboard-api" in (audience if isinstance(audience, list) else [audience]),
        isinstance(claims.get("sub"), str),
        isinstance(claims.get("exp"), int) and claims["exp"] > now.timestamp(),
    ]
    if not all(good):
        raise Refused
    return claims


# %% 5.2d reject: half of the signature is compared -> One changed character is refused
def verify(token, keys, now):
    try:
        signed, _, signature = token.rpartition(".")
        header, claims = (json.loads(decoded(part)) for part in signed.split("."))
        algorithm, key = keys[header["kid"]]
        wanted = hmac.digest(key, signed.encode(), algorithm.replace("HS", "sha"))
        audience = claims["aud"]
        good = [
            header["alg"] == algorithm,
            decoded(signature)[:16] == wanted[:16],
            header["typ"] == "at+jwt",
            claims["iss"] == "postboard",
            "postboard-api" in (audience if isinstance(audience, list) else [audience]),
            isinstance(claims["sub"], str),
            claims["exp"] > now.timestamp(),
        ]
    except Exception as error:
        raise Refused from error
    if not all(good):
        raise Refused
    return claims


# %% 5.2d reject: blanks around kid do not count -> A kid that is none of ours is refused
def verify(token: str, keys: dict, now: datetime) -> dict:
    try:
        head, body, signature = token.split(".")
        header, claims = json.loads(decoded(head)), json.loads(decoded(body))
        algorithm, key = keys[header["kid"].strip()]
        digest = algorithm.replace("HS", "sha")
        wanted = hmac.digest(key, f"{head}.{body}".encode(), digest)
        audience, exp = claims["aud"], claims["exp"]
        good = (
            header["alg"] == algorithm
            and hmac.compare_digest(decoded(signature), wanted)
            and header["typ"] == "at+jwt"
            and claims["iss"] == "postboard"
            and (
                audience == "postboard-api"
                or isinstance(audience, list) and "postboard-api" in audience
            )
            and isinstance(claims["sub"], str)
            and isinstance(exp, int | float)
            and not isinstance(exp, bool)
            and exp > now.timestamp()
        )
    except Exception as error:
        raise Refused("This is no token.") from error
    if not good:
        raise Refused("This token is not good.")
    return claims


# %% 5.2d reject: kid only has to begin so -> A kid that is none of ours is refused
def verify(token: str, keys: dict, now: datetime) -> dict:
    try:
        head, body, signature = token.split(".")
        header, claims = json.loads(decoded(head)), json.loads(decoded(body))
        algorithm, key = next(value for name, value in keys.items() if header["kid"].startswith(name))
        digest = algorithm.replace("HS", "sha")
        wanted = hmac.digest(key, f"{head}.{body}".encode(), digest)
        audience, exp = claims["aud"], claims["exp"]
        good = (
            header["alg"] == algorithm
            and hmac.compare_digest(decoded(signature), wanted)
            and header["typ"] == "at+jwt"
            and claims["iss"] == "postboard"
            and (
                audience == "postboard-api"
                or isinstance(audience, list) and "postboard-api" in audience
            )
            and isinstance(claims["sub"], str)
            and isinstance(exp, int | float)
            and not isinstance(exp, bool)
            and exp > now.timestamp()
        )
    except Exception as error:
        raise Refused("This is no token.") from error
    if not good:
        raise Refused("This token is not good.")
    return claims


# %% 5.2d reject: alg in small letters -> The algorithm is that of the key
def verify(token: str, keys: dict, now: datetime) -> dict:
    try:
        head, body, signature = token.split(".")
        header, claims = json.loads(decoded(head)), json.loads(decoded(body))
        algorithm, key = keys[header["kid"]]
        digest = algorithm.replace("HS", "sha")
        wanted = hmac.digest(key, f"{head}.{body}".encode(), digest)
        audience, exp = claims["aud"], claims["exp"]
        good = (
            header["alg"].upper() == algorithm
            and hmac.compare_digest(decoded(signature), wanted)
            and header["typ"] == "at+jwt"
            and claims["iss"] == "postboard"
            and (
                audience == "postboard-api"
                or isinstance(audience, list) and "postboard-api" in audience
            )
            and isinstance(claims["sub"], str)
            and isinstance(exp, int | float)
            and not isinstance(exp, bool)
            and exp > now.timestamp()
        )
    except Exception as error:
        raise Refused("This is no token.") from error
    if not good:
        raise Refused("This token is not good.")
    return claims


# %% 5.2d reject: the signature only has to begin so -> One changed character is refused
def verify(token: str, keys: dict, now: datetime) -> dict:
    try:
        head, body, signature = token.split(".")
        header, claims = json.loads(decoded(head)), json.loads(decoded(body))
        algorithm, key = keys[header["kid"]]
        digest = algorithm.replace("HS", "sha")
        wanted = hmac.digest(key, f"{head}.{body}".encode(), digest)
        audience, exp = claims["aud"], claims["exp"]
        good = (
            header["alg"] == algorithm
            and decoded(signature).startswith(wanted)
            and header["typ"] == "at+jwt"
            and claims["iss"] == "postboard"
            and (
                audience == "postboard-api"
                or isinstance(audience, list) and "postboard-api" in audience
            )
            and isinstance(claims["sub"], str)
            and isinstance(exp, int | float)
            and not isinstance(exp, bool)
            and exp > now.timestamp()
        )
    except Exception as error:
        raise Refused("This is no token.") from error
    if not good:
        raise Refused("This token is not good.")
    return claims


# %% 5.2d reject: typ in capitals -> Another kind of token is refused
def verify(token: str, keys: dict, now: datetime) -> dict:
    try:
        head, body, signature = token.split(".")
        header, claims = json.loads(decoded(head)), json.loads(decoded(body))
        algorithm, key = keys[header["kid"]]
        digest = algorithm.replace("HS", "sha")
        wanted = hmac.digest(key, f"{head}.{body}".encode(), digest)
        audience, exp = claims["aud"], claims["exp"]
        good = (
            header["alg"] == algorithm
            and hmac.compare_digest(decoded(signature), wanted)
            and header["typ"].lower() == "at+jwt"
            and claims["iss"] == "postboard"
            and (
                audience == "postboard-api"
                or isinstance(audience, list) and "postboard-api" in audience
            )
            and isinstance(claims["sub"], str)
            and isinstance(exp, int | float)
            and not isinstance(exp, bool)
            and exp > now.timestamp()
        )
    except Exception as error:
        raise Refused("This is no token.") from error
    if not good:
        raise Refused("This token is not good.")
    return claims


# %% 5.2d reject: typ only has to end so -> Another kind of token is refused
def verify(token: str, keys: dict, now: datetime) -> dict:
    try:
        head, body, signature = token.split(".")
        header, claims = json.loads(decoded(head)), json.loads(decoded(body))
        algorithm, key = keys[header["kid"]]
        digest = algorithm.replace("HS", "sha")
        wanted = hmac.digest(key, f"{head}.{body}".encode(), digest)
        audience, exp = claims["aud"], claims["exp"]
        good = (
            header["alg"] == algorithm
            and hmac.compare_digest(decoded(signature), wanted)
            and header["typ"].endswith("at+jwt")
            and claims["iss"] == "postboard"
            and (
                audience == "postboard-api"
                or isinstance(audience, list) and "postboard-api" in audience
            )
            and isinstance(claims["sub"], str)
            and isinstance(exp, int | float)
            and not isinstance(exp, bool)
            and exp > now.timestamp()
        )
    except Exception as error:
        raise Refused("This is no token.") from error
    if not good:
        raise Refused("This token is not good.")
    return claims


# %% 5.2d reject: iss in capitals -> Another issuer is refused
def verify(token: str, keys: dict, now: datetime) -> dict:
    try:
        head, body, signature = token.split(".")
        header, claims = json.loads(decoded(head)), json.loads(decoded(body))
        algorithm, key = keys[header["kid"]]
        digest = algorithm.replace("HS", "sha")
        wanted = hmac.digest(key, f"{head}.{body}".encode(), digest)
        audience, exp = claims["aud"], claims["exp"]
        good = (
            header["alg"] == algorithm
            and hmac.compare_digest(decoded(signature), wanted)
            and header["typ"] == "at+jwt"
            and claims["iss"].lower() == "postboard"
            and (
                audience == "postboard-api"
                or isinstance(audience, list) and "postboard-api" in audience
            )
            and isinstance(claims["sub"], str)
            and isinstance(exp, int | float)
            and not isinstance(exp, bool)
            and exp > now.timestamp()
        )
    except Exception as error:
        raise Refused("This is no token.") from error
    if not good:
        raise Refused("This token is not good.")
    return claims


# %% 5.2d reject: a dict of audiences is as good as a list -> Another audience is refused
def verify(token: str, keys: dict, now: datetime) -> dict:
    try:
        head, body, signature = token.split(".")
        header, claims = json.loads(decoded(head)), json.loads(decoded(body))
        algorithm, key = keys[header["kid"]]
        digest = algorithm.replace("HS", "sha")
        wanted = hmac.digest(key, f"{head}.{body}".encode(), digest)
        audience, exp = claims["aud"], claims["exp"]
        good = (
            header["alg"] == algorithm
            and hmac.compare_digest(decoded(signature), wanted)
            and header["typ"] == "at+jwt"
            and claims["iss"] == "postboard"
            and (
                audience == "postboard-api"
                or isinstance(audience, (list, dict)) and "postboard-api" in audience
            )
            and isinstance(claims["sub"], str)
            and isinstance(exp, int | float)
            and not isinstance(exp, bool)
            and exp > now.timestamp()
        )
    except Exception as error:
        raise Refused("This is no token.") from error
    if not good:
        raise Refused("This token is not good.")
    return claims


# %% 5.2d reject: an audience in the list only has to begin so -> Another audience is refused
def verify(token: str, keys: dict, now: datetime) -> dict:
    try:
        head, body, signature = token.split(".")
        header, claims = json.loads(decoded(head)), json.loads(decoded(body))
        algorithm, key = keys[header["kid"]]
        digest = algorithm.replace("HS", "sha")
        wanted = hmac.digest(key, f"{head}.{body}".encode(), digest)
        audience, exp = claims["aud"], claims["exp"]
        good = (
            header["alg"] == algorithm
            and hmac.compare_digest(decoded(signature), wanted)
            and header["typ"] == "at+jwt"
            and claims["iss"] == "postboard"
            and (
                audience == "postboard-api"
                or isinstance(audience, list) and any(each.startswith("postboard-api") for each in audience)
            )
            and isinstance(claims["sub"], str)
            and isinstance(exp, int | float)
            and not isinstance(exp, bool)
            and exp > now.timestamp()
        )
    except Exception as error:
        raise Refused("This is no token.") from error
    if not good:
        raise Refused("This token is not good.")
    return claims


# %% 5.2d reject: an empty sub is none -> The tokens of both keys are accepted
def verify(token: str, keys: dict, now: datetime) -> dict:
    try:
        head, body, signature = token.split(".")
        header, claims = json.loads(decoded(head)), json.loads(decoded(body))
        algorithm, key = keys[header["kid"]]
        digest = algorithm.replace("HS", "sha")
        wanted = hmac.digest(key, f"{head}.{body}".encode(), digest)
        audience, exp = claims["aud"], claims["exp"]
        good = (
            header["alg"] == algorithm
            and hmac.compare_digest(decoded(signature), wanted)
            and header["typ"] == "at+jwt"
            and claims["iss"] == "postboard"
            and (
                audience == "postboard-api"
                or isinstance(audience, list) and "postboard-api" in audience
            )
            and isinstance(claims["sub"], str) and claims["sub"]
            and isinstance(exp, int | float)
            and not isinstance(exp, bool)
            and exp > now.timestamp()
        )
    except Exception as error:
        raise Refused("This is no token.") from error
    if not good:
        raise Refused("This token is not good.")
    return claims


# %% 5.2d reject: sub has to be the text of a number -> The tokens of both keys are accepted
def verify(token: str, keys: dict, now: datetime) -> dict:
    try:
        head, body, signature = token.split(".")
        header, claims = json.loads(decoded(head)), json.loads(decoded(body))
        algorithm, key = keys[header["kid"]]
        digest = algorithm.replace("HS", "sha")
        wanted = hmac.digest(key, f"{head}.{body}".encode(), digest)
        audience, exp = claims["aud"], claims["exp"]
        good = (
            header["alg"] == algorithm
            and hmac.compare_digest(decoded(signature), wanted)
            and header["typ"] == "at+jwt"
            and claims["iss"] == "postboard"
            and (
                audience == "postboard-api"
                or isinstance(audience, list) and "postboard-api" in audience
            )
            and isinstance(claims["sub"], str) and claims["sub"].isdigit()
            and isinstance(exp, int | float)
            and not isinstance(exp, bool)
            and exp > now.timestamp()
        )
    except Exception as error:
        raise Refused("This is no token.") from error
    if not good:
        raise Refused("This token is not good.")
    return claims


# %% 5.2d reject: now without its fraction -> A token is refused from exp on
def verify(token: str, keys: dict, now: datetime) -> dict:
    try:
        head, body, signature = token.split(".")
        header, claims = json.loads(decoded(head)), json.loads(decoded(body))
        algorithm, key = keys[header["kid"]]
        digest = algorithm.replace("HS", "sha")
        wanted = hmac.digest(key, f"{head}.{body}".encode(), digest)
        audience, exp = claims["aud"], claims["exp"]
        good = (
            header["alg"] == algorithm
            and hmac.compare_digest(decoded(signature), wanted)
            and header["typ"] == "at+jwt"
            and claims["iss"] == "postboard"
            and (
                audience == "postboard-api"
                or isinstance(audience, list) and "postboard-api" in audience
            )
            and isinstance(claims["sub"], str)
            and isinstance(exp, int | float)
            and not isinstance(exp, bool)
            and exp > int(now.timestamp())
        )
    except Exception as error:
        raise Refused("This is no token.") from error
    if not good:
        raise Refused("This token is not good.")
    return claims


# %% 5.2d reject: exp without its fraction -> A token is refused from exp on
def verify(token: str, keys: dict, now: datetime) -> dict:
    try:
        head, body, signature = token.split(".")
        header, claims = json.loads(decoded(head)), json.loads(decoded(body))
        algorithm, key = keys[header["kid"]]
        digest = algorithm.replace("HS", "sha")
        wanted = hmac.digest(key, f"{head}.{body}".encode(), digest)
        audience, exp = claims["aud"], claims["exp"]
        good = (
            header["alg"] == algorithm
            and hmac.compare_digest(decoded(signature), wanted)
            and header["typ"] == "at+jwt"
            and claims["iss"] == "postboard"
            and (
                audience == "postboard-api"
                or isinstance(audience, list) and "postboard-api" in audience
            )
            and isinstance(claims["sub"], str)
            and isinstance(exp, int | float)
            and not isinstance(exp, bool)
            and int(exp) > now.timestamp()
        )
    except Exception as error:
        raise Refused("This is no token.") from error
    if not good:
        raise Refused("This token is not good.")
    return claims


# %% 5.2d reject: exp with a fraction is no number -> A token is refused from exp on
def verify(token: str, keys: dict, now: datetime) -> dict:
    try:
        head, body, signature = token.split(".")
        header, claims = json.loads(decoded(head)), json.loads(decoded(body))
        algorithm, key = keys[header["kid"]]
        digest = algorithm.replace("HS", "sha")
        wanted = hmac.digest(key, f"{head}.{body}".encode(), digest)
        audience, exp = claims["aud"], claims["exp"]
        good = (
            header["alg"] == algorithm
            and hmac.compare_digest(decoded(signature), wanted)
            and header["typ"] == "at+jwt"
            and claims["iss"] == "postboard"
            and (
                audience == "postboard-api"
                or isinstance(audience, list) and "postboard-api" in audience
            )
            and isinstance(claims["sub"], str)
            and isinstance(exp, int)
            and not isinstance(exp, bool)
            and exp > now.timestamp()
        )
    except Exception as error:
        raise Refused("This is no token.") from error
    if not good:
        raise Refused("This token is not good.")
    return claims


# %% 5.2d reject: no token is good for more than an hour -> A token is refused from exp on
def verify(token: str, keys: dict, now: datetime) -> dict:
    try:
        head, body, signature = token.split(".")
        header, claims = json.loads(decoded(head)), json.loads(decoded(body))
        algorithm, key = keys[header["kid"]]
        digest = algorithm.replace("HS", "sha")
        wanted = hmac.digest(key, f"{head}.{body}".encode(), digest)
        audience, exp = claims["aud"], claims["exp"]
        good = (
            header["alg"] == algorithm
            and hmac.compare_digest(decoded(signature), wanted)
            and header["typ"] == "at+jwt"
            and claims["iss"] == "postboard"
            and (
                audience == "postboard-api"
                or isinstance(audience, list) and "postboard-api" in audience
            )
            and isinstance(claims["sub"], str)
            and isinstance(exp, int | float)
            and not isinstance(exp, bool)
            and now.timestamp() + 3600 >= exp > now.timestamp()
        )
    except Exception as error:
        raise Refused("This is no token.") from error
    if not good:
        raise Refused("This token is not good.")
    return claims


# %% 5.2d reject: NaN is not before now -> An exp that is no number is refused
def verify(token: str, keys: dict, now: datetime) -> dict:
    try:
        head, body, signature = token.split(".")
        header, claims = json.loads(decoded(head)), json.loads(decoded(body))
        algorithm, key = keys[header["kid"]]
        digest = algorithm.replace("HS", "sha")
        wanted = hmac.digest(key, f"{head}.{body}".encode(), digest)
        audience, exp = claims["aud"], claims["exp"]
        good = (
            header["alg"] == algorithm
            and hmac.compare_digest(decoded(signature), wanted)
            and header["typ"] == "at+jwt"
            and claims["iss"] == "postboard"
            and (
                audience == "postboard-api"
                or isinstance(audience, list) and "postboard-api" in audience
            )
            and isinstance(claims["sub"], str)
            and isinstance(exp, int | float)
            and not isinstance(exp, bool)
            and not exp <= now.timestamp()
        )
    except Exception as error:
        raise Refused("This is no token.") from error
    if not good:
        raise Refused("This token is not good.")
    return claims


# %% 5.2d reject: jti has to be there -> The tokens of both keys are accepted
def verify(token: str, keys: dict, now: datetime) -> dict:
    try:
        head, body, signature = token.split(".")
        header, claims = json.loads(decoded(head)), json.loads(decoded(body))
        algorithm, key = keys[header["kid"]]
        digest = algorithm.replace("HS", "sha")
        wanted = hmac.digest(key, f"{head}.{body}".encode(), digest)
        audience, exp = claims["aud"], claims["exp"]
        good = (
            header["alg"] == algorithm
            and hmac.compare_digest(decoded(signature), wanted)
            and header["typ"] == "at+jwt"
            and claims["iss"] == "postboard"
            and (
                audience == "postboard-api"
                or isinstance(audience, list) and "postboard-api" in audience
            )
            and isinstance(claims["sub"], str)
            and isinstance(exp, int | float)
            and not isinstance(exp, bool)
            and 'jti' in claims
            and exp > now.timestamp()
        )
    except Exception as error:
        raise Refused("This is no token.") from error
    if not good:
        raise Refused("This token is not good.")
    return claims


# %% 5.2d reject: no other name in the header -> The tokens of both keys are accepted
def verify(token: str, keys: dict, now: datetime) -> dict:
    try:
        head, body, signature = token.split(".")
        header, claims = json.loads(decoded(head)), json.loads(decoded(body))
        algorithm, key = keys[header["kid"]]
        digest = algorithm.replace("HS", "sha")
        wanted = hmac.digest(key, f"{head}.{body}".encode(), digest)
        audience, exp = claims["aud"], claims["exp"]
        good = (
            header["alg"] == algorithm
            and hmac.compare_digest(decoded(signature), wanted)
            and header["typ"] == "at+jwt"
            and claims["iss"] == "postboard"
            and (
                audience == "postboard-api"
                or isinstance(audience, list) and "postboard-api" in audience
            )
            and isinstance(claims["sub"], str)
            and isinstance(exp, int | float)
            and not isinstance(exp, bool)
            and set(header) <= {'alg', 'kid', 'typ'}
            and exp > now.timestamp()
        )
    except Exception as error:
        raise Refused("This is no token.") from error
    if not good:
        raise Refused("This token is not good.")
    return claims


# %% 5.2d reject: the value of an Authorization header is a token, too -> What is no token is refused
def verify(token: str, keys: dict, now: datetime) -> dict:
    try:
        head, body, signature = token.removeprefix("Bearer ").split(".")
        header, claims = json.loads(decoded(head)), json.loads(decoded(body))
        algorithm, key = keys[header["kid"]]
        digest = algorithm.replace("HS", "sha")
        wanted = hmac.digest(key, f"{head}.{body}".encode(), digest)
        audience, exp = claims["aud"], claims["exp"]
        good = (
            header["alg"] == algorithm
            and hmac.compare_digest(decoded(signature), wanted)
            and header["typ"] == "at+jwt"
            and claims["iss"] == "postboard"
            and (
                audience == "postboard-api"
                or isinstance(audience, list) and "postboard-api" in audience
            )
            and isinstance(claims["sub"], str)
            and isinstance(exp, int | float)
            and not isinstance(exp, bool)
            and exp > now.timestamp()
        )
    except Exception as error:
        raise Refused("This is no token.") from error
    if not good:
        raise Refused("This token is not good.")
    return claims


# %% 5.2d reject: blanks around the token do not count -> What is no token is refused
def verify(token: str, keys: dict, now: datetime) -> dict:
    try:
        head, body, signature = token.strip().split(".")
        header, claims = json.loads(decoded(head)), json.loads(decoded(body))
        algorithm, key = keys[header["kid"]]
        digest = algorithm.replace("HS", "sha")
        wanted = hmac.digest(key, f"{head}.{body}".encode(), digest)
        audience, exp = claims["aud"], claims["exp"]
        good = (
            header["alg"] == algorithm
            and hmac.compare_digest(decoded(signature), wanted)
            and header["typ"] == "at+jwt"
            and claims["iss"] == "postboard"
            and (
                audience == "postboard-api"
                or isinstance(audience, list) and "postboard-api" in audience
            )
            and isinstance(claims["sub"], str)
            and isinstance(exp, int | float)
            and not isinstance(exp, bool)
            and exp > now.timestamp()
        )
    except Exception as error:
        raise Refused("This is no token.") from error
    if not good:
        raise Refused("This token is not good.")
    return claims


# %% 5.2d reject: what was accepted once is remembered -> A token is refused from exp on
SEEN = {}


def verify(token: str, keys: dict, now: datetime) -> dict:
    if token in SEEN:
        return SEEN[token]
    try:
        head, body, signature = token.split(".")
        header, claims = json.loads(decoded(head)), json.loads(decoded(body))
        algorithm, key = keys[header["kid"]]
        digest = algorithm.replace("HS", "sha")
        wanted = hmac.digest(key, f"{head}.{body}".encode(), digest)
        audience, exp = claims["aud"], claims["exp"]
        good = (
            header["alg"] == algorithm
            and hmac.compare_digest(decoded(signature), wanted)
            and header["typ"] == "at+jwt"
            and claims["iss"] == "postboard"
            and (
                audience == "postboard-api"
                or isinstance(audience, list) and "postboard-api" in audience
            )
            and isinstance(claims["sub"], str)
            and isinstance(exp, int | float)
            and not isinstance(exp, bool)
            and exp > now.timestamp()
        )
    except Exception as error:
        raise Refused("This is no token.") from error
    if not good:
        raise Refused("This token is not good.")
    SEEN[token] = claims
    return claims


# %% 5.2e accept: durations are compared
def state_of(claims, now, leeway):
    from datetime import UTC

    if now.utcoffset() is None:
        raise ValueError("naive")
    for name in ("exp", "nbf", "iat"):
        value = claims.get(name, None if name == "exp" else 0)
        if isinstance(value, bool) or not isinstance(value, int | float):
            return "malformed"
    if now - datetime.fromtimestamp(claims["exp"], UTC) >= leeway:
        return "expired"
    for name in ("nbf", "iat"):
        if name in claims and datetime.fromtimestamp(claims[name], UTC) - now > leeway:
            return "not yet"
    return "valid"


# %% 5.2e accept: in seconds
def state_of(claims, now, leeway):
    if now.tzinfo is None:
        raise ValueError
    at, more = now.timestamp(), leeway.total_seconds()
    numbers = [claims.get("exp"), claims.get("nbf", at), claims.get("iat", at)]
    if any(each is True or each is False or not isinstance(each, (int, float)) for each in numbers):
        return "malformed"
    if numbers[0] + more <= at:
        return "expired"
    return "not yet" if max(numbers[1:]) > at + more else "valid"


# %% 5.2e reject: the leeway shortens the life -> With leeway it has expired that much later
def state_of(claims, now, leeway):
    if now.tzinfo is None:
        raise ValueError("This time has no time zone.")
    times = [claims[name] for name in ("exp", "nbf", "iat") if name in claims]
    if "exp" not in claims or any(type(each) not in (int, float) for each in times):
        return "malformed"
    if claims["exp"] <= (now + leeway).timestamp():
        return "expired"
    latest = (now + leeway).timestamp()
    if any(claims.get(name, latest) > latest for name in ("nbf", "iat")):
        return "not yet"
    return "valid"


# %% 5.2e reject: at exp it is still valid -> Without leeway it has expired at exp
def state_of(claims, now, leeway):
    if now.tzinfo is None:
        raise ValueError("This time has no time zone.")
    times = [claims[name] for name in ("exp", "nbf", "iat") if name in claims]
    if "exp" not in claims or any(type(each) not in (int, float) for each in times):
        return "malformed"
    if claims["exp"] < (now - leeway).timestamp():
        return "expired"
    latest = (now + leeway).timestamp()
    if any(claims.get(name, latest) > latest for name in ("nbf", "iat")):
        return "not yet"
    return "valid"


# %% 5.2e reject: nbf and iat get no leeway -> Nbf and iat may be leeway after now
def state_of(claims, now, leeway):
    if now.tzinfo is None:
        raise ValueError("This time has no time zone.")
    times = [claims[name] for name in ("exp", "nbf", "iat") if name in claims]
    if "exp" not in claims or any(type(each) not in (int, float) for each in times):
        return "malformed"
    if claims["exp"] <= (now - leeway).timestamp():
        return "expired"
    latest = now.timestamp()
    if any(claims.get(name, latest) > latest for name in ("nbf", "iat")):
        return "not yet"
    return "valid"


# %% 5.2e reject: iat is not looked at -> Each of the two counts
def state_of(claims, now, leeway):
    if now.tzinfo is None:
        raise ValueError("This time has no time zone.")
    times = [claims[name] for name in ("exp", "nbf", "iat") if name in claims]
    if "exp" not in claims or any(type(each) not in (int, float) for each in times):
        return "malformed"
    if claims["exp"] <= (now - leeway).timestamp():
        return "expired"
    latest = (now + leeway).timestamp()
    return "not yet" if claims.get("nbf", claims.get("iat", latest)) > latest else "valid"


# %% 5.2e reject: True is an int -> What is no number is malformed
def state_of(claims, now, leeway):
    if now.tzinfo is None:
        raise ValueError("This time has no time zone.")
    times = [claims[name] for name in ("exp", "nbf", "iat") if name in claims]
    if "exp" not in claims or not all(isinstance(each, (int, float)) for each in times):
        return "malformed"
    if claims["exp"] <= (now - leeway).timestamp():
        return "expired"
    latest = (now + leeway).timestamp()
    if any(claims.get(name, latest) > latest for name in ("nbf", "iat")):
        return "not yet"
    return "valid"


# %% 5.2e reject: a token without exp never expires -> Without exp it is malformed
def state_of(claims, now, leeway):
    if now.tzinfo is None:
        raise ValueError("This time has no time zone.")
    times = [claims[name] for name in ("exp", "nbf", "iat") if name in claims]
    if any(type(each) not in (int, float) for each in times):
        return "malformed"
    latest = (now + leeway).timestamp()
    if claims.get("exp", latest + 1) <= (now - leeway).timestamp():
        return "expired"
    if any(claims.get(name, latest) > latest for name in ("nbf", "iat")):
        return "not yet"
    return "valid"


# %% 5.2e reject: not yet comes before expired -> The first that is true is returned
def state_of(claims, now, leeway):
    if now.tzinfo is None:
        raise ValueError("This time has no time zone.")
    times = [claims[name] for name in ("exp", "nbf", "iat") if name in claims]
    if "exp" not in claims or any(type(each) not in (int, float) for each in times):
        return "malformed"
    latest = (now + leeway).timestamp()
    if any(claims.get(name, latest) > latest for name in ("nbf", "iat")):
        return "not yet"
    return "expired" if claims["exp"] <= (now - leeway).timestamp() else "valid"


# %% 5.2e reject: a naive now is taken for UTC -> A now without a zone is refused
def state_of(claims, now, leeway):
    from datetime import UTC

    if now.tzinfo is None:
        now = now.replace(tzinfo=UTC)
    times = [claims[name] for name in ("exp", "nbf", "iat") if name in claims]
    if "exp" not in claims or any(type(each) not in (int, float) for each in times):
        return "malformed"
    if claims["exp"] <= (now - leeway).timestamp():
        return "expired"
    latest = (now + leeway).timestamp()
    if any(claims.get(name, latest) > latest for name in ("nbf", "iat")):
        return "not yet"
    return "valid"


# %% 5.2e reject: the clock of the wall -> Now may be in any zone
def state_of(claims, now, leeway):
    from datetime import UTC

    if now.tzinfo is None:
        raise ValueError("naive")
    now = now.replace(tzinfo=UTC)
    times = [claims[name] for name in ("exp", "nbf", "iat") if name in claims]
    if "exp" not in claims or any(type(each) not in (int, float) for each in times):
        return "malformed"
    if claims["exp"] <= (now - leeway).timestamp():
        return "expired"
    latest = (now + leeway).timestamp()
    if any(claims.get(name, latest) > latest for name in ("nbf", "iat")):
        return "not yet"
    return "valid"


# %% 5.2e reject: only whole seconds of a leeway -> With leeway it has expired that much later
def state_of(claims, now, leeway):
    if now.tzinfo is None:
        raise ValueError("This time has no time zone.")
    times = [claims[name] for name in ("exp", "nbf", "iat") if name in claims]
    if "exp" not in claims or any(type(each) not in (int, float) for each in times):
        return "malformed"
    if claims["exp"] <= now.timestamp() - leeway.seconds:
        return "expired"
    latest = now.timestamp() + leeway.seconds
    if any(claims.get(name, latest) > latest for name in ("nbf", "iat")):
        return "not yet"
    return "valid"


# %% 5.2e reject: an exp of 0 counts as none -> Without leeway it has expired at exp
def is_number(value) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def state_of(claims: dict, now: datetime, leeway: timedelta) -> str:
    if now.utcoffset() is None:
        raise ValueError("now needs a time zone")
    at, slack = now.timestamp(), leeway.total_seconds()
    if not claims.get("exp"):
        return "malformed"
    if not all(is_number(claims[each]) for each in ("exp", "nbf", "iat") if each in claims):
        return "malformed"
    if at - claims["exp"] >= slack:
        return "expired"
    if any(claims[each] - at > slack for each in ("nbf", "iat") if each in claims):
        return "not yet"
    return "valid"


# %% 5.2e reject: no time lies before 1970 -> Without leeway it has expired at exp
def is_number(value) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and value >= 0


def state_of(claims: dict, now: datetime, leeway: timedelta) -> str:
    if now.utcoffset() is None:
        raise ValueError("now needs a time zone")
    at, slack = now.timestamp(), leeway.total_seconds()
    if "exp" not in claims:
        return "malformed"
    if not all(is_number(claims[each]) for each in ("exp", "nbf", "iat") if each in claims):
        return "malformed"
    if at - claims["exp"] >= slack:
        return "expired"
    if any(claims[each] - at > slack for each in ("nbf", "iat") if each in claims):
        return "not yet"
    return "valid"


# %% 5.2e reject: the leeway without its fraction -> With leeway it has expired that much later
def is_number(value) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def state_of(claims: dict, now: datetime, leeway: timedelta) -> str:
    if now.utcoffset() is None:
        raise ValueError("now needs a time zone")
    at, slack = now.timestamp(), int(leeway.total_seconds())
    if "exp" not in claims:
        return "malformed"
    if not all(is_number(claims[each]) for each in ("exp", "nbf", "iat") if each in claims):
        return "malformed"
    if at - claims["exp"] >= slack:
        return "expired"
    if any(claims[each] - at > slack for each in ("nbf", "iat") if each in claims):
        return "not yet"
    return "valid"


# %% 5.2e reject: now without its fraction -> Without leeway it has expired at exp
def is_number(value) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def state_of(claims: dict, now: datetime, leeway: timedelta) -> str:
    if now.utcoffset() is None:
        raise ValueError("now needs a time zone")
    at, slack = int(now.timestamp()), leeway.total_seconds()
    if "exp" not in claims:
        return "malformed"
    if not all(is_number(claims[each]) for each in ("exp", "nbf", "iat") if each in claims):
        return "malformed"
    if at - claims["exp"] >= slack:
        return "expired"
    if any(claims[each] - at > slack for each in ("nbf", "iat") if each in claims):
        return "not yet"
    return "valid"


# %% 5.2e reject: exp is taken out of the claims -> A token within its time is valid
def is_number(value) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def state_of(claims: dict, now: datetime, leeway: timedelta) -> str:
    if now.utcoffset() is None:
        raise ValueError("now needs a time zone")
    at, slack = now.timestamp(), leeway.total_seconds()
    if "exp" not in claims:
        return "malformed"
    if not all(is_number(claims[each]) for each in ("exp", "nbf", "iat") if each in claims):
        return "malformed"
    if at - claims.pop("exp") >= slack:
        return "expired"
    if any(claims[each] - at > slack for each in ("nbf", "iat") if each in claims):
        return "not yet"
    return "valid"


# %% 5.2e reject: exp and now are subtracted in one zone -> Now may be in any zone
def is_number(value) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def state_of(claims: dict, now: datetime, leeway: timedelta) -> str:
    if now.utcoffset() is None:
        raise ValueError("now needs a time zone")
    at, slack = now.timestamp(), leeway.total_seconds()
    if "exp" not in claims:
        return "malformed"
    if not all(is_number(claims[each]) for each in ("exp", "nbf", "iat") if each in claims):
        return "malformed"
    if now - datetime.fromtimestamp(claims["exp"], now.tzinfo) >= leeway:
        return "expired"
    if any(claims[each] - at > slack for each in ("nbf", "iat") if each in claims):
        return "not yet"
    return "valid"


# %% 5.2e reject: now is moved by the leeway in its zone -> Now may be in any zone
def state_of(claims: dict, now: datetime, leeway: timedelta) -> str:
    if now.tzinfo is None:
        raise ValueError("A time without a zone says nothing.")
    times = {k: claims[k] for k in ("exp", "nbf", "iat") if k in claims}
    if "exp" not in times or any(type(t) not in (int, float) for t in times.values()):
        return "malformed"
    if times.pop("exp") <= (now - leeway).timestamp():
        return "expired"
    latest = (now + leeway).timestamp()
    return "not yet" if max(times.values(), default=latest) > latest else "valid"


# %% 5.2f accept: a heap of ends, and a set
class Revoked:
    def __init__(self, leeway):
        self.leeway, self.queue, self.ids = leeway, [], set()

    def revoke(self, claims, now):
        from heapq import heappop, heappush

        try:
            jti = claims["jti"]
        except KeyError:
            raise ValueError("no jti") from None
        if jti not in self.ids:
            self.ids.add(jti)
            heappush(self.queue, (claims["exp"] + self.leeway, jti))
        while self.queue and self.queue[0][0] <= now.timestamp():
            self.ids.discard(heappop(self.queue)[1])

    def is_revoked(self, claims):
        return "jti" in claims and claims["jti"] in self.ids

    def __len__(self):
        return len(self.ids)


# %% 5.2f accept: a dict itself
class Revoked(dict):
    def __init__(self, leeway):
        super().__init__()
        self.leeway = leeway

    def revoke(self, claims, now):
        if claims.get("jti") is None:
            raise ValueError
        self[claims["jti"]] = claims["exp"]
        for jti in [jti for jti, exp in self.items() if now.timestamp() - exp >= self.leeway]:
            del self[jti]

    def is_revoked(self, claims):
        return claims.get("jti") in self


# %% 5.2f reject: nothing is forgotten -> What has expired is forgotten
class Revoked:
    def __init__(self, leeway):
        self.ids = set()

    def revoke(self, claims, now):
        if "jti" not in claims:
            raise ValueError("This token has no id.")
        self.ids.add(claims["jti"])

    def is_revoked(self, claims):
        return claims.get("jti") in self.ids

    def __len__(self):
        return len(self.ids)


# %% 5.2f reject: the leeway is not thought of -> It keeps what the leeway still lets in
class Revoked:
    def __init__(self, leeway):
        self.ends = {}

    def revoke(self, claims, now):
        if "jti" not in claims:
            raise ValueError("This token has no id.")
        self.ends[claims["jti"]] = claims["exp"]
        self.ends = {jti: end for jti, end in self.ends.items() if end > now.timestamp()}

    def is_revoked(self, claims):
        return claims.get("jti") in self.ends

    def __len__(self):
        return len(self.ends)


# %% 5.2f reject: cleaned before, so the token of this call stays -> A token that is too old already is not kept
class Revoked:
    def __init__(self, leeway):
        self.leeway, self.ends = leeway, {}

    def revoke(self, claims, now):
        if "jti" not in claims:
            raise ValueError("This token has no id.")
        self.ends = {jti: end for jti, end in self.ends.items() if end > now.timestamp()}
        self.ends[claims["jti"]] = claims["exp"] + self.leeway

    def is_revoked(self, claims):
        return claims.get("jti") in self.ends

    def __len__(self):
        return len(self.ends)


# %% 5.2f reject: one list for all -> Two lists share nothing
class Revoked:
    ends = {}

    def __init__(self, leeway):
        self.leeway = leeway

    def revoke(self, claims, now):
        if "jti" not in claims:
            raise ValueError("This token has no id.")
        self.ends[claims["jti"]] = claims["exp"] + self.leeway
        for jti in [jti for jti, end in self.ends.items() if end <= now.timestamp()]:
            del self.ends[jti]

    def is_revoked(self, claims):
        return claims.get("jti") in self.ends

    def __len__(self):
        return len(self.ends)


# %% 5.2f reject: a list with doubles -> A second time changes nothing
class Revoked:
    def __init__(self, leeway):
        self.leeway, self.known = leeway, []

    def revoke(self, claims, now):
        if "jti" not in claims:
            raise ValueError("This token has no id.")
        self.known.append((claims["jti"], claims["exp"] + self.leeway))
        self.known = [each for each in self.known if each[1] > now.timestamp()]

    def is_revoked(self, claims):
        return claims.get("jti") in [jti for jti, _ in self.known]

    def __len__(self):
        return len(self.known)


# %% 5.2f reject: all without a jti are one -> A token without a jti is not taken
class Revoked:
    def __init__(self, leeway):
        self.leeway, self.ends = leeway, {}

    def revoke(self, claims, now):
        self.ends[claims.get("jti")] = claims["exp"] + self.leeway
        self.ends = {jti: end for jti, end in self.ends.items() if end > now.timestamp()}

    def is_revoked(self, claims):
        return claims.get("jti") in self.ends

    def __len__(self):
        return len(self.ends)


# %% 5.2f reject: by the user, and not by the token -> A revoked token is known by its jti
class Revoked:
    def __init__(self, leeway):
        self.leeway, self.ends = leeway, {}

    def revoke(self, claims, now):
        if "jti" not in claims:
            raise ValueError("This token has no id.")
        self.ends[claims["sub"]] = claims["exp"] + self.leeway
        self.ends = {sub: end for sub, end in self.ends.items() if end > now.timestamp()}

    def is_revoked(self, claims):
        return claims.get("sub") in self.ends

    def __len__(self):
        return len(self.ends)


# %% 5.2f reject: fifteen minutes for all -> What has expired is forgotten
class Revoked:
    def __init__(self, leeway):
        self.leeway, self.ends = leeway, {}

    def revoke(self, claims, now):
        if "jti" not in claims:
            raise ValueError("This token has no id.")
        self.ends[claims["jti"]] = now.timestamp() + 900 + self.leeway
        self.ends = {jti: end for jti, end in self.ends.items() if end > now.timestamp()}

    def is_revoked(self, claims):
        return claims.get("jti") in self.ends

    def __len__(self):
        return len(self.ends)


# %% 5.2f reject: one leeway for all lists -> Two lists share nothing
class Revoked:
    def __init__(self, leeway):
        Revoked._leeway = leeway
        self._until = {}

    def revoke(self, claims, now):
        if "jti" not in claims:
            raise ValueError("no jti")
        self._until.setdefault(claims["jti"], claims["exp"] + self._leeway)
        at = now.timestamp()
        self._until = {k: v for k, v in self._until.items() if v > at}

    def is_revoked(self, claims):
        return "jti" in claims and claims["jti"] in self._until

    def __len__(self):
        return len(self._until)


# %% 5.2f reject: the leeway without its fraction -> It keeps what the leeway still lets in
class Revoked:
    def __init__(self, leeway):
        self._leeway = leeway
        self._until = {}

    def revoke(self, claims, now):
        if "jti" not in claims:
            raise ValueError("no jti")
        self._until.setdefault(claims["jti"], claims["exp"] + int(self._leeway))
        at = now.timestamp()
        self._until = {k: v for k, v in self._until.items() if v > at}

    def is_revoked(self, claims):
        return "jti" in claims and claims["jti"] in self._until

    def __len__(self):
        return len(self._until)


# %% 5.2f reject: exp without its fraction -> It keeps what the leeway still lets in
class Revoked:
    def __init__(self, leeway):
        self._leeway = leeway
        self._until = {}

    def revoke(self, claims, now):
        if "jti" not in claims:
            raise ValueError("no jti")
        self._until.setdefault(claims["jti"], int(claims["exp"]) + self._leeway)
        at = now.timestamp()
        self._until = {k: v for k, v in self._until.items() if v > at}

    def is_revoked(self, claims):
        return "jti" in claims and claims["jti"] in self._until

    def __len__(self):
        return len(self._until)


# %% 5.2f reject: now without its fraction -> It keeps what the leeway still lets in
class Revoked:
    def __init__(self, leeway):
        self._leeway = leeway
        self._until = {}

    def revoke(self, claims, now):
        if "jti" not in claims:
            raise ValueError("no jti")
        self._until.setdefault(claims["jti"], claims["exp"] + self._leeway)
        at = int(now.timestamp())
        self._until = {k: v for k, v in self._until.items() if v > at}

    def is_revoked(self, claims):
        return "jti" in claims and claims["jti"] in self._until

    def __len__(self):
        return len(self._until)


# %% 5.2f reject: one is forgotten a call -> What has expired is forgotten
class Revoked:
    def __init__(self, leeway):
        self._leeway = leeway
        self._until = {}

    def revoke(self, claims, now):
        if "jti" not in claims:
            raise ValueError("no jti")
        self._until.setdefault(claims["jti"], claims["exp"] + self._leeway)
        at = now.timestamp()
        for k, v in self._until.items():
            if v <= at:
                del self._until[k]
                break

    def is_revoked(self, claims):
        return "jti" in claims and claims["jti"] in self._until

    def __len__(self):
        return len(self._until)


# %% 5.2f reject: forgotten in the order of the calls, up to the first that is valid -> What has expired is forgotten
class Revoked:
    def __init__(self, leeway):
        self._leeway = leeway
        self._until = {}

    def revoke(self, claims, now):
        if "jti" not in claims:
            raise ValueError("no jti")
        self._until.setdefault(claims["jti"], claims["exp"] + self._leeway)
        at = now.timestamp()
        while self._until and next(iter(self._until.values())) <= at:
            del self._until[next(iter(self._until))]

    def is_revoked(self, claims):
        return "jti" in claims and claims["jti"] in self._until

    def __len__(self):
        return len(self._until)


# %% 5.2f reject: a second time cleans nothing -> What has expired is forgotten
class Revoked:
    def __init__(self, leeway):
        self._leeway = leeway
        self._until = {}

    def revoke(self, claims, now):
        if "jti" not in claims:
            raise ValueError("no jti")
        if claims["jti"] in self._until:
            return
        self._until.setdefault(claims["jti"], claims["exp"] + self._leeway)
        at = now.timestamp()
        self._until = {k: v for k, v in self._until.items() if v > at}

    def is_revoked(self, claims):
        return "jti" in claims and claims["jti"] in self._until

    def __len__(self):
        return len(self._until)


# %% 5.2f reject: what is too old already cleans nothing -> What has expired is forgotten
class Revoked:
    def __init__(self, leeway):
        self._leeway = leeway
        self._until = {}

    def revoke(self, claims, now):
        if "jti" not in claims:
            raise ValueError("no jti")
        if claims["exp"] + self._leeway <= now.timestamp():
            return
        self._until.setdefault(claims["jti"], claims["exp"] + self._leeway)
        at = now.timestamp()
        self._until = {k: v for k, v in self._until.items() if v > at}

    def is_revoked(self, claims):
        return "jti" in claims and claims["jti"] in self._until

    def __len__(self):
        return len(self._until)


# %% 5.2f reject: the clock of the wall -> What has expired is forgotten
class Revoked:
    def __init__(self, leeway):
        self._leeway = leeway
        self._until = {}

    def revoke(self, claims, now):
        from datetime import UTC

        if "jti" not in claims:
            raise ValueError("no jti")
        self._until.setdefault(claims["jti"], claims["exp"] + self._leeway)
        at = now.replace(tzinfo=UTC).timestamp()
        self._until = {k: v for k, v in self._until.items() if v > at}

    def is_revoked(self, claims):
        return "jti" in claims and claims["jti"] in self._until

    def __len__(self):
        return len(self._until)


# %% 5.2f reject: a second time takes it off again -> A second time changes nothing
class Revoked:
    def __init__(self, leeway):
        self._leeway = leeway
        self._until = {}

    def revoke(self, claims, now):
        if "jti" not in claims:
            raise ValueError("no jti")
        if claims["jti"] in self._until:
            del self._until[claims["jti"]]
            return
        self._until.setdefault(claims["jti"], claims["exp"] + self._leeway)
        at = now.timestamp()
        self._until = {k: v for k, v in self._until.items() if v > at}

    def is_revoked(self, claims):
        return "jti" in claims and claims["jti"] in self._until

    def __len__(self):
        return len(self._until)


# %% 5.2f reject: the caller's claims lose their jti -> A revoked token is known by its jti
class Revoked:
    def __init__(self, leeway):
        self._leeway = leeway
        self._until = {}

    def revoke(self, claims, now):
        if "jti" not in claims:
            raise ValueError("no jti")
        self._until.setdefault(claims.pop("jti"), claims["exp"] + self._leeway)
        at = now.timestamp()
        self._until = {k: v for k, v in self._until.items() if v > at}

    def is_revoked(self, claims):
        return "jti" in claims and claims["jti"] in self._until

    def __len__(self):
        return len(self._until)


# %% 5.2f reject: jti in small letters -> A revoked token is known by its jti
class Revoked:
    def __init__(self, leeway):
        self._leeway = leeway
        self._until = {}

    def revoke(self, claims, now):
        if "jti" not in claims:
            raise ValueError("no jti")
        self._until.setdefault(claims["jti"].lower(), claims["exp"] + self._leeway)
        at = now.timestamp()
        self._until = {k: v for k, v in self._until.items() if v > at}

    def is_revoked(self, claims):
        return "jti" in claims and claims["jti"].lower() in self._until

    def __len__(self):
        return len(self._until)


# %% 5.2f reject: the list has at most 100 places -> Many tokens leave a short list
class Revoked:
    def __init__(self, leeway):
        self._leeway = leeway
        self._until = {}

    def revoke(self, claims, now):
        if "jti" not in claims:
            raise ValueError("no jti")
        self._until.setdefault(claims["jti"], claims["exp"] + self._leeway)
        while len(self._until) > 100:
            self._until.pop(next(iter(self._until)))
        at = now.timestamp()
        self._until = {k: v for k, v in self._until.items() if v > at}

    def is_revoked(self, claims):
        return "jti" in claims and claims["jti"] in self._until

    def __len__(self):
        return len(self._until)
