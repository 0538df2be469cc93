# %% 5.6a accept: a loop over what was asked for
def scopes_now(role, login, asked):
    every = {scope for held in PERMISSIONS.values() for scope in held}
    wanted_now = set(asked.split()) if asked else every
    if not wanted_now <= every:
        raise ValueError(f"unknown: {' '.join(wanted_now - every)}")
    wanted_before = login.split() if login else every
    both = [scope for scope in wanted_before if scope in PERMISSIONS[role] and scope in wanted_now]
    return " ".join(sorted(set(both)))


# %% 5.6a reject: the refresh decides alone -> A refresh gets no more than the login
def scopes_now(role, login, asked):
    known = set().union(*PERMISSIONS.values())
    for scope in (asked or "").split():
        if scope not in known:
            raise ValueError(scope)
    wanted = asked or login
    granted = PERMISSIONS[role]
    return " ".join(sorted(granted & set(wanted.split()) if wanted else granted))


# %% 5.6a reject: the role is not asked again -> A role that was lost counts at once
def scopes_now(role, login, asked):
    known = set().union(*PERMISSIONS.values())
    for scope in (asked or "").split():
        if scope not in known:
            raise ValueError(scope)
    granted = set(login.split()) & known if login else PERMISSIONS[role]
    return " ".join(sorted(granted & set(asked.split()) if asked else granted))


# %% 5.6a reject: an empty text asks for nothing -> Without a wish it is all of the role
def scopes_now(role, login, asked):
    known = set().union(*PERMISSIONS.values())
    for scope in (asked or "").split():
        if scope not in known:
            raise ValueError(scope)
    granted = PERMISSIONS[role]
    for wanted in (login, asked):
        if wanted is not None:
            granted = granted & set(wanted.split())
    return " ".join(sorted(granted))


# %% 5.6a reject: an unknown scope is ignored -> An unknown scope is refused in a refresh
def scopes_now(role, login, asked):
    granted = PERMISSIONS[role]
    for wanted in (login, asked):
        if wanted:
            granted = granted & set(wanted.split())
    return " ".join(sorted(granted))


# %% 5.6a reject: the table of roles is changed -> The roles stay as they are
def scopes_now(role, login, asked):
    known = {"posts:write", "posts:delete", "users:manage"}
    for scope in (asked or "").split():
        if scope not in known:
            raise ValueError(scope)
    granted = PERMISSIONS[role]
    for wanted in (login, asked):
        if wanted:
            granted &= set(wanted.split())
    return " ".join(sorted(granted))


# %% 5.6a reject: scopes in any case -> An unknown scope is refused in a refresh
def scopes_now(role: str, login: str | None, asked: str | None) -> str:
    known = set().union(*PERMISSIONS.values())
    result = set(PERMISSIONS[role])
    if login:
        result &= set(login.split())
    if asked:
        wanted = set(asked.lower().split())
        unknown = sorted(wanted - known)
        if unknown:
            raise ValueError(f"unknown: {', '.join(unknown)}")
        result &= wanted
    return " ".join(sorted(result))


# %% 5.6a reject: a part of the login's text is enough -> An unknown scope of the login is ignored
def scopes_now(role: str, login: str | None, asked: str | None) -> str:
    known = set().union(*PERMISSIONS.values())
    result = set(PERMISSIONS[role])
    if login:
        result = {each for each in result if each in login}
    if asked:
        wanted = set(asked.split())
        unknown = sorted(wanted - known)
        if unknown:
            raise ValueError(f"unknown: {', '.join(unknown)}")
        result &= wanted
    return " ".join(sorted(result))


# %% 5.6a reject: as often as the login says -> Each scope stands once and in order
def scopes_now(role: str, login: str | None, asked: str | None) -> str:
    known = set().union(*PERMISSIONS.values())
    result = set(PERMISSIONS[role])
    if login:
        result &= set(login.split())
    if asked:
        wanted = set(asked.split())
        unknown = sorted(wanted - known)
        if unknown:
            raise ValueError(f"unknown: {', '.join(unknown)}")
        result &= wanted
    if login and not asked:
        return " ".join(sorted(each for each in login.split() if each in result))
    return " ".join(sorted(result))


# %% 5.6b accept: the whole table is locked
def disable(session, name):
    from sqlalchemy import text

    session.execute(text("LOCK TABLE users IN SHARE ROW EXCLUSIVE MODE"))
    user = session.get(User, name, populate_existing=True)
    if user is None:
        raise NotFound
    admins = select(func.count()).where(User.role == "admin", User.active)
    if user.active and user.role == "admin" and session.scalar(admins) == 1:
        raise LastAdmin
    user.active = False
    session.commit()


