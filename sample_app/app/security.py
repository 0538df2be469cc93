"""Passwords: which are accepted, how they are stored, and how they are verified."""

import unicodedata
from secrets import token_urlsafe

from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher
from pwdlib.hashers.bcrypt import BcryptHasher

SHORTEST, LONGEST = 15, 128  # characters; NIST SP 800-63B: 15 alone, 64 or more allowed
BCRYPT_READS = 72  # bytes
# A real list has 10,000 lines and more. Shorter ones are refused for their length.
COMMON = """
passwordpassword password12345678 password123456789 iloveyouiloveyou
123456789012345 1234567890123456 12345678901234567890 123123123123123
111111111111111 000000000000000 aaaaaaaaaaaaaaa abcdefghijklmnop
qwertyuiopasdfgh qwertyuiopasdfghjkl qwertyuiop123456 1q2w3e4r5t6y7u8i
1qaz2wsx3edc4rfv zaq12wsxcde34rfv qwerty1234567890 letmeinletmeinletmein
"""
COMMONEST = frozenset(COMMON.split())

argon2 = Argon2Hasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
hashes = PasswordHash([argon2, BcryptHasher()])  # the first one makes new hashes


def normalized(password: str) -> str:
    """The same text, however a keyboard sent it."""
    return unicodedata.normalize("NFKC", password)


def good_password(password: str) -> str:
    """The password, normalized. Raises ValueError, with what is wrong."""
    found = normalized(password)
    if not SHORTEST <= len(found) <= LONGEST:
        raise ValueError(f"A password has {SHORTEST} to {LONGEST} characters.")
    if found.casefold() in COMMONEST:
        raise ValueError("Too many people have this password. Choose another one.")
    return found


def hash_password(password: str) -> str:
    """What is stored of a password: a text with algorithm, numbers, salt and hash."""
    return hashes.hash(normalized(password))


# Verified when there is nothing to verify: it takes as long as the hash of a user.
DUMMY = hash_password(token_urlsafe())


def verify_password(password: str, stored: str | None) -> tuple[bool, str | None]:
    """Whether it is right; and, if what is stored is out of date, what to store instead.

    None stands for a user who does not exist, or has no password.
    """
    known = stored or DUMMY
    bcrypted = known.startswith("$2")
    # Old bcrypt took the password as it came, and cut it without a word.
    secret = password.encode()[:BCRYPT_READS] if bcrypted else normalized(password)
    # Verified first, whoever it is: what is quicker for nobody tells who exists.
    right = hashes.verify(secret, known) and stored is not None
    outdated = bcrypted or argon2.check_needs_rehash(known)
    return right, hash_password(password) if right and outdated else None
