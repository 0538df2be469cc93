# %% 5.5a accept: a list of who may, for each line of the table
def decide(user, action, post):
    if user is not None and not user.active:
        return 401
    if user is None and action != "read":
        return 401
    if post is None:
        return 404
    who = {"everybody"} if post.published else set()
    if user is not None:
        who |= {"author"} if user.name == post.author else set()
        who |= {"staff"} if user.role in ("moderator", "admin") else set()
    rules = {
        "read": {"everybody", "author", "staff"},
        "change": {"author"},
        "delete": {"author", "staff"},
    }
    if not who & rules["read"]:
        return 404
    return 200 if who & rules.get(action, set()) else 403


# %% 5.5a accept: one return after another
def decide(user, action, post):
    guest = user is None
    if guest:
        if action != "read":
            return 401
        return 200 if post and post.published else 404
    if not user.active:
        return 401
    if not post:
        return 404
    mine = post.author == user.name
    staff = user.role in ["admin", "moderator"]
    if not post.published and not mine and not staff:
        return 404
    if action == "read":
        return 200
    if action == "change" and mine:
        return 200
    if action == "delete" and (mine or staff):
        return 200
    return 403


# %% 5.5a reject: a foreign draft is forbidden -> A draft of others is not there
def decide(user, action, post):
    if (user is None and action != "read") or (user and not user.active):
        return 401
    if post is None:
        return 404
    owner = user is not None and user.name == post.author
    staff = user is not None and user.role in ("moderator", "admin")
    allowed = {"read": post.published or owner or staff, "change": owner, "delete": owner or staff}
    return 200 if allowed.get(action, False) else 403


# %% 5.5a reject: staff changes texts -> Staff deletes and does not change
def decide(user, action, post):
    if (user is None and action != "read") or (user and not user.active):
        return 401
    if post is None:
        return 404
    owner = user is not None and user.name == post.author
    staff = user is not None and user.role in ("moderator", "admin")
    if not (post.published or owner or staff):
        return 404
    allowed = {"read": True, "change": owner or staff, "delete": owner or staff}
    return 200 if allowed.get(action, False) else 403


# %% 5.5a reject: a disabled user still reads -> A disabled user is refused everywhere
def decide(user, action, post):
    if action != "read" and (user is None or not user.active):
        return 401
    if post is None:
        return 404
    owner = user is not None and user.name == post.author
    staff = user is not None and user.role in ("moderator", "admin")
    if not (post.published or owner or staff):
        return 404
    allowed = {"read": True, "change": owner, "delete": owner or staff}
    return 200 if allowed.get(action, False) else 403


# %% 5.5a reject: what is not refused is allowed -> An action that no line names is allowed to nobody
def decide(user, action, post):
    if (user is None and action != "read") or (user and not user.active):
        return 401
    if post is None:
        return 404
    owner = user is not None and user.name == post.author
    staff = user is not None and user.role in ("moderator", "admin")
    if not (post.published or owner or staff):
        return 404
    if action == "change" and not owner:
        return 403
    if action == "delete" and not (owner or staff):
        return 403
    return 200


# %% 5.5a reject: the post is looked up first -> A guest who wants more than to read is asked to log in
def decide(user, action, post):
    if user and not user.active:
        return 401
    if post is None:
        return 404
    owner = user is not None and user.name == post.author
    staff = user is not None and user.role in ("moderator", "admin")
    if not (post.published or owner or staff):
        return 404
    if user is None and action != "read":
        return 401
    allowed = {"read": True, "change": owner, "delete": owner or staff}
    return 200 if allowed.get(action, False) else 403


# %% 5.5a reject: only moderators are staff -> Staff reads drafts
def decide(user, action, post):
    if (user is None and action != "read") or (user and not user.active):
        return 401
    if post is None:
        return 404
    owner = user is not None and user.name == post.author
    staff = user is not None and user.role == "moderator"
    if not (post.published or owner or staff):
        return 404
    allowed = {"read": True, "change": owner, "delete": owner or staff}
    return 200 if allowed.get(action, False) else 403


# %% 5.5a reject: names in any case -> Members are refused at published posts of others
STAFF = {"moderator", "admin"}


def decide(user: User | None, action: str, post: Post | None) -> int:
    if user is None:
        if action != "read":
            return 401
    elif not user.active:
        return 401
    if post is None:
        return 404
    mine = user is not None and user.name.lower() == post.author.lower()
    staff = user is not None and user.role in STAFF
    may_read = post.published or mine or staff
    if not may_read:
        return 404
    allowed = {"read": may_read, "change": mine, "delete": mine or staff}
    return 200 if allowed.get(action, False) else 403


# %% 5.5a reject: whoever is no member is staff -> A draft of others is not there
STAFF = {"moderator", "admin"}


def decide(user: User | None, action: str, post: Post | None) -> int:
    if user is None:
        if action != "read":
            return 401
    elif not user.active:
        return 401
    if post is None:
        return 404
    mine = user is not None and user.name == post.author
    staff = user is not None and user.role != "member"
    may_read = post.published or mine or staff
    if not may_read:
        return 404
    allowed = {"read": may_read, "change": mine, "delete": mine or staff}
    return 200 if allowed.get(action, False) else 403


# %% 5.5a reject: the staff by name -> Staff deletes and does not change
STAFF = {"moderator", "admin"}


def decide(user: User | None, action: str, post: Post | None) -> int:
    if user is None:
        if action != "read":
            return 401
    elif not user.active:
        return 401
    if post is None:
        return 404
    mine = user is not None and user.name == post.author
    staff = user is not None and user.name in {"mia", "adam"}
    may_read = post.published or mine or staff
    if not may_read:
        return 404
    allowed = {"read": may_read, "change": mine, "delete": mine or staff}
    return 200 if allowed.get(action, False) else 403


# %% 5.5b accept: a class with __call__
class requires:
    def __init__(self, permission):
        if permission not in set().union(*PERMISSIONS.values()):
            raise ValueError(permission)
        self.permission = permission

    def __call__(self, call: Annotated[Call, Depends(current_call)]) -> Call:
        headers = None
        if self.permission in PERMISSIONS.get(call.role, ()):
            if self.permission in call.scopes:
                return call
            text = f'Bearer error="insufficient_scope", scope="{self.permission}"'
            headers = {"WWW-Authenticate": text}
        raise HTTPException(403, "You may not do this.", headers=headers)


