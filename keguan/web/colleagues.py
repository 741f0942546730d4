"""Colleagues as quick find shows them: post, unit, and who stands in while somebody is away. Never why."""

from uuid import UUID

from keguan.controls import scopes
from keguan.controls.live.grants import Grants
from keguan.kernel import clock
from keguan.kernel.records.kinds import Moment
from keguan.kernel.records.labels import Label, join
from keguan.org import teams
from keguan.org.facts import PERSON
from keguan.org.searching import search_people
from keguan.web import addresses
from keguan.web.components import State
from keguan.web.pages import Found, FoundGroup
from keguan.web.views.shell import post_words

EACH = 5
TITLE = Label("同事", "Colleagues")
AWAY = State(Label("不在", "away"), "wait")
STANDS_IN = Label("{who}代理", "{who} stands in")
UNTIL = Label("{who}代理，到 {at}", "{who} stands in until {at}")


def colleagues(who: UUID, grants: Grants, query: str) -> FoundGroup:
    """Those who work here and whom the text may mean, for whoever sees the directory. A fixed number of statements."""
    if not grants.sees_some(PERSON.name) or "name" in scopes.masked(who, PERSON.name, grants):
        return FoundGroup(TITLE, ())
    rows = search_people(query, EACH)
    away = {one.person: one for one in teams.away([row.id for row in rows], clock.now()) if one.is_whole}
    items = []
    for row in rows:
        said = [post_words(row.posts)]
        if (absence := away.get(row.id)) is not None:
            words = UNTIL if absence.until else STANDS_IN
            at = Moment().label(absence.until) if absence.until else ""
            said.append(words.format(who=absence.delegate, at=at))
        url = addresses.page_url(PERSON.name, str(row.id))
        detail = join([one for one in said if one.zh], " · ", " · ")
        items.append(Found(row.name, url, detail, AWAY if absence else None))
    return FoundGroup(TITLE, tuple(items))
