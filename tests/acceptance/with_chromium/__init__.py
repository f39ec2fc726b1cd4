"""Tests that share a Chromium: a package, so that it ends with the last of them."""
