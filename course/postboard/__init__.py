"""The app that the lessons build: its stages, files and tables."""
