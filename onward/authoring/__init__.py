"""Work with pathway files before they are published: find, read, check, play."""
