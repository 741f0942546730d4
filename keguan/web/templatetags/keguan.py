"""The template words of the screens: two-language text, clauses, times, money, bars, fields. Renders, never queries."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Any

from django import template
from django.utils.html import escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from keguan.kernel import clock
from keguan.kernel.records.kinds import COMPANY_ZONE, Money, MoneyKind
from keguan.kernel.records.labels import ENGLISH, SIMPLIFIED, TRADITIONAL, Label, filled
from keguan.kernel.records.scripts import traditional
from keguan.web import times
from keguan.web.components import Action, Applies, Citation, Field, Segment, State, Term
from keguan.web.icons import ICONS
from keguan.web.language import HTML_LANG, language_of, text_of
from keguan.web.pages import Cell, Clause, Head

register = template.Library()

THEMES = ("light", "dark")
ADMINISTERED = frozenset(("person", "unit", "post", "role", "calendar", "delegation"))
"""Record types that the administration leads to."""


def _now(context: Mapping[str, Any]) -> dt.datetime:
    given = context.get("now")
    return given if isinstance(given, dt.datetime) else clock.now()


@register.simple_tag(takes_context=True)
def t(context: Mapping[str, Any], zh: str, en: str, **values: object) -> str:
    """Interface text in the page's language; its places are `filled` from the keyword arguments."""
    language = language_of(context)
    words = en if language == ENGLISH else traditional(zh) if language == TRADITIONAL else zh
    return filled(words, {k: text_of(v, language) for k, v in values.items()}) if values else words


class Words(template.Node):
    """Interface text without places to fill, which is most of it: escaped once for each language."""

    def __init__(self, zh: str, en: str) -> None:
        self.zh, self.en = zh, en
        self.known: dict[str, SafeString] = {}

    def render(self, context: template.Context) -> SafeString:
        """The words in the page's language."""
        language = language_of(context)
        if language not in self.known:
            self.known[language] = escape(Label(self.zh, self.en).text(language))
        return self.known[language]


_any_words = register.tags["t"]


@register.tag("t")
def words(parser: template.base.Parser, token: template.base.Token) -> template.Node:
    """`t`, the quick way where nothing is filled in."""
    parts = token.split_contents()[1:]
    is_plain = len(parts) == 2 and all(part[0] in "\"'" and part[0] == part[-1] for part in parts)
    return Words(*(part[1:-1] for part in parts)) if is_plain else _any_words(parser, token)


@register.simple_tag(takes_context=True)
def label(context: Mapping[str, Any], words: object) -> str:
    """A `Label` (or plain text) in the page's language."""
    return text_of(words, language_of(context))


@register.simple_tag(takes_context=True)
def started(context: Mapping[str, Any], words: object) -> str:
    """A `Label` at the head of a line: English begins with a capital, but for what people typed."""
    text = text_of(words, language_of(context))
    is_ours = isinstance(words, Label) and words.zh != words.en and language_of(context) == ENGLISH
    return text[:1].upper() + text[1:] if is_ours else text


@register.simple_tag(takes_context=True)
def parted(context: Mapping[str, Any], words: object, citation: Citation | None) -> tuple[str, str]:
    """A sentence before and after the clause that it names, so that the clause can be a link; all before otherwise."""
    before, _, after = text_of(words, language_of(context)).partition(citation.clause if citation else "\n")
    return before.rstrip(), after


@register.simple_tag
def idle(applies: Iterable[Applies]) -> list[Applies]:
    """Clauses that have not begun to matter to a record."""
    return [one for one in applies if one.is_idle]


@register.simple_tag
def spoken(actions: Iterable[Action]) -> list[Action]:
    """Acts of which something is to be said: who decides, which clause blocks them. The others stand side by side."""
    return [one for one in actions if not one.is_rare and (one.state == "blocked" or one.hint or one.citation)]


@register.simple_tag
def rare(actions: Iterable[Action]) -> list[Action]:
    """The acts that set right or take back: they stand folded away below the daily ones."""
    return [action for action in actions if action.is_rare]


@register.simple_tag(takes_context=True)
def lang(context: Mapping[str, Any]) -> str:
    """The page's language as HTML writes it: `zh-Hans`, `zh-Hant` or `en`."""
    return HTML_LANG[language_of(context)]


@register.simple_tag(takes_context=True)
def written(context: Mapping[str, Any], words: str) -> str:
    """The words of a policy: as they were written, or in the page's script."""
    return Label.written(words).text(language_of(context))


