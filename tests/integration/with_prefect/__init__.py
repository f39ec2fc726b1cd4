"""Tests that share a Prefect server: a package, so that it ends with the last of them."""
