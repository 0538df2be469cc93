# %% 8.1a accept: a copy that is changed, and Popen
def run_with(command, changes):
    environment = os.environ.copy()
    for name, value in changes.items():
        if value is None:
            environment.pop(name, None)
        else:
            environment[name] = value
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE) as process:
        out, _ = process.communicate()
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command, out)
    return out.decode().replace("\r\n", "\n")


# %% 8.1a accept: check_output
def run_with(command, changes):
    given = dict(os.environ)
    given.update({name: value for name, value in changes.items() if value is not None})
    given = {name: given[name] for name in given if changes.get(name, "") is not None}
    return subprocess.check_output(command, env=given, text=True, stderr=subprocess.DEVNULL)


# %% 8.1a reject: only the changes are handed over -> It sees what this process has
def run_with(command, changes):
    given = {name: value for name, value in changes.items() if value is not None}
    return subprocess.run(command, env=given, capture_output=True, text=True, check=True).stdout


# %% 8.1a reject: the environment of this process is changed -> Nothing of it stays
def run_with(command, changes):
    for name, value in changes.items():
        if value is None:
            os.environ.pop(name, None)
        else:
            os.environ[name] = value
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


# %% 8.1a reject: None becomes an empty text -> None takes a variable away
def run_with(command, changes):
    given = os.environ | {name: value or "" for name, value in changes.items()}
    return subprocess.run(command, env=given, capture_output=True, text=True, check=True).stdout


# %% 8.1a reject: empty texts are left out as None is -> The program sees the changes
def run_with(command, changes):
    given = {name: value for name, value in (os.environ | changes).items() if value}
    return subprocess.run(command, env=given, capture_output=True, text=True, check=True).stdout


# %% 8.1a reject: this process wins -> It sees what this process has
def run_with(command, changes):
    given = {name: value for name, value in {**changes, **os.environ}.items() if value is not None}
    return subprocess.run(command, env=given, capture_output=True, text=True, check=True).stdout


# %% 8.1a reject: a status other than 0 is not looked at -> A program that fails is an error
def run_with(command, changes):
    given = {name: value for name, value in {**os.environ, **changes}.items() if value is not None}
    return subprocess.run(command, env=given, capture_output=True, text=True).stdout


# %% 8.1a reject: the dict is emptied -> Nothing of it stays
def run_with(command, changes):
    given = os.environ.copy()
    while changes:
        name, value = changes.popitem()
        given.pop(name, None)
        if value is not None:
            given[name] = value
    return subprocess.run(command, env=given, capture_output=True, text=True, check=True).stdout


# %% 8.1b accept: a class of pydantic-settings reads it
def shop_settings(environment):
    from pydantic import BaseModel, Field, ValidationError

    class Shop(BaseModel):
        DATABASE_URL: str = Field(min_length=1)
        DEBUG: bool = False
        WORKERS: int = Field(1, ge=1)

    given = {name: value for name, value in environment.items() if value}
    try:
        shop = Shop(**given)
    except ValidationError as error:
        raise ValueError(sorted({each["loc"][0] for each in error.errors()})) from None
    return {"database": shop.DATABASE_URL, "debug": shop.DEBUG, "workers": shop.WORKERS}


# %% 8.1b accept: step by step
def shop_settings(environment):
    wrong = []
    database = environment.get("DATABASE_URL", "")
    if database == "":
        wrong.append("DATABASE_URL is missing")
    debug = environment.get("DEBUG", "").casefold()
    if debug not in ("", "1", "true", "yes", "on", "0", "false", "no", "off"):
        wrong.append("DEBUG is neither on nor off")
    try:
        workers = int(environment.get("WORKERS", "") or 1)
    except ValueError:
        workers = 0
    if workers < 1:
        wrong.append("WORKERS is not a whole number from 1 on")
    if wrong:
        raise ValueError("; ".join(wrong))
    return {"database": database, "debug": debug in ("1", "true", "yes", "on"), "workers": workers}


# %% 8.1b reject: the place still decides -> The place changes nothing
def shop_settings(environment):
    if environment.get("PLACE") == "production" and environment.get("DATABASE_URL"):
        return {"database": environment["DATABASE_URL"], "debug": False, "workers": 4}
    if not environment.get("DATABASE_URL"):
        raise ValueError("DATABASE_URL")
    debug = (environment.get("DEBUG") or "off").lower() in ("1", "true", "yes", "on")
    return {"database": environment["DATABASE_URL"], "debug": debug, "workers": int(environment.get("WORKERS") or 1)}


