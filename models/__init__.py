"""What is stored, how a store is opened, and the keys it is sealed under."""
