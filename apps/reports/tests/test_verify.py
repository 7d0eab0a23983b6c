"""Anybody checks a paper; it says no more than the paper."""

import io
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from apps.core import files
from apps.core.models import StoredFile
from apps.reports import services
from apps.reports.models import IssuedDocument
from apps.reports.selectors.verifying import plain_code, shown_code
from apps.reports.tests.registry import Registry

pytestmark = pytest.mark.django_db


@pytest.fixture
def school() -> Registry:
    made = Registry(courses=("Art",))
    made.post_all(1)
    return made


@pytest.fixture
def paper(school: Registry) -> IssuedDocument:
    return services.issue_document(
        actor=school.actor(),
        template=school.template(),
        student=school.pupils[0],
        session=school.terms[0],
        today=school.today,
        now=timezone.now(),
    )


def page_of(code: str, **how: Any) -> Any:
    return Client().get(reverse("verify:document", args=[code]), **how)


def api_of(code: str) -> Any:
    return Client().get(reverse("api:verify", args=[code]))


def test_a_genuine_paper_is_known_without_signing_in(paper: IssuedDocument) -> None:
    said = page_of(paper.code).content.decode()

    for text in (
        "Genuine",
        "Vidya Public School",
        "Asha Rao",
        "Report card",
        "Term 1, 2026-27",
        "10 December 2026",
    ):
        assert text in said


def test_the_page_says_nothing_the_paper_does_not(paper: IssuedDocument, school: Registry) -> None:
    said = page_of(paper.code).content.decode()

    pupil = school.pupils[0]
    for text in (str(pupil.pk), str(paper.pk), pupil.admission_number, "Meera", "62.4", school.office.name):
        assert text not in said


def test_a_code_may_be_typed_as_it_is_printed(paper: IssuedDocument) -> None:
    assert page_of(shown_code(paper.code).lower()).status_code == 200
    typed = Client().get(reverse("verify:start"), {"code": f" {shown_code(paper.code)} "})

    assert typed["Location"] == reverse("verify:document", args=[paper.code])


def test_a_revoked_paper_says_so_and_not_why(paper: IssuedDocument, school: Registry) -> None:
    services.revoke_document(
        actor=school.actor(), document=paper, reason="The mother complained.", now=timezone.now()
    )
    said = page_of(paper.code).content.decode()

    assert "Revoked" in said
    assert "complained" not in said
    assert api_of(paper.code).json()["data"]["state"] == "revoked"


def test_an_unknown_code_is_told_as_such() -> None:
    answer = page_of("AAAAA")

    assert answer.status_code == 404
    assert "No paper has this code" in answer.content.decode()
    assert api_of("AAAAA").status_code == 404


def test_known_and_unknown_cost_the_same(paper: IssuedDocument) -> None:
    counts = []
    for code in (paper.code, "A" * 26):
        with CaptureQueriesContext(connection) as queries:
            page_of(code)
        counts.append(
            [query["sql"].split(" WHERE ")[0] for query in queries if "issueddocument" in query["sql"]]
        )

    assert counts[0] == counts[1]
    assert len(counts[0]) == 1


def test_the_api_says_the_same(paper: IssuedDocument) -> None:
    found = api_of(paper.code).json()["data"]

    assert found["facts"] == paper.facts
    assert (found["state"], found["sha256"]) == ("valid", paper.sha256)


def content_of(paper: IssuedDocument) -> bytes:
    with files.content_of(paper.file) as content:
        return content.read()


@pytest.mark.parametrize(
    ("tail", "said"), [(b"", "to the last letter"), (b" ", "is not the one that was issued")]
)
def test_a_file_is_compared_where_it_arrives(paper: IssuedDocument, tail: bytes, said: str) -> None:
    upload = SimpleUploadedFile("card.pdf", content_of(paper) + tail)
    before = StoredFile.objects.count()
    answer = Client().post(reverse("verify:document", args=[paper.code]), {"file": upload})

    assert said in answer.content.decode()
    assert StoredFile.objects.count() == before


def test_asking_too_often_has_to_wait(paper: IssuedDocument, settings: Any) -> None:
    client = Client(REMOTE_ADDR="192.0.2.9")
    answers = [client.get(reverse("verify:document", args=[paper.code])).status_code for _ in range(61)]

    assert answers[:60] == [200] * 60
    assert answers[60] == 429


def test_the_qr_code_leads_here(paper: IssuedDocument, settings: Any) -> None:
    from apps.reports.services.issuing import address_of

    settings.SITE_URL = "https://school.test"
    assert address_of(paper.code) == f"https://school.test/verify/{paper.code}/"


def test_a_code_is_read_however_it_is_written() -> None:
    assert plain_code(" abcd-e f") == "ABCDEF"
    assert len(plain_code("A" * 500)) == 40


def test_a_far_too_large_file_is_no_paper_of_ours(
    paper: IssuedDocument, monkeypatch: pytest.MonkeyPatch
) -> None:
    from apps.reports.web import public

    monkeypatch.setattr(public, "MOST_BYTES", 10)
    upload = SimpleUploadedFile("card.pdf", io.BytesIO(content_of(paper)).read())
    answer = Client().post(reverse("verify:document", args=[paper.code]), {"file": upload})

    assert "is not the one that was issued" in answer.content.decode()
