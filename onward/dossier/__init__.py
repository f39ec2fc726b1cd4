"""The dossier that a person who asks is given, as one self-contained page."""
