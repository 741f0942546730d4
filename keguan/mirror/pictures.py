"""Tables that stand higher and are pictured whole with each follow: who holds which post, dated. Envelopes apart."""

pictures: dict[str, str] = {}


def picture(name: str, query: str) -> None:
    """Have the rows of this statement kept as the mirror's table `name`: ids and dates only, nothing personal."""
    pictures[name] = query
