"""What the notebooks import. Each name is loaded when it is first used, so `import course` is quick."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
