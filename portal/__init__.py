"""The agencies' pages: what they owe, and how they answer it. The portal states no rule of its own."""
