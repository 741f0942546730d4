"""Tables of running controls. Columns are named as facts are.

Only commands write here: approvals through their verbs, obligations and evidence through the law, inside the
transaction of the command that caused them.
"""

from keguan.controls.models.approvals import Approval, ApprovalLine, ApprovalStep
from keguan.controls.models.clocks import OPEN_STATES, Due, Obligation, Unowned
from keguan.controls.models.consents import Override, Proposal, Signature
from keguan.controls.models.evidence import Evidence, Observation

__all__ = [
    "OPEN_STATES", "Approval", "ApprovalLine", "ApprovalStep", "Due", "Evidence", "Obligation", "Observation",
    "Override", "Proposal", "Signature", "Unowned",
]  # fmt: skip
