"""The interface that agencies' own programs call: `/api/v1`. Its routes for acts are made from the
declarations of the acts.
"""
