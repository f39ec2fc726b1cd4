"""Acts: what may be asked of a case. Each act declares, in one place, its fields and, where it has
them, the function that carries it out, the command and the verb that ask for it, and who may ask.
"""
