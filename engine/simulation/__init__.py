"""Simulation: many cases by chance, staff that has only so many hours, and what waits for whom."""
