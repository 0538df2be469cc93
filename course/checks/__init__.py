"""What a check file is written with, and what runs it."""
