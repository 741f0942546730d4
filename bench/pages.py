"""Every page over a hundred thousand cases, with twenty requests in flight under the server of `keguan serve`.

What counts is how long the slowest of twenty waits. Whoever asks and the database have the same cores as the server.
"""

import math
import queue
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from statistics import median
from typing import Any
from urllib.parse import quote

from bench.firm import Firm
from bench.results import MS, Result
from bench.server import Caller

ALLOWED = 300.0
IN_FLIGHT = 20
VIEWERS = ("wen", "luo", "cheng", "shen")
"""Who looks: the first to whom the page opens."""
NO_PAGES = frozenset((
    # acts without a page of their own, parts that a page asks for while somebody types, and things to take home
    "seat_leave", "ringing", "call_take", "case_note", "case_sign", "case_undo", "case_file", "case_export",
    "customer_undo", "customer_export", "record_undo", "record_sign", "record_export", "record_print",
    "import_template", "import_problems", "import_page", "bulk_page", "approval_withdraw", "proposal_decide",
    "notice_read", "override_decide", "delegation_end", "view_save", "view_remove", "language", "approval_decide",
    "approval_act", "receiver_act", "case_act_many", "customer_act_many", "record_act_many", "case_alike",
    "override_ask", "receiver_add", "token_revoke", "welcome", "setup_found", "setup_pack", "setup_step",
))  # fmt: skip
SHARED = ("person", "unit", "post", "role", "calendar", "delegation", "task", "observation", "proposal")
QUERIES: Mapping[str, tuple[str, ...]] = {
    "case_list": ("", "?sort=due", "?tab=late&sort=due", "?tab=all&q=发票", "?kind=complaint&stage=accepted"),
    "customer_list": ("", "?q=禾木", "?q=hmw", "?q=4821"),
    "customer_options": ("?customer_query=禾木",),
    "people_named": ("?q=程",),
    "find": ("?q=发票",),
}


def patterns() -> Iterator[tuple[str, bool]]:
    """The names of all addresses of pages, each with whether it needs to be told of what."""
    from keguan.web.urls import urlpatterns

    for one in urlpatterns:
        yield str(one.name), "<" in str(one.pattern)  # type: ignore[union-attr]


def addresses() -> dict[str, list[str]]:
    """Where each page is, by its name: records of the demo company, and each list as it is looked at."""
    from django.urls import reverse

    known = Known()
    found: dict[str, list[str]] = {}
    for name, is_told in patterns():
        if name in NO_PAGES or name in found:
            continue
        if is_told and name not in OF:
            print(f"{name} is not measured: nobody said of what", file=sys.stderr)
            continue
        paths = [reverse(f"web:{name}", kwargs=one) for one in OF[name](known)] if is_told else [reverse(f"web:{name}")]
        found[name] = [path + quote(query, safe="?=&") for path in paths for query in QUERIES.get(name, ("",))]
    return found


class Known:
    """Genuine records of the demo company: of the copies there is no history to show."""

    def __init__(self) -> None:
        from keguan.cases.models import Case
        from keguan.customers.models import Customer
        from keguan.kernel import clock
        from keguan.policies.models import Pack
        from keguan.policies.rulebooks import current
        from keguan.web.gallery.views import SAMPLES

        genuine = Case.objects.exclude(code__startswith="B").order_by("-opened_at")
        still, ended = genuine.filter(closed_at=None)[0], genuine.filter(stage="closed")[0]
        self.cases = [str(still.code), str(ended.code)]
        self.customer = Customer.objects.exclude(code__startswith="B").values_list("code", flat=True)[0]
        controls = current(clock.now()).controls
        self.deadline = next(control.key for control in controls if control.engine == "deadline")
        self.packs = [{"code": code} for code in Pack.objects.values_list("code", flat=True)]
        self.sample = next(iter(SAMPLES))
        self.keys = {name: key for name in SHARED if (key := _key_of(name))}


OF: Mapping[str, Callable[[Known], list[dict[str, Any]]]] = {
    "case_page": lambda known: [{"code": code} for code in known.cases],
    "case_act": lambda known: [{"code": known.cases[0], "verb": verb} for verb in ("note", "assign", "void")],
    "customer_page": lambda known: [{"code": known.customer}],
    "customer_act": lambda known: [{"code": known.customer, "verb": "update"}],
    "import_start": lambda _known: [{"record_type": "customer"}],
    "record_list": lambda _known: [{"name": name} for name in SHARED],
    "record_options": lambda _known: [{"name": "person"}],
    "record_new": lambda _known: [{"name": "case", "verb": "case.open"}, {"name": "unit", "verb": "unit.open"}],
    "record_page": lambda known: [{"name": name, "key": key} for name, key in known.keys.items()],
    "record_act": lambda known: [{"name": "unit", "key": known.keys["unit"], "verb": "unit.change"}],
    "policy_page": lambda known: known.packs,
    "evidence": lambda known: [{"control": known.deadline}],
    "gallery_page": lambda known: [{"name": known.sample}],
}
"""Of what a page is told in its address."""


def _key_of(name: str) -> str:
    from keguan.controls import scopes
    from keguan.kernel.records.vocabulary import vocabulary

    model: Any = scopes.model_of(vocabulary.types[name].table)
    return str(model.objects.order_by("pk").values_list("pk", flat=True).first() or "")


def measured(firm: Firm, port: int, rounds: int) -> list[Result]:
    """p95 of each page beside what is allowed, the slowest first."""
    callers = {name: {"Cookie": f"sessionid={firm.session(name)}", "Host": "localhost"} for name in VIEWERS}
    found = []
    for paths in addresses().values():
        for path in paths:
            headers = next((one for one in callers.values() if Caller(port, **one).get(path) == 200), None)
            if headers is None:
                print(f"{path} opens to nobody", file=sys.stderr)
                continue
            times = sorted(_asked(port, headers, path, rounds))
            p50, p95 = median(times), times[math.ceil(len(times) * 0.95) - 1]
            other = f"{ALLOWED:.0f} ms allowed; half of the requests took {p50:.0f} ms or less"
            found.append(Result(f"pages {path}", p95, ALLOWED, other, p95 / ALLOWED, "ms p95, 20 in flight"))
    found.sort(key=lambda one: -one.ours)
    worst = found[0]
    over = sum(one.ratio > 1 for one in found)
    unit = f"ms p95 of the slowest of {len(found)} pages ({over} over {ALLOWED:.0f} ms)"
    return [Result("pages", worst.ours, ALLOWED, worst.name, worst.ratio, unit), *found]


def _asked(port: int, headers: Mapping[str, str], path: str, many: int) -> list[float]:
    """The milliseconds of so many requests for each of twenty who ask at once."""
    waiting: queue.SimpleQueue[int] = queue.SimpleQueue()
    for at in range(many * IN_FLIGHT):
        waiting.put(at)
    times: list[float] = []
    wrong: list[int] = []

    def ask() -> None:
        caller = Caller(port, **headers)
        while True:
            try:
                waiting.get_nowait()
            except queue.Empty:
                return
            began = time.perf_counter()
            status = caller.get(path)
            times.append((time.perf_counter() - began) * MS)
            if status != 200:
                wrong.append(status)

    threads = [threading.Thread(target=ask) for _ in range(IN_FLIGHT)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if wrong or len(times) != many * IN_FLIGHT:
        raise RuntimeError(f"{path}: {len(times)} answers, {wrong[:5]}")
    return times
