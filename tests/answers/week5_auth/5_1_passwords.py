# %% 5.1a accept: a table of rules
def problem_with(password, name):
    plain = unicodedata.normalize("NFKC", password)
    low, who = plain.lower(), unicodedata.normalize("NFKC", name).lower()
    rules = {
        "too short": len(plain) <= 14,
        "too long": len(plain) >= 101,
        "too common": low in COMMON,
        "contains your name": who in low,
    }
    return next((text for text, broken in rules.items() if broken), None)


# %% 5.1a accept: one expression for the length
def problem_with(password, name):
    password, name = (unicodedata.normalize("NFKC", each).casefold() for each in (password, name))
    if not 15 <= len(password) <= 100:
        return "too short" if len(password) < 15 else "too long"
    if any(password == each for each in COMMON):
        return "too common"
    return "contains your name" if password.find(name) >= 0 else None


# %% 5.1a reject: bytes are counted -> Characters are counted
def problem_with(password, name):
    found = unicodedata.normalize("NFKC", password)
    if len(found.encode()) < 15:
        return "too short"
    if len(found.encode()) > 100:
        return "too long"
    if found.casefold() in COMMON:
        return "too common"
    if unicodedata.normalize("NFKC", name).casefold() in found.casefold():
        return "contains your name"
    return None


# %% 5.1a reject: trimmed -> Blanks count like other characters
def problem_with(password, name):
    found = unicodedata.normalize("NFKC", password).strip()
    if len(found) < 15:
        return "too short"
    if len(found) > 100:
        return "too long"
    if found.casefold() in COMMON:
        return "too common"
    if unicodedata.normalize("NFKC", name).casefold() in found.casefold():
        return "contains your name"
    return None


# %% 5.1a reject: never normalized -> It is normalized before it is counted
def problem_with(password, name):
    if len(password) < 15:
        return "too short"
    if len(password) > 100:
        return "too long"
    if password.casefold() in COMMON:
        return "too common"
    if name.casefold() in password.casefold():
        return "contains your name"
    return None


# %% 5.1a reject: normalized, but not with K -> It is normalized before it is counted
def problem_with(password, name):
    found = unicodedata.normalize("NFC", password)
    if len(found) < 15:
        return "too short"
    if len(found) > 100:
        return "too long"
    if found.casefold() in COMMON:
        return "too common"
    if unicodedata.normalize("NFC", name).casefold() in found.casefold():
        return "contains your name"
    return None


# %% 5.1a reject: letters alone are not enough -> No kind of character is asked for
def problem_with(password, name):
    found = unicodedata.normalize("NFKC", password)
    if len(found) < 15 or found.isalpha():
        return "too short"
    if len(found) > 100:
        return "too long"
    if found.casefold() in COMMON:
        return "too common"
    if unicodedata.normalize("NFKC", name).casefold() in found.casefold():
        return "contains your name"
    return None


# %% 5.1a reject: only as it stands in the list -> A common one is refused
def problem_with(password, name):
    found = unicodedata.normalize("NFKC", password)
    if len(found) < 15:
        return "too short"
    if len(found) > 100:
        return "too long"
    if found in COMMON:
        return "too common"
    if unicodedata.normalize("NFKC", name).casefold() in found.casefold():
        return "contains your name"
    return None


# %% 5.1a reject: the name as it is written -> The name is refused in it
def problem_with(password, name):
    found = unicodedata.normalize("NFKC", password)
    if len(found) < 15:
        return "too short"
    if len(found) > 100:
        return "too long"
    if found.casefold() in COMMON:
        return "too common"
    if name in found:
        return "contains your name"
    return None


# %% 5.1a reject: at most 72 -> It has 15 to 100 characters
def problem_with(password, name):
    found = unicodedata.normalize("NFKC", password)
    if len(found) < 15:
        return "too short"
    if len(found) > 72:
        return "too long"
    if found.casefold() in COMMON:
        return "too common"
    if unicodedata.normalize("NFKC", name).casefold() in found.casefold():
        return "contains your name"
    return None


