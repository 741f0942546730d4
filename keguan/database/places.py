"""Where Keguan keeps its data. Makes no directory."""

import os
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parent.parent.parent


def data_directory() -> Path:
    """The directory that holds everything a backup must hold: the embedded cluster and the secret key.

    `KEGUAN_DATA` if set; `.data` in a checkout; else `~/.local/share/keguan` (`XDG_DATA_HOME` respected).
    """
    given = os.environ.get("KEGUAN_DATA")
    if given:
        return Path(given).expanduser().absolute()
    if (CHECKOUT / "pyproject.toml").is_file() and (CHECKOUT / "keguan").is_dir():
        return CHECKOUT / ".data"
    return Path(os.environ.get("XDG_DATA_HOME") or "~/.local/share").expanduser() / "keguan"


def cluster_directory() -> Path:
    """Where the embedded server's files are."""
    return data_directory() / "postgres"
