"""Figures over many cases: one table says what is counted, for pages, files and commands."""
