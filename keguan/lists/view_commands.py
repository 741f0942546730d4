"""Saving, changing and removing a view of a list. Whose it may be, and with whom it is shared, is `views.py`'s."""

from keguan.kernel.commands.verbs import Item, takes, verb
from keguan.kernel.commands.work import Work
from keguan.kernel.records.labels import Label
from keguan.lists.facts import VIEW


@verb(
    "view.save",
    Label("保存视图", "Save a view"),
    on=VIEW,
    arguments=takes(VIEW, "name!", "list!", "query", "unit"),
    creates=True,
    internal=True,
)
def save(work: Work, items: list[Item]) -> None:
    """Keep the filters, order and columns of a list under a name."""
    for item in items:
        work.create(
            item,
            name=item["name"],
            list=item["list"],
            query=item["query"] or "",
            unit=item["unit"],
            opened_by=work.ctx.on_behalf_of,
            opened_at=work.now,
        )


@verb(
    "view.change",
    Label("更改视图", "Change a view"),
    on=VIEW,
    arguments=takes(VIEW, "query", "unit"),
    internal=True,
)
def change(work: Work, items: list[Item]) -> None:
    """Give a view other filters, order and columns, and share it with another unit or none."""
    for item in items:
        work.set(item, query=item["query"] or "", unit=item["unit"])


@verb("view.remove", Label("删除视图", "Remove a view"), on=VIEW, internal=True)
def remove(work: Work, items: list[Item]) -> None:
    """Remove a view: nobody sees it any more."""
    for item in items:
        work.set(item, removed_at=work.now)