# %% 5.5b accept: an async guard
def requires(permission):
    known = [each for each in PERMISSIONS if permission in PERMISSIONS[each]]
    if not known:
        raise ValueError("There is no such permission.")

    async def guard(call: Call = Depends(current_call)) -> Call:
        if call.role not in known:
            raise HTTPException(status_code=403)
        if not {permission} <= call.scopes:
            header = f'Bearer error="insufficient_scope", scope="{permission}"'
            raise HTTPException(403, "insufficient scope", {"WWW-Authenticate": header})
        return call

    return guard


# %% 5.5b reject: the role alone decides -> A token without the scope is refused
def requires(permission):
    if not any(permission in each for each in PERMISSIONS.values()):
        raise ValueError(permission)

    def guard(call: Annotated[Call, Depends(current_call)]) -> Call:
        if permission not in PERMISSIONS.get(call.role, set()):
            raise HTTPException(403)
        return call

    return guard


# %% 5.5b reject: the scopes alone decide -> A role without it is refused
def requires(permission):
    if not any(permission in each for each in PERMISSIONS.values()):
        raise ValueError(permission)
    missing = f'Bearer error="insufficient_scope", scope="{permission}"'

    def guard(call: Annotated[Call, Depends(current_call)]) -> Call:
        if permission not in call.scopes:
            raise HTTPException(403, headers={"WWW-Authenticate": missing})
        return call

    return guard


# %% 5.5b reject: the scope is looked at first -> Only a missing scope has the header
def requires(permission):
    if not any(permission in each for each in PERMISSIONS.values()):
        raise ValueError(permission)
    missing = f'Bearer error="insufficient_scope", scope="{permission}"'

    def guard(call: Annotated[Call, Depends(current_call)]) -> Call:
        if permission not in call.scopes:
            raise HTTPException(403, headers={"WWW-Authenticate": missing})
        if permission not in PERMISSIONS.get(call.role, set()):
            raise HTTPException(403)
        return call

    return guard


# %% 5.5b reject: a mistake shows at the first call -> A typing mistake shows at once
def requires(permission):
    missing = f'Bearer error="insufficient_scope", scope="{permission}"'

    def guard(call: Annotated[Call, Depends(current_call)]) -> Call:
        if not any(permission in each for each in PERMISSIONS.values()):
            raise ValueError(permission)
        if permission not in PERMISSIONS.get(call.role, set()):
            raise HTTPException(403)
        if permission not in call.scopes:
            raise HTTPException(403, headers={"WWW-Authenticate": missing})
        return call

    return guard


# %% 5.5b reject: a role that is not there is a crash -> A role that nobody knows has nothing
def requires(permission):
    if not any(permission in each for each in PERMISSIONS.values()):
        raise ValueError(permission)
    missing = f'Bearer error="insufficient_scope", scope="{permission}"'

    def guard(call: Annotated[Call, Depends(current_call)]) -> Call:
        if permission not in PERMISSIONS[call.role]:
            raise HTTPException(403)
        if permission not in call.scopes:
            raise HTTPException(403, headers={"WWW-Authenticate": missing})
        return call

    return guard


# %% 5.5b reject: it returns nothing -> Its value is the call
def requires(permission):
    if not any(permission in each for each in PERMISSIONS.values()):
        raise ValueError(permission)
    missing = f'Bearer error="insufficient_scope", scope="{permission}"'

    def guard(call: Annotated[Call, Depends(current_call)]) -> None:
        if permission not in PERMISSIONS.get(call.role, set()):
            raise HTTPException(403)
        if permission not in call.scopes:
            raise HTTPException(403, headers={"WWW-Authenticate": missing})

    return guard


# %% 5.5b reject: a part of a scope's name is enough -> A token without the scope is refused
def requires(permission: str) -> Callable[..., Call]:
    if not any(permission in each for each in PERMISSIONS.values()):
        raise ValueError(f"No role has {permission!r}.")

    def guard(call: Annotated[Call, Depends(current_call)]) -> Call:
        if permission not in PERMISSIONS.get(call.role, set()):
            raise HTTPException(403, "Your role may not do this.")
        if permission not in " ".join(sorted(call.scopes)):
            wanted = f'Bearer error="insufficient_scope", scope="{permission}"'
            raise HTTPException(403, "Scope.", headers={"WWW-Authenticate": wanted})
        return call

    return guard


# %% 5.5b reject: a name keeps its first role -> A role that was lost counts at once
def requires(permission: str) -> Callable[..., Call]:
    if not any(permission in each for each in PERMISSIONS.values()):
        raise ValueError(f"No role has {permission!r}.")

    known: dict[str, bool] = {}

    def guard(call: Annotated[Call, Depends(current_call)]) -> Call:
        if not known.setdefault(call.name, permission in PERMISSIONS.get(call.role, set())):
            raise HTTPException(403, "Your role may not do this.")
        if permission not in call.scopes:
            wanted = f'Bearer error="insufficient_scope", scope="{permission}"'
            raise HTTPException(403, "Scope.", headers={"WWW-Authenticate": wanted})
        return call

    return guard


# %% 5.5c accept: a stack of apps, and all calls of a route as a list
def find_unguarded(app, guards):
    found, apps = [], [("", app)]
    while apps:
        prefix, one = apps.pop()
        for route in iter_route_contexts(one.routes):
            original = route.original_route
            if isinstance(original, Mount):
                if isinstance(original.app, FastAPI):
                    apps.append((prefix + route.path, original.app))
                continue
            if getattr(route, "dependant", None) is None:
                continue
            calls, left = [], list(route.dependant.dependencies)
            while left:
                each = left.pop()
                calls.append(each.call)
                left += each.dependencies
            if not any(call in guards or type(call) in guards for call in calls):
                found += [f"{method} {prefix}{route.path}" for method in route.methods]
    return sorted(found)


# %% 5.5c reject: only the first level of dependencies -> A guard may be a dependency of a dependency
def find_unguarded(app, guards):
    kinds = tuple(each for each in guards if isinstance(each, type))
    found = []
    for route in iter_route_contexts(app.routes):
        inner = route.original_route
        if isinstance(inner, Mount) and isinstance(inner.app, FastAPI):
            for text in find_unguarded(inner.app, guards):
                method, path = text.split(" ", 1)
                found.append(f"{method} {route.path}{path}")
        dependant = getattr(route, "dependant", None)
        if dependant:
            calls = [each.call for each in dependant.dependencies]
            if not any(call in guards or isinstance(call, kinds) for call in calls):
                found += [f"{method} {route.path}" for method in route.methods]
    return sorted(found)


