"""The use cases: one function for each thing that somebody may ask of Onward."""
