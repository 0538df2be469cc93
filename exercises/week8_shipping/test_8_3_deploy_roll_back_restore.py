"""Checks of the exercises of lesson 8.3."""

from itertools import combinations, product

import psycopg

from course.checks import exercise, expect, require

# 8.3a ----------------------------------------------------------------------------------------


REPORTS = [
    "the feed is a 500; this release's migration has added a column",
    "titles are cut off; this release's migration has dropped a column that only the old code reads",
    "a script has set all e-mail addresses to NULL; users go on writing",
    "a colleague needs the tags on a later version of PostgreSQL",
]


@exercise(
    "8.3a",
    hints=[
        "What does the old code need of the schema, and is it there?",
        "A base backup is the files of one server. A dump is SQL.",
        "A column that is gone cannot be switched back. Each of the four words is used once.",
    ],
)
class TestFirstSteps:
    def test_an_expanded_schema_lets_the_code_go_back(self, FIRST):
        self.first(FIRST, "added a column", "switch")

    def test_a_contracted_schema_does_not(self, FIRST):
        switched = {"switch": "The old code reads a column that is not there any more."}
        self.first(FIRST, "dropped a column", "forward", switched)

    def test_what_was_overwritten_is_in_the_wal(self, FIRST):
        wrong = {
            "switch": "No release has done this, and none brings the addresses back.",
            "dump": "A dump of now has no addresses, and one of the night lacks all that came since.",
        }
        self.first(FIRST, "NULL", "recover", wrong)

    def test_another_version_needs_a_dump(self, FIRST):
        files = {"recover": "A base backup is the files of the whole server, for the same version."}
        self.first(FIRST, "later version", "dump", files)

    @staticmethod
    def first(answers, part, wanted, means=None):
        (report,) = [each for each in REPORTS if part in each]
        expect(answers.get(report), wanted, tried=report, means=means or {})


# 8.3b ----------------------------------------------------------------------------------------


class Broken(Exception):
    """An error that no answer knows by its name."""


class Server:
    """A release that notes what is done to it; ready with the ask number `ready_at` (0: never)."""

    def __init__(self, name, seen, ready_at=1, error=None, falls_at=0):
        self.name, self.seen, self.ready_at, self.error = name, seen, ready_at, error
        self.asked, self.falls_at = 0, falls_at

    def start(self):
        self.seen.append(f"{self.name}: start")
        if self.error:
            raise self.error

    def ready(self):
        self.asked += 1
        self.seen.append(f"{self.name}: ready?")
        if self.asked == self.falls_at:
            raise Broken("refused")
        return self.asked == self.ready_at

    def stop(self):
        self.seen.append(f"{self.name}: stop")


class Proxy:
    """A proxy that notes to whom it sends requests."""

    def __init__(self, seen, smoke=True):
        self.seen, self.good = seen, smoke

    def switch(self, server):
        self.seen.append(f"switch to {server.name}")

    def smoke(self):
        self.seen.append("smoke")
        if isinstance(self.good, Exception):
            raise self.good
        return self.good


UP = ["new: start", "new: ready?"]


@exercise(
    "8.3b",
    hints=[
        "Which server must run at every moment, and until when is there a way back?",
        "new.start() may raise an error, and then the process may be half there: it is stopped too.",
        "a helper that calls something and turns an Exception into False; then start and ready, switch, smoke, stop",
    ],
)
class TestDeploy:
    def test_it_starts_switches_and_stops_the_old_one(self, deploy):
        self.went(deploy, {}, {}, 3, True, [*UP, "switch to new", "smoke", "old: stop"])

    def test_it_waits_until_the_new_one_is_ready(self, deploy):
        waits = [*UP, "new: ready?", "new: ready?"]
        end = ["switch to new", "smoke", "old: stop"]
        for tries in (3, 7):
            self.went(deploy, {"ready_at": 3}, {}, tries, True, [*waits, *end])

    def test_a_new_one_that_is_never_ready_is_stopped(self, deploy):
        for tries in (1, 4):
            asks = ["new: ready?"] * tries
            for ready_at in (0, tries + 1):
                self.went(
                    deploy, {"ready_at": ready_at}, {}, tries, False, ["new: start", *asks, "new: stop"]
                )

    def test_a_failed_smoke_test_brings_the_old_one_back(self, deploy):
        back = [*UP, "switch to new", "smoke", "switch to old", "new: stop"]
        self.went(deploy, {}, {"smoke": False}, 3, False, back)

    def test_an_error_at_the_start_counts_as_a_no(self, deploy):
        self.went(deploy, {"error": Broken("port")}, {}, 3, False, ["new: start", "new: stop"])

    def test_an_error_of_ready_counts_as_one_no(self, deploy):
        end = ["switch to new", "smoke", "old: stop"]
        self.went(deploy, {"ready_at": 2, "falls_at": 1}, {}, 3, True, [*UP, "new: ready?", *end])
        self.went(deploy, {"ready_at": 3, "falls_at": 2}, {}, 2, False, [*UP, "new: ready?", "new: stop"])

    def test_an_error_of_the_smoke_test_counts_as_a_no(self, deploy):
        back = [*UP, "switch to new", "smoke", "switch to old", "new: stop"]
        self.went(deploy, {}, {"smoke": Broken("502")}, 3, False, back)

    @staticmethod
    def went(deploy, server, proxy, tries, result, wanted):
        seen = []
        old, new = Server("old", seen), Server("new", seen, **server)
        said = ", ".join(f"{name}={value!r}" for name, value in (server | proxy).items()) or "all is well"
        tried = f"deploy(old, new, proxy, {tries}), {said}"
        got = deploy(old, new, Proxy(seen, **proxy), tries)
        expect(seen, wanted, tried=f"{tried}: the calls")
        expect(got, result, tried=f"{tried}: the result")


