"""Tests that share a running stack: a package, so that it ends with the last of them."""
