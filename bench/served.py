"""Under the server that `keguan serve` starts: a complaint by REST beside the command alone, and every page."""

from collections.abc import Sequence

from bench.firm import Firm, product_database
from bench.results import Asked, Result, paired, result

FACTS = {
    "kind": "complaint", "channel": "phone", "title": "到货三箱外包装破损", "order_no": "DD-30001",
    "batch_no": "B-2001", "product_spec": "扫描枪 S2", "quantity": "12", "defective_quantity": "3",
    "shipped_on": "2025-06-01", "demand": "更换三箱", "reason": "运输途中受潮", "severity": "ordinary",
}  # fmt: skip


def measure(names: Sequence[str], asked: Asked) -> list[Result]:
    """REST first; for the pages a hundred cases more for each object of a list."""
    found: list[Result] = []
    with product_database():
        from bench import crowd, pages
        from bench.server import served

        firm = Firm()
        with served() as port:
            if "rest" in names:
                found.append(_by_rest(firm, port, asked.rounds))
            if "pages" in names:
                crowd.add_customers(asked.size * 10)
                crowd.add_cases(asked.size * 100)
                found += pages.measured(firm, port, max(1, asked.rounds // 10))
    return found


def _by_rest(firm: Firm, port: int, rounds: int) -> Result:
    """One complaint at a time, both ways, in turn."""
    from bench.server import Caller
    from keguan.controls import gate
    from keguan.kernel.commands.context import Context
    from keguan.kernel.commands.outcomes import Done

    caller = Caller(port, Authorization=f"Bearer {firm.token('cheng')}")
    ctx = Context(firm.people["cheng"], "rest")

    def ours() -> None:
        caller.post("/api/v1/cases", FACTS)

    def command() -> None:
        outcome = gate.run_one(ctx, "case.open", None, FACTS)
        assert isinstance(outcome, Done), outcome

    for _ in range(5):  # each of the server's processes compiles the rulebook once
        ours()
    times = paired(ours, command, rounds)
    return result("rest", "the command alone, in one process", times, "ms per case created by REST", 1)
