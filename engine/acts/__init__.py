"""Acts: what may be asked of a case. Each is declared once, where its values stand: the command and the
verb that ask for it, its words, which standing it needs, and what does it.
"""
