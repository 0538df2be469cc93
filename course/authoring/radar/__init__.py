"""Which package, when it moved, changed what a lesson shows."""
