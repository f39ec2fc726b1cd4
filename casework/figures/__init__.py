"""Figures over many cases. A single table defines what is counted, for pages, files and
commands.
"""
