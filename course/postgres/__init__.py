"""The course's PostgreSQL: find or start a server, and make databases on it.

Names are imported when they are first used, so that the supervisor (supervisor.py) stays small.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
