"""Compares two versions of a pathway: what differs, what is renamed or reworded, and what
becomes visible.
"""
