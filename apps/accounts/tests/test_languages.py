"""Which language a page and a mail speak."""

from collections.abc import Callable
from typing import Any

import pytest
from allauth.core import context
from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.test import Client, RequestFactory
from django.urls import reverse
from django.utils import timezone

from apps.accounts import services
from apps.accounts.adapters import AccountAdapter
from apps.accounts.models import Campus, School, User
from apps.accounts.tests.factories import UserFactory

pytestmark = pytest.mark.django_db
LOGIN = "/accounts/login/"
PROFILE = "/accounts/profile/"
HINDI, ENGLISH = '<html lang="hi">', '<html lang="en">'


def page(client: Client, path: str, accept: str = "en") -> str:
    return client.get(path, headers={"accept-language": accept}).content.decode()


def choose(client: Client, language: str, **more: str) -> Any:
    return client.post(reverse("accounts:language"), {"language": language, **more})


def speak(subject: User | School, language: str) -> None:
    subject.language = language
    subject.save()


def test_the_browser_chooses_for_strangers(client: Client) -> None:
    hindi = page(client, LOGIN, "hi,en;q=0.5")
    assert HINDI in hindi
    assert "साइन इन" in hindi
    assert "Sign in" not in hindi
    assert ENGLISH in page(client, LOGIN, "fr")


def test_the_choice_of_a_stranger_stays_on_the_device(client: Client) -> None:
    answer = choose(client, "hi", next=LOGIN)
    assert (answer.status_code, answer["Location"]) == (302, LOGIN)
    assert HINDI in page(client, LOGIN, "en")


def test_the_sign_in_page_offers_the_other_language_by_its_own_name(client: Client) -> None:
    assert 'value="hi" lang="hi"' in page(client, LOGIN)
    choose(client, "hi")
    assert 'value="en" lang="en"' in page(client, LOGIN)


@pytest.mark.parametrize("url", ["https://elsewhere.test/", "//elsewhere.test", "javascript:alert(1)", ""])
def test_choosing_leads_to_no_other_site(url: str, client: Client) -> None:
    assert choose(client, "hi", next=url)["Location"] == "/"


@pytest.mark.parametrize("language", ["fr", "", "../en"])
def test_only_languages_we_speak_can_be_chosen(language: str, client: Client) -> None:
    answer = choose(client, language)
    assert answer.status_code == 404
    assert settings.LANGUAGE_COOKIE_NAME not in answer.cookies


def test_choosing_is_kept_with_the_login(page_as: Callable[[User], Client], teacher: User) -> None:
    choose(page_as(teacher), "hi", next=PROFILE)
    teacher.refresh_from_db()
    assert teacher.language == "hi"
    assert HINDI in page(page_as(teacher), PROFILE)


@pytest.mark.parametrize(
    ("person", "device", "house", "shown"),
    [
        ("hi", "en", "en", HINDI),
        ("en", "hi", "hi", ENGLISH),
        ("", "hi", "en", HINDI),
        ("", "", "hi", HINDI),
        ("", "xx", "hi", HINDI),
        ("", "", "en", ENGLISH),
    ],
)
def test_the_person_comes_before_the_device_and_the_device_before_the_school(
    person: str, device: str, house: str, shown: str, page_as: Callable[[User], Client], teacher: User
) -> None:
    speak(teacher, person)
    speak(teacher.school, house)
    client = page_as(teacher)
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = device
    assert shown in page(client, PROFILE, "en" if shown == HINDI else "hi")


@pytest.mark.parametrize(("person", "house"), [("hi", "en"), ("", "hi")])
def test_the_invitation_is_in_the_language_of_its_reader(
    person: str, house: str, campus: Campus, mailoutbox: list[EmailMultiAlternatives]
) -> None:
    speak(campus.school, house)
    user = UserFactory.create(school=campus.school, language=person, password="!")
    services.send_invitation(actor=None, user=user, now=timezone.now(), today=timezone.localdate())
    services.mail_invitation(user_id=str(user.pk))
    (mail,) = mailoutbox
    assert "ने आपके लिए साइन इन बनाया है" in mail.body
    assert '<html lang="hi">' in str(mail.alternatives[0][0])


def test_a_mail_of_the_account_pages_is_in_the_language_of_its_reader(
    teacher: User, rf: RequestFactory, mailoutbox: list[EmailMultiAlternatives]
) -> None:
    """Whoever follows a reset link is not signed in, so the browser does not know."""
    speak(teacher, "hi")
    change = {"ip": "192.0.2.1", "user_agent": "Firefox", "timestamp": timezone.now(), "user": teacher}
    request: Any = rf.get("/")
    with context.request_context(request):
        AccountAdapter(request).send_mail("account/email/password_reset", teacher.email, change)
        AccountAdapter(request).send_mail(
            "account/email/password_reset", teacher.email, change | {"user": None}
        )
    hindi, english = mailoutbox
    assert "आपका नया पासवर्ड बन गया है।" in hindi.body
    assert "Your password has been reset." in english.body


def test_the_api_speaks_to_a_token_in_the_language_of_its_owner(
    login: Callable[..., Any], bearer: Callable[[str], Any], teacher: User
) -> None:
    speak(teacher.school, "hi")
    access = login(teacher.email).json()["data"]["access"]
    answer = bearer(access).get("/api/v1/students/00000000-0000-7000-8000-000000000000")
    assert answer.json()["error"]["message"] == "नहीं मिला।"
