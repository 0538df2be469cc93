"""The types that lessons and checks write down: `from course.types import Trace`."""

import lazy_loader

# The stub names places from the package's point of view, so it is read as the package's.
__getattr__, __dir__, __all__ = lazy_loader.attach_stub("course", __file__)
