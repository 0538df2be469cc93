"""What Todo does, and its rules. Nothing here knows of HTTP."""