# %% 5.5c reject: app.routes alone -> Included routers are walked
def find_unguarded(app, guards):
    kinds = tuple(each for each in guards if isinstance(each, type))

    def guarded(dependant):
        return any(
            each.call in guards or isinstance(each.call, kinds) or guarded(each)
            for each in dependant.dependencies
        )

    found = []
    for route in app.routes:
        if isinstance(route, Mount) and isinstance(route.app, FastAPI):
            for text in find_unguarded(route.app, guards):
                method, path = text.split(" ", 1)
                found.append(f"{method} {route.path}{path}")
        dependant = getattr(route, "dependant", None)
        if dependant and not guarded(dependant):
            found += [f"{method} {route.path}" for method in route.methods]
    return sorted(found)


# %% 5.5c reject: mounted apps are not walked -> Mounted apps are walked
def find_unguarded(app, guards):
    kinds = tuple(each for each in guards if isinstance(each, type))

    def guarded(dependant):
        return any(
            each.call in guards or isinstance(each.call, kinds) or guarded(each)
            for each in dependant.dependencies
        )

    found = []
    for route in iter_route_contexts(app.routes):
        dependant = getattr(route, "dependant", None)
        if dependant and not guarded(dependant):
            found += [f"{method} {route.path}" for method in route.methods]
    return sorted(found)


# %% 5.5c reject: a mounted app inherits the guard -> The outer app does not guard a mounted one
def find_unguarded(app, guards):
    kinds = tuple(each for each in guards if isinstance(each, type))

    def guarded(dependant):
        return any(
            each.call in guards or isinstance(each.call, kinds) or guarded(each)
            for each in dependant.dependencies
        )

    found = []
    whole = any(each.dependency in guards for each in app.router.dependencies)
    for route in iter_route_contexts(app.routes):
        inner = route.original_route
        if isinstance(inner, Mount) and isinstance(inner.app, FastAPI) and not whole:
            for text in find_unguarded(inner.app, guards):
                method, path = text.split(" ", 1)
                found.append(f"{method} {route.path}{path}")
        dependant = getattr(route, "dependant", None)
        if dependant and not guarded(dependant):
            found += [f"{method} {route.path}" for method in route.methods]
    return sorted(found)


# %% 5.5c reject: objects of a class are not known -> A guard may be an object of a class
def find_unguarded(app, guards):
    def guarded(dependant):
        return any(each.call in guards or guarded(each) for each in dependant.dependencies)

    found = []
    for route in iter_route_contexts(app.routes):
        inner = route.original_route
        if isinstance(inner, Mount) and isinstance(inner.app, FastAPI):
            for text in find_unguarded(inner.app, guards):
                method, path = text.split(" ", 1)
                found.append(f"{method} {route.path}{path}")
        dependant = getattr(route, "dependant", None)
        if dependant and not guarded(dependant):
            found += [f"{method} {route.path}" for method in route.methods]
    return sorted(found)


# %% 5.5c reject: any dependency counts as a guard -> Routes without a guard are found
def find_unguarded(app, guards):
    found = []
    for route in iter_route_contexts(app.routes):
        inner = route.original_route
        if isinstance(inner, Mount) and isinstance(inner.app, FastAPI):
            for text in find_unguarded(inner.app, guards):
                method, path = text.split(" ", 1)
                found.append(f"{method} {route.path}{path}")
        dependant = getattr(route, "dependant", None)
        if dependant and not dependant.dependencies:
            found += [f"{method} {route.path}" for method in route.methods]
    return sorted(found)


# %% 5.5c reject: whatever has a path counts -> Documentation and files are left out
def find_unguarded(app, guards):
    kinds = tuple(each for each in guards if isinstance(each, type))

    def guarded(dependant):
        return any(
            each.call in guards or isinstance(each.call, kinds) or guarded(each)
            for each in dependant.dependencies
        )

    found = []
    for route in iter_route_contexts(app.routes):
        inner = route.original_route
        if isinstance(inner, Mount) and isinstance(inner.app, FastAPI):
            for text in find_unguarded(inner.app, guards):
                method, path = text.split(" ", 1)
                found.append(f"{method} {route.path}{path}")
            continue
        dependant = getattr(route, "dependant", None)
        if not dependant or not guarded(dependant):
            found += [f"{method} {route.path}" for method in route.methods or ["GET"]]
    return sorted(found)


# %% 5.5c reject: guards by their names -> A guard is known by itself and not by its name
from typing import Any

from fastapi import FastAPI
from fastapi.routing import iter_route_contexts
from starlette.routing import Mount


def is_guard(call: Any, guards: set[Any]) -> bool:
    classes = tuple(each for each in guards if isinstance(each, type))
    return any(getattr(call, "__name__", 0) == each.__name__ for each in guards) or isinstance(call, classes)


def guarded(dependant: Any, guards: set[Any]) -> bool:
    return any(
        is_guard(each.call, guards) or guarded(each, guards)
        for each in dependant.dependencies
    )


def walk(routes: Any, prefix: str, guards: set[Any]) -> list[str]:
    found = []
    for route in iter_route_contexts(routes):
        if isinstance(route.original_route, Mount):
            found += walk(route.original_route.routes or [], prefix + route.path, guards)
            continue
        dependant = getattr(route, "dependant", None)
        if dependant is not None and not guarded(dependant, guards):
            found += [f"{method} {prefix}{route.path}" for method in route.methods or ()]
    return found


def find_unguarded(app: FastAPI, guards: set[Any]) -> list[str]:
    return sorted(walk(app.routes, "", guards))


# %% 5.5c reject: the prefix of a mount's router is lost -> A mount begins where its router is included
from typing import Any

from fastapi import FastAPI
from fastapi.routing import iter_route_contexts
from starlette.routing import Mount


def is_guard(call: Any, guards: set[Any]) -> bool:
    classes = tuple(each for each in guards if isinstance(each, type))
    return any(call is each or call == each for each in guards) or isinstance(call, classes)


def guarded(dependant: Any, guards: set[Any]) -> bool:
    return any(
        is_guard(each.call, guards) or guarded(each, guards)
        for each in dependant.dependencies
    )


def walk(routes: Any, prefix: str, guards: set[Any]) -> list[str]:
    found = []
    for route in iter_route_contexts(routes):
        if isinstance(route.original_route, Mount):
            found += walk(route.original_route.routes or [], prefix + route.original_route.path, guards)
            continue
        dependant = getattr(route, "dependant", None)
        if dependant is not None and not guarded(dependant, guards):
            found += [f"{method} {prefix}{route.path}" for method in route.methods or ()]
    return found


def find_unguarded(app: FastAPI, guards: set[Any]) -> list[str]:
    return sorted(walk(app.routes, "", guards))


