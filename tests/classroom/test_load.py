"""A room of 300 learners at the live board, each with three checks a minute."""

import asyncio
import json
import os
import random
import statistics
import subprocess
import sys
import time
from pathlib import Path

import httpx
import psutil
import pytest
import room_support as rooms

from course.authoring import net

LEARNERS, PER_MINUTE = 300, 3
SECONDS = float(os.environ.get("COURSE_ROOM_SECONDS", "30"))
EXERCISES = ["2.3a", "2.3b", "2.3c", "2.3d"]
UNMET = ["An unknown post is a 404", "The row is gone afterwards", "Nothing is pasted into the SQL"]


class Room:
    """Who sends what, and when the page shows it; `sent`: by learner the attempts so far, and when accepted."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.waiting: dict[tuple[str, str], tuple[int, float]] = {}
        self.delays: list[float] = []
        self.accepted = self.snapshots = 0
        self.ready = asyncio.Event()

    async def page(self, client: httpx.AsyncClient) -> None:
        """One tab of the board."""
        async with client.stream("GET", f"{self.address}/stream", timeout=None) as lines:
            async for line in lines.aiter_lines():
                if line.startswith("data:"):
                    self.seen(json.loads(line[5:]), time.perf_counter())

    def seen(self, snapshot: dict, now: float) -> None:
        self.snapshots += 1
        self.ready.set()
        about = [each["id"] for each in snapshot["exercises"]]
        rows = {row["name"]: dict(zip(about, row["cells"], strict=True)) for row in snapshot["rows"]}
        for key, (attempts, since) in list(self.waiting.items()):
            cell = rows[key[0]].get(key[1])
            if cell and cell[0] >= attempts:
                self.delays.append(max(0.0, now - since))
                del self.waiting[key]

    async def learner(self, client: httpx.AsyncClient, name: str, token: str) -> None:
        """Checks at a steady pace, begun at a chance moment."""
        counts = dict.fromkeys(EXERCISES, 0)
        pace, end = 60 / PER_MINUTE, time.perf_counter() + SECONDS
        await asyncio.sleep(random.uniform(0, pace))
        sequence = 0
        while time.perf_counter() < end:
            sequence += 1
            about = random.choice(EXERCISES)
            counts[about] += 1
            done = random.random() < 0.25
            event = {"sequence": sequence, "at": "2026-03-02T09:00:00Z", "event": "check", "id": about}
            event |= {"outcome": "done"} if done else {"outcome": "not yet", "unmet": random.choice(UNMET)}
            body, headers = {"events": [event]}, {"Authorization": f"Bearer {token}"}
            reply = await client.post(f"{self.address}/events", json=body, headers=headers)
            assert reply.status_code == 200, reply.text
            self.accepted += 1
            self.waiting.setdefault((name, about), (counts[about], time.perf_counter()))
            await asyncio.sleep(pace)


async def fill(address: str) -> Room:
    """All of it: they join, a tab opens, and everybody works."""
    room = Room(address)
    limits = httpx.Limits(max_connections=50)
    async with httpx.AsyncClient(timeout=60, limits=limits) as client:
        (await client.post(f"{address}/session", json={"key": rooms.KEY})).raise_for_status()
        joined = [
            (await client.post(f"{address}/join", json={"code": rooms.CODE})).json() for _ in range(LEARNERS)
        ]
        tab = asyncio.create_task(room.page(client))
        await room.ready.wait()
        await asyncio.gather(*(room.learner(client, **each) for each in joined))
        end = time.perf_counter() + rooms.GUARD
        while room.waiting and time.perf_counter() < end:
            await asyncio.sleep(0.05)
        tab.cancel()
    return room


PROGRAM = """
import socket, sys
from course.classroom.board import server
from course.classroom.board.settings import Settings
with socket.socket() as listening:
    listening.bind(("127.0.0.1", int(sys.argv[1])))
    server.of_room(Settings(*sys.argv[2:])).run(sockets=[listening])
"""


@pytest.mark.deep
def test_300_learners_at_three_checks_a_minute_are_all_seen(record_property, tmp_path: Path):
    with rooms.room() as settings:
        port = net.free_port()
        command = [sys.executable, "-c", PROGRAM, str(port), settings.url, settings.code, settings.key]
        running = subprocess.Popen(command)
        try:
            net.wait_for(f"http://127.0.0.1:{port}/")
            used = psutil.Process(running.pid)
            before, begun = sum(used.cpu_times()[:2]), time.perf_counter()
            room = asyncio.run(fill(f"http://127.0.0.1:{port}"))
            share = (sum(used.cpu_times()[:2]) - before) / (time.perf_counter() - begun)
            memory = used.memory_info().rss / 2**20
        finally:
            running.terminate()
            running.wait(rooms.GUARD)
    quantiles = statistics.quantiles(room.delays, n=100)
    record_property(
        "told",
        f"board, {LEARNERS} learners, {room.accepted} events in {SECONDS:.0f} s: accepted to page p50 "
        f"{1000 * statistics.median(room.delays):.0f} ms, p95 {1000 * quantiles[94]:.0f}, max "
        f"{1000 * max(room.delays):.0f}; {room.snapshots} snapshots; {100 * share:.0f} % of a core, "
        f"{memory:.0f} MB; load of the machine {os.getloadavg()[0]:.1f}",
    )
    assert not room.waiting
    assert room.accepted >= LEARNERS * PER_MINUTE * (SECONDS - 60 / PER_MINUTE) / 60
    assert room.snapshots < room.accepted  # one for several events
