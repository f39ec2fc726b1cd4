"""The dossier of what is held about a person, as one self-contained page."""