# %% 5.5c reject: what the documentation hides is left out -> What the documentation leaves out is found
from typing import Any

from fastapi import FastAPI
from fastapi.routing import iter_route_contexts
from starlette.routing import Mount


def is_guard(call: Any, guards: set[Any]) -> bool:
    classes = tuple(each for each in guards if isinstance(each, type))
    return any(call is each or call == each for each in guards) or isinstance(call, classes)


def guarded(dependant: Any, guards: set[Any]) -> bool:
    return any(
        is_guard(each.call, guards) or guarded(each, guards)
        for each in dependant.dependencies
    )


def walk(routes: Any, prefix: str, guards: set[Any]) -> list[str]:
    found = []
    for route in iter_route_contexts(routes):
        if isinstance(route.original_route, Mount):
            found += walk(route.original_route.routes or [], prefix + route.path, guards)
            continue
        dependant = getattr(route, "dependant", None)
        if getattr(route, "include_in_schema", True) and dependant is not None and not guarded(dependant, guards):
            found += [f"{method} {prefix}{route.path}" for method in route.methods or ()]
    return found


def find_unguarded(app: FastAPI, guards: set[Any]) -> list[str]:
    return sorted(walk(app.routes, "", guards))


# %% 5.5c reject: paths that look like documentation are left out -> What the documentation leaves out is found
from typing import Any

from fastapi import FastAPI
from fastapi.routing import iter_route_contexts
from starlette.routing import Mount


def is_guard(call: Any, guards: set[Any]) -> bool:
    classes = tuple(each for each in guards if isinstance(each, type))
    return any(call is each or call == each for each in guards) or isinstance(call, classes)


def guarded(dependant: Any, guards: set[Any]) -> bool:
    return any(
        is_guard(each.call, guards) or guarded(each, guards)
        for each in dependant.dependencies
    )


def walk(routes: Any, prefix: str, guards: set[Any]) -> list[str]:
    found = []
    for route in iter_route_contexts(routes):
        if isinstance(route.original_route, Mount):
            found += walk(route.original_route.routes or [], prefix + route.path, guards)
            continue
        dependant = getattr(route, "dependant", None)
        if "/docs" not in route.path and dependant is not None and not guarded(dependant, guards):
            found += [f"{method} {prefix}{route.path}" for method in route.methods or ()]
    return found


def find_unguarded(app: FastAPI, guards: set[Any]) -> list[str]:
    return sorted(walk(app.routes, "", guards))


# %% 5.5d accept: a lock, and an object read again
def rename(session, caller, post_id, title):
    wanted = select(Row).where(Row.id == post_id).with_for_update()
    post = session.scalar(wanted.execution_options(populate_existing=True))
    if post is None or (post.author != caller and not post.published):
        raise NotFound
    if post.author != caller:
        raise Forbidden
    post.title = title
    session.commit()


# %% 5.5d accept: rowcount
def rename(session, caller, post_id, title):
    change = update(Row).where(Row.id == post_id).where(Row.author == caller)
    if session.execute(change.values(title=title)).rowcount == 1:
        session.commit()
        return
    session.rollback()
    post = session.get(Row, post_id)
    if post is not None and post.published:
        raise Forbidden("Only its author may rename a post.")
    raise NotFound("There is no such post.")


# %% 5.5d reject: checked in an earlier statement -> A post that was given away stays
def rename(session, caller, post_id, title):
    post = session.get(Row, post_id, populate_existing=True)
    if post is None or (post.author != caller and not post.published):
        raise NotFound
    if post.author != caller:
        raise Forbidden
    session.execute(update(Row).where(Row.id == post_id).values(title=title))
    session.commit()


# %% 5.5d reject: a foreign draft is forbidden -> Drafts of others are not found
def rename(session, caller, post_id, title):
    mine = (Row.id == post_id, Row.author == caller)
    if session.execute(update(Row).where(*mine).values(title=title)).rowcount:
        session.commit()
        return
    there = session.scalar(select(Row.id).where(Row.id == post_id))
    raise Forbidden if there else NotFound


# %% 5.5d reject: everything is not found -> Published posts of others are forbidden
def rename(session, caller, post_id, title):
    mine = (Row.id == post_id, Row.author == caller)
    if not session.execute(update(Row).where(*mine).values(title=title)).rowcount:
        raise NotFound
    session.commit()


# %% 5.5d reject: nobody commits -> An author renames a post
def rename(session, caller, post_id, title):
    mine = (Row.id == post_id, Row.author == caller)
    if session.execute(update(Row).where(*mine).values(title=title)).rowcount:
        session.flush()
        return
    published = session.scalar(select(Row.published).where(Row.id == post_id))
    raise Forbidden if published else NotFound


# %% 5.5d reject: why is looked up in the session -> What the session read before does not count
def rename(session, caller, post_id, title):
    mine = (Row.id == post_id, Row.author == caller)
    change = update(Row).where(*mine).values(title=title)
    if session.execute(change.execution_options(synchronize_session=False)).rowcount:
        session.commit()
        return
    post = session.get(Row, post_id)
    raise Forbidden if post is not None and post.published else NotFound


# %% 5.5d reject: all posts of the author -> An author renames a post
def rename(session, caller, post_id, title):
    if session.execute(update(Row).where(Row.author == caller).values(title=title)).rowcount:
        session.commit()
        return
    published = session.scalar(select(Row.published).where(Row.id == post_id))
    raise Forbidden if published else NotFound


# %% 5.5d reject: a lost race is silence -> A post that was given away stays
def rename(session, caller, post_id, title):
    post = session.get(Row, post_id, populate_existing=True)
    if post is None or (post.author != caller and not post.published):
        raise NotFound
    if post.author != caller:
        raise Forbidden
    mine = (Row.id == post_id, Row.author == caller)
    session.execute(update(Row).where(*mine).values(title=title))
    session.commit()


# %% 5.5d reject: a lock that does not wait -> A change that is not committed yet counts
def rename(session: Session, caller: str, post_id: int, title: str) -> None:
    post = session.get(Row, post_id, with_for_update={"nowait": True}, populate_existing=True)
    if post is None:
        raise NotFound
    if post.author != caller:
        raise Forbidden if post.published else NotFound
    post.title = title
    session.commit()


# %% 5.5d reject: a locked post is skipped -> A change that is not committed yet counts
def rename(session: Session, caller: str, post_id: int, title: str) -> None:
    post = session.get(Row, post_id, with_for_update={"skip_locked": True}, populate_existing=True)
    if post is None:
        raise NotFound
    if post.author != caller:
        raise Forbidden if post.published else NotFound
    post.title = title
    session.commit()


