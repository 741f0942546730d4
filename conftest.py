"""What every test gets: PostgreSQL of its own, quick password hashes. The servers are in `keguan.database.testing`."""

from collections.abc import Generator, Iterator

import pytest
from django.db import connection
from django.db.models.signals import post_migrate
from django.test import override_settings
from pytest_django.plugin import DjangoDbBlocker

from keguan.site.garbage import settle

LONGEST_FIRST = ("tests/journey/", "tests/cli/", "tests/site/", "tests/laws/", "tests/", "keguan/controls/", "")
"""Where tests lie that take long: of two workers none shall begin one of them when the other is done."""

TOGETHER = ("tests/journey/",)
"""Folders with one product for all their tests."""


@pytest.hookimpl(wrapper=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> Generator[None, None, None]:
    """Let a file's tests run in one worker (they share what they prepare), those that take longest first.

    Groups have to be known before pytest-xdist asks for them, and pytest-randomly shuffles before this sorts.
    """
    for item in items:
        if item.get_closest_marker("xdist_group") is None:
            whole = [place for place in TOGETHER if item.nodeid.startswith(place)]
            item.add_marker(pytest.mark.xdist_group(*whole or [item.nodeid.partition("::")[0]]))
    yield
    items.sort(key=lambda item: next(at for at, place in enumerate(LONGEST_FIRST) if item.nodeid.startswith(place)))


def pytest_collection_finish() -> None:
    """What was collected stays: a fifth of the run was spent on looking through it for garbage."""
    settle()


def pytest_sessionfinish() -> None:
    """What is left at the end is looked through once; pytest would five times."""
    settle()


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    embedded_test_server: None, django_db_modify_db_settings_parallel_suffix: None
) -> None:
    """The server runs before the test database is made; each xdist worker has its own."""


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> None:  # noqa: ARG001
    """Let Django empty append-only tables between transactional tests: it truncates, which their triggers forbid.

    Each time it would also look whether every model has Django's permissions, which nothing here asks for.
    """
    post_migrate.disconnect(dispatch_uid="django.contrib.auth.management.create_permissions")
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute(
            "select tgrelid::regclass, tgname from pg_trigger"
            " where not tgisinternal and tgname like '%\\_no\\_truncate'"
        )
        for table, trigger in cursor.fetchall():
            cursor.execute(f'alter table {table} disable trigger "{trigger}"')


@pytest.fixture(autouse=True)
def _nothing_left_in_the_kernel(request: pytest.FixtureRequest, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Empty the kernel's tables and those of tests after a test that committed: Django empties those of models."""
    yield
    marker = request.node.get_closest_marker("django_db")
    committed = marker is not None and marker.kwargs.get("transaction")
    if committed or {"transactional_db", "live_server"} & set(request.fixturenames):
        with django_db_blocker.unblock(), connection.cursor() as cursor:
            cursor.execute(
                "select string_agg(oid::regclass::text, ', ') from pg_class"
                " where relkind in ('r', 'p') and not relispartition and relname similar to '(kernel|test)\\_%'"
            )
            [tables] = cursor.fetchone()
            cursor.execute(f"truncate {tables} cascade")


@pytest.fixture(scope="session", autouse=True)
def quick_passwords() -> Iterator[None]:
    """Argon2 takes 150 ms each time, as it should; tests sign in thousands of times."""
    with override_settings(PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"]):
        yield
