"""Customers: the form. Page-shaped rows only."""

from dataclasses import dataclass

from keguan.web.components import Fieldset, Link, Reason
from keguan.web.language import Words


@dataclass(frozen=True, slots=True)
class CustomerForm:
    """web/customer_form.html: a new customer, or a change. `duplicates` are customers that look the same."""

    title: Words
    fieldsets: tuple[Fieldset, ...]
    back_url: str
    reasons: tuple[Reason, ...] = ()
    duplicates: tuple[Link, ...] = ()
    submit: Words = ""
    key: str = ""
