"""Which template is shown with which sample page, under which URL name, by the gallery and the browser tests."""

from dataclasses import dataclass, replace

from keguan.web.gallery import (
    pages_administration,
    pages_bulk,
    pages_calls,
    pages_desk,
    pages_lists,
    pages_records,
    pages_rest,
    pages_setup,
    pages_work,
)


@dataclass(frozen=True, slots=True)
class Sample:
    """A template with its sample page; `place` is the URL name that the rail marks."""

    template: str
    page: object
    place: str = ""


SAMPLES = {
    "today": Sample("web/today.html", pages_work.TODAY, "today"),
    "today-empty": Sample("web/today.html", pages_work.TODAY_EMPTY, "today"),
    "case-take": Sample("web/case_take.html", pages_work.TAKE, "case_take"),
    "case-take-refused": Sample("web/case_take.html", pages_work.TAKE_REFUSED, "case_take"),
    "case-list": Sample("web/record_list.html", pages_lists.CASES, "case_list"),
    "case-page": Sample("web/case_page.html", pages_work.CASE_PAGE, "case_page"),
    "case-act": Sample("web/case_act.html", pages_work.ACT, "case_act"),
    "case-act-refused": Sample("web/case_act.html", pages_work.ACT_REFUSED, "case_act"),
    "case-act-blocked": Sample("web/case_act.html", pages_work.ACT_BLOCKED, "case_act"),
    "bulk-run": Sample("web/bulk_page.html", pages_bulk.BULK_RUN, "case_list"),
    "bulk-done": Sample("web/bulk_page.html", pages_bulk.BULK_DONE, "case_list"),
    "calls": Sample("web/call_list.html", pages_calls.CALLS, "call_list"),
    "calls-none": Sample("web/call_list.html", pages_calls.CALLS_NONE, "call_list"),
    "approvals": Sample("web/approvals.html", pages_desk.APPROVALS, "approvals"),
    "approvals-mine": Sample("web/approvals.html", pages_desk.APPROVALS_MINE, "approvals"),
    "overrides": Sample("web/overrides.html", pages_desk.OVERRIDES, "approvals"),
    "override-ask": Sample("web/override_ask.html", pages_desk.OVERRIDE_ASK, "approvals"),
    "reception": Sample("web/reception.html", pages_desk.RECEPTION, "reception"),
    "typed": Sample("web/typed.html", pages_desk.TYPED, "typed"),
    "team": Sample("web/team.html", pages_desk.TEAM, "team"),
    "delegations": Sample("web/delegations.html", pages_desk.DELEGATIONS, "delegation_list"),
    "notices": Sample("web/notices.html", pages_desk.NOTICES, "notices"),
    "find": Sample("web/find.html", pages_desk.FIND, "find"),
    "policy-list": Sample("web/policy_list.html", pages_rest.POLICIES, "policy_list"),
    "policy-page": Sample("web/policy_page.html", pages_rest.POLICY_PAGE, "policy_page"),
    "evidence": Sample("web/evidence.html", pages_rest.EVIDENCE, "evidence"),
    "register-list": Sample("web/record_list.html", pages_lists.SLIPS, "record_list"),
    "customer-list": Sample("web/record_list.html", pages_lists.CUSTOMERS, "customer_list"),
    "customer-list-empty": Sample("web/record_list.html", pages_lists.CUSTOMERS_NONE, "customer_list"),
    "customer-page": Sample("web/record_page.html", pages_records.CUSTOMER, "customer_page"),
    "register-page": Sample("web/record_page.html", pages_records.SLIP, "record_page"),
    "calendar-page": Sample("web/record_page.html", pages_records.CALENDAR, "administration"),
    "registers": Sample("web/record_places.html", pages_records.PLACES, "record_places"),
    "registers-none": Sample("web/record_places.html", pages_records.NO_PLACES, "record_places"),
    "access-matrix": Sample("web/access_matrix.html", pages_administration.ACCESS, "administration"),
    "readings": Sample("web/readings.html", pages_administration.READINGS, "administration"),
    "tokens": Sample("web/tokens.html", pages_administration.TOKENS, "administration"),
    "tokens-issued": Sample("web/tokens.html", pages_administration.TOKENS_ISSUED, "administration"),
    "tokens-none": Sample("web/tokens.html", pages_administration.TOKENS_NONE, "administration"),
    "readings-none": Sample("web/readings.html", pages_administration.READINGS_NONE, "administration"),
    "installation": Sample("web/installation.html", pages_administration.INSTALLATION, "administration"),
    "calendar-act": Sample(
        "web/case_act.html",
        replace(pages_work.ACT, has_preview=True, effect=pages_administration.EFFECT),
        "administration",
    ),
    "customer-form": Sample("web/customer_form.html", pages_rest.CUSTOMER_FORM, "customer_add"),
    "setup": Sample("web/setup_page.html", pages_setup.OVERVIEW, "setup"),
    "setup-packs": Sample("web/setup_page.html", pages_setup.PACKS, "setup_step"),
    "setup-posts": Sample("web/setup_page.html", pages_setup.POSTS, "setup_step"),
    "setup-parameters": Sample("web/setup_page.html", pages_setup.PARAMETERS, "setup_step"),
    "setup-adopt": Sample("web/setup_page.html", pages_setup.ADOPT, "setup_step"),
    "setup-people": Sample("web/setup_page.html", pages_setup.PEOPLE, "setup_step"),
    "setup-found": Sample("web/setup_found.html", pages_setup.FOUND, "setup_found"),
    "setup-closed": Sample("web/setup_found.html", pages_setup.CLOSED, "setup_closed"),
    "welcome": Sample("web/welcome.html", pages_setup.WELCOME, "welcome"),
    "welcome-old": Sample("web/welcome.html", pages_setup.WELCOME_OLD, "welcome"),
    "import-places": Sample("web/import_places.html", pages_rest.PLACES, "import_places"),
    "import-start": Sample("web/import_start.html", pages_rest.START, "import_start"),
    "import-mapping": Sample("web/import_page.html", pages_rest.MAPPING, "import_page"),
    "import-preview": Sample("web/import_page.html", pages_rest.PREVIEW, "import_page"),
    "import-run": Sample("web/import_page.html", pages_rest.RUN, "import_page"),
    "import-result": Sample("web/import_page.html", pages_rest.RESULT, "import_page"),
}