# %% 8.1b reject: any text switches debugging on -> A switch has eight words
def shop_settings(environment):
    if not environment.get("DATABASE_URL"):
        raise ValueError("DATABASE_URL")
    return {
        "database": environment["DATABASE_URL"],
        "debug": bool(environment.get("DEBUG")),
        "workers": int(environment.get("WORKERS") or 1),
    }


# %% 8.1b reject: words in capitals are not known -> A switch has eight words
def shop_settings(environment):
    wrong = []
    debug = environment.get("DEBUG") or "off"
    if debug not in ("1", "true", "yes", "on", "0", "false", "no", "off"):
        wrong.append("DEBUG")
    workers = environment.get("WORKERS") or "1"
    if not workers.isdigit() or int(workers) < 1:
        wrong.append("WORKERS")
    if not environment.get("DATABASE_URL"):
        wrong.append("DATABASE_URL")
    if wrong:
        raise ValueError(*wrong)
    return {
        "database": environment["DATABASE_URL"],
        "debug": debug in ("1", "true", "yes", "on"),
        "workers": int(workers),
    }


# %% 8.1b reject: an empty text is a value -> Without them there is a default
def shop_settings(environment):
    wrong = []
    debug = environment.get("DEBUG", "off").lower()
    if debug not in ("1", "true", "yes", "on", "0", "false", "no", "off"):
        wrong.append("DEBUG")
    workers = environment.get("WORKERS", "1")
    if not workers.isdigit() or int(workers) < 1:
        wrong.append("WORKERS")
    if not environment.get("DATABASE_URL"):
        wrong.append("DATABASE_URL")
    if wrong:
        raise ValueError(*wrong)
    return {
        "database": environment["DATABASE_URL"],
        "debug": debug in ("1", "true", "yes", "on"),
        "workers": int(workers),
    }


# %% 8.1b reject: only the first one is named -> What is wrong is named
def shop_settings(environment):
    if not environment.get("DATABASE_URL"):
        raise ValueError("DATABASE_URL")
    debug = (environment.get("DEBUG") or "off").lower()
    if debug not in ("1", "true", "yes", "on", "0", "false", "no", "off"):
        raise ValueError("DEBUG")
    workers = environment.get("WORKERS") or "1"
    if not workers.isdigit() or int(workers) < 1:
        raise ValueError("WORKERS")
    return {
        "database": environment["DATABASE_URL"],
        "debug": debug in ("1", "true", "yes", "on"),
        "workers": int(workers),
    }


# %% 8.1b reject: the error shows the values -> No value is told
def shop_settings(environment):
    wrong = []
    debug = (environment.get("DEBUG") or "off").lower()
    if debug not in ("1", "true", "yes", "on", "0", "false", "no", "off"):
        wrong.append(f"DEBUG={debug}")
    workers = environment.get("WORKERS") or "1"
    if not workers.isdigit() or int(workers) < 1:
        wrong.append(f"WORKERS={workers}")
    if not environment.get("DATABASE_URL"):
        wrong.append("DATABASE_URL")
    if wrong:
        raise ValueError(*wrong)
    return {
        "database": environment["DATABASE_URL"],
        "debug": debug in ("1", "true", "yes", "on"),
        "workers": int(workers),
    }


# %% 8.1b reject: workers stay a text -> Each variable is read
def shop_settings(environment):
    if not environment.get("DATABASE_URL"):
        raise ValueError("DATABASE_URL")
    debug = (environment.get("DEBUG") or "off").lower() in ("1", "true", "yes", "on")
    return {"database": environment["DATABASE_URL"], "debug": debug, "workers": environment.get("WORKERS") or "1"}


# %% 8.1c accept: both forms are made one by helpers
def pairs_of(given):
    if isinstance(given, dict):
        return list(given.items())
    return [tuple(each.partition("=")[::2]) for each in given or []]


def slips(compose):
    services, found = compose["services"], []
    for name in services:
        service = services[name]
        for _, value in pairs_of(service.get("environment")):
            address = re.match(r"[^:/]+://([^/?#]*)", str(value))
            if address and address[1].rpartition("@")[2].partition(":")[0] in ("localhost", "127.0.0.1"):
                found.append((name, "localhost"))
        for other, how in pairs_of(service.get("depends_on")):
            if other not in services:
                found.append((name, "no such service"))
            elif how and how.get("condition") == "service_healthy" and not services[other].get("healthcheck"):
                found.append((name, "no health check"))
        for port in service.get("ports", []):
            parts = port.split(":")
            if len(parts) < 3 or parts[0] == "0.0.0.0":
                found.append((name, "open"))
    return sorted(set(found))


