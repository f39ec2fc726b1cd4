"""Compares two versions of a definition: their differences, and renamed parts."""
