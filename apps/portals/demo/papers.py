"""Report cards of the last term that is over, for the pupils whose families sign in to the demo."""

from datetime import timedelta
from typing import Final

from apps.academics.models import AcademicSession, SessionKind, Student
from apps.accounts.models import Role, User
from apps.gradebook.models import PostedGrade
from apps.portals.demo.grading import Shelf
from apps.reports.models import DocumentKind, DocumentTemplate, IssuedDocument
from apps.reports.services import install_templates, issue_document, release_documents

_FAMILIES: Final = ("student", "guardian")


def make_papers(shelf: Shelf) -> None:
    install_templates(school=shelf.school)
    term = _over(shelf)
    office = User.objects.filter(school=shelf.school, role_assignments__role=Role.SCHOOL_ADMIN).first()
    if term is None or office is None:
        return
    card = DocumentTemplate.objects.filter(school=shelf.school, kind=DocumentKind.REPORT_CARD).first()
    if card is None:
        return
    actor = office.actor(shelf.today)
    for student in _without(shelf, card, term):
        row = issue_document(
            actor=actor, template=card, student=student, session=term, today=shelf.today, now=shelf.now
        )
        release_documents(actor=actor, documents=[row], at=shelf.now - timedelta(minutes=1))


def _over(shelf: Shelf) -> AcademicSession | None:
    """The last term whose posted grades are out."""
    terms = AcademicSession.objects.filter(school=shelf.school, end_date__lte=shelf.today)
    out = PostedGrade.objects.filter(school=shelf.school, release_at__lte=shelf.now).values("session")
    return terms.exclude(kind=SessionKind.SCHOOL_YEAR).filter(pk__in=out).order_by("-end_date").first()


def _without(shelf: Shelf, card: DocumentTemplate, term: AcademicSession) -> list[Student]:
    """The pupils of the demo's sign-ins that have no card of the term yet."""
    addresses = [f"{name}@{shelf.plan.domain}" for name in _FAMILIES]
    students = Student.objects.filter(school=shelf.school)
    own = students.filter(user__email__in=addresses)
    children = students.filter(guardianships__guardian__user__email__in=addresses)
    given = IssuedDocument.objects.filter(template=card, session=term).values("student")
    wanted = students.filter(pk__in=own.union(children).values_list("pk", flat=True))
    return list(wanted.exclude(pk__in=given).order_by("admission_number"))
