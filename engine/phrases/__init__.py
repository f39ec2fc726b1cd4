"""The phrases of a pathway: their grammar, their meaning, and whether they can hold."""
