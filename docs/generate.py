"""Writes the reference pages that are made from the declarations; with `--check` only says which are stale.

A generator is `module:function`; the function returns a mapping from file name (in docs/reference/) to text.
"""

import importlib
import os
import sys
from pathlib import Path

import django

GENERATORS: tuple[str, ...] = (
    "keguan.cli.reference:pages",
    "keguan.api.reference:pages",
    "keguan.controls.reference:pages",
)
REFERENCE = Path(__file__).parent / "reference"


def main() -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "keguan.site.settings")
    django.setup()
    is_check = "--check" in sys.argv[1:]
    stale = []
    for generator in GENERATORS:
        module, function = generator.split(":")
        for name, text in getattr(importlib.import_module(module), function)().items():
            place = REFERENCE / name
            if not place.exists() or place.read_text(encoding="utf-8") != text:
                stale.append(name)
                if not is_check:
                    place.parent.mkdir(parents=True, exist_ok=True)
                    place.write_text(text, encoding="utf-8")
    for name in stale:
        print(f"docs/reference/{name}: {'stale; run `make fix`' if is_check else 'written'}")
    return 1 if stale and is_check else 0


if __name__ == "__main__":
    sys.exit(main())
