import uuid

import pytest
from rest_framework.test import APIClient

from apps.accounts.models import Role, User
from apps.accounts.tests.factories import UserFactory, user_with
from apps.messaging import kinds
from apps.messaging.kinds import Kind
from apps.messaging.models import Notification, Preference
from apps.messaging.tests.factories import NotificationFactory

pytestmark = pytest.mark.django_db
LIST = "/api/v1/notifications"


@pytest.fixture
def guardian() -> User:
    return user_with(Role.GUARDIAN)


@pytest.fixture
def api(guardian: User) -> APIClient:
    client = APIClient()
    client.force_login(guardian)
    return client


@pytest.fixture(autouse=True)
def absence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kinds, "_kinds", {"absence": Kind("absence", "Absences", roles=(Role.GUARDIAN,))})


def test_ones_own_by_cursor_the_newest_first(api: APIClient, guardian: User) -> None:
    rows = NotificationFactory.create_batch(3, recipient=guardian)
    NotificationFactory.create(recipient__school=guardian.school)

    first = api.get(LIST, {"per_page": 2}).json()
    second = api.get(first["meta"]["next"]).json()

    ids = [row["id"] for page in (first, second) for row in page["data"]]
    assert ids == sorted((str(row.pk) for row in rows), reverse=True)
    assert set(first["data"][0]) == {"id", "kind", "title", "body", "url", "created_at", "read_at"}


def test_by_user_id_only_ones_own(api: APIClient, guardian: User) -> None:
    other = UserFactory.create(school=guardian.school)
    NotificationFactory.create(recipient=other)
    row = NotificationFactory.create(recipient=guardian)
    assert [one["id"] for one in api.get(f"{LIST}/{guardian.pk}").json()["data"]] == [str(row.pk)]
    assert api.get(f"{LIST}/{other.pk}").status_code == 404
    assert api.get(f"{LIST}/{uuid.uuid4()}").status_code == 404


def test_marking_as_read_touches_ones_own_only(api: APIClient, guardian: User) -> None:
    one, two = NotificationFactory.create_batch(2, recipient=guardian)
    other = NotificationFactory.create(recipient__school=guardian.school)

    some = api.post(f"{LIST}/read", {"ids": [str(one.pk), str(other.pk)]}).json()["data"]
    assert some == {"marked": 1, "unread": 1}
    assert set(Notification.objects.filter(read_at__isnull=True)) == {two, other}
    assert api.post(f"{LIST}/read", {"all": True}).json()["data"] == {"marked": 1, "unread": 0}


def test_mail_can_be_turned_down_and_up(api: APIClient) -> None:
    url = f"{LIST}/email"
    line = {"kind": "absence", "label": "Absences"}
    assert api.get(url).json()["data"] == {
        "channel": "email",
        "is_offered": True,
        "kinds": [{**line, "on": True}],
    }
    off = api.patch(url, {"kinds": [{"kind": "absence", "on": False}]}).json()["data"]
    assert off["kinds"] == [{**line, "on": False}]
    on = api.patch(url, {"kinds": [{"kind": "absence", "on": True}]}).json()["data"]
    assert on["kinds"] == [{**line, "on": True}]
    assert Preference.objects.count() == 1


@pytest.mark.parametrize("channel", ["sms", "push"])
def test_a_channel_that_is_not_set_up_says_so(channel: str, api: APIClient) -> None:
    url = f"{LIST}/{channel}"
    assert api.get(url).json()["data"] == {"channel": channel, "is_offered": False, "kinds": []}
    answer = api.patch(url, {"kinds": [{"kind": "absence", "on": True}]})
    assert (answer.status_code, answer.json()["error"]["code"]) == (422, "CHANNEL_NOT_OFFERED")
    assert not Preference.objects.exists()


def test_a_kind_of_others_cannot_be_chosen(api: APIClient) -> None:
    answer = api.patch(f"{LIST}/email", {"kinds": [{"kind": "payroll", "on": True}]})
    assert (answer.status_code, answer.json()["error"]["code"]) == (422, "UNKNOWN_KIND")


@pytest.mark.parametrize("path", ["", "/email", "/read", f"/{uuid.UUID(int=1)}"])
def test_nobody_signed_in_gets_401(path: str) -> None:
    call = APIClient().post if path == "/read" else APIClient().get
    assert call(f"{LIST}{path}").status_code == 401
