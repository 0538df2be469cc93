# %% 8.3a accept: made from two lists
FIRST = dict(
    zip(
        [
            "the feed is a 500; this release's migration has added a column",
            "titles are cut off; this release's migration has dropped a column that only the old code reads",
            "a script has set all e-mail addresses to NULL; users go on writing",
            "a colleague needs the tags on a later version of PostgreSQL",
        ],
        ["switch", "forward", "recover", "dump"],
        strict=True,
    )
)

# %% 8.3a reject: the contracted schema is forgotten -> A contracted schema does not
FIRST = {
    "the feed is a 500; this release's migration has added a column": "switch",
    "titles are cut off; this release's migration has dropped a column that only the old code reads": "switch",
    "a script has set all e-mail addresses to NULL; users go on writing": "recover",
    "a colleague needs the tags on a later version of PostgreSQL": "dump",
}

# %% 8.3a reject: the code never goes back -> An expanded schema lets the code go back
FIRST = {
    "the feed is a 500; this release's migration has added a column": "forward",
    "titles are cut off; this release's migration has dropped a column that only the old code reads": "forward",
    "a script has set all e-mail addresses to NULL; users go on writing": "recover",
    "a colleague needs the tags on a later version of PostgreSQL": "dump",
}

# %% 8.3a reject: the dump of the night -> What was overwritten is in the wal
FIRST = {
    "the feed is a 500; this release's migration has added a column": "switch",
    "titles are cut off; this release's migration has dropped a column that only the old code reads": "forward",
    "a script has set all e-mail addresses to NULL; users go on writing": "dump",
    "a colleague needs the tags on a later version of PostgreSQL": "dump",
}

# %% 8.3a reject: files for another version -> Another version needs a dump
FIRST = {
    "the feed is a 500; this release's migration has added a column": "switch",
    "titles are cut off; this release's migration has dropped a column that only the old code reads": "forward",
    "a script has set all e-mail addresses to NULL; users go on writing": "recover",
    "a colleague needs the tags on a later version of PostgreSQL": "recover",
}


# %% 8.3b accept: one try around each call
def deploy(old, new, proxy, tries):
    ready = False
    try:
        new.start()
        for _ in range(tries):
            try:
                ready = new.ready()
            except Exception:
                ready = False
            if ready:
                break
    except Exception:
        ready = False
    if not ready:
        new.stop()
        return False
    proxy.switch(new)
    try:
        well = proxy.smoke()
    except Exception:
        well = False
    if not well:
        proxy.switch(old)
        new.stop()
        return False
    old.stop()
    return True


# %% 8.3b reject: the old one is stopped first -> It starts switches and stops the old one
def deploy(old, new, proxy, tries):
    old.stop()
    new.start()
    for _ in range(tries):
        if new.ready():
            proxy.switch(new)
            return proxy.smoke()
    new.stop()
    return False


# %% 8.3b reject: the new one is stopped before the proxy goes back -> A failed smoke test brings the old one back
def deploy(old, new, proxy, tries):
    def well(call):
        try:
            return call() is not False
        except Exception:
            return False

    if not well(new.start) or not any(well(new.ready) for _ in range(tries)):
        new.stop()
        return False
    proxy.switch(new)
    if not well(proxy.smoke):
        new.stop()
        proxy.switch(old)
        return False
    old.stop()
    return True


# %% 8.3b reject: an error of ready ends the deploy -> An error of ready counts as one no
def deploy(old, new, proxy, tries):
    try:
        new.start()
        ready = any(new.ready() for _ in range(tries))
    except Exception:
        ready = False
    if not ready:
        new.stop()
        return False
    proxy.switch(new)
    try:
        well = proxy.smoke()
    except Exception:
        well = False
    if not well:
        proxy.switch(old)
        new.stop()
        return False
    old.stop()
    return True


# %% 8.3b reject: a new one that is not ready stays -> A new one that is never ready is stopped
def deploy(old, new, proxy, tries):
    def well(call):
        try:
            return call() is not False
        except Exception:
            return False

    if not well(new.start) or not any(well(new.ready) for _ in range(tries)):
        return False
    proxy.switch(new)
    if not well(proxy.smoke):
        proxy.switch(old)
        new.stop()
        return False
    old.stop()
    return True


# %% 8.3c accept: split instead of a regular expression
def accident(lines, table):
    deleted, committed = {}, []
    for line in lines:
        number = line.split("tx:")[1].split(",")[0].strip()
        what = line.split("desc: ")[1].split()[0]
        if what == "COMMIT":
            committed.append(number)
        elif what == "DELETE" and line.split(" rel ")[1].split(" ")[0] == table:
            deleted[number] = deleted.get(number, 0) + 1
    those = {number: count for number, count in deleted.items() if number in committed}
    return max(those, key=those.get) if those else None


# %% 8.3c reject: rolled back ones count -> A transaction that was rolled back does not count
import re
from collections import Counter


def accident(lines, table):
    deleted = Counter(
        re.search(r"tx: +(\d+)", line)[1] for line in lines if "DELETE" in line and f"rel {table} " in line
    )
    return deleted.most_common(1)[0][0] if deleted else None


# %% 8.3c reject: the name may go on -> Other tables do not count
import re
from collections import Counter


