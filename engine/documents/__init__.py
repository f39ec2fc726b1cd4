"""YAML documents: their text and positions, and faults in their shape."""
