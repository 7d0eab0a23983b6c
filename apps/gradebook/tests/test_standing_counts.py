"""Every list of marks and grades costs the same for one and for thirty; the counts are literal."""

from datetime import timedelta
from typing import Any, Final

import pytest
from django.db import connection
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from apps.academics.tests.factories import (
    CourseFactory,
    GuardianshipFactory,
    HomeroomFactory,
    SectionFactory,
)
from apps.accounts.models import Role
from apps.gradebook.models import PostedGrade
from apps.gradebook.services.gradebooks import open_gradebook
from apps.gradebook.services.posting import release_posted
from apps.gradebook.services.transcripts import add_transcript
from apps.gradebook.tests.term import Term
from apps.gradebook.web.cards import marking, results

pytestmark = pytest.mark.django_db
PAGES: Final = {"posting": 28, "overview": 16, "homeroom": 16, "grade": 12, "student": 25, "family": 20}
MINE: Final = 15
CARDS: Final = {"marking": 6, "results": 2}
API: Final = {
    "posting-list": 5,
    "posted-grade-list": 5,
    "course-transcript-list": 5,
    "posting-preview": 24,
    "posted-grade-detail": 7,
    "student-marks": 15,
    "student-gpa": 6,
    "gradebook-ranks": 13,
}


class Busy(Term):
    """`rows` pupils in `rows` sections with `rows` items each, posted and let out, and `rows` records."""

    def __init__(self, rows: int) -> None:
        super().__init__(rows)
        self.homeroom = HomeroomFactory.create(school=self.school, campus=self.campus, session=self.year)
        for pupil in self.pupils:
            self.place(pupil, self.homeroom)
        for number in range(rows):
            section = self.section if not number else self._section(number)
            self._marked(section, rows)
        for number in range(rows):
            add_transcript(actor=self.head, student=self.pupils[0], course_title=f"Art {number}", label="A")

    def grade_of_first(self) -> PostedGrade:
        return PostedGrade.objects.get(student=self.pupils[0], section=self.section)

    def _section(self, number: int) -> Any:
        section = SectionFactory.create(
            school=self.school, session=self.year, campus=self.campus,
            course=CourseFactory.create(school=self.school, name=f"Course {number:02}"),
        )  # fmt: skip
        open_gradebook(actor=self.teacher, section=section)
        self.place(self.pupils[0], section)
        return section

    def _marked(self, section: Any, rows: int) -> None:
        now = timezone.now()
        for number in range(rows if section is self.section else 1):
            item = self.item(
                f"FA{number}", scores=[15, *[10] * (rows - 1)], section=section,
                due_date=self.today - timedelta(days=20),
            )  # fmt: skip
            self.release(item)
        self.post(section=section, seen=self.seen(section=section))
        release_posted(actor=self.head, section=section, session=self.first, now=now)


def counted(client: Client, url: str) -> int:
    """Queries of the second visit; the first fills caches that live longer than a request."""
    client.get(url, follow=True)
    with CaptureQueriesContext(connection) as queries:
        answer = client.get(url)
    assert answer.status_code == 200, answer.content
    return len(queries)


def signed_in(user: Any) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.mark.parametrize("rows", [1, 30])
def test_pages(rows: int) -> None:
    term = Busy(rows)
    head, pupil = signed_in(term.login(Role.CAMPUS_ADMIN)), term.pupils[0]
    paths = {
        "posting": reverse("gradebook:posting", args=[term.section.pk]),
        "overview": reverse("gradebook:overview"),
        "homeroom": reverse("gradebook:homeroom", args=[term.homeroom.pk]),
        "grade": reverse("gradebook:grade", args=[term.grade_of_first().pk]),
        "student": reverse("gradebook:student", args=[pupil.pk]),
    }
    found = {name: counted(head, path) for name, path in paths.items()}
    found["family"] = counted(signed_in(term.guardian(pupil).user), paths["student"])
    assert found == PAGES


@pytest.mark.parametrize("rows", [1, 30])
def test_children_side_by_side(rows: int) -> None:
    """As many children as there are pupils, and one from next door, so that nobody is sent on."""
    term = Busy(rows)
    guardian = term.guardian(term.enroll())
    for pupil in term.pupils:
        GuardianshipFactory.create(
            school=term.school, student=pupil, guardian=guardian, begin_date=term.year.begin_date
        )
    assert counted(signed_in(guardian.user), reverse("gradebook:mine")) == MINE


@pytest.mark.parametrize("rows", [1, 30])
def test_api(rows: int) -> None:
    term = Busy(rows)
    head, pupil = signed_in(term.login(Role.CAMPUS_ADMIN)), term.pupils[0]
    lists = ("posting-list", "posted-grade-list", "course-transcript-list")
    found = {name: counted(head, reverse(f"api:{name}") + "?per_page=100") for name in lists}
    asked = f"?section={term.section.pk}&session={term.first.pk}"
    found["posting-preview"] = counted(head, reverse("api:posting-preview") + asked)
    found["posted-grade-detail"] = counted(
        head, reverse("api:posted-grade-detail", args=[term.grade_of_first().pk])
    )
    for name in ("student-marks", "student-gpa"):
        found[name] = counted(head, reverse(f"api:{name}", args=[pupil.pk]))
    found["gradebook-ranks"] = counted(head, reverse("api:gradebook-ranks", args=[term.section.pk]))
    assert found == API


@pytest.mark.parametrize("rows", [1, 30])
def test_cards(rows: int) -> None:
    term = Busy(rows)
    for number in range(rows):
        term.item(f"Due {number}", due_date=term.today - timedelta(days=20))
    found = {}
    for name, user, make in (
        ("marking", term.staff.user, marking),
        ("results", term.pupils[0].user, results),
    ):
        request = RequestFactory().get("/")
        request.actor = term.actor(user)  # type: ignore[attr-defined]  # as ActorMiddleware does
        with CaptureQueriesContext(connection) as queries:
            assert make(request) is not None
        found[name] = len(queries)
    assert found == CARDS
