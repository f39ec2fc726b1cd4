"""Documents in YAML: their text with its places, and what is wrong with their shape, each at its place."""