# %% 8.1c accept: one rule after the other
def slips(compose):
    services = compose["services"]

    def on_localhost(service):
        given = service.get("environment", [])
        texts = [f"x={each}" for each in given.values()] if isinstance(given, dict) else given
        values = [each.split("=", 1)[1] for each in texts if "=" in each]
        return any(urlsplit(each).hostname in ("localhost", "127.0.0.1") for each in values)

    def waits(service):
        given = service.get("depends_on", {})
        return given if isinstance(given, dict) else {each: {} for each in given}

    rules = {
        "localhost": on_localhost,
        "no such service": lambda service: any(each not in services for each in waits(service)),
        "no health check": lambda service: any(
            how.get("condition") == "service_healthy" and each in services and "healthcheck" not in services[each]
            for each, how in waits(service).items()
        ),
        "open": lambda service: any(
            len(each.split(":")) < 3 or each.split(":")[0] == "0.0.0.0" for each in service.get("ports", [])
        ),
    }
    return [(name, rule) for name in sorted(services) for rule in sorted(rules) if rules[rule](services[name])]


# %% 8.1c reject: localhost anywhere in the text -> Another host is none
def slips(compose):
    services, found = compose["services"], set()
    for name, service in services.items():
        given = service.get("environment", {})
        values = given.values() if isinstance(given, dict) else [each.partition("=")[2] for each in given]
        if any("localhost" in str(each) or "127.0.0.1" in str(each) for each in values):
            found.add((name, "localhost"))
    return sorted(found)


# %% 8.1c reject: only the name localhost is known -> An address on localhost is found
def slips(compose):
    services, found = compose["services"], set()
    for name, service in services.items():
        given = service.get("environment", {})
        values = given.values() if isinstance(given, dict) else [each.partition("=")[2] for each in given]
        if any(urlsplit(str(each)).hostname == "localhost" for each in values):
            found.add((name, "localhost"))
    return sorted(found)


# %% 8.1c reject: the list form of environment is not read -> An address on localhost is found
def slips(compose):
    found = set()
    for name, service in compose["services"].items():
        given = service.get("environment", {})
        values = given.values() if isinstance(given, dict) else []
        if any(urlsplit(str(each)).hostname in ("localhost", "127.0.0.1") for each in values):
            found.add((name, "localhost"))
    return sorted(found)


# %% 8.1c reject: a health check is asked for in any case -> A missing health check is found
def slips(compose):
    services, found = compose["services"], set()
    for name, service in services.items():
        for other in service.get("depends_on", {}):
            if other in services and "healthcheck" not in services[other]:
                found.add((name, "no health check"))
    return sorted(found)


# %% 8.1c reject: a missing service is looked for in mappings only -> A service that is not there is found
def slips(compose):
    services, found = compose["services"], set()
    for name, service in services.items():
        waits = service.get("depends_on", {})
        if isinstance(waits, dict) and any(other not in services for other in waits):
            found.add((name, "no such service"))
    return sorted(found)


# %% 8.1c reject: any address before the port is taken for a closed one -> An open port is found
def slips(compose):
    found = set()
    for name, service in compose["services"].items():
        if any(each.count(":") < 2 for each in service.get("ports", [])):
            found.add((name, "open"))
    return sorted(found)


# %% 8.1c reject: only 127.0.0.1 is not open -> An open port is found
def slips(compose):
    found = set()
    for name, service in compose["services"].items():
        if any(not each.startswith("127.0.0.1:") for each in service.get("ports", [])):
            found.add((name, "open"))
    return sorted(found)


# %% 8.1c reject: each slip as often as it is found -> All of them come sorted and once
def slips(compose):
    services, found = compose["services"], []
    for name, service in services.items():
        given = service.get("environment", {})
        values = given.values() if isinstance(given, dict) else [each.partition("=")[2] for each in given]
        found += [
            (name, "localhost") for each in values if urlsplit(str(each)).hostname in ("localhost", "127.0.0.1")
        ]
        waits = service.get("depends_on", {})
        for other in waits:
            if other not in services:
                found.append((name, "no such service"))
            elif isinstance(waits, dict) and waits[other].get("condition") == "service_healthy":
                found += [(name, "no health check")] * ("healthcheck" not in services[other])
        found += [
            (name, "open")
            for each in service.get("ports", [])
            if each.count(":") < 2 or each.startswith("0.0.0.0:")
        ]
    return sorted(found)