# %% 5.5d reject: a deleted post is refreshed -> What the session read before does not count
def rename(session: Session, caller: str, post_id: int, title: str) -> None:
    mine = update(Row).where(Row.id == post_id, Row.author == caller)
    changed = session.execute(mine.values(title=title).returning(Row.id)).all()
    if changed:
        session.commit()
        return
    row = session.get(Row, post_id)
    if row is not None:
        session.refresh(row)
    published = row and row.published
    session.rollback()
    if not published:
        raise NotFound
    raise Forbidden


# %% 5.5d reject: the author as a pattern -> Published posts of others are forbidden
def rename(session: Session, caller: str, post_id: int, title: str) -> None:
    mine = update(Row).where(Row.id == post_id, Row.author.like(caller))
    changed = session.execute(mine.values(title=title).returning(Row.id)).all()
    if changed:
        session.commit()
        return
    published = session.scalar(select(Row.published).where(Row.id == post_id))
    session.rollback()
    if not published:
        raise NotFound
    raise Forbidden


# %% 5.5d reject: the title is pasted into SQL -> A title and a name may be any text
def rename(session: Session, caller: str, post_id: int, title: str) -> None:
    mine = update(Row).where(Row.id == post_id, Row.author == caller)
    from sqlalchemy import text
    changed = session.execute(text(f"UPDATE posts SET title = '{title}' WHERE id = {post_id} AND author = :who RETURNING id"), {"who": caller}).all()
    if changed:
        session.commit()
        return
    published = session.scalar(select(Row.published).where(Row.id == post_id))
    session.rollback()
    if not published:
        raise NotFound
    raise Forbidden


# %% 5.5d reject: the caller is pasted into SQL -> A title and a name may be any text
def rename(session: Session, caller: str, post_id: int, title: str) -> None:
    mine = update(Row).where(Row.id == post_id, Row.author == caller)
    from sqlalchemy import text
    changed = session.execute(text(f"UPDATE posts SET title = :t WHERE id = {post_id} AND author = '{caller}' RETURNING id"), {"t": title}).all()
    if changed:
        session.commit()
        return
    published = session.scalar(select(Row.published).where(Row.id == post_id))
    session.rollback()
    if not published:
        raise NotFound
    raise Forbidden


# %% 5.5d reject: a rename publishes -> An author renames a post
def rename(session: Session, caller: str, post_id: int, title: str) -> None:
    mine = update(Row).where(Row.id == post_id, Row.author == caller)
    changed = session.execute(mine.values(title=title, published=True).returning(Row.id)).all()
    if changed:
        session.commit()
        return
    published = session.scalar(select(Row.published).where(Row.id == post_id))
    session.rollback()
    if not published:
        raise NotFound
    raise Forbidden


# %% 5.5d reject: the object is changed before it is refused -> What is refused stays
def rename(session: Session, caller: str, post_id: int, title: str) -> None:
    post = session.get(Row, post_id, with_for_update=True, populate_existing=True)
    if post is None:
        raise NotFound
    post.title = title
    if post.author != caller:
        raise Forbidden if post.published else NotFound
    session.commit()


# %% 5.5e accept: IN in the place of EXISTS
def visible_page(session, caller, role, after, limit):
    mine = select(Invitation.post_id).where(Invitation.name == caller)
    visible = Row.published
    if caller is not None:
        visible = visible | (Row.author == caller) | Row.id.in_(mine)
    if role == "moderator":
        visible = Row.id == Row.id
    page = select(Row.title).where(visible).where(Row.id > after).order_by(Row.id)
    total = session.scalar(select(func.count(Row.id)).where(visible))
    return list(session.scalars(page.limit(limit))), total


# %% 5.5e accept: an outer join with DISTINCT
def visible_page(session, caller, role, after, limit):
    rows = select(Row.id, Row.title).distinct()
    if role != "moderator":
        if caller is None:
            rows = rows.where(Row.published)
        else:
            both = (Invitation.post_id == Row.id) & (Invitation.name == caller)
            rows = rows.outerjoin(Invitation, both)
            seen = Row.published | (Row.author == caller) | Invitation.id.is_not(None)
            rows = rows.where(seen)
    total = session.scalar(select(func.count()).select_from(rows.subquery()))
    page = rows.where(Row.id > after).order_by(Row.id).limit(limit)
    return [row.title for row in session.execute(page)], total


# %% 5.5e reject: Python leaves out -> Pages follow one another
def visible_page(session, caller, role, after, limit):
    page = session.scalars(select(Row).where(Row.id > after).order_by(Row.id).limit(limit))
    invited = set(session.scalars(select(Invitation.post_id).where(Invitation.name == caller)))

    def seen(post):
        if role == "moderator" or post.published:
            return True
        return caller is not None and (post.author == caller or post.id in invited)

    total = sum(map(seen, session.scalars(select(Row))))
    return [post.title for post in page if seen(post)], total


# %% 5.5e reject: all rows are read, then filtered -> The database decides
def visible_page(session, caller, role, after, limit):
    posts = session.scalars(select(Row).order_by(Row.id)).all()
    invited = set(session.scalars(select(Invitation.post_id).where(Invitation.name == caller)))

    def seen(post):
        if role == "moderator" or post.published:
            return True
        return caller is not None and (post.author == caller or post.id in invited)

    all_seen = [post for post in posts if seen(post)]
    return [post.title for post in all_seen if post.id > after][:limit], len(all_seen)


# %% 5.5e reject: a join gives a row for each invitation -> People who are invited see a draft once
def visible_page(session, caller, role, after, limit):
    both = (Invitation.post_id == Row.id) & (Invitation.name == caller)
    rows = select(Row.id, Row.title).outerjoin(Invitation, both)
    if role != "moderator":
        if caller is None:
            rows = rows.where(Row.published)
        else:
            rows = rows.where(Row.published | (Row.author == caller) | Invitation.id.is_not(None))
    total = session.scalar(select(func.count()).select_from(rows.subquery()))
    page = rows.where(Row.id > after).order_by(Row.id).limit(limit)
    return [row.title for row in session.execute(page)], total


# %% 5.5e reject: a guest is compared as IS NULL -> A guest sees no draft whatever is in the table
def visible_page(session, caller, role, after, limit):
    invited = select(Invitation.id).where(Invitation.post_id == Row.id, Invitation.name == caller)
    visible = Row.published | (Row.author == caller) | invited.exists()
    if role == "moderator":
        visible = true()
    page = select(Row.title).where(visible, Row.id > after).order_by(Row.id).limit(limit)
    total = session.scalar(select(func.count()).select_from(Row).where(visible))
    return list(session.scalars(page)), total


