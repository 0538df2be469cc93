"""What the environment says, and the limits of the brief."""

import os


def database_url() -> str:
    return os.environ["DATABASE_URL"]


def valkey_url() -> str:
    return os.environ.get("VALKEY_URL", "")


def token_secret() -> str:
    return os.environ["TOKEN_SECRET"]


FRAME_BYTES = 65_536
HELLO_SECONDS = 10
OWNED_ROOMS = 20
TOKEN_SECONDS = 12 * 3600

BEAT_SECONDS = 2  # a worker says that it lives, and looks for what no news told it
DEAD_SECONDS = 20  # a worker that has not said so for this long is dead
OFFLINE_SECONDS = 1  # somebody who is back by then was never offline
WRITE_SECONDS = 20  # a client that takes nothing for this long is cut
CLOSE_SECONDS = 2
EVENTS_KEPT = 1000  # frames that wait for one client; messages do not wait, they are in the database
RECENT_KEPT = 200  # messages of a room in memory, for those who read along
BATCH = 100
