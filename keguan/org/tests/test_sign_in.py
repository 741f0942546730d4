import datetime as dt
from uuid import UUID

import pytest
from django.contrib.auth import get_user_model
from django.http import HttpRequest

from keguan.kernel import clock
from keguan.kernel.commands.rows import Rows
from keguan.kernel.records.kinds import COMPANY_ZONE
from keguan.org import sign_in
from keguan.org.accounts import LEFT, NO_POST, WITHDRAWN, ClosedAccounts, People, obstacle
from keguan.org.models import User
from keguan.org.tests.conftest import Firm, act

PASSWORD = "合规 才能 安心 42"
TODAY = dt.date(2026, 5, 20)


def user_of(firm: Firm, name: str, username: str) -> User:
    act("person.grant_sign_in", firm.people[name], username=username)
    return sign_in.set_password(firm.people[name], username, PASSWORD)


def test_the_password_is_hashed_and_never_in_the_journal(firm: Firm) -> None:
    user = user_of(firm, "唐果", "唐果")
    assert user.password != PASSWORD
    assert user.check_password(PASSWORD)
    found = Rows().select("select envelope as body from kernel_event union all select body from kernel_payload")
    assert not any(PASSWORD in row["body"] or user.password in row["body"] for row in found)


def test_setting_it_again_replaces_it(firm: Firm) -> None:
    first = user_of(firm, "唐果", "唐果")
    again = sign_in.set_password(firm.people["唐果"], "唐果", "另一个 很长的 密码")
    assert again.id == first.id
    assert not again.check_password(PASSWORD)


def test_weak_passwords_are_told_in_both_languages(db: None) -> None:
    weak = sign_in.weaknesses("12345")
    assert weak
    assert weak[0].message.zh != weak[0].message.en
    assert weak[0].field == "password"
    assert sign_in.weaknesses(PASSWORD) == []


def test_a_user_is_found_whatever_the_case(firm: Firm) -> None:
    user = user_of(firm, "唐果", "Tang")
    assert get_user_model().objects.get_by_natural_key("tang") == user


def test_who_works_here_may_sign_in(firm: Firm) -> None:
    user = user_of(firm, "唐果", "唐果")
    assert obstacle(user) is None
    found = People().get_user(user.pk)
    assert found is not None
    assert found.person.name == "唐果"


def test_who_has_no_post_yet_may_sign_in(firm: Firm) -> None:
    firm.person("新人")
    assert obstacle(user_of(firm, "新人", "新人")) is None


def test_a_request_costs_one_statement(firm: Firm, django_assert_num_queries: object) -> None:
    user = user_of(firm, "唐果", "唐果")
    with django_assert_num_queries(1):  # type: ignore[operator]
        found = People().get_user(user.pk)
        assert found is not None
        assert found.get_full_name() == "唐果"


def test_who_left_is_signed_out_and_told_why(firm: Firm) -> None:
    user = user_of(firm, "唐果", "唐果")
    act("person.leave", firm.people["唐果"], left_on=TODAY.isoformat())
    user.refresh_from_db()
    assert obstacle(user, TODAY - dt.timedelta(days=1)) is None
    assert obstacle(user, TODAY) == LEFT
    assert People().get_user(user.pk) is None


def test_whose_last_post_ended_is_signed_out_and_told_why(firm: Firm) -> None:
    user = user_of(firm, "唐果", "唐果")
    act("post.relieve", firm.posts["现场组", "service_person"], person=firm.people["唐果"], ends_on=TODAY.isoformat())
    assert obstacle(user, TODAY - dt.timedelta(days=1)) is None
    assert obstacle(user, TODAY) == NO_POST
    assert People().get_user(user.pk) is None


def test_whose_posts_ended_may_sign_in_while_he_stands_in_for_somebody(firm: Firm) -> None:
    user = user_of(firm, "唐果", "唐果")
    act("post.relieve", firm.posts["现场组", "service_person"], person=firm.people["唐果"], ends_on=TODAY.isoformat())
    begins = dt.datetime(2026, 5, 20, 9, tzinfo=COMPANY_ZONE)
    ends = begins + dt.timedelta(hours=8)
    with clock.pinned(begins - dt.timedelta(hours=1)):
        given = act("delegation.appoint", delegator=firm.people["苏敏"], delegate=firm.people["唐果"],
                    starts_at=begins, ends_at=ends)  # fmt: skip
        assert (obstacle(user), People().get_user(user.pk)) == (NO_POST, None)
    for now in (begins, ends - dt.timedelta(seconds=1)):
        with clock.pinned(now):
            assert obstacle(user) is None
            assert People().get_user(user.pk) == user
    assert obstacle(user, TODAY) is None
    assert obstacle(user, TODAY + dt.timedelta(days=1)) == NO_POST
    with clock.pinned(ends):
        assert (obstacle(user), People().get_user(user.pk)) == (NO_POST, None)
    with clock.pinned(begins + dt.timedelta(hours=1)):
        act("delegation.end", given)
        assert (obstacle(user), People().get_user(user.pk)) == (NO_POST, None)


def test_nobody_gets_in_by_standing_in_for_somebody_who_left(firm: Firm) -> None:
    user = user_of(firm, "唐果", "唐果")
    act("post.relieve", firm.posts["现场组", "service_person"], person=firm.people["唐果"], ends_on="2026-05-01")
    act("delegation.appoint", delegator=firm.people["韩立"], delegate=firm.people["唐果"])
    assert obstacle(user) is None
    act("person.leave", firm.people["韩立"], left_on="2026-05-01")
    assert obstacle(user) == NO_POST


@pytest.mark.parametrize("how", ["withdrawn", "renamed"])
def test_a_hash_without_its_fact_opens_nothing(firm: Firm, how: str) -> None:
    user = user_of(firm, "唐果", "唐果")
    if how == "withdrawn":
        act("person.withdraw_sign_in", firm.people["唐果"])
    else:
        act("person.grant_sign_in", firm.people["唐果"], username="别名")
    user.refresh_from_db()
    assert obstacle(user) == WITHDRAWN
    assert People().get_user(user.pk) is None


def test_unknown_keys_are_nobody(db: None) -> None:
    assert People().get_user(UUID(int=7)) is None


def test_nobody_signs_up() -> None:
    assert ClosedAccounts().is_open_for_signup(HttpRequest()) is False


def test_the_right_password_of_somebody_who_left_is_answered_kindly(firm: Firm, client: object) -> None:
    user = user_of(firm, "唐果", "唐果")
    act("person.leave", firm.people["唐果"], left_on="2026-01-01")
    user.refresh_from_db()
    page = client.post("/accounts/login/", {"login": "唐果", "password": PASSWORD})  # type: ignore[attr-defined]
    assert LEFT.zh in page.content.decode()
    wrong = client.post("/accounts/login/", {"login": "唐果", "password": "x"})  # type: ignore[attr-defined]
    assert LEFT.zh not in wrong.content.decode()
