"""What Chat does, and its rules. Nothing here knows of HTTP or of sockets."""
