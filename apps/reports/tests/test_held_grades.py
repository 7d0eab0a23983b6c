"""A family reads no grade on a paper before the grade itself is out."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from apps.core.errors import Conflict
from apps.core.policy import may
from apps.gradebook.models import PostedGrade
from apps.reports import services
from apps.reports.models import DocumentKind, IssuedDocument
from apps.reports.tests.registry import Registry

pytestmark = pytest.mark.django_db


@pytest.fixture
def school() -> Registry:
    made = Registry(("Asha", "Bina"), courses=("Art",))
    made.post_all(2)
    return made


def held(school: Registry, pupil: int = 0, term: int = 1, at: Any = None) -> None:
    grades = PostedGrade.objects.filter(student=school.pupils[pupil], session=school.terms[term])
    grades.update(release_at=at)


def issued(school: Registry, pupil: int = 0, kind: str = DocumentKind.REPORT_CARD, **more: Any) -> Any:
    wanted = {"session": school.terms[1], "template": school.template(kind)} | more
    return services.issue_document(
        actor=school.actor(), student=school.pupils[pupil], today=school.today, now=timezone.now(), **wanted
    )


def let_out(school: Registry, document: IssuedDocument, **more: Any) -> IssuedDocument:
    return services.release_document(actor=school.actor(), document=document, **{"at": timezone.now()} | more)


@pytest.mark.parametrize("kind", [DocumentKind.REPORT_CARD, DocumentKind.PROGRESS, DocumentKind.TRANSCRIPT])
def test_a_paper_with_a_grade_that_is_held_stays_in_the_office(school: Registry, kind: str) -> None:
    held(school)
    document = issued(school, kind=kind)
    with pytest.raises(Conflict) as refusal:
        let_out(school, document)
    assert refusal.value.code == "GRADES_HELD"
    assert not may(school.actor(school.mother(school.pupils[0])), "view", document)
    held(school, at=timezone.now())
    let_out(school, document)
    assert may(school.actor(school.mother(school.pupils[0])), "view", document)


def test_without_the_protection_the_family_reads_it(school: Registry, settings: Any) -> None:
    held(school)
    document = issued(school)
    settings.PROTECTIONS_OFF = {"reports.held_grades"}
    let_out(school, document)
    assert may(school.actor(school.mother(school.pupils[0])), "view", document)


def test_a_paper_may_come_out_with_its_grades(school: Registry) -> None:
    tomorrow = timezone.now() + timedelta(days=1)
    held(school, at=tomorrow)
    document = issued(school)
    with pytest.raises(Conflict):
        let_out(school, document, at=tomorrow - timedelta(minutes=1))
    assert let_out(school, document, at=tomorrow).release_at == tomorrow


def test_only_what_stands_on_the_paper_holds_it(school: Registry) -> None:
    """Neither the grade of a later term, nor one posted afterwards, nor any on a certificate."""
    early = issued(school, session=school.terms[0])
    held(school)
    certificate = issued(school, kind=DocumentKind.CERTIFICATE, session=None)
    assert [let_out(school, one).release_at is None for one in (early, certificate)] == [False, False]
    full = issued(school, pupil=1)
    school.post(school.pupils[1], school.sections[0], school.terms[2], release_at=None)
    assert let_out(school, full).release_at is not None


def test_what_is_issued_for_the_family_at_once_is_refused_with_all_of_it(school: Registry) -> None:
    held(school)
    with pytest.raises(Conflict):
        issued(school, release_at=timezone.now())
    assert not IssuedDocument.objects.exists()


def test_of_many_those_held_stay_and_the_page_counts_them(school: Registry) -> None:
    held(school)
    documents = [issued(school, pupil) for pupil in (0, 1)]
    client = Client()
    client.force_login(school.office)
    page = client.post(
        reverse("reports:documents"),
        {"action": "release", "selected": [str(one.pk) for one in documents]},
        follow=True,
    ).content.decode()
    out = IssuedDocument.objects.filter(release_at__isnull=False)
    assert [one.student for one in out] == [school.pupils[1]]
    assert "1 stays in the office: a grade on it is not out yet." in page


def test_letting_out_costs_the_same_for_one_and_for_many(school: Registry) -> None:
    documents = [issued(school, pupil) for pupil in (0, 1)]
    counts = []
    for some in (documents[:1], documents):
        with CaptureQueriesContext(
            connection,
        ) as asked:
            services.release_documents(actor=school.actor(), documents=some, at=timezone.now())
        counts.append(len(asked))
    assert counts == [8, 8]
