"""The key that signs sessions. Made once per data directory; never printed, never in the repository."""

import os
import secrets
from pathlib import Path


def secret_key(data: Path) -> str:
    """The key kept in `data`/secret-key (made on first use, readable by its owner only).

    `KEGUAN_SECRET_KEY` in the environment goes before it: several machines must share one key.
    """
    given = os.environ.get("KEGUAN_SECRET_KEY")
    if given:
        return given
    place = data / "secret-key"
    if not place.exists():
        data.mkdir(parents=True, exist_ok=True)
        new = place.with_name(f"secret-key.{os.getpid()}")
        new.touch(mode=0o600)
        new.write_text(secrets.token_urlsafe(50))
        try:
            # a link, unlike a rename, fails when another process was first
            os.link(new, place)
        except FileExistsError:
            pass
        finally:
            new.unlink()
    return place.read_text()
