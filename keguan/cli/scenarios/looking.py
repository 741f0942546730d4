"""What scenarios look at: facts, obligations, notices, evidence, and who sees what. Reads only."""

from collections.abc import Iterator, Mapping
from typing import Any
from uuid import UUID

from django.apps import apps

from keguan.cli.scenarios.cast import Names
from keguan.cli.scenarios.declared import form, published, rights
from keguan.controls.models import Evidence, Obligation
from keguan.controls.queries.settings import settings_here
from keguan.controls.scopes import visible_to
from keguan.kernel.commands.rows import Rows
from keguan.kernel.commands.store import load
from keguan.kernel.records.kinds import Listing, Moment, Reference
from keguan.kernel.records.labels import Label
from keguan.kernel.records.vocabulary import vocabulary
from keguan.org.models import Notice
from keguan.policies.looks import (
    Check,
    EvidenceCheck,
    FactCheck,
    NoticeCheck,
    ObligationCheck,
    SettingsCheck,
    SightCheck,
)
from keguan.site.speech import counted


class Looks:
    """Looks at what is recorded, for one moment of a scenario."""

    def __init__(self, names: Names, keys: Mapping[str, str]) -> None:
        self.names = names
        self.keys = keys

    def differences(self, check: Check) -> Iterator[Label]:
        """What differs from the check, at the moment at which the clock is pinned."""
        about = next((one.of for one in self._of_a_record(check) if one and one.of), None)
        if about is not None and self.names.record(about) is None:
            yield Label(f"没有“{about}”", f"there is no “{about}”")
        elif check.fact:
            yield from self._fact(check.fact)
        elif check.obligation:
            yield from self._obligation(check.obligation)
        elif check.notice:
            yield from self._notice(check.notice)
        elif check.evidence:
            yield from self._evidence(check.evidence)
        elif check.sight:
            yield from self._sight(check.sight)
        elif check.clause:
            yield from published(check.clause)
        elif check.rights:
            yield from rights(check.rights, self.names.people)
        elif check.form:
            yield from form(check.form)
        elif check.settings:
            yield from self._settings(check.settings)

    @staticmethod
    def _of_a_record(check: Check) -> tuple[Any, ...]:
        return check.fact, check.obligation, check.notice, check.evidence, check.sight, check.settings

    def _record(self, name: str) -> tuple[str, UUID]:
        found = self.names.record(name)
        if found is None:
            raise KeyError(name)
        return found

    def _fact(self, check: FactCheck) -> Iterator[Label]:
        kind, key = self._record(check.of)
        record_type = vocabulary.types[kind]
        record = load(Rows(), record_type, [key])[key]
        for name, wanted in check.are.items():
            fact = record_type.by_name.get(name)
            if fact is None:
                yield Label(f"{kind} 没有“{name}”", f"a {kind} has no fact “{name}”")
                continue
            value = record.values[name]
            parsed = None if wanted is None else fact.kind.parse(self._named(fact.kind, wanted))
            if value != parsed:
                zh, en = fact.label.zh, fact.label.en
                yield Label(
                    f"“{zh}”应为 {_shown(fact.kind, parsed)}，实为 {_shown(fact.kind, value)}",
                    f"“{en}” should be {_shown(fact.kind, parsed)} but is {_shown(fact.kind, value)}",
                )

    def _named(self, kind: Any, wanted: Any) -> Any:
        if isinstance(kind, Reference):
            return self.names.id_of(str(wanted)) or wanted
        if isinstance(kind, Listing) and isinstance(wanted, list):
            return [self._named(kind.of, part) for part in wanted]
        return wanted

    def _obligation(self, check: ObligationCheck) -> Iterator[Label]:
        _, key = self._record(check.of)
        about = f"{check.of}/{check.control}"
        found = (
            Obligation.objects.filter(object=key, control=self.keys[check.control]).order_by("opened_at", "id").last()
        )
        state = found.state if found else "none"
        if state != check.state:
            yield Label(
                f"{about} 的期限应为 {check.state}，实为 {state}", f"{about} should be {check.state} but is {state}"
            )
        if found is None:
            return
        if check.due is not None and found.due_at != check.due:
            show = Moment().show
            yield Label(
                f"{about} 应于 {show(check.due)} 到期，实为 {show(found.due_at)}",
                f"{about} should be due at {show(check.due)}, not {show(found.due_at)}",
            )
        if check.people is not None:
            people = {name for name, person in self.names.people.items() if person in found.people}
            if people != set(check.people):
                yield Label(f"{about} 的责任人是 {sorted(people)}", f"{about} is owed by {sorted(people)}")

    def _notice(self, check: NoticeCheck) -> Iterator[Label]:
        found = Notice.objects.filter(person=self.names.people[check.to], control=self.keys[check.control])
        if check.of is not None:
            found = found.filter(object_id=self._record(check.of)[1])
        count = found.count()
        if count != check.times:
            yield Label(
                f"{check.to} 应收到 {check.times} 条 {check.control} 通知，实收 {count} 条",
                f"{check.to} should have {counted(check.times, 'notice')} of {check.control} but has {count}",
            )

    def _evidence(self, check: EvidenceCheck) -> Iterator[Label]:
        _, key = self._record(check.of)
        evidence = Evidence.objects.filter(object=key, control=self.keys[check.control])
        count = evidence.filter(outcome=check.outcome).count()
        if count != check.times if check.times is not None else not count:
            all_of = sorted(evidence.values_list("outcome", flat=True))
            yield Label(
                f"{check.of}/{check.control} 的证据“{check.outcome}”有 {count} 条（共有 {all_of}）",
                f"{check.of}/{check.control}: {counted(count, 'time')} {check.outcome} (all: {all_of})",
            )

    def _sight(self, check: SightCheck) -> Iterator[Label]:
        kind, key = self._record(check.of)
        table = vocabulary.types[kind].table
        model = next(model for model in apps.get_models() if model._meta.db_table == table)  # noqa: SLF001 – Django's own
        visible = visible_to(self.names.people[check.who], kind)
        if model._default_manager.filter(visible, pk=key).exists() is not check.sees:  # noqa: SLF001
            yield Label(
                f"{check.who} {'看不到' if check.sees else '看得到'} {check.of}",
                f"{check.who} {'cannot' if check.sees else 'can'} see {check.of}",
            )

    def _settings(self, check: SettingsCheck) -> Iterator[Label]:
        kind, key = self._record(check.of)
        given = {one.setting.name.partition(".")[2]: one for one in settings_here(kind, key)}
        for name, wanted in check.are.items():
            found = given.get(name)
            if found is None or found.value != found.setting.kind.parse(wanted):
                shown = _shown(found.setting.kind, found.value) if found else "—"
                yield Label(f"{name} 应为 {wanted}，实为 {shown}", f"{name} should be {wanted} but is {shown}")


def _shown(kind: Any, value: Any) -> str:
    return kind.show(value) or "—"
