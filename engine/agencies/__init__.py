"""The registry of agencies, and the checks on it."""
