"""What `onward new` writes: a first pathway, cases to try it on, and a registry of made-up
agencies.
"""
