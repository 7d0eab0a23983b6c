"""Nobody outside sees a result before it is out: in each channel, and red with the rule switched off."""

from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, Final

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from apps.core.errors import Conflict, DomainError
from apps.core.models import Job
from apps.gradebook.models import LineItem, Result
from apps.gradebook.services.posting import release_posted
from apps.gradebook.services.release import release_line_item, release_section, take_back_release
from apps.gradebook.tests.term import Term, run
from apps.messaging.models import Notification

pytestmark = pytest.mark.django_db
# In no date, id, price or style of a page.
SCORE: Final = "17.375"
TITLE: Final = "Zebra crossing test"


@pytest.fixture
def term() -> Term:
    term = Term()
    term.rules(shows_live_average=True)
    return term


def hidden(term: Term) -> LineItem:
    return term.item(TITLE, scores=[Decimal(SCORE), 9])


def page(client: Client, name: str, *args: Any) -> str:
    answer = client.get(reverse(name, args=args), follow=True)
    assert answer.status_code == 200
    return str(answer.content.decode())


CHANNELS: Final[dict[str, Callable[[Client, Term], str]]] = {
    "tab": lambda client, term: page(client, "gradebook:student", term.pupils[0].pk),
    "mine": lambda client, term: page(client, "gradebook:mine"),
    "today": lambda client, term: page(client, "portals:home"),
    "search": lambda client, term: client.get("/search/", {"q": TITLE[:5]}).content.decode(),
    "results": lambda client, term: client.get("/api/v1/results").content.decode(),
    "line-items": lambda client, term: client.get("/api/v1/line-items").content.decode(),
    "marks": lambda client, term: client.get(f"/api/v1/students/{term.pupils[0].pk}/marks").content.decode(),
}


def signed_in(term: Term, who: str) -> Client:
    pupil = term.pupils[0]
    client = Client()
    client.force_login(pupil.user if who == "pupil" else term.guardian(pupil).user)
    return client


def shows(text: str) -> bool:
    return SCORE in text or TITLE in text


@pytest.mark.parametrize("who", ["pupil", "guardian"])
@pytest.mark.parametrize("channel", CHANNELS)
def test_seen_when_it_is_out_and_never_before(term: Term, channel: str, who: str, settings: Any) -> None:
    item, client, ask = hidden(term), signed_in(term, who), CHANNELS[channel]
    assert not shows(ask(client, term))
    term.release(item, at=timezone.now() + timedelta(hours=1))
    assert not shows(ask(client, term))
    settings.PROTECTIONS_OFF = {"release"}
    assert shows(ask(client, term))
    settings.PROTECTIONS_OFF = set()
    term.release(item)
    assert shows(ask(client, term))
    take_back_release(actor=term.teacher, item=item)
    assert not shows(ask(client, term))


def test_a_guardian_without_the_right_sees_nothing(term: Term) -> None:
    term.release(hidden(term))
    guardian = term.guardian(term.pupils[0], may_see_marks=False)
    client = Client()
    client.force_login(guardian.user)
    for ask in CHANNELS.values():
        assert not shows(ask(client, term))
    assert not Result.objects.permitted(term.actor(guardian.user)).exists()


def test_families_are_told_once_a_release_and_pupil_and_of_no_mark(
    term: Term, django_capture_on_commit_callbacks: Any
) -> None:
    guardian = term.guardian(term.pupils[0])
    hidden(term), term.item("FA2", scores=[Decimal(SCORE), None])
    term.item("Not marked yet")
    count = release_section(actor=term.teacher, section=term.section, session=term.first, now=timezone.now())
    assert (count, run("gradebook.tell_released")) == (2, 1)
    told = list(Notification.objects.all())
    assert {one.recipient_id for one in told} == {
        guardian.user_id, term.pupils[0].user_id, term.pupils[1].user_id,
    }  # fmt: skip
    assert len(told) == 3
    run("messaging.deliver")
    assert mail.outbox
    said = [f"{row.title} {row.body}" for row in told]
    said += [f"{sent.subject} {sent.body}" for sent in mail.outbox]
    assert not any(shows(text) or "17.3" in text for text in said)


