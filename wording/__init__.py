"""The texts of all messages, in one catalogue per language and one for findings; and what puts
messages into words.
"""
