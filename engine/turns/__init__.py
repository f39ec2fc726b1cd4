"""One turn: what is due is settled, the command is decided, what follows opens.

`decide` is the door; the other modules each know one subject.
"""
