"""Rehearsal: a case played together on a fake clock, and the gaps it showed."""
