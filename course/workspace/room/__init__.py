"""A learner in a room: what they agreed to share with the instructor's board, and how it gets there.

The log in work/ is the source. A thread sends what is new in it; a check never waits for that.
"""
