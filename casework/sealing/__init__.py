"""One append-only Merkle tree over the records of all cases, and its signed checkpoints."""