# %% 8.1d accept: round by round, with sets
def waves(compose):
    left = {name: set(service.get("depends_on") or ()) for name, service in compose["services"].items()}
    done, found = set(), []
    while left:
        ready = sorted(name for name, others in left.items() if others <= done)
        if not ready:
            raise ValueError("These wait for ever: " + ", ".join(left))
        found.append(ready)
        done.update(ready)
        for name in ready:
            del left[name]
    return found


# %% 8.1d accept: the depth of each service
def waves(compose):
    services, depth, open_ = compose["services"], {}, set()

    def deep(name):
        if name not in services:
            raise ValueError(name)
        if name in open_:
            raise CycleError("a circle", [name])
        if name not in depth:
            open_.add(name)
            depth[name] = 1 + max(map(deep, services[name].get("depends_on", ())), default=-1)
            open_.discard(name)
        return depth[name]

    for name in services:
        deep(name)
    return [sorted(n for n in depth if depth[n] == level) for level in range(max(depth.values()) + 1)]


# %% 8.1d reject: one service a wave -> Postboard starts in four waves
def waves(compose):
    services = compose["services"]
    waits = {name: list(service.get("depends_on", [])) for name, service in services.items()}
    if {other for each in waits.values() for other in each} - services.keys():
        raise ValueError
    return [[name] for name in TopologicalSorter(waits).static_order()]


# %% 8.1d reject: only direct waits of the wave before -> Each is in the earliest one
def waves(compose):
    services = compose["services"]
    waits = {name: list(service.get("depends_on", [])) for name, service in services.items()}
    if {other for each in waits.values() for other in each} - services.keys():
        raise ValueError
    found = [sorted(name for name in waits if not waits[name])]
    placed = set(found[0])
    while len(placed) < len(waits):
        wave = sorted(n for n in waits if n not in placed and set(waits[n]) & set(found[-1]))
        if not wave:
            raise ValueError
        found.append(wave)
        placed |= set(wave)
    return found


# %% 8.1d reject: the names are not sorted -> Each is in the earliest one
def waves(compose):
    left = {name: set(service.get("depends_on") or ()) for name, service in compose["services"].items()}
    done, found = set(), []
    while left:
        ready = [name for name, others in left.items() if others <= done]
        if not ready:
            raise ValueError
        found.append(ready)
        done.update(ready)
        for name in ready:
            del left[name]
    return found


# %% 8.1d reject: who is in a circle is left out -> A circle is an error
def waves(compose):
    left = {name: set(service.get("depends_on") or ()) for name, service in compose["services"].items()}
    if {other for each in left.values() for other in each} - left.keys():
        raise ValueError
    done, found = set(), []
    while ready := sorted(name for name, others in left.items() if others <= done and name not in done):
        found.append(ready)
        done.update(ready)
    return found


# %% 8.1d reject: a service that is not there starts first -> A service that is not there is an error
def waves(compose):
    waits = {name: list(service.get("depends_on", [])) for name, service in compose["services"].items()}
    sorter, found = TopologicalSorter(waits), []
    sorter.prepare()
    while sorter.is_active():
        found.append(sorted(sorter.get_ready()))
        sorter.done(*found[-1])
    return found


# %% 8.1d reject: a missing name is a KeyError -> A service that is not there is an error
def waves(compose):
    services, depth = compose["services"], {}

    def deep(name, path=()):
        if name in path:
            raise ValueError
        waits = services[name].get("depends_on", ())
        return 1 + max((deep(each, (*path, name)) for each in waits), default=-1)

    depth = {name: deep(name) for name in services}
    return [sorted(n for n in depth if depth[n] == level) for level in range(max(depth.values()) + 1)]


# %% 8.1e accept: what counts is sorted out first
def health(results, retries, start_period):
    first = next((number for number, (_, fine) in enumerate(results) if fine), len(results))
    counted = [fine for number, (at, fine) in enumerate(results) if fine or number > first or at >= start_period]
    state = "starting"
    for number, fine in enumerate(counted):
        if fine:
            state = "healthy"
        elif number + 1 >= retries and not any(counted[number + 1 - retries : number + 1]):
            state = "unhealthy"
    return state


