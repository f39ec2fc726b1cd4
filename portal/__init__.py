"""The agencies' pages: what they owe, and how they deal with it. The portal has no rules of its
own.
"""
