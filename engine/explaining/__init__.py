"""Explains why a case is where it is, and how each moment was counted. Makes no decisions."""
