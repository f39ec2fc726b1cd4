"""Files of rows, and the cases that are opened from them."""
