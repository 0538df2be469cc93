"""What reviews ask of a learner and what they keep, simulated."""