# 8.3c ----------------------------------------------------------------------------------------

TABLE = "1663/5/16410"


def deletes(number, count, table=TABLE):
    return [
        f"rmgr: Heap        tx: {number:>10}, lsn: 0/03{row:06X}, "
        f"desc: DELETE xmax: {number}, off: {row}, blkref #0: rel {table} blk 0"
        for row in range(1, count + 1)
    ]


def ends(number, how="COMMIT"):
    line = f"rmgr: Transaction tx: {number:>10}, lsn: 0/040001F0, desc: {how} 2026-11-30 12:00:01.123456 UTC"
    return [line]


def inserts(number, count):
    return [
        f"rmgr: Heap        tx: {number:>10}, lsn: 0/05{row:06X}, "
        f"desc: INSERT off: {row}, blkref #0: rel {TABLE} blk 2"
        for row in range(1, count + 1)
    ]


@exercise(
    "8.3c",
    hints=[
        "What does a transaction that was rolled back leave in the WAL?",
        "The number is between `tx:` and the comma. What stands around the table's name?",
        "a Counter of DELETE lines by transaction, a set of those with COMMIT, and most_common()",
    ],
)
class TestAccident:
    def test_the_one_that_deleted_most(self, accident):
        lines = [*deletes(812, 2), *ends(812), *deletes(813, 5), *ends(813), *deletes(814, 3), *ends(814)]
        self.found(accident, lines, "813", "2, 5 and 3 rows deleted, all committed")
        self.found(accident, lines[::-1], "813", "the same lines, the last one first")
        lines = [*deletes(7, 1), *ends(7), *deletes(4123456789, 2), *ends(4123456789), *inserts(98, 5)]
        self.found(accident, lines, "4123456789", "7 deleted 1 row, 4123456789 deleted 2")

    def test_a_transaction_that_was_rolled_back_does_not_count(self, accident):
        lines = [*deletes(812, 1), *deletes(813, 5), *ends(813, "ABORT"), *ends(812)]
        self.found(accident, lines, "812", "812 deleted 1 row and committed, 813 deleted 5 and aborted")

    def test_nor_does_one_that_has_not_ended(self, accident):
        lines = [*deletes(812, 1), *ends(812), *deletes(813, 5)]
        self.found(accident, lines, "812", "812 deleted 1 row and committed, 813 deleted 5 and has not ended")

    def test_other_tables_do_not_count(self, accident):
        for other in ("1663/5/164101", "1663/5/99999", "21663/5/16410"):
            lines = [*deletes(812, 1), *ends(812), *deletes(813, 5, other), *ends(813)]
            self.found(accident, lines, "812", f"812 deleted 1 row, 813 deleted 5 of {other}")
        lines = [*deletes(812, 1), *ends(812), *deletes(813, 5, "1663/9/7"), *ends(813)]
        self.found(accident, lines, "813", "the table is 1663/9/7", "1663/9/7")

    def test_inserts_do_not_count(self, accident):
        lines = [*inserts(811, 9), *ends(811), *deletes(812, 1), *ends(812)]
        self.found(accident, lines, "812", "811 inserted 9 rows, 812 deleted 1")

    def test_none_when_nobody_deleted(self, accident):
        for lines in ([], [*inserts(811, 2), *ends(811)], [*deletes(812, 2), *ends(812, "ABORT")]):
            self.found(accident, lines, None, f"{len(lines)} lines, and no committed DELETE")

    @staticmethod
    def found(accident, lines, wanted, tried, table=TABLE):
        expect(accident(lines, table), wanted, tried=f"accident(lines, {table!r}): {tried}")


# 8.3d ----------------------------------------------------------------------------------------


def best(backups, archived, target):
    found = None
    for name, first, last in backups:
        whole = all(number in archived for number in range(first, target + 1))
        if last <= target and whole and (found is None or first > found[0]):
            found = (first, name)
    return found and found[1]


