"""Simulation results: in the terminal, and as charts."""
