"""The results of a simulation: in the terminal, and as charts."""
