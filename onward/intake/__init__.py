"""Files of rows, and the cases opened from them."""
