"""Simulation: many random cases, staff with limited hours, and what waits for whom."""