# %% 5.1a reject: the name is normalized without K -> The name is refused in it
def problem_with(password: str, name: str) -> str | None:
    password = unicodedata.normalize("NFKC", password)
    name = unicodedata.normalize("NFC", name)
    if len(password) < 15:
        return "too short"
    if len(password) > 100:
        return "too long"
    if password.casefold() in {each.casefold() for each in COMMON}:
        return "too common"
    if name.casefold() in password.casefold():
        return "contains your name"
    return None


# %% 5.1a reject: each word of the name is looked for -> The name is refused in it
def problem_with(password: str, name: str) -> str | None:
    password = unicodedata.normalize("NFKC", password)
    name = unicodedata.normalize("NFKC", name)
    if len(password) < 15:
        return "too short"
    if len(password) > 100:
        return "too long"
    if password.casefold() in {each.casefold() for each in COMMON}:
        return "too common"
    if any(each in password.casefold() for each in name.casefold().split()):
        return "contains your name"
    return None


# %% 5.1b accept: the hash is chosen in one expression
def log_in(users, hasher, dummy, name, password):
    user = users.get(name, {"hash": None, "disabled": False})
    right = hasher.verify(password, dummy if user["hash"] is None else user["hash"])
    if right and user["hash"] is not None:
        return (403, "This account is disabled.") if user["disabled"] else (200, f"Welcome, {name}.")
    return 401, "Wrong name or password."


# %% 5.1b accept: two branches, each with its verification
def log_in(users, hasher, dummy, name, password):
    refused = 401, "Wrong name or password."
    if name not in users or users[name]["hash"] is None:
        hasher.verify(password, dummy)
        return refused
    if not hasher.verify(password, users[name]["hash"]):
        return refused
    if users[name]["disabled"]:
        return 403, "This account is disabled."
    return 200, "Welcome, " + name + "."


# %% 5.1b accept: the parameters by their names in pwdlib
def log_in(users, hasher, dummy, name, password):
    user = users.get(name)
    stored = user["hash"] if user else None
    fits = hasher.verify(password=password, hash=stored or dummy)
    if not fits or not stored:
        return 401, "Wrong name or password."
    if user["disabled"]:
        return 403, "This account is disabled."
    return 200, f"Welcome, {name}."


# %% 5.1b reject: the same response, but no verification -> Each call verifies one hash
def log_in(users, hasher, dummy, name, password):
    user = users.get(name)
    if not user or not user["hash"] or not hasher.verify(password, user["hash"]):
        return 401, "Wrong name or password."
    if user["disabled"]:
        return 403, "This account is disabled."
    return 200, f"Welcome, {name}."


# %% 5.1b reject: users without a password are forgotten -> Each call verifies one hash
def log_in(users, hasher, dummy, name, password):
    user = users.get(name)
    if user is None:
        hasher.verify(password, dummy)
        return 401, "Wrong name or password."
    if not user["hash"] or not hasher.verify(password, user["hash"]):
        return 401, "Wrong name or password."
    if user["disabled"]:
        return 403, "This account is disabled."
    return 200, f"Welcome, {name}."


# %% 5.1b reject: the dummy's password opens the door -> The password of the dummy opens nothing
def log_in(users, hasher, dummy, name, password):
    user = users.get(name) or {"hash": dummy, "disabled": False}
    if not hasher.verify(password, user["hash"] or dummy):
        return 401, "Wrong name or password."
    if user["disabled"]:
        return 403, "This account is disabled."
    return 200, f"Welcome, {name}."


# %% 5.1b reject: strangers hear that an account is disabled -> Everything else gives one response
def log_in(users, hasher, dummy, name, password):
    user = users.get(name)
    stored = user["hash"] if user else None
    right = hasher.verify(password, stored or dummy)
    if user and user["disabled"]:
        return 403, "This account is disabled."
    if not stored or not right:
        return 401, "Wrong name or password."
    return 200, f"Welcome, {name}."


