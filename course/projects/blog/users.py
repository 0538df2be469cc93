"""Stage 2: users, passwords and tokens."""

from functools import partial
from typing import Any

from course.projects.blog.parts import Part, part, refused
from course.projects.blog.tables import table_with
from course.projects.blog.world import User, World
from course.projects.common import end_of, forged
from course.projects.outcome import NotYet
from course.projects.services import DATABASE
from course.projects.wire import Reply, at_once, one_of

AT_ONCE = 6
DAYS = 90
_ONLY_SIGNATURE: Any = {"verify_aud": False, "verify_iss": False, "verify_exp": False}


def registers(world: World) -> None:
    """`POST /api/users` is a 201 with username, email, bio, image and token, and nothing of the password."""
    form = world.form()
    reply = world.register({**form, "username": f" {form['username']} ", "remember": True}).must(201)
    made = part(reply, "user").is_("username", form["username"], why="Spaces around a name are removed.")
    _is_mailed(made, form["email"])
    for name in ("bio", "image"):
        if made[name] not in (None, ""):
            raise made.not_yet("Nothing is set yet.", f"{name}: {made[name]!r}")
    if not isinstance(made["token"], str) or not made["token"]:
        raise made.not_yet("token is a text.")
    if form["password"] in reply.text or any("pass" in name.lower() for name in made.fields):
        raise reply.not_yet("A response says nothing of the password.")


def takes_names_and_addresses_once(world: World) -> None:
    """A name or an address that somebody has is a 409 or 422 that names it; capitals in the address mean
    the same.
    """
    form, other = world.form(), world.form()
    world.register(form).must(201)
    refused(world.register({**other, "username": form["username"]}), 409, 422, fields=["username"])
    for email in (form["email"], form["email"].upper()):
        refused(world.register({**other, "email": email}), 409, 422, fields=["email"])
    world.register(other).must(201, why="What was refused has taken nothing.")


def refuses_odd_registrations(world: World) -> None:
    """A registration is a 422 that names each field that is wrong or missing."""
    form, nul = world.form(), "a\0b"
    wrong: list[tuple[dict[str, Any], list[str]]] = [
        ({}, ["username", "email", "password"]),
        ({"username": " ", "email": world.word(), "password": form["password"][-7:]}, [*form]),
        ({**form, "username": "x" * 51}, ["username"]),
        ({**form, "username": nul}, ["username"]),
        ({**form, "password": None}, ["password"]),
        ({**form, "email": 7}, ["email"]),
    ]
    for body, fields in wrong:
        refused(world.register(body), 422, fields=fields)
    send = partial(world.nobody.send, "POST", "/users")
    for whole in (form, [form], {"user": [form]}):
        refused(send(json=whole), 422)
    refused(send(content=b'{"user": ', headers={"Content-Type": "application/json"}), 400, 422)
    world.register(form).must(201, why="What was refused has taken nothing.")


def logs_in(world: World) -> None:
    """`POST /api/users/login` is a 200 with the user and a token, which `GET /api/user` knows."""
    form = world.form()
    world.register(form).must(201)
    for email in (form["email"], form["email"].upper()):
        found = part(world.login(email, form["password"]).must(200), "user")
        user = world.known(form, found.is_("username", form["username"]))
        me = part(user.send("GET", "/user").must(200), "user").is_("username", form["username"])
        _is_mailed(me, form["email"])
    again = world.known(form, me)
    again.send("GET", "/user").must(200, why="Each token in a response is valid.")


def refuses_wrong_passwords(world: World) -> None:
    """A wrong password and an unknown address are the same 401, so that nobody learns who is registered."""
    form = world.form()
    world.register(form).must(201)
    wrong = refused(world.login(form["email"], form["password"] + "x"), 401)
    unknown = refused(world.login(world.form()["email"], form["password"]), 401)
    if wrong.json != unknown.json:
        raise unknown.not_yet("Both have the same body.", f"{wrong.text} and {unknown.text}")
    refused(world.nobody.send("POST", "/users/login", json={"user": {}}), 422, fields=["email", "password"])


