"""The learner's folder: copies, progress, and beginning at any lesson."""
