"""How each part of Blog is reached over HTTP."""