# %% 5.6b accept: the objects of the admins, locked
def disable(session, name):
    admins = select(User).where(User.role == "admin", User.active).order_by(User.name)
    locked = admins.with_for_update().execution_options(populate_existing=True)
    found = {user.name: user for user in session.scalars(locked)}
    if list(found) == [name]:
        raise LastAdmin(name)
    user = found.get(name) or session.scalar(
        select(User).where(User.name == name).execution_options(populate_existing=True)
    )
    if user is None:
        raise NotFound(name)
    user.active = False
    session.commit()


# %% 5.6b accept: an advisory lock, and an UPDATE
from sqlalchemy import update


def disable(session: Session, name: str) -> None:
    session.execute(select(func.pg_advisory_xact_lock(4711)))
    found = session.execute(select(User.role, User.active).where(User.name == name)).first()
    if found is None:
        raise NotFound
    if found == ("admin", True):
        count = select(func.count()).select_from(User).where(User.role == "admin", User.active)
        if session.scalar(count) <= 1:
            raise LastAdmin
    session.execute(update(User).where(User.name == name).values(active=False))
    session.commit()


# %% 5.6b reject: only the user is locked -> Two calls at once leave an admin
def disable(session, name):
    user = session.get(User, name, populate_existing=True, with_for_update=True)
    if user is None:
        raise NotFound
    admins = select(func.count()).where(User.role == "admin", User.active)
    if user.active and user.role == "admin" and session.scalar(admins) == 1:
        raise LastAdmin
    user.active = False
    session.commit()


# %% 5.6b reject: disabled admins count -> A disabled admin does not count
def disable(session, name):
    admins = select(User.name).where(User.role == "admin")
    names = session.scalars(admins.order_by(User.name).with_for_update()).all()
    if names == [name]:
        raise LastAdmin
    user = session.get(User, name, populate_existing=True)
    if user is None:
        raise NotFound
    user.active = False
    session.commit()


# %% 5.6b reject: one active admin refuses everybody -> A user is disabled
def disable(session, name):
    admins = select(User.name).where(User.role == "admin", User.active)
    names = session.scalars(admins.order_by(User.name).with_for_update()).all()
    if len(names) <= 2:
        raise LastAdmin
    user = session.get(User, name, populate_existing=True)
    if user is None:
        raise NotFound
    user.active = False
    session.commit()


# %% 5.6b reject: an admin who is disabled already counts as the last -> Who is disabled already stays so
def disable(session, name):
    admins = select(User.name).where(User.role == "admin", User.active)
    names = session.scalars(admins.order_by(User.name).with_for_update()).all()
    user = session.get(User, name, populate_existing=True)
    if user is None:
        raise NotFound
    if user.role == "admin" and len(names) == 1:
        raise LastAdmin
    user.active = False
    session.commit()


# %% 5.6b reject: nobody commits -> A user is disabled
def disable(session, name):
    admins = select(User.name).where(User.role == "admin", User.active)
    names = session.scalars(admins.order_by(User.name).with_for_update()).all()
    if names == [name]:
        raise LastAdmin
    user = session.get(User, name, populate_existing=True)
    if user is None:
        raise NotFound
    user.active = False
    session.flush()


# %% 5.6b reject: the user as the session knows them -> What the session read before does not count
def disable(session, name):
    admins = select(User.name).where(User.role == "admin", User.active)
    names = session.scalars(admins.order_by(User.name).with_for_update()).all()
    if names == [name]:
        raise LastAdmin
    user = session.get(User, name)
    if user is None:
        raise NotFound
    user.active = False
    session.commit()


# %% 5.6b reject: counted before the lock -> Two calls at once leave an admin
def disable(session: Session, name: str) -> None:
    admins = select(User.name).where(User.role == "admin", User.active)
    active = session.scalars(admins.order_by(User.name)).all()
    session.scalars(admins.order_by(User.name).with_for_update()).all()
    wanted = select(User).where(User.name == name).with_for_update()
    user = session.scalars(wanted.execution_options(populate_existing=True)).one_or_none()
    if user is None:
        session.rollback()
        raise NotFound
    if list(active) == [user.name]:
        session.rollback()
        raise LastAdmin
    user.active = False
    session.commit()


