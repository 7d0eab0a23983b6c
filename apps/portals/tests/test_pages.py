from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.test import Client, RequestFactory
from django.urls import reverse

from apps.academics.tests.factories import GuardianFactory, GuardianshipFactory, StudentFactory
from apps.accounts.models import Role, User
from apps.accounts.tests.factories import CampusFactory, RoleAssignmentFactory, user_with
from apps.core.web import today
from apps.core.web.today import TodayCard
from apps.messaging.tests.factories import NotificationFactory
from apps.portals.web import cards, views

pytestmark = pytest.mark.django_db
TODAY = date(2026, 6, 15)


def request_of(rf: RequestFactory, user: User) -> Any:
    request: Any = rf.get("/")
    request.user = user
    request.actor = user.actor(TODAY)
    return request


def guardian_of(children: int) -> User:
    campus = CampusFactory.create()
    user = user_with(Role.GUARDIAN, campus=campus)
    guardian = GuardianFactory.create(school=campus.school, user=user)
    for student in StudentFactory.create_batch(children, school=campus.school, campus=campus):
        GuardianshipFactory.create(school=campus.school, student=student, guardian=guardian)
    return user


def test_anonymous_visitors_land_on_the_landing_page(client: Client) -> None:
    page = client.get("/").content.decode()
    assert "The whole school day, in one calm place." in page
    assert reverse("account_login") in page


@pytest.mark.parametrize("role", Role)
def test_everybody_signed_in_has_a_today_page(role: Role, client: Client) -> None:
    client.force_login(user_with(role))
    answer = client.get("/")
    assert answer.status_code == 200
    assert 'aria-current="page"' in answer.content.decode()


@pytest.mark.parametrize("name", ["search", "help"])
def test_search_and_help_want_a_sign_in(name: str, client: Client) -> None:
    answer = client.get(reverse(f"portals:{name}"))
    assert answer.status_code == 302
    assert answer["Location"].startswith(reverse("account_login"))


@pytest.mark.parametrize(("role", "topic"), [(Role.TEACHER, "Take a register"), (Role.GUARDIAN, "My child")])
def test_help_answers_for_the_roles_of_the_reader(role: Role, topic: str, client: Client) -> None:
    client.force_login(user_with(role))
    page = client.get(reverse("portals:help")).content.decode()
    assert topic in page
    assert ("Bring a roster in" in page) is False


def test_several_roles_get_a_section_each(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    user = user_with(Role.TEACHER)
    RoleAssignmentFactory.create(user=user, role=Role.GUARDIAN)
    made = [
        (1, frozenset({"guardian"}), lambda request: TodayCard("kids", "Kids", "heart")),
        (2, frozenset({"teacher", "guardian"}), lambda request: TodayCard("both", "Both", "bell")),
        (3, frozenset({"teacher"}), lambda request: None),
    ]
    monkeypatch.setattr(today, "_makers", made)
    client.force_login(user)
    page = client.get("/").content.decode()
    assert page.count('id="card-both"') == 1
    assert (
        page.index("As Teacher")
        < page.index("card-both")
        < page.index("As Guardian")
        < page.index("card-kids")
    )


def test_children_stand_side_by_side(rf: RequestFactory) -> None:
    card = cards.children(request_of(rf, guardian_of(2)))
    assert card is not None
    assert (card.title, len(card.context["rows"])) == ("My children", 2)


def test_a_guardianship_that_ended_shows_no_child(rf: RequestFactory) -> None:
    user = guardian_of(1)
    user.guardian.guardianships.update(end_date=TODAY)
    assert cards.children(request_of(rf, user)) is None


@pytest.mark.parametrize("children", [1, 30])
def test_children_cost_one_query_whatever_their_number(
    children: int, rf: RequestFactory, django_assert_num_queries: Callable[..., Any]
) -> None:
    request = request_of(rf, guardian_of(children))
    with django_assert_num_queries(1):
        card = cards.children(request)
    assert card is not None
    assert len(card.context["rows"]) == children


def test_unread_notices_make_a_card_until_they_are_read(rf: RequestFactory) -> None:
    user = user_with(Role.ACCOUNTANT)
    assert cards.news(request_of(rf, user)) is None
    NotificationFactory.create_batch(2, recipient=user)
    card = cards.news(request_of(rf, user))
    assert card is not None
    assert card.number == 2


def test_one_card_again_for_a_live_refresh(client: Client) -> None:
    user = user_with(Role.ACCOUNTANT)
    client.force_login(user)
    url = reverse("portals:today-card", args=["news"])
    assert client.get(url).content == b""
    NotificationFactory.create(recipient=user)
    assert b'id="card-news"' in client.get(url).content


def test_a_login_without_a_person_says_so(rf: RequestFactory) -> None:
    assert cards.nowhere(request_of(rf, user_with(Role.TEACHER))) is not None
    assert cards.nowhere(request_of(rf, user_with(Role.ACCOUNTANT))) is None
    assert cards.nowhere(request_of(rf, guardian_of(1))) is None


@pytest.mark.parametrize(
    ("hour", "words"), [(0, "Good morning"), (12, "Good afternoon"), (17, "Good evening")]
)
def test_the_greeting_fits_the_hour(hour: int, words: str) -> None:
    assert views._greeting(hour) % "Asha" == f"{words}, Asha"
