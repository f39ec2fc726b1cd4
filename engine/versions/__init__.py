"""Compares two versions of a pathway: what differs, what is renamed, and what becomes visible."""
