from ._fetches import fetches as fetches
from ._loop import loop as loop
from ._page import page as page
from ._pool import pool as pool
from ._sessions import sessions as sessions
from ._token import token as token
from ._unknown import unknown as unknown
