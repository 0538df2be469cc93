"""What everything else stands on: paths, errors, files, text; it imports nothing of the course."""