def changes_a_user(world: World) -> None:
    """`PUT /api/user` changes what was sent and keeps the rest; the token works on under another name."""
    user, other, bio = world.user(), world.form(), f"Ünïcode {world.word()} 🙂"
    _put(user, bio=bio, image="https://blog.example/a.png").is_("bio", bio).is_("username", user.name)
    whole = {**_me(user).fields, "password": ""}  # as a form of a front end sends it back
    _put(user, **whole).is_("bio", bio, why="What is sent back unchanged stays.")
    changed = _put(user, username=other["username"], email=other["email"], image="")
    changed.is_("username", other["username"]).is_("bio", bio, why="What was not sent stays.")
    if changed["image"] not in (None, ""):
        raise changed.not_yet('image: "" removes it.', f"image: {changed['image']!r}")
    _me(user).is_("username", other["username"], why="The token of before is still valid.")
    refused(world.login(user.email, user.password), 401)
    world.login(other["email"], user.password).must(200, why="A password that was sent empty stays.")
    _put(user, password=other["password"])
    refused(world.login(other["email"], user.password), 401, why="The old password no longer works.")
    world.login(other["email"], other["password"]).must(200)


def refuses_odd_changes(world: World) -> None:
    """A change to what somebody else has is a 409 or 422, one to what is wrong a 422; nothing is changed."""
    ann, ben = world.user(), world.user()
    bio = world.word()
    for field, taken in (("username", ben.name), ("email", ben.email.upper())):
        sent = {"bio": bio, field: taken}
        refused(ann.send("PUT", "/user", json={"user": sent}), 409, 422, fields=[field])
    wrong = {"email": world.word(), "username": "", "password": "short", "bio": "x" * 1001, "image": 7}
    refused(ann.send("PUT", "/user", json={"user": wrong}), 422, fields=wrong)
    refused(ann.send("PUT", "/user", json={"user": {"bio": "a\0b"}}), 422, fields=["bio"])
    me = _me(ann).is_("username", ann.name)
    if me["bio"] == bio:
        raise me.not_yet("What is refused changes nothing.", f"bio: {bio!r}")


def signs_tokens(world: World) -> None:
    """A token is a JWT, signed by HS256 with TOKEN_SECRET; its `exp` lies within 90 days."""
    user = world.user()
    reply = user.send("GET", "/user")
    if not 0 < (seconds := end_of(user.token, world, reply)) < (DAYS + 1) * 86_400:
        raise reply.not_yet(f"The claim exp lies within {DAYS} days.", f"exp is {seconds:.0f} s from now")


def refuses_forged_tokens(world: World) -> None:
    """A token that has expired, was changed, is unsigned or signed with another secret is a 401."""
    user = world.user()
    for what, token in forged(world, user.token).items():
        reply = world.nobody.send("GET", "/user", headers={"Authorization": f"Token {token}"})
        refused(reply, 401, why=f"A token is refused: {what}.")
    user.send("GET", "/user").must(200)


def stores_hashes(world: World) -> None:
    """No table of the database has a password as it was sent."""
    form = world.form()
    world.register(form).must(201)
    with world.database() as database:
        table = table_with(database, form["password"])
    if table:
        why = "A password is stored as a hash."
        raise NotYet(why, f"it stands in the table {table}", DATABASE)


def registers_once_at_once(world: World) -> None:
    """Of registrations of one address, or of one name, at the same moment one is a 201, the others are 409
    or 422.
    """
    for field in ("email", "username"):
        one, forms = world.form(), [world.form() for _ in range(AT_ONCE)]
        calls = [partial(world.register, {**form, field: one[field]}) for form in forms]
        one_wins(at_once(calls), 201, 409, 422)


def one_wins(replies: list[Reply], won: int, *lost: int) -> None:
    """Hold one of these to the status `won`, and the others to an error with one of `lost`. Raises NotYet."""
    winner = one_of(replies, won, *lost)
    for each in replies:
        if each is not winner:
            refused(each, *lost)


def _me(user: User) -> Part:
    return part(user.send("GET", "/user").must(200), "user")


def _put(user: User, **fields: Any) -> Part:
    return part(user.send("PUT", "/user", json={"user": fields}).must(200), "user")


def _is_mailed(user: Part, email: str) -> None:
    if str(user["email"]).lower() != email.lower():
        raise user.not_yet("", f"email: expected {email}, got {user['email']}")
