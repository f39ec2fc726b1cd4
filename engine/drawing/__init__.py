"""A pathway as a picture: lanes of agencies, steps in their order, and where a case is. Decides nothing."""
