"""What is done to many logins of the list at once, and to whom it is not done."""

from datetime import UTC, datetime
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from apps.accounts.models import Role, User
from apps.accounts.tests.factories import CampusFactory, RoleAssignmentFactory, SchoolFactory, UserFactory
from apps.core.models import Job

pytestmark = pytest.mark.django_db
INVITED = datetime(2026, 6, 1, tzinfo=UTC)


@pytest.fixture
def campus() -> Any:
    return CampusFactory.create()


@pytest.fixture
def office(campus: Any) -> Client:
    client = Client()
    client.force_login(teacher(campus, role=Role.CAMPUS_ADMIN))
    return client


def teacher(campus: Any, *, role: Role = Role.TEACHER, **values: Any) -> User:
    user: User = UserFactory.create(school=campus.school, **values)
    RoleAssignmentFactory.create(user=user, role=role, campus=campus)
    return user


def invited(campus: Any) -> User:
    return teacher(campus, invited_at=INVITED, password="!")


def post(client: Client, action: str, users: list[User]) -> list[str]:
    data = {"action": action, "selected": [one.pk for one in users]}
    answer = client.post(reverse("accounts:user-list"), data, follow=True)
    return [str(message) for message in answer.context["messages"]]


def test_invitations_go_out_again_to_those_who_wait(campus: Any, office: Client) -> None:
    waiting, entered = invited(campus), teacher(campus)
    others = [
        invited(CampusFactory.create(school=campus.school)),
        invited(CampusFactory.create(school=SchoolFactory.create())),
    ]

    assert post(office, "invite", [waiting, entered, *others]) == ["1 invitation is on its way."]

    assert [job.kwargs for job in Job.objects.all()] == [{"user_id": str(waiting.pk)}]
    assert set(User.objects.filter(invited_at=INVITED)) == set(others)


def test_nobody_waits(campus: Any, office: Client) -> None:
    assert post(office, "invite", [teacher(campus)]) == ["None of them waits for an invitation."]


def test_suspending_stops_at_ones_reach(campus: Any, office: Client) -> None:
    mine, away = teacher(campus), teacher(CampusFactory.create(school=campus.school))

    assert post(office, "suspend", [mine, away]) == ["1 login suspended."]

    assert set(User.objects.filter(is_active=False)) == {mine}
