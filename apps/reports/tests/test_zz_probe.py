from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from apps.accounts.models import Role
from apps.accounts.tests.factories import CampusFactory
from apps.core.models import Job
from apps.gradebook.models import PostedGrade
from apps.reports import services
from apps.reports.models import *
from apps.reports.tests.registry import Registry
from apps.reports.tests.staffroom import Staffroom

pytestmark = pytest.mark.django_db
JSON = "application/json"

@pytest.fixture
def school():
    made = Registry(courses=("Art",)); made.post_all(1); return made

def signed_in(user):
    c = Client(raise_request_exception=False); c.force_login(user); return c

def test_run_elsewhere(school):
    other = CampusFactory.create(school=school.school)
    school.pupils[0].campus = other; school.pupils[0].save()
    body = {"template": str(school.template().pk), "campus": str(other.pk), "session": str(school.terms[0].pk), "print_as": "zip"}
    a = signed_in(school.office).post(reverse("api:report-generate"), body, content_type=JSON)
    print(a.status_code, ReportRun.objects.count(), Job.objects.count())
    assert ReportRun.objects.count() == 0

def test_template_moves(school):
    head = school.login(Role.CAMPUS_ADMIN)
    row = school.template(); row.campus = school.campus; row.save()
    c = signed_in(head)
    a = c.patch(reverse("api:document-template-detail", args=[row.pk]), {"campus": None}, content_type=JSON, headers={"If-Match": f'"{row.version}"'})
    row.refresh_from_db(); print(a.status_code, a.content[:300], row.campus_id)
    assert row.campus_id == school.campus.pk

def test_template_moves_web(school):
    head = school.login(Role.CAMPUS_ADMIN)
    row = school.template(); row.campus = school.campus; row.save()
    c = signed_in(head)
    a = c.post(reverse("reports:template", args=[row.pk]), {"name": "x", "language": "en", "paper": "A4", "colour": "#0f5c63", "parts": [], "columns": ["percent"], "version": row.version, "is_active": "on"})
    row.refresh_from_db(); print(a.status_code, row.campus_id)
    assert row.campus_id == school.campus.pk

def test_held(school):
    print(PostedGrade.objects.values_list("release_at", flat=True))
    PostedGrade.objects.update(release_at=timezone.now() + timedelta(days=30))
    body = {"template": str(school.template().pk), "student": str(school.pupils[0].pk), "session": str(school.terms[0].pk), "release_at": (timezone.now()-timedelta(minutes=1)).isoformat()}
    a = signed_in(school.office).post(reverse("api:document-list"), body, content_type=JSON)
    print(a.status_code)
    mum = signed_in(school.mother(school.pupils[0]))
    docs = mum.get(reverse("api:document-list")).json()["data"]
    print(len(docs), len(mum.get(reverse("api:posted-grade-list")).json()["data"]))
    assert not docs

@pytest.mark.parametrize("text", ["x" * 5000, "a\x00b"])
def test_comment(text):
    room = Staffroom(today=timezone.localdate())
    c = signed_in(room.writer)
    a = c.post(reverse("reports:comment-save", args=[room.section.pk, room.pupils[0].pk]) + f"?term={room.term.pk}", {"text": text, "term": str(room.term.pk), "version": "0"})
    print(a.status_code, [len(x.text) for x in ReportComment.objects.all()])
    assert a.status_code != 500 and not ReportComment.objects.exists()

def test_take_own():
    room = Staffroom(today=timezone.localdate())
    row = room.write("Asha try", submit=True)
    from apps.academics.tests.factories import TeachingAssignmentFactory
    TeachingAssignmentFactory.create(school=room.school, section=room.section, staff=room.tutor.staff_member if hasattr(room.tutor, "staff_member") else room.tutor.staffmember)
    row = services.propose_wording(actor=room.actor(room.tutor), comment=row, expected=row.version, proposal="Bad.")
    row = services.take_proposal(actor=room.actor(room.tutor), comment=row, expected=row.version)
    assert row.state != "accepted"

def test_proposal_long():
    room = Staffroom(today=timezone.localdate())
    row = room.write("Asha try", submit=True)
    row = services.propose_wording(actor=room.actor(room.tutor), comment=row, expected=row.version, proposal="Bad."*1000)
    assert len(row.proposal) <= 1500
