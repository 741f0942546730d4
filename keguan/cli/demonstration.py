"""Run by `keguan serve --demo` in a process of its own: prepares the demo company and prints its sign-ins."""

import sys
from typing import cast

from keguan.cli.demo.command import Length, prepare
from keguan.cli.opening import opened


def main() -> int:
    """Fill an empty database (`year 1 20`: how long, how much business, the seed) and print the sign-ins."""
    length, scale, seed = sys.argv[1:]
    with opened():
        for line in prepare(cast(Length, length), int(scale), int(seed)):
            print(line)
    return 0


if __name__ == "__main__":
    sys.exit(main())