@register.simple_tag(takes_context=True)
def is_turned(context: Mapping[str, Any], clauses: Iterable[Clause]) -> bool:
    """Whether the page shows clauses in another script than that in which they were written."""
    return language_of(context) == TRADITIONAL and any(traditional(one.text) != one.text for one in clauses)


@register.simple_tag(takes_context=True)
def policy_lang(context: Mapping[str, Any]) -> str:
    """The script in which a page shows the words of policies, as HTML writes it."""
    return HTML_LANG[TRADITIONAL if language_of(context) == TRADITIONAL else SIMPLIFIED]


@register.simple_tag(takes_context=True)
def theme(context: Mapping[str, Any]) -> str:
    """The theme the person chose (`light` or `dark`), or nothing: the system's."""
    request = context.get("request")
    chosen = request.COOKIES.get("theme", "") if request is not None else ""
    return chosen if chosen in THEMES else ""


@register.simple_tag(takes_context=True)
def here(context: Mapping[str, Any], *names: str) -> SafeString:
    """` aria-current="page"` when the request was resolved to one of these URL names."""
    match = getattr(context.get("request"), "resolver_match", None)
    is_here = match is not None and match.url_name in names
    return mark_safe(' aria-current="page"') if is_here else mark_safe("")


@register.simple_tag(takes_context=True)
def here_of(context: Mapping[str, Any], section: str) -> SafeString:
    """` aria-current="page"` on the pages of record types, in the part of the rail that leads to them."""
    match = getattr(context.get("request"), "resolver_match", None)
    name = (match.url_name or "") if match is not None else ""
    kind = getattr(match, "kwargs", {}).get("name") if name.startswith("record_") else None
    is_administered = name in ("administration", "access_matrix", "reading_log", "token_list") or kind in ADMINISTERED
    is_here = is_administered if section == "administration" else name.startswith("record_") and not is_administered
    return mark_safe(' aria-current="page"') if is_here else mark_safe("")


@register.simple_tag(takes_context=True)
def clause(context: Mapping[str, Any], citation: Citation | None) -> SafeString:
    """A clause: always in the policy's own voice, always a link."""
    if citation is None:
        return mark_safe("")
    full = f"{citation.policy} {citation.clause} {citation.title}".strip()
    return format_html(
        '<a class="clause" lang="{}" href="{}" title="{}">{}</a>',
        policy_lang(context), citation.url, written(context, full), written(context, citation.clause),
    )  # fmt: skip


@register.simple_tag(takes_context=True)
def clauses(context: Mapping[str, Any], citations: Sequence[Citation]) -> SafeString:
    """Several clauses, one after the other."""
    return format_html_join(" ", "{}", ((clause(context, citation),) for citation in citations))


@register.simple_tag(takes_context=True)
def cells(context: Mapping[str, Any], heads: Sequence[Head], values: Sequence[Cell]) -> SafeString:
    """The cells of a row; on a narrow screen each carries its head."""
    language = language_of(context)
    return format_html_join(
        "",
        "{}",
        ((_cell(context, text_of(head.label, language), cell),) for head, cell in zip(heads, values, strict=True)),
    )


def _cell(context: Mapping[str, Any], head: str, cell: Cell) -> SafeString:
    if cell.state is not None:
        return format_html("<td>{}</td>", badge(context, cell.state))
    if cell.due_at is not None:
        return format_html(
            '<td class="full" data-label="{}"><span class="tone-{}">{}</span> <small>{} {}</small></td>',
            head, cell.tone, left(context, cell.due_at), due(context, cell.due_at), clause(context, cell.citation),
        )  # fmt: skip
    words = text_of(cell.text, language_of(context))
    if cell.url and words:
        words = format_html('<a href="{}">{}</a>', cell.url, words)
    return format_html('<td class="full{}" data-label="{}">{}</td>', " nowrap" if cell.is_whole else "", head, words)


@register.simple_tag(takes_context=True)
def badge(context: Mapping[str, Any], state: State | None) -> SafeString:
    """A state badge; its words carry the meaning, its tone repeats it."""
    if state is None:
        return mark_safe("")
    return format_html('<span class="state {}">{}</span>', state.tone, started(context, state.text))


def _time(at: dt.datetime, shown: str, title: str) -> SafeString:
    return format_html(
        '<time datetime="{}" title="{}">{}</time>', at.astimezone(COMPANY_ZONE).isoformat(), title, shown
    )