# %% 5.5e reject: the total counts drafts -> The total counts what the caller may see
def visible_page(session, caller, role, after, limit):
    invited = select(Invitation.id).where(Invitation.post_id == Row.id, Invitation.name == caller)
    visible = Row.published
    if role == "moderator":
        visible = true()
    elif caller is not None:
        visible = Row.published | (Row.author == caller) | invited.exists()
    page = select(Row.title).where(visible, Row.id > after).order_by(Row.id).limit(limit)
    return list(session.scalars(page)), session.scalar(select(func.count()).select_from(Row))


# %% 5.5e reject: an invitation of anybody opens the draft -> Published posts are for everybody
def visible_page(session, caller, role, after, limit):
    invited = select(Invitation.id).where(Invitation.post_id == Row.id)
    visible = Row.published
    if role == "moderator":
        visible = true()
    elif caller is not None:
        visible = Row.published | (Row.author == caller) | invited.exists()
    page = select(Row.title).where(visible, Row.id > after).order_by(Row.id).limit(limit)
    total = session.scalar(select(func.count()).select_from(Row).where(visible))
    return list(session.scalars(page)), total


# %% 5.5e reject: a page is in the order of the table -> Pages follow one another
def visible_page(session, caller, role, after, limit):
    invited = select(Invitation.id).where(Invitation.post_id == Row.id, Invitation.name == caller)
    visible = Row.published
    if role == "moderator":
        visible = true()
    elif caller is not None:
        visible = Row.published | (Row.author == caller) | invited.exists()
    page = select(Row.title).where(visible, Row.id > after).limit(limit)
    total = session.scalar(select(func.count()).select_from(Row).where(visible))
    return list(session.scalars(page)), total


# %% 5.5f accept: every id, a model that forbids other fields, the type is read in the patch
def capture_notes(client):
    me = as_user(client, "mallory")
    for note_id in range(40):
        response = client.post(f"/notes/{note_id}/copy", headers=me)
        if response.status_code == 201 and "flag-" in response.json()["text"]:
            return response.json()["text"]


class SafeNotes(Notes):
    def copy(self, caller, note_id):
        note = self.notes.get(note_id)
        if note is None or note.owner != caller:
            raise HTTPException(404, "You have no such note.")
        return super().copy(caller, note_id)


def capture_club(client):
    import re

    token = client.post("/users", json={"name": "x", "role": "staff"}).json()["token"]
    text = client.get("/report", headers={"Authorization": f"Bearer {token}"}).text
    return re.search(r"flag-\w+", text)[0]


class SafeClub(Club):
    def register(self, sent):
        if set(sent) != {"name"}:
            raise HTTPException(422, "Only a name, please.")
        return super().register(sent)


def capture_calendar(client):
    me = as_user(client)
    found = []
    for name in client.get("/users", headers=me).json():
        both = {"name": name, "type": "edit"}
        token = client.post("/invitations", json=both, headers=me).json()["token"]
        found += client.get("/events", headers={"Authorization": f"Bearer {token}"}).json()
    return [each for each in found if each.startswith("flag-")][0]


class SafeCalendar(Calendar):
    def caller(self, token):
        claims = self.claims(token)
        if claims["type"] == "access" and claims["sub"] in self.people:
            return claims["sub"]
        raise HTTPException(403, "This token is no login.")


# %% 5.5f accept: a loop that ends with the first error, helpers, and rules in other methods
def flags(texts):
    return next((text for text in texts if text.startswith("flag-")), None)


def capture_notes(client):
    me = as_user(client)
    note_id = client.post("/notes", json={"text": ""}, headers=me).json()["id"]
    while True:
        note_id -= 1
        text = client.post(f"/notes/{note_id}/copy", headers=me).json()["text"]
        if flags([text]):
            return text


class SafeNotes(Notes):
    def copy(self, caller, note_id):
        if note_id not in [note.id for note in self.all_of(caller)]:
            raise HTTPException(404)
        return super().copy(caller, note_id)


def capture_club(client):
    client.headers["Authorization"] = as_user(client)["Authorization"]
    roles = {each["role"] for each in client.get("/users").json()}
    for role in roles:
        new = client.post("/users", json={"name": f"a {role}", "role": role}).json()
        client.headers["Authorization"] = f"Bearer {new['token']}"
        report = client.get("/report")
        if report.is_success:
            return report.json()["text"].removeprefix("Nothing happened. ")


class SafeClub(Club):
    def register(self, sent):
        member = super().register(sent)
        member.role, member.credit = "guest", 0
        return member


def capture_calendar(client):
    me = as_user(client)
    for name in client.get("/users", headers=me).json():
        new = client.post("/invitations", json={"name": name, "type": "view"}, headers=me)
        theirs = {"Authorization": f"Bearer {new.json()['token']}"}
        mine = {"name": "eve", "type": "view"}
        back = client.post("/invitations", json=mine, headers=theirs).json()["token"]
        shared = client.get("/shared", headers={"Authorization": f"Bearer {back}"}).json()
        if flags(shared):
            return flags(shared)


class SafeCalendar(Calendar):
    def caller(self, token):
        if "calendar" in self.claims(token):
            raise HTTPException(401)
        return super().caller(token)


# %% 5.5f reject: the flag of one instance, written down -> The flag of notes is captured
def capture_notes(client):
    return "flag-0123456789abcdef"


# %% 5.5f reject: it reads, as its owner alone may -> The flag of notes is captured
def capture_notes(client):
    me = as_user(client)
    for note_id in range(40):
        note = client.get(f"/notes/{note_id}", headers=me).json()
        if note.get("text", "").startswith("flag-"):
            return note["text"]


# %% 5.5f reject: it stops three notes away -> The flag of notes is captured
def capture_notes(client):
    me = as_user(client)
    mine = client.post("/notes", json={"text": ""}, headers=me).json()["id"]
    for note_id in range(mine - 3, mine):
        text = client.post(f"/notes/{note_id}/copy", headers=me).json()["text"]
        if text.startswith("flag-"):
            return text


# %% 5.5f reject: the ids of one instance, written down -> The flag of notes is captured
def capture_notes(client):
    me = as_user(client)
    for note_id in range(5, 15):
        text = client.post(f"/notes/{note_id}/copy", headers=me).json().get("text", "")
        if text.startswith("flag-"):
            return text


