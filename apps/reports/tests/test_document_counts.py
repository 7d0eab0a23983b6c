"""Every list of papers costs the same for one and for thirty; the counts are literal."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from apps.reports.tests.factories import (
    DocumentTemplateFactory,
    IssuedDocumentFactory,
    ReportRunEntryFactory,
    ReportRunFactory,
)
from apps.reports.tests.registry import Registry

pytestmark = pytest.mark.django_db
OFFICE = {
    "reports:documents": 5,
    "reports:runs": 6,
    "reports:templates": 6,
    "reports:run": 9,
    "reports:student": 6,
    "api:document-list": 5,
    "api:document-template-list": 5,
    "api:report-run-list": 5,
}


def filled(rows: int) -> tuple[Registry, dict[str, list[Any]]]:
    school = Registry(courses=())
    pupil = school.pupils[0]
    run = ReportRunFactory.create(
        school=school.school, campus=school.campus, template=school.template(), started_by=school.office
    )
    for _ in range(rows):
        IssuedDocumentFactory.create(school=school.school, student=pupil, release_at=timezone.now())
        DocumentTemplateFactory.create(school=school.school)
        ReportRunFactory.create(school=school.school, campus=school.campus, template=school.template())
        ReportRunEntryFactory.create(school=school.school, run=run, state="failed", fault="x")
    return school, {"reports:run": [run.pk], "reports:student": [pupil.pk]}


@pytest.mark.parametrize("rows", [1, 30])
def test_lists_of_the_office(rows: int) -> None:
    school, args = filled(rows)
    client = Client()
    client.force_login(school.office)
    found = {}
    for name in OFFICE:
        url = reverse(name, args=args.get(name, []))
        client.get(url)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(url).status_code == 200
        found[name] = len(queries)

    assert found == OFFICE
