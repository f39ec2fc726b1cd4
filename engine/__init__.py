"""The pathway language and the decisions: pure, without I/O, without a clock of its own."""
