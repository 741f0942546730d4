"""What is started is handed to the worker with the command itself, and taken up again when its job is lost."""

from procrastinate.contrib.django.models import ProcrastinateJob

from keguan.controls import gate
from keguan.imports import queries
from keguan.imports.tests.conftest import House
from keguan.kernel.commands.context import Context
from keguan.kernel.commands.outcomes import Done
from keguan.longwork import tasks
from keguan.longwork.kinds import kinds
from keguan.org.models import Unit

WAITING = ProcrastinateJob.objects.filter(task_name="longwork.carry_on", status="todo")


def test_every_kind_of_long_work_is_known_to_the_worker() -> None:
    assert set(kinds) == {"import", "bulk"}


def test_a_started_import_waits_for_the_worker_and_is_taken_up_when_its_job_is_lost(house: House) -> None:
    found = house.upload(house.admin, "unit", ("部门名称",), ("甲部",), ("乙部",))
    assert not WAITING.exists()
    house.act(house.admin, "import.start", found.id)
    [job] = WAITING.all()
    assert job.args == {"kind": "import", "key": str(found.id)}
    assert queries.running() == [found.id]
    tasks.resume(0)
    assert WAITING.count() == 1, "it waits already"
    tasks.carry_on(**job.args)
    assert set(Unit.objects.filter(name__in=("甲部", "乙部")).values_list("name", flat=True)) == {"甲部", "乙部"}
    assert queries.running() == []
    tasks.carry_on(**job.args)
    assert Unit.objects.filter(name="甲部").count() == 1


def test_the_command_line_carries_its_own_imports_on(house: House) -> None:
    found = house.upload(house.admin, "unit", ("部门名称",), ("丙部",))
    outcome = gate.run_one(Context(house.admin, "command_line"), "import.start", found.id, {})
    assert isinstance(outcome, Done)
    assert not WAITING.exists()
    tasks.resume(0)
    assert WAITING.count() == 1, "unless it is killed"
