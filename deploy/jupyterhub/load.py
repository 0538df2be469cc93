"""What a rehearsal costs the machine: memory and processor time, of each learner, PostgreSQL and the hub."""

import contextlib
import os
import threading
import time
from dataclasses import dataclass, field
from typing import Any

import psutil

SAMPLE_SECONDS = 3.0
POSTGRES, HUB = "PostgreSQL", "hub and proxy"


@dataclass
class Load:
    """Samples all processes for as long as the block runs; without root it measures nothing.

    Memory is PSS: a page that several processes share is counted in parts, so sums are right.
    """

    learners: list[str]
    most: dict[str, float] = field(default_factory=dict)  # whose → MB, at the peak of each
    most_together: float = 0.0  # MB, of all at one moment
    processor: dict[str, float] = field(default_factory=dict)  # whose → seconds
    busy: list[float] = field(default_factory=list)  # share of all cores, per sample

    def __enter__(self) -> "Load":
        self.done = threading.Event()
        self.thread = threading.Thread(target=self._watch, daemon=True)
        self.before = self._processor()
        psutil.cpu_percent()
        self.begin = time.monotonic()
        self.thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.done.set()
        self.thread.join()
        self.seconds = time.monotonic() - self.begin
        self.processor = {
            name: spent - self.before.get(name, 0.0) for name, spent in self._processor().items()
        }

    def _watch(self) -> None:
        while not self.done.wait(SAMPLE_SECONDS):
            if os.geteuid() == 0:
                self._sample()

    def _sample(self) -> None:
        now: dict[str, float] = {}
        for process in psutil.process_iter(["username", "name", "cmdline"]):
            whose = self._whose(process.info)
            with contextlib.suppress(psutil.Error):
                if whose:
                    now[whose] = now.get(whose, 0.0) + process.memory_full_info().pss / 2**20
        for whose, megabytes in now.items():
            self.most[whose] = max(self.most.get(whose, 0.0), megabytes)
        self.most_together = max(self.most_together, sum(now.values()))
        self.busy.append(psutil.cpu_percent())

    def _processor(self) -> dict[str, float]:
        """Seconds of all that are alive, those of their ended children with them: so nothing is lost."""
        found: dict[str, float] = {}
        for process in psutil.process_iter(["username", "name", "cmdline", "cpu_times"]):
            whose, times = self._whose(process.info), process.info["cpu_times"]
            if whose and times:
                found[whose] = found.get(whose, 0.0) + sum(times[:4])
        return found

    def _whose(self, info: dict[str, Any]) -> str:
        if info["username"] in self.learners:
            return str(info["username"])
        if info["name"] == "postgres":
            return POSTGRES
        words = " ".join(info["cmdline"] or [])
        return HUB if "-m jupyterhub -f" in words or "configurable-http-proxy" in words else ""

    def table(self) -> dict[str, str]:
        """The figures, as text."""
        if not self.most:
            return {"memory and processor": "not measured: that needs root on the hub's machine"}
        each = sorted(self.most.get(name, 0.0) for name in self.learners)
        spent = sorted(self.processor.get(name, 0.0) for name in self.learners)
        middle = len(each) // 2
        return {
            "memory of a learner, peak": f"median {each[middle]:.0f} MB, most {each[-1]:.0f} MB",
            f"memory of {POSTGRES}, peak": f"{self.most.get(POSTGRES, 0):.0f} MB",
            f"memory of {HUB}, peak": f"{self.most.get(HUB, 0):.0f} MB",
            "memory of all at one moment": f"{self.most_together:.0f} MB",
            "processor time of a learner": f"median {spent[middle]:.1f} s, most {spent[-1]:.1f} s",
            f"processor time of {POSTGRES}": f"{self.processor.get(POSTGRES, 0):.1f} s",
            f"processor time of {HUB}": f"{self.processor.get(HUB, 0):.1f} s",
            "the whole took": f"{self.seconds:.0f} s",
            "cores busy": f"{sum(self.busy) / len(self.busy):.0f} % of {psutil.cpu_count()}",
        }
