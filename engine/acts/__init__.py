"""Acts: what may be asked of a case. Each act declares in one place its fields and, as far as it
has them, the command and the verb that ask for it, who may ask, and the function that carries it
out.
"""
