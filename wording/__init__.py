"""The words of all that people are told, in one catalogue a language."""
