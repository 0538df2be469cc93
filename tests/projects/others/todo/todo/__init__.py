"""Todo: tasks with tags and due dates, for several people, in one SQLite file."""
