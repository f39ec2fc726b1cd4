"""A pathway as a picture: a lane for each role, steps in order, and where a case is. Nothing is
decided here.
"""