# %% 8.1e accept: a counter that is None until the start is over
def health(results, retries, start_period):
    state, left = "starting", retries
    for at, fine in results:
        if fine:
            state, left, start_period = "healthy", retries, float("-inf")
            continue
        if at < start_period:
            continue
        left -= 1
        state = "unhealthy" if left <= 0 else state
    return state


# %% 8.1e reject: one failure is enough -> Fewer failures change nothing
def health(results, retries, start_period):
    state = "starting"
    for at, fine in results:
        if fine:
            state = "healthy"
        elif at >= start_period:
            state = "unhealthy"
    return state


# %% 8.1e reject: failures are never forgotten -> Fewer failures change nothing
def health(results, retries, start_period):
    state, failures, started = "starting", 0, False
    for at, fine in results:
        if fine:
            state, started = "healthy", True
        elif started or at >= start_period:
            failures += 1
            if failures >= retries:
                state = "unhealthy"
    return state


# %% 8.1e reject: the start period does not end with a success -> After a success each failure counts
def health(results, retries, start_period):
    state, failures = "starting", 0
    for at, fine in results:
        if fine:
            state, failures = "healthy", 0
        elif at >= start_period:
            failures += 1
            if failures >= retries:
                state = "unhealthy"
    return state


# %% 8.1e reject: a success in the start period does not count -> A success is healthy
def health(results, retries, start_period):
    state, failures = "starting", 0
    for at, fine in results:
        if at < start_period:
            continue
        if fine:
            state, failures = "healthy", 0
        else:
            failures += 1
            if failures >= retries:
                state = "unhealthy"
    return state


# %% 8.1e reject: there is no start period -> A failure in the start period does not count
def health(results, retries, start_period):
    state, failures = "starting", 0
    for _, fine in results:
        failures = 0 if fine else failures + 1
        if fine:
            state = "healthy"
        elif failures >= retries:
            state = "unhealthy"
    return state


# %% 8.1e reject: the end of the start period belongs to it -> A failure in the start period does not count
def health(results, retries, start_period):
    state, failures, started = "starting", 0, False
    for at, fine in results:
        if fine:
            state, failures, started = "healthy", 0, True
        elif started or at > start_period:
            failures += 1
            if failures >= retries:
                state = "unhealthy"
    return state


# %% 8.1e reject: a sick container stays sick -> A success is healthy
def health(results, retries, start_period):
    state, failures, started = "starting", 0, False
    for at, fine in results:
        if fine:
            failures, started = 0, True
            state = state if state == "unhealthy" else "healthy"
        elif started or at >= start_period:
            failures += 1
            if failures >= retries:
                state = "unhealthy"
    return state


# %% 8.1e reject: a failure of a healthy one sets it back to starting -> Fewer failures change nothing
def health(results, retries, start_period):
    state, failures, started = "starting", 0, False
    for at, fine in results:
        if fine:
            state, failures, started = "healthy", 0, True
        elif started or at >= start_period:
            failures += 1
            state = "unhealthy" if failures >= retries else "starting"
    return state


# %% 8.1a reject: the error output is mixed in -> Only the standard output is returned
def run_with(command, changes):
    environment = {name: text for name, text in (os.environ | changes).items() if text is not None}
    out = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT}
    return subprocess.run(command, env=environment, text=True, check=True, **out).stdout


# %% 8.1a reject: after an error the environment stays changed -> A program that fails is an error
def run_with(command, changes):
    before = dict(os.environ)
    for name, text in changes.items():
        if text is None:
            os.environ.pop(name, None)
        else:
            os.environ[name] = text
    out = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    os.environ.clear()
    os.environ.update(before)
    return out


# %% 8.1b reject: production still has four workers -> The place changes nothing
def shop_settings(environment):
    words = {"1": True, "true": True, "yes": True, "on": True, "0": False, "false": False, "no": False, "off": False}
    database, wrong = environment.get("DATABASE_URL"), []
    debug = words.get((environment.get("DEBUG") or "off").lower())
    try:
        workers = int(environment.get("WORKERS") or (4 if environment.get("PLACE") == "production" else 1))
    except ValueError:
        workers = 0
    wrong += ["DATABASE_URL"] if not database else []
    wrong += ["DEBUG"] if debug is None else []
    wrong += ["WORKERS"] if workers < 1 else []
    if wrong:
        raise ValueError(", ".join(wrong))
    return {"database": database, "debug": debug, "workers": workers}