# %% 5.1b reject: disabled users are like others -> A disabled user with the right password is told
def log_in(users, hasher, dummy, name, password):
    user = users.get(name)
    stored = user["hash"] if user else None
    right = hasher.verify(password, stored or dummy)
    if not stored or not right or user["disabled"]:
        return 401, "Wrong name or password."
    return 200, f"Welcome, {name}."


# %% 5.1b reject: a hash is computed for nobody -> Each call verifies one hash
def log_in(users, hasher, dummy, name, password):
    user = users.get(name)
    if not user or not user["hash"]:
        hasher.hash(password)
        return 401, "Wrong name or password."
    if not hasher.verify(password, user["hash"]):
        return 401, "Wrong name or password."
    if user["disabled"]:
        return 403, "This account is disabled."
    return 200, f"Welcome, {name}."


# %% 5.1b reject: a new dummy for each call -> No other hash is computed
def log_in(users, hasher, dummy, name, password):
    user = users.get(name)
    stored = user["hash"] if user else None
    hasher.hash("dummy")
    right = hasher.verify(password, stored or dummy)
    if not stored or not right:
        return 401, "Wrong name or password."
    if user["disabled"]:
        return 403, "This account is disabled."
    return 200, f"Welcome, {name}."


# %% 5.1b reject: both hashes are verified -> Each call verifies one hash
def log_in(users, hasher, dummy, name, password):
    user = users.get(name)
    stored = user["hash"] if user else None
    hasher.verify(password, dummy)
    right = stored and hasher.verify(password, stored)
    if not right:
        return 401, "Wrong name or password."
    if user["disabled"]:
        return 403, "This account is disabled."
    return 200, f"Welcome, {name}."


# %% 5.1b reject: a name in capitals is the same user -> Everything else gives one response
def log_in(
    users: dict, hasher, dummy: str, name: str, password: str
) -> tuple[int, str]:
    user = users.get(name.lower())
    stored = user["hash"] if user is not None else None
    fits = hasher.verify(password, stored or dummy)
    if not fits or not stored:
        return 401, "Wrong name or password."
    if user["disabled"]:
        return 403, "This account is disabled."
    return 200, f"Welcome, {name}."


# %% 5.1b reject: blanks around the password do not count -> Everything else gives one response
def log_in(
    users: dict, hasher, dummy: str, name: str, password: str
) -> tuple[int, str]:
    user = users.get(name)
    stored = user["hash"] if user is not None else None
    fits = hasher.verify(password.strip(), stored or dummy)
    if not fits or not stored:
        return 401, "Wrong name or password."
    if user["disabled"]:
        return 403, "This account is disabled."
    return 200, f"Welcome, {name}."


# %% 5.1b reject: an empty password needs no verification -> Each call verifies one hash
def log_in(
    users: dict, hasher, dummy: str, name: str, password: str
) -> tuple[int, str]:
    if not password:
        return 401, "Wrong name or password."
    user = users.get(name)
    stored = user["hash"] if user is not None else None
    fits = hasher.verify(password, stored or dummy)
    if not fits or not stored:
        return 401, "Wrong name or password."
    if user["disabled"]:
        return 403, "This account is disabled."
    return 200, f"Welcome, {name}."


# %% 5.1b reject: a long password needs no verification -> Each call verifies one hash
def log_in(
    users: dict, hasher, dummy: str, name: str, password: str
) -> tuple[int, str]:
    if len(password) > 64:
        return 401, "Wrong name or password."
    user = users.get(name)
    stored = user["hash"] if user is not None else None
    fits = hasher.verify(password, stored or dummy)
    if not fits or not stored:
        return 401, "Wrong name or password."
    if user["disabled"]:
        return 403, "This account is disabled."
    return 200, f"Welcome, {name}."


