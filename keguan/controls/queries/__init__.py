"""What pages read of controls, the viewer first: what is owed and waits, what applies to a record, what clauses show.

Rows come page-shaped; nothing here writes, and nothing shows a record that the viewer may not see.
"""

from keguan.controls.queries.approvals import FEW, ApprovalRow, approval, asked, decided, known, returned, waiting
from keguan.controls.queries.approvals_told import ApprovalTold, StepRow, approvals_of, told, unsettled_of
from keguan.controls.queries.coming import Coming, coming, movable, under
from keguan.controls.queries.evidence import Judgement, Tally, clocks, judgements, running, tally
from keguan.controls.queries.faults import Faults, faults
from keguan.controls.queries.hand_over import HandedOver, NotHandedOver, handed_over
from keguan.controls.queries.obligations import (
    Counts,
    Due,
    Owed,
    counts,
    nearest,
    owed,
    owed_ahead,
    owed_by,
    owed_late,
    unowned,
)
from keguan.controls.queries.obligations import rows as owed_rows
from keguan.controls.queries.page import Action, ClauseState, TermBar, actions, clauses_here, term_bars
from keguan.controls.queries.proposals import ProposalRow, Proposed, proposal, proposals
from keguan.controls.queries.shares import JUDGED, OUTCOMES, Figures, broken_in, figures, quarter_start
from keguan.controls.queries.team import Load, load_together, loads, owed_by_team, owed_otherwise

__all__ = [
    "FEW",
    "JUDGED",
    "OUTCOMES",
    "Action",
    "ApprovalRow",
    "ApprovalTold",
    "ClauseState",
    "Coming",
    "Counts",
    "Due",
    "Faults",
    "Figures",
    "HandedOver",
    "Judgement",
    "Load",
    "NotHandedOver",
    "Owed",
    "ProposalRow",
    "Proposed",
    "StepRow",
    "Tally",
    "TermBar",
    "actions",
    "approval",
    "approvals_of",
    "asked",
    "broken_in",
    "clauses_here",
    "clocks",
    "coming",
    "counts",
    "decided",
    "faults",
    "figures",
    "handed_over",
    "judgements",
    "known",
    "load_together",
    "loads",
    "movable",
    "nearest",
    "owed",
    "owed_ahead",
    "owed_by",
    "owed_by_team",
    "owed_late",
    "owed_otherwise",
    "owed_rows",
    "proposal",
    "proposals",
    "quarter_start",
    "returned",
    "running",
    "tally",
    "term_bars",
    "told",
    "under",
    "unowned",
    "unsettled_of",
    "waiting",
]
