"""The pipeline on lists: outcomes, streams, envelopes and payloads, refusals, idempotency, follow-ups, batches."""

import datetime as dt
import hashlib
import json
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from keguan.kernel import clock
from keguan.kernel.commands.batches import run_set
from keguan.kernel.commands.checks import check
from keguan.kernel.commands.context import Context
from keguan.kernel.commands.follow_ups import resume_all
from keguan.kernel.commands.law import Decided, Entry, Step, Verdict
from keguan.kernel.commands.outcomes import Done, Fault, Reason, Refused, Waiting
from keguan.kernel.commands.pipeline import Pipeline
from keguan.kernel.commands.rows import Rows
from keguan.kernel.commands.verbs import Verb
from keguan.kernel.journal.read import timeline
from keguan.kernel.journal.verify import verify
from keguan.kernel.records.labels import Label
from keguan.kernel.tests import memo

ACTOR = uuid4()
HERE = Context(ACTOR, "page")
NO = Verdict([Reason(Label("不行", "no"))], controls=[("p#c", "refused")], read={"memo.points": 3})


@pytest.fixture(autouse=True)
def _table(db: None) -> None:
    memo.declare()
    with connection.cursor() as cursor:
        cursor.execute(memo.SCHEMA)


@pytest.fixture
def law() -> memo.OpenLaw:
    return memo.OpenLaw()


@pytest.fixture
def pipeline(law: memo.OpenLaw) -> Pipeline:
    return Pipeline(law)


def write(pipeline: Pipeline, *titles: str) -> list[UUID]:
    outcomes = pipeline.run(HERE, "memo.write", [(None, {"title": title, "body": f"关于{title}"}) for title in titles])
    return [outcome.object for outcome in outcomes if isinstance(outcome, Done)]


def row(key: UUID) -> dict[str, Any]:
    [found] = Rows().select("select * from kernel_memo where id = %s", [key])
    return found


def test_a_created_record_has_its_row_its_number_and_its_event(pipeline: Pipeline) -> None:
    [outcome] = pipeline.run(HERE, "memo.write", [(None, {"title": "甲", "body": "只给自己看", "price": "３２００.5"})])
    assert isinstance(outcome, Done)
    year = clock.now().astimezone().year
    assert outcome.code == f"M-{year}-01"
    assert row(outcome.object)["price"] == 3200.5
    [event] = events = memo.events_of(outcome.object)
    assert (event["verb"], event["n"], event["actor"], event["channel"]) == ("memo.write", 1, ACTOR, "page")
    envelope = json.loads(event["envelope"])
    assert envelope["changes"][str(outcome.object)]["title"] == [None, "甲"]
    assert envelope["changes"][str(outcome.object)]["price"] == [None, {"amount": "3200.50", "currency": "CNY"}]
    assert "只给自己看" not in event["envelope"], "free text belongs to the payload"
    [payload] = Rows().select("select * from kernel_payload where event = %s", [events[0]["id"]])
    assert "只给自己看" in payload["body"]
    digest = hashlib.sha256(bytes(payload["salt"]) + payload["body"].encode()).digest()
    assert bytes(event["payload_digest"]) == digest


def test_numbers_follow_the_given_order_without_gaps(pipeline: Pipeline) -> None:
    keys = write(pipeline, "一", "二", "三")
    assert [row(key)["code"][-2:] for key in keys] == ["01", "02", "03"]
    assert [row(key)["code"][-2:] for key in write(pipeline, "四")] == ["04"]


def test_every_wrong_argument_is_told_at_once_and_nothing_is_written(pipeline: Pipeline) -> None:
    [outcome] = pipeline.run(HERE, "memo.write", [(None, {"titel": "x", "price": "1,000"})])
    assert isinstance(outcome, Refused)
    assert [reason.field for reason in outcome.reasons] == ["titel", "title", "price"]
    assert outcome.reasons[0].cure == Label("是不是要写 title？", "did you mean title?")
    assert Rows().select("select 1 from kernel_memo") == []


