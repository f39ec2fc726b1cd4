"""Rehearsals at the terminal: reads lines, and prints the board and the gap report."""
