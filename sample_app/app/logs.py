"""A line of the log is JSON, and says to which request it belongs."""

from contextvars import ContextVar

import structlog
from structlog.typing import EventDict, WrappedLogger

request_id: ContextVar[str] = ContextVar("request_id", default="")
user_id: ContextVar[int | None] = ContextVar("user_id", default=None)


def with_request(_: WrappedLogger, __: str, line: EventDict) -> EventDict:
    return {**line, "request_id": request_id.get(), "user": user_id.get()}


structlog.configure(
    processors=[
        structlog.stdlib.filter_by_level,  # a line that nobody wants ends here
        with_request,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper("iso"),
        structlog.processors.format_exc_info,  # a traceback without local variables
        structlog.processors.JSONRenderer(),
    ],
    wrapper_class=structlog.stdlib.BoundLogger,
    logger_factory=structlog.stdlib.LoggerFactory(),
    cache_logger_on_first_use=True,
)
log: structlog.stdlib.BoundLogger = structlog.get_logger("postboard")
