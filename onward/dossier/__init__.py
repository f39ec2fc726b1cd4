"""What a person who asks is given: one self-contained page."""
