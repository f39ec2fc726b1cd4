"""Figures over many cases: what is counted stands in one table, which pages, files and commands fold."""
