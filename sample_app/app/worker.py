"""The worker: python -m app.worker. It does what is in the queue until it is stopped."""

import asyncio
import logging

from app.jobs import jobs, take_back
from app.services import notices

TASKS = [notices.tell_author]  # what the worker can do: importing a task makes it known


@jobs.periodic(cron="*/5 * * * *")
@jobs.task(name="tidy")
async def tidy(timestamp: int) -> None:
    """What a queue needs from time to time."""
    await take_back()
    await jobs.job_manager.delete_old_jobs(nb_hours=30 * 24)


async def work() -> None:
    async with jobs.open_async():
        await jobs.run_worker_async()


if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO)
    asyncio.run(work())
