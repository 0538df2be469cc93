"""JupyterHub for a room on one machine: README.md beside this file says how it is set up.

What is yours to change stands in hub.env (see hub.env.example); this file reads it and needs no change.
"""

import asyncio
import os
import pwd
import resource
import sys
from pathlib import Path

from course.classroom import learner_role

c = get_config()  # noqa: F821

COURSE = Path(learner_role.__file__).parents[2]
STATE = Path(os.environ.get("COURSE_HUB_STATE", "/var/lib/course-hub"))
# The hub's own login at a PostgreSQL for all; learners never see it. Without one each learner has a server of
# their own in their folder, as on a computer of their own.
DATABASE = os.environ.get("COURSE_HUB_DATABASE_URL", "").strip()
MEMORY_MB = int(os.environ.get("COURSE_HUB_MEMORY_MB", "1024"))  # of one learner: server, kernels, terminals
CORES = float(os.environ.get("COURSE_HUB_CORES", "1"))  # of one learner, at most
PROCESSES = int(os.environ.get("COURSE_HUB_PROCESSES", "400"))  # of one learner, threads counted
IDLE_MINUTES = float(os.environ.get("COURSE_HUB_IDLE_MINUTES", "60"))
AT_ONCE = int(os.environ.get("COURSE_HUB_STARTS_AT_ONCE", "15"))
SYSTEMD = Path("/run/systemd/system").is_dir()

# ------------------------------------------------------------------ the hub itself

STATE.mkdir(mode=0o700, parents=True, exist_ok=True)
SECRET = learner_role.read_secret(STATE / "learners.secret")
if DATABASE:
    learner_role.prepare_server(DATABASE)
c.JupyterHub.db_url = f"sqlite:///{STATE / 'jupyterhub.sqlite'}"
c.JupyterHub.cookie_secret_file = str(STATE / "cookie.secret")
c.ConfigurableHTTPProxy.pid_file = str(STATE / "proxy.pid")
# Only this machine reaches it: TLS stands in front (README.md, step 8).
c.JupyterHub.bind_url = os.environ.get("COURSE_HUB_BIND_URL", "http://127.0.0.1:8000")
c.JupyterHub.cleanup_servers = False  # a hub that is started anew finds the learners where they were
c.JupyterHub.concurrent_spawn_limit = AT_ONCE
c.JupyterHub.allow_named_servers = False

# ------------------------------------------------------------------ who gets in

# The users of this machine who are in this group, with their passwords.
c.JupyterHub.authenticator_class = "pam"
c.PAMAuthenticator.allowed_groups = {os.environ.get("COURSE_HUB_GROUP", "learners")}
c.PAMAuthenticator.open_sessions = False
c.Authenticator.admin_users = set(filter(None, os.environ.get("COURSE_HUB_ADMINS", "").split(",")))
c.JupyterHub.load_roles = []  # an admin stops and starts servers, and gets into no other one

# ------------------------------------------------------------------ what starts for a learner

c.Spawner.cmd = [sys.executable, "-P", "-m", "course", "class", "hub-server"]
c.Spawner.default_url = "/lab/tree/start_here.md"
c.Spawner.http_timeout = c.Spawner.start_timeout = 300  # fifteen at once, two cores
c.Spawner.env_keep = ["PATH", "LANG", "LC_ALL"]  # not hub.env: it holds the hub's login at PostgreSQL
c.Spawner.args = [
    # Files in a folder of the learner's instead of ports of the machine: ports that many kernels take at the
    # same moment collide, and everybody may knock at them.
    "--KernelManager.transport=ipc",
    # A kernel without work for so long ends, whether its page is open or not; its notebook stays. A server
    # without kernels ends after as long again. Terminals count as work while somebody types.
    f"--MappingKernelManager.cull_idle_timeout={int(IDLE_MINUTES * 60)}",
    f"--MappingKernelManager.cull_interval={min(60, max(1, int(IDLE_MINUTES * 10)))}",
    "--MappingKernelManager.cull_connected=True",
    f"--TerminalManager.cull_inactive_timeout={int(IDLE_MINUTES * 60)}",
    f"--ServerApp.shutdown_no_activity_timeout={int(IDLE_MINUTES * 60)}",
]


async def give_a_role(spawner):
    """Give the learner a folder and, where PostgreSQL is one for all, a role of their own there."""
    user = spawner.user.name
    home = Path(pwd.getpwnam(user).pw_dir)
    given = {"COURSE_WORK": str(home / "course"), "PYTHONDONTWRITEBYTECODE": "1"}
    if SYSTEMD:  # made and removed with the unit, for its user alone; the path of a socket must be short
        given["JUPYTER_RUNTIME_DIR"] = f"/run/course-{user}"
    if DATABASE:
        given |= await asyncio.to_thread(learner_role.environment, DATABASE, user, SECRET)
    spawner.environment = {**spawner.environment, **given}


c.Spawner.pre_spawn_hook = give_a_role

if SYSTEMD:
    # Each learner is a unit of systemd: memory, CPU and processes are those of the whole unit.
    c.JupyterHub.spawner_class = "systemd"
    c.SystemdSpawner.unit_name_template = "course-{USERNAME}"
    c.SystemdSpawner.default_shell = "/bin/bash"
    c.SystemdSpawner.mem_limit = f"{MEMORY_MB}M"
    c.SystemdSpawner.cpu_limit = CORES
    c.SystemdSpawner.isolate_tmp = True
    c.SystemdSpawner.isolate_devices = True
    c.SystemdSpawner.disable_user_sudo = True
    c.SystemdSpawner.unit_extra_properties = {
        "MemorySwapMax": "0",
        "TasksMax": str(PROCESSES),
        "UMask": "0077",
        "ProtectProc": "invisible",  # no other user's processes are seen
        "ProtectSystem": "strict",  # only what the next line names can be written
        "ReadWritePaths": "/home",
        "LimitCORE": "0",
        "TimeoutStopSec": "20",
    }
else:
    # For a trial on a machine without systemd: limits hold for each process, not for all of a learner's.
    from jupyterhub.spawner import LocalProcessSpawner

    class LimitedSpawner(LocalProcessSpawner):
        """A learner's process with limits on address space and on processes."""

        def make_preexec_fn(self, name):
            """Set the limits while still root, then become the learner."""
            become = super().make_preexec_fn(name)
            most = 4 * MEMORY_MB * 2**20  # addresses, of which Python uses a part

            def limited():
                resource.setrlimit(resource.RLIMIT_AS, (most, most))
                resource.setrlimit(resource.RLIMIT_NPROC, (PROCESSES, PROCESSES))
                resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
                os.umask(0o077)
                become()

            return limited

    c.JupyterHub.spawner_class = LimitedSpawner
