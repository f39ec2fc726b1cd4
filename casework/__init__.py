"""The use cases: one function for each thing that Onward can be asked to do."""
