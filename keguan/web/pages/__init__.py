"""What each page shows: one frozen row per template, filled by views and handed over as `page`. No queries, no logic.

Every template is rendered with `page` (the row whose docstring names the template) and, when someone is signed in,
`shell`. A view may also give `now` (aware) so that all relative times of a page agree; without it the tags ask the
kernel's clock. Forms post to the page's own URL unless the row names another; `key` is the idempotency key they carry
as `idempotency_key`. Partials (`template#partial`) are what htmx swaps; a refusal is 422 with the same page or partial.
"""

from keguan.web.pages.approvals import (
    ApprovalLine,
    ApprovalPart,
    Approvals,
    Find,
    Found,
    FoundGroup,
    NoticeRow,
    Notices,
    Trouble,
)
from keguan.web.pages.bulk import BulkPage, RefusedRow
from keguan.web.pages.calls import CallLine, Calls, Ringing
from keguan.web.pages.cases import (
    CaseAct,
    CasePage,
    CaseTake,
    CustomerCard,
    CustomerChoice,
    Pending,
)
from keguan.web.pages.customers import (
    Column,
    Contact,
    CustomerForm,
    CustomerPage,
    ImportPage,
    ImportRun,
    ImportStart,
    SheetRow,
)
from keguan.web.pages.delegations import DelegationLine, Delegations
from keguan.web.pages.exceptions import OverrideAsk, OverrideLine, Overrides, RoundRow, SigningRow
from keguan.web.pages.lists import BulkVerb, Cell, ColumnChoice, Doing, Head, ListRow, ListTools, RecordList, ViewChoice
from keguan.web.pages.policies import (
    Clause,
    Control,
    EvidenceList,
    EvidenceRow,
    PolicyList,
    PolicyPage,
    PolicyRow,
    TableRow,
)
from keguan.web.pages.today import Broken, Owed, Proposal, Shell, Today, Unowned, Waiting

__all__ = [
    "ApprovalLine",
    "ApprovalPart",
    "Approvals",
    "Broken",
    "BulkPage",
    "BulkVerb",
    "CallLine",
    "Calls",
    "CaseAct",
    "CasePage",
    "CaseTake",
    "Cell",
    "Clause",
    "Column",
    "ColumnChoice",
    "Contact",
    "Control",
    "CustomerCard",
    "CustomerChoice",
    "CustomerForm",
    "CustomerPage",
    "DelegationLine",
    "Delegations",
    "Doing",
    "EvidenceList",
    "EvidenceRow",
    "Find",
    "Found",
    "FoundGroup",
    "Head",
    "ImportPage",
    "ImportRun",
    "ImportStart",
    "ListRow",
    "ListTools",
    "NoticeRow",
    "Notices",
    "OverrideAsk",
    "OverrideLine",
    "Overrides",
    "Owed",
    "Pending",
    "PolicyList",
    "PolicyPage",
    "PolicyRow",
    "Proposal",
    "RecordList",
    "RefusedRow",
    "Ringing",
    "RoundRow",
    "SheetRow",
    "Shell",
    "SigningRow",
    "TableRow",
    "Today",
    "Trouble",
    "Unowned",
    "ViewChoice",
    "Waiting",
]
