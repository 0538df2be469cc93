"""What Blog does, and its rules. Nothing here knows of HTTP."""
