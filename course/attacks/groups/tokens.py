"""Tokens: forged, expired, meant for somebody else, used twice, used after the end."""

import time
from typing import Any

from course.attacks import forging
from course.attacks.outcome import Finding, NotTried, all_judged, checked, counted, judged, refused, through
from course.attacks.registry import attack
from course.attacks.reply import Reply
from course.attacks.target import Target, User, at_once, bearer

GROUP = "tokens"
HOUR = 3600


def _use(target: Target, token: str) -> Reply:
    """What a token is worth: the page of oneself, or else a new post."""
    if target.contract.find("GET", "/users/me"):
        return target.send("GET", "/users/me", headers=bearer(token))
    return target.send("POST", "/posts", headers=bearer(token), json=target.text("By a token"))


def _parts(target: Target) -> forging.Parts:
    """Header and claims of a token that the app accepts. Raises NotTried where it accepts none."""
    reply = _use(target, target.mallory.access)
    if not reply.ok:
        raise NotTried(f"The app does not accept its own token: {reply}.")
    return forging.taken_apart(target.mallory.access)


def _secret(target: Target) -> str:
    known = [target.secret] if target.secret else []
    found = forging.secret_of(target.mallory.access, [*known, *forging.PUBLISHED])
    if found is None:
        raise NotTried("Only who knows the secret can sign such a token.")
    return found


def _claiming(
    target: Target, meaning: str, header: dict[str, Any] | None = None, **changes: object
) -> Finding:
    """A token signed with the app's own secret, in which these claims are others; None: left out."""
    own_header, claims = _parts(target)
    now = {n: v for n, v in {**claims, **changes}.items() if v is not None}
    token = forging.signed({**own_header, **(header or {})}, now, _secret(target), own_header["alg"])
    return judged(_use(target, token), meaning)


@attack(GROUP, "5.2")
def payload_of_somebody_else(target: Target) -> Finding:
    """A token with the claims of another user in its payload, under one's own signature."""
    _, hers = forging.taken_apart(target.vera.access)
    header, _ = _parts(target)
    forged = forging.with_signature(header, hers, target.mallory.access.rpartition(".")[2])
    return judged(_use(target, forged), "the signature is not verified")


@attack(GROUP, "5.2")
def token_without_a_signature(target: Target) -> Finding:
    """A token whose signature is cut off, and one whose signature is another."""
    header, claims = _parts(target)
    replies = [_use(target, forging.with_signature(header, claims, each)) for each in ("", "AAAA", "A" * 43)]
    return all_judged(replies, "the signature is not verified")


@attack(GROUP, "5.2")
def algorithm_none(target: Target) -> Finding:
    """A token with `alg: none` and no signature, in four spellings."""
    header, claims = _parts(target)
    names = ("none", "None", "NONE", "nOnE")
    replies = [_use(target, forging.with_signature({**header, "alg": each}, claims, "")) for each in names]
    return all_judged(replies, "a token that nobody signed")


@attack(GROUP, "5.7")
def secret_that_is_published(target: Target) -> Finding:
    """The secrets of tutorials and of this course, tried on the signature of one's own token."""
    _parts(target)
    found = forging.secret_of(target.mallory.access, forging.PUBLISHED)
    if found is None or found == target.secret:
        return refused(f"none of {len(forging.PUBLISHED)} secrets fits")
    return through("a secret fits: whoever has it signs tokens for every user")


@attack(GROUP, "5.2")
def key_that_the_token_names(target: Target) -> Finding:
    """Tokens that bring their own key along: `kid` names an empty file, `jwk` and `jku` hold a key."""
    header, claims = _parts(target)
    key = {"kty": "oct", "k": "bWFsbG9yeQ"}  # "mallory"
    kids = ("/dev/null", "../../../../../../dev/null", "' UNION SELECT '' --")
    forged = [forging.signed({**header, "kid": each}, claims, "") for each in kids]
    forged += [forging.signed({**header, "jwk": key}, claims, "mallory")]
    forged += [forging.signed({**header, "jku": f"{target.wire.place}/keys"}, claims, "mallory")]
    return all_judged([_use(target, each) for each in forged], "the token says itself which key it needs")