# %% 5.1b reject: users without a password get the dummy's hash for good -> The password of the dummy opens nothing
def log_in(
    users: dict, hasher, dummy: str, name: str, password: str
) -> tuple[int, str]:
    user = users.get(name)
    stored = user["hash"] if user is not None else None
    if user is not None and not stored:
        user["hash"] = dummy
    fits = hasher.verify(password, stored or dummy)
    if not fits or not stored:
        return 401, "Wrong name or password."
    if user["disabled"]:
        return 403, "This account is disabled."
    return 200, f"Welcome, {name}."


# %% 5.1b reject: what was verified once is remembered -> Each call verifies one hash
SEEN = {}


def log_in(
    users: dict, hasher, dummy: str, name: str, password: str
) -> tuple[int, str]:
    user = users.get(name)
    stored = user["hash"] if user is not None else None
    fits = SEEN.get((name, password))
    if fits is None:
        fits = SEEN[name, password] = hasher.verify(password, stored or dummy)
    if not fits or not stored:
        return 401, "Wrong name or password."
    if user["disabled"]:
        return 403, "This account is disabled."
    return 200, f"Welcome, {name}."


# %% 5.1b reject: the hasher may compute a new hash -> No other hash is computed
def log_in(
    users: dict, hasher, dummy: str, name: str, password: str
) -> tuple[int, str]:
    user = users.get(name)
    stored = user["hash"] if user is not None else None
    fits = hasher.verify_and_update(password, stored or dummy)[0]
    if not fits or not stored:
        return 401, "Wrong name or password."
    if user["disabled"]:
        return 403, "This account is disabled."
    return 200, f"Welcome, {name}."


# %% 5.1c accept: the row is locked until the commit
def log_in_and_rehash(session, hashes, name, password):
    account = session.get(Account, name, with_for_update=True)
    if account is None:
        return False
    if BcryptHasher.identify(account.hash):
        right, new_hash = hashes.verify(password.encode()[:72], account.hash), True
    else:
        right, new_hash = hashes.verify_and_update(password, account.hash)
    if right and new_hash:
        account.hash = hashes.hash(password)
    session.commit()
    return right


# %% 5.1c accept: SQL, and the hash in the WHERE
def log_in_and_rehash(session, hashes, name, password):
    from sqlalchemy import text

    found = session.execute(text("SELECT hash FROM accounts WHERE name = :name"), {"name": name})
    stored = found.scalar_one_or_none()
    if not stored:
        return False
    argon = stored[:7] == "$argon2"
    if not hashes.verify(password if argon else password.encode()[:72], stored):
        return False
    if not argon or hashes.hashers[0].check_needs_rehash(stored):
        values = {"new": hashes.hash(password), "name": name, "old": stored}
        session.execute(text("UPDATE accounts SET hash = :new WHERE name = :name AND hash = :old"), values)
    session.commit()
    return True


# %% 5.1c reject: verify_and_update for all -> A long password fits by its first 72 bytes
def log_in_and_rehash(session, hashes, name, password):
    account = session.get(Account, name)
    if account is None:
        return False
    stored = account.hash
    try:
        right, new_hash = hashes.verify_and_update(password, stored)
    except ValueError:
        return False
    if new_hash:
        same = (Account.name == name, Account.hash == stored)
        session.execute(update(Account).where(*same).values(hash=new_hash))
        session.commit()
    return right


# %% 5.1c reject: 72 characters, not bytes -> A long password fits by its first 72 bytes
def log_in_and_rehash(session, hashes, name, password):
    account = session.get(Account, name)
    if account is None:
        return False
    stored = account.hash
    bcrypted = stored.startswith("$2")
    try:
        right = hashes.verify(password[:72] if bcrypted else password, stored)
    except ValueError:
        right = False
    if right and (bcrypted or hashes.current_hasher.check_needs_rehash(stored)):
        same = (Account.name == name, Account.hash == stored)
        session.execute(update(Account).where(*same).values(hash=hashes.hash(password)))
        session.commit()
    return right


