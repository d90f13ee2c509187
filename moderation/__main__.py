"""``python -m moderation``: the command line."""

import sys

from moderation.cli import main

if __name__ == "__main__":
    sys.exit(main())
