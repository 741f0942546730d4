"""How often Python looks for garbage. Its own rule suits small programs: of a million objects that stay, nearly all of
what it looks through again and again is no garbage.
"""

import gc


def begin() -> None:
    """Do not look while everything is imported, a tenth of which it costs; `settle` follows."""
    gc.disable()


def settle() -> None:
    """What stands now stays to the end: it is not looked through again, and what comes is looked through less often.

    Called when everything is imported. An import of a hundred thousand customers takes a quarter less time, a recount
    a sixth; a request is no longer stopped for a tenth of a second now and then.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)
    gc.enable()
