"""Takes in files of rows, and opens cases from them."""