def test_a_list_gives_each_item_its_own_outcome(pipeline: Pipeline, law: memo.OpenLaw) -> None:
    a, b, c, d = write(pipeline, "a", "b", "c", "d")
    law.verdicts[b], law.hidden = NO, {c}
    given = [(a, 1), (b, 2), (c, 3), (d, -1), (uuid4(), 1)]
    outcomes = pipeline.run(HERE, "memo.score", [(key, {"points": points}) for key, points in given])
    assert [type(outcome) for outcome in outcomes] == [Done, Refused, Refused, Refused, Refused]
    hidden, missing = outcomes[2], outcomes[4]
    assert isinstance(hidden, Refused) and isinstance(missing, Refused)
    assert hidden.is_hidden and missing.is_hidden
    assert [row(key)["points"] for key in (a, b, c, d)] == [1, 0, 0, 0]
    attempts = Rows().select("select * from kernel_attempt order by id")
    assert len(attempts) == 4
    assert all(json.loads(attempt["envelope"])["reasons"] for attempt in attempts)
    assert {"p#c"} == {key for attempt in attempts for key, _ in json.loads(attempt["envelope"])["controls"]}


def test_items_that_share_a_record_go_one_after_the_other(pipeline: Pipeline) -> None:
    [a] = write(pipeline, "a")
    outcomes = pipeline.run(HERE, "memo.score", [(a, {"points": n}) for n in (5, 6, 7)])
    assert all(isinstance(outcome, Done) for outcome in outcomes)
    assert row(a)["points"] == 7
    assert [event["n"] for event in memo.events_of(a)] == [1, 2, 3, 4]
    last = json.loads(memo.events_of(a)[-1]["envelope"])
    assert last["changes"][str(a)]["points"] == [6, 7]


def test_the_number_of_statements_does_not_depend_on_the_number_of_items(pipeline: Pipeline) -> None:
    def statements(n: int) -> int:
        keys = write(pipeline, *[f"m{i}" for i in range(n)])
        before = Rows.total
        with CaptureQueriesContext(connection) as seen:
            pipeline.run(HERE, "memo.score", [(key, {"points": 1}) for key in keys])
        return Rows.total - before + len(seen)

    counts = {statements(n) for n in (1, 2, 1000)}
    assert len(counts) == 1
    assert counts.pop() <= 20


def test_touched_records_are_numbered_and_named_in_the_event(pipeline: Pipeline) -> None:
    a, b = write(pipeline, "a", "b")
    pipeline.run(HERE, "memo.link", [(a, {"about": b})])
    [event] = [event for event in memo.events_of(b) if event["verb"] == "memo.link"]
    assert json.loads(event["envelope"])["objects"] == [["memo", "memo", str(a), 2], ["about", "memo", str(b), 2]]


def test_a_reference_to_a_record_that_the_actor_may_not_see_is_refused_like_a_missing_one(
    pipeline: Pipeline, law: memo.OpenLaw
) -> None:
    a, b = write(pipeline, "a", "b")
    law.hidden = {b}
    outcomes = pipeline.run(HERE, "memo.link", [(a, {"about": b}), (a, {"about": uuid4()})])
    messages = {reason.message for outcome in outcomes if isinstance(outcome, Refused) for reason in outcome.reasons}
    assert len(messages) == 1 and all(isinstance(outcome, Refused) for outcome in outcomes)


def test_lines_are_added_and_their_personal_words_stay_out_of_the_envelope(pipeline: Pipeline) -> None:
    [a] = write(pipeline, "a")
    outcomes = pipeline.run(HERE, "memo.remark", [(a, {"words": f"第{n}条"}) for n in range(4)])
    assert [type(outcome) for outcome in outcomes] == [Done, Done, Done, Refused]
    assert len(Rows().select("select 1 from kernel_memo_line where memo = %s", [a])) == 3
    assert "第0条" not in "".join(event["envelope"] for event in memo.events_of(a))
    words = [entry[2]["words"] for passage in timeline(a) for entry in passage.lines.get("remarks", [])]
    assert words == ["第2条", "第1条", "第0条"]