@register.simple_tag(takes_context=True)
def moment(context: Mapping[str, Any], at: dt.datetime | None) -> SafeString:
    """When something happened, briefly (`今天 10:41`); the full moment is its title."""
    if at is None:
        return mark_safe("—")
    language = language_of(context)
    return _time(at, times.short(at, _now(context)).text(language), times.full(at).text(language))


@register.simple_tag(takes_context=True)
def ago(context: Mapping[str, Any], at: dt.datetime) -> SafeString:
    """`3 小时前` together with the moment."""
    language, now = language_of(context), _now(context)
    said = times.relative(at, now).text(language)
    return format_html("{} · {}", said, _time(at, times.short(at, now).text(language), times.full(at).text(language)))


@register.simple_tag(takes_context=True)
def left(context: Mapping[str, Any], due_at: dt.datetime) -> str:
    """`还有 1 小时 20 分`, `逾期 2 小时`."""
    return times.left(due_at, _now(context)).text(language_of(context))


@register.simple_tag(takes_context=True)
def due(context: Mapping[str, Any], at: dt.datetime) -> SafeString:
    """The moment a term ends; midnight is said as the day's 24:00."""
    language = language_of(context)
    shown = times.short(at, _now(context), is_due=True).text(language)
    return _time(at, shown, times.full(at, is_due=True).text(language))


@register.simple_tag(takes_context=True)
def day(context: Mapping[str, Any], on: dt.date) -> str:
    """A day as a heading says it."""
    return times.long_day(on).text(language_of(context))


@register.simple_tag(takes_context=True)
def stretch(context: Mapping[str, Any], length: dt.timedelta) -> str:
    """A length of time."""
    return times.stretch(length).text(language_of(context))


@register.filter
def money(amount: Money | None) -> str:
    """An amount with its currency: `¥3,200`."""
    return MoneyKind().show(amount)


@register.filter
def count(number: int) -> str:
    """A count with separators: `4,850`."""
    return f"{number:,}"


@register.filter
def percent(share: float | None) -> str:
    """A share of one as `93.1%`; never rounded up to 100% nor down to 0%."""
    if share is None:
        return "—"
    if share in (0, 1):
        return f"{share:.0%}"
    return f"{min(max(share, 0.001), 0.999):.1%}"


@register.filter
def size(count: int) -> str:
    """A file's size: `1.2 MB`."""
    amount = float(count)
    for unit in ("B", "KB", "MB"):
        if amount < 1024:
            return f"{amount:.0f} {unit}" if unit == "B" or amount >= 10 else f"{amount:.1f} {unit}"
        amount /= 1024
    return f"{amount:.1f} GB"


@register.simple_tag
@cache
def icon(name: str) -> SafeString:
    """An icon; hidden from assistive technology because words stand beside it."""
    return format_html(
        '<svg class="icon" viewBox="0 0 20 20" aria-hidden="true" focusable="false"><path d="{}"/></svg>', ICONS[name]
    )


def _stretches(segments: Sequence[Segment]) -> SafeString:
    whole = sum(segment.weight for segment in segments) or 1
    rows, start = [], 0.0
    for segment in segments:
        width = 100 * segment.weight / whole
        rows.append((f"{start:.3f}%", f"{start + width:.3f}%", segment.kind))
        start += width
    return format_html_join("", '<line x1="{}" x2="{}" y1="50%" y2="50%" class="{}"/>', rows)


@register.simple_tag
def term_bar(term: Term) -> SafeString:
    """The term bar: counted, skipped and paused stretches on one line. The words under it say the same."""
    return format_html('<svg class="bar {}" aria-hidden="true">{}</svg>', term.tone, _stretches(term.segments))


@register.simple_tag
def share_bar(share: float | None, tone: str = "kept") -> SafeString:
    """A share of one as a bar; the figure stands beside it."""
    part = 0.0 if share is None else min(max(share, 0.0), 1.0)
    lines = _stretches((Segment("counted", part), Segment("rest", 1 - part)))
    return format_html('<svg class="bar {}" aria-hidden="true">{}</svg>', tone, lines)


@register.inclusion_tag("web/parts/field.html", takes_context=True, name="field")
def render_field(context: Mapping[str, Any], field: Field) -> dict[str, Any]:
    """An input by its kind, with label, hint, clause and errors."""
    return {"request": context.get("request"), "now": context.get("now"), "field": field}
