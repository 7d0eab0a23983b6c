"""Who prints or draws templates for one campus does so for that campus only."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from apps.accounts.models import Role
from apps.accounts.tests.factories import CampusFactory
from apps.core.models import Job
from apps.reports.models import DocumentTemplate, ReportRun
from apps.reports.tests.registry import Registry

pytestmark = pytest.mark.django_db
JSON = "application/json"


@pytest.fixture
def school() -> Registry:
    made = Registry(courses=("Art",))
    made.post_all(1)
    return made


@pytest.fixture
def of_campus(school: Registry) -> DocumentTemplate:
    template = school.template()
    template.campus = school.campus
    template.save()
    return template


def signed_in(user: Any) -> Client:
    client = Client()
    client.force_login(user)
    return client


def test_a_run_for_another_campus_leaves_nothing_behind(school: Registry) -> None:
    pupil = school.pupils[0]
    pupil.campus = CampusFactory.create(school=school.school)
    pupil.save()
    body = {
        "template": str(school.template().pk),
        "campus": str(pupil.campus.pk),
        "session": str(school.terms[0].pk),
    }
    answer = signed_in(school.office).post(reverse("api:report-generate"), body, content_type=JSON)

    assert answer.status_code == 404
    assert (ReportRun.objects.count(), Job.objects.filter(task="reports.print_run").count()) == (0, 0)


@pytest.mark.parametrize("goal", ["school", "campus"])
def test_a_template_of_a_campus_stays_there_by_the_api(
    school: Registry, of_campus: DocumentTemplate, goal: str
) -> None:
    elsewhere = CampusFactory.create(school=school.school).pk if goal == "campus" else None
    answer = signed_in(school.login(Role.CAMPUS_ADMIN)).patch(
        reverse("api:document-template-detail", args=[of_campus.pk]),
        {"campus": elsewhere},
        content_type=JSON,
        headers={"If-Match": f'"{of_campus.version}"'},
    )

    assert answer.status_code == 404
    of_campus.refresh_from_db()
    assert of_campus.campus == school.campus


def test_a_template_of_a_campus_stays_there_by_the_page(
    school: Registry, of_campus: DocumentTemplate
) -> None:
    values = {"name": "Ours", "campus": "", "language": "en", "paper": "A4", "colour": "#0f5c63"}
    page = reverse("reports:template", args=[of_campus.pk])
    answer = signed_in(school.login(Role.CAMPUS_ADMIN)).post(
        page, values | {"columns": ["percent"], "version": of_campus.version, "is_active": "on"}
    )

    assert answer.status_code == 404
    of_campus.refresh_from_db()
    assert of_campus.campus == school.campus
