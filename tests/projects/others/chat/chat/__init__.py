"""A chat: rooms, messages that arrive at once, and a history."""
