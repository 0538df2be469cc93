"""What a cell calls: lesson, check, hint, predict, reset."""