@attack(GROUP, "5.2")
def algorithm_of_another_key(target: Target) -> Finding:
    """Tokens that say RS256 or ES256 and are signed with HMAC, under what a public key would be."""
    header, claims = _parts(target)
    keys = ("-----BEGIN PUBLIC KEY-----", "")
    forged = [forging.signed({**header, "alg": a}, claims, k) for a in ("RS256", "ES256") for k in keys]
    return all_judged([_use(target, each) for each in forged], "the header decides how a token is verified")


@attack(GROUP, "5.2")
def algorithm_that_is_not_ours(target: Target) -> Finding:
    """A token signed with the right secret by HS512, which this app never uses."""
    header, claims = _parts(target)
    other = "HS512" if header.get("alg") != "HS512" else "HS256"
    forged = forging.signed({**header, "alg": other}, claims, _secret(target), other)
    return judged(_use(target, forged), "the header decides how a token is verified")


@attack(GROUP, "5.2")
def token_that_has_expired(target: Target) -> Finding:
    """A token that is right but for its time: it expired an hour ago."""
    now = int(time.time())
    return _claiming(target, "a token that never ends", iat=now - 2 * HOUR, exp=now - HOUR)


@attack(GROUP, "5.2")
def token_without_an_end(target: Target) -> Finding:
    """A token without `exp`."""
    return _claiming(target, "a token that never ends", exp=None)


@attack(GROUP, "5.2")
def token_for_another_service(target: Target) -> Finding:
    """A token with another audience, `aud`."""
    if "aud" not in _parts(target)[1]:
        return through("tokens without `aud`: a token for one service is good for all")
    return _claiming(target, "a token for another service is good here", aud="somebody-else")


@attack(GROUP, "5.2")
def token_of_another_issuer(target: Target) -> Finding:
    """A token with another issuer, `iss`."""
    if "iss" not in _parts(target)[1]:
        return through("tokens without `iss`: nobody can say who gave them out")
    return _claiming(target, "a token of another service is good here", iss="somebody-else")


@attack(GROUP, "5.2")
def token_of_another_type(target: Target) -> Finding:
    """A token with the right signature and another type in its header, as a link in an e-mail has."""
    return _claiming(target, "any token that we sign is an access token", header={"typ": "reset+jwt"})


@attack(GROUP, "5.3")
def token_of_nobody(target: Target) -> Finding:
    """A token with the right signature for a user who does not exist."""
    return _claiming(target, "a user who is not there", sub="2147483647")


@attack(GROUP, "5.2")
def token_in_the_address(target: Target) -> Finding:
    """A token as `?access_token=` and `?token=` in the address, which ends in logs and histories."""
    token = target.mallory.access
    body = target.text("By an address")
    replies = [
        target.send("POST", "/posts", params={name: token}, json=body) for name in ("access_token", "token")
    ]
    return all_judged(replies, "a token in an address is accepted")


@attack(GROUP, "5.2")
def secrets_in_the_payload(target: Target) -> Finding:
    """A look at the payload of one's own token, which everybody can read."""
    _, claims = _parts(target)
    private = {"password", "password_hash", "hash", "email"} & set(map(str.lower, claims))
    if private or "$argon2" in str(claims) or target.mallory.email in str(claims):
        return through(f"{', '.join(sorted(private)) or 'an e-mail or a hash'} in the payload of a token")
    return refused(f"only {', '.join(sorted(claims))}")


def _refresh(target: Target, token: str) -> Reply:
    return target.send("POST", "/auth/refresh", json={"refresh_token": token})


def _fresh_login(target: Target) -> User:
    """Another login of a user of ours, with a refresh token. Raises NotTried where there is none."""
    target.operation("POST", "/auth/refresh")
    user = target.logged_in(target.someone("trudy"))
    if not user.refresh:
        raise NotTried("A login gives no refresh token here.")
    return user


