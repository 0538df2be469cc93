"""How each part of Todo is reached over HTTP."""
