"""What the shop does, and its rules. Nothing here knows of HTTP."""