# %% 5.1c reject: the cut password is hashed anew -> The new hash is of the whole password
def log_in_and_rehash(session, hashes, name, password):
    account = session.get(Account, name)
    if account is None:
        return False
    stored = account.hash
    secret = password.encode()[:72] if stored.startswith("$2") else password
    right, new_hash = hashes.verify_and_update(secret, stored)
    if new_hash:
        same = (Account.name == name, Account.hash == stored)
        session.execute(update(Account).where(*same).values(hash=new_hash))
        session.commit()
    return right


# %% 5.1c reject: the object is changed and committed -> A password that was changed meanwhile stays
def log_in_and_rehash(session, hashes, name, password):
    account = session.get(Account, name)
    if account is None:
        return False
    bcrypted = account.hash.startswith("$2")
    if not hashes.verify(password.encode()[:72] if bcrypted else password, account.hash):
        return False
    if bcrypted or hashes.current_hasher.check_needs_rehash(account.hash):
        account.hash = hashes.hash(password)
        session.commit()
    return True


# %% 5.1c reject: nobody commits -> Bcrypt is replaced
def log_in_and_rehash(session, hashes, name, password):
    account = session.get(Account, name)
    if account is None:
        return False
    stored = account.hash
    bcrypted = stored.startswith("$2")
    if not hashes.verify(password.encode()[:72] if bcrypted else password, stored):
        return False
    if bcrypted or hashes.current_hasher.check_needs_rehash(stored):
        same = (Account.name == name, Account.hash == stored)
        session.execute(update(Account).where(*same).values(hash=hashes.hash(password)))
    return True


# %% 5.1c reject: only bcrypt is old -> Other numbers are replaced
def log_in_and_rehash(session, hashes, name, password):
    account = session.get(Account, name)
    if account is None:
        return False
    stored = account.hash
    bcrypted = stored.startswith("$2")
    if not hashes.verify(password.encode()[:72] if bcrypted else password, stored):
        return False
    if bcrypted:
        same = (Account.name == name, Account.hash == stored)
        session.execute(update(Account).where(*same).values(hash=hashes.hash(password)))
        session.commit()
    return True


# %% 5.1c reject: a new hash at every login -> What is up to date stays
def log_in_and_rehash(session, hashes, name, password):
    account = session.get(Account, name)
    if account is None:
        return False
    stored = account.hash
    bcrypted = stored.startswith("$2")
    if not hashes.verify(password.encode()[:72] if bcrypted else password, stored):
        return False
    same = (Account.name == name, Account.hash == stored)
    session.execute(update(Account).where(*same).values(hash=hashes.hash(password)))
    session.commit()
    return True


# %% 5.1c reject: replaced before the password is known to be right -> A wrong password changes nothing
def log_in_and_rehash(session, hashes, name, password):
    account = session.get(Account, name)
    if account is None:
        return False
    stored = account.hash
    bcrypted = stored.startswith("$2")
    right = hashes.verify(password.encode()[:72] if bcrypted else password, stored)
    if bcrypted or hashes.current_hasher.check_needs_rehash(stored):
        same = (Account.name == name, Account.hash == stored)
        session.execute(update(Account).where(*same).values(hash=hashes.hash(password)))
        session.commit()
    return right


# %% 5.1c reject: the UPDATE looks for the hash alone -> Other users keep their hashes
def log_in_and_rehash(session, hashes, name, password):
    account = session.get(Account, name)
    if account is None:
        return False
    stored = account.hash
    bcrypted = stored.startswith("$2")
    if not hashes.verify(password.encode()[:72] if bcrypted else password, stored):
        return False
    if bcrypted or hashes.current_hasher.check_needs_rehash(stored):
        new = hashes.hash(password)
        session.execute(update(Account).where(Account.hash == stored).values(hash=new))
        session.commit()
    return True


# %% 5.1c reject: argon2id gets 72 bytes, too -> Right and wrong passwords are told apart
def log_in_and_rehash(
    session: Session, hashes: PasswordHash, name: str, password: str
) -> bool:
    account = session.get(Account, name)
    if account is None:
        return False
    old = account.hash
    typed = password.encode()
    typed = typed[:72]
    fits, new = hashes.verify_and_update(typed, old)
    if not fits:
        return False
    if new is not None:
        new = hashes.hash(password)
        session.execute(
            update(Account)
            .where(Account.name == name, Account.hash == old)
            .values(hash=new)
        )
        session.commit()
    return True


