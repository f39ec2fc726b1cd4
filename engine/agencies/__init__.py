"""Agencies: how they stand in a registry, and what is wrong with one."""
