"""What is done with pathway files before they are published: found, read, checked, played."""
