"""Pages of papers as each kind of person meets them."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from apps.core import jobs
from apps.reports import services
from apps.reports.models import DocumentKind, DocumentTemplate, IssuedDocument, ReportRun
from apps.reports.selectors import runs
from apps.reports.tests.factories import IssuedDocumentFactory
from apps.reports.tests.registry import Registry, text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def school() -> Registry:
    made = Registry(courses=("Art",))
    made.today = timezone.localdate()
    made.post_all(1)
    return made


def signed_in(user: Any) -> Client:
    client = Client()
    client.force_login(user)
    return client


def issued(school: Registry, **more: Any) -> IssuedDocument:
    pupil = school.pupils[0]
    row: IssuedDocument = IssuedDocumentFactory.create(
        school=school.school, student=pupil, template=school.template(), title="Report card · Term 1", **more
    )
    return row


def test_the_office_issues_a_card_and_opens_it(school: Registry) -> None:
    client, pupil = signed_in(school.office), school.pupils[0]
    url = reverse("reports:issue-student", args=[pupil.pk])
    assert client.get(url).status_code == 200
    answer = client.post(
        url, {"template": school.template().pk, "session": school.terms[0].pk, "is_released": "on"}
    )
    row = IssuedDocument.objects.get()
    assert answer["Location"] == reverse("reports:document", args=[row.pk])
    opened: Any = client.get(reverse("reports:document-open", args=[row.pk]), follow=True)

    assert "62.4 B2" in text_of(b"".join(opened.streaming_content))


def test_a_refusal_stands_in_the_form(school: Registry) -> None:
    answer = signed_in(school.office).post(
        reverse("reports:issue-student", args=[school.pupils[0].pk]),
        {"template": school.template().pk, "session": school.terms[1].pk},
    )

    assert answer.status_code == 422
    assert "No grades have been posted" in answer.content.decode()


def test_the_mark_sheet_of_a_section(school: Registry) -> None:
    url = reverse("reports:issue-section", args=[school.homeroom.pk])
    template = school.template(DocumentKind.MARK_SHEET)
    signed_in(school.office).post(url, {"template": template.pk, "session": school.terms[0].pk})

    assert IssuedDocument.objects.get().section == school.homeroom


def test_the_family_meets_its_papers_once_they_are_out(school: Registry) -> None:
    row, mother = issued(school), signed_in(school.mother(school.pupils[0]))
    tab, every = reverse("reports:student", args=[school.pupils[0].pk]), reverse("reports:documents")
    assert "Report card · Term 1" not in mother.get(tab).content.decode()

    signed_in(school.office).post(reverse("reports:document-release", args=[row.pk]))
    assert "Report card · Term 1" in mother.get(tab).content.decode()
    assert "Report card · Term 1" in mother.get(every).content.decode()


def test_what_only_the_office_needs_stays_there(school: Registry) -> None:
    row = issued(school, release_at=timezone.now(), issued_by=school.office)
    said = signed_in(school.mother(school.pupils[0])).get(reverse("reports:document", args=[row.pk]))

    assert school.office.name not in said.content.decode()
    assert "Revoke" not in said.content.decode()


def test_the_chosen_ones_are_released_together(school: Registry) -> None:
    rows = [issued(school) for _ in range(3)]
    signed_in(school.office).post(
        reverse("reports:documents"), {"action": "release", "selected": [rows[0].pk, rows[2].pk]}
    )

    assert IssuedDocument.objects.filter(release_at__isnull=False).count() == 2


def test_a_paper_is_revoked_with_a_reason(school: Registry) -> None:
    row, client = issued(school), signed_in(school.office)
    url = reverse("reports:document-revoke", args=[row.pk])
    client.post(url, {"reason": ""})
    assert IssuedDocument.objects.get().revoked_at is None
    client.post(url, {"reason": "A wrong grade."})

    assert IssuedDocument.objects.get().revoke_reason == "A wrong grade."


def test_a_run_is_begun_watched_and_downloaded(school: Registry) -> None:
    client = signed_in(school.office)
    fields = {
        "campus": school.campus.pk,
        "template": school.template().pk,
        "session": school.terms[0].pk,
        "print_as": "one_file",
    }
    client.post(reverse("reports:run-add"), fields)
    run = ReportRun.objects.get()
    page, part = reverse("reports:run", args=[run.pk]), reverse("reports:run-progress", args=[run.pk])
    assert "0 / 1" in client.get(page).content.decode()
    assert "0 / 1" in client.get(part, headers={"HX-Request": "true"}).content.decode()

    for job in list(runs.open_jobs(run)):
        jobs.run(job.pk)
    assert client.get(part, headers={"HX-Request": "true"})["HX-Refresh"] == "true"
    said = client.get(page)
    assert "Printed" in said.content.decode()
    content: Any = client.get(said.context["link"])
    assert b"".join(content.streaming_content).startswith(b"%PDF")
    client.post(reverse("reports:run-release", args=[run.pk]))
    assert IssuedDocument.objects.get().release_at is not None


def test_a_run_is_stopped_and_gone_on_with(school: Registry) -> None:
    run = services.start_run(
        actor=school.actor(), campus=school.campus, template=school.template(), session=school.terms[0]
    )
    client = signed_in(school.office)
    client.post(reverse("reports:run-cancel", args=[run.pk]))
    for job in list(runs.open_jobs(run)):
        jobs.run(job.pk)
    assert "Stopped" in client.get(reverse("reports:run", args=[run.pk])).content.decode()
    client.post(reverse("reports:run-continue", args=[run.pk]))

    assert runs.progress(run).is_working


def test_the_usual_templates_come_with_one_button(school: Registry) -> None:
    client = signed_in(school.head)
    assert "Put the usual templates there" in client.get(reverse("reports:templates")).content.decode()
    client.post(reverse("reports:templates-install"))

    assert DocumentTemplate.objects.filter(school=school.school).count() == 8


def settings_of(client: Client, template: DocumentTemplate, **more: Any) -> dict[str, Any]:
    """What the form sends: its fields as they are shown, with some changed."""
    form = client.get(reverse("reports:template", args=[template.pk])).context["form"]
    data = {one.name: one.value() for one in form if one.value() is not None and one.value() is not False}
    return {**data, **more}


@pytest.mark.parametrize("kind", DocumentKind.values)
def test_every_kind_of_template_is_shown_tried_and_printed(school: Registry, kind: str) -> None:
    template, client = school.template(kind), signed_in(school.head)
    answer = client.get(reverse("reports:template", args=[template.pk]))
    sheet = client.get(answer.context["sheet_url"])

    assert sheet.status_code == 200
    assert "Sample, not valid" in sheet.content.decode()
    assert sheet["X-Frame-Options"] == "SAMEORIGIN"
    assert "script-src" not in sheet["Content-Security-Policy"]
    assert client.get(answer.context["pdf_url"]).content.startswith(b"%PDF")


def test_the_sheet_follows_what_is_typed_and_nothing_is_saved(school: Registry) -> None:
    template, client = school.template(), signed_in(school.head)
    data = settings_of(client, template, motto="Let knowledge lead", colour="#b91c1c")
    answer = client.post(reverse("reports:template-try", args=[template.pk]), data)
    sheet = client.get(answer.context["sheet_url"]).content.decode()

    assert "Let knowledge lead" in sheet
    assert "#b91c1c" in sheet
    template.refresh_from_db()
    assert template.layout == {}


def test_settings_are_saved_as_a_layout(school: Registry) -> None:
    template, client = school.template(DocumentKind.CERTIFICATE), signed_in(school.head)
    data = settings_of(
        client, template, language="both", wording_hi="{name} के लिए", signatures="Registrar\n\nPrincipal"
    )
    client.post(reverse("reports:template", args=[template.pk]), data)
    template.refresh_from_db()

    assert template.layout["language"] == "both"
    assert template.layout["wording"] == {"hi": "{name} के लिए"}
    assert template.layout["signatures"] == ["Registrar", "Principal"]
    assert template.version == 2


def test_a_bad_word_file_is_told_at_its_field(school: Registry) -> None:
    template, client = school.template(), signed_in(school.head)
    data = settings_of(client, template, word_file=SimpleUploadedFile("own.docm", b"PK\x03\x04"))
    answer = client.post(reverse("reports:template", args=[template.pk]), data)

    assert answer.status_code == 422
    assert "Documents with macros are not accepted" in str(answer.context["form"].errors["word_file"])


def test_a_draft_of_somebody_elses_making_is_not_read(school: Registry) -> None:
    template = school.template()
    url = reverse("reports:template-sheet", args=[template.pk])

    assert signed_in(school.head).get(url, {"draft": "forged"}).status_code == 200


def test_the_list_of_fields_shows_how_they_are_written(school: Registry) -> None:
    said = signed_in(school.head).get(reverse("reports:word-fields")).content.decode()

    assert "{{ student.name }}" in said
    assert "{{ line.subject }}" in said
