"""What goes wrong, in the app's own words."""


class ChatError(Exception):
    """Something Chat refuses to do. `status` is for HTTP, `code` for an error frame."""

    status = 400
    code = "invalid"


class NotFound(ChatError):
    status = 404


class Conflict(ChatError):
    status = 409


class Forbidden(ChatError):
    status = 403


class Invalid(ChatError):
    status = 422


class Muted(Forbidden):
    code = "muted"


class TooMany(ChatError):
    status, code = 429, "too_many"


class Busy(ChatError):
    """Not now."""

    status, code = 503, "busy"


class Unknown(ChatError):
    """Nobody knows who is calling."""

    status = 401


class Restart(ChatError):
    """The client has to connect again."""
