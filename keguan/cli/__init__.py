"""The command line `keguan`. One module per subcommand, named after it and found by name.

A module has `register(subparsers)`, which adds its parser with `set_defaults(run=…)`; `run(arguments)` returns the exit
status (None is 0). It imports what it needs inside `run`: `keguan --help` must not wait for Django.
"""
