"""How each part of Postboard is reached over HTTP."""
