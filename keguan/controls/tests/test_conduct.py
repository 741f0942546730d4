"""Duties of conduct through the gate: observed by the ways and on the people the clause names; offences confirmed."""

import datetime as dt

import pytest
from django.db.models import Q

from keguan.controls.models import Evidence, Observation
from keguan.controls.queries import figures
from keguan.controls.tests import shop
from keguan.controls.tests.conftest import MORNING, Firm
from keguan.controls.tests.test_measures import reasons
from keguan.kernel import clock
from keguan.kernel.commands.outcomes import Refused
from keguan.policies.pack_checks import check_pack
from keguan.policies.packs.pack import pack_from_texts
from keguan.policies.rulebooks import current

SOON = MORNING + dt.timedelta(minutes=1)
QUARREL = """
- conduct: {id: quarrel, who: agent, must_not: 与客户争执, code: T2-3, tier: 2, seen_in: [通话抽听, 投诉]}
- conduct: {id: smile, who: everyone, must: 微笑接待}
- reaction: {id: fine, after: {verb: offence.confirm, when: {tier: 2}}, do: penalty.impose, with: {person: $person,
    title: $code, fine: 200}}
"""
GRANT = shop.GRANT.replace("penalty.*]", "penalty.*, observation.*, offence.*]").replace(
    "see: [member, purchase, penalty]", "see: [member, purchase, penalty, observation]"
)
ROLES = "  agent: {zh: 客服专员, en: Agent}\n"


def enact(controls: str = QUARREL) -> None:
    shop.enact(controls, ROLES, grant=GRANT)


def test_an_offence_counts_once_it_is_confirmed(club: Firm) -> None:
    enact()
    with clock.pinned(SOON):
        given = {"control": "extra#quarrel", "source": "通话抽听", "is_offence": True, "what": "争执"}
        key = club.must("苏敏", "observation.observe", None, person=club.people["季安"], **given)
        one = Observation.objects.get(id=key)
        assert (one.code, one.tier, one.state, one.observer) == ("T2-3", 2, "observed", club.people["苏敏"])
        assert shop.one("select count(*) from test_penalty") == 0
        assert "核实违规" in reasons(club.do("苏敏", "observation.confirm", key))
        club.must("苏敏", "offence.confirm", key)
        assert shop.one("select person from test_penalty") == club.people["季安"]
        assert "不用再处理" in reasons(club.do("苏敏", "observation.dismiss", key, comment="x"))
        shown = Evidence.objects.filter(control="extra#quarrel").order_by("id").values_list("outcome", flat=True)
        assert list(shown) == ["observed", "broken"]


def test_it_is_observed_as_and_on_whom_the_clause_says(club: Firm) -> None:
    enact()
    with clock.pinned(SOON):

        def observe(who: str, source: str, control: str = "extra#quarrel") -> str:
            outcome = club.do("苏敏", "observation.observe", None, control=control, source=source,
                              person=club.people[who], is_offence=False)  # fmt: skip
            return reasons(outcome) if isinstance(outcome, Refused) else ""

        assert "途径" in observe("季安", "传闻")
        assert "岗位" in observe("高岚", "投诉")
        assert "没有这一条" in observe("季安", "投诉", "extra#quarel")
        assert observe("高岚", "巡查", "extra#smile") == ""
        assert observe("季安", "投诉") == ""


def test_what_was_never_observed_has_no_share(club: Firm) -> None:
    enact()
    with clock.pinned(SOON):
        book = current(SOON)
        found = figures(book.controls, Q())
        quarrel = book.by_key["extra#quarrel"]
        assert found.share(quarrel) is None
        key = club.must("苏敏", "observation.observe", None, person=club.people["季安"], control="extra#quarrel",
                        source="投诉", is_offence=False)  # fmt: skip
        assert figures(book.controls, Q()).share(quarrel) is None
        club.must("苏敏", "observation.confirm", key)
        assert figures(book.controls, Q()).share(quarrel) == 1


TIERS = """
- conduct: {id: a, who: agent, must: 好, code: T1, tier: 1}
- conduct: {id: b, who: agent, must: 早, code: T1, tier: 2}
"""


@pytest.mark.parametrize(
    ("controls", "said"),
    [
        ("- conduct: {id: a, who: agent}", "must"),
        ("- conduct: {id: a, who: nobody_knows, must: 好}", "nobody_knows"),
        (TIERS, "另一档"),
    ],
)
def test_what_cannot_be_is_a_fault(db: None, controls: str, said: str) -> None:
    shop.declare()
    pack, _ = pack_from_texts(shop.texts(controls, ROLES))
    assert pack is not None
    _, faults = check_pack(pack)
    assert any(said in fault.message.zh for fault in faults), [fault.text() for fault in faults]
