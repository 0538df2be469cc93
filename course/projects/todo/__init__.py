"""The first graduation project: Todo, tasks with tags and due dates in SQLite."""