def test_a_violated_constraint_refuses_only_the_item_at_fault(pipeline: Pipeline) -> None:
    keys = write(pipeline, *"abcde")
    outcomes = pipeline.run(HERE, "memo.score", [(key, {"points": -1 if n == 3 else n}) for n, key in enumerate(keys)])
    assert [isinstance(outcome, Done) for outcome in outcomes] == [True, True, True, False, True]
    assert [row(key)["points"] for key in keys] == [0, 1, 2, 0, 4]
    assert [len(memo.events_of(key)) for key in keys] == [2, 2, 2, 1, 2]
    assert verify().findings == []


def test_a_repeated_key_does_nothing_twice(pipeline: Pipeline) -> None:
    keyed = HERE.but(idempotency_key="k1")
    [first] = pipeline.run(keyed, "memo.write", [(None, {"title": "甲"})])
    [again] = pipeline.run(keyed, "memo.write", [(None, {"title": "甲"})])
    assert first == again
    assert len(Rows().select("select 1 from kernel_memo")) == 1
    with pytest.raises(Fault) as fault:
        pipeline.run(keyed, "memo.write", [(None, {"title": "乙"})])
    assert fault.value.status == 409


def test_asking_runs_in_place_of_doing(pipeline: Pipeline, law: memo.OpenLaw) -> None:
    [a] = write(pipeline, "a")
    law.verdicts[a] = memo.instead(a)
    [outcome] = pipeline.run(HERE, "memo.score", [(a, {"points": 9})])
    assert isinstance(outcome, Waiting) and outcome.object == a
    assert row(a)["points"] == 0
    assert row(outcome.approval)["title"] == "请示"
    assert [event["verb"] for event in memo.events_of(a)] == ["memo.write", "memo.ask"]


def test_overdue_judgements_enter_the_stream_before_the_command(pipeline: Pipeline, law: memo.OpenLaw) -> None:
    [a] = write(pipeline, "a")
    due = clock.now() - dt.timedelta(days=1)
    law.entries = [Entry("obligation.break", (("memo", "memo", a),), due, {"control": "p#c"})]
    pipeline.run(HERE, "memo.score", [(a, {"points": 1})])
    events = memo.events_of(a)
    assert [event["verb"] for event in events] == ["memo.write", "obligation.break", "memo.score"]
    assert (events[1]["happened_at"], events[1]["actor"], events[1]["channel"]) == (due, None, "clock")


def test_a_command_that_follows_runs_once_and_names_its_cause(pipeline: Pipeline) -> None:
    [a] = write(pipeline, "a")
    pipeline.run(HERE, "memo.score", [(a, {"points": 4})])
    [outcome] = pipeline.run(HERE, "memo.double", [(a, {})])
    assert isinstance(outcome, Done)
    assert row(a)["points"] == 8
    assert memo.events_of(a)[-1]["caused_by"] == outcome.event


class Held(memo.OpenLaw):
    """Others keep changing what is to be scored."""

    def guards(self, step: Step) -> dict[int, Verdict]:
        if step.verb.name == "memo.score":
            raise Fault([Reason(Label("正被改动", "held"), kind="busy")], status=409)
        return super().guards(step)


def test_a_command_that_follows_and_finds_its_record_held_is_run_later(pipeline: Pipeline) -> None:
    [a] = write(pipeline, "a")
    pipeline.run(HERE, "memo.score", [(a, {"points": 4})])
    [outcome] = Pipeline(Held()).run(HERE, "memo.double", [(a, {})])
    assert isinstance(outcome, Done), "what was asked for is done, whatever becomes of what follows"
    assert row(a)["points"] == 4
    assert resume_all(pipeline, dt.timedelta(0)) == 1
    assert row(a)["points"] == 8
    assert resume_all(pipeline, dt.timedelta(0)) == 0


