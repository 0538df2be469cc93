"""Mutants of the official answers: what a check must tell from the answer it was written for."""
