"""The use cases: one function for each thing that may be asked of Onward."""