def test_a_set_command_has_a_parent_event_and_a_child_for_each_object(pipeline: Pipeline) -> None:
    keys = write(pipeline, *[f"m{n}" for n in range(30)])
    items = [(key, {"points": -1 if n == 7 else n}) for n, key in enumerate(keys)]
    batch, outcomes = run_set(pipeline, HERE.but(idempotency_key="set-1"), "memo.score", items)
    assert sum(isinstance(outcome, Done) for outcome in outcomes) == 29
    again, replayed = run_set(pipeline, HERE.but(idempotency_key="set-1"), "memo.score", items)
    assert (again, replayed) == (batch, outcomes)
    [counted] = Rows().select("select * from kernel_batch where id = %s", [batch.id])
    assert (counted["done"], counted["refused"], counted["stage"]) == (29, 1, "finished")
    children = Rows().select("select distinct caused_by from kernel_event where batch = %s", [batch.id])
    assert [child["caused_by"] for child in children] == [batch.event]


def test_what_happened_earlier_is_recorded_now(pipeline: Pipeline) -> None:
    then = clock.now() - dt.timedelta(days=2)
    [outcome] = pipeline.run(HERE.but(happened_at=then), "memo.write", [(None, {"title": "a"})])
    assert isinstance(outcome, Done)
    [event] = memo.events_of(outcome.object)
    assert event["happened_at"] == then and event["recorded_at"] > then + dt.timedelta(days=1)
    with pytest.raises(Fault):
        pipeline.run(HERE.but(happened_at=clock.now() + dt.timedelta(hours=1)), "memo.write", [(None, {"title": "b"})])


def test_checks_answer_without_writing(pipeline: Pipeline, law: memo.OpenLaw) -> None:
    [a] = write(pipeline, "a")
    law.verdicts[a] = NO
    verdicts = check(law, HERE, ["memo.score", "memo.remark"], a)
    assert [reason.message.zh for reason in verdicts["memo.score"].reasons] == ["不行"]
    assert len(memo.events_of(a)) == 1
    assert Rows().select("select 1 from kernel_attempt") == []


def test_the_journal_can_only_grow(pipeline: Pipeline) -> None:
    write(pipeline, "a")
    for statement in ("update kernel_event set verb = 'x'", "delete from kernel_event_object"):
        with pytest.raises(Exception, match="append-only"), transaction.atomic():
            Rows().execute(statement)


def test_unknown_verbs_and_machinery_are_refused_kindly(pipeline: Pipeline) -> None:
    with pytest.raises(Fault) as fault:
        pipeline.run(HERE, "memo.wrote", [(None, {})])
    assert fault.value.reasons[0].cure == Label("是不是 memo.write？", "did you mean memo.write?")
    with pytest.raises(Fault):
        pipeline.run(HERE, "batch.start", [(None, {"verb": "x", "total": 1})])
    with pytest.raises(Fault):
        pipeline.run(HERE, "memo.score", [(uuid4(), {"points": 1})] * 1001)


def test_declared_fields_are_read_by_their_kinds_and_kept_beside_each_other(pipeline: Pipeline) -> None:
    [a] = write(pipeline, "a")
    pipeline.run(HERE, "memo.describe", [(a, {"extra": {"colour": "红", "weight": "１２"}})])
    pipeline.run(HERE, "memo.describe", [(a, {"extra": {"secret": "三号柜"}})])
    assert row(a)["extra"] == {"colour": "红", "weight": 12, "secret": "三号柜"}
    envelope = json.loads(memo.events_of(a)[1]["envelope"])
    assert envelope["changes"][str(a)] == {"extra.colour": [None, "红"], "extra.weight": [None, 12]}
    assert "三号柜" not in memo.events_of(a)[2]["envelope"]
    [outcome] = pipeline.run(HERE, "memo.describe", [(a, {"extra": {"color": "x", "weight": "-1"}})])
    assert isinstance(outcome, Refused)
    assert [reason.field for reason in outcome.reasons] == ["color", "weight"]


def test_what_could_not_be_read_is_quoted_to_the_caller_but_never_sealed(pipeline: Pipeline) -> None:
    [a] = write(pipeline, "a")
    [outcome] = pipeline.run(HERE, "memo.describe", [(a, {"extra": {"weight": "季安 13900001234"}})])
    assert isinstance(outcome, Refused)
    assert "季安" in outcome.reasons[0].message.zh
    [attempt] = Rows().select("select envelope from kernel_attempt")
    assert "季安" not in attempt["envelope"] and "1390000" not in attempt["envelope"]
    assert "weight" in attempt["envelope"]