def test_a_guardian_who_may_not_see_or_not_be_told_is_not_told(term: Term) -> None:
    for right in ("may_see_marks", "may_contact"):
        term.guardian(term.pupils[0], **{right: False})
    term.release(hidden(term))
    run("gradebook.tell_released")
    assert {one.recipient_id for one in Notification.objects.all()} == {one.user_id for one in term.pupils}


@pytest.mark.parametrize("right", ["may_see_marks", "may_contact"])
def test_a_right_that_ended_stops_the_mail(term: Term, right: str) -> None:
    guardian = term.guardian(term.pupils[0])
    term.release(hidden(term))
    run("gradebook.tell_released")
    guardian.guardianships.update(**{right: False})
    run("messaging.deliver")
    assert guardian.email not in [to for sent in mail.outbox for to in sent.to]


def test_taken_back_before_the_mail_goes_out_is_not_told(term: Term) -> None:
    term.guardian(term.pupils[0])
    item = term.release(hidden(term))
    run("gradebook.tell_released")
    take_back_release(actor=term.teacher, item=item)
    run("messaging.deliver")
    assert mail.outbox == []


def test_a_time_ahead_is_told_then_and_a_changed_time_once(term: Term) -> None:
    item = hidden(term)
    first = timezone.now() + timedelta(hours=1)
    term.release(item, at=first)
    assert Job.objects.get(task="gradebook.tell_released").run_after == first
    run("gradebook.tell_released")
    assert not Notification.objects.exists()
    Job.objects.all().delete()
    term.release(item, at=first + timedelta(hours=1))
    LineItem.objects.filter(pk=item.pk).update(release_at=timezone.now())
    run("gradebook.tell_released")
    assert not Notification.objects.exists()


def test_a_worker_ahead_of_the_database_comes_back(term: Term) -> None:
    term.release(hidden(term), at=timezone.now() + timedelta(hours=1))
    run("gradebook.tell_released")
    assert Job.objects.filter(task="gradebook.tell_released", closed_at__isnull=True).count() == 1


def test_what_is_out_is_not_let_out_again_and_the_past_is_no_time(term: Term) -> None:
    item = term.release(hidden(term))
    out: datetime | None = item.release_at
    with pytest.raises(Conflict):
        term.release(item)
    with pytest.raises(DomainError):
        release_line_item(actor=term.teacher, item=item, at=timezone.now() - timedelta(1), now=timezone.now())
    item.refresh_from_db()
    assert item.release_at == out


def test_posted_grades_are_seen_and_told_when_they_are_out(term: Term, settings: Any) -> None:
    hidden(term)
    term.post()
    client = signed_in(term, "guardian")
    ask = CHANNELS["tab"]
    assert "86.9" not in ask(client, term)
    settings.PROTECTIONS_OFF = {"release"}
    assert "86.9" in ask(client, term)
    settings.PROTECTIONS_OFF = set()
    release_posted(actor=term.head, section=term.section, session=term.first, now=timezone.now())
    assert "86.9" in ask(client, term)
    assert run("gradebook.tell_posted") == 1
    assert Notification.objects.filter(kind="gradebook.grades").count() == 3


def test_the_steps_of_a_grade_do_not_tell_what_is_not_out(term: Term) -> None:
    item = hidden(term)
    term.post()
    release_posted(actor=term.head, section=term.section, session=term.first, now=timezone.now())
    client, grade = signed_in(term, "guardian"), term.grade(term.pupils[0])
    assert TITLE not in page(client, "gradebook:grade", grade.pk)
    client_of_teacher = Client()
    client_of_teacher.force_login(term.staff.user)
    assert TITLE in page(client_of_teacher, "gradebook:grade", grade.pk)
    term.release(item)
    assert TITLE in page(client, "gradebook:grade", grade.pk)
