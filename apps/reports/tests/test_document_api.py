"""Endpoints of papers."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from apps.core import jobs
from apps.core.models import Job
from apps.reports.models import DocumentTemplate, IssuedDocument, ReportRun
from apps.reports.selectors import runs
from apps.reports.tests.registry import Registry, text_of

pytestmark = pytest.mark.django_db
JSON = "application/json"


@pytest.fixture
def school() -> Registry:
    made = Registry(courses=("Art",))
    made.post_all(1)
    return made


def signed_in(user: Any) -> Client:
    client = Client()
    client.force_login(user)
    return client


def posted(client: Client, name: str, body: Any, *args: Any) -> Any:
    return client.post(reverse(f"api:{name}", args=args), body, content_type=JSON)


def test_a_document_is_issued_downloaded_released_and_revoked(school: Registry) -> None:
    client = signed_in(school.office)
    body = {
        "template": str(school.template().pk),
        "student": str(school.pupils[0].pk),
        "session": str(school.terms[0].pk),
    }
    made = posted(client, "document-list", body)
    assert made.status_code == 201
    pk = made.json()["data"]["id"]
    file = client.get(reverse("api:document-download", args=[pk])).json()["data"]
    assert file["sha256"] == made.json()["data"]["sha256"]
    content: Any = client.get(file["link"])
    assert "62.4 B2" in text_of(b"".join(content.streaming_content))

    assert posted(client, "document-release", {}, pk).json()["data"]["release_at"]
    gone = posted(client, "document-revoke", {"reason": "Wrong."}, pk).json()["data"]
    assert (gone["revoke_reason"], IssuedDocument.objects.get().revoked_at is None) == ("Wrong.", False)


def test_nothing_posted_is_answered_with_its_code(school: Registry) -> None:
    body = {
        "template": str(school.template().pk),
        "student": str(school.pupils[0].pk),
        "session": str(school.terms[2].pk),
    }
    answer = posted(signed_in(school.office), "document-list", body)

    assert (answer.status_code, answer.json()["error"]["code"]) == (422, "NOTHING_POSTED")


def test_a_campus_is_generated_by_a_job(school: Registry) -> None:
    client = signed_in(school.office)
    body = {
        "template": str(school.template().pk),
        "campus": str(school.campus.pk),
        "session": str(school.terms[0].pk),
        "print_as": "zip",
    }
    answer = posted(client, "report-generate", body)
    assert answer.status_code == 202
    assert answer["Location"] == reverse("api:job-detail", args=[answer.json()["data"]["job_id"]])
    run = ReportRun.objects.get(pk=answer.json()["data"]["run_id"])
    assert client.get(reverse("api:report-run-download", args=[run.pk])).status_code == 404

    for job in list(runs.open_jobs(run)):
        jobs.run(job.pk)
    shown = client.get(reverse("api:report-run-detail", args=[run.pk])).json()["data"]
    assert (shown["total"], shown["done"], shown["failed"]) == (1, 1, 0)
    file = client.get(reverse("api:report-run-download", args=[run.pk])).json()["data"]
    assert file["media_type"] == "application/zip"


def test_a_run_is_cancelled_and_resumed(school: Registry) -> None:
    client = signed_in(school.office)
    body = {
        "template": str(school.template().pk),
        "campus": str(school.campus.pk),
        "session": str(school.terms[0].pk),
    }
    pk = posted(client, "report-generate", body).json()["data"]["run_id"]
    assert posted(client, "report-run-cancel", {}, pk).status_code == 200
    assert Job.objects.filter(cancel_requested_at__isnull=False).count() == 2
    assert posted(client, "report-run-resume", {}, pk).status_code == 409


def test_templates_are_made_changed_and_removed(school: Registry) -> None:
    client = signed_in(school.head)
    made = posted(client, "document-template-list", {"kind": "report_card", "name": "Card"})
    assert made.status_code == 201
    url = reverse("api:document-template-detail", args=[made.json()["data"]["id"]])
    changed = client.patch(url, {"layout": {"colour": "#112233"}, "version": 1}, content_type=JSON)
    assert changed.json()["data"]["layout"] == {"colour": "#112233"}
    bad = client.patch(url, {"layout": {"colour": "red"}, "version": 2}, content_type=JSON)
    assert (bad.status_code, bad.json()["error"]["code"]) == (422, "LAYOUT_INVALID")
    stale = client.patch(url, {"name": "Other", "version": 1}, content_type=JSON)
    assert stale.status_code == 409
    assert client.delete(url).status_code == 204
    assert not DocumentTemplate.objects.exists()


def test_families_read_what_is_out(school: Registry) -> None:
    posted(
        signed_in(school.office),
        "document-list",
        {
            "template": str(school.template().pk),
            "student": str(school.pupils[0].pk),
            "session": str(school.terms[0].pk),
            "release_at": timezone.now().isoformat(),
        },
    )
    listed = signed_in(school.mother(school.pupils[0])).get(reverse("api:document-list")).json()["data"]

    assert [one["kind"] for one in listed] == ["report_card"]
