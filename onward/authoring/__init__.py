"""Finds pathway files, reads and checks them, and plays their scenarios."""
