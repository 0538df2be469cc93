from ._pool import pool as pool
from ._sessions import sessions as sessions