# %% 5.5f reject: it never ends -> The flag of notes is captured
def capture_notes(client):
    me, note = as_user(client), {}
    while not note.get("text", "").startswith("flag-"):
        note = client.get("/notes/20", headers=me).json()
    return note["text"]


# %% 5.5f reject: the patch stands in the wrong method -> The patched notes keep their flag
def capture_notes(client):
    me = as_user(client)
    for note_id in range(40):
        note = client.post(f"/notes/{note_id}/copy", headers=me).json()
        if note.get("text", "").startswith("flag-"):
            return note["text"]


class SafeNotes(Notes):
    def add(self, owner, text):
        return super().add(owner, text)

    def read(self, caller, note_id):
        if note_id not in self.notes or self.notes[note_id].owner != caller:
            raise HTTPException(403)
        return self.notes[note_id]


# %% 5.5f reject: only the flag is kept from copies -> The hole of notes is closed
def capture_notes(client):
    me = as_user(client)
    for note_id in range(40):
        note = client.post(f"/notes/{note_id}/copy", headers=me).json()
        if note.get("text", "").startswith("flag-"):
            return note["text"]


class SafeNotes(Notes):
    def copy(self, caller, note_id):
        note = self.notes.get(note_id)
        if note and note.text == self.flag and note.owner != caller:
            raise HTTPException(404)
        return super().copy(caller, note_id)


# %% 5.5f reject: only new people are refused -> The hole of notes is closed
def capture_notes(client):
    me = as_user(client)
    for note_id in range(40):
        note = client.post(f"/notes/{note_id}/copy", headers=me).json()
        if note.get("text", "").startswith("flag-"):
            return note["text"]


class SafeNotes(Notes):
    def copy(self, caller, note_id):
        note = self.notes.get(note_id)
        if note and note.owner != caller and caller not in self.people[:4]:
            raise HTTPException(404)
        return super().copy(caller, note_id)


# %% 5.5f reject: an attack crashes the patch -> The hole of notes is closed
def capture_notes(client):
    me = as_user(client)
    for note_id in range(40):
        note = client.post(f"/notes/{note_id}/copy", headers=me)
        if note.is_success and note.json()["text"].startswith("flag-"):
            return note.json()["text"]


class SafeNotes(Notes):
    def copy(self, caller, note_id):
        if note_id in self.notes:
            assert self.notes[note_id].owner == caller
        return super().copy(caller, note_id)


# %% 5.5f reject: a patch before the attack -> The hole of notes is closed
class SafeNotes(Notes):
    def copy(self, caller, note_id):
        return self.add(caller, self.read(caller, note_id).text)


# %% 5.5f reject: nobody copies -> The patched notes work as before
class SafeNotes(Notes):
    def copy(self, caller, note_id):
        raise HTTPException(404)


# %% 5.5f reject: a copy is the note itself -> The patched notes work as before
class SafeNotes(Notes):
    def copy(self, caller, note_id):
        return self.read(caller, note_id)


# %% 5.5f reject: the copy belongs to the first owner of the table -> The patched notes work as before
class SafeNotes(Notes):
    def copy(self, caller, note_id):
        return self.add(self.owner, self.read(caller, note_id).text)


# %% 5.5f reject: the flag is gone -> The patched notes work as before
class SafeNotes(Notes):
    def add(self, owner, text):
        return super().add(owner, text.replace(self.flag, "no flag"))


# %% 5.5f reject: not a patched class -> The patched notes work as before
class SafeNotes:
    def copy(self, caller, note_id):
        raise HTTPException(404)


# %% 5.5f reject: the report with the flag in it -> The flag of club is captured
def capture_club(client):
    eve = {"name": "eve", "role": "staff"}
    token = client.post("/users", json=eve).json()["token"]
    return client.get("/report", headers={"Authorization": f"Bearer {token}"}).json()["text"]


# %% 5.5f reject: nothing is replaced -> The patched club keeps its flag
def capture_club(client):
    eve = {"name": "eve", "role": "staff"}
    token = client.post("/users", json=eve).json()["token"]
    report = client.get("/report", headers={"Authorization": f"Bearer {token}"})
    return report.json()["text"].split()[-1]


class SafeClub(Club):
    pass


# %% 5.5f reject: the role alone is taken out -> The hole of club is closed
def capture_club(client):
    eve = {"name": "eve", "role": "staff"}
    token = client.post("/users", json=eve).json()["token"]
    report = client.get("/report", headers={"Authorization": f"Bearer {token}"})
    return report.json()["text"].split()[-1]


class SafeClub(Club):
    def register(self, sent):
        sent.pop("role", None)
        return super().register(sent)


# %% 5.5f reject: staff alone is refused -> The hole of club is closed
def capture_club(client):
    eve = {"name": "eve", "role": "staff"}
    token = client.post("/users", json=eve).json()["token"]
    report = client.get("/report", headers={"Authorization": f"Bearer {token}"})
    return report.json()["text"].split()[-1]


class SafeClub(Club):
    def register(self, sent):
        sent.pop("credit", None)
        if sent.get("role") == "staff":
            raise HTTPException(403)
        return super().register(sent)


# %% 5.5f reject: an unknown field is a crash -> The hole of club is closed
def capture_club(client):
    eve = {"name": "eve", "role": "staff"}
    token = client.post("/users", json=eve).json()["token"]
    report = client.get("/report", headers={"Authorization": f"Bearer {token}"})
    return report.json().get("text", "").split()[-1]


class SafeClub(Club):
    def register(self, sent):
        if len(sent) > 1:
            raise ValueError(sent)
        return super().register(sent)


# %% 5.5f reject: nobody reads the report -> The patched club works as before
class SafeClub(Club):
    def report(self, caller):
        raise HTTPException(403)


# %% 5.5f reject: staff becomes guests -> The patched club works as before
class SafeClub(Club):
    def __init__(self):
        super().__init__()
        for member in self.members.values():
            member.role = "guest"


# %% 5.5f reject: a name is registered twice -> The patched club works as before
class SafeClub(Club):
    def register(self, sent):
        if sent["name"] in self.people:
            self.people.remove(sent["name"])
        return super().register({"name": sent["name"]})


# %% 5.5f reject: whom it invites first -> The flag of calendar is captured
def capture_calendar(client):
    me = as_user(client)
    name = client.get("/users", headers=me).json()[0]
    sent = {"name": name, "type": "view"}
    token = client.post("/invitations", json=sent, headers=me).json()["token"]
    theirs = {"Authorization": f"Bearer {token}"}
    return client.get("/events", headers=theirs).json()[-1]