# %% 5.1c reject: an é that is cut in two is left out -> A long password fits by its first 72 bytes
def log_in_and_rehash(
    session: Session, hashes: PasswordHash, name: str, password: str
) -> bool:
    account = session.get(Account, name)
    if account is None:
        return False
    old = account.hash
    typed = password.encode()
    if old.startswith("$2"):
        typed = typed[:72].decode(errors="ignore")
    fits, new = hashes.verify_and_update(typed, old)
    if not fits:
        return False
    if new is not None:
        new = hashes.hash(password)
        session.execute(
            update(Account)
            .where(Account.name == name, Account.hash == old)
            .values(hash=new)
        )
        session.commit()
    return True


# %% 5.1c reject: the row is looked at again before the hash is computed -> A password that was changed meanwhile stays
def log_in_and_rehash(
    session: Session, hashes: PasswordHash, name: str, password: str
) -> bool:
    account = session.get(Account, name)
    if account is None:
        return False
    old = account.hash
    typed = password.encode()
    if old.startswith("$2"):
        typed = typed[:72]
    fits, new = hashes.verify_and_update(typed, old)
    if not fits:
        return False
    if new is not None:
        session.refresh(account)
        if account.hash == old:
            account.hash = hashes.hash(password)
        session.commit()
    return True


# %% 5.1c reject: blanks around the password do not count -> Right and wrong passwords are told apart
def log_in_and_rehash(
    session: Session, hashes: PasswordHash, name: str, password: str
) -> bool:
    account = session.get(Account, name)
    if account is None:
        return False
    old = account.hash
    typed = password.strip().encode()
    if old.startswith("$2"):
        typed = typed[:72]
    fits, new = hashes.verify_and_update(typed, old)
    if not fits:
        return False
    if new is not None:
        new = hashes.hash(password)
        session.execute(
            update(Account)
            .where(Account.name == name, Account.hash == old)
            .values(hash=new)
        )
        session.commit()
    return True


# %% 5.1c reject: no password has more than 72 bytes -> Right and wrong passwords are told apart
def log_in_and_rehash(
    session: Session, hashes: PasswordHash, name: str, password: str
) -> bool:
    account = session.get(Account, name)
    if account is None:
        return False
    old = account.hash
    typed = password.encode()
    if old.startswith("$2"):
        typed = typed[:72]
    if not old.startswith("$2") and len(typed) > 72:
        return False
    fits, new = hashes.verify_and_update(typed, old)
    if not fits:
        return False
    if new is not None:
        new = hashes.hash(password)
        session.execute(
            update(Account)
            .where(Account.name == name, Account.hash == old)
            .values(hash=new)
        )
        session.commit()
    return True


# %% 5.1d accept: another word, and a dict of what to verify
def wrap(hashes, old):
    return "old:" + hashes.hash(old)


def check_wrapped(hashes, password, stored):
    kind, _, rest = stored.rpartition(":")
    right = hashes.verify({"old": sha(password), "": password}[kind], rest)
    return right, hashes.hash(password) if right and kind else None


# %% 5.1d accept: bytes, and a word at the end
def wrap(hashes, old):
    return hashes.hash(bytes.fromhex(old)) + " of sha256"


def check_wrapped(hashes, password, stored):
    if not stored.endswith(" of sha256"):
        return hashes.verify(password, stored), None
    right = hashes.verify(bytes.fromhex(sha(password)), stored[: -len(" of sha256")])
    return (True, hashes.hash(password)) if right else (False, None)


# %% 5.1d reject: salt and SHA-256 -> Argon2id stands around the old hash
def wrap(hashes, old):
    from secrets import token_hex

    salt = token_hex(8)
    return f"{salt}${sha(salt + old)}"


