"""Work for later: rows in the database, until a worker has done what they say."""

from typing import Any

from procrastinate import App, PsycopgConnector, RetryStrategy
from procrastinate.exceptions import ConnectorException
from procrastinate.tasks import Task
from sqlalchemy.ext.asyncio import AsyncSession

from app.errors import Busy
from app.settings import settings

url = settings.url.set(drivername="postgresql").render_as_string(hide_password=False)
connector = PsycopgConnector(conninfo=url, min_size=1)
jobs = App(connector=connector)
RETRY = RetryStrategy(max_attempts=5, exponential_wait=5)  # for about an hour


async def defer(
    *, session: AsyncSession, task: Task[Any, Any, Any], **arguments: int
) -> None:
    """Store a job in the transaction of a session: it exists if that commits."""
    connection = await (await session.connection()).get_raw_connection()
    later = task.configure(connection=connection.driver_connection)
    try:
        await later.defer_async(**arguments)
    except ConnectorException as error:
        raise Busy("The database is busy. Try again in a moment.") from error


async def take_back(seconds: float = 30) -> None:
    """Put back the jobs of workers that have given no sign of life for so long."""
    manager = jobs.job_manager
    for job in await manager.get_stalled_jobs(seconds_since_heartbeat=seconds):
        await manager.retry_job(job)
