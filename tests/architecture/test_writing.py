"""Only the kernel and migrations write; only the clock reads the clock; names say what a thing is."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.architecture import sources

# a queryset's writing methods; `save` and `delete` also on instances
QUERYSET_WRITES = {
    *("create", "acreate", "bulk_create", "abulk_create", "bulk_update", "abulk_update"),
    *("get_or_create", "aget_or_create", "update_or_create", "aupdate_or_create"),
    *("update", "aupdate", "delete", "adelete"),
}
# these mean a database write whatever they are called on
ALWAYS_WRITES = {
    *("bulk_create", "abulk_create", "bulk_update", "abulk_update"),
    *("get_or_create", "aget_or_create", "update_or_create", "aupdate_or_create", "asave", "adelete", "aupdate"),
}
# what hands on a queryset: `X.objects.filter(…).update(…)`, `visible_to(viewer).delete()`
QUERYSET_STEPS = {
    *("objects", "filter", "exclude", "all", "order_by", "select_for_update", "annotate", "using", "visible_to"),
    *("select_related", "prefetch_related", "distinct", "none", "reverse", "get_queryset"),
}
WRITING_SQL = ("insert into ", "update ", "delete from ", "truncate ", "merge into ")


def test_only_the_kernel_writes() -> None:
    assert list(faults(written_by_the_orm)) == []


def test_only_the_kernel_sends_writing_sql() -> None:
    assert list(faults(written_by_sql)) == []


@pytest.mark.parametrize(
    ("line", "is_write"),
    [
        ("case.save()", True),
        ("case.delete()", True),
        ("Case.objects.create(code=1)", True),
        ("Case.objects.filter(code=1).update(stage=2)", True),
        ("cases = Case.objects.all()\ncases.bulk_create([])", True),
        ("case.notes.all().delete()", True),
        ("Case.objects.get(code=1).save(update_fields=['stage'])", True),
        ("Case._base_manager.create()", True),
        ("work.set(case, stage='closed')", False),
        ("facts.update(other)", False),
        ("hashlib.sha256().update(b'')", False),
        ("form.save_data()", False),
        ("tree.create(node)", False),
        ("workbook.save(path)", True),
    ],
)
def test_the_scan_tells_writes_apart(line: str, is_write: bool) -> None:
    assert bool(list(written_by_the_orm(ast.parse(line)))) is is_write


@pytest.mark.parametrize(
    ("line", "is_write"),
    [
        ("cursor.execute('update cases_case set stage = 1')", True),
        ("cursor.execute(f'''\n  DELETE FROM {table}''')", True),
        ("connection.execute('select 1 for update')", False),
        ("print('update the table')", False),
    ],
)
def test_the_scan_tells_writing_sql_apart(line: str, is_write: bool) -> None:
    assert bool(list(written_by_sql(ast.parse(line)))) is is_write


def faults(scan: "sources.Scan") -> Iterator[str]:
    for path, tree in sources.trees():
        if not sources.may_write(path):
            yield from (f"{path}:{line}: {what}" for line, what in scan(tree))


def written_by_the_orm(tree: ast.AST) -> Iterator[tuple[int, str]]:
    for call in ast.walk(tree):
        if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Attribute):
            continue
        name, owner = call.func.attr, call.func.value
        is_write = (
            name in ALWAYS_WRITES
            or name == "save"
            or (name == "delete" and not call.args)
            or (name in QUERYSET_WRITES and is_queryset(owner))
        )
        if is_write:
            yield call.lineno, ast.unparse(call.func)


def is_queryset(node: ast.AST) -> bool:
    """Whether the chain under a call comes from a manager or a queryset, as far as its text tells."""
    while True:
        if isinstance(node, ast.Call):
            node = node.func
        elif isinstance(node, ast.Attribute):
            if node.attr in QUERYSET_STEPS or node.attr in ("_default_manager", "_base_manager"):
                return True
            node = node.value
        else:
            return False


def written_by_sql(tree: ast.AST) -> Iterator[tuple[int, str]]:
    for call in ast.walk(tree):
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute) and call.args:
            if call.func.attr not in ("execute", "executemany", "copy"):
                continue
            text = first_text(call.args[0]).lstrip().lower()
            if text.startswith(WRITING_SQL) or (text.startswith("copy ") and " from stdin" in text):
                yield call.lineno, ast.unparse(call)[:80]


def first_text(node: ast.AST) -> str:
    if isinstance(node, ast.JoinedStr) and node.values:
        return first_text(node.values[0])
    if isinstance(node, ast.BinOp):
        return first_text(node.left)
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""


def test_paths_are_those_of_the_product() -> None:
    assert Path("keguan/kernel/clock.py") in [path for path, _ in sources.trees()]
