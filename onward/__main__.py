"""`python -m onward` is `onward`. It starts here so that Ctrl-C during loading gives no
traceback either.
"""

from __future__ import annotations

import sys


def main() -> None:
    """Run a command."""
    try:
        from onward.cli import main as run  # most of the time of a short command
    except KeyboardInterrupt:
        sys.exit(130)
    run()


if __name__ == "__main__":
    main()
