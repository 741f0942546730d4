"""Making the secrets of access tokens: 256 random bits, stored nowhere; the SHA-256 is a fact of the token."""

import hashlib
import secrets
from typing import NamedTuple

PREFIX = "kg_"


class Secret(NamedTuple):
    """A new secret (`text`, shown once) with what `token.issue` is told of it."""

    text: str
    digest: str
    hint: str


def new_secret() -> Secret:
    """A secret that nobody has seen yet."""
    text = PREFIX + secrets.token_urlsafe(32)
    return Secret(text, digest_of(text), text[:9])


def digest_of(text: str) -> str:
    """The hexadecimal SHA-256 of a secret."""
    return hashlib.sha256(text.encode()).hexdigest()