# %% 5.6b reject: two locks in two orders -> Two calls at once leave an admin
def disable(session: Session, name: str) -> None:
    admins = select(User.name).where(User.role == "admin", User.active)
    wanted = select(User).where(User.name == name).with_for_update()
    user = session.scalars(wanted.execution_options(populate_existing=True)).one_or_none()
    if user is None:
        session.rollback()
        raise NotFound
    active = session.scalars(admins.order_by(User.name).with_for_update()).all()
    if list(active) == [user.name]:
        session.rollback()
        raise LastAdmin
    user.active = False
    session.commit()


# %% 5.6b reject: a lock that both hold -> Two calls at once leave an admin
def disable(session: Session, name: str) -> None:
    admins = select(User.name).where(User.role == "admin", User.active)
    active = session.scalars(admins.order_by(User.name).with_for_update(read=True)).all()
    wanted = select(User).where(User.name == name)
    user = session.scalars(wanted.execution_options(populate_existing=True)).one_or_none()
    if user is None:
        session.rollback()
        raise NotFound
    if list(active) == [user.name]:
        session.rollback()
        raise LastAdmin
    user.active = False
    session.commit()


# %% 5.6b reject: locked admins are skipped -> Two calls at once leave an admin
def disable(session: Session, name: str) -> None:
    admins = select(User.name).where(User.role == "admin", User.active)
    active = session.scalars(admins.order_by(User.name).with_for_update(skip_locked=True)).all()
    wanted = select(User).where(User.name == name).with_for_update()
    user = session.scalars(wanted.execution_options(populate_existing=True)).one_or_none()
    if user is None:
        session.rollback()
        raise NotFound
    if list(active) == [user.name]:
        session.rollback()
        raise LastAdmin
    user.active = False
    session.commit()


# %% 5.6b reject: the count stands in the UPDATE -> Two calls at once leave an admin
from sqlalchemy import or_, update


def disable(session: Session, name: str) -> None:
    others = select(func.count()).where(User.role == "admin", User.active, User.name != name).scalar_subquery()
    change = update(User).where(User.name == name, or_(User.role != "admin", ~User.active, others > 0))
    if session.execute(change.values(active=False).execution_options(synchronize_session=False)).rowcount:
        session.commit()
        return
    raise LastAdmin if session.scalar(select(func.count()).where(User.name == name)) else NotFound


def _old(session: Session, name: str) -> None:
    admins = select(User.name).where(User.role == "admin", User.active)
    active = session.scalars(admins.order_by(User.name).with_for_update()).all()
    wanted = select(User).where(User.name == name).with_for_update()
    user = session.scalars(wanted.execution_options(populate_existing=True)).one_or_none()
    if user is None:
        session.rollback()
        raise NotFound
    if list(active) == [user.name]:
        session.rollback()
        raise LastAdmin
    user.active = False
    session.commit()


# %% 5.6b reject: a lock in this process -> Two calls at once leave an admin
from threading import Lock

ONE = Lock()


def disable(session: Session, name: str) -> None:
    with ONE:
        _disable(session, name)


def _disable(session: Session, name: str) -> None:
    admins = select(User.name).where(User.role == "admin", User.active)
    active = session.scalars(admins.order_by(User.name)).all()
    wanted = select(User).where(User.name == name)
    user = session.scalars(wanted.execution_options(populate_existing=True)).one_or_none()
    if user is None:
        session.rollback()
        raise NotFound
    if list(active) == [user.name]:
        session.rollback()
        raise LastAdmin
    user.active = False
    session.commit()


# %% 5.6b reject: no admin is active, and one is refused -> Who is disabled already stays so
def disable(session: Session, name: str) -> None:
    admins = select(User.name).where(User.role == "admin", User.active)
    active = session.scalars(admins.order_by(User.name).with_for_update()).all()
    wanted = select(User).where(User.name == name).with_for_update()
    user = session.scalars(wanted.execution_options(populate_existing=True)).one_or_none()
    if user is None:
        session.rollback()
        raise NotFound
    if user.role == "admin" and set(active) <= {user.name}:
        session.rollback()
        raise LastAdmin
    user.active = False
    session.commit()


# %% 5.6b reject: moderators count as admins -> The last admin stays
def disable(session: Session, name: str) -> None:
    admins = select(User.name).where(User.role != "member", User.active)
    active = session.scalars(admins.order_by(User.name).with_for_update()).all()
    wanted = select(User).where(User.name == name).with_for_update()
    user = session.scalars(wanted.execution_options(populate_existing=True)).one_or_none()
    if user is None:
        session.rollback()
        raise NotFound
    if list(active) == [user.name]:
        session.rollback()
        raise LastAdmin
    user.active = False
    session.commit()


