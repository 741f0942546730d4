"""Registers and duties of conduct: what the live law said of each act is what the mirror gives."""

from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from keguan.controls.batch.lived import live_evidence
from keguan.controls.batch.recount import differences
from keguan.controls.batch.tests.agreement import cited, read, shown, tables, written
from keguan.controls.tests import shop, test_conduct
from keguan.controls.tests.conftest import Firm, club
from keguan.controls.tests.test_registers import GRANT, SLIP, SOON, noted
from keguan.kernel import clock
from keguan.mirror import opened

__all__ = ["club", "tables"]
Mirrored = Callable[[], Path]
SLIPS = "extra#slips"


@pytest.mark.parametrize("is_trial", [False, True])
def test_copies_that_went_and_were_kept(tables: Firm, mirrored: Mirrored, is_trial: bool) -> None:
    shop.enact(SLIP.replace("    id: slips", f"    id: slips\n    trial: {is_trial}"), grant=GRANT)
    with clock.pinned(SOON):
        first, second = noted(tables), noted(tables)
        for who, verb, key, copy in (
            ("高岚", "keep", first, 2), ("季安", "pass_on", first, 2), ("苏敏", "pass_on", first, 1),
            ("苏敏", "pass_on", first, 2), ("苏敏", "pass_on", first, 2), ("高岚", "keep", second, 2),
            ("高岚", "keep", first, 2), ("苏敏", "keep", first, 1), ("季安", "keep", first, 1),
            ("季安", "keep", first, 9), ("季安", "keep", first, 0), ("苏敏", "pass_on", second, None),
        ):  # fmt: skip
            tables.do(who, f"return_note.{verb}", key, **({} if copy is None else {"copy": copy}))
        tables.system("return_note.pass_on", second, copy=2)
        place = mirrored()
        found = read(place, [SLIPS])
        assert found == written([SLIPS])
        objected = {outcome for outcome in found.values() if outcome not in ("kept", "passed")}
        assert objected == ({"recorded"} if is_trial else {"refused"})
        assert len(set(found.values())) == 2
        with opened(place) as mirror:
            assert differences(mirror, SOON)[1] == []


def test_what_was_observed_confirmed_and_dismissed(tables: Firm, mirrored: Mirrored) -> None:
    test_conduct.enact()
    duties = ["extra#quarrel", "extra#smile"]
    with clock.pinned(SOON):

        def observe(who: str, source: str, control: str = "extra#quarrel", *, offence: bool = False) -> object:
            return tables.do("苏敏", "observation.observe", None, control=control, source=source,
                             person=tables.people[who], is_offence=offence)  # fmt: skip

        keys = [observe("季安", "投诉", offence=True), observe("唐果", "通话抽听"), observe("季安", "投诉"),
                observe("高岚", "巡查", "extra#smile"), observe("季安", "投诉", offence=True)]  # fmt: skip
        for who, source, control in (("季安", "传闻", "extra#quarrel"), ("高岚", "投诉", "extra#quarrel"),
                                     ("季安", "投诉", "extra#quarel")):  # fmt: skip
            observe(who, source, control)
        one, two, three, four, five = (outcome.object for outcome in keys)  # type: ignore[attr-defined]
        tables.must("苏敏", "offence.confirm", one)
        tables.must("苏敏", "observation.confirm", two)
        tables.must("苏敏", "observation.dismiss", three, comment="听错了")
        tables.must("苏敏", "observation.confirm", four)
        tables.do("苏敏", "observation.confirm", five)
    post = shop.one("select post from org_holding where person = %s", tables.people["季安"])
    with clock.pinned(SOON.replace(hour=2)):
        tables.system("post.relieve", post, person=tables.people["季安"], ends_on="2026-03-03")
    with clock.pinned(SOON.replace(hour=3)):
        observe("季安", "投诉")
        place = mirrored()
        found = read(place, duties)
        with opened(place) as mirror:
            counted, differing = differences(mirror, clock.now())
            assert differing == []
            assert not (counted.unread | counted.unshown) & set(duties)
            of_duties = Counter({one: n for one, n in live_evidence(clock.now()).items() if one.control in duties})
            assert Counter({one: n for one, n in counted.evidence.items() if one.control in duties}) == of_duties
    refused = {pair for pair, outcome in found.items() if outcome == "refused"}
    assert {pair: outcome for pair, outcome in found.items() if outcome != "refused"} == shown(duties)
    assert refused == cited(duties)
    assert len(refused) == 3
    assert Counter(found.values()) == {"observed": 5, "broken": 1, "kept": 2, "dismissed": 1, "refused": 3}
