"""Puts messages into words. Their texts are in catalogues: one for each language, and one for
findings.
"""
