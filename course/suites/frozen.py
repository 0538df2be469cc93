"""Imported last before processes fork: garbage collections in them pass over what is loaded by then.

Python's documentation of gc.freeze() advises it. Without it each run of pytest walks all of it twice when it
ends.
"""

import gc

gc.freeze()
