"""How each part of Chat is reached, over HTTP and over WebSockets."""
