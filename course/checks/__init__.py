"""What a check file is written with: `from course.checks import exercise, expect, require, …`.

Names are imported when they are first used: a page that only reads progress needs none of them.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