# %% 5.5f reject: the signature is checked, as it was -> The patched calendar keeps its flag
def capture_calendar(client):
    me = as_user(client)
    for name in client.get("/users", headers=me).json():
        sent = {"name": name, "type": "view"}
        token = client.post("/invitations", json=sent, headers=me).json()["token"]
        for event in client.get("/events", headers={"Authorization": f"Bearer {token}"}).json():
            if event.startswith("flag-"):
                return event


class SafeCalendar(Calendar):
    def caller(self, token):
        import jwt

        try:
            return jwt.decode(token, self.key, ["HS256"], options={"require": ["sub", "type"]})["sub"]
        except jwt.InvalidTokenError:
            raise HTTPException(401) from None


# %% 5.5f reject: one type is refused -> The hole of calendar is closed
def capture_calendar(client):
    me = as_user(client)
    for name in client.get("/users", headers=me).json():
        sent = {"name": name, "type": "view"}
        token = client.post("/invitations", json=sent, headers=me).json()["token"]
        for event in client.get("/events", headers={"Authorization": f"Bearer {token}"}).json():
            if event.startswith("flag-"):
                return event


class SafeCalendar(Calendar):
    def caller(self, token):
        if self.claims(token)["type"] == "view":
            raise HTTPException(401)
        return super().caller(token)


# %% 5.5f reject: an invitation crashes the patch -> The hole of calendar is closed
def capture_calendar(client):
    me = as_user(client)
    for name in client.get("/users", headers=me).json():
        sent = {"name": name, "type": "view"}
        token = client.post("/invitations", json=sent, headers=me).json()["token"]
        events = client.get("/events", headers={"Authorization": f"Bearer {token}"})
        if events.is_success and events.json()[-1].startswith("flag-"):
            return events.json()[-1]


class SafeCalendar(Calendar):
    def caller(self, token):
        claims = self.claims(token)
        assert claims["type"] == "access"
        return claims["sub"]


# %% 5.5f reject: the owner of the flag is kept from invitations -> The hole of calendar is closed
def capture_calendar(client):
    me = as_user(client)
    for name in client.get("/users", headers=me).json():
        sent = {"name": name, "type": "view"}
        token = client.post("/invitations", json=sent, headers=me).json()["token"]
        for event in client.get("/events", headers={"Authorization": f"Bearer {token}"}).json():
            if event.startswith("flag-"):
                return event


class SafeCalendar(Calendar):
    def caller(self, token):
        claims = self.claims(token)
        if claims["sub"] == self.owner and claims["type"] != "access":
            raise HTTPException(401)
        return claims["sub"]


# %% 5.5f reject: the type is asked for wherever a token is read -> The patched calendar works as before
class SafeCalendar(Calendar):
    def claims(self, token):
        claims = super().claims(token)
        if claims["type"] != "access":
            raise HTTPException(401)
        return claims


# %% 5.5f reject: nobody invites -> The patched calendar works as before
class SafeCalendar(Calendar):
    def invite(self, caller, name, type):
        raise HTTPException(403)


# %% 5.5f reject: whoever is invited to view may edit -> The patched calendar works as before
class SafeCalendar(Calendar):
    def shared(self, token, *types):
        return super().shared(token, "view", "edit")


# %% 5.5e reject: each title once -> Published posts are for everybody
def visible_page(
    session: Session, caller: str | None, role: str | None, after: int, limit: int
) -> tuple[list[str], int]:
    if role == "moderator":
        seen = true()
    elif caller is None:
        seen = Row.published
    else:
        invited = select(Invitation.post_id).where(Invitation.name == caller)
        seen = Row.published | (Row.author == caller) | Row.id.in_(invited)
    total = session.scalar(select(func.count()).select_from(Row).where(seen))
    page = select(Row.title).where(seen, Row.id > after).order_by(Row.id).limit(limit)
    return list(dict.fromkeys(session.scalars(page))), total


# %% 5.5e reject: the name is a pattern -> Published posts are for everybody
def visible_page(
    session: Session, caller: str | None, role: str | None, after: int, limit: int
) -> tuple[list[str], int]:
    if role == "moderator":
        seen = true()
    elif caller is None:
        seen = Row.published
    else:
        invited = select(Invitation.post_id).where(Invitation.name.like(caller))
        seen = Row.published | (Row.author == caller) | Row.id.in_(invited)
    total = session.scalar(select(func.count()).select_from(Row).where(seen))
    page = select(Row.title).where(seen, Row.id > after).order_by(Row.id).limit(limit)
    return list(session.scalars(page)), total


# %% 5.5e reject: the name is pasted into SQL -> Published posts are for everybody
from sqlalchemy import text


def visible_page(
    session: Session, caller: str | None, role: str | None, after: int, limit: int
) -> tuple[list[str], int]:
    if role == "moderator":
        seen = true()
    elif caller is None:
        seen = Row.published
    else:
        invited = select(Invitation.post_id).where(Invitation.name == caller)
        seen = Row.published | text(f"posts.author = '{caller}'") | Row.id.in_(invited)
    total = session.scalar(select(func.count()).select_from(Row).where(seen))
    page = select(Row.title).where(seen, Row.id > after).order_by(Row.id).limit(limit)
    return list(session.scalars(page)), total


# %% 5.5e reject: no limit for an empty page -> Pages follow one another
def visible_page(
    session: Session, caller: str | None, role: str | None, after: int, limit: int
) -> tuple[list[str], int]:
    if role == "moderator":
        seen = true()
    elif caller is None:
        seen = Row.published
    else:
        invited = select(Invitation.post_id).where(Invitation.name == caller)
        seen = Row.published | (Row.author == caller) | Row.id.in_(invited)
    total = session.scalar(select(func.count()).select_from(Row).where(seen))
    page = select(Row.title).where(seen, Row.id > after).order_by(Row.id).limit(limit or None)
    return list(session.scalars(page)), total


# %% 5.5e reject: a guest is called None -> A guest sees no draft whatever is in the table
def visible_page(
    session: Session, caller: str | None, role: str | None, after: int, limit: int
) -> tuple[list[str], int]:
    if role == "moderator":
        seen = true()
    else:
        invited = select(Invitation.post_id).where(Invitation.name == str(caller))
        seen = Row.published | (Row.author == caller) | Row.id.in_(invited)
    total = session.scalar(select(func.count()).select_from(Row).where(seen))
    page = select(Row.title).where(seen, Row.id > after).order_by(Row.id).limit(limit)
    return list(session.scalars(page)), total
