"""The texts of all messages, in one catalogue per language."""
