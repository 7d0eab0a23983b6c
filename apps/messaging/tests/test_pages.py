from collections.abc import Callable
from datetime import date, time
from typing import Any

import pytest
from django.test import Client, RequestFactory
from django.urls import reverse

from apps.accounts.models import Role, User
from apps.accounts.tests.factories import user_with
from apps.messaging import kinds
from apps.messaging.kinds import Kind
from apps.messaging.models import ANY_KIND, Notification, Preference
from apps.messaging.tests.factories import NotificationFactory
from apps.messaging.web import views

pytestmark = pytest.mark.django_db


@pytest.fixture
def guardian() -> User:
    return user_with(Role.GUARDIAN)


@pytest.fixture
def at_home(client: Client, guardian: User) -> Client:
    client.force_login(guardian)
    return client


@pytest.fixture
def absence(monkeypatch: pytest.MonkeyPatch) -> Kind:
    kind = Kind("absence", label="Absences", roles=(Role.GUARDIAN,))
    monkeypatch.setattr(
        kinds, "_kinds", {"absence": kind, "pay": Kind("pay", label="Pay slips", roles=("teacher",))}
    )
    return kind


def test_the_inbox_shows_ones_own_notices_unread_first(at_home: Client, guardian: User) -> None:
    NotificationFactory.create(recipient=guardian, title="Old and unread")
    NotificationFactory.create(recipient=guardian, title="New and read", read_at="2026-06-15T10:00Z")
    NotificationFactory.create(recipient__school=guardian.school, title="Somebody else's")

    page = at_home.get(reverse("messaging:inbox")).content.decode()

    assert page.index("Old and unread") < page.index("New and read")
    assert "Somebody else" not in page
    assert "1 notice is unread." in page


def test_only_the_unread_ones_on_request(at_home: Client, guardian: User) -> None:
    NotificationFactory.create(recipient=guardian, title="Done", read_at="2026-06-15T10:00Z")
    page = at_home.get(reverse("messaging:inbox"), {"show": "unread"}).content.decode()
    assert "Done" not in page
    assert "Everything is read" in page


def test_an_empty_inbox_says_what_will_come(at_home: Client) -> None:
    assert "Nothing here yet" in at_home.get(reverse("messaging:inbox")).content.decode()


def test_htmx_gets_the_lines_alone(at_home: Client, guardian: User) -> None:
    NotificationFactory.create(recipient=guardian, title="Live")
    page = at_home.get(reverse("messaging:inbox"), headers={"HX-Request": "true"}).content.decode()
    assert page.strip().startswith('<div id="inbox"')
    assert "Live" in page


def test_opening_a_notice_reads_it_and_leads_on(at_home: Client, guardian: User) -> None:
    row = NotificationFactory.create(recipient=guardian, url="/attendance/")
    answer = at_home.get(reverse("messaging:notification-open", args=[row.pk]))
    assert (answer.status_code, answer["Location"]) == (302, "/attendance/")
    row.refresh_from_db()
    assert not row.is_unread


@pytest.mark.parametrize("name", ["notification-open", "notification-read"])
def test_a_notice_of_somebody_else_is_not_there(name: str, at_home: Client, guardian: User) -> None:
    row = NotificationFactory.create(recipient__school=guardian.school)
    call = at_home.get if name == "notification-open" else at_home.post
    assert call(reverse(f"messaging:{name}", args=[row.pk])).status_code == 404
    row.refresh_from_db()
    assert row.is_unread


def test_marking_one_and_marking_all(at_home: Client, guardian: User) -> None:
    one, two = NotificationFactory.create_batch(2, recipient=guardian)
    other = NotificationFactory.create(recipient__school=guardian.school)

    at_home.post(reverse("messaging:notification-read", args=[one.pk]))
    assert set(Notification.objects.filter(read_at__isnull=True)) == {two, other}
    at_home.post(reverse("messaging:inbox-read"))
    assert set(Notification.objects.filter(read_at__isnull=True)) == {other}


@pytest.mark.parametrize(("unread", "shown"), [(0, ""), (3, ">3<"), (100, ">99+<")])
def test_the_bell_counts(unread: int, shown: str, at_home: Client, guardian: User) -> None:
    NotificationFactory.create_batch(unread, recipient=guardian)
    page = at_home.get(reverse("messaging:inbox-count")).content.decode()
    assert (shown in page) if shown else page == ""


@pytest.mark.parametrize("rows", [1, 25])
def test_the_inbox_costs_the_same_for_one_and_for_many(
    rows: int, rf: RequestFactory, guardian: User, django_assert_num_queries: Callable[..., Any]
) -> None:
    NotificationFactory.create_batch(rows, recipient=guardian)
    request = rf.get("/messaging/", headers={"HX-Request": "true"})
    request.user = guardian
    request.actor = guardian.actor(date(2026, 6, 15))  # type: ignore[attr-defined]  # as ActorMiddleware does
    with django_assert_num_queries(3):  # how many, the page's rows, how many are unread
        assert views.inbox(request).content.count(b'<li class="notification') == rows


def test_preferences_are_kept(at_home: Client, guardian: User, absence: Kind) -> None:
    url = reverse("messaging:preferences")
    page = at_home.get(url).content.decode()
    assert "Absences" in page
    assert "Pay slips" not in page

    answer = at_home.post(url, {"by_email": [], "quiet_from": "21:00", "quiet_until": "06:30"})

    assert answer.status_code == 302
    rows = Preference.objects.filter(user=guardian)
    assert list(rows.filter(kind="absence").values_list("channels", flat=True)) == [["in_app"]]
    assert rows.filter(kind=ANY_KIND).values_list("quiet_from", "quiet_until").get() == (
        time(21),
        time(6, 30),
    )


def test_quiet_hours_need_both_ends(at_home: Client, absence: Kind) -> None:
    answer = at_home.post(reverse("messaging:preferences"), {"quiet_from": "21:00"})
    assert answer.status_code == 422
    assert "Quiet hours need a beginning and an end." in answer.content.decode()
    assert not Preference.objects.exists()


@pytest.mark.parametrize("name", ["inbox", "inbox-count", "preferences"])
def test_nobody_signed_in_is_sent_to_sign_in(name: str, client: Client) -> None:
    answer = client.get(reverse(f"messaging:{name}"))
    assert answer.status_code == 302
    assert answer["Location"].startswith(reverse("account_login"))


def test_one_kind_can_be_mailed_while_another_is_not(at_home: Client, guardian: User, absence: Kind) -> None:
    kinds.register(Kind("fees", label="Fees", roles=(Role.GUARDIAN,)))
    at_home.post(reverse("messaging:preferences"), {"by_email": ["fees"]})
    wanted = dict(Preference.objects.exclude(kind=ANY_KIND).values_list("kind", "channels"))
    assert wanted == {"absence": ["in_app"], "fees": ["in_app", "email"]}
