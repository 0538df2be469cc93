"""Todo: tasks with tags and due dates, each for one user."""