def test_a_request_that_cannot_be_read_leaves_its_key_free(pipeline: Pipeline) -> None:
    keyed = HERE.but(idempotency_key="mended-1")
    [wrong] = pipeline.run(keyed, "memo.write", [(None, {"titel": "甲"})])
    [right] = pipeline.run(keyed, "memo.write", [(None, {"title": "甲"})])
    assert isinstance(wrong, Refused) and isinstance(right, Done)


def test_all_or_nothing_undoes_the_list_and_keeps_the_refusals(pipeline: Pipeline) -> None:
    a, b, c = write(pipeline, "a", "b", "c")
    given = [(a, {"points": 1}), (b, {"points": -1}), (c, {"points": 3}), (a, {"points": 4})]
    outcomes = pipeline.run(HERE, "memo.together", given)
    assert all(isinstance(outcome, Refused) for outcome in outcomes)
    assert [row(key)["points"] for key in (a, b, c)] == [0, 0, 0]
    assert len(Rows().select("select 1 from kernel_attempt")) == 4
    assert [len(memo.events_of(key)) for key in (a, b, c)] == [1, 1, 1]
    assert verify().findings == []
    assert all(isinstance(outcome, Done) for outcome in pipeline.run(HERE, "memo.together", [given[0], given[2]]))


def test_each_item_may_say_when_it_happened(pipeline: Pipeline) -> None:
    now = clock.now()
    days = [now - dt.timedelta(days=n) for n in (3, 1)]
    given = [("三天前", days[0]), ("昨天", None), ("明天", now + dt.timedelta(days=1))]
    ctx = HERE.but(happened_at=days[1])
    outcomes = pipeline.run(ctx, "memo.write", [(None, {"title": title}, at) for title, at in given])
    first, second, third = outcomes
    assert isinstance(first, Done) and isinstance(second, Done) and isinstance(third, Refused)
    assert [memo.events_of(one.object)[0]["happened_at"] for one in (first, second)] == days
    assert third.reasons[0].field == "happened_at"


class Reading(memo.OpenLaw):
    """Controls read what a memo is about, and its clocks wait for what happens to that."""

    def links(self, verb: Verb, rulebook: int) -> frozenset[str]:
        return frozenset({"about"})

    def touches(self, verb: Verb, rulebook: int) -> frozenset[str]:
        return frozenset({"about"}) if verb.name == "memo.score" else frozenset()

    def decide(self, step: Step) -> dict[int, Decided]:
        return {item.position: Decided({"stage": "rated"}, (("p#rate", "decided"),)) for item in step.items
                if step.after[item.position]["points"]}  # fmt: skip


def test_the_event_notes_which_linked_records_could_be_read(pipeline: Pipeline) -> None:
    a, b = write(pipeline, "a", "b")
    pipeline.run(HERE, "memo.witness", [(a, {"about": b})])
    reading = Pipeline(Reading())
    reading.run(HERE, "memo.witness", [(a, {"about": b})])
    seen = [json.loads(event["envelope"]).get("seen") for event in memo.events_of(a)[-2:]]
    assert seen == [None, {"about": ["memo", str(b), 1]}]


def test_a_rulebook_can_make_a_verb_move_linked_records_and_set_facts(pipeline: Pipeline) -> None:
    a, b = write(pipeline, "a", "b")
    pipeline.run(HERE, "memo.link", [(a, {"about": b})])
    Pipeline(Reading()).run(HERE, "memo.score", [(a, {"points": 2})])
    event = memo.events_of(a)[-1]
    assert memo.events_of(b)[-1]["id"] == event["id"], "the linked record's stream moved too"
    body = json.loads(event["envelope"])
    assert row(a)["stage"] == "rated" and body["changes"][str(a)]["stage"] == [None, "rated"]
    assert ["p#rate", "decided"] in body["controls"]
