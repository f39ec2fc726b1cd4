"""One append-only Merkle tree over the records of all cases and of the installation, such as
operators' acts, and its signed checkpoints.
"""
