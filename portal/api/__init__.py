"""The interface that agencies' own programs call: `/api/v1`. Its routes are made from the declared
acts.
"""
