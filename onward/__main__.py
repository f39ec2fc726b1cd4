"""`python -m onward` is `onward`. It begins here, so that Ctrl-C as it loads is no traceback either."""

from __future__ import annotations

import gc
import sys

COLLECT_AFTER = 50_000
"""Objects: a start makes tens of thousands that all stay, and to look through them took a tenth of it."""


def main() -> None:
    """Run a command."""
    gc.set_threshold(COLLECT_AFTER)
    try:
        from onward.cli import main as run  # most of the time of a short command
    except KeyboardInterrupt:
        sys.exit(130)
    run()


if __name__ == "__main__":
    main()