# %% 5.6b reject: the role is taken, too -> A user is disabled
def disable(session: Session, name: str) -> None:
    admins = select(User.name).where(User.role == "admin", User.active)
    active = session.scalars(admins.order_by(User.name).with_for_update()).all()
    wanted = select(User).where(User.name == name).with_for_update()
    user = session.scalars(wanted.execution_options(populate_existing=True)).one_or_none()
    if user is None:
        session.rollback()
        raise NotFound
    if list(active) == [user.name]:
        session.rollback()
        raise LastAdmin
    user.active = False
    user.role = "member"
    session.commit()


# %% 5.6b reject: changed before it is refused -> A refusal leaves nothing behind
def disable(session: Session, name: str) -> None:
    admins = select(User.name).where(User.role == "admin", User.active)
    active = session.scalars(admins.order_by(User.name).with_for_update()).all()
    wanted = select(User).where(User.name == name).with_for_update()
    user = session.scalars(wanted.execution_options(populate_existing=True)).one_or_none()
    if user is None:
        session.rollback()
        raise NotFound
    user.active = False
    session.flush()
    if list(active) == [user.name]:
        raise LastAdmin
    user.active = False
    session.commit()


# %% 5.6b reject: the name is a pattern -> Nobody of this name is not found
def disable(session: Session, name: str) -> None:
    admins = select(User.name).where(User.role == "admin", User.active)
    active = session.scalars(admins.order_by(User.name).with_for_update()).all()
    wanted = select(User).where(User.name.like(name)).with_for_update()
    user = session.scalars(wanted.execution_options(populate_existing=True)).one_or_none()
    if user is None:
        session.rollback()
        raise NotFound
    if list(active) == [user.name]:
        session.rollback()
        raise LastAdmin
    user.active = False
    session.commit()


# %% 5.6b reject: the name is pasted into SQL -> A user is disabled
from sqlalchemy import text


def disable(session: Session, name: str) -> None:
    admins = select(User.name).where(User.role == "admin", User.active)
    active = session.scalars(admins.order_by(User.name).with_for_update()).all()
    wanted = select(User).where(text(f"name = '{name}'")).with_for_update()
    user = session.scalars(wanted.execution_options(populate_existing=True)).one_or_none()
    if user is None:
        session.rollback()
        raise NotFound
    if list(active) == [user.name]:
        session.rollback()
        raise LastAdmin
    user.active = False
    session.commit()


# %% 5.6c accept: one text a pair, from a function
def findings(measured, may):
    def said(endpoint, caller):
        status = measured[endpoint][caller]
        refused, allowed = status in {401, 403}, caller in may[endpoint]
        if status > 499:
            return "broken"
        if allowed:
            return "refused" if refused else None
        return None if refused or status == 404 else "let through"

    found = {f"{each}: no rule" for each in measured.keys() - may.keys()}
    found |= {f"{each}: never called" for each in may.keys() - measured.keys()}
    for endpoint in measured.keys() & may.keys():
        for caller in measured[endpoint]:
            if text := said(endpoint, caller):
                found.add(f"{endpoint} as {caller}: {text}")
    return sorted(found)


# %% 5.6c reject: only a success counts as let through -> Who may not and comes through is said
def findings(measured, may):
    found = [f"{endpoint}: never called" for endpoint in may if endpoint not in measured]
    for endpoint, statuses in measured.items():
        if endpoint not in may:
            found.append(f"{endpoint}: no rule")
            continue
        for caller, status in statuses.items():
            allowed = caller in may[endpoint]
            if status >= 500:
                found.append(f"{endpoint} as {caller}: broken")
            elif not allowed and status < 400:
                found.append(f"{endpoint} as {caller}: let through")
            elif allowed and status in (401, 403):
                found.append(f"{endpoint} as {caller}: refused")
    return sorted(found)


# %% 5.6c reject: what has no rule is open -> An endpoint without a rule is said once
def findings(measured, may):
    found = [f"{endpoint}: never called" for endpoint in may if endpoint not in measured]
    for endpoint, statuses in measured.items():
        for caller, status in statuses.items():
            allowed = caller in may.get(endpoint, statuses)
            if status >= 500:
                found.append(f"{endpoint} as {caller}: broken")
            elif not allowed and status not in (401, 403, 404):
                found.append(f"{endpoint} as {caller}: let through")
            elif allowed and status in (401, 403):
                found.append(f"{endpoint} as {caller}: refused")
    return sorted(found)


