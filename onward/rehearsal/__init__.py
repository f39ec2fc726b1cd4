"""Rehearsals at the terminal: lines in; the board and the gap report out."""
