"""Where both `onward` and `python -m onward` start, so that Ctrl-C gives no traceback even while
the rest is loading.
"""

from __future__ import annotations

import sys

from onward import STOPPED, collect_seldom


def main() -> None:
    """Run a command."""
    collect_seldom()
    try:
        from onward.cli import main as run  # takes most of the time of a short command
    except KeyboardInterrupt:
        sys.exit(STOPPED)
    run()


if __name__ == "__main__":
    main()
