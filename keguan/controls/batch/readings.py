"""Which module reads which engine's controls. Loads ibis."""

from typing import Any

from keguan.controls.batch import (
    access,
    approval,
    conduct,
    deadline,
    decision,
    prohibition,
    quota,
    reaction,
    register,
    requirement,
    setting,
    workflow,
)
from keguan.controls.engines.access import AccessControl
from keguan.controls.engines.approval import ApprovalControl
from keguan.controls.engines.conduct import ConductControl
from keguan.controls.engines.deadline import DeadlineControl
from keguan.controls.engines.decision import DecisionControl
from keguan.controls.engines.measure import MeasureControl
from keguan.controls.engines.prohibition import ProhibitionControl
from keguan.controls.engines.reaction import ReactionControl
from keguan.controls.engines.registers import RegisterControl
from keguan.controls.engines.requirement import RequirementControl
from keguan.controls.engines.setting import SettingControl
from keguan.controls.engines.workflow_control import WorkflowControl

READINGS: dict[type, Any] = {
    AccessControl: access,
    ApprovalControl: approval,
    ConductControl: conduct,
    DeadlineControl: deadline,
    DecisionControl: decision,
    MeasureControl: quota,
    ProhibitionControl: prohibition,
    ReactionControl: reaction,
    RegisterControl: register,
    RequirementControl: requirement,
    SettingControl: setting,
    WorkflowControl: workflow,
}
