"""A pathway as a picture: lanes of agencies, steps in order, and where a case is. Makes no
decisions.
"""
