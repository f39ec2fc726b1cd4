"""The outermost room: the command line and the stack that `onward up` runs."""
