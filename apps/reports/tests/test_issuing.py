"""A paper that was issued stands as it is."""

import hashlib
from datetime import timedelta

import pytest
from django.db import ProgrammingError, transaction
from django.utils import timezone

from apps.accounts.models import Role
from apps.core import files
from apps.core.errors import Conflict, DomainError, Missing
from apps.core.policy import may
from apps.reports import services
from apps.reports.models import DocumentKind, IssuedDocument
from apps.reports.services.issuing import new_code
from apps.reports.tests.factories import IssuedDocumentFactory
from apps.reports.tests.registry import Registry, text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def school() -> Registry:
    made = Registry(courses=("Art",))
    made.post_all(1)
    return made


def issued(school: Registry, **more: object) -> IssuedDocument:
    wanted = {
        "actor": school.actor(),
        "template": school.template(),
        "student": school.pupils[0],
        "session": school.terms[0],
        "today": school.today,
        "now": timezone.now(),
    }
    return services.issue_document(**{**wanted, **more})


def test_an_issued_card_has_its_hash_its_code_and_its_facts(school: Registry) -> None:
    row = issued(school)
    with files.content_of(row.file) as content:
        pdf = content.read()

    assert row.sha256 == hashlib.sha256(pdf).hexdigest() == row.file.sha256
    assert "-".join(row.code[n : n + 5] for n in range(0, 26, 5)) in text_of(pdf)
    assert row.facts == {
        "school": "Vidya Public School",
        "campus": "North Campus",
        "title": "Report card",
        "name": "Asha Rao",
        "session": "Term 1, 2026-27",
        "issued_on": "2026-12-10",
    }
    assert (row.issued_by, row.release_at, row.file.owner) == (school.office, None, None)


def test_every_fact_stands_on_the_paper(school: Registry) -> None:
    row = issued(school)
    with files.content_of(row.file) as content:
        said = text_of(content.read())

    assert all(row.facts[name] in said for name in ("school", "campus", "title", "name", "session"))


def test_a_code_has_128_random_bits() -> None:
    codes = {new_code() for _ in range(500)}

    assert len(codes) == 500
    assert {len(code) for code in codes} == {26}


@pytest.mark.parametrize(
    "change", [{"title": "Another"}, {"sha256": "1" * 64}, {"facts": {}}, {"code": "X"}, {"student": None}]
)
def test_the_database_refuses_any_change(change: dict[str, object]) -> None:
    row = IssuedDocumentFactory.create()
    with pytest.raises(ProgrammingError, match="pgtrigger"), transaction.atomic():
        IssuedDocument.objects.filter(pk=row.pk).update(**change)


def test_the_database_refuses_to_delete() -> None:
    row = IssuedDocumentFactory.create()
    with pytest.raises(ProgrammingError, match="pgtrigger"), transaction.atomic():
        IssuedDocument.objects.filter(pk=row.pk).delete()


def test_a_revoked_paper_says_why_and_stays(school: Registry) -> None:
    row = issued(school)
    gone = services.revoke_document(
        actor=school.actor(), document=row, reason="A wrong grade.", now=timezone.now()
    )

    assert gone.revoke_reason == "A wrong grade."
    with pytest.raises(Conflict):
        services.revoke_document(actor=school.actor(), document=row, reason="Again", now=timezone.now())


def test_revoking_needs_a_reason() -> None:
    row = IssuedDocumentFactory.create()
    actor = Registry(courses=()).actor()
    with pytest.raises(Missing):
        services.revoke_document(actor=actor, document=row, reason="Why", now=timezone.now())


def test_a_reason_of_blanks_is_none(school: Registry) -> None:
    row = issued(school)
    with pytest.raises(DomainError) as refusal:
        services.revoke_document(actor=school.actor(), document=row, reason="  ", now=timezone.now())
    assert refusal.value.field == "reason"


def test_a_family_sees_it_from_the_release_on(school: Registry) -> None:
    row, mother = issued(school), school.mother(school.pupils[0])
    actor = mother.actor(school.today)
    assert not may(actor, "view", row)

    services.release_documents(actor=school.actor(), documents=[row], at=timezone.now() + timedelta(days=1))
    assert not may(actor, "view", row)

    services.release_documents(actor=school.actor(), documents=[row], at=timezone.now())
    assert may(actor, "view", row)
    assert files.is_reached(row.file, actor)


def test_the_file_is_reached_by_the_policy_alone(school: Registry) -> None:
    row = issued(school, release_at=timezone.now())
    other = school.enroll("Bina", 2)

    reached = {
        "office": files.is_reached(row.file, school.actor()),
        "tutor": files.is_reached(row.file, school.actor(school.tutor)),
        "teacher": files.is_reached(row.file, school.actor(school.login(Role.TEACHER))),
        "other mother": files.is_reached(row.file, school.actor(school.mother(other))),
    }
    assert reached == {"office": True, "tutor": True, "teacher": False, "other mother": False}


def test_a_revoked_paper_leaves_the_family(school: Registry) -> None:
    row = issued(school, release_at=timezone.now())
    services.revoke_document(actor=school.actor(), document=row, reason="Wrong.", now=timezone.now())

    assert not may(school.actor(school.mother(school.pupils[0])), "view", row)


def test_a_mark_sheet_is_about_a_section(school: Registry) -> None:
    row = issued(school, template=school.template(DocumentKind.MARK_SHEET), section=school.homeroom)

    assert (row.student, row.section, row.facts["name"]) == (None, school.homeroom, "9A")


@pytest.mark.parametrize(
    ("kind", "missing", "code"),
    [
        (DocumentKind.REPORT_CARD, "student", "WHOM"),
        (DocumentKind.REPORT_CARD, "session", "SESSION_NEEDED"),
        (DocumentKind.MARK_SHEET, "section", "WHOM"),
    ],
)
def test_what_a_paper_needs_is_asked_for(school: Registry, kind: str, missing: str, code: str) -> None:
    given = {"template": school.template(kind), "section": school.homeroom, missing: None}
    with pytest.raises(DomainError) as refusal:
        issued(school, **given)
    assert refusal.value.code == code


def test_a_template_of_another_campus_does_not_fit(school: Registry) -> None:
    foreign = Registry(courses=())
    template = school.template()
    template.campus = foreign.campus
    template.save()
    with pytest.raises(DomainError, match="not for this campus"):
        issued(school, template=template)
