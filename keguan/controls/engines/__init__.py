"""One module per kind of control: its form, what it compiles to, its sentence and its static checks."""


def register() -> None:
    """Make the engines known to the policies; called once when the app is ready."""
    from keguan.controls.engines.access import Access
    from keguan.controls.engines.approval import Approval
    from keguan.controls.engines.conduct import Conduct
    from keguan.controls.engines.deadline import Deadline
    from keguan.controls.engines.decision import Decision
    from keguan.controls.engines.measure import Measure
    from keguan.controls.engines.prohibition import Prohibition
    from keguan.controls.engines.reaction import Reaction
    from keguan.controls.engines.registers import Register
    from keguan.controls.engines.requirement import Requirement
    from keguan.controls.engines.setting import Setting
    from keguan.controls.engines.workflow import Workflow
    from keguan.policies.engines import Engine, add_engine, engines

    every: tuple[type[Engine], ...] = (
        Access,
        Requirement,
        Prohibition,
        Approval,
        Workflow,
        Deadline,
        Setting,
        Measure,
        Decision,
        Conduct,
        Register,
        Reaction,
    )
    for made in every:
        if made.name not in engines:
            add_engine(made())
