"""`python -m keguan.cli`."""

import sys

from keguan.cli.main import main

sys.exit(main())
