"""Pages in Hindi say everything in Hindi, but for names."""

import re
from html.parser import HTMLParser

import pytest
from django.test import Client
from django.urls import reverse

from apps.academics.tests.factories import GuardianFactory, GuardianshipFactory, StudentFactory
from apps.accounts.models import Role, User
from apps.accounts.tests.factories import CampusFactory, user_with

pytestmark = pytest.mark.django_db
# Marks that are the same in every language, and what languages call themselves.
KEPT = {"Schools24", "JavaScript", "Ctrl", "K", "Enter", "English"}
SPOKEN = ("aria-label", "placeholder", "title", "alt", "data-confirm", "data-label")


class Reader(HTMLParser):
    """Everything a person sees or hears of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.said: list[str] = []
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._silent += tag in {"script", "style"}
        self.said += [value for name, value in attrs if name in SPOKEN and value]

    def handle_endtag(self, tag: str) -> None:
        self._silent -= tag in {"script", "style"}

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.said.append(data)


def english(page: str, *names: str) -> list[str]:
    reader = Reader()
    reader.feed(page)
    text = " ".join(reader.said)
    for name in names:
        text = text.replace(name, "")
    return sorted(set(re.findall(r"[A-Za-z][A-Za-z0-9]+", text)) - KEPT)


@pytest.fixture
def guardian() -> User:
    campus = CampusFactory.create(name="उत्तर परिसर")
    user = user_with(Role.GUARDIAN, campus=campus)
    user.name, user.language = "रेखा मिश्रा", "hi"
    user.save()
    parent = GuardianFactory.create(school=campus.school, user=user)
    child = StudentFactory.create(
        school=campus.school, campus=campus, given_name="आरव", middle_name="", family_name="मिश्रा"
    )
    GuardianshipFactory.create(school=campus.school, student=child, guardian=parent)
    return user


@pytest.mark.parametrize("name", ["portals:home", "portals:help", "accounts:profile", "messaging:inbox"])
def test_a_guardian_reads_no_english(name: str, guardian: User, client: Client) -> None:
    client.force_login(guardian)
    page = client.get(reverse(name)).content.decode()
    assert '<html lang="hi"' in page
    assert english(page, guardian.email, guardian.school.name) == []


def test_strangers_read_no_english_at_the_door(client: Client) -> None:
    for path in ("/", reverse("account_login"), reverse("account_reset_password")):
        page = client.get(path, headers={"accept-language": "hi"}).content.decode()
        assert english(page) == []


def test_english_would_be_noticed(guardian: User, client: Client) -> None:
    guardian.language = "en"
    guardian.save()
    client.force_login(guardian)
    assert "Today" in english(client.get("/").content.decode())
