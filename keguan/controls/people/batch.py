"""People expressions over many questions at once: the Ibis reading of what `resolve` finds one by one.

`questions` has a row for each question: `row`, `at` and `known` (the moment asked about, and as known when), `object`,
`actor`, `requester`, and a column for each fact that the expression names (`case.owner`; lists as arrays), ids as text.
`holders` is the directory's table as the mirror keeps it (`keguan.org.spans.reading.EXPORT`), `acts` has `object`,
`verb`, `event`, `actor`, `on_behalf_of`, `recorded_at`. The answer has a row for each question and person. Everything
is joins over stretches of time, so it costs the same for one day or ten years of questions.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from keguan.controls.people import nodes
from keguan.controls.people.nodes import People
from keguan.org.spans import ANYWHERE, HEAD, SELF, SUPERIOR, TOP

CLIMBS = 6
"""How far recusal climbs in this reading: further than companies are deep."""
Keep = Callable[[Any], Any]


def people_of(
    people: People, questions: Any, holders: Any, acts: Any = None, but: People | None = None, verb: str | None = None,
    never: str | None = None, keep: Keep = lambda table: table,
) -> Any:  # fmt: skip
    """For each question the persons meant, as (row, person); a question that means nobody has no row.

    `but` recuses, `never` names a column of one more recused person; `verb` is the act that is owed or decided. `keep`
    may store a table in between (`lambda table: table.cache()`): climbing reads each of them several times.
    """
    reader = _Reader(questions, holders, acts, verb, keep)
    found = reader.meant(people)
    recused = [reader.named(but)] if but is not None else []
    if never is not None:
        recused.append(reader.column(never))
    if recused:
        found = reader.left(found, _union(recused), None)
    return found.select("row", "person").distinct()


@dataclass
class _Reader:
    """One expression over one table of questions. Tables in between have `row`, `person` and `holder`."""

    questions: Any
    holders: Any
    acts: Any
    verb: str | None
    keep: Keep

    def meant(self, people: People) -> Any:  # noqa: PLR0911 – one case per node
        """Who is to be asked."""
        match people:
            case nodes.Role(role=role, unit=unit):
                where = self._anywhere() if unit is None else self.column(_name(unit.path))
                return self._asked(self._look(role, where))
            case nodes.Head(unit=unit):
                return self._asked(self._look(HEAD, self.column(_name(unit.path))))
            case nodes.Superior(of=of):
                return self._asked(self._above(self._below(of)))
            case nodes.WhoDid(verb=verb):
                return self._himself(self._did(verb).select("row", person="actor"))
            case nodes.Each(facts=facts, heads=heads):
                return self._asked(self._look(HEAD if heads else SELF, self._members(_name(facts.path))))
            case nodes.PersonFact(fact=fact):
                return self._asked(self._look(SELF, self.column(_name(fact.path))))
            case nodes.Requester():
                return self._himself(self.column("requester"))
            case nodes.Actor():
                return _alone(self.column("actor"))
            case nodes.AnyOf(of=of) | nodes.AllOf(of=of) | nodes.Some(of=of):
                return _union([self.meant(one) for one in of])
            case nodes.Recusal(who=who, but=but, otherwise=otherwise):
                return self.left(self.meant(who), self.named(but), otherwise)
        raise TypeError(f"{type(people).__name__} is no people expression")

    def left(self, found: Any, recused: Any, otherwise: People | None) -> Any:
        """Who is left when these are recused: of those found, else of `otherwise`, else of their superiors."""
        found, recused = self.keep(found), self.keep(recused)
        left = self.keep(_without(found, recused))
        if otherwise is not None:
            other = _without(self.meant(otherwise), recused)
            return _union([left, other.anti_join(left, "row")])
        below = found.anti_join(left, "row").select("row", person="holder").distinct()
        for _ in range(CLIMBS):
            above = self.keep(self._above(self.keep(below)))
            more = self.keep(_without(self._asked(above), recused))
            below = above.anti_join(more, "row").select("row", person="holder").distinct()
            left = self.keep(_union([left, more]))
        return left

    def named(self, people: People) -> Any:  # noqa: PLR0911 – one case per node
        """Everybody that an expression in `but` speaks of, as (row, person)."""
        match people:
            case nodes.PersonFact(fact=fact):
                return self.column(_name(fact.path))
            case nodes.Requester():
                return self.column("requester")
            case nodes.Actor():
                return self.column("actor")
            case nodes.WhoDid(verb=verb):
                did = self._did(verb)
                return _union([did.select("row", person="actor"), did.select("row", person="on_behalf_of")])
            case nodes.Each(facts=facts, heads=False):
                return self._members(_name(facts.path))
            case nodes.AnyOf(of=of) | nodes.AllOf(of=of) | nodes.Some(of=of):
                return _union([self.named(one) for one in of])
            case _:
                found = self.meant(people)
                return _union([found.select("row", "person"), found.select("row", person="holder")])

    def column(self, name: str) -> Any:
        """The ids in a column, as (row, person); questions without one are left out."""
        q = self.questions
        return q.filter(q[name].notnull()).select("row", person=name)

    def _members(self, name: str) -> Any:
        q = self.questions
        listed = q.filter(q[name].notnull()).select("row", person=name)
        return listed.mutate(person=listed.person.unnest())

    def _anywhere(self) -> Any:
        import ibis

        return self.questions.select("row").mutate(person=ibis.literal(str(ANYWHERE)))

    def _did(self, verb: str) -> Any:
        """Who did the verb on the question's record last, as known then."""
        import ibis

        q, a = (
            self.questions.select("row", "object", "known"),
            self.acts.filter(self.acts.verb == verb).rename(acted_on="object"),
        )
        found = q.join(a, [q.object == a.acted_on, a.recorded_at <= q.known])
        found = found.select("row", "event", "actor", "on_behalf_of").filter(lambda t: t.actor.notnull())
        newest = ibis.row_number().over(ibis.window(group_by="row", order_by=ibis.desc("event")))
        return found.mutate(place=newest).filter(lambda t: t.place == 0).drop("place", "event")

    def _himself(self, wanted: Any) -> Any:
        """Those of (row, person) who work there at the moment, nobody in their place."""
        return _alone(wanted.semi_join(self._look(SELF, wanted), ["row", ("person", "subject")]))

    def _look(self, role: str, wanted: Any) -> Any:
        """Everybody in the answers to (role, subject), away or not; `wanted` has the subject as its person."""
        h = self.holders.filter(self.holders.role == role).rename(place="subject")
        q = self.questions.select("row", "at", "known")
        asked = wanted.filter(wanted.person.notnull()).rename(subject="person").inner_join(q, "row")
        found = asked.join(h, [
            asked.subject == h.place,
            h.valid_from.isnull() | (h.valid_from <= asked.at),
            h.valid_to.isnull() | (asked.at < h.valid_to),
            h.known_from <= asked.known,
            h.known_to.isnull() | (asked.known < h.known_to),
        ])  # fmt: skip
        return found.select("row", "subject", "person", "holder", "how", "verbs")

    def _asked(self, found: Any) -> Any:
        """Those who are to be asked: whoever stands in (for this verb), else the holder."""
        named = found.verbs.split(" ").contains(self.verb) if self.verb is not None else found.verbs != found.verbs
        own = (found.person == found.holder) & (found.verbs.isnull() | ~named)
        lent = (found.person != found.holder) & (found.verbs.isnull() | named)
        return found.filter((found.how != "away") & (own | lent)).select("row", "person", "holder")

    def _above(self, below: Any) -> Any:
        """The superiors of (row, person), away or not: above their posts, else at the top of the company."""
        above = self._look(SUPERIOR, below)
        without = below.anti_join(above, ["row", ("person", "subject")])
        top = self._look(TOP, self._anywhere()).drop("subject")
        without = without.anti_join(top, ["row", ("person", "holder")]).rename(under="person")
        at_top = without.inner_join(top, "row").filter(lambda t: t.person != t.under)
        columns = ("row", "person", "holder", "how", "verbs")
        return _union([above.select(*columns), at_top.select(*columns)])

    def _below(self, people: People) -> Any:
        """Whose superiors are meant, as (row, person): a fact's person himself, also where he is away or gone."""
        match people:
            case nodes.PersonFact(fact=fact):
                return self.column(_name(fact.path))
            case nodes.Requester():
                return self.column("requester")
            case _:
                return self.meant(people).select("row", person="holder").distinct()


def _name(path: tuple[str, ...]) -> str:
    return ".".join(path)


def _alone(wanted: Any) -> Any:
    return wanted.select("row", "person", holder="person")


def _without(found: Any, recused: Any) -> Any:
    """Without the recused and the seats that they hold; where only who stands in is recused, the holder himself."""
    seats = found.anti_join(recused, ["row", ("holder", "person")])
    back = seats.semi_join(recused, ["row", "person"]).select("row", person="holder", holder="holder")
    return _union([seats.anti_join(recused, ["row", "person"]).select("row", "person", "holder"), back])


def _union(several: list[Any]) -> Any:
    first, *rest = several
    return first.union(*rest, distinct=True) if rest else first
