"""What pages read of controls, the viewer first: what is owed and waits, what applies to a record, what clauses show.

Rows come page-shaped; nothing here writes, and nothing shows a record that the viewer may not see.
"""

from keguan.controls.queries.approvals import ApprovalRow, StepRow, approval, approvals_of, asked_by, waiting_for
from keguan.controls.queries.evidence import EvidenceRow, Figures, evidence_rows, figures, figures_by_unit
from keguan.controls.queries.owed import Owed, broken_lately, owed_by, unowned
from keguan.controls.queries.page import Action, ClauseState, TermBar, actions, at_risk, clauses_here, term_bars

__all__ = [
    "Action",
    "ApprovalRow",
    "ClauseState",
    "EvidenceRow",
    "Figures",
    "Owed",
    "StepRow",
    "TermBar",
    "actions",
    "approval",
    "approvals_of",
    "asked_by",
    "at_risk",
    "broken_lately",
    "clauses_here",
    "evidence_rows",
    "figures",
    "figures_by_unit",
    "owed_by",
    "term_bars",
    "unowned",
    "waiting_for",
]
