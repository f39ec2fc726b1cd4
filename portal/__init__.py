"""The agencies' pages, which show what an agency has to do, and on which it does it. The portal has
no rules of its own.
"""