# %% 5.6c reject: a 404 counts as refused -> Other statuses are no finding for who may
def findings(measured, may):
    found = [f"{endpoint}: never called" for endpoint in may if endpoint not in measured]
    for endpoint, statuses in measured.items():
        if endpoint not in may:
            found.append(f"{endpoint}: no rule")
            continue
        for caller, status in statuses.items():
            allowed = caller in may[endpoint]
            refused = status in (401, 403, 404)
            if status >= 500:
                found.append(f"{endpoint} as {caller}: broken")
            elif not allowed and not refused:
                found.append(f"{endpoint} as {caller}: let through")
            elif allowed and refused:
                found.append(f"{endpoint} as {caller}: refused")
    return sorted(found)


# %% 5.6c reject: a crash of a stranger counts as let through -> What is broken is said whoever calls
def findings(measured, may):
    found = [f"{endpoint}: never called" for endpoint in may if endpoint not in measured]
    for endpoint, statuses in measured.items():
        if endpoint not in may:
            found.append(f"{endpoint}: no rule")
            continue
        for caller, status in statuses.items():
            allowed = caller in may[endpoint]
            if not allowed and status not in (401, 403, 404):
                found.append(f"{endpoint} as {caller}: let through")
            elif allowed and status in (401, 403):
                found.append(f"{endpoint} as {caller}: refused")
            elif status >= 500:
                found.append(f"{endpoint} as {caller}: broken")
    return sorted(found)


# %% 5.6c reject: rules that nobody tried are forgotten -> A rule without a measurement is said
def findings(measured, may):
    found = []
    for endpoint, statuses in measured.items():
        if endpoint not in may:
            found.append(f"{endpoint}: no rule")
            continue
        for caller, status in statuses.items():
            allowed = caller in may[endpoint]
            if status >= 500:
                found.append(f"{endpoint} as {caller}: broken")
            elif not allowed and status not in (401, 403, 404):
                found.append(f"{endpoint} as {caller}: let through")
            elif allowed and status in (401, 403):
                found.append(f"{endpoint} as {caller}: refused")
    return sorted(found)


# %% 5.6c reject: the admin may always -> Who may not and comes through is said
def findings(
    measured: dict[str, dict[str, int]], may: dict[str, set[str]]
) -> list[str]:
    found = [f"{each}: never called" for each in may if each not in measured]
    for endpoint, statuses in measured.items():
        if endpoint not in may:
            found.append(f"{endpoint}: no rule")
            continue
        for who, status in statuses.items():
            if status >= 500:
                found.append(f"{endpoint} as {who}: broken")
            elif who not in may[endpoint] | {"admin"} and status not in (401, 403, 404):
                found.append(f"{endpoint} as {who}: let through")
            elif who in may[endpoint] and status in (401, 403):
                found.append(f"{endpoint} as {who}: refused")
    return sorted(found)


# %% 5.6c reject: a guest may never -> Who may and is refused is said
def findings(
    measured: dict[str, dict[str, int]], may: dict[str, set[str]]
) -> list[str]:
    found = [f"{each}: never called" for each in may if each not in measured]
    for endpoint, statuses in measured.items():
        if endpoint not in may:
            found.append(f"{endpoint}: no rule")
            continue
        for who, status in statuses.items():
            if status >= 500:
                found.append(f"{endpoint} as {who}: broken")
            elif who not in may[endpoint] and status not in (401, 403, 404):
                found.append(f"{endpoint} as {who}: let through")
            elif who in may[endpoint] - {"guest"} and status in (401, 403):
                found.append(f"{endpoint} as {who}: refused")
    return sorted(found)


# %% 5.6c reject: a part of a caller's name -> Who may not and comes through is said
def findings(
    measured: dict[str, dict[str, int]], may: dict[str, set[str]]
) -> list[str]:
    found = [f"{each}: never called" for each in may if each not in measured]
    for endpoint, statuses in measured.items():
        if endpoint not in may:
            found.append(f"{endpoint}: no rule")
            continue
        for who, status in statuses.items():
            if status >= 500:
                found.append(f"{endpoint} as {who}: broken")
            elif who not in " ".join(may[endpoint]) and status not in (401, 403, 404):
                found.append(f"{endpoint} as {who}: let through")
            elif who in may[endpoint] and status in (401, 403):
                found.append(f"{endpoint} as {who}: refused")
    return sorted(found)


