"""A small service that is running, the faults that are put into it, and the verdict on a repair."""
