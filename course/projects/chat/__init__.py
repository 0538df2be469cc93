"""The fourth graduation project: Chat, rooms over WebSockets, two workers, PostgreSQL and Valkey."""
