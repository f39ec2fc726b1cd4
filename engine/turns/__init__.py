"""One turn: settle what is due, carry out the command, open what follows.

`engine.decide` is the entry point; each module here deals with one subject.
"""
