"""The demo company: invented people whose weeks, or whole year, are played through the real commands at their times.

Knows how people work and what customers bring; how that is judged is the policies' to say, and nothing goes around
them. The clock is pinned in this process alone and never past the present.
"""

from keguan.cli.demo.command import prepare, register

__all__ = ["prepare", "register"]
