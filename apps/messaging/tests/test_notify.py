from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, time
from typing import Any

import pytest
from django.db import connection
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import School, User
from apps.accounts.tests.factories import SchoolFactory, UserFactory
from apps.core.models import Job
from apps.messaging import kinds
from apps.messaging.kinds import Kind
from apps.messaging.models import ANY_KIND, Delivery, DeliveryState, Notification
from apps.messaging.services import Recipient, notify
from apps.messaging.tests.factories import PreferenceFactory

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 6, 15, 6, 30, tzinfo=UTC)  # 12:00 in Kolkata


def tell(school: School, *recipients: Recipient, dedupe: str = "absent:1", **more: Any) -> list[Notification]:
    facts = {"kind": "general", "title": "Not in school", "body": "Please call.", "url": "/x/", "now": NOON}
    return notify(school_id=school.pk, recipients=recipients, dedupe=dedupe, **{**facts, **more})


def to(user: User) -> Recipient:
    return Recipient(user_id=user.pk, name=user.name, email=user.email)


def channels_of(row: Notification) -> list[tuple[str, str]]:
    return sorted(row.deliveries.values_list("channel", "state"))


def test_each_recipient_gets_one_notification_and_its_deliveries() -> None:
    school = SchoolFactory.create()
    mother, father = UserFactory.create_batch(2, school=school)

    rows = tell(school, to(mother), to(father))

    assert [row.recipient for row in rows] == [mother, father]
    assert channels_of(rows[0]) == [("email", DeliveryState.QUEUED), ("in_app", DeliveryState.SENT)]
    job = Job.objects.get(task="messaging.deliver")
    assert sorted(job.kwargs["delivery_ids"]) == sorted(
        str(pk) for pk in Delivery.objects.filter(channel="email").values_list("pk", flat=True)
    )


def test_the_same_occasion_tells_a_person_once_and_newcomers_still() -> None:
    school = SchoolFactory.create()
    mother, father = UserFactory.create_batch(2, school=school)
    tell(school, to(mother))

    again = tell(school, to(mother), to(father), to(father))

    assert [row.recipient for row in again] == [father]
    assert Notification.objects.count() == 2
    assert Delivery.objects.count() == 4


def test_without_an_occasion_every_call_tells() -> None:
    school = SchoolFactory.create()
    mother = UserFactory.create(school=school)
    tell(school, to(mother), dedupe="")
    tell(school, to(mother), dedupe="")
    assert Notification.objects.count() == 2


def test_somebody_on_paper_gets_mail_only_and_once() -> None:
    school = SchoolFactory.create()
    grandmother = Recipient(user_id=None, name="Asha Rao", email="Asha@example.test")

    (row,) = tell(school, grandmother)

    assert (row.recipient, row.name, row.email) == (None, "Asha Rao", "asha@example.test")
    assert channels_of(row) == [("email", DeliveryState.QUEUED)]
    assert tell(school, grandmother) == []


def test_a_phone_number_alone_reaches_nobody_while_sms_is_not_set_up() -> None:
    school = SchoolFactory.create()
    assert tell(school, Recipient(user_id=None, name="Ravi", phone="+919800000001")) == []


def test_a_login_of_another_school_and_a_suspended_one_are_left_out() -> None:
    school = SchoolFactory.create()
    foreign = UserFactory.create()
    suspended = UserFactory.create(school=school, is_active=False)
    assert tell(school, to(foreign), to(suspended)) == []


def test_turned_down_mail_stays_in_the_inbox() -> None:
    school = SchoolFactory.create()
    mother = UserFactory.create(school=school)
    PreferenceFactory.create(user=mother, kind="general", channels=[])

    (row,) = tell(school, to(mother))

    assert channels_of(row) == [("in_app", DeliveryState.SENT)]
    assert not Job.objects.exists()


@pytest.fixture
def asleep() -> User:
    user: User = UserFactory.create()
    PreferenceFactory.create(user=user, kind=ANY_KIND, quiet_from=time(21), quiet_until=time(7))
    return user


def test_mail_waits_for_quiet_hours_to_end(asleep: User) -> None:
    late = datetime(2026, 6, 15, 17, 30, tzinfo=UTC)  # 23:00 in Kolkata
    (row,) = tell(asleep.school, to(asleep), now=late)
    morning = datetime(2026, 6, 16, 1, 30, tzinfo=UTC)  # 07:00
    assert row.deliveries.get(channel="email").due_at == morning
    assert Job.objects.get().run_after == morning


def test_urgent_mail_does_not_wait(asleep: User) -> None:
    late = datetime(2026, 6, 15, 17, 30, tzinfo=UTC)
    tell(asleep.school, to(asleep), now=late, urgent=True)
    assert Job.objects.get().run_after is None


def test_mail_outside_quiet_hours_goes_at_once(asleep: User) -> None:
    tell(asleep.school, to(asleep), now=NOON)
    assert Job.objects.get().run_after is None


def test_words_come_in_the_language_of_the_recipient() -> None:
    school = SchoolFactory.create(language="en")
    hindi = UserFactory.create(school=school, language="hi")
    (row,) = tell(school, to(hindi), title=_("Monday"))
    assert (row.language, row.title) == ("hi", "सोमवार")


def test_a_kind_says_its_own_channels(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(kinds._kinds, "quietly", Kind("quietly", channels=("in_app",)))
    school = SchoolFactory.create()
    (row,) = tell(school, to(UserFactory.create(school=school)), kind="quietly")
    assert channels_of(row) == [("in_app", DeliveryState.SENT)]


@pytest.mark.parametrize("people", [1, 30])
def test_telling_many_costs_as_many_queries_as_telling_one(
    people: int, django_assert_num_queries: Callable[..., Any]
) -> None:
    school = SchoolFactory.create()
    recipients = [to(user) for user in UserFactory.create_batch(people, school=school)]
    # savepoint and its release, school, users, preferences, notifications, which are new, deliveries, job
    with django_assert_num_queries(9):
        assert len(tell(school, *recipients)) == people


@pytest.mark.django_db(transaction=True)
def test_twenty_at_once_tell_a_person_once() -> None:
    assert _at_once(dedupe="absent:1") == 1


@pytest.mark.django_db(transaction=True)
def test_without_the_occasion_twenty_at_once_tell_twenty_times() -> None:
    """The proof that the occasion is what holds them back."""
    assert _at_once(dedupe="") == 20


def _at_once(*, dedupe: str) -> int:
    school = SchoolFactory.create()
    mother = UserFactory.create(school=school)

    def one(_number: int) -> int:
        try:
            return len(tell(school, to(mother), dedupe=dedupe))
        finally:
            connection.close()

    with ThreadPoolExecutor(10) as pool:
        told = sum(pool.map(one, range(20)))
    assert told == Notification.objects.count() == Delivery.objects.filter(channel="email").count()
    return told
