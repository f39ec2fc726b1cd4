"""The agencies' pages, which show what each agency has to do and let it do so. The portal has no
rules of its own.
"""