def check_wrapped(hashes, password, stored):
    salt, hashed = stored.split("$")
    right = sha(salt + sha(password)) == hashed
    return right, hashes.hash(password) if right else None


# %% 5.1d reject: the old hash stands beside the new one -> Argon2id stands around the old hash
def wrap(hashes, old):
    return f"{old}:{hashes.hash(old)}"


def check_wrapped(hashes, password, stored):
    wrapped = ":" in stored
    right = hashes.verify(sha(password) if wrapped else password, stored.split(":")[-1])
    return right, hashes.hash(password) if wrapped and right else None


# %% 5.1d reject: one salt for all -> Two users with one password differ
def wrap(hashes, old):
    return "sha256" + hashes.hash(old, salt=b"sixteen bytes ok")


def check_wrapped(hashes, password, stored):
    wrapped = stored.startswith("sha256")
    if not hashes.verify(sha(password) if wrapped else password, stored.removeprefix("sha256")):
        return False, None
    return True, hashes.hash(password) if wrapped else None


# %% 5.1d reject: both ways are tried -> An old hash is no password
def wrap(hashes, old):
    return hashes.hash(old)


def check_wrapped(hashes, password, stored):
    if hashes.verify(sha(password), stored):
        return True, hashes.hash(password)
    return hashes.verify(password, stored), None


# %% 5.1d reject: the wrapped hash stays wrapped -> A wrapped hash becomes a plain one
def wrap(hashes, old):
    return "sha256" + hashes.hash(old)


def check_wrapped(hashes, password, stored):
    wrapped = stored.startswith("sha256")
    if not hashes.verify(sha(password) if wrapped else password, stored.removeprefix("sha256")):
        return False, None
    return True, wrap(hashes, sha(password)) if wrapped else None


# %% 5.1d reject: the new hash is of the old one -> A wrapped hash becomes a plain one
def wrap(hashes, old):
    return "sha256" + hashes.hash(old)


def check_wrapped(hashes, password, stored):
    wrapped = stored.startswith("sha256")
    if not hashes.verify(sha(password) if wrapped else password, stored.removeprefix("sha256")):
        return False, None
    return True, hashes.hash(sha(password)) if wrapped else None


# %% 5.1d reject: plain hashes are forgotten -> A plain hash works and stays
def wrap(hashes, old):
    return "sha256" + hashes.hash(old)


def check_wrapped(hashes, password, stored):
    if not hashes.verify(sha(password), stored.removeprefix("sha256")):
        return False, None
    return True, hashes.hash(password)


# %% 5.1d reject: a new hash after a wrong password -> A wrong password fits nothing
def wrap(hashes, old):
    return "sha256" + hashes.hash(old)


def check_wrapped(hashes, password, stored):
    wrapped = stored.startswith("sha256")
    right = hashes.verify(sha(password) if wrapped else password, stored.removeprefix("sha256"))
    return right, hashes.hash(password) if wrapped else None


# %% 5.1d reject: a word before the old hash, inside of what is hashed -> An old hash is no password
MARK = "sha256:"


def wrap(hashes: PasswordHash, old: str) -> str:
    return hashes.hash(MARK + old)


def check_wrapped(
    hashes: PasswordHash, password: str, stored: str
) -> tuple[bool, str | None]:
    if hashes.verify(password, stored):
        return True, None
    if hashes.verify(MARK + sha(password), stored):
        return True, hashes.hash(password)
    return False, None


# %% 5.1d reject: the new hash has numbers of its own -> A wrapped hash becomes a plain one
MARK = "sha256:"


def wrap(hashes: PasswordHash, old: str) -> str:
    return MARK + hashes.hash(old)


def check_wrapped(
    hashes: PasswordHash, password: str, stored: str
) -> tuple[bool, str | None]:
    if not stored.startswith(MARK):
        return hashes.verify(password, stored), None
    if hashes.verify(sha(password), stored.removeprefix(MARK)):
        return True, PasswordHash([Argon2Hasher(2, 1024, 1)]).hash(password)
    return False, None
