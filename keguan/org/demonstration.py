"""Whether this is the demo company: its founding was entered by a scenario, and the journal cannot be rewritten."""

from keguan.kernel.commands.rows import Rows


def is_demo() -> bool:
    """Whether the company of this database is invented. One statement."""
    found = Rows().select(
        "select e.channel from org_company c join kernel_event_object o on o.object = c.id and o.n = 1 and o.touched"
        " join kernel_event e on e.id = o.event limit 1"
    )
    return bool(found) and found[0]["channel"] == "scenario"
