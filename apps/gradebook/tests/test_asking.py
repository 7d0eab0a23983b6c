"""Message pupils who: the right ones, their guardians when chosen, nobody the school may not tell."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from apps.accounts.models import Role
from apps.core.errors import DomainError
from apps.core.models import Job, uuid7
from apps.gradebook.selectors.sheets import sheet
from apps.gradebook.services import asking
from apps.gradebook.tests.marking import Book
from apps.messaging.models import Notification

pytestmark = pytest.mark.django_db


@pytest.fixture
def book() -> Book:
    book = Book(5, 1, today=timezone.localdate())
    book.save(book.cell(0, 0, "17"), book.cell(1, 0, "8"), book.cell(2, 0, "m"), book.cell(3, 0, "in"))
    for pupil in book.pupils:
        pupil.user = book.login(Role.STUDENT)
        pupil.save()
    return book


def group(book: Book, name: str, bound: str | None = None) -> list[int]:
    made = sheet(gradebook=book.book, session=book.terms[0], today=book.today)
    found = asking.group_of(made, book.items[0], name, Decimal(bound) if bound else None)
    return [book.pupils.index(one) for one in found]


def test_groups(book: Book) -> None:
    assert group(book, asking.OPEN) == [2, 4]
    assert group(book, asking.MISSING) == [2]
    assert group(book, asking.BELOW, "10") == [1]
    assert group(book, asking.ABOVE, "8") == [0, 1]
    assert group(book, asking.ALL) == [0, 1, 2, 3, 4]


def test_who_came_later_or_left_owes_nothing(book: Book) -> None:
    book.items[0].due_date = date(2026, 5, 1)
    book.items[0].save()
    book.pupils += [book.enroll(begin_date=date(2026, 5, 5)), book.enroll(end_date=date(2026, 5, 5))]
    assert group(book, asking.OPEN) == [2, 4]
    assert group(book, asking.ALL) == [0, 1, 2, 3, 4, 5]


def send(book: Book, *pupils: int, guardians: bool = False, key: str = "k") -> int:
    return asking.tell_pupils(
        item_id=book.items[0].pk,
        student_ids=[str(book.pupils[one].pk) for one in pupils],
        text="Please hand it in.",
        with_guardians=guardians,
        key=key,
        today=book.today,
        now=timezone.now(),
    )


def test_pupils_are_told_once(book: Book) -> None:
    assert (send(book, 2, 4), send(book, 2, 4)) == (2, 0)
    notice = Notification.objects.get(recipient=book.pupils[2].user)
    assert (notice.title, notice.body) == (f"Asha 04: {book.items[0].title}", "Please hand it in.")


def test_guardians_are_told_when_chosen_and_entitled(book: Book) -> None:
    told = book.guardian(book.pupils[2], may_see_marks=True, may_contact=True)
    barred = book.guardian(book.pupils[2], may_see_marks=False, may_contact=True)
    silent = book.guardian(book.pupils[2], may_see_marks=True, may_contact=False)
    assert send(book, 2) == 1
    assert send(book, 2, guardians=True, key="other") == 2
    users = set(Notification.objects.values_list("recipient", flat=True))
    assert users == {book.pupils[2].user_id, told.user_id}
    assert not users & {barred.user_id, silent.user_id}


def test_nobody_of_another_section_is_told(book: Book) -> None:
    other = Book(1)
    other.pupils[0].user = other.login(Role.STUDENT)
    other.pupils[0].save()
    book.pupils.append(other.pupils[0])
    assert send(book, 5) == 0


@pytest.mark.parametrize(("text", "pupils"), [("  ", 1), ("x" * 1001, 1), ("words", 0)])
def test_what_is_no_message_is_refused(book: Book, text: str, pupils: int) -> None:
    with pytest.raises(DomainError):
        asking.message_pupils(
            actor=book.teacher,
            item=book.items[0],
            students=[one.pk for one in book.pupils[:pupils]],
            text=text,
            with_guardians=False,
            key=uuid7(),
        )


def test_the_page_shows_whom_it_reaches_and_sends(book: Book) -> None:
    book.pupils[4].user = None
    book.pupils[4].save()
    client = Client()
    client.force_login(book.staff.user)
    url = reverse("gradebook:item-message", args=[book.items[0].pk])
    context: Any = client.get(url).context
    assert [reach for _one, reach in context["pupils"]] == [1, 0]
    body = {
        "group": "open",
        "students": [str(book.pupils[2].pk)],
        "text": "Please hand it in.",
        "key": str(uuid7()),
    }
    assert client.post(url, body).status_code == 302
    job = Job.objects.get(task="gradebook.tell_pupils")
    assert job.kwargs["student_ids"] == [str(book.pupils[2].pk)]
    # Who is not of the group cannot be written in.
    assert client.post(url, body | {"students": [str(book.pupils[0].pk)]}).status_code == 422
    assert client.post(url, body | {"group": "below"}).status_code == 422
