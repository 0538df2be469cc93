"""What an instructor needs before, during and after a workshop: the kit, slides, the live board, grading."""
