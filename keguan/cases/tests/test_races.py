import contextvars
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from django.db import connections

from keguan.cases.models import Case, Note
from keguan.cases.tests.conftest import Desk
from keguan.kernel.commands.outcomes import Done, Outcome, Refused
from keguan.kernel.commands.rows import Rows

MANY = 4


def at_once(desk: Desk, verb: str, args: dict[str, object], key: object) -> list[Outcome]:
    """What becomes of the same command given by several people at the same moment."""
    start = Barrier(MANY)

    def one() -> Outcome:
        try:
            start.wait()
            return desk.try_(verb, key, actor=desk.manager, **args)  # type: ignore[arg-type]
        finally:
            connections.close_all()

    with ThreadPoolExecutor(MANY) as pool:
        running = [pool.submit(contextvars.copy_context().run, one) for _ in range(MANY)]
        return [future.result() for future in running]


def test_a_case_is_accepted_and_closed_once_whoever_comes_at_the_same_time(shared_desk: Desk) -> None:
    key = shared_desk.open()
    for verb in ("case.accept", "case.close"):
        outcomes = at_once(shared_desk, verb, {}, key)
        assert sum(isinstance(outcome, Done) for outcome in outcomes) == 1
        assert sum(isinstance(outcome, Refused) for outcome in outcomes) == MANY - 1
    assert Case.objects.get(id=key).stage == "closed"


def test_numbers_and_streams_have_no_gaps_when_many_write_at_once(shared_desk: Desk) -> None:
    key = shared_desk.open()
    assert all(isinstance(done, Done) for done in at_once(shared_desk, "case.note", {"text": "同时记录"}, key))
    given: dict[str, object] = {"kind": "complaint", "title": "同时登记"}
    assert all(isinstance(done, Done) for done in at_once(shared_desk, "case.open", given, None))
    assert Note.objects.filter(case=key).count() == MANY
    stream = Rows().select("select n from kernel_event_object where object = %s and touched order by n", [key])
    assert [row["n"] for row in stream] == list(range(1, MANY + 2))
    numbers = sorted(int((code or "").rsplit("-", 1)[1]) for code in Case.objects.values_list("code", flat=True))
    assert numbers == list(range(1, MANY + 2))