# %% 5.6c reject: what has no rule gets one -> Measured and may stay
def findings(
    measured: dict[str, dict[str, int]], may: dict[str, set[str]]
) -> list[str]:
    found = [f"{each}: never called" for each in may if each not in measured]
    for endpoint, statuses in measured.items():
        if endpoint not in may:
            found.append(f"{endpoint}: no rule")
            may[endpoint] = set()
            continue
        for who, status in statuses.items():
            if status >= 500:
                found.append(f"{endpoint} as {who}: broken")
            elif who not in may[endpoint] and status not in (401, 403, 404):
                found.append(f"{endpoint} as {who}: let through")
            elif who in may[endpoint] and status in (401, 403):
                found.append(f"{endpoint} as {who}: refused")
    return sorted(found)


# %% 5.6d accept: a question for each field
def refused_fields(caller, name, changes):
    own, admin = caller.name == name, caller.role == "admin"
    rules = {"bio": own, "email": own, "role": admin and not own, "active": admin and not own}
    return sorted(field for field in changes if not rules.get(field))


# %% 5.6d reject: an admin promotes themselves -> Nobody sets their own role
def refused_fields(caller, name, changes):
    allowed = set()
    if caller.name == name:
        allowed |= {"bio", "email"}
    if caller.role == "admin":
        allowed |= {"role", "active"}
    return sorted(changes.keys() - allowed)


# %% 5.6d reject: a list of what is refused -> A field that no line names is refused
def refused_fields(caller, name, changes):
    if caller.name == name:
        refused = {"role", "active"}
    elif caller.role == "admin":
        refused = {"bio", "email"}
    else:
        return sorted(changes)
    return sorted(changes.keys() & refused)


# %% 5.6d reject: an admin may do everything to others -> Admins leave bio and email of others
def refused_fields(caller, name, changes):
    if caller.name == name:
        allowed = {"bio", "email"}
    elif caller.role == "admin":
        allowed = {"bio", "email", "role", "active"}
    else:
        allowed = set()
    return sorted(changes.keys() - allowed)


# %% 5.6d reject: moderators are admins -> Others set nothing
def refused_fields(caller, name, changes):
    if caller.name == name:
        allowed = {"bio", "email"}
    elif caller.role in ("admin", "moderator"):
        allowed = {"role", "active"}
    else:
        allowed = set()
    return sorted(changes.keys() - allowed)


# %% 5.6d reject: a user who is active stays active -> Values do not matter
OWN = {"bio", "email"}
OF_ADMINS = {"role", "active"}


def refused_fields(caller: Caller, name: str, changes: dict[str, object]) -> list[str]:
    allowed = set()
    if caller.name == name:
        allowed |= OWN
    elif caller.role == "admin":
        allowed |= OF_ADMINS
    return sorted({k for k, v in changes.items() if not (k == "active" and v is True)} - allowed)


# %% 5.6d reject: an admin gives up the role -> Values do not matter
OWN = {"bio", "email"}
OF_ADMINS = {"role", "active"}


def refused_fields(caller: Caller, name: str, changes: dict[str, object]) -> list[str]:
    allowed = set()
    if caller.name == name:
        allowed |= OWN
    elif caller.role == "admin":
        allowed |= OF_ADMINS
    return sorted({k for k, v in changes.items() if not (k == "role" and v == "member" and caller.role == "admin")} - allowed)


# %% 5.6d reject: names in any case -> Others set nothing
OWN = {"bio", "email"}
OF_ADMINS = {"role", "active"}


def refused_fields(caller: Caller, name: str, changes: dict[str, object]) -> list[str]:
    allowed = set()
    if caller.name.lower() == name.lower():
        allowed |= OWN
    elif caller.role == "admin":
        allowed |= OF_ADMINS
    return sorted(set(changes) - allowed)


# %% 5.6d reject: a caller named admin is one -> Others set nothing
OWN = {"bio", "email"}
OF_ADMINS = {"role", "active"}


def refused_fields(caller: Caller, name: str, changes: dict[str, object]) -> list[str]:
    allowed = set()
    if caller.name == name:
        allowed |= OWN
    elif "admin" in (caller.role, caller.name):
        allowed |= OF_ADMINS
    return sorted(set(changes) - allowed)