@exercise(
    "8.3d",
    hints=[
        "Which files does a server read that begins with this backup and stops at the target?",
        "range() leaves out its end. And the set has files after the target too.",
        "those with last <= target and archived.issuperset(range(first, target + 1)); of them the highest first",
    ],
)
class TestBestBackup:
    def test_the_latest_that_works(self, best_backup):
        backups = [("zoe", 2, 3), ("ada", 5, 6), ("bob", 4, 4)]
        self.chosen(best_backup, backups, set(range(1, 10)), 8)

    def test_a_backup_has_ended_at_the_target(self, best_backup):
        backups = [("mon", 2, 3), ("tue", 5, 7)]
        for target in (2, 3, 4, 5, 6, 7, 8):
            self.chosen(best_backup, backups, set(range(1, 10)), target)

    def test_every_file_from_its_first_to_the_target_is_there(self, best_backup):
        backups = [("mon", 2, 3), ("tue", 5, 6)]
        for gap in range(1, 10):
            self.chosen(best_backup, backups, set(range(1, 10)) - {gap}, 8)

    def test_none_when_no_backup_works(self, best_backup):
        self.chosen(best_backup, [], {1, 2, 3}, 2)
        self.chosen(best_backup, [("mon", 1, 2)], set(), 2)

    def test_small_cases(self, best_backup):
        spans = [(first, last) for first, last in product(range(1, 4), repeat=2) if first <= last]
        for one, two in combinations(spans, 2):
            if one[0] == two[0]:
                continue
            backups = [("b", *one), ("a", *two)]
            for size, target in product(range(5), range(1, 4)):
                for archived in combinations(range(1, 5), size):
                    self.chosen(best_backup, backups, set(archived), target)

    @staticmethod
    def chosen(best_backup, backups, archived, target):
        expect(
            best_backup(list(backups), set(archived), target),
            best(backups, archived, target),
            tried=f"best_backup({backups}, {sorted(archived)}, {target})",
        )


# 8.3e ----------------------------------------------------------------------------------------

TABLES = """
CREATE TABLE comments (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, content text NOT NULL);
INSERT INTO comments (content) SELECT 'Comment ' || n FROM generate_series(1, 5) n;
CREATE TABLE recovered AS TABLE comments;
DELETE FROM comments;
INSERT INTO comments (content) VALUES ('Newer 6'), ('Newer 7');
"""
OLD = [(number, f"Comment {number}") for number in range(1, 6)]
NEW = [(6, "Newer 6"), (7, "Newer 7")]


def rows(url):
    with psycopg.connect(url) as connection:
        return connection.execute("SELECT id, content FROM comments ORDER BY id").fetchall()


def prepare(url, more="SELECT 1"):
    with psycopg.connect(url) as connection:
        connection.execute(TABLES)
        connection.execute(more)


@exercise(
    "8.3e",
    hints=[
        "Which rows of `recovered` are not in `comments`, and who knows that?",
        "Leave out the TRUNCATE. What does the primary key say to a row that is there?",
        "INSERT INTO comments OVERRIDING SYSTEM VALUE SELECT … ON CONFLICT (id) DO NOTHING",
    ],
)
class TestBringBack:
    def test_the_lost_rows_are_there_again(self, bring_back, database_url):
        prepare(database_url)
        bring_back(database_url)
        got = [row for row in rows(database_url) if row[0] <= 5]
        expect(got, OLD, tried="bring_back(url): the rows with the ids 1 to 5")

    def test_two_comments_may_say_the_same(self, bring_back, database_url):
        prepare(database_url, "UPDATE recovered SET content = 'Newer 6' WHERE id = 4")
        bring_back(database_url)
        wanted = [(4, "Newer 6") if row[0] == 4 else row for row in OLD] + NEW
        expect(rows(database_url), wanted, tried="bring_back(url), where 4 says the same as 6")

    def test_newer_rows_stay(self, bring_back, database_url):
        prepare(database_url)
        bring_back(database_url)
        got = [row for row in rows(database_url) if row[0] > 5]
        expect(got, NEW, tried="bring_back(url): the rows that were written after the accident")

    def test_a_row_that_is_there_stays_as_it_is(self, bring_back, database_url):
        by_hand = "INSERT INTO comments OVERRIDING SYSTEM VALUE VALUES (3, 'Changed by hand')"
        prepare(database_url, by_hand)
        bring_back(database_url)
        got = rows(database_url)
        wanted = [(3, "Changed by hand") if row[0] == 3 else row for row in OLD] + NEW
        expect(got, wanted, tried="bring_back(url), while comment 3 is there with another text")

    def test_the_result_is_the_number_of_rows(self, bring_back, database_url):
        prepare(database_url, "INSERT INTO comments OVERRIDING SYSTEM VALUE VALUES (3, 'Changed')")
        expect(bring_back(database_url), 4, tried="bring_back(url), while comment 3 is there")

    def test_a_second_call_brings_back_nothing(self, bring_back, database_url):
        prepare(database_url)
        bring_back(database_url)
        before = rows(database_url)
        expect(bring_back(database_url), 0, tried="bring_back(url), a second time")
        expect(rows(database_url), before, tried="bring_back(url), a second time: the rows")

    def test_a_later_comment_gets_an_id_of_its_own(self, bring_back, database_url):
        prepare(database_url)
        bring_back(database_url)
        with psycopg.connect(database_url) as connection:
            try:
                connection.execute("INSERT INTO comments (content) VALUES ('Later')")
                said = ""
            except psycopg.Error as error:
                said = str(error).splitlines()[0]
        require(not said, tried="a comment written after bring_back(url)", expected="it is stored", got=said)
