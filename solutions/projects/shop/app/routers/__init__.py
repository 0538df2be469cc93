"""How each part of the shop is reached over HTTP."""
