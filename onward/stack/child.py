"""Runs a module as a child of the stack, and ends it when the stack is gone.

python -m onward.stack.child MODULE [ARGUMENTS]

A killed stack cannot stop its children. So each holds the reading end of a pipe, whose other end
closes when the stack ends, however that happens.
"""

from __future__ import annotations

import os
import runpy
import signal
import sys
import threading

from onward import collect_seldom


def end_with_parent() -> None:
    """Stop this process as soon as standard input ends."""

    def watch() -> None:
        while os.read(0, 1024):
            pass
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=watch, name="end-with-parent", daemon=True).start()


def main() -> None:
    """Run the module that the arguments name, as `python -m` would."""
    end_with_parent()
    collect_seldom()
    del sys.argv[0]
    runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()
