"""The records: what is stored, how a store is opened, and under which keys it is sealed."""
