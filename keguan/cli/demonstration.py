"""Run by `keguan serve --demo` in a process of its own: prepares the demo company and prints its sign-ins."""

import importlib
import sys

from keguan.cli.opening import opened


def main() -> int:
    """Call `keguan.cli.demo.prepare()`, which fills an empty database, and print the lines it returns."""
    with opened():
        for line in importlib.import_module("keguan.cli.demo").prepare():
            print(line)
    return 0


if __name__ == "__main__":
    sys.exit(main())
