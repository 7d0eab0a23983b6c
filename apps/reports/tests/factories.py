"""One factory a model of papers."""

import secrets
from typing import Any

import factory
from django.utils import timezone
from factory.django import DjangoModelFactory

from apps.academics.tests.factories import StudentFactory
from apps.accounts.tests.factories import CampusFactory, SchoolFactory
from apps.core.models import ScanState, StoredFile
from apps.reports import models


class _InSchool(DjangoModelFactory[Any]):
    class Meta:
        abstract = True

    school = factory.SubFactory(SchoolFactory)


def _same_school(made_by: Any, **more: Any) -> factory.SubFactory:
    return factory.SubFactory(made_by, school=factory.SelfAttribute("..school"), **more)


class PaperFileFactory(_InSchool):
    """The row of a kept PDF; nothing lies in the storage."""

    class Meta:
        model = StoredFile

    purpose = "issued_document"
    key = factory.Sequence(lambda n: f"papers/{n}")
    name = "paper.pdf"
    media_type = "application/pdf"
    size = 3
    sha256 = "0" * 64
    scan = ScanState.NOT_ASKED


class DocumentTemplateFactory(_InSchool):
    """A report card in our layout for all campuses."""

    class Meta:
        model = models.DocumentTemplate

    kind = models.DocumentKind.REPORT_CARD
    name = factory.Sequence(lambda n: f"Template {n}")


class IssuedDocumentFactory(_InSchool):
    """A pupil's report card, not yet out to the family; give `section` and no student for a mark sheet."""

    class Meta:
        model = models.IssuedDocument

    student: Any = _same_school(StudentFactory)
    campus = factory.Maybe(
        "student",
        yes_declaration=factory.SelfAttribute("student.campus"),
        no_declaration=factory.SelfAttribute("section.campus"),
    )
    template = _same_school(DocumentTemplateFactory)
    kind = factory.SelfAttribute("template.kind")
    title = "Report card"
    file = _same_school(PaperFileFactory)
    sha256 = factory.SelfAttribute("file.sha256")
    code = factory.LazyFunction(lambda: secrets.token_hex(13).upper())
    facts = factory.LazyAttribute(lambda row: {"name": row.student.full_name if row.student else ""})
    issued_at = factory.LazyFunction(timezone.now)


class ReportRunFactory(_InSchool):
    class Meta:
        model = models.ReportRun

    campus = _same_school(CampusFactory)
    template = _same_school(DocumentTemplateFactory)


class ReportRunEntryFactory(_InSchool):
    class Meta:
        model = models.ReportRunEntry

    run = _same_school(ReportRunFactory)
    student = _same_school(StudentFactory, campus=factory.SelfAttribute("..run.campus"))
