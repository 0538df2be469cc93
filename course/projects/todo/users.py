"""Stage 2: users, passwords and tokens."""

from typing import Any

from course.projects.common import ask_for_tokens, end_of, forged
from course.projects.todo.world import World
from course.projects.wire import at_once, one_of

AT_ONCE = 6


def registers(world: World) -> None:
    """`POST /auth/register` is a 201 with id and email, and nothing of the password."""
    form = world.form()
    reply = world.register(form).must(201).is_("email", form["email"])
    reply["id"]
    if form["password"] in reply.text or "hash" in reply.text or "$argon2" in reply.text:
        raise reply.not_yet("A response says nothing of the password.")


def takes_an_address_once(world: World) -> None:
    """An e-mail address is taken once: again, also in capitals, it is a 409."""
    form = world.form()
    world.register(form).must(201)
    for email in (form["email"], form["email"].upper()):
        world.register({**form, "email": email}).problem(409)


def refuses_odd_registrations(world: World) -> None:
    """What has no e-mail address, a password of fewer than 8 characters, or an unknown field is a 422."""
    form = world.form()
    short = form["password"][-7:]
    for wrong in (
        {"email": form["email"]},
        {**form, "email": world.word()},
        {**form, "password": short},
        {**form, "password": None},
        {**form, "role": "admin"},
        [form],
    ):
        world.wire.send("POST", "/auth/register", json=wrong).problem(422)
    world.register(form).must(201, why="What was refused has not taken the address.")


def logs_in(world: World) -> None:
    """`POST /auth/token` gives a bearer token for e-mail and password, and `GET /me` says whose it is."""
    form = world.form()
    made = world.register(form).must(201)
    reply = world.login(form["email"], form["password"]).must(200)
    if str(reply["token_type"]).lower() != "bearer":
        raise reply.not_yet("token_type is bearer.")
    me = world.wire.send("GET", "/me", token=str(reply["access_token"])).must(200)
    me.is_("email", form["email"]).is_("id", made["id"])
    world.login(form["email"].upper(), form["password"]).must(
        200, why="Capitals in the address mean the same."
    )


def refuses_wrong_passwords(world: World) -> None:
    """A wrong password and an unknown address are the same 401, so that nobody learns who is registered."""
    form = world.form()
    world.register(form).must(201)
    wrong = world.login(form["email"], form["password"] + "x").problem(401)
    unknown = world.login(world.form()["email"], form["password"]).problem(401)
    if wrong["detail"] != unknown["detail"]:
        raise unknown.not_yet("Both have the same detail.", f"{wrong['detail']!r} and {unknown['detail']!r}")


def asks_who_calls(world: World) -> None:
    """Without a token, `/me`, `/tasks` and `/tags` are a 401 with `WWW-Authenticate: Bearer`."""
    requests: list[tuple[str, str, dict[str, Any]]] = [
        ("GET", "/me", {}),
        ("DELETE", "/me", {}),
        ("GET", "/tasks", {}),
        ("POST", "/tasks", {"json": {"title": world.word()}}),
        ("POST", "/tasks/complete", {"json": {"ids": [1]}}),
        ("GET", "/tags", {}),
    ]
    ask_for_tokens(world, requests)


def signs_tokens(world: World) -> None:
    """A token is a JWT, signed by HS256 with TOKEN_SECRET; its `exp` lies within 24 hours."""
    user = world.user()
    reply = world.login(user.email, user.password)
    if not 0 < (seconds := end_of(user.token, world, reply)) < 25 * 3600:  # its clock may be another one
        raise reply.not_yet("The claim exp lies within 24 hours.", f"exp is {seconds:.0f} s from now")


def refuses_forged_tokens(world: World) -> None:
    """A token that has expired, was changed, is unsigned or signed with another secret is a 401."""
    user = world.user()
    for what, token in forged(world, user.token).items():
        world.wire.send("GET", "/me", token=token).problem(401, why=f"A token is refused: {what}.")
    user.send("GET", "/me").must(200)


def registers_once_at_once(world: World) -> None:
    """Of several registrations of one address at the same moment one is a 201, the others are 409."""
    form = world.form()
    replies = at_once([lambda: world.register(form)] * AT_ONCE)
    one_of(replies, 201, 409)
