"""A family is told of a paper once it is out: who may see it, once, and nobody of what was revoked."""

from datetime import timedelta

import pytest
from django.utils import timezone

from apps.academics.models import Guardianship
from apps.core.models import Job
from apps.messaging.models import Notification
from apps.reports import services
from apps.reports.models import IssuedDocument
from apps.reports.services.notices import DOCUMENT_OUT, TELL, document_is_still_out, tell_released
from apps.reports.tests.factories import IssuedDocumentFactory
from apps.reports.tests.registry import Registry

pytestmark = pytest.mark.django_db


@pytest.fixture
def school() -> Registry:
    return Registry(courses=("Art",))


@pytest.fixture
def paper(school: Registry) -> IssuedDocument:
    row: IssuedDocument = IssuedDocumentFactory.create(
        school=school.school, campus=school.campus, student=school.pupils[0]
    )
    return row


def let_out(school: Registry, paper: IssuedDocument) -> None:
    services.release_documents(actor=school.actor(), documents=[paper], at=timezone.now())


def told(school: Registry, paper: IssuedDocument) -> int:
    tell_released(document_ids=[paper.pk], today=school.today, now=timezone.now())
    return Notification.objects.filter(kind=DOCUMENT_OUT).count()


def test_letting_out_asks_for_the_notice_at_that_moment(school: Registry, paper: IssuedDocument) -> None:
    later = timezone.now() + timedelta(days=2)
    services.release_documents(actor=school.actor(), documents=[paper], at=later)
    job = Job.objects.get(task=TELL)
    assert (job.run_after, job.kwargs) == (later, {"document_ids": [str(paper.pk)]})
    assert told(school, paper) == 0


def test_the_mother_is_told_once_and_not_what_it_says(school: Registry, paper: IssuedDocument) -> None:
    let_out(school, paper)
    assert told(school, paper) == 1
    assert told(school, paper) == 1
    notice = Notification.objects.get(kind=DOCUMENT_OUT)
    assert notice.title == f"A document for {school.pupils[0].given_name} is there"
    assert paper.title not in notice.title + notice.body
    assert document_is_still_out(notice)


@pytest.mark.parametrize("right", ["may_see_marks", "may_contact"])
def test_without_the_right_nobody_is_told(school: Registry, paper: IssuedDocument, right: str) -> None:
    Guardianship.objects.update(**{right: False})
    let_out(school, paper)
    assert told(school, paper) == 0


def test_what_was_revoked_meanwhile_is_not_told(school: Registry, paper: IssuedDocument) -> None:
    let_out(school, paper)
    told(school, paper)
    services.revoke_document(actor=school.actor(), document=paper, reason="Wrong name", now=timezone.now())
    assert not document_is_still_out(Notification.objects.get(kind=DOCUMENT_OUT))