@attack(GROUP, "5.4")
def refresh_token_used_twice(target: Target) -> Finding:
    """A refresh token that was stolen: used by both, its login must end for both."""
    user = _fresh_login(target)
    first = checked(_refresh(target, user.refresh))
    if not first.ok:
        raise NotTried(f"A refresh token cannot be used: {first}.")
    second = checked(_refresh(target, user.refresh))
    if second.ok:
        return through(f"{second}: a stolen refresh token is good as often as one likes")
    third = _refresh(target, str(first["refresh_token"]))
    return judged(third, "the login goes on, although somebody has used a token twice")


@attack(GROUP, "5.6")
def scope_after_a_refresh(target: Target) -> Finding:
    """A token with fewer scopes, refreshed with a wish for more, and then used for writing."""
    target.operation("POST", "/auth/refresh")
    less = target.login(target.mallory.email, target.mallory.password, scope="posts:delete")
    if not less.ok:
        return judged(less, "")
    body = {"refresh_token": less["refresh_token"], "scope": "posts:write users:manage"}
    more = target.send("POST", "/auth/refresh", json=body)
    token = str(more["access_token"])
    reply = target.send("POST", "/posts", headers=bearer(token), json=target.text("By a refresh"))
    return judged(target.keep_in_mind(reply, target.mallory), "a refresh gives more than the login did")


@attack(GROUP, "5.4")
def refresh_token_used_at_once(target: Target) -> Finding:
    """A refresh token used eight times at the same moment."""
    user = _fresh_login(target)
    replies = at_once(lambda: _refresh(target, user.refresh))
    granted = [checked(reply) for reply in replies if reply.ok]
    return through(counted(replies)) if len(granted) > 1 else refused(counted(replies))


@attack(GROUP, "5.4")
def refresh_token_as_access_token(target: Target) -> Finding:
    """A refresh token in the header Authorization."""
    return judged(_use(target, _fresh_login(target).refresh), "a token of two weeks is good for everything")


@attack(GROUP, "5.4")
def access_token_as_refresh_token(target: Target) -> Finding:
    """An access token at the place where a refresh token belongs."""
    user = _fresh_login(target)
    return judged(_refresh(target, user.access), "whoever has an access token once has it for ever")


@attack(GROUP, "5.4")
def tokens_after_the_logout(target: Target) -> Finding:
    """Both tokens of a login after its logout."""
    user = _fresh_login(target)
    body = {"refresh_token": user.refresh}
    out = checked(target.send("POST", "/auth/logout", by=user, json=body))
    if not out.ok:
        raise NotTried(f"Nobody can log out: {out}.")
    return all_judged([_use(target, user.access), _refresh(target, user.refresh)], "a logout ends nothing")


@attack(GROUP, "5.4")
def tokens_after_a_logout_everywhere(target: Target) -> Finding:
    """The tokens of one login after "log out everywhere" in another."""
    target.operation("POST", "/auth/logout-everywhere")
    stolen, own = _fresh_login(target), _fresh_login(target)
    out = checked(target.send("POST", "/auth/logout-everywhere", by=own))
    if not out.ok:
        raise NotTried(f"Nobody can log out everywhere: {out}.")
    return all_judged(
        [_use(target, stolen.access), _refresh(target, stolen.refresh)], "the thief stays logged in"
    )


@attack(GROUP, "5.4")
def tokens_after_a_new_password(target: Target) -> Finding:
    """The tokens of one login after the password was changed in another."""
    target.operation("PUT", "/users/me/password")
    stolen, own = _fresh_login(target), _fresh_login(target)
    new = f"another-{own.password}"
    changed = checked(
        target.send("PUT", "/users/me/password", by=own, json={"old": own.password, "new": new})
    )
    if not changed.ok:
        raise NotTried(f"Nobody can change a password: {changed}.")
    target.someone("trudy").password = new
    return all_judged(
        [_use(target, stolen.access), _refresh(target, stolen.refresh)], "the thief stays logged in"
    )
