"""Importing customers with the real command (checked, de-duplicated, journalled), beside COPY of the clean rows."""

import csv
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from bench.firm import Firm, product_database
from bench.results import Asked, Result

HEADS = ("客户名称", "客户类型", "城市", "电话")


def measure(names: Sequence[str], asked: Asked) -> list[Result]:
    """A hundred customers for each object of a list: in one import, and by COPY before and after it."""
    many = asked.size * 100
    with product_database(), tempfile.TemporaryDirectory(prefix="keguan-sheet-") as place:
        from bench import crowd
        from keguan.cli.main import main
        from keguan.customers.models import Customer

        Firm()
        sheet = Path(place) / "customers.csv"
        with sheet.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(HEADS)
            for at, name in enumerate(crowd.names(many)):
                kind = "个人" if len(name) == 3 else "单位"
                writer.writerow((name, kind, crowd.PLACES[at % len(crowd.PLACES)], crowd.phone_of(at)))
        rows = crowd.customers(many)
        crowd.analyze("customers_customer", "customers_phone")
        first, before = _copied(rows), Customer.objects.count()
        began = time.perf_counter()
        status = main(["import", "customers", str(sheet), "--on-duplicate", "add"])
        ours = time.perf_counter() - began
        if status or Customer.objects.count() - before != many:
            raise RuntimeError(f"{Customer.objects.count() - before} of {many} customers were imported")
        other = (first + _copied(rows)) / 2
    unit = f"s for {many:,} customers"
    return [Result(names[0], ours, other, "COPY of the clean rows into the same tables", ours / other, unit)]


def _copied(rows: tuple[list[tuple[object, ...]], list[tuple[object, ...]]]) -> float:
    """The seconds; what was copied is taken back."""
    from django.db import transaction

    from bench import crowd

    with transaction.atomic():
        began = time.perf_counter()
        crowd.copy_customers(rows)
        took = time.perf_counter() - began
        transaction.set_rollback(True)
    return took
