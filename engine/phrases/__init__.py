"""Phrases of a pathway: how they are written, what they mean, whether they can hold."""
