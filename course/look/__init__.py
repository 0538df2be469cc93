"""Looks into the server, as psql's: `from course import look`. Each shows the SQL it ran, to be copied.

Every look takes `url`, the database to look at; without it, the page's own (`DATABASE_URL`). A look runs on
a short connection of its own, called "course", which no look shows.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