def accident(lines, table):
    committed = {re.search(r"tx: +(\d+)", line)[1] for line in lines if "COMMIT" in line}
    deleted = Counter(
        number
        for line in lines
        if "DELETE" in line and f"rel {table}" in line
        if (number := re.search(r"tx: +(\d+)", line)[1]) in committed
    )
    return deleted.most_common(1)[0][0] if deleted else None


# %% 8.3c reject: all changes count -> Inserts do not count
import re
from collections import Counter


def accident(lines, table):
    committed = {re.search(r"tx: +(\d+)", line)[1] for line in lines if "COMMIT" in line}
    changed = Counter(
        number
        for line in lines
        if f"rel {table} " in line
        if (number := re.search(r"tx: +(\d+)", line)[1]) in committed
    )
    return changed.most_common(1)[0][0] if changed else None


# %% 8.3c reject: it takes for granted that there is one -> None when nobody deleted
import re
from collections import Counter


def accident(lines, table):
    committed = {re.search(r"tx: +(\d+)", line)[1] for line in lines if "COMMIT" in line}
    deleted = Counter(
        number
        for line in lines
        if "DELETE" in line and f"rel {table} " in line
        if (number := re.search(r"tx: +(\d+)", line)[1]) in committed
    )
    return deleted.most_common(1)[0][0] if deleted else ""


# %% 8.3d accept: from the latest down
def best_backup(backups, archived, target):
    for name, first, last in sorted(backups, key=lambda backup: backup[1], reverse=True):
        if last <= target and not set(range(first, target + 1)) - archived:
            return name
    return None


# %% 8.3d reject: it has begun, but not ended -> A backup has ended at the target
def best_backup(backups, archived, target):
    works = [
        (first, name)
        for name, first, last in backups
        if first <= target and archived.issuperset(range(first, target + 1))
    ]
    return max(works)[1] if works else None


# %% 8.3d reject: the archive is not looked at -> Every file from its first to the target is there
def best_backup(backups, archived, target):
    works = [(first, name) for name, first, last in backups if last <= target]
    return max(works)[1] if works and archived else None


# %% 8.3d reject: the latest in the list -> The latest that works
def best_backup(backups, archived, target):
    works = [
        name
        for name, first, last in backups
        if last <= target and archived.issuperset(range(first, target + 1))
    ]
    return works[-1] if works else None


# %% 8.3d reject: from its end on only -> Every file from its first to the target is there
def best_backup(backups, archived, target):
    works = [
        (first, name)
        for name, first, last in backups
        if last <= target and archived.issuperset(range(last, target + 1))
    ]
    return max(works)[1] if works else None


# %% 8.3e accept: NOT EXISTS
import psycopg


def bring_back(url):
    with psycopg.connect(url) as connection:
        return connection.execute(
            """
            INSERT INTO comments (id, content) OVERRIDING SYSTEM VALUE
            SELECT r.id, r.content FROM recovered AS r
            WHERE NOT EXISTS (SELECT FROM comments AS c WHERE c.id = r.id)
            """
        ).rowcount


# %% 8.3e reject: the table is emptied -> Newer rows stay
import psycopg


def bring_back(url):
    with psycopg.connect(url) as connection:
        connection.execute("TRUNCATE comments")
        return connection.execute(
            "INSERT INTO comments OVERRIDING SYSTEM VALUE SELECT * FROM recovered"
        ).rowcount


# %% 8.3e reject: the recovered text wins -> A row that is there stays as it is
import psycopg


def bring_back(url):
    with psycopg.connect(url) as connection:
        return connection.execute(
            "INSERT INTO comments OVERRIDING SYSTEM VALUE SELECT * FROM recovered "
            "ON CONFLICT (id) DO UPDATE SET content = excluded.content"
        ).rowcount


# %% 8.3e reject: the rows get other ids -> The lost rows are there again
import psycopg


def bring_back(url):
    with psycopg.connect(url) as connection:
        return connection.execute(
            "INSERT INTO comments (content) SELECT content FROM recovered"
        ).rowcount


# %% 8.3e reject: the sequence goes back -> A later comment gets an id of its own
import psycopg


def bring_back(url):
    with psycopg.connect(url) as connection:
        done = connection.execute(
            "INSERT INTO comments OVERRIDING SYSTEM VALUE "
            "SELECT * FROM recovered ON CONFLICT (id) DO NOTHING"
        ).rowcount
        connection.execute("SELECT setval('comments_id_seq', (SELECT max(id) FROM recovered))")
        return done


# %% 8.3c reject: numbers of three digits only -> The one that deleted most
def accident(lines, table):
    committed, deletes = set(), Counter()
    for line in lines:
        number = re.search(r"tx: +(\d{3}),", line)
        if number and "desc: COMMIT" in line:
            committed.add(number[1])
        if number and "desc: DELETE" in line and f"rel {table} " in line:
            deletes[number[1]] += 1
    return next((number for number, _ in deletes.most_common() if number in committed), None)


# %% 8.3e reject: a row is known by its text -> Two comments may say the same
def bring_back(url):
    with psycopg.connect(url) as connection:
        return connection.execute(
            "INSERT INTO comments OVERRIDING SYSTEM VALUE SELECT * FROM recovered r "
            "WHERE r.content NOT IN (SELECT content FROM comments) ON CONFLICT (id) DO NOTHING"
        ).rowcount
