"""Two versions of a definition: what differs between them, and what has another name in which."""
