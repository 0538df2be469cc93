"""Stage 2: users, passwords and tokens."""

from typing import Any

from course.projects.chat.world import World
from course.projects.common import ask_for_tokens, end_of, forged
from course.projects.wire import at_once, one_of

AT_ONCE = 6


def takes_a_name_once(world: World) -> None:
    """A name is taken once: again it is a 409, also when several register at the same moment."""
    form = world.form()
    replies = at_once([lambda: world.register(form)] * AT_ONCE)
    one_of(replies, 201, 409)
    world.register({**form, "password": world.form()["password"]}).problem(409)


def refuses_odd_registrations(world: World) -> None:
    """A name that is not 3 to 30 of a–z and 0–9, a short password, or an unknown field is a 422."""
    form = world.form()
    wrong: list[Any] = [
        {"name": form["name"]},
        *({**form, "name": name} for name in ("ab", "x" * 31, "Ann Lee", f"{form['name']}é", "", None)),
        {**form, "password": form["password"][-7:]},
        {**form, "role": "admin"},
        [form],
    ]
    for each in wrong:
        world.register(each).problem(422)
    world.register(form).must(201, why="What was refused has not taken the name.")


def registers_and_logs_in(world: World) -> None:
    """A registration is a 201 with id and name, a login gives a bearer token, `GET /me` says whose it is."""
    form = world.form()
    made = world.register(form).must(201).is_("name", form["name"])
    if form["password"] in made.text or "hash" in made.text or "$argon2" in made.text:
        raise made.not_yet("A response says nothing of the password.")
    reply = world.login(form["name"], form["password"]).must(200)
    if str(reply["token_type"]).lower() != "bearer":
        raise reply.not_yet("token_type is bearer.")
    me = world.wire.send("GET", "/me", token=str(reply["access_token"])).must(200)
    me.is_("name", form["name"]).is_("id", made["id"])


def refuses_wrong_passwords(world: World) -> None:
    """A wrong password and an unknown name are the same 401, so that nobody learns who is registered."""
    form = world.form()
    world.register(form).must(201)
    wrong = world.login(form["name"], form["password"] + "x").problem(401)
    unknown = world.login(world.form()["name"], form["password"]).problem(401)
    if wrong["detail"] != unknown["detail"]:
        raise unknown.not_yet("Both have the same detail.", f"{wrong['detail']!r} and {unknown['detail']!r}")


def asks_who_calls(world: World) -> None:
    """Without a token, `/me` and all that is under `/rooms` are a 401 with `WWW-Authenticate: Bearer`."""
    requests: list[tuple[str, str, dict[str, Any]]] = [
        ("GET", "/me", {}),
        ("GET", "/rooms", {}),
        ("POST", "/rooms", {"json": {"name": world.word()}}),
        ("GET", "/rooms/1", {}),
        ("PUT", f"/rooms/1/members/{world.word()}", {}),
        ("PUT", f"/rooms/1/bans/{world.word()}", {}),
        ("GET", "/rooms/1/messages", {}),
        ("DELETE", "/rooms/1/messages/1", {}),
    ]
    ask_for_tokens(world, requests)


def signs_tokens(world: World) -> None:
    """A token is a JWT, signed by HS256 with TOKEN_SECRET; its `exp` lies 15 minutes to 24 hours ahead."""
    user = world.user()
    reply = world.login(user.name, user.password)
    seconds = end_of(user.token, world, reply)
    if not 12 * 60 < seconds < 25 * 3600:  # its clock may be another one
        why = "The claim exp lies 15 minutes to 24 hours ahead."
        raise reply.not_yet(why, f"exp is {seconds:.0f} s from now")


def refuses_forged_tokens(world: World) -> None:
    """A token that has expired, was changed, is unsigned or signed with another secret is a 401."""
    user = world.user()
    for what, token in forged(world, user.token).items():
        world.wire.send("GET", "/me", token=token).problem(401, why=f"A token is refused: {what}.")
    user.send("GET", "/me").must(200)
