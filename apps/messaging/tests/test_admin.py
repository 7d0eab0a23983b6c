"""The back office sees whether notices go out, and sends again what failed."""

from datetime import UTC, datetime
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from apps.accounts.models import Role
from apps.accounts.tests.factories import SchoolFactory, user_with
from apps.core.errors import Conflict
from apps.core.models import Job
from apps.messaging import services
from apps.messaging.models import Delivery, DeliveryState
from apps.messaging.tests.factories import DeliveryFactory

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 6, 15, 4, 0, tzinfo=UTC)
LIST = "admin:messaging_delivery_changelist"


@pytest.fixture
def admin() -> Any:
    return user_with(Role.SCHOOL_ADMIN, school=SchoolFactory.create())


def entered(user: Any) -> Client:
    client = Client()
    client.force_login(user)
    return client


def failed(school: Any, **values: Any) -> Delivery:
    recipient = user_with(Role.GUARDIAN, school=school)
    row: Delivery = DeliveryFactory.create(
        school=school,
        notification__school=school,
        notification__recipient=recipient,
        notification__body="SECRET-WORDS",
        channel="email",
        state=DeliveryState.FAILED,
        error_code="mailbox_unknown",
        **values,
    )
    return row


def test_failed_mails_are_listed_and_sent_again(admin: Any) -> None:
    mine, foreign = failed(admin.school), failed(SchoolFactory.create())
    client = entered(admin)
    page = client.get(reverse(LIST), {"state__exact": "failed"}).content.decode()
    assert (str(mine.pk) in page, str(foreign.pk) in page) == (True, False)

    client.post(reverse(LIST), {"action": "retry_rows", "_selected_action": [mine.pk, foreign.pk]})

    states = {one.pk: one.state for one in Delivery.objects.all()}
    assert states == {mine.pk: DeliveryState.QUEUED, foreign.pk: DeliveryState.FAILED}
    assert [job.kwargs for job in Job.objects.all()] == [{"delivery_ids": [str(mine.pk)]}]


def test_a_notification_is_shown_without_its_text(admin: Any) -> None:
    row = failed(admin.school).notification
    url = reverse("admin:messaging_notification_change", args=[row.pk])
    page = entered(admin).get(url)
    assert (page.status_code, "SECRET-WORDS" in page.content.decode()) == (200, False)
    assert entered(admin).post(url, {"kind": "other"}).status_code == 403


@pytest.mark.parametrize("role", [Role.CAMPUS_ADMIN, Role.REGISTRAR])
def test_others_of_the_office_do_not_oversee_it(admin: Any, role: Role) -> None:
    failed(admin.school)
    assert entered(user_with(role, school=admin.school)).get(reverse(LIST)).status_code == 403


@pytest.mark.parametrize("count", [1, 30])
def test_the_list_costs_the_same_for_any_number(
    admin: Any, django_assert_num_queries: Any, count: int
) -> None:
    for _ in range(count):
        failed(admin.school)
    client = entered(admin)
    client.get(reverse(LIST))
    with django_assert_num_queries(9):
        client.get(reverse(LIST))


def test_only_what_failed_is_sent_again(admin: Any) -> None:
    row = failed(admin.school)
    actor = admin.actor(NOW.date())
    services.retry_delivery(actor=actor, delivery=row, now=NOW)
    with pytest.raises(Conflict, match="could not be sent"):
        services.retry_delivery(actor=actor, delivery=row, now=NOW)
    assert Job.objects.count() == 1
