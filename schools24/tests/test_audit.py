"""Every write leaves its trace, whoever writes and however; and the trace cannot be rubbed out."""

from datetime import date

import pytest
from django.db import InternalError, ProgrammingError, connection, transaction

from apps.accounts.models import Campus
from apps.accounts.tests.factories import CampusFactory, UserFactory
from apps.core.audit import acting, history
from apps.core.policy import Actor

pytestmark = pytest.mark.django_db


def labels(campus: Campus) -> list[str]:
    return [event["pgh_label"] for event in reversed(history(campus))]


def test_bulk_and_raw_writes_are_recorded_with_before_and_after() -> None:
    campus = CampusFactory.create(name="Old")

    Campus.objects.filter(pk=campus.pk).update(name="Bulk")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE accounts_campus SET name = 'Raw' WHERE id = %s", [campus.pk])

    assert [event["name"] for event in history(campus)] == ["Raw", "Bulk", "Old"]
    assert labels(campus) == ["insert", "update", "update"]


def test_a_write_without_change_leaves_no_trace() -> None:
    campus = CampusFactory.create(name="Same")

    Campus.objects.filter(pk=campus.pk).update(name="Same")

    assert labels(campus) == ["insert"]


def test_the_trace_says_who_on_which_request_and_through_whom() -> None:
    user, support = UserFactory.create_batch(2)
    actor = Actor(user.pk, user.school_id, date(2026, 9, 1), impersonator_id=support.pk)

    with acting(actor, request_id="r-1", reason="moved"):
        campus = CampusFactory.create()

    assert history(campus)[0]["pgh_context"] == {
        "user": str(user.pk),
        "impersonator": str(support.pk),
        "request_id": "r-1",
        "reason": "moved",
    }


@pytest.mark.parametrize("statement", ["UPDATE {} SET name = 'x'", "DELETE FROM {}"])
def test_the_trace_cannot_be_changed(statement: str) -> None:
    CampusFactory.create()

    with (
        pytest.raises((InternalError, ProgrammingError), match="append"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement.format("accounts_campusevent"))


def test_secrets_stay_out_of_the_trace() -> None:
    user = UserFactory.create()

    assert {"password", "last_login"}.isdisjoint(history(user)[0])
