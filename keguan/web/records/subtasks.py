"""Pages of tasks: what is done with one leads back to its case, where tasks are worked on."""

from dataclasses import dataclass

from keguan.cases.models import Task
from keguan.kernel.records.labels import Label
from keguan.web import addresses
from keguan.web.records.door import Door
from keguan.web.records.lists import RecordList
from keguan.web.records.record import RecordPages


@dataclass(frozen=True, slots=True)
class TaskDoor(Door):
    """The acts of tasks."""

    def page_url(self, code: str) -> str:
        """The case that the task belongs to; the task's own page where it is not there."""
        case = Task.objects.filter(code=code).values_list("case__code", flat=True).first()
        return addresses.page_url("case", case) if case else addresses.page_url(self.type, code)


class TaskList(RecordList):
    """Tasks."""

    called = Label("子任务", "Tasks")
    bulk = ("task.assign", "task.finish", "task.drop")


class TaskPages(RecordPages):
    """The list and the page of tasks."""

    lists = TaskList
    usual = ("case", "owner", "due_on")

    def door(self) -> Door:
        """How the acts of a task are reached."""
        known = super().door()
        return TaskDoor(known.type, known.find, known.named, known.coded, known.listed, known.apart, known.forms)
